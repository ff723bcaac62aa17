"""Taxonomy: the words the house sorts by, for everybody to read and for those who keep it to change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from hub import accounts, assets, library, taxonomy
from hub.base.errors import HubError, NotFound
from hub.base.formats import listed, money
from hub.base.i18n import _, n_
from hub.request import FormDep, SessionDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.render import render
from hub.web.tabs import Tab
from hub.web.words import KINDS

router = APIRouter(include_in_schema=False)
TREES = taxonomy.TERM_FACETS
TABS = ("product", "tier", "type", *TREES, "proposals")


@dataclass(frozen=True)
class Slot:
    """What a kit must hold of one kind; `least` 0 where nothing is asked. `age` in days, None without limit."""

    kind: str
    label: str
    least: int
    age: int | None


@dataclass(frozen=True)
class Value:
    """One value as the list shows it. `used` says where ("素材 12、工具包 2"), empty where nothing carries it."""

    key: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    depth: int
    notes: tuple[str, ...]
    slots: tuple[Slot, ...]
    used: str
    url: str
    restricted: bool = False


@dataclass(frozen=True)
class Proposal:
    """A free tag that waits for a meaning."""

    id: int
    word: str
    uses: int


@dataclass(frozen=True)
class TaxonomyPage:
    """See templates/taxonomy/index.html."""

    facet: str
    title: str
    tabs: tuple[Tab, ...]
    values: tuple[Value, ...]
    proposals: tuple[Proposal, ...]
    targets: tuple[tuple[str, str], ...]  # "industry:park" and its words: what a proposal may be an alias of
    trees: tuple[tuple[str, str], ...]
    may_edit: bool
    may_sort: bool


def facet_names() -> dict[str, str]:
    return {
        "product": _("产品"),
        "tier": _("产品档位"),
        "type": _("产品类型"),
        "industry": _("行业"),
        "scenario": _("场景"),
        "function": _("职能"),
        "stage": _("销售阶段"),
        "proposals": _("待归类的标签"),
    }


@router.get("/taxonomy")
def index(
    request: Request, session: SessionDep, person: ActorDep, facet: Annotated[str, Query()] = "product"
) -> Response:
    may_edit = person.may("taxonomy.edit")
    facet = facet if facet in TABS and (may_edit or facet != "proposals") else "product"
    known, names = taxonomy.words(session), facet_names()
    used = library.uses(session, facet) if may_edit and facet != "proposals" else {}
    page = TaxonomyPage(
        facet=facet,
        title=names[facet],
        tabs=tuple(_tabs(session, known, facet, person)),
        values=tuple(_values(session, known, facet, used, person)),
        proposals=tuple(_proposals(session)) if facet == "proposals" else (),
        targets=tuple(_targets(session, known, person)) if facet == "proposals" else (),
        trees=tuple((t, names[t]) for t in TREES),
        may_edit=may_edit,
        may_sort=may_edit and facet not in {"type", "proposals"},
    )
    return render(request, "taxonomy/index.html", page)


def _tabs(session: SessionDep, known: taxonomy.Words, on: str, person: accounts.Actor) -> list[Tab]:
    counts = {f: len(known.by_facet[f]) for f in ("tier", *TREES)}
    counts["product"] = len(known.products) - len(taxonomy.hidden_products(session, person))
    counts["type"] = len(known.types)
    shown: tuple[str, ...] = TABS[:-1]
    if person.may("taxonomy.edit"):
        counts["proposals"] = len(taxonomy.proposals(session))
        shown = TABS
    names = facet_names()
    return [Tab(names[f], f"/taxonomy?facet={f}", counts[f], f == on) for f in shown]


def _values(
    session: SessionDep,
    known: taxonomy.Words,
    facet: str,
    used: library.Uses,
    person: accounts.Actor,
) -> list[Value]:
    if facet == "type":
        return [_type(t, used) for t in known.types.values()]
    if facet == "proposals":
        return []
    hidden = taxonomy.hidden_products(session, person) if facet == "product" else frozenset()
    people = _people_of(session, known, facet)
    return [_value(known, word, used, people) for word in known.options(facet) if word.key not in hidden]


def _people_of(session: SessionDep, known: taxonomy.Words, facet: str) -> Mapping[int, str]:
    if facet != "product":
        return {}
    wanted = [i for p in known.products.values() for i in (p.owner_id, p.expert_id)]
    return accounts.names(session, wanted)


def _value(
    known: taxonomy.Words, word: taxonomy.Word, used: library.Uses, people: Mapping[int, str]
) -> Value:
    product, tier = known.products.get(word.key), known.tiers.get(word.key)
    notes: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    if word.facet == "product" and product:
        notes = _product_notes(known, product, people)
    elif word.facet == "tier" and tier:
        notes, slots = _tier_notes(tier), asked(tier.blueprint)
    return Value(
        key=word.key,
        name=word.name,
        name_en=word.name_en,
        aliases=word.aliases,
        depth=len(known.above(word.facet, word.key)) - 1 if word.facet in TREES else 0,
        notes=notes,
        slots=slots,
        used=_said(used.get(word.key, {})),
        url=f"/taxonomy/{word.facet}/{word.key}",
        restricted=bool(word.facet == "product" and product and product.restricted),
    )


def _type(found: taxonomy.ProductType, used: library.Uses) -> Value:
    said = _said(used.get(found.key, {}))
    url = f"/taxonomy/type/{found.key}"
    return Value(found.key, found.name, found.name_en, (), 0, (), asked(found.adds), said, url)


def _product_notes(
    known: taxonomy.Words, product: taxonomy.Product, people: Mapping[int, str]
) -> tuple[str, ...]:
    kind = known.types.get(product.type)
    owner, expert = people.get(product.owner_id or 0), people.get(product.expert_id or 0)
    notes = (
        known.label("tier", product.tier),
        kind.label if kind else "",
        product.price,
        _("负责人 %(name)s") % {"name": owner} if owner else "",
        _("专家 %(name)s") % {"name": expert} if expert else "",
    )
    return tuple(n for n in notes if n)


def _tier_notes(tier: taxonomy.Tier) -> tuple[str, ...]:
    notes = (
        _("单价 %(from)s 起") % {"from": money(tier.price_from)} if tier.price_from else "",
        _("单价低于 %(below)s") % {"below": money(tier.price_below)} if tier.price_below else "",
        n_("周期约 %(n)s 天", tier.cycle_days) if tier.cycle_days else "",
    )
    return tuple(n for n in notes if n)


def asked(slots: list[dict[str, Any]]) -> tuple[Slot, ...]:
    """The slots that ask for something, in the reader's words."""
    return tuple(s for s in every_slot(slots) if s.least)


