"""`poscheck explain`: the proof of a finding."""

from __future__ import annotations

import sys

import click

from checker.cli import shared
from checker.diagnostic import Diagnostic, did_you_mean
from checker.findings.finding import Finding
from checker.findings.proofs import Step
from checker.model.case import Statement
from checker.pipeline import Result
from checker.render.style import Style


@click.command()
@click.argument("finding")
@click.argument("paths", nargs=-1)
@click.option("--output-format", "-o", default="full", metavar="FORMAT", help="full or json.")
@shared.options("rules", "as_of", "color", "allow_outside", "cache")
def command(finding: str, paths: tuple[str, ...], output_format: str, **flags: object) -> None:
    """Show the proof of FINDING (an id or its beginning, or a rule) down to statements and quotes.

    \b
    Examples:
      poscheck explain 7318dbb352 corpus/istanbul_2025
      poscheck explain opposite_order case.pos

    Without paths, the cases below this folder are searched.
    """
    if output_format not in ("full", "json"):
        raise click.UsageError(
            f"there is no output format `{output_format}`; formats are full, json"
        )
    made = shared.settings(**flags)
    how = shared.style(made, sys.stdout)
    results = shared.checked(made, paths)
    everything = [(r, f) for r in results for f in (*r.findings, *r.hidden)]
    found = [
        (r, f)
        for r, f in everything
        if f.rule.name == finding or (f.id.startswith(finding) and len(finding) > 3)
    ]
    if not found:
        names = [f.rule.name for _, f in everything] + [f.id for _, f in everything]
        help = (
            did_you_mean(finding, names) or "`poscheck check -o concise` lists them with their ids"
        )
        shared.fail(
            [Diagnostic("unknown-name", f"there is no finding `{finding}`", None, help)], how
        )
    if output_format == "json":
        from checker.report import finding as model

        for result, one in found:
            shared.say(model(result, one).model_dump_json(indent=2))
        return
    shared.say("\n\n".join("\n".join(_proof(r, f, how)) for r, f in found))


def _proof(result: Result, finding: Finding, how: Style) -> list[str]:
    steps = result.explainer().finding(finding)
    lines = [f"{how.paint(f'{finding.rule.name} {finding.id}', 'bold')}: {steps[0].text}"]
    seen: set[int] = set()
    pending = [(i, 1) for i in reversed(steps[0].premises)]
    while pending:
        index, depth = pending.pop()
        step = steps[index]
        indent = "  " * min(depth, 20)
        again = " (shown above)" if index in seen and step.premises else ""
        lines += how.wrap(
            f"{how.paint(step.kind, 'cyan')} {step.text}{again}", indent, indent + "  "
        )
        if index not in seen:
            lines += _grounds(result, step, indent + "  ", how)
            pending += [(i, depth + 1) for i in reversed(step.premises)]
        seen.add(index)
    return lines


def _grounds(result: Result, step: Step, indent: str, how: Style) -> list[str]:
    """Where a step stands in the files, and the quotes that carry it."""
    lines = [f"{indent}{how.paint(str(step.span), 'dim')}"] if step.span else []
    if step.statement is None or result.wording is None:
        return lines
    content = result.wording.contents[step.statement]
    source = content.position.source if isinstance(content, Statement) else content.source
    for quote in content.quotes:
        passage = result.quoted_at(content.id, quote)
        where = f", line {passage.line}" if passage and passage.match in ("exact", "folded") else ""
        where = ", not found" if passage and not where else where
        lines += how.wrap(f"“{quote}” ({source}{where})", indent, indent)
    return lines
