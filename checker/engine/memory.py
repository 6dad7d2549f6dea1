"""Program and rows → model: every row that follows.

Indexed semi-naive evaluation (Bancilhon & Ramakrishnan 1986), stratum by stratum, over sets of rows. A clause
over few rows is interpreted, one over many becomes a set comprehension; both give the same rows, whatever the
order of clauses, rows or hashes.

Does not know what the relations mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from checker.engine import codegen
from checker.engine.interpret import solve, value
from checker.engine.store import Relation, Row
from checker.engine.values import NoValue, aggregate
from checker.logic.plan import Step, plan, variables
from checker.logic.program import Aggregate, Atom, Clause, Program
from checker.logic.strata import strata

SMALL = 2_000  # rows of all relations together below which clauses are interpreted
ROUNDS = 100_000  # of one recursive stratum
LARGEST = 50_000_000  # rows of one relation


class Runaway(Exception):
    """A recursive relation that makes ever new values."""

    def __init__(self, relation: str) -> None:
        super().__init__(relation)
        self.relation = relation


class Model:
    """The rows of every relation, given and derived."""

    def __init__(self, relations: dict[str, Relation]) -> None:
        self.relations = relations

    def facts(self, relation: str) -> set[Row]:
        """The rows of a relation; empty for one that is not known."""
        return self.relation(relation).rows

    def relation(self, name: str) -> Relation:
        """A relation with its indexes."""
        found = self.relations.get(name)
        if found is None:
            found = self.relations[name] = Relation()
        return found


def evaluate(
    program: Program,
    facts: Mapping[str, Iterable[Sequence[Any]]],
    interpreted: bool | None = None,
    rounds: int = ROUNDS,
) -> Model:
    """The model of a safe, stratified program over facts.

    interpreted forces one way of running clauses (for tests); rounds bounds recursion. Raises Runaway.
    """
    model = Model({name: Relation(map(tuple, rows)) for name, rows in facts.items()})
    if interpreted is None:
        interpreted = sum(len(r.rows) for r in model.relations.values()) < SMALL
    by_head: dict[str, list[Clause]] = {}
    for clause in program.clauses:
        by_head.setdefault(clause.head.relation, []).append(clause)
    for group in strata(program):
        clauses = [c for relation in group for c in by_head[relation]]
        _Stratum(program, model, frozenset(group), clauses, interpreted).run(rounds)
    return model


class _Stratum:
    def __init__(
        self,
        program: Program,
        model: Model,
        group: frozenset[str],
        clauses: list[Clause],
        interpreted: bool,
    ) -> None:
        self.program, self.model, self.group = program, model, group
        self.clauses = clauses
        self.interpreted = interpreted
        self.widths = {c.head.relation: len(c.head.args) for c in clauses}
        self.functions: dict[tuple[int, int], Any] = {}

    def run(self, rounds: int) -> None:
        delta: dict[str, set[Row]] = {}
        for i, clause in enumerate(self.clauses):
            self.collect(delta, clause, self.heads(i, clause, None, ()))
        delta = self.merge(delta)
        recursive = [
            (i, clause, literal)
            for i, clause in enumerate(self.clauses)
            for literal in clause.body
            if isinstance(literal, Atom) and literal.relation in self.group
        ]
        while delta and recursive:
            rounds -= 1
            if rounds < 0:
                raise Runaway(min(delta))
            new: dict[str, set[Row]] = {}
            for i, clause, literal in recursive:
                rows = delta.get(literal.relation)
                if rows:
                    self.collect(new, clause, self.heads(i, clause, literal, rows))
            delta = self.merge(new)

    def collect(self, into: dict[str, set[Row]], clause: Clause, rows: set[Row]) -> None:
        if rows:
            name = clause.head.relation
            into[name] = into[name] | rows if name in into else rows

    def merge(self, found: dict[str, set[Row]]) -> dict[str, set[Row]]:
        """Add what is new to the model; the new rows by relation."""
        new: dict[str, set[Row]] = {}
        for name, rows in found.items():
            relation = self.model.relation(name)
            fresh = rows - relation.rows
            if fresh:
                relation.add(fresh, self.widths[name])
                new[name] = fresh
                if len(relation.rows) > LARGEST:
                    raise Runaway(name)
        return new

    def heads(self, number: int, clause: Clause, first: Atom | None, rows: Iterable[Row]) -> set[Row]:
        """The head rows of a clause, with `rows` for its atom `first` if there is one."""
        for literal in clause.body:
            if isinstance(literal, Atom) and literal is not first:
                known = literal.relation in self.program.builtins
                if not known and not self.model.facts(literal.relation):
                    return set()
        if any(isinstance(a, Aggregate) for a in clause.head.args):
            return self.aggregated(clause)
        if self.interpreted:
            steps = self.steps(number, clause, first)
            return set(self.interpret(clause.head.args, steps, rows if first else None))
        key = (number, clause.body.index(first) if first else -1)
        if key not in self.functions:
            steps = self.steps(number, clause, first)
            self.functions[key] = codegen.make(
                clause.head.args, steps, self.model.relation, first is not None
            )
        result: set[Row] = self.functions[key](rows)
        return result

    def steps(self, number: int, clause: Clause, first: Atom | None) -> list[Step]:
        outer = frozenset(v for a in clause.head.args for v in variables(a))
        return plan(clause.body, self.program.builtins, first=first, outer=outer)[0]

    def interpret(
        self, terms: Sequence[Any], steps: Sequence[Step], rows: Iterable[Row] | None
    ) -> Iterable[Row]:
        delta = None if rows is None else list(rows)
        for binding in solve(steps, {}, self.model.relation, delta):
            try:
                yield tuple(value(t, binding) for t in terms)
            except NoValue:
                continue

    def aggregated(self, clause: Clause) -> set[Row]:
        """Groups by the plain columns of the head, and what the aggregates make of each."""
        args = clause.head.args
        terms = [a.term if isinstance(a, Aggregate) else a for a in args]
        plain = [i for i, a in enumerate(args) if not isinstance(a, Aggregate)]
        groups: dict[Row, list[Row]] = {}
        for row in set(self.interpret(terms, self.steps(-1, clause, None), None)):
            groups.setdefault(tuple(row[i] for i in plain), []).append(row)
        found = set()
        for rows in groups.values():
            try:
                found.add(
                    tuple(
                        aggregate(a.function, {r[i] for r in rows}) if isinstance(a, Aggregate) else rows[0][i]
                        for i, a in enumerate(args)
                    )
                )
            except NoValue:
                continue
        return found
