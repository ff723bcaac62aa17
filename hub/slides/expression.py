"""The small language inside `{{ … }}` and `{% if … %}`: names, comparison, arithmetic, filters; no calls.

    customer.name          cases[0].title          budget * 12 | money          pains and not draft
    name? (may be missing) 'park' in industries    seats >= 10 or tier.key == 'enterprise'

Grammar, loosest first: `pipe = or { "|" filter [ "(" arguments ")" ] }`, so a filter takes the whole sum
before it and brackets narrow it; `or`, `and`, `not`, one comparison, sums, products, minus, a name with its
path. A name reaches into mappings and lists of the given values only, never into attributes of an object.
Words: *missing* is what a name stands for that has no value (or the value None); it counts as false.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from hub.base.errors import HubError
from hub.slides.filters import FILTERS, BadValue, as_number

LONGEST = 500
"""Characters of one expression."""
DEEPEST = 20
"""Brackets, minuses and nots inside each other."""
_LARGEST_NUMBER = 10**30
_LONGEST_TEXT = 100_000

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d{1,30}(?:\.\d{1,30})?)
    |(?P<text>'[^']*'|"[^"]*"|‘[^’]*’|“[^”]*”)
    |(?P<name>[^\W\d]\w*)
    |(?P<sign>==|!=|<=|>=|[-+*/%<>()\[\].,|?]))""",
    re.VERBOSE,
)
_WORDS = frozenset({"and", "or", "not", "in"})
_CONSTANTS = {"true": True, "false": False, "none": None}


class BadExpression(HubError):  # noqa: N818
    """The expression is wrong: its own text, or what it does with the values."""

    code = "bad_expression"


class NoValue(HubError):  # noqa: N818
    """A name in the expression has no value and is not marked as optional. `details["name"]` is its path."""

    code = "no_value"


@dataclass(frozen=True)
class Missing:
    """Stands for the value of `name`, which has none."""

    name: str
    optional: bool = False

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True)
class Scope:
    """What an expression sees: `values`, and the `language` (zh or en) its filters write."""

    values: Mapping[str, object]
    language: str = "zh"


Node: TypeAlias = Callable[[Scope], object]


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
        raise _no_value(result)

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


