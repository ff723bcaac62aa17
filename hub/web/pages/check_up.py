"""Deck check-up: drop a PPTX, see what each slide is, take a corrected copy home."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from hub import decks, toolkits
from hub.activity import Entry
from hub.base.errors import HubError
from hub.base.formats import moment, size
from hub.base.i18n import Lazy, _, lazy, n_
from hub.request import SessionDep, WiringDep
from hub.web.chrome import flash
from hub.web.downloads import attachment
from hub.web.dress import ActorDep
from hub.web.pages.deck_view import customer_names
from hub.web.render import render

router = APIRouter(include_in_schema=False)
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
STATES: dict[str, tuple[Lazy, str, Lazy]] = {
    "current": (lazy("最新版"), "green", lazy("和库里在用的一样")),
    "older": (lazy("旧版"), "orange", lazy("库里已有新版")),
    "changed": (lazy("改过"), "azure", lazy("取用之后有人改过")),
    "withdrawn": (lazy("已停用"), "red", lazy("库里已停用，不要再发")),
    "internal": (lazy("仅内部"), "red", lazy("只供内部，不能发给客户")),
    "template": (lazy("模板页"), "green", lazy("生成时由演示模板填成")),
    "old_template": (lazy("旧模板"), "orange", lazy("生成它的演示模板已不再用")),
    "unknown": (lazy("不在库里"), "gray", lazy("自己做的页，或不是您能看的素材")),
}
BAD = ("withdrawn", "internal")
TEMPLATES = ("template", "old_template")


@dataclass(frozen=True)
class CheckedRow:
    """An earlier check-up in the list."""

    title: str
    url: str
    note: str
    state: str
    tone: str


@dataclass(frozen=True)
class CheckUpsPage:
    """See templates/checkup/index.html."""

    rows: tuple[CheckedRow, ...]
    customers: tuple[str, ...]
    limit: str
    days: int


@dataclass(frozen=True)
class SlideVerdict:
    """One slide of the file."""

    number: int
    title: str
    state: str
    label: str
    tone: str
    why: str
    source: str
    url: str | None
    thumb: str | None
    can_swap: bool
    edited: bool
    named: tuple[str, ...]
    warned: bool


@dataclass(frozen=True)
class CheckUpPage:
    """See templates/checkup/page.html."""

    id: int
    title: str
    url: str
    note: str
    customer: str
    state: str
    error: str
    counts: tuple[tuple[str, str, int], ...]  # label, tone, how many
    slides: tuple[SlideVerdict, ...]
    swaps: int
    named: tuple[str, ...]
    verdict: str
    tone: str


@router.get("/check-up")
def index(request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep) -> Response:
    person.must("deck.make")
    rows = tuple(_listed(c) for c in decks.check_ups(session, person))
    page = CheckUpsPage(
        rows, customer_names(session, person), size(wiring.settings.max_file), decks.KEPT_DAYS
    )
    return render(request, "checkup/index.html", page)


def _listed(row: decks.CheckUp) -> CheckedRow:
    state, tone = {
        "waiting": (_("正在读"), "azure"),
        "ready": (_("看好了"), "green"),
        "failed": (_("读不了"), "red"),
    }[row.state]
    parts = (n_("%(n)s 页", len(row.slides)) if row.slides else "", size(row.size), moment(row.created_at))
    return CheckedRow(row.file_name, f"/check-up/{row.id}", " · ".join(p for p in parts if p), state, tone)


@router.post("/check-up")
def submit(
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    file: Annotated[UploadFile, File()],
    customer: Annotated[str, Form()] = "",
) -> Response:
    name = (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1][-200:]
    limit = wiring.settings.max_file
    data = file.file.read(limit + 1)
    if len(data) > limit:
        raise HubError(_("文件超过 %(most)s 的上限。请压缩图片或拆成几份。") % {"most": size(limit)})
    made = decks.submit_check_up(session, wiring.blobs, name, data, customer, by=person)
    return RedirectResponse(f"/check-up/{made.id}", status_code=303)


@router.get("/check-up/{check_id}")
def show(request: Request, session: SessionDep, person: ActorDep, check_id: int) -> Response:
    row = decks.check_up(session, check_id, person)
    verdicts = tuple(_verdict(j) for j in decks.judged(session, row, person)) if row.state == "ready" else ()
    named = tuple(dict.fromkeys(n for v in verdicts for n in v.named))
    tone, said = _whole(verdicts, named)
    page = CheckUpPage(
        id=row.id or 0,
        title=row.file_name,
        url=f"/check-up/{row.id}",
        note=" · ".join((size(row.size), moment(row.created_at))),
        customer=row.customer,
        state=row.state,
        error=row.error,
        counts=_counts(verdicts),
        slides=verdicts,
        swaps=sum(v.can_swap and not v.edited for v in verdicts),
        named=named,
        verdict=said,
        tone=tone,
    )
    return render(request, "checkup/page.html", page)


def _verdict(found: decks.Judged) -> SlideVerdict:
    label, tone, why = STATES[found.state]
    said = str(why)
    if found.state == "older":
        said = _("用的是 v%(old)s，已有 v%(new)s") % {"old": found.version, "new": found.newest}
        if found.page is None:
            said = _("用的是 v%(old)s；v%(new)s 里没有这一页了") % {"old": found.version, "new": found.newest}
        elif found.edited:
            said += _("；这一页您还改过，换了会丢掉改动")
    if found.state == "old_template" and found.newest:
        said = _("模板用的是 v%(old)s，已有 v%(new)s；要用新模板，请重新生成") % {
            "old": found.version,
            "new": found.newest,
        }
    if found.state in TEMPLATES and found.edited:
        said += _("；生成之后有人改过")
    return SlideVerdict(
        number=found.number,
        title=found.title,
        state=found.state,
        label=str(label),
        tone=tone,
        why=said,
        source=_source(found),
        url=f"/assets/{found.asset_id}" + (f"?page={found.page}" if found.page else "")
        if found.asset_id
        else None,
        thumb=f"/pictures/{found.thumb}" if found.thumb else None,
        can_swap=found.can_swap,
        edited=found.edited,
        named=found.named,
        warned=found.state in BAD or (bool(found.named) and found.state != "current"),
    )


def _source(found: decks.Judged) -> str:
    if found.source and found.page:
        return _("%(title)s v%(version)s 第 %(page)s 页") % {
            "title": found.source,
            "version": found.newest,
            "page": found.page,
        }
    return found.source


def _counts(verdicts: tuple[SlideVerdict, ...]) -> tuple[tuple[str, str, int], ...]:
    found = ((s, sum(v.state == s for v in verdicts)) for s in STATES)
    return tuple((str(STATES[s][0]), STATES[s][1], n) for s, n in found if n)


def _whole(verdicts: tuple[SlideVerdict, ...], named: tuple[str, ...]) -> tuple[str, str]:
    """Tone and one sentence for the whole deck, the gravest first."""
    bad = sum(v.state in BAD for v in verdicts)
    if bad:
        return "danger", n_("有 %(n)s 页不能发给客户，先拿掉。", bad)
    if named:  # in what was approved for customers a name is a reference; elsewhere it is a slip
        tone = "danger" if any(v.warned for v in verdicts) else "warning"
        return tone, _("里面有别的客户的名字：%(names)s。") % {"names": "、".join(named)}
    old = sum(v.state == "older" for v in verdicts)
    if old:
        return "warning", n_("有 %(n)s 页已有新版。", old)
    if any(v.state == "old_template" for v in verdicts):
        return "info", _("没有旧页；模板已有新的，要用就重新生成。")
    if any(v.state == "changed" for v in verdicts):
        return "info", _("没有旧页；有改过的页，发之前看一眼。")
    return "success", _("没有发现问题。")


@router.get("/check-up/{check_id}/file")
def corrected(
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    check_id: int,
    swap: Annotated[list[int] | None, Query()] = None,
) -> Response:
    """The deck with newer slides in the place of these numbers; without one, of all that can be."""
    row = decks.check_up(session, check_id, person)
    data = decks.corrected(session, wiring.blobs, wiring.settings, row, swap or [], by=person)
    wiring.notebook.write(Entry("correct", "deck_file", row.id, person.id, {"slides": len(swap or ())}))
    stem = row.file_name.rsplit(".", 1)[0]
    name = _("%(name)s（已换新版）.pptx") % {"name": toolkits.file_name(stem)}
    return Response(data, media_type=PPTX, headers={"Content-Disposition": attachment(name)})


@router.post("/check-up/{check_id}/remove")
def remove(session: SessionDep, person: ActorDep, check_id: int) -> Response:
    decks.remove_check_up(session, decks.check_up(session, check_id, person), by=person)
    answer = RedirectResponse("/check-up", status_code=303)
    flash(answer, _("删除了。"))
    return answer
