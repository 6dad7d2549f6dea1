"""Resolved model → rows of the base relations.

A statement said with a negated proposition is told both ways: `demands not talks` is a demand for "not talks"
and a rejection of talks. `only after X` is told as an order that the speaker requires, too. Only statements in
force become rows.

Does not know which rules will read the rows; relations that no rule reads are not filled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from checker.logic.schema import BASE
from checker.model.case import Case, Fact, Proposition, Statement
from checker.values import Date

Rows = dict[str, list[tuple[Any, ...]]]


def base_rows(case: Case, wanted: Collection[str], as_of: Date | None = None) -> Rows:
    """The rows of each wanted base relation, and of the user's relations, as of a day."""
    rows: Rows = {name: [] for name in BASE}
    writer = _Writer(case, rows)
    for statement in case.statements():
        if in_force(statement, as_of or last_day(case)):
            writer.statement(statement)
    for fact in case.facts:
        if as_of is None or not _after(fact, as_of):
            writer.fact(fact)
    writer.entities()
    return {name: rows[name] for name in rows if name in wanted or name in case.relations}


def last_day(case: Case) -> Date | None:
    """The latest date on which anything in the case was said: the day that a case is read on."""
    return max((p.date for p in case.positions.values()), key=lambda d: d.hi, default=None)


def in_force(statement: Statement, day: Date | None) -> bool:
    """Whether a statement has been made and not withdrawn, replaced or expired on a day."""
    if day is None:
        return True
    made, expires = statement.position.date, statement.position.expires
    return (
        made.lo < day.hi
        and (statement.ended is None or day.hi <= statement.ended.lo)
        and (expires is None or day.lo < expires.hi)
    )


def _after(fact: Fact, day: Date) -> bool:
    """Whether a fact has a date that is still to come on a day."""
    if fact.proposition is None:
        return False
    when = fact.proposition.on or fact.proposition.start
    return when is not None and day < when


def flipped(case: Case, stance: str) -> str | None:
    """The stance on P of one who takes a stance on `not P`."""
    root = case.root(stance)
    hard = case.is_hard(stance)
    if root == "favours":
        return "rejects" if hard else "opposes"
    if root == "opposes":
        return "requires" if hard else "favours"
    return {"asserts": "denies", "denies": "asserts"}.get(root)


