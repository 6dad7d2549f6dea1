"""Program, model and a row → the proof of that row, as low as any.

Nothing is kept while the model is made; a proof is rebuilt when asked for. Heights come first: level by
level, stratum by stratum, with negations and groups judged against the finished model, so that the level on
which a row first appears is the least height of a proof of it (Knuth 1977, a generalization of Dijkstra's
algorithm, for unit costs). Then each row is given the first clause, and the smallest premises, that are low
enough. Everything is iterative; shared premises are one node.

Does not know what the relations mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from checker.engine.interpret import Binding, solve, value
from checker.engine.memory import Model, no_collection
from checker.engine.store import Relation, Row
from checker.engine.values import NoValue, aggregate, sort_key
from checker.logic.plan import plan, variables
from checker.logic.program import Aggregate, Arith, Atom, Clause, Compare, Const, Not, Program, Var
from checker.logic.strata import strata


@dataclass(frozen=True, slots=True)
class Node:
    """One step. kind: given, derived, absent or computed.

    given and derived: relation and row, derived also the clause and the indices of its premises. absent: the
    negated group as literal. computed: a comparison, or a built-in relation with its row and evidence.
    """

    kind: str
    relation: str
    row: Row
    premises: tuple[int, ...] = ()
    clause: Clause | None = None
    literal: Any = None
    binding: Mapping[str, Any] | None = None
    evidence: object = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as a graph without cycles: nodes[0] is what is proved, premises come after their conclusion."""

    nodes: tuple[Node, ...]
    height: int


