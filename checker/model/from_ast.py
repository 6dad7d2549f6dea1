"""AST → resolved model of a case.

Names are declared first and looked up afterwards, so the order of items and files does not matter. A
statement with an unknown name, a bad date or a value that its issue cannot take is dropped whole, with one
diagnostic; nothing is put in its place. Names of items that could not be parsed are known to be broken and
are not reported again.

Knows nothing of regions, rules or findings; rules are compiled from the same AST by `logic`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from checker.diagnostic import Diagnostic, Label, closest, did_you_mean
from checker.model.case import (
    SPACES,
    Case,
    Condition,
    Entity,
    Fact,
    Position,
    Proposition,
    Relation,
    Statement,
)
from checker.source import Source, Span
from checker.syntax import ast
from checker.syntax.parsed import Parsed
from checker.values import BadDate, Date, Duration, parse_date, parse_duration

ALTERNATIVES = 64  # of one condition, in disjunctive form
TYPES = [
    "party",
    "person",
    "place",
    "source",
    "subject",
    "event",
    "state",
    "issue",
    "statement",
    "text",
    "number",
    "date",
    "duration",
    "name",
    "any",
]


class Dropped(Exception):
    """The item being resolved has a mistake; its diagnostic is the argument, None if already reported."""


def resolve(files: Sequence[Parsed], name: str) -> tuple[Case, tuple[Diagnostic, ...]]:
    """The case that files make together, and every mistake in what their names mean."""
    resolver = _Resolver(Case(name, broken=frozenset().union(*(f.broken for f in files))))
    for file in files:
        resolver.declare(file)
    resolver.link()
    for file in files:
        resolver.read(file)
    resolver.end_statements()
    return resolver.case, tuple(resolver.diagnostics)


class _Resolver:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.diagnostics: list[Diagnostic] = []
        self.source = Source("", "")
        self.items: list[tuple[Source, ast.Entity, Entity]] = []
        self.endings: list[tuple[Source, ast.Reference, Position]] = []
        self.leaves = 0
        self.statement_id = ""

    # --- diagnostics ---------------------------------------------------------------------------
    def span(self, node: Any) -> Span:
        return Span(self.source, node.start, node.end)

    def report(self, code: str, message: str, node: Any, help: str = "", *labels: Label) -> None:
        self.diagnostics.append(Diagnostic(code, message, self.span(node), help, labels))

    def drop(self, code: str, message: str, node: Any, help: str = "", *labels: Label) -> Dropped:
        return Dropped(Diagnostic(code, message, self.span(node), help, labels))

    def caught(self, dropped: Dropped) -> None:
        if dropped.args[0] is not None:
            self.diagnostics.append(dropped.args[0])

    # --- declarations --------------------------------------------------------------------------
    def declare(self, file: Parsed) -> None:
        self.source = file.source
        for item in file.items:
            if isinstance(item, ast.Entity):
                self.declare_entity(item)
            elif isinstance(item, ast.RelationDeclaration):
                self.declare_relation(item)

    def declare_entity(self, item: ast.Entity) -> None:
        table = self.case.entities[SPACES[item.kind]]
        known = table.get(item.name.text)
        if self.capital(item.name):
            return
        if known is not None:
            first = Label(known.span, f"`{known.name}` is declared here")
            message = f"`{item.name.text}` is declared twice"
            self.report("duplicate-name", message, item.name, "rename or remove one", first)
            return
        title = item.title.value if item.title else item.name.text.replace("_", " ")
        if item.title is None and item.kind in ("party", "person", "place"):
            title = title.title()
        entity = Entity(item.kind, item.name.text, title, {}, self.span(item.name))
        if item.parent is not None:
            entity.parent = item.parent.text
        table[entity.name] = entity
        self.items.append((self.source, item, entity))

    def capital(self, name: ast.Name) -> bool:
        if not name.is_variable:
            return False
        help = f"write `{name.text.lower().strip('_')}`: names are in lower case"
        self.report("variable-outside-rule", f"`{name.text}` is not a name", name, help)
        return True

    def declare_relation(self, item: ast.RelationDeclaration) -> None:
        known = self.case.relations.get(item.name.text)
        if known is not None and known.span is not None:
            first = Label(known.span, f"`{known.name}` is declared here")
            message = f"relation `{item.name.text}` is declared twice"
            self.report("duplicate-name", message, item.name, "rename or remove one", first)
            return
        for kind in item.types:
            if kind.text not in TYPES:
                help = did_you_mean(kind.text, TYPES) or f"kinds are {', '.join(TYPES)}"
                self.report("unknown-kind", f"there is no kind of value `{kind.text}`", kind, help)
                return
        types = tuple(kind.text for kind in item.types)
        self.case.relations[item.name.text] = Relation(item.name.text, types, self.span(item.name))

    def link(self) -> None:
        for source, item, entity in self.items:
            self.source = source
            for part in item.properties:
                try:
                    self.read_property(entity, part)
                except Dropped as dropped:
                    self.caught(dropped)
            if item.parent is not None and item.parent.text not in self.case.entities["stance"]:
                entity.parent = None
                self.caught(self.unknown(item.parent, "stance"))
        for source, item, entity in self.items:
            self.source = source
            if entity.parent is not None and self.loops(entity):
                message = f"`{entity.name}` lies inside itself"
                self.report("cycle", message, item.name, "break the circle")
                entity.parent = None

    def loops(self, entity: Entity) -> bool:
        table = self.case.entities[SPACES[entity.kind]]
        seen = set()
        name = entity.parent
        while name is not None and name not in seen:
            if name == entity.name:
                return True
            seen.add(name)
            name = table[name].parent if name in table else None
        return False

    def read_property(self, entity: Entity, part: ast.Property) -> None:
        key, values = part.name.text, part.values
        if key in entity.properties:
            message = f"`{key}` is given twice for `{entity.name}`"
            raise self.drop(
                "repeated-part", message, part, "put the values in one list, with commas"
            )
        linked = self.linked(entity.kind, key, values)
        if key in ("in", "under") and linked:
            entity.parent = linked[0]
        elif linked:
            entity.members = linked
        if entity.kind == "source" and key == "date":
            entity.properties[key] = (self.date(values[0]),)
        elif entity.kind == "issue" and key == "options":
            entity.properties[key] = tuple(self.option(v) for v in values)
        elif key == "force" and [v[0] for v in values] not in (["hard"], ["soft"]):
            raise self.drop("wrong-kind", "a stance's force is `hard` or `soft`", part)
        else:
            entity.properties[key] = tuple(self.value(v) for v in values)

    def linked(self, kind: str, key: str, values: Iterable[ast.Value]) -> tuple[str, ...]:
        """The names that a property refers to, looked up; () for a property that is only kept."""
        if kind == "place" and key == "in":
            return tuple(self.name(v, "place") for v in values)
        if kind in ("event", "state", "issue"):
            if key == "under":
                return tuple(self.name(v, "subject") for v in values)
            if key in ("between", "actors"):
                return tuple(self.name(v, "party") for v in values)
        if (kind, key) in (("party", "members"), ("person", "for")):
            return tuple(self.name(v, "party") for v in values)
        return ()

    # --- names and values ----------------------------------------------------------------------
    def unknown(self, node: Any, space: str) -> Dropped:
        text = node.text if isinstance(node, ast.Name) else node.value
        if text in self.case.broken:
            return Dropped(None)
        table = self.case.entities[space]
        if isinstance(node, ast.Name) and node.is_variable and text.lower() not in table:
            help = f"names are in lower case: declare `{space} {text.lower()}`"
            return self.drop("variable-outside-rule", f"`{text}` is not a name", node, help)
        elsewhere = [s for s, t in self.case.entities.items() if s != space and text in t]
        help = did_you_mean(text, [*table, *(e.title for e in table.values())])
        best = closest(text, table)
        labels: tuple[Label, ...] = ()
        if best:
            labels = (Label(table[best].span, f"`{best}` is declared here"),)
        elif elsewhere:
            entity = self.case.entities[elsewhere[0]][text]
            help = f"`{text}` is a {entity.kind}; declare a {_SAID[space]} of that name too if you mean one"
            labels = (Label(entity.span, f"`{text}` is declared here"),)
        help = help or f"declare it: `{_EXAMPLE[space].format(text)}`"
        return self.drop(
            f"unknown-{space}", f"there is no {_SAID[space]} `{text}`", node, help, *labels
        )

    def name(self, node: Any, space: str) -> str:
        if isinstance(node, ast.Literal):
            if node.value in self.case.entities[space]:
                return node.value
            raise self.unknown(node, space)
        text: str = node.text
        if text not in self.case.entities[space]:
            raise self.unknown(node, space)
        return text

    def date(self, node: Any) -> Date:
        text = node.value if isinstance(node, ast.Literal) else node.text
        if isinstance(node, ast.Name):
            message = f"`{text}` is not a date"
            raise self.drop(
                "variable-outside-rule", message, node, "write a date such as `2025-05-15`"
            )
        try:
            return parse_date(text)
        except BadDate as bad:
            raise self.drop("bad-date", bad.message, node, bad.hint) from None

    def number(self, node: ast.Literal) -> int | float:
        text = node.value.replace("_", "")
        if len(text) > 300:
            raise self.drop("bad-number", "this number has too many digits", node)
        return float(text) if "." in text else int(text)

    def value(self, node: Any) -> Any:
        if isinstance(node, ast.Name):
            return node.text
        if node.kind == "date":
            return self.date(node)
        if node.kind == "number":
            return self.number(node)
        if node.kind == "duration":
            return self.duration(node)
        return node.value

    def duration(self, node: Any) -> Duration:
        if isinstance(node, ast.Name):
            message = f"`{node.text}` is not a duration"
            raise self.drop("wrong-kind", message, node, "write a number and a unit: `30 days`")
        number, unit = node.value.split()
        plain = self.number(node._replace(value=number))
        try:
            return parse_duration(plain, unit)
        except ValueError as bad:
            raise self.drop("bad-number", str(bad), node) from None

    def option(self, node: Any) -> Any:
        if isinstance(node, ast.Name) and node.is_variable:
            help = f"write `{node.text.lower().strip('_')}`"
            raise self.drop("variable-outside-rule", f"`{node.text}` is not a name", node, help)
        return self.value(node)

    # --- items ---------------------------------------------------------------------------------
    def read(self, file: Parsed) -> None:
        self.source = file.source
        for item in file.items:
            try:
                if isinstance(item, ast.Position):
                    self.read_position(item)
                elif isinstance(item, ast.WorldFact):
                    self.read_fact(item)
            except Dropped as dropped:
                self.caught(dropped)

    def read_position(self, item: ast.Position) -> None:
        name = item.name.text
        if self.capital(item.name):
            return
        known = self.case.positions.get(name)
        if known is not None:
            first = Label(known.span, f"`{name}` is declared here")
            message = f"position `{name}` is declared twice"
            raise self.drop("duplicate-name", message, item.name, "rename one", first)
        try:
            position = self.header(item)
        except Dropped:
            self.case.broken |= {name}
            raise
        self.case.positions[name] = position
        for member in item.members:
            if isinstance(member, ast.Withdrawal):
                self.endings.append((self.source, member.reference, position))
            elif isinstance(member, ast.Attribution):
                self.attribution(member, position)
            else:
                self.add(member, position, None)

    def header(self, item: ast.Position) -> Position:
        parts: dict[str, tuple[Any, ...]] = {}
        for header in item.headers:
            if header.kind in parts:
                message = f"`{header.kind}` is given twice"
                help = (
                    "put the names in one list, with commas" if header.kind == "by" else "keep one"
                )
                raise self.drop("repeated-part", message, header, help)
            parts[header.kind] = header.values
        if "by" not in parts:
            message = f"position `{item.name.text}` does not say whose it is"
            raise self.drop("missing-holder", message, item.name, "add `by PARTY`")
        speakers = tuple(dict.fromkeys(self.name(n, "party") for n in parts["by"]))
        source = self.name(parts["in"][0], "source") if "in" in parts else None
        position = Position(
            name=item.name.text,
            title=item.title.value if item.title else "",
            speakers=speakers,
            holders=tuple(dict.fromkeys(self.case.party_of(s) for s in speakers)),
            date=self.position_date(item, parts, source),
            source=source,
            span=self.span(item.name),
            expires=self.date(parts["expires"][0]) if "expires" in parts else None,
        )
        if "replaces" in parts:
            self.endings.append((self.source, parts["replaces"][0], position))
        return position

    def position_date(
        self, item: ast.Position, parts: dict[str, tuple[Any, ...]], source: str | None
    ) -> Date:
        if "on" in parts:
            return self.date(parts["on"][0])
        if source is not None and "date" in self.case.entities["source"][source].properties:
            date: Date = self.case.entities["source"][source].properties["date"][0]
            return date
        message = f"position `{item.name.text}` has no date"
        raise self.drop(
            "missing-date", message, item.name, "add `on DATE`, or `in SOURCE` with a date"
        )

    def attribution(self, member: ast.Attribution, position: Position) -> None:
        try:
            party = self.case.party_of(self.name(member.party, "party"))
        except Dropped as dropped:
            self.caught(dropped)
            return
        for statement in member.statements:
            if isinstance(statement, ast.Statement):
                self.add(statement, position, party)

    def add(self, item: ast.Statement, position: Position, attributed: str | None) -> None:
        number = self.next_number(position)
        label = item.label.text if item.label else str(number)
        known = next((s for s in position.statements if s.id == f"{position.name}.{label}"), None)
        try:
            if known is not None:
                first = Label(known.span, f"`@{label}` is here")
                raise self.drop(
                    "duplicate-name", f"`@{label}` is used twice", item.label, "", first
                )
            position.statements.append(self.statement(item, position, label, number, attributed))
        except Dropped as dropped:
            self.caught(dropped)
            self.case.broken |= {f"{position.name}.{label}", f"{position.name}.{number}"}

    def next_number(self, position: Position) -> int:
        """The number of the next statement: broken ones keep theirs, so that ids do not shift."""
        number = position.statements[-1].number + 1 if position.statements else 1
        while f"{position.name}.{number}" in self.case.broken:
            number += 1
        return number

    def statement(
        self,
        item: ast.Statement,
        position: Position,
        label: str,
        number: int,
        attributed: str | None,
    ) -> Statement:
        self.statement_id = f"{position.name}.{label}"
        self.leaves = 0
        stance = item.stance.text
        if stance not in self.case.entities["stance"]:
            raise self.unknown(item.stance, "stance")
        proposition = self.proposition(item.proposition, self.statement_id)
        conditions = [self.condition(c) for c in item.conditions]
        if (
            (
                proposition.form == "order"
                and proposition.relation == "before"
                and not proposition.negated
            )
            and self.case.root(stance) == "favours"
            and self.case.is_hard(stance)
        ):
            conditions.append(self.required_first(proposition, item.proposition))
        return Statement(
            id=self.statement_id,
            position=position,
            holders=position.holders if attributed is None else (attributed,),
            stance=stance,
            proposition=proposition,
            conditions=tuple(conditions),
            quotes=tuple(q.value for q in item.quotes),
            span=self.span(item),
            words=Span(
                self.source, item.stance.start, (item.conditions or (item.proposition,))[-1].end
            ),
            number=number,
            attributed=attributed is not None,
        )

    def required_first(self, order: Proposition, node: ast.Order) -> Condition:
        """`requires X before Y` makes X a precondition of Y."""
        self.leaves += 1
        span = self.span(node.right if node.relation == "after" else node.left)
        leaf = Proposition(f"{order.id}?{self.leaves}", "occurrence", order.left, span)
        return Condition("only if", ((leaf,),), ordered=True)

    # --- propositions --------------------------------------------------------------------------
    def proposition(self, node: Any, id: str, negated: bool = False) -> Proposition:
        if isinstance(node, ast.Not):
            return self.proposition(node.body, id, not negated)
        if isinstance(node, ast.Occurrence):
            result = self.occurrence(node, id)
        elif isinstance(node, ast.Order):
            result = self.order(node, id)
        else:
            result = self.comparison(node, id)
        result.negated = negated
        return result

    def occurrence(self, node: ast.Occurrence, id: str) -> Proposition:
        subject = self.name(node.subject, "subject")
        result = Proposition(id, "occurrence", subject, self.span(node))
        seen: set[Any] = set()
        for facet in node.facets:
            kind = "to" if facet.kind == "against" else facet.kind
            key = (kind, facet.values[0].text) if kind == "with" else kind
            if key in seen:
                raise self.drop(
                    "repeated-part", f"`{facet.kind}` is given twice", facet, "keep one"
                )
            seen.add(key)
            self.set_facet(result, kind, facet)
        return result

    def set_facet(self, result: Proposition, kind: str, facet: ast.Facet) -> None:
        values = facet.values
        if kind == "at":
            result.place = self.name(values[0], "place")
        elif kind == "on":
            result.on = self.date(values[0])
        elif kind == "from":
            result.start = self.date(values[0])
        elif kind == "until":
            result.until = self.date(values[0])
        elif kind == "for":
            result.lasts = self.length(values[0], values[1])
        elif kind == "by":
            result.actors = tuple(self.name(v, "party") for v in values)
        elif kind == "to":
            result.targets = tuple(self.name(v, "party") for v in values)
        elif kind == "with":
            if values[1] not in ("=", "!="):
                raise self.drop("wrong-kind", "`with` takes `=` or `!=`", facet)
            result.options += ((values[0].text, values[1], self.option(values[2])),)
        else:
            result.unconditional = True

    def length(self, bound: str, node: Any) -> Duration:
        duration = self.duration(node)
        if bound == "least":
            return duration.at_least()
        return duration.at_most() if bound == "most" else duration

    def order(self, node: ast.Order, id: str) -> Proposition:
        left, right, relation = node.left, node.right, node.relation
        if relation == "after":
            left, right, relation = right, left, "before"
        for part in (left, right):
            entity = self.case.entities["subject"][self.name(part, "subject")]
            if entity.kind == "issue":
                message = f"`{part.text}` is an issue: it has no beginning or end"
                first = Label(entity.span, f"`{part.text}` is declared here")
                raise self.drop("wrong-kind", message, part, "order events and states", first)
        gap = self.length(node.gap.bound, node.gap.length) if node.gap else None
        return Proposition(
            id, "order", right.text, self.span(node), left=left.text, relation=relation, gap=gap
        )

    def comparison(self, node: ast.Comparison, id: str) -> Proposition:
        subject = self.name(node.subject, "subject")
        entity = self.case.entities["subject"][subject]
        if entity.kind != "issue":
            message = f"`{subject}` is {_A[entity.kind]}: only an issue takes a value"
            first = Label(entity.span, f"`{subject}` is declared here")
            raise self.drop("wrong-kind", message, node.subject, "declare it as an issue", first)
        values = tuple(self.issue_value(entity, v) for v in node.values)
        ordered = all(isinstance(v, int | float | Date | Duration) for v in values)
        if node.operator in ("<", "<=", ">", ">=") and not ordered:
            message = f"`{node.operator}` needs a number, a date or a duration"
            raise self.drop(
                "wrong-kind", message, node.values[0], "use `=` or `in { … }` for options"
            )
        return Proposition(
            id, "value", subject, self.span(node), operator=node.operator, values=values
        )

    def issue_value(self, issue: Entity, node: Any) -> Any:
        value = self.option(node)
        options = issue.properties.get("options")
        first = Label(issue.span, f"`{issue.name}` is declared here")
        if options is not None and value not in options:
            shown = [str(o) for o in options]
            help = did_you_mean(str(value), shown) or f"its options are {', '.join(shown)}"
            message = f"`{_written(node)}` is not an option of `{issue.name}`"
            raise self.drop("unknown-option", message, node, help, first)
        unit = issue.properties.get("unit", ("",))[0]
        if unit == "date" and isinstance(value, int):
            return self.date(node)
        wanted = {"": object, "date": Date, "duration": Duration}.get(unit, int | float)
        if not isinstance(value, wanted):
            message = (
                f"`{_written(node)}` is not a value of `{issue.name}`, which is counted in {unit}"
            )
            raise self.drop("wrong-unit", message, node, _UNIT.get(unit, "write a number"), first)
        return value

    # --- conditions ----------------------------------------------------------------------------
    def condition(self, node: ast.Condition) -> Condition:
        alternatives = self.alternatives(node.body, node.kind == "unless")
        kind = "only if" if node.kind.startswith("only") else "if"
        return Condition(kind, alternatives, ordered=node.kind == "only after")

    def alternatives(self, node: Any, negated: bool) -> tuple[tuple[Proposition, ...], ...]:
        """Disjunctive normal form: alternatives, each a conjunction of propositions."""
        if isinstance(node, ast.Not):
            return self.alternatives(node.body, not negated)
        if not isinstance(node, ast.And | ast.Or):
            self.leaves += 1
            return ((self.proposition(node, f"{self.statement_id}?{self.leaves}", negated),),)
        parts = [self.alternatives(part, negated) for part in node.parts]
        if isinstance(node, ast.Or) != negated:
            result = tuple(a for part in parts for a in part)
        else:
            result = ((),)
            for part in parts:
                result = tuple(left + right for left in result for right in part)
                if len(result) > ALTERNATIVES:
                    break
        if len(result) > ALTERNATIVES:
            message = f"this condition has more than {ALTERNATIVES} alternatives"
            raise self.drop("too-deep", message, node, "split it over several statements")
        return result

    # --- facts ---------------------------------------------------------------------------------
    def read_fact(self, item: ast.WorldFact) -> None:
        id = f"fact.{len(self.case.facts) + 1}"
        source = self.name(item.source, "source") if item.source else None
        quotes = tuple(q.value for q in item.quotes)
        if isinstance(item.content, ast.Call):
            relation, row = self.row(item.content)
            fact = Fact(id, None, relation, row, source, quotes, self.span(item))
        else:
            proposition = self.proposition(item.content, id)
            fact = Fact(id, proposition, "", (), source, quotes, self.span(item))
        self.case.facts.append(fact)

    def row(self, call: ast.Call) -> tuple[str, tuple[Any, ...]]:
        relation = self.case.relations.get(call.name.text)
        if relation is None:
            if call.name.text in self.case.broken:
                raise Dropped(None)
            help = did_you_mean(call.name.text, self.case.relations)
            help = help or f"declare it: `relation {call.name.text}(…)`"
            message = f"there is no relation `{call.name.text}`"
            raise self.drop("unknown-relation", message, call.name, help)
        if len(relation.types) != len(call.arguments):
            message = (
                f"`{relation.name}` has {len(relation.types)} columns, not {len(call.arguments)}"
            )
            labels = [Label(relation.span, "it is declared here")] if relation.span else []
            raise self.drop("wrong-arity", message, call, "", *labels)
        pairs = zip(call.arguments, relation.types, strict=True)
        return relation.name, tuple(self.cell(node, kind) for node, kind in pairs)

    def cell(self, node: Any, kind: str) -> Any:
        space = {"person": "party", "event": "subject", "state": "subject", "issue": "subject"}.get(
            kind, kind
        )
        if not isinstance(node, ast.Name | ast.Literal):
            raise self.drop("wrong-kind", "a fact takes plain values only", node)
        if space in self.case.entities:
            name = self.name(node, space)
            entity = self.case.entities[space][name]
            if kind in SPACES and space != kind and entity.kind != kind:
                message = f"`{name}` is {_A[entity.kind]}, not {_A[kind]}"
                raise self.drop("wrong-kind", message, node)
            return name
        value = self.option(node)
        if kind == "date" and isinstance(value, int):
            return self.date(node)
        wanted = {"number": int | float, "date": Date, "duration": Duration, "text": str}.get(kind)
        if wanted is not None and not isinstance(value, wanted):
            raise self.drop("wrong-kind", f"`{_written(node)}` is not a {kind}", node)
        return value

    # --- endings -------------------------------------------------------------------------------
    def end_statements(self) -> None:
        for source, reference, position in self.endings:
            self.source = source
            try:
                for statement in find_statements(self.case, reference):
                    ended = statement.ended
                    if ended is None or position.date < ended:
                        statement.ended = position.date
            except UnknownReference as unknown:
                if (
                    reference.position.text not in self.case.broken
                    and reference.text not in self.case.broken
                ):
                    self.report(unknown.code, unknown.message, reference, unknown.help)


class UnknownReference(Exception):
    """A reference to a position or statement that is not there: code, message and help of the diagnostic."""

    def __init__(self, code: str, message: str, help: str) -> None:
        super().__init__(message)
        self.code, self.message, self.help = code, message, help


def find_statements(case: Case, reference: ast.Reference) -> list[Statement]:
    """The statements that a reference names. Raises UnknownReference."""
    position = case.positions.get(reference.position.text)
    if position is None:
        name = reference.position.text
        help = did_you_mean(name, case.positions)
        raise UnknownReference("unknown-position", f"there is no position `{name}`", help)
    if reference.part is None:
        return position.statements
    part = reference.part.text if isinstance(reference.part, ast.Name) else reference.part.value
    for statement in position.statements:
        if part == str(statement.number) or statement.id == f"{position.name}.{part}":
            return [statement]
    known = [s.id.partition(".")[2] for s in position.statements]
    help = (
        did_you_mean(part, known) or f"`{position.name}` has {', '.join(known) or 'no statements'}"
    )
    raise UnknownReference("unknown-statement", f"there is no statement `{reference.text}`", help)


def _written(node: Any) -> str:
    return node.text if isinstance(node, ast.Name) else str(node.value)


_SAID = {
    "source": "source",
    "party": "party or person",
    "place": "place",
    "subject": "event, state or issue",
    "stance": "stance",
}
_EXAMPLE = {
    "source": 'source {} "Title" {{ date: 2025-05-11 }}',
    "party": 'party {} "Full name"',
    "place": 'place {} "Full name"',
    "subject": 'event {} "What happens"',
    "stance": "stance {} is accepts",
}
_A = {
    "event": "an event",
    "state": "a state",
    "issue": "an issue",
    "party": "a party",
    "person": "a person",
    "place": "a place",
    "source": "a source",
    "stance": "a stance",
}
_UNIT = {
    "date": "write a date such as `2025-05-15`",
    "duration": "write a duration such as `30 days`",
}
