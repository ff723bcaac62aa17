"""Front matter: the YAML, TOML or JSON before a Markdown text, or the YAML in the `.yml` beside a file.

Known keys, in our words or in those of other systems and in Chinese, fill fields; tags match the taxonomy's names and
aliases; every other key, and what a field could not hold of a known one, is kept as it came.
"""

import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import yaml

from hub import assets, taxonomy
from hub.base.errors import HubError
from hub.base.i18n import _

OPENING = re.compile(r"\A\ufeff?---[ \t]*\r?\n(?:(.*?)\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
OPENING_TOML = re.compile(r"\A\ufeff?\+\+\+[ \t]*\r?\n(?:(.*?)\r?\n)?\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL)
OPENING_JSON = re.compile(r"\A\ufeff?(\{\s*\".*?\})[ \t]*\r?\n(?:;;;[ \t]*\r?\n|\r?\n|\Z)", re.DOTALL)
SEPARATORS = re.compile(r"[,，、;；|]")
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
    "end_key": ("end_key",),
    "end_reason": ("end_reason",),
    "file_name": ("file_name",),
    "note": ("note",),
    "extra": ("extra",),
}
BY_SPELLING = {spelling: key for key, spellings in KNOWN.items() for spelling in spellings}
# Ours in a library; elsewhere somebody else's words. `extra` holds foreign keys that are called like one of these.
OF_A_LIBRARY = ("slug", "number", "end_key", "end_reason", "file_name", "note", "extra")
STATES = {"published": "on_offer", "publish": "on_offer", "archived": "withdrawn", "review": "in_review"}


@dataclass
class Front:
    """What the front matter says. `given` holds known keys as they came, `extra` all others, `spelled` how a known key
    was written.
    """

    given: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    spelled: dict[str, str] = field(default_factory=dict)

    def keep(self, key: str) -> None:
        """A field cannot hold this known key as it was written: it stays among the extra ones too."""
        if key in self.given:
            self.extra.setdefault(self.spelled.get(key, key), jsonable(self.given[key]))

    def belong(self, *, library: bool) -> None:
        """Say where the file lies: what only a library's files mean is, anywhere else, a key like any other."""
        if library:
            more = self.given.pop("extra", None)
            self.extra |= jsonable(more) if isinstance(more, Mapping) else {}
            return
        for key in OF_A_LIBRARY:
            self.keep(key)
            if key != "slug":
                self.given.pop(key, None)

    def text(self, key: str) -> str:
        value = self.given.get(key)
        if isinstance(value, list):
            value = value[0] if value else ""
        return "" if value is None else clean(value).strip()

    def words(self, key: str) -> list[str]:
        """The values of a list, or of a text cut at commas and the Chinese enumeration comma."""
        value = self.given.get(key)
        if value is None:
            return []
        if isinstance(value, Mapping):
            value = list(value)
        parts: Iterable[Any] = _leaves(value) if isinstance(value, list) else SEPARATORS.split(str(value))
        return [t for p in parts if (t := _plain(p))]

    def every(self, key: str) -> list[str]:
        """`words` of the key and of its other spellings, where several were given (tags and categories)."""
        others = [v for k, v in self.extra.items() if BY_SPELLING.get(k.strip().lower()) == key]
        more = [w for v in others for w in Front({key: v}).words(key)]
        return list(dict.fromkeys([*self.words(key), *more]))

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


def _leaves(values: list[Any]) -> Iterable[Any]:
    for value in values:
        yield from _leaves(value) if isinstance(value, list) else (value,)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):  # {name: …} as some systems write tags and authors
        value = value.get("name") or value.get("title") or next(iter(value.values()), "")
    return clean(value).strip().strip("[]").lstrip("#").strip()


def clean(value: Any) -> str:
    """The value as a text that every database keeps: without NUL, and without halves of characters that JSON writes."""
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")


def split(text: str) -> tuple[Front, str]:
    """Front matter and body of a Markdown text. Broken front matter is kept as text and told, never lost."""
    for opening, parse in ((OPENING, from_yaml), (OPENING_TOML, from_toml), (OPENING_JSON, from_json)):
        match = opening.match(text)
        if match:
            try:
                return sorted_out(parse(match.group(1) or "")), text[match.end() :]
            except HubError as error:
                return Front(warnings=[error.message]), text.removeprefix("\ufeff")
    return Front(), text.removeprefix("\ufeff")


def read(source: str) -> Front:
    """Front matter from YAML; HubError when it is no mapping or cannot be read."""
    return sorted_out(from_yaml(source))


def from_yaml(source: str) -> Any:
    try:
        return yaml.load(source, Loader=HouseLoader)  # noqa: S506 - a SafeLoader with fewer types
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" {mark.line + 1} " if mark else " "
        raise HubError(_("头部信息第%(line)s行读不懂，已按正文保留。") % {"line": line}) from error
    # An explicit tag on a value that does not fit it (!!int x) fails in many ways.
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise HubError(_("头部信息读不懂，已按正文保留。")) from error


def from_toml(source: str) -> Any:
    try:
        return tomllib.loads(source.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        raise HubError(_("头部信息读不懂，已按正文保留。")) from error


def from_json(source: str) -> Any:
    try:
        return json.loads(source)
    except (ValueError, RecursionError) as error:
        raise HubError(_("头部信息读不懂，已按正文保留。")) from error


def sorted_out(found: Any) -> Front:
    """What was read, sorted into known keys and others. Our own name of a key goes before its other spellings."""
    if found is None:
        return Front()
    if not isinstance(found, dict):
        raise HubError(_("头部信息不是“键: 值”的形式，已按正文保留。"))
    if too_much(found):
        raise HubError(_("头部信息太大，已按正文保留。"))
    front = Front()
    taken = {}
    for known, spellings in KNOWN.items():
        ours = {str(k).strip().lower(): k for k in found}
        spelling = next((w for w in spellings if w in ours and found[ours[w]] not in (None, "")), None)
        if spelling is not None:
            taken[ours[spelling]] = known
            front.given[known], front.spelled[known] = found[ours[spelling]], clean(ours[spelling])[:200]
    front.extra = {clean(key)[:200]: jsonable(value) for key, value in found.items() if key not in taken}
    return front


def too_much(value: Any) -> bool:
    """True when the value unfolds to more than anybody writes by hand."""
    try:
        return _nodes(value, MOST_NODES) <= 0
    except RecursionError:
        return True


class HouseLoader(yaml.SafeLoader):
    """SafeLoader that reads as a number or a truth value only what is written back the same: 12:30, on, off, y, n, 007
    and 1.10 are the texts they are.
    """


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
    "tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]{0,17})$"), list("-0123456789")
)
HouseLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^-?(?:0|[1-9][0-9]{0,9})\.(?:0|[0-9]{0,4}[1-9])$"),
    list("-0123456789"),
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
        return {clean(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [jsonable(v) for v in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, (int, float, bool)) or value is None else clean(value)


def named_kind(front: Front) -> str:
    """The kind the file names in a word of ours; empty when it names none or another."""
    named = front.text("kind").lower().replace("-", "_").replace(" ", "_")
    return named if named in taxonomy.KINDS else ""


def kind_of(front: Front, path: str) -> str:
    """The kind named, else the one that title, tags and path suggest."""
    spoken = " ".join([front.text("kind"), front.text("title"), *front.words("tags")])
    return named_kind(front) or assets.guess_kind(spoken, path)
