"""Operators of comparisons and arithmetic over any values.

Values of kinds that do not compare are neither smaller nor larger; arithmetic that has no result makes the
match fail instead of raising.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

LONGEST = 4096  # bits of a whole number


class NoValue(Exception):
    """Arithmetic without a result."""


def _safe(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    def compared(left: Any, right: Any) -> bool:
        try:
            return bool(compare(left, right))
        except TypeError:
            return False

    return compared


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": _safe(operator.lt),
    "<=": _safe(operator.le),
    ">": _safe(operator.gt),
    ">=": _safe(operator.ge),
}
_ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def arithmetic(sign: str, left: Any, right: Any) -> Any:
    """left sign right. Raises NoValue for kinds that do not combine, division by zero and overflow."""
    if isinstance(left, str) or isinstance(right, str):
        raise NoValue
    try:
        result = _ARITHMETIC[sign](left, right)
    except (TypeError, ZeroDivisionError, OverflowError, ValueError):
        raise NoValue from None
    if isinstance(result, int) and result.bit_length() > LONGEST:
        raise NoValue
    if (
        isinstance(result, float)
        and result.is_integer()
        and isinstance(left, int)
        and isinstance(right, int)
    ):
        return int(result)
    return result


def sort_key(value: Any) -> tuple[str, Any]:
    """An order over values of any kinds: by kind, then by value."""
    if isinstance(value, bool | int | float):
        return "0", value
    return type(value).__name__, value if isinstance(value, str) else str(value)


def aggregate(function: str, values: set[Any]) -> Any:
    """count, min, max, sum or list over distinct values. Raises NoValue where there is none."""
    if function == "count":
        return len(values)
    if function == "list":
        return tuple(sorted(values, key=sort_key))
    if function == "sum":
        total: Any = 0
        for i, value in enumerate(sorted(values, key=sort_key)):
            total = value if i == 0 else arithmetic("+", total, value)
        return total
    ordered = sorted(values, key=sort_key)
    best = ordered[0]
    for value in ordered[1:]:
        if COMPARE["<" if function == "min" else ">"](value, best):
            best = value
    return best
