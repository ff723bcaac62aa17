"""How a version stands, in words: since when and by whom, what is under way or went wrong, when to look at it again."""

from collections.abc import Mapping

from hub import accounts, assets
from hub.base import clock
from hub.base.formats import day
from hub.base.i18n import _
from hub.web.pages.asset_past import name_of


def since_of(shown: assets.Version, people: Mapping[int, accounts.Contact]) -> str:
    if shown.on_offer_at is None:
        return day(shown.created_at)
    who = name_of(people, shown.approved_by_id)
    if who:
        return _("%(day)s 起，%(who)s批准") % {"day": day(shown.on_offer_at), "who": who}
    return _("%(day)s 起，导入时批准") % {"day": day(shown.on_offer_at)}


def working_on(shown: assets.Version) -> str | None:
    if shown.digest_state == "waiting":
        return _("正在读文件内容，通常几秒钟。")
    return _("正在画页面图片。") if shown.preview_state == "waiting" else None


def trouble_of(shown: assets.Version) -> str | None:
    if shown.digest_state == "failed":
        return shown.digest_error
    if shown.preview_state == "no_office":
        return _("服务器上没有 LibreOffice，看不到页面图片；文字可搜，文件可下载。")
    return _("页面图片没有画成；文字可搜，文件可下载。") if shown.preview_state == "failed" else None


def review_of(asset: assets.Asset, shown: assets.Version) -> tuple[str, str, str] | None:
    if shown.state != "on_offer" or asset.review_on is None:
        return None
    today = clock.today()
    left = (asset.review_on - today).days
    following = assets.next_review(asset.kind, today, asset.review_on)
    later = following > asset.review_on
    after = _("确认一次，顺延到 %(day)s") % {"day": day(following)} if later else _("确认一次，复审日不变")
    if left < 0:
        return "danger", _("%(day)s 该复审，已过 %(n)s 天") % {"day": day(asset.review_on), "n": -left}, after
    tone = "warning" if left <= 21 else "info"  # noqa: PLR2004 - three weeks, as in the assets' rules
    return tone, _("%(day)s 复审，还有 %(n)s 天") % {"day": day(asset.review_on), "n": left}, after
