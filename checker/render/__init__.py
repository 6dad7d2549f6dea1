"""Results → text or data, one format a file, found by its name.

Each module has `render(results, style) -> str`. `poscheck --output-format NAME` imports the one it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from checker.pipeline import Result
from checker.render.style import Style

FORMATS = tuple(
    sorted(
        p.stem
        for p in Path(__file__).parent.glob("*.py")
        if p.stem not in ("__init__", "style", "excerpt")
    )
)


def render(name: str, results: Sequence[Result], style: Style) -> str:
    """Results in a format of FORMATS."""
    text: str = import_module(f"checker.render.{name}").render(results, style)
    return text
