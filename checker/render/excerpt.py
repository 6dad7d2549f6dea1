"""Spans → lines of source with the words underlined."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from checker.diagnostic import Diagnostic
from checker.render.style import SEVERITY_COLOURS, Style
from checker.source import Span


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: wide characters two, marks none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def excerpt(span: Span, note: str, style: Style, gutter: int, mark: str = "^") -> list[str]:
    """The first line of a span, underlined, with a note after the mark."""
    line, column = span.source.place(span.start)
    text = span.source.line(line)
    end_line, end_column = span.source.place(max(span.end - 1, span.start))
    stop = end_column if end_line == line else len(text)
    before = text[: column - 1].replace("\t", "    ")
    marked = text[column - 1 : stop].replace("\t", "    ").rstrip()
    shown = text.replace("\t", "    ")
    limit = max(style.width - gutter - 4, 20)
    if len(shown) > limit:
        shown = shown[: limit - 1] + "…"
    start = columns(before)
    underline = mark * max(1, min(columns(marked), limit - start))
    bar = style.paint("|", "blue")
    numbered = style.paint(f"{line:>{gutter}}", "blue")
    lines = [f"{numbered} {bar} {shown}"]
    lines.append(f"{' ' * gutter} {bar} {' ' * start}{style.paint(underline, 'cyan')}")
    if note:
        indent = f"{' ' * gutter} {bar}   "
        lines += [f"{indent}{part}" for part in style.wrap(note, "", "")]
    return lines


def gutter_of(spans: Iterable[Span]) -> int:
    """Columns that the largest line number takes."""
    return max((len(str(s.line)) for s in spans), default=1)


def diagnostic(found: Diagnostic, style: Style) -> str:
    """A mistake with its place, the places that explain it, and what to do."""
    colour = SEVERITY_COLOURS[found.severity]
    head = style.paint(f"{found.severity}[{found.code}]", colour)
    lines = [f"{head}: {style.paint(found.message, 'bold')}"]
    spans = [s for s in (found.span, *(label.span for label in found.labels)) if s is not None]
    gutter = gutter_of(spans)
    if found.span is not None:
        lines.append(f"{' ' * gutter}{style.paint('-->', 'blue')} {found.span}")
        lines += excerpt(found.span, "", style, gutter)
    for label in found.labels:
        if found.span is None or label.span.source is not found.span.source:
            lines.append(f"{' ' * gutter}{style.paint(':::', 'blue')} {label.span}")
        lines += excerpt(label.span, label.message, style, gutter, "-")
    if found.help:
        lines += style.wrap(found.help, "  help: ", "        ")
    return "\n".join(lines)
