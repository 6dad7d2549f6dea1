"""Dates, durations and quotes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.reason.quotes import SourceText, diff
from checker.values import BadDate, Interval, interval_text, parse_date, parse_duration

DAY = 1440


@pytest.mark.parametrize(
    ("text", "label", "days"),
    [
        ("2025-05-15", "15 May 2025", 1),
        ("2025-05", "May 2025", 31),
        ("2025", "2025", 365),
        ("2024", "2024", 366),
        ("2025-05-12/2025-06-11", "12 May to 11 June 2025", 31),
        ("2025-05-12/2025-05-14", "12 to 14 May 2025", 3),
        ("2024-12-30/2025-01-02", "30 December 2024 to 2 January 2025", 4),
        ("2025-05-15~", "about 15 May 2025", 3),
        ("2025-05?", "May 2025 (uncertain)", 31),
        ("2025-05-XX", "May 2025", 31),
        ("202X", "2020 to 2029", 3653),
        ("2025-21", "1 March to 31 May 2025", 92),
        ("2025-24", "1 December 2025 to 28 February 2026", 90),
    ],
)
def test_dates(text: str, label: str, days: int) -> None:
    found = parse_date(text)
    assert (found.label(), (found.hi - found.lo) / DAY, found.text) == (label, days, text)


def test_open_dates_and_times() -> None:
    assert parse_date("../2025-06-01").label() == "until 1 June 2025"
    assert parse_date("2025-05-12/..").label() == "from 12 May 2025"
    noon = parse_date("2025-05-15T12:00Z")
    assert noon.label() == "15 May 2025 12:00 UTC"
    assert parse_date("2025-05-15T15:00+03:00") == noon
    assert noon.lo > parse_date("2025-05-15").lo


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2025-13-01", "`2025-13-01` is not a date: month 13 does not exist"),
        ("2025-02-29", "`2025-02-29` is not a date: February 2025 has 28 days"),
        ("2025-5-1", "`2025-5-1` is not a date: write the month with two digits"),
        ("2025-05-15T25:00Z", "`2025-05-15T25:00Z` is not a date: `25:00` is not a time of day"),
        ("0000", "`0000` is not a date: there is no year 0"),
        ("May 15", "`May 15` is not a date"),
        ("2025-06/2025-05", "`2025-06/2025-05` ends before it begins"),
    ],
)
def test_bad_dates(text: str, message: str) -> None:
    with pytest.raises(BadDate) as caught:
        parse_date(text)
    assert caught.value.message == message


def test_durations() -> None:
    assert (parse_duration(30, "days").lo, parse_duration(30, "days").hi) == (30 * DAY, 30 * DAY)
    assert [parse_duration(n, "months").lo / DAY for n in (1, 2, 12)] == [28, 59, 365]
    assert [parse_duration(n, "months").hi / DAY for n in (1, 2, 12)] == [31, 62, 366]
    assert parse_duration(1, "year") == parse_duration(12, "months")
    assert parse_duration(3, "days") < parse_duration(1, "week")
    assert not parse_duration(30, "days") < parse_duration(1, "month")
    start = parse_date("2025-05-12")
    assert (start + parse_duration(30, "days")) == parse_date("2025-06-11")
    assert (parse_date("2025-06-11") - start) == parse_duration(30, "days")


days = st.dates(date(1, 1, 2), date(9998, 12, 30))


@given(days, days)
def test_order_of_days(one: date, other: date) -> None:
    a, b = parse_date(one.isoformat()), parse_date(other.isoformat())
    assert (a < b, a == b, a <= b) == (one < other, one == other, one <= other)
    assert parse_date(interval_text(a.lo, a.hi)) == a


@given(days, st.integers(0, 400))
def test_an_interval_contains_each_of_its_days(first: date, length: int) -> None:
    last = min(first + timedelta(days=length), date(9998, 12, 31))
    whole = parse_date(f"{first.isoformat()}/{last.isoformat()}")
    assert (whole.hi - whole.lo) / DAY == (last - first).days + 1
    assert whole.lo <= parse_date(last.isoformat()).lo < whole.hi


ends = st.one_of(st.integers(-5, 5).map(float))
intervals = st.builds(Interval, ends, ends, st.booleans(), st.booleans()).filter(
    lambda i: i.lo < i.hi or (i.lo == i.hi and not i.lo_open and not i.hi_open)
)


def _points(interval: Interval) -> set[float]:
    return {
        p / 2
        for p in range(-12, 13)
        if (interval.lo < p / 2 or (interval.lo == p / 2 and not interval.lo_open))
        and (p / 2 < interval.hi or (interval.hi == p / 2 and not interval.hi_open))
    }


@given(intervals, intervals)
def test_meeting_of_intervals(a: Interval, b: Interval) -> None:
    meeting = a.meet(b)
    assert (_points(meeting) if meeting else set()) == _points(a) & _points(b)
    assert a.inside(b) == (meeting == a)
    assert a.meet(b) == b.meet(a)


TEXT = """Kyiv’s offer – unprecedented –
was “full, unconditional”.

He said:  «Wir  warten» und
הפסקת אש מלאה עכשיו"""


@pytest.mark.parametrize(
    ("quote", "match", "line"),
    [
        ("was “full, unconditional”.", "exact", 2),
        ("KYIV'S offer - unprecedented - was \"full", "folded", 1),
        ("Kyiv’s offer […] unconditional", "folded", 1),
        ("he said: “wir warten” und", "folded", 4),
        ("הפסקת אש מלאה", "exact", 5),
        ("", "none", 0),
        ("nothing of the sort", "none", 0),
    ],
)
def test_quotes(quote: str, match: str, line: int) -> None:
    found = SourceText(TEXT).find(quote)
    assert (found.match, found.line) == (match, line)


def test_the_nearest_passage_is_shown_with_the_difference() -> None:
    found = SourceText("He says Ukraine is only willing to talk after a truce, not before.").find(
        "Ukraine is willing to talk after the truce"
    )
    assert found.match == "near"
    assert diff("Ukraine is willing to talk after the truce", found.text) == (
        "Ukraine is [-only-] willing to talk after [-a-] {+the truce+}"
    ) or "[-only-]" in diff("Ukraine is willing to talk after the truce", found.text)


@given(st.data())
def test_any_passage_is_found_where_it_is(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet="ab “”’–éא\n", min_size=1, max_size=60))
    start = data.draw(st.integers(0, len(text) - 1))
    quote = text[start : start + data.draw(st.integers(1, 20))]
    found = SourceText(text).find(quote)
    if quote.strip():
        assert found.match == "exact"
        assert found.line == text.count("\n", 0, text.find(quote)) + 1
