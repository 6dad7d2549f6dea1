"""Steps of a plan and relations → bindings, one by one.

The plain reading of a body: nested loops over indexes. It serves small relations, where it is cheaper than
making code, and proofs, where every premise of one row is wanted. `codegen` does the same for large ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from checker.engine.store import Relation, Row
from checker.engine.values import COMPARE, NoValue, arithmetic
from checker.logic.plan import Step
from checker.logic.program import Arith, Atom, Compare, Const, Not, Var

Binding = dict[str, Any]
Lookup = Callable[[str], Relation]


def value(term: Any, binding: Mapping[str, Any]) -> Any:
    """The value of a term whose variables are bound. Raises NoValue."""
    if isinstance(term, Var):
        return binding[term.name]
    if isinstance(term, Const):
        return term.value
    assert isinstance(term, Arith)
    return arithmetic(term.operator, value(term.left, binding), value(term.right, binding))


def solve(
    steps: Sequence[Step], binding: Binding, lookup: Lookup, delta: Sequence[Row] | None = None
) -> Iterator[Binding]:
    """Every binding that satisfies the steps. delta: rows for the first step instead of its relation's."""
    if not steps:
        yield binding
        return
    stack = [_matches(steps[0], binding, lookup, delta)]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
        elif len(stack) == len(steps):
            yield found
        else:
            stack.append(_matches(steps[len(stack)], found, lookup, None))


def _matches(
    step: Step, binding: Binding, lookup: Lookup, delta: Sequence[Row] | None
) -> Iterator[Binding]:
    literal = step.literal
    try:
        if isinstance(literal, Compare):
            yield from _compared(literal, binding)
        elif isinstance(literal, Not):
            if next(solve(step.inner, dict(binding), lookup), None) is None:
                yield binding
        elif step.mode is not None:
            yield from _worked_out(step, literal, binding)
        else:
            yield from _looked_up(literal, binding, lookup(literal.relation), delta)
    except NoValue:
        return


def _compared(literal: Compare, binding: Binding) -> Iterator[Binding]:
    for side, other in ((literal.left, literal.right), (literal.right, literal.left)):
        if isinstance(side, Var) and side.name not in binding:
            yield {**binding, side.name: value(other, binding)}
            return
    if COMPARE[literal.op](value(literal.left, binding), value(literal.right, binding)):
        yield binding


def _worked_out(step: Step, atom: Atom, binding: Binding) -> Iterator[Binding]:
    assert step.mode is not None
    inputs = step.mode.inputs
    rest = [t for i, t in enumerate(atom.args) if i not in inputs]
    for row in step.mode.function(*(value(atom.args[i], binding) for i in inputs)):
        found = _unified(rest, row, binding)
        if found is not None:
            yield found


def _looked_up(
    atom: Atom, binding: Binding, relation: Relation, delta: Sequence[Row] | None
) -> Iterator[Binding]:
    if delta is not None:
        rows: Any = delta
        rest = list(atom.args)
    else:
        keys = tuple(i for i, t in enumerate(atom.args) if _is_bound(t, binding))
        others = tuple(i for i in range(len(atom.args)) if i not in keys)
        rest = [atom.args[i] for i in others]
        if not keys:
            rows = list(relation.rows)
        else:
            wanted = [value(atom.args[i], binding) for i in keys]
            if not others:
                if tuple(wanted) in relation.rows:
                    yield binding
                return
            index = relation.index(keys, others, len(atom.args))
            rows = index.get(wanted[0] if len(keys) == 1 else tuple(wanted), ())
            if len(others) == 1:
                rows = [(v,) for v in rows]
            else:
                rows = list(rows)
    for row in rows:
        found = _unified(rest, row, binding)
        if found is not None:
            yield found


def _is_bound(term: Any, binding: Mapping[str, Any]) -> bool:
    if isinstance(term, Var):
        return term.name in binding
    return isinstance(term, Const) or (
        _is_bound(term.left, binding) and _is_bound(term.right, binding)
    )


def _unified(terms: Sequence[Any], row: Row, binding: Binding) -> Binding | None:
    found = dict(binding)
    for term, cell in zip(terms, row, strict=True):
        if isinstance(term, Var) and term.name not in found:
            found[term.name] = cell
        elif value(term, found) != cell:
            return None
    return found
