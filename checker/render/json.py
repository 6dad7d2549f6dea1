"""The report as one JSON document; its schema is that of `checker.Report`."""

from __future__ import annotations

from collections.abc import Sequence

from checker.pipeline import Result
from checker.render.style import Style


def render(results: Sequence[Result], style: Style) -> str:
    """Indented JSON."""
    from checker.report import report

    return report(results).model_dump_json(indent=2)
