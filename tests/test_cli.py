"""The command line: statuses, settings, colours, and commands that the other tests do not run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import ROOT, Run

CASE = """\
party a "A"
party b "B"
event talks "talks"
place rome "Rome"

position x by a on 2025-05-11 { offers talks at rome }
position y by b on 2025-05-11 { accepts talks at rome }
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    (tmp_path / "case.pos").write_text(CASE)
    return tmp_path


def test_readme_shows_what_is_printed() -> None:
    readme = (ROOT / "README.md").read_text()
    shown = readme.split("```")[1].strip()
    printed = (ROOT / "tests" / "golden" / "istanbul_full.txt").read_text()
    assert shown.splitlines()[0].startswith(
        "error[opposite_order]: Russia wants direct talks before"
    )
    assert " ".join(shown.split()) in " ".join(printed.split())


def test_the_case_of_the_readme_finds_what_it_says(poscheck: Run) -> None:
    text = (ROOT / "README.md").read_text().split("## Five minutes")[1].split("```")[1]
    done = poscheck("check", "-", "-o", "concise", stdin=text)
    rules = [line.partition("[")[2].partition("]")[0] for line in done.stdout.splitlines()]
    assert rules == [
        "opposite_order",
        "shared_date",
        "shared_venue",
        "statement_without_quote",
        "statement_without_quote",
    ]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([], 0),
        (["--fail-on", "info"], 1),
        (["--fail-on", "warning"], 0),
        (["--fail-on", "info", "--exit-zero"], 0),
        (["--fail-on", "info", "--ignore", "focal_point"], 0),
        (["--fail-on", "info", "--select", "shared_venue"], 1),
        (["--select", "contradiction", "--fail-on", "info"], 0),
    ],
)
def test_statuses(poscheck: Run, case: Path, arguments: list[str], status: int) -> None:
    assert poscheck("check", "case.pos", *arguments, cwd=case).returncode == status


def test_settings_come_from_flag_environment_and_project(poscheck: Run, case: Path) -> None:
    project = case / "poscheck.toml"
    project.write_text('fail-on = "info"\n')
    assert poscheck("check", cwd=case).returncode == 1
    assert poscheck("check", cwd=case, POSCHECK_FAIL_ON="never").returncode == 0
    assert (
        poscheck("check", "--fail-on", "info", cwd=case, POSCHECK_FAIL_ON="never").returncode == 1
    )
    project.write_text('fail-no = "info"\n')
    done = poscheck("check", cwd=case)
    assert done.returncode == 2
    assert "there is no setting `fail-no` (from poscheck.toml)" in done.stderr
    assert "did you mean `fail_on`?" in done.stderr
    project.unlink()
    (case / "pyproject.toml").write_text('[tool.poscheck]\nselect = ["shared_step"]\n')
    done = poscheck("check", "-o", "json", cwd=case)
    assert [f["rule"] for f in json.loads(done.stdout)["findings"]] == ["shared_step"]


def test_colours(poscheck: Run, case: Path) -> None:
    plain = poscheck("check", cwd=case).stdout
    coloured = poscheck("check", "--color", "always", cwd=case).stdout
    assert "\x1b[" not in plain
    assert "\x1b[34;1minfo[shared_step]\x1b[0m" in coloured
    assert poscheck("check", "--color", "never", cwd=case, FORCE_COLOR="1").stdout == plain


def test_statistics_and_quiet(poscheck: Run, case: Path) -> None:
    done = poscheck("check", "--statistics", "--quiet", cwd=case)
    assert "     1 shared_venue\n" in done.stderr
    assert "findings in" not in done.stdout


def test_ignore_lines(poscheck: Run, case: Path) -> None:
    with (case / "case.pos").open("a") as file:
        file.write('\nignore shared_venue of x.1, y.1 because "it is settled"\n')
    done = poscheck("check", cwd=case)
    assert "shared_venue" not in done.stdout
    assert done.stdout.splitlines()[-1] == (
        "1 finding in 2 statements of 1 case: 1 note; 1 put aside by `ignore`"
    )


def test_expectations_show_the_difference(poscheck: Run, case: Path) -> None:
    with (case / "case.pos").open("a") as file:
        file.write("\nexpect shared_venue of x.1, y.1\nexpect shared_date of x.1, y.1\n")
    done = poscheck("test", "case.pos", cwd=case)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "FAILED case.pos",
        "  - expect shared_date of x.1, y.1",
        "  + expect shared_step of x.1, y.1  # A and B are ready for talks",
        "",
        "0 passed, 1 failed",
    ]


