"""Regions of statements: laws, and what they mean for needs and coalitions."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from checker import check, load
from checker.model.from_ast import resolve
from checker.reason.regions import Regions

WORLD = """\
party a
party b
party both { members: a, b }
place land
place town { in: land }
place street { in: town }
place abroad
event talks { between: a, b }
event round { under: talks between: a, b }
state truce { between: a, b }
issue army { unit: troops }
issue path { options: joins, never, deferred }
"""
PROPOSITIONS = (
    st.sampled_from(["talks", "round"]).flatmap(
        lambda s: st.tuples(
            st.just(s),
            st.sampled_from(["", " at land", " at town", " at street", " at abroad"]),
            st.sampled_from(["", " on 2025-05-15", " on 2025-05", " from 2025-05-10/2025-05-20"]),
            st.sampled_from(["", " for 2 days", " for at least 1 day", " for at most 3 days"]),
            st.sampled_from(["", " by a", " by b", " by both"]),
            st.sampled_from(["", " with format = leaders", " with format != leaders"]),
        ).map("".join)
    )
    | st.sampled_from(["army <= 100", "army < 100", "army >= 100", "army = 50", "army > 100"])
    | st.sampled_from(["path = joins", "path in {joins, never}", "path != never", "path = never"])
)


def _regions(texts: list[str]) -> Regions:
    statements = "\n".join(f"  accepts {t}" for t in texts)
    model = load(f"{WORLD}position p by a on 2025-05-11 {{\n{statements}\n}}\nstance accepts\n")
    case, mistakes = resolve(model.cases()[0].files, "x")
    assert mistakes == ()
    return Regions(case)


@settings(deadline=None, max_examples=80)
@given(st.lists(PROPOSITIONS, min_size=3, max_size=3))
def test_laws(texts: list[str]) -> None:
    regions = _regions(texts)
    ids = [f"p.{i + 1}" for i in range(3)]
    for x in ids:
        assert regions.covers(x, x)
        assert regions.overlaps(x, x)
    for x, y in product(ids, ids):
        assert regions.overlaps(x, y) == regions.overlaps(y, x)
        assert set(regions.excludes(x, y)) == set(regions.excludes(y, x))
        if regions.covers(x, y):
            assert regions.overlaps(x, y)
        if regions.overlaps(x, y):
            assert not set(regions.excludes(x, y))
        common = {axis: str(part) for axis, part in regions.common(x, y)}
        assert common == {axis: str(part) for axis, part in regions.common(y, x)}
    for x, y, z in product(ids, ids, ids):
        if regions.covers(x, y) and regions.covers(y, z):
            assert regions.covers(x, z)


def test_coverage_by_axis() -> None:
    texts = [
        "talks",
        "talks at land",
        "talks at town",
        "talks at abroad",
        "round at street",
        "talks by both",
    ]
    regions = _regions([*texts, "talks by a", "talks on 2025-05", "talks on 2025-05-15"])
    p = {t: f"p.{i + 1}" for i, t in enumerate([*texts, "by a", "May", "15 May"])}
    assert regions.covers(p["talks"], p["talks at town"])
    assert not regions.covers(p["talks at town"], p["talks"])
    assert regions.covers(p["talks at land"], p["round at street"])
    assert regions.covers(p["talks by both"], p["by a"])
    assert regions.covers(p["May"], p["15 May"])
    assert set(regions.excludes(p["talks at town"], p["talks at abroad"])) == {("place",)}
    assert dict(regions.common(p["talks at land"], p["talks at town"])) == {"place": "town"}


def test_numbers_as_sets_and_ranges() -> None:
    texts = [
        "army in {50, 150}",
        "army <= 100",
        "army = 150",
        "army != 150",
        "army > 200",
        "army = 50",
    ]
    regions = _regions(texts)
    either, most, exact, but, more, fifty = (f"p.{i + 1}" for i in range(6))
    assert set(regions.excludes(either, more)) == {("value",)}
    assert set(regions.excludes(exact, but)) == {("value",)}
    assert not regions.overlaps(most, exact)
    assert dict(regions.common(either, most)) == {"value": "50"}
    assert regions.covers(either, fifty)
    assert regions.covers(most, fifty)
    assert regions.covers(but, most)
    assert not regions.covers(most, either)


def _rules(statements: str, select: str) -> list[tuple[str, str]]:
    report = check(WORLD + statements, select=[select])
    assert report.diagnostics == []
    return [(f.rule, f.message) for f in report.findings]


def test_every_status_of_a_need() -> None:
    want = "position w by a on 2025-05-11 { accepts talks only if truce by b for 30 days }\n"
    cases = {
        "": "unmet_precondition",
        "fact truce by b for 30 days": "met_precondition",
        "fact truce for 30 days": "met_precondition",
        "fact truce by b for 3 days": "unmet_precondition",
        "fact truce by a for 30 days": "unmet_precondition",
        "position y by b on 2025-05-11 { pledges truce for 30 days }": "promised_precondition",
        "position y by both on 2025-05-11 { pledges truce for 30 days }": "promised_precondition",
        "position y by b on 2025-05-11 { pledges truce for 3 days }": "unmet_precondition",
        "position y by a on 2025-05-11 { pledges truce for 30 days }": "unmet_precondition",
        "position y by b on 2025-05-11 { rejects truce }": "blocked_precondition",
        "position y by b on 2025-05-11 { rejects truce for at least 7 days }": "blocked_precondition",
        "position y by b on 2025-05-11 { rejects truce for 7 days }": "unmet_precondition",
        "position y by b on 2025-05-11 { requires not truce }": "blocked_precondition",
        "position y by b on 2025-05-11 { accepts truce only after talks }": "circular_preconditions",
    }
    for text, status in cases.items():
        found = [rule for rule, _ in _rules(f"{want}{text}\n", "precondition")]
        assert found == [status], text


def test_statuses_of_an_ultimatum() -> None:
    threat = "event blow\nposition w by a on 2025-05-11 { threatens blow if not truce by b }\n"
    for fact, status in {
        "": "pending",
        "fact truce by b": "averted",
        "fact not truce by b": "triggered",
        "fact truce by a": "pending",
    }.items():
        ((_, message),) = _rules(f"{threat}{fact}\n", "ultimatum")
        assert message == f"A threatens blow if `not truce by b` ({status})"


WORDS = st.sampled_from(
    ["accepts", "rejects", "requires", "commits", "claims", "denies", "threatens"]
)
UNRELATED = st.tuples(
    WORDS.map(lambda word: f"{word} "),
    st.sampled_from(
        ["rain", "rain at far", "rain on 2025-05-15", "not rain", "snow before rain", "level <= 5"]
    ),
    st.sampled_from(["", " only if snow", " if not snow", " only after snow"]),
).map("".join)


@settings(deadline=None, max_examples=25)
@given(st.lists(UNRELATED, max_size=4))
def test_unrelated_statements_change_no_finding(statements: list[str]) -> None:
    base = (
        WORLD
        + """
position x by a on 2025-05-11 { requires talks before truce offers talks at town unconditionally }
position y by b on 2025-05-11 { accepts talks at land only after truce accepts army <= 5 }
"""
    )
    more = "party other\nplace far\nevent rain\nevent snow\nissue level\nposition o by other on 2025-05-11 {\n"
    before = {f.id: f.message for f in check(base).findings}
    assert len(before) >= 2
    report = check(f"{base}{more}{chr(10).join(statements)}\n}}\n")
    assert report.diagnostics == []
    after = {f.id: f.message for f in report.findings}
    assert {i: m for i, m in after.items() if i in before} == before
    own = [f for f in report.findings if f.id not in before]
    assert all(w.id.startswith("o.") for f in own for w in f.witnesses)