class Prover:
    """Proofs over one model, which share what they have in common."""

    def __init__(self, program: Program, given: Mapping[str, Iterable[Row]], model: Model) -> None:
        self.program, self.model = program, model
        self.given = {name: set(rows) for name, rows in given.items()}
        self.clauses: dict[str, list[Clause]] = {}
        for clause in program.clauses:
            self.clauses.setdefault(clause.head.relation, []).append(clause)
        self._heights: dict[str, dict[Row, int]] = {}
        self._order: list[tuple[str, ...]] | None = None
        self._chosen: dict[tuple[str, Row], tuple[Clause, tuple[Any, ...]]] = {}

    def prove(self, relation: str, row: Row) -> Proof:
        """A proof of least height. Raises KeyError for a row that the model does not hold."""
        if row not in self.model.facts(relation):
            raise KeyError((relation, row))
        index: dict[tuple[str, Row], int] = {(relation, row): 0}
        nodes: list[Any] = [None]
        pending = [(relation, row)]
        while pending:
            goal = pending.pop()
            if self.height(*goal) == 0:
                nodes[index[goal]] = Node("given", *goal)
                continue
            clause, steps = self.derivation(*goal)
            premises = []
            for step in steps:
                if isinstance(step, Node):
                    premises.append(len(nodes))
                    nodes.append(step)
                    continue
                if step not in index:
                    index[step] = len(nodes)
                    nodes.append(None)
                    pending.append(step)
                premises.append(index[step])
            nodes[index[goal]] = Node("derived", *goal, tuple(dict.fromkeys(premises)), clause)
        return Proof(tuple(nodes), self.height(relation, row))

    # --- heights ---------------------------------------------------------------------------------
    def height(self, relation: str, row: Row) -> int:
        """The least height of a proof: 0 for what is given."""
        if row in self.given.get(relation, ()):
            return 0
        if relation not in self._heights:
            self._level(relation)
        return self._heights[relation][row]

    def heights(self, relation: str) -> dict[Row, int]:
        """The height of every row of a relation."""
        if relation not in self._heights:
            self._level(relation)
        return self._heights[relation]

    def _level(self, goal: str) -> None:
        """Heights of a relation and of all that it is derived from."""
        with no_collection():
            self._level_all(goal)

    def _level_all(self, goal: str) -> None:
        if self._order is None:
            self._order = strata(self.program)
        needed = {goal}
        pending = [goal]
        while pending:
            for clause in self.clauses.get(pending.pop(), ()):
                found = {a.relation for a in self._premises(clause)} - needed
                needed |= found
                pending += found
        for relation in needed - set(self.clauses):
            self._heights.setdefault(relation, dict.fromkeys(self.model.facts(relation), 0))
        for group in self._order:
            if needed & set(group) and group[0] not in self._heights:
                _Levels(self, frozenset(group)).run()

    def _premises(self, clause: Clause) -> list[Atom]:
        builtins = self.program.builtins
        return [x for x in clause.body if isinstance(x, Atom) and x.relation not in builtins]

    # --- derivations -----------------------------------------------------------------------------
    def derivation(self, relation: str, row: Row) -> tuple[Clause, tuple[Any, ...]]:
        """The first clause with a low enough derivation of a row, and its premises in order of writing."""
        found = self._chosen.get((relation, row))
        if found is not None:
            return found
        limit = self.height(relation, row) - 1
        for clause in self.clauses[relation]:
            premises = self._told(clause, row, limit)
            if premises is not None:
                self._chosen[(relation, row)] = (clause, premises)
                return clause, premises
        raise KeyError((relation, row))

    def _told(self, clause: Clause, row: Row, limit: int) -> tuple[Any, ...] | None:
        """The smallest premises no higher than limit with which a clause gives a row, None if there are none."""
        if any(isinstance(a, Aggregate) for a in clause.head.args):
            members = self._members(clause, row) if self.gives(clause, row) else None
            low = members is not None and all(self.height(*m) <= limit for m in members)
            return members if low else None
        best: tuple[Any, Binding] | None = None
        for binding in self._bodies(clause, row):
            rows = [self._row(a, binding) for a in self._premises(clause)]
            if all(self.height(r, cells) <= limit for r, cells in rows):
                key = [[sort_key(cell) for cell in cells] for _, cells in rows]
                if best is None or key < best[0]:
                    best = (key, binding)
        return None if best is None else tuple(self._step(x, best[1]) for x in clause.body)

    def gives(self, clause: Clause, row: Row) -> bool:
        """Whether the aggregates of a clause, and not of another, make a row."""
        values: dict[int, set[Any]] = {
            i: set() for i, a in enumerate(clause.head.args) if isinstance(a, Aggregate)
        }
        for binding in self._bodies(clause, row):
            for i, cells in values.items():
                with suppress(NoValue):
                    cells.add(value(clause.head.args[i].term, binding))
        return all(
            cells and _same(clause.head.args[i], cells, row[i]) for i, cells in values.items()
        )

    def _bodies(self, clause: Clause, row: Row) -> Iterator[Binding]:
        """Every way to satisfy a clause's body for a head row."""
        start: Binding = {}
        args = clause.head.args
        for term, cell in zip(args, row, strict=True):
            if isinstance(term, Var):
                if start.setdefault(term.name, cell) != cell:
                    return
            elif isinstance(term, Const) and term.value != cell:
                return
        outer = frozenset(v for a in args for v in variables(a))
        steps, _ = plan(
            clause.body,
            self.program.builtins,
            frozenset(start),
            outer=outer,
            size=self.model.expected,
        )
        for binding in solve(steps, start, self.model.relation):
            try:
                if all(
                    value(t, binding) == c
                    for t, c in zip(args, row, strict=True)
                    if isinstance(t, Arith)
                ):
                    yield binding
            except NoValue:
                continue

    def _row(self, atom: Atom, binding: Binding) -> tuple[str, Row]:
        return atom.relation, tuple(value(t, binding) for t in atom.args)

    def _members(self, clause: Clause, row: Row) -> tuple[Any, ...]:
        """The premises of every member of an aggregate's group."""
        found: dict[Any, None] = {}
        for binding in self._bodies(clause, row):
            found.update(dict.fromkeys(self._row(a, binding) for a in self._premises(clause)))
        return tuple(sorted(found, key=lambda p: (p[0], [sort_key(c) for c in p[1]])))

    def _step(self, literal: Any, binding: Binding) -> Any:
        if isinstance(literal, Not):
            return Node("absent", "", (), literal=literal, binding=binding)
        if isinstance(literal, Compare):
            return Node("computed", "", (), literal=literal, binding=binding)
        relation, row = self._row(literal, binding)
        builtin = self.program.builtins.get(relation)
        if builtin is None:
            return relation, row
        evidence = builtin.evidence(*row) if builtin.evidence else None
        return Node("computed", relation, row, literal=literal, binding=binding, evidence=evidence)


