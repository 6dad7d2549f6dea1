"""Exact trees for every form of the language reference, and where each node stands.

A tree is written as a short text: `Name` by its word, a literal as `kind:value`, a node as `Type(fields)`.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from checker.source import Source
from checker.syntax import ast
from checker.syntax.format import format_source
from checker.syntax.parse import parse


def short(node: Any) -> str:
    if isinstance(node, ast.Name):
        return node.text
    if isinstance(node, ast.Literal):
        return f"{node.kind}:{node.value}"
    if isinstance(node, tuple):
        fields = node[:-2] if hasattr(node, "_fields") else node
        name = type(node).__name__ if hasattr(node, "_fields") else ""
        return f"{name}({', '.join(map(short, fields))})"
    return "-" if node is None or node == "" else str(node)


def items(text: str) -> tuple[Any, ...]:
    parsed = parse(Source("a.pos", text))
    assert parsed.diagnostics == ()
    return parsed.items


def only(text: str) -> Any:
    (item,) = items(text)
    return item


def statement(text: str) -> Any:
    (member,) = only(f"position x by a {{ {text} }}").members
    return member


def literal(text: str) -> Any:
    return only(f"define d(X) when {text}").body


ITEMS = {
    'use "actors.pos"': "Use(text:actors.pos)",
    "party a": "Entity(party, a, -, -, ())",
    'person p "P" {}': "Entity(person, p, text:P, -, ())",
    'place t "Türkiye" { in: x }': "Entity(place, t, text:Türkiye, -, (Property(in, (x))))",
    'source s "S" { date: 2025-05-11 url: "u" }': (
        "Entity(source, s, text:S, -, (Property(date, (date:2025-05-11)), Property(url, (text:u))))"
    ),
    'party r { aliases: "M", "the K" for: b, c }': (
        "Entity(party, r, -, -, (Property(aliases, (text:M, text:the K)), Property(for, (b, c))))"
    ),
    "event e { between: a, b under: f }": (
        "Entity(event, e, -, -, (Property(between, (a, b)), Property(under, (f))))"
    ),
    "state s { n: -5 m: 600_000 d: 3 days y: 2.5 }": (
        "Entity(state, s, -, -, (Property(n, (number:-5)), Property(m, (number:600_000)), "
        "Property(d, (duration:3 days)), Property(y, (number:2.5))))"
    ),
    "issue v { options: for, against, not }": (
        "Entity(issue, v, -, -, (Property(options, (for, against, not))))"
    ),
    "stance favours": "Entity(stance, favours, -, -, ())",
    "stance requires is favours { force: hard }": (
        "Entity(stance, requires, -, favours, (Property(force, (hard))))"
    ),
    "position x by a, b on 2025-05-11 in s {}": (
        "Position(x, -, (Header(by, (a, b)), Header(on, (date:2025-05-11)), Header(in, (s))), ())"
    ),
    'position x "T" expires 2025 by a replaces y.1 {}': (
        "Position(x, text:T, (Header(expires, (date:2025)), Header(by, (a)), "
        "Header(replaces, (Reference(y, number:1)))), ())"
    ),
    "position x by a replaces y {}": (
        "Position(x, -, (Header(by, (a)), Header(replaces, (Reference(y, -)))), ())"
    ),
    'fact t by u from 2025-05-12 in s "w" "v"': (
        "WorldFact(Occurrence(t, (Facet(by, (u)), Facet(from, (date:2025-05-12)))), s, (text:w, text:v))"
    ),
    "fact not t": "WorldFact(Not(Occurrence(t, ())), -, ())",
    "fact borders(a, b)": "WorldFact(Call(borders, (a, b)), -, ())",
    "fact army = 5 in s": "WorldFact(Comparison(army, =, (number:5)), s, ())",
    "relation r()": "RelationDeclaration(r, ())",
    "relation borders(party, party)": "RelationDeclaration(borders, (party, party))",
    "define d(P, A) when P requires A before B": (
        "Define(Call(d, (P, A)), Pattern(-, -, P, requires, Order(A, before, -, B), False))"
    ),
    'ignore r of x.1, y because "z"': (
        "Ignore(r, (Reference(x, number:1), Reference(y, -)), text:z)"
    ),
    "expect r of x.entry, y.2": "Expect(r, (Reference(x, entry), Reference(y, number:2)))",
}


@pytest.mark.parametrize("text", ITEMS)
def test_item(text: str) -> None:
    assert short(only(text)) == ITEMS[text]


STATEMENTS = {
    "accepts talks": "Statement(-, accepts, Occurrence(talks, ()), (), ())",
    "@entry accepts talks": "Statement(entry, accepts, Occurrence(talks, ()), (), ())",
    'accepts talks "a" "b"': "Statement(-, accepts, Occurrence(talks, ()), (), (text:a, text:b))",
    "rejects not talks": "Statement(-, rejects, Not(Occurrence(talks, ())), (), ())",
    "withdraws y": "Withdrawal(Reference(y, -))",
    "withdraws y.entry": "Withdrawal(Reference(y, entry))",
    'attributes b { accepts talks "q" }': (
        "Attribution(b, (Statement(-, accepts, Occurrence(talks, ()), (), (text:q))))"
    ),
    "attributes b {}": "Attribution(b, ())",
}


@pytest.mark.parametrize("text", STATEMENTS)
def test_statement(text: str) -> None:
    assert short(statement(text)) == STATEMENTS[text]


PROPOSITIONS = {
    "t at p": "Occurrence(t, (Facet(at, (p))))",
    "t on 2025-05-15": "Occurrence(t, (Facet(on, (date:2025-05-15))))",
    "t from 2025-05 until 2025": "Occurrence(t, (Facet(from, (date:2025-05)), Facet(until, (date:2025))))",
    "t on 2025-05-12/2025-06-11": "Occurrence(t, (Facet(on, (date:2025-05-12/2025-06-11))))",
    "t on 2025-05-15~": "Occurrence(t, (Facet(on, (date:2025-05-15~))))",
    "t on 2025-05?": "Occurrence(t, (Facet(on, (date:2025-05?))))",
    "t on ../2025-06-01": "Occurrence(t, (Facet(on, (date:../2025-06-01))))",
    "t on 2025-05-12/..": "Occurrence(t, (Facet(on, (date:2025-05-12/..))))",
    "t on 2025-05-15T10:00Z": "Occurrence(t, (Facet(on, (date:2025-05-15T10:00Z))))",
    "t for 30 days": "Occurrence(t, (Facet(for, (-, duration:30 days))))",
    "t for at least 1 month": "Occurrence(t, (Facet(for, (least, duration:1 month))))",
    "t for at most 2.5 years": "Occurrence(t, (Facet(for, (most, duration:2.5 years))))",
    "t by a, b": "Occurrence(t, (Facet(by, (a, b))))",
    "t to a against b, c": "Occurrence(t, (Facet(to, (a)), Facet(against, (b, c))))",
    "t with format = leaders": "Occurrence(t, (Facet(with, (format, =, leaders))))",
    "t with vote = against": "Occurrence(t, (Facet(with, (vote, =, against))))",
    "t with n >= 5 with d = 3 days": (
        "Occurrence(t, (Facet(with, (n, >=, number:5)), Facet(with, (d, =, duration:3 days))))"
    ),
    "t unconditionally": "Occurrence(t, (Facet(unconditionally, ())))",
    "a before b": "Order(a, before, -, b)",
    "a after b": "Order(a, after, -, b)",
    "a during b": "Order(a, during, -, b)",
    "a alongside b": "Order(a, alongside, -, b)",
    "a 3 days before b": "Order(a, before, Gap(-, duration:3 days), b)",
    "a at least 3 days before b": "Order(a, before, Gap(least, duration:3 days), b)",
    "a at most 1 week after b": "Order(a, after, Gap(most, duration:1 week), b)",
    "army <= 600_000": "Comparison(army, <=, (number:600_000))",
    "path = never": "Comparison(path, =, (never))",
    "path != never": "Comparison(path, !=, (never))",
    "venue in {istanbul, doha}": "Comparison(venue, in, (istanbul, doha))",
    "date <= 2025-12-31": "Comparison(date, <=, (date:2025-12-31))",
    'word = "x"': "Comparison(word, =, (text:x))",
}


@pytest.mark.parametrize("text", PROPOSITIONS)
def test_proposition(text: str) -> None:
    assert short(statement(f"accepts {text}").proposition) == PROPOSITIONS[text]
    assert short(only(f"fact {text}").content) == PROPOSITIONS[text]
    assert short(literal(f"P favours {text}").proposition) == PROPOSITIONS[text]


def o(name: str) -> str:
    return f"Occurrence({name}, ())"


CONDITIONS = {
    "if a": f"Condition(if, {o('a')})",
    "only if not a": f"Condition(only if, Not({o('a')}))",
    "unless a by b": "Condition(unless, Occurrence(a, (Facet(by, (b)))))",
    "only after a": f"Condition(only after, {o('a')})",
    "if a and b or c": f"Condition(if, Or((And(({o('a')}, {o('b')})), {o('c')})))",
    "if a and (b or c)": f"Condition(if, And(({o('a')}, Or(({o('b')}, {o('c')})))))",
    "if (a and b) and c": f"Condition(if, And(({o('a')}, {o('b')}, {o('c')})))",
    "if not (a or b) and c": f"Condition(if, And((Not(Or(({o('a')}, {o('b')}))), {o('c')})))",
    "if not not a": f"Condition(if, Not(Not({o('a')})))",
    "if a before b and c > 5": (
        "Condition(if, And((Order(a, before, -, b), Comparison(c, >, (number:5)))))"
    ),
}


@pytest.mark.parametrize("text", CONDITIONS)
def test_condition(text: str) -> None:
    (condition,) = statement(f"accepts t {text}").conditions
    assert short(condition) == CONDITIONS[text]


def test_several_conditions() -> None:
    found = statement('accepts t by p if a unless b only after c "q"')
    assert [c.kind for c in found.conditions] == ["if", "unless", "only after"]
    assert short(found.quotes) == "(text:q)"


LITERALS = {
    "P favours E": f"Pattern(-, -, P, favours, {o('E')}, False)",
    "S: P favours _": f"Pattern(S, -, P, favours, {o('_')}, False)",
    "P requires not E": f"Pattern(-, -, P, requires, Not({o('E')}), False)",
    "P favours E at V outright": "Pattern(-, -, P, favours, Occurrence(E, (Facet(at, (V)))), True)",
    "P favours E for D": "Pattern(-, -, P, favours, Occurrence(E, (Facet(for, (-, D)))), False)",
    "S: R attributes P favours E": f"Pattern(S, R, P, favours, {o('E')}, False)",
    "fact E by P": "WorldPattern(-, Occurrence(E, (Facet(by, (P)))))",
    "F: fact not E": f"WorldPattern(F, Not({o('E')}))",
    "S needs C": "Needs(S, needs, C)",
    "S if C": "Needs(S, if, C)",
    "d()": "Call(d, ())",
    "covers(S, fact_of(T))": "Call(covers, (S, Call(fact_of, (T))))",
    "P != Q": "Compare(P, !=, Q)",
    "count(P) >= 2": "Compare(Call(count, (P)), >=, number:2)",
    "S.date + 3 days > T.date - 1 week": (
        "Compare(Arithmetic(+, Field(S, date), duration:3 days), >, "
        "Arithmetic(-, Field(T, date), duration:1 week))"
    ),
    "A - B - C * 2 / D = -1": (
        "Compare(Arithmetic(-, Arithmetic(-, A, B), "
        "Arithmetic(/, Arithmetic(*, C, number:2), D)), =, number:-1)"
    ),
    'X = "x"': "Compare(X, =, text:x)",
    "X = 2025-05-15": "Compare(X, =, date:2025-05-15)",
    "not (P != Q or d(P)) and e(P)": (
        "And((Not(Or((Compare(P, !=, Q), Call(d, (P))))), Call(e, (P))))"
    ),
}


@pytest.mark.parametrize("text", LITERALS)
def test_literal(text: str) -> None:
    assert short(literal(text)) == LITERALS[text]


RULE = """
rule shared "T" : focal_point {
  severity error
  for E, V
  why "W"
  when S: P favours E at V
  having count(P) >= 2
  say "{P} and {V}"
  hint "H"
  example "one" { party a } finds 1
  example "two" { # } comment
    party b { note: "}" } } finds nothing
  example "three" {} finds x.1, y.a
}
"""


def test_rule() -> None:
    rule = only(RULE)
    assert short((rule.name, rule.title, rule.kind)) == "(shared, text:T, focal_point)"
    clauses = {clause.kind: short(clause.value) for clause in rule.clauses}
    assert clauses == {
        "severity": "error",
        "for": "(E, V)",
        "why": "text:W",
        "when": "Pattern(S, -, P, favours, Occurrence(E, (Facet(at, (V)))), False)",
        "having": "Compare(Call(count, (P)), >=, number:2)",
        "say": "text:{P} and {V}",
        "hint": "text:H",
    }
    assert [e.title.value for e in rule.examples] == ["one", "two", "three"]
    assert rule.examples[0].block == " party a "
    assert [short(e.finds) for e in rule.examples] == [
        "1",
        "0",
        "(Reference(x, number:1), Reference(y, a))",
    ]
    for example in rule.examples:
        assert RULE[example.block_start :].startswith(example.block)
        inner = parse(
            Source("a.pos", RULE), example.block_start, example.block_start + len(example.block)
        )
        assert not inner.diagnostics
    assert short(inner.items) == "()"


TEXTS = {
    r'"a\"b"': 'a"b',
    r'"a\\b"': "a\\b",
    r'"a\nb"': "a\nb",
    '"# {"': "# {",
    '""': "",
    '"""a "b" c"""': 'a "b" c',
    '"""a\nb"""': "a\nb",
    '"""a\r\nb"""': "a\nb",
    '"🕊 ‮"': "🕊 ‮",
}


@pytest.mark.parametrize("written", TEXTS)
def test_text(written: str) -> None:
    assert only(f"use {written}").path.value == TEXTS[written]


def test_places() -> None:
    """Every node spans its own words."""
    text = (
        '# head\nposition x "é" by a {\n  @l accepts talks at p  # why\n    only if not b  "q"\n}\n'
    )
    position = only(text)
    (said,) = position.members

    def words(node: Any) -> str:
        return text[node.start : node.end]

    assert words(position) == text[7:-1]
    assert words(position.title) == '"é"'
    assert words(position.headers[0]) == "by a"
    assert words(said) == '@l accepts talks at p  # why\n    only if not b  "q"'
    assert words(said.label) == "l"
    assert words(said.proposition) == "talks at p"
    assert words(said.proposition.facets[0]) == "at p"
    assert words(said.conditions[0]) == "only if not b"
    assert words(said.quotes[0]) == '"q"'


def test_layout_means_nothing() -> None:
    tight = 'position x by a{accepts talks at p"q"rejects aid}party b{for:c}'
    wide = tight.replace(" ", '\n\t# c } " \n').replace("{", " {\r\n").replace('"q"', ' "q"\n')
    assert ast.shape(items(wide)) == ast.shape(items(tight))


def test_comment_is_never_read() -> None:
    """What a comment says cannot stand in for a missing token."""
    for text in ("stance x is # favours", "position x by a { # }", "party # a", 'use # "x"'):
        assert parse(Source("a.pos", text)).diagnostics, text


@pytest.mark.parametrize("text", ["", " \n", "# only a comment", "\ufeff", "\ufeffparty a"])
def test_nothing_much(text: str) -> None:
    assert len(items(text)) == text.count("party")


REFERENCE = """
use "actors.pos"                 # relative to this file; globs allowed: use "statements/*.pos"

