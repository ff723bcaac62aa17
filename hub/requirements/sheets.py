"""Requests as a sheet: one line for each request that its reader may know of, with the requirement that covers it.

A cell that a spreadsheet would take for a formula is *defused*: an apostrophe goes before it, so that it stays a text.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter
from sqlmodel import Session, col, select

from hub import accounts, customers
from hub.base import clock
from hub.base.i18n import Lazy, current, lazy
from hub.requirements import queries, rules
from hub.requirements.models import FACTORS, Request, RequestLink, Requirement, RiceInput

BATCH = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | Decimal | date | None

COLUMNS: Mapping[str, Lazy] = {
    "key": lazy("外部编号"),
    "title": lazy("标题"),
    "customer": lazy("客户"),
    "industry": lazy("行业"),
    "quote": lazy("客户原话"),
    "desired": lazy("想要的方案"),
    "revenue": lazy("预计收入"),
    "currency": lazy("币种"),
    "customers": lazy("客户数"),
    "urgency": lazy("紧急程度"),
    "needed_by": lazy("希望时间"),
    "submitter": lazy("提出人"),
    "owner": lazy("负责人"),
    "created_at": lazy("提出日期"),
    "product": lazy("产品"),
    "opportunity": lazy("商机"),
    "requirement": lazy("需求编号"),
    "requirement_title": lazy("需求"),
    "status": lazy("状态"),
    "quarter": lazy("季度"),
    "reach": lazy("触达"),
    "impact": lazy("影响"),
    "confidence": lazy("信心"),
    "effort": lazy("投入"),
    "score": lazy("RICE 得分"),
    "merged_into": lazy("并入"),
}


def lines(session: Session, by: accounts.Actor) -> Iterator[dict[str, Cell]]:
    """The requests this actor may know of, oldest first; a request that several requirements cover has a line for each,
    one whose requirements they may not read has a line without.
    """
    newest = 0
    while True:
        query = select(Request).where(queries.request_visible(by), col(Request.id) > newest)
        found = list(session.exec(query.order_by(col(Request.id)).limit(BATCH)).all())
        if not found:
            return
        yield from _of(session, found, by)
        newest = found[-1].id or 0


def _of(session: Session, found: Sequence[Request], by: accounts.Actor) -> Iterator[dict[str, Cell]]:
    covering = _covering(session, [r.id or 0 for r in found], by)
    behind = {q.id or 0: q for rows in covering.values() for q in rows}
    said = _rice(session, list(behind))
    merged = _keys(session, [q.merged_into_id for q in behind.values()], by)
    people = accounts.people_by_ids(session, {i for r in found for i in (r.owner_id, r.submitter_id) if i})
    known = customers.by_ids(session, [r.customer_id for r in found])
    deals = _deals(session, [r.opportunity_id for r in found])
    for r in found:
        line = _request(r, known, {i: p.email for i, p in people.items()}, deals)
        if r.id not in covering:
            yield line
        for q in covering.get(r.id or 0, []):
            yield {**line, **_requirement(q, said, merged)}


def _request(
    request: Request,
    known: Mapping[int, customers.Customer],
    people: Mapping[int, str],
    deals: Mapping[int, str],
) -> dict[str, Cell]:
    customer = known.get(request.customer_id or 0)
    line: dict[str, Cell] = dict.fromkeys(COLUMNS)
    plain = ("key", "title", "industry", "quote", "desired", "revenue", "currency", "customers", "urgency")
    line |= {name: getattr(request, name) for name in (*plain, "needed_by", "product")}
    return line | {
        "customer": customer.name if customer else None,
        "submitter": people.get(request.submitter_id or 0),
        "owner": people.get(request.owner_id or 0),
        "created_at": clock.today(request.created_at),
        "opportunity": deals.get(request.opportunity_id or 0),
    }


def _requirement(
    found: Requirement, said: Mapping[tuple[int, str], Decimal], merged: Mapping[int, str]
) -> dict[str, Cell]:
    return {
        "requirement": found.key,
        "requirement_title": found.title,
        "status": str(rules.STATE_LABELS.get(found.state, found.state)),
        "quarter": found.quarter,
        **{f: said.get((found.id or 0, f)) for f in FACTORS},
        "score": found.score,
        "merged_into": merged.get(found.merged_into_id or 0),
    }


def _covering(session: Session, ids: list[int], by: accounts.Actor) -> dict[int, list[Requirement]]:
    query = (
        select(RequestLink.request_id, Requirement)
        .join(Requirement, col(Requirement.id) == col(RequestLink.requirement_id))
        .where(col(RequestLink.request_id).in_(ids), col(RequestLink.ended_at).is_(None), queries.visible(by))
        .order_by(col(RequestLink.id))
    )
    found: dict[int, dict[int, Requirement]] = {}
    for request_id, requirement in session.exec(query).all():
        found.setdefault(request_id, {})[requirement.id or 0] = requirement
    return {i: list(rows.values()) for i, rows in found.items()}


def _rice(session: Session, ids: list[int]) -> dict[tuple[int, str], Decimal]:
    """The newest value of each factor."""
    query = select(RiceInput).where(col(RiceInput.requirement_id).in_(ids))
    ordered = session.exec(query.order_by(col(RiceInput.at), col(RiceInput.id))).all()
    return {(i.requirement_id, i.factor): i.value for i in ordered}


def _keys(session: Session, ids: list[int | None], by: accounts.Actor) -> dict[int, str]:
    wanted = [i for i in ids if i is not None]
    query = select(Requirement).where(col(Requirement.id).in_(wanted), queries.visible(by))
    return {r.id or 0: r.key for r in session.exec(query).all()} if wanted else {}


def _deals(session: Session, ids: list[int | None]) -> dict[int, str]:
    wanted = [i for i in ids if i is not None]
    deal = customers.Opportunity
    if not wanted:
        return {}
    rows = session.exec(select(deal).where(col(deal.id).in_(wanted))).all()
    return {d.id or 0: d.key or d.title for d in rows}


# ---- as bytes


def heads() -> list[str]:
    """The first row, in the reader's language: the words of the page, or the names of the fields in English."""
    return [str(label) for label in COLUMNS.values()] if current() == "zh-CN" else list(COLUMNS)


def defused(cell: Cell) -> Cell:
    """The cell, with an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def to_csv(session: Session, by: accounts.Actor) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads the Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(heads())
    for line in lines(session, by):
        writer.writerow([_plain(defused(line[name])) for name in COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(cell: Cell) -> Any:
    return f"{cell.normalize():f}" if isinstance(cell, Decimal) else cell


def to_xlsx(session: Session, by: accounts.Actor) -> bytes:
    """A workbook with one sheet; texts are written as texts, so that nothing of them is run."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "constant_memory": True, "strings_to_formulas": False}
    )
    sheet = book.add_worksheet("requests")
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    for place, head in enumerate(heads()):
        sheet.write_string(0, place, head, bold)
    for number, line in enumerate(lines(session, by), 1):
        for place, name in enumerate(COLUMNS):
            cell = line[name]
            if isinstance(cell, date):
                sheet.write_datetime(number, place, datetime.combine(cell, time()), day)
            elif isinstance(cell, Decimal | int):
                sheet.write_number(number, place, float(cell))
            elif cell:
                sheet.write_string(number, place, str(defused(cell)))
    book.close()
    return out.getvalue()
