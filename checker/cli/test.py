"""`poscheck test`: rules against their examples, cases against their expectations."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from checker.cli import shared
from checker.diagnostic import Diagnostic
from checker.pipeline import run
from checker.render.excerpt import diagnostic
from checker.render.style import Style
from checker.syntax import ast
from checker.syntax.parsed import Parsed
from checker.testing import Outcome, coverage, examples, expectations, is_rule


@click.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--coverage", "covered", is_flag=True, help="Say which rules lack an example of either kind."
)
@shared.options("rules", "color", "allow_outside", "cache")
def command(paths: tuple[str, ...], covered: bool, **flags: object) -> None:
    """Run the examples of rules and the `expect` lines of cases below PATHS.

    \b
    Examples:
      poscheck test corpus rules
      poscheck test my_rules --coverage

    A case with `expect` lines states all of its findings. Status 1: something differs; 2: mistakes.
    """
    made = shared.settings(**flags)
    how = shared.style(made, sys.stdout)
    load = shared.loader(made)
    built_in = load.rules(Path(p) for p in made.rules)
    mistakes = [f for f in built_in if isinstance(f, Diagnostic)]
    if mistakes:
        shared.fail(mistakes, how)
    rules = [f for f in built_in if isinstance(f, Parsed)]
    outcomes: list[Outcome] = []
    tested: dict[str, Parsed] = {}
    for files in shared.cases(load, paths or (".",)):
        for file in files.files:
            if any(isinstance(i, ast.Rule) for i in file.items):
                tested[file.source.path] = file
        if not files.files or any(not _only_rules(f) for f in files.files) or files.diagnostics:
            outcome = expectations(run(files, rules))
            if outcome is not None:
                outcomes.append(outcome)
    known = {f.source.path for f in rules}
    extra = [f for f in tested.values() if f.source.path not in known]
    outcomes += examples(list(tested.values()), [*rules, *extra])
    for outcome in outcomes:
        if not outcome.passed:
            shared.say("\n".join(_failure(outcome, how)) + "\n")
    if covered:
        _coverage(list(tested.values()), how)
    failed = sum(not o.passed for o in outcomes)
    shared.say(f"{len(outcomes) - failed} passed, {failed} failed")
    if any(d.severity == "error" for o in outcomes for d in o.mistakes):
        sys.exit(shared.MISTAKES)
    if failed:
        sys.exit(shared.FINDINGS)


def _only_rules(file: Parsed) -> bool:
    return bool(file.items) and all(map(is_rule, file.items))


def _failure(outcome: Outcome, how: Style) -> list[str]:
    lines = [how.paint(f"FAILED {outcome.name}", "red")]
    if outcome.span is not None:
        lines.append(f"  --> {outcome.span}")
    lines += [how.paint(f"  - {text}", "red") for text in outcome.missing]
    lines += [how.paint(f"  + {text}", "yellow") for text in outcome.unexpected]
    for mistake in outcome.mistakes:
        lines.append(diagnostic(mistake, how))
    return lines


def _coverage(files: list[Parsed], how: Style) -> None:
    percent, lacking = coverage(files)
    for rule, file, what in lacking:
        line = file.source.place(rule.start)[0]
        shared.say(f"{file.source.path}:{line}: rule `{rule.name.text}` has {what}")
    shared.say(
        f"{percent} % of rules have an example that finds something and one that finds nothing"
    )
