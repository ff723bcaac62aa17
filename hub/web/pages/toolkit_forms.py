"""What editors do with toolkits: make, change, choose members, put on the shelf, archive, trash."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from hub import accounts, assets, library, taxonomy, toolkits
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _, n_
from hub.request import SessionDep, WiringDep
from hub.web import words as house_words
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages.kit_cards import kit_url
from hub.web.render import render

router = APIRouter(include_in_schema=False)
BLANK_RULES = 2  # empty rules offered below those there are
TERMS = ("product", "industry", "scenario", "function", "stage")
FOUND = 12
Options = tuple[tuple[str, str], ...]


async def posted(request: Request) -> AsyncIterator[FormData]:
    """All fields of the form, for forms whose fields are not known beforehand; its files are closed behind it."""
    async with request.form(max_fields=2000) as form:
        yield form


PostedDep = Annotated[FormData, Depends(posted)]


@dataclass(frozen=True)
class KitFormPage:
    """See templates/toolkits/form.html."""

    title: str
    action: str
    back_url: str
    path: tuple[tuple[str, str | None], ...]
    error: str
    values: Mapping[str, Any]
    rules: tuple[Mapping[str, Any], ...]
    brought: tuple[int | None, ...]
    products: Options
    tiers: Options
    industries: Options
    scenarios: Options
    functions: Options
    stages: Options
    kinds: Options
    people: Options
    teams: Options
    edition: int | None


def _options(words: taxonomy.Words, facet: str) -> Options:
    return tuple((w.key, ("　" if w.parent else "") + w.label) for w in words.options(facet))


def _products(session: SessionDep, words: taxonomy.Words, person: accounts.Actor) -> Options:
    """The products this person may know of."""
    return tuple(
        (key, label)
        for key, label in _options(words, "product")
        if taxonomy.may_know(session, words.products[key], person)
    )


def _form_page(
    session: SessionDep,
    person: accounts.Actor,
    *,
    title: str,
    action: str,
    values: Mapping[str, Any],
    rules: Sequence[Mapping[str, Any]],
    error: str = "",
    edition: int | None = None,
    brought: Sequence[int] = (),
) -> KitFormPage:
    words = taxonomy.words(session)
    blank: dict[str, Any] = {"kind": [], "tags": [], "newest": "", **dict.fromkeys(TERMS, "")}
    shown = tuple({**blank, **rule} for rule in (*rules, *({} for _n in range(BLANK_RULES))))
    back = action.removesuffix("/edit") if edition is not None else "/toolkits"
    return KitFormPage(
        title=title,
        action=action,
        back_url=back,
        path=((n_("工具包", 2), "/toolkits"), (title, None)),
        error=error,
        values=values,
        rules=shown,
        brought=tuple(brought[n] if n < len(brought) else None for n in range(len(shown))),
        products=_products(session, words, person),
        tiers=_options(words, "tier"),
        industries=_options(words, "industry"),
        scenarios=_options(words, "scenario"),
        functions=_options(words, "function"),
        stages=_options(words, "stage"),
        kinds=tuple((k, str(house_words.sign("kind", k).label)) for k in taxonomy.KINDS),
        people=tuple((str(p.id), p.name) for p in accounts.people(session, active_only=True)),
        teams=tuple((str(t.id), t.name) for t in accounts.teams(session)),
        edition=edition,
    )


def _must_edit(person: accounts.Actor) -> None:
    if not person.may("toolkit.edit"):
        raise NotAllowed(_("只有产品市场、市场、运营和管理员能改工具包。"))


@router.get("/toolkits/new")
def new(request: Request, session: SessionDep, person: ActorDep) -> Response:
    _must_edit(person)
    given = request.query_params
    values = {k: given.get(k, "") for k in ("product", "tier", "industry")} | {"owner": str(person.id)}
    page = _form_page(
        session, person, title=_("新建工具包"), action="/toolkits/new", values=_whole(values), rules=()
    )
    return render(request, "toolkits/form.html", page)


def _whole(values: Mapping[str, Any]) -> dict[str, Any]:
    names = ("title", "title_en", "summary", "product", "tier", "industry", "scenario", "function", "owner")
    return {**dict.fromkeys(names, ""), "teams": [], "people": [], **values}


@router.post("/toolkits/new")
def create(request: Request, session: SessionDep, person: ActorDep, form: PostedDep) -> Response:
    values, rules = _read(form)
    try:
        kit = toolkits.create(session, _fields(values, rules), by=person)
    except NotAllowed:
        raise
    except HubError as error:
        session.rollback()
        page = _form_page(
            session,
            person,
            title=_("新建工具包"),
            action="/toolkits/new",
            values=values,
            rules=rules,
            error=error.message,
        )
        return render(request, "toolkits/form.html", page, status=error.status)
    return _back(f"{kit_url(kit.slug)}/members", _("草稿建好了。下一步：放素材进来，齐了就上架。"))


def _read(form: FormData) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What was typed: the fields, and the rules that are not blank."""

    def text(name: str) -> str:
        return str(form.get(name) or "").strip()

    values = _whole({k: text(k) for k in _whole({}) if k not in {"teams", "people"}})
    values |= {k: [str(v) for v in form.getlist(k)] for k in ("teams", "people")}
    count = int(text("rules")) if text("rules").isdecimal() and len(text("rules")) < 4 else 0  # noqa: PLR2004
    rules: list[dict[str, Any]] = []
    for n in range(count):
        rule: dict[str, Any] = {"kind": [str(v) for v in form.getlist(f"rule{n}-kind")]}
        rule |= {facet: text(f"rule{n}-{facet}") for facet in (*TERMS, "newest")}
        rule["tags"] = [
            t for t in text(f"rule{n}-tags").replace("，", ",").replace("、", ",").split(",") if t.strip()
        ]
        kept = {k: v for k, v in rule.items() if v}
        if kept:
            rules.append(kept)
    return values, rules


