"""What the tab of a source shows: its sections, and what it comes out as."""

from dataclasses import dataclass

from hub import accounts, assets, papers
from hub.base.i18n import _, n_
from hub.request import SessionDep
from hub.web import words as house_words


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
        said.append(n_("%(n)s 页", row.pages))
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
