"""Examples of rules and expectations of cases → what passed and what did not.

An example states the exact findings of its rule on its items; a case with `expect` lines states all of its
findings. Coverage counts the rules with an example that finds something and one that finds nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from checker.diagnostic import Diagnostic
from checker.loading import CaseFiles
from checker.pipeline import Options, Result, referenced, run
from checker.source import Span
from checker.syntax import ast
from checker.syntax.parse import parse
from checker.syntax.parsed import Parsed

Named = tuple[str, frozenset[str]]  # a rule and the statements of a finding


@dataclass(slots=True)
class Outcome:
    """One example or case: expected and actual findings that do not match, or mistakes."""

    name: str
    span: Span | None
    missing: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    mistakes: tuple[Diagnostic, ...] = ()

    @property
    def passed(self) -> bool:
        """Nothing missing, unexpected or mistaken."""
        return not (
            self.missing or self.unexpected or any(d.severity == "error" for d in self.mistakes)
        )


def is_rule(item: object) -> bool:
    """Whether an item is something that rules are made of, rather than part of a case."""
    if isinstance(item, ast.Entity):
        return item.kind == "stance"
    return isinstance(item, ast.Rule | ast.Define | ast.RelationDeclaration)


def examples(files: Sequence[Parsed], rules: Sequence[Parsed]) -> list[Outcome]:
    """Run every example of the rules in some files; what else the files hold is left out."""
    rules = [f._replace(items=tuple(i for i in f.items if is_rule(i))) for f in rules]
    return [
        _example(file, rule, example, rules)
        for file in files
        for rule in file.items
        if isinstance(rule, ast.Rule)
        for example in rule.examples
    ]


def _example(
    file: Parsed, rule: ast.Rule, example: ast.Example, rules: Sequence[Parsed]
) -> Outcome:
    name = f"{rule.name.text}: {example.title.value}"
    outcome = Outcome(name, Span(file.source, example.start, example.title.end))
    start = example.block_start
    body = parse(file.source, start, start + len(example.block))
    case = CaseFiles(name, None, [body], list(body.diagnostics))
    result = run(case, rules, Options(select=(rule.name.text,)), own=(body,))
    outcome.mistakes = result.diagnostics
    found = [frozenset(f.bases) for f in result.findings if f.rule.name == rule.name.text]
    shown = [f"{f.message}  ({', '.join(f.bases)})" for f in result.findings]
    if isinstance(example.finds, int):
        if len(found) != example.finds:
            outcome.missing = [f"{example.finds} findings"] if example.finds else []
            outcome.unexpected = shown or ["nothing"]
        return outcome
    expected = frozenset(r.text for r in example.finds)
    if found != [expected]:
        outcome.missing = (
            [", ".join(r.text for r in example.finds)] if expected not in found else []
        )
        outcome.unexpected = [s for s, f in zip(shown, found, strict=True) if f != expected]
    return outcome


def expectations(result: Result) -> Outcome | None:
    """Compare a case's findings with its `expect` lines; None for a case without any."""
    expected: Counter[Named] = Counter()
    lines = 0
    mistakes: list[Diagnostic] = []
    known = {r.name for r in result.book.rules} if result.book else set()
    for file in result.files:
        for item in file.items:
            if isinstance(item, ast.Expect):
                lines += 1
                key = referenced(result.case, file, item, known, mistakes)
                if key is not None:
                    expected[key] += 1
    if not lines and not result.diagnostics:
        return None
    actual: Counter[Named] = Counter((f.rule.name, frozenset(f.bases)) for f in result.findings)
    outcome = Outcome(
        result.case.name, None, mistakes=tuple(dict.fromkeys((*result.diagnostics, *mistakes)))
    )
    if lines:
        order = {(f.rule.name, frozenset(f.bases)): f for f in result.findings}
        outcome.missing = [_line(rule, sorted(ids)) for rule, ids in (expected - actual).elements()]
        outcome.unexpected = [
            f"{_line(key[0], order[key].bases)}  # {order[key].message}"
            for key in (actual - expected).elements()
        ]
    return outcome


def _line(rule: str, ids: Sequence[str]) -> str:
    return f"expect {rule} of {', '.join(ids)}"


def coverage(files: Sequence[Parsed]) -> tuple[int, list[tuple[ast.Rule, Parsed, str]]]:
    """(percent of rules with both kinds of example, rounded down; each rule without, and what it lacks)."""
    lacking: list[tuple[ast.Rule, Parsed, str]] = []
    total = 0
    for file in files:
        for rule in file.items:
            if isinstance(rule, ast.Rule):
                total += 1
                finding = any(e.finds for e in rule.examples)
                near_miss = any(not e.finds for e in rule.examples)
                lacks = [
                    w
                    for w, has in (("finds something", finding), ("finds nothing", near_miss))
                    if not has
                ]
                if lacks:
                    lacking.append((rule, file, f"no example that {' and none that '.join(lacks)}"))
    return (100 * (total - len(lacking)) // total if total else 100), lacking
