"""Reductions of the grammar → nodes of the tree.

One function for each action that `grammar/poscheck.lark` names, called with the children that the grammar
keeps and the offsets of the text they cover. Does not look anything up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from checker.syntax import ast

Children = list[Any]
Action = Callable[[Children, int, int], Any]

TOO_DEEP = object()  # in place of a node: the driver stops here
TALLEST = 100  # nodes above each other in a term

_ESCAPE = re.compile(r'\\(["\\n])')


def unquote(written: str) -> str:
    """The text that a string literal stands for."""
    text = written[3:-3] if written.startswith('"""') else written[1:-1]
    text = text.replace("\r\n", "\n")
    return _ESCAPE.sub(lambda m: "\n" if m[1] == "n" else m[1], text) if "\\" in text else text


def _literal(kind: str) -> Action:
    return lambda c, s, e: ast.Literal(kind, "".join(t.text for t in c), s, e)


def _duration(c: Children, s: int, e: int) -> ast.Literal:
    return ast.Literal("duration", f"{c[0].text} {c[1].text}", s, e)


def _text(c: Children, s: int, e: int) -> ast.Literal:
    return ast.Literal("text", unquote(c[0].text), s, e)


def _string(token: ast.Name) -> ast.Literal:
    return ast.Literal("text", unquote(token.text), token.start, token.end)


def _entity(c: Children, s: int, e: int) -> ast.Entity:
    return ast.Entity(c[0].text, c[1], None, None, c[2], s, e)


def _titled_entity(c: Children, s: int, e: int) -> ast.Entity:
    return ast.Entity(c[0].text, c[1], _string(c[2]), None, c[3], s, e)


def _reference(c: Children, s: int, e: int) -> ast.Reference:
    part = c[1] if len(c) > 1 else None
    if part is not None and part.text[0].isdigit():
        part = ast.Literal("number", part.text, part.start, part.end)
    return ast.Reference(c[0], part, s, e)


def _header(kind: str) -> Action:
    return lambda c, s, e: ast.Header(kind, c[0] if kind == "by" else (c[0],), s, e)


def _position(c: Children, s: int, e: int) -> ast.Position:
    return ast.Position(c[0], None, tuple(c[1:-1]), c[-1], s, e)


def _titled_position(c: Children, s: int, e: int) -> ast.Position:
    return ast.Position(c[0], _string(c[1]), tuple(c[2:-1]), c[-1], s, e)


def _statement(c: Children, s: int, e: int) -> ast.Statement:
    return ast.Statement(None, c[0], c[1], c[2], c[3], s, e)


def _labelled_statement(c: Children, s: int, e: int) -> ast.Statement:
    return ast.Statement(c[0], c[1], c[2], c[3], c[4], s, e)


def _facet(kind: str) -> Action:
    return lambda c, s, e: ast.Facet(kind, tuple(c), s, e)


def _names_facet(c: Children, s: int, e: int) -> ast.Facet:
    return ast.Facet("by", c[0], s, e)


def _target(c: Children, s: int, e: int) -> ast.Facet:
    return ast.Facet(c[0].text, c[1], s, e)


def _time_facet(c: Children, s: int, e: int) -> ast.Facet:
    return ast.Facet(c[0].text, (c[1],), s, e)


def _lasting(c: Children, s: int, e: int) -> ast.Facet:
    return ast.Facet("for", (c[0].bound, c[0].length), s, e)


def _with(c: Children, s: int, e: int) -> ast.Facet:
    return ast.Facet("with", (c[0], c[1].text, c[2]), s, e)


def _length(number: ast.Name, unit: ast.Name) -> ast.Literal:
    return ast.Literal("duration", f"{number.text} {unit.text}", number.start, unit.end)


def _condition(kind: str) -> Action:
    return lambda c, s, e: ast.Condition(kind, c[0], s, e)


def _world_fact(c: Children, s: int, e: int) -> ast.WorldFact:
    return ast.WorldFact(c[0], None, c[1], s, e)


def _sourced_fact(c: Children, s: int, e: int) -> ast.WorldFact:
    return ast.WorldFact(c[0], c[1], c[2], s, e)


def _rule(c: Children, s: int, e: int) -> ast.Rule:
    examples = tuple(x for x in c[3:] if isinstance(x, ast.Example))
    clauses = tuple(x for x in c[3:] if isinstance(x, ast.Clause))
    return ast.Rule(c[0], _string(c[1]), c[2], clauses, examples, s, e)


def _example(c: Children, s: int, e: int) -> ast.Example:
    block = c[1]
    return ast.Example(_string(c[0]), block.text[1:-1], block.start + 1, c[2], s, e)


def _pattern(c: Children, s: int, e: int) -> ast.Pattern:
    return ast.Pattern(None, None, c[0], c[1], c[2], False, s, e)


def _labelled(c: Children, s: int, e: int) -> Any:
    return c[1]._replace(label=c[0], start=s)


def _clause(kind: str, value: Callable[[Any], Any] = lambda v: v) -> Action:
    return lambda c, s, e: ast.Clause(kind, value(c[0]), s, e)


def _term(node: ast.Arithmetic | ast.Call) -> Any:
    """A node of a term, unless it is too tall: `1 + 1 + …` nests once for each operator."""
    return node if _height(node) <= TALLEST else TOO_DEEP


def _height(node: Any) -> int:
    if isinstance(node, ast.Arithmetic):
        return 1 + max(_height(node.left), _height(node.right))
    if isinstance(node, ast.Call):
        return 1 + max(map(_height, node.arguments), default=0)
    return 0


def _arithmetic(operator: str) -> Action:
    return lambda c, s, e: _term(ast.Arithmetic(operator, c[0], c[1], s, e))


