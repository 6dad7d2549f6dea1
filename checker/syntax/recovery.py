"""A text with mistakes → the items that can be read, and a diagnostic for each mistake.

The text is cut at the words that start an item in column 1, and a broken block at the lines that start a
statement at the block's own indentation: what is broken is dropped whole and named once, everything else is
kept, and nothing is made up. Where braces and indentation disagree, what could lie in another block is
dropped.

Does not know what names mean; `messages` finds the words for a mistake.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Any

from checker.diagnostic import Diagnostic
from checker.source import Source, Span
from checker.syntax import ast
from checker.syntax.driver import Problem, driver
from checker.syntax.layout import (
    Brace,
    blank,
    braces,
    chunks,
    indentation,
    is_flat,
    next_cut,
    own_width,
    skip,
    unclosed_text,
)
from checker.syntax.messages import describe, is_known_slip
from checker.syntax.parsed import Parsed

ENTITIES = frozenset(["source", "party", "person", "place", "event", "state", "issue"])
NAMELESS = frozenset(["use", "fact", "ignore", "expect"])
RESUMED = 10  # times that reading goes on in the middle of a line: each reads what follows again
_HEAD = re.compile(r"(\w+)(?:\s+([A-Za-z_]\w*))?")
_STATEMENT = re.compile(r"(?!withdraws\b|attributes\b)(?:@(\w+)|[^\W\d])")


class Recovery:
    """Reads a text that has mistakes, one stretch after the other."""

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source, self.text, self.start, self.end = source, source.text, start, end
        self.items: list[Any] = []
        self.diagnostics: list[Diagnostic] = []
        self.broken: set[str] = set()
        self.lost: list[tuple[int, str]] = []
        self.in_prose = False
        self.resumed = 0

    def read(self) -> Parsed:
        """All that can be read."""
        at, own = self.start, own_width(self.text, self.start, self.end)
        while at < self.end:
            stop, inside_text = next_cut(self.text, at, self.end, own)
            result = driver().parse("items", self.text, at, stop)
            if isinstance(result, Problem) and inside_text is not None:
                stop = inside_text  # a `\"\"\"` that swallowed an item: it has lost its end
                result = driver().parse("items", self.text, at, stop)
            if not isinstance(result, Problem):
                self.items.extend(result)
                self.in_prose = False
                at = stop
            else:
                at = self.recover(at, stop, result)
        found = tuple(self.diagnostics)
        return Parsed(self.source, tuple(self.items), found, frozenset(self.broken))

    def recover(self, start: int, stop: int, problem: Problem) -> int:
        """Keep what is readable of a broken stretch; the offset at which reading goes on."""
        start = skip(self.text, start, stop)
        reported = len(self.diagnostics)
        brace = next((b for b in braces(self.text, start, stop) if b.mark == "{"), None)
        if brace is None:
            self.drop(start, stop, problem)
            return stop
        head = self.head("items", start, brace.start)
        if isinstance(head, Problem) or not head:
            at_brace = not isinstance(head, Problem) or head.start >= brace.start
            self.drop(start, stop, problem if at_brace else head)
            self.inner_mistakes(start, brace, stop)
            return stop
        *before, last = head
        self.items.extend(before)
        brace = brace._replace(width=indentation(self.text, start))
        close = self.close(brace, stop)
        inner = stop if close is None else close.start
        self.block(last, brace.end, inner, stop if close is None else close.end)
        self.in_prose = False
        rest = stop if close is None else self.rest(close.end, stop)
        if reported == len(self.diagnostics) and rest == stop:
            self.report(problem, "items", start)
        return rest

    def rest(self, at: int, stop: int) -> int:
        """Where reading goes on after a block, if something follows it before the next item."""
        if blank(self.text, at, stop):
            return stop
        self.resumed += 1
        if self.resumed <= RESUMED:
            return at
        message = "the rest of this line has not been read"
        span = Span(self.source, skip(self.text, at, stop), stop)
        help = "put each item on a line of its own"
        self.diagnostics.append(Diagnostic("syntax-error", message, span, help))
        return stop

    def head(self, symbol: str, start: int, brace: int) -> Any:
        """What stands before a block, read with an empty block."""
        result = driver().parse(symbol, self.text[start:brace] + "{}")
        if isinstance(result, Problem):
            return result._replace(start=result.start + start, end=result.end + start)
        return _moved(result, start)

    def drop(self, start: int, stop: int, problem: Problem) -> None:
        """Report a broken item, once for several lines of prose in a row."""
        head = _HEAD.match(self.text, start, stop)
        keyword, name = head.groups() if head else ("", None)
        prose = problem.start == start and not is_known_slip(problem) and problem.found.isalnum()
        if not (prose and self.in_prose):
            self.report(problem, "items", start)
        self.in_prose = prose
        if head is None or name is None or prose or keyword in NAMELESS:
            return
        if keyword in ENTITIES and not self.in_name(head.end(2), problem):
            # keep the name, so that its users are not reported too
            node = ast.Name(name, head.start(2), head.end(2))
            self.items.append(ast.Entity(keyword, node, None, None, (), start, head.end()))
        else:
            self.broken.add(name)

    def in_name(self, end: int, problem: Problem) -> bool:
        """True if what was read as the name of an item may be only a part of it."""
        if problem.start <= end:
            return True
        word = problem.found.isidentifier()
        return word and not self.text[end : problem.start].strip()

    def block(self, item: Any, start: int, inner: int, end: int) -> None:
        """Read the block [start, inner) of an item whose head is readable."""
        if isinstance(item, ast.Position):
            self.lost = []
            members = tuple(self.parts(start, inner, "members"))
            self.items.append(item._replace(members=members, end=end))
            self.broken.update(self.lost_ids(item.name.text, members))
        elif isinstance(item, ast.Entity):
            properties = tuple(self.parts(start, inner, "property_list"))
            self.items.append(item._replace(properties=properties, end=end))
        elif isinstance(
            item, ast.Rule
        ):  # a rule without one of its lines would mean something else
            list(self.parts(start, inner, "clauses"))
            self.broken.add(item.name.text)

    def parts(self, start: int, end: int, symbol: str) -> Iterator[Any]:
        """The readable statements, properties or clauses of a block."""
        broken = False
        for at, stop, left_over in chunks(self.text, start, end, symbol):
            if broken and left_over:  # the end of a block whose head is broken
                continue
            result = driver().parse(symbol, self.text, at, stop)
            broken = isinstance(result, Problem)
            if not isinstance(result, Problem):
                yield from result
            elif symbol == "members" and self.text.startswith("attributes", at):
                yield from self.attribution(at, stop, result)
            else:
                self.report(result, symbol, at)
                statement = _STATEMENT.match(self.text, at)
                if statement and symbol in ("members", "statements"):
                    self.lost.append((at, statement[1] or ""))

    def attribution(self, start: int, end: int, problem: Problem) -> Iterator[ast.Attribution]:
        """What can be read of a broken `attributes` block."""
        brace = next((b for b in braces(self.text, start, end) if b.mark == "{"), None)
        head = self.head("members", start, brace.start) if brace else problem
        if brace is None or isinstance(head, Problem):
            self.report(head if head.start < end else problem, "members", start)
            return
        reported = len(self.diagnostics)
        brace = brace._replace(width=indentation(self.text, start))
        close = self.close(brace, end)
        inner = end if close is None else close.start
        stop = end if close is None else close.end
        statements = tuple(self.parts(brace.end, inner, "statements"))
        if close is None and is_flat(self.text, brace, end):
            return  # its end is anywhere: better lost than misattributed
        yield head[-1]._replace(statements=statements, end=stop)
        rest = driver().parse("members", self.text, stop, end)
        if isinstance(rest, Problem):
            self.report(rest, "members", stop)
        elif reported == len(self.diagnostics):
            self.report(problem, "members", start)
        else:
            yield from rest

    def inner_mistakes(self, start: int, brace: Brace, stop: int) -> None:
        """Report the mistakes in the block of an item whose head is broken."""
        symbol = {"position": "members", "rule": "clauses"}.get(_word(self.text, start))
        if symbol:
            marks = [b for b in braces(self.text, brace.end, stop) if b.mark == "}"]
            list(self.parts(brace.end, marks[-1].start if marks else stop, symbol))

    def close(self, brace: Brace, stop: int) -> Brace | None:
        """The `}` that ends a block, by indentation where the braces do not balance; reports a missing one."""
        marks = list(braces(self.text, brace.start, stop))
        depth, balanced = 0, None
        for mark in marks:
            depth += 1 if mark.mark == "{" else -1
            if not depth:
                balanced = mark
                break
        by_layout = (m for m in marks if m.mark == "}" and m.first and m.width <= brace.width)
        flat = is_flat(self.text, brace, stop)
        close = balanced if flat and balanced else next(by_layout, balanced)
        if close is None and not unclosed_text(self.text, brace.end, stop):
            span = Span(self.source, brace.start, brace.end)
            message = "this block is not closed"
            self.diagnostics.append(Diagnostic("unclosed-block", message, span, "add a `}`"))
        return close

    def lost_ids(self, position: str, members: tuple[Any, ...]) -> Iterator[str]:
        """The ids that the dropped statements of a position would have had."""
        groups = (m.statements if isinstance(m, ast.Attribution) else (m,) for m in members)
        kept = [(s.start, "") for g in groups for s in g if isinstance(s, ast.Statement)]
        everything = sorted([*kept, *self.lost])
        for at, label in self.lost:
            number = bisect_left(everything, (at, label)) + 1
            yield f"{position}.{number}"
            if label:
                yield f"{position}.{label}"

    def report(self, problem: Problem, symbol: str, start: int) -> None:
        """Say what is wrong, once for each place."""
        self.diagnostics.append(describe(self.source, problem, symbol, start))


def _word(text: str, at: int) -> str:
    head = _HEAD.match(text, at)
    return head[1] if head else ""


def _moved(node: Any, by: int) -> Any:
    """A small tree, its offsets moved."""
    if not isinstance(node, tuple):
        return node
    if not hasattr(node, "_fields"):
        return tuple(_moved(part, by) for part in node)
    make: Callable[..., Any] = type(node)
    start, end = node[-2:]
    return make(*(_moved(part, by) for part in node[:-2]), start + by, end + by)
