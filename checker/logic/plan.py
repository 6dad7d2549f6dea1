"""Body of a clause → the order in which to satisfy it, and what is unsafe in it.

Greedy, by the rows to expect: whatever can be decided now (comparisons, negations, built-in relations whose inputs are known) comes
first, then the atom that gives the fewest rows for what is bound. A body with no such order is unsafe: some variable of its
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

Size = Callable[[str, tuple[int, ...]], float]
RELATED = 20  # rows to expect of a built-in relation with something known
UNRELATED = 10**9


def _by_columns(relation: str, keys: tuple[int, ...]) -> float:
    """Without rows to look at: the more columns are known, the better."""
    return float(1000 // 10 ** len(keys))


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
    size: Size = _by_columns,
) -> tuple[list[Step], list[Literal]]:
    """Steps in order, and the literals that no order can reach. outer: variables of the head.

    size: rows of a relation to expect for one value of some of its columns.
    """
    rest = [_part(literal) for literal in body]
    steps: list[Step] = []
    if first is not None:
        chosen = next(p for p in rest if p.literal is first or p.literal == first)
        rest.remove(chosen)
        assert isinstance(first, Atom)
        first, sums = _plain(first)
        rest += map(_part, sums)
        steps.append(Step(first, bound))
        bound = bound.union(variables(first))
    while rest:
        found = _next(rest, builtins, bound, outer, size)
        if found is None:
            break
        part, mode, inner = found
        rest.remove(part)
        steps.append(Step(part.literal, bound, mode, inner))
        if not isinstance(part.literal, Not):
            bound = bound.union(*part.terms)
    return steps, [part.literal for part in rest]


class _Part(NamedTuple):
    """A literal and the variables of each of its terms."""

    literal: Literal
    terms: tuple[frozenset[str], ...]


def _part(literal: Literal) -> _Part:
    return _Part(literal, tuple(frozenset(variables(a)) for a in _terms(literal)))


def _plain(atom: Atom) -> tuple[Atom, list[Compare]]:
    """An atom with a variable in place of each arithmetic term, and what the variables equal."""
    sums = {i: a for i, a in enumerate(atom.args) if isinstance(a, Arith)}
    if not sums:
        return atom, []
    args = tuple(Var(f"={i}") if i in sums else a for i, a in enumerate(atom.args))
    return Atom(atom.relation, args, atom.origin), [
        Compare("=", Var(f"={i}"), a) for i, a in sums.items()
    ]


def _terms(literal: Literal) -> tuple[Any, ...]:
    if isinstance(literal, Atom):
        return literal.args
    return (literal.left, literal.right) if isinstance(literal, Compare) else (literal,)


def _next(
    rest: list[_Part],
    builtins: Mapping[str, Builtin],
    bound: frozenset[str],
    outer: frozenset[str],
    size: Size,
) -> tuple[_Part, Mode | None, tuple[Step, ...]] | None:
    best: tuple[tuple[int, float], _Part, Mode | None, tuple[Step, ...]] | None = None
    for part in rest:
        found = _cost(part, rest, builtins, bound, outer, size)
        if found is not None and (best is None or found[0] < best[0]):
            best = (found[0], part, *found[1:])
    return best[1:] if best is not None else None


def _cost(
    part: _Part,
    rest: list[_Part],
    builtins: Mapping[str, Builtin],
    bound: frozenset[str],
    outer: frozenset[str],
    size: Size,
) -> tuple[tuple[int, float], Mode | None, tuple[Step, ...]] | None:
    """What a literal costs now, None if it cannot come now: first tests, cheap ones before dear ones, then
    whatever is expected to give the fewest rows."""
    literal, terms = part
    if isinstance(literal, Compare):
        return ((0, 0), None, ()) if _decided(literal, terms, bound) else None
    if isinstance(literal, Not):
        if not _shared(part, rest, bound | outer) <= bound:
            return None
        steps, unreached = plan(literal.body, builtins, bound, size=size)
        return ((2, len(steps)), None, tuple(steps)) if not unreached else None
    keys = tuple(i for i, names in enumerate(terms) if names <= bound)
    if literal.relation not in builtins:
        if len(keys) == len(terms):
            return (1, 0), None, ()
        return (4, size(literal.relation, keys)), None, ()
    mode = _mode(terms, builtins[literal.relation], bound)
    if mode is None:
        return None
    if len(mode.inputs) == len(terms):
        return (3, 0), mode, ()
    return (4, RELATED if any(terms[i] for i in mode.inputs) else UNRELATED), mode, ()


def _shared(part: _Part, rest: list[_Part], outside: frozenset[str]) -> frozenset[str]:
    """The variables of a negated group that must be known before it: those that others use too."""
    group, (names,) = part
    assert isinstance(group, Not)
    inside = frozenset(v for v in names if not is_wildcard(v))
    if group.strict:
        return frozenset(v for v in inside if not v.startswith("#"))
    return inside & outside.union(*(t for other in rest if other is not part for t in other.terms))


def _decided(literal: Compare, terms: tuple[frozenset[str], ...], bound: frozenset[str]) -> bool:
    left, right = terms[0] <= bound, terms[1] <= bound
    if left and right:
        return True
    if literal.op != "=":
        return False
    return (left and isinstance(literal.right, Var)) or (right and isinstance(literal.left, Var))


def _mode(
    terms: tuple[frozenset[str], ...], builtin: Builtin, bound: frozenset[str]
) -> Mode | None:
    usable = [m for m in builtin.modes if all(terms[i] <= bound for i in m.inputs)]
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
    return [v for v in found if not is_wildcard(v) and not v.startswith("#")] or found
