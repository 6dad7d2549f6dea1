"""Findings with source excerpts, quotes, reasons and hints, for reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from checker.findings.finding import Finding, Witness
from checker.model.case import Statement
from checker.pipeline import Result
from checker.render.excerpt import diagnostic, excerpt, gutter_of
from checker.render.style import SEVERITY_COLOURS, Style
from checker.source import Span


def render(results: Sequence[Result], style: Style) -> str:
    """Every case's mistakes and findings, and a count."""
    parts = [diagnostic(d, style) for d in dict.fromkeys(d for r in results for d in r.diagnostics)]
    parts += ["\n".join(_finding(r, f, style)) for r in results for f in r.findings]
    if not style.quiet:
        parts.append(summary(results, style))
    return "\n\n".join(parts)


def summary(results: Sequence[Result], style: Style) -> str:
    """`13 findings in 1 case: 4 errors, 5 warnings, 4 notes`."""
    counts = Counter(f.rule.severity for r in results for f in r.findings)
    total = sum(counts.values())
    mistakes = len({d for r in results for d in r.diagnostics if d.severity == "error"})
    shown = [
        style.paint(_count(counts[severity], word), SEVERITY_COLOURS[severity])
        for severity, word in (("error", "error"), ("warning", "warning"), ("info", "note"))
        if counts[severity]
    ]
    statements = sum(1 for r in results for _ in r.case.statements())
    text = f"{_count(total, 'finding')} in {_count(statements, 'statement')} of {_count(len(results), 'case')}"
    text += f": {', '.join(shown)}" if shown else ""
    if mistakes:
        text += f"; {style.paint(_count(mistakes, 'mistake'), 'red')} in the files"
    hidden = sum(len(r.hidden) for r in results)
    return text + (f"; {hidden} put aside by `ignore`" if hidden else "")


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _finding(result: Result, found: Finding, style: Style) -> Iterator[str]:
    rule = found.rule
    head = style.paint(f"{rule.severity}[{rule.name}]", SEVERITY_COLOURS[rule.severity])
    first, *more = style.wrap(found.message, "", "")
    yield f"{head}: {style.paint(first, 'bold')}"
    yield from (f"  {style.paint(line, 'bold')}" for line in more)
    gutter = gutter_of(_span(w) for w in found.witnesses)
    file = ""
    for witness in found.witnesses:
        if witness.condition is not None and any(w.id == witness.base for w in found.witnesses):
            continue
        span = _span(witness)
        if span.source.path != file:
            file = span.source.path
            yield f"{' ' * gutter}{style.paint('-->', 'blue')} {span}"
        yield from excerpt(span, _note(result, witness), style, gutter)
        for quote in witness.content.quotes:
            yield from style.wrap(
                f"“{quote}”{_where(result, witness, quote)}",
                f"{' ' * gutter}   ",
                f"{' ' * gutter}   ",
            )
    why = rule.node.clause("why")
    if why is not None:
        yield from style.wrap(" ".join(why.value.split()), "   why: ", "        ")
    if found.hint:
        yield from style.wrap(found.hint, "  hint: ", "        ")
    yield from style.wrap(_proof(found), " proof: ", "        ")
    yield style.paint(f"        every step: poscheck explain {found.id}", "dim")


def _proof(found: Finding) -> str:
    """The rule that matched and the statements that its variables stand for."""
    rule = found.rule
    place = Span(rule.source, rule.node.start, rule.node.end)
    named = ", ".join(
        f"{name} = {', '.join(map(str, values))}"
        for name, values in found.bindings.items()
        if found.types[name] == "statement" and "." not in name
    )
    where = f"{place.source.path}:{place.line}"
    return f"`{rule.name}` ({where})" + (f" with {named}" if named else "")


def _span(witness: Witness) -> Span:
    content = witness.content
    if witness.condition is not None:
        return witness.condition.span
    return content.words if isinstance(content, Statement) else content.span


def _note(result: Result, witness: Witness) -> str:
    """`kyiv_truce.entry: Ukraine (Volodymyr Zelenskyy), 11 May 2025`."""
    content, wording = witness.content, result.wording
    assert wording is not None
    if not isinstance(content, Statement):
        return f"{content.id}: it happened"
    holders = wording.values(content.holders, "party")
    speakers = wording.values(content.position.speakers, "party")
    if content.attributed:
        who = f"{holders}, according to {speakers}"
    else:
        who = holders if speakers == holders else f"{holders} ({speakers})"
    return f"{content.id}: {who}, {content.position.date.label()}"


def _where(result: Result, witness: Witness, quote: str) -> str:
    content = witness.content
    source = content.position.source if isinstance(content, Statement) else content.source
    if source is None or result.wording is None:
        return ""
    passage = result.quoted_at(content.id, quote)
    if passage is None:
        return f" ({source})"
    if passage.match in ("exact", "folded"):
        return f" ({source}, line {passage.line})"
    return f" ({source}: not found)"
