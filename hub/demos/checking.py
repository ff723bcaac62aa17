"""The daily check of demo accounts whose host the settings list: what answered, when; a failure is told once.

What answers is as good as somebody's "it works": the checked date moves, by nobody in particular, which lists show as
the hub itself. A failure never takes the date back. The owner is told once for each stretch of silence: again only
after it has answered, or somebody has said that it works, and it fails anew.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from hub import activity, notices
from hub.base import clock
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


def note(
    session: Session, demo_id: int, address: str, answer: probing.Answer, *, at: datetime | None = None
) -> None:
    """Keep what came of asking. Nothing is kept of an account that went, or leads elsewhere by now."""
    account = session.get(DemoAccount, demo_id)
    if account is None or account.deleted_at is not None or account.address != address:
        return
    if answer.good:
        account.checked_at, account.checked_by_id = at or clock.now(), None
        account.checked_by_hub = True
        session.add(account)
        activity.record(session, "answers", "demo_account", account.id, by=None)
        return
    since = account.checked_at or account.created_at
    notices.tell(
        session, [account.owner_id], event=f"demo:{account.id}:silent:{since:%Y%m%d%H%M%S}", key="demo_silent",
        url=f"/demos/{account.id}", title=account.title, reason=answer.reason,
    )  # fmt: skip
