"""Paths → parsed files of each case.

A case is a root file and what it `use`s, each file read once, inside the project root. Parsed files are kept
in the user's cache folder by the hash of their text: safe to delete, checked when read, and able to make
nothing but nodes of the tree.

Does not know what the items mean.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from checker.cache import Cache
from checker.diagnostic import Diagnostic, did_you_mean
from checker.resources import rules_folder
from checker.source import Source, Span, shown
from checker.syntax import ast
from checker.syntax.parsed import Parsed

LARGEST = 64 * 1024 * 1024  # bytes of one file
MARKERS = ("pyproject.toml", "poscheck.toml", ".git")
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@dataclass(slots=True)
class CaseFiles:
    """One case before its names are resolved: its root as shown to people, and the files."""

    name: str
    root: Path | None
    files: list[Parsed] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


class Loader:
    """Reads files once each. allow_outside: `use` may leave the project root."""

    def __init__(self, cache: Cache | None = None, allow_outside: bool = False) -> None:
        self.cache = cache
        self.allow_outside = allow_outside
        self._read: dict[Path, Parsed | Diagnostic] = {}

    def cases(self, paths: Sequence[str | Path]) -> Iterator[CaseFiles]:
        """The cases of files and folders: in a folder, every file that no other one uses is a root."""
        for path in paths:
            start = Path(path)
            if start.is_dir():
                yield from self._folder(start)
            else:
                yield self.case(start)

    def _folder(self, folder: Path) -> Iterator[CaseFiles]:
        files = sorted(p for p in folder.rglob("*.pos") if not _hidden(p.relative_to(folder)))
        if not files:
            message = f"there is no `.pos` file below `{shown(folder)}`"
            diagnostic = Diagnostic(
                "nothing-to-check", message, None, "name a file or another folder"
            )
            yield CaseFiles(shown(folder), None, diagnostics=[diagnostic])
            return
        used: set[Path] = set()
        for file in files:
            parsed = self.read(file)
            if isinstance(parsed, Parsed):
                for use in _uses(parsed):
                    used.update(
                        p.resolve()
                        for p in _matches(file, use.path.value)
                        if p.resolve() != file.resolve()
                    )
        roots = [f for f in files if f.resolve() not in used]
        reached: set[Path] = set()
        for root in [*roots, *(f for f in files if f not in roots)]:
            if (
                root in roots or root.resolve() not in reached
            ):  # files that only use each other have no root
                case = self.case(root)
                reached.update(Path(f.source.path).resolve() for f in case.files)
                yield case

    def case(self, root: Path) -> CaseFiles:
        """The case of one root file."""
        case = CaseFiles(shown(root), root)
        self._collect(case, root, project_root(root), None)
        return case

    def text(self, text: str, name: str = "-", folder: Path | None = None) -> CaseFiles:
        """The case of a text, such as standard input; `use` is relative to `folder`."""
        case = CaseFiles(name, None)
        source = Source(name, text)
        parsed = self.parsed(source)
        case.files.append(parsed)
        case.diagnostics += [*parsed.diagnostics, *_bidi(source)]
        base = (folder or Path.cwd()) / "-"
        self._follow(case, parsed, base, project_root(base))
        return case

    def _collect(self, case: CaseFiles, file: Path, root: Path, used_at: Span | None) -> None:
        pending = [(file, used_at)]
        seen: set[Path] = set()
        while pending:
            path, span = pending.pop(0)
            if path.resolve() in seen:
                continue
            seen.add(path.resolve())
            parsed = self.read(path)
            if isinstance(parsed, Diagnostic):
                case.diagnostics.append(parsed._replace(span=span) if span else parsed)
                continue
            case.files.append(parsed)
            case.diagnostics += [*parsed.diagnostics, *_bidi(parsed.source)]
            pending += self._used(case, parsed, path, root)

    def _follow(self, case: CaseFiles, parsed: Parsed, path: Path, root: Path) -> None:
        for file, span in self._used(case, parsed, path, root):
            if all(file.resolve() != Path(f.source.path).resolve() for f in case.files):
                self._collect(case, file, root, span)

    def _used(
        self, case: CaseFiles, parsed: Parsed, path: Path, root: Path
    ) -> Iterator[tuple[Path, Span]]:
        for use in _uses(parsed):
            span = Span(parsed.source, use.path.start, use.path.end)
            found = _matches(path, use.path.value)
            if not found:
                here = [p.name for p in path.parent.glob("*.pos")] if path.parent.is_dir() else []
                help = did_you_mean(use.path.value, here) or "the path is relative to this file"
                message = f"there is no file `{use.path.value}`"
                case.diagnostics.append(Diagnostic("file-not-found", message, span, help))
            for file in found:
                if not self.allow_outside and not file.resolve().is_relative_to(root):
                    message = f"`{use.path.value}` lies outside the project root `{shown(root)}`"
                    help = "move the file below the root, or pass `--allow-outside`"
                    case.diagnostics.append(Diagnostic("outside-root", message, span, help))
                else:
                    yield file, span

    def read(self, path: Path) -> Parsed | Diagnostic:
        """One file, parsed; or why it could not be read."""
        key = path.resolve()
        if key not in self._read:
            source = read_source(path)
            self._read[key] = source if isinstance(source, Diagnostic) else self.parsed(source)
        return self._read[key]

    def parsed(self, source: Source) -> Parsed:
        """A source parsed, from the cache if it has been read before."""
        items = self.cache.get(source.text) if self.cache else None
        if items is not None:
            return Parsed(source, items, (), frozenset())
        from checker.syntax.parse import parse

        parsed = parse(source)
        if self.cache and not parsed.diagnostics:
            self.cache.put(source.text, parsed.items)
        return parsed

    def proven(self) -> frozenset[str]:
        """The paths of the built-in rules, whose safety the tests have shown."""
        return frozenset(shown(p) for p in rules_folder().rglob("*.pos"))

    def rules(self, folders: Iterable[Path] = ()) -> list[Parsed | Diagnostic]:
        """The prelude and the built-in rules, then the rules of other folders and files."""
        found: list[Parsed | Diagnostic] = []
        for folder in (rules_folder(), *folders):
            files = sorted(folder.rglob("*.pos")) if folder.is_dir() else [folder]
            if not files:
                message = f"there is no `.pos` file below `{shown(folder)}`"
                found.append(
                    Diagnostic("nothing-to-check", message, None, "name a folder of rules")
                )
            found += [self.read(f) for f in files]
        return found


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "node_modules" for part in path.parts[:-1])


def _uses(parsed: Parsed) -> list[ast.Use]:
    return [item for item in parsed.items if isinstance(item, ast.Use)]


def _matches(path: Path, pattern: str) -> list[Path]:
    """The files that `use "pattern"` in a file names, in order."""
    folder = path.parent
    try:
        if any(c in pattern for c in "*?["):
            if Path(pattern).is_absolute():
                return []
            return sorted(p for p in folder.glob(pattern) if p.is_file())
        file = Path(os.path.normpath(folder / pattern))
        return [file] if file.is_file() else []
    except (OSError, ValueError, NotImplementedError):
        return []


def project_root(path: Path) -> Path:
    """The nearest folder above a file with a project's marker, else the file's folder."""
    folder = path.resolve().parent
    for candidate in (folder, *folder.parents):
        if any((candidate / marker).exists() for marker in MARKERS):
            return candidate
    return folder


def read_source(path: Path) -> Source | Diagnostic:
    """The text of a file, or a diagnostic: missing, unreadable, too large, binary or not UTF-8."""
    name = shown(path)
    try:
        if path.is_dir():
            return Diagnostic("file-unreadable", f"`{name}` is a folder", None, "name a file")
        if path.stat().st_size > LARGEST:
            message = f"`{name}` is larger than {LARGEST // 1024 // 1024} MB"
            return Diagnostic(
                "file-too-large", message, None, "split it and join the parts with `use`"
            )
        data = path.read_bytes()
    except FileNotFoundError:
        near = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        help = did_you_mean(path.name, near)
        return Diagnostic("file-not-found", f"there is no file `{name}`", None, help)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Diagnostic("file-unreadable", f"`{name}` cannot be read: {reason.lower()}", None)
    return decode(data, name)


def decode(data: bytes, name: str) -> Source | Diagnostic:
    """UTF-8 bytes as a source."""
    if b"\0" in data:
        message = f"`{name}` is a binary file"
        return Diagnostic("binary-file", message, None, "poscheck reads UTF-8 text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        place = Source(name, data.decode("utf-8", "replace"))
        span = Span(place, len(before), len(before) + 1)
        help = f"save the file as UTF-8; the first such byte is in line {line}, column {column}"
        return Diagnostic("broken-utf8", message, span, help)
    return Source(name, text)


def _bidi(source: Source) -> Iterator[Diagnostic]:
    """Controls that show text in another order than it is read in."""
    text = source.text
    if text.isascii():
        return
    for at, character in enumerate(text):
        if character in _BIDI:
            message = f"U+{ord(character):04X} changes the direction in which this line is shown"
            help = "remove it: right-to-left text needs no control characters"
            yield Diagnostic("bidi-control", message, Span(source, at, at + 1), help)
