"""Text and tables → one value, or the place where the text leaves the grammar.

The LALR(1) algorithm (Aho, Sethi & Ullman 1986, 4.7) over the tables that lark computed, with a contextual
scanner: what may stand here decides how it is read. One pass of one regular expression a token and no
token objects beyond a named tuple make it more than twice as fast as lark's own loop.

Does not recover: `parse` decides what to read next.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from checker.syntax.ast import Name
from checker.syntax.build import ACTIONS, TOO_DEEP
from checker.syntax.tables import END, Tables, load_tables

# Symbols on the stack: far more than any text that people write needs, and few enough for code that
# follows the tree by recursion.
DEPTH = 200


class Problem(NamedTuple):
    """Where parsing stopped: the offending text, and the words and kinds of token that may stand there."""

    start: int
    end: int
    found: str
    words: frozenset[str]
    kinds: frozenset[str]
    too_deep: bool = False
    stack: tuple[int, ...] = ()


_BRACES = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[{}]', re.S)
_SKIP = re.compile(r"(?:\s+|#[^\n]*)*")
_WORD = re.compile(r"\w+|\s|.", re.S)


class Driver:
    """The parser of one set of tables; stateless between calls."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._scanners: list[Any] = [None] * len(tables.patterns)
        self._rules = [
            (
                name,
                None if action in ("", "=") else ACTIONS[action],
                action,
                length,
                kept,
                splice,
                not splice and kept == list(range(length)),
            )
            for name, action, length, kept, splice in tables.rules
        ]

    def scanner(self, state: int) -> tuple[Any, list[str]]:
        """The compiled expression of a state's scanner, and the terminal of each of its groups."""
        number = self.tables.scanners[state]
        if self._scanners[number] is None:
            pattern, groups = self.tables.patterns[number]
            self._scanners[number] = (re.compile(pattern, re.S).match, ["", *groups])
        return self._scanners[number]  # type: ignore[no-any-return]

    def parse(self, start: str, text: str, at: int = 0, until: int | None = None) -> Any:
        """The value of `start` read from text[at:until], or a Problem."""
        until = len(text) if until is None else until
        actions, gotos = self.tables.actions, self.tables.gotos
        scanners, keywords, rules = self.tables.scanners, self.tables.keywords, self._rules
        compiled = self._scanners
        states = [self.tables.starts[start]]
        values: list[Any] = []
        starts: list[int] = []
        position = end = at
        token: Name | None = None
        terminal = ""
        state = scanned = states[0]
        while True:
            row = actions[state]
            if row.__class__ is int:
                action = row
            elif not row:  # the start symbol is complete
                rest = _SKIP.match(text, end, until)
                if rest is None or rest.end() == until:
                    return values[-1]
                return self._problem(scanned, text, end, until)
            else:
                if token is None:
                    scanned = state
                    scanner = compiled[scanners[state]] or self.scanner(state)
                    match = scanner[0](text, position, until)
                    if match is None:
                        problem = self._problem(state, text, position, until)
                        return problem._replace(stack=tuple(states))
                    group = match.lastindex
                    terminal = scanner[1][group]
                    word = match[group]
                    terminal = keywords[state].get(word, terminal)
                    if terminal == "BLOCK":
                        close = balanced(text, match.start(group), until)
                        if close is None:
                            return self._problem(state, text, match.start(group), until)
                        word = text[match.start(group) : close]
                    token_start = match.start(group)
                    token = Name(word, token_start, token_start + len(word))
                elif terminal not in row:  # type: ignore[operator]
                    token = None  # read under a context that has changed: scan again
                    continue
                action = row.get(terminal, 0)  # type: ignore[union-attr]
                if not action and terminal not in row:  # type: ignore[operator]
                    return self._problem(scanned, text, token.start, until)
                if action > 0:
                    if len(states) > DEPTH:
                        return _too_deep(token.start, token.end, token.text)
                    states.append(action)
                    state = action
                    values.append(token)
                    starts.append(token.start)
                    position = end = token.end
                    token = None
                    continue
            nonterminal, build, name, length, kept, splice, plain = rules[-action]
            if length:
                children = values[-length:]
                first = starts[-length]
                del values[-length:], starts[-length:], states[-length:]
                if not plain:
                    children = _kept(children, kept, splice)
            else:
                children = []
                first = end if token is None else token.start
            if build is not None:
                value = build(children, first, end if length else first)
                if value is TOO_DEEP:
                    return _too_deep(first, end, text[first:end])
            else:
                value = children if name == "" else children[0]
            state = gotos[states[-1]][nonterminal]
            states.append(state)
            values.append(value)
            starts.append(first)

    def expected(self, start: str, text: str) -> tuple[frozenset[str], frozenset[str]]:
        """The words and kinds of token that may follow a text which can be continued to a `start`.

        More exact than a Problem, whose state stands for several contexts: each token is tried.
        """
        stopped = self.parse(start, f"{text}\n\0")
        kinds = frozenset(kind for kind in stopped.kinds if self._shifts(stopped.stack, kind))
        words = self.tables.keywords[stopped.stack[-1]] if stopped.stack else {}
        return frozenset(w for w in stopped.words if words.get(w) in kinds), kinds

    def _shifts(self, stack: tuple[int, ...], terminal: str) -> bool:
        """True if the parser in this state would take the token after its reductions."""
        states = list(stack)
        while states:
            row = self.tables.actions[states[-1]]
            if not isinstance(row, int) and terminal not in row:
                return not row and terminal == END
            action = row if isinstance(row, int) else row[terminal]
            if action > 0:
                return True
            nonterminal, _, _, length, *_ = self._rules[-action]
            del states[len(states) - length :]
            states.append(self.tables.gotos[states[-1]][nonterminal])
        return False

    def _problem(self, state: int, text: str, position: int, until: int) -> Problem:
        skipped = _SKIP.match(text, position, until)
        start = skipped.end() if skipped else position
        word = _WORD.match(text, start, until)
        found = word[0] if word else ""
        row = self.tables.actions[state]
        kinds = frozenset(row if isinstance(row, dict) else ())
        words = self.tables.keywords[state]
        allowed = frozenset(w for w, terminal in words.items() if terminal in kinds)
        return Problem(start, start + max(1, len(found)), found, allowed, kinds)


def _too_deep(start: int, end: int, found: str) -> Problem:
    return Problem(start, end, found, frozenset(), frozenset(), True)


def _kept(children: list[Any], kept: list[int], splice: list[int]) -> list[Any]:
    if not splice:
        return [children[i] for i in kept]
    if splice[0] == 0 and kept[0] == 0 and len(splice) == 1:
        result = children[0]  # a left-recursive list: grow it in place
        result.extend(children[i] for i in kept[1:])
        return result  # type: ignore[no-any-return]
    result = []
    for i in kept:
        if i in splice:
            result.extend(children[i])
        else:
            result.append(children[i])
    return result


def balanced(text: str, start: int, until: int) -> int | None:
    """The offset after the `}` that closes the `{` at `start`, or None."""
    depth = 0
    for match in _BRACES.finditer(text, start, until):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if not depth:
                return match.end()
    return None


_DRIVER: list[Driver] = []


def driver() -> Driver:
    """The driver of the project's grammar, made once a process."""
    if not _DRIVER:
        _DRIVER.append(Driver(load_tables()))
    return _DRIVER[0]
