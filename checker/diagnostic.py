"""Mistakes in files, rules and settings, as values.

A diagnostic is about the text; a finding is about the positions. Codes and names are stable and never
reused. Messages start in lower case, have no final full stop and put the user's words in backticks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from checker.source import Span

# INVARIANT: a line is never removed or renumbered; new codes go to the end.
CODES = {
    "syntax-error": "P001",
    "unclosed-block": "P002",
    "unclosed-string": "P003",
    "too-deep": "P004",
    "file-not-found": "P010",
    "file-unreadable": "P011",
    "broken-utf8": "P012",
    "binary-file": "P013",
    "file-too-large": "P014",
    "bidi-control": "P015",
    "outside-root": "P016",
    "nothing-to-check": "P017",
    "duplicate-name": "P020",
    "unknown-name": "P021",
    "unknown-party": "P022",
    "unknown-place": "P023",
    "unknown-source": "P024",
    "unknown-subject": "P025",
    "unknown-stance": "P026",
    "unknown-position": "P027",
    "unknown-statement": "P028",
    "unknown-option": "P029",
    "unknown-rule": "P030",
    "unknown-relation": "P031",
    "unknown-field": "P032",
    "unknown-kind": "P033",
    "variable-outside-rule": "P034",
    "bad-date": "P040",
    "bad-number": "P041",
    "wrong-unit": "P042",
    "wrong-kind": "P043",
    "missing-date": "P044",
    "missing-holder": "P045",
    "repeated-part": "P046",
    "cycle": "P047",
    "unbound-variable": "P050",
    "unsafe-negation": "P051",
    "unstratified": "P052",
    "wrong-arity": "P053",
    "type-mismatch": "P054",
    "runaway-recursion": "P055",
    "incomplete-rule": "P056",
    "bad-setting": "P060",
    "unused-ignore": "P061",
}


class Label(NamedTuple):
    """A second place that explains the first."""

    span: Span
    message: str


class Diagnostic(NamedTuple):
    """One mistake: a name from CODES, severity error or warning, what is wrong, where, and what to do."""

    code: str
    message: str
    span: Span | None
    help: str = ""
    labels: tuple[Label, ...] = ()
    severity: str = "error"

    @property
    def number(self) -> str:
        """The stable code, such as `P001`."""
        return CODES[self.code]


def closest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that `word` is most likely a slip of, or None."""
    from difflib import get_close_matches

    folded = {choice.lower(): choice for choice in sorted(choices)}
    found = get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """A help text, or "" where nothing is close."""
    best = closest(word, choices)
    return f"did you mean `{best}`?" if best else ""


def listed(words: Iterable[str], joiner: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    parts = list(words)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {joiner} {parts[-1]}"