source insight "Russia and Ukraine inch toward direct talks" {
  publisher: "Insight EU Analysis"
  date: 2025-05-11
  url: "https://example.org"     # optional
  file: "insight-eu.txt"         # optional: text to verify quotes against
}
party russia "Russian Federation" { aliases: "Moscow", "the Kremlin" }
party allies "Kyiv and its allies" { members: ukraine, western_partners }
person putin "Vladimir Putin" { for: russia }
place turkey "Türkiye"
place istanbul "Istanbul" { in: turkey }
event talks "Direct peace talks" { between: russia, ukraine }
issue army_cap "Ukraine's peacetime army" { unit: troops }
issue nato_path "NATO membership" { options: joins, never, deferred }
stance insists_on is requires

position kyiv_truce "A 30-day truce first" by zelenskyy on 2025-05-11 in insight {
  commits ceasefire from 2025-05-12 for 30 days
    "full, unconditional ceasefire for 30 days starting May 12"
  @entry accepts talks only after ceasefire
    "Ukraine is only willing to enter negotiations after a ceasefire is in place"
  accepts talks at turkey on 2025-05-15
  threatens sanctions by western_partners against russia if not ceasefire by russia
  withdraws kyiv_truce.1
  attributes ukraine { accepts talks only after ceasefire "…" }
}

