"""poscheck and its peers on the same work, in one run: `python benchmarks/run.py [startup|parsing|joins ...]`.

Machines are noisy: every figure is the median of several runs, each pair is measured in turns, and the ratio
is what counts. Peak memory is that of a process of its own. argdown is used if `argdown` is on the path
(`npm install --global @argdown/cli`), clingo if it can be imported.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "corpus" / "istanbul_2025"
STATEMENTS = 20_000
FACTS = 100_000


def run(command: list[str], **environment: str) -> tuple[float, float]:
    """(processor seconds, peak MB) of a whole process."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=kept | environment,
    )
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def row(name: str, value: str, ratio: str = "", peak: float | None = None) -> None:
    memory = f"{peak:8.0f} MB" if peak is not None else ""
    print(f"{name:<44}{value:>22}{ratio:>14}{memory:>12}", flush=True)


def startup(times: int = 15) -> None:
    """`poscheck check` on the real case, whole process, against `import click`."""
    print(
        "\nwhole process, processor time                                     median     / click   peak"
    )
    with tempfile.TemporaryDirectory() as cache:
        click = [sys.executable, "-c", "import click"]
        check = [sys.executable, "-m", "checker", "check", str(CASE)]
        figures: dict[str, list[tuple[float, float]]] = {"click": [], "warm": [], "cold": []}
        run(check, POSCHECK_CACHE_DIR=cache)
        for _ in range(times):
            figures["click"].append(run(click))
            figures["warm"].append(run(check, POSCHECK_CACHE_DIR=cache))
            with tempfile.TemporaryDirectory() as empty:
                figures["cold"].append(run(check, POSCHECK_CACHE_DIR=empty))
    base = [t for t, _ in figures["click"]]
    for name, label in (
        ("click", "python -c 'import click'"),
        ("warm", "poscheck check, warm"),
        ("cold", "poscheck check, cold"),
    ):
        seconds = [t for t, _ in figures[name]]
        ratio = median(a / b for a, b in zip(seconds, base, strict=True))
        row(
            label,
            f"{median(seconds) * 1000:.0f} ms",
            f"{ratio:.2f}",
            median(m for _, m in figures[name]),
        )


def big_case(statements: int) -> str:
    """A case of many different statements: all forms, conditions and quotes."""
    rng = random.Random(1)
    parties = [f"party_{i}" for i in range(40)]
    events = [f"event_{i}" for i in range(200)]
    lines = [f'party {p} "Party {p}"' for p in parties]
    lines += [
        f'event {e} "Event {e}" {{ between: {rng.choice(parties)}, {rng.choice(parties)} }}'
        for e in events
    ]
    lines += [f"place place_{i}" for i in range(30)]
    lines += [f"issue issue_{i} {{ unit: troops }}" for i in range(50)]
    count = 0
    while count < statements:
        lines.append(
            f'position p{count} "Position {count}" by {rng.choice(parties)} on 2025-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02} {{'
        )
        for _ in range(min(10, statements - count)):
            e, f = rng.sample(events, 2)
            kind = count % 5
            if kind == 0:
                text = f'accepts {e} at place_{rng.randrange(30)} on 2025-06-{rng.randrange(1, 29):02} "said in line {count}"'
            elif kind == 1:
                text = f"requires {e} before {f}"
            elif kind == 2:
                text = f'accepts {e} only after {f} "words of statement {count}"'
            elif kind == 3:
                text = f"demands issue_{rng.randrange(50)} <= {rng.randrange(1000)}_000"
            else:
                text = f"commits {e} by {rng.choice(parties)} if not {f} by {rng.choice(parties)}"
            lines.append(f"  {text}")
            count += 1
        lines.append("}")
    return "\n".join(lines) + "\n"


def argdown_case(statements: int) -> str:
    """As many claims for argdown, with a relation each."""
    rng = random.Random(1)
    lines = []
    for i in range(statements):
        lines.append(
            f"[S{i}]: Party {rng.randrange(40)} accepts event {rng.randrange(200)} at place {rng.randrange(30)}."
        )
        lines.append(f"  - [S{rng.randrange(max(i, 1))}]\n")
    return "\n".join(lines)


