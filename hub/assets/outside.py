"""What keeps a text from leaving the house: facts in it that have expired, are internal or do not exist."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from hub import facts
from hub.assets.models import Asset, Version


def unsound(session: Session, version_ids: Iterable[int]) -> dict[int, facts.Problem]:
    """Per version that may not go outside as it stands, the first reason. One question, a second where tokens stand."""
    wanted = sorted(set(version_ids))
    if not wanted:
        return {}
    query = (
        select(Version.id, Version.text, Asset.language)
        .join(Asset, col(Asset.id) == col(Version.asset_id))
        .where(col(Version.id).in_(wanted), col(Version.blob_sha).is_(None), col(Version.text).contains("{{"))
    )
    rows = session.exec(query).all()
    books = {
        language: facts.book(
            session, [t for _v, t, said in rows if said == language], language=language, outside=True
        )
        for language in {said for _v, _t, said in rows}
    }
    found = {number or 0: books[language].resolve(text).problems for number, text, language in rows}
    return {number: problems[0] for number, problems in found.items() if problems}


def said_outside(session: Session, version: Version) -> str:
    """A Markdown version as customers read it."""
    asset = session.get_one(Asset, version.asset_id)
    return facts.resolve(session, version.text, language=asset.language, outside=True).text
