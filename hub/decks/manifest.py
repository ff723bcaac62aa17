"""A template's manifest: the questions it asks, and its recipe: which slides come in which order.

Questions are in `hub.decks.questions`. A *step* of the recipe is a slide of the template, or real
slides taken *from* the toolkit's decks of a kind. What is wrong in a manifest is an error that names line and key.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import yaml

from hub import slides
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.decks.questions import Path, Question, question
from hub.taxonomy import KINDS

LONGEST = 200_000  # characters
MOST_STEPS, MOST_QUESTIONS, MOST_PAGES = 100, 60, 40
PURPOSES = ("pitch", "proposal")  # what a template is for: a deck to pitch with, a cross-department proposal


@dataclass(frozen=True)
class FromKit:
    """Real slides: of so many assets of this kind, so many pages each; `match` asks for the brief's industry first."""

    kind: str
    assets: int = 1
    pages: int = 3
    match: str = ""


@dataclass(frozen=True)
class Step:
    """One step of the recipe: a slide of the template by number, or pages from the kit."""

    slide: int | None = None
    title: str = ""
    locked: bool = False
    when: str = ""
    each: str = ""
    name: str = ""  # what an item of `each` is called
    taken: FromKit | None = None


@dataclass(frozen=True)
class Manifest:
    """A whole manifest. `computed` and `data` work values out of the answers; see `hub.decks.values`.

    `makes` are the words for what comes out of it ("年度价值回顾"); without them it is a pitch deck.
    """

    name: str
    title: str
    title_en: str = ""
    version: int = 1
    tier: str = ""
    summary: str = ""
    summary_en: str = ""
    makes: str = ""
    makes_en: str = ""
    language: str = "zh"
    purpose: str = "pitch"
    questions: tuple[Question, ...] = ()
    steps: tuple[Step, ...] = ()
    computed: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)

    def question(self, key: str) -> Question | None:
        return next((q for q in self.questions if q.key == key), None)


def parse(text: str, *, slide_count: int | None = None) -> tuple[Manifest, dict[str, Any]]:
    """The manifest, and its data as it is kept; with `slide_count` every slide named must exist.

    HubError names line and key.
    """
    if len(text) > LONGEST:
        raise HubError(_("manifest.yml 太大了，最多 20 万个字。"))
    lines: dict[Path, int] = {}
    try:
        loader = _NoAliases(text)
        node = loader.get_single_node()
        _note_lines(node, (), lines)
        data = None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise HubError(
            _("manifest.yml 第 %(line)s 行读不懂：%(reason)s")
            % {
                "line": mark.line + 1 if mark else 1,
                "reason": getattr(error, "problem", None) or _("写法不对"),
            }
        ) from error
    except (ValueError, RecursionError, OverflowError) as error:
        raise HubError(_("manifest.yml 读不懂：里面有一个值写得不对。")) from error
    if not isinstance(data, dict):
        raise HubError(_("manifest.yml 要写成“键: 值”的形式。"))
    kept = _jsonable(data)
    return _Reader(lines, slide_count).manifest(kept), kept


def from_data(data: Mapping[str, Any]) -> Manifest:
    """The manifest as it was kept."""
    return _Reader({}, None).manifest(data)


