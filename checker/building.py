"""Python objects → a case, without writing text.

Pydantic models for declarations, statements and positions. They become the same language that files are
written in (`text()`), so a case built here means what the file would mean, and can be saved as one.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Scalar = int | float | str
_LITERAL = re.compile(
    r"[a-z][a-z0-9_]*|\d{4}-[\dX]{2}(-[\dX]{2})?[~?%]?|\d+ (hour|day|week|month|year)s?"
)


class _Built(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Declaration(_Built):
    """A source, party, person, place, event, state or issue; properties as in a file."""

    kind: Literal["source", "party", "person", "place", "event", "state", "issue"]
    name: Name
    title: str = ""
    properties: dict[Name, Scalar | list[Scalar]] = {}

    def text(self) -> str:
        """The declaration in the language."""
        title = f" {_quoted(self.title)}" if self.title else ""
        inside = " ".join(f"{k}: {_values(v)}" for k, v in self.properties.items())
        return f"{self.kind} {self.name}{title}" + (f" {{ {inside} }}" if inside else "")


class Occurrence(_Built):
    """`talks at istanbul on 2025-05-15 by russia`. Dates are EDTF; lasting is `30 days`."""

    subject: Name
    negated: bool = False
    at: Name | None = None
    on: str | None = None
    start: str | None = None
    until: str | None = None
    lasting: str | None = None
    by: list[Name] = []
    to: list[Name] = []
    options: dict[Name, Scalar] = {}
    unconditionally: bool = False

    def text(self) -> str:
        """The proposition in the language."""
        parts = ["not " if self.negated else "", self.subject]
        for word, value in (
            ("at", self.at),
            ("on", _plain(self.on)),
            ("from", _plain(self.start)),
            ("until", _plain(self.until)),
            ("for", _plain(self.lasting)),
            ("by", ", ".join(self.by)),
            ("to", ", ".join(self.to)),
        ):
            parts.append(f" {word} {value}" if value else "")
        parts += [f" with {k} = {_value(v)}" for k, v in self.options.items()]
        return "".join(parts) + (" unconditionally" if self.unconditionally else "")


class Order(_Built):
    """`ceasefire before talks`; gap is `3 days` or `at least 3 days`."""

    first: Name
    relation: Literal["before", "after", "during", "alongside"] = "before"
    second: Name
    gap: str | None = None
    negated: bool = False

    def text(self) -> str:
        """The proposition in the language."""
        gap = f" {_plain(self.gap)}" if self.gap else ""
        return f"{'not ' if self.negated else ''}{self.first}{gap} {self.relation} {self.second}"


class Value(_Built):
    """`army_cap <= 600000`; operator `in` takes a list."""

    issue: Name
    operator: Literal["=", "!=", "<", "<=", ">", ">=", "in"] = "="
    value: Scalar | list[Scalar]
    negated: bool = False

    def text(self) -> str:
        """The proposition in the language."""
        value = f"{{{_values(self.value)}}}" if self.operator == "in" else _values(self.value)
        return f"{'not ' if self.negated else ''}{self.issue} {self.operator} {value}"


Proposition = Occurrence | Order | Value


class Statement(_Built):
    """A stance on a proposition; all of the propositions of a condition must hold."""

    stance: Name
    proposition: Proposition
    label: Name | None = None
    when: list[Proposition] = []
    only_if: list[Proposition] = []
    only_after: list[Proposition] = []
    unless: list[Proposition] = []
    quotes: list[str] = []

    def text(self) -> str:
        """The statement in the language."""
        label = f"@{self.label} " if self.label else ""
        conditions = "".join(
            f" {word} {' and '.join(p.text() for p in parts)}"
            for word, parts in (
                ("if", self.when),
                ("only if", self.only_if),
                ("only after", self.only_after),
                ("unless", self.unless),
            )
            if parts
        )
        quotes = "".join(f" {_quoted(q)}" for q in self.quotes)
        return f"{label}{self.stance} {self.proposition.text()}{conditions}{quotes}"


class Position(_Built):
    """Statements of one or more speakers on a date."""

    name: Name
    by: list[Name] = Field(min_length=1)
    on: str | None = None
    title: str = ""
    source: Name | None = None
    expires: str | None = None
    replaces: str | None = Field(default=None, pattern=r"^[a-z]\w*(\.\w+)?$")
    statements: list[Statement] = []
    attributes: dict[Name, list[Statement]] = {}

    def text(self) -> str:
        """The position in the language."""
        head = f"position {self.name}" + (f" {_quoted(self.title)}" if self.title else "")
        head += f" by {', '.join(self.by)}"
        for word, value in (
            ("on", _plain(self.on)),
            ("in", self.source),
            ("expires", _plain(self.expires)),
            ("replaces", self.replaces),
        ):
            head += f" {word} {value}" if value else ""
        lines = [f"  {s.text()}" for s in self.statements]
        for party, said in self.attributes.items():
            lines += [f"  attributes {party} {{", *(f"    {s.text()}" for s in said), "  }"]
        return "\n".join([f"{head} {{", *lines, "}"])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _plain(text: str | None) -> str | None:
    """A word of the language that cannot end the statement it stands in."""
    if text is not None and not re.fullmatch(r"[\w .~?%/:+-]+", text):
        raise ValueError(f"{json.dumps(text)} is neither a date nor a duration")
    return text


def _value(value: Scalar) -> str:
    if isinstance(value, int | float):
        return str(value)
    return value if _LITERAL.fullmatch(value) else _quoted(value)


def _values(value: Scalar | list[Scalar]) -> str:
    return ", ".join(map(_value, value if isinstance(value, list) else [value]))
