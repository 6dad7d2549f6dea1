"""Broken files: exactly these mistakes, and everything else is read.

Each case is a file, its mistakes as `code line:column message | help`, and what could be read.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest

from checker.source import Source
from checker.syntax import ast
from checker.syntax.parse import parse
from checker.syntax.parsed import Parsed

HEAD = "position x by a on 2025-05-11 "


def body(*lines: str) -> str:
    """A position with these lines in its block."""
    return HEAD + "{\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def mistakes(parsed: Parsed) -> list[str]:
    out = []
    for diagnostic in parsed.diagnostics:
        assert diagnostic.span is not None
        line, column = parsed.source.place(diagnostic.span.start)
        out.append(f"{diagnostic.number} {line}:{column} {diagnostic.message} | {diagnostic.help}")
    return out


def kept(parsed: Parsed) -> str:
    """What was read: `a; x(accepts talks, b(claims aid))`."""
    return "; ".join(_kept(item, parsed.source.text) for item in parsed.items)


def _kept(node: Any, text: str) -> str:
    if isinstance(node, ast.Position | ast.Entity | ast.Attribution):
        name = node.party if isinstance(node, ast.Attribution) else node.name
        parts = {ast.Position: "members", ast.Entity: "properties"}.get(type(node), "statements")
        inner = ", ".join(_kept(part, text) for part in getattr(node, parts))
        return f"{name.text}({inner})" if inner else name.text
    return " ".join(text[node.start : node.end].split())


CASES: dict[str, tuple[str, list[str], str]] = {
    "misspelt keyword": (
        'party a\npatry b "B"\nperson c\n',
        ["P001 2:1 `patry` starts no declaration | did you mean `party`?"],
        "a; c",
    ),
    "keyword with a capital": (
        "Party a\nparty b\n",
        ["P001 1:1 `Party` starts no declaration | did you mean `party`?"],
        "b",
    ),
    "prose is one mistake": (
        "hello world, this is prose\nmore of it here\nparty b\n",
        [
            "P001 1:1 `hello` starts no declaration | write a declaration such as `party` or `position`"
        ],
        "b",
    ),
    "garbage between items": (
        "party b\n*** foo\nparty c\n",
        ["P001 2:1 `*` starts no declaration | write a declaration such as `party` or `position`"],
        "b; c",
    ),
    "conflict markers": (
        "<<<<<<< ours\nparty a\n=======\nparty b\n>>>>>>> theirs\n",
        [
            "P001 1:1 `<<<<<<<` is left from a merge | keep one of the two versions",
            "P001 3:1 `=======` is left from a merge | keep one of the two versions",
            "P001 5:1 `>>>>>>>` is left from a merge | keep one of the two versions",
        ],
        "a; b",
    ),
    "nothing after the keyword": (
        "party\nparty b\n",
        ["P001 1:1 something is missing after `party` | write a name"],
        "b",
    ),
    "keyword as a name": (
        'party for "For"\nparty b\n',
        [
            "P001 1:7 `for` cannot be a name | choose another name: `for` joins the parts of statements"
        ],
        "b",
    ),
    "hyphen in a name": (
        'party united-nations "UN"\n',
        ["P001 1:13 `-` cannot stand after `united` | names have no hyphens: write `_`"],
        "",
    ),
    "name of two words": (
        'party United Nations "UN"\n',
        [
            "P001 1:14 `Nations` cannot stand after `United` | a name is one word in lower case: `united_nations`"
        ],
        "",
    ),
    "single quotes": (
        "party a 'A'\nparty b\n",
        ['P001 1:9 `\'` cannot stand after `a` | put text in straight double quotes: `"…"`'],
        "a; b",
    ),
    "curly quotes": (
        "party a “A”\nparty b\n",
        ['P001 1:9 `“` cannot stand after `a` | put text in straight double quotes: `"…"`'],
        "a; b",
    ),
    "missing by": (
        "position x by on 2025-05-11 {\n  accepts talks\n}\nparty z\n",
        ["P001 1:12 something is missing after `by` | write a name between `by` and `on`"],
        "z",
    ),
    "missing comma in a header": (
        "position x by a b on 2025-05-11 {\n  accepts talks\n}\nparty z\n",
        ["P001 1:17 `b` cannot stand after `a` | separate names with a comma: `a, b`"],
        "z",
    ),
    "missing brace": (
        "position x by a on 2025-05-11\n  accepts talks\n}\nparty z\n",
        [
            "P001 2:3 `accepts` cannot stand after `2025-05-11` | write `{`, `by`, `expires`, `in`, `on` or `replaces`"
        ],
        "z",
    ),
    "missing closing brace": (
        HEAD + "{\n  accepts talks\n\nparty z\n",
        ["P002 1:31 this block is not closed | add a `}`"],
        "x(accepts talks); z",
    ),
    "extra closing brace": (
        body("accepts talks") + "}\nparty z\n",
        ["P001 4:1 `}` closes nothing | remove it"],
        "x(accepts talks); z",
    ),
    "extra closing brace in a line": (
        body("accepts talks }", "rejects aid") + "party z\n",
        ["P001 2:17 `}` closes nothing | remove it"],
        "x(rejects aid); z",
    ),
    "extra closing brace in a block": (
        body("accepts talks", "}", "rejects aid") + "party z\n",
        ["P001 3:3 `}` closes nothing | remove it"],
        "x(accepts talks, rejects aid); z",
    ),
    "German date": (
        "position x by a on 15.05.2025 {\n  accepts talks\n}\n",
        ["P001 1:20 `15.05.2025` is not written as a date | write dates as `2025-05-15`"],
        "",
    ),
    "slashes in a date": (
        "position x by a on 15/05/2025 {\n  accepts talks\n}\n",
        ["P001 1:20 `15/05/2025` is not written as a date | write dates as `2025-05-15`"],
        "",
    ),
    "ambiguous date": (
        "position x by a on 04/05/2025 {\n  accepts talks\n}\n",
        ["P001 1:20 `04/05/2025` is not written as a date | write dates as `2025-05-15`"],
        "",
    ),
    "slashes, year first": (
        body("accepts talks on 2025/05/15"),
        ["P001 2:20 `2025/05/15` is not written as a date | write dates as `2025-05-15`"],
        "x",
    ),
    "month by name": (
        body("accepts talks on May 15", "rejects aid"),
        ["P001 2:20 `May 15` is not written as a date | write dates as `2025-05-15`"],
        "x(rejects aid)",
    ),
    "month by name with year": (
        body("accepts talks on 15 May 2025", "rejects aid"),
        ["P001 2:20 `15 May 2025` is not written as a date | write dates as `2025-05-15`"],
        "x(rejects aid)",
    ),
    "American date": (
        body("accepts talks on May 15, 2025", "rejects aid"),
        ["P001 2:20 `May 15, 2025` is not written as a date | write dates as `2025-05-15`"],
        "x(rejects aid)",
    ),
    "missing comma": (
        body("accepts talks by russia ukraine on 2025-05-15", "rejects aid"),
        [
            "P001 2:27 `ukraine` cannot stand after `russia` | separate names with a comma: `russia, ukraine`"
        ],
        "x(rejects aid)",
    ),
    "stray comma": (
        body("accepts talks,", "rejects aid"),
        ["P001 2:16 `,` cannot stand after `talks` | remove the comma"],
        "x(rejects aid)",
    ),
    "comma at the end of a list": (
        body("accepts talks by russia,", "rejects aid"),
        ["P001 2:26 something is missing after `,` | write a name"],
        "x(rejects aid)",
    ),
    "missing name": (
        body("accepts talks by on 2025-05-15", "rejects aid"),
        ["P001 2:17 something is missing after `by` | write a name between `by` and `on`"],
        "x(rejects aid)",
    ),
    "misspelt facet": (
        body("accepts talks form 2025-05-12", "rejects aid"),
        ["P001 2:17 `form` cannot stand after `talks` | did you mean `from`?"],
        "x(rejects aid)",
    ),
    "statements joined by and": (
        body("accepts talks and rejects aid", "claims talks"),
        [
            "P001 2:17 `and` cannot stand after `talks` | `and` joins conditions only: write each statement on a line of its own"
        ],
        "x(claims talks)",
    ),
    "semicolon": (
        body("accepts talks;", "rejects aid"),
        [
            "P001 2:16 `;` cannot stand after `talks` | nothing separates statements but the line: remove the `;`"
        ],
        "x(rejects aid)",
    ),
    "full stop": (
        body("accepts talks.", "rejects aid"),
        [
            "P001 2:16 `.` cannot stand after `talks` | names have no full stops, and the line ends a statement"
        ],
        "x(rejects aid)",
    ),
    "incomplete statement": (
        body("accepts", "rejects aid"),
        ["P001 2:3 something is missing after `accepts` | write a name or `not`"],
        "x(rejects aid)",
    ),
    "incomplete condition": (
        body("accepts talks only if", "rejects aid"),
        ["P001 2:22 something is missing after `if` | write a name, `(` or `not`"],
        "x(rejects aid)",
    ),
    "unclosed parenthesis": (
        body("accepts talks if (a and b", "rejects aid"),
        ["P001 2:27 something is missing after `b` | close the parenthesis with `)`"],
        "x(rejects aid)",
    ),
    "double equals": (
        body("accepts army == 5", "rejects aid"),
        ["P001 2:17 `=` cannot stand after `=` | write one `=`"],
        "x(rejects aid)",
    ),
    "mathematical sign": (
        body("accepts army ≤ 5", "rejects aid"),
        ["P001 2:16 `≤` cannot stand after `army` | write `<=`"],
        "x(rejects aid)",
    ),
    "duration without unit": (
        body("accepts talks for 30", "rejects aid"),
        ["P001 2:21 something is missing after `30` | write a unit such as `days`"],
        "x(rejects aid)",
    ),
    "not a number": (
        body("accepts army <= ~5", "rejects aid"),
        [
            'P001 2:19 `~` cannot stand after `<=` | write a name, text in `"`, a date such as `2025-05-15`, a number or `-`'
        ],
        "x(rejects aid)",
    ),
    "comment in C": (
        body("accepts talks // perhaps", "rejects aid"),
        ["P001 2:17 `//` cannot stand after `talks` | a comment starts with `#`"],
        "x(rejects aid)",
    ),
    "garbage line": (
        body("accepts talks", "%%%", "rejects aid"),
        ["P001 3:3 `%` starts no statement | write a name, `@`, `attributes` or `withdraws`"],
        "x(accepts talks, rejects aid)",
    ),
    "several": (
        body("accepts talks", "rejects by x", "claims @", "rejects aid", "denies talks on"),
        [
            "P001 3:11 `by` cannot stand after `rejects` | write a name or `not`",
            "P001 4:10 `@` cannot stand after `claims` | write a name or `not`",
            "P001 6:16 something is missing after `on` | write a date such as `2025-05-15` or a number",
        ],
        "x(accepts talks, rejects aid)",
    ),
    "unclosed text": (
        body("accepts talks", '  "words here', "rejects aid") + "party b\n",
        [
            'P003 3:5 this text has no closing quote | end it with `"`; text over several lines goes between `"""` and `"""`'
        ],
        "x(rejects aid); b",
    ),
    "unclosed long text": (
        body("accepts talks", '  """words here', "rejects aid") + "party b\n",
        ['P003 3:5 this text has no closing quote | end it with `"""`'],
        "x; b",
    ),
    "unclosed long text before another": (
        body("accepts talks", '  """words', "rejects aid")
        + 'position y by b on 2025 {\n  accepts talks\n    """fine\n"""\n}\n',
        ['P003 3:5 this text has no closing quote | end it with `"""`'],
        'x; y(accepts talks """fine """)',
    ),
    "quote in text": (
        body('accepts talks "the "full" text"', "rejects aid"),
        ['P001 2:27 `" text"` cannot stand after `full` | a quote inside text is written `\\"`'],
        "x(rejects aid)",
    ),
    "attributes without a name": (
        body("attributes {", "  accepts talks", "}", "rejects aid"),
        ["P001 2:14 `{` cannot stand after `attributes` | write a name"],
        "x(rejects aid)",
    ),
    "attributes misspelt": (
        body("atributes b {", "  accepts talks", "}", "rejects aid"),
        ["P001 2:3 `atributes` starts no block | did you mean `attributes`?"],
        "x(rejects aid)",
    ),
    "attributes not closed": (
        body("attributes b {", "  accepts talks", "rejects aid") + "party z\n",
        ["P002 2:16 this block is not closed | add a `}`"],
        "x(b(accepts talks), rejects aid); z",
    ),
    "mistake in attributes": (
        body("attributes b {", "  accepts talks", "  accepts", "}", "rejects aid"),
        ["P001 4:5 something is missing after `accepts` | write a name or `not`"],
        "x(b(accepts talks), rejects aid)",
    ),
    "attributes in attributes": (
        body(
            "attributes b {", "  attributes c { accepts talks }", "  claims aid", "}", "rejects aid"
        ),
        ["P001 3:5 `attributes` cannot stand inside `attributes` | put them side by side"],
        "x(b(claims aid), rejects aid)",
    ),
    "head of attributes lost": (
        body("claims talks", "  accepts talks", "}", "rejects aid"),
        ["P001 4:3 `}` closes nothing | remove it"],
        "x(claims talks, rejects aid)",
    ),
    "broken property": (
        'party a {\n  aliases: "x"\n  in turkey\n  for: b\n}\n',
        ["P001 3:6 `turkey` cannot stand after `in` | write `in: turkey`"],
        "a(for: b)",
    ),
    "property without comma": (
        'party a { aliases: "x" "y" }\nparty b\n',
        ['P001 1:24 `"y"` cannot stand after `"x"` | separate them with a comma'],
        "a; b",
    ),
    "property without value": (
        "party a {\n  aliases:\n  for: b\n}\n",
        [
            'P001 2:10 something is missing after `:` | write a name, text in `"`, a date such as `2025-05-15`, a number or `-`'
        ],
        "a(for: b)",
    ),
    "two mistakes in a line": (
        "party a { x y } party b { y z }\nparty c\n",
        [
            "P001 1:13 `y` cannot stand after `x` | write `x: y`",
            "P001 1:29 `z` cannot stand after `y` | write `y: z`",
        ],
        "a; b; c",
    ),
    "one-line block": (
        HEAD + "{ accepts talks at } party b\nparty c\n",
        ["P001 1:47 something is missing after `at` | write a name, `least` or `most`"],
        "x; b; c",
    ),
    "tabs": (
        HEAD + "{\n\taccepts talks\n\taccepts\n\trejects aid\n}\n",
        ["P001 3:2 something is missing after `accepts` | write a name or `not`"],
        "x(accepts talks, rejects aid)",
    ),
    "CRLF": (
        "party a\r\nfoo bar\r\nparty b {\r\n  in a\r\n}\r\n",
        [
            "P001 2:1 `foo` starts no declaration | write a declaration such as `party` or `position`",
            "P001 4:6 `a` cannot stand after `in` | write `in: a`",
        ],
        "a; b",
    ),
    "byte order mark": (
        "\ufeffparty a\nfoo\n",
        [
            "P001 2:1 `foo` starts no declaration | write a declaration such as `party` or `position`"
        ],
        "a",
    ),
    "not indented": (
        HEAD + "{\nattributes b {\naccepts talks\n}\nrejects aid\naccepts\n}\nparty z\n",
        ["P001 6:1 something is missing after `accepts` | write a name or `not`"],
        "x(b(accepts talks), rejects aid); z",
    ),
    "not indented, attributes not closed": (
        HEAD + "{\nattributes b {\naccepts talks\nrejects aid\n}\nparty z\n",
        ["P002 2:14 this block is not closed | add a `}`"],
        "x; z",
    ),
    "indented file": (
        "  party a\n  patry b\n  position x by a on 2025 {\n    accepts talks\n    accepts\n  }\n",
        [
            "P001 2:3 `patry` starts no declaration | did you mean `party`?",
            "P001 5:5 something is missing after `accepts` | write a name or `not`",
        ],
        "a; x(accepts talks)",
    ),
    "misspelt clause": (
        'rule r "t" : note {\n  wen S: P favours E\n  say "x"\n  hint\n}\nparty b\n',
        [
            "P001 2:3 `wen` starts no line of a rule | did you mean `when`?",
            'P001 4:3 something is missing after `hint` | write text in `"`',
        ],
        "b",
    ),
    "example not closed": (
        'rule r "t" : note {\n  when S: P favours E\n  example "x" {\n    party a\n  finds 1\n}\nparty b\n',
        ["P002 3:15 this block is not closed | add a `}`"],
        "b",
    ),
    "example without outcome": (
        'rule r "t" : note {\n  example "x" {\n    party a\n  }\n}\nparty b\n',
        ["P001 4:3 something is missing after `}` | write `finds`"],
        "b",
    ),
    "rule without a kind": (
        'rule r "t" {\n  when S: P favours E\n}\nparty b\n',
        ['P001 1:12 `{` cannot stand after `"t"` | write `:`'],
        "b",
    ),
    "rule not closed": (
        'rule r "t" : note {\n  when S: P favours E\n\nparty b\n',
        ["P002 1:19 this block is not closed | add a `}`"],
        "b",
    ),
    "define not closed": (
        "define x(A) when (foo(A)\nparty b\n",
        ["P001 1:24 something is missing after `)` | close the parenthesis with `)`"],
        "b",
    ),
    "fact without a subject": (
        "fact not\nparty b\n",
        ["P001 1:6 something is missing after `not` | write a name"],
        "b",
    ),
    "ignore without a reason": (
        "ignore r of x.1\nparty b\n",
        ["P001 1:15 something is missing after `1` | write `,` or `because`"],
        "b",
    ),
    "stance without a parent": (
        "stance x is\nstance y is favours { force hard }\n",
        [
            "P001 1:10 something is missing after `is` | write a name",
            "P001 2:29 `hard` cannot stand after `force` | write `force: hard`",
        ],
        "y",
    ),
    "text in column 1 that is quoted": (
        body("accepts talks", '  """', "position paper said so", '  """', "accepts") + "party b\n",
        ["P001 6:3 something is missing after `accepts` | write a name or `not`"],
        'x(accepts talks """ position paper said so """); b',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_mistake(name: str) -> None:
    text, expected, readable = CASES[name]
    parsed = parse(Source("a.pos", text))
    assert mistakes(parsed) == expected
    assert kept(parsed) == readable


def test_broken_names_are_known() -> None:
    """Names that a dropped item or statement would have had, so that their users are not reported too."""
    text = "patry b\ndefine c(X when d(X)\n" + body(
        "@first accepts", "claims aid", "denies", "withdraws"
    )
    assert parse(Source("a.pos", text)).broken == {"b", "c", "x.first", "x.1", "x.3"}


def test_statements_of_others_are_never_taken_over() -> None:
    """Wherever a block of attributed statements is damaged, none of them becomes the speaker's own."""
    whole = body(
        "claims aid", "attributes b {", "  accepts talks", "  rejects army", "}", "denies aid"
    )
    inside = range(whole.index("attributes b {") + 14, whole.index("}") + 1)
    for at in range(len(whole)):
        closed_early = whole[:at] + "}" + whole[at:]
        for damaged in (
            whole[:at] + whole[at + 1 :],
            *([closed_early] if at not in inside else []),
        ):
            for item in parse(Source("a.pos", damaged)).items:
                members = item.members if isinstance(item, ast.Position) else ()
                own = {m.stance.text for m in members if isinstance(m, ast.Statement)}
                assert not own & {"accepts", "rejects"}, damaged


@pytest.mark.parametrize(
    "text",
    [
        body(f"accepts talks if {'(' * 10_000}a{')' * 10_000}"),
        body(f"accepts talks if {'not ' * 10_000}a"),
        f"define x(A) when A < 1{' + 1' * 10_000}\n",
        f"define x(A) when A < {'f(' * 10_000}1{')' * 10_000}\n",
        f"define x(A) when A < {('f(' + '1 + ' * 50) * 90}1{')' * 90}\n",
    ],
    ids=["parentheses", "not", "sums", "calls", "sums in calls"],
)
def test_too_deep(text: str) -> None:
    parsed = parse(Source("a.pos", f"party a\n{text}party b\n"))
    (diagnostic,) = parsed.diagnostics
    assert diagnostic.code == "too-deep"
    assert diagnostic.message == "this is nested too deeply"
    assert [i.name.text for i in parsed.items if isinstance(i, ast.Entity)] == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "{" * 1_000_000,
        "{\n" * 200_000,
        "}" * 500_000,
        '"' * 300_000,
        '"""' * 100_001,
        "party a { bad } " * 10_000,
        "position x by a on 2025 {\n" * 5_000,
        HEAD + "{\n" + "attributes b {\n" * 5_000,
        'rule r "t" : note {\n' + '  example "a" {\n' * 5_000,
        HEAD + "{\n" + "  accepts talks\n  rjects by x y\n" * 2_500 + "}\n",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_in_linear_time(text: str) -> None:
    start = perf_counter()
    assert parse(Source("a.pos", text)).diagnostics
    assert perf_counter() - start < 4


def test_many_mistakes_in_a_large_file() -> None:
    block = "  accepts talks\n" * 8
    good = "".join(f"position p{i} by a on 2025-05-11 {{\n{block}}}\n" for i in range(2_000))
    lines = good.split("\n")
    lines[3::10] = ["  accepts talks at"] * 2_000
    start = perf_counter()
    parsed = parse(Source("a.pos", "\n".join(lines)))
    assert perf_counter() - start < 5
    assert len(parsed.diagnostics) == 2_000
    assert sum(len(item.members) for item in parsed.items) == 2_000 * 7
