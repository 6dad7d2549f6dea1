"""What is found: values that keep what they were made from.

`checker.report` has the same for people outside, as pydantic models.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from checker.logic.from_ast import CompiledRule
from checker.model.case import Fact, Proposition, Statement


class Witness(NamedTuple):
    """A statement, a condition of one, or a fact that a finding rests on. role: the rule's variable."""

    id: str
    role: str
    content: Statement | Fact
    condition: Proposition | None

    @property
    def base(self) -> str:
        """The id of the statement or fact itself."""
        return self.content.id


@dataclass(slots=True, eq=False)
class Finding:
    """One finding. rows: the rows of the rule's relations that it stands for, for its proof."""

    id: str
    rule: CompiledRule
    message: str
    hint: str
    witnesses: tuple[Witness, ...]
    bindings: dict[str, tuple[Any, ...]]
    types: dict[str, str]
    rows: tuple[tuple[str, tuple[Any, ...]], ...]

    @property
    def bases(self) -> tuple[str, ...]:
        """The ids of the statements and facts it rests on, each once, in order."""
        return tuple(dict.fromkeys(w.base for w in self.witnesses))

    def matches(self) -> Iterator[dict[str, Any]]:
        """The bindings of each match that the finding stands for."""
        columns = {a.relation: a.columns for a in self.rule.alternatives}
        for relation, row in self.rows:
            yield dict(zip(columns[relation], row, strict=True))
