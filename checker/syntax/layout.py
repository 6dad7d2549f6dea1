"""Text → the stretches that its layout suggests.

For files with mistakes only: where braces and quotes cannot be trusted, the words in column 1 and the
indentation of a block say where the next item or statement starts. Text in quotes and comments is skipped.

Does not parse: a stretch may still be broken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

NEAR = 8  # open braces among which the partner of a `}` is looked for
_NONE = 1 << 30


class Brace(NamedTuple):
    """mark: { or }. width: the indentation of its line; first: nothing but blanks stands before it there."""

    mark: str
    start: int
    end: int
    width: int
    first: bool


class _Line(NamedTuple):
    """The first character of a line that is neither empty nor a comment."""

    start: int
    width: int


_ITEM = (
    r"(?:use|source|party|person|place|event|state|issue|stance|position|fact|relation|define|rule"
    r"|ignore|expect)\b"
)
# A word that starts an item, and is neither a property (`in: turkey`) nor an atom (`event(E)`).
_STARTS_ITEM = re.compile(_ITEM + r"(?!\s*[:(=.])")
_INDENTED_ITEM = re.compile(
    r"(?:use\s+\"|(?:source|party|person|place|event|state|issue|stance|position|relation|define"
    r"|rule|ignore|expect)\s+[a-z])"
)
# A line that hardly stands in text between quotes.
_ITEM_LINE = re.compile(
    rf"^[ \t]*{_ITEM}[ \t]+(?:\"|[a-z]\w*[ \t]*(?:[\"{{(#]|\r?$|(?:by|on|in|is|of|at|before|when)\b))",
    re.M,
)
_ITEM_INDENT = re.compile(rf"^([ \t]*){_ITEM}[ \t]+[\w\"]", re.M)
# INVARIANT: nothing starts with one of these, so a line that does continues the one above.
_CONTINUES = re.compile(
    r"(?:if|only|unless|after|and|or|not|at|on|from|until|for|by|to|against|with|unconditionally"
    r"|before|during|alongside|in|expires|replaces|is|when|because|of|finds|outright)\b|[\"{]"
)
_ATTRIBUTES = re.compile(r"\s*attributes\b")
_PROPERTY = re.compile(r"\w+[ \t]*:")
_CLAUSE = re.compile(r"(?:severity|why|hint|say|for|when|having|example)\b")
_BLANKS = re.compile(r"[^\S\n]*")
_SKIP = re.compile(r"(?:\s+|#[^\n]*)*")
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"""|"(?:[^"\\\n]|\\[^\n])*"?|#[^\n]*|[{}]|\n[^\S\n]*', re.S
)


def skip(text: str, start: int, end: int) -> int:
    """The first offset that is neither white space nor comment."""
    match = _SKIP.match(text, start, end)
    return match.end() if match else start


def blank(text: str, start: int, end: int) -> bool:
    """True if nothing but white space and comments stands there."""
    return skip(text, start, end) == end


def own_width(text: str, start: int, end: int) -> int:
    """The indentation of the items of a file or example."""
    least: int | None = None
    for match in _ITEM_INDENT.finditer(text, start, end):
        width = _width(match[1])
        least = width if least is None else min(least, width)
        if not width:
            break
    return least or 0


def _width(white: str) -> int:
    return len(white.expandtabs(4))


def _indent(text: str, at: int) -> tuple[int, int]:
    """The offset of the first character of the line of an offset, and the indentation there."""
    line = text.rfind("\n", 0, at) + 1
    match = _BLANKS.match(text, line)
    content = match.end() if match else line
    return content, _width(text[line:content])


def braces(text: str, start: int, end: int) -> Iterator[Brace]:
    """The braces of a stretch."""
    for token in _tokens(text, start, end):
        if isinstance(token, Brace):
            yield token


def indentation(text: str, at: int) -> int:
    """Of the line of an offset."""
    return _indent(text, at)[1]


