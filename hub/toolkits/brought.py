"""What the rules of kits bring, kept as rows, so that a page need not look at the whole library.

Two moments write them: a kit's rules change (`gather`, in the same transaction), or assets change (`follow`, a job that
reads the outbox). Rights play no part here: whoever reads a kit sees of these rows what is open to them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, delete
from sqlmodel import Session, col, select

from hub import accounts, assets, taxonomy
from hub.base import outbox
from hub.taxonomy import Words
from hub.toolkits import rules
from hub.toolkits.models import Toolkit, ToolkitBrought, ToolkitPin
from hub.toolkits.rules import Candidate, Rule

MOST_BROUGHT = 2000
"""Rows kept for one rule: four times the members a kit can have, for readers from whom many are hidden."""

BATCH = 500
FOLLOWER = "toolkits"
Kit = tuple[int | None, list[dict[str, Any]]]


def gather(session: Session, kit: Toolkit) -> None:
    """Work out what each rule of the kit brings, newest first where a rule brings more than is kept."""
    session.exec(delete(ToolkitBrought).where(col(ToolkitBrought.toolkit_id) == kit.id))
    for number, rule in enumerate(kit.rules):
        _gather(session, kit.id or 0, number, rule)
    session.flush()


def _gather(session: Session, kit: int, number: int, rule: Rule) -> None:
    found = assets.ids_matching(
        session,
        accounts.SYSTEM,
        kinds=rule.get("kind", ()),
        tagged=_asked(rule, taxonomy.words(session)),
        limit=most_kept(rule),
    )
    session.add_all(ToolkitBrought(toolkit_id=kit, rule=number, asset_id=i) for i in found)


def most_kept(rule: Rule) -> int:
    """How many rows a rule keeps: of "newest n" four times as many, for a reader from whom some are hidden."""
    newest = int(rule.get("newest") or 0)
    return min(MOST_BROUGHT, 4 * newest + 20) if newest else MOST_BROUGHT


def _asked(rule: Rule, words: Words) -> list[tuple[str, Sequence[str]]]:
    """What the rule names, as (facet, one of these keys)."""
    terms = [(f, sorted(words.below(f, rule[f]))) for f in rules.NAMED if rule.get(f)]
    return [*terms, *(("tag", [tag]) for tag in rule.get("tags", ()))]


def follow(session: Session) -> list[int] | None:
    """Take in what changed among assets since the last time, at most BATCH entries of the outbox; returns the ids of
    these assets, None when there was nothing to read.
    """
    entries = outbox.since(session, outbox.read_up_to(session, FOLLOWER), limit=BATCH)
    if not entries:
        return None
    changed = sorted({e.thing_id for e in entries if e.thing == "asset"})
    _replace(session, changed)
    outbox.mark_read(session, FOLLOWER, entries[-1].id or 0)
    return changed


def _replace(session: Session, ids: Sequence[int]) -> None:
    if not ids:
        return
    words = taxonomy.words(session)
    kits: list[Kit] = [(i, list(drawn)) for i, drawn in session.exec(select(Toolkit.id, Toolkit.rules))]
    candidates = _candidates(session, ids)
    wanted = {
        (kit or 0, number, c.id)
        for kit, drawn in kits
        for number, rule in enumerate(drawn)
        for c in candidates
        if rules.meets(rule, c, words)
    }
    query = select(ToolkitBrought.toolkit_id, ToolkitBrought.rule, ToolkitBrought.asset_id)
    rows = {tuple(row) for row in session.exec(query.where(col(ToolkitBrought.asset_id).in_(ids)))}
    cut = _gather_cut(session, kits, {(kit, number) for kit, number, _asset in rows ^ wanted})
    for kit, number, asset in rows - wanted:
        if (kit, number) not in cut:
            session.exec(
                delete(ToolkitBrought).where(_is(kit, number), col(ToolkitBrought.asset_id) == asset)
            )
    session.add_all(
        ToolkitBrought(toolkit_id=kit, rule=number, asset_id=asset)
        for kit, number, asset in sorted(wanted - rows)
        if (kit, number) not in cut
    )
    session.flush()


def _gather_cut(session: Session, kits: Sequence[Kit], touched: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Rules that keep only the newest are worked out anew where anything about them changed; gives back which."""
    cut = {
        (kit, number): rule
        for kit, drawn in kits
        for number, rule in enumerate(drawn)
        if kit is not None and (kit, number) in touched and rule.get("newest")
    }
    for (kit, number), rule in cut.items():
        session.exec(delete(ToolkitBrought).where(_is(kit, number)))
        _gather(session, kit, number, rule)
    return set(cut)


def _is(kit: int, number: int) -> ColumnElement[bool]:
    return and_(col(ToolkitBrought.toolkit_id) == kit, col(ToolkitBrought.rule) == number)


def held_by(session: Session, asset_id: int) -> list[Toolkit]:
    """Published kits in which the asset stands, or stood until it went off offer: the rows of a rule are gone by the
    time somebody asks, so the rules are read again. Whoever looks; of "newest n" rules some may be named too many.
    """
    asset = session.get(assets.Asset, asset_id)
    if asset is None:
        return []
    words, tags = taxonomy.words(session), assets.tags(session, [asset_id]).get(asset_id, {})
    meant = Candidate(asset_id, asset.kind, tags)
    pins = {p.toolkit_id: p for p in session.exec(select(ToolkitPin).where(ToolkitPin.asset_id == asset_id))}
    query = select(Toolkit).where(Toolkit.state == "published", col(Toolkit.deleted_at).is_(None))
    return [
        kit
        for kit in session.exec(query.order_by(col(Toolkit.id)))
        if (
            not pins[kit.id or 0].excluded
            if kit.id in pins
            else any(rules.meets(r, meant, words) for r in kit.rules)
        )
    ]


def _candidates(session: Session, ids: Sequence[int]) -> list[Candidate]:
    """Those of these assets that are on offer, with their tags."""
    query = select(assets.Asset.id, assets.Asset.kind).where(
        col(assets.Asset.id).in_(ids),
        col(assets.Asset.deleted_at).is_(None),
        col(assets.Asset.on_offer_id).is_not(None),
    )
    tags: Mapping[int, rules.Tags] = assets.tags(session, ids)
    return [Candidate(i, kind, tags.get(i, {})) for i, kind in session.exec(query) if i is not None]
