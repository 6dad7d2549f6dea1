"""Propositions → regions, and how regions lie to each other.

A region is the set of ways a subject can turn out that a proposition speaks of: one value on each axis that
it names, everything on the others (semantics, section 1). Values are boxes' sides: a node of a tree (place),
an interval of minutes or numbers (date, end, duration, value), a set of parties (actors, targets) or a set of
options. Boxes of intervals and trees have the Helly property, so pairs decide.

Does not know who says what; the stance is for the rules.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from checker.model.case import Case, Proposition
from checker.values import Date, Duration, Interval, interval_label, number_label


class Options(NamedTuple):
    """A set of options, or everything but a set."""

    names: frozenset[Any]
    all_but: bool = False

    def meet(self, other: Options) -> Options | None:
        """What both allow, None if nothing."""
        if self.all_but and other.all_but:
            return Options(self.names | other.names, True)
        if self.all_but:
            return other.meet(self)
        names = self.names - other.names if other.all_but else self.names & other.names
        return Options(names) if names else None

    def inside(self, other: Options) -> bool:
        """Whether all that this allows is allowed by the other."""
        if self.all_but:
            return other.all_but and other.names <= self.names
        return not self.names & other.names if other.all_but else self.names <= other.names


class Range(NamedTuple):
    """The common part of two values, printable: an interval in a unit."""

    interval: Interval
    unit: str

    def label(self) -> str:
        """`at most 600,000 troops`, `500,000 to 600,000 troops`, `15 May 2025`."""
        low, high = self.interval.lo, self.interval.hi
        if self.unit == "date":
            return interval_label(low, high)
        unit = f" {self.unit}" if self.unit and self.unit != "duration" else ""
        shown = _minutes if self.unit == "duration" else number_label
        if low == high:
            return f"{shown(low)}{unit}"
        if math.isinf(low):
            return f"{'less than' if self.interval.hi_open else 'at most'} {shown(high)}{unit}"
        if math.isinf(high):
            return f"{'more than' if self.interval.lo_open else 'at least'} {shown(low)}{unit}"
        return f"{shown(low)} to {shown(high)}{unit}"


def _minutes(count: float) -> str:
    number, unit = (count / 1440, "day") if count % 1440 == 0 else (count / 60, "hour")
    return f"{number_label(number)} {unit}{'' if number == 1 else 's'}"


Box = dict[str, Any]


class Regions:
    """The regions of one case's propositions, worked out when first asked for."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.propositions: dict[str, Proposition] = {}
        self._by_subject: dict[str, list[str]] = {}
        self._boxes: dict[str, Box] = {}
        for statement in case.statements():
            self._add(statement.proposition)
            for condition in statement.conditions:
                for leaf in condition.leaves():
                    self._add(leaf)
        for fact in case.facts:
            if fact.proposition is not None:
                self._add(fact.proposition)

    def _add(self, proposition: Proposition) -> None:
        self.propositions[proposition.id] = proposition
        self._by_subject.setdefault(proposition.subject, []).append(proposition.id)

    def box(self, id: str) -> Box:
        """Axis → value, for the axes that a proposition names."""
        box = self._boxes.get(id)
        if box is None:
            box = self._boxes[id] = self._box(self.propositions[id])
        return box

    def _box(self, p: Proposition) -> Box:
        box: Box = {}
        if p.place is not None:
            box["place"] = p.place
        self._times(p, box)
        for axis, parties in (("actors", p.actors), ("targets", p.targets)):
            if parties is not None:
                box[axis] = frozenset(m for name in parties for m in self.case.members(name))
        for name, operator, value in p.options:
            box[name] = Options(frozenset([value]), operator == "!=")
        if p.form == "value":
            axis, value = self._value(p)
            box[axis] = value
        return box

    def _times(self, p: Proposition, box: Box) -> None:
        entity = self.case.entities["subject"].get(p.subject)
        state = entity is not None and entity.kind == "state"
        if p.on is not None:
            box["date"] = _points(p.on)
            if not state:
                box["end"] = _points(p.on)
        if p.start is not None:
            box["date"] = _both(box.get("date"), _points(p.start))
        if p.until is not None:
            box["end"] = _both(box.get("end"), _points(p.until))
        if p.lasts is not None:
            box["duration"] = Interval(p.lasts.lo, p.lasts.hi)
            if p.start is not None and p.until is None:
                start = box["date"]
                box["end"] = Interval(
                    start.lo + p.lasts.lo, start.hi + p.lasts.hi, start.lo_open, start.hi_open
                )

    def _value(self, p: Proposition) -> tuple[str, Any]:
        values = p.values
        if not all(isinstance(v, int | float | Date | Duration) for v in values):
            return "option", Options(frozenset(values), p.operator == "!=")
        if p.operator == "!=" or len(values) > 1:
            return "value", Options(frozenset(values), p.operator == "!=")
        return "value", interval_of(p.operator, values[0])

    # --- relations between regions ---------------------------------------------------------------
    def covers(self, outer: str, inner: str) -> bool:
        """Whether the inner region lies inside the outer one."""
        a, b = self.propositions[outer], self.propositions[inner]
        if a.form == "order" or b.form == "order":
            return self._covers_order(a, b)
        if not self.case.within("subject", b.subject, a.subject):
            return False
        box = self.box(inner)
        return all(
            axis in box and self._inside(axis, box[axis], value)
            for axis, value in self.box(outer).items()
        )

    def _covers_order(self, a: Proposition, b: Proposition) -> bool:
        same = (a.form, a.left, a.relation, a.subject) == (b.form, b.left, b.relation, b.subject)
        if not same or a.gap is None or b.gap is None:
            return same and a.gap is None
        return bool(a.gap.lo <= b.gap.lo and b.gap.hi <= a.gap.hi)

    def overlaps(self, one: str, other: str) -> bool:
        """Whether the regions meet on every axis; subjects on one branch."""
        a, b = self.propositions[one], self.propositions[other]
        if a.form == "order" or b.form == "order":
            return self._covers_order(a, b) or self._covers_order(b, a)
        related = self.case.within("subject", a.subject, b.subject) or self.case.within(
            "subject", b.subject, a.subject
        )
        return related and next(self.excluding(one, other), None) is None

    def excluding(self, one: str, other: str) -> Iterator[str]:
        """The axes on which two regions of one subject do not meet."""
        left, right = self.box(one), self.box(other)
        for axis, value in left.items():
            if axis in right and self._meet(axis, value, right[axis]) is None:
                yield axis

    def excludes(self, one: str, other: str) -> Iterator[tuple[str]]:
        """(axis,) for each axis on which two regions of the same subject do not meet."""
        a, b = self.propositions[one], self.propositions[other]
        if a.form != "order" and b.form != "order" and a.subject == b.subject:
            for axis in self.excluding(one, other):
                yield (axis,)

    def common(self, one: str, other: str) -> Iterator[tuple[str, Any]]:
        """(axis, common part) for each axis that both name and on which they meet."""
        a, b = self.propositions[one], self.propositions[other]
        if a.form == "order" or b.form == "order" or a.subject != b.subject:
            return
        right = self.box(other)
        for axis, value in self.box(one).items():
            if axis in right:
                meeting = self._meet(axis, value, right[axis])
                if meeting is not None:
                    yield axis, self._printable(a.subject, axis, meeting)

    def meets(self, offered: str, wanted: str) -> bool:
        """Whether what is offered (or happened) is what is wanted, by all who should act, and as polar."""
        a, b = self.propositions[offered], self.propositions[wanted]
        if a.negated != b.negated:
            return False
        if a.form == "order" or b.form == "order":
            return self._covers_order(b, a)
        if a.negated:
            return self.covers(offered, wanted)
        return self._does(a, b) and set(self.case.acting(b)) <= set(self.case.acting(a))

    def does_part(self, offered: str, wanted: str, party: str) -> bool:
        """Whether what is offered (or happened) is this party's share of what is wanted."""
        a, b = self.propositions[offered], self.propositions[wanted]
        if "order" in (a.form, b.form) or a.negated or b.negated:
            return False
        return party in self.case.acting(a) and self._does(a, b)

    def _does(self, a: Proposition, b: Proposition) -> bool:
        """Whether a is as wanted on every axis but who acts."""
        box = self.box(a.id)
        return self.case.within("subject", a.subject, b.subject) and all(
            axis in box and self._inside(axis, box[axis], value)
            for axis, value in self.box(b.id).items()
            if axis != "actors"
        )

    def related(self, id: str) -> Iterator[str]:
        """The propositions whose subject lies on one branch with this one's."""
        subject = self.propositions[id].subject
        for other, ids in self._by_subject.items():
            if (
                other == subject
                or self.case.within("subject", other, subject)
                or self.case.within("subject", subject, other)
            ):
                yield from ids

    # --- one axis --------------------------------------------------------------------------------
    def _inside(self, axis: str, inner: Any, outer: Any) -> bool:
        if axis == "place":
            return self.case.within("place", inner, outer)
        if isinstance(inner, Interval) and isinstance(outer, Interval):
            return inner.inside(outer)
        if isinstance(inner, Options) and isinstance(outer, Options):
            return inner.inside(outer)
        if isinstance(inner, Interval | Options) and isinstance(outer, Interval | Options):
            return bool(_meeting(inner, outer) == inner)
        return isinstance(inner, frozenset) and inner <= outer

    def _meet(self, axis: str, one: Any, other: Any) -> Any:
        if axis == "place":
            if self.case.within("place", one, other):
                return one
            return other if self.case.within("place", other, one) else None
        if isinstance(one, Interval) and isinstance(other, Interval):
            return one.meet(other)
        if isinstance(one, Options) and isinstance(other, Options):
            return one.meet(other)
        if isinstance(one, Interval | Options) and isinstance(other, Interval | Options):
            return _meeting(one, other)
        if isinstance(one, frozenset) and isinstance(other, frozenset):
            return one & other or None
        return None

    def _printable(self, subject: str, axis: str, value: Any) -> Any:
        if isinstance(value, Interval):
            unit = {"date": "date", "end": "date", "duration": "duration"}.get(axis)
            return Range(value, unit or self.unit(subject))
        if isinstance(value, Options):
            shown = ", ".join(sorted(_shown(name) for name in value.names))
            return f"anything but {shown}" if value.all_but else shown
        if isinstance(value, frozenset):
            return ", ".join(sorted(value))
        return value

    def unit(self, subject: str) -> str:
        """The unit that an issue is counted in: its `unit`, or date or duration by its values."""
        entity = self.case.entities["subject"].get(subject)
        unit = entity.properties.get("unit", ("",))[0] if entity is not None else ""
        if unit:
            return str(unit)
        for id in self._by_subject.get(subject, ()):
            for value in self.propositions[id].values:
                if isinstance(value, Date):
                    return "date"
                if isinstance(value, Duration):
                    return "duration"
        return ""


