"""Check: do rows, blobs and index say the same? Everything that differs is told in a sentence.

A *fault* is something that a person would miss: a row whose file is gone, a pointer to nothing, a document the index
lacks or has too many of, readers that are not those of the rules. What is only untidy (a blob no row names) is *told*.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, SQLModel, col, func, select, text

from hub import accounts, assets, customers, decks, facts, requirements, sharing, taxonomy, toolkits, ventures
from hub.base import outbox
from hub.base.blobs import LocalBlobs
from hub.base.db import Database
from hub.base.i18n import _, n_
from hub.library.backup import file_sum
from hub.library.indexing import all_documents, apply_changes
from hub.search import EVERYTHING, Document, Engine, IndexUnavailable

MOST_TOLD = 20  # of one sort
BATCH = 50
TRIES = 3
NOT_BLOBS = {"source_sha"}

# What has readers: how it is called in `Reader`, its table, and how its readers are worked out.
READ: dict[str, tuple[type[Any], tuple[str, ...], Callable[[Session, Any], None]]] = {
    "asset": (assets.Asset, ("asset", "draft", "offer"), assets.refresh),
    "customer": (customers.Customer, ("customer",), customers.refresh_readers),
    "toolkit": (toolkits.Toolkit, ("toolkit",), toolkits.refresh),
    "requirement": (requirements.Requirement, ("requirement",), requirements.refresh),
    "venture": (ventures.Venture, ("venture",), ventures.refresh),
}

# What a link may hold; its items name these without a foreign key.
SHARED: dict[str, type[Any]] = {"asset": assets.Asset, "deck": decks.Deck, "toolkit": toolkits.Toolkit}


@dataclass
class Checked:
    """What was found: faults and other sentences, and how much was looked at."""

    faults: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    assets: int = 0
    blobs: int = 0
    documents: int = 0


def check(database: Database, blobs: LocalBlobs, engine: Engine, *, deep: bool = False) -> Checked:
    """Compare rows, blobs and index; `deep` reads every blob. Safe while the hub serves."""
    found = Checked()
    with database.read() as session:
        found.assets = session.exec(select(func.count()).select_from(assets.Asset)).one()
        sorts = (_dangling(session), _states(session), _pages(session), _sizes(session, blobs))
        for sort in sorts:
            found.faults += _some(sort)
        named = named_blobs(session)
        found.told += _some(_tokens(session))
    found.faults += _some(_missing(named, blobs))
    there = set(blobs.names())
    found.blobs = len(there)
    if deep:
        found.faults += _some(_altered(there, blobs))
    orphans = len(there - set(named))
    if orphans:
        found.told.append(
            n_("有 %(n)s 个文件没有任何记录用到；无害，满一天后可用 hub check --clean 清掉。", orphans)
        )
    found.faults += _some(_readers(database))
    _index(database, engine, found)
    return found


def _some(sentences: Iterable[str]) -> list[str]:
    """The first of many, and how many more there are."""
    told: list[str] = []
    more = 0
    for sentence in sentences:
        if len(told) < MOST_TOLD:
            told.append(sentence)
        else:
            more += 1
    return [*told, n_("……同类的还有 %(n)s 处。", more)] if more else told


# ---- rows


def _dangling(session: Session) -> Iterator[str]:
    """Rows that point at rows that are gone."""
    if session.get_bind().dialect.name == "sqlite":
        for table, row, parent, _fk in session.exec(text("PRAGMA foreign_key_check")).all():  # type: ignore[call-overload]
            yield _("%(table)s 第 %(row)s 行指向不存在的 %(parent)s。") % {
                "table": table,
                "row": row,
                "parent": parent,
            }
    version = assets.Version
    for name in ("on_offer_id", "latest_id"):
        column = col(getattr(assets.Asset, name))
        query = select(assets.Asset.slug).outerjoin(
            version, (col(version.id) == column) & (col(version.asset_id) == col(assets.Asset.id))
        )
        for slug in session.exec(query.where(column.is_not(None), col(version.id).is_(None))).all():
            yield _("素材“%(slug)s”的 %(name)s 指向不存在的版本。") % {"slug": slug, "name": name}
    item = sharing.ShareItem
    for thing, model in SHARED.items():
        lost = select(item.share_id).outerjoin(model, col(model.id) == col(item.thing_id))
        for share_id in session.exec(lost.where(item.thing == thing, col(model.id).is_(None))).all():
            yield _("链接 %(id)s 里有一项指向不存在的 %(thing)s。") % {"id": share_id, "thing": thing}


def _states(session: Session) -> Iterator[str]:
    """What the asset says is on offer and newest must be what its versions say."""
    asset, version = assets.Asset, assets.Version
    offered = dict(
        session.exec(select(version.asset_id, version.id).where(version.state == "on_offer")).all()
    )
    by_number = select(version.asset_id, func.max(version.number)).group_by(col(version.asset_id))
    numbers = dict(session.exec(by_number).all())
    of_latest = select(asset.id, version.number).join(version, col(version.id) == col(asset.latest_id))
    latest = dict(session.exec(of_latest).all())
    for asset_id, slug, on_offer_id in session.exec(select(asset.id, asset.slug, asset.on_offer_id)).all():
        if offered.get(asset_id or 0) != on_offer_id:
            yield _("素材“%(slug)s”记着的在用版本与版本状态不符。") % {"slug": slug}
        if numbers.get(asset_id or 0) != latest.get(asset_id):
            yield _("素材“%(slug)s”记着的最新版本不是最新的。") % {"slug": slug}


def _tokens(session: Session) -> Iterator[str]:
    """Texts on offer that name a fact which is not there: their readers see the token instead."""
    asset, version = assets.Asset, assets.Version
    query = (
        select(asset.slug, version.text)
        .join(version, col(version.id) == col(asset.on_offer_id))
        .where(
            col(version.blob_sha).is_(None), col(version.text).contains("{{"), col(asset.deleted_at).is_(None)
        )
    )
    named = {slug: {t.key for t in facts.tokens(text)} for slug, text in session.exec(query).all()}
    there = facts.by_keys(session, {key for keys in named.values() for key in keys})
    known = {key for key, fact in there.items() if fact.deleted_at is None}
    for slug, keys in sorted(named.items()):
        for key in sorted(keys - known):
            yield _("素材“%(slug)s”写着没有的事实 %(key)s。") % {"slug": slug, "key": key}


def _pages(session: Session) -> Iterator[str]:
    """A version that was read has as many pages as it says."""
    page, version = assets.Page, assets.Version
    query = (
        select(version.id, version.page_count, func.count(col(page.id)))
        .outerjoin(page, col(page.version_id) == col(version.id))
        .where(version.digest_state == "ready")
        .group_by(col(version.id), col(version.page_count))
        .having(func.count(col(page.id)) != version.page_count)
    )
    for version_id, said, there in session.exec(query).all():
        yield _("版本 %(id)s 记着 %(said)s 页，实有 %(there)s 页。") % {
            "id": version_id,
            "said": said,
            "there": there,
        }


# ---- blobs


def named_blobs(session: Session) -> dict[str, str]:
    """Every blob that a row names, with where it is named: all columns called …_sha, and the lists we know of."""
    named: dict[str, str] = {}
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith("_sha") and column.name not in NOT_BLOBS:
                where = f"{table.name}.{column.name}"
                found = select(column).where(column.is_not(None)).distinct()
                named |= {str(sha): where for sha in session.exec(found).all() if sha}
            elif column.name == "pictures":
                for listed in session.exec(select(column)).all():
                    named |= {str(sha): f"{table.name}.pictures" for sha in listed or ()}
    logo = taxonomy.company(session).logo
    return named | ({logo: "company.logo"} if logo else {})


def _missing(named: dict[str, str], blobs: LocalBlobs) -> Iterator[str]:
    for sha, where in sorted(named.items()):
        if not blobs.has(sha):
            yield _("文件不见了：%(sha)s（%(where)s）。") % {"sha": sha, "where": where}


def _sizes(session: Session, blobs: LocalBlobs) -> Iterator[str]:
    query = select(assets.Version.blob_sha, assets.Version.size).where(
        col(assets.Version.blob_sha).is_not(None)
    )
    for sha, size in session.exec(query).all():
        path = blobs.path(str(sha))
        if path.exists() and path.stat().st_size != size:
            yield _("文件 %(sha)s 应有 %(size)s 字节，实有 %(there)s。") % {
                "sha": sha,
                "size": size,
                "there": path.stat().st_size,
            }


def _altered(there: Iterable[str], blobs: LocalBlobs) -> Iterator[str]:
    for sha in sorted(there):
        if file_sum(blobs.path(sha)) != sha:
            yield _("文件 %(sha)s 的内容与名字不符。") % {"sha": sha}


# ---- readers


def _readers(database: Database) -> Iterator[str]:
    """Things whose readers are not those that the rules give: worked out anew and rolled back."""
    for thing, (model, kept, refresh) in READ.items():
        with database.read() as session:
            ids = [i for i in session.exec(select(model.id).order_by(model.id)).all() if i is not None]
        for start in range(0, len(ids), BATCH):
            for thing_id in _other_readers(database, model, kept, refresh, ids[start : start + BATCH]):
                yield _("%(thing)s %(id)s 的可见范围与规则不符。") % {"thing": thing, "id": thing_id}


def _other_readers(
    database: Database,
    model: type[Any],
    kept: tuple[str, ...],
    refresh: Callable[[Session, Any], None],
    ids: list[int],
) -> list[int]:
    with database.write() as session:
        before = [accounts.readers(session, name, ids) for name in kept]
        for thing_id in ids:
            row = session.get(model, thing_id)
            if row is not None:
                refresh(session, row)
        after = [accounts.readers(session, name, ids) for name in kept]
        session.rollback()
    return [i for i in ids if any(b.get(i) != a.get(i) for b, a in zip(before, after, strict=True))]


# ---- index


def _index(database: Database, engine: Engine, found: Checked) -> None:
    """The index holds exactly the documents of the rows. Others may be writing: what differs is looked at again."""
    health = engine.check()
    if not health.sound:
        found.faults.append(_("索引不完整：%(reason)s") % {"reason": health.reason or ""})
        return
    differing: list[str] = []
    for _try in range(TRIES):
        with database.read() as session:
            newest = outbox.newest(session)
            expected = {d.id: d for d in all_documents(session)}
        try:
            differing = list(_differing(engine, expected))
        except IndexUnavailable as error:
            differing = [error.message]
        if not differing and engine.checkpoint() >= newest:
            break
        if engine.checkpoint() < newest:
            apply_changes(database, engine)
    found.faults += _some(differing)
    found.documents = len(expected)


def _differing(engine: Engine, expected: dict[str, Document]) -> Iterator[str]:
    missing = 0
    for name, document in expected.items():
        there = engine.get(name, EVERYTHING)
        if there is None:
            missing += 1
            yield _("索引里没有 %(id)s。") % {"id": name}
        elif _shown(there) != _shown(document):
            yield _("索引里的 %(id)s 与记录不符。") % {"id": name}
    more = engine.count() - (len(expected) - missing)
    if more:
        yield n_("索引里多出 %(n)s 条。", more)


def _shown(document: Document) -> tuple[object, ...]:
    """What decides who finds a document, and what it opens."""
    return (document.title, document.type, tuple(sorted(document.readers)), dict(document.payload))