def _joined(kind: type[ast.And] | type[ast.Or]) -> Action:
    """`(a and b) and c` is `a and b and c`: parentheses that change nothing leave no trace."""

    def build(c: Children, s: int, e: int) -> Any:
        parts: list[Any] = []
        for part in c:
            parts.extend(part.parts if isinstance(part, kind) else (part,))
        return kind(tuple(parts), s, e)

    return build


def _tuple(c: Children, s: int, e: int) -> tuple[Any, ...]:
    return tuple(c)


ACTIONS: dict[str, Action] = {
    "items": _tuple,
    "use": lambda c, s, e: ast.Use(_string(c[0]), s, e),
    "entity": _entity,
    "titled_entity": _titled_entity,
    "root_stance": lambda c, s, e: ast.Entity("stance", c[0], None, None, c[1], s, e),
    "stance": lambda c, s, e: ast.Entity("stance", c[0], None, c[1], c[2], s, e),
    "no_properties": _tuple,
    "properties": _tuple,
    "property": lambda c, s, e: ast.Property(c[0], tuple(c[1:]), s, e),
    "name_value": lambda c, s, e: c[0],
    "text": _text,
    "number": _literal("number"),
    "negative": lambda c, s, e: ast.Literal("number", f"-{c[0].text}", s, e),
    "date": _literal("date"),
    "year": _literal("date"),
    "duration": _duration,
    "position": _position,
    "titled_position": _titled_position,
    "body": _tuple,
    "members": _tuple,
    "statements": _tuple,
    "property_list": _tuple,
    "clauses": _tuple,
    "by": lambda c, s, e: ast.Header("by", c[0], s, e),
    "on": _header("on"),
    "in_source": _header("in"),
    "expires": _header("expires"),
    "replaces": _header("replaces"),
    "names": _tuple,
    "whole": _reference,
    "part": _reference,
    "withdrawal": lambda c, s, e: ast.Withdrawal(c[0], s, e),
    "attribution": lambda c, s, e: ast.Attribution(c[0], tuple(c[1:]), s, e),
    "statement": _statement,
    "labelled_statement": _labelled_statement,
    "conditions": _tuple,
    "quotes": lambda c, s, e: tuple(_string(t) for t in c),
    "negation": lambda c, s, e: ast.Not(c[0], s, e),
    "occurrence": lambda c, s, e: ast.Occurrence(c[0], c[1], s, e),
    "order": lambda c, s, e: ast.Order(c[0], c[1].text, None, c[2], s, e),
    "spaced_order": lambda c, s, e: ast.Order(c[0], c[2].text, c[1], c[3], s, e),
    "comparison": lambda c, s, e: ast.Comparison(c[0], c[1].text, (c[2],), s, e),
    "membership": lambda c, s, e: ast.Comparison(c[0], "in", tuple(c[2:]), s, e),
    "facets": _tuple,
    "at": _facet("at"),
    "time_facet": _time_facet,
    "lasting": _lasting,
    "by_facet": _names_facet,
    "target": _target,
    "with_option": _with,
    "unconditionally": _facet("unconditionally"),
    "exactly": lambda c, s, e: ast.Gap("", _length(c[0], c[1]), s, e),
    "bounded": lambda c, s, e: ast.Gap(c[0].text, _length(c[1], c[2]), s, e),
    "length_name": lambda c, s, e: ast.Gap("", c[0], s, e),
    "if_condition": _condition("if"),
    "only_if": _condition("only if"),
    "only_after": _condition("only after"),
    "unless": _condition("unless"),
    "or_": _joined(ast.Or),
    "and_": _joined(ast.And),
    "world_fact": _world_fact,
    "sourced_fact": _sourced_fact,
    "relation": lambda c, s, e: ast.RelationDeclaration(c[0], c[1] if len(c) > 1 else (), s, e),
    "define": lambda c, s, e: ast.Define(c[0], c[1], s, e),
    "rule": _rule,
    "severity": _clause("severity"),
    "why": _clause("why", _string),
    "hint": _clause("hint", _string),
    "say": _clause("say", _string),
    "grouped": _clause("for"),
    "when": _clause("when"),
    "having": _clause("having"),
    "example": _example,
    "finds_count": lambda c, s, e: int(c[0].text.replace("_", "").split(".")[0]),
    "finds_nothing": lambda c, s, e: 0,
    "finds_statements": lambda c, s, e: c[0],
    "references": _tuple,
    "labelled": _labelled,
    "needs": lambda c, s, e: ast.Needs(c[0], "needs", c[1], s, e),
    "depends": lambda c, s, e: ast.Needs(c[0], "if", c[1], s, e),
    "comparison_literal": lambda c, s, e: ast.Compare(c[0], c[1].text, c[2], s, e),
    "pattern": _pattern,
    "outright_pattern": lambda c, s, e: _pattern(c, s, e)._replace(outright=True),
    "attributed_pattern": lambda c, s, e: ast.Pattern(None, c[0], c[1], c[2], c[3], False, s, e),
    "world_pattern": lambda c, s, e: ast.WorldPattern(None, c[0], s, e),
    "empty_call": lambda c, s, e: ast.Call(c[0], (), s, e),
    "call": lambda c, s, e: _term(ast.Call(c[0], tuple(c[1:]), s, e)),
    "add": _arithmetic("+"),
    "subtract": _arithmetic("-"),
    "multiply": _arithmetic("*"),
    "divide": _arithmetic("/"),
    "field": lambda c, s, e: ast.Field(c[0], c[1], s, e),
    "ignore": lambda c, s, e: ast.Ignore(c[0], c[1], _string(c[2]), s, e),
    "expect": lambda c, s, e: ast.Expect(c[0], c[1], s, e),
}
