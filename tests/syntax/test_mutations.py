"""One slip in a valid file: no exception, a mistake reported, nothing made up, the rest still read."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from time import perf_counter
from typing import Any

import pytest

from checker.source import Source
from checker.syntax import ast
from checker.syntax.format import format_source
from checker.syntax.parse import parse
from checker.syntax.parsed import Parsed

from .making import Maker

CHARACTERS = "{}()\"'#,:.@= \n\t-<x1éA"


def read(text: str) -> Parsed:
    start = perf_counter()
    parsed = parse(Source("a.pos", text))
    assert perf_counter() - start < 2
    return parsed


def statements(items: tuple[Any, ...]) -> Iterator[tuple[Any, ast.Statement]]:
    """Each statement as (whose it is and what it says, the node)."""
    for item in items:
        for member in item.members if isinstance(item, ast.Position) else ():
            inner = member.statements if isinstance(member, ast.Attribution) else (member,)
            attributed = isinstance(member, ast.Attribution)
            for statement in inner:
                if isinstance(statement, ast.Statement):
                    said = ast.shape(statement._replace(quotes=()))
                    yield (attributed, said), statement


def slip(random: Random, line: str) -> str:
    """A line with one mistake of the hand."""
    at = random.randrange(len(line) + 1)
    kind = random.randint(0, 6)
    if kind == 0:
        return line[:at] + line[at + 1 :]
    if kind == 1:
        return line[:at] + line[at : at + 1] * 2 + line[at + 1 :]
    if kind == 2:
        return line[:at] + line[at : at + 2][::-1] + line[at + 2 :]
    if kind == 3:
        return line[:at] + random.choice(CHARACTERS) + line[at:]
    if kind == 4:
        return f"{line}\n{line}"
    if kind == 5:
        words = line.split(" ")
        del words[random.randrange(len(words))]
        return " ".join(words)
    return ""


def around(lines: list[str], first: int, last: int) -> range:
    """The lines from first to last, and the next ones on both sides that are not only a comment."""
    first, last = first - 1, last + 1
    while first > 0 and lines[first - 1].strip()[:1] in ("", "#"):
        first -= 1
    while last <= len(lines) and lines[last - 1].strip()[:1] in ("", "#"):
        last += 1
    return range(first, last + 1)


def valid_file(random: Random) -> str:
    maker = Maker(random, examples=False)
    tokens = [
        t for _ in range(4) for t in random.choice([maker.position, maker.entity, maker.fact])()
    ]
    tokens += maker.position()
    text, _ = format_source(Source("a.pos", maker.laid_out(tokens)))
    return text


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_made_up(seed: int) -> None:
    random = Random(seed)
    text = valid_file(random)
    source = Source("a.pos", text)
    items = parse(source).items
    lines = text.split("\n")
    known = {said for said, _ in statements(items)}
    positions = [item for item in items if isinstance(item, ast.Position)]
    for _ in range(30):
        position = random.choice(positions)
        first, last = source.place(position.start)[0], source.place(position.end - 1)[0]
        number = random.randint(first, last)  # of the line with the slip
        changed = slip(random, lines[number - 1])
        mutated = "\n".join([*lines[: number - 1], changed, *lines[number:]])
        parsed = read(mutated)
        touched = around(mutated.split("\n"), number, number + changed.count("\n"))
        for said, statement in statements(parsed.items):
            place = parsed.source.place
            covered = range(place(statement.start)[0], place(max(statement.end - 1, 0))[0] + 1)
            assert said in known or set(covered) & set(touched), (
                f"{said}\nline {number}: {lines[number - 1]!r} -> {changed!r}\n{mutated}"
            )


@pytest.mark.parametrize("seed", range(40))
def test_anything_can_be_read(seed: int) -> None:
    random = Random(seed)
    text = Maker(random).file(6)
    for _ in range(25):
        at = random.randrange(len(text) + 1)
        kind = random.randint(0, 4)
        if kind == 0:
            text = text[:at] + text[at + random.randint(1, 30) :]
        elif kind == 1:
            text = text[:at] + text[at : at + random.randint(1, 80)] * 2 + text[at:]
        elif kind == 2:
            text = (
                text[:at]
                + random.choice([*CHARACTERS, '"""', "position", "\ufeff", "\x00"])
                + text[at:]
            )
        elif kind == 3:
            text = text[:at][::-1] + text[at:] if at < 40 else text[:at] + text[at:][::-1]
        else:
            text = "\n".join(random.sample(text.split("\n"), text.count("\n") + 1))
        text = text[:3000]
        parsed = read(text)
        for diagnostic in parsed.diagnostics:
            assert diagnostic.span is not None
            assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
            assert_worded(diagnostic.message, diagnostic.help)
        result, mistakes = format_source(Source("a.pos", text))
        assert not mistakes or result == text


def assert_worded(message: str, help: str) -> None:
    """House style: lower case, no full stop, no name of a terminal or of a Python type."""
    for text in (message, help):
        plain = "".join(text.split("`")[::2])
        assert not plain[:1].isupper() and not plain.endswith("."), text
        assert plain == plain.lower() or not any(
            w.isupper() and len(w) > 1 for w in plain.split()
        ), text
        assert "None" not in plain
    assert message and help
