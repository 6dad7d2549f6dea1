"""Source → items of a file, and a diagnostic for each mistake.

A file that obeys the grammar is read in one pass and its layout means nothing. Only when that fails is the
text cut at the words that start an item in column 1, and a broken position at the lines that start a
statement at the block's own indentation: what is broken is dropped whole and named once, everything else
is kept, and nothing is made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from checker.diagnostic import Diagnostic, closest, listed
from checker.source import Source, Span
from checker.syntax import ast
from checker.syntax.driver import Problem, balanced, driver


class Parsed(NamedTuple):
    """The items that could be read, the mistakes, and the names that broken items would have declared."""

    source: Source
    items: tuple[Any, ...]
    diagnostics: tuple[Diagnostic, ...]
    broken: frozenset[str]


KEYWORDS = (
    "use source party person place event state issue stance position fact relation define rule "
    "ignore expect"
).split()
# INVARIANT: no statement starts with one of these, so a line that does continues the one above.
_CONTINUES = re.compile(
    r"(?:if|only|unless|after|and|or|not|at|on|from|until|for|by|to|against|with|unconditionally"
    r"|before|during|alongside|in)\b"
)
_COLUMN_1 = re.compile(r"^[^\W\d]\w*", re.M)
_TOKEN = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[{}]', re.S)
_HEAD = re.compile(r"\s*(\w+)\s+([a-z]\w*)")


def parse(source: Source, start: int = 0, end: int | None = None) -> Parsed:
    """Read a whole file, or the part [start, end) of it such as the example of a rule."""
    text = source.text
    end = len(text) if end is None else end
    result = driver().parse("items", text, start, end)
    if not isinstance(result, Problem):
        return Parsed(source, result, (), frozenset())
    return _Recovery(source, end).read(start)


class _Recovery:
    def __init__(self, source: Source, end: int) -> None:
        self.source, self.text, self.end = source, source.text, end
        self.items: list[Any] = []
        self.diagnostics: list[Diagnostic] = []
        self.broken: set[str] = set()

    def read(self, start: int) -> Parsed:
        cuts = [start, *_cuts(self.text, start, self.end), self.end]
        i = 0
        while i < len(cuts) - 1:
            i = self.block(cuts, i)
        diagnostics = tuple(self.diagnostics)
        return Parsed(self.source, tuple(self.items), diagnostics, frozenset(self.broken))

    def block(self, cuts: list[int], i: int) -> int:
        """Read the block cuts[i:i+1], or a longer one when its braces close later; the next block's index."""
        start, stop = cuts[i], cuts[i + 1]
        if start == stop:
            return i + 1
        result = driver().parse("items", self.text, start, stop)
        if isinstance(result, Problem):
            brace = self.text.find("{", start, stop)
            close = balanced(self.text, brace, self.end) if brace >= 0 else None
            if close is not None and close > stop:
                j = next(j for j in range(i + 1, len(cuts)) if cuts[j] >= close)
                merged = driver().parse("items", self.text, start, cuts[j])
                if not isinstance(merged, Problem):
                    self.items.extend(merged)
                    return j
            self.recover(start, stop, result)
        else:
            self.items.extend(result)
        return i + 1

    def recover(self, start: int, stop: int, problem: Problem) -> None:
        head = _HEAD.match(self.text, start, stop)
        keyword, name = head.groups() if head else ("", "")
        brace = next((m.start() for m in _TOKEN.finditer(self.text, start, stop) if m[0] == "{"), -1)
        if keyword == "position" and brace >= 0:
            self.position(start, brace, stop)
        elif keyword in ("source", "party", "person", "place", "event", "state", "issue"):
            self.entity(start, brace, stop, keyword, problem)
        else:
            self.report(problem)
            self.broken.add(name)

    def position(self, start: int, brace: int, stop: int) -> None:
        headed = driver().parse("items", self.text[:brace] + "{}", start)
        if isinstance(headed, Problem):
            self.report(headed)
            self.broken.add(_HEAD.match(self.text, start)[2])  # type: ignore[index]
            return
        members = tuple(self.members(brace, stop, "member"))
        *before, position = headed
        self.items.extend(before)
        self.items.append(position._replace(members=members, end=stop))

    def entity(self, start: int, brace: int, stop: int, keyword: str, problem: Problem) -> None:
        if brace < 0:
            self.report(problem)
            headed = Problem
        else:
            headed = driver().parse("items", self.text[:brace] + "{}", start)
        if not isinstance(headed, tuple) or isinstance(headed, Problem):
            if brace >= 0:
                self.report(headed if isinstance(headed, Problem) else problem)
            named = _HEAD.match(self.text, start, stop)
            if named:  # the name is readable: keep it, so that its users are not reported too
                name = ast.Name(named[2], named.start(2), named.end(2))
                self.items.append(ast.Entity(keyword, name, None, None, (), start, stop))
            return
        properties = tuple(self.members(brace, stop, "property"))
        self.items.append(headed[-1]._replace(properties=properties, end=stop))

    def members(self, brace: int, stop: int, symbol: str) -> Iterator[Any]:
        """The readable statements (or properties) of a block whose `{` is at `brace`."""
        inner = self.close(brace, stop)
        for start, end in _chunks(self.text, brace + 1, inner):
            member = driver().parse(symbol, self.text, start, end)
            if not isinstance(member, Problem):
                yield member
            elif self.text.startswith("attributes", start) and "{" in self.text[start:end]:
                yield from self.attribution(start, end)
            else:
                self.report(member)

    def attribution(self, start: int, end: int) -> Iterator[ast.Attribution]:
        brace = self.text.index("{", start, end)
        headed = driver().parse("member", self.text[:brace] + "{}", start)
        if isinstance(headed, Problem):
            self.report(headed)
            return
        yield headed._replace(statements=tuple(self.members(brace, end, "member")), end=end)

    def close(self, brace: int, stop: int) -> int:
        """The offset of the `}` that ends a block; reports a missing one and text after it."""
        line = self.text.rfind("\n", 0, brace) + 1
        indent = len(self.text[line:brace]) - len(self.text[line:brace].lstrip())
        close = re.compile(rf"^[ \t]{{0,{indent}}}\}}", re.M)
        ends = [m.end() - 1 for m in close.finditer(self.text, brace, stop)]
        whole = balanced(self.text, brace, stop)
        if not ends and whole is None:
            message = "this block is not closed"
            span = Span(self.source, brace, brace + 1)
            self.diagnostics.append(Diagnostic("unclosed-block", message, span, "add a `}`"))
            return stop
        last = ends[-1] if ends else (whole or stop) - 1
        rest = driver().parse("items", self.text, last + 1, stop)
        if isinstance(rest, Problem):
            self.report(rest)
        return last

    def report(self, problem: Problem) -> None:
        self.diagnostics.append(describe(self.source, problem))


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Offsets of the words in column 1 that start an item: known words anywhere, others outside braces."""
    words = {m.start(): m[0] for m in _COLUMN_1.finditer(text, start, end)}
    depth = 0
    tokens = iter(_TOKEN.finditer(text, start, end))
    token = next(tokens, None)
    for at, word in words.items():
        inside = False
        while token is not None and token.start() < at:
            inside = token.end() > at
            depth += {"{": 1, "}": -1}.get(token[0], 0)
            token = next(tokens, None)
        if not inside and at > start and (word in KEYWORDS or depth <= 0):
            depth = 0
            yield at


def _chunks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of a block that each hold one statement, by indentation."""
    lines = [(m.start(1), m.end(1) - m.start(1)) for m in _INDENT.finditer(text, start, end)]
    own = min((width for _, width in lines), default=0)
    first = text[start : text.find("\n", start) if "\n" in text[start:end] else end]
    starts = [start] if first.strip() and not first.lstrip().startswith("#") else []
    starts += [
        at + width
        for at, width in lines
        if width <= own and not _CONTINUES.match(text, at + width) and at >= start
    ]
    starts = [at + len(text[at:end]) - len(text[at:end].lstrip()) for at in starts]
    yield from zip(starts, [*starts[1:], end], strict=True)


