"""Uploading assets, new versions of them, and changing what is said of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from hub import accounts, assets, papers, taxonomy
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.formats import size
from hub.base.i18n import _
from hub.request import FormDep, SessionDep, WiringDep
from hub.web import words as house_words
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages.asset_lists import FACETS
from hub.web.pages.assets import back_to, number_in, version_of
from hub.web.render import render

router = APIRouter(include_in_schema=False)


@router.get("/assets/new")
def new(
    request: Request, session: SessionDep, person: ActorDep, wiring: WiringDep, outline: str = ""
) -> Response:
    """The upload form; with `outline` a solution to be filled in stands in its text."""
    person.must("asset.create")
    if wiring.settings.worker:  # the deck that is dropped here soon shows its first page seconds earlier
        wiring.renderer.expect()
    text = papers.outline(person.language) if outline == "1" else None
    return render(request, "assets/new.html", _form_page(session, person, text=text))


@dataclass(frozen=True)
class FormPage:
    """See templates/assets/new.html and edit.html. `values` are the present ones."""

    kinds: tuple[tuple[str, str], ...]
    facets: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    people: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]
    limit: str
    id: int = 0
    edition: int = 0
    values: Mapping[str, Any] | None = None
    text: str | None = None
    version_id: int = 0
    version_edition: int = 0
    error: str = ""


def _form_page(session: SessionDep, person: accounts.Actor, **more: Any) -> FormPage:
    """A product this person may not know of is left out; saving keeps it where it is."""
    known = taxonomy.words_for(session, person)
    names = {
        "product": _("产品"),
        "tier": _("产品档位"),
        "industry": _("行业"),
        "scenario": _("场景"),
        "function": _("职能"),
        "stage": _("销售阶段"),
    }
    return FormPage(
        kinds=tuple((k, str(house_words.sign("kind", k).label)) for k in taxonomy.KINDS),
        facets=tuple(
            (
                f,
                names[f],
                tuple((w.key, w.label) for w in known.options(f)),
            )
            for f in FACETS
        ),
        people=tuple((str(p.id), p.name) for p in accounts.people(session, active_only=True)),
        teams=tuple((str(t.id), t.label) for t in accounts.teams(session)),
        limit="PPTX · PDF · DOCX · XLSX · CSV · Markdown · " + _("图片、视频"),
        **more,
    )


@router.post("/assets")
def create(
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    files: Annotated[list[UploadFile] | None, File()] = None,
    title: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "",
    audience: Annotated[str, Form()] = "internal",
    summary: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    product: Annotated[list[str] | None, Form()] = None,
    industry: Annotated[list[str] | None, Form()] = None,
    scenario: Annotated[list[str] | None, Form()] = None,
    tags: Annotated[str, Form()] = "",
) -> Response:
    """Files (or a Markdown text) become drafts; one goes to its page, several to the list of drafts."""
    given = [f for f in files or [] if f.filename]
    if not given and not text.strip():
        raise HubError(_("请选一个文件，或写一段文字。"))
    facets = {"product": product or [], "industry": industry or [], "scenario": scenario or []}
    made: list[assets.Version] = []
    refused: list[str] = []
    for upload in given:
        try:
            content = _stored(wiring, upload)
            name = title if title and len(given) == 1 else (upload.filename or "").rsplit(".", 1)[0]
            made.append(_created(session, person, name, kind, audience, summary, facets, tags, content))
        except HubError as error:
            if len(given) == 1:
                raise
            refused.append(f"{upload.filename}：{error.message}")
    if not given:
        name = title or next(iter(assets.headings_of(text)), "")
        made.append(
            _created(session, person, name, kind, audience, summary, facets, tags, assets.Content(text=text))
        )
    return _after_upload(made, refused)


def _created(
    session: SessionDep,
    person: accounts.Actor,
    title: str,
    kind: str,
    audience: str,
    summary: str,
    facets: Mapping[str, list[str]],
    tags: str,
    content: assets.Content,
) -> assets.Version:
    free = [t for t in tags.replace("，", ",").replace("、", ",").split(",") if t.strip()]
    fields = assets.Fields(
        title=title,
        kind=kind or assets.guess_kind(title, content.file_name),
        audience=audience,
        summary=summary,
        tags={**facets, "tag": free},
    )
    return assets.create(session, fields, content, by=person)


def _after_upload(made: list[assets.Version], refused: list[str]) -> Response:
    if not made:
        raise HubError("；".join(refused))
    target = f"/assets/{made[0].asset_id}" if len(made) == 1 else "/assets?queue=drafts"
    answer = RedirectResponse(target, status_code=303)
    said = _("已存为草稿。读完内容就能搜到，批准后同事才看得到。")
    flash(answer, " ".join([said, *refused]), "warning" if refused else "success")
    return answer


def _stored(wiring: WiringDep, upload: UploadFile) -> assets.Content:
    """The uploaded file as content: a Markdown text is kept as text, everything else as a blob."""
    name = (upload.filename or "").replace("\\", "/").rsplit("/", 1)[-1][-200:]
    limit = wiring.settings.max_file
    data = upload.file.read(limit + 1)
    if len(data) > limit:
        raise HubError(_("文件超过 %(most)s 的上限。请压缩图片或拆成几份。") % {"most": size(limit)})
    media_type = assets.recognise(name, data)
    if assets.suffix(name) in {".md", ".markdown", ".txt"}:
        return assets.Content(text=assets.decode(data))
    return assets.Content(file_name=name, media_type=media_type, blob=wiring.blobs.put(data))


@router.post("/assets/{asset_id}/versions")
def add_version(
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    asset_id: int,
    file: Annotated[UploadFile, File()],
    note: Annotated[str, Form()] = "",
) -> Response:
    asset = assets.get(session, asset_id, person)
    made = assets.add_version(session, asset, _stored(wiring, file), note=note, by=person)
    return back_to(asset_id, _("新版本已存为草稿。批准之前，在用的还是旧版本。"), version=made.id)


@router.get("/assets/{asset_id}/edit")
def edit_form(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    asset_id: int,
    version: Annotated[int | None, Query()] = None,
) -> Response:
    asset = assets.get(session, asset_id, person)
    if not assets.may_edit(asset, person):
        raise NotFound(_("您不能改这份素材。"))
    shown = (
        version_of(session, person, asset_id, version)
        if version
        else assets.shown_version(session, asset, person)
    )
    tags = assets.tags(session, [asset_id]).get(asset_id, {})
    open_to = accounts.restriction(session, "asset", asset_id) if asset.restricted else frozenset()
    values = {
        **{f: tags.get(f, []) for f in FACETS},
        "tags": "、".join(tags.get("tag", [])),
        "title": asset.title,
        "kind": asset.kind,
        "audience": asset.audience,
        "summary": asset.summary,
        "owner": str(asset.owner_id or ""),
        "expert": str(asset.expert_id or ""),
        "recommended": asset.recommended,
        "review_on": asset.review_on.isoformat() if asset.review_on else "",
        "teams": [t.removeprefix("team:") for t in open_to if t.startswith("team:")],
    }
    text = shown.text if shown.state == "draft" and not shown.blob_sha else None
    page = _form_page(
        session,
        person,
        id=asset_id,
        edition=asset.edition,
        values=values,
        text=text,
        version_id=shown.id or 0,
        version_edition=shown.edition,
    )
    return render(request, "assets/edit.html", page)


@router.post("/assets/{asset_id}/edit")
def edit(request: Request, form: FormDep, session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    """Everything of the form; lists come as repeated fields, an absent list means none. Where somebody else was first
    the form comes back with everything typed, over what is there now: saved again, it is what holds.
    """
    asset = assets.get(session, asset_id, person)
    try:
        version_id = _save(form, session, person, asset)
    except Conflict as error:
        session.rollback()
        page = _typed(form, session, person, asset_id, error.message)
        return render(request, "assets/edit.html", page, status=error.status)
    return back_to(asset_id, _("已保存。"), version=version_id)


def _typed(
    form: FormData, session: SessionDep, person: accounts.Actor, asset_id: int, error: str
) -> FormPage:
    """The form as it was sent, with the editions of now."""
    asset = assets.get(session, asset_id, person)
    version_id = number_in(form.get("version")) or 0
    found = version_of(session, person, asset_id, version_id) if version_id else None
    plain = ("title", "kind", "audience", "summary", "owner", "expert", "review_on", "tags")
    values: dict[str, Any] = {n: str(form.get(n) or "") for n in plain}
    values |= {f: [str(v) for v in form.getlist(f)] for f in (*FACETS, "teams")}
    values["recommended"] = form.get("recommended") == "1"
    return _form_page(
        session,
        person,
        id=asset_id,
        edition=asset.edition,
        values=values,
        text=str(form["text"]) if "text" in form else None,
        version_id=version_id,
        version_edition=found.edition if found else 0,
        error=error,
    )


def _save(form: FormData, session: SessionDep, person: accounts.Actor, asset: assets.Asset) -> int | None:
    """Save what the form says; the version that it was about."""
    asset_id = asset.id or 0
    free = str(form.get("tags", "")).replace("，", ",").replace("、", ",").split(",")
    tags = {f: [str(v) for v in form.getlist(f)] for f in FACETS} | {"tag": free}
    hidden = taxonomy.hidden_products(session, person)  # the form cannot show them: they stay
    before = assets.tags(session, [asset_id]).get(asset_id, {}).get("product", [])
    tags["product"] += [p for p in before if p in hidden]
    teams = [t for t in map(number_in, form.getlist("teams")) if t is not None]
    fields = assets.Fields(
        title=str(form.get("title", "")),
        kind=str(form.get("kind", "")) or None,
        audience=str(form.get("audience", "")) or None,
        summary=str(form.get("summary", "")),
        owner_id=number_in(form.get("owner")),
        expert_id=number_in(form.get("expert")),
        recommended=form.get("recommended") == "1",
        review_on=_day(form.get("review_on")),
        tags=tags,
        restricted_to=(teams, _open_to_people(session, asset)),
    )
    edition = number_in(form.get("edition")) or 0
    version_id = number_in(form.get("version"))
    if "text" in form and version_id:
        found = version_of(session, person, asset_id, version_id)
        text = str(form["text"]).replace("\r\n", "\n")
        if text != found.text:
            assets.edit_text(
                session, found, text, edition=number_in(form.get("version_edition")) or 0, by=person
            )
            edition = asset.edition if edition == asset.edition - 1 else edition
    assets.edit(session, asset, fields, edition=edition, by=person)
    return version_id


def _open_to_people(session: SessionDep, asset: assets.Asset) -> list[int]:
    """The people a restricted asset is open to: the form names teams only, and must not open it to everybody."""
    tokens = accounts.restriction(session, "asset", asset.id or 0) if asset.restricted else frozenset()
    return [int(t.removeprefix("person:")) for t in tokens if t.startswith("person:")]


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value or ""))
    except ValueError:
        return None
