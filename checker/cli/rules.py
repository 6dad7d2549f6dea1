"""`poscheck rules`: what is looked for."""

from __future__ import annotations

import sys

import click

from checker.cli import shared
from checker.diagnostic import Diagnostic, did_you_mean
from checker.logic.from_ast import SEVERITIES_BY_KIND
from checker.logic.schema import KINDS
from checker.render.style import SEVERITY_COLOURS, Style
from checker.source import Source
from checker.syntax import ast
from checker.syntax.parsed import Parsed


@click.command()
@click.argument("name", required=False)
@shared.options("rules", "color", "cache")
def command(name: str | None, **flags: object) -> None:
    """List the rules, or show one: what it means, how it is written, and its examples.

    \b
    Examples:
      poscheck rules
      poscheck rules opposite_order
    """
    from pathlib import Path

    made = shared.settings(**flags)
    how = shared.style(made, sys.stdout)
    files = shared.loader(made).rules(Path(p) for p in made.rules)
    mistakes = [f for f in files if isinstance(f, Diagnostic)]
    mistakes += [d for f in files if isinstance(f, Parsed) for d in f.diagnostics]
    if mistakes:
        shared.fail(mistakes, how)
    found = [
        (f.source, i)
        for f in files
        if isinstance(f, Parsed)
        for i in f.items
        if isinstance(i, ast.Rule)
    ]
    if name is None:
        _list(found, how)
        return
    for source, rule in found:
        if rule.name.text == name:
            _page(source, rule, how)
            return
    help = did_you_mean(name, [r.name.text for _, r in found]) or "`poscheck rules` lists them"
    shared.fail([Diagnostic("unknown-rule", f"there is no rule `{name}`", None, help)], how)


def severity(rule: ast.Rule) -> str:
    """The severity that a rule states, or that of its kind."""
    stated = rule.clause("severity")
    return stated.text if stated else SEVERITIES_BY_KIND.get(rule.kind.text, "info")


def _list(found: list[tuple[Source, ast.Rule]], how: Style) -> None:
    width = max(len(r.name.text) for _, r in found)
    for kind in KINDS:
        rules = sorted((r for _, r in found if r.kind.text == kind), key=lambda r: r.name.text)
        if rules:
            shared.say(how.paint(kind.replace("_", " "), "bold"))
        for rule in rules:
            level = severity(rule)
            painted = how.paint(f"{level:7}", SEVERITY_COLOURS[level])
            shared.say(f"  {rule.name.text:{width}}  {painted}  {rule.title.value}")


def _page(source: Source, rule: ast.Rule, how: Style) -> None:
    shared.say(f"{how.paint(rule.name.text, 'bold')}: {rule.title.value}")
    shared.say(f"{rule.kind.text.replace('_', ' ')}, {severity(rule)}; {source.path}")
    for kind in ("why", "hint"):
        value = rule.clause(kind)
        if value is not None:
            shared.say(
                "\n".join(["", *how.wrap(f"{kind}: {' '.join(value.value.split())}", "", "  ")])
            )
    shared.say("\n" + source.text[rule.start : rule.end])
