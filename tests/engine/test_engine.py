"""The engine: exact results of every feature, and agreement with a naive model and with clingo."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.engine.memory import Runaway, evaluate
from checker.engine.proof import Prover
from checker.logic.plan import unsafe
from checker.logic.program import (
    Aggregate,
    Arith,
    Atom,
    Builtin,
    Clause,
    Compare,
    Const,
    Mode,
    Not,
    Program,
    Var,
)
from checker.logic.strata import strata, unstratified

from . import naive, programs

X, Y, Z, N = Var("X"), Var("Y"), Var("Z"), Var("N")
EDGES = {"edge": {(1, 2), (2, 3), (3, 4), (4, 2)}}


def atom(relation: str, *args: Any) -> Atom:
    return Atom(relation, args)


def rules(*clauses: tuple[Atom, tuple[Any, ...]], **builtins: Builtin) -> Program:
    return Program(tuple(Clause(head, body) for head, body in clauses), builtins)


PATH = (
    (atom("path", X, Y), (atom("edge", X, Y),)),
    (atom("path", X, Z), (atom("path", X, Y), atom("edge", Y, Z))),
)


@pytest.mark.parametrize("interpreted", [True, False])
class TestFeatures:
    def facts(self, interpreted: bool, program: Program, relation: str, given: Any = EDGES) -> Any:
        assert unsafe(program) == []
        assert unstratified(program) == []
        return evaluate(program, given, interpreted=interpreted).facts(relation)

    def test_linear_recursion(self, interpreted: bool) -> None:
        found = self.facts(interpreted, rules(*PATH), "path")
        assert found == {(1, 2), (1, 3), (1, 4)} | {(a, b) for a in (2, 3, 4) for b in (2, 3, 4)}

    def test_nonlinear_recursion(self, interpreted: bool) -> None:
        program = rules(PATH[0], (atom("path", X, Z), (atom("path", X, Y), atom("path", Y, Z))))
        linear = self.facts(interpreted, rules(*PATH), "path")
        assert self.facts(interpreted, program, "path") == linear

    def test_mutual_recursion(self, interpreted: bool) -> None:
        program = rules(
            (atom("odd", X, Y), (atom("edge", X, Y),)),
            (atom("odd", X, Z), (atom("even", X, Y), atom("edge", Y, Z))),
            (atom("even", X, Z), (atom("odd", X, Y), atom("edge", Y, Z))),
        )
        given = {"edge": {(0, 1), (1, 2), (2, 3)}}
        assert self.facts(interpreted, program, "odd", given) == {(0, 1), (1, 2), (2, 3), (0, 3)}
        assert self.facts(interpreted, program, "even", given) == {(0, 2), (1, 3)}

    def test_negated_group_with_a_local_variable(self, interpreted: bool) -> None:
        group = Not((atom("edge", X, Y), Compare(">", Y, Const(3))))
        program = rules((atom("small", X), (atom("edge", X, Var("_1")), group)))
        assert self.facts(interpreted, program, "small") == {(1,), (2,), (4,)}

    def test_negated_negation(self, interpreted: bool) -> None:
        inner = Not((atom("edge", Y, Const(2)),), strict=True)
        program = rules(
            (atom("all_to_2", X), (atom("edge", X, Var("_1")), Not((atom("edge", X, Y), inner))))
        )
        assert self.facts(interpreted, program, "all_to_2") == {(3,)}

    def test_aggregates(self, interpreted: bool) -> None:
        given = {"vote": {("a", 1), ("a", 5), ("a", 3), ("b", 2)}}
        values = [Aggregate(f, N) for f in ("count", "min", "max", "sum", "list")]
        program = rules((atom("tally", X, *values), (atom("vote", X, N),)))
        assert self.facts(interpreted, program, "tally", given) == {
            ("a", 3, 1, 5, 9, (1, 3, 5)),
            ("b", 1, 2, 2, 2, (2,)),
        }

    def test_arithmetic_and_comparison(self, interpreted: bool) -> None:
        total = Arith("+", X, Arith("*", Y, Const(10)))
        program = rules(
            (
                atom("sum", N),
                (atom("edge", X, Y), Compare("=", N, total), Compare(">", N, Const(30))),
            )
        )
        assert self.facts(interpreted, program, "sum") == {(32,), (43,)}

    def test_arithmetic_without_a_result_does_not_match(self, interpreted: bool) -> None:
        program = rules(
            (atom("ratio", Arith("/", X, Arith("-", X, Const(1)))), (atom("edge", X, Var("_1")),))
        )
        assert self.facts(interpreted, program, "ratio") == {(2,), (1.5,), (4 / 3,)}

    def test_values_of_other_kinds_do_not_compare(self, interpreted: bool) -> None:
        program = rules((atom("less", X, Y), (atom("v", X), atom("v", Y), Compare("<", X, Y))))
        assert self.facts(interpreted, program, "less", {"v": {(1,), (2,), ("a",)}}) == {(1, 2)}

    def test_builtins_by_mode(self, interpreted: bool) -> None:
        double = Builtin(
            "double",
            ("number", "number"),
            (
                Mode((0,), lambda n: [(2 * n,)]),
                Mode((1,), lambda n: [(n // 2,)] if n % 2 == 0 else []),
                Mode((0, 1), lambda a, b: [()] if b == 2 * a else []),
            ),
        )
        forward = rules(
            (atom("d", X, N), (atom("edge", X, Y), atom("double", Y, N))), double=double
        )
        assert self.facts(interpreted, forward, "d") == {(1, 4), (2, 6), (3, 8), (4, 4)}
        backward = rules(
            (atom("h", N), (atom("edge", X, Var("_1")), atom("double", N, X))), double=double
        )
        assert self.facts(interpreted, backward, "h") == {(1,), (2,)}
        test = rules((atom("t", X, Y), (atom("edge", X, Y), atom("double", X, Y))), double=double)
        assert self.facts(interpreted, test, "t") == {(1, 2)}

    def test_wildcards_constants_and_repeated_variables(self, interpreted: bool) -> None:
        given = {"t": {(1, 1, 2), (1, 2, 2), (3, 3, 3)}}
        program = rules(
            (atom("same", X), (atom("t", X, X, Var("_1")),)),
            (atom("two", X), (atom("t", X, Var("_1"), Const(2)),)),
        )
        assert self.facts(interpreted, program, "same", given) == {(1,), (3,)}
        assert self.facts(interpreted, program, "two", given) == {(1,)}

    def test_facts_and_rules_of_one_relation(self, interpreted: bool) -> None:
        program = rules((atom("edge", Y, X), (atom("edge", X, Y),)))
        assert self.facts(interpreted, program, "edge", {"edge": {(1, 2)}}) == {(1, 2), (2, 1)}

    def test_recursion_that_never_ends_is_stopped(self, interpreted: bool) -> None:
        program = rules((atom("n", Arith("+", X, Const(1))), (atom("n", X),)))
        with pytest.raises(Runaway) as caught:
            evaluate(program, {"n": {(0,)}}, interpreted=interpreted, rounds=500)
        assert caught.value.relation == "n"


class TestSafety:
    def breaches(self, *clauses: Any, **builtins: Builtin) -> list[tuple[str, str]]:
        return [(u.variable, u.where) for u in unsafe(rules(*clauses, **builtins))]

    def test_head(self) -> None:
        assert self.breaches((atom("p", X), (atom("q", Y),))) == [("X", "head")]
        assert self.breaches((atom("p", Var("_1")), (atom("q", Var("_1")),))) == [("_1", "head")]

    def test_comparison(self) -> None:
        assert self.breaches((atom("p", X), (atom("q", X), Compare("<", X, Y)))) == [
            ("Y", "comparison")
        ]

    def test_negation(self) -> None:
        strict = Not((atom("r", X, Y),), strict=True)
        assert self.breaches((atom("p", X), (atom("q", X), strict))) == [("Y", "negation")]
        wild = Not((atom("r", X, Var("_1")),), strict=True)
        assert self.breaches((atom("p", X), (atom("q", X), wild))) == []
        outside = Not((atom("r", X, Y), atom("r", Y, X)))
        assert self.breaches((atom("p", X, Y), (atom("q", X), outside))) == [("Y", "negation")]

    def test_builtin(self) -> None:
        double = Builtin("double", ("number", "number"), (Mode((0,), lambda n: [(2 * n,)]),))
        assert self.breaches((atom("p", X), (atom("double", X, Y),)), double=double) == [
            ("X", "builtin"),
            ("Y", "builtin"),
        ]

    def test_cycle_through_negation_is_shown(self) -> None:
        program = rules(
            (atom("p", X), (atom("u", X), Not((atom("q", X),), strict=True))),
            (atom("q", X), (atom("r", X),)),
            (atom("r", X), (atom("p", X),)),
        )
        (breach,) = unstratified(program)
        assert breach.cycle == ("p", "q", "r", "p")

    def test_aggregate_in_a_cycle(self) -> None:
        program = rules((atom("p", X, Aggregate("count", Y)), (atom("p", Y, X),)))
        assert [b.cycle for b in unstratified(program)] == [("p", "p")]

    def test_thousands_of_relations(self) -> None:
        chain = [(atom(f"p{i + 1}", X), (atom(f"p{i}", X),)) for i in range(5000)]
        program = rules(*chain)
        assert strata(program)[0] == ("p1",)
        model = evaluate(program, {"p0": {(7,)}})
        assert model.facts("p5000") == {(7,)}
        assert Prover(program, {"p0": {(7,)}}, model).prove("p5000", (7,)).height == 5000


@settings(deadline=None, max_examples=120)
@given(st.integers(0, 10**9))
def test_engine_agrees_with_the_naive_model(seed: int) -> None:
    random = Random(seed)
    program, given_facts = programs.program(random), programs.facts(random)
    expected = naive.model(program, given_facts)
    for interpreted in (True, False):
        model = evaluate(program, given_facts, interpreted=interpreted)
        for relation in (*programs.BASE, *programs.DERIVED):
            assert model.facts(relation) == expected.get(relation, set())


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9))
def test_proofs_are_sound_and_of_least_height(seed: int) -> None:
    random = Random(seed)
    program, given_facts = programs.program(random), programs.facts(random)
    model = evaluate(program, given_facts)
    everything = {r: model.facts(r) for r in (*programs.BASE, *programs.DERIVED)}
    heights = naive.height(program, given_facts, everything)
    prover = Prover(program, given_facts, model)
    for relation in programs.DERIVED:
        for row in sorted(model.facts(relation)):
            proof = prover.prove(relation, row)
            assert proof.height == heights[(relation, row)]
            _check(proof, given_facts)


def _check(proof: Any, given_facts: Any) -> None:
    """Every step follows: given rows are given, derived ones are instances of their clause, no cycles."""
    nodes = proof.nodes
    depth: dict[int, int] = {}

    def measure(index: int) -> int:
        if index not in depth:
            depth[index] = -1
            inner = [measure(i) for i in nodes[index].premises]
            assert -1 not in inner, "a proof must not go in circles"
            depth[index] = 1 + max(inner) if nodes[index].kind == "derived" and inner else 0
            if nodes[index].kind == "derived" and not any(
                nodes[i].kind in ("given", "derived") for i in nodes[index].premises
            ):
                depth[index] = 1
        return depth[index]

    assert measure(0) == proof.height
    for node in nodes:
        if node.kind == "given":
            assert node.row in given_facts[node.relation]
        if node.kind == "derived":
            wanted = [x.relation for x in node.clause.body if isinstance(x, Atom)]
            found = {
                nodes[i].relation for i in node.premises if nodes[i].kind in ("given", "derived")
            }
            assert found == set(wanted)


def test_a_proof_of_ten_thousand_steps() -> None:
    edges = {"edge": {(i, i + 1) for i in range(2000)}, "start": {(0,)}}
    program = rules(
        (atom("reached", X), (atom("start", X),)),
        (atom("reached", Y), (atom("reached", X), atom("edge", X, Y))),
    )
    model = evaluate(program, edges)
    proof = Prover(program, edges, model).prove("reached", (2000,))
    assert proof.height == 2001
    assert len(proof.nodes) == 4002


def test_engine_agrees_with_clingo() -> None:
    clingo = pytest.importorskip("clingo", reason="clingo is not installed")
    for seed in range(150):
        random = Random(seed)
        program, given_facts = programs.program(random), programs.facts(random)
        control = clingo.Control(["--warn=none"])
        control.add("base", [], _asp(program, given_facts))
        control.ground([("base", [])])
        found: dict[str, set[Any]] = {}
        with control.solve(yield_=True) as handle:
            for shown in next(iter(handle)).symbols(atoms=True):
                found.setdefault(shown.name, set()).add(tuple(a.number for a in shown.arguments))
        model = evaluate(program, given_facts)
        for relation in programs.DERIVED:
            assert model.facts(relation) == found.get(relation, set()), (seed, relation)


def _asp(program: Program, facts: Any) -> str:
    lines = [f"{r}({','.join(map(str, row))})." for r, rows in facts.items() for row in rows]
    for number, clause in enumerate(program.clauses):
        body, extra = [], []
        bound = {
            a.name for x in clause.body if isinstance(x, Atom) for a in x.args if isinstance(a, Var)
        }
        for i, literal in enumerate(clause.body):
            if isinstance(literal, Not) and len(literal.body) > 1:
                shared = sorted(
                    {v.name for x in literal.body for v in x.args if isinstance(v, Var)} & bound
                )
                name = f"group{number}_{i}({','.join(shared)})" if shared else f"group{number}_{i}"
                extra.append(f"{name} :- {', '.join(map(_said, literal.body))}.")
                body.append(f"not {name}")
            elif isinstance(literal, Not):
                body.append(f"not {_said(literal.body[0])}")
            else:
                body.append(_said(literal))
        lines += [f"{_said(clause.head)} :- {', '.join(body)}.", *extra]
    return "\n".join(lines)


def _said(thing: Any) -> str:
    if isinstance(thing, Atom):
        return f"{thing.relation}({','.join(map(_said, thing.args))})"
    if isinstance(thing, Compare):
        return f"{_said(thing.left)} {thing.op} {_said(thing.right)}"
    if isinstance(thing, Arith):
        return f"({_said(thing.left)} {thing.operator} {_said(thing.right)})"
    return thing.name if isinstance(thing, Var) else str(thing.value)
