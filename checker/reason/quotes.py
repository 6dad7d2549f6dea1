"""Quotes and a source's text → where each quote stands, or what comes nearest.

The ladder: the exact words; then the words with white space, quotation marks, dashes, case and compatibility
forms folded; `…` and `[…]` stand for words left out. If that fails, the nearest passage is found by the words
that it shares, then ranked by difflib's ratio (Ratcliff & Obershelp 1988).

Does not know who is quoted.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import NamedTuple

_MARKS = str.maketrans(
    dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("‐‑‒–—―−", "-")
)
_GAP = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.)\s*")
_WORD = re.compile(r"\w+")
WINDOW = 400  # characters that may stand between the two sides of a `…`


class Passage(NamedTuple):
    """match: exact, folded, near or none; line from 1 and offsets in the source; similarity 0 to 1."""

    match: str
    line: int
    start: int
    end: int
    text: str
    similarity: float


class SourceText:
    """A text prepared once for many quotes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded, self._offsets = _fold(text)
        self._words: list[tuple[str, int, int]] | None = None

    def find(self, quote: str) -> Passage:
        """Where a quote stands."""
        at = self.text.find(quote) if quote.strip() else -1
        if at >= 0:
            return self._passage("exact", at, at + len(quote), 1.0)
        pieces = [_fold(piece)[0].strip() for piece in _GAP.split(quote)]
        found = self._pieces([p for p in pieces if p])
        if found is not None:
            return self._passage("folded", *found, 1.0)
        return self._nearest(quote)

    def _pieces(self, pieces: list[str]) -> tuple[int, int] | None:
        """Offsets of pieces that follow each other, each within WINDOW of the one before."""
        if not pieces:
            return None
        start = self.folded.find(pieces[0])
        while start >= 0:
            end = start + len(pieces[0])
            for piece in pieces[1:]:
                at = self.folded.find(piece, end, end + WINDOW + len(piece))
                if at < 0:
                    break
                end = at + len(piece)
            else:
                return self._offsets[start], self._offsets[end - 1] + 1
            start = self.folded.find(pieces[0], start + 1)
        return None

    def _nearest(self, quote: str) -> Passage:
        wanted = Counter(_WORD.findall(_fold(quote)[0]))
        if self._words is None:
            self._words = [(m[0], m.start(), m.end()) for m in _WORD.finditer(self.folded)]
        words = self._words
        width = sum(wanted.values())
        if not width or not words:
            return Passage("none", 0, 0, 0, "", 0.0)
        have: Counter[str] = Counter()
        shared = 0
        scores: list[tuple[int, int]] = []
        for i, (word, _, _) in enumerate(words):
            if word in wanted:
                have[word] += 1
                shared += have[word] <= wanted[word]
            if i >= width:
                gone = words[i - width][0]
                if gone in wanted:
                    shared -= have[gone] <= wanted[gone]
                    have[gone] -= 1
            scores.append((shared, -max(0, i - width + 1)))
        best = sorted(scores, reverse=True)[:8]
        if best[0][0] == 0:
            return Passage("none", 0, 0, 0, "", 0.0)
        candidates = [self._window(-first, width, quote) for _, first in best]
        return max(candidates, key=lambda p: (p.similarity, -p.start))

    def _window(self, first: int, width: int, quote: str) -> Passage:
        from difflib import SequenceMatcher

        assert self._words is not None
        last = min(first + width, len(self._words)) - 1
        start = self._offsets[self._words[first][1]]
        end = self._offsets[self._words[last][2] - 1] + 1
        ratio = SequenceMatcher(
            None, _fold(quote)[0], _fold(self.text[start:end])[0], False
        ).ratio()
        return self._passage("near", start, end, ratio)

    def _passage(self, match: str, start: int, end: int, similarity: float) -> Passage:
        line = self.text.count("\n", 0, start) + 1
        return Passage(match, line, start, end, self.text[start:end], similarity)


def _fold(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the offset that it comes from."""
    out: list[str] = []
    offsets: list[int] = []
    blank = False
    for at, character in enumerate(text):
        if character.isspace():
            if not blank:
                out.append(" ")
                offsets.append(at)
            blank = True
            continue
        blank = False
        plain = character.translate(_MARKS)
        if not plain.isascii():
            plain = unicodedata.normalize("NFKC", plain)
        for folded in plain.casefold():
            out.append(folded)
            offsets.append(at)
    return "".join(out), offsets


def diff(quote: str, passage: str) -> str:
    """What would turn a passage into the quote, word by word: `[-only in the source-]`, `{+only quoted+}`."""
    from difflib import SequenceMatcher

    old, new = passage.split(), quote.split()
    out: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            out += old[a:b]
            continue
        if b > a:
            out.append(f"[-{' '.join(old[a:b])}-]")
        if d > c:
            out.append(f"{{+{' '.join(new[c:d])}+}}")
    return " ".join(out)
