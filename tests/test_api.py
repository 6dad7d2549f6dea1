"""The public interface, as embedders use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

import checker
from checker import (
    Declaration,
    InvalidRules,
    Model,
    Occurrence,
    Order,
    Position,
    Statement,
    Value,
    check,
    derive,
    load,
    prove,
    query,
    relation,
)

WHO = [
    Declaration(kind="party", name="a", title="A"),
    Declaration(kind="party", name="b", title='B "the brave"'),
    Declaration(kind="place", name="rome"),
    Declaration(kind="place", name="oslo"),
    Declaration(kind="event", name="talks", properties={"between": ["a", "b"]}),
    Declaration(kind="state", name="truce"),
    Declaration(kind="issue", name="army", properties={"unit": "troops"}),
]


def test_public_names() -> None:
    assert sorted(checker.__all__) == dir(checker)
    assert all(getattr(checker, name) is not None for name in checker.__all__)
    with pytest.raises(AttributeError, match="module 'checker' has no attribute 'nothing'"):
        checker.nothing  # noqa: B018


def test_a_case_without_text() -> None:
    model = Model().add(
        *WHO,
        Position(
            name="x",
            by=["a"],
            on="2025-05-11",
            statements=[
                Statement(stance="requires", proposition=Order(first="talks", second="truce")),
                Statement(
                    label="cap",
                    stance="accepts",
                    proposition=Value(issue="army", operator="<=", value=600_000),
                    quotes=['at most "600,000"\nmen'],
                ),
            ],
        ),
        Position(
            name="y",
            by=["b"],
            on="2025-05-11",
            statements=[
                Statement(
                    stance="accepts",
                    proposition=Occurrence(subject="talks", at="rome", on="2025-05-15", by=["b"]),
                    only_after=[Occurrence(subject="truce")],
                ),
                Statement(
                    stance="accepts", proposition=Value(issue="army", operator=">=", value=500_000)
                ),
            ],
        ),
    )
    report = check(model)
    assert report.diagnostics == []
    assert [(f.rule, f.message) for f in report.findings] == [
        ("opposite_order", 'A wants talks before truce; B "the brave" wants truce before talks'),
        ("common_range", 'A and B "the brave" can agree on army: 500,000 to 600,000 troops'),
    ]
    assert check(model.text()).findings == [
        f.model_copy(update={"case": "<text>", "witnesses": again.witnesses, "proof": again.proof})
        for f, again in zip(report.findings, check(model.text()).findings, strict=True)
    ]


def test_no_text_can_break_out_of_its_field() -> None:
    for bad in ('x } party evil "', "X", ""):
        with pytest.raises(ValueError, match="name"):
            Declaration(kind="party", name=bad)
    occurrence = Occurrence(subject="talks", on='2025 } party evil "')
    statement = Statement(stance="accepts", proposition=occurrence)
    with pytest.raises(ValueError, match="neither a date nor a duration"):
        Position(name="p", by=["a"], on="2025", statements=[statement]).text()


def test_rules_from_text_and_relations_from_functions() -> None:
    @relation("distance", "place", "place", "number", inputs=2)
    def distance(one: str, other: str):  # type: ignore[no-untyped-def]
        yield 0 if one == other else 2008

    @relation("cold", "place")
    def cold(place: str) -> bool:
        return place == "oslo"

    rule = """
        rule far "Venues far apart" : tension {
          when S: P proposes talks at V and T: Q proposes talks at W and distance(V, W, N) and N > 1_000
           and cold(V)
          say "{V} and {W} are {N} km apart"
        }
    """
    model = Model().add(
        *WHO,
        "position x by a on 2025-05-11 { proposes talks at rome }",
        "position y by b on 2025-05-11 { proposes talks at oslo }",
    )
    report = check(model, rules=[rule], relations=[distance, cold], select=["far"])
    assert report.diagnostics == []
    assert [(f.message, f.severity) for f in report.findings] == [
        ("Oslo and Rome are 2,008 km apart", "warning")
    ]
    computed = [s.text for s in report.findings[0].proof.steps if s.kind == "computed"]
    assert "cold(Oslo)" in computed
    assert "distance(Oslo, Rome, 2,008)" in computed


def test_query() -> None:
    found = query(ROOT / "corpus", "S: P favours talks at V")
    assert found == [
        {"S": "ankara_blessing.1", "P": "turkiye", "V": "turkey"},
        {"S": "kyiv_truce.meeting", "P": "ukraine", "V": "turkey"},
        {"S": "moscow_offer.talks", "P": "russia", "V": "istanbul"},
    ] or sorted(found, key=lambda r: r["S"]) == [
        {"S": "ankara_blessing.1", "P": "turkiye", "V": "turkey"},
        {"S": "kyiv_truce.meeting", "P": "ukraine", "V": "turkey"},
        {"S": "moscow_offer.talks", "P": "russia", "V": "istanbul"},
    ]
    with pytest.raises(InvalidRules, match="there is no stance `favors`") as caught:
        query(ROOT / "corpus", "P favors talks")
    assert [d.name for d in caught.value.diagnostics] == ["unknown-stance"]


def test_derive_and_prove() -> None:
    text = """
        relation edge(number, number)
        define path(X, Y) when edge(X, Y)
        define path(X, Z) when path(X, Y) and edge(Y, Z)
        define reach(X, count(Y)) when path(X, Y)
    """
    model = load(text).facts("edge", [(1, 2), (2, 3), (3, 4)])
    assert derive(model, "path", "reach") == {
        "path": {(1, 2), (2, 3), (3, 4), (1, 3), (2, 4), (1, 4)},
        "reach": {(1, 3), (2, 2), (3, 1)},
    }
    proof = prove(model, "path", (1, 4))
    assert [s.text for s in proof.steps if s.kind == "given"] == [
        "edge(3, 4)",
        "edge(2, 3)",
        "edge(1, 2)",
    ] or {s.text for s in proof.steps if s.kind == "given"} == {
        "edge(1, 2)",
        "edge(2, 3)",
        "edge(3, 4)",
    }
    with pytest.raises(KeyError):
        prove(model, "path", (4, 1))


def test_as_of_reads_the_case_on_a_day() -> None:
    text = """
        party a
        party b
        event talks
        position x by a on 2025-05-11 { offers talks }
        position y by b on 2025-05-12 expires 2025-05-20 { rejects talks }
        position z by a on 2025-05-14 { withdraws x }
    """
    found = {
        day: [f.rule for f in check(text, as_of=day).findings]
        for day in (
            "2025-05-10",
            "2025-05-11",
            "2025-05-12",
            "2025-05-13",
            "2025-05-14",
            "2025-05-21",
        )
    }
    assert found == {
        "2025-05-10": [],
        "2025-05-11": [],
        "2025-05-12": ["rejected_offer"],
        "2025-05-13": ["rejected_offer"],
        "2025-05-14": [],
        "2025-05-21": [],
    }
    with pytest.raises(ValueError, match="`soon` is not a date"):
        check(text, as_of="soon")


def test_a_fact_that_is_still_to_come_is_not_known_yet() -> None:
    text = """
        party a
        state truce
        event halt
        position x by a on 2025-05-11 { accepts truce only if halt }
        fact halt on 2025-05-20
    """
    assert [f.rule for f in check(text).findings] == ["met_precondition"]
    assert [f.rule for f in check(text, as_of="2025-05-12").findings] == ["unmet_precondition"]
    assert [f.rule for f in check(text, as_of="2025-05-20").findings] == ["met_precondition"]


def test_finding_ids_survive_edits_elsewhere(tmp_path: Path) -> None:
    text = (ROOT / "corpus" / "istanbul_2025" / "istanbul.pos").read_text()
    moved = "# a comment\n\n\n" + text
    (tmp_path / "istanbul.pos").write_text(moved)
    (tmp_path / "insight-eu.txt").write_text(
        (ROOT / "corpus" / "istanbul_2025" / "insight-eu.txt").read_text()
    )
    before = [f.id for f in check(ROOT / "corpus").findings]
    assert [f.id for f in check(tmp_path).findings] == before


def test_the_command_line_does_not_pay_for_pydantic_or_lark() -> None:
    code = (
        "import sys; from checker.cli.main import poscheck\n"
        "try: poscheck.main(['check', 'corpus'], standalone_mode=False)\n"
        "except SystemExit: pass\n"
        "print(sorted({'pydantic', 'lark', 'difflib', 'hypothesis'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
