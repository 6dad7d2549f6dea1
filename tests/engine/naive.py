"""A model of the engine, a page long: apply every clause to everything until nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from checker.engine.values import COMPARE, NoValue, aggregate, arithmetic
from checker.logic.program import Aggregate, Arith, Atom, Clause, Compare, Const, Not, Program, Var
from checker.logic.strata import strata

Facts = dict[str, set[tuple[Any, ...]]]


def model(program: Program, given: Facts) -> Facts:
    facts = {name: set(rows) for name, rows in given.items()}
    domain = {cell for rows in facts.values() for row in rows for cell in row} | set(range(-3, 30))
    for group in strata(program):
        clauses = [c for c in program.clauses if c.head.relation in group]
        while True:
            new = {(c.head.relation, row) for c in clauses for row in heads(c, facts, domain)}
            new = {(r, row) for r, row in new if row not in facts.get(r, set())}
            if not new:
                break
            for relation, row in new:
                facts.setdefault(relation, set()).add(row)
    return facts


def heads(clause: Clause, facts: Facts, domain: set[Any]) -> Iterator[tuple[Any, ...]]:
    args = clause.head.args
    terms = [a.term if isinstance(a, Aggregate) else a for a in args]
    rows = set()
    for binding in bodies(clause.body, {}, facts):
        try:
            rows.add(tuple(value(t, binding) for t in terms))
        except NoValue:
            continue
    groups: dict[Any, list[Any]] = {}
    for row in rows:
        key = tuple(c for c, a in zip(row, args, strict=True) if not isinstance(a, Aggregate))
        groups.setdefault(key, []).append(row)
    for members in groups.values():
        yield tuple(
            aggregate(a.function, {m[i] for m in members})
            if isinstance(a, Aggregate)
            else members[0][i]
            for i, a in enumerate(args)
        )


def bodies(
    body: tuple[Any, ...], binding: dict[str, Any], facts: Facts
) -> Iterator[dict[str, Any]]:
    """Positive atoms first, in every way; then `=` that binds; then tests and negations."""
    atoms = [x for x in body if isinstance(x, Atom)]
    others = [x for x in body if not isinstance(x, Atom)]
    for rows in product(*(facts.get(a.relation, set()) for a in atoms)):
        found: dict[str, Any] | None = dict(binding)
        for atom, row in zip(atoms, rows, strict=True):
            found = unify(atom, row, found)
            if found is None:
                break
        if found is not None:
            yield from tested(others, found, facts)


def tested(rest: list[Any], binding: dict[str, Any], facts: Facts) -> Iterator[dict[str, Any]]:
    binding = dict(binding)
    for literal in sorted(rest, key=lambda x: isinstance(x, Not)):
        if isinstance(literal, Not):
            if next(bodies(literal.body, binding, facts), None) is not None:
                return
            continue
        try:
            if (
                literal.op == "="
                and isinstance(literal.left, Var)
                and literal.left.name not in binding
            ):
                binding[literal.left.name] = value(literal.right, binding)
            if not COMPARE[literal.op](value(literal.left, binding), value(literal.right, binding)):
                return
        except NoValue:
            return
    yield binding


def unify(atom: Atom, row: tuple[Any, ...], binding: dict[str, Any]) -> dict[str, Any] | None:
    found = dict(binding)
    for term, cell in zip(atom.args, row, strict=True):
        if isinstance(term, Const):
            if term.value != cell:
                return None
        elif found.setdefault(term.name, cell) != cell:
            return None
    return found


def value(term: Any, binding: dict[str, Any]) -> Any:
    if isinstance(term, Var):
        return binding[term.name]
    if isinstance(term, Const):
        return term.value
    assert isinstance(term, Arith)
    return arithmetic(term.operator, value(term.left, binding), value(term.right, binding))


def height(program: Program, given: Facts, facts: Facts) -> dict[tuple[str, Any], int]:
    """The least height of a proof of every fact, by relaxation until nothing changes."""
    known = {(r, row): 0 for r, rows in given.items() for row in rows}
    changed = True
    while changed:
        changed = False
        for clause in program.clauses:
            atoms = [x for x in clause.body if isinstance(x, Atom)]
            for binding in bodies(clause.body, {}, facts):
                premises = [(a.relation, tuple(value(t, binding) for t in a.args)) for a in atoms]
                if all(p in known for p in premises):
                    try:
                        row = tuple(value(t, binding) for t in clause.head.args)
                    except NoValue:
                        continue
                    best = 1 + max((known[p] for p in premises), default=0)
                    if best < known.get((clause.head.relation, row), 10**9):
                        known[(clause.head.relation, row)] = best
                        changed = True
    return known


__all__ = ["Compare", "height", "model"]
