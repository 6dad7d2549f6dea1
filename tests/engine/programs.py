"""Random stratified programs: recursion, negation, comparisons and sums over small numbers."""

from __future__ import annotations

from random import Random

from checker.logic.program import Arith, Atom, Clause, Compare, Const, Not, Program, Var

BASE = {"e": 2, "f": 2, "u": 1}
DERIVED = ["p", "q", "r", "s"]  # each may use itself, its predecessors, and the negation of those
VARIABLES = ["X", "Y", "Z"]


def facts(random: Random, size: int = 4) -> dict[str, set[tuple[int, ...]]]:
    return {
        name: {
            tuple(random.randrange(size) for _ in range(width))
            for _ in range(random.randrange(4, 12))
        }
        for name, width in BASE.items()
    }


def program(random: Random, aggregates: bool = False) -> Program:
    clauses = []
    for level, name in enumerate(DERIVED):
        lower = [*BASE, *DERIVED[:level]]
        for i in range(random.randrange(1, 4)):
            clauses.append(_clause(random, name, lower, recursive=i > 0))
    return Program(tuple(clauses), {})


def _clause(random: Random, name: str, lower: list[str], recursive: bool) -> Clause:
    positive = [
        _atom(random, random.choice([*lower, name] if recursive else lower))
        for _ in range(random.randrange(1, 4))
    ]
    bound = sorted({a.name for atom in positive for a in atom.args if isinstance(a, Var)})
    body: list[object] = list(positive)
    if not bound:
        bound = ["X"]
        body.append(Atom("u", (Var("X"),)))
    if random.random() < 0.5:
        wanted = _atom(random, random.choice(lower), bound)
        body.append(Not((wanted,), strict=True))
    if random.random() < 0.3:
        group = _atom(random, random.choice(lower), [*bound, "L"])
        body.append(Not((group, _atom(random, "e", [*bound, "L"])), strict=False))
    if random.random() < 0.5:
        op = random.choice(["<", "<=", "!=", ">", ">=", "="])
        body.append(
            Compare(
                op, Var(random.choice(bound)), random.choice([Var(random.choice(bound)), Const(3)])
            )
        )
    head: list[object] = [Var(random.choice(bound)) for _ in range(2)]
    if not recursive and random.random() < 0.3:
        head[1] = Arith(random.choice("+-*"), Var(random.choice(bound)), Const(random.randrange(3)))
    random.shuffle(body)
    return Clause(Atom(name, tuple(head)), tuple(body))  # type: ignore[arg-type]


def _atom(random: Random, relation: str, variables: list[str] | None = None) -> Atom:
    width = BASE.get(relation, 2)
    choice = variables or VARIABLES
    return Atom(
        relation,
        tuple(
            Const(random.randrange(5)) if random.random() < 0.15 else Var(random.choice(choice))
            for _ in range(width)
        ),
    )
