"""The frozen tree of a file.

Every node is a named tuple whose last two fields, `start` and `end`, are offsets in code points of the
text it was read from. Two trees are the same apart from layout when `shape` of them is equal.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Name(NamedTuple):
    """A name, a variable (capital first) or `_`; also a word that stands for an option or a number's unit."""

    text: str
    start: int
    end: int

    @property
    def is_variable(self) -> bool:
        """True for `P` and `_`: legal in rules only."""
        return self.text[0] == "_" or self.text[0].isupper()


class Literal(NamedTuple):
    """kind: text | number | date | duration. value: the text without quotes, or the literal as written."""

    kind: str
    value: str
    start: int
    end: int


Value = Name | Literal


class Facet(NamedTuple):
    """kind: at on from until for by to against with unconditionally.

    values: names or dates; `for` has (bound or "", length); `with` has (name, operator, value).
    """

    kind: str
    values: tuple[Any, ...]
    start: int
    end: int


class Occurrence(NamedTuple):
    subject: Name
    facets: tuple[Facet, ...]
    start: int
    end: int


class Gap(NamedTuple):
    """bound: "" | least | most."""

    bound: str
    length: Value
    start: int
    end: int


class Order(NamedTuple):
    """relation: before after during alongside."""

    left: Name
    relation: str
    gap: Gap | None
    right: Name
    start: int
    end: int


class Comparison(NamedTuple):
    """`army_cap <= 600_000`; operator `in` has several values."""

    subject: Name
    operator: str
    values: tuple[Value, ...]
    start: int
    end: int


Core = Occurrence | Order | Comparison


class Not(NamedTuple):
    body: Any
    start: int
    end: int


class And(NamedTuple):
    parts: tuple[Any, ...]
    start: int
    end: int


class Or(NamedTuple):
    parts: tuple[Any, ...]
    start: int
    end: int


class Condition(NamedTuple):
    """kind: if | only if | only after | unless. body: cores under Not, And, Or."""

    kind: str
    body: Any
    start: int
    end: int


class Reference(NamedTuple):
    """`kyiv_truce`, `kyiv_truce.entry` or `kyiv_truce.1`; part is None for the whole position."""

    position: Name
    part: Name | Literal | None
    start: int
    end: int

    @property
    def text(self) -> str:
        """The reference as an id."""
        if self.part is None:
            return self.position.text
        return f"{self.position.text}.{self.part[0 if isinstance(self.part, Name) else 1]}"


class Statement(NamedTuple):
    label: Name | None
    stance: Name
    proposition: Any
    conditions: tuple[Condition, ...]
    quotes: tuple[Literal, ...]
    start: int
    end: int


class Withdrawal(NamedTuple):
    reference: Reference
    start: int
    end: int


class Attribution(NamedTuple):
    party: Name
    statements: tuple[Statement, ...]
    start: int
    end: int


class Header(NamedTuple):
    """kind: by | on | in | expires | replaces."""

    kind: str
    values: tuple[Any, ...]
    start: int
    end: int


class Position(NamedTuple):
    name: Name
    title: Literal | None
    headers: tuple[Header, ...]
    members: tuple[Any, ...]
    start: int
    end: int


class Property(NamedTuple):
    name: Name
    values: tuple[Value, ...]
    start: int
    end: int


class Entity(NamedTuple):
    """kind: source party person place event state issue stance. A stance has a parent instead of a title."""

    kind: str
    name: Name
    title: Literal | None
    parent: Name | None
    properties: tuple[Property, ...]
    start: int
    end: int


class Use(NamedTuple):
    path: Literal
    start: int
    end: int


class Call(NamedTuple):
    name: Name
    arguments: tuple[Any, ...]
    start: int
    end: int


class WorldFact(NamedTuple):
    """content: a core, Not of one, or a Call of a user's relation."""

    content: Any
    source: Name | None
    quotes: tuple[Literal, ...]
    start: int
    end: int


class RelationDeclaration(NamedTuple):
    name: Name
    types: tuple[Name, ...]
    start: int
    end: int


class Field(NamedTuple):
    variable: Name
    name: Name
    start: int
    end: int


class Arithmetic(NamedTuple):
    operator: str
    left: Any
    right: Any
    start: int
    end: int


class Compare(NamedTuple):
    left: Any
    operator: str
    right: Any
    start: int
    end: int


class Pattern(NamedTuple):
    """`[S:] P requires A before B`; speaker is set in `S: R attributes P requires …`."""

    label: Name | None
    speaker: Name | None
    party: Name
    stance: Name
    proposition: Any
    outright: bool
    start: int
    end: int


class WorldPattern(NamedTuple):
    label: Name | None
    proposition: Any
    start: int
    end: int


class Needs(NamedTuple):
    """`S needs C`, or `S if C`."""

    statement: Name
    word: str
    condition: Name
    start: int
    end: int


class Define(NamedTuple):
    head: Call
    body: Any
    start: int
    end: int


class Clause(NamedTuple):
    """One line of a rule. kind: severity why hint say for when having; value by kind."""

    kind: str
    value: Any
    start: int
    end: int


class Example(NamedTuple):
    """block: the text between the braces, at offset block_start. finds: a number or references."""

    title: Literal
    block: str
    block_start: int
    finds: int | tuple[Reference, ...]
    start: int
    end: int


class Rule(NamedTuple):
    name: Name
    title: Literal
    kind: Name
    clauses: tuple[Clause, ...]
    examples: tuple[Example, ...]
    start: int
    end: int

    def clause(self, kind: str) -> Any:
        """The value of the last clause of a kind, or None."""
        return next((c.value for c in reversed(self.clauses) if c.kind == kind), None)


class Ignore(NamedTuple):
    rule: Name
    references: tuple[Reference, ...]
    because: Literal
    start: int
    end: int


class Expect(NamedTuple):
    rule: Name
    references: tuple[Reference, ...]
    start: int
    end: int


Item = Use | Entity | Position | WorldFact | RelationDeclaration | Define | Rule | Ignore | Expect


def shape(node: Any) -> Any:
    """The tree without offsets: nested tuples that compare equal for the same content.

    The body of an example is compared by its words; `parse` reads it.
    """
    if isinstance(node, tuple):
        fields = getattr(node, "_fields", None)
        if fields is None:
            return tuple(map(shape, node))
        if isinstance(node, Example):
            return ("Example", shape(node.title), node.block.split(), shape(node.finds))
        return (type(node).__name__, *map(shape, node[:-2]))
    return node
