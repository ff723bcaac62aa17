"""Front matter: the YAML before a Markdown text, or in the `.yml` beside a file.

Known keys, in our words or in those of other systems and in Chinese, fill fields; tags match the taxonomy's names and
aliases; every other key is kept as it came.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import yaml

from hub import assets, taxonomy
from hub.base.errors import HubError
from hub.base.i18n import _

OPENING = re.compile(r"\A﻿?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
MOST_NODES = 20_000  # YAML aliases can multiply: what unfolds to more than this is refused

KNOWN: dict[str, tuple[str, ...]] = {
    "title": ("title", "标题", "name", "名称"),
    "kind": ("kind", "type", "类型", "素材类型", "layout"),
    "product": ("product", "products", "产品"),
    "industry": ("industry", "industries", "行业"),
    "scenario": ("scenario", "scenarios", "场景"),
    "function": ("function", "functions", "job_function", "职能", "岗位"),
    "stage": ("stage", "stages", "sales_stage", "阶段", "销售阶段"),
    "tier": ("tier", "tiers", "产品档位", "档位"),
    "tags": (
        "tags",
        "tag",
        "keywords",
        "labels",
        "topics",
        "标签",
        "关键词",
        "categories",
        "category",
        "分类",
    ),
    "audience": ("audience", "受众", "使用对象"),
    "owner": ("owner", "负责人", "author", "authors", "作者"),
    "expert": ("expert", "专家"),
    "state": ("state", "status", "状态"),
    "draft": ("draft", "草稿"),
    "published_on": (
        "published_on",
        "date",
        "published",
        "publishdate",
        "publish_date",
        "pubdate",
        "发布日期",
        "日期",
    ),
    "review_on": ("review_on", "review_date", "复审日期"),
    "expires_on": ("expires_on", "expirydate", "expires", "到期日期"),
    "summary": ("summary", "description", "excerpt", "abstract", "摘要", "简介", "描述"),
    "restricted_to": ("restricted_to",),
    "customer": ("customer", "客户"),
    "language": ("language", "lang", "语言"),
    "recommended": ("recommended", "featured", "推荐"),
    "slug": ("slug",),
    "number": ("number",),
    "end_reason": ("end_reason",),
}
BY_SPELLING = {spelling: key for key, spellings in KNOWN.items() for spelling in spellings}
STATES = {"published": "on_offer", "publish": "on_offer", "archived": "withdrawn", "review": "in_review"}


@dataclass
class Front:
    """What the front matter says. `given` holds known keys as they came, `extra` all others."""

    given: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def text(self, key: str) -> str:
        value = self.given.get(key)
        if isinstance(value, list):
            value = value[0] if value else ""
        return "" if value is None else str(value).strip()

    def words(self, key: str) -> list[str]:
        """The values of a list, or of a text cut at commas and the Chinese enumeration comma."""
        value = self.given.get(key)
        if value is None:
            return []
        if isinstance(value, Mapping):
            value = list(value)
        parts: Iterable[Any] = value if isinstance(value, list) else re.split(r"[,，、;；|]", str(value))
        return [t for p in parts if (t := _plain(p))]

    def day(self, key: str) -> date | None:
        value = self.given.get(key)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        match = re.search(r"(\d{4})\D(\d{1,2})\D(\d{1,2})", str(value or ""))
        if not match:
            return None
        try:
            return date(*(int(g) for g in match.groups()))
        except ValueError:
            self.warnings.append(_("%(key)s 不是一个日期：%(value)s") % {"key": key, "value": value})
            return None

    def flag(self, key: str) -> bool:
        value = self.given.get(key)
        return value is True or str(value).strip().lower() in {"true", "yes", "1", "是"}


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):  # {name: …} as some systems write tags and authors
        value = value.get("name") or value.get("title") or next(iter(value.values()), "")
    return str(value).strip().lstrip("#").strip()


def split(text: str) -> tuple[Front, str]:
    """Front matter and body of a Markdown text. Broken front matter is kept as text and told, never lost."""
    match = OPENING.match(text)
    if not match:
        return Front(), text.removeprefix("\ufeff")
    try:
        front = read(match.group(1))
    except HubError as error:
        return Front(warnings=[error.message]), text.removeprefix("\ufeff")
    return front, text[match.end() :]


def read(source: str) -> Front:
    """Front matter from YAML; HubError when it is no mapping or cannot be read."""
    try:
        found = yaml.load(source, Loader=HouseLoader)  # noqa: S506 - a SafeLoader with fewer types
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" {mark.line + 1} " if mark else " "
        raise HubError(_("头部信息第%(line)s行读不懂，已按正文保留。") % {"line": line}) from error
    except (ValueError, RecursionError, OverflowError) as error:
        raise HubError(_("头部信息读不懂，已按正文保留。")) from error
    if found is None:
        return Front()
    if not isinstance(found, dict):
        raise HubError(_("头部信息不是“键: 值”的形式，已按正文保留。"))
    if _nodes(found, MOST_NODES) <= 0:
        raise HubError(_("头部信息太大，已按正文保留。"))
    front = Front()
    for key, value in found.items():
        known = BY_SPELLING.get(str(key).strip().lower())
        if known and known not in front.given:
            front.given[known] = value
        else:
            front.extra[str(key)[:200]] = jsonable(value)
    return front


class HouseLoader(yaml.SafeLoader):
    """SafeLoader that leaves sexagesimal numbers (12:30) and the words on, off, y, n as the texts they are."""


HouseLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in found
        if tag not in {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool"}
    ]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
HouseLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false|True|False)$"), list("tfTF")
)
HouseLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]{1,18}$"), list("-+0123456789")
)
HouseLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]{1,18}\.[0-9]{1,18}$"), list("-+0123456789")
)


def _nodes(value: Any, left: int) -> int:
    """How many of `left` nodes remain after walking the value; at most 0 when there are more."""
    if left <= 0:
        return 0
    left -= 1
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        left = _nodes(item, left)
    return left


def jsonable(value: Any) -> Any:
    """The value with dates as ISO texts and keys as texts, so that it can be kept as JSON."""
    if isinstance(value, dict):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [jsonable(v) for v in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)


def kind_of(front: Front, path: str) -> str:
    """The kind named, else the one that title, tags and path suggest."""
    named = front.text("kind").lower().replace("-", "_").replace(" ", "_")
    if named in taxonomy.KINDS:
        return named
    spoken = " ".join([front.text("kind"), front.text("title"), *front.words("tags")])
    return assets.guess_kind(spoken, path)
