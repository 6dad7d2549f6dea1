"""Grammar → LALR(1) tables.

lark checks `grammar/poscheck.lark` and computes its tables; a snapshot of them lies beside the grammar in
`tables.json`, keyed by the grammar's hash, so that a run need not import lark (60 ms) or compute tables
(130 ms). When the grammar has changed, the tables are computed anew in the same process; write the
snapshot with `python -m checker.syntax.tables`.

Does not know what the rules of the grammar mean: `build` has the actions.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from checker.hashing import blake2b
from checker.resources import grammar_folder

STARTS = ("items", "members", "statements", "property_list", "clauses")
END = "$END"
RESERVED = "RESERVED"  # a terminal that no state accepts


@dataclass(frozen=True, slots=True)
class Tables:
    """What the driver needs; every list is indexed by state, rule or scanner number.

    actions: state → a rule number for a state with one reduction only, else terminal → number, where
        n > 0 shifts to state n and n <= 0 reduces by rule -n.
    gotos: state → nonterminal → state.
    rules: (nonterminal, action name or "" for a list of children, length, indices of children kept, inlined ones).
    scanners: state → scanner number; patterns: scanner → (regular expression, terminal of each group).
    keywords: state → word → terminal.
    starts: start symbol → state.
    spelling: terminal → how it is written, for those with one spelling that is no word.
    """

    actions: list[int | dict[str, int]]
    gotos: list[dict[str, int]]
    rules: list[tuple[str, str, int, list[int], list[int]]]
    scanners: list[int]
    patterns: list[tuple[str, list[str]]]
    keywords: list[dict[str, str]]
    starts: dict[str, int]
    spelling: dict[str, str]


def load_tables() -> Tables:
    """The tables of the grammar: the snapshot if it is of this grammar, else computed with lark."""
    folder = grammar_folder()
    grammar = (folder / "poscheck.lark").read_text("utf-8")
    try:
        snapshot = json.loads((folder / "tables.json").read_text("utf-8"))
    except (OSError, ValueError):
        snapshot = {}
    if snapshot.get("grammar") == _digest(grammar):
        return Tables(**snapshot["tables"])
    return compute_tables(grammar)


def compute_tables(grammar: str) -> Tables:
    """LALR(1) tables of a grammar text, by lark. Raises lark.exceptions.GrammarError for a conflict."""
    from lark import Lark

    parser = Lark(
        grammar, parser="lalr", lexer="contextual", start=list(STARTS), maybe_placeholders=False
    )
    table: Any = parser.parser.parser._parse_table
    terminals = {t.name: t for t in parser.terminals}
    order = _order(table)
    number = {state: i + 1 for i, state in enumerate(order)}  # state 0 is never used: 0 reduces
    rules: list[Any] = []
    rule_number: dict[Any, int] = {}
    actions: list[int | dict[str, int]] = [{}]
    gotos: list[dict[str, int]] = [{}]
    for state in order:
        row: dict[str, int] = {}
        goto: dict[str, int] = {}
        for symbol, (action, argument) in sorted(table.states[state].items()):
            if action.name == "Shift":
                target = row if symbol.isupper() else goto
                target[symbol] = number[argument]
            else:
                if argument not in rule_number:
                    rule_number[argument] = len(rules)
                    rules.append(argument)
                row[symbol] = -rule_number[argument]
        only = set(row.values())
        actions.append(row if len(only) != 1 or max(only) > 0 else only.pop())
        gotos.append(goto)
    patterns: list[tuple[str, list[str]]] = []
    scanners, keywords = [0], [dict[str, str]()]
    for row_or_rule in actions[1:]:
        accepted = [] if isinstance(row_or_rule, int) else sorted(row_or_rule)
        pattern, words = _scanner(accepted, terminals)
        if pattern not in patterns:
            patterns.append(pattern)
        scanners.append(patterns.index(pattern))
        keywords.append(words)
    starts = {s: number[table.start_states[s]] for s in STARTS}
    spelling = {
        t.name: t.pattern.value
        for t in parser.terminals
        if t.pattern.type == "str" and not t.pattern.value.isalpha()
    }
    productions = [_rule(r) for r in rules]
    return Tables(actions, gotos, productions, scanners, patterns, keywords, starts, spelling)


def _order(table: Any) -> list[Any]:
    """The states by breadth from the starts, so that the same grammar always gives the same tables."""
    order = [table.start_states[start] for start in STARTS]
    seen = set(order)
    for state in order:
        for _, (action, target) in sorted(table.states[state].items()):
            if action.name == "Shift" and target not in seen:
                seen.add(target)
                order.append(target)
    return order


def _rule(rule: Any) -> tuple[str, str, int, list[int], list[int]]:
    """(nonterminal, action, length, kept children, those of them that are lists to splice in)."""
    name = str(rule.origin.name)
    kept = [
        i for i, symbol in enumerate(rule.expansion) if not getattr(symbol, "filter_out", False)
    ]
    splice = [i for i in kept if str(rule.expansion[i].name).startswith("_")]
    passes = rule.options.expand1 and len(kept) == 1 and not rule.alias and not splice
    action = "" if name.startswith("_") else "=" if passes else str(rule.alias or name)
    return name, action, len(rule.expansion), kept, splice


def _scanner(
    accepted: list[str], terminals: dict[str, Any]
) -> tuple[tuple[str, list[str]], dict[str, str]]:
    """The scanner of a state: words are looked up once NAME has matched, the rest is one expression.

    A reserved word is read as one wherever it is no keyword, and accepted nowhere.
    """
    words: dict[str, str] = {}
    others: list[tuple[int, int, str, str]] = []
    for name in accepted:
        if name in (END, "NAME", "WORD", "BLOCK"):
            continue
        expression = terminals[name].pattern.to_regexp()
        spelled = re.fullmatch(r"(?:\(\?:)?([a-z]+(?:\|[a-z]+)*)\)?", expression)
        if spelled:
            words.update(dict.fromkeys(spelled[1].split("|"), name))
        else:
            others.append((-terminals[name].priority, -len(expression), name, expression))
    groups = [(name, expression) for _, _, name, expression in sorted(others)]
    name = "WORD" if "WORD" in accepted else "NAME"
    if name == "NAME":
        words = dict.fromkeys(reserved(terminals["NAME"].pattern.value), RESERVED) | words
    groups.append((name, terminals["WORD"].pattern.to_regexp()))
    if "BLOCK" in accepted:
        groups.append(("BLOCK", r"\{"))
    if END in accepted:
        groups.append((END, r"\Z"))
    # INVARIANT: `*+`: what was skipped as a comment is never given back to be read as a token.
    expression = r"(?:\s+|#[^\n]*)*+(?:{})".format("|".join(f"({e})" for _, e in groups))
    return (expression, [name for name, _ in groups]), words


def reserved(pattern: str) -> list[str]:
    """The words that the pattern of NAME excludes."""
    words = re.match(r"\(\?!\(\?:([a-z|]+)\)", pattern)
    return words[1].split("|") if words else []


def _digest(grammar: str) -> str:
    return blake2b(grammar.encode(), digest_size=12).hexdigest()


def main() -> None:
    """Write the snapshot beside the grammar."""
    from dataclasses import asdict

    folder = grammar_folder()
    grammar = (folder / "poscheck.lark").read_text("utf-8")
    data = {"grammar": _digest(grammar), "tables": asdict(compute_tables(grammar))}
    text = json.dumps(data, separators=(",", ":"), sort_keys=True)
    (folder / "tables.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
