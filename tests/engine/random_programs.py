"""A seeded choice → a random stratified program with facts, and the same for clingo. For tests only.

Relations `a b` are given and also derived into `p0 … p4`; each `p` reads those before it, itself and its
neighbour positively, and negates or aggregates only what comes before.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

GIVEN = ("a", "b", "s")
WIDTHS = {"a": 2, "b": 2, "s": 1, "p0": 2, "p1": 1, "p2": 2, "p3": 2, "p4": 3}
LAYERS = (("p0",), ("p1", "p2"), ("p3",), ("p4",))  # p1 and p2 may be mutually recursive
AGGREGATES = ("count", "min", "max", "sum")


class Sample(NamedTuple):
    """A program as text for `notation`, the same for clingo, and facts over small numbers."""

    text: str
    clingo: str
    facts: dict[str, set[tuple[int, ...]]]


def sample(chance: Random, size: int = 5, rows: int = 8) -> Sample:
    """One random program. size: how many values there are; rows: how many rows a relation has at most."""
    facts = {
        name: {
            tuple(chance.randrange(size) for _ in range(WIDTHS[name]))
            for _ in range(chance.randrange(rows + 1))
        }
        for name in GIVEN
    }
    if chance.random() < 0.4:
        facts["p0"] = {(chance.randrange(size), chance.randrange(size)) for _ in range(3)}
    ours, theirs, below = [], [], list(GIVEN)
    for layer in LAYERS:
        for name in layer:
            for _ in range(chance.randrange(1, 4)):
                one, other = _clause(chance, name, below, [*below, *layer])
                ours.append(one)
                theirs.append(other)
        below += layer
    return Sample("\n".join(ours), "\n".join(theirs), facts)


def _clause(chance: Random, head: str, below: list[str], readable: list[str]) -> tuple[str, str]:
    if head == "p3" and chance.random() < 0.6:
        return _aggregate(chance, head, [r for r in below if WIDTHS[r] == 2])
    if head == "p2" and chance.random() < 0.3:  # recursion that counts up to a bound
        text = "p2(X, M) :- p2(X, N), s(X), M = N + 1, M < 9."
        return text, text
    if head in ("p0", "p2") and chance.random() < 0.5:
        return _closure(chance, head, [r for r in below if WIDTHS[r] == 2])
    counting = head == "p4" and chance.random() < 0.5  # not recursive, or it would count for ever
    readable, names = below if counting else readable, "XYZW"
    atoms = [_atom(chance, chance.choice(readable), names) for _ in range(chance.randrange(1, 4))]
    bound = sorted({c for a in atoms for c in a if c in names})
    if not bound:
        return _clause(chance, head, below, readable)
    body, other = list(atoms), list(atoms)
    for maker in (_negation, _test, _group):
        if chance.random() < 0.35:
            one, two = maker(chance, below, bound)
            body.append(one)
            other.append(two)
    chance.shuffle(body)
    columns = [chance.choice(bound) for _ in range(WIDTHS[head])]
    if counting:
        columns[0] += f" + {chance.randrange(3)}"
    start = f"{head}({', '.join(columns)}) :- "
    return start + ", ".join(body) + ".", start + ", ".join(other) + "."


def _closure(chance: Random, head: str, edges: list[str]) -> tuple[str, str]:
    edge = chance.choice(edges)
    text = f"{head}(X, Y) :- {edge}(X, Y). " + chance.choice(
        (
            f"{head}(X, Z) :- {head}(X, Y), {edge}(Y, Z).",
            f"{head}(X, Z) :- {edge}(X, Y), {head}(Y, Z).",
            f"{head}(X, Z) :- {head}(X, Y), {head}(Y, Z).",
            f"{head}(Z, X) :- {head}(Y, X), {edge}(Y, Z).",
        )
    )
    return text, text


def _aggregate(chance: Random, head: str, readable: list[str]) -> tuple[str, str]:
    relation, function = chance.choice(readable), chance.choice(AGGREGATES)
    ours = f"{head}(X, {function}(Y)) :- {relation}(X, Y)."
    return ours, f"{head}(X, N) :- {relation}(X, _), N = #{function} {{ Y : {relation}(X, Y) }}."


def _atom(chance: Random, relation: str, names: str) -> str:
    return f"{relation}({', '.join(_column(chance, names) for _ in range(WIDTHS[relation]))})"


def _column(chance: Random, names: str) -> str:
    kind = chance.random()
    return "_" if kind < 0.1 else str(chance.randrange(4)) if kind < 0.2 else chance.choice(names)


def _negation(chance: Random, below: list[str], bound: list[str]) -> tuple[str, str]:
    text = f"not {_atom(chance, chance.choice(below), ''.join(bound))}"
    return text, text


def _test(chance: Random, below: list[str], bound: list[str]) -> tuple[str, str]:
    sign = chance.choice(("!=", "<", "<=", ">", ">=", "="))
    right = chance.choice((chance.choice(bound), f"{chance.choice(bound)} + 1", "2"))
    text = f"{chance.choice(bound)} {sign} {right}"
    return text, text


def _group(chance: Random, below: list[str], bound: list[str]) -> tuple[str, str]:
    """A negated group with a variable of its own; clingo says it with a count of nothing."""
    pairs = [r for r in below if WIDTHS[r] == 2]
    one, other, outer = chance.choice(pairs), chance.choice(pairs), chance.choice(bound)
    inner = f"{one}({outer}, V), {other}(V, {chance.choice(bound)})"
    return f"not {{{inner}}}", f"#count {{ V : {inner} }} = 0"
