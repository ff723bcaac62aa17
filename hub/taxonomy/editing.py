"""Changes to the trees of terms, and what is the same for every facet: aliases, order, removal."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, activity
from hub.base import jobs, keys
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import _
from hub.taxonomy.models import KEY_LENGTH, TERM_FACETS, Product, ProductType, Term, Tier
from hub.taxonomy.words import Words, changed, words

LONGEST_NAME = 80
MOST_ALIASES = 50
Value = Tier | Product | ProductType | Term


def save_term(
    session: Session,
    facet: str,
    key: str,
    *,
    name: str,
    name_en: str = "",
    aliases: Iterable[str] = (),
    parent: str | None = None,
    expert_id: int | None = None,
    by: accounts.Actor,
) -> Term:
    """Add a term or change it; Conflict when one of its names already means another term of the facet. An empty key is
    made from the name. `expert_id` None leaves the expert as it is, 0 names nobody.
    """
    by.must("taxonomy.edit")
    if facet not in TERM_FACETS:
        raise HubError(_("没有“%(facet)s”这种分类。") % {"facet": facet})
    known = words(session)
    key = key or keys.suggest(name, name_en, taken=spoken(known, facet))
    said, said_en, ways = good_names(name, name_en, aliases)
    fresh = () if key in known.by_facet[facet] else (good_key(key),)
    refuse_clash(known, facet, key, (said, said_en, *ways, *fresh))
    _refuse_cycle(known, facet, key, parent)
    term = put_term(
        session, facet, key, (said, said_en, ways, parent or None), position=len(known.by_facet[facet])
    )
    if expert_id is not None:
        term.expert_id = expert_id or None
    session.flush()
    changed(session)
    activity.record(session, "save", "term", term.id, by=by.id, facet=facet, key=key)
    return term


def put_term(
    session: Session,
    facet: str,
    key: str,
    said: tuple[str, str, tuple[str, ...], str | None],
    *,
    position: int,
) -> Term:
    """Write (name, name_en, aliases, parent), which the caller has checked; a new term comes at `position`."""
    term = session.exec(select(Term).where(Term.facet == facet, Term.key == key)).first()
    moved = term is not None and term.parent != said[3]
    term = term or Term(facet=facet, key=good_key(key), name=said[0], position=position)
    term.name, term.name_en, term.aliases, term.parent = said[0], said[1], list(said[2]), said[3]
    session.add(term)
    if moved:  # what carries it stands under other ancestors now
        follow(session, facet, key)
    return term


def follow(session: Session, facet: str, key: str) -> None:
    """Ask for everything that carries the value to be worked out anew: readers and search."""
    jobs.later(session, "value.changed", key=f"{facet}:{key}", facet=facet, value=key)


def set_term_adds(
    session: Session, facet: str, key: str, slots: Iterable[Mapping[str, Any]], *, by: accounts.Actor
) -> None:
    """Set the slots that an industry adds to its kits; `slots` are good ones (see `good_slots`)."""
    by.must("taxonomy.edit")
    term = _row(session, facet, key)
    if not isinstance(term, Term):
        raise HubError(_("没有“%(facet)s”这种分类。") % {"facet": facet})
    term.adds = [dict(s) for s in slots]
    session.add(term)
    session.flush()
    changed(session)


def good_names(name: str, name_en: str, aliases: Iterable[str]) -> tuple[str, str, tuple[str, ...]]:
    """The names without needless spaces, each alias once; HubError when the name is missing or one is too long."""
    said, said_en = " ".join(name.split()), " ".join(name_en.split())
    ways = tuple(dict.fromkeys(w for w in (" ".join(a.split()) for a in aliases) if w))
    if not said:
        raise HubError(_("请填写名称。"))
    if max(len(w) for w in (said, said_en, *ways)) > LONGEST_NAME or len(ways) > MOST_ALIASES:
        raise HubError(
            _("名称和叫法最多 %(n)s 个字，叫法最多 %(most)s 个。") % {"n": LONGEST_NAME, "most": MOST_ALIASES}
        )
    return said, said_en, tuple(w for w in ways if w not in (said, said_en))


def good_key(key: str) -> str:
    """The key, checked: lower-case letters, digits, hyphen and underscore."""
    cleaned = key.strip().lower()
    sound = all(c.isascii() and (c.isalnum() or c in "-_") for c in cleaned)
    if not cleaned or len(cleaned) > KEY_LENGTH or not sound:
        raise HubError(_("代号只能用小写字母、数字和连字符，最多 60 个。"))
    return cleaned


def spoken(known: Words, facet: str) -> set[str]:
    """Every key, name and alias of the facet, in lower case: what a new key must keep clear of."""
    values = known.by_facet.get(facet, {}).values()
    return {w.casefold() for v in values for w in (v.key, v.name, v.name_en, *v.aliases)}


def refuse_clash(known: Words, facet: str, key: str, ways: Iterable[str]) -> None:
    """Conflict when one of these names already means another value of the facet."""
    for way in ways:
        found = known.match(way, [facet]) if way else None
        if found and found != (facet, key):
            raise Conflict(
                _("“%(word)s” 已经是“%(term)s”的叫法。请换一个，或去改那一条。")
                % {"word": way, "term": known.label(*found)}
            )


def _refuse_cycle(known: Words, facet: str, key: str, parent: str | None) -> None:
    if parent and parent not in known.by_facet[facet]:
        raise NotFound(_("没有这个上级分类。"))
    if parent and key in known.above(facet, parent):
        raise HubError(_("上级不能是自己或自己的下级。"))


def _row(session: Session, facet: str, key: str) -> Value:
    """The row of a value; facet may be any tree, "product", "tier" or "type". NotFound when there is none."""
    tables: dict[str, Any] = {"product": Product, "tier": Tier, "type": ProductType}
    if facet in TERM_FACETS:
        found = session.exec(select(Term).where(Term.facet == facet, Term.key == key)).first()
    elif facet in tables:
        found = session.exec(select(tables[facet]).where(tables[facet].key == key)).first()
    else:
        found = None
    if found is None:
        raise NotFound(_("没有这一项。可能刚被删掉了，请刷新页面。"))
    value: Value = found
    return value


def term(session: Session, facet: str, key: str) -> Term:
    """The term; NotFound when there is none."""
    row = _row(session, facet, key)
    if not isinstance(row, Term):
        raise NotFound(_("没有这一项。可能刚被删掉了，请刷新页面。"))
    return row


def add_alias(session: Session, facet: str, key: str, word: str, *, by: accounts.Actor) -> None:
    """Let `word` mean this value too; nothing changes where it already does."""
    by.must("taxonomy.edit")
    known = words(session)
    if known.match(word, [facet]) == (facet, key):
        return
    refuse_clash(known, facet, key, [word])
    row = _row(session, facet, key)
    if isinstance(row, ProductType):
        raise HubError(_("产品类型没有别的叫法。"))
    row.aliases = list(good_names(row.name, row.name_en, [*row.aliases, word])[2])
    session.add(row)
    session.flush()
    changed(session)
    activity.record(session, "add_alias", facet, row.id, by=by.id, word=word)


def move(session: Session, facet: str, key: str, *, up: bool, by: accounts.Actor) -> None:
    """Change places with the neighbour above (or below) under the same parent; at the end nothing moves."""
    by.must("taxonomy.edit")
    rows = _siblings(session, facet, _row(session, facet, key))
    at = next(n for n, r in enumerate(rows) if r.key == key)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return
    places = sorted({r.position for r in rows})
    if len(places) < len(rows):  # loaded or made with the same number: count anew
        places = list(range(len(rows)))
    rows[at], rows[to] = rows[to], rows[at]
    for row, place in zip(rows, places, strict=True):
        row.position = place
        session.add(row)
    session.flush()
    changed(session)


def _siblings(session: Session, facet: str, row: Value) -> list[Any]:
    if isinstance(row, Term):
        query = select(Term).where(Term.facet == facet, col(Term.parent) == row.parent)
        if row.parent is None:
            query = select(Term).where(Term.facet == facet, col(Term.parent).is_(None))
        return list(session.exec(query.order_by(col(Term.position), col(Term.id))).all())
    if isinstance(row, ProductType):
        raise HubError(_("产品类型按加入的先后排列。"))
    model: Any = type(row)
    return list(session.exec(select(model).order_by(col(model.position), col(model.id))).all())


def remove(session: Session, facet: str, key: str, *, by: accounts.Actor) -> None:
    """Take a value out. The caller has checked that nothing carries it (`library.remove_value` does)."""
    by.must("taxonomy.edit")
    row = _row(session, facet, key)
    if isinstance(row, Product):
        accounts.restrict(session, "product", row.id or 0)
    session.delete(row)
    session.flush()
    changed(session)
    activity.record(session, "remove", facet, row.id, by=by.id, key=key, name=row.name)
