"""Regions, dates and needs of a case → built-in relations for rules.

Each relation is a function with declared inputs and outputs (`logic.program.Builtin`); embedders add their
own the same way. Everything here answers about one case.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checker.diagnostic import Diagnostic
from checker.logic.from_model import in_force
from checker.logic.program import Builtin, Mode
from checker.model.case import Case, Entity, Fact, Statement
from checker.reason.quotes import Passage, SourceText, diff
from checker.reason.regions import Regions
from checker.values import Date


def builtins(relations: Relations) -> dict[str, Builtin]:
    """The built-in relations over a case, by name."""
    pair = ("statement", "statement")
    table = [
        Builtin("covers", pair, _pairs(relations.covers, relations.related), relations.region),
        Builtin("overlaps", pair, _pairs(relations.overlaps, relations.related), relations.region),
        Builtin("meets", pair, _pairs(relations.meets, relations.related), relations.region),
        Builtin(
            "does_part", (*pair, "party"), (Mode((0, 1, 2), relations.does_part),), relations.region
        ),
        Builtin("excludes", (*pair, "name"), (Mode((0, 1), relations.excludes),), relations.region),
        Builtin(
            "same_axis", (*pair, "name", "any"), (Mode((0, 1), relations.common),), relations.region
        ),
        Builtin("within", ("any", "any"), (Mode((0, 1), relations.within),), None),
        Builtin("in_force", ("statement", "date"), (Mode((0, 1), relations.in_force),), None),
        Builtin("later", pair, (Mode((0, 1), relations.later),), relations.dates),
        Builtin("acts", ("statement", "party"), (Mode((0,), relations.acts),), None),
        Builtin(
            "misquoted", ("statement", "text", "text"), (Mode((0,), relations.misquoted),), None
        ),
        Builtin("belongs", ("party", "party"), (Mode((0,), relations.coalitions),), None),
    ]
    return {builtin.name: builtin for builtin in table}


def _pairs(test: Any, related: Any) -> tuple[Mode, ...]:
    def forward(one: str) -> Iterator[tuple[str]]:
        return (
            (other,) for other in related(one) if next(iter(test(one, other)), None) is not None
        )

    def backward(other: str) -> Iterator[tuple[str]]:
        return ((one,) for one in related(other) if next(iter(test(one, other)), None) is not None)

    return (Mode((0, 1), test), Mode((0,), forward), Mode((1,), backward))


class Relations:
    """The functions behind the built-in relations of one case, and what they look up."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._regions: Regions | None = None
        self._statements: dict[str, Statement] | None = None
        self._coalitions: dict[str, list[tuple[str]]] | None = None
        self._texts: dict[str, SourceText | None] = {}

    @property
    def regions(self) -> Regions:
        if self._regions is None:
            self._regions = Regions(self.case)
        return self._regions

    def known(self, *ids: str) -> bool:
        return all(id in self.regions.propositions for id in ids)

    def covers(self, outer: str, inner: str) -> Iterator[tuple[()]]:
        if self.known(outer, inner) and self.regions.covers(outer, inner):
            yield ()

    def overlaps(self, one: str, other: str) -> Iterator[tuple[()]]:
        if self.known(one, other) and self.regions.overlaps(one, other):
            yield ()

    def meets(self, offered: str, wanted: str) -> Iterator[tuple[()]]:
        if self.known(offered, wanted) and self.regions.meets(offered, wanted):
            yield ()

    def does_part(self, offered: str, wanted: str, party: str) -> Iterator[tuple[()]]:
        if self.known(offered, wanted) and self.regions.does_part(offered, wanted, party):
            yield ()

    def excludes(self, one: str, other: str) -> Iterator[tuple[str]]:
        return self.regions.excludes(one, other) if self.known(one, other) else iter(())

    def common(self, one: str, other: str) -> Iterator[tuple[str, Any]]:
        return self.regions.common(one, other) if self.known(one, other) else iter(())

    def related(self, id: str) -> Iterator[str]:
        return self.regions.related(id) if self.known(id) else iter(())

    def region(self, one: str, other: str, *_: Any) -> str:
        """What a computed step compared, in the words of the statements."""
        return " / ".join(self.regions.propositions[id].span.text for id in (one, other))

    def within(self, inner: str, outer: str) -> Iterator[tuple[()]]:
        party = self.case.entities["party"]
        member = inner in party and outer in party and outer in self.coalitions_of(inner)
        if member or any(
            self.case.within(space, inner, outer) for space in ("place", "subject", "party")
        ):
            yield ()

    def coalitions_of(self, party: str) -> list[str]:
        return [name for (name,) in self.coalitions(party)]

    def coalitions(self, party: str) -> list[tuple[str]]:
        """The party itself and every coalition that it is a member of."""
        if self._coalitions is None:
            self._coalitions = {}
            for entity in self.case.entities["party"].values():
                if entity.kind == "party" and entity.members:
                    for member in self.case.members(entity.name):
                        self._coalitions.setdefault(member, []).append((entity.name,))
        return [(party,), *self._coalitions.get(party, ())]

    def statement(self, id: str) -> Statement | None:
        if self._statements is None:
            self._statements = {s.id: s for s in self.case.statements()}
        return self._statements.get(id.partition("?")[0])

    def in_force(self, id: str, day: Date) -> Iterator[tuple[()]]:
        statement = self.statement(id)
        if statement is not None and in_force(statement, day):
            yield ()

    def later(self, one: str, other: str) -> Iterator[tuple[()]]:
        a, b = self.statement(one), self.statement(other)
        if a is not None and b is not None and b.position.date < a.position.date:
            yield ()

    def dates(self, one: str, other: str) -> str:
        """The dates that `later` compared."""
        statements = (self.statement(one), self.statement(other))
        return ", ".join(s.position.date.label() for s in statements if s is not None)

    def acts(self, id: str) -> Iterator[tuple[str]]:
        if self.known(id):
            for party in self.case.acting(self.regions.propositions[id]):
                yield (party,)

    def misquoted(self, id: str) -> Iterator[tuple[str, str]]:
        """(quote, nearest passage with the difference marked) for each quote that is not in its source."""
        content = self.content(id)
        text = self.source_text(content) if content is not None else None
        if content is None or text is None:
            return
        for quote in content.quotes:
            passage = text.find(quote)
            if passage.match == "none":
                yield quote, "nothing like it"
            elif passage.match == "near":
                yield quote, diff(quote, passage.text)

    def content(self, id: str) -> Statement | Fact | None:
        statement = self.statement(id)
        return statement or next((f for f in self.case.facts if f.id == id), None)

    def source_text(self, content: Statement | Fact) -> SourceText | None:
        """The text of the source that a statement or fact is taken from, if it names a file."""
        name = content.source if isinstance(content, Fact) else content.position.source
        if name is None:
            return None
        if name not in self._texts:
            self._texts[name] = self._read(name)
        return self._texts[name]

    def missing_texts(self) -> Iterator[Diagnostic]:
        """A source that names a file which is not there: its quotes cannot be checked."""
        for entity in self.case.entities["source"].values():
            path = self._path(entity)
            if path is not None and not path.is_file():
                message = (
                    f"there is no file `{entity.properties['file'][0]}` for source `{entity.name}`"
                )
                yield Diagnostic(
                    "file-not-found", message, entity.span, "the path is relative to this file"
                )

    def _path(self, entity: Entity) -> Path | None:
        file = entity.properties.get("file", ("",))[0]
        return Path(entity.span.source.path).parent / str(file) if file else None

    def _read(self, name: str) -> SourceText | None:
        entity = self.case.entities["source"][name]
        path = self._path(entity)
        if "text" in entity.properties:
            return SourceText(str(entity.properties["text"][0]))
        try:
            return SourceText(path.read_text("utf-8-sig")) if path else None
        except (OSError, ValueError):
            return None

    def quoted_at(self, id: str, quote: str) -> Passage | None:
        """Where in its source's text a quote stands, None if there is no text."""
        content = self.content(id)
        text = self.source_text(content) if content is not None else None
        return text.find(quote) if text is not None else None
