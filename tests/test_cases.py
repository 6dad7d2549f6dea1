"""The corpus and the rules, through the command line, as an analyst runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import ROOT, Run

from checker import check, load


def test_examples_and_expectations(poscheck: Run) -> None:
    done = poscheck("test", "corpus", "rules", "--coverage")
    assert done.returncode == 0, done.stdout
    *_, covered, counts = done.stdout.splitlines()
    assert (
        covered == "100 % of rules have an example that finds something and one that finds nothing"
    )
    assert counts.endswith(" passed, 0 failed")
    assert int(counts.split()[0]) > 70


def test_istanbul_full(poscheck: Run, golden) -> None:  # type: ignore[no-untyped-def]
    done = poscheck("check", "corpus/istanbul_2025")
    assert done.returncode == 1
    assert done.stderr == ""
    golden("istanbul_full.txt", done.stdout)


def test_istanbul_is_what_an_analyst_finds() -> None:
    report = check(ROOT / "corpus" / "istanbul_2025")
    assert report.diagnostics == []
    assert sorted((f.rule, tuple(w.id for w in f.witnesses)) for f in report.findings) == [
        ("acknowledged_position", ("moscow_offer.kyivs_order", "kyiv_truce.entry")),
        (
            "doubtful_precondition",
            ("moscow_demands.price", "moscow_demands.price?1", "analysts_view.kyiv"),
        ),
        (
            "doubtful_precondition",
            ("moscow_demands.price", "moscow_demands.price?2", "analysts_view.allies"),
        ),
        ("duelling_narratives", ("moscow_demands.truces", "kyiv_experience.truces")),
        ("hidden_precondition", ("kyiv_truce.truce", "kyiv_truce.ultimatum")),
        ("hidden_precondition", ("moscow_offer.talks", "moscow_offer.agenda")),
        ("opposite_order", ("moscow_offer.order", "kyiv_truce.entry")),
        ("rejected_offer", ("moscow_offer.refusal", "kyiv_truce.entry")),
        ("shared_date", ("moscow_offer.talks", "kyiv_truce.meeting", "ankara_blessing.1")),
        ("shared_step", ("moscow_offer.talks", "kyiv_truce.meeting", "ankara_blessing.1")),
        ("shared_venue", ("moscow_offer.talks", "kyiv_truce.meeting", "ankara_blessing.1")),
        ("ultimatum", ("kyiv_truce.ultimatum", "kyiv_truce.ultimatum?1")),
        ("unmet_precondition", ("moscow_offer.agenda", "moscow_offer.agenda?1")),
    ]


def test_every_quote_of_the_corpus_is_in_its_source() -> None:
    report = check(ROOT / "corpus")
    quotes = [q for f in report.findings for w in f.witnesses for q in w.quotes]
    assert {q.match for q in quotes} == {"exact"}
    assert all(q.line for q in quotes)
    assert not [
        f for f in report.findings if f.rule in ("quote_not_found", "statement_without_quote")
    ]


def test_every_finding_has_a_whole_proof() -> None:
    for finding in check(ROOT / "corpus").findings:
        steps = finding.proof.steps
        assert steps[0].text == finding.message
        reached, pending = {0}, [0]
        while pending:
            for premise in steps[pending.pop()].premises:
                if premise not in reached:
                    reached.add(premise)
                    pending.append(premise)
        assert reached == set(range(len(steps)))
        given = {s.statement for s in steps if s.kind == "given"}
        assert {w.id.partition("?")[0] for w in finding.witnesses} <= given
        assert all(s.premises for s in steps if s.kind == "derived")
        assert not any(s.premises for s in steps if s.kind != "derived")


def test_output_is_the_same_on_every_run(poscheck: Run) -> None:
    runs = {
        poscheck("check", "corpus", "-o", "json", PYTHONHASHSEED=seed).stdout
        for seed in ("0", "1", "77")
    }
    assert len(runs) == 1


def test_formats(poscheck: Run, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    done = poscheck("check", "corpus", "-o", "concise", "-o", f"json:{file}", "-o", "jsonl")
    lines = done.stdout.splitlines()
    report = json.loads(file.read_text())
    assert [x["id"] for x in report["findings"]] == [x.rpartition("(")[2][:-1] for x in lines[:13]]
    assert [json.loads(x)["id"] for x in lines[13:]] == [x["id"] for x in report["findings"]]
    assert lines[2].startswith("corpus/istanbul_2025/istanbul.pos:38:3: error[opposite_order] ")


def test_json_obeys_its_schema() -> None:
    from jsonschema import Draft202012Validator

    from checker import Report

    schema = Report.model_json_schema()
    Draft202012Validator.check_schema(schema)
    report = check(ROOT / "corpus")
    Draft202012Validator(schema).validate(json.loads(report.model_dump_json()))
    assert Report.model_validate_json(report.model_dump_json()) == report


@pytest.mark.parametrize("position", ["", "position z by other on 2025-05-11 { claims rain }"])
def test_an_unrelated_statement_changes_no_finding(position: str) -> None:
    model = load(ROOT / "corpus").add('party other "Other"\nevent rain "rain"\n' + position)
    before = {f.id: f.message for f in check(ROOT / "corpus").findings}
    assert {f.id: f.message for f in check(model).findings} == before
