"""Random texts of specs: every construct of the grammar, with spaces wherever they may stand.

The constructs are written with marks for what may stand between two words:

    ·  spaces or none          ' '  spaces
    ↵  spaces, none, or lines  ␤    spaces or lines
    ⏎  lines

Lines may be empty or hold comments. What the texts mean makes no sense; that they can be read does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

NAMES = ("a", "b2", "width", "conv", "relu", "stem", "table", "block", "a_rather_long_name")
# What may be a label though it is reserved.
WORDS = (*NAMES, "head", "in", "as", "true")
NUMBERS = ("0", "64", "0.001", "1e-5", "12345678")
SIZES = ("3x3", "3x224x224")
STRINGS = ('"plain"', '"layer{i+1}"', '"a {{ # }} \\" -> "', '"{ x }"')
OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "==", "<", ">=")
DOCS = ('"""One line."""', '"""Title.\n\n    indented\n  less\n  """', '"""  # no comment\n\tx"""')
QUOTED = re.compile(r'("""[\s\S]*?"""|"(?:\\.|[^"\\])*")')
COMMENTS = ("#", "# plain", '#no space "quote', "# } ) ] {", "# -> | else\t ")


def random_text(random: Random) -> str:
    """A spec without errors of syntax."""
    return _Spaces(random).put_into(_Writer(random).file())


Choice = str | Callable[[], str]


