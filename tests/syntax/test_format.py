"""`format_source`: the one layout, every comment, nothing else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.resources import rules_folder
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


@settings(
    max_examples=250, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.randoms(use_true_random=False))
def test_idempotent_and_faithful(random: Random) -> None:
    assert_kept(Maker(random).file())


@pytest.mark.parametrize("seed", range(150))
def test_idempotent_and_faithful_by_seed(seed: int) -> None:
    assert_kept(Maker(Random(seed)).file(12))


LAYOUT = {
    "party   a": "party a\n",
    "party a {}": "party a\n",
    "party a{for:b}": "party a { for: b }\n",
    "party a {\n for:b }": "party a {\n  for: b\n}\n",
    'party a { aliases : "x" ,"y" in : c }': 'party a { aliases: "x", "y" in: c }\n',
    "stance x   is y{force:hard}": "stance x is y { force: hard }\n",
    'use"a.pos"': 'use "a.pos"\n',
    "relation r( a,b )": "relation r(a, b)\n",
    "position x by a{}": "position x by a {}\n",
    "position x by a {\n}": "position x by a {}\n",
    "position x by a { accepts t }": "position x by a { accepts t }\n",
    "position x by a { accepts t rejects u }": "position x by a {\n  accepts t\n  rejects u\n}\n",
    "position x by a { attributes b{accepts t} }": (
        "position x by a { attributes b { accepts t } }\n"
    ),
    'position x by a\n{ @l accepts t "q" }': 'position x by a { @l accepts t "q" }\n',
    'position x by a {\n accepts t "q"\n}': 'position x by a {\n  accepts t "q"\n}\n',
    'position x by a {\n accepts t\n"q"\n}': 'position x by a {\n  accepts t\n    "q"\n}\n',
    'position x by a {\n accepts t "q"\n"r"\n}': (
        'position x by a {\n  accepts t\n    "q"\n    "r"\n}\n'
    ),
    'position x by a {\naccepts t """q\n r"""\n}': (
        'position x by a {\n  accepts t\n    """q\n r"""\n}\n'
    ),
    "define d(X) when(a(X)and(b(X)or c(X)))and not(d(X))": (
        "define d(X) when a(X) and (b(X) or c(X)) and not d(X)\n"
    ),
    "define d(X) when not(a(X)or b(X))or(c(X)and d(X))": (
        "define d(X) when not (a(X) or b(X)) or c(X) and d(X)\n"
    ),
    "define d(X) when X.date-3 days>=-5": "define d(X) when X.date - 3 days >= -5\n",
    "fact t in{a,b}in s": "fact t in {a, b} in s\n",
    "fact t for at least 3 days with n=-5": "fact t for at least 3 days with n = -5\n",
    'rule r"T":note{when a() example"x"{party a}finds 0}': (
        'rule r "T" : note {\n  when a()\n  example "x" { party a } finds nothing\n}\n'
    ),
    'rule r "T" : note { when a() and (b() or c()) having d() and e() }': (
        'rule r "T" : note {\n  when a()\n   and (b() or c())\n  having d()\n     and e()\n}\n'
    ),
    'rule r "T" : note { example "x" {\nparty a position x by a {accepts t}\n}\nfinds x.1 }': (
        'rule r "T" : note {\n  example "x" {\n    party a\n    position x by a { accepts t }\n'
        "  } finds x.1\n}\n"
    ),
    'rule r "T" : note {}': 'rule r "T" : note {}\n',
    # empty lines
    "party a\nparty b\n\n\n\nparty c": "party a\nparty b\n\nparty c\n",
    "party a\nposition x by a {\n accepts t\n}\nparty b": (
        "party a\n\nposition x by a {\n  accepts t\n}\n\nparty b\n"
    ),
    "position x by a {\n\n\n accepts t\n\n\n rejects u\n\n}": (
        "position x by a {\n  accepts t\n\n  rejects u\n}\n"
    ),
    # comments
    "#a\n\n\n#b": "#a\n\n#b\n",
    "party a # b   ": "party a  # b\n",
    "# a\nparty b\n  # c\n# d": "# a\nparty b\n# c\n# d\n",
    "position x # a\n by a { # b\n # c\n accepts # d\n t # e\n # f\n} # g": (
        "# a\nposition x by a {  # b\n  # c\n  # d\n  accepts t  # e\n  # f\n}  # g\n"
    ),
    'position x by a {\n accepts t # a\n # b\n "q" # c\n}': (
        'position x by a {\n  accepts t  # a\n    # b\n    "q"  # c\n}\n'
    ),
    "position x by a { # a\n}": "position x by a {  # a\n}\n",
    "position x by a {\n accepts t # a }\n}": "position x by a {\n  accepts t  # a }\n}\n",
    "party a { # a\n for: b }": "party a {  # a\n  for: b\n}\n",
    'rule r "T" : note {\n when a() # a\n # b\n and b() # c\n # d\n}': (
        'rule r "T" : note {\n  when a()  # a\n   # b\n   and b()  # c\n  # d\n}\n'
    ),
    'rule r "T" : note {\n example "x" { # a\n # b\n party a # c\n # d\n } finds 1 # e\n}': (
        'rule r "T" : note {\n  example "x" {  # a\n    # b\n    party a  # c\n    # d\n'
        "  } finds 1  # e\n}\n"
    ),
    # the file
    "": "",
    " \n\n": "",
    "# only": "# only\n",
    "\ufeffparty a": "party a\n",
    "party a\r\n\r\n\r\nparty b # c\r\n": "party a\n\nparty b  # c\n",
    'use "a\\"b"': 'use "a\\"b"\n',
    "fact t on 2025-05-12/.. for 600_000 days": "fact t on 2025-05-12/.. for 600_000 days\n",
}


@pytest.mark.parametrize("text", LAYOUT)
def test_layout(text: str) -> None:
    assert formatted(text) == LAYOUT[text]
    assert_kept(text)


LONG = "a" * 40


def test_long_lines() -> None:
    quote = '"' + "words " * 10 + '"'
    assert formatted(f"position x by a {{ accepts {LONG} {quote} }}") == (
        f"position x by a {{\n  accepts {LONG}\n    {quote}\n}}\n"
    )
    assert formatted(f"position x by a {{ accepts {LONG} if {LONG} and {LONG} unless b }}") == (
        f"position x by a {{\n  accepts {LONG}\n    if {LONG} and {LONG}\n    unless b\n}}\n"
    )
    assert formatted(f'position {LONG} "{LONG}" by a on 2025-05-11 in source {{ accepts t }}') == (
        f'position {LONG} "{LONG}"\n    by a on 2025-05-11 in source {{\n  accepts t\n}}\n'
    )
    assert formatted(f'party a {{ aliases: "{LONG}" members: {LONG}, {LONG} }}') == (
        f'party a {{\n  aliases: "{LONG}"\n  members: {LONG}, {LONG}\n}}\n'
    )
    assert formatted(f'ignore r of {LONG}, {LONG} because "{LONG}"') == (
        f'ignore r of {LONG}, {LONG}\n  because "{LONG}"\n'
    )
    assert formatted(f"define d(X) when {LONG}() and {LONG}() and b()") == (
        f"define d(X) when {LONG}()\n  and {LONG}()\n  and b()\n"
    )


def test_long_formula() -> None:
    text = (
        f'rule r "T" : note {{ when a() and (P favours {LONG} and c() and {LONG}() or d() or '
        f"not ({LONG}() or {LONG}() and e() and {LONG}())) and f() }}"
    )
    assert formatted(text) == (
        'rule r "T" : note {\n'
        "  when a()\n"
        f"   and (P favours {LONG} and c()\n"
        f"        and {LONG}()\n"
        "     or d()\n"
        f"     or not ({LONG}()\n"
        f"          or {LONG}() and e()\n"
        f"             and {LONG}()))\n"
        "   and f()\n"
        "}\n"
    )
    assert_kept(text)


def test_a_file_with_mistakes_is_left_alone() -> None:
    text = "party   a\r\nparty b junk"
    result, diagnostics = format_source(Source("a.pos", text))
    assert result == text
    assert [d.number for d in diagnostics] == ["P001"]
    text = 'rule r "T" : note { example "x" { party   a\n junk } finds 1 }'
    result, diagnostics = format_source(Source("a.pos", text))
    assert result == text
    assert [(d.number, str(d.span)) for d in diagnostics] == [("P001", "a.pos:2:2")]


@pytest.mark.parametrize(
    "text",
    [
        f"position x by a {{ accepts t if {'not ' * 185}a }}",
        f"position x by a {{ accepts t if {'(' * 180}a{')' * 180} }}",
        f"position x by a {{ accepts t if {'not (a or ' * 40}a{')' * 40} }}",
        f"define x(A) when A < 1{' + 1' * 100}",
        f"define x(A) when A < {'f(' * 90}1{')' * 90}",
    ],
)
def test_deep(text: str) -> None:
    assert_kept(text)


def test_examples_in_examples() -> None:
    text = "party a"
    for number in range(12):
        text = (
            f'rule r{number} "T" : note {{ example "x" {{\n# {number}\n{text} }} finds 1 # e\n }}'
        )
    assert_kept(text)


def test_built_in_rules_are_formatted() -> None:
    for path in sorted(Path(rules_folder()).rglob("*.pos")):
        text = path.read_text("utf-8")
        assert formatted(text) == text, path
        assert_kept(text)
