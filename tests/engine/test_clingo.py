"""Random stratified programs → the engine and clingo hold the same rows."""

from __future__ import annotations

from random import Random

import pytest

from checker.engine import memory
from checker.logic.plan import unsafe
from checker.logic.strata import unstratified
from tests.engine.notation import program
from tests.engine.random_programs import LAYERS, WIDTHS, Sample, sample

clingo = pytest.importorskip("clingo", reason="clingo is not installed")
DERIVED = [name for layer in LAYERS for name in layer]


def grounded(case: Sample) -> dict[str, set[tuple[int, ...]]]:
    """The rows that clingo derives."""
    facts = [
        f"{n}({','.join(map(str, row))})." for n, rows in case.facts.items() for row in sorted(rows)
    ]
    control = clingo.Control(["--warn=none"])
    control.add("base", [], "\n".join([*facts, case.clingo]))
    control.ground([("base", [])])
    return {
        name: {
            tuple(c.number for c in a.symbol.arguments)
            for a in control.symbolic_atoms.by_signature(name, WIDTHS[name])
        }
        for name in DERIVED
    }


@pytest.mark.parametrize("many", [0, memory.MANY], ids=["sets of values", "rows"])
@pytest.mark.parametrize("block", range(5))
@pytest.mark.parametrize(("size", "rows", "count"), [(5, 8, 80), (20, 90, 3)])
def test_same_rows_as_clingo(
    monkeypatch: pytest.MonkeyPatch, block: int, size: int, rows: int, count: int, many: int
) -> None:
    monkeypatch.setattr(memory, "MANY", many)
    monkeypatch.setattr(memory, "DENSE", 0 if many == 0 else memory.DENSE)
    for seed in range(block * count, (block + 1) * count):
        case = sample(Random(f"{size} {seed}"), size, rows)
        rules = program(case.text)
        assert not unsafe(rules), case.text
        assert not unstratified(rules), case.text
        ours = memory.evaluate(rules, case.facts)
        expected = grounded(case)
        for name in DERIVED:
            assert ours.facts(name) == expected[name], (
                f"seed {seed}, {name}:\n{case.text}\n{case.facts}"
            )