def test_user_rules_and_their_examples(poscheck: Run, case: Path) -> None:
    rules = case / "mine"
    rules.mkdir()
    (rules / "meet.pos").write_text("""\
stance invites_to is offers

rule meet "Somebody invites" : note {
  when S: P invites_to E
  say "{P} invites to {E} on {S.date}"
  example "an invitation" {
    party a
    event talks
    position x by a on 2025-05-11 { invites_to talks }
  } finds x.1
  example "an offer" {
    party a
    event talks
    position x by a on 2025-05-11 { offers talks }
  } finds 1
}
""")
    with (case / "case.pos").open("a") as file:
        file.write("\nposition z by b on 2025-05-12 { invites_to talks }\n")
    done = poscheck("check", "case.pos", "--rules", "mine", "-s", "meet", "-o", "concise", cwd=case)
    assert done.stdout.startswith("case.pos:9:33: info[meet] B invites to talks on 12 May 2025 (")
    tested = poscheck("test", "mine", cwd=case)
    assert tested.returncode == 1
    assert "FAILED meet: an offer" in tested.stdout
    assert tested.stdout.splitlines()[-1] == "1 passed, 1 failed"


def test_explain(poscheck: Run, golden) -> None:  # type: ignore[no-untyped-def]
    done = poscheck("explain", "ultimatum", "corpus")
    assert done.returncode == 0
    golden("explain_ultimatum.txt", done.stdout)
    identity = done.stdout.split()[1].rstrip(":")
    assert poscheck("explain", identity[:6], "corpus").stdout == done.stdout


def test_query(poscheck: Run) -> None:
    done = poscheck("query", "P requires A before B", "corpus")
    assert done.stdout.splitlines() == [
        "P        A             B",
        "Russia   direct talks  a ceasefire",
        "Ukraine  a ceasefire   direct talks",
    ]
    assert poscheck("query", "P denies E", "corpus").returncode == 1


def test_rules(poscheck: Run) -> None:
    listed = poscheck("rules").stdout
    files = {p.stem for p in (ROOT / "rules").rglob("*.pos")} - {"prelude"}
    assert {line.split()[0] for line in listed.splitlines() if line.startswith("  ")} == files
    page = poscheck("rules", "opposite_order").stdout
    assert page.splitlines()[:2] == [
        "opposite_order: Two parties demand opposite orders",
        "contradiction, error; rules/contradiction/opposite_order.pos",
    ]


def test_init_makes_a_case_that_checks_and_overwrites_nothing(
    poscheck: Run, tmp_path: Path
) -> None:
    assert poscheck("init", "new", cwd=tmp_path).returncode == 0
    assert poscheck("fmt", "--check", "new", cwd=tmp_path).returncode == 0
    checked = poscheck("check", "new", cwd=tmp_path).stdout
    assert checked.splitlines()[-1] == "3 findings in 3 statements of 1 case: 1 error, 2 notes"
    (tmp_path / "new" / "case.pos").write_text("mine")
    again = poscheck("init", "new", cwd=tmp_path)
    assert again.returncode == 2
    assert (tmp_path / "new" / "case.pos").read_text() == "mine"


def test_a_damaged_cache_is_ignored(poscheck: Run, case: Path, tmp_path: Path) -> None:
    first = poscheck("check", cwd=case).stdout
    trees = list((tmp_path / "cache").glob("*.tree"))
    assert len(trees) > 20
    for i, tree in enumerate(trees):
        tree.write_bytes(b"" if i % 2 else tree.read_bytes()[:-3] + b"xyz")
    assert poscheck("check", cwd=case).stdout == first
    assert poscheck("check", "--no-cache", cwd=case).stdout == first


def test_help_leads_with_examples(poscheck: Run) -> None:
    for command in ("check", "explain", "fmt", "init", "query", "rules", "test"):
        done = poscheck(command, "--help")
        assert done.returncode == 0
        assert "Example" in done.stdout
    assert poscheck("--version").stdout == "poscheck 0.1.0\n"


def test_examples_in_a_case_do_not_see_the_case(poscheck: Run, case: Path) -> None:
    with (case / "case.pos").open("a") as file:
        file.write("""
rule meet "Somebody offers" : note {
  when S: P offers E on D and D - S.date <= 7 days
  say "{P} offers {E} {D}"
  example "a week ahead" {
    party c
    event x
    position z by c on 2025-05-11 { offers x on 2025-05-18 }
  } finds z.1
  example "more than a week" {
    party c
    event x
    position z by c on 2025-05-11 { offers x on 2025-05-19 }
  } finds nothing
}
""")
    assert poscheck("test", cwd=case).stdout == "2 passed, 0 failed\n"


def test_use_with_globs(poscheck: Run, tmp_path: Path) -> None:
    (tmp_path / "said").mkdir()
    (tmp_path / "case.pos").write_text('use "who.pos"\nuse "said/*.pos"\n')
    (tmp_path / "who.pos").write_text("party a\nparty b\nevent talks\nplace rome\n")
    for name, stance in (("a", "offers"), ("b", "rejects")):
        text = f"position {name}1 by {name} on 2025-05-11 {{ {stance} talks }}\n"
        (tmp_path / "said" / f"{name}.pos").write_text(text)
    done = poscheck("check", ".", "-o", "concise", cwd=tmp_path)
    assert done.stdout.startswith(
        "said/a.pos:1:34: error[rejected_offer] B rejects what A puts forward: "
    )
    assert len(done.stdout.splitlines()) == 1
