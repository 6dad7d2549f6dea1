"""What embedders call: cases, checks, queries, rules and relations.

The names here are the public interface; `checker` exports them. Mistakes in files are diagnostics in the
report, never exceptions; exceptions mean that the call itself is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from checker.building import Declaration, Position
from checker.cache import Cache, default_folder
from checker.diagnostic import Diagnostic as Mistake
from checker.loading import CaseFiles, Loader
from checker.logic.program import Builtin, Mode
from checker.pipeline import Options, Result, run
from checker.report import Diagnostic, Proof, Report, diagnostic, proof, report
from checker.source import Source
from checker.syntax.parse import parse
from checker.syntax.parsed import Parsed
from checker.values import BadDate, Date, parse_date


class Model:
    """Cases to check: read by `load`, or built by `add`."""

    def __init__(self, files: Sequence[CaseFiles] = ()) -> None:
        self._files = list(files)
        self._built: list[str] = []
        self.rows: dict[str, list[tuple[Any, ...]]] = {}

    def add(self, *items: Declaration | Position | str) -> Model:
        """Add declarations and positions, or text in the language; returns the model itself."""
        self._built += [item if isinstance(item, str) else item.text() for item in items]
        return self

    def facts(self, relation: str, rows: Iterable[Sequence[Any]]) -> Model:
        """Add rows of a relation that is declared in the case; returns the model itself.

        Cells are names, numbers, texts or other hashable values; they are taken as they are.
        """
        self.rows.setdefault(relation, []).extend(map(tuple, rows))
        return self

    def text(self) -> str:
        """What was added, as a file in the language."""
        return "\n".join(self._built) + ("\n" if self._built else "")

    def cases(self) -> list[CaseFiles]:
        """The files of each case; what was added belongs to every one of them."""
        if not self._built:
            return self._files
        source = Source("<python>", self.text())
        parsed = parse(source)
        cases = self._files or [CaseFiles("<python>", None)]
        return [
            CaseFiles(c.name, c.root, [*c.files, parsed], [*c.diagnostics, *parsed.diagnostics])
            for c in cases
        ]


class InvalidRules(ValueError):
    """Rules, defines or a query with mistakes; `diagnostics` says which."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = list(diagnostics)


def load(what: str | Path, *, allow_outside: bool = False, cache: bool = False) -> Model:
    """The cases of a file or folder, or of a text in the language (a string with a line end or a brace)."""
    loader = Loader(Cache(default_folder()) if cache else None, allow_outside)
    if isinstance(what, str) and ("\n" in what or "{" in what or not what.strip()):
        return Model([loader.text(what, "<text>")])
    return Model(list(loader.cases([what])))


def relation(name: str, *types: str, inputs: int | None = None) -> Callable[[Any], Builtin]:
    """A relation worked out by a function: its first `inputs` columns are given, it yields the others.

    types: the kind of each column, such as `place`, `number` or `any`. With all columns given (the default)
    the function answers whether the row holds.
    """
    count = len(types) if inputs is None else inputs

    def decorate(function: Callable[..., Any]) -> Builtin:
        def rows(*values: Any) -> Iterable[tuple[Any, ...]]:
            found = function(*values)
            if count == len(types):
                return [()] if found else []
            return [row if isinstance(row, tuple) else (row,) for row in found or ()]

        return Builtin(name, types, (Mode(tuple(range(count)), rows),))

    return decorate


def check(
    what: str | Path | Model,
    *,
    rules: Iterable[str | Path] = (),
    relations: Iterable[Builtin] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    as_of: str | None = None,
) -> Report:
    """All findings and mistakes of a path, a text or a model.

    rules: more rules, as folders, files or text. Raises ValueError for an `as_of` that is no date.
    """
    return report(_run(what, rules, relations, Options(tuple(select), tuple(ignore), _day(as_of))))


