"""Text → parsed items, from an earlier run.

Entries live in the user's cache folder under the hash of the text, the grammar and poscheck's own version.
An entry that is damaged or of another version is ignored, and reading one can create nothing but nodes of
the tree. The folder is safe to delete.
"""

from __future__ import annotations

import io
import os
import pickle
from functools import cached_property
from pathlib import Path
from typing import Any

from checker.hashing import blake2b
from checker.resources import grammar_folder
from checker.syntax import ast


class _Reader(pickle.Unpickler):
    """Unpickles nodes of the tree and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if module != "checker.syntax.ast" or not hasattr(ast, name):
            raise pickle.UnpicklingError(f"{module}.{name} is not a node")
        return getattr(ast, name)


class Cache:
    """A folder of parsed files. Errors of the file system are misses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def _salt(self) -> bytes:
        """Changes whenever the grammar or the code that makes the tree does."""
        digest = blake2b(digest_size=16)
        syntax = Path(__file__).parent / "syntax"
        for file in (grammar_folder() / "tables.json", syntax / "ast.py", syntax / "build.py"):
            stat = file.stat()
            digest.update(f"{file} {stat.st_size} {stat.st_mtime_ns}".encode())
        return digest.digest()

    def _path(self, text: str) -> Path:
        key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, salt=self._salt)
        return self.folder / f"{key.hexdigest()}.tree"

    def get(self, text: str) -> tuple[Any, ...] | None:
        """The items parsed from a text, None if unknown or damaged."""
        try:
            data = self._path(text).read_bytes()
            if data[:16] != blake2b(data[16:], digest_size=16).digest():
                return None
            items = _Reader(io.BytesIO(data[16:])).load()
        except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ValueError):
            return None
        return items if isinstance(items, tuple) else None

    def put(self, text: str, items: tuple[Any, ...]) -> None:
        """Keep the items parsed from a text."""
        body = pickle.dumps(items, protocol=5)
        path = self._path(text)
        temporary = path.with_suffix(f".{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(blake2b(body, digest_size=16).digest() + body)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)


def default_folder() -> Path:
    """`POSCHECK_CACHE_DIR`, else `poscheck` in the user's cache folder."""
    named = os.environ.get("POSCHECK_CACHE_DIR")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "poscheck"
