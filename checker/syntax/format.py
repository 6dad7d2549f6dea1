"""Source → the same file in the one layout, with every comment.

Items in column 1, two spaces of indentation, one statement a line, its quotes below it. What stood on one
line and fits stays on one line. A comment keeps its place: before what it preceded, or at the end of its
line; one that stands inside a statement moves above it. A file with mistakes is left as it is.

Does not know what names mean, and decides nothing from the width of a comment.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from checker.diagnostic import Diagnostic
from checker.source import Source
from checker.syntax import ast
from checker.syntax.layout import skip
from checker.syntax.parse import parse
from checker.syntax.parsed import Parsed
from checker.syntax.written import Writer

WIDTH = 100  # columns
QUOTED = 88  # columns of a statement with its quotes
STEP = 2  # of indentation, also of what continues a statement on the next line
HANG = 4  # of the second line of what a block follows
NESTED = 8  # examples in rules in examples: what lies deeper is left as it is written

_COMMENTS = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?!"")(?:[^"\\\n]|\\.)*"|(#[^\n]*)', re.S)
_CLOSING = re.compile(r"[^\S\n]*(?:[),][^\S\n]*)*")


class Line(NamedTuple):
    """A line to print, and the offsets of the first and after the last token that it prints."""

    text: str
    start: int
    end: int
    indent: int = 0


class Comment(NamedTuple):
    """A comment, and where it stands."""

    text: str
    start: int


def format_source(source: Source) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a file in the one layout; unchanged, with its mistakes, if it has any."""
    parsed = parse(source)
    mistakes = parsed.diagnostics or tuple(_example_mistakes(parsed))
    if mistakes:
        return source.text, mistakes
    if "\r" in source.text or source.text.startswith("\ufeff"):
        text = source.text.removeprefix("\ufeff").replace("\r\n", "\n")
        parsed = parse(Source(source.path, text))
    return _Printer(parsed.source).file(parsed.items), ()


def _example_mistakes(parsed: Parsed, depth: int = 0) -> list[Diagnostic]:
    """The mistakes in the bodies of examples, which are read only when they are run."""
    found: list[Diagnostic] = []
    if depth < NESTED:
        for item in parsed.items:
            for example in item.examples if isinstance(item, ast.Rule) else ():
                inner = body_of(parsed.source, example)
                found += [*inner.diagnostics, *_example_mistakes(inner, depth + 1)]
    return found


def body_of(source: Source, example: ast.Example) -> Parsed:
    """The items of a rule's example."""
    return parse(source, example.block_start, example.block_start + len(example.block))


