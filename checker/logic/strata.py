"""Program → strata: groups of mutually recursive relations, in the order in which they can be worked out.

Strongly connected components by Tarjan's algorithm (1972), without recursion. Negation or aggregation inside
a component has no stratified meaning (Apt, Blair & Walker 1988) and is reported with the shortest cycle.

Does not know what the relations hold.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from checker.logic.program import Aggregate, Atom, Clause, Literal, Not, Program


class Unstratified(NamedTuple):
    """A cycle of relations that goes through `not` or an aggregate: cycle[0] depends on cycle[1] so."""

    cycle: tuple[str, ...]
    clause: Clause


def atoms(body: Iterable[Literal], negated: bool = False) -> Iterator[tuple[Atom, bool]]:
    """Every atom of a body, and whether it stands under a negation."""
    pending = [(literal, negated) for literal in body]
    while pending:
        literal, inside = pending.pop()
        if isinstance(literal, Atom):
            yield literal, inside
        elif isinstance(literal, Not):
            pending += [(inner, True) for inner in literal.body]


def dependencies(clause: Clause) -> Iterator[tuple[str, bool]]:
    """(relation, whether strictly below) for each relation that a clause reads."""
    aggregated = any(isinstance(a, Aggregate) for a in clause.head.args)
    for atom, negated in atoms(clause.body):
        yield atom.relation, negated or aggregated


def strata(program: Program) -> list[tuple[str, ...]]:
    """The derived relations in groups, each group after those it depends on."""
    graph: dict[str, list[str]] = {}
    for clause in program.clauses:
        graph.setdefault(clause.head.relation, [])
    for clause in program.clauses:
        found = graph[clause.head.relation]
        found += [r for r, _ in dependencies(clause) if r in graph and r not in found]
    return _components(graph)


def _components(graph: dict[str, list[str]]) -> list[tuple[str, ...]]:
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[tuple[str, ...]] = []
    for root in graph:
        work = [(root, iter(graph[root]))] if root not in index else []
        while work:
            node, successors = work[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                stack.append(node)
                on_stack.add(node)
            step = next(successors, None)
            if step is None:
                work.pop()
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[node])
                if low[node] == index[node]:
                    cut = stack.index(node)
                    found.append(tuple(stack[cut:]))
                    on_stack.difference_update(stack[cut:])
                    del stack[cut:]
            elif step not in index:
                work.append((step, iter(graph[step])))
            elif step in on_stack:
                low[node] = min(low[node], index[step])
    return found


def unstratified(program: Program) -> list[Unstratified]:
    """One shortest cycle for each component with a negation or aggregate inside it."""
    component = {r: i for i, group in enumerate(strata(program)) for r in group}
    graph: dict[str, set[str]] = {}
    for clause in program.clauses:
        graph.setdefault(clause.head.relation, set()).update(r for r, _ in dependencies(clause))
    found: dict[int, Unstratified] = {}
    for clause in program.clauses:
        head = clause.head.relation
        for relation, strict in sorted(set(dependencies(clause))):
            if strict and component.get(relation) == component[head]:
                cycle = (head, *_path(graph, relation, head))
                known = found.get(component[head])
                if known is None or len(cycle) < len(known.cycle):
                    found[component[head]] = Unstratified(cycle, clause)
    return list(found.values())


def _path(graph: dict[str, set[str]], start: str, goal: str) -> tuple[str, ...]:
    """A shortest path from start to goal, both included."""
    before: dict[str, str] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node == goal and (before or start == goal):
            break
        for step in sorted(graph.get(node, ())):
            if step not in before and step != start:
                before[step] = node
                queue.append(step)
    path = [goal]
    while path[-1] != start:
        path.append(before[path[-1]])
    return tuple(reversed(path))
