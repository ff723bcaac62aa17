"""What else for outside names a case's customer, beside its consent."""

from dataclasses import dataclass

from hub import accounts, assets, consents, upkeep
from hub.base.i18n import _
from hub.request import SessionDep

SHOWN = 30  # REST has all of them


@dataclass(frozen=True)
class NamedRow:
    """A text, a slide or a link that names the customer. `where` says which, `said` what stands around the name."""

    title: str
    url: str
    icon: str
    where: str
    said: str
    owner: str


@dataclass(frozen=True)
class Named:
    """The first rows, and how many more there are."""

    rows: tuple[NamedRow, ...]
    more: int


def named_of(
    session: SessionDep, case: assets.Asset, row: consents.Row, person: accounts.Actor
) -> Named | None:
    """None while the customer allows the name, or may not be known of."""
    if not (row.customer and upkeep.is_asked(row)):
        return None
    found = upkeep.naming(session, case, person)
    return Named(tuple(_row(n) for n in found[:SHOWN]), max(0, len(found) - SHOWN))


def _row(found: upkeep.Naming) -> NamedRow:
    if found.thing == "link":
        where, icon = _("给客户的链接") if found.said else _("链接里放着写到它的材料"), "link"
    else:
        where = _("第 %(n)s 页") % {"n": found.page} if found.page else _("写在文字里")
        icon = "presentation" if found.page else "file-text"
    said = _("“…%(words)s…”") % {"words": found.said} if found.said else ""
    return NamedRow(found.title, found.url, icon, where, said, found.owner)
