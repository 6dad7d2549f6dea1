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
    Arith,
    Atom,
    Builtin,
    Clause,
    Compare,
    Const,
    Literal,
    Not,
    Program,
    Term,
    Var,
)
from checker.logic.schema import AGGREGATES, BASE, FIELDS, KINDS, SEVERITIES
from checker.logic.strata import atoms
from checker.model.case import SPACES, Case
from checker.source import Source, Span
from checker.syntax import ast
from checker.values import BadDate, parse_date, parse_duration

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


class Dropped(Exception):
    """The rule being compiled has a mistake; its diagnostic is the argument, None if already reported."""


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
        self.types.update((r.name, r.types) for r in case.relations.values())
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
                    for body in _alternatives(item.node.body):
                        scope = _Scope(self, quiet=True)
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
        for body in _alternatives(node.body):
            scope = _Scope(self)
            literals = scope.body(body)
            pairs = zip(node.head.arguments, self.types[name], strict=True)
            arguments = [scope.head_term(a, _general(t)) for a, t in pairs]
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
        for number, body in enumerate(_alternatives(when), 1):
            scope = _Scope(self)
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
            for tested in _alternatives(having):
                scope = _Scope(self, aggregates=names)
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


class _Scope:
    """One clause being compiled: its variables, their types, and the atoms that fields add."""

    def __init__(
        self, compiler: _Compiler, quiet: bool = False, aggregates: Mapping[Any, Var] | None = None
    ) -> None:
        self.compiler = compiler
        self.quiet = quiet
        self.aggregates = aggregates or {}
        self.types: dict[str, str] = {}
        self.positive: dict[str, None] = {}
        self.fields: dict[tuple[str, str], Var] = {}
        self.extra: list[Literal] = []
        self.depth = 0
        self.fresh = 0

    def body(self, parts: Sequence[Any]) -> list[Literal]:
        """Compile twice: once to learn every variable's type, once to look names up by them."""
        first = _Scope(self.compiler, quiet=True, aggregates=self.aggregates)
        for part in parts:
            first.literal(part)
        self.types = dict(first.types)
        return [x for part in parts for x in self.literal(part)]

    def witnesses(self) -> list[str]:
        """The statements, conditions and facts that a match rests on."""
        return [v for v in self.positive if self.types.get(v) == "statement"]

    # --- variables and types ---------------------------------------------------------------------
    def wildcard(self) -> Var:
        self.fresh += 1
        return Var(f"_{self.fresh}")

    def bind(self, variable: str, kind: str, node: Any) -> None:
        if not self.depth:
            self.positive[variable] = None
        known = self.types.get(variable, "any")
        if known == "any" or kind == "any":
            self.types[variable] = kind if known == "any" else known
        elif known != kind and not self.quiet:
            message = f"`{variable}` is {_a(known)} elsewhere and {_a(kind)} here"
            raise self.compiler.drop("type-mismatch", message, node, "use two variables")

    def type_of(self, node: Any) -> str:
        if isinstance(node, ast.Name):
            return self.types.get(node.text, "any") if node.is_variable else "any"
        if isinstance(node, ast.Literal):
            return node.kind
        if isinstance(node, ast.Call) and node.name.text in ("count", "sum"):
            return "number"
        if isinstance(node, ast.Call) and node.name.text in ("min", "max") and node.arguments:
            return self.type_of(node.arguments[0])
        if isinstance(node, ast.Field):
            return FIELDS.get(node.name.text, ("", "any"))[1]
        return "any"

    def term(self, node: Any, kind: str) -> Term:
        """A name, value, field or sum as a term of a type."""
        if isinstance(node, ast.Name):
            if node.text == "_":
                return self.wildcard()
            if node.is_variable:
                self.bind(node.text, kind, node)
                return Var(node.text)
            return Const(self.constant(node, kind))
        if isinstance(node, ast.Literal):
            return Const(self.value(node, kind))
        if isinstance(node, ast.Field):
            return self.field(node)
        if isinstance(node, ast.Arithmetic):
            left, right = self.term(node.left, "any"), self.term(node.right, "any")
            return Arith(node.operator, left, right)
        if node in self.aggregates:
            return self.aggregates[node]
        if node.name.text in AGGREGATES:
            help = "use it in a `having` line or the head of a `define`"
            message = f"`{node.name.text}` cannot stand here"
            raise self.compiler.drop("wrong-kind", message, node, help)
        message = f"`{node.name.text}(…)` is not a value"
        raise self.compiler.drop(
            "wrong-kind", message, node, "relations stand on their own, joined by `and`"
        )

    def head_term(self, node: Any, kind: str) -> Term | Aggregate:
        """A term of a define's head, which may be an aggregate."""
        if isinstance(node, ast.Call) and node.name.text in AGGREGATES and len(node.arguments) == 1:
            return Aggregate(node.name.text, self.term(node.arguments[0], "any"))
        return self.term(node, kind)

    def field(self, node: ast.Field) -> Var:
        key = (node.variable.text, node.name.text)
        if node.name.text not in FIELDS:
            help = did_you_mean(node.name.text, FIELDS) or f"fields are {', '.join(FIELDS)}"
            raise self.compiler.drop(
                "unknown-field", f"there is no field `{node.name.text}`", node.name, help
            )
        relation, kind = FIELDS[node.name.text]
        if key not in self.fields or self.depth:
            variable = Var(f"{key[0]}.{key[1]}")
            self.fields[key] = variable
            statement = self.term(node.variable, "statement")
            self.types[variable.name] = kind
            self.extra.append(Atom(relation, (statement, variable), node))
        return self.fields[key]

    def said(self, word: str, text: ast.Literal) -> str:
        """The variable that `{P}` or `{S.date}` in a rule's texts stands for."""
        variable, _, field = word.partition(".")
        name = ast.Name(variable, text.start, text.end)
        if field:
            self.field(ast.Field(name, ast.Name(field, text.start, text.end), text.start, text.end))
        elif not name.is_variable:
            message = f"`{{{word}}}` does not name a variable"
            raise self.compiler.drop(
                "unbound-variable", message, text, "variables start with a capital"
            )
        return word

    # --- names and values ------------------------------------------------------------------------
    def constant(self, node: ast.Name, kind: str) -> Any:
        case, text = self.compiler.case, node.text
        if kind not in SPACES.values():
            return text
        if text in case.entities[kind]:
            return case.party_of(text) if kind == "party" else text
        if text in case.broken:
            raise Dropped(None)
        if self.quiet:
            return text
        help = did_you_mean(text, case.entities[kind])
        raise self.compiler.drop(f"unknown-{kind}", f"there is no {kind} `{text}`", node, help)

    def value(self, node: ast.Literal, kind: str = "any") -> Any:
        try:
            if node.kind == "date" or (kind == "date" and node.kind == "number"):
                return parse_date(node.value)
            if node.kind == "duration":
                number, unit = node.value.split()
                return parse_duration(_number(number), unit)
        except BadDate as bad:
            raise self.compiler.drop("bad-date", bad.message, node, bad.hint) from None
        except ValueError as bad:
            raise self.compiler.drop("bad-number", str(bad), node) from None
        return _number(node.value) if node.kind == "number" else node.value

    # --- literals --------------------------------------------------------------------------------
    def literal(self, node: Any) -> list[Literal]:
        """The literals that one part of a body compiles to."""
        if isinstance(node, ast.Not):
            return self.negation(node)
        before = len(self.extra)
        if isinstance(node, ast.Compare):
            out: list[Literal] = [self.comparison(node)]
        elif isinstance(node, ast.Call):
            out = [self.call(node)]
        elif isinstance(node, ast.Needs):
            relation = "needs" if node.word == "needs" else "depends"
            statement = self.term(node.statement, "statement")
            condition = self.term(node.condition, "statement")
            out = [Atom(relation, (statement, condition), node)]
        else:
            out = self.pattern(node)
        out = [x for literal in out for x in self.flat(literal)]
        if self.depth:  # fields of a negated literal are part of what is negated
            out = [*self.extra[before:], *out]
            del self.extra[before:]
        return out

    def flat(self, literal: Literal) -> list[Literal]:
        """An atom whose arguments are variables and constants, and what its sums are equal to."""
        if not isinstance(literal, Atom) or not any(isinstance(a, Arith) for a in literal.args):
            return [literal]
        arguments: list[Any] = []
        equal: list[Literal] = []
        for argument in literal.args:
            if isinstance(argument, Arith):
                self.fresh += 1
                variable = Var(f"#{self.fresh}")
                equal.append(Compare("=", variable, argument))
                argument = variable
            arguments.append(argument)
        return [Atom(literal.relation, tuple(arguments), literal.origin), *equal]

    def negation(self, node: ast.Not) -> list[Literal]:
        result: list[Literal] = []
        self.depth += 1
        for alternative in _alternatives(node.body):
            outer = dict(self.types)
            group = [x for part in alternative for x in self.literal(part)]
            local = {v: t for v, t in self.types.items() if v in outer or self.quiet}
            self.types = local if not self.quiet else self.types
            result.append(Not(tuple(group), strict=len(alternative) == 1))
        self.depth -= 1
        return result

    def comparison(self, node: ast.Compare) -> Compare:
        left, right = self.type_of(node.left), self.type_of(node.right)
        kind = left if left != "any" else right
        if isinstance(node.left, ast.Arithmetic) or isinstance(node.right, ast.Arithmetic):
            kind = "any"
        elif "any" not in (left, right) and left != right and not self.quiet:
            message = f"{_a(left)} and {_a(right)} cannot be compared"
            raise self.compiler.drop("type-mismatch", message, node)
        return Compare(node.operator, self.term(node.left, kind), self.term(node.right, kind))

    def call(self, node: ast.Call) -> Atom:
        compiler, name = self.compiler, node.name.text
        if name in compiler.broken:
            raise Dropped(None)
        types = compiler.types.get(name)
        if types is None or name.startswith("rule "):
            help = did_you_mean(name, [n for n in compiler.types if " " not in n])
            raise compiler.drop(
                "unknown-relation", f"there is no relation `{name}`", node.name, help
            )
        if len(types) != len(node.arguments):
            message = f"`{name}` has {len(types)} columns, not {len(node.arguments)}"
            spans = [compiler.declared[name]] if name in compiler.declared else []
            labels = [Label(span, "it is declared here") for span in spans]
            help = f"it is `{name}({', '.join(types)})`"
            raise compiler.drop("wrong-arity", message, node, help, *labels)
        types = tuple(_general(t) for t in types)
        if name == "same_axis" and isinstance(node.arguments[2], ast.Name):
            types = (*types[:3], "place" if node.arguments[2].text == "place" else "any")
        if name == "within":
            kinds = {self.type_of(a) for a in node.arguments} - {"any"}
            types = (min(kinds), min(kinds)) if len(kinds) == 1 else types
        arguments = [self.term(a, t) for a, t in zip(node.arguments, types, strict=True)]
        return Atom(name, tuple(arguments), node)

    # --- patterns --------------------------------------------------------------------------------
    def pattern(self, node: ast.Pattern | ast.WorldPattern) -> list[Literal]:
        statement = self.witness(node)
        negated = isinstance(node.proposition, ast.Not)
        core = node.proposition.body if negated else node.proposition
        polarity = Const("-" if negated else "+")
        out: list[Literal] = []
        if isinstance(node, ast.WorldPattern):
            out.append(Atom("happened", (statement, polarity), node))
            stance: Term = Const("fact")
        else:
            if node.speaker is not None:
                parties = (self.term(node.speaker, "party"), self.term(node.party, "party"))
                out.append(Atom("attributed", (statement, *parties), node))
            else:
                out.append(Atom("holder", (statement, self.term(node.party, "party")), node))
            stance = self.stance(node.stance)
        if isinstance(core, ast.Order):
            out.append(self.order(core, statement, stance, polarity, node))
            if core.gap is not None:
                out.append(
                    Atom("gap", (statement, self.length(core.gap.bound, core.gap.length)), node)
                )
            return out
        if isinstance(node, ast.Pattern) and (node.stance.text != "_" or negated):
            out.append(Atom("stance", (statement, stance, polarity), node))
        if core.subject.text != "_":
            out.append(Atom("subject", (statement, self.term(core.subject, "subject")), node))
        if isinstance(core, ast.Comparison):
            for value in core.values:
                term = self.term(value, "any")
                out.append(Atom("value", (statement, Const(core.operator), term), node))
        else:
            out += [self.facet(f, statement, v, node) for f in core.facets for v in _each(f)]
        if isinstance(node, ast.Pattern) and node.outright:
            out += self.outright(core, statement, node)
        return out

    def witness(self, node: Any) -> Var:
        if node.label is not None and node.label.text != "_":
            variable = node.label.text
            if not node.label.is_variable:
                message = f"`{variable}` is not a variable"
                raise self.compiler.drop(
                    "wrong-kind", message, node.label, f"write `{variable.upper()}`"
                )
            self.bind(variable, "statement", node.label)
        elif self.depth:
            return self.wildcard_group()
        else:
            self.fresh += 1
            variable = f"#{self.fresh}"
            self.types[variable] = "statement"
        if not self.depth:
            self.positive[variable] = None
        return Var(variable)

    def wildcard_group(self) -> Var:
        """A statement that nobody names, inside a negation."""
        self.fresh += 1
        return Var(f"#{self.fresh}")

    def stance(self, node: ast.Name) -> Term:
        return self.term(node, "stance")

    def order(
        self, core: ast.Order, statement: Var, stance: Term, polarity: Const, node: Any
    ) -> Atom:
        left, right, relation = core.left, core.right, core.relation
        if relation == "after":
            left, right, relation = right, left, "before"
        terms = (self.term(left, "subject"), Const(relation), self.term(right, "subject"))
        return Atom("order", (statement, stance, polarity, *terms), node)

    def length(self, bound: str, node: Any) -> Term:
        if isinstance(node, ast.Name):
            return self.term(node, "duration")
        duration = self.value(node)
        if bound:
            duration = duration.at_least() if bound == "least" else duration.at_most()
        return Const(duration)

    def facet(self, facet: ast.Facet, statement: Var, value: Any, node: Any) -> Atom:
        relation, kind = FACETS[facet.kind]
        if facet.kind == "unconditionally":
            return Atom(relation, (statement,), node)
        if facet.kind == "for":
            return Atom(relation, (statement, self.length(*facet.values)), node)
        if facet.kind == "with":
            term = self.term(facet.values[2], "any")
            return Atom(relation, (statement, Const(facet.values[0].text), term), node)
        return Atom(relation, (statement, self.term(value, kind)), node)

    def outright(self, core: Any, statement: Var, node: Any) -> list[Literal]:
        named = {FACETS[f.kind][0] for f in getattr(core, "facets", ())}
        result: list[Literal] = [Not((Atom("conditional", (statement,), node),), strict=True)]
        for relation in dict.fromkeys(r for r, _ in FACETS.values()):
            if relation not in named and relation != "unconditional":
                wild = [self.wildcard() for _ in BASE[relation][1:]]
                result.append(Not((Atom(relation, (statement, *wild), node),), strict=True))
        return result


