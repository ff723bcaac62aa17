"""Proposals: tags met at import that mean nothing yet, until somebody says what they mean.

Accepting one leaves a job, which gives the value to every asset that carries the free tag.
"""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from hub import accounts, activity
from hub.base import clock, jobs
from hub.base.errors import Conflict, NotFound
from hub.base.i18n import _
from hub.taxonomy.editing import add_alias, save_term
from hub.taxonomy.models import TermProposal


def propose(session: Session, word: str) -> None:
    """Note a tag that matched no term."""
    row = session.exec(select(TermProposal).where(TermProposal.word == word[:120])).first()
    if row is None:
        session.add(TermProposal(word=word[:120], created_at=clock.now()))
    else:
        row.uses += 1
        session.add(row)
    session.flush()


def leave_free(session: Session, words: Iterable[str]) -> bool:
    """These words are free tags and are not proposed; one that somebody already decided on stays as it is. True when
    something changed.
    """
    wanted = list(dict.fromkeys(w[:120] for w in words if w))
    known = {p.word: p for p in session.exec(select(TermProposal).where(col(TermProposal.word).in_(wanted)))}
    changed = [known.get(w) or TermProposal(word=w, uses=0, created_at=clock.now()) for w in wanted]
    changed = [row for row in changed if row.state == "open"]
    for row in changed:
        row.state = "dismissed"
        session.add(row)
    session.flush()
    return bool(changed)


def free_words(session: Session) -> list[str]:
    """The words that are free tags for good, in their order."""
    query = select(TermProposal.word).where(TermProposal.state == "dismissed")
    return list(session.exec(query.order_by(TermProposal.word)).all())


def proposals(session: Session) -> list[TermProposal]:
    """Open proposals, the most used first."""
    query = select(TermProposal).where(TermProposal.state == "open").order_by(col(TermProposal.uses).desc())
    return list(session.exec(query).all())


def _open(session: Session, proposal_id: int) -> TermProposal:
    row = session.get(TermProposal, proposal_id)
    if row is None:
        raise NotFound(_("没有这一项。可能刚被删掉了，请刷新页面。"))
    if row.state != "open":
        raise Conflict(_("“%(word)s” 已经有人处理过了。") % {"word": row.word})
    return row


def accept_as_alias(
    session: Session, proposal_id: int, facet: str, key: str, *, by: accounts.Actor
) -> TermProposal:
    """The word is another way to say this value; Conflict when it already means another one of the facet."""
    by.must("taxonomy.edit")
    row = _open(session, proposal_id)
    add_alias(session, facet, key, row.word, by=by)
    return _accepted(session, row, facet, key, by)


def accept_as_term(
    session: Session, proposal_id: int, facet: str, *, parent: str | None = None, by: accounts.Actor
) -> TermProposal:
    """The word is a new term of this tree."""
    by.must("taxonomy.edit")
    row = _open(session, proposal_id)
    term = save_term(session, facet, "", name=row.word, parent=parent, by=by)
    return _accepted(session, row, facet, term.key, by)


def _accepted(session: Session, row: TermProposal, facet: str, key: str, by: accounts.Actor) -> TermProposal:
    row.state = "accepted"
    session.add(row)
    jobs.later(session, "tag.accepted", key=f"tag:{row.id}", word=row.word, facet=facet, value=key)
    activity.record(session, "accept", "proposal", row.id, by=by.id, word=row.word, facet=facet, key=key)
    return row


def dismiss(session: Session, proposal_id: int, *, by: accounts.Actor) -> None:
    """The word stays a free tag, and is not proposed again."""
    by.must("taxonomy.edit")
    row = _open(session, proposal_id)
    row.state = "dismissed"
    session.add(row)
    activity.record(session, "dismiss", "proposal", row.id, by=by.id, word=row.word)
