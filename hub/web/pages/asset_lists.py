"""Lists of assets to look after, and changing several of them at once."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from hub import accounts, assets, library, taxonomy, toolkits
from hub.base.errors import HubError
from hub.base.i18n import _, n_
from hub.request import FormDep, SessionDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)
COUNTED = ("review", "drafts", "stale", "due", "no_owner")
QUEUES = (*COUNTED, "all")
FACETS = ("product", "tier", "industry", "scenario", "function", "stage")


@dataclass(frozen=True)
class QueueTab:
    label: str
    url: str
    count: int | None
    on: bool


@dataclass(frozen=True)
class Bulk:
    """What may be done to several assets at once. A value is "industry:park"; kits are by slug."""

    values: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    kits: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AssetsPage:
    """See templates/assets/index.html. `words` narrows the list of all by title; `bulk` is None where nothing is."""

    tabs: tuple[QueueTab, ...]
    queue: str
    cards: tuple[assets.Card, ...]
    empty: str
    words: str
    back: str
    bulk: Bulk | None


@router.get("/assets")
def index(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    queue: str = "drafts",
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """What this person has to look after."""
    queue = queue if queue in QUEUES else "drafts"
    names = {
        "review": _("等我批准"),
        "drafts": _("我的草稿"),
        "stale": _("过了复审日"),
        "due": _("快到复审日"),
        "no_owner": _("没有负责人"),
        "all": _("我能改的"),
    }
    sizes = assets.queue_sizes(session, person, COUNTED)
    ids = assets.queue(session, person, queue, words=q if queue == "all" else "")
    drafts = ids if queue in {"review", "drafts", "all"} else ()
    cards = tuple(assets.cards(session, ids, person, drafts=drafts))
    page = AssetsPage(
        tabs=tuple(QueueTab(names[k], f"/assets?queue={k}", sizes.get(k), k == queue) for k in QUEUES),
        queue=queue,
        cards=cards,
        empty=_("这里没有要您处理的素材。"),
        words=q,
        back="/assets?" + urlencode({"queue": queue, **({"q": q} if q else {})}),
        bulk=_bulk(session, person) if cards else None,
    )
    return render(request, "assets/index.html", page)


def _bulk(session: SessionDep, person: accounts.Actor) -> Bulk:
    known, hidden = taxonomy.words(session), taxonomy.hidden_products(session, person)
    names = {
        "product": _("产品"),
        "tier": _("产品档位"),
        "industry": _("行业"),
        "scenario": _("场景"),
        "function": _("职能"),
        "stage": _("销售阶段"),
    }
    values = tuple(
        (f"{facet}:{word.key}", f"{names[facet]} · {word.label}")
        for facet in FACETS
        for word in known.options(facet)
        if facet != "product" or word.key not in hidden
    )
    kits = toolkits.find(session, person, state="", words=known) if person.may("toolkit.edit") else []
    return Bulk(
        values=values,
        people=tuple((str(p.id), p.name) for p in accounts.people(session, active_only=True)),
        kits=tuple((k.slug, toolkits.title_of(k)) for k in kits),
    )


@router.post("/assets/bulk")
def change_many(form: FormDep, session: SessionDep, person: ActorDep) -> Response:
    """Tag, untag, hand over or put into a kit what was ticked; the note that follows offers to undo it."""
    ids = [int(i) for i in form.getlist("ids") if isinstance(i, str) and i.isdigit()]
    done = _changed(session, person, form, ids)
    said = n_("改了 %(n)s 份素材。", done.changed)
    if done.refused:
        said += n_("有 %(n)s 份不归您管，没有改。", done.refused)
    return _back(form, said, undo=f"/assets/bulk/{done.id}/undo" if done.changed else None)


def _changed(session: SessionDep, person: accounts.Actor, form: FormData, ids: list[int]) -> assets.Done:
    act, free = _text(form, "act"), _text(form, "free").strip()
    facet, _sep, key = ("tag", "", free) if free else _text(form, "value").partition(":")
    if act == "tag":
        return assets.add_tag(session, ids, facet, key, by=person)
    if act == "still_right":
        return assets.still_right_many(session, ids, by=person)
    if act == "untag":
        return assets.drop_tag(session, ids, facet, key, by=person)
    if act == "owner":
        owner = _text(form, "owner")
        if not owner.isdigit():
            raise HubError(_("请选新的负责人。"))
        return assets.set_owner(session, ids, int(owner), by=person)
    if act == "kit":
        return library.pin_many(session, ids, _text(form, "kit"), by=person)
    raise HubError(_("请选要做什么。"))


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _back(form: FormData, said: str, *, undo: str | None = None) -> Response:
    back = _text(form, "back")
    answer = RedirectResponse(back if back.startswith("/assets?queue=") else "/assets", status_code=303)
    flash(answer, said, undo=undo)
    return answer


@router.post("/assets/bulk/{change_id}/undo")
def undo(form: FormDep, session: SessionDep, person: ActorDep, change_id: int) -> Response:
    done = library.undo_many(session, change_id, by=person)
    said = n_("恢复了 %(n)s 份素材。", done.changed)
    if done.refused:
        said += n_("有 %(n)s 份后来又改过，保持现状。", done.refused)
    return _back(form, said)