def _meeting(one: Any, other: Any) -> Any:
    """What an interval and a set of values have in common."""
    interval, options = (one, other) if isinstance(one, Interval) else (other, one)
    inside = {v for v in options.names if interval_of("=", v).inside(interval)}
    point = any(interval_of("=", v) == interval for v in inside)
    if options.all_but or point:
        return None if options.all_but and point else interval
    return Options(frozenset(inside)) if inside else None


def _shown(value: Any) -> str:
    return (
        number_label(value)
        if isinstance(value, int | float)
        else str(getattr(value, "text", value))
    )


def _points(date: Date) -> Interval:
    return Interval(date.lo, date.hi, False, True)


def _both(one: Interval | None, other: Interval) -> Interval:
    return other if one is None else one.meet(other) or other


def interval_of(operator: str, value: Any) -> Interval:
    """The interval of `<= value` and the like; a date stands for its whole interval."""
    if isinstance(value, Date):
        low, high, open_end = value.lo, value.hi, True
    elif isinstance(value, Duration):
        low, high, open_end = value.lo, value.hi, False
    else:
        low, high, open_end = value, value, False
    if operator == "<":
        return Interval(-math.inf, low, True, True)
    if operator == "<=":
        return Interval(-math.inf, high, True, open_end)
    if operator == ">":
        return Interval(high, math.inf, not open_end, True)
    if operator == ">=":
        return Interval(low, math.inf, False, True)
    return Interval(low, high, False, open_end)
