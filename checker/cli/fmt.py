"""`poscheck fmt`: the one layout."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from checker.cli import shared
from checker.diagnostic import Diagnostic
from checker.loading import decode, read_source
from checker.source import Source, shown


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--check", is_flag=True, help="Change nothing; status 1 if anything would change.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
@shared.options("color")
def command(paths: tuple[str, ...], check: bool, diff: bool, **flags: object) -> None:
    """Format files, folders of files, or `-` for standard input to output.

    \b
    Examples:
      poscheck fmt case.pos
      poscheck fmt --check corpus rules

    A file with syntax errors is left as it is. Status 1: --check or --diff found work; 2: mistakes.
    """
    from checker.syntax.format import format_source

    made = shared.settings(**flags)
    how = shared.style(made, sys.stderr)
    mistakes: list[Diagnostic] = []
    changed = 0
    for path in _files(paths, mistakes):
        source = decode(sys.stdin.buffer.read(), "-") if path is None else read_source(path)
        if isinstance(source, Diagnostic):
            mistakes.append(source)
            continue
        text, found = format_source(source)
        mistakes += found
        if path is None and not check and not diff:
            click.echo(text, nl=False)
            continue
        before = source.text if path is None else path.read_bytes().decode("utf-8")
        if found or text == before:
            continue
        changed += 1
        if diff:
            click.echo(_diff(before, text, source), nl=False)
        elif check:
            click.echo(f"{source.path} is not formatted", err=True)
        elif path is not None:
            _replace(path, text)
            click.echo(f"formatted {source.path}", err=True)
    if mistakes:
        shared.fail(mistakes, how)
    if changed and (check or diff):
        sys.exit(shared.FINDINGS)


def _files(paths: tuple[str, ...], mistakes: list[Diagnostic]) -> list[Path | None]:
    found: list[Path | None] = []
    for name in paths:
        path = Path(name)
        if name == "-":
            found.append(None)
        elif path.is_dir():
            inside = sorted(path.rglob("*.pos"))
            if not inside:
                message = f"there is no `.pos` file below `{shown(path)}`"
                mistakes.append(Diagnostic("nothing-to-check", message, None, "name a file"))
            found += inside
        else:
            found.append(path)
    return found


def _replace(path: Path, text: str) -> None:
    """Write all or nothing: the file is never half written."""
    temporary = path.with_name(f".{path.name}.poscheck")
    temporary.write_text(text, "utf-8", newline="\n")
    temporary.chmod(path.stat().st_mode)
    temporary.replace(path)


def _diff(before: str, after: str, source: Source) -> str:
    from difflib import unified_diff

    lines = unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        source.path,
        f"{source.path} formatted",
    )
    return "".join(lines)
