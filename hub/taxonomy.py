"""Taxonomy: the words the house sorts by. Products, tiers, product types, and trees of terms, with aliases.

A *facet* is a way to sort: product, tier, industry, scenario, function, stage, tag. A *key* is the short ASCII name
of a value, stable for ever; names and aliases may change. `Words` holds all of it in memory for one request: it is
small (hundreds of rows), and every page needs it.
"""

import secrets
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from hub import accounts, activity
from hub.base import clock, jobs
from hub.base.db import Json, UtcDateTime
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import _, current

KEY_LENGTH = 60
TERM_FACETS = ("industry", "scenario", "function", "stage")
FACETS = ("tier", "product", *TERM_FACETS, "tag")

# Kinds of material, in the order in which a kit shows them: the body first, then what stands around it.
KINDS = (
    "product_intro",
    "solution",
    "case_study",
    "faq",
    "talk_track",
    "battlecard",
    "whitepaper",
    "one_pager",
    "security_doc",
    "bid_response",
    "pricing",
    "demo_account",
    "training",
    "event_material",
    "brand",
    "video",
)


class Tier(SQLModel, table=True):
    """How a product sells. `blueprint` is a list of slots {kind, min, max_age_days?}: what a kit of it must hold."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=80)
    name_en: str = Field(default="", max_length=80)
    aliases: list[str] = Field(default_factory=list, sa_type=Json)
    price_from: int | None = None  # CNY, inclusive
    price_below: int | None = None  # CNY, exclusive
    cycle_days: int | None = None
    blueprint: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    position: int = 0


class ProductType(SQLModel, table=True):
    """A type of product and the slots {kind, min, max_age_days?} it adds to a kit."""

    __tablename__ = "product_type"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=80)
    name_en: str = Field(default="", max_length=80)
    adds: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)


class Product(SQLModel, table=True):
    """What is sold. A restricted product restricts everything tagged with it."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=80)
    name_en: str = Field(default="", max_length=80)
    aliases: list[str] = Field(default_factory=list, sa_type=Json)
    tier: str = Field(max_length=60)
    type: str = Field(default="general", max_length=60)
    price: str = Field(default="", max_length=120)
    summary: str = ""
    summary_en: str = ""
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    expert_id: int | None = Field(default=None, foreign_key="person.id")
    restricted: bool = False
    position: int = 0
    demo: bool = False


class Term(SQLModel, table=True):
    """A value of a tree facet: industry, scenario, job function or sales stage."""

    __table_args__ = (UniqueConstraint("facet", "key"), Index("ix_term_facet_position", "facet", "position"))
    id: int | None = Field(default=None, primary_key=True)
    facet: str = Field(max_length=20)
    key: str = Field(max_length=60)
    name: str = Field(max_length=80)
    name_en: str = Field(default="", max_length=80)
    aliases: list[str] = Field(default_factory=list, sa_type=Json)
    parent: str | None = Field(default=None, max_length=60)
    expert_id: int | None = Field(default=None, foreign_key="person.id")
    adds: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=Json
    )  # industries: slots they add to a kit
    position: int = 0
    demo: bool = False


class TermProposal(SQLModel, table=True):
    """A tag met at import that matches no term: kept on the asset, shown to whoever keeps the taxonomy."""

    __tablename__ = "term_proposal"
    id: int | None = Field(default=None, primary_key=True)
    word: str = Field(unique=True, max_length=120)
    uses: int = 1
    state: str = Field(default="open", max_length=10)  # open, accepted, dismissed
    created_at: datetime = Field(sa_type=UtcDateTime)


class Setting(SQLModel, table=True):
    """What the house is called and how it looks: company, logo, colours, first-day state."""

    key: str = Field(primary_key=True, max_length=60)
    value: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


@dataclass(frozen=True)
class Company:
    """The company whose hub this is. `primary` is a CSS hex colour, `logo` a blob's sha256 or empty."""

    name: str = ""
    name_en: str = ""
    short: str = ""
    primary: str = "#066fd1"
    logo: str = ""
    site: str = ""

    def title(self) -> str:
        return (self.name_en if current() == "en" else self.name) or self.name or self.name_en


@dataclass(frozen=True)
class Word:
    """One value of one facet, as lists and forms need it."""

    facet: str
    key: str
    name: str
    name_en: str
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    position: int = 0

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return (self.name_en or self.name) if current() == "en" else self.name


