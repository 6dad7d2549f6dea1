"""What the memory engine derives: each feature by example, and everything against the naive evaluator."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.engine import memory
from checker.engine.memory import Runaway, evaluate
from checker.logic.program import Builtin, Mode
from checker.logic.strata import strata
from tests.engine import by_definition as naive
from tests.engine.notation import program
from tests.engine.random_programs import WIDTHS, sample

CHAIN = [(1, 2), (2, 3), (3, 4)]
CLOSED = {(1, 2), (2, 3), (3, 4), (1, 3), (2, 4), (1, 4)}


@pytest.fixture(params=["interpreted", "rows", "sets of values"])
def run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """evaluate, in each of its ways of working."""
    if request.param == "sets of values":
        monkeypatch.setattr(memory, "MANY", 0)
        monkeypatch.setattr(memory, "DENSE", 0)
    interpreted = request.param == "interpreted"
    return lambda rules, facts, **more: evaluate(rules, facts, interpreted=interpreted, **more)


@pytest.mark.parametrize(
    "rule",
    [
        "path(X, Z) :- path(X, Y), edge(Y, Z).",
        "path(X, Z) :- edge(X, Y), path(Y, Z).",
        "path(X, Z) :- path(X, Y), path(Y, Z).",
        "path(X, Z) :- path(Y, Z), path(X, Y).",
    ],
)
def test_transitive_closure(run: Any, rule: str) -> None:
    rules = program(f"path(X, Y) :- edge(X, Y). {rule}")
    assert run(rules, {"edge": CHAIN}).facts("path") == CLOSED


def test_closure_of_a_cycle_with_a_way_in_and_out(run: Any) -> None:
    rules = program("path(X, Y) :- edge(X, Y). path(X, Z) :- path(X, Y), path(Y, Z).")
    found = run(rules, {"edge": [(0, 1), (1, 2), (2, 1), (2, 3), (4, 4)]}).facts("path")
    assert found == {(a, b) for a in (0, 1, 2) for b in (1, 2, 3)} | {(4, 4)}


def test_closure_keeps_parties_apart(run: Any) -> None:
    rules = program(
        "chain(P, A, C) :- needs(P, A, C). chain(P, A, C) :- chain(P, A, B), needs(P, B, C)."
    )
    needs = [("us", "a", "b"), ("us", "b", "c"), ("eu", "c", "d"), ("eu", "a", "c")]
    found = run(rules, {"needs": needs}).facts("chain")
    assert found == {*needs, ("us", "a", "c"), ("eu", "a", "d")}


def test_given_rows_of_a_recursive_relation_count(run: Any) -> None:
    rules = program("path(X, Z) :- path(X, Y), edge(Y, Z).")
    assert run(rules, {"edge": CHAIN, "path": [(9, 2)]}).facts("path") == {(9, 2), (9, 3), (9, 4)}


def test_only_what_is_reached_from_the_start(run: Any) -> None:
    rules = program("at(X) :- start(X). at(Y) :- at(X), edge(X, Y).")
    assert run(rules, {"edge": CHAIN, "start": [(2,)]}).facts("at") == {(2,), (3,), (4,)}


def test_mutual_recursion(run: Any) -> None:
    rules = program(
        "odd(X, Y) :- edge(X, Y). even(X, Z) :- odd(X, Y), edge(Y, Z). odd(X, Z) :- even(X, Y), edge(Y, Z)."
    )
    found = run(rules, {"edge": CHAIN})
    assert found.facts("odd") == {*CHAIN, (1, 4)}
    assert found.facts("even") == {(1, 3), (2, 4)}


def test_three_recursive_atoms(run: Any) -> None:
    rules = program("p(X, Y) :- e(X, Y). p(X, W) :- p(X, Y), p(Y, Z), p(Z, W).")
    edges = [(i, i + 1) for i in range(9)]
    assert run(rules, {"e": edges}).facts("p") == {
        (a, b) for a in range(10) for b in range(a + 1, 10, 2)
    }


def test_negated_group_with_a_local_variable(run: Any) -> None:
    rules = program("calm(X) :- node(X), not {edge(X, Y), loud(Y)}.")
    facts = {"node": [(1,), (2,), (3,)], "edge": CHAIN, "loud": [(3,)]}
    assert run(rules, facts).facts("calm") == {(1,), (3,)}


def test_nested_negation(run: Any) -> None:
    rules = program("full(X) :- node(X), not {edge(X, Y), not good(Y)}.")
    facts = {"node": [(1,), (2,), (5,)], "edge": CHAIN, "good": [(2,)]}
    assert run(rules, facts).facts("full") == {(1,), (5,)}


def test_negated_wildcard_and_recursion_below(run: Any) -> None:
    rules = program(
        "path(X, Y) :- edge(X, Y). path(X, Z) :- path(X, Y), edge(Y, Z). end(X) :- path(_, X), not path(X, _)."
    )
    assert run(rules, {"edge": CHAIN}).facts("end") == {(4,)}


def test_aggregates_over_distinct_values(run: Any) -> None:
    rules = program(
        "all(X, count(Y), min(Y), max(Y), sum(Y), list(Y)) :- n(X, Y, _). total(count(X)) :- n(X, _, _)."
    )
    rows = [("a", 3, 0), ("a", 3, 1), ("a", 1, 0), ("b", 2, 0)]
    found = run(rules, {"n": rows})
    assert found.facts("all") == {("a", 2, 1, 3, 4, (1, 3)), ("b", 1, 2, 2, 2, (2,))}
    assert found.facts("total") == {(2,)}


def test_aggregate_over_nothing_is_no_row(run: Any) -> None:
    assert run(program("total(count(X)) :- n(X)."), {}).facts("total") == set()


def test_sum_of_what_does_not_add_up_is_no_row(run: Any) -> None:
    assert run(program("t(sum(X)) :- n(X)."), {"n": [("a",), (1,)]}).facts("t") == set()


def test_aggregate_that_a_recursive_relation_starts_from(run: Any) -> None:
    rules = program("p(X, count(Y)) :- n(X, Y). p(X, M) :- p(X, N), M = N - 1, M >= 0.")
    assert run(rules, {"n": [("a", 1), ("a", 2)]}).facts("p") == {("a", 2), ("a", 1), ("a", 0)}


def test_arithmetic_and_comparison(run: Any) -> None:
    rules = program("p(X, Y * 2) :- n(X), Y = X + 1, Y < 4. h(X / 2) :- n(X).")
    found = run(rules, {"n": [(1,), (2,), (3,)]})
    assert found.facts("p") == {(1, 4), (2, 6)}
    assert found.facts("h") == {(0.5,), (1,), (1.5,)}


@pytest.mark.parametrize("rule", ["p(X / Y) :- n(X), n(Y).", "p(Z) :- n(X), n(Y), Z = X / Y."])
def test_division_by_zero_and_words_fail_the_match(run: Any, rule: str) -> None:
    assert run(program(rule), {"n": [(0,), (4,), ("a",)]}).facts("p") == {(0,), (1,)}


def test_kinds_that_do_not_compare_are_neither_less_nor_more(run: Any) -> None:
    rules = program(
        "p(X, Y) :- n(X), n(Y), X < Y. q(X, Y) :- n(X), n(Y), X >= Y. d(X, Y) :- n(X), n(Y), X != Y."
    )
    found = run(rules, {"n": [(1,), (2,), ("a",)]})
    assert found.facts("p") == {(1, 2)}
    assert found.facts("q") == {(1, 1), (2, 1), (2, 2), ("a", "a")}
    assert len(found.facts("d")) == 6


class Span(NamedTuple):
    """An interval: less means wholly before, so not-less does not mean more-or-equal."""

    low: int
    high: int

    def __lt__(self, other: Any) -> bool:
        return bool(self.high < other.low)

    def __ge__(self, other: Any) -> bool:
        return bool(self.low >= other.high)


def test_operators_of_values_are_used_as_they_are(run: Any) -> None:
    rules = program("before(X, Y) :- n(X), n(Y), X < Y. after(X, Y) :- n(X), n(Y), X >= Y.")
    one, two, wide = Span(1, 1), Span(2, 2), Span(0, 9)
    found = run(rules, {"n": [(one,), (two,), (wide,)]})
    assert found.facts("before") == {(one, two)}
    assert found.facts("after") == {(two, one), (one, one), (two, two)}


def test_repeated_variables_and_constants(run: Any) -> None:
    rules = program("p(X) :- e(X, X). q(X) :- e(X, a). r(a, X) :- e(_, X), e(X, _).")
    found = run(rules, {"e": [("a", "a"), ("b", "a"), ("c", "d")]})
    assert found.facts("p") == {("a",)}
    assert found.facts("q") == {("a",), ("b",)}
    assert found.facts("r") == {("a", "a")}


def test_arithmetic_in_a_body_atom(run: Any) -> None:
    assert run(program("p(X) :- n(X), n(X + 1)."), {"n": [(1,), (2,), (4,)]}).facts("p") == {(1,)}


def test_arithmetic_over_a_variable_of_the_same_atom(run: Any) -> None:
    assert run(program("p(X) :- e(X, X + 1)."), {"e": [(1, 2), (2, 2)]}).facts("p") == {(1,)}


def test_cartesian_product_and_relations_without_columns(run: Any) -> None:
    rules = program(
        "p(X, Y) :- a(X), b(Y). yes() :- p(_, _). no() :- c(_). q(X) :- a(X), yes(), not no()."
    )
    found = run(rules, {"a": [(1,), (2,)], "b": [(3,)]})
    assert found.facts("p") == {(1, 3), (2, 3)}
    assert found.facts("q") == {(1,), (2,)}


def test_clause_without_body(run: Any) -> None:
    assert run(program("p(1, a). q(X) :- p(X, _)."), {}).facts("q") == {(1,)}


def test_relation_that_nobody_knows_is_empty(run: Any) -> None:
    assert run(program("p(X) :- q(X)."), {}).facts("elsewhere") == set()


def _successors(number: int) -> Iterator[tuple[int]]:
    if number < 5:
        yield (number + 1,)


def _test(one: int, other: int) -> Iterator[tuple[()]]:
    if other == one + 1:
        yield ()


NEXT = Builtin("next", ("number", "number"), (Mode((0,), _successors), Mode((0, 1), _test)))


def test_built_in_relation_that_gives_and_that_tests(run: Any) -> None:
    rules = program(
        "p(X, Y) :- n(X), next(X, Y). q(X, Y) :- n(X), n(Y), next(X, Y).", {"next": NEXT}
    )
    found = run(rules, {"n": [(1,), (2,), (9,)]})
    assert found.facts("p") == {(1, 2), (2, 3)}
    assert found.facts("q") == {(1, 2)}


def test_built_in_relation_in_recursion_and_under_not(run: Any) -> None:
    rules = program(
        "p(X) :- n(X). p(Y) :- p(X), next(X, Y). top(X) :- p(X), not next(X, _).", {"next": NEXT}
    )
    found = run(rules, {"n": [(2,)]})
    assert found.facts("p") == {(2,), (3,), (4,), (5,)}
    assert found.facts("top") == {(5,)}


@pytest.mark.parametrize("rule", ["p(X + 1) :- p(X).", "p(Y) :- p(X), Y = X + 1."])
def test_counting_without_end_is_stopped(run: Any, rule: str) -> None:
    with pytest.raises(Runaway) as caught:
        run(program(f"p(X) :- n(X). {rule}"), {"n": [(1,)]}, rounds=50)
    assert caught.value.relation == "p"


def test_facts_are_left_alone(run: Any) -> None:
    facts = {"edge": set(CHAIN), "path": {(0, 1)}}
    run(program("path(X, Z) :- path(X, Y), edge(Y, Z). edge(X, X) :- path(X, _)."), facts)
    assert facts == {"edge": set(CHAIN), "path": {(0, 1)}}


SCRIPT = """
from random import Random
from checker.engine.memory import evaluate
from tests.engine.notation import program
from tests.engine.random_programs import sample
for seed in range(20):
    case = sample(Random(seed))
    model = evaluate(program(case.text), case.facts)
    print(sorted((r, sorted(model.facts(r))) for r in ("p0", "p1", "p2", "p3", "p4")))