class _Printer:
    """Prints items in order, and the comments between them as it comes past them."""

    def __init__(self, source: Source) -> None:
        self.source, self.text = source, source.text
        self.write = Writer(self.text)
        self.comments = [
            Comment(match[1].rstrip(), match.start())
            for match in _COMMENTS.finditer(self.text)
            if match[1] is not None
        ]
        self.next = 0  # of the comments
        self.out: list[str] = []
        self.first = True  # of a block or of the file: no empty line before it
        self.nesting = 0  # examples around what is printed

    def file(self, items: Sequence[Any]) -> str:
        self.items(items, 0)
        self.own_lines(len(self.text) + 1, 0)
        return "\n".join([*self.out, ""]) if self.out else ""

    # --- lines and comments ----------------------------------------------------------------------
    def line(self, line: Line, indent: int, may_gap: bool = True) -> None:
        """Print a line, after the comments that precede it or stand inside it."""
        indent += line.indent
        self.own_lines(line.start, indent)
        gap = may_gap and self.gap(line.start)
        while self.pending(line.end):
            self.put(self.take(), indent, gap)
            gap = False
        self.put(line.text + self.trailing(line.end), indent, gap)

    def lines(self, lines: Sequence[Line], indent: int) -> None:
        for number, line in enumerate(lines):
            self.line(line, indent, not number)

    def own_lines(self, before: int, indent: int) -> None:
        """Print the comments up to an offset, each on a line of its own."""
        while self.pending(before):
            gap = self.gap(self.comments[self.next].start)
            self.put(self.take(), indent, gap)

    def pending(self, before: int) -> bool:
        return self.next < len(self.comments) and self.comments[self.next].start < before

    def take(self) -> str:
        self.next += 1
        return self.comments[self.next - 1].text

    def trailing(self, end: int) -> str:
        """The comment that follows an offset on the same line, if there is one."""
        after = _CLOSING.match(self.text, end)
        if after and self.pending(after.end() + 1):
            return f"  {self.take()}"
        return ""

    def put(self, text: str, indent: int, gap: bool) -> None:
        if gap and not self.first:
            self.out.append("")
        self.first = False
        self.out.append(" " * indent + text)

    def gap(self, at: int) -> bool:
        """True if an empty line stands before an offset."""
        start = at
        while start and self.text[start - 1].isspace():
            start -= 1
        return self.text.count("\n", start, at) > 1

    def commented(self, start: int, end: int) -> bool:
        at = bisect_left(self.comments, start, key=lambda comment: comment.start)
        return at < len(self.comments) and self.comments[at].start < end

    # --- items -----------------------------------------------------------------------------------
    def items(self, items: Sequence[Any], indent: int) -> None:
        """Print items; outside examples an empty line stands before and after each that has a block."""
        was_tall = False
        for item in items:
            at = len(self.out)
            self.own_lines(item.start, indent)
            tall = self.item(item, indent)
            if (tall or was_tall) and at and not self.nesting and self.out[at]:
                self.out.insert(at, "")
            was_tall = tall

    def item(self, item: Any, indent: int) -> bool:
        """Print an item; True if it has a block over several lines."""
        if isinstance(item, ast.Position):
            head, end = self.position_head(item, indent)
            return self.block(head, end, item, item.members, self.member, indent)
        if isinstance(item, ast.Rule):
            text = f"rule {item.name.text} {self.write.value(item.title)} : {item.kind.text}"
            parts: list[Any] = [*item.clauses, *item.examples]
            lines = sorted(parts, key=lambda node: node.start)
            head = [Line(text, item.start, item.kind.end)]
            return self.block(head, item.kind.end, item, lines, self.clause, indent)
        if isinstance(item, ast.Entity) and item.properties:
            end = (item.title or item.parent or item.name).end
            head = [Line(self.entity_head(item), item.start, end)]
            return self.block(head, end, item, item.properties, self.property, indent)
        self.lines(self.simple(item, indent), indent)
        return False

    def block(
        self,
        head: list[Line],
        head_end: int,
        node: Any,
        parts: Sequence[Any],
        show: Callable[[Any, int], None],
        indent: int,
    ) -> bool:
        """Print `head { parts }`; True if that takes several lines."""
        brace = skip(self.text, head_end, node.end)
        *before, last = head
        flat = self.flat(node) if len(head) == 1 else None
        one_line = flat is not None and "\n" not in self.text[brace : node.end]
        if self.commented(brace, node.end) or not (one_line or not parts):
            flat = None
        elif not parts:
            flat = f"{last.text} {{}}"
        if flat is not None and (not parts or self.fits(flat, indent)):
            self.lines([*before, Line(flat, last.start, node.end, last.indent)], indent)
            return False
        self.lines([*before, last._replace(text=f"{last.text} {{", end=brace + 1)], indent)
        self.first = True
        for part in parts:
            show(part, indent + STEP)
        self.end_block("}", node.end - 1, node.end, indent)
        return True

    def end_block(self, text: str, start: int, end: int, indent: int) -> None:
        self.own_lines(end, indent + STEP)
        self.first = False
        self.line(Line(text, start, end), indent, False)

    def fits(self, text: str, indent: int, width: int = WIDTH) -> bool:
        return indent + len(text) <= width and "\n" not in text

    def flat(self, node: Any) -> str | None:
        """An item or a part of one on one line; None for what has too many parts for that."""
        if isinstance(node, ast.Position):
            return self.flat_block(self.position_text(node), node.members)
        if isinstance(node, ast.Attribution):
            return self.flat_block(f"attributes {node.party.text}", node.statements)
        if isinstance(node, ast.Entity) and node.properties:
            properties = " ".join(self.write.property(p) for p in node.properties)
            return f"{self.entity_head(node)} {{ {properties} }}"
        if isinstance(node, ast.Rule):
            return None
        if isinstance(node, ast.Example):
            return self.flat_example(node)
        lines = self.simple(node, 0)
        return lines[0].text if len(lines) == 1 else None

    def flat_block(self, head: str, parts: Sequence[Any]) -> str | None:
        if not parts:
            return f"{head} {{}}"
        part = self.flat(parts[0]) if len(parts) == 1 else None
        return None if part is None else f"{head} {{ {part} }}"

    def flat_example(self, node: ast.Example) -> str | None:
        if self.nesting >= NESTED:
            return None
        parts = [self.flat(item) for item in body_of(self.source, node).items]
        if any(part is None for part in parts):
            return None
        body = f" {' '.join(part or '' for part in parts)} " if parts else ""
        return f"example {self.write.value(node.title)} {{{body}}} {self.outcome(node)}"

    # --- heads and items without a block ---------------------------------------------------------
    def position_text(self, item: ast.Position) -> str:
        return " ".join(
            [_titled("position", item, self.write), *map(self.write.header, item.headers)]
        )

    def position_head(self, item: ast.Position, indent: int) -> tuple[list[Line], int]:
        named = (item.title or item.name).end
        text = self.position_text(item)
        if not item.headers:
            return [Line(text, item.start, named)], named
        start, end = item.headers[0].start, item.headers[-1].end
        if self.fits(f"{text} {{", indent):
            return [Line(text, item.start, end)], end
        headers = " ".join(map(self.write.header, item.headers))
        title = Line(_titled("position", item, self.write), item.start, named)
        return [title, Line(headers, start, end, HANG)], end

    def entity_head(self, item: ast.Entity) -> str:
        text = _titled(item.kind, item, self.write)
        return f"{text} is {item.parent.text}" if item.parent else text

    def simple(self, item: Any, indent: int) -> list[Line]:
        """The lines of a statement, or of an item without a block."""
        if isinstance(item, ast.Statement):
            return self.statement(item, indent)
        if isinstance(item, ast.WorldFact):
            return self.fact(item, indent)
        if isinstance(item, ast.Define):
            return _define(item, self.write, indent)
        if isinstance(item, ast.Ignore):
            return self.ignore(item, indent)
        return [Line(self.simple_text(item), item.start, item.end)]

    def simple_text(self, item: Any) -> str:
        if isinstance(item, ast.Use):
            return f"use {self.write.value(item.path)}"
        if isinstance(item, ast.Withdrawal):
            return f"withdraws {item.reference.text}"
        if isinstance(item, ast.RelationDeclaration):
            return f"relation {item.name.text}({self.write.values(item.types)})"
        if isinstance(item, ast.Expect):
            return f"expect {item.rule.text} of {self.write.values(item.references)}"
        return self.entity_head(item)

    def ignore(self, item: ast.Ignore, indent: int) -> list[Line]:
        first = f"ignore {item.rule.text} of {self.write.values(item.references)}"
        because = f"because {self.write.value(item.because)}"
        if self.fits(f"{first} {because}", indent):
            return [Line(f"{first} {because}", item.start, item.end)]
        end = item.references[-1].end
        return [Line(first, item.start, end), Line(because, item.because.start, item.end, STEP)]

    def statement(self, item: ast.Statement, indent: int) -> list[Line]:
        words = [f"@{item.label.text}"] if item.label else []
        words += [item.stance.text, self.write.node(item.proposition)]
        conditions = [self.write.node(c) for c in item.conditions]
        nodes = [item.proposition, *item.conditions]
        if self.fits(" ".join([*words, *conditions]), indent):
            core = [Line(" ".join([*words, *conditions]), item.start, nodes[-1].end)]
        else:
            core = [Line(" ".join(words), item.start, item.proposition.end)]
            core += [
                Line(text, node.start, node.end, STEP)
                for text, node in zip(conditions, item.conditions, strict=True)
            ]
        return self.quoted(core, item.quotes, indent)

    def fact(self, item: ast.WorldFact, indent: int) -> list[Line]:
        text = f"fact {self.write.node(item.content)}"
        if item.source:
            text += f" in {item.source.text}"
        core = Line(text, item.start, (item.source or item.content).end)
        return self.quoted([core], item.quotes, indent)

    def quoted(self, core: list[Line], quotes: Sequence[ast.Literal], indent: int) -> list[Line]:
        """A statement with its quotes: below it if one is written so, or if the line gets too long."""
        if not quotes:
            return core
        flat = " ".join([core[-1].text, *map(self.write.value, quotes)])
        together = self.text[core[-1].end : quotes[-1].end]
        if len(core) == 1 and "\n" not in together and self.fits(flat, indent, QUOTED):
            return [Line(flat, core[0].start, quotes[-1].end)]
        return core + [Line(self.write.value(q), q.start, q.end, STEP) for q in quotes]

    # --- parts of blocks -------------------------------------------------------------------------
    def member(self, member: Any, indent: int) -> None:
        if isinstance(member, ast.Attribution):
            end = member.party.end
            head = [Line(f"attributes {member.party.text}", member.start, end)]
            self.block(head, end, member, member.statements, self.member, indent)
        else:
            self.lines(self.simple(member, indent), indent)

    def property(self, node: ast.Property, indent: int) -> None:
        self.line(Line(self.write.property(node), node.start, node.end), indent)

    def clause(self, node: Any, indent: int) -> None:
        if isinstance(node, ast.Example):
            self.example(node, indent)
        elif node.kind in ("when", "having"):
            self.lines(_formula(node, self.write, indent), indent)
        else:
            value = (
                node.value
                if isinstance(node.value, tuple) and node.kind == "for"
                else (node.value,)
            )
            text = f"{node.kind} {self.write.values(value)}"
            self.line(Line(text, node.start, node.end), indent)

    def outcome(self, node: ast.Example) -> str:
        if isinstance(node.finds, int):
            return f"finds {node.finds or 'nothing'}"
        return f"finds {self.write.values(node.finds)}"

    def example(self, node: ast.Example, indent: int) -> None:
        end = node.block_start + len(node.block)
        one_line = "\n" not in self.text[node.block_start : end]
        flat = self.flat(node) if not self.commented(node.block_start, node.end) else None
        if flat and (one_line or not node.block.strip()) and self.fits(flat, indent):
            self.line(Line(flat, node.start, node.end), indent)
            return
        opening = f"example {self.write.value(node.title)} {{"
        if self.nesting >= NESTED:
            self.as_written(node, end, indent)
            return
        self.line(Line(opening, node.start, node.block_start), indent)
        self.first = True
        self.nesting += 1
        self.items(body_of(self.source, node).items, indent + STEP)
        self.nesting -= 1
        self.end_block(f"}} {self.outcome(node)}", end, node.end, indent)

    def as_written(self, node: ast.Example, end: int, indent: int) -> None:
        """An example whose body is left alone."""
        self.own_lines(node.start, indent)
        while self.pending(end):
            self.take()
        text = f"{self.text[node.start : end]}}} {self.outcome(node)}"
        self.line(Line(text, node.start, node.end), indent)


