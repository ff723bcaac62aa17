"""One source, many forms: what a solution comes out as, and the solution as a web page of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from hub import accounts, assets, papers, taxonomy
from hub.base.errors import NotFound
from hub.base.formats import day
from hub.base.i18n import _
from hub.request import SessionDep
from hub.web import words as house_words
from hub.web.dress import ActorDep
from hub.web.pages.assets import back_to
from hub.web.render import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class SectionRow:
    """A known section: whether the text has it."""

    label: str
    there: bool


@dataclass(frozen=True)
class MadeRow:
    """One form on the tab. `tone` colours the badge beside its name."""

    key: str
    label: str
    icon: str
    note: str
    badge: tuple[str, str] | None
    url: str | None
    file_url: str | None
    share_url: str | None
    error: str
    told: tuple[str, ...]
    button: str | None
    percent: int | None


@dataclass(frozen=True)
class FormsTab:
    """See the tab of templates/assets/page.html."""

    sections: tuple[SectionRow, ...]
    rows: tuple[MadeRow, ...]
    version: str
    web_url: str
    share_url: str | None
    busy: bool
    stale: int  # how many the source has left behind
    able: tuple[str, ...]  # the forms that can be made now
    action: str
    may_edit: bool


def forms_tab(session: SessionDep, asset: assets.Asset, person: accounts.Actor) -> FormsTab | None:
    found = assets.forms_of(session, asset, person)
    if found is None:
        return None
    may_edit = assets.may_edit(asset, person)
    send = asset.audience == "customer" and not asset.restricted and person.may("share.create")
    base = f"/assets/{asset.id}"
    return FormsTab(
        sections=tuple(SectionRow(str(papers.LABELS[k]), k in found.has) for k in papers.SECTIONS),
        rows=tuple(_made_row(r, may_edit, send, found.number) for r in found.rows),
        version=_("第 %(n)s 版") % {"n": found.number},
        web_url=f"{base}/web",
        share_url=f"/shares/new?thing=asset:{asset.id}" if send and asset.on_offer_id else None,
        busy=found.busy,
        stale=sum(r.stale for r in found.rows),
        able=tuple(r.form.key for r in found.rows if not r.missing),
        action=f"{base}/forms",
        may_edit=may_edit,
    )


def _made_row(row: assets.FormRow, may_edit: bool, send: bool, number: int) -> MadeRow:  # noqa: FBT001
    busy = row.state in {"waiting", "making"}
    there = row.asset_id is not None
    return MadeRow(
        key=row.form.key,
        label=str(row.form.label),
        icon=row.form.icon,
        note=_note(row),
        badge=_badge(row, number),
        url=f"/assets/{row.asset_id}" if there else None,
        file_url=f"/assets/{row.asset_id}/file" if there else None,
        share_url=f"/shares/new?thing=asset:{row.asset_id}"
        if there and send and row.asset_state == "on_offer"
        else None,
        error=row.error if row.state == "failed" else "",
        told=row.told,
        button=None if busy or row.missing or not may_edit else _("重新出") if there else _("出这一份"),
        percent=row.progress if busy else None,
    )


def _note(row: assets.FormRow) -> str:
    if row.missing and row.asset_id is None:
        return _("还缺：%(sections)s") % {"sections": "、".join(row.missing)}
    if row.asset_id is None:
        return {"waiting": _("排队中"), "making": _("正在出")}.get(row.state, _("还没出过"))
    said = [_("由第 %(n)s 版生成") % {"n": row.number}]
    if row.pages:
        said.append(_("%(n)s 页") % {"n": row.pages})
    if row.missing:
        said.append(_("原文现在缺：%(sections)s") % {"sections": "、".join(row.missing)})
    return " · ".join(said)


def _badge(row: assets.FormRow, number: int) -> tuple[str, str] | None:
    if row.stale:
        moved = _("原文已是第 %(n)s 版") if row.number != number else _("原文的说明改过")
        return (moved % {"n": number} if row.number != number else moved), "orange"
    if row.asset_state and row.asset_state != "on_offer":
        return str(house_words.sign("version", row.asset_state).label), "gray"
    return None


@router.post("/assets/{asset_id}/forms")
def make(
    session: SessionDep,
    person: ActorDep,
    asset_id: int,
    form: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Make these forms (again); without a name all that can be made."""
    asset = assets.get(session, asset_id, person)
    asked = assets.ask_forms(session, asset, form or list(papers.FORMS), by=person)
    labels = "、".join(str(papers.FORMS[key].label) for key in asked)
    return back_to(
        asset_id, _("已开始出：%(forms)s。通常十几秒，好了这一页会自己变。") % {"forms": labels}, tab="forms"
    )


@dataclass(frozen=True)
class WebPage:
    """See templates/assets/web.html."""

    id: int
    title: str
    summary: str
    company: str
    site: str
    primary: str
    language: str
    edition: str
    on: str
    contact: str
    sections: Sequence[papers.Section]
    value: papers.Value
    questions: Sequence[papers.Pair]
    bars: tuple[tuple[str, tuple[tuple[str, int, str], ...]], ...]  # (category, ((series, percent, said), …))
    pictures: dict[str, str]


@router.get("/assets/{asset_id}/web")
def web(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    asset_id: int,
    version: Annotated[int | None, Query()] = None,
) -> Response:
    """The solution as one page to read and to print; always of the version as it is now."""
    asset = assets.get(session, asset_id, person)
    shown = (
        assets.version(session, version, person) if version else assets.shown_version(session, asset, person)
    )
    if shown.asset_id != asset.id or not assets.is_source(asset, shown):
        raise NotFound(_("这份素材没有网页版：只有分了节的文字才有。"))
    return render(request, "assets/web.html", _web_page(session, asset, shown, person))


def _web_page(
    session: SessionDep, asset: assets.Asset, shown: assets.Version, person: accounts.Actor
) -> WebPage:
    source = papers.parse(assets.resolved(session, asset, shown).text)
    company = taxonomy.company(session)
    owner = accounts.people_by_ids(session, [asset.owner_id]).get(asset.owner_id or 0)
    value = papers.value_of(source.get("value"))
    found = {p: assets.picture_of(session, asset, p, person) for p in source.pictures[:30]}
    return WebPage(
        id=asset.id or 0,
        title=asset.title,
        summary=asset.summary,
        company=company.title(),
        site=company.site,
        primary=company.primary,
        language=asset.language,
        edition=_("第 %(n)s 版") % {"n": shown.number},
        on=day(shown.on_offer_at or shown.created_at),
        contact="  ".join(t for t in (owner.name, owner.email, owner.phone) if t) if owner else "",
        sections=source.sections,
        value=value,
        questions=papers.questions_of(source.get("faq")),
        bars=_bars(value.chart),
        pictures={p: f"/pictures/{sha}" for p, sha in found.items() if sha},
    )


def _bars(chart: papers.Chart | None) -> tuple[tuple[str, tuple[tuple[str, int, str], ...]], ...]:
    if chart is None:
        return ()
    top = max((abs(v) for _name, values in chart.series for v in values), default=0) or 1
    return tuple(
        (
            category,
            tuple((name, round(abs(v[n]) / top * 100), f"{v[n]:g}{chart.unit}") for name, v in chart.series),
        )
        for n, category in enumerate(chart.categories)
    )
