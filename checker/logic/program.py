"""The relational program: clauses over named relations.

Terms, literals and clauses are frozen; a program is a tuple of clauses and the built-in relations they may
call. A variable whose name starts with `_` is a wildcard and stands in one place only.

Does not know who wrote the clauses or which engine runs them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Var:
    name: str


@dataclass(frozen=True, slots=True)
class Const:
    value: Hashable


@dataclass(frozen=True, slots=True)
class Arith:
    """operator: + - * /."""

    operator: str
    left: Term
    right: Term


Term = Var | Const | Arith


@dataclass(frozen=True, slots=True)
class Aggregate:
    """In a head: count, min, max, sum or list over the distinct values of a term in each group."""

    function: str
    term: Term


@dataclass(frozen=True, slots=True)
class Atom:
    """In a body the arguments are variables and constants; a head may have sums and aggregates."""

    relation: str
    args: tuple[Any, ...]
    origin: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """No way to satisfy all of the body.

    Local variables are bound inside it; a strict one has none but wildcards and nameless statements.
    """

    body: tuple[Literal, ...]
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """op: = != < <= > >=; `=` binds a variable that is not bound yet."""

    op: str
    left: Term
    right: Term


Literal = Atom | Not | Compare


@dataclass(frozen=True, slots=True)
class Clause:
    head: Atom
    body: tuple[Literal, ...]
    origin: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Mode:
    """A function from the values of the input columns to rows of the other columns, in column order."""

    inputs: tuple[int, ...]
    function: Callable[..., Iterable[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Builtin:
    """A relation that is worked out. evidence(*row) says in words what was compared."""

    name: str
    types: tuple[str, ...]
    modes: tuple[Mode, ...]
    evidence: Callable[..., object] | None = None


@dataclass(frozen=True, slots=True)
class Program:
    clauses: tuple[Clause, ...]
    builtins: Mapping[str, Builtin]
