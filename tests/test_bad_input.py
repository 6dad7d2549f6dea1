"""Every kind of mistake: the exact diagnostic, status 2, and everything else still checked."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from conftest import ROOT, Run

from checker import check

HEAD = """\
party a "A"
party b "B"
place rome
event talks { between: a, b }
state truce
issue army { unit: troops }
issue path { options: joins, never }
source news { date: 2025-05-11 }
"""
GOOD = """\
position good by a on 2025-05-11 { requires talks before truce }
position better by b on 2025-05-11 { requires truce before talks }
"""

MISTAKES = {
    # text: (name, line, column, message, help)
    "position p by c on 2025-05-11 { accepts talks }": (
        "unknown-party", 9, 15, "there is no party or person `c`", 'declare it: `party c "Full name"`'),
    "position p by a on 2025-05-11 { accepts talk }": (
        "unknown-subject", 9, 41, "there is no event, state or issue `talk`", "did you mean `talks`?"),
    "position p by a on 2025-05-11 { accepts talks at Rome }": (
        "unknown-place", 9, 50, "there is no place `Rome`", "did you mean `rome`?"),
    "position p by a on 2025-05-11 { acepts talks }": (
        "unknown-stance", 9, 33, "there is no stance `acepts`", "did you mean `accepts`?"),
    "position p by a in newz { accepts talks }": (
        "unknown-source", 9, 20, "there is no source `newz`", "did you mean `news`?"),
    "position p by a on 2025-02-30 { accepts talks }": (
        "bad-date", 9, 20, "`2025-02-30` is not a date: February 2025 has 28 days",
        "write dates as `2025-05-15`, `2025-05` or `2025`"),
    "position p by a on 2025-05-11 { accepts talks on 2025-13 }": (
        "bad-date", 9, 50, "`2025-13` is not a date: month 13 does not exist",
        "write dates as `2025-05-15`, `2025-05` or `2025`"),
    "position p by a on 2025-06-11/2025-05-12 { accepts talks }": (
        "bad-date", 9, 20, "`2025-06-11/2025-05-12` ends before it begins", "put the earlier date first"),
    "position p by a { accepts talks }": (
        "missing-date", 9, 10, "position `p` has no date", "add `on DATE`, or `in SOURCE` with a date"),
    "position p on 2025-05-11 { accepts talks }": (
        "missing-holder", 9, 10, "position `p` does not say whose it is", "add `by PARTY`"),
    "position p by a on 2025-05-11 by b { accepts talks }": (
        "repeated-part", 9, 31, "`by` is given twice", "put the names in one list, with commas"),
    "position p by a on 2025-05-11 { accepts talks at rome at rome }": (
        "repeated-part", 9, 55, "`at` is given twice", "keep one"),
    "position p by a on 2025-05-11 { accepts talks = 3 }": (
        "wrong-kind", 9, 41, "`talks` is an event: only an issue takes a value", "declare it as an issue"),
    "position p by a on 2025-05-11 { accepts path = sometimes }": (
        "unknown-option", 9, 48, "`sometimes` is not an option of `path`", "its options are joins, never"),
    "position p by a on 2025-05-11 { accepts army <= 2025-05-11 }": (
        "wrong-unit", 9, 49, "`2025-05-11` is not a value of `army`, which is counted in troops", "write a number"),
    "position p by a on 2025-05-11 { requires army before talks }": (
        "wrong-kind", 9, 42, "`army` is an issue: it has no beginning or end", "order events and states"),
    "position p by a on 2025-05-11 { @x accepts talks @x rejects truce }": (
        "duplicate-name", 9, 51, "`@x` is used twice", ""),
    "position good2 by a on 2025-05-11 { withdraws god }": (
        "unknown-position", 9, 47, "there is no position `god`", "did you mean `good`?"),
    "position p by a on 2025-05-11 { accepts talks withdraws good.7 }": (
        "unknown-statement", 9, 57, "there is no statement `good.7`", "`good` has 1"),
    'party a "Again"': ("duplicate-name", 9, 7, "`a` is declared twice", "rename or remove one"),
    "place inner { in: inner }": (
        "cycle", 9, 7, "`inner` lies inside itself", "break the circle"),
    "party club { members: a, zorro }": (
        "unknown-party", 9, 26, "there is no party or person `zorro`", 'declare it: `party zorro "Full name"`'),
    "party Club": ("variable-outside-rule", 9, 7, "`Club` is not a name", "write `club`: names are in lower case"),
    'use "nowhere.pos"': (
        "file-not-found", 9, 5, "there is no file `nowhere.pos`", "the path is relative to this file"),
    "fact borders(a, b)": (
        "unknown-relation", 9, 6, "there is no relation `borders`", "declare it: `relation borders(…)`"),
    "relation near(party, plase)": (
        "unknown-kind", 9, 22, "there is no kind of value `plase`", "did you mean `place`?"),
    "relation covers(party, party)": (
        "duplicate-name", 9, 10, "`covers` is a built-in relation", "choose another name"),
    "expect oposite_order of good.1": (
        "unknown-rule", 9, 8, "there is no rule `oposite_order`", "did you mean `opposite_order`?"),
    'ignore ultimatum of nothing because "x"': (
        "unknown-position", 9, 21, "there is no position `nothing`", ""),
    'rule r "R" : note { when P favors talks say "{P}" }': (
        "unknown-stance", 9, 28, "there is no stance `favors`", "did you mean `favours`?"),
    'rule r "R" : not_a_kind { when P favours talks say "{P}" }': (
        "unknown-kind", 9, 14, "there is no kind `not_a_kind`",
        "it is one of contradiction, precondition, focal_point, tension, shift, provenance, note"),
    'rule r "R" : note { when P favours talks }': (
        "incomplete-rule", 9, 6, "rule `r` has no `say`", "add a `say` line"),
    'rule r "R" : note { when P favours talks say "{Q}" }': (
        "unbound-variable", 9, 48, "nothing in `r` says what `Q` is",
        "name `Q` in a pattern or relation that is not negated"),
    'rule r "R" : note { when P favours talks and not Q opposes talks say "{P}" }': (
        "unsafe-negation", 9, 50, "`Q` stands only under `not` in `r`",
        "bind it by a pattern or relation that is not negated, or write `_` for anything"),
    'rule r "R" : note { when P favours talks and P < N say "{P}" }': (
        "unbound-variable", 9, 50, "nothing in `r` says what `N` is",
        "name `N` in a pattern or relation that is not negated"),
    'rule r "R" : note { when P favours E and place(P) say "{P}" }': (
        "type-mismatch", 9, 48, "`P` is a party elsewhere and a place here", "use two variables"),
    'rule r "R" : note { when S: P favours E and S.dat = D say "{P}" }': (
        "unknown-field", 9, 47, "there is no field `dat`", "did you mean `date`?"),
    'rule r "R" : note { when S: P favours E and covers(S) say "{P}" }': (
        "wrong-arity", 9, 45, "`covers` has 2 columns, not 1", "it is `covers(statement, statement)`"),
    'rule r "R" : note { when covrs(S, T) say "{S}" }': (
        "unknown-relation", 9, 26, "there is no relation `covrs`", "did you mean `covers`?"),
    "define p(X) when party(X) and not p(X)": (
        "unstratified", 9, 1, "`p` depends on itself through `not` or an aggregate: `p` → `p`",
        "say it without the circle: negate only what is defined before"),
    "relation n(number) fact n(0) define n(X + 1) when n(X)": (
        "runaway-recursion", None, None, "`n` never stops making new values",
        "bound the value it counts: add a comparison such as `N < 100`"),
    "position p by a on 2025-05-11 { accepts talks \u202eat rome }": (
        "bidi-control", 9, 47, "U+202E changes the direction in which this line is shown",
        "remove it: right-to-left text needs no control characters"),
}  # fmt: skip


@pytest.mark.parametrize("text", MISTAKES, ids=lambda t: t.replace(" ", "_")[:60])
def test_mistake(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if "never stops" in MISTAKES[text][3]:
        monkeypatch.setattr("checker.engine.memory.ROUNDS", 50)
        monkeypatch.setattr("checker.engine.memory.evaluate.__defaults__", (None, 50))
    name, line, column, message, help = MISTAKES[text]
    report = check(HEAD + text + "\n" + GOOD)
    found = [d for d in report.diagnostics if d.name != "syntax-error" or name == "syntax-error"]
    assert [(d.name, d.message, d.help) for d in found] == [(name, message, help)]
    if line is not None:
        assert found[0].place is not None
        assert (found[0].place.line, found[0].place.column) == (line, column)
    if name != "runaway-recursion":
        assert [f.rule for f in report.findings] == ["opposite_order"]


def test_labels_show_the_other_place() -> None:
    (mistake,) = check(HEAD + 'party a "Again"\n').diagnostics
    assert [(x.message, x.place.line) for x in mistake.labels] == [("`a` is declared here", 1)]


def test_a_cycle_of_relations_is_shown() -> None:
    text = "define p(X) when party(X) and not q(X)\ndefine q(X) when r(X)\ndefine r(X) when p(X)\n"
    (mistake,) = check(HEAD + text).diagnostics
    assert mistake.message.endswith("`p` → `q` → `r` → `p`")
    assert [x.message for x in mistake.labels] == ["`q` is defined here", "`r` is defined here"]


class TestFiles:
    def mistake(self, poscheck: Run, *arguments: str, **kw) -> str:  # type: ignore[no-untyped-def]
        done = poscheck("check", "-o", "concise", *arguments, **kw)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        return done.stdout.strip()

    def test_missing(self, poscheck: Run, tmp_path: Path) -> None:
        assert (
            self.mistake(poscheck, "no.pos", cwd=tmp_path)
            == "-: error[file-not-found] there is no file `no.pos`"
        )

    def test_empty_folder(self, poscheck: Run, tmp_path: Path) -> None:
        (tmp_path / "x").mkdir()
        found = self.mistake(poscheck, "x", cwd=tmp_path)
        assert found == "-: error[nothing-to-check] there is no `.pos` file below `x`"

    def test_binary(self, poscheck: Run, tmp_path: Path) -> None:
        (tmp_path / "b.pos").write_bytes(b"party a\0\1")
        assert (
            self.mistake(poscheck, "b.pos", cwd=tmp_path)
            == "-: error[binary-file] `b.pos` is a binary file"
        )

    def test_broken_utf8(self, poscheck: Run, tmp_path: Path) -> None:
        (tmp_path / "b.pos").write_bytes("party a\nparty b “".encode() + b"\xff")
        found = self.mistake(poscheck, "b.pos", cwd=tmp_path)
        assert found == "b.pos:2:10: error[broken-utf8] byte 0xff is not UTF-8"

    def test_huge(self, poscheck: Run, tmp_path: Path) -> None:
        with (tmp_path / "h.pos").open("wb") as file:
            file.truncate(65 * 1024 * 1024)
        assert (
            self.mistake(poscheck, "h.pos", cwd=tmp_path)
            == "-: error[file-too-large] `h.pos` is larger than 64 MB"
        )

    def test_unreadable_source_text(self, poscheck: Run, tmp_path: Path) -> None:
        (tmp_path / "c.pos").write_text('source s { file: "gone.txt" }\n')
        found = self.mistake(poscheck, "c.pos", cwd=tmp_path)
        assert (
            found == "c.pos:1:8: error[file-not-found] there is no file `gone.txt` for source `s`"
        )

    def test_use_outside_the_root(self, poscheck: Run, tmp_path: Path) -> None:
        inside = tmp_path / "project"
        inside.mkdir()
        (inside / "poscheck.toml").touch()
        (tmp_path / "secret.pos").write_text("party spy\n")
        (inside / "c.pos").write_text('use "../secret.pos"\n')
        found = self.mistake(poscheck, "c.pos", cwd=inside)
        assert (
            found
            == "c.pos:1:5: error[outside-root] `../secret.pos` lies outside the project root `.`"
        )
        assert poscheck("check", "c.pos", "--allow-outside", cwd=inside).returncode == 0

    def test_files_that_use_each_other(self, poscheck: Run, tmp_path: Path) -> None:
        (tmp_path / "a.pos").write_text('use "b.pos"\nparty a\n')
        (tmp_path / "b.pos").write_text('use "a.pos"\nuse "b.pos"\nparty b\n')
        done = poscheck("check", ".", cwd=tmp_path)
        assert (done.returncode, done.stdout.strip()) == (0, "0 findings in 0 statements of 1 case")

    def test_standard_input(self, poscheck: Run) -> None:
        found = self.mistake(poscheck, "-", "--stdin-filename", "typed.pos", stdin="party a b\n")
        assert found.startswith("typed.pos:1:9: error[syntax-error]")

    def test_fmt_changes_nothing_that_is_broken(self, poscheck: Run, tmp_path: Path) -> None:
        file = tmp_path / "x.pos"
        file.write_text("party   a\nposition p by {\n")
        done = poscheck("fmt", "x.pos", cwd=tmp_path)
        assert done.returncode == 2
        assert file.read_text() == "party   a\nposition p by {\n"

    def test_deep_nesting(self, poscheck: Run) -> None:
        deep = "(" * 10_000 + "truce" + ")" * 10_000
        text = f"{HEAD}position p by a on 2025-05-11 {{ accepts talks if {deep} }}\n"
        assert "error[too-deep] this is nested too deeply" in self.mistake(
            poscheck, "-", stdin=text
        )

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["chekc"], "there is no command `chekc`; did you mean `check`?"),
            (["check", "-o", "jsn"], "there is no output format `jsn`"),
            (["check", "--fail-on", "eror"], "`eror` is no value of `fail-on` (from a flag)"),
            (["check", "--as-of", "tomorrow"], "`tomorrow` is not a date"),
            (["check", "corpus", "--select", "opposite_ordr"], "there is no rule `opposite_ordr`"),
            (["check", "corpus", "--rules", "nowhere"], "there is no file `nowhere`"),
            (["explain", "zzzz", "corpus"], "there is no finding `zzzz`"),
            (["rules", "opposite"], "there is no rule `opposite`"),
            (["query", "P favours", "corpus"], "something is missing after `favours`"),
            (["query", "P favours talks at", "corpus"], "after `at`"),
        ],
    )
    def test_usage(self, poscheck: Run, arguments: list[str], message: str) -> None:
        done = poscheck(*arguments)
        assert done.returncode == 2
        assert message in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_mutations_of_the_corpus_never_break_anything() -> None:
    """A thousand seeded edits: no exception, and no statement with words that nobody wrote."""
    original = (ROOT / "corpus" / "istanbul_2025" / "istanbul.pos").read_text()
    original = original.replace('  file: "insight-eu.txt"\n', "")
    words = {s.id: s.text for s in _statements(original)}
    random = Random(2025)
    for _ in range(150):
        text = _mutated(original, random)
        report = check(text)
        for finding in report.findings:
            for witness in finding.witnesses:
                assert witness.text in text
    assert words


def _statements(text: str):  # type: ignore[no-untyped-def]
    return {w.id: w for f in check(text).findings for w in f.witnesses}.values()


def _mutated(text: str, random: Random) -> str:
    kind = random.randrange(5)
    lines = text.split("\n")
    i = random.randrange(len(lines))
    at = random.randrange(len(text))
    if kind == 0:
        del lines[i]
    elif kind == 1:
        j = random.randrange(len(lines))
        lines[i], lines[j] = lines[j], lines[i]
    elif kind == 2:
        return text[:at] + random.choice('{}"()@:,.#\n\\ x9é\u0000') + text[at:]
    elif kind == 3:
        return text[:at] + text[at + random.randrange(1, 6) :]
    else:
        words = lines[i].split()
        random.shuffle(words)
        lines[i] = " ".join(words)
    return "\n".join(lines)


@pytest.mark.parametrize("broken", ["acepts talks", "accepts talks at"])
def test_a_broken_statement_keeps_its_number(broken: str) -> None:
    text = f"""{HEAD}
position x by a on 2025-05-11 {{
  {broken}
  offers talks
}}
position y by b on 2025-05-11 {{ rejects talks }}
expect rejected_offer of x.2, y.1
"""
    report = check(text)
    assert len(report.diagnostics) == 1
    assert [[w.id for w in f.witnesses] for f in report.findings] == [["x.2", "y.1"]]
