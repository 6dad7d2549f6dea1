"""The wheel and the source distribution find grammar/ and rules/ wherever they are installed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel made from a source distribution, without a network."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_the_wheel_has_grammar_and_rules(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    rules = {f"checker/_data/{p.relative_to(ROOT)}" for p in (ROOT / "rules").rglob("*.pos")}
    assert len(rules) > 20
    assert names >= rules | {
        "checker/_data/grammar/poscheck.lark",
        "checker/_data/grammar/tables.json",
    }
    assert not [n for n in names if n.startswith(("tests/", "corpus/", "benchmarks/"))]


def test_the_wheel_works_alone(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(target)
    code = (
        "import checker, checker.resources as r; print(r.rules_folder());"
        f"print([f.rule for f in checker.check({str(ROOT / 'corpus')!r}).findings][2])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(target), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    folder, rule = done.stdout.split()
    assert Path(folder) == target / "checker" / "_data" / "rules"
    assert rule == "opposite_order"


def test_a_checkout_finds_its_own() -> None:
    from checker.resources import grammar_folder, rules_folder

    assert {grammar_folder(), rules_folder()} == {ROOT / "grammar", ROOT / "rules"}
