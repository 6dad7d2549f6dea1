"""Program and rows → model: every row that follows.

Indexed semi-naive evaluation (Bancilhon & Ramakrishnan 1986), stratum by stratum, over sets of rows. Over
many rows each clause becomes a set comprehension (`codegen`) when it first has rows to work on; the result
does not depend on that, nor on the order of clauses, rows or hashes.

Does not know what the relations mean.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from checker.engine.interpret import solve, value
from checker.engine.store import Relation, Row
from checker.engine.values import NoValue, aggregate
from checker.logic.plan import Step, plan, variables
from checker.logic.program import Aggregate, Atom, Clause, Program
from checker.logic.strata import strata

SMALL = 2_000  # rows given, below which making code costs more than it saves
ROUNDS = 100_000  # of one recursive stratum
LARGEST = 50_000_000  # rows of one relation


_Variant = tuple[int, Clause, Atom]


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
    facts: Mapping[str, Iterable[Row]],
    interpreted: bool | None = None,
    rounds: int = ROUNDS,
) -> Model:
    """The model of a safe, stratified program over facts, whose rows are tuples of hashable values.

    interpreted: run clauses step by step (`interpret`) instead of as generated code; by default, where there
    are few rows. rounds bounds recursion. Raises Runaway.
    """
    with no_collection():
        return _evaluate(program, facts, interpreted, rounds)


@contextmanager
def no_collection() -> Iterator[None]:
    """Rows make no cycles, and looking for some in millions of tuples doubles the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _evaluate(
    program: Program, facts: Mapping[str, Iterable[Row]], interpreted: bool | None, rounds: int
) -> Model:
    model = Model({name: Relation(rows) for name, rows in facts.items()})
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
        found: dict[str, set[Row]] = {}
        for i, clause in enumerate(self.clauses):
            self.collect(found, clause, self.heads(i, clause, None, ()))
        late, early = self.recursive()
        delta = self.fresh(found)
        while delta:
            rounds -= 1
            if rounds < 0:
                raise Runaway(min(delta))
            new: dict[str, set[Row]] = {}
            self.step(new, late, delta)
            self.absorb(delta)
            self.step(new, early, delta)
            delta = self.fresh(new)

    def recursive(self) -> tuple[list[_Variant], list[_Variant]]:
        """The clauses by the recursive atom that new rows stand for.

        The last of several such atoms is joined with what was there before (late), the others with all rows,
        so that two new rows do not meet twice.
        """
        late, early = [], []
        for i, clause in enumerate(self.clauses):
            inside = [x for x in clause.body if isinstance(x, Atom) and x.relation in self.group]
            early += [(i, clause, x) for x in (inside[:-1] or inside)]
            late += [(i, clause, x) for x in inside[1:][-1:]]
        return late, early

    def step(
        self, into: dict[str, set[Row]], variants: list[_Variant], delta: dict[str, set[Row]]
    ) -> None:
        for i, clause, atom in variants:
            rows = delta.get(atom.relation)
            if rows:
                self.collect(into, clause, self.heads(i, clause, atom, rows))

    def collect(self, into: dict[str, set[Row]], clause: Clause, rows: set[Row]) -> None:
        if rows:
            name = clause.head.relation
            into[name] = into[name] | rows if name in into else rows

    def fresh(self, found: dict[str, set[Row]]) -> dict[str, set[Row]]:
        """What is new, by relation."""
        new = {name: rows - self.model.relation(name).rows for name, rows in found.items()}
        return {name: rows for name, rows in new.items() if rows}

    def absorb(self, delta: dict[str, set[Row]]) -> None:
        for name, rows in delta.items():
            relation = self.model.relation(name)
            relation.add(rows, self.widths[name])
            if len(relation.rows) > LARGEST:
                raise Runaway(name)

    def heads(
        self, number: int, clause: Clause, first: Atom | None, rows: Iterable[Row]
    ) -> set[Row]:
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
            from checker.engine import codegen

            steps = self.steps(number, clause, first)
            self.functions[key] = codegen.make(
                clause.head.args, steps, self.model.relation, first is not None
            )
        result: set[Row] = self.functions[key](rows)
        return result

    def steps(self, number: int, clause: Clause, first: Atom | None) -> list[Step]:
        outer = frozenset(v for a in clause.head.args for v in variables(a))
        size = lambda relation: len(self.model.facts(relation))  # noqa: E731
        return plan(clause.body, self.program.builtins, first=first, outer=outer, size=size)[0]

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
                        aggregate(a.function, {r[i] for r in rows})
                        if isinstance(a, Aggregate)
                        else rows[0][i]
                        for i, a in enumerate(args)
                    )
                )
            except NoValue:
                continue
        return found
