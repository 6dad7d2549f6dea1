"""The tables beside the grammar are its tables, and our driver reads what lark reads."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from random import Random

import pytest
from lark import Lark
from lark.exceptions import LarkError

from checker.resources import grammar_folder
from checker.syntax import tables
from checker.syntax.build import ACTIONS
from checker.syntax.driver import Problem, driver

from .making import Maker

GRAMMAR = (grammar_folder() / "poscheck.lark").read_text("utf-8")


def test_snapshot_is_of_this_grammar() -> None:
    """If this fails: `python -m checker.syntax.tables`."""
    snapshot = json.loads((grammar_folder() / "tables.json").read_text("utf-8"))
    computed = json.loads(json.dumps(asdict(tables.compute_tables(GRAMMAR))))
    assert snapshot["tables"] == computed


def test_tables_are_computed_without_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = tables.load_tables()
    monkeypatch.setattr(tables, "_digest", lambda grammar: "of another grammar")
    assert asdict(tables.load_tables()) == asdict(tables.compute_tables(GRAMMAR))
    assert json.loads(json.dumps(asdict(tables.load_tables()))) == asdict(loaded)


def test_every_action_is_used() -> None:
    named = {action for _, action, *_ in driver().tables.rules} - {"", "="}
    assert named == set(ACTIONS)


def with_whole_words(grammar: str) -> str:
    """The grammar as lark's own lexer needs it: each keyword one terminal, never a part of a word.

    Our driver scans a word again when the context has changed, lark does not.
    """
    grammar = grammar.replace("IN_SET.3:", "IN_SET.6:").replace("OP:", "OP.6:")
    sets = re.findall(r'(?m)^([A-Z_]+): (?:"[a-z]+"(?: \| )?)+$', grammar)
    for name in sets:
        grammar = re.sub(rf"\b{name}\b", f"set_of_{name.lower()}", grammar)
    keywords = sorted(set(re.findall(r'"([a-z]+)"', grammar)))
    for keyword in keywords:
        grammar = grammar.replace(f'"{keyword}"', f"WORD_{keyword.upper()}")
    grammar = re.sub(r"(?m)^WORD: .*", "", grammar)
    grammar = re.sub(r"\bWORD\b", "any_word", grammar)
    any_word = " | ".join(["NAME", *(f"WORD_{k.upper()}" for k in keywords)])
    terminals = "".join(f"WORD_{k.upper()}.5: /{k}\\b/\n" for k in keywords)
    return f"{grammar}\nany_word: {any_word}\n{terminals}"


@pytest.fixture(scope="module")
def lark() -> Lark:
    """lark's own parser with its contextual lexer; BLOCK is never matched by it."""
    grammar = with_whole_words(GRAMMAR)
    return Lark(grammar, parser="lalr", lexer="contextual", start=list(tables.STARTS))


def lark_accepts(lark: Lark, text: str) -> bool:
    try:
        lark.parse(text, start="items")
    except LarkError:
        return False
    return True


@pytest.mark.parametrize("seed", range(60))
def test_same_as_lark(lark: Lark, seed: int) -> None:
    """On valid files, and on files with a token lost, doubled, moved or put in."""
    random = Random(seed)
    maker = Maker(random, examples=False)
    tokens = maker.tokens(6)
    text = maker.laid_out(tokens)
    assert lark_accepts(lark, text)
    assert not isinstance(driver().parse("items", text), Problem)
    for _ in range(8):
        changed = list(tokens)
        at = random.randrange(len(changed) + 1)
        kind = random.randint(0, 3)
        if kind == 0:
            del changed[at : at + 1]
        elif kind == 1:
            changed[at:at] = changed[at : at + 1]
        elif kind == 2:
            changed[at : at + 2] = changed[at : at + 2][::-1]
        else:
            changed[at:at] = [
                random.choice([*"{}():,.@", "and", "in", "party", "talks", "5", '"x"'])
            ]
        text = " ".join(changed)
        ours = not isinstance(driver().parse("items", text), Problem)
        assert ours == lark_accepts(lark, text), text
