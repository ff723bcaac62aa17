"""Assets: the page of one, uploading, and the steps of its life."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from markupsafe import Markup
from starlette.responses import FileResponse, RedirectResponse, Response

from hub import accounts, activity, assets, taxonomy
from hub.activity import Entry
from hub.base import clock
from hub.base.errors import HubError, NotFound
from hub.base.formats import ago, day, size
from hub.base.i18n import _, lazy
from hub.request import FormDep, SessionDep, WiringDep
from hub.web import words as house_words
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.render import render
from hub.web.text import html_of

router = APIRouter(include_in_schema=False)
FACETS = ("product", "tier", "industry", "scenario", "function", "stage")


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    count: int | None
    on: bool


@dataclass(frozen=True)
class PageView:
    """One page of the version shown."""

    number: int
    title: str
    thumb: str | None
    picture: str | None
    notes: str
    text: str
    hidden: bool
    url: str


@dataclass(frozen=True)
class VersionRow:
    """One version in the list."""

    id: int
    number: int
    state: str
    note: str
    who: str
    when: str
    size: str
    url: str
    may_restore: bool
    on: bool


@dataclass(frozen=True)
class PersonRow:
    name: str
    role: str
    note: str


@dataclass(frozen=True)
class May:
    """What this person may do here now."""

    edit: bool
    submit: bool
    approve: bool
    send_back: bool
    withdraw: bool
    still_right: bool
    edit_text: bool


@dataclass(frozen=True)
class AssetPage:
    """See templates/assets/page.html."""

    id: int
    title: str
    kind: str
    path: tuple[tuple[str, str | None], ...]
    recommended: bool
    restricted: bool
    summary: str
    tab: str
    tabs: tuple[Tab, ...]
    state: str
    version_id: int
    version_number: int
    newer: tuple[str, str] | None  # (what it is, url): another version this person should know of
    since: str
    audience: str
    file_url: str | None
    file_label: str
    body: Markup | None
    plain: str
    pages: tuple[PageView, ...]
    shown: PageView | None
    before: str | None
    after: str | None
    working: str | None  # a sentence while digest or preview runs
    trouble: str | None  # a sentence when they failed
    refresh_url: str
    picture: str | None
    is_video: bool
    review: tuple[str, str, str] | None  # (tone, headline, detail)
    people: tuple[PersonRow, ...]
    tags: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    extra: tuple[tuple[str, str], ...]
    versions: tuple[VersionRow, ...]
    history: tuple[tuple[str, str, str], ...]
    may: May
    reviewers: tuple[tuple[str, str], ...]
    stats: tuple[Any, ...]
    edition: int


@dataclass(frozen=True)
class Stat:
    value: str
    label: str


@router.get("/assets/new")
def new(request: Request, session: SessionDep, person: ActorDep) -> Response:
    person.must("asset.create")
    return render(request, "assets/new.html", _form_page(session, person))


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


@router.get("/assets/{asset_id}")
def show(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    asset_id: int,
    version: Annotated[int | None, Query()] = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    tab: str = "",
) -> Response:
    asset = assets.get(session, asset_id, person)
    shown = (
        assets.version(session, version, person) if version else assets.shown_version(session, asset, person)
    )
    if shown.asset_id != asset.id:
        raise NotFound(_("没有这个版本。"))
    if not request.headers.get("hx-request"):  # a page that asks whether the work is done is no reading
        wiring.notebook.note(Entry("view", "asset", asset.id, person.id, {"version": shown.id, "page": page}))
    return render(request, "assets/page.html", _asset_page(session, asset, shown, person, page, tab))


def _asset_page(
    session: SessionDep,
    asset: assets.Asset,
    shown: assets.Version,
    person: accounts.Actor,
    number: int,
    tab: str,
) -> AssetPage:
    base = f"/assets/{asset.id}"
    query = "" if shown.id == asset.on_offer_id else f"version={shown.id}"
    pages = tuple(_page_view(p, base, query) for p in assets.pages(session, shown.id or 0))
    at = min(number, len(pages)) - 1
    current = pages[at] if pages else None
    known = taxonomy.words_for(session, person)
    tags = assets.tags(session, [asset.id or 0]).get(asset.id or 0, {})
    versions = assets.versions(session, asset, person)
    tab = tab if tab in {"text", "versions", "history"} else ("pages" if pages else "text")
    people = accounts.people_by_ids(
        session,
        [asset.owner_id, asset.expert_id, shown.approved_by_id, *(v.uploaded_by_id for v in versions)],
    )
    may = _may(session, asset, shown, person)
    return AssetPage(
        id=asset.id or 0,
        title=asset.title,
        kind=asset.kind,
        path=_path(asset, tags, known),
        recommended=asset.recommended,
        restricted=asset.restricted,
        summary=asset.summary,
        tab=tab,
        tabs=_tabs(base, query, tab, len(pages), len(versions), may.edit),
        state=shown.state,
        version_id=shown.id or 0,
        version_number=shown.number,
        newer=_newer(asset, shown, versions),
        since=_since(shown, people),
        audience=asset.audience,
        file_url=f"{base}/file?version={shown.id}" if shown.blob_sha else None,
        file_label=f"{assets.suffix(shown.file_name).lstrip('.').upper()} · {size(shown.size)}"
        if shown.blob_sha
        else "",
        body=html_of(shown.text) if not shown.blob_sha else None,
        plain=shown.text if shown.blob_sha else "",
        pages=pages,
        shown=current,
        before=pages[at - 1].url if pages and at > 0 else None,
        after=pages[at + 1].url if pages and at + 1 < len(pages) else None,
        working=_working(shown),
        trouble=_trouble(shown),
        refresh_url=f"{base}?version={shown.id}&page={number}",
        picture=None,
        is_video=shown.media_type.startswith("video/"),
        review=_review(asset, shown),
        people=_people(asset, people),
        tags=_shown_tags(tags, known),
        extra=tuple((k, str(v)) for k, v in asset.extra.items()),
        versions=tuple(_version_row(v, base, people, shown, may.edit) for v in versions),
        history=_history(session, asset) if tab == "history" and may.edit else (),
        may=may,
        reviewers=_reviewers(session, shown, tags) if may.submit else (),
        stats=_stats(session, asset),
        edition=asset.edition,
    )


def _page_view(page: assets.Page, base: str, query: str) -> PageView:
    return PageView(
        number=page.number,
        title=page.title,
        thumb=f"/pictures/{page.thumb_sha}" if page.thumb_sha else None,
        picture=f"/pictures/{page.picture_sha}" if page.picture_sha else None,
        notes=page.notes,
        text="\n".join(t for t in (page.text, page.tables, page.charts) if t),
        hidden=page.hidden,
        url=f"{base}?" + "&".join(x for x in (query, f"page={page.number}") if x),
    )


def _path(
    asset: assets.Asset, tags: Mapping[str, list[str]], known: taxonomy.Words
) -> tuple[tuple[str, str | None], ...]:
    steps: list[tuple[str, str | None]] = [
        (str(house_words.sign("kind", asset.kind).label), f"/search?kind={asset.kind}")
    ]
    steps += [(known.label("product", p), f"/search?product={p}") for p in tags.get("product", [])[:1]]
    return (*steps, (asset.title, None))


def _tabs(base: str, query: str, on: str, pages: int, versions: int, may_edit: bool) -> tuple[Tab, ...]:  # noqa: FBT001
    def url(tab: str) -> str:
        return f"{base}?" + "&".join(x for x in (query, f"tab={tab}") if x)

    tabs = [Tab(_("单页"), url("pages"), pages, on == "pages")] if pages else []
    tabs.append(Tab(_("文本"), url("text"), None, on == "text"))
    tabs.append(Tab(_("版本"), url("versions"), versions, on == "versions"))
    if may_edit:
        tabs.append(Tab(_("经过"), url("history"), None, on == "history"))
    return tuple(tabs)


def _newer(
    asset: assets.Asset, shown: assets.Version, versions: list[assets.Version]
) -> tuple[str, str] | None:
    """A version this person should know of: the one on offer while they look at another, or a newer draft."""
    if asset.on_offer_id and shown.id != asset.on_offer_id:
        return _("您看的不是在用的版本"), f"/assets/{asset.id}"
    newest = versions[0] if versions else None
    if newest and newest.id != shown.id:
        label = house_words.sign("version", newest.state).label
        return _("有更新的第 %(n)s 版（%(state)s）") % {"n": newest.number, "state": label}, (
            f"/assets/{asset.id}?version={newest.id}"
        )
    return None


def _since(shown: assets.Version, people: Mapping[int, accounts.Person]) -> str:
    if shown.on_offer_at is None:
        return day(shown.created_at)
    who = _name(people, shown.approved_by_id)
    if who:
        return _("%(day)s 起，%(who)s批准") % {"day": day(shown.on_offer_at), "who": who}
    return _("%(day)s 起，导入时批准") % {"day": day(shown.on_offer_at)}


def _name(people: Mapping[int, accounts.Person], person_id: int | None) -> str:
    found = people.get(person_id or 0)
    return found.name if found else ""


def _working(shown: assets.Version) -> str | None:
    if shown.digest_state == "waiting":
        return _("正在读文件内容，通常几秒钟。")
    return _("正在画页面图片。") if shown.preview_state == "waiting" else None


def _trouble(shown: assets.Version) -> str | None:
    if shown.digest_state == "failed":
        return shown.digest_error
    if shown.preview_state == "no_office":
        return _("服务器上没有 LibreOffice，看不到页面图片；文字可搜，文件可下载。")
    return _("页面图片没有画成；文字可搜，文件可下载。") if shown.preview_state == "failed" else None


def _review(asset: assets.Asset, shown: assets.Version) -> tuple[str, str, str] | None:
    if shown.state != "on_offer" or asset.review_on is None:
        return None
    today: date = clock.today()
    left = (asset.review_on - today).days
    after = _("确认一次，顺延到 %(day)s") % {"day": day(assets.next_review(asset.kind, today))}
    if left < 0:
        return "danger", _("%(day)s 该复审，已过 %(n)s 天") % {"day": day(asset.review_on), "n": -left}, after
    tone = "warning" if left <= 21 else "info"  # noqa: PLR2004 - three weeks, as in the assets' rules
    return tone, _("%(day)s 复审，还有 %(n)s 天") % {"day": day(asset.review_on), "n": left}, after


def _people(asset: assets.Asset, people: Mapping[int, accounts.Person]) -> tuple[PersonRow, ...]:
    rows = []
    for person_id, role, what in (
        (asset.owner_id, _("负责人"), _("内容与改版")),
        (asset.expert_id, _("技术专家"), _("能不能做、怎么做")),
    ):
        person = people.get(person_id or 0)
        if person is not None:
            rows.append(PersonRow(person.name, role, " · ".join(t for t in (person.title, what) if t)))
    return tuple(rows)


def _shown_tags(
    tags: Mapping[str, list[str]], known: taxonomy.Words
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    names = {
        "product": _("产品"),
        "tier": _("档位"),
        "industry": _("行业"),
        "scenario": _("场景"),
        "function": _("职能"),
        "stage": _("阶段"),
        "tag": _("标签"),
    }
    shown = []
    for facet, name in names.items():
        values = tuple(
            (
                known.label(facet, k),
                f"/search?{facet}={quote(k)}" if facet != "tag" else f"/search?q={quote(k)}",
            )
            for k in tags.get(facet, [])
        )
        if values:
            shown.append((name, values))
    return tuple(shown)


def _version_row(
    v: assets.Version,
    base: str,
    people: Mapping[int, accounts.Person],
    shown: assets.Version,
    may_edit: bool,  # noqa: FBT001
) -> VersionRow:
    who = _name(people, v.uploaded_by_id) or _("导入")
    note = v.note or (v.end_reason if v.state in {"withdrawn", "expired"} else "")
    restorable = may_edit and v.state in {"expired", "withdrawn"}
    return VersionRow(
        v.id or 0,
        v.number,
        v.state,
        note,
        who,
        ago(v.created_at),
        size(v.size),
        f"{base}?version={v.id}",
        restorable,
        v.id == shown.id,
    )


VERBS = {
    "create": lazy("新建"),
    "upload": lazy("上传新版本"),
    "edit": lazy("改了说明"),
    "edit_text": lazy("改了草稿"),
    "submit": lazy("提交审核"),
    "approve": lazy("批准"),
    "send_back": lazy("退回"),
    "withdraw": lazy("停用"),
    "restore_version": lazy("恢复旧版本"),
    "still_right": lazy("确认仍然有效"),
    "trash": lazy("放进回收站"),
    "restore": lazy("从回收站取回"),
}


def _history(session: SessionDep, asset: assets.Asset) -> tuple[tuple[str, str, str], ...]:
    rows = [r for r in activity.of(session, "asset", asset.id or 0, limit=200) if r.verb in VERBS]
    names = accounts.names(session, [r.person_id for r in rows])
    return tuple((ago(r.at), names.get(r.person_id or 0, _("系统")), str(VERBS[r.verb])) for r in rows)


def _may(session: SessionDep, asset: assets.Asset, shown: assets.Version, person: accounts.Actor) -> May:
    edit = assets.may_edit(asset, person)
    approve = shown.state == "in_review" and assets.may_approve(session, asset, shown, person)
    return May(
        edit=edit,
        submit=edit and shown.state == "draft" and shown.digest_state != "failed",
        approve=approve,
        send_back=shown.state == "in_review" and (approve or shown.uploaded_by_id == person.id),
        withdraw=edit and shown.state in {"on_offer", "approved", "in_review", "draft", "expired"},
        still_right=edit and shown.state == "on_offer",
        edit_text=edit and shown.state == "draft" and not shown.blob_sha,
    )


def _reviewers(
    session: SessionDep, shown: assets.Version, tags: Mapping[str, list[str]]
) -> tuple[tuple[str, str], ...]:
    people = accounts.approvers(session, tags.get("product", [])) or accounts.with_role(
        session, "product_marketer"
    )
    return tuple((str(p.id), p.name) for p in people if p.id != shown.uploaded_by_id)


def _stats(session: SessionDep, asset: assets.Asset) -> tuple[Stat, ...]:
    ids = [asset.id or 0]
    views = activity.counts(session, "view", "asset", ids).get(asset.id or 0, 0)
    downloads = activity.counts(session, "download", "asset", ids).get(asset.id or 0, 0)
    return (Stat(str(views), _("浏览")), Stat(str(downloads), _("下载")))


@router.get("/assets/{asset_id}/file")
def download(
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    asset_id: int,
    version: Annotated[int | None, Query()] = None,
) -> Response:
    """The file itself; the download is on record before its first byte leaves."""
    asset = assets.get(session, asset_id, person)
    found = (
        assets.version(session, version, person) if version else assets.shown_version(session, asset, person)
    )
    if found.blob_sha is None or found.asset_id != asset.id:
        raise NotFound(_("这一版没有文件。"))
    path = wiring.blobs.path(found.blob_sha)
    if not path.exists():
        raise NotFound(_("文件内容不在了。请让管理员运行 hub check。"))
    wiring.notebook.write(Entry("download", "asset", asset.id, person.id, {"version": found.id}))
    return FileResponse(
        path, media_type=found.media_type, filename=found.file_name, content_disposition_type="attachment"
    )


@router.get("/assets/{asset_id}/play")
def play(session: SessionDep, wiring: WiringDep, person: ActorDep, asset_id: int, version: int) -> Response:
    """A video, to be played in the page."""
    asset = assets.get(session, asset_id, person)
    found = assets.version(session, version, person)
    if found.blob_sha is None or found.asset_id != asset.id or not found.media_type.startswith("video/"):
        raise NotFound(_("这一版没有视频。"))
    return FileResponse(wiring.blobs.path(found.blob_sha), media_type=found.media_type)


@router.get("/pictures/{sha}")
def picture(session: SessionDep, wiring: WiringDep, person: ActorDep, sha: str) -> Response:
    """A page picture, for whoever may open what it belongs to."""
    path = wiring.blobs.path(sha)
    if not path.exists() or not assets.blob_for(session, sha, person):
        raise NotFound(_("没有这个图片。"))
    return FileResponse(
        path, media_type="image/webp", headers={"Cache-Control": "private, max-age=604800, immutable"}
    )


def _version(session: SessionDep, person: accounts.Actor, asset_id: int, version_id: int) -> assets.Version:
    found = assets.version(session, version_id, person)
    if found.asset_id != asset_id:
        raise NotFound(_("没有这个版本。"))
    return found


def _to(asset_id: int, said: str, *, version: int | None = None, undo: str | None = None) -> Response:
    answer = RedirectResponse(
        f"/assets/{asset_id}" + (f"?version={version}" if version else ""), status_code=303
    )
    flash(answer, said, undo=undo)
    return answer


VersionField = Annotated[int, Form()]


@router.post("/assets/{asset_id}/submit")
def submit(
    session: SessionDep,
    person: ActorDep,
    asset_id: int,
    version: VersionField,
    reviewer: Annotated[str, Form()] = "",
) -> Response:
    found = _version(session, person, asset_id, version)
    assets.submit(session, found, reviewer_id=_id(reviewer), by=person)
    return _to(asset_id, _("已提交审核，审核人会收到通知。"), version=version)


@router.post("/assets/{asset_id}/approve")
def approve(session: SessionDep, person: ActorDep, asset_id: int, version: VersionField) -> Response:
    assets.approve(session, _version(session, person, asset_id, version), by=person)
    return _to(asset_id, _("已批准。现在同事们能搜到、能用了。"))


@router.post("/assets/{asset_id}/send-back")
def send_back(
    session: SessionDep,
    person: ActorDep,
    asset_id: int,
    version: VersionField,
    reason: Annotated[str, Form()] = "",
) -> Response:
    assets.send_back(session, _version(session, person, asset_id, version), reason=reason, by=person)
    return _to(asset_id, _("已退回给作者，并附上了您的意见。"), version=version)


@router.post("/assets/{asset_id}/withdraw")
def withdraw(
    session: SessionDep,
    person: ActorDep,
    asset_id: int,
    version: VersionField,
    reason: Annotated[str, Form()] = "",
) -> Response:
    assets.withdraw(session, _version(session, person, asset_id, version), reason=reason, by=person)
    return _to(asset_id, _("已停用。同事们搜不到这一版了。"), version=version)


@router.post("/assets/{asset_id}/still-right")
def still_right(session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    on = assets.still_right(session, assets.get(session, asset_id, person), by=person)
    return _to(asset_id, _("谢谢。下次复审在 %(day)s。") % {"day": day(on)})


@router.post("/assets/{asset_id}/restore-version")
def restore_version(session: SessionDep, person: ActorDep, asset_id: int, version: VersionField) -> Response:
    made = assets.restore_version(session, _version(session, person, asset_id, version), by=person)
    return _to(asset_id, _("旧版本已恢复成新草稿，在用的没有变。"), version=made.id)


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
    return _to(asset_id, _("新版本已存为草稿。批准之前，在用的还是旧版本。"), version=made.id)


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
        assets.version(session, version, person) if version else assets.shown_version(session, asset, person)
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
def edit(form: FormDep, session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    """Everything of the form; lists come as repeated fields, an absent list means none."""
    asset = assets.get(session, asset_id, person)
    free = str(form.get("tags", "")).replace("，", ",").replace("、", ",").split(",")
    tags = {f: [str(v) for v in form.getlist(f)] for f in FACETS} | {"tag": free}
    hidden = taxonomy.hidden_products(session, person)  # the form cannot show them: they stay
    before = assets.tags(session, [asset_id]).get(asset_id, {}).get("product", [])
    tags["product"] += [p for p in before if p in hidden]
    teams = [t for t in map(_id, form.getlist("teams")) if t is not None]
    fields = assets.Fields(
        title=str(form.get("title", "")),
        kind=str(form.get("kind", "")) or None,
        audience=str(form.get("audience", "")) or None,
        summary=str(form.get("summary", "")),
        owner_id=_id(form.get("owner")),
        expert_id=_id(form.get("expert")),
        recommended=form.get("recommended") == "1",
        review_on=_day(form.get("review_on")),
        tags=tags,
        restricted_to=(teams, _open_to_people(session, asset)),
    )
    edition = _id(form.get("edition")) or 0
    version_id = _id(form.get("version"))
    if "text" in form and version_id:
        found = _version(session, person, asset_id, version_id)
        text = str(form["text"]).replace("\r\n", "\n")
        if text != found.text:
            assets.edit_text(session, found, text, edition=_id(form.get("version_edition")) or 0, by=person)
            edition = asset.edition if edition == asset.edition - 1 else edition
    assets.edit(session, asset, fields, edition=edition, by=person)
    return _to(asset_id, _("已保存。"), version=version_id)


def _open_to_people(session: SessionDep, asset: assets.Asset) -> list[int]:
    """The people a restricted asset is open to: the form names teams only, and must not open it to everybody."""
    tokens = accounts.restriction(session, "asset", asset.id or 0) if asset.restricted else frozenset()
    return [int(t.removeprefix("person:")) for t in tokens if t.startswith("person:")]


def _id(value: object) -> int | None:
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - fits an integer column


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value or ""))
    except ValueError:
        return None


@router.post("/assets/{asset_id}/trash")
def trash(session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    asset = assets.get(session, asset_id, person)
    assets.trash(session, asset, by=person)
    answer = RedirectResponse("/assets", status_code=303)
    flash(answer, _("“%(title)s”已放进回收站。") % {"title": asset.title}, undo=f"/assets/{asset_id}/restore")
    return answer


@router.post("/assets/{asset_id}/restore")
def restore(session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    found = next((a for a in assets.in_trash(session, person) if a.id == asset_id), None)
    if found is None:
        raise NotFound(_("回收站里没有这份素材。"))
    assets.restore(session, found, by=person)
    return _to(asset_id, _("已取回。"))
