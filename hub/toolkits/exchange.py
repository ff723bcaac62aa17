"""A kit as the data of `toolkits/<slug>.yml`, in and out. Importing the same data twice changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, activity, assets, taxonomy
from hub.base import clock
from hub.base.errors import HubError, NotAllowed
from hub.base.i18n import _
from hub.toolkits import queries, rules
from hub.toolkits.actions import STATES, touch
from hub.toolkits.models import Toolkit, ToolkitPin

KNOWN = frozenset(
    {"title", "title_en", "summary", "product", "tier", "industry", "scenario", "function", "state", "owner"}
    | {"pins", "excluded", "rules", "restricted_to"}
)


def to_data(session: Session, kit: Toolkit) -> dict[str, Any]:
    """The kit as plain data; what is empty is left out."""
    pins = queries.pins_of(session, kit)
    slugs = _slugs(session, [p.asset_id for p in pins])
    owner = accounts.people_by_ids(session, [kit.owner_id]).get(kit.owner_id or 0)
    data: dict[str, Any] = {
        "title": kit.title,
        "title_en": kit.title_en,
        "product": kit.product,
        "tier": kit.tier,
        "industry": kit.industry,
        "scenario": kit.scenario,
        "function": kit.function,
        "state": kit.state,
        "owner": owner.email if owner else None,
        "summary": kit.summary,
        "restricted_to": _named(session, kit),
        "pins": [slugs[p.asset_id] for p in pins if not p.excluded],
        "excluded": sorted(slugs[p.asset_id] for p in pins if p.excluded),
        "rules": kit.rules,
    }
    return {key: value for key, value in data.items() if value}


def _slugs(session: Session, ids: Sequence[int]) -> dict[int, str]:
    rows = session.exec(select(assets.Asset.id, assets.Asset.slug).where(col(assets.Asset.id).in_(ids)))
    return {int(i): slug for i, slug in rows if i is not None}


def _named(session: Session, kit: Toolkit) -> list[str]:
    """Who a restricted kit is open to: team:<key> and e-mail addresses."""
    if not kit.restricted:
        return []
    tokens = accounts.restriction(session, "toolkit", kit.id or 0)
    keys = {f"team:{t.id}": f"team:{t.key}" for t in accounts.teams(session)}
    people = accounts.people_by_ids(session, [int(t[7:]) for t in tokens if t.startswith("person:")])
    keys |= {f"person:{i}": p.email for i, p in people.items()}
    return sorted(keys[t] for t in tokens if t in keys)


def from_data(
    session: Session,
    slug: str,
    data: Mapping[str, Any],
    *,
    by: accounts.Actor,
    demo: bool = False,
    warnings: list[str] | None = None,
) -> str:
    """Bring the kit of this slug to what `data` says: "imported", "updated" or "unchanged".

    A pin whose asset is not there is left out and named in `warnings`. HubError names the key that is wrong; a name in
    `restricted_to` that nobody knows refuses the kit rather than open it. Only for administrators, as all import.
    """
    if not by.is_admin:
        raise NotAllowed(_("只有管理员能这样导入。"))
    told = warnings if warnings is not None else []
    words = taxonomy.words(session)
    kit = queries.by_slug(session, slug)
    fields = _fields(session, data, words, told)
    pins = _assets(session, data, "pins", told)
    out = [i for i in _assets(session, data, "excluded", told) if i not in pins]
    limits = _restriction(session, data)
    if kit is not None and _same(session, kit, fields, pins, out, limits):
        return "unchanged"
    return _write(session, kit, slug, fields, pins, out, limits, by=by, demo=demo)


def _fields(
    session: Session, data: Mapping[str, Any], words: taxonomy.Words, told: list[str]
) -> dict[str, Any]:
    told += [_("不认识的项“%(key)s”没有导入。") % {"key": key} for key in data if key not in KNOWN]
    title = _text(data, "title")
    if not title:
        raise HubError(_("工具包没有标题（title）。"))
    product = _match(words, data, "product")
    if product is None:
        raise HubError(_("工具包没有写产品（product）。"))
    state = _text(data, "state") or "draft"
    if state not in STATES:
        raise HubError(_("工具包的状态（state）只能是 draft、published 或 archived。"))
    return {
        "title": title[:300],
        "title_en": _text(data, "title_en")[:300],
        "summary": _text(data, "summary")[:1000],
        "product": product,
        "tier": _match(words, data, "tier") or words.products[product].tier,
        "industry": _match(words, data, "industry"),
        "scenario": _match(words, data, "scenario"),
        "function": _match(words, data, "function"),
        "state": state,
        "owner_id": _owner(session, data, told),
        "rules": rules.clean_rules(data.get("rules") or [], words),
    }


def _text(data: Mapping[str, Any], key: str) -> str:
    return " ".join(str(data.get(key) or "").split())


def _match(words: taxonomy.Words, data: Mapping[str, Any], facet: str) -> str | None:
    named = _text(data, facet)
    if not named:
        return None
    found = words.match(named, [facet])
    if found is None:
        raise HubError(_("分类里没有“%(word)s”（%(key)s）。") % {"word": named, "key": facet})
    return found[1]


def _owner(session: Session, data: Mapping[str, Any], told: list[str]) -> int | None:
    named = _text(data, "owner")
    person = (accounts.by_email(session, named) or accounts.by_name(session, named)) if named else None
    if named and person is None:
        told.append(_("不认识负责人“%(name)s”，先空着。") % {"name": named})
    return person.id if person else None


def _assets(session: Session, data: Mapping[str, Any], key: str, told: list[str]) -> list[int]:
    named = data.get(key) or []
    if not isinstance(named, list):
        raise HubError(_("“%(key)s” 要写成素材名的列表。") % {"key": key})
    wanted = list(dict.fromkeys(str(n).strip() for n in named))
    rows = session.exec(
        select(assets.Asset.slug, assets.Asset.id).where(col(assets.Asset.slug).in_(wanted))
    ).all()
    found = {slug: int(i) for slug, i in rows if i is not None}
    told += [_("没有素材“%(slug)s”，没有放进套件。") % {"slug": s} for s in wanted if s not in found]
    return [found[s] for s in wanted if s in found]


def _restriction(session: Session, data: Mapping[str, Any]) -> frozenset[str]:
    """The tokens the kit is open to; empty: everybody."""
    named = data.get("restricted_to") or []
    tokens: set[str] = set()
    for name in named if isinstance(named, list) else [named]:
        text = str(name).strip()
        if text.startswith("team:"):
            team = accounts.team_by_key(session, text.removeprefix("team:"))
            token = f"team:{team.id}" if team else None
        else:
            person = accounts.by_email(session, text)
            token = f"person:{person.id}" if person else None
        if token is None:
            raise HubError(_("“只对某些人开放”里有不认识的团队或人，为了不误公开，没有导入。"))
        tokens.add(token)
    return frozenset(tokens)


def _same(
    session: Session,
    kit: Toolkit,
    fields: Mapping[str, Any],
    pins: Sequence[int],
    out: Sequence[int],
    limits: frozenset[str],
) -> bool:
    had = queries.pins_of(session, kit)
    open_to = accounts.restriction(session, "toolkit", kit.id or 0) if kit.restricted else frozenset()
    return (
        all(getattr(kit, name) == value for name, value in fields.items())
        and [p.asset_id for p in had if not p.excluded] == list(pins)
        and {p.asset_id for p in had if p.excluded} == set(out)
        and open_to == limits
    )


def _write(
    session: Session,
    kit: Toolkit | None,
    slug: str,
    fields: Mapping[str, Any],
    pins: Sequence[int],
    out: Sequence[int],
    limits: frozenset[str],
    *,
    by: accounts.Actor,
    demo: bool,
) -> str:
    at = clock.now()
    result = "imported" if kit is None else "updated"
    if kit is None:
        kit = Toolkit(slug=slug, title="", product="", tier="", demo=demo, created_at=at, updated_at=at)
    for name, value in fields.items():
        setattr(kit, name, value)
    if kit.state == "published":
        kit.published_at = kit.published_at or at
    kit.restricted = bool(limits)
    session.add(kit)
    session.flush()
    accounts.restrict(
        session,
        "toolkit",
        kit.id or 0,
        teams=[int(t[5:]) for t in limits if t.startswith("team:")],
        people=[int(t[7:]) for t in limits if t.startswith("person:")],
    )
    _write_pins(session, kit, pins, out)
    activity.record(session, result, "toolkit", kit.id, by=by.id)
    touch(session, kit)
    return result


def _write_pins(session: Session, kit: Toolkit, pins: Sequence[int], out: Sequence[int]) -> None:
    for old in queries.pins_of(session, kit):
        session.delete(old)
    session.flush()
    for position, asset_id in enumerate(pins):
        session.add(ToolkitPin(toolkit_id=kit.id or 0, asset_id=asset_id, position=position))
    for asset_id in out:
        session.add(ToolkitPin(toolkit_id=kit.id or 0, asset_id=asset_id, excluded=True))
    session.flush()