def _titled(kind: str, item: ast.Position | ast.Entity, write: Writer) -> str:
    text = f"{kind} {item.name.text}"
    return f"{text} {write.value(item.title)}" if item.title else text


# --- formulas -----------------------------------------------------------------------------------
def _define(node: ast.Define, write: Writer, indent: int) -> list[Line]:
    """`define … when a`, and if that gets too long `and b` on a line of its own for each part."""
    head = f"define {write.node(node.head)} when "
    flat = head + write.node(node.body)
    if indent + len(flat) <= WIDTH or not isinstance(node.body, ast.And | ast.Or):
        return [Line(flat, node.start, node.end)]
    word = "and" if isinstance(node.body, ast.And) else "or"
    texts = zip(write.joined(node.body), node.body.parts, strict=True)
    lines = [Line(f"{word} {text}", part.start, part.end, STEP) for text, part in texts]
    first = head + lines[0].text.removeprefix(f"{word} ")
    lines[0] = Line(first, node.start, lines[0].end)
    lines[-1] = lines[-1]._replace(end=node.end)
    return lines


def _formula(node: ast.Clause, write: Writer, indent: int) -> list[Line]:
    """`when a` and below it, right-aligned, `and b`: each part of a conjunction on its own line."""
    word = f"{node.kind} "
    column = indent + len(word)
    if isinstance(node.value, ast.And):
        lines = _each(node.value.parts, "and ", (ast.Or,), write, column)
    else:
        lines = _broken(node.value, write, column)
    first = lines[0]._replace(text=word + lines[0].text, start=node.start, indent=-len(word))
    lines = [first, *lines[1:]]
    lines[-1] = lines[-1]._replace(end=node.end)
    return [line._replace(indent=line.indent + len(word)) for line in lines]


