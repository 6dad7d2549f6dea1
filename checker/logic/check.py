"""Program → diagnostics for rules that have no meaning: unsafe variables, negation or counting in a cycle."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from checker.diagnostic import Diagnostic, Label
from checker.logic.from_ast import Origin, Rulebook
from checker.logic.plan import Unsafe, is_wildcard, unsafe
from checker.logic.program import Clause, Program
from checker.logic.strata import Unstratified, unstratified
from checker.source import Span


def problems(book: Rulebook, proven: Collection[str] = ()) -> list[Diagnostic]:
    """Every breach of safety and stratification; the rules concerned are taken out of the book.

    proven: paths of rules that are known to have none. Defines elsewhere may add a cycle to theirs.
    """
    found: list[Diagnostic] = []
    own = [c for c in book.program.clauses if not _is_from(c, proven)]
    if not own:
        return found
    loose = unsafe(Program(tuple(own), book.program.builtins))
    found += dict.fromkeys(_unsafe(u) for u in loose)
    _remove(book, [u.clause for u in loose])
    cycles = unstratified(book.program)
    while cycles:
        found += [_cycle(book.program, c) for c in cycles]
        _remove(book, [c.clause for c in cycles])
        cycles = unstratified(book.program)
    return found


def _is_from(clause: Clause, paths: Collection[str]) -> bool:
    return isinstance(clause.origin, Origin) and clause.origin.source.path in paths


def _remove(book: Rulebook, clauses: list[Clause]) -> None:
    """Take out every clause of the items that these come from, and the rules that read them."""
    gone = {c.origin.name for c in clauses if isinstance(c.origin, Origin)}
    while True:
        kept = tuple(
            c
            for c in book.program.clauses
            if not (isinstance(c.origin, Origin) and c.origin.name in gone)
        )
        readers = {
            c.origin.name for c in kept if isinstance(c.origin, Origin) and book.reading(c) & gone
        }
        if not readers:
            break
        gone |= readers
    book.program = Program(kept, book.program.builtins)
    book.rules = [r for r in book.rules if r.name not in gone]


def _unsafe(loose: Unsafe) -> Diagnostic:
    origin = loose.clause.origin
    assert isinstance(origin, Origin)
    name = loose.variable.partition(".")[0]
    span = _mention(origin, name)
    if is_wildcard(name):
        message = (
            f"`_` cannot stand in the {loose.where} of `{origin.name}`: nothing says what it is"
        )
        return Diagnostic("unbound-variable", message, span, "name a variable that a pattern binds")
    if loose.where == "negation":
        message = f"`{name}` stands only under `not` in `{origin.name}`"
        help = "bind it by a pattern or relation that is not negated, or write `_` for anything"
        return Diagnostic("unsafe-negation", message, span, help)
    message = f"nothing in `{origin.name}` says what `{name}` is"
    help = f"name `{name}` in a pattern or relation that is not negated"
    return Diagnostic("unbound-variable", message, span, help)


def _mention(origin: Origin, name: str) -> Span:
    """The first place in a rule where a variable is written."""
    import re

    text = origin.source.text
    found = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)").search(
        text, origin.node.start, origin.node.end
    )
    start, end = (
        (found.start(), found.end()) if found else (origin.node.start, origin.node.start + 4)
    )
    return Span(origin.source, start, end)


def _cycle(program: Program, breach: Unstratified) -> Diagnostic:
    origin = breach.clause.origin
    assert isinstance(origin, Origin)
    names = list(_said(breach.cycle))
    path = " → ".join(f"`{n}`" for n in names)
    message = f"`{names[0]}` depends on itself through `not` or an aggregate: {path}"
    span = Span(origin.source, origin.node.start, origin.node.end)
    labels = []
    for relation in breach.cycle[1:-1]:
        clause = next(c for c in program.clauses if c.head.relation == relation)
        if isinstance(clause.origin, Origin) and clause.origin.node is not origin.node:
            place = Span(clause.origin.source, clause.origin.node.start, clause.origin.node.end)
            labels.append(Label(place, f"`{relation}` is defined here"))
    help = "say it without the circle: negate only what is defined before"
    return Diagnostic("unstratified", message, span, help, tuple(labels))


def _said(cycle: tuple[str, ...]) -> Iterator[str]:
    for relation in cycle:
        yield relation.removeprefix("rule ").partition("/")[0]