def is_flat(text: str, brace: Brace, end: int) -> bool:
    """True if the first line of a block is not indented."""
    first = skip(text, brace.end, end)
    content, width = _indent(text, first)
    return content == first and width <= brace.width and text[first : first + 1] != "}"


def unclosed_text(text: str, start: int, end: int) -> bool:
    """True if a `\"\"\"` is opened there and not closed."""
    return any(isinstance(token, int) for token in _tokens(text, start, end))


def _tokens(text: str, start: int, end: int) -> Iterator[Brace | _Line | int]:
    """Braces, starts of lines, and the offset of a `\"\"\"` that nothing closes (then no more)."""
    content, width = _indent(text, start)
    for match in _TOKEN.finditer(text, start, end):
        token, at = match[0], match.end()
        if token[0] == "\n":
            content, width = at, _width(token[1:])
            if at < end and text[at] not in "\n#":
                yield _Line(at, width)
        elif token in "{}":
            yield Brace(token, at - 1, at, width, at - 1 == content)
        elif token == '"""':
            yield match.start()
            return


def next_cut(text: str, start: int, end: int, own: int) -> tuple[int, int | None]:
    """Where the item at `start` ends by its layout.

    own: the indentation of items. Also the offset of a line inside text in `\"\"\"` that looks like an item,
    if there is one: should the stretch prove broken, the text has probably lost its end before it.
    """
    first = skip(text, start, end)
    item = _Item(text.startswith("rule", first), own, _indent(text, first)[1] > own)
    inside_text: int | None = None
    after_line = -1
    for match in _TOKEN.finditer(text, first, end):
        token, at = match[0], match.end()
        if token[0] == "\n":
            item.gap = item.gap or match.start() == after_line
            after_line = at
            if at < end and text[at] not in "\n#" and item.cuts(text, at, _width(token[1:])):
                return at, inside_text
        elif token in "{}":
            item.brace(token)
        elif token[:3] == '"""' and (len(token) == 3 or "\n" in token) and inside_text is None:
            stop = end if len(token) == 3 else at
            line = _ITEM_LINE.search(text, match.start(), stop)
            inside_text = line.start() if line else None
            if len(token) == 3:
                return (end if inside_text is None else inside_text), None
    return end, inside_text


class _Item:
    """Decides line by line whether an item goes on."""

    def __init__(self, rule: bool, own: int, stray: bool) -> None:
        self.rule, self.own = rule, own
        self.depth = 0
        self.loose = stray  # lines outside all braces that seem to belong to the item
        self.gap = False  # an empty line stands before
        self.ended = True  # the block is closed for certain, or there is none
        self.lines = 0  # of the block
        self.flat = False  # the lines of its block are not indented
        self.fresh = False  # a brace was opened, and no line has followed yet

    def brace(self, mark: str) -> None:
        self.depth = self.depth + 1 if mark == "{" else max(self.depth - 1, 0)
        self.fresh = mark == "{"
        self.ended = mark == "}" and not self.depth and (self.flat or not self.lines)

    def cuts(self, text: str, at: int, width: int) -> bool:
        """True if the next item starts with the line whose first character is at `at`."""
        fresh, self.fresh = self.fresh, False
        gap, self.gap = self.gap, False
        self.lines += self.depth > 0
        if width <= self.own:
            return self._outer(text, at, fresh)
        if self.depth:
            return False
        if gap and self.ended and not _CONTINUES.match(text, at):
            return True
        if self.rule or not _INDENTED_ITEM.match(text, at):
            self.loose = True
            return False
        return True

    def _outer(self, text: str, at: int, fresh: bool) -> bool:
        if text[at] == "}":
            return self._closing()
        if _STARTS_ITEM.match(text, at):
            in_example = self.rule and self.depth > 1 and (self.flat or fresh)
            self.flat = self.flat or in_example
            return not in_example
        self.flat = self.flat or self.depth > 0
        if self.depth or _CONTINUES.match(text, at):
            self.loose = self.loose or not self.depth
            return False
        return True

    def _closing(self) -> bool:
        if self.ended:
            loose, self.loose = self.loose, False
            return not loose
        if not self.flat:  # the brace itself, which comes next, ends the block
            self.depth, self.lines = 1, 0
        return False


