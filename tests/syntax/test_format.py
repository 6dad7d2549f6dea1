"""`format_source`: the one layout, every comment, nothing else."""

from __future__ import annotations

import re
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.source import Source
from checker.syntax import ast
from checker.syntax.format import body_of, format_source
from checker.syntax.parse import parse

from .making import Maker

_COMMENT = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?!"")(?:[^"\\\n]|\\.)*"|(#[^\n]*)', re.S)


def formatted(text: str) -> str:
    """The text in the one layout; the text must be valid."""
    result, diagnostics = format_source(Source("a.pos", text))
    assert not diagnostics, (text, diagnostics)
    return result


def deep_shape(source: Source, items: tuple[Any, ...]) -> Any:
    """`shape` with the bodies of examples read."""
    bodies = []
    for item in items:
        for example in item.examples if isinstance(item, ast.Rule) else ():
            body = body_of(source, example)
            bodies.append(deep_shape(source, body.items))
    return [ast.shape(_without_bodies(items)), bodies]


def _without_bodies(items: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        item._replace(examples=tuple(e._replace(block="") for e in item.examples))
        if isinstance(item, ast.Rule)
        else item
        for item in items
    )


def shape_of(text: str) -> Any:
    source = Source("a.pos", text)
    parsed = parse(source)
    assert not parsed.diagnostics, parsed.diagnostics
    return deep_shape(source, parsed.items)


def comments(text: str) -> Counter[str]:
    return Counter(m[1].rstrip() for m in _COMMENT.finditer(text) if m[1] is not None)


def assert_kept(text: str) -> None:
    """Formatting is idempotent and keeps the tree and the comments."""
    once = formatted(text)
    assert formatted(once) == once
    assert shape_of(once) == shape_of(text)
    assert comments(once) == comments(text)
    assert "\r" not in re.sub(r'"[^"]*"', "", once)
    assert not once or once.endswith("\n")
    assert "\n\n\n" not in once


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_idempotent_and_faithful(random: Random) -> None:
    assert_kept(Maker(random).file())


@pytest.mark.parametrize("seed", range(150))
def test_idempotent_and_faithful_by_seed(seed: int) -> None:
    assert_kept(Maker(Random(seed)).file(12))
