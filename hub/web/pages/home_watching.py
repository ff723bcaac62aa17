"""What the front page says of customers who read what this person sent."""

from dataclasses import dataclass

from hub import accounts, sharing
from hub.base.formats import ago
from hub.base.i18n import _
from hub.request import SessionDep
from hub.web.pages.share_view import spoken


@dataclass(frozen=True)
class WatchRow:
    """A customer who read; see templates/home/index.html."""

    customer: str
    title: str
    detail: str
    when: str
    url: str


def watch_rows(session: SessionDep, person: accounts.Actor) -> tuple[WatchRow, ...]:
    return tuple(
        WatchRow(
            w.customer or w.who or _("一位访客"),
            w.title,
            _detail(w),
            ago(w.last_at),
            f"/shares/{w.share_id}?visitor={w.visitor_id}",
        )
        for w in sharing.watching(session, person)
    )


def _detail(w: sharing.Watched) -> str:
    who = w.who if w.customer else ""
    if w.page is None:
        said = _("打开过，没有计时")
    else:
        said = _("第 %(page)s 页看了 %(time)s") % {"page": w.page, "time": spoken(w.page_ms)}
        if w.pages > 1:
            said = _("%(said)s，一共看了 %(n)s 页") % {"said": said, "n": w.pages}
    return f"{who} · {said}" if who else said
