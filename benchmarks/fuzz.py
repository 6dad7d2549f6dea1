"""Thousands of seeded edits of the corpus: `python benchmarks/fuzz.py [COUNT] [SEED]`.

No edit may give an exception, a hang, or a statement with words that stand nowhere in the text.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def main() -> None:
    from test_bad_input import _mutated

    from checker.source import Source
    from checker.syntax.format import format_source
    from checker.syntax.parse import parse

    count, seed = (int(sys.argv[i]) if len(sys.argv) > i else d for i, d in ((1, 3000), (2, 1)))
    files = sorted([*(ROOT / "corpus").rglob("*.pos"), *(ROOT / "rules").rglob("*.pos")])
    slowest = 0.0
    for number in range(count):
        random = Random(seed * 1_000_003 + number)
        file = random.choice(files)
        text = file.read_text("utf-8")
        for _ in range(random.randrange(1, 4)):
            text = _mutated(text, random)
        start = time.perf_counter()
        parsed = parse(Source(str(file), text))
        slowest = max(slowest, time.perf_counter() - start)
        formatted, mistakes = format_source(Source(str(file), text))
        if not mistakes:
            assert format_source(Source(str(file), formatted))[0] == formatted, number
        assert all(0 <= item.start <= item.end <= len(text) for item in parsed.items), number
    print(
        f"{count:,} edits of {len(files)} files; the slowest took {slowest * 1000:.0f} ms to read"
    )


if __name__ == "__main__":
    main()
