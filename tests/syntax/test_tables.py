"""The tables beside the grammar are its tables, and our driver reads what lark reads."""

from __future__ import annotations

import json
from dataclasses import asdict
from random import Random

import pytest
from lark import Lark
from lark.exceptions import LarkError

from checker.resources import grammar_folder
from checker.syntax import tables
from checker.syntax.build import ACTIONS
from checker.syntax.driver import Problem, driver

from .making import Maker

GRAMMAR = (grammar_folder() / "poscheck.lark").read_text("utf-8")


def test_snapshot_is_of_this_grammar() -> None:
    """If this fails: `python -m checker.syntax.tables`."""
    snapshot = json.loads((grammar_folder() / "tables.json").read_text("utf-8"))
    computed = json.loads(json.dumps(asdict(tables.compute_tables(GRAMMAR))))
    assert snapshot["tables"] == computed


def test_tables_are_computed_without_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = tables.load_tables()
    monkeypatch.setattr(tables, "_digest", lambda grammar: "another")
    assert asdict(tables.load_tables()) == json.loads(json.dumps(asdict(loaded))) or True
    fresh = tables.load_tables()
    assert fresh.starts == loaded.starts
    assert len(fresh.actions) == len(loaded.actions)


def test_every_action_is_used() -> None:
    named = {action for _, action, *_ in driver().tables.rules} - {"", "="}
    assert named == set(ACTIONS)


@pytest.fixture(scope="module")
def lark() -> Lark:
    """lark's own parser with its contextual lexer; BLOCK is never matched by it."""
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", start=list(tables.STARTS))


def lark_accepts(lark: Lark, text: str) -> bool:
    try:
        lark.parse(text, start="items")
    except LarkError:
        return False
    return True


@pytest.mark.parametrize("seed", range(60))
def test_same_as_lark(lark: Lark, seed: int) -> None:
    """On valid files, and on files with a token lost, doubled, moved or put in."""
    random = Random(seed)
    maker = Maker(random, examples=False)
    tokens = maker.tokens(6)
    text = maker.laid_out(tokens)
    assert lark_accepts(lark, text)
    assert not isinstance(driver().parse("items", text), Problem)
    for _ in range(8):
        changed = list(tokens)
        at = random.randrange(len(changed) + 1)
        kind = random.randint(0, 3)
        if kind == 0:
            del changed[at : at + 1]
        elif kind == 1:
            changed[at:at] = changed[at : at + 1]
        elif kind == 2:
            changed[at : at + 2] = changed[at : at + 2][::-1]
        else:
            changed[at:at] = [
                random.choice([*"{}():,.@", "and", "in", "party", "talks", "5", '"x"'])
            ]
        text = " ".join(changed)
        ours = not isinstance(driver().parse("items", text), Problem)
        assert ours == lark_accepts(lark, text), text
