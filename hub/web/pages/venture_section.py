"""The form of one section of a proposal: what stands there, what was typed into it, what is wrong with that."""

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from starlette.datastructures import FormData

from hub import accounts, taxonomy, ventures
from hub.base.errors import HubError
from hub.request import SessionDep
from hub.web.pages import venture_view as view
from hub.web.pages.venture_drawing import money

EMPTY: tuple[dict[str, Any], ...] = ({},) * 3  # rows under those that are there
SOURCES = tuple(f"{n}_source" for n in ventures.NUMBERS)
COLUMNS = {
    "market": ("name", *ventures.NUMBERS, *SOURCES),
    "panorama": ("name", "by", "layer", "into"),
    "boundary": ("work", "who", "does_not"),
    "deals": ("customer", "title", "amount", "currency", "day", "source", "opportunity_id", "told"),
    "split": ("name", "kind", "share", "why", "approver_id", "signer"),
}


@dataclass(frozen=True)
class SectionPage:
    """See templates/ventures/section.html. `rows` say what stands in each row, with empty ones below; `refused` why
    what was typed is not saved.
    """

    id: int
    title: str
    section: str
    label: str
    edition: int
    signed: bool
    values: dict[str, str]
    rows: tuple[dict[str, Any], ...]
    products: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]
    open_teams: tuple[str, ...]
    open_people: tuple[str, ...]
    opportunities: tuple[tuple[str, str], ...]
    parties: tuple[str, ...]
    layers: tuple[str, ...]
    currencies: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    refused: str = ""


def form_of(
    session: SessionDep, person: accounts.Actor, venture: ventures.Venture | None, section: str
) -> SectionPage:
    known = taxonomy.words_for(session, person)
    whole = ventures.whole(session, venture, person) if venture else None
    open_to = _restriction(session, venture)
    names = ("title", "summary", "product", "currency", "owner_id", "pricing", *CONTACT)
    parts = venture.parts if venture else []
    parties = [p.name for p in whole.parties] if whole else []
    result = "won" if section == "evidence" else "open"
    linkable = (
        ventures.opportunities(session, person, result=result) if section in {"evidence", "deals"} else []
    )
    return SectionPage(
        id=venture.id or 0 if venture else 0,
        title=venture.title if venture else "",
        section=section,
        label=str(ventures.SECTION_LABELS[section]),
        edition=venture.edition if venture else 0,
        signed=bool(whole and any(p.verdict for p in whole.parties)),
        values={n: str(getattr(venture, n, None) or "") for n in names},
        rows=_rows(whole, section) if whole else (),
        products=tuple((w.key, w.label) for w in known.options("product")),
        people=people(session),
        teams=tuple((str(t.id), t.name) for t in accounts.teams(session)),
        open_teams=tuple(t[5:] for t in open_to if t.startswith("team:")),
        open_people=tuple(t[7:] for t in open_to if t.startswith("person:")),
        opportunities=tuple(
            (str(o.id), " · ".join(t for t in (c.name, o.title, money(o.amount, o.currency)) if t))
            for o, c in linkable
        ),
        parties=tuple(dict.fromkeys([*parties, *(p["by"] for p in parts)])),
        layers=tuple(dict.fromkeys(p["layer"] for p in parts if p["layer"])),
        currencies=tuple((c, c) for c in ventures.CURRENCIES),
        kinds=tuple((k, str(label)) for k, label in view.KINDS.items()),
    )


CONTACT = ("with_whom", "background", "need", "gain", "cares")


def _restriction(session: SessionDep, venture: ventures.Venture | None) -> frozenset[str]:
    if venture is None or not venture.restricted:
        return frozenset()
    return accounts.restriction(session, "venture", venture.id or 0)


def _rows(whole: ventures.Whole, section: str) -> tuple[dict[str, Any], ...]:
    """What stands in the rows of a section now, and a few empty ones."""
    v = whole.venture
    kept: list[dict[str, Any]] = {
        "market": lambda: list(v.segments),
        "panorama": lambda: list(v.parts),
        "boundary": lambda: list(v.boundary),
        "evidence": lambda: [_deal_row(d) for d in whole.bids],
        "deals": lambda: [_deal_row(d) for d in whole.deals],
        "split": lambda: [_party_row(p) for p in whole.parties],
    }.get(section, list)()
    columns = COLUMNS.get("deals" if section == "evidence" else section)
    return tuple({**dict.fromkeys(columns, ""), **r} for r in (*kept, *EMPTY)) if columns else ()


