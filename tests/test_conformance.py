"""The cases of the `datalog-conformance` package that have a meaning here: its fact, rule and error cases."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import pytest
import yaml
from conformance import Evaluator
from datalog_conformance.runner import YamlTestRunner
from datalog_conformance.schema import Program, TestCase

CATEGORIES = {"basic": 26, "recursion": 49, "negation": 33, "errors": 6}
SKIPS: dict[str, str] = {}  # case → why it has no meaning here


@cache
def _file(category: str, name: str) -> list[dict[str, Any]]:
    path = files("datalog_conformance") / "_tests" / category / name
    data = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    shared = {k: data[k] for k in ("source", "tags") if k in data}
    return [{**shared, **case} for case in data["tests"]] if "tests" in data else [data]


def _cases() -> Iterator[Any]:
    for category in CATEGORIES:
        folder = files("datalog_conformance") / "_tests" / category
        for file in sorted(f.name for f in folder.iterdir() if f.name.endswith(".yaml")):
            names = _names(category, file)
            for number, name in enumerate(names):
                yield pytest.param(category, file, number, id=f"{category}-{name}")


def _names(category: str, file: str) -> list[str]:
    """The names of a file's cases, without loading its facts."""
    path = files("datalog_conformance") / "_tests" / category / file
    lines = path.read_text("utf-8").splitlines()
    return [x.partition("name:")[2].strip() for x in lines if x.startswith(("- name:", "name:"))]


class _Remembered(Evaluator):
    """Evaluates each program once: many cases look at different relations of one."""

    known: ClassVar[dict[Any, Any]] = {}

    def evaluate(self, program: Program) -> Any:
        key = (
            tuple(program.rules),
            tuple((n, len(r), hash(tuple(r))) for n, r in program.facts.items()),
        )
        if key not in self.known:
            self.known[key] = super().evaluate(program)
        return self.known[key]


@pytest.mark.parametrize(("category", "file", "number"), list(_cases()))
def test_case(category: str, file: str, number: int) -> None:
    raw = _file(category, file)[number]
    if raw["name"] in SKIPS:
        pytest.skip(SKIPS[raw["name"]])
    case = TestCase.from_dict(raw)
    local = str(raw.get("source", "")).startswith("nemo")
    YamlTestRunner(_Remembered(local, case.expect_error)).run_test_case(case)


def test_all_cases_are_there() -> None:
    counts = {c: sum(p.values[0] == c for p in _cases()) for c in CATEGORIES}
    assert counts == CATEGORIES