class Chunk(NamedTuple):
    """A stretch that holds one statement, property or clause; left_over: it ends with a `}` too many."""

    start: int
    end: int
    left_over: bool


def chunks(text: str, start: int, end: int, symbol: str) -> list[Chunk]:
    """The stretches of a block that each hold one statement, property or clause."""
    lines = list(_open_lines(text, start, end))
    free = [line for line in lines if not _continues(text, line.start, symbol)]
    widths = Counter(line.width for line in free)
    own = max(widths, key=lambda width: (widths[width], -width)) if widths else 0
    splits = _splits(text, lines, symbol)
    starts: dict[int, bool] = {}
    for number, line in enumerate(free):
        if text[line.start] == "}":
            first = _orphans(free, number)
            for orphan in free[first:number]:
                starts.pop(orphan.start, None)
            starts[free[first].start] = True
        elif _certain(text, line.start, symbol) or (line.width <= own and line not in splits):
            starts[line.start] = False
    head = skip(text, start, min(starts, default=end))
    if head < min(starts, default=end):
        starts = {head: False, **starts}
    return [
        Chunk(at, stop, left_over)
        for (at, stop), left_over in zip(pairwise([*starts, end]), starts.values(), strict=True)
    ]


def _splits(text: str, lines: list[_Line], symbol: str) -> set[_Line]:
    """Lines that start nothing and that others continue: they broke a statement in two."""
    return {
        line
        for line, below in pairwise(lines)
        if not (text[line.start].isalpha() or text[line.start] in "@}_")
        and _continues(text, below.start, symbol)
    }


def _orphans(lines: list[_Line], closing: int) -> int:
    """The first of the lines that are indented more than a `}` too many: their block has lost its head."""
    first = closing
    while first and lines[first - 1].width > lines[closing].width:
        first -= 1
    return first


def _continues(text: str, at: int, symbol: str) -> bool:
    return not _certain(text, at, symbol) and _CONTINUES.match(text, at) is not None


def _certain(text: str, at: int, symbol: str) -> bool:
    """True if the line starts a property or clause by its first word."""
    if symbol == "property_list":
        return _PROPERTY.match(text, at) is not None
    return symbol == "clauses" and _CLAUSE.match(text, at) is not None


def _open_lines(text: str, start: int, end: int) -> Iterator[_Line]:
    """The lines of a block that lie in no inner block.

    A brace that nothing closes reaches as far as the lines below it are indented more. Where they are not
    and it holds what another party is said to hold, it reaches to the end: better lost than misattributed.
    """
    tokens = list(_tokens(text, start, end))
    paired = _paired([t for t in tokens if isinstance(t, Brace)])
    depth, limit, attributed = 0, _NONE, False
    line = text.rfind("\n", 0, start) + 1
    for token in tokens:
        if isinstance(token, Brace):
            if token.start in paired:
                depth += 1 if token.mark == "{" else -1
            elif token.mark == "{":
                limit = min(limit, token.width)
                attributed = _ATTRIBUTES.match(text, line) is not None
        elif isinstance(token, _Line):
            line = token.start
            if attributed and token.width <= limit and not _ATTRIBUTES.match(text, line):
                return
            attributed = False
            if token.width <= limit:
                limit = _NONE
                if not depth and line not in paired:
                    yield token


def _paired(marks: list[Brace]) -> set[int]:
    """Offsets of the braces that have a partner: where lines begin with a `}`, by indentation."""
    stack: list[Brace] = []
    paired: set[int] = set()
    for mark in marks:
        if mark.mark == "{":
            stack.append(mark)
            continue
        same = [n for n, opened in enumerate(stack[-NEAR:]) if opened.width == mark.width]
        if mark.first and same:
            del stack[len(stack) - len(stack[-NEAR:]) + same[-1] + 1 :]
        if stack:
            paired.update((stack.pop().start, mark.start))
    return paired
