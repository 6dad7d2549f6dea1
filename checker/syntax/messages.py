"""Problem → diagnostic in the user's words.

The driver knows where a text leaves the grammar and what could have stood there. Here that becomes what an
analyst needs: what is wrong, in their own words, and what to write instead. Slips that are known are
named: a date in another notation, a missing comma, a hyphen in a name, quotes of the wrong kind.

Looks at a few hundred characters before the place, never at the whole text; does not know what names mean.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from checker.diagnostic import Diagnostic, closest, listed
from checker.source import Source, Span
from checker.syntax.driver import Problem, driver

LOOK_BACK = 400  # characters before a mistake that are read to explain it
LONGEST = 20_000  # characters of a stretch that are read again to say what may stand in it
ALIKE = 0.7  # from 0 to 1, how alike a word and the one meant must be
SHOWN = 30  # characters of the user's text in a message

_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?!"")(?:[^"\\\n]|\\.)*"'
    r"|@?[^\W\d]\w*|\d[\w:./~?%+-]*[\w~?%]|\w+|<=|>=|!=|==|=>|\S",
    re.S,
)
_PREVIOUS = re.compile(_TOKEN.pattern + r"|#[^\n]*", re.S)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATES = re.compile(
    r"(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4})|(?P<d4>\d{1,2})-(?P<m4>\d{1,2})-(?P<y4>\d{4})"
    r"|(?P<y1>\d{4})[./](?P<m1>\d{1,2})[./](?P<d1>\d{1,2})"
    rf"|(?P<d2>\d{{1,2}})\s+(?P<m2>{_MONTH})(?:\s+(?P<y2>\d{{4}}))?\b"
    rf"|\b(?P<m3>{_MONTH})\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y3>\d{{4}}))?",
    re.I,
)
_FACETS = frozenset(
    ["at", "on", "from", "until", "for", "by", "to", "against", "with", "unconditionally"]
)
_ORDERS = frozenset(["before", "after", "during", "alongside"])
_CONDITIONS = frozenset(["if", "only", "unless"])
_NEED_A_NAME = frozenset(
    ["at", "by", "in", "to", "against", "with", "of", "attributes", "replaces", "withdraws"]
)
_WORDS = _FACETS | _ORDERS | _CONDITIONS | {"in", "expires", "replaces", "and", "or", "not"}
_LIST = re.compile(r"\b(?:by|to|against)\s+(?:[a-z]\w*\s*,\s*)*([a-z]\w*)\s+([a-z]\w*)\s+(\w+)")
_ITEMS = frozenset(
    [
        "use",
        "source",
        "party",
        "person",
        "place",
        "event",
        "state",
        "issue",
        "stance",
        "position",
        "fact",
        "relation",
        "define",
        "rule",
        "ignore",
        "expect",
    ]
)
_CLAUSES = frozenset(["severity", "why", "hint", "say", "for", "when", "having", "example"])
_UNITS = frozenset(
    ["hour", "hours", "day", "days", "week", "weeks", "month", "months", "year", "years"]
)
_GROUPS = (
    (_ITEMS, "a declaration such as `party` or `position`"),
    (_CLAUSES, "a line such as `when` or `say`"),
    (_FACETS, "a detail such as `at`, `on` or `by`"),
    (_ORDERS, "an order such as `before`"),
    (_CONDITIONS, "a condition such as `if`"),
    (_UNITS, "a unit such as `days`"),
)
_KINDS = {
    "NAME": "a name",
    "WORD": "a name",
    "STRING": 'text in `"`',
    "DATE": "a date such as `2025-05-15`",
    "NUMBER": "a number",
    "OP": "a comparison such as `<=`",
    "BLOCK": "`{`",
    "IN_SET": "`in {`",
}
_QUOTES = 'put text in straight double quotes: `"…"`'
_SPECIAL = {
    "“": _QUOTES,
    "”": _QUOTES,
    "„": _QUOTES,
    "«": _QUOTES,
    "‘": _QUOTES,
    "’": _QUOTES,
    "'": _QUOTES,
    "`": _QUOTES,
    ";": "nothing separates statements but the line: remove the `;`",
    "==": "write one `=`",
    "=>": "write `>=`",
    "=<": "write `<=`",
    "≤": "write `<=`",
    "≥": "write `>=`",
    "≠": "write `!=`",
    "//": "a comment starts with `#`",
    "–": "write `-`",
    "—": "write `-`",
}
_MERGE = ("<" * 7, "=" * 7, ">" * 7)
_STARTS = {
    "items": "declaration",
    "members": "statement",
    "statements": "statement",
    "property_list": "property",
    "clauses": "line of a rule",
}


def describe(
    source: Source, problem: Problem, symbol: str = "items", start: int = -1
) -> Diagnostic:
    """The diagnostic of a syntax error in a stretch that was read as `symbol` from offset `start`."""
    if problem.too_deep:
        return _mistake(
            source, problem.start, problem.end, "this is nested too deeply", _DEEP, "too-deep"
        )
    problem = _exact(source.text, problem, symbol, start)
    special = _unclosed(source, problem) or _date(source, problem)
    special = special or _missing_name(source, problem)
    if symbol in ("members", "statements"):
        special = special or _misspelt_block(source, problem, symbol, start)
        special = special or _missing_comma(source, problem, start) or _slip_before(source, problem)
    if special:
        return special
    previous = _previous(source.text, problem.start)
    before = source.text[slice(*previous)] if previous else ""
    found = _found(source.text, problem)
    help = _hint(source.text, found, problem, previous) or _expected(problem)
    after = f" after `{_short(before)}`" if before else ""
    complete = "$END" in problem.kinds
    incomplete = found == "" or (found == "}" and before != "}" and problem.start > start)
    if incomplete and before and not complete:
        return _mistake(source, *_last(previous), f"something is missing{after}", help)
    if found == "}":
        message, help = "`}` closes nothing", "remove it"
    elif problem.start == start and source.text.startswith(_MERGE, start):
        found = source.text[start : start + 7]
        message, help = f"`{found}` is left from a merge", "keep one of the two versions"
    elif problem.start == start:
        message = f"`{_short(found)}` starts no {_STARTS[symbol]}"
    else:
        message = f"`{_short(found)}` cannot stand{after or ' here'}"
    return _mistake(source, problem.start, problem.start + max(len(found), 1), message, help)


def _exact(text: str, problem: Problem, symbol: str, start: int) -> Problem:
    """The problem with what may really stand there."""
    if not 0 <= start <= problem.start < start + LONGEST:
        return problem
    words, kinds = driver().expected(symbol, text[start : problem.start])
    return problem._replace(words=words, kinds=kinds) if kinds else problem


def _mistake(
    source: Source, start: int, end: int, message: str, help: str, code: str = "syntax-error"
) -> Diagnostic:
    end = min(end, max(len(source.text), start))
    return Diagnostic(code, message, Span(source, start, end), help)


_DEEP = "split it into several statements or `define`s"


def is_known_slip(problem: Problem) -> bool:
    """True if the word found is close to one that may stand there."""
    return problem.found.isalpha() and _closest(problem.found, problem.words) is not None


@lru_cache(maxsize=4096)
def _closest(word: str, words: frozenset[str]) -> str | None:
    """The word meant: the same letters in another order, or one that is much alike."""
    lower = word.lower()
    for choice in sorted(words):
        if sorted(choice) == sorted(lower):
            return choice

    best = closest(lower, words) if words and len(word) < SHOWN else None
    return best if best and SequenceMatcher(None, best, lower).ratio() >= ALIKE else None


# --- what stands where ------------------------------------------------------------------------------
def _found(text: str, problem: Problem) -> str:
    """The whole token at the problem; "" at the end of the stretch."""
    if not problem.found:
        return ""
    token = _TOKEN.match(text, problem.start, problem.start + 10 * LOOK_BACK)
    if token and text.startswith("//", problem.start):
        return "//"
    return token[0] if token else problem.found


def _previous(text: str, at: int) -> tuple[int, int] | None:
    """The last token before `at` that is no comment."""
    floor = max(0, at - LOOK_BACK)
    while at > floor:
        line = max(text.rfind("\n", 0, at) + 1, floor)
        tokens = [m.span() for m in _PREVIOUS.finditer(text, line, at) if m[0][0] != "#"]
        if tokens:
            return tokens[-1]
        at = line - 1
    return None


def _last(previous: tuple[int, int] | None) -> tuple[int, int]:
    return previous or (0, 1)


def _short(text: str) -> str:
    line = " ".join(text[: 2 * SHOWN].split())
    if len(line) <= SHOWN:
        return line
    return line[: SHOWN - 1] + ("…" + '"' if line.startswith('"') else "…")


# --- slips that are known -----------------------------------------------------------------------
def _unclosed(source: Source, problem: Problem) -> Diagnostic | None:
    text, start = source.text, problem.start
    if problem.found == "{" and "BLOCK" in problem.kinds:
        return _mistake(
            source, start, start + 1, "this block is not closed", "add a `}`", "unclosed-block"
        )
    if problem.found != '"' or (
        "STRING" not in problem.kinds and _TOKEN.match(text, start)[0] != '"'  # type: ignore[index]
    ):
        return None
    mark = '"""' if text.startswith('"""', start) else '"'
    end = text.find("\n", start)
    end = end if end >= 0 else len(text)
    previous = _previous(text, start)
    if mark == '"' and previous and text[previous[0]] == '"':
        help = 'a quote inside text is written `\\"`'
    elif mark == '"':
        help = 'end it with `"`; text over several lines goes between `"""` and `"""`'
    else:
        help = 'end it with `"""`'
    return _mistake(source, start, end, "this text has no closing quote", help, "unclosed-string")


def _date(source: Source, problem: Problem) -> Diagnostic | None:
    """A date in another notation that touches the problem."""
    text, at = source.text, problem.start
    floor = max(text.rfind("\n", 0, at) + 1, at - LOOK_BACK)
    ceiling = text.find("\n", at, at + LOOK_BACK)
    ceiling = ceiling if ceiling >= 0 else min(len(text), at + LOOK_BACK)
    for match in _DATES.finditer(text, floor, ceiling):
        inside = text.count('"', floor, match.start()) % 2 or "#" in text[floor : match.start()]
        if match.start() <= at <= match.end() and not inside:
            help = f"write dates as `{_iso(match) or '2025-05-15'}`"
            message = f"`{match[0]}` is not written as a date"
            return _mistake(source, match.start(), match.end(), message, help)
    return None


def _iso(match: re.Match[str]) -> str | None:
    """The date meant, if there is only one."""
    parts = {k[0]: v for k, v in match.groupdict().items() if v}
    if "y" not in parts:
        return None
    year, month, day = parts["y"], parts["m"], int(parts["d"])
    if month[0].isdigit():
        number = int(month)
        if "/" in match[0] and not match["y1"]:  # day first or month first?
            if number > 12:
                number, day = day, number
            elif day <= 12 and day != number:
                return None
    else:
        number = _MONTHS.index(month[:3].lower()) + 1
    return f"{year}-{number:02}-{day:02}" if 1 <= number <= 12 and 1 <= day <= 31 else None


def _missing_name(source: Source, problem: Problem) -> Diagnostic | None:
    """A word of the language where a name must stand: the name is missing, or the word is meant as one."""
    previous = _previous(source.text, problem.start)
    word = problem.found
    if word not in _WORDS or previous is None or "NAME" not in problem.kinds:
        return None
    before = source.text[slice(*previous)]
    if before in _ITEMS:
        help = f"choose another name: `{word}` joins the parts of statements"
        return _mistake(source, problem.start, problem.end, f"`{word}` cannot be a name", help)
    if before in _WORDS | _NEED_A_NAME or before == ",":
        help = f"write a name between `{before}` and `{word}`"
        return _mistake(source, *previous, f"something is missing after `{before}`", help)
    return None


def _misspelt_block(source: Source, problem: Problem, symbol: str, start: int) -> Diagnostic | None:
    """`atributes ukraine {`, or `attributes` where it may not stand."""
    word = _TOKEN.match(source.text, start) if problem.found == "{" and start >= 0 else None
    slip = _closest(word[0], frozenset(["attributes"])) if word else None
    if word is None or slip is None:
        return None
    if word[0] == slip:
        message = f"`{slip}` cannot stand inside `{slip}`" if symbol == "statements" else ""
        return _mistake(source, *word.span(), message, "put them side by side") if message else None
    message = f"`{word[0]}` starts no block"
    return _mistake(source, *word.span(), message, f"did you mean `{slip}`?")


def _missing_comma(source: Source, problem: Problem, start: int) -> Diagnostic | None:
    """Names in a row: the second was read as the stance of the next statement."""
    text = source.text
    pair = _LIST.search(text, max(start, problem.start - LOOK_BACK), problem.end)
    if pair is None or pair[3] not in _WORDS or {pair[1], pair[2]} & _WORDS:
        return None
    message = f"`{pair[2]}` cannot stand after `{pair[1]}`"
    help = f"separate names with a comma: `{pair[1]}, {pair[2]}`"
    return _mistake(source, *pair.span(2), message, help)


def _slip_before(source: Source, problem: Problem) -> Diagnostic | None:
    """A word that was read as the stance of the next statement, and is meant to continue this one."""
    text, at = source.text, problem.start
    if problem.found in ("", "}"):
        return None
    line = max(text.rfind("\n", 0, at) + 1, at - LOOK_BACK)
    tokens = [m for m in _PREVIOUS.finditer(text, line, at) if m[0][0] != "#"]
    if len(tokens) < 3 or not problem.kinds <= {"NAME", "NOT"}:
        return None
    before, last = tokens[-2][0], tokens[-1]
    slip = _closest(last[0], _WORDS) if last[0].isalpha() and len(last[0]) > 2 else None
    if slip is None or before in _NEED_A_NAME or not before.isidentifier():
        return None
    message = f"`{last[0]}` cannot stand after `{before}`"
    return _mistake(source, *last.span(), message, f"did you mean `{slip}`?")


def _hint(text: str, found: str, problem: Problem, previous: tuple[int, int] | None) -> str:
    """What to write instead, for slips that are seen where the text stops making sense; or ""."""
    if found in _SPECIAL:
        return _SPECIAL[found]
    if text[max(problem.start - 1, 0) : problem.start] + found in _SPECIAL:
        return _SPECIAL[text[problem.start - 1] + found]
    if previous is None:
        return _slip(found, problem)
    before = text[slice(*previous)]
    if found in ("", "}") and "RPAR" in problem.kinds:
        return "close the parenthesis with `)`"
    if problem.kinds == {"COLON"}:
        named = before.isidentifier() and found.isidentifier()
        return f"write `{before}: {found}`" if named else "write `:`"
    touching = previous[1] == problem.start and before != '""'
    opening = text[max(previous[0] - 1, 0)]
    if (found[:1] == '"' and (touching or opening == '"')) or (before[0] == '"' and touching):
        return 'a quote inside text is written `\\"`'
    if not before.isidentifier():
        comma = "COMMA" in problem.kinds and found[:1] == before[0] == '"'
        return "separate them with a comma" if comma else _slip(found, problem)
    if found == "-" and touching:
        return "names have no hyphens: write `_`"
    if found == ".":
        return "names have no full stops, and the line ends a statement"
    if found in ("and", "or") and found.upper() not in problem.kinds:
        return f"`{found}` joins conditions only: write each statement on a line of its own"
    if found == ",":
        return "remove the comma"
    if found[:1].isupper() and before[0].isupper():
        return f"a name is one word in lower case: `{before.lower()}_{found.lower()}`"
    slip = _slip(found, problem)
    if not slip and "COMMA" in problem.kinds and found.isidentifier() and before not in _WORDS:
        return f"separate names with a comma: `{before}, {found}`"
    return slip


def _slip(found: str, problem: Problem) -> str:
    best = _closest(found, problem.words) if found.isalpha() else None
    return f"did you mean `{best}`?" if best else ""


def _expected(problem: Problem) -> str:
    """What could stand there, the long lists by an example of their kind."""
    words = set(problem.words)
    said = [_KINDS[kind] for kind in _KINDS if kind in problem.kinds]
    marks = driver().tables.spelling
    said += sorted(f"`{marks[k]}`" for k in problem.kinds if k in marks and k not in _KINDS)
    groups = []
    for members, name in _GROUPS:
        if len(members & words) >= 3:
            words -= members
            groups.append(name)
    said += [f"`{word}`" for word in sorted(words)] + groups
    said = list(dict.fromkeys(said))
    if not said:
        return "start it on a line of its own"
    return f"write {listed([*said[:7], '…'] if len(said) > 8 else said, 'or')}"
