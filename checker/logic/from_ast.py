"""Rules and defines → one relational program.

A statement pattern becomes a join over the base relations of `schema`; `or` becomes several clauses; `having`
becomes an aggregate; a field such as `S.date` becomes one more atom. Every variable has one type, inferred
from the positions that it stands in, and a name is looked up in the name space of its position's type. A rule
with a mistake is left out whole, with a diagnostic for the mistake.

Does not know the engine that will run the program.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from checker.diagnostic import Diagnostic, Label, did_you_mean
from checker.logic.program import (
    Aggregate,
    Atom,
    Builtin,
    Clause,
    Program,
    Var,
)
from checker.logic.schema import AGGREGATES, BASE, KINDS, SEVERITIES
from checker.logic.scope import Dropped, Scope, alternatives, general
from checker.logic.strata import atoms
from checker.model.case import Case
from checker.source import Source, Span
from checker.syntax import ast

_SAY = re.compile(r"\{([A-Za-z_]\w*(?:\.\w+)?)\}")


class Origin(NamedTuple):
    """Where a clause comes from: a rule or define, by name."""

    source: Source
    node: ast.Rule | ast.Define
    name: str


class Alternative(NamedTuple):
    """One relation of a rule's matches: the variable of each column, and which columns are witnesses."""

    relation: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    witnesses: tuple[int, ...]


@dataclass(slots=True, eq=False)
class CompiledRule:
    """A rule ready to run. grouped: variables of which each value makes one finding, None for each match."""

    name: str
    source: Source
    node: ast.Rule
    kind: str
    severity: str
    alternatives: tuple[Alternative, ...]
    grouped: tuple[str, ...] | None


@dataclass(slots=True, eq=False)
class Rulebook:
    """All that rules and defines compile to. types: relation → type of each column."""

    program: Program
    rules: list[CompiledRule]
    types: dict[str, tuple[str, ...]]

    def reading(self, clause: Clause) -> set[str]:
        """The relations that a clause reads."""
        return {atom.relation for atom, _ in atoms(clause.body)}

    def reads(self) -> set[str]:
        """The relations that any clause reads."""
        return {name for clause in self.program.clauses for name in self.reading(clause)}


class Item(NamedTuple):
    """A rule or define and the file that it stands in."""

    source: Source
    node: Any


def compile_rules(
    items: Sequence[Item], case: Case, builtins: Mapping[str, Builtin]
) -> tuple[Rulebook, tuple[Diagnostic, ...]]:
    """The program of rules and defines over the relations of a case, and every mistake in them."""
    compiler = _Compiler(case, builtins)
    compiler.run(items)
    program = Program(tuple(compiler.clauses), builtins)
    return Rulebook(program, compiler.rules, compiler.types), tuple(compiler.diagnostics)


def needed(items: Sequence[Item], always: Collection[str]) -> list[Item]:
    """The rules, the defines that they use, and all that files of these paths define."""
    defines: dict[str, list[Item]] = {}
    for item in items:
        if isinstance(item.node, ast.Define):
            defines.setdefault(item.node.head.name.text, []).append(item)
    wanted: set[str] = set()
    pending = [i for i in items if isinstance(i.node, ast.Rule) or i.source.path in always]
    while pending:
        for name in _called(pending.pop().node):
            if name in defines and name not in wanted:
                wanted.add(name)
                pending += defines[name]
    return [
        i
        for i in items
        if isinstance(i.node, ast.Rule)
        or i.source.path in always
        or i.node.head.name.text in wanted
    ]


def _called(node: Any) -> set[str]:
    """The names of all calls in a tree."""
    found: set[str] = set()
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, ast.Call):
            found.add(part.name.text)
        pending += [x for x in part if isinstance(x, tuple)]
    return found