class _Levels:
    """Heights of one stratum, from those of the strata below it."""

    def __init__(self, prover: Prover, group: frozenset[str]) -> None:
        self.prover, self.group = prover, group
        self.clauses = [c for r in sorted(group) for c in prover.clauses[r]]
        self.known: dict[str, Relation] = {}
        self.waiting: dict[int, dict[str, set[Row]]] = {}

    def run(self) -> None:
        prover = self.prover
        found: dict[str, dict[Row, int]] = {r: {} for r in self.group}
        for relation in self.group:
            given = prover.given.get(relation, set())
            found[relation] = dict.fromkeys(given, 0)
            if given:
                self.waiting.setdefault(0, {})[relation] = set(given)
        below = {a.relation for c in self.clauses for a in prover._premises(c)} - self.group
        levels = {h for r in below for h in prover.heights(r).values()}
        if len(levels) <= 1 and not self._recursive() and not self.waiting:
            height = max(levels, default=0) + 1
            prover._heights.update(
                {r: dict.fromkeys(prover.model.facts(r), height) for r in self.group}
            )
            return
        for relation in below:
            for row, height in prover.heights(relation).items():
                self.waiting.setdefault(height, {}).setdefault(relation, set()).add(row)
        self._climb(found)
        prover._heights.update(found)

    def _recursive(self) -> bool:
        return any(a.relation in self.group for c in self.clauses for a in self.prover._premises(c))

    def _climb(self, found: dict[str, dict[Row, int]]) -> None:
        """Release rows level by level; what they derive belongs to the next level."""
        height = 0
        new = self._first()
        self._record(new, found, 1)
        while self.waiting:
            height = min(self.waiting)
            delta = self.waiting.pop(height)
            for relation, rows in delta.items():
                self._relation(relation).add(rows, len(next(iter(rows))))
            new = {}
            for clause in self.clauses:
                if not any(isinstance(a, Aggregate) for a in clause.head.args):
                    self._derive(clause, delta, new)
            self._record(new, found, height + 1)

    def _first(self) -> dict[str, set[Row]]:
        """What needs no premise, and what aggregates make of groups that are complete."""
        new: dict[str, set[Row]] = {}
        for clause in self.clauses:
            if any(isinstance(a, Aggregate) for a in clause.head.args):
                for row in self._aggregated(clause):
                    height = max(
                        (self.prover.height(*p) for p in self.prover._members(clause, row)),
                        default=0,
                    )
                    self.waiting.setdefault(height + 1, {}).setdefault(clause.head.relation, set())
                    self.waiting[height + 1][clause.head.relation].add(row)
            elif not self.prover._premises(clause):
                new.setdefault(clause.head.relation, set()).update(self._heads(clause, None, ()))
        return new

    def _aggregated(self, clause: Clause) -> Iterator[Row]:
        """The rows of the model that this clause, not another, gives."""
        for row in self.prover.model.facts(clause.head.relation):
            if self.prover.gives(clause, row):
                yield row

    def _derive(self, clause: Clause, delta: dict[str, set[Row]], new: dict[str, set[Row]]) -> None:
        for atom in self.prover._premises(clause):
            rows = delta.get(atom.relation)
            if rows:
                new.setdefault(clause.head.relation, set()).update(self._heads(clause, atom, rows))

    def _heads(self, clause: Clause, atom: Atom | None, rows: Iterable[Row]) -> set[Row]:
        outer = frozenset(v for a in clause.head.args for v in variables(a))
        size = lambda name, keys: self._relation(name).expected(keys)  # noqa: E731
        steps, _ = plan(
            clause.body, self.prover.program.builtins, first=atom, outer=outer, size=size
        )
        from checker.engine import codegen

        make = codegen.make(
            clause.head.args, steps, self._relation, atom is not None, self.prover.model.relation
        )
        heads: set[Row] = make(rows)
        return heads

    def _relation(self, name: str) -> Relation:
        return self.known.setdefault(name, Relation())

    def _record(
        self, new: dict[str, set[Row]], found: dict[str, dict[Row, int]], height: int
    ) -> None:
        for relation, waiting in self.waiting.get(height, {}).items():
            if relation in found:  # aggregates that are due now
                found[relation].update(
                    (row, height) for row in waiting if row not in found[relation]
                )
        for relation, rows in new.items():
            table = found[relation]
            fresh = {row for row in rows if row not in table}
            table.update(dict.fromkeys(fresh, height))
            if fresh:
                self.waiting.setdefault(height, {}).setdefault(relation, set()).update(fresh)


def _same(term: Aggregate, values: set[Any], cell: Any) -> bool:
    try:
        return bool(aggregate(term.function, values) == cell)
    except NoValue:
        return False
