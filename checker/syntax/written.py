"""Nodes of the tree → their text on one line.

Parentheses stand only where precedence asks for them: `or` binds less than `and`, and `and` less than `not`.
Text in quotes is taken from the file as it is written there.

Does not break lines and knows nothing of comments: `format` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from checker.syntax import ast


class Writer:
    """Writes nodes that were read from one text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def value(self, value: ast.Value) -> str:
        """A name or literal as it is written."""
        if isinstance(value, ast.Name):
            return value.text
        return self.text[value.start : value.end] if value.kind == "text" else value.value

    def values(self, values: Iterable[Any]) -> str:
        """`a, b`."""
        return ", ".join(self.node(v) for v in values)

    def node(self, node: Any) -> str:
        """Any proposition, condition, body literal or term."""
        text: str = _WRITE[type(node)](self, node)
        return text

    def joined(self, node: ast.And | ast.Or) -> list[str]:
        """The parts of a conjunction or alternative, each in parentheses where it needs them."""
        inner = (ast.Or,) if isinstance(node, ast.And) else ()
        return [self.grouped(part, inner) for part in node.parts]

    def grouped(self, node: Any, kinds: tuple[type, ...]) -> str:
        """The node, in parentheses if it is one of these kinds."""
        return f"({self.node(node)})" if isinstance(node, kinds) else self.node(node)

    def negated(self, node: ast.Not) -> str:
        """`not a`, `not (a and b)`."""
        return f"not {self.grouped(node.body, (ast.And, ast.Or))}"

    def occurrence(self, node: ast.Occurrence) -> str:
        """`talks at istanbul on 2025-05-15`."""
        return " ".join([node.subject.text, *(self.facet(f) for f in node.facets)])

    def facet(self, facet: ast.Facet) -> str:
        """`at istanbul`, `for at least 30 days`, `with format = leaders`."""
        if facet.kind == "unconditionally":
            return facet.kind
        if facet.kind == "for":
            return f"for {self.length(*facet.values)}"
        if facet.kind == "with":
            name, operator, value = facet.values
            return f"with {name.text} {operator} {self.value(value)}"
        return f"{facet.kind} {self.values(facet.values)}"

    def length(self, bound: str, length: ast.Value) -> str:
        """`30 days`, `at least 30 days`."""
        return f"at {bound} {self.value(length)}" if bound else self.value(length)

    def order(self, node: ast.Order) -> str:
        """`ceasefire at least 3 days before talks`."""
        gap = [self.length(node.gap.bound, node.gap.length)] if node.gap else []
        return " ".join([node.left.text, *gap, node.relation, node.right.text])

    def comparison(self, node: ast.Comparison) -> str:
        """`army_cap <= 600_000`, `venue in {istanbul, doha}`."""
        values = self.values(node.values)
        right = f"{{{values}}}" if node.operator == "in" else values
        return f"{node.subject.text} {node.operator} {right}"

    def pattern(self, node: ast.Pattern) -> str:
        """`S: P requires A before B`."""
        words = [f"{node.label.text}:"] if node.label else []
        words += [node.speaker.text, "attributes"] if node.speaker else []
        words += [node.party.text, node.stance.text, self.node(node.proposition)]
        return " ".join([*words, "outright"] if node.outright else words)

    def world_pattern(self, node: ast.WorldPattern) -> str:
        """`F: fact talks`."""
        label = f"{node.label.text}: " if node.label else ""
        return f"{label}fact {self.node(node.proposition)}"

    def call(self, node: ast.Call) -> str:
        """`chain(P, A, C)`."""
        return f"{node.name.text}({self.values(node.arguments)})"

    def terms(self, node: ast.Arithmetic) -> str:
        """`a + b * c`: the grammar has no parentheses here."""
        return f"{self.node(node.left)} {node.operator} {self.node(node.right)}"

    def compare(self, node: ast.Compare) -> str:
        """`count(P) >= 2`."""
        return f"{self.node(node.left)} {node.operator} {self.node(node.right)}"

    def header(self, header: ast.Header) -> str:
        """`by russia`, `replaces kyiv_truce`."""
        return f"{header.kind} {self.values(header.values)}"

    def property(self, node: ast.Property) -> str:
        """`aliases: "Moscow", "the Kremlin"`."""
        return f"{node.name.text}: {self.values(node.values)}"


_WRITE: dict[type, Any] = {
    ast.Name: Writer.value,
    ast.Literal: Writer.value,
    ast.Reference: lambda _, node: node.text,
    ast.Not: Writer.negated,
    ast.And: lambda writer, node: " and ".join(writer.joined(node)),
    ast.Or: lambda writer, node: " or ".join(writer.joined(node)),
    ast.Occurrence: Writer.occurrence,
    ast.Order: Writer.order,
    ast.Comparison: Writer.comparison,
    ast.Condition: lambda writer, node: f"{node.kind} {writer.node(node.body)}",
    ast.Pattern: Writer.pattern,
    ast.WorldPattern: Writer.world_pattern,
    ast.Needs: lambda _, node: f"{node.statement.text} {node.word} {node.condition.text}",
    ast.Call: Writer.call,
    ast.Field: lambda _, node: f"{node.variable.text}.{node.name.text}",
    ast.Arithmetic: Writer.terms,
    ast.Compare: Writer.compare,
}
