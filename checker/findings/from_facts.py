"""Rows of rules' relations → findings.

One finding for each set of witnesses (or each value of the `for` variables); symmetric matches are the same
finding. The order is by severity, kind, rule and place, the same on every run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from checker.findings.finding import Finding, Witness
from checker.findings.wording import Wording
from checker.hashing import blake2b
from checker.logic.from_ast import CompiledRule
from checker.logic.schema import KINDS, SEVERITIES

Rows = Callable[[str], Iterable[tuple[Any, ...]]]


def findings(rules: Iterable[CompiledRule], rows: Rows, wording: Wording) -> list[Finding]:
    """Every finding of rules over the rows of their relations, in the order of output."""
    found = [f for rule in rules for f in _of_rule(rule, rows, wording)]
    return sorted(found, key=_place)


def _place(finding: Finding) -> tuple[Any, ...]:
    rule = finding.rule
    first = finding.witnesses[0].content.span if finding.witnesses else None
    return (
        SEVERITIES.index(rule.severity),
        KINDS.index(rule.kind),
        rule.name,
        (first.source.path, first.start) if first else ("", 0),
        finding.message,
        finding.id,
    )


def _of_rule(rule: CompiledRule, rows: Rows, wording: Wording) -> list[Finding]:
    groups: dict[Any, list[tuple[Any, ...]]] = {}
    for number, alternative in enumerate(rule.alternatives):
        for row in rows(alternative.relation):
            if rule.grouped is None:
                key: Any = frozenset(row[i] for i in alternative.witnesses) or row
            else:
                key = tuple(row[alternative.columns.index(v)] for v in rule.grouped)
            groups.setdefault(key, []).append((number, row))
    made: dict[Any, Finding] = {}
    for matches in groups.values():
        ordered = sorted(matches, key=lambda m: (m[0], [_key(v) for v in m[1]]))
        if rule.grouped is None:
            ordered = ordered[:1]
        finding = _finding(rule, ordered, wording)
        same = frozenset(w.id for w in finding.witnesses) or finding.id
        made.setdefault(same, finding)
    return list(made.values())


def _key(value: Any) -> tuple[str, str]:
    return type(value).__name__, str(value)


def _finding(rule: CompiledRule, matches: list[tuple[Any, ...]], wording: Wording) -> Finding:
    bindings: dict[str, dict[Any, None]] = {}
    types: dict[str, str] = {}
    witnesses: dict[str, str] = {}
    for number, row in matches:
        alternative = rule.alternatives[number]
        for i, (column, kind) in enumerate(
            zip(alternative.columns, alternative.types, strict=True)
        ):
            bindings.setdefault(column, {})[row[i]] = None
            types[column] = kind
            if i in alternative.witnesses:
                witnesses.setdefault(row[i], "" if column.startswith("#") else column)
    values = {c: tuple(sorted(v, key=_key)) for c, v in bindings.items() if not c.startswith("#")}
    found = tuple(sorted((_witness(i, r, wording) for i, r in witnesses.items()), key=_written))
    digest = blake2b(
        "\0".join(
            [rule.name, *sorted(w.id for w in found), *([] if found else map(str, values.items()))]
        ).encode(),
        digest_size=5,
    )
    hint = rule.node.clause("hint")
    return Finding(
        id=digest.hexdigest(),
        rule=rule,
        message=wording.fill(rule.node.clause("say").value, values, types),
        hint=wording.fill(hint.value, values, types) if hint else "",
        witnesses=found,
        bindings=values,
        types=types,
        rows=tuple((rule.alternatives[n].relation, row) for n, row in matches),
    )


def _witness(id: str, role: str, wording: Wording) -> Witness:
    content, condition = wording.content(id)
    return Witness(id, role, content, condition)


def _written(witness: Witness) -> tuple[Any, ...]:
    span = witness.content.span
    return span.source.path, span.start, witness.id
