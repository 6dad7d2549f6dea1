"""What a case holds once its names are resolved.

Plain values: parties, places, sources, subjects and stances by name; positions with their statements in
order of writing; conditions in disjunctive form; facts. Ids are texts: `kyiv_truce.entry`, a statement;
`kyiv_truce.entry?1`, its first condition; `fact.2`, the second fact.

Does not know regions, rules or findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from checker.source import Span
from checker.values import Date, Duration

# Name spaces: two names may be equal only if they are in different ones.
SPACES = {
    "source": "source",
    "party": "party",
    "person": "party",
    "place": "place",
    "event": "subject",
    "state": "subject",
    "issue": "subject",
    "stance": "stance",
}
ROOTS = ("favours", "opposes", "asserts", "denies", "threatens")


@dataclass(slots=True, eq=False)
class Entity:
    """A declared name. properties: as written, name → values (str, float, int, Date or Duration)."""

    kind: str
    name: str
    title: str
    properties: dict[str, tuple[Any, ...]]
    span: Span
    parent: str | None = None  # a place's `in`, a subject's `under`, a stance's `is`
    members: tuple[str, ...] = ()  # a coalition's members, a person's party, a subject's actors


@dataclass(slots=True, eq=False)
class Proposition:
    """What a statement, condition or fact speaks of.

    form: occurrence (subject and facets), value (subject, operator, values) or order (left, relation,
    subject, gap: left before/during/alongside subject). negated: it is said not to be so.
    """

    id: str
    form: str
    subject: str
    span: Span
    negated: bool = False
    place: str | None = None
    on: Date | None = None
    start: Date | None = None
    until: Date | None = None
    lasts: Duration | None = None
    actors: tuple[str, ...] | None = None
    targets: tuple[str, ...] | None = None
    options: tuple[tuple[str, str, Any], ...] = ()
    unconditional: bool = False
    operator: str = ""
    values: tuple[Any, ...] = ()
    left: str = ""
    relation: str = ""
    gap: Duration | None = None


@dataclass(slots=True, eq=False)
class Condition:
    """What a statement hangs on. kind: `if` or `only if`; alternatives: any of them, all of each."""

    kind: str
    alternatives: tuple[tuple[Proposition, ...], ...]
    ordered: bool = False  # said as `only after`, or as an order that the speaker requires

    def leaves(self) -> Iterator[Proposition]:
        """Every proposition of the condition once, in order of writing."""
        seen: set[str] = set()
        for alternative in self.alternatives:
            for leaf in alternative:
                if leaf.id not in seen:
                    seen.add(leaf.id)
                    yield leaf


@dataclass(slots=True, eq=False)
class Statement:
    """One statement of a position. attributed: the speakers say that it is the holders' position."""

    id: str
    position: Position
    holders: tuple[str, ...]
    stance: str
    proposition: Proposition
    conditions: tuple[Condition, ...]
    quotes: tuple[str, ...]
    span: Span
    words: Span  # without its label and quotes
    number: int  # in order of writing, from 1
    attributed: bool = False
    ended: Date | None = None  # withdrawn or replaced from this date on


@dataclass(slots=True, eq=False)
class Position:
    """Statements that one or more speakers made together on one date."""

    name: str
    title: str
    speakers: tuple[str, ...]
    holders: tuple[str, ...]
    date: Date
    source: str | None
    span: Span
    expires: Date | None = None
    statements: list[Statement] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Fact:
    """Something that happened (a proposition) or holds (a row of a user's relation)."""

    id: str
    proposition: Proposition | None
    relation: str
    row: tuple[Any, ...]
    source: str | None
    quotes: tuple[str, ...]
    span: Span


@dataclass(slots=True, eq=False)
class Relation:
    """A user's relation: its name and the type of each column."""

    name: str
    types: tuple[str, ...]
    span: Span | None


@dataclass(slots=True, eq=False)
class Case:
    """One root file and all that it uses, resolved."""

    name: str
    entities: dict[str, dict[str, Entity]] = field(
        default_factory=lambda: {
            space: {} for space in ("source", "party", "place", "subject", "stance")
        }
    )
    positions: dict[str, Position] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    relations: dict[str, Relation] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()

    def statements(self) -> Iterator[Statement]:
        """Every statement, in order of writing."""
        for position in self.positions.values():
            yield from position.statements

    def stances(self, word: str) -> tuple[str, ...]:
        """A stance and those that it is a kind of, up to its root."""
        found: list[str] = []
        name: str | None = word
        table = self.entities["stance"]
        while name is not None and name not in found:
            found.append(name)
            name = table[name].parent if name in table else None
        return tuple(found)

    def root(self, word: str) -> str:
        """favours, opposes, asserts, denies or threatens."""
        return self.stances(word)[-1]

    def is_hard(self, word: str) -> bool:
        """Whether a stance, or one that it is a kind of, is declared `{ force: hard }` (nearest wins)."""
        for name in self.stances(word):
            entity = self.entities["stance"].get(name)
            if entity is not None and "force" in entity.properties:
                return entity.properties["force"] == ("hard",)
        return False

    def party_of(self, speaker: str) -> str:
        """The party that a person speaks for; a party itself."""
        entity = self.entities["party"].get(speaker)
        if entity is not None and entity.kind == "person" and entity.members:
            return entity.members[0]
        return speaker

    def members(self, party: str) -> tuple[str, ...]:
        """A coalition's members, all the way down; a party alone is its own member."""
        found: list[str] = []
        pending = [self.party_of(party)]
        seen: set[str] = set()
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            entity = self.entities["party"].get(name)
            inner = entity.members if entity is not None and entity.kind == "party" else ()
            if inner:
                pending.extend(reversed(inner))
            else:
                found.append(name)
        return tuple(found)

    def within(self, space: str, inner: str, outer: str) -> bool:
        """Reflexive, transitive: a place in a place, a subject under a subject."""
        name: str | None = inner
        seen: set[str] = set()
        table = self.entities[space]
        while name is not None and name not in seen:
            if name == outer:
                return True
            seen.add(name)
            name = table[name].parent if name in table else None
        return False

    def acting(self, proposition: Proposition) -> tuple[str, ...]:
        """The parties whose act a proposition is: its `by`, else those the subject is between."""
        named = proposition.actors
        if named is None:
            entity = self.entities["subject"].get(proposition.subject)
            named = entity.members if entity is not None else ()
        return tuple(dict.fromkeys(m for name in named for m in self.members(name)))