FACETS = {
    "at": ("at", "place"),
    "on": ("on", "date"),
    "from": ("starts", "date"),
    "until": ("ends", "date"),
    "for": ("lasts", "duration"),
    "by": ("by", "party"),
    "to": ("to", "party"),
    "against": ("to", "party"),
    "with": ("option", "any"),
    "unconditionally": ("unconditional", ""),
}


def _each(facet: ast.Facet) -> tuple[Any, ...]:
    return facet.values if facet.kind in ("by", "to", "against") else (facet.values or (None,))[:1]


def _general(kind: str) -> str:
    """The type that a column's type is a kind of: names of one name space compare."""
    return {"event": "subject", "state": "subject", "issue": "subject", "person": "party"}.get(
        kind, kind
    )


def _number(text: str) -> int | float:
    plain = text.replace("_", "")
    return float(plain) if "." in plain else int(plain)


def _name(node: ast.Rule | ast.Define) -> str:
    return node.head.name.text if isinstance(node, ast.Define) else node.name.text


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


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


def _alternatives(node: Any) -> list[list[Any]]:
    """A body in disjunctive form: alternatives, each a list of literals. Negations stay whole."""
    if isinstance(node, ast.Or):
        return [a for part in node.parts for a in _alternatives(part)]
    if isinstance(node, ast.And):
        result: list[list[Any]] = [[]]
        for part in node.parts:
            result = [left + right for left in result for right in _alternatives(part)]
        return result
    return [[node]]
