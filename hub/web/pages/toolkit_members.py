"""Who belongs to a toolkit, for its editors: what rules bring, what is fixed, what is left out."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, assets, library, taxonomy, toolkits
from hub.base.errors import HubError
from hub.base.i18n import _, n_
from hub.request import SessionDep, WiringDep
from hub.web import words as house_words
from hub.web.dress import ActorDep
from hub.web.pages.kit_cards import kit_url
from hub.web.pages.toolkit_forms import back as to
from hub.web.pages.toolkit_forms import must_edit
from hub.web.render import render

router = APIRouter(include_in_schema=False)
FOUND = 12


@dataclass(frozen=True)
class MemberRow:
    id: int
    title: str
    url: str
    meta: str
    icon: str
    thumb: str | None
    pinned: bool
    rule: int | None
    state: str


@dataclass(frozen=True)
class MembersPage:
    """See templates/toolkits/members.html."""

    title: str
    url: str
    path: tuple[tuple[str, str | None], ...]
    state: str
    sections: tuple[tuple[str, tuple[MemberRow, ...]], ...]
    excluded: tuple[MemberRow, ...]
    words: str
    found: tuple[MemberRow, ...]
    gaps: tuple[tuple[str, str], ...]
    may_edit: bool


@router.get("/toolkits/{slug}/members")
def members(
    request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep, slug: str, q: str = ""
) -> Response:
    kit = toolkits.get(session, slug, person)
    must_edit(person)
    opened = toolkits.contents(session, kit, person, taxonomy.words(session))
    typed = " ".join(q.split())[:200]
    inside = {m.card.id for m in opened.members}
    found = _found(session, wiring, typed, person) if typed else []
    page = MembersPage(
        title=toolkits.title_of(kit),
        url=kit_url(slug),
        path=((n_("工具包", 2), "/toolkits"), (toolkits.title_of(kit), kit_url(slug)), (_("成员"), None)),
        state=kit.state,
        sections=tuple(
            (
                str(house_words.sign("kind", s.kind).label),
                tuple(_row(m.card, m.rule, m.pinned) for m in s.members),
            )
            for s in opened.sections
        ),
        excluded=tuple(_row(c) for c in opened.excluded),
        words=typed,
        found=tuple(_row(c) for c in found if c.id not in inside),
        gaps=tuple(_gap(f) for f in opened.completeness.open),
        may_edit=True,
    )
    return render(request, "toolkits/members.html", page)


def _found(session: SessionDep, wiring: WiringDep, typed: str, person: accounts.Actor) -> list[assets.Card]:
    answer = library.find(
        session, wiring.engine, typed, by=person, filters={"type": ["asset", "faq"]}, facets=(), limit=FOUND
    )
    return [row.card for row in answer.rows if row.card is not None]


def _row(card: assets.Card, rule: int | None = None, pinned: bool = False) -> MemberRow:  # noqa: FBT001, FBT002
    sign = house_words.sign("kind", card.kind)
    meta = " · ".join(t for t in (str(sign.label), f"v{card.version_number}", card.owner) if t)
    return MemberRow(
        id=card.id,
        title=card.title,
        url=f"/assets/{card.id}",
        meta=meta,
        icon=sign.icon or "file-text",
        thumb=f"/pictures/{card.thumb}" if card.thumb else None,
        pinned=pinned,
        rule=None if rule is None else rule + 1,
        state=card.state,
    )


def _gap(filling: toolkits.Filling) -> tuple[str, str]:
    label = str(house_words.sign("kind", filling.slot.kind).label)
    return (f"{label} {filling.have} / {filling.slot.need}", f"?{urlencode({'q': label})}")


@router.post("/toolkits/{slug}/members")
def change_members(
    session: SessionDep,
    person: ActorDep,
    slug: str,
    act: Annotated[str, Form()],
    asset: Annotated[int, Form()],
    q: Annotated[str, Form()] = "",
) -> Response:
    """Pin, unpin, exclude, take back, or move a member up or down."""
    kit = toolkits.get(session, slug, person)
    said = ""
    if act in {"pin", "unpin", "exclude"}:
        {"pin": toolkits.pin, "unpin": toolkits.unpin, "exclude": toolkits.exclude}[act](
            session, kit, asset, by=person
        )
        said = {"pin": _("固定在套件里了。"), "unpin": _("取下了。"), "exclude": _("不再收进来。")}[act]
    elif act in {"up", "down"}:
        toolkits.move(session, kit, asset, -1 if act == "up" else 1, by=person)
    else:
        raise HubError(_("没有这种操作。请刷新页面再试。"))
    back = f"{kit_url(slug)}/members" + (f"?q={quote(q)}" if q else "")
    if not said:
        return RedirectResponse(f"{back}#m{asset}", status_code=303)
    return to(back, said)