_INDENT = re.compile(r"^([ \t]*)(?=[@\w])", re.M)
_LAST = re.compile(r"(?:@?\w+|\S)\s*\Z")
_COMMENT = re.compile(r"#[^\n\"]*\s*\Z")
_KINDS = {
    "NAME": "a name",
    "STRING": "text in double quotes",
    "DATE": "a date such as `2025-05-15`",
    "NUMBER": "a number",
    "OP": "a comparison such as `<=`",
    "BLOCK": "`{`",
    "$END": "the end of the file",
}
_SPECIAL = {
    "“": 'use straight quotes: `"`',
    "”": 'use straight quotes: `"`',
    "‘": 'use straight double quotes: `"`',
    "’": 'use straight double quotes: `"`',
    "'": 'use double quotes: `"`',
    ";": "nothing separates statements but the line",
    "==": "one `=` is enough",
}


def describe(source: Source, problem: Problem) -> Diagnostic:
    """The diagnostic of a syntax error, in the user's words."""
    span = Span(source, problem.start, min(problem.end, max(len(source.text), problem.start)))
    if problem.too_deep:
        help = "split the condition over several statements"
        return Diagnostic("too-deep", "this is nested too deeply", span, help)
    found = problem.found
    if found == '"':
        line_end = source.text.find("\n", problem.start)
        span = span._replace(end=line_end if line_end >= 0 else len(source.text))
        help = 'end it with `"`; text over several lines goes between `"""` and `"""`'
        return Diagnostic("unclosed-string", "this text has no closing quote", span, help)
    kinds = [_KINDS[k] for k in _KINDS if k in problem.kinds]
    marks = driver().tables.spelling
    kinds += sorted(f"`{marks[k]}`" for k in problem.kinds if k in marks and k not in _KINDS)
    if "IN_SET" in problem.kinds:
        kinds.append("`in {`")
    before = _LAST.search(_COMMENT.sub("", source.text[: problem.start]))
    after = f" after `{before[0].strip()}`" if before else ""
    what = f"`{found}` cannot stand{after or ' here'}"
    if not found:
        what = f"something is missing{after}"
        end = len(source.text[: problem.start].rstrip())
        span = span._replace(start=max(end - 1, 0), end=max(end, 1))
    slip = closest(found, problem.words) if found.isalpha() else None
    words = sorted(f"`{w}`" for w in problem.words)
    expected = [*kinds, *words]
    if slip:
        help = f"did you mean `{slip}`?"
    elif found in _SPECIAL:
        help = _SPECIAL[found]
    else:
        shown = expected if len(expected) <= 8 else [*expected[:7], "…"]
        help = f"expected {listed(shown, 'or')}" if expected else ""
    return Diagnostic("syntax-error", what, span, help)
