"""The relations that every rule can use, with the type of each column.

`from_model` fills the base relations from a case; `checker.reason` has the built-in ones that are worked
out. Anything that denotes a proposition (a statement, a condition, a fact) has type `statement`.
"""

from __future__ import annotations

BASE: dict[str, tuple[str, ...]] = {
    # who holds what; only statements in force
    "statement": ("statement",),
    "holder": ("statement", "party"),
    "attributed": (
        "statement",
        "party",
        "party",
    ),  # statement, speaker, whose position it is said to be
    "stance": ("statement", "stance", "name"),  # stance or a broader one; `+` or `-` for `not`
    "hard": ("statement",),
    "conditional": ("statement",),
    "conditioned": ("statement",),  # hangs on an `if` or `unless`
    # what a proposition speaks of
    "subject": ("statement", "subject"),
    "order": ("statement", "stance", "name", "subject", "name", "subject"),
    "gap": ("statement", "duration"),
    "at": ("statement", "place"),
    "on": ("statement", "date"),
    "starts": ("statement", "date"),
    "ends": ("statement", "date"),
    "lasts": ("statement", "duration"),
    "by": ("statement", "party"),
    "to": ("statement", "party"),
    "option": ("statement", "name", "any"),
    "unconditional": ("statement",),
    "value": ("statement", "name", "any"),
    # conditions
    "needs": ("statement", "statement"),
    "depends": ("statement", "statement"),
    "alternative": (
        "statement",
        "statement",
        "text",
        "statement",
    ),  # statement, need, alternative, leaf
    "negative": ("statement",),
    # the world
    "happened": ("statement", "name"),
    # fields
    "dated": ("statement", "date"),
    "speaker": ("statement", "party"),
    "position": ("statement", "position"),
    "source_of": ("statement", "source"),
    "said": ("statement", "stance"),
    "quote": ("statement", "text"),
    "line": ("statement", "number"),
    # what is declared
    "party": ("party",),
    "place": ("place",),
    "event": ("subject",),
    "state": ("subject",),
    "issue": ("subject",),
    "source": ("source",),
}
FIELDS: dict[str, tuple[str, str]] = {
    "date": ("dated", "date"),
    "speaker": ("speaker", "party"),
    "holder": ("holder", "party"),
    "position": ("position", "position"),
    "source": ("source_of", "source"),
    "stance": ("said", "stance"),
    "quote": ("quote", "text"),
    "line": ("line", "number"),
    "subject": ("subject", "subject"),
}
AGGREGATES = ("count", "min", "max", "sum", "list")
KINDS = ("contradiction", "precondition", "focal_point", "tension", "shift", "provenance", "note")
SEVERITIES = ("error", "warning", "info")