@dataclass(frozen=True)
class Words:
    """The whole taxonomy, in memory."""

    products: Mapping[str, Product]
    tiers: Mapping[str, Tier]
    types: Mapping[str, ProductType]
    by_facet: Mapping[str, Mapping[str, Word]]
    _match: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def label(self, facet: str, key: str) -> str:
        """The name of a value in the reader's language; the key itself where the value is unknown."""
        word = self.by_facet.get(facet, {}).get(key)
        return word.label if word else key

    def options(self, facet: str) -> list[Word]:
        """The values of a facet in order, children after their parent."""
        values = list(self.by_facet.get(facet, {}).values())
        roots = [w for w in values if not w.parent]
        return [x for root in roots for x in self._with_children(root, values)]

    def _with_children(self, word: Word, values: list[Word]) -> list[Word]:
        below = [
            x for child in values if child.parent == word.key for x in self._with_children(child, values)
        ]
        return [word, *below]

    def below(self, facet: str, key: str) -> set[str]:
        """The key and every key under it in the tree."""
        values = list(self.by_facet.get(facet, {}).values())
        word = self.by_facet.get(facet, {}).get(key)
        return {w.key for w in self._with_children(word, values)} if word else {key}

    def above(self, facet: str, key: str) -> list[str]:
        """The key and its ancestors, nearest first."""
        chain, values = [], self.by_facet.get(facet, {})
        while key in values and key not in chain:
            chain.append(key)
            key = values[key].parent or ""
        return chain

    def match(self, text: str, facets: Iterable[str] = FACETS) -> tuple[str, str] | None:
        """(facet, key) for a key, name or alias in either language, ignoring case; None when nothing matches."""
        allowed = set(facets)
        wanted = text.strip().casefold()
        for facet in allowed:
            if wanted in self.by_facet.get(facet, {}):
                return facet, wanted
        found = self._match.get(wanted)
        return found if found and found[0] in allowed else None

    def synonyms(self) -> dict[str, tuple[str, ...]]:
        """Per name or alias, the other ways to say it."""
        said: dict[str, tuple[str, ...]] = {}
        for values in self.by_facet.values():
            for word in values.values():
                ways = tuple(dict.fromkeys(w for w in (word.name, word.name_en, *word.aliases) if w))
                for way in ways:
                    said[way] = tuple(w for w in ways if w != way)
        return said

    def dictionary(self) -> list[str]:
        """Every name and alias: the words that Chinese segmentation must keep whole."""
        return sorted({w for ways in self.synonyms().items() for w in (ways[0], *ways[1])})


_kept: dict[str, tuple[str, Words]] = {}
_keeping = threading.Lock()


def words(session: Session) -> Words:
    """The taxonomy. It is read anew only when it has changed: one query otherwise, shared with `company`."""
    database = str(session.get_bind().url)  # type: ignore[union-attr]
    stamp = str(_settings(session).get("taxonomy", {}).get("stamp", ""))
    with _keeping:
        kept = _kept.get(database)
    if kept and kept[0] == stamp and stamp:
        return kept[1]
    found = _read_words(session)
    if stamp:
        with _keeping:
            _kept[database] = (stamp, found)
    return found


def changed(session: Session) -> None:
    """The taxonomy changed: every process reads it anew, and the index is built with the new words."""
    save_setting(session, "taxonomy", {"stamp": secrets.token_hex(8)})
    jobs.later(session, "index.words", key="index", priority=4)


def _settings(session: Session) -> dict[str, dict[str, Any]]:
    """All settings of the house, read once a session."""
    known: dict[str, dict[str, Any]] | None = session.info.get("settings")
    if known is None:
        known = {row.key: dict(row.value) for row in session.exec(select(Setting))}
        session.info["settings"] = known
    return known


def _read_words(session: Session) -> Words:
    """Four small queries."""
    products = {
        p.key: p for p in session.exec(select(Product).order_by(col(Product.position), col(Product.id)))
    }
    tiers = {t.key: t for t in session.exec(select(Tier).order_by(col(Tier.position), col(Tier.id)))}
    types = {t.key: t for t in session.exec(select(ProductType).order_by(col(ProductType.id)))}
    by_facet: dict[str, dict[str, Word]] = {f: {} for f in FACETS}
    for tier in tiers.values():
        by_facet["tier"][tier.key] = _word("tier", tier)
    for product in products.values():
        by_facet["product"][product.key] = _word("product", product)
    for term in session.exec(select(Term).order_by(col(Term.position), col(Term.id))):
        by_facet[term.facet][term.key] = _word(term.facet, term, parent=term.parent)
    for row in (*products.values(), *tiers.values(), *types.values()):
        session.expunge(row)  # they outlive the session and are never changed through it
    return Words(products, tiers, types, by_facet, _index(by_facet))


