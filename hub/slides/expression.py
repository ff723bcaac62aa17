"""The small language inside `{{ … }}` and `{% if … %}`: names, comparison, arithmetic, filters; no calls.

    customer.name          cases[0].title          budget * 12 | money          pains and not draft
    name? (may be missing) 'park' in industries    seats >= 10 or tier.key == 'enterprise'

Grammar, loosest first: `pipe = or { "|" filter [ "(" arguments ")" ] }`, so a filter takes the whole sum
before it and brackets narrow it; `or`, `and`, `not`, one comparison, sums, products, minus, a name with its
path. A name reaches into mappings and lists of the given values only, never into attributes of an object.
Words: *missing* is what a name stands for that has no value (or the value None); it counts as false.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from hub.slides.filters import FILTERS, BadValue
from hub.slides.meaning import (
    BadExpression,
    Missing,
    Node,
    Scope,
    bounded,
    compared,
    computed,
    constant,
    filtered,
    first_that,
    named,
    no_value,
    operand,
    optional,
    present,
    reached,
)

LONGEST = 500
"""Characters of one expression."""
DEEPEST = 20
"""Brackets, minuses and nots inside each other."""

PIECE = re.compile(
    r"""\s*(?:(?P<number>\d{1,30}(?:\.\d{1,30})?)
    |(?P<text>'[^']*'|"[^"]*"|‘[^’]*’|“[^”]*”)
    |(?P<name>[^\W\d]\w*)
    |(?P<sign>==|!=|<=|>=|[-+*/%<>()\[\].,|?]))""",
    re.VERBOSE,
)
WORDS = frozenset({"and", "or", "not", "in"})
CONSTANTS = {"true": True, "false": False, "none": None}


@dataclass(frozen=True)
class Expression:
    """A parsed expression: its `source` text and its meaning."""

    source: str
    node: Node

    def value(self, scope: Scope) -> object:
        """What it stands for; None when it is missing and optional. Raises NoValue, BadExpression."""
        result = self.outcome(scope)
        if not isinstance(result, Missing):
            return result
        if result.optional:
            return None
        raise no_value(result)

    def holds(self, scope: Scope) -> bool:
        """Whether it is true; missing, empty and 0 are not. Raises BadExpression."""
        return bool(self.outcome(scope))

    def outcome(self, scope: Scope) -> object:
        try:
            return self.node(scope)
        except BadValue as error:
            raise BadExpression(f"「{self.source}」：{error}", expression=self.source) from None


def parse(source: str) -> Expression:
    """The expression written in `source`. Raises BadExpression with the place of the mistake."""
    source = source.strip()
    if len(source) > LONGEST:
        raise BadExpression(f"表达式太长（{len(source)} 个字符，最多 {LONGEST} 个），请拆开写。")
    parser = _Parser(source)
    node = parser.pipe()
    if parser.kind != "end":
        raise parser.mistake(f"多出了「{parser.word}」")
    return Expression(source, node)


class _Parser:
    """Recursive descent over the tokens of one source; `kind` and `word` are the token in hand."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = self.end = 0
        self.depth = 0
        self.kind = self.word = ""
        self.advance()

    def advance(self) -> str:
        """Take the token in hand and look at the next one."""
        taken, rest = self.word, self.source[self.end :]
        self.at = self.end
        if not rest.strip():
            self.kind, self.word = "end", ""
            return taken
        match = PIECE.match(self.source, self.end)
        if match is None:
            raise self.mistake(f"不认识「{rest.strip()[0]}」")
        self.end = match.end()
        self.kind, self.word = match.lastgroup or "", match[match.lastgroup or 0]
        if self.kind == "name" and self.word in WORDS:
            self.kind = "sign"
        return taken

    def mistake(self, why: str) -> BadExpression:
        return BadExpression(
            f"表达式「{self.source}」写错了：{why}（第 {self.at + 1} 个字符起）。", expression=self.source
        )

    def sees(self, *words: str) -> bool:
        return self.kind == "sign" and self.word in words

    def skip(self, word: str) -> bool:
        if not self.sees(word):
            return False
        self.advance()
        return True

    def need(self, word: str) -> None:
        if not self.skip(word):
            raise self.mistake(f"这里缺「{word}」")

    def name(self) -> str:
        if self.kind != "name":
            raise self.mistake("这里要一个名称")
        return self.advance()

    def deeper(self, rule: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.mistake(f"套了超过 {DEEPEST} 层")
        node = rule()
        self.depth -= 1
        return node

    def pipe(self) -> Node:
        node = self.either()
        while self.skip("|"):
            name = self.name()
            if name not in FILTERS:
                raise self.mistake(f"没有叫「{name}」的过滤器，可用的有 {'、'.join(sorted(FILTERS))}")
            node = filtered(name, node, self.arguments())
        return node

    def arguments(self) -> list[Node]:
        given: list[Node] = []
        if self.skip("("):
            while not self.skip(")"):
                if given:
                    self.need(",")
                given.append(self.deeper(self.pipe))
        return given

    def either(self) -> Node:
        parts = [self.both()]
        while self.skip("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else lambda scope: first_that(parts, scope, wanted=True)

    def both(self) -> Node:
        parts = [self.negation()]
        while self.skip("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else lambda scope: first_that(parts, scope, wanted=False)

    def negation(self) -> Node:
        if not self.skip("not"):
            return self.comparison()
        node = self.deeper(self.negation)
        return lambda scope: not node(scope)

    def comparison(self) -> Node:
        left = self.sum()
        if self.sees("==", "!=", "<", "<=", ">", ">=", "in"):
            return compared(self.advance(), left, self.sum())
        if self.skip("not"):
            self.need("in")
            inside = compared("in", left, self.sum())
            return lambda scope: not inside(scope)
        return left

    def sum(self) -> Node:
        return self.chain(self.product, "+", "-")

    def product(self) -> Node:
        return self.chain(self.minus, "*", "/", "%")

    def chain(self, part: Callable[[], Node], *signs: str) -> Node:
        first, rest = part(), list[tuple[str, Node]]()
        while self.sees(*signs):
            rest.append((self.advance(), part()))
        return computed(first, rest) if rest else first

    def minus(self) -> Node:
        if not self.skip("-"):
            return self.path()
        node = self.deeper(self.minus)
        return lambda scope: bounded(-operand(node(scope)))

    def path(self) -> Node:
        start = self.at
        node = self.primary()
        while True:
            if self.skip("."):
                node = reached(node, constant(self.name()), self.source[start : self.at].strip())
            elif self.skip("["):
                key = self.deeper(self.pipe)
                self.need("]")
                node = reached(node, key, self.source[start : self.at].strip())
            elif self.skip("?"):
                node = optional(node)
            else:
                return node

    def primary(self) -> Node:
        if self.kind == "number":
            digits = self.advance()
            return constant(Decimal(digits) if "." in digits else int(digits))
        if self.kind == "text":
            return constant(self.advance()[1:-1])
        if self.kind == "name":
            name = self.advance()
            return constant(CONSTANTS[name]) if name in CONSTANTS else named(name)
        if self.skip("("):
            node = self.deeper(self.pipe)
            self.need(")")
            return node
        if self.skip("["):
            return self.list()
        raise self.mistake("这里要一个名称或值" if self.kind != "end" else "没有写完")

    def list(self) -> Node:
        items: list[Node] = []
        while not self.skip("]"):
            if items:
                self.need(",")
            items.append(self.deeper(self.pipe))
        return lambda scope: [present(item(scope)) for item in items]