class _Writer:
    def __init__(self, case: Case, rows: Rows) -> None:
        self.case = case
        self.rows = rows
        for name in case.relations:
            rows.setdefault(name, [])
        self.closures: dict[str, tuple[str, ...]] = {}

    def closure(self, stance: str) -> tuple[str, ...]:
        if stance not in self.closures:
            self.closures[stance] = self.case.stances(stance)
        return self.closures[stance]

    def statement(self, s: Statement) -> None:
        rows, case = self.rows, self.case
        rows["statement"].append((s.id,))
        for holder in s.holders:
            if s.attributed:
                rows["attributed"] += [
                    (s.id, case.party_of(r), holder) for r in s.position.speakers
                ]
            else:
                rows["holder"].append((s.id, holder))
        for word, polarity in self.views(s):
            rows["stance"] += [(s.id, w, polarity) for w in self.closure(word)]
        if case.is_hard(s.stance):
            rows["hard"].append((s.id,))
        self.proposition(s.proposition)
        self.orders(s)
        self.conditions(s)
        self.fields(s)

    def views(self, s: Statement) -> Iterator[tuple[str, str]]:
        plain, other = ("-", "+") if s.proposition.negated else ("+", "-")
        yield s.stance, plain
        opposite = flipped(self.case, s.stance)
        if opposite is not None:
            yield opposite, other

    def orders(self, s: Statement) -> None:
        p = s.proposition
        if p.form == "order":
            for word, polarity in self.views(s):
                self.order(s.id, self.closure(word), polarity, p.left, p.relation, p.subject)
        elif p.form == "occurrence" and not p.negated:
            words = self.closure(s.stance)
            if words[-1] == "favours":
                words = tuple(dict.fromkeys((*words, *self.closure("requires"))))
            for condition in s.conditions:
                if condition.ordered and len(condition.alternatives) == 1:
                    for leaf in condition.leaves():
                        if (
                            leaf.form == "occurrence"
                            and not leaf.negated
                            and leaf.subject != p.subject
                        ):
                            self.order(s.id, words, "+", leaf.subject, "before", p.subject)

    def order(
        self, id: str, words: tuple[str, ...], polarity: str, left: str, relation: str, right: str
    ) -> None:
        pairs = [(left, right)] + ([(right, left)] if relation == "alongside" else [])
        for a, b in pairs:
            self.rows["order"] += [(id, w, polarity, a, relation, b) for w in words]

    def conditions(self, s: Statement) -> None:
        rows = self.rows
        root = self.closure(s.stance)[-1]
        binding = root == "threatens" or "commits" in self.closure(s.stance)
        if s.conditions:
            rows["conditional"].append((s.id,))
        for number, condition in enumerate(s.conditions, 1):
            need = (condition.kind == "only if" and root == "favours") or (
                condition.kind == "if" and binding
            )
            if condition.kind == "if":
                rows["conditioned"].append((s.id,))
            for leaf in condition.leaves():
                self.proposition(leaf)
                self.sources(leaf.id, s)
                if leaf.negated:
                    rows["negative"].append((leaf.id,))
                if need:
                    rows["needs"].append((s.id, leaf.id))
                if condition.kind == "if":
                    rows["depends"].append((s.id, leaf.id))
            for k, alternative in enumerate(condition.alternatives, 1):
                first = next(condition.leaves()).id
                rows["alternative"] += [
                    (s.id, first, f"{s.id}?{number}.{k}", leaf.id) for leaf in alternative
                ]

    def proposition(self, p: Proposition) -> None:
        rows, id = self.rows, p.id
        if p.form != "order":
            rows["subject"].append((id, p.subject))
        if p.place is not None:
            rows["at"].append((id, p.place))
        for relation, value in (
            ("on", p.on),
            ("starts", p.start),
            ("ends", p.until),
            ("lasts", p.lasts),
            ("gap", p.gap),
        ):
            if value is not None:
                rows[relation].append((id, value))
        for relation, parties in (("by", p.actors), ("to", p.targets)):
            if parties is not None:
                rows[relation] += [(id, self.case.party_of(name)) for name in parties]
        rows["option"] += [
            (id, name, value) for name, operator, value in p.options if operator == "="
        ]
        if p.unconditional:
            rows["unconditional"].append((id,))
        rows["value"] += [(id, p.operator, value) for value in p.values]

    def fields(self, s: Statement) -> None:
        rows = self.rows
        rows["said"].append((s.id, s.stance))
        rows["quote"] += [(s.id, quote) for quote in s.quotes]
        self.sources(s.id, s)

    def sources(self, id: str, s: Statement) -> None:
        """What is known of where a statement, or a condition of it, was said."""
        rows, position = self.rows, s.position
        rows["dated"].append((id, position.date))
        rows["speaker"] += [(id, speaker) for speaker in position.speakers]
        rows["position"].append((id, position.name))
        if position.source is not None:
            rows["source_of"].append((id, position.source))
        rows["line"].append((id, s.span.line))

    def fact(self, fact: Fact) -> None:
        rows = self.rows
        if fact.proposition is None:
            rows.setdefault(fact.relation, []).append(fact.row)
            return
        rows["happened"].append((fact.id, "-" if fact.proposition.negated else "+"))
        self.proposition(fact.proposition)
        rows["quote"] += [(fact.id, quote) for quote in fact.quotes]
        if fact.source is not None:
            rows["source_of"].append((fact.id, fact.source))
        rows["line"].append((fact.id, fact.span.line))

    def entities(self) -> None:
        for table in self.case.entities.values():
            for entity in table.values():
                if entity.kind != "stance":
                    relation = "party" if entity.kind == "person" else entity.kind
                    self.rows[relation].append((entity.name,))
