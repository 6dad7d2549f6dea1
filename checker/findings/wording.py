"""Values → words for people.

A name prints as its title, a date as `15 May 2025`, a statement as it is written with its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from checker.diagnostic import listed
from checker.model.case import Case, Fact, Proposition, Statement
from checker.values import Date, Duration, number_label

_SPACES = ("party", "place", "subject", "source")
_BLANK = re.compile(r"\s+")


class Wording:
    """Words for the values of one case."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.contents: dict[str, Statement | Fact] = {s.id: s for s in case.statements()}
        self.contents.update((f.id, f) for f in case.facts)

    def content(self, id: str) -> tuple[Statement | Fact, Proposition | None]:
        """The statement or fact of an id, and the condition if it names one."""
        base, mark, _ = id.partition("?")
        content = self.contents[base]
        if not mark or not isinstance(content, Statement):
            return content, None
        leaves = (leaf for condition in content.conditions for leaf in condition.leaves())
        return content, next((leaf for leaf in leaves if leaf.id == id), None)

    def value(self, value: Any, kind: str = "any") -> str:
        """A value of a type, in words."""
        if isinstance(value, tuple) and type(value) is tuple:
            return self.values(value, kind)
        if kind == "statement" and isinstance(value, str):
            return self.statement(value)
        if kind in _SPACES and value in self.case.entities[kind]:
            return self.case.entities[kind][value].title
        if isinstance(value, Date | Duration):
            return value.label()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number_label(value)
        if hasattr(value, "label"):
            return str(value.label())
        return str(value)

    def values(self, values: Iterable[Any], kind: str) -> str:
        """`Russia and Ukraine`."""
        return listed([self.value(v, kind) for v in values])

    def statement(self, id: str) -> str:
        """A statement, condition or fact as written."""
        content, condition = self.content(id)
        if condition is not None:
            negation = "not " if condition.negated else ""
            return f"`{negation}{_BLANK.sub(' ', condition.span.text)}`"
        span = content.words if isinstance(content, Statement) else content.span
        return f"`{_BLANK.sub(' ', span.text)}` ({id})"

    def said(self, id: str) -> str:
        """`Ukraine: …`, a statement with who holds it and who says so; or a fact."""
        content = self.contents[id]
        if isinstance(content, Fact):
            return f"fact: {self.statement(id)}"
        holders = self.values(content.holders, "party")
        if content.attributed:
            holders = f"{holders} according to {self.values(content.position.speakers, 'party')}"
        return f"{holders}: {self.statement(id)}"

    def fill(
        self, template: str, bindings: Mapping[str, tuple[Any, ...]], types: Mapping[str, str]
    ) -> str:
        """A rule's text with its variables in words."""

        def word(match: re.Match[str]) -> str:
            name = match[1]
            if name not in bindings:
                return match[0]
            return self.values(bindings[name], types.get(name, "any"))

        return re.sub(r"\{([A-Za-z_]\w*(?:\.\w+)?)\}", word, template)
