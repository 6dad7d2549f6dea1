"""Seeded facts → times and memory of the memory engine and of clingo's grounder, side by side.

Each contestant does each job in a process of its own, so that peak memory is its own and no cache is warm.
The work is timed from facts in the contestant's own form: rows in memory for the engine; for clingo both
`ground()` alone, with its program already parsed, and parsing and grounding together. The number of tuples
must agree.

Does not know how either of them works.

    python benchmarks/closure.py [--runs N] [--scale F] [JOB …]
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

Facts = dict[str, list[tuple[str, ...]]]

LINEAR = "path(X,Y) :- edge(X,Y). path(X,Z) :- path(X,Y), edge(Y,Z)."
SQUARE = "path(X,Y) :- edge(X,Y). path(X,Z) :- path(X,Y), path(Y,Z)."
SAME = "same(X,Y) :- parent(X,P), parent(Y,P). same(X,Y) :- parent(X,P), same(P,Q), parent(Y,Q)."
MUTUAL = (
    "odd(X,Y) :- edge(X,Y). even(X,Z) :- odd(X,Y), edge(Y,Z). odd(X,Z) :- even(X,Y), edge(Y,Z)."
)
OPPOSED = "opposed(S,T) :- holder(S,P), favours(S,X), opposes(T,X), holder(T,Q), P != Q."


class Job(NamedTuple):
    """One piece of work: facts, the rules over them in clingo's words, and the relation that counts."""

    facts: Callable[[float], Facts]
    rules: str
    goal: str


def chains(scale: float) -> Facts:
    """100,000 edges in 10,000 chains of ten: 550,000 paths."""
    rows: list[tuple[str, ...]] = [
        (f"n{c}_{i}", f"n{c}_{i + 1}") for c in range(int(10_000 * scale)) for i in range(10)
    ]
    return {"edge": rows}


def graph(scale: float) -> Facts:
    """100,000 random edges over 130,000 nodes: about a million paths."""
    chance = random.Random(7)
    nodes = int(130_000 * scale)
    rows: set[tuple[str, ...]] = {
        (f"n{chance.randrange(nodes)}", f"n{chance.randrange(nodes)}")
        for _ in range(int(100_000 * scale))
    }
    return {"edge": sorted(rows)}


def dense(scale: float) -> Facts:
    """100,000 edges among 1,000 nodes, each to one of the next 200: about half a million paths."""
    chance = random.Random(7)
    nodes = int(1_000 * scale**0.5)
    rows: set[tuple[str, ...]] = set()
    while len(rows) < nodes * 100:
        start = chance.randrange(nodes - 1)
        rows.add((f"n{start}", f"n{chance.randrange(start + 1, min(nodes, start + 200))}"))
    return {"edge": sorted(rows)}


def family(scale: float) -> Facts:
    """650 trees of three generations, three children each: half a million pairs of one generation."""
    rows: list[tuple[str, ...]] = []
    for tree in range(int(650 * scale)):
        names = [f"t{tree}"]
        for _ in range(3):
            rows += [(f"{parent}_{i}", parent) for parent in names for i in range(3)]
            names = [f"{parent}_{i}" for parent in names for i in range(3)]
    return {"parent": rows}


def stances(scale: float) -> Facts:
    """100,000 facts: 50,000 statements by 40 parties, for or against one of 8,000 options."""
    chance = random.Random(7)
    facts: Facts = {"holder": [], "favours": [], "opposes": []}
    for i in range(int(50_000 * scale)):
        facts["holder"].append((f"s{i}", f"p{chance.randrange(40)}"))
        side = chance.choice(("favours", "opposes"))
        facts[side].append((f"s{i}", f"x{chance.randrange(int(8_000 * scale))}"))
    return facts


JOBS = {
    "chains, linear": Job(chains, LINEAR, "path"),
    "chains, non-linear": Job(chains, SQUARE, "path"),
    "graph, linear": Job(graph, LINEAR, "path"),
    "graph, non-linear": Job(graph, SQUARE, "path"),
    "dense, linear": Job(dense, LINEAR, "path"),
    "same generation": Job(family, SAME, "same"),
    "odd and even": Job(chains, MUTUAL, "odd"),
    "opposed stances": Job(stances, OPPOSED, "opposed"),
}


