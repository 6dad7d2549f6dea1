"""Program and rows → model, by the definition and nothing clever: the engine is tested against it.

Every body is tried with every row of every atom, clause after clause, until nothing changes; relations that
are negated or aggregated are finished first.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

from checker.engine.values import NoValue, aggregate
from checker.logic.program import Aggregate, Arith, Atom, Clause, Compare, Const, Not, Program, Var

Rows = dict[str, set[tuple[Any, ...]]]
SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
TESTS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def term(found: Any, binding: dict[str, Any]) -> Any:
    if isinstance(found, Arith):
        return SIGNS[found.operator](term(found.left, binding), term(found.right, binding))
    return found.value if isinstance(found, Const) else binding[found.name]


def bodies(body: tuple[Any, ...], rows: Rows, binding: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every binding of a body: atoms first, then what they decide."""
    rest = sorted(body, key=lambda x: (not isinstance(x, Atom), isinstance(x, Not)))
    if not rest:
        yield binding
        return
    literal, rest = rest[0], rest[1:]
    if isinstance(literal, Atom):
        for row in rows.get(literal.relation, set()):
            found = dict(binding)
            pairs = list(zip(literal.args, row, strict=True))
            if all(
                found.setdefault(a.name, c) == c for a, c in pairs if isinstance(a, Var)
            ) and all(term(a, found) == c for a, c in pairs if not isinstance(a, Var)):
                yield from bodies(tuple(rest), rows, found)
        return
    if isinstance(literal, Not):
        if next(bodies(literal.body, rows, binding), None) is None:
            yield from bodies(tuple(rest), rows, binding)
        return
    assert isinstance(literal, Compare)
    try:
        for one, other in ((literal.left, literal.right), (literal.right, literal.left)):
            if isinstance(one, Var) and one.name not in binding:
                yield from bodies(tuple(rest), rows, {**binding, one.name: term(other, binding)})
                return
        holds = TESTS[literal.op](term(literal.left, binding), term(literal.right, binding))
    except (TypeError, ZeroDivisionError):
        return
    if holds:
        yield from bodies(tuple(rest), rows, binding)


def heads(clause: Clause, rows: Rows) -> set[tuple[Any, ...]]:
    """The head rows of one clause."""
    args = clause.head.args
    members = set()
    for binding in bodies(clause.body, rows, {}):
        try:
            members.add(
                tuple(term(a.term if isinstance(a, Aggregate) else a, binding) for a in args)
            )
        except (TypeError, ZeroDivisionError):
            continue
    plain = [i for i, a in enumerate(args) if not isinstance(a, Aggregate)]
    if len(plain) == len(args):
        return members
    found = set()
    for key in {tuple(m[i] for i in plain) for m in members}:
        group = [m for m in members if tuple(m[i] for i in plain) == key]
        try:
            found.add(
                tuple(
                    aggregate(a.function, {m[i] for m in group})
                    if isinstance(a, Aggregate)
                    else group[0][i]
                    for i, a in enumerate(args)
                )
            )
        except NoValue:
            continue
    return found


def model(program: Program, facts: Rows, strata: list[tuple[str, ...]]) -> Rows:
    """All rows that follow."""
    rows = {name: set(given) for name, given in facts.items()}
    for group in strata:
        while True:
            new: Rows = {}
            for clause in program.clauses:
                if clause.head.relation in group:
                    new.setdefault(clause.head.relation, set()).update(heads(clause, rows))
            if all(found <= rows.get(name, set()) for name, found in new.items()):
                break
            for name, found in new.items():
                rows.setdefault(name, set()).update(found)
    return rows