def every_slot(slots: list[dict[str, Any]]) -> tuple[Slot, ...]:
    """One slot for each kind, for forms."""
    by_kind = {s["kind"]: s for s in slots}
    return tuple(
        Slot(
            k,
            str(KINDS[k].label),
            int(by_kind.get(k, {}).get("min", 0)),
            by_kind.get(k, {}).get("max_age_days"),
        )
        for k in taxonomy.KINDS
    )


def _said(used: Mapping[str, int]) -> str:
    return listed(f"{label} {n}" for label, n in used.items())


def _proposals(session: SessionDep) -> list[Proposal]:
    found = taxonomy.proposals(session)
    carried = assets.tagged_freely(session, [p.word for p in found])
    return [Proposal(p.id or 0, p.word, carried.get(p.word, 0)) for p in found]


def _targets(session: SessionDep, known: taxonomy.Words, person: accounts.Actor) -> list[tuple[str, str]]:
    hidden, names = taxonomy.hidden_products(session, person), facet_names()
    return [
        (f"{facet}:{word.key}", f"{names[facet]} · {word.label}")
        for facet in (*TREES, "product", "tier")
        for word in known.options(facet)
        if facet != "product" or word.key not in hidden
    ]


@router.post("/taxonomy/{facet}/{key}/move")
def move(
    session: SessionDep, person: ActorDep, facet: str, key: str, to: Annotated[str, Form()] = "up"
) -> Response:
    taxonomy.move(session, facet, key, up=to == "up", by=person)
    return RedirectResponse(f"/taxonomy?facet={facet}#{key}", status_code=303)


@router.post("/taxonomy/{facet}/{key}/remove")
def remove(session: SessionDep, person: ActorDep, facet: str, key: str) -> Response:
    library.remove_value(session, facet, key, by=person)
    return back(facet, _("已删除。"))


def back(facet: str, said: str) -> Response:
    """To the list of the facet, with a note."""
    answer = RedirectResponse(f"/taxonomy?facet={facet}", status_code=303)
    flash(answer, said)
    return answer


@router.post("/taxonomy/proposals/{proposal_id}")
def decide(form: FormDep, session: SessionDep, person: ActorDep, proposal_id: int) -> Response:
    """What a free tag means: another way to say a value, a new term of a tree, or nothing."""
    person.must("taxonomy.edit")
    act = _text(form, "act")
    if act == "alias":
        facet, _sep, key = _text(form, "of").partition(":")
        if facet == "product" and key in taxonomy.hidden_products(session, person):
            raise NotFound(_("没有这个产品。"))
        taken = taxonomy.accept_as_alias(session, proposal_id, facet, key, by=person)
        said = _("“%(word)s” 归好了，带这个标签的素材会跟着改。") % {"word": taken.word}
    elif act == "term":
        taken = taxonomy.accept_as_term(session, proposal_id, _text(form, "facet"), by=person)
        said = _("“%(word)s” 加进了分类，带这个标签的素材会跟着改。") % {"word": taken.word}
    elif act == "dismiss":
        taxonomy.dismiss(session, proposal_id, by=person)
        said = _("不再提示，素材上的标签还在。")
    else:
        raise HubError(_("请选怎样处理这个标签。"))
    return back("proposals", said)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
