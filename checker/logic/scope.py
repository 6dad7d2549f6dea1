"""One clause of a rule or define → literals over the base relations.

A pattern becomes several atoms on one statement variable; a field such as `S.date` one more; a sum in an atom a
comparison beside it. Every variable has one type, inferred from the positions that it stands in, and a name
is looked up in the name space of its position's type.

Does not know the rule that the clause belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from checker.diagnostic import Label, did_you_mean
from checker.logic.program import Aggregate, Arith, Atom, Compare, Const, Literal, Not, Term, Var
from checker.logic.schema import AGGREGATES, BASE, FIELDS
from checker.model.case import SPACES, Case
from checker.source import Span
from checker.syntax import ast
from checker.values import BadDate, parse_date, parse_duration


class Dropped(Exception):
    """The rule being compiled has a mistake; its diagnostic is the argument, None if already reported."""


class Context(Protocol):
    """What a clause needs to know of the others: declared relations, their types, and the case."""

    case: Case
    types: dict[str, tuple[str, ...]]
    declared: dict[str, Span]
    broken: set[str]

    def drop(self, code: str, message: str, node: Any, help: str = "", *labels: Label) -> Dropped:
        """The exception that leaves a rule out, with its diagnostic."""


class Scope:
    """One clause being compiled: its variables, their types, and the atoms that fields add."""

    def __init__(
        self, compiler: Context, quiet: bool = False, aggregates: Mapping[Any, Var] | None = None
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
        first = Scope(self.compiler, quiet=True, aggregates=self.aggregates)
        for part in parts:
            first.literal(part)
        self.types = dict(first.types)
        return [x for part in parts for x in self.literal(part)]

    def witnesses(self) -> list[str]:
        """The statements, conditions and facts that a match rests on."""
        return [v for v in self.positive if self.types.get(v) == "statement"]

    # --- variables and types ---------------------------------------------------------------------
    def wildcard(self) -> Var:
        """A variable that stands for anything, here only."""
        self.fresh += 1
        return Var(f"_{self.fresh}")

    def bind(self, variable: str, kind: str, node: Any) -> None:
        """Note the type that a place gives a variable. Raises Dropped if it has another."""
        if not self.depth:
            self.positive[variable] = None
        known = self.types.get(variable, "any")
        if known == "any" or kind == "any":
            self.types[variable] = kind if known == "any" else known
        elif known != kind and not self.quiet:
            message = f"`{variable}` is {_a(known)} elsewhere and {_a(kind)} here"
            raise self.compiler.drop("type-mismatch", message, node, "use two variables")

    def type_of(self, node: Any) -> str:
        """The type of a term, `any` if nothing says."""
        if isinstance(node, ast.Name):
            return self.types.get(node.text, "any") if node.is_variable else "any"
        if isinstance(node, ast.Literal):
            return node.kind
        if isinstance(node, ast.Call) and node.name.text in ("count", "sum"):
            return "number"
        if (
            isinstance(node, ast.Call)
            and node.name.text in ("min", "max", "list")
            and node.arguments
        ):
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
        """The variable of `S.date`; its atom is added once."""
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
        """A name, looked up in the name space of a type."""
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
        """A number, date, duration or text."""
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
        """A negated literal or group, once for each alternative in it."""
        result: list[Literal] = []
        self.depth += 1
        for alternative in alternatives(node.body):
            outer = dict(self.types)
            group = [x for part in alternative for x in self.literal(part)]
            local = {v: t for v, t in self.types.items() if v in outer or self.quiet}
            self.types = local if not self.quiet else self.types
            result.append(Not(tuple(group), strict=len(alternative) == 1))
        self.depth -= 1
        return result

    def comparison(self, node: ast.Compare) -> Compare:
        """A comparison of two terms of one type."""
        left, right = self.type_of(node.left), self.type_of(node.right)
        kind = left if left != "any" else right
        if isinstance(node.left, ast.Arithmetic) or isinstance(node.right, ast.Arithmetic):
            kind = "any"
        elif "any" not in (left, right) and left != right and not self.quiet:
            message = f"{_a(left)} and {_a(right)} cannot be compared"
            raise self.compiler.drop("type-mismatch", message, node)
        return Compare(node.operator, self.term(node.left, kind), self.term(node.right, kind))

    def call(self, node: ast.Call) -> Atom:
        """An atom over a defined, declared or built-in relation."""
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
        types = tuple(general(t) for t in types)
        if name == "same_axis" and isinstance(node.arguments[2], ast.Name):
            types = (*types[:3], "place" if node.arguments[2].text == "place" else "any")
        if name == "within":
            kinds = {self.type_of(a) for a in node.arguments} - {"any"}
            types = (min(kinds), min(kinds)) if len(kinds) == 1 else types
        arguments = [self.term(a, t) for a, t in zip(node.arguments, types, strict=True)]
        return Atom(name, tuple(arguments), node)

    # --- patterns --------------------------------------------------------------------------------
    def pattern(self, node: ast.Pattern | ast.WorldPattern) -> list[Literal]:
        """The atoms of a statement or world pattern."""
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
        """The variable of a pattern: its label, or one that nobody names."""
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
        """The stance of a pattern."""
        return self.term(node, "stance")

    def order(
        self, core: ast.Order, statement: Var, stance: Term, polarity: Const, node: Any
    ) -> Atom:
        """The atom of an order of steps; `after` is told as `before`."""
        left, right, relation = core.left, core.right, core.relation
        if relation == "after":
            left, right, relation = right, left, "before"
        terms = (self.term(left, "subject"), Const(relation), self.term(right, "subject"))
        return Atom("order", (statement, stance, polarity, *terms), node)

    def length(self, bound: str, node: Any) -> Term:
        """A duration, with its bound."""
        if isinstance(node, ast.Name):
            return self.term(node, "duration")
        duration = self.value(node)
        if bound:
            duration = duration.at_least() if bound == "least" else duration.at_most()
        return Const(duration)

    def facet(self, facet: ast.Facet, statement: Var, value: Any, node: Any) -> Atom:
        """The atom of one facet of an occurrence."""
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
        """No condition, and no facet beyond those named."""
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


def general(kind: str) -> str:
    """The type that a column's type is a kind of: names of one name space compare."""
    return {"event": "subject", "state": "subject", "issue": "subject", "person": "party"}.get(
        kind, kind
    )


def _number(text: str) -> int | float:
    plain = text.replace("_", "")
    return float(plain) if "." in plain else int(plain)


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def alternatives(node: Any) -> list[list[Any]]:
    """A body in disjunctive form: alternatives, each a list of literals. Negations stay whole."""
    if isinstance(node, ast.Or):
        return [a for part in node.parts for a in alternatives(part)]
    if isinstance(node, ast.And):
        result: list[list[Any]] = [[]]
        for part in node.parts:
            result = [left + right for left in result for right in alternatives(part)]
        return result
    return [[node]]
