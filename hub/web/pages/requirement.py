"""One requirement: how far it is, who asked, its score, its material, and who has been told."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, assets, library, requirements
from hub.base.i18n import _, n_
from hub.request import FormDep, SessionDep, WiringDep
from hub.web import words as house_words
from hub.web.chrome import flash, is_ours
from hub.web.dress import ActorDep
from hub.web.pages import requirement_words as say
from hub.web.pages.requirement_view import page_of
from hub.web.render import render

router = APIRouter(include_in_schema=False)
SHOWN_HITS = 12
Text = Annotated[str, Form()]


@router.get("/requirements/{key}")
def show(request: Request, session: SessionDep, person: ActorDep, key: str) -> Response:
    found = requirements.get(session, key, person)
    view = requirements.view(session, found, person)
    return render(request, "requirements/page.html", page_of(session, view, person))


def _to(key: str, said: str, *, undo: str | None = None, at: str = "") -> Response:
    answer = RedirectResponse(f"/requirements/{key}{at}", status_code=303)
    flash(answer, said, undo=undo)
    return answer


@router.post("/requirements/{key}/state")
def move(form: FormDep, session: SessionDep, person: ActorDep, key: str) -> Response:
    """The next state; shipping too, with its limits and the words for the customer. A field that is not in the form
    stays as it is, an empty one is emptied.
    """
    found = requirements.get(session, key, person)
    to = str(form.get("to", ""))
    given: dict[str, Any] = {
        name: str(form[name]).replace("\r\n", "\n")
        for name in ("note", "quarter", "outcome_words", "limits")
        if name in form
    }
    requirements.advance(session, found, to, by=person, **given)
    if to == "shipped":
        return _to(key, _("已发布。提过它的人会收到通知；接着把素材配齐。"))
    label = str(house_words.sign("requirement", to).label)
    return _to(key, _("现在是“%(state)s”。") % {"state": label})


@router.post("/requirements/{key}/rice")
def set_input(form: FormDep, session: SessionDep, person: ActorDep, key: str) -> Response:
    """One factor with its reason; effort in four parts, or as one number."""
    found = requirements.get(session, key, person)
    text = {k: v.strip() for k, v in form.items() if isinstance(v, str)}
    parts = {p: say.to_number(text[p]) for p in requirements.EFFORT_PARTS if text.get(p)}
    said_before = text.get("factor") in requirements.inputs(session, found.id or 0)
    requirements.set_input(
        session,
        found,
        text.get("factor", ""),
        None if parts and not text.get("value") else say.to_number(text.get("value", "")),
        unit=text.get("unit", ""),
        parts=parts,
        reason=text.get("reason", ""),
        by=person,
    )
    return _to(key, _("记下了。原来的取值留作历史。") if said_before else _("记下了。"), at="#rice")


@dataclass(frozen=True)
class Hit:
    id: int
    title: str
    url: str
    meta: str
    thumb: str | None
    icon: str
    attached: bool


@dataclass(frozen=True)
class AttachPage:
    """See templates/requirements/attach.html."""

    key: str
    title: str
    role: str
    roles: tuple[tuple[str, str], ...]
    words: str
    hits: tuple[Hit, ...]


@router.get("/requirements/{key}/attach")
def attach_form(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    key: str,
    role: str = "related",
    q: str = "",
) -> Response:
    """Find the asset that fills a role: by its words, or the newest of the kinds that usually do."""
    found = requirements.get(session, key, person)
    person.must("requirement.attach")
    requirements.must_stand(found)
    chosen = role if role in say.ROLES else "related"
    cards = _candidates(session, wiring, person, chosen, q[:100], found.product)
    here = {
        i.card.id
        for s in requirements.view(session, found, person).slots
        if s.role == chosen
        for i in s.items
    }
    page = AttachPage(
        key=key,
        title=found.title,
        role=chosen,
        roles=tuple((k, str(v)) for k, v in say.ROLES.items()),
        words=q[:100],
        hits=tuple(_hit(c, attached=c.id in here) for c in cards),
    )
    return render(request, "requirements/attach.html", page)


def _candidates(
    session: SessionDep,
    wiring: WiringDep,
    person: accounts.Actor,
    role: str,
    words: str,
    product: str | None,
) -> list[assets.Card]:
    if words.strip():
        answer = library.find(
            session,
            wiring.engine,
            words,
            by=person,
            filters={"type": ["asset", "faq"]},
            facets=(),
            limit=SHOWN_HITS,
        )
        return list({r.card.id: r.card for r in answer.rows if r.card is not None}.values())
    tagged = [("product", [product])] if product else []
    ids = assets.ids_matching(
        session, person, kinds=requirements.ROLE_KINDS[role], tagged=tagged, on_offer=False, limit=SHOWN_HITS
    )
    return assets.cards(session, ids, person)


def _hit(card: assets.Card, *, attached: bool) -> Hit:
    kind = house_words.sign("kind", card.kind)
    state = str(house_words.sign("version", card.state).label)
    query = "" if card.state == "on_offer" else f"?version={card.version_id}"
    return Hit(
        card.id,
        card.title,
        f"/assets/{card.id}{query}",
        " · ".join(t for t in (str(kind.label), state, card.owner) if t),
        f"/pictures/{card.thumb}" if card.thumb else None,
        kind.icon or "file-text",
        attached,
    )


@router.post("/requirements/{key}/attach")
def attach(
    session: SessionDep, person: ActorDep, key: str, asset: Annotated[int, Form()], role: Text = "related"
) -> Response:
    found = requirements.get(session, key, person)
    made = requirements.attach(session, found, asset, role=role, by=person)
    said = _("关联好了：%(role)s。") % {"role": say.role(made.role)}
    return _to(key, said, undo=f"/requirements/{key}/material/{made.id}/detach", at="#material")


@router.post("/requirements/{key}/material/{material_id}/detach")
def detach(session: SessionDep, person: ActorDep, key: str, material_id: int) -> Response:
    found = requirements.get(session, key, person)
    requirements.detach(session, found, material_id, by=person)
    return _to(key, _("已取下。"), at="#material")


@router.post("/requirements/{key}/slots")
def assign(
    session: SessionDep,
    person: ActorDep,
    key: str,
    role: Text,
    owner: Text = "",
    due_on: Text = "",
    note: Text = "",
) -> Response:
    found = requirements.get(session, key, person)
    requirements.assign(
        session, found, role, owner_id=say.to_id(owner), due_on=say.to_day(due_on), note=note, by=person
    )
    return _to(key, _("指派好了。"), at="#material")


@router.post("/requirements/{key}/nudge")
def nudge(session: SessionDep, person: ActorDep, key: str) -> Response:
    """Remind who still has a customer to tell."""
    reminded = requirements.nudge(session, requirements.get(session, key, person), by=person)
    said = n_("提醒了 %(n)s 位同事。", reminded) if reminded else _("今天已经提醒过了。")
    return _to(key, said, at="#told")


@router.post("/requirements/{key}/trash")
def trash(session: SessionDep, person: ActorDep, key: str) -> Response:
    found = requirements.get(session, key, person)
    requirements.trash(session, found, by=person)
    answer = RedirectResponse("/requirements", status_code=303)
    flash(
        answer, _("“%(title)s”已放进回收站。") % {"title": found.title}, undo=f"/requirements/{key}/restore"
    )
    return answer


@router.post("/requirements/{key}/restore")
def restore(session: SessionDep, person: ActorDep, key: str) -> Response:
    requirements.restore(session, requirements.get(session, key, person, trashed=True), by=person)
    return _to(key, _("已取回。"))


@router.post("/obligations/{obligation_id}/told")
def told(
    session: SessionDep,
    person: ActorDep,
    obligation_id: int,
    how: Text = "",
    outcome: Text = "told",
    back: Text = "/",
) -> Response:
    """The customer knows now."""
    found = requirements.get_obligation(session, obligation_id, person)
    requirements.told(session, found, how=how, outcome=outcome, by=person)
    answer = RedirectResponse(back if is_ours(back) else "/", status_code=303)
    said = _("记下了：客户已经知道。") if outcome == "told" else _("记下了。")
    flash(answer, said, undo=f"/obligations/{obligation_id}/reopen")
    return answer


@router.post("/obligations/{obligation_id}/reopen")
def reopen(session: SessionDep, person: ActorDep, obligation_id: int) -> Response:
    requirements.untell(session, requirements.get_obligation(session, obligation_id, person), by=person)
    answer = RedirectResponse("/", status_code=303)
    flash(answer, _("还是待告知。"))
    return answer
