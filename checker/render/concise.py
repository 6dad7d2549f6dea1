"""One line for each mistake and finding, for editors and grep."""

from __future__ import annotations

from collections.abc import Sequence

from checker.pipeline import Result
from checker.render.style import Style


def render(results: Sequence[Result], style: Style) -> str:
    """`FILE:LINE:COLUMN: severity[name] message`."""
    lines = [
        f"{d.span or '-'}: {d.severity}[{d.code}] {d.message}"
        for d in dict.fromkeys(d for r in results for d in r.diagnostics)
    ]
    for result in results:
        for found in result.findings:
            place = found.witnesses[0].content.span if found.witnesses else result.case.name
            lines.append(
                f"{place}: {found.rule.severity}[{found.rule.name}] {found.message} ({found.id})"
            )
    return "\n".join(lines)
