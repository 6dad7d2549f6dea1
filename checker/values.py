"""EDTF text → dates as intervals; durations and numbers as values.

A date is the interval of time that it may mean, in minutes since 0001-01-01 (proleptic Gregorian calendar,
UTC), half-open. EDTF levels 0 and 1 of ISO 8601-2:2019 are read: years, months, days, times, intervals with
open or unknown ends, qualifiers and unspecified digits. `~` and `%` widen a date by one unit of its own
precision on each side; `?` does not widen it.

Does not know who uses a date.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

DAY = 1440
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_POINT = re.compile(
    r"(\d[\dX]{3})(?:-([\dX]{1,2})(?:-([\dX]{1,2}))?)?"
    r"(?:T(\d{1,2}):?(\d{2})?(?::?(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?([~?%]?)"
)


class BadDate(ValueError):
    """A text that is not a date: what is wrong, and what to write."""

    def __init__(
        self, message: str, hint: str = "write dates as `2025-05-15`, `2025-05` or `2025`"
    ) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class Interval(NamedTuple):
    """A stretch of numbers or minutes; ends may be infinite, and open."""

    lo: float
    hi: float
    lo_open: bool = False
    hi_open: bool = False

    def meet(self, other: Interval) -> Interval | None:
        """The common part, None if there is none."""
        lo, lo_open = max((self.lo, self.lo_open), (other.lo, other.lo_open))
        hi, closed = min((self.hi, not self.hi_open), (other.hi, not other.hi_open))
        if lo > hi or (lo == hi and (lo_open or not closed)):
            return None
        return Interval(lo, hi, lo_open, not closed)

    def inside(self, other: Interval) -> bool:
        """Whether all of this lies in the other."""
        return self.meet(other) == self


class Date:
    """A date as written, and the minutes [lo, hi) that it may mean."""

    __slots__ = ("hi", "lo", "text", "uncertain")

    def __init__(self, text: str, lo: float, hi: float, uncertain: bool = False) -> None:
        self.text, self.lo, self.hi, self.uncertain = text, lo, hi, uncertain

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Date) and (self.lo, self.hi) == (other.lo, other.hi)

    def __hash__(self) -> int:
        return hash((self.lo, self.hi))

    def __lt__(self, other: Date) -> bool:
        return self.hi <= other.lo if isinstance(other, Date) else NotImplemented

    def __le__(self, other: Date) -> bool:
        return self < other or self == other if isinstance(other, Date) else NotImplemented

    def __gt__(self, other: Date) -> bool:
        return other < self if isinstance(other, Date) else NotImplemented

    def __ge__(self, other: Date) -> bool:
        return other <= self if isinstance(other, Date) else NotImplemented

    def __add__(self, other: Duration) -> Date:
        if not isinstance(other, Duration):
            return NotImplemented
        return _dated(self.lo + other.lo, self.hi + other.hi)

    def __sub__(self, other: object) -> object:
        if isinstance(other, Duration):
            return _dated(self.lo - other.hi, self.hi - other.lo)
        if isinstance(other, Date):
            return Duration.of(self.lo - other.lo, self.lo - other.lo)
        return NotImplemented

    def __repr__(self) -> str:
        return f"Date({self.text!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return Date, (self.text, self.lo, self.hi, self.uncertain)

    def label(self) -> str:
        """`15 May 2025`, `May 2025`, `12 May to 11 June 2025`, `about 15 May 2025`."""
        if self.text.endswith(("~", "%")) and "/" not in self.text:
            return f"about {parse_date(self.text[:-1]).label()}"
        shown = interval_label(self.lo, self.hi)
        return f"{shown} (uncertain)" if self.uncertain else shown


class Duration:
    """A length of time: the minutes [lo, hi] that it may mean, both ends included."""

    __slots__ = ("hi", "lo", "text")

    def __init__(self, text: str, lo: float, hi: float) -> None:
        self.text, self.lo, self.hi = text, lo, hi

    @classmethod
    def of(cls, lo: float, hi: float) -> Duration:
        """A duration from minutes."""
        return cls(_minutes_text(lo, hi), lo, hi)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Duration) and (self.lo, self.hi) == (other.lo, other.hi)

    def __hash__(self) -> int:
        return hash((self.lo, self.hi, "duration"))

    def __lt__(self, other: Duration) -> bool:
        return self.hi < other.lo if isinstance(other, Duration) else NotImplemented

    def __le__(self, other: Duration) -> bool:
        return self < other or self == other if isinstance(other, Duration) else NotImplemented

    def __gt__(self, other: Duration) -> bool:
        return other < self if isinstance(other, Duration) else NotImplemented

    def __ge__(self, other: Duration) -> bool:
        return other <= self if isinstance(other, Duration) else NotImplemented

    def __add__(self, other: object) -> object:
        if isinstance(other, Date):
            return other + self
        if isinstance(other, Duration):
            return Duration.of(self.lo + other.lo, self.hi + other.hi)
        return NotImplemented

    def __sub__(self, other: Duration) -> Duration:
        if not isinstance(other, Duration):
            return NotImplemented
        return Duration.of(self.lo - other.hi, self.hi - other.lo)

    def __mul__(self, other: float) -> Duration:
        if not isinstance(other, int | float) or other < 0:
            return NotImplemented
        return Duration.of(self.lo * other, self.hi * other)

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"Duration({self.text!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return Duration, (self.text, self.lo, self.hi)

    def at_least(self) -> Duration:
        """This long or longer."""
        return Duration(f"at least {self.text}", self.lo, math.inf)

    def at_most(self) -> Duration:
        """This long or shorter."""
        return Duration(f"at most {self.text}", 0, self.hi)

    def label(self) -> str:
        """As written, or in days."""
        return self.text


@lru_cache(maxsize=65536)
def parse_date(text: str) -> Date:
    """A date from EDTF text. Raises BadDate."""
    if "/" not in text:
        return Date(text, *_point(text, text), uncertain=text.endswith(("?", "%")))
    first, _, second = text.partition("/")
    lo = _point(first, text)[0] if first not in ("", "..") else -math.inf
    hi = _point(second, text)[1] if second not in ("", "..") else math.inf
    if hi <= lo:
        raise BadDate(f"`{text}` ends before it begins", "put the earlier date first")
    return Date(text, lo, hi, uncertain="?" in text or "%" in text)


def _point(text: str, whole: str) -> tuple[float, float]:
    """The minutes of a year, season, month, day or time."""
    match = _POINT.fullmatch(text)
    if match is None:
        raise BadDate(f"`{whole}` is not a date")
    year, month, day, hour, minute, _, zone, qualifier = match.groups()
    if "X" in text:
        lo, hi = _unspecified(year, month, day, whole)
    elif hour is not None:
        if day is None:
            raise BadDate(f"`{whole}` has a time but no day", "write `2025-05-15T10:00Z`")
        lo, hi = _time(text, year, month, day, hour, minute, zone, whole)
    else:
        lo, hi = _days(int(year), month, day, whole)
    if qualifier in ("~", "%"):
        width = hi - lo
        lo, hi = lo - width, hi + width
    return lo, hi


def _days(year: int, month: str | None, day: str | None, whole: str) -> tuple[float, float]:
    if year == 0:
        raise BadDate(f"`{whole}` is not a date: there is no year 0")
    if month is None:
        return _start(year, 1), _start(year + 1, 1)
    number = int(month)
    if 21 <= number <= 24 and day is None:  # seasons of the northern year, by whole months
        first = 3 * (number - 21) + 3
        return _start(year, first), _start(year + (first + 3) // 13, (first + 2) % 12 + 1)
    if not 1 <= number <= 12 or len(month) != 2:
        reason = (
            f"month {number} does not exist"
            if len(month) == 2
            else "write the month with two digits"
        )
        raise BadDate(f"`{whole}` is not a date: {reason}")
    if day is None:
        return _start(year, number), _start(year + number // 12, number % 12 + 1)
    last = monthrange(year, number)[1]
    if not 1 <= int(day) <= last or len(day) != 2:
        reason = f"{_MONTHS[number - 1]} {year} has {last} days"
        if len(day) != 2:
            reason = "write the day with two digits"
        raise BadDate(f"`{whole}` is not a date: {reason}")
    start = (date(year, number, int(day)).toordinal() - 1) * DAY
    return start, start + DAY


def _start(year: int, month: int) -> float:
    return (date(year, month, 1).toordinal() - 1) * DAY if year < 10000 else math.inf


def _unspecified(year: str, month: str | None, day: str | None, whole: str) -> tuple[float, float]:
    """`202X`, `2025-XX`, `2025-05-XX`: everything that the digits may be."""
    if "X" in year:
        if month is not None:
            raise BadDate(f"`{whole}` is not a date: a month needs its year")
        low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
        return _days(max(low, 1), None, None, whole)[0], _days(high, None, None, whole)[1]
    if month == "XX" and day in (None, "XX"):
        return _days(int(year), None, None, whole)
    if day == "XX" and month is not None and "X" not in month:
        return _days(int(year), month, None, whole)
    raise BadDate(f"`{whole}` is not a date: write `X` for both digits of a month or day")


def _time(
    text: str,
    year: str,
    month: str | None,
    day: str,
    hour: str,
    minute: str | None,
    zone: str | None,
    whole: str,
) -> tuple[float, float]:
    start, _ = _days(int(year), month, day, whole)
    if int(hour) > 23 or int(minute or 0) > 59:
        raise BadDate(f"`{whole}` is not a date: `{hour}:{minute or '00'}` is not a time of day")
    lo = start + int(hour) * 60 + int(minute or 0)
    if zone not in (None, "Z"):
        assert zone is not None
        offset = int(zone[1:3]) * 60 + int(zone[-2:])
        lo -= offset if zone[0] == "+" else -offset
    return lo, lo + (60 if minute is None else 1)


_UNITS = {"hour": 60, "day": DAY, "week": 7 * DAY}


@lru_cache(maxsize=4096)
def parse_duration(number: float, unit: str) -> Duration:
    """A duration from a number and a unit; months and years are as short and as long as they can be."""
    name = unit.removesuffix("s")
    text = f"{number_label(number).replace(',', '')} {name}{'' if number == 1 else 's'}"
    if number > 10**7:
        raise ValueError(f"`{text}` is longer than any calendar")
    if name in _UNITS:
        return Duration(text, number * _UNITS[name], number * _UNITS[name])
    months = number * (12 if name == "year" else 1)
    if months != int(months):
        raise ValueError(f"`{text}` has no exact length: use days")
    lengths = _month_lengths(int(months) % 4800)
    whole = int(months) // 4800 * 146097
    return Duration(text, (whole + lengths[0]) * DAY, (whole + lengths[1]) * DAY)


@lru_cache(maxsize=256)
def _month_lengths(months: int) -> tuple[int, int]:
    """The fewest and most days that so many months in a row can have, over the 400-year cycle."""
    starts = [0]
    for m in range(4800 + months):
        year = 2000 + m // 12 % 400
        starts.append(starts[-1] + monthrange(year, m % 12 + 1)[1])
    spans = [starts[i + months] - starts[i] for i in range(4800)]
    return min(spans), max(spans)


def number_label(number: float) -> str:
    """`600,000`, `2.5`."""
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    return f"{number:,}"


def _minutes_text(lo: float, hi: float) -> str:
    unit, name = (DAY, "day") if lo % DAY == 0 and hi % DAY == 0 else (60, "hour")
    low, high = number_label(lo / unit), number_label(hi / unit)
    return f"{low} {name}{'' if low == '1' else 's'}" if lo == hi else f"{low} to {high} {name}s"


def _moment(minutes: float) -> datetime:
    return datetime(1, 1, 1) + timedelta(minutes=minutes)


def _dated(lo: float, hi: float) -> Date:
    """A date for an interval of minutes, with EDTF text."""
    return Date(interval_text(lo, hi), lo, hi)


def interval_text(lo: float, hi: float) -> str:
    """EDTF text of an interval of minutes."""
    first = ".." if math.isinf(lo) else _point_text(lo)
    last = ".." if math.isinf(hi) else _point_text(hi - (DAY if hi % DAY == 0 else 1))
    return first if first == last else f"{first}/{last}"


def _point_text(minutes: float) -> str:
    moment = _moment(minutes)
    text = moment.date().isoformat()
    return text if minutes % DAY == 0 else f"{text}T{moment:%H:%M}Z"


def interval_label(lo: float, hi: float) -> str:
    """An interval of minutes for people."""
    if math.isinf(lo) and math.isinf(hi):
        return "any date"
    if math.isinf(lo):
        return f"until {_day(_moment(hi - 1))}"
    if math.isinf(hi):
        return f"from {_day(_moment(lo))}"
    first, last = _moment(lo), _moment(hi - 1)
    if lo % DAY or hi % DAY:
        if hi - lo <= 60:
            return f"{_day(first)} {first:%H:%M} UTC"
        return f"{_day(first)} {first:%H:%M} to {_day(last)} {last:%H:%M} UTC"
    if first.date() == last.date():
        return _day(first)
    if first.day == 1 and (last + timedelta(minutes=1)).day == 1:
        if (first.year, first.month) == (last.year, last.month):
            return f"{_MONTHS[first.month - 1]} {first.year}"
        if (first.month, last.month) == (1, 12):
            return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
    if first.year != last.year:
        return f"{_day(first)} to {_day(last)}"
    start = (
        f"{first.day} {_MONTHS[first.month - 1]}" if first.month != last.month else str(first.day)
    )
    return f"{start} to {_day(last)}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