PARSE = """
import gc, sys, time
from checker.source import Source
from checker.syntax.parse import parse
from checker.model.from_ast import resolve
from checker.loading import Loader
gc.disable()
prelude = Loader().rules()
text = open(sys.argv[1]).read()
start = time.perf_counter()
parsed = parse(Source("big.pos", text))
middle = time.perf_counter()
case, mistakes = resolve([*prelude, parsed], "big")
end = time.perf_counter()
assert not mistakes, mistakes[:3]
print(middle - start, end - middle, sum(1 for _ in case.statements()))
"""


def parsing(times: int = 5) -> None:
    """20,000 statements parsed and resolved on one core, and argdown on a file of as many claims."""
    print(f"\n{STATEMENTS:,} statements")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "big.pos"
        file.write_text(big_case(STATEMENTS))
        found = []
        for _ in range(times):
            done = subprocess.run(
                [sys.executable, "-c", PARSE, str(file)],
                capture_output=True,
                text=True,
                check=True,
                cwd=ROOT,
            )
            found.append([float(x) for x in done.stdout.split()])
        parse_s, resolve_s = median(f[0] for f in found), median(f[1] for f in found)
        row("parse", f"{STATEMENTS / parse_s:,.0f} /s")
        row("parse and resolve", f"{STATEMENTS / median(f[0] + f[1] for f in found):,.0f} /s")
        row("resolve alone", f"{STATEMENTS / resolve_s:,.0f} /s")
        argdown = shutil.which("argdown")
        fmt = [
            sys.executable,
            "-c",
            "import sys; from checker import load; load(sys.argv[1]).cases()",
            str(file),
        ]
        if argdown is None:
            row("argdown json", "not installed")
            return
        claims = Path(folder) / "claims.argdown"
        claims.write_text(argdown_case(STATEMENTS))
        pairs = [(run(fmt), run([argdown, "json", str(claims), folder])) for _ in range(3)]
        ours, theirs = [p[0] for p in pairs], [p[1] for p in pairs]
        ratio = median(a[0] / b[0] for a, b in pairs)
        row(
            "poscheck, whole process",
            f"{median(t for t, _ in ours):.2f} s",
            f"{ratio:.2f}",
            ours[0][1],
        )
        row(
            "argdown json, whole process",
            f"{median(t for t, _ in theirs):.2f} s",
            "1.00",
            theirs[0][1],
        )


