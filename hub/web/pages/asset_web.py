"""One source, many forms: asking for them, and the solution as a web page of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from hub import accounts, assets, papers, taxonomy
from hub.base import clock
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.request import SessionDep
from hub.web.dress import ActorDep
from hub.web.pages.assets import back_to
from hub.web.render import render

router = APIRouter(include_in_schema=False)


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
    named = (owner.name_en if asset.language == "en" else "") or owner.name if owner else ""
    value = papers.value_of(source.get("value"))
    found = {p: assets.picture_of(session, asset, p, person) for p in source.pictures[:30]}
    return WebPage(
        id=asset.id or 0,
        title=asset.title,
        summary=asset.summary,
        company=(company.name_en if asset.language == "en" else "") or company.title(),
        site=company.site,
        primary=company.primary,
        language=asset.language,
        edition=_("第 %(n)s 版") % {"n": shown.number},
        on=clock.today(shown.on_offer_at or shown.created_at).isoformat(),
        contact="  ".join(t for t in (named, owner.email, owner.phone) if t) if owner else "",
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
