"""Proof of a row → steps in words.

What the base relations say of one statement is one `given` step; the relations that `having` needs are left
out, their premises kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from checker.engine.proof import Node, Prover
from checker.findings.finding import Finding
from checker.findings.wording import Wording
from checker.logic.from_ast import Origin, Rulebook
from checker.logic.plan import is_wildcard, variables
from checker.logic.program import Atom, Clause, Compare, Const, Not, Var
from checker.logic.schema import BASE
from checker.source import Span


@dataclass(slots=True)
class Step:
    """One step of a proof. kind: given, derived, absent, computed; premises: indices of later steps."""

    kind: str
    text: str
    premises: tuple[int, ...] = ()
    statement: str | None = None
    rule: str | None = None
    span: Span | None = None


class Explainer:
    """Proofs in words for the findings and rows of one case."""

    def __init__(self, prover: Prover, book: Rulebook, wording: Wording) -> None:
        self.prover, self.book, self.wording = prover, book, wording

    def finding(self, finding: Finding) -> list[Step]:
        """The steps of a finding's proof; the first is the finding itself."""
        rule = finding.rule
        span = Span(rule.source, rule.node.start, rule.node.name.end)
        root = Step("derived", finding.message, rule=rule.name, span=span)
        return _Writer(self, root).write(finding.rows)

    def row(self, relation: str, row: tuple[Any, ...]) -> list[Step]:
        """The steps of the proof of a derived row."""
        root = Step("derived", self.atom(relation, row))
        return _Writer(self, root).write(((relation, row),))

    def atom(self, relation: str, row: tuple[Any, ...]) -> str:
        """`chain(Russia, talks, ceasefire)`."""
        types = self.book.types.get(relation, ("any",) * len(row))
        cells = (self.wording.value(v, t) for v, t in zip(row, types, strict=True))
        return f"{relation}({', '.join(cells)})"


class _Writer:
    def __init__(self, explainer: Explainer, root: Step) -> None:
        self.explainer = explainer
        self.steps = [root]
        self.known: dict[Any, int] = {}

    def write(self, rows: Any) -> list[Step]:
        premises: dict[int, None] = {}
        for relation, row in rows:
            proof = self.explainer.prover.prove(relation, row)
            premises.update(dict.fromkeys(self.premises(proof.nodes, 0)))
        self.steps[0].premises = tuple(premises)
        return self.steps

    def premises(self, nodes: tuple[Node, ...], start: int) -> list[int]:
        """The steps of a node's premises; iterative, and each node once."""
        order: list[int] = []
        pending = [start]
        seen = {start}
        while pending:
            index = pending.pop()
            order.append(index)
            for premise in nodes[index].premises:
                if premise not in seen:
                    seen.add(premise)
                    pending.append(premise)
        of_node: dict[int, list[int]] = {}
        made: dict[int, int] = {}
        for index in order:
            if index != start and not _internal(nodes[index]):
                made[index] = self.step(nodes[index], _clause_above(nodes, index))
        for index in order:
            of_node[index] = self._direct(nodes, index, made)
        for index, number in made.items():
            if self.steps[number].kind == "derived":
                self.steps[number].premises = tuple(dict.fromkeys(of_node[index]))
        return of_node[start]

    def _direct(self, nodes: tuple[Node, ...], index: int, made: dict[int, int]) -> list[int]:
        """The steps of a node's premises, looking through internal ones."""
        found: list[int] = []
        pending = list(reversed(nodes[index].premises))
        while pending:
            premise = pending.pop()
            if premise in made:
                if made[premise] >= 0:
                    found.append(made[premise])
            else:
                pending += reversed(nodes[premise].premises)
        return list(dict.fromkeys(found))

    def step(self, node: Node, clause: Clause | None) -> int:
        step, key = self.worded(node, clause)
        if step is None:
            return -1
        if key not in self.known:
            self.known[key] = len(self.steps)
            self.steps.append(step)
        return self.known[key]

    def worded(self, node: Node, clause: Clause | None) -> tuple[Step | None, Any]:
        explainer, wording = self.explainer, self.explainer.wording
        if node.kind == "given":
            if node.relation in BASE and BASE[node.relation][0] == "statement":
                id = str(node.row[0]).partition("?")[0]
                content = wording.contents[id]
                return Step("given", wording.said(id), statement=id, span=content.span), (
                    "given",
                    id,
                )
            text = explainer.atom(node.relation, node.row)
            return Step("given", text), (node.relation, node.row)
        if node.kind == "derived":
            text = explainer.atom(node.relation, node.row)
            origin = node.clause.origin if node.clause else None
            span = (
                Span(origin.source, origin.node.start, origin.node.end)
                if isinstance(origin, Origin)
                else None
            )
            return Step("derived", text, rule=node.relation, span=span), (node.relation, node.row)
        if node.kind == "absent":
            text = f"nothing found for {self.said(node, clause)}"
            return Step("absent", text), text
        if isinstance(node.literal, Compare):
            if any("#" in v or " " in v for v in variables(node.literal)):
                return None, None
            text = f"{self.term(node.literal.left, node)} {node.literal.op} {self.term(node.literal.right, node)}"
            return Step("computed", text), text
        text = explainer.atom(node.relation, node.row)
        if node.evidence:
            text += f", from {node.evidence}"
        return Step("computed", text), text

    def term(self, term: Any, node: Node) -> str:
        wording = self.explainer.wording
        if isinstance(term, Const):
            return wording.value(term.value)
        if isinstance(term, Var):
            cell = (node.binding or {}).get(term.name, "?")
            for kind in ("party", "place", "subject", "source"):
                if isinstance(cell, str) and cell in wording.case.entities[kind]:
                    return wording.value(cell, kind)
            known = isinstance(cell, str) and cell.partition("?")[0] in wording.contents
            return wording.value(cell, "statement" if known else "any")
        return f"{self.term(term.left, node)} {term.operator} {self.term(term.right, node)}"

    def said(self, node: Node, clause: Clause | None) -> str:
        """A negated group as its rule writes it, and what its variables stand for."""
        literal = node.literal
        origins = [o for o in _origins(literal) if o is not None]
        text = ""
        if origins and clause is not None and isinstance(clause.origin, Origin):
            start, end = min(o.start for o in origins), max(o.end for o in origins)
            text = " ".join(clause.origin.source.text[start:end].split())
        binding = node.binding or {}
        names = dict.fromkeys(v for v in variables(literal) if v in binding and not is_wildcard(v))
        known = [f"{v} is {self.term(Var(v), node)}" for v in names if not v.startswith("#")]
        return f"`{text}`" + (f", where {', '.join(known)}" if known else "")


def _origins(literal: Any) -> list[Any]:
    if isinstance(literal, Atom):
        return [literal.origin]
    return [o for x in literal.body for o in _origins(x)] if isinstance(literal, Not) else []


def _internal(node: Node) -> bool:
    return node.relation.startswith("rule ")


def _clause_above(nodes: tuple[Node, ...], index: int) -> Clause | None:
    return next((n.clause for n in nodes if index in n.premises), None)
