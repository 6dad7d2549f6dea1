"""Proofs: every node follows from its premises, and no proof is lower."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.engine.memory import evaluate
from checker.engine.proof import Node, Proof, Prover
from checker.logic.program import Aggregate, Atom, Clause, Program
from checker.logic.strata import strata
from tests.engine import by_definition as naive
from tests.engine.notation import program
from tests.engine.random_programs import LAYERS, sample

PATHS = "path(X, Y) :- edge(X, Y). path(X, Z) :- path(X, Y), edge(Y, Z)."


def prover(text: str, facts: dict[str, Any]) -> Prover:
    rules = program(text)
    return Prover(rules, facts, evaluate(rules, facts))


def bodies(clause: Clause, row: tuple[Any, ...], rows: naive.Rows) -> list[dict[str, Any]]:
    """The bindings with which a clause gives a row; all of the group for an aggregate."""
    args, found = clause.head.args, []
    for binding in naive.bodies(clause.body, rows, {}):
        try:
            same = all(
                isinstance(a, Aggregate) or naive.term(a, binding) == c
                for a, c in zip(args, row, strict=True)
            )
        except (TypeError, ZeroDivisionError):
            continue
        if same:
            found.append(binding)
    return found


def premises(clause: Clause, binding: dict[str, Any]) -> list[tuple[str, tuple[Any, ...]]]:
    """The rows that a binding reads. A wildcard is bound like any other variable."""
    return [
        (x.relation, tuple(naive.term(a, binding) for a in x.args))
        for x in clause.body
        if isinstance(x, Atom)
    ]


def least_heights(rules: Program, facts: naive.Rows, rows: naive.Rows) -> dict[Any, int]:
    """The least height of every row, by relaxing until nothing changes."""
    heights: dict[Any, int] = {(name, row): 0 for name, given in facts.items() for row in given}
    never, changed = 10**9, True
    options: list[tuple[Any, list[Any]]] = []
    for clause in rules.clauses:
        aggregated = any(isinstance(a, Aggregate) for a in clause.head.args)
        for row in naive.heads(clause, rows):
            ways = [premises(clause, b) for b in bodies(clause, row, rows)]
            together = [p for way in ways for p in way]
            options += [
                ((clause.head.relation, row), w) for w in ([together] if aggregated else ways)
            ]
    while changed:
        changed = False
        for goal, way in options:
            height = 1 + max((heights.get(p, never) for p in way), default=0)
            if height < min(heights.get(goal, never), never):
                heights[goal] = height
                changed = True
    return heights


def check(proof: Proof, rules: Program, facts: naive.Rows, rows: naive.Rows) -> None:
    """Every node is right, there is no circle, and the height is what it says."""
    heights: dict[int, int] = {}
    pending = [0]
    while pending:
        at = pending[-1]
        node = proof.nodes[at]
        missing = [p for p in node.premises if p not in heights]
        assert not set(missing) & set(pending), "a circle"
        if missing:
            pending += missing[:1]
            continue
        pending.pop()
        inner = [heights[p] for p in node.premises if proof.nodes[p].kind in ("given", "derived")]
        heights[at] = 1 + max(inner, default=0) if node.kind == "derived" else 0
        check_node(node, [proof.nodes[p] for p in node.premises], facts, rows)
    assert len(heights) == len(proof.nodes), "a node that nothing leads to"
    assert heights[0] == proof.height
    told = [(n.relation, n.row) for n in proof.nodes if n.kind in ("given", "derived")]
    assert len(told) == len(set(told)), "a row told twice"


def check_node(node: Node, below: list[Node], facts: naive.Rows, rows: naive.Rows) -> None:
    if node.kind == "given":
        assert node.row in facts[node.relation]
    elif node.kind == "derived":
        assert node.clause is not None
        assert node.clause.head.relation == node.relation
        used = {(n.relation, n.row) for n in below if n.kind in ("given", "derived")}
        ways = [set(premises(node.clause, b)) for b in bodies(node.clause, node.row, rows)]
        if any(isinstance(a, Aggregate) for a in node.clause.head.args):
            assert used == set().union(*ways)
        else:
            assert used in ways
    elif node.kind == "absent":
        assert next(naive.bodies(node.literal.body, rows, dict(node.binding or {})), None) is None
    else:
        assert node.kind == "computed"


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_proofs_are_right_and_as_low_as_any(seed: int) -> None:
    case = sample(Random(seed), size=4, rows=5)
    rules = program(case.text)
    rows = naive.model(rules, dict(case.facts), strata(rules))
    least = least_heights(rules, case.facts, rows)
    proofs = Prover(rules, case.facts, evaluate(rules, case.facts))
    for name in (n for layer in LAYERS for n in layer):
        for row in sorted(rows.get(name, ())):
            proof = proofs.prove(name, row)
            assert proof.height == least[name, row], (name, row)
            check(proof, rules, case.facts, rows)


def test_given_rows_need_no_proof() -> None:
    proof = prover(PATHS, {"edge": {(1, 2)}, "path": {(1, 2)}}).prove("path", (1, 2))
    assert [n.kind for n in proof.nodes] == ["given"]
    assert proof.height == 0


def test_the_short_way_round_is_told() -> None:
    edges = {(i, i + 1) for i in range(9)} | {(0, 8)}
    proof = prover(PATHS, {"edge": edges}).prove("path", (0, 9))
    assert proof.height == 2
    assert {n.row for n in proof.nodes if n.kind == "given"} == {(0, 8), (8, 9)}


def test_squares_are_told_in_the_logarithm_of_their_length() -> None:
    text = "path(X, Y) :- edge(X, Y). path(X, Z) :- path(X, Y), path(Y, Z)."
    proof = prover(text, {"edge": {(i, i + 1) for i in range(32)}}).prove("path", (0, 32))
    assert proof.height == 6


def test_ties_go_to_the_first_clause_and_the_smallest_premises() -> None:
    text = "p(X) :- a(X, Y), b(Y). p(X) :- c(X)."
    facts = {"a": {(1, 3), (1, 2)}, "b": {(3,), (2,)}, "c": {(1,)}}
    proof = prover(text, facts).prove("p", (1,))
    assert {(n.relation, n.row) for n in proof.nodes} == {("p", (1,)), ("a", (1, 2)), ("b", (2,))}


def test_absent_computed_and_every_member_of_a_group() -> None:
    text = "p(X) :- n(X), X > 1, not {e(X, Y), n(Y)}. all(count(X)) :- p(X)."
    proofs = prover(text, {"n": {(1,), (2,), (3,)}, "e": {(3, 9)}})
    assert sorted(n.kind for n in proofs.prove("p", (3,)).nodes) == [
        "absent",
        "computed",
        "derived",
        "given",
    ]
    group = proofs.prove("all", (2,))
    assert {n.row for n in group.nodes if n.relation == "p"} == {(2,), (3,)}


def test_row_that_does_not_hold() -> None:
    with pytest.raises(KeyError):
        prover(PATHS, {"edge": {(1, 2)}}).prove("path", (2, 1))


def test_proof_20000_deep() -> None:
    text = "at(X) :- start(X). at(Y) :- at(X), edge(X, Y)."
    proofs = prover(text, {"edge": {(i, i + 1) for i in range(20_000)}, "start": {(0,)}})
    assert proofs.prove("at", (20_000,)).height == 20_001