def query(
    what: str | Path | Model,
    pattern: str,
    *,
    rules: Iterable[str | Path] = (),
    relations: Iterable[Builtin] = (),
    as_of: str | None = None,
) -> list[dict[str, Any]]:
    """Every match of a body of a rule, such as `P favours talks at V`: variable → name or value.

    Raises InvalidRules for a pattern with mistakes.
    """
    names, rows, _ = answers(what, pattern, rules, relations, as_of)
    return [dict(zip(names, row, strict=True)) for row in rows]


def derive(
    what: str | Path | Model,
    *names: str,
    rules: Iterable[str | Path] = (),
    relations: Iterable[Builtin] = (),
) -> dict[str, set[tuple[Any, ...]]]:
    """The rows of relations, given by facts or derived by `define`s. Raises InvalidRules for mistakes."""
    rows: dict[str, set[tuple[Any, ...]]] = {name: set() for name in names}
    for result in _run(what, rules, relations, Options(keep=names)):
        _raise(result.diagnostics)
        for name in names:
            rows[name] |= result.model.facts(name) if result.model else set()
    return rows


def prove(
    what: str | Path | Model,
    name: str,
    row: Sequence[Any],
    *,
    rules: Iterable[str | Path] = (),
    relations: Iterable[Builtin] = (),
) -> Proof:
    """The proof, of least height, of one row of a derived relation. Raises KeyError if it does not hold."""
    for result in _run(what, rules, relations, Options(keep=(name,))):
        _raise(result.diagnostics)
        if result.model is not None and tuple(row) in result.model.facts(name):
            return proof(result.explainer().row(name, tuple(row)))
    raise KeyError((name, tuple(row)))


def answers(
    what: str | Path | Model,
    pattern: str,
    rules: Iterable[str | Path] = (),
    relations: Iterable[Builtin] = (),
    as_of: str | None = None,
) -> tuple[list[str], list[tuple[Any, ...]], list[Result]]:
    """Variables of a query in order of writing, the rows that answer it, and the results behind them."""
    from checker.logic.query import named, question

    source = Source("<query>", question(pattern))
    parsed = parse(source)
    mistakes = [*parsed.diagnostics]
    names = named(parsed)
    if not mistakes and not names:
        mistakes.append(
            Mistake(
                "unbound-variable", "the query names no variable", None, "write `P` for a party"
            )
        )
    _raise(mistakes)
    full = Source("<query>", question(pattern, names))
    options = Options(select=("query",), as_of=_day(as_of))
    results = _run(what, [*rules], relations, options, [parse(full)])
    rows: dict[tuple[Any, ...], None] = {}
    for result in results:
        _raise([d for d in result.diagnostics if d.span and d.span.source.path == "<query>"])
        for finding in result.findings:
            for row in finding.matches():
                rows[tuple(row[n] for n in names)] = None
    return names, list(rows), results


def _raise(mistakes: Iterable[Mistake]) -> None:
    errors = [diagnostic(d) for d in mistakes if d.severity == "error"]
    if errors:
        raise InvalidRules(errors)


def _day(as_of: str | None) -> Date | None:
    try:
        return parse_date(as_of) if as_of else None
    except BadDate as bad:
        raise ValueError(f"{bad.message}: {bad.hint}") from None


def _run(
    what: str | Path | Model,
    rules: Iterable[str | Path],
    relations: Iterable[Builtin],
    options: Options,
    more: Sequence[Parsed] = (),
) -> list[Result]:
    model = what if isinstance(what, Model) else load(what)
    options.extra = {r.name: r for r in relations}
    options.rows = model.rows
    loader = Loader()
    texts = [r for r in rules if isinstance(r, str) and ("\n" in r or "{" in r or " when " in r)]
    folders = [Path(r) for r in rules if r not in texts]
    found = [*loader.rules(folders), *(parse(Source("<rules>", t)) for t in texts), *more]
    return [run(case, found, options) for case in model.cases()]
