"""The check of demo accounts whose host the settings list, every day and when somebody asks for it now: what answered,
when; a failure is told once, and whoever asked hears of either.

What answers is as good as somebody's "it works": the checked date moves, by nobody in particular, which lists show as
the hub itself. A failure never takes the date back. The owner is told once for each stretch of silence: again only
after it has answered, or somebody has said that it works, and it fails anew.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from hub import accounts, activity, notices
from hub.base import clock, jobs
from hub.base.errors import Conflict
from hub.base.i18n import _
from hub.demos import probing
from hub.demos.models import DemoAccount


def to_check(session: Session, hosts: frozenset[str], *, at: datetime | None = None) -> list[tuple[int, str]]:
    """Id and address of the accounts to be asked: of a listed host, neither thrown away nor expired."""
    today = clock.today(at)
    query = select(DemoAccount).where(col(DemoAccount.deleted_at).is_(None), DemoAccount.address != "")
    return [
        (a.id or 0, a.address)
        for a in session.exec(query.order_by(col(DemoAccount.id)))
        if (a.expires_on is None or a.expires_on >= today) and probing.is_listed(a.address, hosts)
    ]


def may_ask(account: DemoAccount, hosts: frozenset[str]) -> bool:
    """Whether its address is of a host that the hub asks."""
    return probing.is_listed(account.address, hosts)


def ask_now(session: Session, account: DemoAccount, hosts: frozenset[str], *, by: accounts.Actor) -> None:
    """Have its address asked at once; whoever asks is told what came of it. Conflict for a host that is not listed."""
    if not may_ask(account, hosts):
        raise Conflict(
            _(
                "系统不问这个地址：它的主机不在管理员的名单（HUB_DEMO_HOSTS）里。请打开试一次，再点“试过，能用”。"
            )
        )
    jobs.later(
        session, "demos.check_one", key=f"demo:{account.id}:{by.id}", demo_id=account.id, asked_by_id=by.id
    )
    activity.record(session, "ask_now", "demo_account", account.id, by=by.id)


def note(
    session: Session,
    demo_id: int,
    address: str,
    answer: probing.Answer,
    *,
    at: datetime | None = None,
    asked_by_id: int | None = None,
) -> None:
    """Keep what came of asking, and tell who asked. Nothing is kept of an account that went, or leads elsewhere now."""
    account = session.get(DemoAccount, demo_id)
    if account is None or account.deleted_at is not None or account.address != address:
        return
    said = {"url": f"/demos/{account.id}", "title": account.title}
    asked = f"demo:{account.id}:asked:{at or clock.now():%Y%m%d%H%M%S%f}"
    if answer.good:
        notices.tell(session, [asked_by_id], event=asked, key="demo_answers", **said)
        account.checked_at, account.checked_by_id = at or clock.now(), None
        account.checked_by_hub = True
        session.add(account)
        activity.record(session, "answers", "demo_account", account.id, by=None)
        return
    notices.tell(session, [asked_by_id], event=asked, key="demo_silent", reason=answer.reason, **said)
    if account.owner_id != asked_by_id:
        since = account.checked_at or account.created_at
        once = f"demo:{account.id}:silent:{since:%Y%m%d%H%M%S}"
        notices.tell(session, [account.owner_id], event=once, key="demo_silent", reason=answer.reason, **said)
