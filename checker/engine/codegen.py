"""Steps of a plan → Python code that computes a clause's heads from whole relations at once.

A clause becomes one set comprehension over indexes, so that the loop runs inside the interpreter's own code
for comprehensions. It serves large relations; `interpret` says what it must mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from checker.engine.store import Relation
from checker.engine.values import COMPARE, NoValue, arithmetic
from checker.logic.plan import Step, is_wildcard
from checker.logic.program import Arith, Atom, Compare, Const, Not, Var

Lookup = Callable[[str], Relation]


class Code:
    """One comprehension being written: its parts and the objects that it refers to."""

    def __init__(self, lookup: Lookup, finished: Lookup) -> None:
        self.lookup, self.finished = lookup, finished
        self.names: dict[str, Any] = {"E": (), "arithmetic": _arithmetic, "VOID": VOID}
        self.variables: dict[str, str] = {}
        self.count = 0

    def fresh(self, prefix: str) -> str:
        """A name that is not used yet."""
        self.count += 1
        return f"{prefix}{self.count}"

    def give(self, prefix: str, thing: Any) -> str:
        """A name for an object that the code refers to."""
        name = self.fresh(prefix)
        self.names[name] = thing
        return name

    def term(self, term: Any) -> str:
        """The expression for a term."""
        if isinstance(term, Var):
            return self.variables[term.name]
        if isinstance(term, Const):
            if type(term.value) in (int, str):
                return repr(term.value)
            return self.give("c", term.value)
        assert isinstance(term, Arith)
        return f"arithmetic({term.operator!r}, {self.term(term.left)}, {self.term(term.right)})"

    def known(self, term: Any) -> bool:
        """Whether all variables of a term have values by now."""
        if isinstance(term, Var):
            return term.name in self.variables
        return isinstance(term, Const) or (self.known(term.left) and self.known(term.right))

    def steps(self, steps: Sequence[Step], delta: str | None = None) -> list[str]:
        """The `for …` and `if …` parts that satisfy the steps, in order."""
        parts: list[str] = []
        for i, step in enumerate(steps):
            parts += self.step(step, delta if i == 0 else None)
        return parts

    def step(self, step: Step, delta: str | None) -> list[str]:
        """The parts that satisfy one step."""
        literal = step.literal
        if isinstance(literal, Compare):
            return self.compare(literal)
        if isinstance(literal, Not):
            outer, positive = dict(self.variables), self.lookup
            self.lookup = self.finished
            inner = self.steps(step.inner)
            self.variables, self.lookup = outer, positive
            return [f"if not any(True {started(inner)})"]
        if step.mode is not None:
            inputs = step.mode.inputs
            call = ", ".join(self.term(literal.args[i]) for i in inputs)
            rest = [t for i, t in enumerate(literal.args) if i not in inputs]
            failing = [self.term(literal.args[i]) for i in inputs if _may_fail(literal.args[i])]
            guards = [f"if {term} is not VOID" for term in failing]
            return guards + self.loop(rest, f"{self.give('f', step.mode.function)}({call})")
        return self.atom(literal, delta)

    def compare(self, literal: Compare) -> list[str]:
        """The test of a comparison, or the value of the variable that it binds."""
        for side, other in ((literal.left, literal.right), (literal.right, literal.left)):
            if isinstance(side, Var) and side.name not in self.variables:
                written = self.term(other)
                name = self.variables[side.name] = self.fresh("v")
                guard = [f"if {name} is not VOID"] if _may_fail(other) else []
                return [f"for {name} in ({written},)", *guard]
        left, right = self.term(literal.left), self.term(literal.right)
        guards = [
            f"{self.term(t)} is not VOID" for t in (literal.left, literal.right) if _may_fail(t)
        ]
        if literal.op in ("=", "!="):
            test = f"{left} {'==' if literal.op == '=' else '!='} {right}"
        else:
            test = f"{self.give('f', COMPARE[literal.op])}({left}, {right})"
        return ["if " + " and ".join([*guards, test])]

    def atom(self, atom: Atom, delta: str | None) -> list[str]:
        """The loop over the rows of an atom, or the look-up in them."""
        if delta is not None:
            return self.loop(list(atom.args), delta, whole=True)
        relation = self.lookup(atom.relation)
        keys = tuple(i for i, t in enumerate(atom.args) if self.known(t))
        others = tuple(
            i
            for i, t in enumerate(atom.args)
            if i not in keys and not (isinstance(t, Var) and is_wildcard(t.name))
        )
        rest = [atom.args[i] for i in others]
        width = len(atom.args)
        if not keys:
            if len(others) == width:
                return self.loop(rest, self.give("r", relation.rows), whole=True)
            if not others:
                return [f"if {self.give('r', relation.rows)}"]
            projected = relation.index(others, (), width)
            return self.loop(rest, self.give("x", projected), whole=len(others) > 1)
        wanted = ", ".join(self.term(atom.args[i]) for i in keys)
        if len(keys) == width:
            return [f"if ({wanted}{',' if width == 1 else ''}) in {self.give('r', relation.rows)}"]
        index = relation.index(keys, others, width)
        key = wanted if len(keys) == 1 else f"({wanted})"
        if not others:
            return [f"if {key} in {self.give('x', index)}"]
        return self.loop(rest, f"{self.give('x', index.get)}({key}, E)", whole=len(others) > 1)

    def loop(self, terms: list[Any], rows: str, whole: bool | None = None) -> list[str]:
        """`for … in rows`, with a test for each term that is known already. whole: rows are tuples."""
        target, tests = self.targets(terms)
        if whole is None or whole:
            target = f"({target}{',' if len(terms) == 1 else ''})" if terms else "_"
        return [f"for {target} in {rows}", *tests]

    def targets(self, terms: Sequence[Any]) -> tuple[str, list[str]]:
        """Names for the terms of a row, separated by commas, and tests for those that are known already."""
        targets, tests = [], []
        for term in terms:
            if isinstance(term, Var) and term.name not in self.variables:
                name = self.fresh("v")
                self.variables[term.name] = name
                targets.append(name)
            else:
                name = self.fresh("t")
                targets.append(name)
                tests.append(f"if {name} == {self.term(term)}")
        return ", ".join(targets), tests


VOID = object()  # what arithmetic without a result gives


def _arithmetic(sign: str, left: Any, right: Any) -> Any:
    if left is VOID or right is VOID:
        return VOID
    try:
        return arithmetic(sign, left, right)
    except NoValue:
        return VOID


def _may_fail(term: Any) -> bool:
    return isinstance(term, Arith)


def started(parts: Sequence[str]) -> str:
    """A comprehension begins with `for`."""
    body = " ".join(parts)
    return body if body.startswith("for ") else f"for _ in (1,) {body}"


def make(
    head: Sequence[Any],
    steps: Sequence[Step],
    lookup: Lookup,
    delta: bool,
    finished: Lookup | None = None,
) -> Callable[[Any], set[Any]]:
    """A function from the rows of the first step (ignored if not delta) to the set of head rows.

    finished: where negations look, if not where the rest does.
    """
    code = Code(lookup, finished or lookup)
    body = code.steps(steps, "delta" if delta else None)
    row = ", ".join(code.term(t) for t in head)
    failing = [code.term(t) for t in head if _may_fail(t)]
    guard = "".join(f" if {t} is not VOID" for t in failing)
    text = f"lambda delta: {{({row}{',' if len(head) == 1 else ''}) {started(body)}{guard}}}"
    function: Callable[[Any], set[Any]] = eval(_compiled(text), code.names)
    return function


@lru_cache(maxsize=4096)
def _compiled(text: str) -> Any:
    return compile(text, "<clause>", "eval")
