"""Clauses that say that a relation is transitive, and its edges → its transitive closure.

`r(X, Z) when r(X, Y) and e(Y, Z)`, the same from the other end, or `r(X, Z) when r(X, Y) and r(Y, Z)`, where the
rows that are not recursive are the edges, are recognised; other columns may stand for a party or a place that
stays the same. The closure then takes one union of sets for each edge: strongly connected components
(Tarjan 1972) come out with what they reach before what reaches them (Purdom 1970, Nuutila 1995).

Does not know any other recursion; that is for semi-naive evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

from checker.engine.store import Row
from checker.logic.plan import variables
from checker.logic.program import Atom, Clause, Literal, Var

Graph = Mapping[Any, set[Any]]


class Transitive(NamedTuple):
    """A relation that is closed between columns start and end; `recognise` gives them in order.

    While clauses are compared, start is the column that stays as it is: clauses that lengthen a path at
    different ends do not make a closure together.
    edges: the body and head row of each clause whose matches are edges; none if they are all of the rows.
    """

    start: int
    end: int
    edges: tuple[tuple[tuple[Literal, ...], tuple[Var, ...]], ...]


def recognise(clauses: Sequence[Clause]) -> Transitive | None:
    """What the recursive clauses of one relation close it over, None if they do something else."""
    found = [_square(c) or _linear(c) for c in clauses]
    first = found[0]
    if first is None or any(f is None or f[:2] != first[:2] for f in found):
        return None
    if len(found) > 1 and not all(f is not None and f.edges for f in found):
        return None
    start, end = sorted(first[:2])  # the same rows either way round
    return Transitive(start, end, tuple(e for f in found if f is not None for e in f.edges))


def _atoms(clause: Clause) -> list[Atom]:
    name = clause.head.relation
    return [x for x in clause.body if isinstance(x, Atom) and x.relation == name]


def _names(atom: Atom) -> list[str]:
    """The variables of an atom of nothing but different variables, else nothing."""
    names = [a.name for a in atom.args if isinstance(a, Var)]
    return names if len(set(names)) == len(atom.args) else []


def _differing(one: list[str], other: list[str]) -> int | None:
    """The only column in which two rows of variables differ."""
    if not one or len(one) != len(other):
        return None
    found = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return found[0] if len(found) == 1 else None


def _square(clause: Clause) -> Transitive | None:
    """r(X, Z) when r(X, Y) and r(Y, Z)."""
    if len(clause.body) != 2 or len(_atoms(clause)) != 2:
        return None
    head = _names(clause.head)
    one, other = (_names(a) for a in _atoms(clause))
    end, start = _differing(head, one), _differing(head, other)
    if start is None or end is None or start == end:
        return None
    middle = one[end]
    if middle != other[start] or middle in head:
        return None
    return Transitive(start, end, ())


def _linear(clause: Clause) -> Transitive | None:
    """r(X, Z) when r(X, Y) and what leads from Y to Z without X, or the same from the other end."""
    if len(_atoms(clause)) != 1:
        return None
    (atom,) = _atoms(clause)
    head, inner = _names(clause.head), _names(atom)
    changed = _differing(head, inner)
    if changed is None or inner[changed] in head:
        return None
    rest = tuple(x for x in clause.body if x is not atom)
    named = {v for literal in rest for v in variables(literal)}
    carried = [i for i, name in enumerate(head) if name not in named]
    if len(carried) != 1 or inner[changed] not in named or changed in carried:
        return None
    row = [Var(name) for name in head]
    row[carried[0]] = Var(inner[changed])
    return Transitive(carried[0], changed, ((rest, tuple(row)),))


def close(rows: Iterable[Row], start: int, end: int) -> set[Row]:
    """The rows of the transitive closure of rows, column start to column end, all others staying the same."""
    graphs: dict[Row, dict[Any, set[Any]]] = {}
    others: Row = ()
    for row in rows:
        if len(row) > 2:
            others = tuple(c for i, c in enumerate(row) if i not in (start, end))
        graph = graphs.setdefault(others, {})
        targets = graph.get(row[start])
        if targets is None:
            graph[row[start]] = {row[end]}
        else:
            targets.add(row[end])
    found: set[Row] = set()
    for others, graph in graphs.items():
        reached = reach(graph)
        for one in graph:
            if others:
                found.update(_wide(others, start, end, one, reached[one]))
            else:
                found.update(zip(repeat(one), reached[one]))
    return found


def _wide(others: Row, start: int, end: int, one: Any, reached: set[Any]) -> Iterator[Row]:
    """Rows with the columns that stay the same; start is before end."""
    before, between, after = others[:start], others[start : end - 1], others[end - 1 :]
    return ((*before, one, *between, other, *after) for other in reached)


def reach(graph: Graph) -> dict[Any, set[Any]]:
    """Each node with edges from it, and all that it reaches by one edge or more. Nodes of a cycle share a set."""
    nodes = list(graph)
    number = {node: i for i, node in enumerate(nodes)}
    ahead = [[number[t] for t in targets if t in number] for targets in graph.values()]
    index = [0] * len(nodes)  # 0: not seen yet
    low = [0] * len(nodes)  # past every index once the node is finished
    finished = len(nodes) + 1
    reached: dict[Any, set[Any]] = {}
    count, stack, work = 0, [], []
    for root in range(len(nodes)):
        if not index[root]:
            work.append(root)
        while work:
            node = work[-1]
            if not index[node]:
                count += 1
                index[node] = low[node] = count
                stack.append(node)
            edges = ahead[node]
            while edges:
                target = edges.pop()
                if not index[target]:
                    work.append(target)
                    break
                if low[target] < low[node]:
                    low[node] = low[target]
            else:
                work.pop()
                if low[node] < index[node]:
                    low[work[-1]] = min(low[work[-1]], low[node])
                    continue
                members = [stack.pop()]
                while members[-1] != node:
                    members.append(stack.pop())
                for member in members:
                    low[member] = finished
                finished += 1
                _finish([nodes[m] for m in members], graph, reached, number, low)
    return reached


_NOTHING: set[Any] = set()
_FEW = 4  # targets from which it pays to look whether one is reached through another


def _finish(
    members: list[Any],
    graph: Graph,
    reached: dict[Any, set[Any]],
    number: dict[Any, int],
    rank: list[int],
) -> None:
    """What a component reaches, now that all that it leads to is known."""
    first = members[0]
    found = set(graph[first])
    if len(members) == 1 and len(found) < _FEW:
        for target in graph[first]:
            if target in reached:
                found |= reached[target]
        reached[first] = found
        return
    found.update(*[graph[m] for m in members[1:]])
    targets = [t for t in found if t in reached]
    if len(members) > 1:
        found.update(members)
    # what was finished last reaches the most; what is reached through it need not be looked at
    targets.sort(key=lambda t: rank[number[t]], reverse=True)
    through: set[Any] = set()
    for target in targets:
        if target not in through:
            through |= reached[target]
    found |= through
    reached.update(dict.fromkeys(members, found))