def clauses(rules: str) -> tuple[Any, ...]:
    """The rules of a job as clauses."""
    from checker.logic.program import Atom, Clause, Compare, Var

    def atom(text: str) -> Any:
        relation, _, rest = text.strip().partition("(")
        return Atom(relation, tuple(Var(v) for v in rest.rstrip(")").split(",")))

    def literal(text: str) -> Any:
        left, unequal, right = text.partition("!=")
        return Compare("!=", Var(left.strip()), Var(right.strip())) if unequal else atom(text)

    made = []
    for rule in filter(None, map(str.strip, rules.split("."))):
        head, _, body = rule.partition(":-")
        made.append(Clause(atom(head), tuple(map(literal, body.split(", ")))))
    return tuple(made)


def run_engine(job: Job, facts: Facts) -> dict[str, Any]:
    """Seconds to the model from rows in memory, and the number of tuples."""
    from checker.engine.memory import evaluate
    from checker.logic.program import Program

    program = Program(clauses(job.rules), {})
    start = perf_counter()
    rows = evaluate(program, facts).facts(job.goal)
    return {"seconds": perf_counter() - start, "tuples": len(rows)}


def run_clingo(job: Job, facts: Facts) -> dict[str, Any]:
    """Seconds of ground() alone and of parsing and grounding, and the number of tuples."""
    import clingo

    text = "\n".join(f"{name}({','.join(row)})." for name, rows in facts.items() for row in rows)
    control = clingo.Control()
    start = perf_counter()
    control.add("base", [], text + "\n" + job.rules)
    parsed = perf_counter()
    control.ground([("base", [])])
    done = perf_counter()
    tuples = sum(1 for _ in control.symbolic_atoms.by_signature(job.goal, 2))
    return {"seconds": done - parsed, "all": done - start, "tuples": tuples}


def child(name: str, contestant: str, scale: float) -> None:
    """Do one job once, in this process, and print what it took."""
    job = JOBS[name]
    facts = job.facts(scale)
    gc.collect()
    before = _peak()
    result = (run_engine if contestant == "engine" else run_clingo)(job, facts)
    print(json.dumps({**result, "peak": _peak(), "before": before}))


def _peak() -> float:
    """Peak memory of this process so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def measure(name: str, contestant: str, scale: float) -> dict[str, Any]:
    """One run in a fresh process."""
    command = [sys.executable, __file__, "--child", contestant, "--scale", str(scale), name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def compare(name: str, runs: int, scale: float) -> str:
    """One line of the table: medians over runs taken in turn."""
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(measure(name, "engine", scale))
        theirs.append(measure(name, "clingo", scale))
    tuples = {r["tuples"] for r in (*ours, *theirs)}
    assert len(tuples) == 1, f"{name}: the contestants disagree: {tuples}"
    engine, ground, both = (
        statistics.median(r[key] for r in results)
        for results, key in ((ours, "seconds"), (theirs, "seconds"), (theirs, "all"))
    )
    peaks = [statistics.median(r["peak"] for r in results) for results in (ours, theirs)]
    return (
        f"{name:20} {tuples.pop():>9,} {engine:>8.3f} {ground:>8.3f} {both:>8.3f}"
        f" {engine / ground:>8.2f} {engine / both:>8.2f} {peaks[0]:>7.0f} {peaks[1]:>7.0f}"
    )


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description="the memory engine beside clingo's grounder")
    options.add_argument("jobs", nargs="*", metavar="JOB", help=f"of {', '.join(JOBS)}")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--scale", type=float, default=1.0)
    options.add_argument("--child", choices=("engine", "clingo"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        child(chosen.jobs[0], chosen.child, chosen.scale)
        return
    print(
        "medians of", chosen.runs, "runs; seconds, MB at peak; ratio below 1: the engine is faster"
    )
    heads = ("tuples", "engine", "ground", "+parse", "/ground", "/+parse", "MB", "clingo")
    print(
        f"{'':20} {heads[0]:>9} {' '.join(f'{h:>8}' for h in heads[1:6])} {heads[6]:>7} {heads[7]:>7}"
    )
    for name in chosen.jobs or JOBS:
        print(compare(name, chosen.runs, chosen.scale), flush=True)


if __name__ == "__main__":
    main()