def _word(facet: str, row: Tier | Product | Term, parent: str | None = None) -> Word:
    return Word(facet, row.key, row.name, row.name_en, tuple(row.aliases), parent, row.position)


def _index(by_facet: Mapping[str, Mapping[str, Word]]) -> dict[str, tuple[str, str]]:
    index: dict[str, tuple[str, str]] = {}
    for facet in FACETS:
        for word in by_facet[facet].values():
            for way in (word.name, word.name_en, *word.aliases):
                if way:
                    index.setdefault(way.strip().casefold(), (facet, word.key))
    return index


def company(session: Session) -> Company:
    """The company, or an unnamed one on an empty hub."""
    said = _settings(session).get("company", {})
    return Company(**{k: v for k, v in said.items() if k in Company.__dataclass_fields__})


def set_company(session: Session, value: Company, *, by: accounts.Actor) -> None:
    by.must("hub.manage")
    save_setting(session, "company", dict(value.__dict__))
    activity.record(session, "set_company", "hub", None, by=by.id)


def setting(session: Session, key: str) -> dict[str, Any]:
    return dict(_settings(session).get(key, {}))


def save_setting(session: Session, key: str, value: dict[str, Any]) -> None:
    row = session.get(Setting, key) or Setting(key=key)
    row.value = value
    session.add(row)
    session.flush()
    session.info.pop("settings", None)


def product(session: Session, key: str) -> Product:
    found = session.exec(select(Product).where(Product.key == key)).first()
    if found is None:
        raise NotFound(_("没有这个产品。"))
    return found


def save_term(
    session: Session,
    facet: str,
    key: str,
    *,
    name: str,
    name_en: str = "",
    aliases: Iterable[str] = (),
    parent: str | None = None,
    by: accounts.Actor,
) -> Term:
    """Add a term or change it; Conflict when one of its names already means another term of the facet."""
    by.must("taxonomy.edit")
    if facet not in TERM_FACETS:
        raise HubError(_("没有“%(facet)s”这种分类。") % {"facet": facet})
    if not name.strip():
        raise HubError(_("请填写名称。"))
    ways = tuple(dict.fromkeys(a.strip() for a in aliases if a.strip()))
    now_known = words(session)
    _refuse_clash(now_known, facet, key, (name, name_en, *ways))
    _refuse_cycle(now_known, facet, key, parent)
    term = session.exec(select(Term).where(Term.facet == facet, Term.key == key)).first()
    term = term or Term(facet=facet, key=_good_key(key), name=name, position=len(now_known.by_facet[facet]))
    term.name, term.name_en, term.aliases, term.parent = (
        name.strip(),
        name_en.strip(),
        list(ways),
        parent or None,
    )
    session.add(term)
    session.flush()
    changed(session)
    activity.record(session, "save", "term", term.id, by=by.id, facet=facet, key=key)
    return term


def _good_key(key: str) -> str:
    cleaned = key.strip().lower()
    if (
        not cleaned
        or len(cleaned) > KEY_LENGTH
        or not all(c.isascii() and (c.isalnum() or c in "-_") for c in cleaned)
    ):
        raise HubError(_("代号只能用小写字母、数字和连字符，最多 60 个。"))
    return cleaned


def _refuse_clash(known: Words, facet: str, key: str, ways: Iterable[str]) -> None:
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


def propose(session: Session, word: str) -> None:
    """Note a tag that matched no term."""
    row = session.exec(select(TermProposal).where(TermProposal.word == word[:120])).first()
    if row is None:
        session.add(TermProposal(word=word[:120], created_at=clock.now()))
    else:
        row.uses += 1
        session.add(row)
    session.flush()


def proposals(session: Session) -> list[TermProposal]:
    """Open proposals, the most used first."""
    query = select(TermProposal).where(TermProposal.state == "open").order_by(col(TermProposal.uses).desc())
    return list(session.exec(query).all())


def product_restrictions(session: Session, keys: Iterable[str]) -> list[frozenset[str]]:
    """For each restricted product among `keys`, who it is open to."""
    rows = session.exec(select(Product).where(col(Product.key).in_(list(keys)), Product.restricted)).all()
    open_to = accounts.restrictions(session, "product", [p.id for p in rows if p.id is not None])
    return [open_to.get(p.id or 0, frozenset()) for p in rows]
