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
from checker.logic.program import Aggregate, Arith, Atom, Builtin, Clause, Compare, Program
from checker.logic.strata import strata

SMALL = 2_000  # rows given, below which making code costs more than it saves
ROUNDS = 100_000  # of one recursive stratum that makes new values; any other ends by itself
MANY = 1_000  # rows read by a recursive stratum from which it is worked out with sets of values
DEEPEST = 16  # literals of such a clause: Python nests loops at most 20 deep
DENSE = 4  # rows for each key from which sets beat rows
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

    def expected(self, name: str, keys: tuple[int, ...]) -> float:
        """Rows to expect for one value of some columns of a relation."""
        return self.relation(name).expected(keys)

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
    are few rows. rounds bounds recursion that makes new values. Raises Runaway.
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
            if not gc.get_freeze_count():  # rows are old now, or they are looked through once more
                gc.freeze()
                gc.unfreeze()
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
        self.counting = any(_makes_values(c, program.builtins) for c in clauses)

    def run(self, rounds: int) -> None:
        if self.whole(rounds):
            return
        found: dict[str, set[Row]] = {}
        for i, clause in enumerate(self.clauses):
            self.collect(found, clause, self.heads(i, clause, None, ()))
        late, early = self.recursive()
        delta = self.fresh(found)
        while delta:
            rounds -= self.counting
            if rounds < 0:
                raise Runaway(min(delta))
            new: dict[str, set[Row]] = {}
            self.step(new, late, delta)
            self.absorb(delta)
            self.step(new, early, delta)
            delta = self.fresh(new)

    def whole(self, rounds: int) -> bool:
        """Work out a recursive stratum over many rows with sets of values; False if that does not suit it."""
        late, early = self.recursive()
        if self.interpreted or not early or self.read() < MANY or not _suits(self.clauses):
            return False
        from checker.engine.closure import recognise

        closing = [c for _, c, _ in (*late, *early)]
        kind = recognise(list(dict.fromkeys(closing))) if len(self.group) == 1 else None
        if not late and not self.dense():
            return False
        start = {name: set(self.model.facts(name)) for name in self.group}
        for i, clause in enumerate(self.clauses):
            if clause not in closing:
                start[clause.head.relation] |= self.heads(i, clause, None, ())
        if kind is None or not self.transitive(kind, start):
            self.grouped(start, rounds)
        return True

    def read(self) -> int:
        """Rows that the clauses read."""
        return sum(len(self.model.facts(name)) for name in self.reading())

    def reading(self) -> dict[str, None]:
        atoms = (x for c in self.clauses for x in c.body if isinstance(x, Atom))
        return dict.fromkeys(a.relation for a in atoms if a.relation not in self.program.builtins)

    def dense(self) -> bool:
        """Whether some relation has many rows for each value of its first or last column."""
        for name in self.reading():
            rows = self.model.facts(name)
            if name not in self.group and rows:
                keys = max(len({row[0] for row in rows}), len({row[-1] for row in rows}))
                if len(rows) >= DENSE * keys:
                    return True
        return False

    def transitive(self, kind: Any, start: dict[str, set[Row]]) -> bool:
        """Close the rows to start with; False if they are not the edges that they are closed over."""
        from checker.engine import codegen
        from checker.engine.closure import close

        ((name, rows),) = start.items()
        if kind.edges:
            edges: set[Row] = set()
            for body, row in kind.edges:
                steps, unreached = plan(body, self.program.builtins, size=self.model.expected)
                if unreached:
                    return False
                edges |= codegen.make(row, steps, self.model.relation, delta=False)(())
            if edges != rows:
                return False
        self.model.relations[name] = Relation(close(rows, kind.start, kind.end))
        return True

    def grouped(self, start: dict[str, set[Row]], rounds: int) -> None:
        """Derive all that follows from the rows to start with, group by group."""
        from checker.engine.grouped import Grouped, flat

        closure = Grouped(self.clauses, self.widths, self.program.builtins, self.model.relation)
        new = closure.start(start)
        while new:
            rounds -= self.counting
            if rounds < 0:
                raise Runaway(min(new))
            new = closure.round(new)
        for name, relation in closure.relations.items():
            self.model.relations[name] = Relation(flat(relation.groups, relation.width))

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
        new = {name: _without(rows, self.model.facts(name)) for name, rows in found.items()}
        return {name: rows for name, rows in new.items() if rows}

    def absorb(self, delta: dict[str, set[Row]]) -> None:
        for name, rows in delta.items():
            relation = self.model.relation(name)
            relation.add(rows, self.widths[name])
            if len(relation.rows) > (LARGEST // 10 if self.counting else LARGEST):
                raise Runaway(name)

    def heads(
        self, number: int, clause: Clause, first: Atom | None, rows: Iterable[Row]
    ) -> set[Row]:
        """The head rows of a clause, with `rows` for its atom `first` if there is one."""
        for literal in clause.body:
            if isinstance(literal, Atom) and literal is not first:
                known = literal.relation in self.program.builtins
                if not known and not self.model.relation(literal.relation).may_match(literal.args):
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
        builtins, size = self.program.builtins, self.model.expected
        return plan(clause.body, builtins, first=first, outer=outer, size=size)[0]

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


def _without(rows: set[Row], known: set[Row]) -> set[Row]:
    """The rows that are not known; no copy where all are new, as in most rounds."""
    return rows if known.isdisjoint(rows) else rows - known


def _suits(clauses: Sequence[Clause]) -> bool:
    """Whether a recursive stratum can be worked out with sets of values: columns, no aggregates, no sums."""
    atoms = [x for c in clauses for x in (c.head, *c.body) if isinstance(x, Atom)]
    return all(c.head.args and len(c.body) <= DEEPEST for c in clauses) and not any(
        isinstance(a, Aggregate | Arith) for x in atoms for a in x.args
    )


def _makes_values(clause: Clause, builtins: Mapping[str, Builtin]) -> bool:
    """Whether a clause can give values that no row had."""
    pending: list[Any] = [*clause.head.args, *clause.body]
    while pending:
        part = pending.pop()
        if isinstance(part, Arith) or (isinstance(part, Atom) and part.relation in builtins):
            return True
        if isinstance(part, Atom):
            pending += part.args
        elif isinstance(part, Compare):
            pending += (part.left, part.right)
    return False
