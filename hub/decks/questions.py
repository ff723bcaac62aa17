"""What a template asks: its questions, and how they are read out of a manifest.

A *question* has a key ("customer.name", "zones") and a type. One of type *rows* is a table with *columns*, which are
questions without tables in them; one of type *picture* wants an image. `parts` cuts each line of a list in pieces:
"12 栋 | 恒温仓" with the parts value and label.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from hub.base.i18n import _, current

CELL_TYPES = ("text", "long_text", "number", "money", "percent", "date", "choice", "list", "picture")
TYPES = (*CELL_TYPES, "multi_choice", "rows")
NUMERIC = frozenset({"number", "money", "percent"})
FACETS = {"industries": "industry", "scenarios": "scenario", "functions": "function", "stages": "stage"}
FACETS |= {"products": "product", "tiers": "tier"}
MOST_COLUMNS, MOST_PARTS = 12, 4
MOST_ROWS, ROWS = 200, 50  # what a manifest may ask for, and what it gets without asking
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Option:
    """One answer to choose. `sets` gives further values when it is chosen."""

    value: str
    label: str
    label_en: str = ""
    detail: str = ""
    detail_en: str = ""
    sets: Mapping[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """The label in the reader's language."""
        return (self.label_en or self.label) if current() == "en" else self.label


@dataclass(frozen=True)
class Question:
    """One thing the template asks, or one column of a table. `facet`: the options are the taxonomy's values of it.

    `chart`: the rows are a native chart's data, the first column its categories and each other column a series.
    `least` and `most` count chosen options, or rows.
    """

    key: str
    type: str
    label: str
    label_en: str = ""
    help: str = ""
    help_en: str = ""
    required: bool = False
    default: Any = None
    options: tuple[Option, ...] = ()
    facet: str = ""
    least: int = 0
    most: int | None = None
    columns: "tuple[Question, ...]" = ()
    parts: tuple[str, ...] = ()
    chart: bool = False

    @property
    def said(self) -> str:
        """The label in the reader's language."""
        return self.called(current())

    def called(self, language: str) -> str:
        return (self.label_en or self.label) if language == "en" else self.label

    @property
    def hint(self) -> str:
        return (self.help_en or self.help) if current() == "en" else self.help

    @property
    def most_rows(self) -> int:
        return self.most or ROWS

    @property
    def pictures(self) -> "tuple[Question, ...]":
        """The columns that hold pictures."""
        return tuple(c for c in self.columns if c.type == "picture")


class Reader(Protocol):
    """What reads a manifest and knows its lines (`hub.decks.manifest`)."""

    def wrong(self, path: Path, reason: str) -> Exception: ...
    def text(self, data: Mapping[str, Any], path: Path, key: str, *, required: bool = False) -> str: ...
    def number(
        self, data: Mapping[str, Any], path: Path, key: str, default: int | None, *, most: int = 1000
    ) -> int: ...


def question(reader: Reader, data: Mapping[str, Any], path: Path) -> Question:
    """One question; raises what the reader calls wrong, with its place."""
    kind = reader.text(data, path, "type", required=True)
    if kind not in TYPES:
        raise reader.wrong((*path, "type"), _("只能是 %(types)s") % {"types": "、".join(TYPES)})
    key = reader.text(data, path, "key", required=True)
    if not all(part.isidentifier() for part in key.split(".")):
        raise reader.wrong((*path, "key"), _("只能用字母、数字、下划线和点"))
    return _asked(reader, data, path, key, kind)


def _asked(reader: Reader, data: Mapping[str, Any], path: Path, key: str, kind: str) -> Question:
    options = tuple(_options(reader, data, path))
    given_from = reader.text(data, path, "options_from")
    if given_from and given_from not in FACETS:
        raise reader.wrong((*path, "options_from"), _("只能是 %(names)s") % {"names": "、".join(FACETS)})
    if kind in {"choice", "multi_choice"} and not options and not given_from:
        raise reader.wrong((*path, "options"), _("选择题要写 options 或 options_from"))
    columns = tuple(_columns(reader, data, path)) if kind == "rows" else ()
    default = data.get("default")
    if kind == "rows":
        default = _rows(reader, default, path)
    return Question(
        key=key,
        type=kind,
        label=reader.text(data, path, "label", required=True),
        label_en=reader.text(data, path, "label_en"),
        help=reader.text(data, path, "help"),
        help_en=reader.text(data, path, "help_en"),
        required=data.get("required") is True,
        default=default,
        options=options,
        facet=FACETS.get(given_from, ""),
        least=reader.number(data, path, "min", 0, most=MOST_ROWS) if "min" in data else 0,
        most=reader.number(data, path, "max", None, most=MOST_ROWS) if "max" in data else None,
        columns=columns,
        parts=_parts(reader, data, path),
        chart=data.get("chart") is True,
    )


def _columns(reader: Reader, data: Mapping[str, Any], path: Path) -> Iterator[Question]:
    items = data.get("columns")
    if not isinstance(items, list) or not items:
        raise reader.wrong((*path, "columns"), _("表格要写 columns，一列一项"))
    if len(items) > MOST_COLUMNS:
        raise reader.wrong((*path, "columns"), _("最多 %(n)s 项") % {"n": MOST_COLUMNS})
    seen: set[str] = set()
    for number, item in enumerate(items):
        at: Path = (*path, "columns", number)
        if not isinstance(item, Mapping):
            raise reader.wrong(at, _("要写成“键: 值”"))
        key = reader.text(item, at, "key", required=True)
        kind = reader.text(item, at, "type") or "text"
        if not key.isidentifier() or key in seen:
            raise reader.wrong((*at, "key"), _("列名只能用字母、数字和下划线，不能重复"))
        if kind not in CELL_TYPES or item.get("options_from"):
            raise reader.wrong((*at, "type"), _("列只能是 %(types)s") % {"types": "、".join(CELL_TYPES)})
        seen.add(key)
        yield _asked(reader, {"label": key, **item}, at, key, kind)


def _rows(reader: Reader, default: Any, path: Path) -> list[dict[str, Any]] | None:
    if default is None:
        return None
    if not isinstance(default, list) or not all(isinstance(row, Mapping) for row in default):
        raise reader.wrong((*path, "default"), _("表格的 default 要写成一行一项，每项是“列: 值”"))
    return [dict(row) for row in default]


def _parts(reader: Reader, data: Mapping[str, Any], path: Path) -> tuple[str, ...]:
    parts = data.get("parts") or []
    named = isinstance(parts, list) and all(isinstance(p, str) and p.isidentifier() for p in parts)
    if not named or len(parts) > MOST_PARTS:
        raise reader.wrong((*path, "parts"), _("要写成名字的列表，最多 %(n)s 个") % {"n": MOST_PARTS})
    return tuple(parts)


def _options(reader: Reader, data: Mapping[str, Any], path: Path) -> Iterator[Option]:
    items = data.get("options") or []
    if not isinstance(items, list):
        raise reader.wrong((*path, "options"), _("要写成列表"))
    for number, item in enumerate(items):
        at: Path = (*path, "options", number)
        given = item if isinstance(item, Mapping) else {"value": item, "label": item}
        sets = given.get("sets") or {}
        if not isinstance(sets, Mapping):
            raise reader.wrong((*at, "sets"), _("要写成“键: 值”"))
        value = reader.text(given, at, "value", required=True)
        yield Option(
            value=value,
            label=reader.text(given, at, "label") or value,
            label_en=reader.text(given, at, "label_en"),
            detail=reader.text(given, at, "detail"),
            detail_en=reader.text(given, at, "detail_en"),
            sets=dict(sets),
        )
