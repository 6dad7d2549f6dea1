"""Real runs of the command line, and golden files with one command to accept: `pytest --accept`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = Path(__file__).parent / "golden"
Run = Callable[..., subprocess.CompletedProcess[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept", action="store_true", help="write what is printed as the golden files"
    )


@pytest.fixture
def poscheck(tmp_path: Path) -> Run:
    """Run the command in a process of its own; cwd is the checkout unless given."""

    def run(*arguments: str, cwd: Path = ROOT, stdin: str | bytes = "", **environment: str):  # type: ignore[no-untyped-def]
        env = {k: v for k, v in os.environ.items() if not k.startswith("POSCHECK_")}
        env |= {"POSCHECK_CACHE_DIR": str(tmp_path / "cache"), "COLUMNS": "100", "NO_COLOR": "1"}
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "checker", *arguments],
            cwd=cwd,
            input=data,
            capture_output=True,
            env=env | environment | {"PYTHONPATH": str(ROOT)},
            timeout=120,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a file in tests/golden, or write it with --accept."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--accept"):
            file.write_text(text, "utf-8")
        assert text == file.read_text("utf-8")

    return compare
