"""`poscheck query`: ask which statements match a pattern."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from checker.cli import shared
from checker.render.excerpt import diagnostic


@click.command()
@click.argument("pattern")
@click.argument("paths", nargs=-1)
@click.option("--output-format", "-o", default="table", metavar="FORMAT", help="table or json.")
@shared.options("rules", "as_of", "color", "allow_outside", "cache")
def command(pattern: str, paths: tuple[str, ...], output_format: str, **flags: object) -> None:
    """Ask which statements match PATTERN, the body of a rule.

    \b
    Examples:
      poscheck query 'P favours talks at V' corpus/istanbul_2025
      poscheck query 'S: P requires A before B and not Q opposes A' case.pos
      poscheck query 'S: _ threatens E and S needs C' case.pos -o json

    Status 0: matches; 1: none; 2: mistakes.
    """
    if output_format not in ("table", "json"):
        raise click.UsageError(
            f"there is no output format `{output_format}`; formats are table, json"
        )
    made = shared.settings(**flags)
    how = shared.style(made, sys.stdout)
    load = shared.loader(made)
    from checker.loading import CaseFiles
    from checker.logic.query import named, question
    from checker.pipeline import Options, run
    from checker.source import Source
    from checker.syntax.parse import parse

    first = parse(Source("<query>", question(pattern)))
    if first.diagnostics:
        shared.fail([d._replace(span=None) for d in first.diagnostics], how)
    names = named(first)
    asked = parse(Source("<query>", question(pattern, names)))
    rules = [*load.rules(Path(p) for p in made.rules), asked]
    options = Options(select=("query",), as_of=shared.check_options(made).as_of)
    cases: list[CaseFiles] = shared.cases(load, paths or (".",))
    results = [run(case, rules, options) for case in cases]
    rows: dict[tuple[str, ...], None] = {}
    for result in results:
        for finding in result.findings:
            for match in finding.matches():
                assert result.wording is not None
                rows[tuple(result.wording.value(match[n], finding.types[n]) for n in names)] = None
    if output_format == "json":
        shared.say(
            json.dumps(
                [dict(zip(names, r, strict=True)) for r in rows], ensure_ascii=False, indent=2
            )
        )
    else:
        for line in _table(names, list(rows)):
            shared.say(line)
    if shared.broken(results):
        for mistake in dict.fromkeys(d for r in results for d in r.diagnostics):
            shared.say(diagnostic(mistake, how), err=True)
        sys.exit(shared.MISTAKES)
    if not rows:
        shared.say("no match", err=True)
        sys.exit(shared.FINDINGS)


def _table(names: list[str], rows: list[tuple[str, ...]]) -> list[str]:
    table = [tuple(names), *sorted(rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(names))]
    return [
        "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in table
    ]
