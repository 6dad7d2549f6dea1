"""Source → items of a file, and a diagnostic for each mistake.

A file that obeys the grammar is read in one pass and its layout means nothing; `recovery` reads one that does
not, and is imported only then.

Does not know what names mean.
"""

from __future__ import annotations

from checker.source import Source
from checker.syntax.driver import Problem, driver
from checker.syntax.parsed import Parsed


def parse(source: Source, start: int = 0, end: int | None = None) -> Parsed:
    """Read a whole file, or the part [start, end) of it such as the example of a rule."""
    text = source.text
    end = len(text) if end is None else end
    if start == 0 and text.startswith("\ufeff"):
        start = 1
    result = driver().parse("items", text, start, end)
    if not isinstance(result, Problem):
        return Parsed(source, result, (), frozenset())
    from checker.syntax.recovery import Recovery

    return Recovery(source, start, end).read()
