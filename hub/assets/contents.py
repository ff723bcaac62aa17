"""What stands in versions that the caller may open: their pages, their texts, and pages as lists show them."""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import and_, bindparam, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from hub.assets.models import Page, Version
from hub.base import stamps


def pages(session: Session, version_id: int) -> list[Page]:
    """The pages of a version the caller may open, in order."""
    return list(
        session.exec(select(Page).where(Page.version_id == version_id).order_by(col(Page.number))).all()
    )


def pages_of(session: Session, version_ids: Sequence[int]) -> dict[int, list[Page]]:
    """Per version its pages in order, whoever asks: the caller shows of them only what this actor may read."""
    found: dict[int, list[Page]] = {}
    query = select(Page).where(col(Page.version_id).in_(list(version_ids)))
    for page in session.exec(query.order_by(col(Page.version_id), col(Page.number))).all():
        found.setdefault(page.version_id, []).append(page)
    return found


def texts(session: Session, version_ids: Sequence[int]) -> dict[int, str]:
    """The texts of versions the caller may open, in one query."""
    rows = session.execute(
        select_columns(col(Version.id), col(Version.text)).where(col(Version.id).in_(version_ids))
    )
    return {int(i): text for i, text in rows}


def texts_in_kits(session: Session, answers: Sequence[int], naming: Sequence[int]) -> dict[int, str]:
    """The texts of versions that are answers, and of others those that name a fact. The caller may open them. They are
    short and read again and again, so they are kept: one query at most.
    """
    whole = set(answers)
    keys: dict[int, Hashable] = {v: ("naming", v) for v in naming}
    keys |= {v: ("answer", v) for v in answers}
    found = stamps.kept_many(session, ("version",), keys, lambda missing: _texts(session, whole, missing))
    return {v: text for v, text in found.items() if text or v in whole}


def _texts(session: Session, whole: set[int], ids: Sequence[int]) -> dict[int, str]:
    """The texts of those wanted whole, of the others of `ids` those that name a fact; empty where none does."""
    naming = and_(col(Version.blob_sha).is_(None), col(Version.text).contains("{{"))
    rows = session.execute(
        select_columns(col(Version.id), col(Version.text)).where(
            col(Version.id).in_(ids), or_(col(Version.id).in_([i for i in ids if i in whole]), naming)
        )
    )
    return dict.fromkeys((i for i in ids if i not in whole), "") | {int(i): text for i, text in rows}


class PageThumb(NamedTuple):
    """A page as lists show it."""

    thumb_sha: str | None
    picture_sha: str | None
    title: str


def page_thumbs(session: Session, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], PageThumb]:
    """Pages by (version, number), in one query."""
    pairs = set(wanted)
    if not pairs:
        return {}
    versions, numbers = {v for v, _n in pairs}, {n for _v, n in pairs}
    rows = session.execute(_PAGES, {"versions": sorted(versions), "numbers": sorted(numbers)})
    return {(v, n): PageThumb(*said) for v, n, *said in rows if (v, n) in pairs}


_PAGES = select_columns(
    col(Page.version_id), col(Page.number), *(col(getattr(Page, name)) for name in PageThumb._fields)
).where(
    col(Page.version_id).in_(bindparam("versions", expanding=True)),
    col(Page.number).in_(bindparam("numbers", expanding=True)),
)
"""Somewhat more pages than were asked for: a list of pairs would be another statement for each number of them."""
