"""Tokens in a template's text, and what they are worth in one place of one slide.

Words: a *token* is `{{ expression }}`, replaced by its value; a *tag* is `{% … %}`: `for NAME in
EXPRESSION` and `if EXPRESSION` with their `endfor` and `endif`, and in a shape's alt text also `picture`
and `chart`. A *problem* is a token or tag that could not be worked out; all are gathered, so that a
template is mended at once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from hub.base.errors import HubError
from hub.slides.expression import parse
from hub.slides.filters import BadValue, text_of
from hub.slides.meaning import BadExpression, NoValue, Scope

TOKEN = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)
TAG = re.compile(r"\{%(.+?)%\}", re.DOTALL)
_FOR = re.compile(r"([^\W\d]\w*)\s+in\s+(.+)", re.DOTALL)
_BLOCKS = {"for": "endfor", "if": "endif"}
_NOT_XML = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

MOST_REPEATS = 5_000
"""Elements that all loops of one deck may make together."""


@dataclass(frozen=True)
class Tag:
    """`kind` is its first word, `rest` what follows; `source` the whole tag as written."""

    kind: str
    rest: str
    source: str

    @property
    def opens(self) -> bool:
        return self.kind in _BLOCKS

    def is_closed_by(self, other: "Tag") -> bool:
        return _BLOCKS.get(self.kind) == other.kind


@dataclass(frozen=True)
class Problem:
    """Why the token `source` on `place` (a slide of the template, as the reader calls it) has no text."""

    place: str
    shape: str
    source: str
    reason: str
    name: str = ""

    def sentence(self) -> str:
        where = f"{self.place}的「{self.shape}」" if self.shape else self.place
        return f"{where}里的 {self.source}：{self.reason}"


@dataclass(frozen=True)
class Context:
    """Where filling stands: the values seen here, the language, the place for error sentences.

    `problems` and `repeats` are shared by all contexts of one deck.
    """

    values: Mapping[str, object]
    language: str = "zh"
    place: str = ""
    shape: str = ""
    problems: list[Problem] = field(default_factory=list)
    repeats: list[int] = field(default_factory=lambda: [0])

    def at(self, *, place: str | None = None, shape: str | None = None) -> "Context":
        place = self.place if place is None else place
        return replace(self, place=place, shape=self.shape if shape is None else shape)

    def with_values(self, more: Mapping[str, object]) -> "Context":
        return replace(self, values={**self.values, **more}) if more else self

    def text(self, expression: str, source: str) -> str:
        """The text of a token; empty, with a problem noted, when it has none."""
        value = self.value(expression, source)
        if value is None:
            return ""
        try:
            text = text_of(value, self.language)
        except BadValue as error:
            self.note(source, f"{error}。")
            return ""
        return clean(text)

    def value(self, expression: str, source: str) -> object:
        """The value of an expression; None when it is missing, with a problem noted unless it is optional."""
        try:
            return parse(expression).value(self._scope())
        except (NoValue, BadExpression) as error:
            self.note(source, error.message, str(error.details.get("name", "")))
            return None

    def holds(self, tag: Tag) -> bool:
        try:
            return parse(tag.rest).holds(self._scope())
        except (NoValue, BadExpression) as error:
            self.note(tag.source, error.message)
            return False

    def turns(self, tag: Tag) -> Iterator["Context"]:
        """The contexts in which what the tag encloses stands: one an item, or one or none for an `if`."""
        if tag.kind == "if":
            if self.holds(tag):
                yield self
            return
        match = _FOR.fullmatch(tag.rest)
        if match is None:
            self.note(tag.source, "循环要写成「for 名称 in 列表」。")
            return
        yield from self.each(match[1], match[2], tag.source)

    def each(self, name: str, expression: str, source: str) -> Iterator["Context"]:
        """A context for each item of the list, called `name` there, beside `loop`."""
        items = self.value(expression, source)
        if items is None:
            return
        if not isinstance(items, list | tuple):
            self.note(source, f"「{expression.strip()}」不是列表，不能循环。")
            return
        for index, item in enumerate(items):
            self._count(source)
            last = index + 1 == len(items)
            loop = {"index": index + 1, "first": index == 0, "last": last, "count": len(items)}
            yield replace(self, values={**self.values, name: item, "loop": loop})

    def note(self, source: str, reason: str, name: str = "") -> None:
        problem = Problem(self.place, self.shape, source, reason, name)
        if problem not in self.problems:
            self.problems.append(problem)

    def _count(self, source: str) -> None:
        self.repeats[0] += 1
        if self.repeats[0] > MOST_REPEATS:
            raise HubError(f"{self.place}的 {source} 让循环超过了 {MOST_REPEATS} 次，请缩短列表。")

    def _scope(self) -> Scope:
        return Scope(self.values, self.language)


def clean(text: str) -> str:
    """The text without what XML cannot hold, its lines ended by newlines."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n"))


def tags_in(text: str) -> list[Tag]:
    """The tags of a text in order, blocks and others."""
    return [read_tag(match) for match in TAG.finditer(text)]


def read_tag(match: re.Match[str]) -> Tag:
    kind, _, rest = match[1].strip().partition(" ")
    return Tag(kind, rest.strip(), match[0])


def has_tokens(text: str) -> bool:
    return "{{" in text or "{%" in text


def fill_text(text: str, context: Context) -> str:
    """Plain text (an attribute, a cached label) with its tokens replaced; tags are taken out."""
    return TAG.sub("", TOKEN.sub(lambda match: context.text(match[1], match[0]), text)).strip(" ")