class _Writer:
    """Writes constructs with the marks between their words."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def pick(self, *choices: Choice) -> str:
        chosen = self.random.choice(choices)
        return chosen if isinstance(chosen, str) else chosen()

    def maybe(self, choice: Choice) -> str:
        return self.pick("", choice)

    def some(self, least: int = 1, most: int = 3) -> range:
        return range(self.random.randint(least, most))

    def joined(self, separator: str, element: Callable[[], str], least: int = 1) -> str:
        return separator.join(element() for _ in self.some(least))

    def name(self) -> str:
        return self.pick(*NAMES)

    def string(self) -> str:
        return self.pick(*STRINGS)

    # Definitions

    def file(self) -> str:
        doc = self.maybe(lambda: f"{self.pick(*DOCS)}⏎")
        return f"↵{doc}{self.joined('⏎', self.definition)}↵"

    def definition(self) -> str:
        return self.pick(
            lambda: f"from {self.pick('resnet', self.string)} use {self.joined(',↵', self.used)}",
            lambda: f"variant {self.name()}·=·{self.name()}({in_brackets(self.maybe(self.given))})",
            lambda: f"layer {self.name()}·{self.parameters()}·=·python {self.string()}",
            lambda: f"network {self.name()}·{self.parameters()}·{self.documented()}",
            lambda: f"block {self.name()}·{self.parameters()}·{self.documented()}",
            lambda: f"block {self.name()}·{self.parameters()}·{self.contract()}{self.documented()}",
            self.let,
            self.default,
        )

    def used(self) -> str:
        return self.name() + self.maybe(lambda: f" as {self.name()}")

    def parameters(self) -> str:
        inside = self.maybe(lambda: self.joined("·,·", self.parameter) + self.maybe("·,"))
        return f"({in_brackets(f'·{inside}·')})"

    def parameter(self) -> str:
        return self.name() + self.maybe(lambda: f"·=·{self.expression(1)}")

    def contract(self) -> str:
        return f":·{self.joined(' ', self.size)}↵->↵{self.joined(' ', self.size)}·"

    def size(self) -> str:
        return self.pick("c", "h", "1", "(·2·*·n·)")

    def documented(self) -> str:
        doc = self.maybe(lambda: self.pick(*DOCS) + self.pick("⏎", "·"))
        return f"{{↵{doc}{self.statements(3)}↵}}"

    # Statements

    def body(self, depth: int) -> str:
        return f"{{↵{self.statements(depth - 1)}↵}}" if depth > 1 else "{·}"

    def statements(self, depth: int) -> str:
        return self.joined("⏎", lambda: self.statement(depth), least=0)

    def statement(self, depth: int) -> str:
        sections = ("stem", "body", "neck", "head", "head a", "head a training")
        return self.pick(
            *[lambda: self.chain(depth)] * 6,
            self.let,
            self.default,
            lambda: f"init {self.pick(self.name, self.reference)}{self.arguments()}",
            lambda: f"require {self.expression(2)}·,↵{self.string()}",
            lambda: f"input {self.value(1)}{self.maybe(lambda: f' {self.string()}')}",
            lambda: f"input {self.value(1)}{self.label()}",
            lambda: f"output {self.joined('·,↵', self.path)}",
            lambda: f"repeat {self.expression(1)}·{self.body(depth)}",
            lambda: f"for {self.targets()} in {self.expression(1)}·{self.body(depth)}",
            lambda: self.condition(lambda: self.body(depth)),
            lambda: f"{self.pick(*sections)}·{self.body(depth)}",
        )

    def condition(self, braces: Callable[[], str]) -> str:
        middle = self.maybe(lambda: f"↵else if {self.expression(1)}·{braces()}")
        end = self.maybe(lambda: f"↵else·{braces()}")
        return f"if {self.expression(1)}·{braces()}{middle}{end}"

    def let(self) -> str:
        return f"let {self.name()}·=·{self.pick(lambda: self.expression(3), self.table)}"

    def table(self) -> str:
        columns = self.some()
        header = " ".join(self.pick(*WORDS) for _ in columns)
        rows = [" ".join(self.cell() for _ in columns) for _ in self.some(0)]
        return f"table·{{↵{'⏎'.join([header, *rows])}⏎}}"

    def cell(self) -> str:
        return self.maybe("-·") + self.value(1)

    def default(self) -> str:
        return f"default {self.name()}{self.arguments()}"

    # Chains

    def chain(self, depth: int) -> str:
        head = self.maybe(lambda: f"{self.pick(self.name, self.string)}·:·")
        return head + self.joined("↵->↵", lambda: self.item(depth))

    def item(self, depth: int) -> str:
        simple = (
            lambda: f"{self.pick(self.name, 'nn.Softplus')}{self.arguments()}",
            self.reference,
            lambda: f"reuse {self.path()}",
        )
        nested = (
            lambda: self.residual(depth),
            lambda: self.body(depth),
            lambda: f"concat{self.arguments()}·{self.arms(depth - 1)}",
        )
        return self.pick(*simple, *(nested if depth else ())) + self.maybe(self.label)

    def residual(self, depth: int) -> str:
        condition = self.maybe(lambda: f" if {self.expression(1)}")
        projection = self.maybe(lambda: f"↵project·{self.body(depth)}")
        return f"residual{condition}·{self.body(depth)}{projection}"

    def label(self) -> str:
        return f" as {self.maybe('@·')}{self.pick(*WORDS, *STRINGS)}"

    def arms(self, depth: int) -> str:
        others = self.joined("", lambda: self.arm(depth), least=0)
        return f"{{↵|↵{self.chain(depth)}{others}↵}}"

    def arm(self, depth: int) -> str:
        chain = f"↵|↵{self.chain(depth)}"
        if depth < 1:
            return chain
        return self.pick(
            chain,
            lambda: f"⏎for {self.targets()} in {self.value(1)}·{self.arms(depth - 1)}",
            lambda: self.pick("⏎", " ") + self.condition(lambda: self.arms(depth - 1)),
        )

    def arguments(self) -> str:
        return self.joined("", self.argument, least=0)

    def argument(self) -> str:
        return self.pick(" ", " ", " /", " -", lambda: f"␤{self.name()}·=·") + self.value(1)

    # Expressions

    def targets(self) -> str:
        return self.pick("i", lambda: f"i·,↵{self.name()}")

    def expression(self, depth: int) -> str:
        operator = self.pick(*OPERATORS, "· and ·", "· or ·", "· in ·", "· not in ·")
        return self.pick(
            lambda: self.value(depth),
            lambda: f"{self.value(depth)}·{operator}·{self.value(depth - 1)}",
            lambda: f"{self.value(depth)} if {self.value(depth)}␤else {self.value(depth - 1)}",
            lambda: f"-·{self.value(depth - 1)}",
            lambda: f"not {self.value(depth - 1)}",
        )

    def value(self, depth: int) -> str:
        simple = self.pick(*NAMES, *NUMBERS, *SIZES, *STRINGS, "true", "in", "in·.·c")
        if depth < 1:
            return simple
        return self.pick(simple, self.reference, lambda: in_brackets(self.bracketed(depth - 1)))

    def bracketed(self, depth: int) -> str:
        def inner() -> str:
            return self.expression(depth)

        return self.pick(
            lambda: f"(·{inner()}·)",
            lambda: f"[·{self.joined('·,·', inner)}{self.maybe('·,')}·]",
            "[·]",
            lambda: f"[·{inner()} for {self.targets()} in {self.value(0)}{self.maybe(' if a')}·]",
            lambda: f"{self.name()}(·{self.given()}·)",
            lambda: f"{self.name()}[·{inner()}·]",
            lambda: f"{self.name()}[·{self.maybe('1')}·:·{self.maybe('-·1')}·]",
        )

    def given(self) -> str:
        def one() -> str:
            return self.maybe(lambda: f"{self.name()}·=·") + self.expression(0)

        return self.joined("·,·", one) + self.maybe("·,")

    def reference(self) -> str:
        return f"@·{self.path()}"

    def path(self) -> str:
        step = self.maybe(lambda: f"·.·{self.pick(*WORDS)}")
        return self.name() + step + self.maybe(lambda: f"[{self.pick('i', '-1')}]")


def in_brackets(text: str) -> str:
    """The text as it may stand in ( ) or [ ], where lines end anywhere."""
    return outside_strings(text, lambda part: part.replace(" ", "␤").replace("·", "↵"))


def outside_strings(text: str, change: Callable[[str], str]) -> str:
    """The text with what is in no string changed."""
    parts = QUOTED.split(text)
    parts[::2] = map(change, parts[::2])
    return "".join(parts)


class _Spaces:
    """Puts spaces, lines and comments where the marks are."""

    def __init__(self, random: Random) -> None:
        self.random = random
        # Some texts are neat but for a few places.
        self.mess = random.choice((0.1, 0.5, 0.9))

    def put_into(self, text: str) -> str:
        messy = outside_strings(text, lambda part: "".join(map(self.between, part)))
        return messy.replace("\n", "\r\n") if self.random.random() > 0.9 else messy

    def between(self, letter: str) -> str:
        if letter not in "· ↵␤⏎":
            return letter
        if letter == "⏎" or (letter in "↵␤" and self.messes()):
            return self.lines()
        return (" " if letter in " ␤" else "") + self.spaces()

    def messes(self) -> bool:
        return self.random.random() > 1 - self.mess / 2

    def spaces(self) -> str:
        return self.random.choice((" ", "  ", "\t")) if self.messes() else ""

    def lines(self) -> str:
        lines = [self.spaces() + self.comment(0.1 + self.mess / 10)]
        while self.messes():
            lines.append(self.spaces() + self.comment(0.5))
        return "\n".join([*lines, self.spaces()])

    def comment(self, chance: float) -> str:
        return self.random.choice(COMMENTS) if self.random.random() > 1 - chance else ""
