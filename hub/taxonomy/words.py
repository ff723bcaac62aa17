"""The taxonomy in memory, as every page needs it; the company; and the settings of the house.

`Words` holds the whole taxonomy for one request: it is small (hundreds of rows).
"""

import secrets
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, activity
from hub.base import jobs, stamps
from hub.base.errors import NotFound
from hub.base.i18n import _, current
from hub.taxonomy.models import FACETS, Product, ProductType, Setting, Term, Tier


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
    _match: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # word -> facet -> key
    adds: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Per industry, the slots that it adds to a kit."""
    _ordered: dict[str, tuple[Word, ...]] = field(default_factory=dict, compare=False, repr=False)
    _narrowed: dict[frozenset[str], "Words"] = field(default_factory=dict, compare=False, repr=False)

    def label(self, facet: str, key: str) -> str:
        """The name of a value in the reader's language; the key itself where the value is unknown."""
        word = self.by_facet.get(facet, {}).get(key)
        return word.label if word else key

    def options(self, facet: str) -> list[Word]:
        """The values of a facet in order, children after their parent."""
        if facet not in self._ordered:
            values = list(self.by_facet.get(facet, {}).values())
            roots = [w for w in values if not w.parent]
            self._ordered[facet] = tuple(x for root in roots for x in self._with_children(root, values))
        return list(self._ordered[facet])

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

    def without(self, hidden: frozenset[str]) -> "Words":
        """The taxonomy for those who may not know of these products; made once for all of them."""
        if hidden not in self._narrowed:
            of_products = {k: w for k, w in self.by_facet["product"].items() if k not in hidden}
            by_facet = {**self.by_facet, "product": of_products}
            products = {k: p for k, p in self.products.items() if k not in hidden}
            self._narrowed[hidden] = Words(
                products, self.tiers, self.types, by_facet, _index(by_facet), self.adds
            )
        return self._narrowed[hidden]

    def match(self, text: str, facets: Iterable[str] = FACETS) -> tuple[str, str] | None:
        """(facet, key) for a key, name or alias in either language, ignoring case; None when nothing matches."""
        wanted, allowed = text.strip().casefold(), set(facets)
        said = self._match.get(wanted, {})
        keyed = next((f for f in FACETS if f in allowed and wanted in self.by_facet.get(f, {})), None)
        if keyed:
            return keyed, wanted
        return next(((f, said[f]) for f in FACETS if f in allowed and f in said), None)

    @cached_property
    def synonyms(self) -> Mapping[str, tuple[str, ...]]:
        """Per name or alias, the other ways to say it. Always the same object: others keep what they make of it."""
        said: dict[str, tuple[str, ...]] = {}
        for values in self.by_facet.values():
            for word in values.values():
                ways = tuple(dict.fromkeys(w for w in (word.name, word.name_en, *word.aliases) if w))
                for way in ways:
                    said[way] = tuple(w for w in ways if w != way)
        return MappingProxyType(said)

    def dictionary(self) -> list[str]:
        """Every name and alias: the words that Chinese segmentation must keep whole."""
        return sorted({w for ways in self.synonyms.items() for w in (ways[0], *ways[1])})


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


_SETTINGS = select(Setting.key, Setting.value)


def _settings(session: Session) -> dict[str, dict[str, Any]]:
    """All settings of the house, read once a session."""
    known: dict[str, dict[str, Any]] | None = session.info.get("settings")
    if known is None:
        known = stamps.kept(session, ("setting",), "settings", lambda: _read_settings(session))
        session.info["settings"] = known
    return known


def _read_settings(session: Session) -> dict[str, dict[str, Any]]:
    return {key: dict(value) for key, value in session.execute(_SETTINGS)}


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
    adds: dict[str, Sequence[Mapping[str, Any]]] = {}
    for term in session.exec(select(Term).order_by(col(Term.position), col(Term.id))):
        by_facet[term.facet][term.key] = _word(term.facet, term, parent=term.parent)
        if term.facet == "industry" and term.adds:
            adds[term.key] = tuple(term.adds)
    for row in (*products.values(), *tiers.values(), *types.values()):
        session.expunge(row)  # they outlive the session and are never changed through it
    return Words(products, tiers, types, by_facet, _index(by_facet), adds)


def _word(facet: str, row: Tier | Product | Term, parent: str | None = None) -> Word:
    return Word(facet, row.key, row.name, row.name_en, tuple(row.aliases), parent, row.position)


def _index(by_facet: Mapping[str, Mapping[str, Word]]) -> dict[str, dict[str, str]]:
    index: dict[str, dict[str, str]] = {}
    for facet in FACETS:
        for word in by_facet[facet].values():
            for way in (word.name, word.name_en, *word.aliases):
                if way.strip():
                    index.setdefault(way.strip().casefold(), {}).setdefault(facet, word.key)
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


def product_restrictions(session: Session, keys: Iterable[str]) -> list[frozenset[str]]:
    """For each restricted product among `keys`, who it is open to."""
    rows = session.exec(select(Product).where(col(Product.key).in_(list(keys)), Product.restricted)).all()
    open_to = accounts.restrictions(session, "product", [p.id for p in rows if p.id is not None])
    return [open_to.get(p.id or 0, frozenset()) for p in rows]


def may_know(session: Session, product: Product, by: accounts.Actor) -> bool:
    """True when this actor may know of the product: it is open to all, opened to them, theirs or theirs to approve."""
    if not product.restricted or by.is_admin or by.id in {product.owner_id, product.expert_id}:
        return True
    open_to = accounts.restriction(session, "product", product.id or 0)
    return bool(open_to & by.tokens) or product.key in by.approves


def hidden_products(session: Session, by: accounts.Actor) -> frozenset[str]:
    """Keys of the products this actor may not know of: lists and forms leave them out."""
    restricted = [] if by.is_admin else [p for p in words(session).products.values() if p.restricted]
    if not restricted:
        return frozenset()
    ids = [p.id for p in restricted if p.id is not None]
    open_to = stamps.kept(
        session,
        (stamps.OTHER,),
        ("products open to", tuple(ids)),
        lambda: accounts.restrictions(session, "product", ids),
    )
    return frozenset(
        p.key
        for p in restricted
        if by.id not in {p.owner_id, p.expert_id}
        and p.key not in by.approves
        and not open_to.get(p.id or 0, frozenset()) & by.tokens
    )


def words_for(session: Session, by: accounts.Actor) -> Words:
    """The taxonomy as this actor may know it: without the products hidden from them, names and aliases included."""
    hidden = hidden_products(session, by)
    if not hidden:
        return words(session)
    return words(session).without(hidden)