def _fields(values: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> toolkits.Fields:
    def numbers(key: str) -> list[int]:
        return [int(v) for v in values[key] if v.isdecimal() and len(v) < 10]  # noqa: PLR2004 - fits a column

    owner = values["owner"]
    return toolkits.Fields(
        title=values["title"],
        title_en=values["title_en"],
        summary=values["summary"],
        product=values["product"],
        tier=values["tier"] or None,
        industry=values["industry"],
        scenario=values["scenario"],
        function=values["function"],
        owner_id=int(owner) if owner.isdecimal() and len(owner) < 10 else 0,  # noqa: PLR2004 - fits a column
        rules=rules,
        restricted_to=(numbers("teams"), numbers("people")),
    )


@router.get("/toolkits/{slug}/edit")
def edit_form(request: Request, session: SessionDep, person: ActorDep, slug: str) -> Response:
    kit = toolkits.get(session, slug, person)
    _must_edit(person)
    opened = toolkits.contents(session, kit, person, taxonomy.words(session))
    page = _form_page(
        session,
        person,
        title=_("改“%(title)s”") % {"title": toolkits.title_of(kit)},
        action=f"{kit_url(slug)}/edit",
        values=_values(session, kit),
        rules=kit.rules,
        edition=kit.edition,
        brought=opened.brought,
    )
    return render(request, "toolkits/form.html", page)


def _values(session: SessionDep, kit: toolkits.Toolkit) -> dict[str, Any]:
    tokens = accounts.restriction(session, "toolkit", kit.id or 0) if kit.restricted else frozenset()
    return _whole(
        {
            **{k: getattr(kit, k) or "" for k in _whole({}) if k not in {"owner", "teams", "people"}},
            "owner": str(kit.owner_id or ""),
            "teams": [t[5:] for t in tokens if t.startswith("team:")],
            "people": [t[7:] for t in tokens if t.startswith("person:")],
        }
    )


@router.post("/toolkits/{slug}/edit")
def edit(request: Request, session: SessionDep, person: ActorDep, form: PostedDep, slug: str) -> Response:
    kit = toolkits.get(session, slug, person)
    title = toolkits.title_of(kit)
    values, rules = _read(form)
    stamp = str(form.get("edition") or "")
    edition = int(stamp) if stamp.isdecimal() and len(stamp) < 10 else 0  # noqa: PLR2004 - fits a column
    try:
        toolkits.edit(session, kit, _fields(values, rules), edition=edition, by=person)
    except (NotAllowed, NotFound):
        raise
    except HubError as error:
        session.rollback()
        page = _form_page(
            session,
            person,
            title=_("改“%(title)s”") % {"title": title},
            action=f"{kit_url(slug)}/edit",
            values=values,
            rules=rules,
            error=error.message,
            edition=edition,
        )
        return render(request, "toolkits/form.html", page, status=error.status)
    return _back(kit_url(slug), _("改好了。"))


def _back(url: str, said: str, *, kind: str = "success", undo: str | None = None) -> Response:
    answer = RedirectResponse(url, status_code=303)
    flash(answer, said, kind, undo)
    return answer


@router.post("/toolkits/{slug}/publish")
def publish(session: SessionDep, person: ActorDep, slug: str) -> Response:
    try:
        toolkits.publish(session, toolkits.get(session, slug, person), by=person)
    except Conflict as error:
        return _back(f"{kit_url(slug)}/members", error.message, kind="warning")
    return _back(kit_url(slug), _("上架了，大家现在能看到它。"), undo=f"{kit_url(slug)}/unpublish")


@router.post("/toolkits/{slug}/unpublish")
def unpublish(session: SessionDep, person: ActorDep, slug: str) -> Response:
    toolkits.unpublish(session, toolkits.get(session, slug, person), by=person)
    return _back(kit_url(slug), _("改回草稿了，只有编辑的人看得到。"))


@router.post("/toolkits/{slug}/archive")
def archive(session: SessionDep, person: ActorDep, slug: str) -> Response:
    toolkits.archive(session, toolkits.get(session, slug, person), by=person)
    return _back(kit_url(slug), _("归档了，货架上不再出现。"), undo=f"{kit_url(slug)}/publish")


@router.post("/toolkits/{slug}/trash")
def trash(session: SessionDep, person: ActorDep, slug: str) -> Response:
    toolkits.trash(session, toolkits.get(session, slug, person), by=person)
    return _back("/toolkits", _("放进回收站了。"), undo=f"{kit_url(slug)}/restore")


@router.post("/toolkits/{slug}/restore")
def restore(session: SessionDep, person: ActorDep, slug: str) -> Response:
    toolkits.restore(session, slug, by=person)
    return _back(kit_url(slug), _("恢复了。"))


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
    _must_edit(person)
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
    return _back(back, said)
