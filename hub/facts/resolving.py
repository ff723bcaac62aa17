"""Texts with tokens, read with the values as they are now.

Inside the house an expired value still shows, and is marked. For use *outside* a text is sound only when every
token in it
is: known, within its last day, and not internal. A fact of a product that is not open to all is known to those
alone who may know of the product, and never outside.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from hub import accounts, taxonomy
from hub.base import clock
from hub.base.i18n import _
from hub.facts import rules
from hub.facts.models import Fact

OPEN, SHUT = "\ue000", "\ue001"  # stand around a number in `marked`; no keyboard types them
NOTHING = "—"


@dataclass(frozen=True)
class Shown:
    """A fact as a text shows it. `text` is value and unit; `late` when its last day has passed."""

    fact_id: int
    key: str
    name: str
    text: str
    value: str
    unit: str
    valid_until: date | None
    late: bool
    internal: bool
    source: str


@dataclass(frozen=True)
class Problem:
    """Why a token cannot stand as it is: unknown, misspelt, expired or internal; `said` is the sentence."""

    source: str
    key: str
    why: str
    said: str


@dataclass(frozen=True)
class Resolved:
    """A text with its values. `used`: each fact once. `marked` has a numbered mark for each token instead, and `spots`
    what each mark stands for, so that a page can dress them.
    """

    text: str
    used: tuple[Shown, ...] = ()
    problems: tuple[Problem, ...] = ()
    marked: str = ""
    spots: tuple[Shown | Problem, ...] = ()


class Book:
    """The facts that some texts name, as they are now, read in one question."""

    def __init__(self, found: Mapping[str, Shown], keys: Sequence[str], *, outside: bool) -> None:
        """`keys`: every key that may be offered instead of a misspelt one."""
        self._found, self._keys, self._outside = found, list(keys), outside

    def resolve(self, text: str) -> Resolved:
        """The text with its values."""
        bare = text.replace(OPEN, "").replace(SHUT, "") if OPEN in text or SHUT in text else text
        parts: list[str] = []
        marks: list[str] = []
        spots: list[Shown | Problem] = []
        at = 0
        for token in rules.tokens(bare):
            spot = self._spot(token)
            parts += [bare[at : token.start], self._said(token, spot)]
            marks += [bare[at : token.start], f"{OPEN}{len(spots)}{SHUT}"]
            spots.append(spot)
            at = token.end
        if not spots:
            return Resolved(bare, marked=bare)
        used = {s.key: s for s in spots if isinstance(s, Shown)}
        wrong = {s.source: s for s in self._wrong(spots)}
        return Resolved(
            "".join([*parts, bare[at:]]), tuple(used.values()), tuple(wrong.values()),
            "".join([*marks, bare[at:]]), tuple(spots),
        )  # fmt: skip

    def _spot(self, token: rules.Token) -> Shown | Problem:
        found = self._found.get(token.key) if token.spelled else None
        if found is not None:
            return found
        near = token.key if token.key in self._found else rules.nearest(token.key, self._keys)
        if not token.spelled and near == token.key:
            said = _("“%(token)s”写错了，要写成 %(right)s。") % {
                "token": token.source, "right": rules.token_of(near)
            }  # fmt: skip
            return Problem(token.source, token.key, "misspelt", said)
        said = _("没有“%(token)s”这条事实。") % {"token": token.source}
        if near:
            said += _("是不是要写 %(right)s？") % {"right": rules.token_of(near)}
        return Problem(token.source, token.key, "unknown", said)

    def _said(self, token: rules.Token, spot: Shown | Problem) -> str:
        if isinstance(spot, Shown):
            return spot.text if not (self._outside and (spot.late or spot.internal)) else NOTHING
        return NOTHING if self._outside else token.source

    @staticmethod
    def _wrong(spots: Iterable[Shown | Problem]) -> Iterable[Problem]:
        for spot in spots:
            if isinstance(spot, Problem):
                yield spot
            elif spot.late:
                said = _("“%(name)s”的值在 %(day)s 过期了，请负责人更新。") % {
                    "name": spot.name, "day": spot.valid_until
                }  # fmt: skip
                yield Problem(spot.key, spot.key, "expired", said)
            elif spot.internal:
                said = _("“%(name)s”仅内部可用，不能发给客户。") % {"name": spot.name}
                yield Problem(spot.key, spot.key, "internal", said)


def book(
    session: Session,
    texts: Iterable[str],
    *,
    language: str = "zh",
    by: accounts.Actor | None = None,
    outside: bool = False,
    at: datetime | None = None,
) -> Book:
    """The facts that these texts name. `by`: who reads; None knows what is open to all. No question when none
    is named.
    """
    named = [t for text in texts for t in rules.tokens(text)]
    if not named:
        return Book({}, [], outside=outside)
    rows = _known(session, by if not outside else None)
    wanted = {t.key for t in named}
    today = clock.today(at)
    found = {f.key: show(f, language, today) for f in rows if f.key in wanted}
    return Book(found, [f.key for f in rows], outside=outside)


def _known(session: Session, by: accounts.Actor | None) -> list[Fact]:
    hidden = closed_products(session, by)
    rows = session.exec(select(Fact).where(col(Fact.deleted_at).is_(None)).order_by(Fact.key)).all()
    return [f for f in rows if f.product not in hidden]


def closed_products(session: Session, by: accounts.Actor | None) -> frozenset[str]:
    """Keys of the products whose facts are not for this reader; None: for everybody."""
    if by is not None:
        return taxonomy.hidden_products(session, by)
    return frozenset(p.key for p in taxonomy.words(session).products.values() if p.restricted)


def show(fact: Fact, language: str, today: date) -> Shown:
    """The fact as a text in this language shows it."""
    english = language == "en"
    value = (fact.value_en if english else "") or fact.value
    unit = (fact.unit_en if english else "") or fact.unit
    return Shown(
        fact_id=fact.id or 0,
        key=fact.key,
        name=(fact.name_en if english else "") or fact.name,
        text=rules.shown(value, unit),
        value=fact.value,
        unit=fact.unit,
        valid_until=fact.valid_until,
        late=is_late(fact, today),
        internal=fact.audience == "internal",
        source=fact.source,
    )


def is_late(fact: Fact, today: date) -> bool:
    return fact.valid_until is not None and fact.valid_until < today


def resolve(
    session: Session,
    text: str,
    *,
    language: str = "zh",
    by: accounts.Actor | None = None,
    outside: bool = False,
    at: datetime | None = None,
) -> Resolved:
    """One text with its values. Whoever sends it out asks with `outside` and stops at the first of `problems`."""
    return book(session, [text], language=language, by=by, outside=outside, at=at).resolve(text)


def for_decks(session: Session, language: str, *, at: datetime | None = None) -> dict[str, str]:
    """What deck templates may say, by key: all that may go outside now."""
    today = clock.today(at)
    found = [show(f, language, today) for f in _known(session, None)]
    return {s.key: s.text for s in found if not (s.late or s.internal)}
