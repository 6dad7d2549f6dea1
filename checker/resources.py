"""Where grammar/ and rules/ are.

A wheel carries them in `checker/_data`; a checkout and an editable install have them beside `checker/`.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def grammar_folder() -> Path:
    """The folder of the grammar and its tables."""
    return _folder("grammar")


def rules_folder() -> Path:
    """The folder of the prelude and the built-in rules."""
    return _folder("rules")


def _folder(name: str) -> Path:
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