def _no_value(missing: Missing) -> NoValue:
    return NoValue(
        f"「{missing.name}」没有值，请补上，或在模板里写成「{missing.name}?」。", name=missing.name
    )


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
        match = _TOKEN.match(self.source, self.end)
        if match is None:
            raise self.mistake(f"不认识「{rest.strip()[0]}」")
        self.end = match.end()
        self.kind, self.word = match.lastgroup or "", match[match.lastgroup or 0]
        if self.kind == "name" and self.word in _WORDS:
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
            node = _filtered(name, node, self.arguments())
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
        return parts[0] if len(parts) == 1 else lambda scope: _first(parts, scope, wanted=True)

    def both(self) -> Node:
        parts = [self.negation()]
        while self.skip("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else lambda scope: _first(parts, scope, wanted=False)

    def negation(self) -> Node:
        if not self.skip("not"):
            return self.comparison()
        node = self.deeper(self.negation)
        return lambda scope: not node(scope)

    def comparison(self) -> Node:
        left = self.sum()
        if self.sees("==", "!=", "<", "<=", ">", ">=", "in"):
            return _compared(self.advance(), left, self.sum())
        if self.skip("not"):
            self.need("in")
            inside = _compared("in", left, self.sum())
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
        return _computed(first, rest) if rest else first

    def minus(self) -> Node:
        if not self.skip("-"):
            return self.path()
        node = self.deeper(self.minus)
        return lambda scope: _bounded(-_operand(node(scope)))

    def path(self) -> Node:
        start = self.at
        node = self.primary()
        while True:
            if self.skip("."):
                node = _reached(node, _constant(self.name()), self.source[start : self.at].strip())
            elif self.skip("["):
                key = self.deeper(self.pipe)
                self.need("]")
                node = _reached(node, key, self.source[start : self.at].strip())
            elif self.skip("?"):
                node = _optional(node)
            else:
                return node

    def primary(self) -> Node:
        if self.kind == "number":
            digits = self.advance()
            return _constant(Decimal(digits) if "." in digits else int(digits))
        if self.kind == "text":
            return _constant(self.advance()[1:-1])
        if self.kind == "name":
            name = self.advance()
            return _constant(_CONSTANTS[name]) if name in _CONSTANTS else _named(name)
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
        return lambda scope: [_present(item(scope)) for item in items]


def _constant(value: object) -> Node:
    return lambda _scope: value


def _named(name: str) -> Node:
    def node(scope: Scope) -> object:
        value = scope.values.get(name)
        return Missing(name) if value is None else value

    return node


def _reached(node: Node, key: Node, path: str) -> Node:
    """One step of a path: a key of a mapping, or a place in a list (negative counts from the end)."""

    def step(scope: Scope) -> object:
        whole, place = node(scope), _present(key(scope))
        value: object = None
        if isinstance(whole, Mapping):
            value = whole.get(place) if isinstance(place, str | int) else None
        elif isinstance(whole, Sequence) and not isinstance(whole, str | bytes) and isinstance(place, int):
            value = whole[place] if -len(whole) <= place < len(whole) else None
        if value is not None:
            return value
        return whole if isinstance(whole, Missing) and whole.optional else Missing(path)

    return step


def _optional(node: Node) -> Node:
    def step(scope: Scope) -> object:
        value = node(scope)
        return Missing(value.name, optional=True) if isinstance(value, Missing) else value

    return step


def _filtered(name: str, node: Node, arguments: Sequence[Node]) -> Node:
    def step(scope: Scope) -> object:
        value = node(scope)
        given = [_present(argument(scope)) for argument in arguments]
        if name == "default":
            return (given or [""])[0] if value == "" or isinstance(value, Missing) else value
        if isinstance(value, Missing):
            return value
        return _bounded(FILTERS[name](value, scope.language, *given))

    return step


def _first(parts: Sequence[Node], scope: Scope, *, wanted: bool) -> object:
    """The first value that decides: `or` stops at the first true one, `and` at the first false one."""
    value: object = None
    for part in parts:
        value = part(scope)
        if bool(value) is wanted:
            break
    return value


def _compared(sign: str, left: Node, right: Node) -> Node:
    def step(scope: Scope) -> bool:
        one, other = left(scope), right(scope)
        if sign in {"==", "!="}:
            return (one == other) is (sign == "==")
        if not _comparable(one, other):
            return False
        if sign == "in":
            return _contains(other, one)
        return _ordered(sign, one, other)

    return step


def _comparable(one: object, other: object) -> bool:
    return not isinstance(one, Missing) and not isinstance(other, Missing)


def _contains(whole: object, part: object) -> bool:
    if isinstance(whole, str):
        return str(part) in whole
    if isinstance(whole, Mapping | Sequence | set | frozenset):
        return any(part == item for item in whole)
    raise BadValue("「in」的右边要是一个列表或一段文字")


def _ordered(sign: str, one: object, other: object) -> bool:
    try:
        if sign == "<":
            return bool(one < other)  # type: ignore[operator]
        if sign == "<=":
            return bool(one <= other)  # type: ignore[operator]
        if sign == ">":
            return bool(one > other)  # type: ignore[operator]
        return bool(one >= other)  # type: ignore[operator]
    except (TypeError, ArithmeticError):
        raise BadValue(f"「{sign}」的两边不能比较大小") from None


def _computed(first: Node, rest: Sequence[tuple[str, Node]]) -> Node:
    def node(scope: Scope) -> object:
        value = first(scope)
        for sign, part in rest:
            value = _bounded(_operated(sign, _present(value), _present(part(scope))))
        return value

    return node


def _operated(sign: str, one: object, other: object) -> object:
    if sign == "+" and isinstance(one, str) and isinstance(other, str):
        return one + other
    if sign == "+" and isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    left, right = _operand(one), _operand(other)
    if sign in "/%" and not right:
        raise BadValue("不能除以 0")
    steps: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
        "%": lambda a, b: a % b,
    }
    try:
        return _plain(steps[sign](left, right))
    except ArithmeticError:
        raise BadValue("算不出结果") from None


def _operand(value: object) -> Decimal:
    return as_number(_present(value))


def _plain(value: Decimal) -> int | Decimal:
    """A whole result is an int again, so that it is written without a decimal point."""
    return int(value) if abs(value) <= _LARGEST_NUMBER and value == value.to_integral_value() else value


def _bounded(value: object) -> object:
    """The value, unless it outgrew what a slide could show."""
    if isinstance(value, Decimal):
        value = _plain(value)
    number = isinstance(value, int | float | Decimal)
    if number and not (math.isfinite(value) and abs(value) <= _LARGEST_NUMBER):  # type: ignore[arg-type]
        raise BadValue("结果太大")
    if isinstance(value, str | list) and len(value) > _LONGEST_TEXT:
        raise BadValue("结果太长")
    return value


def _present(value: object) -> object:
    if isinstance(value, Missing):
        raise _no_value(value)
    return value
