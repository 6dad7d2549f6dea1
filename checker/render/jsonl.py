"""One JSON object a line: diagnostics first, then findings."""

from __future__ import annotations

import json
from collections.abc import Sequence

from checker.pipeline import Result
from checker.render.style import Style


def render(results: Sequence[Result], style: Style) -> str:
    """Each line has `type`: diagnostic or finding, and `schema_version`."""
    from checker.report import report

    made = report(results)
    lines = [("diagnostic", d) for d in made.diagnostics] + [("finding", f) for f in made.findings]
    return "\n".join(
        json.dumps(
            {"type": kind, "schema_version": made.schema_version, **item.model_dump(mode="json")},
            ensure_ascii=False,
        )
        for kind, item in lines
    )
