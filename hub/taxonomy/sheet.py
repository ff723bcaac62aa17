"""Many terms at once, from a CSV: what each row would do is worked out first, and shown; then it is done.

The *outcome* of a row: `add`, `change` (a term of this key or name is there and would become as the row says), `same`
or `refused`. A parent may stand in the same file, above its children.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from hub import accounts, activity
from hub.base import csvs, keys
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.taxonomy.editing import good_key, good_names, put_term, spoken
from hub.taxonomy.models import TERM_FACETS
from hub.taxonomy.words import Words, changed, words

AFTER_ALL = 10_000  # new terms come after those that are there, in the order of the file
HEADS = {
    "facet": ("facet", "分类"),
    "key": ("key", "代号"),
    "name": ("name", "名称"),
    "name_en": ("name_en", "英文名"),
    "aliases": ("aliases", "别名", "叫法"),
    "parent": ("parent", "上级"),
}
FACET_WORDS = {
    "industry": ("行业",),
    "scenario": ("场景",),
    "function": ("职能", "job function"),
    "stage": ("销售阶段", "阶段", "sales stage"),
}
SAMPLE = (
    "facet,key,name,name_en,aliases,parent\r\n"
    "行业,manufacturing,制造业,Manufacturing,工厂;生产企业,\r\n"
    "行业,electronics,电子制造,Electronics,3C 制造,制造业\r\n"
    "场景,onboarding,新客上线,Onboarding,,\r\n"
)
_BY_WORD = {w: facet for facet, said in FACET_WORDS.items() for w in (facet, *said)}


@dataclass(frozen=True)
class TermRow:
    """One row and what it would do; `said` is the reason in words."""

    line: int
    facet: str
    key: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    parent: str | None
    result: str
    said: str = ""


@dataclass
class _Above:
    """What the rows above say: per facet, each word's key and each key's parent."""

    words: dict[str, dict[str, str]]
    parents: dict[str, dict[str, str | None]]


def plan_terms(session: Session, text: str) -> list[TermRow]:
    """What each row would do; nothing is written. HubError when the file as a whole cannot be read."""
    known = words(session)
    above = _Above(
        {f: {} for f in TERM_FACETS},
        {f: {w.key: w.parent for w in known.by_facet[f].values()} for f in TERM_FACETS},
    )
    return [_planned(known, row, above) for row in csvs.rows(text, HEADS, needed=("facet", "name"))]


def _planned(known: Words, row: csvs.Row, above: _Above) -> TermRow:
    try:
        return _understood(known, row, above)
    except HubError as error:
        said = (row.text("facet"), row.text("key"), row.text("name"), row.text("name_en"))
        return TermRow(row.line, *said, row.several("aliases"), None, "refused", error.message)


def _understood(known: Words, row: csvs.Row, above: _Above) -> TermRow:
    facet = _BY_WORD.get(row.text("facet").casefold(), "")
    if not facet:
        raise HubError(_("没有“%(facet)s”这种分类。") % {"facet": row.text("facet")})
    taken = above.words[facet]
    name, name_en, ways = good_names(row.text("name"), row.text("name_en"), row.several("aliases"))
    key = _key(known, facet, row, taken, name, name_en)
    for way in (key, name, name_en, *ways):
        other = known.match(way, [facet]) if way else None
        if (other and other[1] != key) or taken.get(way.casefold(), key) != key:
            raise HubError(_("“%(word)s” 已经是另一项的叫法。") % {"word": way})
    parent = _parent(known, facet, row.text("parent"), taken)
    _refuse_cycle(above.parents[facet], key, parent)
    taken.update({w.casefold(): key for w in (key, name, name_en, *ways) if w})
    above.parents[facet][key] = parent
    result = _result(known, facet, key, (name, name_en, ways, parent))
    return TermRow(row.line, facet, key, name, name_en, ways, parent, result)


def _refuse_cycle(parents: dict[str, str | None], key: str, parent: str | None) -> None:
    at, steps = parent, 0
    while at is not None and steps <= len(parents):
        if at == key:
            raise HubError(_("上级不能是自己或自己的下级。"))
        at, steps = parents.get(at), steps + 1


def _key(known: Words, facet: str, row: csvs.Row, taken: dict[str, str], name: str, name_en: str) -> str:
    if row.text("key"):
        return good_key(row.text("key"))
    found = known.by_facet[facet]
    same = next((w.key for w in found.values() if w.name.casefold() == name.casefold()), None)
    return same or keys.suggest(name, name_en, taken={*spoken(known, facet), *taken, *taken.values()})


def _parent(known: Words, facet: str, said: str, taken: dict[str, str]) -> str | None:
    if not said:
        return None
    found = known.match(said, [facet])
    key = found[1] if found else taken.get(said.casefold())
    if key is None:
        raise HubError(_("没有“%(word)s”这个上级。它要先在分类里，或在这个文件的上面。") % {"word": said})
    return key


def _result(known: Words, facet: str, key: str, wanted: tuple[object, ...]) -> str:
    word = known.by_facet[facet].get(key)
    if word is None:
        return "add"
    return "same" if (word.name, word.name_en, word.aliases, word.parent) == wanted else "change"


def add_terms(session: Session, rows: Sequence[TermRow], *, good_only: bool, by: accounts.Actor) -> int:
    """Add and change what a plan says; returns how many. With a refused row nothing is done, unless `good_only`."""
    by.must("taxonomy.edit")
    refused = sum(r.result == "refused" for r in rows)
    if refused and not good_only:
        raise HubError(
            _("有 %(n)s 行不对，什么都没有导入。请改好再来，或选“只导入没问题的行”。") % {"n": refused}
        )
    wanted = [r for r in rows if r.result in {"add", "change"}]
    for n, row in enumerate(wanted):
        said = (row.name, row.name_en, row.aliases, row.parent)
        put_term(session, row.facet, row.key, said, position=AFTER_ALL + n)
    if wanted:
        session.flush()
        changed(session)
        activity.record(session, "import", "term", None, by=by.id, terms=len(wanted))
    return len(wanted)
