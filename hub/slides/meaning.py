"""What the parts of an expression mean: each is a function from the scope to a value.

Words: *missing* is what a name stands for that has no value (or the value None); it counts as false. A
value is *bounded* when it is still something a slide could show.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from hub.base.errors import HubError
from hub.slides.filters import FILTERS, BadValue, as_number

_LARGEST_NUMBER = 10**30
_LONGEST_TEXT = 100_000


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


def no_value(missing: Missing) -> NoValue:
    return NoValue(
        f"「{missing.name}」没有值，请补上，或在模板里写成「{missing.name}?」。", name=missing.name
    )


def constant(value: object) -> Node:
    return lambda _scope: value


def named(name: str) -> Node:
    def node(scope: Scope) -> object:
        value = scope.values.get(name)
        return Missing(name) if value is None else value

    return node


def reached(node: Node, key: Node, path: str) -> Node:
    """One step of a path: a key of a mapping, or a place in a list (negative counts from the end)."""

    def step(scope: Scope) -> object:
        whole, place = node(scope), present(key(scope))
        value: object = None
        if isinstance(whole, Mapping):
            value = whole.get(place) if isinstance(place, str | int) else None
        elif isinstance(whole, Sequence) and not isinstance(whole, str | bytes) and isinstance(place, int):
            value = whole[place] if -len(whole) <= place < len(whole) else None
        if value is not None:
            return value
        return whole if isinstance(whole, Missing) and whole.optional else Missing(path)

    return step


def optional(node: Node) -> Node:
    def step(scope: Scope) -> object:
        value = node(scope)
        return Missing(value.name, optional=True) if isinstance(value, Missing) else value

    return step


def filtered(name: str, node: Node, arguments: Sequence[Node]) -> Node:
    def step(scope: Scope) -> object:
        value = node(scope)
        given = [present(argument(scope)) for argument in arguments]
        if name == "default":
            return (given or [""])[0] if value == "" or isinstance(value, Missing) else value
        if isinstance(value, Missing):
            return value
        return bounded(FILTERS[name](value, scope.language, *given))

    return step


def first_that(parts: Sequence[Node], scope: Scope, *, wanted: bool) -> object:
    """The first value that decides: `or` stops at the first true one, `and` at the first false one."""
    value: object = None
    for part in parts:
        value = part(scope)
        if bool(value) is wanted:
            break
    return value


def compared(sign: str, left: Node, right: Node) -> Node:
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


def computed(first: Node, rest: Sequence[tuple[str, Node]]) -> Node:
    def node(scope: Scope) -> object:
        value = first(scope)
        for sign, part in rest:
            value = bounded(_operated(sign, present(value), present(part(scope))))
        return value

    return node


def _operated(sign: str, one: object, other: object) -> object:
    if sign == "+" and isinstance(one, str) and isinstance(other, str):
        return one + other
    if sign == "+" and isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    left, right = operand(one), operand(other)
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


def operand(value: object) -> Decimal:
    return as_number(present(value))


def _plain(value: Decimal) -> int | Decimal:
    """A whole result is an int again, so that it is written without a decimal point."""
    return int(value) if abs(value) <= _LARGEST_NUMBER and value == value.to_integral_value() else value


def bounded(value: object) -> object:
    """The value, unless it outgrew what a slide could show."""
    if isinstance(value, Decimal):
        value = _plain(value)
    number = isinstance(value, int | float | Decimal)
    if number and not (math.isfinite(value) and abs(value) <= _LARGEST_NUMBER):  # type: ignore[arg-type]
        raise BadValue("结果太大")
    if isinstance(value, str | list) and len(value) > _LONGEST_TEXT:
        raise BadValue("结果太长")
    return value


def present(value: object) -> object:
    if isinstance(value, Missing):
        raise no_value(value)
    return value
