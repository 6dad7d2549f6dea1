"""A query → a rule whose matches are the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checker.syntax import ast
from checker.syntax.parsed import Parsed


def question(pattern: str, names: Sequence[str] = ()) -> str:
    """The text of a rule that finds what a pattern matches."""
    say = " ".join(f"{{{n}}}" for n in names)
    return f'rule query "Query" : note {{ when {pattern}\n say "{say}" }}'


def named(parsed: Parsed) -> list[str]:
    """The variables that a query names, in order of writing, apart from those under `not`."""
    rule = next((i for i in parsed.items if isinstance(i, ast.Rule)), None)
    found: dict[str, int] = {}
    pending: list[Any] = [rule.clause("when")] if rule is not None else []
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            if node.is_variable and node.text != "_":
                found.setdefault(node.text, node.start)
                found[node.text] = min(found[node.text], node.start)
        elif isinstance(node, tuple) and not isinstance(node, ast.Not | ast.Literal):
            pending += [part for part in node if isinstance(part, tuple)]
    return sorted(found, key=lambda n: found[n])
