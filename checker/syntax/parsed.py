"""What parsing a file gives."""

from __future__ import annotations

from typing import Any, NamedTuple

from checker.diagnostic import Diagnostic
from checker.source import Source


class Parsed(NamedTuple):
    """The items that could be read, the mistakes, and the names that broken items would have declared.

    `broken` also has the ids of statements that were dropped (`kyiv_truce.entry`, `kyiv_truce.2`, by order
    of writing), so that what refers to them is not reported as well.
    """

    source: Source
    items: tuple[Any, ...]
    diagnostics: tuple[Diagnostic, ...]
    broken: frozenset[str]
