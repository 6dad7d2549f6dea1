"""The stages of a check, in order, timed.

load → resolve → compile → evaluate → find. Each stage gives its result and its diagnostics; a mistake in one
statement or rule leaves the rest to be checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from checker.diagnostic import Diagnostic, did_you_mean
from checker.engine.memory import Model, Runaway, evaluate
from checker.findings.finding import Finding
from checker.findings.from_facts import findings
from checker.findings.wording import Wording
from checker.loading import CaseFiles
from checker.logic.check import problems
from checker.logic.from_ast import Item, Rulebook, compile_rules, needed
from checker.logic.from_model import base_rows
from checker.logic.program import Builtin
from checker.model.case import Case
from checker.model.from_ast import UnknownReference, find_statements, resolve
from checker.reason.builtins import Relations, builtins
from checker.reason.quotes import Passage
from checker.source import Span
from checker.syntax import ast
from checker.syntax.parsed import Parsed
from checker.values import Date

if TYPE_CHECKING:
    from checker.findings.proofs import Explainer


@dataclass(slots=True)
class Options:
    """What to look for. select/ignore: names or kinds of rules; extra: an embedder's relations."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    as_of: Date | None = None
    extra: Mapping[str, Builtin] = field(default_factory=dict)
    proven: frozenset[str] = frozenset()  # paths of rules that need no check for safety
    rows: Mapping[str, Sequence[tuple[Any, ...]]] = field(
        default_factory=dict
    )  # an embedder's facts
    keep: tuple[str, ...] = ()  # relations whose rows are wanted besides those that rules read


@dataclass(slots=True)
class Result:
    """One case, checked. hidden: findings that an `ignore` line in the case put aside."""

    case: Case
    files: list[Parsed]
    diagnostics: tuple[Diagnostic, ...]
    findings: list[Finding] = field(default_factory=list)
    hidden: list[Finding] = field(default_factory=list)
    book: Rulebook | None = None
    rows: dict[str, Any] = field(default_factory=dict)
    model: Model | None = None
    wording: Wording | None = None
    times: dict[str, float] = field(default_factory=dict)
    lookup: Relations | None = None
    _explainer: Explainer | None = None

    def explainer(self) -> Explainer:
        """Proofs of this case's findings and rows, made when asked for."""
        from checker.engine.proof import Prover
        from checker.findings.proofs import Explainer

        if self._explainer is None:
            assert self.book is not None and self.model is not None and self.wording is not None
            prover = Prover(self.book.program, self.rows, self.model)
            self._explainer = Explainer(prover, self.book, self.wording)
        return self._explainer

    def quoted_at(self, id: str, quote: str) -> Passage | None:
        """Where a quote of a statement or fact stands in its source; None without the source's text."""
        return self.lookup.quoted_at(id, quote) if self.lookup else None


def run(
    files: CaseFiles,
    rules: Sequence[Parsed | Diagnostic],
    options: Options | None = None,
    own: Sequence[Parsed] | None = None,
) -> Result:
    """Check one case with the given files of rules. own: the case's files, if not all that are not rules."""
    options = options or Options()
    clock = _Clock()
    ruled = [f for f in rules if isinstance(f, Parsed)]
    known = {f.source.path for f in ruled}
    if own is None:  # a folder of rules may be checked as a case
        own = [f for f in files.files if f.source.path not in known]
    diagnostics = list(files.diagnostics)
    for file in rules:
        diagnostics += [file] if isinstance(file, Diagnostic) else file.diagnostics
    case, found = resolve([*ruled, *own], files.name)
    diagnostics += found
    clock.lap("resolve")
    lookup = Relations(case)
    relations = {**builtins(lookup), **options.extra}
    diagnostics += lookup.missing_texts()
    items = [
        Item(f.source, i)
        for f in (*ruled, *own)
        for i in f.items
        if isinstance(i, ast.Rule | ast.Define)
    ]
    wanted = _selected(items, options, diagnostics)
    if options.select and not options.keep:
        wanted = needed(wanted, {f.source.path for f in own if f.source.path not in known})
    book, found = compile_rules(wanted, case, relations)
    diagnostics += found
    diagnostics += problems(book, options.proven)
    clock.lap("compile")
    rows = base_rows(case, {*book.reads(), *options.keep}, options.as_of)
    for name, more in options.rows.items():
        rows.setdefault(name, []).extend(more)
    result = Result(case, list(own), (), book=book, rows=rows, times=clock.times, lookup=lookup)
    result.model = _evaluated(book, rows, diagnostics)
    clock.lap("evaluate")
    result.wording = Wording(case)
    everything = findings(book.rules, result.model.facts, result.wording)
    ignored = _ignored(
        case, own, {i.node.name.text for i in items if isinstance(i.node, ast.Rule)}, diagnostics
    )
    result.hidden = [f for f in everything if (f.rule.name, frozenset(f.bases)) in ignored]
    result.findings = [f for f in everything if (f.rule.name, frozenset(f.bases)) not in ignored]
    clock.lap("find")
    result.diagnostics = tuple(dict.fromkeys(diagnostics))
    return result


