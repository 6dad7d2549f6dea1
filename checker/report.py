"""Results → the models that people outside meet.

Pydantic models with a JSON Schema (`Report.model_json_schema()`). `schema_version` grows with every change
that a reader of the JSON could notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from checker import diagnostic as internal
from checker.findings.finding import Finding as FoundFinding
from checker.findings.finding import Witness as FoundWitness
from checker.findings.proofs import Step
from checker.model.case import Statement
from checker.pipeline import Result
from checker.source import Span

SCHEMA_VERSION = "1"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Model):
    """A stretch of a file; lines and columns count from 1, columns in code points, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Quote(_Model):
    """Words of a source. match: exact, folded, near, none, or unchecked without the source's text."""

    text: str
    match: Literal["exact", "folded", "near", "none", "unchecked"]
    line: int | None = None


class Witness(_Model):
    """A statement, a condition of one, or a fact that a finding rests on."""

    id: str
    role: str
    kind: Literal["statement", "condition", "fact"]
    text: str
    stance: str | None = None
    holders: list[str] = []
    speakers: list[str] = []
    attributed: bool = False
    date: str | None = None
    source: str | None = None
    quotes: list[Quote] = []
    place: Place


class ProofStep(_Model):
    """One step: given (a statement or fact), derived, absent or computed; premises are indices of steps."""

    kind: Literal["given", "derived", "absent", "computed"]
    text: str
    premises: list[int] = []
    statement: str | None = None
    rule: str | None = None
    place: Place | None = None


class Proof(_Model):
    """A proof as a graph without cycles; steps[0] is what is proved."""

    steps: list[ProofStep]


class Finding(_Model):
    """One finding. id: a hash of rule and witnesses, stable while they are."""

    id: str
    case: str
    rule: str
    kind: str
    severity: Literal["error", "warning", "info"]
    title: str
    message: str
    why: str
    hint: str
    witnesses: list[Witness]
    bindings: dict[str, list[str]]
    proof: Proof


class Label(_Model):
    """A second place that explains a diagnostic."""

    message: str
    place: Place


class Diagnostic(_Model):
    """A mistake in a file, a rule or a setting."""

    code: str
    name: str
    severity: Literal["error", "warning"]
    message: str
    help: str
    place: Place | None = None
    labels: list[Label] = []


class Entity(_Model):
    """A declared name with its properties, also those that poscheck does not know."""

    case: str
    kind: str
    name: str
    title: str
    properties: dict[str, list[str | int | float]]


class Report(_Model):
    """All that a check found, over one or more cases."""

    schema_version: str = SCHEMA_VERSION
    cases: list[str]
    entities: list[Entity]
    findings: list[Finding]
    diagnostics: list[Diagnostic]

    @property
    def ok(self) -> bool:
        """No diagnostic is an error and no finding is."""
        return not any(d.severity == "error" for d in self.diagnostics) and not any(
            f.severity == "error" for f in self.findings
        )


def report(results: Sequence[Result]) -> Report:
    """The report of checked cases."""
    return Report(
        cases=[r.case.name for r in results],
        entities=[e for r in results for e in entities(r)],
        findings=[finding(r, f) for r in results for f in r.findings],
        diagnostics=[
            diagnostic(d) for d in dict.fromkeys(d for r in results for d in r.diagnostics)
        ],
    )


def entities(result: Result) -> list[Entity]:
    """The names that a case declares, without the stances that every case knows."""
    return [
        Entity(
            case=result.case.name,
            kind=entity.kind,
            name=entity.name,
            title=entity.title,
            properties={
                key: [v if isinstance(v, str | int | float) else v.text for v in values]
                for key, values in entity.properties.items()
            },
        )
        for space, table in result.case.entities.items()
        if space != "stance"
        for entity in table.values()
    ]


def finding(result: Result, found: FoundFinding) -> Finding:
    """One finding with its proof."""
    rule, node = found.rule, found.rule.node
    wording = result.wording
    assert wording is not None
    why = node.clause("why")
    return Finding(
        id=found.id,
        case=result.case.name,
        rule=rule.name,
        kind=rule.kind,
        severity=rule.severity,  # type: ignore[arg-type]
        title=node.title.value,
        message=found.message,
        why=why.value if why else "",
        hint=found.hint,
        witnesses=[witness(result, w) for w in found.witnesses],
        bindings={
            name: [wording.value(v, found.types[name]) for v in values]
            for name, values in found.bindings.items()
        },
        proof=proof(result.explainer().finding(found)),
    )


def witness(result: Result, found: FoundWitness) -> Witness:
    """One witness, its quotes checked against their source."""
    content, wording = found.content, result.wording
    assert wording is not None
    if found.condition is not None:
        return Witness(
            id=found.id,
            role=found.role,
            kind="condition",
            text=found.condition.span.text,
            place=place(found.condition.span),
        )
    quotes = [quote(result, content.id, q) for q in content.quotes]
    if not isinstance(content, Statement):
        return Witness(
            id=found.id,
            role=found.role,
            kind="fact",
            text=content.span.text,
            source=content.source,
            quotes=quotes,
            place=place(content.span),
        )
    position = content.position
    return Witness(
        id=found.id,
        role=found.role,
        kind="statement",
        text=content.words.text,
        stance=content.stance,
        holders=list(content.holders),
        speakers=list(position.speakers),
        attributed=content.attributed,
        date=position.date.text,
        source=position.source,
        quotes=quotes,
        place=place(content.words),
    )


def quote(result: Result, id: str, text: str) -> Quote:
    """A quote and where it stands in its source."""
    passage = result.quoted_at(id, text)
    if passage is None:
        return Quote(text=text, match="unchecked")
    return Quote(text=text, match=passage.match, line=passage.line or None)  # type: ignore[arg-type]


def proof(steps: Sequence[Step]) -> Proof:
    """Steps as a model."""
    return Proof(
        steps=[
            ProofStep(
                kind=s.kind,  # type: ignore[arg-type]
                text=s.text,
                premises=list(s.premises),
                statement=s.statement,
                rule=s.rule,
                place=place(s.span) if s.span else None,
            )
            for s in steps
        ]
    )


def diagnostic(found: internal.Diagnostic) -> Diagnostic:
    """One diagnostic."""
    return Diagnostic(
        code=found.number,
        name=found.code,
        severity=found.severity,  # type: ignore[arg-type]
        message=found.message,
        help=found.help,
        place=place(found.span) if found.span else None,
        labels=[Label(message=label.message, place=place(label.span)) for label in found.labels],
    )


def place(span: Span) -> Place:
    """Where a span starts and ends."""
    line, column = span.source.place(span.start)
    end_line, end_column = span.source.place(span.end)
    return Place(
        file=span.source.path, line=line, column=column, end_line=end_line, end_column=end_column
    )