class _NoAliases(yaml.SafeLoader):
    """Reads YAML once, for its lines and for its values; HubError for an alias, which can multiply without end."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise HubError(_("manifest.yml 里不能用 YAML 的别名（*）。"))
        return super().compose_node(parent, index)


def _note_lines(node: yaml.Node | None, path: Path, lines: dict[Path, int]) -> None:
    if node is None:
        return
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _note_lines(value, (*path, str(key.value)), lines)
            lines[(*path, str(key.value))] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            _note_lines(value, (*path, number), lines)


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _jsonable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_jsonable(v) for v in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)


class _Reader:
    """Reads data into a manifest and knows on which line each key stands."""

    def __init__(self, lines: Mapping[Path, int], slide_count: int | None) -> None:
        self.lines = lines
        self.slide_count = slide_count

    def wrong(self, path: Path, reason: str) -> HubError:
        shown = ".".join(str(p) if isinstance(p, str) else f"[{p + 1}]" for p in path).replace(".[", "[")
        near = next((self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines), None)
        at = _("第 %(line)s 行") % {"line": near} if near else ""
        return HubError(
            _("manifest.yml %(at)s %(key)s：%(reason)s") % {"at": at, "key": shown, "reason": reason},
            line=near,
            key=shown,
        )

    def manifest(self, data: Mapping[str, Any]) -> Manifest:
        name = self.text(data, (), "name", required=True)
        if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
            raise self.wrong(("name",), _("只能用字母、数字和连字符"))
        questions = tuple(self.each(data, "questions", self.question, MOST_QUESTIONS))
        self.no_twins([q.key for q in questions], "questions")
        steps = tuple(self.each(data, "slides", self.step, MOST_STEPS))
        language = self.text(data, (), "language") or "zh"
        purpose = self.text(data, (), "purpose") or PURPOSES[0]
        if purpose not in PURPOSES:
            raise self.wrong(("purpose",), _("只能是 %(names)s") % {"names": "、".join(PURPOSES)})
        if not steps and purpose == "pitch":
            raise self.wrong(("slides",), _("至少要有一页"))
        return Manifest(
            name=name[:80],
            title=self.text(data, (), "title", required=True)[:200],
            title_en=self.text(data, (), "title_en")[:200],
            version=self.number(data, (), "version", 1, most=100_000),
            tier=self.text(data, (), "tier"),
            summary=self.text(data, (), "summary")[:500],
            summary_en=self.text(data, (), "summary_en")[:500],
            makes=" ".join(self.text(data, (), "makes").split())[:60],
            makes_en=" ".join(self.text(data, (), "makes_en").split())[:60],
            language="en" if language.startswith("en") else "zh",
            purpose=purpose,
            questions=questions,
            steps=steps,
            computed=self.mapping(data, "computed"),
            data=self.mapping(data, "data"),
        )

    def each(self, data: Mapping[str, Any], key: str, read: Any, most: int) -> Iterator[Any]:
        items = data.get(key) or []
        if not isinstance(items, list):
            raise self.wrong((key,), _("要写成列表"))
        if len(items) > most:
            raise self.wrong((key,), _("最多 %(n)s 项") % {"n": most})
        for number, item in enumerate(items):
            if not isinstance(item, Mapping):
                raise self.wrong((key, number), _("要写成“键: 值”"))
            yield read(item, (key, number))

    def no_twins(self, keys: Sequence[str], where: str) -> None:
        for number, key in enumerate(keys):
            if key in keys[:number]:
                raise self.wrong((where, number, "key"), _("“%(key)s” 问了两次") % {"key": key})

    def question(self, data: Mapping[str, Any], path: Path) -> Question:
        return question(self, data, path)

    def step(self, data: Mapping[str, Any], path: Path) -> Step:
        if "from" in data:
            return Step(taken=self.taken(data["from"], (*path, "from")), when=self.when(data, path))
        slide = self.number(data, path, "slide", None, most=500)
        if self.slide_count is not None and slide > self.slide_count:
            raise self.wrong(
                (*path, "slide"),
                _("模板没有第 %(n)s 页，它一共 %(count)s 页") % {"n": slide, "count": self.slide_count},
            )
        each = self.text(data, path, "each")
        if each and not each.isidentifier():
            raise self.wrong((*path, "each"), _("要写一个列表的名字，如 cases"))
        return Step(
            slide=slide,
            title=self.text(data, path, "title"),
            locked=data.get("locked") is True,
            when=self.when(data, path),
            each=each,
            name=self.text(data, path, "as") or each.removesuffix("s"),
        )

    def when(self, data: Mapping[str, Any], path: Path) -> str:
        when = self.text(data, path, "when")
        if when:
            try:
                slides.parse(when)
            except slides.BadExpression as error:
                raise self.wrong((*path, "when"), error.message) from error
        return when

    def taken(self, data: Any, path: Path) -> FromKit:
        if not isinstance(data, Mapping):
            raise self.wrong(path, _("要写成“键: 值”"))
        kind = self.text(data, path, "kind", required=True)
        if kind not in KINDS:
            raise self.wrong((*path, "kind"), _("没有“%(kind)s”这种素材") % {"kind": kind})
        match = self.text(data, path, "match")
        if match not in {"", "industry"}:
            raise self.wrong((*path, "match"), _("只能是 industry"))
        return FromKit(
            kind=kind,
            assets=self.number(data, path, "assets", 1, most=10),
            pages=self.number(data, path, "pages", 3, most=MOST_PAGES),
            match=match,
        )

    def text(self, data: Mapping[str, Any], path: Path, key: str, *, required: bool = False) -> str:
        value = data.get(key)
        if isinstance(value, (dict, list)):
            raise self.wrong((*path, key), _("要写成一句文字"))
        found = "" if value is None else str(value).strip()
        if required and not found:
            raise self.wrong((*path, key), _("没有写"))
        return found

    def number(
        self, data: Mapping[str, Any], path: Path, key: str, default: int | None, *, most: int = 1000
    ) -> int:
        value = data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= most:
            if value == 0 and key == "min":
                return 0
            raise self.wrong((*path, key), _("要是 1 到 %(most)s 的整数") % {"most": most})
        return value

    def mapping(self, data: Mapping[str, Any], key: str) -> dict[str, Any]:
        value = data.get(key) or {}
        if not isinstance(value, Mapping):
            raise self.wrong((key,), _("要写成“键: 值”"))
        return dict(value)
