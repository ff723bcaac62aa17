"""The past of an asset: its versions, what can be compared, and what happened to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub import accounts, activity, assets
from hub.base.formats import ago, day, size
from hub.base.i18n import _, lazy
from hub.request import SessionDep


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
    compare_url: str | None
    dates: str


def version_row(
    v: assets.Version,
    base: str,
    people: Mapping[int, accounts.Contact],
    shown: assets.Version,
    versions: list[assets.Version],
    may_edit: bool,  # noqa: FBT001
) -> VersionRow:
    who = name_of(people, v.uploaded_by_id) or _("导入")
    note = v.note or (v.ended_because if v.state in {"withdrawn", "expired"} else "")
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
        _compare_url(base, v, versions),
        _dates(v),
    )


def _compare_url(base: str, v: assets.Version, versions: list[assets.Version]) -> str | None:
    """Beside the one before it; None for the first, and where only one is to be seen."""
    older = next((o for o in versions if o.number < v.number), None)
    return f"{base}/compare?before={older.id}&after={v.id}" if older else None


def _dates(v: assets.Version) -> str:
    said = []
    if v.publish_on and v.state in {"draft", "in_review", "approved"}:
        said.append(_("%(day)s 发布") % {"day": day(v.publish_on)})
    if v.expires_on and v.state in {"draft", "in_review", "approved", "on_offer"}:
        said.append(_("%(day)s 到期") % {"day": day(v.expires_on)})
    return " · ".join(said)


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
    "schedule": lazy("排了发布和到期的日子"),
    "comment": lazy("提了意见"),
    "ask_to_read": lazy("请同事读一遍"),
    "confirm_read": lazy("确认读过"),
    "ask_forms": lazy("请求出成品"),
    "made_form": lazy("出了一种成品"),
    "trash": lazy("放进回收站"),
    "restore": lazy("从回收站取回"),
}


def history(session: SessionDep, asset: assets.Asset) -> tuple[tuple[str, str, str], ...]:
    rows = [r for r in activity.of(session, "asset", asset.id or 0, limit=200) if r.verb in VERBS]
    names = accounts.names(session, [r.person_id for r in rows])
    return tuple((ago(r.at), names.get(r.person_id or 0, _("系统")), str(VERBS[r.verb])) for r in rows)


def name_of(people: Mapping[int, accounts.Contact], person_id: int | None) -> str:
    found = people.get(person_id or 0)
    return found.name if found else ""