def _deal_row(deal: ventures.Deal) -> dict[str, Any]:
    if deal.opportunity_id:
        told = " · ".join(t for t in (deal.customer, deal.title, money(deal.amount, deal.currency)) if t)
        source = "" if deal.source == ventures.recorded() else deal.source
        return {"opportunity_id": str(deal.opportunity_id), "told": told, "source": source}
    said = {n: getattr(deal, n) for n in ("customer", "title", "currency", "source")}
    amount = ventures.plain(deal.amount) if deal.amount is not None else ""
    return {**said, "amount": amount, "day": deal.day.isoformat() if deal.day else ""}


def _party_row(party: ventures.Party) -> dict[str, Any]:
    return {
        "name": party.name,
        "kind": party.kind,
        "share": ventures.plain(party.share) if party.share is not None else "",
        "why": party.why,
        "approver_id": str(party.approver_id or ""),
        "signer": "" if party.approver_id else party.signs,
    }


def people(session: SessionDep) -> tuple[tuple[str, str], ...]:
    return tuple((str(i), name) for i, name, _title in accounts.colleagues(session))


def text_in(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def to_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - a column


def opened_to(form: FormData) -> tuple[list[int], list[int]] | None:
    if "who" not in form:
        return None
    teams = [to_number(str(v)) for v in form.getlist("teams")]
    people = [to_number(str(v)) for v in form.getlist("people")]
    return [t for t in teams if t], [p for p in people if p]


def said_in(form: FormData, section: str) -> dict[str, Any]:
    """One section as the form says it: fields, or rows of columns that stand beside each other."""
    if section == "about":
        names = ("title", "summary", "product", "currency", "with_whom")
        said: dict[str, Any] = {n: text_in(form, n) for n in names if n in form}
        return {**said, "owner_id": to_number(text_in(form, "owner_id"))}
    if section == "contact":
        return {n: text_in(form, n) for n in CONTACT if n in form}
    if section == "market":
        return {"rows": _segments(form)}
    rows = _columns(form, COLUMNS["deals" if section == "evidence" else section]) if section in ROWED else []
    for found in rows:
        for name in CHOSEN:
            if name in found:
                found[name] = to_number(found[name])
    if section == "split":
        return {"pricing": text_in(form, "pricing"), "parties": rows}
    return {"rows": rows}


CHOSEN = ("opportunity_id", "approver_id")  # by their id, from a list
ROWED = ("evidence", "deals", "panorama", "boundary", "split")


def _columns(form: FormData, names: tuple[str, ...]) -> list[dict[str, Any]]:
    columns = [[str(v) for v in form.getlist(n)] for n in names]
    return [dict(zip(names, values, strict=True)) for values in zip_longest(*columns, fillvalue="")]


def _segments(form: FormData) -> list[dict[str, Any]]:
    """Segments: three numbers stand beside each other under one name."""
    rows: list[dict[str, Any]] = _columns(form, ("name", *SOURCES))
    for field in ventures.NUMBERS:
        values = [str(v) for v in form.getlist(field)]
        for n, found in enumerate(rows):
            three = values[n * 3 : n * 3 + 3]
            found[field] = three if any(v.strip() for v in three) else ""
    return rows


def as_typed(page: SectionPage, form: FormData, error: HubError) -> SectionPage:
    """The form with what was typed into it, and why that was refused."""
    said = said_in(form, page.section)
    values = {**page.values, **{n: str(v or "") for n, v in said.items() if n not in {"rows", "parties"}}}
    told = {r["opportunity_id"]: r["told"] for r in page.rows if r.get("opportunity_id")}
    rows = tuple(_typed(r, told) for r in said.get("rows", said.get("parties", ())))
    chosen = opened_to(form)
    if chosen is not None:
        teams, colleagues = (tuple(str(i) for i in ids) for ids in chosen)
        page = replace(page, open_teams=teams, open_people=colleagues)
    edition = to_number(text_in(form, "edition"))  # what was read: whoever saved meanwhile is not overwritten
    return replace(page, values=values, rows=rows, edition=edition, refused=error.message)


def _typed(row: dict[str, Any], told: dict[str, str]) -> dict[str, Any]:
    """A row as the form takes it: what is chosen from a list by its id as text."""
    ids: dict[str, str] = {n: str(row[n] or "") for n in CHOSEN if n in row}
    return {**row, **ids, "told": told.get(ids.get("opportunity_id", ""), "")}
