"""`poscheck check`: the main job."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from checker.cli import shared
from checker.diagnostic import Diagnostic, did_you_mean
from checker.logic.schema import SEVERITIES
from checker.render import FORMATS, render
from checker.settings import Settings


@click.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--output-format",
    "-o",
    multiple=True,
    metavar="FORMAT[:FILE]",
    help=f"{', '.join(FORMATS)}; repeatable.",
)
@click.option(
    "--fail-on", metavar="SEVERITY", help="error, warning, info or never: what makes the status 1."
)
@click.option("--exit-zero", is_flag=True, help="Status 0 whatever is found.")
@click.option("--statistics", is_flag=True, help="Count findings by rule, and time each stage.")
@click.option("--stdin-filename", default="-", metavar="NAME", help="What to call standard input.")
@click.option("--quiet", "-q", is_flag=True, help="No summary.")
@shared.options("select", "ignore", "rules", "as_of", "color", "allow_outside", "cache")
def command(
    paths: tuple[str, ...],
    exit_zero: bool,
    statistics: bool,
    stdin_filename: str,
    quiet: bool,
    **flags: object,
) -> None:
    """Check cases: files, folders, or `-` for standard input.

    \b
    Examples:
      poscheck check corpus/istanbul_2025
      poscheck check case.pos --select contradiction --fail-on warning
      poscheck check case.pos -o concise -o json:report.json
      cat case.pos | poscheck check -

    Status 0: nothing at or above --fail-on; 1: findings; 2: mistakes in the files.
    """
    made = shared.settings(**flags)
    outputs = [_output(text, made) for text in made.output_format]
    results = shared.checked(made, paths, stdin_filename)
    for name, file in outputs:
        _write(render(name, results, shared.style(made, sys.stdout, quiet)), file, made)
    if statistics:
        _statistics(results)
    if shared.broken(results):
        sys.exit(shared.MISTAKES)
    if not exit_zero and made.fail_on != "never":
        level = SEVERITIES.index(made.fail_on)
        if any(SEVERITIES.index(f.rule.severity) <= level for r in results for f in r.findings):
            sys.exit(shared.FINDINGS)


def _output(text: str, made: Settings) -> tuple[str, str]:
    name, _, file = text.partition(":")
    if name not in FORMATS:
        help = did_you_mean(name, FORMATS) or f"formats are {', '.join(FORMATS)}"
        mistake = Diagnostic("bad-setting", f"there is no output format `{name}`", None, help)
        shared.fail([mistake], shared.style(made, sys.stderr))
    return name, file


def _write(text: str, file: str, made: Settings) -> None:
    if not file:
        if text:
            shared.say(text)
        return
    try:
        Path(file).write_text(text + "\n", "utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        mistake = Diagnostic("file-unreadable", f"`{file}` cannot be written: {reason}", None)
        shared.fail([mistake], shared.style(made, sys.stderr))


def _statistics(results: list) -> None:  # type: ignore[type-arg]
    from collections import Counter

    counts = Counter(f.rule.name for r in results for f in r.findings)
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        shared.say(f"{count:6} {name}", err=True)
    for stage in dict.fromkeys(s for r in results for s in r.times):
        shared.say(f"{sum(r.times[stage] for r in results) * 1000:6.1f} ms {stage}", err=True)
