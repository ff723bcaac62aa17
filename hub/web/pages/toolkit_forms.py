"""What editors do with toolkits: make, change, put on the shelf, archive, trash."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from hub import accounts, taxonomy, toolkits
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _, n_
from hub.request import SessionDep
from hub.web import words as house_words
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages.kit_cards import kit_url
from hub.web.render import render

router = APIRouter(include_in_schema=False)
BLANK_RULES = 2  # empty rules offered below those there are
TERMS = ("product", "industry", "scenario", "function", "stage")
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


def must_edit(person: accounts.Actor) -> None:
    if not person.may("toolkit.edit"):
        raise NotAllowed(_("只有产品市场、市场、运营和管理员能改工具包。"))


@router.get("/toolkits/new")
def new(request: Request, session: SessionDep, person: ActorDep) -> Response:
    must_edit(person)
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
    return back(f"{kit_url(kit.slug)}/members", _("草稿建好了。下一步：放素材进来，齐了就上架。"))


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
    must_edit(person)
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
    return back(kit_url(slug), _("改好了。"))


def back(url: str, said: str, *, kind: str = "success", undo: str | None = None) -> Response:
    answer = RedirectResponse(url, status_code=303)
    flash(answer, said, kind, undo)
    return answer


@router.post("/toolkits/{slug}/publish")
def publish(session: SessionDep, person: ActorDep, slug: str) -> Response:
    try:
        toolkits.publish(session, toolkits.get(session, slug, person), by=person)
    except Conflict as error:
        return back(f"{kit_url(slug)}/members", error.message, kind="warning")
    return back(kit_url(slug), _("上架了，大家现在能看到它。"), undo=f"{kit_url(slug)}/unpublish")


@router.post("/toolkits/{slug}/unpublish")
def unpublish(session: SessionDep, person: ActorDep, slug: str) -> Response:
    toolkits.unpublish(session, toolkits.get(session, slug, person), by=person)
    return back(kit_url(slug), _("改回草稿了，只有编辑的人看得到。"))


@router.post("/toolkits/{slug}/archive")
def archive(session: SessionDep, person: ActorDep, slug: str) -> Response:
    toolkits.archive(session, toolkits.get(session, slug, person), by=person)
    return back(kit_url(slug), _("归档了，货架上不再出现。"), undo=f"{kit_url(slug)}/publish")


@router.post("/toolkits/{slug}/trash")
def trash(session: SessionDep, person: ActorDep, slug: str) -> Response:
    toolkits.trash(session, toolkits.get(session, slug, person), by=person)
    return back("/toolkits", _("放进回收站了。"), undo=f"{kit_url(slug)}/restore")


@router.post("/toolkits/{slug}/restore")
def restore(session: SessionDep, person: ActorDep, slug: str) -> Response:
    toolkits.restore(session, slug, by=person)
    return back(kit_url(slug), _("恢复了。"))
