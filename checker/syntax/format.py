"""Source → the same source, laid out in the one way that everybody reads.

The tree is printed again: items in column 1, two spaces for what is inside, a statement a line, its quotes
below it. Every comment is kept: one on its own line stays before what it stood before, one at the end of a
line stays at the end of that line. A file with syntax errors is left as it is.

Does not change a word, a number or a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from checker.diagnostic import Diagnostic
from checker.source import Source
from checker.syntax import ast
from checker.syntax.parse import parse

WIDTH = 100
_COMMENT = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|(#[^\n]*)', re.S)


class Comment(NamedTuple):
    """own: it stands on a line of its own."""

    start: int
    text: str
    own: bool


def format_source(source: Source) -> tuple[str, tuple[Diagnostic, ...]]:
    """The formatted text; the text as it is, with diagnostics, where it cannot be parsed."""
    parsed = parse(source)
    if parsed.diagnostics:
        return source.text, parsed.diagnostics
    printer = _Printer(source.text, comments(source.text))
    try:
        printer.file(parsed.items)
    except _Unreadable as unreadable:
        return source.text, unreadable.args[0]
    return printer.text(), ()


class _Unreadable(Exception):
    """The example of a rule cannot be parsed; the argument is its diagnostics."""


def comments(text: str) -> list[Comment]:
    """Every comment, in order."""
    found = []
    for match in _COMMENT.finditer(text):
        if match[1]:
            line = text.rfind("\n", 0, match.start()) + 1
            own = not text[line : match.start()].strip()
            found.append(Comment(match.start(), match[1].rstrip(), own))
    return found


class _Printer:
    def __init__(self, text: str, pending: list[Comment], indent: str = "", at: int = 0) -> None:
        self.source = text
        self.pending = pending  # comments not printed yet
        self.lines: list[str] = []
        self.indent = indent
        self.last = at  # where the last printed thing ended

    def text(self) -> str:
        joined = "\n".join(line.rstrip() for line in self.lines).strip("\n")
        return joined + "\n" if joined else ""

    # --- lines and comments ----------------------------------------------------------------------
    def raw(self, node: Any) -> str:
        """A literal as written."""
        return self.source[node.start : node.end].replace("\r\n", "\n")

    def blank_before(self, start: int) -> bool:
        """Whether a blank line stands before an offset."""
        before = self.source[self.last : start].replace("\r", "")
        return bool(re.search(r"\n[ \t]*\n[ \t]*\Z", before))

    def blank(self) -> None:
        if self.lines and self.lines[-1] and not self.lines[-1].endswith("{"):
            self.lines.append("")

    def before(self, start: int) -> None:
        """The comments on lines of their own before an offset."""
        while self.pending and self.pending[0].start < start:
            comment = self.pending.pop(0)
            if self.blank_before(comment.start):
                self.blank()
            self.lines.append(self.indent + comment.text)
            self.last = comment.start + len(comment.text)

    def put(self, start: int, end: int, lines: Iterable[str]) -> None:
        """A unit from source[start:end], with the comments before, inside and after it."""
        self.before(start)
        if self.blank_before(start):
            self.blank()
        inside = end
        self.before(inside)
        self.lines += [self.indent + line if line else line for line in lines]
        self.last = end
        self.trailing(end)

    def trailing(self, end: int) -> None:
        """A comment at the end of the line on which a unit ended."""
        if self.pending and not self.pending[0].own:
            comment = self.pending[0]
            between = self.source[end : comment.start]
            if "\n" not in between and not between.strip().strip("}"):
                self.pending.pop(0)
                self.lines[-1] += "  " + comment.text
                self.last = comment.start + len(comment.text)

    # --- files and items -------------------------------------------------------------------------
    def file(self, items: Iterable[Any], end: int | None = None) -> None:
        previous: Any = None
        for item in items:
            self.item(item, previous)
            previous = item
        self.before(len(self.source) if end is None else end)

    def item(self, item: Any, previous: Any) -> None:
        comment = self.pending[0].start if self.pending else item.start
        first = min(comment, item.start)
        apart = previous is not None and not (self.single(previous) and self.single(item))
        if apart:
            self.blank()
        elif self.blank_before(first):
            self.blank()
        if isinstance(item, ast.Position):
            self.block(item, self.position_head(item), item.members, self.member)
        elif isinstance(item, ast.Entity):
            self.entity(item)
        elif isinstance(item, ast.Rule):
            self.rule(item)
        elif isinstance(item, ast.Define):
            self.put(item.start, item.end, self.define(item))
        else:
            self.put(item.start, item.end, self.simple(item))

    def simple(self, item: Any) -> list[str]:
        if isinstance(item, ast.Use):
            return [f"use {self.raw(item.path)}"]
        if isinstance(item, ast.WorldFact):
            text = f"fact {self.content(item.content)}"
            text += f" in {item.source.text}" if item.source else ""
            return self.quoted(text, item.quotes, item.source or item.content)
        if isinstance(item, ast.RelationDeclaration):
            return [f"relation {item.name.text}({', '.join(t.text for t in item.types)})"]
        references = ", ".join(r.text for r in item.references)
        word = "ignore" if isinstance(item, ast.Ignore) else "expect"
        text = f"{word} {item.rule.text} of {references}"
        return [f"{text} because {self.raw(item.because)}" if word == "ignore" else text]

    def block(self, node: Any, head: str, parts: Iterable[Any], one: Any) -> None:
        """`head {`, the parts inside, `}`."""
        parts = list(parts)
        line = self.one_line(node, head)
        if line is not None:
            self.put(node.start, node.end, [line])
            return
        brace = self.source.index("{", _head_end(node))
        self.put(node.start, brace + 1, [f"{head} {{"])
        outer, self.indent = self.indent, self.indent + "  "
        for part in parts:
            one(part)
        self.before(node.end - 1)
        self.indent = outer
        self.lines.append(self.indent + "}")
        self.last = node.end
        self.trailing(node.end)

    def one_line(self, node: Any, head: str) -> str | None:
        """A position or attribution of one statement that was written on one line and fits."""
        members = node.members if isinstance(node, ast.Position) else getattr(node, "statements", ())
        if len(members) != 1 or "\n" in self.source[node.start : node.end] or self._comments_in(node):
            return None
        member = members[0]
        if isinstance(member, ast.Attribution):
            inner = self.one_line(member, f"attributes {member.party.text}")
        elif isinstance(member, ast.Withdrawal):
            inner = f"withdraws {member.reference.text}"
        else:
            inner = " ".join(part.strip() for part in self.statement(member))
        line = f"{head} {{ {inner} }}"
        return line if inner is not None and len(self.indent + line) <= WIDTH else None

    def single(self, item: Any) -> bool:
        """Whether an item is a declaration of a line, which may stand close to the next."""
        if isinstance(item, ast.Position):
            return self.one_line(item, self.position_head(item)) is not None
        return not isinstance(item, ast.Rule)

    # --- entities --------------------------------------------------------------------------------
    def entity(self, item: ast.Entity) -> None:
        head = f"{item.kind} {item.name.text}"
        if item.parent is not None:
            head += f" is {item.parent.text}"
        if item.title is not None:
            head += f" {self.raw(item.title)}"
        if not item.properties:
            if "{" in self.source[_head_end(item) : item.end] and self._comments_in(item):
                self.block(item, head, (), None)
            else:
                self.put(item.start, item.end, [head])
            return
        line = f"{head} {{ {' '.join(map(self.property, item.properties))} }}"
        one_line = "\n" not in self.source[_head_end(item) : item.end] and "\n" not in line
        if one_line and len(self.indent + line) <= WIDTH and not self._comments_in(item):
            self.put(item.start, item.end, [line])
        else:
            self.block(
                item,
                head,
                item.properties,
                lambda p: self.put(p.start, p.end, [self.property(p)]),
            )

    def _comments_in(self, node: Any) -> bool:
        return any(node.start < c.start < node.end for c in self.pending)

    def property(self, item: ast.Property) -> str:
        return f"{item.name.text}: {', '.join(map(self.raw, item.values))}"

    # --- positions -------------------------------------------------------------------------------
    def position_head(self, item: ast.Position) -> str:
        title = f" {self.raw(item.title)}" if item.title else ""
        return f"position {item.name.text}{title}" + "".join(
            f" {h.kind} {', '.join(map(self.reference, h.values))}" for h in item.headers
        )

    def reference(self, node: Any) -> str:
        return node.text if isinstance(node, ast.Name | ast.Reference) else self.raw(node)

    def member(self, item: Any) -> None:
        if isinstance(item, ast.Withdrawal):
            self.put(item.start, item.end, [f"withdraws {item.reference.text}"])
        elif isinstance(item, ast.Attribution):
            self.block(item, f"attributes {item.party.text}", item.statements, self.member)
        else:
            self.put(item.start, item.end, self.statement(item))

    def statement(self, item: ast.Statement) -> list[str]:
        label = f"@{item.label.text} " if item.label else ""
        text = f"{label}{item.stance.text} {self.content(item.proposition)}"
        last: Any = item.proposition
        for condition in item.conditions:
            text += f" {condition.kind} {self.logic(condition.body, self.content)}"
            last = condition
        return self.quoted(text, item.quotes, last)

    def quoted(self, text: str, quotes: tuple[ast.Literal, ...], before: Any) -> list[str]:
        """A statement and its quotes: on its line if written so and short, else each on the next."""
        if not quotes:
            return [text]
        written = [self.raw(q) for q in quotes]
        line = f"{text} {' '.join(written)}"
        together = "\n" not in self.source[before.end : quotes[-1].end]
        if together and len(self.indent + line) <= WIDTH and "\n" not in line:
            return [line]
        return [text, *(f"  {q}" for q in written)]

    # --- propositions ----------------------------------------------------------------------------
    def content(self, node: Any) -> str:
        if isinstance(node, ast.Not):
            return f"not {self.content(node.body)}"
        if isinstance(node, ast.Call):
            return self.call(node)
        if isinstance(node, ast.Occurrence):
            return " ".join([node.subject.text, *map(self.facet, node.facets)])
        if isinstance(node, ast.Order):
            gap = f" {self.length(node.gap.bound, node.gap.length)}" if node.gap else ""
            return f"{node.left.text}{gap} {node.relation} {node.right.text}"
        if node.operator == "in":
            return f"{node.subject.text} in {{{', '.join(map(self.raw, node.values))}}}"
        return f"{node.subject.text} {node.operator} {self.raw(node.values[0])}"

    def facet(self, facet: ast.Facet) -> str:
        values = facet.values
        if facet.kind == "unconditionally":
            return "unconditionally"
        if facet.kind == "for":
            return f"for {self.length(*values)}"
        if facet.kind == "with":
            return f"with {values[0].text} {values[1]} {self.raw(values[2])}"
        return f"{facet.kind} {', '.join(map(self.raw, values))}"

    def length(self, bound: str, length: Any) -> str:
        text = " ".join(self.raw(length).split())
        return f"at {bound} {text}" if bound else text

    def logic(self, node: Any, leaf: Any, above: int = 0) -> str:
        """`or`, `and` and `not` with the parentheses that precedence asks for."""
        if isinstance(node, ast.Not):
            return f"not {self.logic(node.body, leaf, 3)}"
        if isinstance(node, ast.And | ast.Or):
            word, level = ("and", 2) if isinstance(node, ast.And) else ("or", 1)
            text = f" {word} ".join(self.logic(p, leaf, level) for p in node.parts)
            return f"({text})" if level <= above else text
        text = leaf(node)
        return str(text)

    # --- rules -----------------------------------------------------------------------------------
    def define(self, item: ast.Define) -> list[str]:
        return self.conjunction(f"define {self.call(item.head)} when", item.body, "  ")

    def conjunction(self, head: str, body: Any, indent: str) -> list[str]:
        """A body on one line if it fits, else a line for each part."""
        line = f"{head} {self.logic(body, self.literal)}"
        if len(self.indent + line) <= WIDTH or not isinstance(body, ast.And | ast.Or):
            return [line]
        word, level = ("and", 2) if isinstance(body, ast.And) else ("or", 1)
        first, *rest = [self.logic(p, self.literal, level) for p in body.parts]
        return [f"{head} {first}", *(f"{indent}{word} {p}" for p in rest)]

    def rule(self, item: ast.Rule) -> None:
        head = f"rule {item.name.text} {self.raw(item.title)} : {item.kind.text}"
        parts = sorted([*item.clauses, *item.examples], key=lambda p: p.start)
        self.block(item, head, parts, self.rule_part)

    def rule_part(self, part: Any) -> None:
        if isinstance(part, ast.Example):
            self.example(part)
            return
        value = part.value
        if part.kind in ("when", "having"):
            lines = self.when(part.kind, value)
        elif part.kind == "for":
            lines = [f"for {', '.join(n.text for n in value)}"]
        else:
            lines = [f"{part.kind} {self.raw(value) if isinstance(value, ast.Literal) else value.text}"]
        self.put(part.start, part.end, lines)

    def when(self, kind: str, body: Any) -> list[str]:
        """Each part of a conjunction on its own line, each choice of a long alternative too."""
        parts = body.parts if isinstance(body, ast.And) else (body,)
        lines: list[str] = []
        for part in parts:
            word = kind if not lines else " and"
            text = self.logic(part, self.literal, 2)
            if isinstance(part, ast.Or) and len(f"{self.indent}{word} {text}") > WIDTH:
                for i, choice in enumerate(part.parts):
                    lines += self.choice(f"{word} (" if i == 0 else "   or ", choice)
                lines[-1] += ")"
            else:
                lines.append(f"{word} {text}")
        return lines

    def choice(self, head: str, node: Any) -> list[str]:
        """One choice of an alternative, over several lines if it is long."""
        lines = [head]
        parts = node.parts if isinstance(node, ast.And) else (node,)
        for i, part in enumerate(parts):
            text = self.logic(part, self.literal, 2)
            text = f" and {text}" if i else text
            if i and len(self.indent + lines[-1] + text) > WIDTH:
                lines.append(f"      {text}")
            else:
                lines[-1] += text
        return lines

    def literal(self, node: Any) -> str:
        if isinstance(node, ast.Pattern):
            label = f"{node.label.text}: " if node.label else ""
            speaker = f"{node.speaker.text} attributes " if node.speaker else ""
            text = f"{label}{speaker}{node.party.text} {node.stance.text} {self.content(node.proposition)}"
            return f"{text} outright" if node.outright else text
        if isinstance(node, ast.WorldPattern):
            label = f"{node.label.text}: " if node.label else ""
            return f"{label}fact {self.content(node.proposition)}"
        if isinstance(node, ast.Needs):
            return f"{node.statement.text} {node.word} {node.condition.text}"
        if isinstance(node, ast.Compare):
            return f"{self.term(node.left)} {node.operator} {self.term(node.right)}"
        return self.call(node)

    def call(self, node: ast.Call) -> str:
        return f"{node.name.text}({', '.join(map(self.term, node.arguments))})"

    def term(self, node: Any) -> str:
        if isinstance(node, ast.Call):
            return self.call(node)
        if isinstance(node, ast.Field):
            return f"{node.variable.text}.{node.name.text}"
        if isinstance(node, ast.Arithmetic):
            return f"{self.term(node.left)} {node.operator} {self.term(node.right)}"
        return self.raw(node)

    def example(self, item: ast.Example) -> None:
        """An example: on one line if it was and fits, else its items on lines of their own."""
        start, end = item.block_start, item.block_start + len(item.block)
        parsed = parse(Source("", self.source), start, end)
        if parsed.diagnostics:
            raise _Unreadable(parsed.diagnostics)
        head = f"example {self.raw(item.title)} {{"
        self.put(item.start, start, [head])
        inner = _Printer(self.source, self.pending, self.indent + "  ", start)
        inner.lines = ["{"]
        inner.file(parsed.items, end)
        body = inner.lines[1:]
        while body and not body[-1]:
            body.pop()
        self.lines += body
        self.lines.append(f"{self.indent}}} finds {self.finds(item)}")
        self.last = item.end
        self.trailing(item.end)

    def finds(self, item: ast.Example) -> str:
        if isinstance(item.finds, int):
            return str(item.finds) if item.finds else "nothing"
        return ", ".join(r.text for r in item.finds)


def _head_end(node: Any) -> int:
    """The end of what stands before the `{` of a block."""
    if isinstance(node, ast.Position):
        return max([node.name.end, *([node.title.end] if node.title else []), *(h.end for h in node.headers)])
    if isinstance(node, ast.Attribution):
        return node.party.end
    if isinstance(node, ast.Rule):
        return node.kind.end
    return max(x.end for x in (node.name, node.title, node.parent) if x is not None)