fact ceasefire by ukraine from 2025-05-12 in insight "…"     # it happened
fact not arms_freeze by western_partners on 2025-05-20
relation borders(party, party)                                # a user's own relation, typed
fact borders(russia, ukraine)

define chain(P, A, C) when P requires A before C
define chain(P, A, C) when chain(P, A, B) and P requires B before C

rule opposite_order "Two parties demand opposite orders" : contradiction {
  severity error
  why "Each order makes the other side's entry condition impossible."
  when S: P requires A before B
   and T: Q requires B before A
   and P != Q
  say "{P} wants {A} before {B}; {Q} wants {B} before {A}"
  hint "Look for a simultaneous start, or a third step that both put first."
  example "mirror-image demands" { party a } finds 1
  example "same order, two parties" { party a } finds nothing
}

rule shared_venue "A venue that several parties accept" : focal_point {
  for E, V                                   # one finding for each E, V
  when S: P favours E at V
  having count(P) >= 2
  say "{P} all accept {V} for {E}"           # a grouped variable prints as a list: "Russia and Ukraine"
}

ignore shared_venue of moscow_offer.1, kyiv_truce.3 because "the venue is settled"
expect opposite_order of moscow_offer.4, kyiv_truce.entry       # checked by `poscheck test`
"""


def test_reference() -> None:
    """The files of the language reference, and that they are in the formatter's layout."""
    found = items(REFERENCE)
    assert [type(item).__name__ for item in found[:3]] == ["Use", "Entity", "Entity"]
    assert len(found) == 22
    printed, _ = format_source(Source("a.pos", REFERENCE))
    assert ast.shape(items(printed)) == ast.shape(found)
    wanted = re.sub(r" +#", "  #", REFERENCE).strip()
    differing = set(wanted.split("\n")) - set(printed.split("\n"))
    assert not differing
