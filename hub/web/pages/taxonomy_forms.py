"""The forms with which the taxonomy is changed: products, tiers, types, terms."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from hub import accounts, taxonomy
from hub.base.errors import HubError, NotFound
from hub.base.i18n import _
from hub.request import FormDep, SessionDep
from hub.web.dress import ActorDep
from hub.web.pages.taxonomy import TREES, Slot, back, every_slot, facet_names
from hub.web.render import render

router = APIRouter(include_in_schema=False)
Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ValuePage:
    """See templates/taxonomy/value.html. `key` is empty for a new value; fields that a facet lacks are empty."""

    facet: str
    facet_name: str
    key: str
    name: str = ""
    name_en: str = ""
    aliases: str = ""
    parent: str = ""
    expert: str = ""
    owner: str = ""
    tier: str = ""
    type: str = ""
    price: str = ""
    summary: str = ""
    summary_en: str = ""
    restricted: bool = False
    teams: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()  # people by name who may know of the product besides the teams
    price_from: str = ""
    price_below: str = ""
    cycle_days: str = ""
    slots: tuple[Slot, ...] = ()
    parents: Options = ()
    people: Options = ()
    tiers: Options = ()
    types: Options = ()
    all_teams: Options = ()


@router.get("/taxonomy/{facet}/new")
def new(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    facet: str,
    parent: Annotated[str, Query()] = "",
) -> Response:
    person.must("taxonomy.edit")
    page = _page(session, facet, "", parent=parent, slots=every_slot([]) if facet in {"tier", "type"} else ())
    return render(request, "taxonomy/value.html", page)


def _page(session: SessionDep, facet: str, key: str, **more: Any) -> ValuePage:
    names, known = facet_names(), taxonomy.words(session)
    if facet not in SAVERS:
        raise NotFound(_("没有“%(facet)s”这种分类。") % {"facet": facet})
    below = known.below(facet, key) if key and facet in TREES else set()
    people = tuple((str(p.id), p.name) for p in accounts.people(session, active_only=True))
    return ValuePage(
        facet=facet,
        facet_name=names[facet],
        key=key,
        parents=tuple((w.key, w.label) for w in known.options(facet) if w.key not in below)
        if facet in TREES
        else (),
        people=people if facet in {"product", "industry"} else (),
        tiers=tuple((w.key, w.label) for w in known.options("tier")),
        types=tuple((t.key, t.label) for t in known.types.values()),
        all_teams=tuple((str(t.id), t.label) for t in accounts.teams(session)),
        **more,
    )


@router.get("/taxonomy/{facet}/{key}")
def edit(request: Request, session: SessionDep, person: ActorDep, facet: str, key: str) -> Response:
    person.must("taxonomy.edit")
    readers: dict[str, Callable[[], dict[str, Any]]] = {
        "product": lambda: _product(session, key, person),
        "tier": lambda: _tier(session, key),
        "type": lambda: _type(session, key),
    }
    if facet not in SAVERS:
        raise NotFound(_("没有“%(facet)s”这种分类。") % {"facet": facet})
    said = readers.get(facet, lambda: _term(session, facet, key))()
    return render(request, "taxonomy/value.html", _page(session, facet, key, **said))


def _gone() -> NotFound:
    return NotFound(_("没有这一项。可能刚被删掉了，请刷新页面。"))


def _product(session: SessionDep, key: str, person: accounts.Actor) -> dict[str, Any]:
    row = taxonomy.product(session, key)
    if not taxonomy.may_know(session, row, person):
        raise NotFound(_("没有这个产品。"))
    tokens = accounts.restriction(session, "product", row.id or 0)
    opened = accounts.names(session, _numbers(tokens, "person:"))
    return {
        "name": row.name,
        "name_en": row.name_en,
        "aliases": _lines(row.aliases),
        "tier": row.tier,
        "type": row.type,
        "price": row.price,
        "summary": row.summary,
        "summary_en": row.summary_en,
        "owner": str(row.owner_id or ""),
        "expert": str(row.expert_id or ""),
        "restricted": row.restricted,
        "teams": tuple(str(t) for t in _numbers(tokens, "team:")),
        "opened": tuple(opened.values()),
    }


def _numbers(tokens: Iterable[str], start: str) -> list[int]:
    return [int(t.removeprefix(start)) for t in tokens if t.startswith(start)]


def _lines(aliases: Iterable[str]) -> str:
    return "\n".join(aliases)


def _tier(session: SessionDep, key: str) -> dict[str, Any]:
    row = taxonomy.words(session).tiers.get(key)
    if row is None:
        raise _gone()
    return {
        "name": row.name,
        "name_en": row.name_en,
        "aliases": _lines(row.aliases),
        "price_from": "" if row.price_from is None else str(row.price_from),
        "price_below": "" if row.price_below is None else str(row.price_below),
        "cycle_days": "" if row.cycle_days is None else str(row.cycle_days),
        "slots": every_slot(row.blueprint),
    }


def _type(session: SessionDep, key: str) -> dict[str, Any]:
    row = taxonomy.words(session).types.get(key)
    if row is None:
        raise _gone()
    return {"name": row.name, "name_en": row.name_en, "slots": every_slot(row.adds)}


def _term(session: SessionDep, facet: str, key: str) -> dict[str, Any]:
    row = taxonomy.term(session, facet, key)
    return {
        "name": row.name,
        "name_en": row.name_en,
        "aliases": _lines(row.aliases),
        "parent": row.parent or "",
        "expert": str(row.expert_id or ""),
        "slots": every_slot(row.adds) if facet == "industry" else (),
    }


@router.post("/taxonomy/{facet}")
def add(form: FormDep, session: SessionDep, person: ActorDep, facet: str) -> Response:
    return _save(form, session, person, facet, "")


@router.post("/taxonomy/{facet}/{key}")
def save(form: FormDep, session: SessionDep, person: ActorDep, facet: str, key: str) -> Response:
    return _save(form, session, person, facet, key)


def _save(form: FormData, session: SessionDep, person: accounts.Actor, facet: str, key: str) -> Response:
    person.must("taxonomy.edit")
    saver = SAVERS.get(facet)
    if saver is None:
        raise NotFound(_("没有“%(facet)s”这种分类。") % {"facet": facet})
    saver(form, session, person, facet, key)
    return back(facet, _("已保存。"))


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _aliases(form: FormData) -> tuple[str, ...]:
    return tuple(a for a in re.split(r"[\n,，、;；]", _text(form, "aliases")) if a.strip())


def _number(form: FormData, name: str) -> int | None:
    said = _text(form, name).strip().replace(",", "")
    if not said:
        return None
    if not said.isdecimal() or len(said) > 9:  # noqa: PLR2004 - a billion is beyond every field
        raise HubError(_("“%(said)s” 不是一个整数。") % {"said": said})
    return int(said)


def _slots(form: FormData) -> tuple[dict[str, Any], ...]:
    made = []
    for kind in taxonomy.KINDS:
        least = _number(form, f"min-{kind}")
        if least:
            made.append({"kind": kind, "min": least, "max_age_days": _number(form, f"age-{kind}") or None})
    return taxonomy.good_slots(made)


def _save_product(form: FormData, session: SessionDep, person: accounts.Actor, _facet: str, key: str) -> None:
    row = taxonomy.words(session).products.get(key)
    tokens = accounts.restriction(session, "product", row.id or 0) if row else ()
    known = {t.id for t in accounts.teams(session)}
    fields = taxonomy.ProductFields(
        name=_text(form, "name"),
        name_en=_text(form, "name_en"),
        aliases=_aliases(form),
        tier=_text(form, "tier"),
        type=_text(form, "type") or "general",
        price=_text(form, "price"),
        summary=_text(form, "summary"),
        summary_en=_text(form, "summary_en"),
        owner_id=_person(session, form, "owner"),
        expert_id=_person(session, form, "expert"),
        restricted=_text(form, "restricted") == "1",
        teams=tuple(
            int(t) for t in form.getlist("teams") if isinstance(t, str) and t.isdecimal() and int(t) in known
        ),
        people=tuple(_numbers(tokens, "person:")),
    )
    taxonomy.save_product(session, key, fields, by=person)


def _person(session: SessionDep, form: FormData, name: str) -> int | None:
    number = _number(form, name)
    return accounts.person(session, number).id if number else None


def _save_tier(form: FormData, session: SessionDep, person: accounts.Actor, _facet: str, key: str) -> None:
    fields = taxonomy.TierFields(
        name=_text(form, "name"),
        name_en=_text(form, "name_en"),
        aliases=_aliases(form),
        price_from=_number(form, "price_from"),
        price_below=_number(form, "price_below"),
        cycle_days=_number(form, "cycle_days"),
        blueprint=_slots(form),
    )
    taxonomy.save_tier(session, key, fields, by=person)


def _save_type(form: FormData, session: SessionDep, person: accounts.Actor, _facet: str, key: str) -> None:
    fields = taxonomy.TypeFields(_text(form, "name"), _text(form, "name_en"), _slots(form))
    taxonomy.save_type(session, key, fields, by=person)


def _save_term(form: FormData, session: SessionDep, person: accounts.Actor, facet: str, key: str) -> None:
    if key:
        taxonomy.term(session, facet, key)
    term = taxonomy.save_term(
        session,
        facet,
        key,
        name=_text(form, "name"),
        name_en=_text(form, "name_en"),
        aliases=_aliases(form),
        parent=_text(form, "parent") or None,
        expert_id=(_person(session, form, "expert") or 0) if facet == "industry" else None,
        by=person,
    )
    if facet == "industry" and key:
        taxonomy.set_term_adds(session, facet, term.key, _slots(form), by=person)


SAVERS: dict[str, Callable[[FormData, SessionDep, accounts.Actor, str, str], None]] = {
    "product": _save_product,
    "tier": _save_tier,
    "type": _save_type,
    **dict.fromkeys(TREES, _save_term),
}
