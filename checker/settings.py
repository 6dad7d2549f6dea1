"""Flags, environment and project files → frozen settings.

A value comes from the flag, else from `POSCHECK_…`, else from the nearest `poscheck.toml` or
`[tool.poscheck]` in `pyproject.toml`, else from here. Each remembers where it came from.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from checker.diagnostic import Diagnostic, did_you_mean
from checker.source import shown


@dataclass(frozen=True, slots=True)
class Settings:
    """How to check. as_of: an EDTF day; rules: folders or files of more rules; fail_on: a severity or `never`."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    as_of: str = ""
    fail_on: str = "error"
    output_format: tuple[str, ...] = ("full",)
    color: str = "auto"
    allow_outside: bool = False
    cache: bool = True
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)


_LISTS = ("select", "ignore", "rules", "output_format")
_SWITCHES = ("allow_outside", "cache")
_CHOICES = {
    "fail_on": ("error", "warning", "info", "never"),
    "color": ("auto", "always", "never"),
}
NAMES = tuple(f.name for f in fields(Settings) if f.name != "origins")


def read_settings(
    flags: Mapping[str, Any], folder: Path | None = None
) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """Settings from flags that were given, the environment and the project of a folder."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    problems: list[Diagnostic] = []
    layers = [
        *_project(folder or Path.cwd(), problems),
        ("the environment", _environment()),
        ("a flag", flags),
    ]
    for origin, layer in layers:
        for name, value in layer.items():
            checked = _checked(name, value, origin, problems)
            if checked is not None:
                values[name], origins[name] = checked, origin
    return replace(Settings(), **values, origins=origins), tuple(problems)


def _environment() -> dict[str, Any]:
    found = {}
    for name in NAMES:
        text = os.environ.get(f"POSCHECK_{name.upper()}")
        if text is not None:
            found[name] = (
                [p.strip() for p in text.split(",") if p.strip()] if name in _LISTS else text
            )
    return found


def _project(folder: Path, problems: list[Diagnostic]) -> list[tuple[str, dict[str, Any]]]:
    for place in (folder.resolve(), *folder.resolve().parents):
        for file, table in (
            (place / "poscheck.toml", ()),
            (place / "pyproject.toml", ("tool", "poscheck")),
        ):
            if not file.is_file():
                continue
            try:
                text = file.read_text("utf-8")
                if table and "tool.poscheck" not in text:
                    continue  # spares reading, and importing a reader for, most projects' files
                import tomllib

                data: Any = tomllib.loads(text)
            except (OSError, ValueError) as error:
                message = f"`{shown(file)}` cannot be read: {error}"
                problems.append(Diagnostic("bad-setting", message, None))
                continue
            for key in table:
                data = data.get(key, {}) if isinstance(data, dict) else {}
            if data or not table:
                named = {str(k).replace("-", "_"): v for k, v in data.items()}
                if "rules" in named and isinstance(named["rules"], list):
                    named["rules"] = [str(file.parent / str(r)) for r in named["rules"]]
                return [(shown(file), named)]
        if (place / ".git").exists():
            break
    return []


def _checked(name: str, value: Any, origin: str, problems: list[Diagnostic]) -> Any:
    def problem(message: str, help: str) -> None:
        problems.append(Diagnostic("bad-setting", f"{message} (from {origin})", None, help))

    written = name.replace("_", "-")
    if name not in NAMES:
        problem(
            f"there is no setting `{written}`",
            did_you_mean(name, NAMES) or f"settings are {', '.join(NAMES)}",
        )
        return None
    if name in _LISTS:
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
            return tuple(value)
        problem(f"`{written}` is a list of words", f'write `{written} = ["…"]`')
        return None
    if name in _SWITCHES:
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("1", "true", "yes", "0", "false", "no"):
            return str(value).lower() in ("1", "true", "yes")
        problem(f"`{written}` is `true` or `false`", "")
        return None
    if name in _CHOICES and value not in _CHOICES[name]:
        problem(f"`{value}` is no value of `{written}`", did_you_mean(str(value), _CHOICES[name]))
        return None
    return str(value)