"""


def test_hash_seed_changes_nothing() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "42")
    }
    assert len(outputs) == 1


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_agrees_with_the_naive_evaluator(run: Any, seed: int) -> None:
    case = sample(Random(seed), size=4, rows=5)
    rules = program(case.text)
    expected = naive.model(rules, dict(case.facts), strata(rules))
    found = run(rules, case.facts)
    for name in WIDTHS:
        assert found.facts(name) == expected.get(name, set()), name


def test_arithmetic_in_a_recursive_atom(run: Any) -> None:
    rules = program("p(X) :- q(X). p(X) :- n(X), p(X + 1).")
    found = run(rules, {"q": [(5,)], "n": [(i,) for i in (0, 2, 3, 4)]}).facts("p")
    assert found == {(5,), (4,), (3,), (2,)}


def test_paths_made_longer_at_different_ends_are_not_a_closure(run: Any) -> None:
    rules = program(
        "p(X, Y) :- a(X, Y). p(X, Y) :- b(X, Y). p(X, Z) :- p(X, Y), a(Y, Z). p(X, Z) :- b(X, Y), p(Y, Z)."
    )
    found = run(rules, {"a": [(1, 2), (2, 3)], "b": [(3, 4), (0, 1)]}).facts("p")
    assert found == {(1, 2), (2, 3), (3, 4), (0, 1), (1, 3), (0, 2), (0, 3)}


def test_negation_of_what_the_last_column_comes_with(run: Any) -> None:
    rules = program("p(Z) :- s(Z). p(Z) :- b(Z, W), not c(W, W), p(1).")
    assert run(rules, {"s": [(1,)], "b": [(2, 3), (4, 5)], "c": [(3, 3)]}).facts("p") == {
        (1,),
        (4,),
    }


def test_a_long_chain_is_not_taken_for_counting_without_end() -> None:
    rules = program("at(X) :- start(X). at(Y) :- at(X), edge(X, Y).")
    edges = [(i, i + 1) for i in range(memory.ROUNDS + 10)]
    assert len(evaluate(rules, {"start": [(0,)], "edge": edges}).facts("at")) == len(edges) + 1
