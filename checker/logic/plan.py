"""Body of a clause → the order in which to satisfy it, and what is unsafe in it.

Greedy, by columns bound and then by size: whatever can be decided now (comparisons, negations, built-in relations whose inputs are known) comes
first, then the atom with the most columns bound. A body with no such order is unsafe: some variable of its
head, of a comparison, of a negation or of a built-in relation is bound by no positive literal.

Does not run anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from checker.logic.program import (
    Aggregate,
    Arith,
    Atom,
    Builtin,
    Clause,
    Compare,
    Literal,
    Mode,
    Not,
    Program,
    Var,
)


class Step(NamedTuple):
    """One literal of a plan. bound: the variables known before it; mode: for a built-in relation."""

    literal: Literal
    bound: frozenset[str]
    mode: Mode | None = None
    inner: tuple[Step, ...] = ()


class Unsafe(NamedTuple):
    """A variable that nothing binds. where: head, comparison, negation, builtin or aggregate."""

    clause: Clause
    variable: str
    where: str


def is_wildcard(name: str) -> bool:
    """Whether a variable stands for anything, in one place only."""
    return name.startswith("_")


def variables(term: Any) -> Iterator[str]:
    """The variables of a term, literal or group, wildcards included."""
    if isinstance(term, Var):
        yield term.name
    elif isinstance(term, Arith | Compare):
        yield from variables(term.left)
        yield from variables(term.right)
    elif isinstance(term, Aggregate):
        yield from variables(term.term)
    elif isinstance(term, Atom):
        for argument in term.args:
            yield from variables(argument)
    elif isinstance(term, Not):
        for literal in term.body:
            yield from variables(literal)


def plan(
    body: Iterable[Literal],
    builtins: Mapping[str, Builtin],
    bound: frozenset[str] = frozenset(),
    first: Literal | None = None,
    outer: frozenset[str] = frozenset(),
    size: Callable[[str], int] = lambda relation: 0,
) -> tuple[list[Step], list[Literal]]:
    """Steps in order, and the literals that no order can reach. outer: variables of the head.

    size: rows of a relation; of atoms with as many columns bound, the smallest comes first.
    """
    rest = list(body)
    steps: list[Step] = []
    if first is not None:
        rest.remove(first)
        steps.append(Step(first, bound))
        bound |= frozenset(variables(first))
    while rest:
        chosen = _next(rest, builtins, bound, outer, size)
        if chosen is None:
            break
        literal, mode, inner = chosen
        rest.remove(literal)
        steps.append(Step(literal, bound, mode, inner))
        if not isinstance(literal, Not):
            bound |= frozenset(variables(literal))
    return steps, rest


def _next(
    rest: list[Literal],
    builtins: Mapping[str, Builtin],
    bound: frozenset[str],
    outer: frozenset[str],
    size: Callable[[str], int],
) -> tuple[Literal, Mode | None, tuple[Step, ...]] | None:
    best: tuple[tuple[int, int], Literal] | None = None
    generator: tuple[Literal, Mode] | None = None
    for literal in rest:
        if isinstance(literal, Compare):
            if _decided(literal, bound):
                return literal, None, ()
        elif isinstance(literal, Not):
            if _shared(literal, rest, bound | outer) <= bound:
                steps, unreached = plan(literal.body, builtins, bound, size=size)
                if not unreached:
                    return literal, None, tuple(steps)
        elif literal.relation in builtins:
            mode = _mode(literal, builtins[literal.relation], bound)
            if mode is not None and len(mode.inputs) == len(literal.args):
                return literal, mode, ()
            if mode is not None and generator is None:
                generator = (literal, mode)
        else:
            known = sum(_known(argument, bound) for argument in literal.args)
            score = 1000 if known == len(literal.args) else 10 * known - len(literal.args)
            if not known and bound:
                score -= 500
            rank = (score, -size(literal.relation))
            if best is None or rank > best[0]:
                best = (rank, literal)
    if generator is not None and (best is None or best[0][0] < 10):
        return generator[0], generator[1], ()
    return (best[1], None, ()) if best is not None else None


def _shared(group: Not, rest: list[Literal], outside: frozenset[str]) -> set[str]:
    """The variables of a negated group that must be known before it: those that others use too."""
    inside = {v for v in variables(group) if not is_wildcard(v)}
    if group.strict:
        return {v for v in inside if not v.startswith("#")}
    others = {v for literal in rest if literal is not group for v in variables(literal)}
    return inside & (others | outside)


def _known(term: Any, bound: frozenset[str]) -> bool:
    return all(v in bound for v in variables(term))


def _decided(literal: Compare, bound: frozenset[str]) -> bool:
    left, right = _known(literal.left, bound), _known(literal.right, bound)
    if left and right:
        return True
    if literal.op != "=":
        return False
    return left and isinstance(literal.right, Var) or right and isinstance(literal.left, Var)


def _mode(atom: Atom, builtin: Builtin, bound: frozenset[str]) -> Mode | None:
    usable = [m for m in builtin.modes if all(_known(atom.args[i], bound) for i in m.inputs)]
    return max(usable, key=lambda m: len(m.inputs), default=None)


def unsafe(program: Program) -> list[Unsafe]:
    """Every variable that nothing binds, clause by clause."""
    return [u for clause in program.clauses for u in _unsafe(clause, program.builtins)]


def _unsafe(clause: Clause, builtins: Mapping[str, Builtin]) -> Iterator[Unsafe]:
    head = [v for a in clause.head.args for v in variables(a)]
    used = frozenset(head)
    steps, unreached = plan(clause.body, builtins, outer=used)
    bound: set[str] = set()
    for step in steps:
        if not isinstance(step.literal, Not):
            bound.update(variables(step.literal))
    seen: set[str] = set()
    for literal in unreached:
        where = "comparison" if isinstance(literal, Compare) else "builtin"
        where = "negation" if isinstance(literal, Not) else where
        for variable in _loose(literal, bound):
            if variable not in seen:
                seen.add(variable)
                yield Unsafe(clause, variable, where)
    for argument in clause.head.args:
        where = "aggregate" if isinstance(argument, Aggregate) else "head"
        for variable in variables(argument):
            if (variable not in bound or is_wildcard(variable)) and variable not in seen:
                seen.add(variable)
                yield Unsafe(clause, variable, where)


def _loose(literal: Literal, bound: set[str]) -> list[str]:
    found = [v for v in variables(literal) if v not in bound]
    return [v for v in found if not is_wildcard(v)] or found
