"""Options that several commands take, and what they do with them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from checker.cache import Cache, default_folder
from checker.diagnostic import Diagnostic
from checker.loading import CaseFiles, Loader, decode
from checker.pipeline import Options, Result, run
from checker.render.excerpt import diagnostic
from checker.render.style import Style
from checker.settings import Settings, read_settings
from checker.values import BadDate, parse_date

F = TypeVar("F", bound=Callable[..., Any])
FINDINGS, MISTAKES = 1, 2

_OPTIONS = {
    "select": click.option(
        "--select", "-s", multiple=True, metavar="RULE", help="Only these rules or kinds."
    ),
    "ignore": click.option(
        "--ignore", "-i", multiple=True, metavar="RULE", help="Not these rules or kinds."
    ),
    "rules": click.option(
        "--rules", multiple=True, metavar="DIR", help="More rules, besides the built-in ones."
    ),
    "as_of": click.option("--as-of", metavar="DATE", help="Read the case as of that day."),
    "color": click.option("--color", metavar="WHEN", help="auto, always or never."),
    "allow_outside": click.option(
        "--allow-outside", is_flag=True, default=None, help="Let `use` leave the project root."
    ),
    "cache": click.option(
        "--cache/--no-cache", default=None, help="Keep parsed files for the next run."
    ),
}


def options(*names: str) -> Callable[[F], F]:
    """Add options by name."""

    def decorate(function: F) -> F:
        for name in reversed(names):
            function = _OPTIONS[name](function)
        return function

    return decorate


def settings(**flags: Any) -> Settings:
    """Settings from the flags that were given. Mistakes end the program with status 2."""
    given = {
        k: list(v) if isinstance(v, tuple) else v for k, v in flags.items() if v not in (None, ())
    }
    made, mistakes = read_settings(given)
    if mistakes:
        fail(mistakes, style(made, sys.stderr))
    return made


def style(made: Settings, stream: Any, quiet: bool = False) -> Style:
    """Width and colour for a stream."""
    import shutil

    color = made.color == "always"
    if made.color == "auto" and not os.environ.get("NO_COLOR"):
        tty = hasattr(stream, "isatty") and stream.isatty() and os.environ.get("TERM") != "dumb"
        color = bool(tty or os.environ.get("FORCE_COLOR"))
    return Style(
        color=color, width=min(shutil.get_terminal_size((100, 24)).columns, 120), quiet=quiet
    )


def say(text: str, err: bool = False) -> None:
    """Print a line; colours are in it only if they are wanted."""
    click.echo(text, err=err, color=True)


def fail(mistakes: Sequence[Diagnostic], how: Style) -> None:
    """Show mistakes and end with status 2."""
    for mistake in mistakes:
        say(diagnostic(mistake, how), err=True)
    sys.exit(MISTAKES)


def loader(made: Settings) -> Loader:
    """Reads files as the settings say."""
    return Loader(Cache(default_folder()) if made.cache else None, made.allow_outside)


def cases(load: Loader, paths: Sequence[str], stdin_name: str = "-") -> list[CaseFiles]:
    """The cases of paths; `-` is standard input."""
    found: list[CaseFiles] = []
    for path in paths:
        if path == "-":
            source = decode(sys.stdin.buffer.read(), stdin_name)
            if isinstance(source, Diagnostic):
                found.append(CaseFiles(stdin_name, None, diagnostics=[source]))
            else:
                folder = Path(stdin_name).parent if stdin_name != "-" else None
                found.append(load.text(source.text, stdin_name, folder))
        else:
            found += load.cases([path])
    return found


def check_options(made: Settings) -> Options:
    """What to look for. A bad date ends the program with status 2."""
    try:
        as_of = parse_date(made.as_of) if made.as_of else None
    except BadDate as bad:
        fail([Diagnostic("bad-date", bad.message, None, bad.hint)], style(made, sys.stderr))
        raise
    return Options(made.select, made.ignore, as_of)


def checked(made: Settings, paths: Sequence[str], stdin_name: str = "-") -> list[Result]:
    """The results of all cases of some paths."""
    load = loader(made)
    rules = load.rules(Path(p) for p in made.rules)
    wanted = check_options(made)
    wanted.proven = load.proven()
    return [run(case, rules, wanted) for case in cases(load, paths or ["."], stdin_name)]


def broken(results: Sequence[Result]) -> bool:
    """Whether any file has a mistake."""
    return any(d.severity == "error" for r in results for d in r.diagnostics)