class _Compiler:
    def __init__(self, case: Case, builtins: Mapping[str, Builtin]) -> None:
        self.case = case
        self.builtins = builtins
        self.diagnostics: list[Diagnostic] = []
        self.clauses: list[Clause] = []
        self.rules: list[CompiledRule] = []
        self.types: dict[str, tuple[str, ...]] = dict(BASE)
        self.types.update((name, b.types) for name, b in builtins.items())
        for own in case.relations.values():
            if own.name not in BASE and own.name not in builtins:
                self.types[own.name] = own.types
            elif own.span is not None:
                message = f"`{own.name}` is a built-in relation"
                mistake = Diagnostic("duplicate-name", message, own.span, "choose another name")
                self.diagnostics.append(mistake)
        self.declared: dict[str, Span] = {
            r.name: r.span for r in case.relations.values() if r.span is not None
        }
        self.broken: set[str] = set(case.broken)
        self.source = Source("", "")

    def run(self, items: Sequence[Item]) -> None:
        defines = [i for i in items if isinstance(i.node, ast.Define)]
        for item in defines:
            self.source = item.source
            self.declare(item.node)
        self.infer(defines)
        for item in items:
            self.source = item.source
            try:
                if isinstance(item.node, ast.Define):
                    self.define(item.node)
                else:
                    self.rule(item.node)
            except Dropped as dropped:
                self.broken.add(_name(item.node))
                if dropped.args[0] is not None:
                    self.diagnostics.append(dropped.args[0])

    def drop(self, code: str, message: str, node: Any, help: str = "", *labels: Label) -> Dropped:
        return Dropped(
            Diagnostic(code, message, Span(self.source, node.start, node.end), help, labels)
        )

    # --- defines -------------------------------------------------------------------------------
    def declare(self, node: ast.Define) -> None:
        name, width = node.head.name.text, len(node.head.arguments)
        known = self.types.get(name)
        if known is None:
            self.types[name] = ("any",) * width
            self.declared[name] = Span(self.source, node.head.name.start, node.head.name.end)
        elif len(known) != width or name in BASE or name in self.builtins or name in AGGREGATES:
            labels = (
                (Label(self.declared[name], "it is declared here"),)
                if name in self.declared
                else ()
            )
            message = f"`{name}` has {len(known)} columns elsewhere, {width} here"
            code = "wrong-arity"
            if name not in self.declared:
                code, message = "duplicate-name", f"`{name}` is a built-in relation"
            span = Span(self.source, node.head.start, node.head.end)
            self.diagnostics.append(Diagnostic(code, message, span, "choose another name", labels))
            self.broken.add(name)

    def infer(self, defines: Sequence[Item]) -> None:
        """Types of the columns of defined relations: from their bodies, until nothing changes."""
        for _ in range(len(defines) + 1):
            before = dict(self.types)
            for item in defines:
                name = item.node.head.name.text
                if name in self.broken or name in self.case.relations:
                    continue
                self.source = item.source
                try:
                    for body in alternatives(item.node.body):
                        scope = Scope(self, quiet=True)
                        for part in body:
                            scope.literal(part)
                        found = tuple(scope.type_of(a) for a in item.node.head.arguments)
                        self.types[name] = tuple(
                            new if old == "any" else old
                            for old, new in zip(self.types[name], found, strict=True)
                        )
                except Dropped:
                    continue
            if before == self.types:
                return

    def define(self, node: ast.Define) -> None:
        name = node.head.name.text
        if name in self.broken:
            raise Dropped(None)
        origin = Origin(self.source, node, name)
        for body in alternatives(node.body):
            scope = Scope(self)
            literals = scope.body(body)
            pairs = zip(node.head.arguments, self.types[name], strict=True)
            arguments = [scope.head_term(a, general(t)) for a, t in pairs]
            head = Atom(name, tuple(arguments), node.head)
            self.clauses.append(Clause(head, (*literals, *scope.extra), origin))

    # --- rules ---------------------------------------------------------------------------------
    def rule(self, node: ast.Rule) -> None:
        kind = self.choice(node.kind, KINDS, "kind")
        word = node.clause("severity")
        severity = self.choice(word, SEVERITIES, "severity") if word else SEVERITIES_BY_KIND[kind]
        when, say = node.clause("when"), node.clause("say")
        for part, value in (("when", when), ("say", say)):
            if value is None:
                message = f"rule `{node.name.text}` has no `{part}`"
                raise self.drop("incomplete-rule", message, node.name, f"add a `{part}` line")
        if any(r.name == node.name.text for r in self.rules):
            raise self.drop(
                "duplicate-name", f"rule `{node.name.text}` is declared twice", node.name
            )
        grouped, having = node.clause("for"), node.clause("having")
        groups = tuple(n.text for n in grouped) if grouped else None if having is None else ()
        wanted = [
            m[1]
            for c in node.clauses
            if c.kind in ("say", "hint")
            for m in _SAY.finditer(c.value.value)
        ]
        name = f"{node.name.text}"
        origin = Origin(self.source, node, name)
        clauses: list[Clause] = []
        found: list[Alternative] = []
        for number, body in enumerate(alternatives(when), 1):
            scope = Scope(self)
            literals = scope.body(body)
            named = [scope.said(word, say) for word in wanted]
            keys = [a.arguments[0] for a in _calls(having)] if having is not None else []
            named += [v.text for v in (*(grouped or ()), *keys)]
            witnesses = scope.witnesses()
            columns = tuple(dict.fromkeys([*named, *witnesses]))
            relation = f"rule {name}/{number}"
            head = Atom(relation, tuple(Var(c) for c in columns), node)
            clauses.append(Clause(head, (*literals, *scope.extra), origin))
            types = tuple(scope.types.get(c, "any") for c in columns)
            indices = tuple(i for i, c in enumerate(columns) if c in witnesses)
            found.append(Alternative(relation, columns, types, indices))
        if having is not None:
            found, more = self.having(name, origin, groups or (), having, found)
            clauses += more
        for alternative in found:
            self.types[alternative.relation] = alternative.types
        self.clauses += clauses
        self.rules.append(
            CompiledRule(node.name.text, self.source, node, kind, severity, tuple(found), groups)
        )

    def having(
        self,
        name: str,
        origin: Origin,
        groups: tuple[str, ...],
        having: Any,
        found: list[Alternative],
    ) -> tuple[list[Alternative], list[Clause]]:
        """The aggregates of `having` over all matches, and the matches whose group meets them."""
        calls = _calls(having)
        keys = tuple(Var(g) for g in groups)
        clauses: list[Clause] = []
        for alternative in found:
            columns = tuple(Var(c) for c in alternative.columns)
            values = tuple(Var(c.arguments[0].text) for c in calls)
            body = (Atom(alternative.relation, columns, None),)
            clauses.append(Clause(Atom(f"rule {name}/match", (*keys, *values), None), body, origin))
        names = {c: Var(f"{c.name.text} {c.arguments[0].text}") for c in calls}
        values = tuple(Var(c.arguments[0].text) for c in calls)
        aggregates = tuple(Aggregate(c.name.text, Var(c.arguments[0].text)) for c in calls)
        match = Atom(f"rule {name}/match", (*keys, *values), None)
        group = Atom(f"rule {name}/group", (*keys, *aggregates), None)
        clauses.append(Clause(group, (match,), origin))
        kept = []
        grouped = Atom(group.relation, (*keys, *names.values()), None)
        for alternative in found:
            relation = alternative.relation + " having"
            kept.append(alternative._replace(relation=relation))
            columns = tuple(Var(c) for c in alternative.columns)
            for tested in alternatives(having):
                scope = Scope(self, aggregates=names)
                tests = scope.body(tested)
                matched = Atom(alternative.relation, columns, None)
                literals = (matched, grouped, *tests)
                clauses.append(Clause(Atom(relation, columns, None), literals, origin))
        return kept, clauses

    def choice(self, node: ast.Name, choices: Sequence[str], what: str) -> str:
        if node.text in choices:
            return node.text
        help = did_you_mean(node.text, choices) or f"it is one of {', '.join(choices)}"
        raise self.drop("unknown-kind", f"there is no {what} `{node.text}`", node, help)


SEVERITIES_BY_KIND = {
    "contradiction": "error",
    "precondition": "warning",
    "tension": "warning",
    "focal_point": "info",
    "shift": "info",
    "provenance": "info",
    "note": "info",
}


def _name(node: ast.Rule | ast.Define) -> str:
    return node.head.name.text if isinstance(node, ast.Define) else node.name.text


def _calls(having: Any) -> list[ast.Call]:
    """The aggregates in a `having` line, each once."""
    found: dict[Any, None] = {}
    pending = [having]
    while pending:
        node = pending.pop(0)
        if isinstance(node, ast.Call):
            found[node] = None
        elif isinstance(node, tuple) and not isinstance(node, ast.Name | ast.Literal):
            pending = [*[p for p in node if isinstance(p, tuple)], *pending]
    return list(found)