def _workloads() -> dict[str, tuple[str, dict[str, list[tuple[int, ...]]]]]:
    rng = random.Random(1)
    chains = [(20 * i + j, 20 * i + j + 1) for i in range(FACTS // 19) for j in range(19)][:FACTS]
    sparse = sorted({(rng.randrange(120_000), rng.randrange(120_000)) for _ in range(FACTS)})
    third = FACTS // 4
    favours = [(i, rng.randrange(third)) for i in range(third)]
    opposes = [(third + i, rng.randrange(third)) for i in range(third)]
    holder = [(i, rng.randrange(200)) for i in range(2 * third)]
    linear = "path(X,Y) :- edge(X,Y). path(X,Z) :- path(X,Y), edge(Y,Z)."
    double = "path(X,Y) :- edge(X,Y). path(X,Z) :- path(X,Y), path(Y,Z)."
    join = "opposed(S,T) :- holder(S,P), favours(S,X), opposes(T,X), holder(T,Q), P != Q."
    return {
        "closure of chains, linear": (linear, {"edge": chains}),
        "closure of a random graph, linear": (linear, {"edge": sparse}),
        "closure of chains, non-linear": (double, {"edge": chains}),
        "opposed stances": (join, {"holder": holder, "favours": favours, "opposes": opposes}),
    }


def _ours(rules: str, facts: dict[str, list[tuple[int, ...]]]) -> tuple[float, float, int]:
    from checker.engine.memory import evaluate
    from checker.logic.from_ast import Item, compile_rules
    from checker.logic.program import Program
    from checker.model.from_ast import resolve
    from checker.source import Source
    from checker.syntax.parse import parse

    text = "\n".join(f"relation {n}({', '.join(['number'] * len(r[0]))})" for n, r in facts.items())
    for rule in rules.split(". "):
        head, body = rule.rstrip(".").split(" :- ")
        text += f"\ndefine {head} when {' and '.join(_split(body))}"
    parsed = parse(Source("x", text))
    case, _ = resolve([parsed], "x")
    book, _ = compile_rules(
        [Item(parsed.source, i) for i in parsed.items if hasattr(i, "head")], case, {}
    )
    program = Program(book.program.clauses, {})
    start = time.perf_counter()
    model = evaluate(program, facts)
    seconds = time.perf_counter() - start
    derived = next(iter({c.head.relation for c in program.clauses}))
    return seconds, seconds, len(model.facts(derived))


def _split(body: str) -> list[str]:
    parts, depth, last = [], 0, 0
    for i, c in enumerate(body):
        depth += {"(": 1, ")": -1}.get(c, 0)
        if c == "," and not depth:
            parts.append(body[last:i].strip())
            last = i + 1
    return [*parts, body[last:].strip()]


def _clingo(rules: str, facts: dict[str, list[tuple[int, ...]]]) -> tuple[float, float, int]:
    import clingo

    text = " ".join(f"{r}({','.join(map(str, row))})." for r, rows in facts.items() for row in rows)
    control = clingo.Control()
    start = time.perf_counter()
    control.add("base", [], text + rules)
    added = time.perf_counter()
    control.ground([("base", [])])
    end = time.perf_counter()
    derived = rules.partition("(")[0]
    return end - added, end - start, sum(1 for _ in control.symbolic_atoms.by_signature(derived, 2))


def joins(times: int = 3) -> None:
    """The engine against clingo's grounding: from facts in each one's own form to all that follows."""
    print(
        f"\n{FACTS:,} facts                                                      median    / clingo   peak"
    )
    for name, (rules, facts) in _workloads().items():
        figures: dict[str, list[tuple[float, float, int, float]]] = {"ours": [], "clingo": []}
        for _ in range(times):
            for who, function in (("ours", _ours), ("clingo", _clingo)):
                figures[who].append(_apart(function, rules, facts))
        assert figures["ours"][0][2] == figures["clingo"][0][2], "the two must agree"
        ratio = median(a[0] / b[0] for a, b in zip(figures["ours"], figures["clingo"], strict=True))
        whole = median(a[1] / b[1] for a, b in zip(figures["ours"], figures["clingo"], strict=True))
        print(f"{name}: {figures['ours'][0][2]:,} rows")
        row(
            "  poscheck",
            f"{median(f[0] for f in figures['ours']):.2f} s",
            f"{ratio:.2f}",
            figures["ours"][0][3],
        )
        row(
            "  clingo, ground",
            f"{median(f[0] for f in figures['clingo']):.2f} s",
            "1.00",
            figures["clingo"][0][3],
        )
        row(
            "  clingo, with reading its text",
            f"{median(f[1] for f in figures['clingo']):.2f} s",
            f"{whole:.2f}",
        )


def _apart(function: Callable[..., Any], *arguments: Any) -> tuple[float, float, int, float]:
    """Run a function in a process of its own; its answer and peak memory."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        answer = function(*arguments)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        os.write(writer, json.dumps([*answer, peak]).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        seconds, whole, rows, peak = json.loads(pipe.read())
    os.waitpid(child, 0)
    return seconds, whole, rows, peak


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ["PYTHONPATH"] = str(ROOT)
    parts = {"startup": startup, "parsing": parsing, "joins": joins}
    for name in sys.argv[1:] or parts:
        if name == "joins":
            try:
                import clingo  # noqa: F401
            except ImportError:
                print("joins: clingo is not installed")
                continue
        parts[name]()


if __name__ == "__main__":
    main()
