"""A source of chance → valid files of the position language, in any layout.

A file is made as a list of tokens from a small grammar of its own, then written with chance white space,
line ends and comments between the tokens: the layout of a valid file carries no meaning.
"""

from __future__ import annotations

from random import Random

NAMES = [
    "talks",
    "ceasefire",
    "aid",
    "russia",
    "ukraine",
    "turkey",
    "istanbul",
    "doha",
    "sanctions",
    "withdrawal_date",
    "x1",
]
STANCES = [
    "accepts",
    "rejects",
    "requires",
    "commits",
    "threatens",
    "insists_on",
    "claims",
    "open_to",
]
VARIABLES = ["P", "Q", "A", "B", "S", "_"]
DATES = [
    "2025-05-15",
    "2025-05",
    "2025-05-12/2025-06-11",
    "2025-05-15~",
    "../2025-06-01",
    "2025-05-12/..",
    "2025",
]
TEXTS = [
    '"a quote"',
    '"with \\"quotes\\" in it"',
    '"# no comment"',
    '"{ no block }"',
    '"Türkiye – “x”"',
    '""',
    '"""over\n  two lines"""',
    '"""one "line" only"""',
]
GLUE = set("{}(),:@.")

Tokens = list[str]


class Maker:
    """Makes pieces of files, each a list of tokens."""

    def __init__(self, random: Random, examples: bool = True) -> None:
        self.random = random
        self.examples = examples

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def name(self) -> str:
        return self.random.choice(NAMES)

    def names(self) -> Tokens:
        return self.listed([[self.name()] for _ in range(self.random.randint(1, 2))])

    def listed(self, parts: list[Tokens]) -> Tokens:
        out: Tokens = []
        for part in parts:
            out += [",", *part] if out else part
        return out

    def some(self, most: int) -> range:
        return range(self.random.randint(0, most))

    def text(self) -> str:
        return self.random.choice(TEXTS)

    def duration(self) -> Tokens:
        return [self.one("30", "1", "2.5"), self.one("days", "hour", "weeks")]

    def value(self) -> Tokens:
        return self.random.choice(
            [[self.name()], [self.text()], ["600_000"], ["-", "5"], ["2025-05-15"], self.duration()]
        )

    # --- propositions ----------------------------------------------------------------------------
    def facet(self) -> Tokens:
        return self.random.choice(
            [
                ["at", self.name()],
                [self.one("on", "from", "until"), self.random.choice(DATES)],
                ["for", *self.duration()],
                ["for", "at", self.one("least", "most"), *self.duration()],
                ["by", *self.names()],
                [self.one("to", "against"), *self.names()],
                ["with", self.name(), "=", *self.value()],
                ["unconditionally"],
            ]
        )

    def core(self) -> Tokens:
        kind = self.random.randint(0, 6)
        if kind <= 2:
            return [self.name(), *[t for _ in self.some(2) for t in self.facet()]]
        if kind == 3:
            gap = self.random.choice([[], self.duration(), ["at", "least", *self.duration()]])
            return [
                self.name(),
                *gap,
                self.one("before", "after", "during", "alongside"),
                self.name(),
            ]
        if kind == 4:
            return [self.name(), "in {", *self.listed([self.value() for _ in range(2)]), "}"]
        return [self.name(), self.one("=", "<=", ">", "!="), *self.value()]

    def proposition(self) -> Tokens:
        return self.one_of_two(["not", *self.core()], self.core())

    def one_of_two(self, rare: Tokens, common: Tokens) -> Tokens:
        return rare if self.random.random() < 0.25 else common

    def formula(self, leaf: str, depth: int = 2) -> Tokens:
        """Leaves joined by `and`, `or` and `not`, with parentheses where they may or must stand."""
        if not depth or self.random.random() < 0.4:
            return self.core() if leaf == "core" else self.literal()
        kind = self.random.randint(0, 3)
        if kind == 0:
            return ["not", "(", *self.formula(leaf, depth - 1), ")"]
        if kind == 1:
            return ["(", *self.formula(leaf, depth - 1), ")"]
        word = self.one("and", "or")
        left, right = self.formula(leaf, depth - 1), self.formula(leaf, depth - 1)
        return ["(", *left, ")", word, "(", *right, ")"] if kind == 2 else [*left, word, *right]

    def condition(self) -> Tokens:
        word = self.random.choice([["if"], ["only", "if"], ["only", "after"], ["unless"]])
        return [*word, *self.formula("core")]

    # --- items -----------------------------------------------------------------------------------
    def quotes(self) -> Tokens:
        return [self.text() for _ in self.some(2)]

    def statement(self) -> Tokens:
        label = self.one_of_two(["@", self.name()], [])
        conditions = [t for _ in self.some(1) for t in self.condition()]
        stance = self.random.choice(STANCES)
        return [*label, stance, *self.proposition(), *conditions, *self.quotes()]

    def member(self) -> Tokens:
        kind = self.random.randint(0, 5)
        if kind == 0:
            return ["withdraws", *self.reference()]
        if kind == 1:
            inner = [t for _ in self.some(3) for t in self.statement()]
            return ["attributes", self.name(), "{", *inner, "}"]
        return self.statement()

    def reference(self) -> Tokens:
        return self.random.choice([[self.name()], [self.name(), ".", "1"], [self.name(), ".", "a"]])

    def references(self) -> Tokens:
        return self.listed([self.reference() for _ in range(self.random.randint(1, 3))])

    def position(self) -> Tokens:
        title = [self.text() for _ in self.some(1)]
        headers = [["by", *self.names()], ["on", self.random.choice(DATES)], ["in", self.name()]]
        headers += [["expires", "2026"], ["replaces", *self.reference()]]
        kept = self.random.sample(headers, self.random.randint(1, 4))
        members = [t for _ in self.some(4) for t in self.member()]
        return ["position", self.name(), *title, *[t for h in kept for t in h], "{", *members, "}"]

    def properties(self) -> Tokens:
        if self.random.random() < 0.4:
            return []
        parts = [[self.name(), ":", *self.listed([self.value()])] for _ in self.some(3)]
        parts += [["in", ":", self.name(), ",", self.text()] for _ in self.some(1)]
        return ["{", *[t for p in parts for t in p], "}"]

    def entity(self) -> Tokens:
        if self.random.random() < 0.3:
            parent = ["is", self.random.choice(STANCES)] if self.random.random() < 0.5 else []
            return ["stance", self.name(), *parent, *self.properties()]
        kind = self.one("source", "party", "person", "place", "event", "state", "issue")
        return [kind, self.name(), *[self.text() for _ in self.some(1)], *self.properties()]

    def fact(self) -> Tokens:
        content = self.random.choice([self.proposition(), self.call()])
        source = ["in", self.name()] if self.random.random() < 0.5 else []
        return ["fact", *content, *source, *self.quotes()]

    # --- rules -----------------------------------------------------------------------------------
    def call(self) -> Tokens:
        arguments = self.listed([self.term() for _ in self.some(2)])
        return [self.name(), "(", *arguments, ")"]

    def term(self, depth: int = 1) -> Tokens:
        kind = self.random.randint(0, 5)
        if kind == 0 and depth:
            return [*self.term(0), self.one("+", "-", "*", "/"), *self.term(0)]
        if kind == 1:
            return ["S", ".", "date"]
        if kind == 2:
            return ["count", "(", self.random.choice(VARIABLES), ")"]
        return self.random.choice([[self.random.choice(VARIABLES)], self.value()])

    def literal(self) -> Tokens:
        kind = self.random.randint(0, 6)
        label = self.one_of_two([], ["S", ":"])
        if kind <= 1:
            end = self.one_of_two(["outright"], [])
            return [*label, "P", self.random.choice(STANCES), *self.proposition(), *end]
        if kind == 2:
            return [*label, "R", "attributes", "P", "favours", *self.proposition()]
        if kind == 3:
            return [*label, "fact", *self.proposition()]
        if kind == 4:
            return ["S", self.one("needs", "if"), "C"]
        if kind == 5:
            return self.call()
        return [*self.term(), self.one("=", "!=", "<"), *self.term()]

    def define(self) -> Tokens:
        return ["define", *self.call(), "when", *self.formula("literal", 3)]

    def rule(self, depth: int = 0) -> Tokens:
        clauses = [["for", "E", ",", "V"], ["severity", "error"], ["why", self.text()]]
        clauses += [["when", *self.formula("literal", 3)], ["say", self.text()]]
        clauses += [["having", *self.formula("literal", 1)], ["hint", self.text()]]
        kept = [c for c in clauses if self.random.random() < 0.7]
        if self.examples and depth < 2:
            kept += [self.example(depth) for _ in self.some(2)]
        return [
            "rule",
            self.name(),
            self.text(),
            ":",
            "note",
            "{",
            *[t for c in kept for t in c],
            "}",
        ]

    def example(self, depth: int) -> Tokens:
        items = [t for _ in self.some(3) for t in self.item(depth + 1)]
        outcome = self.random.choice([["1"], ["0"], ["nothing"], self.references()])
        return ["example", self.text(), "{", *items, "}", "finds", *outcome]

    def item(self, depth: int = 0) -> Tokens:
        kind = self.random.randint(0, 9)
        if kind <= 2:
            return self.position()
        if kind <= 4:
            return self.entity()
        if kind == 5:
            return self.define()
        if kind == 6:
            return self.rule(depth)
        return self.random.choice(
            [
                self.fact(),
                ["use", self.text()],
                ["relation", self.name(), "(", *self.names(), ")"],
                ["ignore", self.name(), "of", *self.references(), "because", self.text()],
                ["expect", self.name(), "of", *self.references()],
            ]
        )

    def tokens(self, most: int = 5) -> Tokens:
        return [t for _ in self.some(most) for t in self.item()]

    # --- layout ----------------------------------------------------------------------------------
    def laid_out(self, tokens: Tokens) -> str:
        """The tokens with chance layout between them."""
        busy = self.random.choice([0.0, 0.05, 0.3])
        out = [self.between("{", "", busy)]
        for token, following in zip(tokens, [*tokens[1:], ""], strict=False):
            out += [token, self.between(token, following, busy)]
        return "".join(out)

    def between(self, left: str, right: str, busy: float) -> str:
        chance = self.random.random()
        if chance < busy:
            comment = self.one("# note", "#", '# a "b', "#x {", "# }  ", "# \\ '''")
            return (
                self.one(" ", "\n", "\n\n", "  \n   ") + comment + self.one("\n", "\n\n\n", "\n  ")
            )
        if chance < 0.5:
            return " "
        if (left in GLUE or right in GLUE) and not (left + right).strip("{}(),:@.").isdigit():
            return self.one("", "", " ", "\n")
        return self.one(" ", "  ", "\n", "\n    ", "\t", "\n\n", "\r\n", "\n \n\n")

    def file(self, most: int = 5) -> str:
        return self.laid_out(self.tokens(most))
