"""poscheck: check what parties to a negotiation say against each other, with proof.

from checker import check
report = check("case.pos")
for finding in report.findings:
    print(finding.message)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.api import InvalidRules, Model, check, derive, load, prove, query, relation
    from checker.building import Declaration, Occurrence, Order, Position, Statement, Value
    from checker.report import Diagnostic, Finding, Proof, Report, Witness

_HOMES = {
    "checker.api": (
        "InvalidRules",
        "Model",
        "check",
        "derive",
        "load",
        "prove",
        "query",
        "relation",
    ),
    "checker.building": ("Declaration", "Occurrence", "Order", "Position", "Statement", "Value"),
    "checker.report": ("Diagnostic", "Finding", "Proof", "Report", "Witness"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Declaration",
    "Diagnostic",
    "Finding",
    "InvalidRules",
    "Model",
    "Occurrence",
    "Order",
    "Position",
    "Proof",
    "Report",
    "Statement",
    "Value",
    "Witness",
    "check",
    "derive",
    "load",
    "prove",
    "query",
    "relation",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is used: the command line does not pay for pydantic."""
    if name not in _HOME:
        raise AttributeError(f"module 'checker' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
