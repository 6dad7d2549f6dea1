"""Rows of one relation, with the indexes that joins ask for.

An index maps the values of some columns to the values of others; it is built when first asked for and kept
up to date as rows are added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

from checker.logic.program import Const

Row = tuple[Any, ...]
SAMPLE = 500
Getter = Callable[[Row], Any]


class Relation:
    """A set of rows that grows."""

    __slots__ = ("_expected", "_indexes", "rows")

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows: set[Row] = set(rows)
        self._expected: dict[tuple[int, ...], tuple[int, float]] = {}
        self._indexes: dict[tuple[tuple[int, ...], tuple[int, ...]], dict[Any, Any]] = {}

    def index(self, keys: tuple[int, ...], values: tuple[int, ...], width: int) -> dict[Any, Any]:
        """Values of the key columns → the distinct values of the value columns.

        One column stands for itself, several for a tuple. Without value columns: just the keys.
        """
        found = self._indexes.get((keys, values))
        if found is None:
            found = self._indexes[(keys, values)] = {}
            extend(found, self.rows, keys, values, len(keys) + len(values) < width)
        return found

    def may_match(self, args: Sequence[Any]) -> bool:
        """Whether any row has the constants of an atom's arguments in their places."""
        keys = tuple(i for i, a in enumerate(args) if isinstance(a, Const))
        if not keys or not self.rows:
            return bool(self.rows)
        wanted = tuple(args[i].value for i in keys)
        return (wanted[0] if len(keys) == 1 else wanted) in self.index(keys, (), len(args))

    def expected(self, keys: tuple[int, ...]) -> float:
        """Rows to expect for one value of the key columns, from a sample."""
        count = len(self.rows)
        if not keys or count < 2:
            return float(count)
        if keys not in self._expected or self._expected[keys][0] * 4 < count:
            sample = list(islice(self.rows, SAMPLE))
            values = len({tuple(row[i] for i in keys) for row in sample})
            repeated = values * 2 < len(
                sample
            )  # then the sample has met most of the values there are
            self._expected[keys] = (count, (count if repeated else len(sample)) / values)
        return self._expected[keys][1]

    def add(self, rows: set[Row], width: int) -> None:
        """Add rows that are not there yet."""
        self.rows |= rows
        for (keys, values), index in self._indexes.items():
            extend(index, rows, keys, values, len(keys) + len(values) < width)


def extend(
    index: dict[Any, Any],
    rows: Iterable[Row],
    keys: tuple[int, ...],
    values: tuple[int, ...],
    partial: bool,
) -> None:
    """Add rows to an index. partial: some columns are in neither keys nor values."""
    if not values:
        index.update(dict.fromkeys(map(itemgetter(*keys), rows)))
        return
    key, value = itemgetter(*keys), itemgetter(*values)
    if partial:  # columns are left out, so the same values may come again: a dict is an ordered set
        for row in rows:
            index.setdefault(key(row), {})[value(row)] = None
        return
    get = index.get
    for row in rows:
        k = key(row)
        found = get(k)
        if found is None:
            index[k] = [value(row)]
        else:
            found.append(value(row))
