"""A recursive stratum over many rows → its rows, a set of values at a time.

Inside the stratum a relation is kept as groups: the set of values of the last column for all other columns.
Semi-naive evaluation (Bancilhon & Ramakrishnan 1986) then joins a group with whole sets: where the last column
of a clause's head comes from the last lookup and from nowhere else, the step is a union of sets in place of a
loop over rows, so dense closures cost far less than one step for each derivation.

Does not know which clauses are not recursive, nor negation or aggregates inside the stratum: there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from checker.engine.codegen import Code, Lookup
from checker.engine.store import Row, extend
from checker.logic.plan import Step, is_wildcard, plan, variables
from checker.logic.program import Arith, Atom, Builtin, Clause, Literal, Var

Groups = dict[Any, set[Any]]
Delta = dict[str, Groups]
_Step = Callable[[Groups, Groups], None]


class GroupedRelation:
    """A relation of the stratum being worked out: all columns but the last → values of the last.

    One other column stands for itself, none or several for a tuple.
    """

    __slots__ = ("_indexes", "groups", "width")

    def __init__(self, width: int) -> None:
        self.width = width
        self.groups: Groups = {}
        self._indexes: dict[tuple[tuple[int, ...], tuple[int, ...]], dict[Any, Any]] = {}

    def index(self, keys: tuple[int, ...], values: tuple[int, ...]) -> dict[Any, Any]:
        """As `Relation.index`; the groups themselves where they are what is asked for."""
        if keys == tuple(range(self.width - 1)) and values == (self.width - 1,):
            return self.groups
        found = self._indexes.get((keys, values))
        if found is None:
            found = self._indexes[(keys, values)] = {}
            self._extend(found, keys, values, self.groups)
        return found

    def _extend(
        self, index: dict[Any, Any], keys: tuple[int, ...], values: tuple[int, ...], groups: Groups
    ) -> None:
        if (keys, values) == ((1,), (0,)):
            _invert(index, groups)
        else:
            extend(
                index, flat(groups, self.width), keys, values, len(keys) + len(values) < self.width
            )

    def new(self, groups: Groups) -> Groups:
        """What of these is not there yet."""
        known = self.groups.get
        found = {}
        for key, values in groups.items():
            old = known(key)
            if old is None or old.isdisjoint(values):
                found[key] = values
            else:
                values = values - old
                if values:
                    found[key] = values
        return found

    def add(self, groups: Groups) -> None:
        """Add groups of values that are not there yet. Takes over the sets."""
        mine = self.groups
        for key, values in groups.items():
            old = mine.get(key)
            if old is None:
                mine[key] = values
            else:
                old |= values
        for (keys, columns), index in self._indexes.items():
            self._extend(index, keys, columns, groups)


def _invert(index: dict[Any, Any], groups: Groups) -> None:
    get = index.get
    for key, values in groups.items():
        for value in values:
            found = get(value)
            if found is None:
                index[value] = [key]
            else:
                found.append(key)


def flat(groups: Groups, width: int) -> Iterator[Row]:
    """The rows of groups."""
    if width == 2:
        return ((key, value) for key, values in groups.items() for value in values)
    return ((*key, value) for key, values in groups.items() for value in values)


def grouped(rows: Iterable[Row], width: int) -> Groups:
    """Rows in groups."""
    found: Groups = {}
    get = found.get
    pairs: Iterable[Row] = rows if width == 2 else ((row[:-1], row[-1]) for row in rows)
    for key, value in pairs:
        group = get(key)
        if group is None:
            found[key] = {value}
        else:
            group.add(value)
    return found


class Grouped:
    """One recursive stratum. widths: its relations and how many columns they have."""

    def __init__(
        self,
        clauses: Sequence[Clause],
        widths: Mapping[str, int],
        builtins: Mapping[str, Builtin],
        lookup: Lookup,
    ) -> None:
        self.relations = {name: GroupedRelation(width) for name, width in widths.items()}
        self.builtins, self.lookup = builtins, lookup
        self.late: list[tuple[Clause, Atom]] = []
        self.early: list[tuple[Clause, Atom]] = []
        for clause in clauses:
            inside = [x for x in clause.body if isinstance(x, Atom) and x.relation in widths]
            self.early += [(clause, x) for x in (inside[:-1] or inside)]
            self.late += [(clause, x) for x in inside[1:][-1:]]
        self._steps: dict[int, _Step] = {}

    def start(self, rows: Mapping[str, Iterable[Row]]) -> Delta:
        """The rows to begin with, as what is new."""
        return {n: grouped(r, self.relations[n].width) for n, r in rows.items() if r}

    def round(self, delta: Delta) -> Delta:
        """Add what is new and derive from it; what is new then."""
        found: Delta = {name: {} for name in self.relations}
        for clause, atom in self.late:
            self._run(clause, atom, delta, found)
        for name, groups in delta.items():
            self.relations[name].add(groups)
        for clause, atom in self.early:
            self._run(clause, atom, delta, found)
        new = {name: self.relations[name].new(groups) for name, groups in found.items()}
        return {name: groups for name, groups in new.items() if groups}

    def _run(self, clause: Clause, atom: Atom, delta: Delta, found: Delta) -> None:
        groups = delta.get(atom.relation)
        if not groups:
            return
        step = self._steps.get(id(atom))
        if step is None:
            step = self._steps[id(atom)] = _Writer(self).write(clause, atom)
        step(groups, found[clause.head.relation])

    def expected(self, name: str, keys: tuple[int, ...]) -> float:
        """Rows, roughly, to choose an order of joins by."""
        mine = self.relations.get(name)
        if mine is None:
            return self.lookup(name).expected(keys)
        return 1.0 if keys else float(len(mine.groups))


class _Writer(Code):
    """Writes the function that joins new groups for one atom with the rest of a clause."""

    def __init__(self, closure: Grouped) -> None:
        super().__init__(closure.lookup, closure.lookup)
        self.closure = closure
        self.relations = closure.relations

    def write(self, clause: Clause, first: Atom) -> _Step:
        """A function from new groups for the atom, which adds to groups of the head."""
        tail = self._tail(clause, first)
        steps, unreached = self._plan(clause, first, tail)
        if unreached:  # something else needs what the tail says
            tail = None
            steps, _ = self._plan(clause, first, None)
        parts = self._delta(first, loop=tail is not first) + self.steps(steps)
        *prefix, last = clause.head.args
        if tail is None:
            return self._finish(parts, prefix, last, None)
        values = "group" if tail is first else self._values(tail, last)
        if values is None:
            parts += self.steps(plan([tail], self.closure.builtins, frozenset(self.variables))[0])
        return self._finish(parts, prefix, last, values)

    def _plan(
        self, clause: Clause, first: Atom, tail: Atom | None
    ) -> tuple[list[Step], list[Literal]]:
        """The order of what is between the new groups and the tail."""
        body = [x for x in clause.body if x is not first and x is not tail]
        outer = frozenset(
            v for a in (*clause.head.args, *(tail.args if tail else ())) for v in variables(a)
        )
        bound = frozenset(v for v in variables(first))
        return plan(body, self.closure.builtins, bound, outer=outer, size=self.closure.expected)

    def _tail(self, clause: Clause, first: Atom) -> Atom | None:
        """The atom that alone says what the last column of the head is, and nothing else that is used."""
        *prefix, last = clause.head.args
        if not isinstance(last, Var) or any(last.name in variables(a) for a in prefix):
            return None
        holders = [x for x in clause.body if last.name in variables(x)]
        atom = holders[0] if len(holders) == 1 else None
        if not isinstance(atom, Atom):
            return None
        if (
            sum(v == last.name for v in variables(atom)) != 1
            or atom.relation in self.closure.builtins
        ):
            return None
        if any(isinstance(a, Arith) for a in atom.args):
            return None
        if atom is first:
            return atom if atom.args[-1] == last else None
        others = set(variables(first)).union(*(variables(x) for x in clause.body if x is not atom))
        needed = {v for v in variables(atom) if not is_wildcard(v)} - {last.name}
        return atom if needed and needed <= others else None

    def _delta(self, atom: Atom, loop: bool) -> list[str]:
        """Loops over the new groups of an atom; over the values of each only if they are looked at."""
        *prefix, last = atom.args
        target, tests = self.targets(prefix)
        target = target if len(prefix) == 1 else f"({target}{',' if len(prefix) < 2 else ''})"
        parts = [f"for {target if prefix else '_'}, group in delta.items()", *tests]
        return parts + self.loop([last], "group", whole=False) if loop else parts

    def _values(self, atom: Atom, last: Var) -> str | None:
        """The expression for the set of values of the last column, None if some column is not known yet."""
        where = next(i for i, a in enumerate(atom.args) if a == last)
        keys = tuple(i for i, a in enumerate(atom.args) if i != where and self.known(a))
        loose = [a for i, a in enumerate(atom.args) if i != where and i not in keys]
        if not keys or not all(isinstance(a, Var) and is_wildcard(a.name) for a in loose):
            return None
        wanted = ", ".join(self.term(atom.args[i]) for i in keys)
        mine = self.relations.get(atom.relation)
        if mine is not None:
            index = mine.index(keys, (where,))
        else:
            index = _sets(self.lookup(atom.relation).index(keys, (where,), len(atom.args)))
        return f"{self.give('x', index.get)}({wanted if len(keys) == 1 else f'({wanted})'})"

    def atom(self, atom: Atom, delta: str | None) -> list[str]:
        """The loop over the rows of an atom, or the look-up in them."""
        mine = self.relations.get(atom.relation)
        if mine is None:
            return super().atom(atom, delta)
        keys = tuple(i for i, t in enumerate(atom.args) if self.known(t))
        others = tuple(i for i in range(mine.width) if i not in keys)
        wanted = [self.term(atom.args[i]) for i in keys]
        if not others:
            key = wanted[0] if mine.width == 2 else f"({''.join(w + ', ' for w in wanted[:-1])})"
            return [f"if {wanted[-1]} in {self.give('x', mine.groups.get)}({key}, E)"]
        if not keys:
            return self.loop(
                list(atom.args),
                f"{self.give('f', flat)}({self.give('g', mine.groups)}, {mine.width})",
                whole=True,
            )
        index = self.give("x", mine.index(keys, others).get)
        key = wanted[0] if len(keys) == 1 else f"({', '.join(wanted)})"
        return self.loop(
            [atom.args[i] for i in others], f"{index}({key}, E)", whole=len(others) > 1
        )

    def _finish(
        self, parts: list[str], prefix: Sequence[Any], last: Any, values: str | None
    ) -> _Step:
        key = (
            self.term(prefix[0])
            if len(prefix) == 1
            else f"({''.join(self.term(t) + ', ' for t in prefix)})"
        )
        failing = [self.term(t) for t in (*prefix, last) if isinstance(t, Arith)]
        parts = parts + [f"if {t} is not VOID" for t in failing]
        lines = ["def step(delta, found):", " get = found.get"]
        loop = parts[-1].rpartition(" in ") if values and len(parts) > 1 else None
        if loop and self._whole(loop[0], loop[2], key, values):
            assert values is not None
            parts.pop()
            values = f"union(*filter(None, map({values.partition('(')[0]}, {loop[2]})))"
        depth = 1
        for part in parts:
            lines.append(f"{' ' * depth}{part}:")
            depth += 1
        lines += [" " * depth + line for line in self._gather(key, last, values)]
        names: dict[str, Any] = {**self.names, "union": set().union}
        exec(_compiled("\n".join(lines)), names)
        step: _Step = names["step"]
        return step

    def _whole(self, target: str, rows: str, key: str, values: str | None) -> bool:
        """Whether the innermost loop only looks each of its values up: then it is one union."""
        name = target.removeprefix("for ")
        return (
            target.startswith("for v")
            and name.isidentifier()
            and values is not None
            and values.endswith(f"({name})")
            and name not in key.replace("(", " ").replace(")", " ").replace(",", " ").split()
        )

    def _gather(self, key: str, last: Any, values: str | None) -> list[str]:
        if values is None:
            cell = self.term(last)
            lines = [f"known = get({key})", "if known is None:", f" found[{key}] = {{{cell}}}"]
            return [*lines, "else:", f" known.add({cell})"]
        lines = [f"values = {values}", "if values:", f" known = get({key})", " if known is None:"]
        fresh = "values" if values.startswith("union") else "set(values)"
        return [*lines, f"  found[{key}] = {fresh}", " else:", "  known.update(values)"]


def _sets(index: dict[Any, Any]) -> dict[Any, Any]:
    """An index that does not change, with long lists as sets, which are faster to add to a set."""
    return {k: set(v) if len(v) > 8 else v for k, v in index.items()}


@lru_cache(maxsize=256)
def _compiled(text: str) -> Any:
    return compile(text, "<closure>", "exec")
