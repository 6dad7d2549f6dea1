"""Datalog programs of the `datalog-conformance` package → poscheck, through its public API.

Every identifier in a rule is a variable there, relations may be capitalised, and a nullary head is allowed;
here relations get names of their own and a nullary one a column. In Nemo's dialect a variable that stands
only under `not` is local to it: that is a negated group here.
"""

from __future__ import annotations

import re
from typing import Any

from datalog_conformance.schema import Program

from checker import InvalidRules, Model, derive

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|\d+(?:\.\d+)?|:-|<=|>=|!=|[(),.<>=+*/-]')
_ERRORS = {
    "unbound-variable": {"unbound_variable", "safety_violations", "SafetyViolationError"},
    "unsafe-negation": {"SafetyViolationError", "safety_violations"},
    "unstratified": {"cyclic_negation"},
    "wrong-arity": {"arity_mismatch"},
}


class ConformanceError(Exception):
    """A program that is refused; `code` is the package's word for the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Evaluator:
    """Evaluates programs of the package. local: variables under `not` alone are local (Nemo)."""

    def __init__(self, local: bool, expected_error: str | None) -> None:
        self.local, self.expected_error = local, expected_error

    def evaluate(self, program: Program) -> dict[str, set[tuple[Any, ...]]]:
        translated = _Translation(program, self.local)
        model = Model().add(translated.text)
        for name, rows in program.facts.items():
            model.facts(translated.name(name), rows)
        try:
            rows = derive(model, *translated.names.values())
            return {
                name: rows[own] if translated.widths.get(own) else {() for _ in rows[own]}
                for name, own in translated.names.items()
            }
        except InvalidRules as invalid:
            codes = {c for d in invalid.diagnostics for c in _ERRORS.get(d.name, ())}
            code = self.expected_error if self.expected_error in codes else ",".join(sorted(codes))
            raise ConformanceError(code or invalid.diagnostics[0].name, str(invalid)) from None


class _Translation:
    def __init__(self, program: Program, local: bool) -> None:
        self.local = local
        self.names: dict[str, str] = {}
        self.widths: dict[str, int] = {}
        for name, rows in program.facts.items():
            widths = {len(row) for row in rows}
            if len(widths) > 1:
                raise ConformanceError("arity_mismatch", f"rows of {name} differ in width")
            self.widths[self.name(name)] = widths.pop() if widths else 0
        given = set(self.widths)
        self.heads: set[str] = set()
        rules = [self.rule(rule) for rule in program.rules]
        declared = [
            f"relation {name}({', '.join(['any'] * max(width, 1))})"
            for name, width in self.widths.items()
            if name in given or name not in self.heads
        ]
        self.text = "\n".join([*declared, *rules])

    def name(self, relation: str) -> str:
        return self.names.setdefault(relation, f"r{len(self.names)}_{relation.lower()}")

    def rule(self, rule: str) -> str:
        self.tokens = _TOKEN.findall(rule)
        self.at = 0
        self.variables: dict[str, str] = {}
        self.count: dict[str, int] = {}
        head = self.atom()
        self.heads.add(head[0].partition("(")[0])
        self.take(":-")
        body = [self.literal()]
        while self.peek() == ",":
            self.take(",")
            body.append(self.literal())
        positive = {v for sign, _, found in body if not sign for v in found}
        parts = []
        for negated, text, found in body:
            if negated and self.local and set(found) - positive:
                parts.append(f"not ({text} and {text})")  # a group may have variables of its own
            else:
                parts.append(f"not {text}" if negated else text)
        return f"define {head[0]} when {' and '.join(parts)}"

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.peek()
        assert not wanted or token == wanted, (wanted, token, self.tokens)
        self.at += 1
        return token

    def literal(self) -> tuple[bool, str, list[str]]:
        if self.peek() == "not":
            self.take()
            return (True, *self.atom())
        if self.peek() == "(":
            self.take()
            found: list[str] = []
            text = f"{self.term(found)} {self.take()} {self.term(found)}"
            self.take(")")
            return False, text, found
        return (False, *self.atom())

    def atom(self) -> tuple[str, list[str]]:
        name = self.name(self.take())
        self.take("(")
        found: list[str] = []
        terms = []
        while self.peek() != ")":
            terms.append(self.term(found))
            if self.peek() == ",":
                self.take()
        self.take(")")
        known = self.widths.setdefault(name, len(terms))
        if not known:
            self.widths[name] = len(terms)
        return f"{name}({', '.join(terms or ['0'])})", found

    def term(self, found: list[str]) -> str:
        text = self.factor(found)
        while self.peek() in ("+", "-", "*", "/"):
            text += f" {self.take()} {self.factor(found)}"
        return text

    def factor(self, found: list[str]) -> str:
        token = self.take()
        if token == "_" or token[0] in '"0123456789':
            return token
        own = self.variables.setdefault(token, f"V{len(self.variables)}")
        found.append(own)
        return own
