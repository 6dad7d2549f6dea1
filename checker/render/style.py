"""How text for people is set: width and colours."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

_CODES = {"bold": "1", "red": "31;1", "yellow": "33;1", "blue": "34;1", "cyan": "36", "dim": "2"}
SEVERITY_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


@dataclass(frozen=True, slots=True)
class Style:
    """color: whether to use ANSI colours; width in columns; quiet: findings and mistakes only."""

    color: bool = False
    width: int = 100
    quiet: bool = False

    def paint(self, text: str, colour: str) -> str:
        """Text in a colour, or as it is."""
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if self.color else text

    def wrap(self, text: str, first: str, rest: str) -> list[str]:
        """Lines of at most `width` columns, with indents."""
        return textwrap.wrap(
            text,
            max(self.width, 40),
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