def _evaluated(book: Rulebook, rows: dict[str, Any], diagnostics: list[Diagnostic]) -> Model:
    try:
        return evaluate(book.program, rows)
    except Runaway as runaway:
        message = f"`{runaway.relation}` never stops making new values"
        help = "bound the value it counts: add a comparison such as `N < 100`"
        diagnostics.append(Diagnostic("runaway-recursion", message, None, help))
        return Model({})


def _selected(items: list[Item], options: Options, diagnostics: list[Diagnostic]) -> list[Item]:
    """The items without the rules that are not asked for; an unknown name is a diagnostic."""
    rules = [i.node for i in items if isinstance(i.node, ast.Rule)]
    known = {r.name.text for r in rules} | {r.kind.text for r in rules}
    for name in (*options.select, *options.ignore):
        if name not in known:
            help = did_you_mean(name, known) or "`poscheck rules` lists them"
            diagnostics.append(Diagnostic("unknown-rule", f"there is no rule `{name}`", None, help))

    def wanted(rule: ast.Rule) -> bool:
        names = {rule.name.text, rule.kind.text}
        return bool(not options.select or names & {*options.select}) and not names & {
            *options.ignore
        }

    return [i for i in items if not isinstance(i.node, ast.Rule) or wanted(i.node)]


def _ignored(
    case: Case, files: Sequence[Parsed], rules: set[str], diagnostics: list[Diagnostic]
) -> set[tuple[str, frozenset[str]]]:
    """(rule, statements) of each `ignore` line; names that are not there are diagnostics."""
    found = set()
    for file in files:
        for item in file.items:
            if isinstance(item, ast.Ignore | ast.Expect):
                key = referenced(case, file, item, rules, diagnostics)
                if key is not None and isinstance(item, ast.Ignore):
                    found.add(key)
    return found


def referenced(
    case: Case,
    file: Parsed,
    item: ast.Ignore | ast.Expect,
    rules: set[str],
    diagnostics: list[Diagnostic],
) -> tuple[str, frozenset[str]] | None:
    """(rule, ids) that an `ignore` or `expect` line names; None, with a diagnostic, if one is unknown."""
    rule = item.rule.text
    if rule not in rules:
        if rule not in case.broken:
            help = did_you_mean(rule, rules) or "`poscheck rules` lists them"
            span = Span(file.source, item.rule.start, item.rule.end)
            diagnostics.append(Diagnostic("unknown-rule", f"there is no rule `{rule}`", span, help))
        return None
    ids: list[str] = []
    for reference in item.references:
        if reference.position.text == "fact" and reference.part is not None:
            ids.append(reference.text)
            continue
        try:
            ids += [s.id for s in find_statements(case, reference)]
        except UnknownReference as unknown:
            if {reference.text, reference.position.text} & case.broken:
                return None
            span = Span(file.source, reference.start, reference.end)
            diagnostics.append(Diagnostic(unknown.code, unknown.message, span, unknown.help))
            return None
    return rule, frozenset(ids)


class _Clock:
    def __init__(self) -> None:
        self.times: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.times[stage] = now - self._last
        self._last = now