def _each(
    parts: Sequence[Any], word: str, grouped: tuple[type, ...], write: Writer, column: int
) -> list[Line]:
    """Each part on its own line, joined by a word that stands to the left of the column."""
    lines: list[Line] = []
    for part in parts:
        first, *rest = _group(part, grouped, write, column)
        if lines:
            first = first._replace(text=word + first.text, indent=first.indent - len(word))
        lines += [first, *rest]
    return lines


def _group(part: Any, grouped: tuple[type, ...], write: Writer, column: int) -> list[Line]:
    """A part on as many lines as it needs, in parentheses if it is one of these kinds."""
    if not isinstance(part, grouped):
        return _broken(part, write, column)
    return _enclosed("(", part, write, column)


def _enclosed(opening: str, node: Any, write: Writer, column: int) -> list[Line]:
    by = len(opening)
    lines = [line._replace(indent=line.indent + by) for line in _broken(node, write, column + by)]
    lines[0] = lines[0]._replace(text=opening + lines[0].text, indent=lines[0].indent - by)
    lines[-1] = lines[-1]._replace(text=lines[-1].text + ")")
    return lines


def _broken(node: Any, write: Writer, column: int) -> list[Line]:
    """A formula that starts in a column, on one line if it fits; indents count from the column."""
    flat = write.node(node)
    if column + len(flat) > WIDTH:
        if isinstance(node, ast.Or):
            return _each(node.parts, "or ", (), write, column)
        if isinstance(node, ast.Not) and isinstance(node.body, ast.And | ast.Or):
            return _enclosed("not (", node.body, write, column)
        if isinstance(node, ast.And):
            return _packed(node, write, column)
    return [Line(flat, node.start, node.end)]


def _packed(node: ast.And, write: Writer, column: int) -> list[Line]:
    """`a and b` with as many parts in a line as fit."""
    lines: list[Line] = []
    for part in node.parts:
        first, *rest = _group(part, (ast.Or,), write, column + (4 if lines else 0))
        if not lines:
            lines = [first, *rest]
            continue
        longer = f"{lines[-1].text} and {first.text}"
        if not rest and column + lines[-1].indent + len(longer) <= WIDTH:
            lines[-1] = lines[-1]._replace(text=longer, end=first.end)
        else:
            moved = [line._replace(indent=line.indent + 4) for line in rest]
            lines += [first._replace(text=f"and {first.text}"), *moved]
    return lines
