"""Text of a program, as in books → clauses.

    path(X, Z) :- path(X, Y), edge(Y, Z), X != Z, not blocked(X), not {near(X, W), wet(W)}.

Names with a capital are variables, `_` is a wildcard, `count(X)` in a head an aggregate. For tests only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from checker.logic.program import (
    Aggregate,
    Arith,
    Atom,
    Builtin,
    Clause,
    Compare,
    Const,
    Not,
    Program,
    Var,
)

TOKEN = re.compile(r"\s*(:-|!=|<=|>=|[-+*/=<>(){},.]|\d+|\w+)")
AGGREGATES = ("count", "min", "max", "sum", "list")


class Reader:
    """Reads one text from left to right."""

    def __init__(self, text: str) -> None:
        self.tokens = [*TOKEN.findall(text), ""]
        self.at = 0
        self.wild = 0

    def take(self, *wanted: str) -> str:
        token: str = self.tokens[self.at]
        if wanted and token not in wanted:
            return ""
        self.at += 1
        return token

    def clauses(self) -> list[Clause]:
        found = []
        while self.tokens[self.at]:
            head = self.atom(self.take())
            found.append(Clause(head, tuple(self.body() if self.take(":-") else ())))
            assert self.take(".")
        return found

    def body(self) -> list[Any]:
        literals = [self.literal()]
        while self.take(","):
            literals.append(self.literal())
        return literals

    def literal(self) -> Any:
        if self.take("not"):
            if not self.take("{"):
                return Not((self.literal(),), strict=True)
            group = Not(tuple(self.body()))
            assert self.take("}")
            return group
        if self.tokens[self.at + 1] == "(":
            return self.atom(self.take())
        left = self.sum()
        return Compare(self.take(), left, self.sum())

    def atom(self, relation: str) -> Atom:
        args: list[Any] = []
        if self.take("("):
            while not self.take(")"):
                args.append(self.argument())
                self.take(",")
        return Atom(relation, tuple(args))

    def argument(self) -> Any:
        if self.tokens[self.at] in AGGREGATES and self.tokens[self.at + 1] == "(":
            function = self.take()
            self.take("(")
            found = Aggregate(function, self.sum())
            self.take(")")
            return found
        return self.sum()

    def sum(self) -> Any:
        found = self.product()
        while sign := self.take("+", "-"):
            found = Arith(sign, found, self.product())
        return found

    def product(self) -> Any:
        found = self.term()
        while sign := self.take("*", "/"):
            found = Arith(sign, found, self.term())
        return found

    def term(self) -> Any:
        token = self.take()
        if token.isdigit():
            return Const(int(token))
        if token == "_":
            self.wild += 1
            return Var(f"_{self.wild}")
        return Var(token) if token[0].isupper() else Const(token)


def program(text: str, builtins: Mapping[str, Builtin] | None = None) -> Program:
    """The program of a text."""
    return Program(tuple(Reader(text).clauses()), dict(builtins or {}))
