"""Requests as a sheet: one line for each request that its reader may know of, with the requirement that covers it.

What `imports` reads back to the same: a request without an external key is called `#` and its number.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

import xlsxwriter
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from hub import accounts, customers, taxonomy
from hub.base import clock
from hub.requirements import queries, rules
from hub.requirements.cells import COLUMNS, TAKEN_BACK, Cell, defused, heads, written
from hub.requirements.models import FACTORS, Regrouping, Request, RequestLink, Requirement, RiceInput

BATCH = 500


def lines(session: Session, by: accounts.Actor) -> Iterator[dict[str, Cell]]:
    """The requests this actor may know of, oldest first; a request that several requirements cover has a line for each,
    one whose requirements they may not read has a line without. Where a merge took it from a requirement, that one has
    a line after the one it was merged into.
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
    hidden = taxonomy.hidden_products(session, by)
    for r in found:
        line = _request(r, known, {i: p.email for i, p in people.items()}, deals)
        if r.product in hidden:
            line["product"] = None
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
    plain = ("title", "industry", "quote", "desired", "revenue", "currency", "customers", "urgency")
    line |= {name: getattr(request, name) for name in (*plain, "needed_by", "product")}
    return line | {
        "key": request.key or f"#{request.id}",
        "tags": "；".join(request.tags),
        "status": str(TAKEN_BACK) if request.cancelled_at else None,
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
    """Per request what covers it, then what was merged into one of these and covered it before."""
    merged = (
        select(Regrouping.id)
        .where(Regrouping.kind == "merge", col(Regrouping.undone_at).is_(None))
        .where(Regrouping.from_id == RequestLink.requirement_id, Regrouping.id == RequestLink.ended_by)
    )
    query = (
        select(RequestLink.request_id, Requirement)
        .join(Requirement, col(Requirement.id) == col(RequestLink.requirement_id))
        .where(col(RequestLink.request_id).in_(ids), queries.visible(by))
        .where(col(RequestLink.ended_at).is_(None) | merged.exists())
        .order_by(col(RequestLink.ended_at).is_not(None), col(RequestLink.id))
    )
    found: dict[int, dict[int, Requirement]] = {}
    for request_id, requirement in session.exec(query).all():
        rows, into = found.setdefault(request_id, {}), requirement.merged_into_id
        if into is None or into in rows:
            rows[requirement.id or 0] = requirement
    return {i: list(rows.values()) for i, rows in found.items() if rows}


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
    """By id its key, or else its title, or else, where the customer has another of that title, its number."""
    deal, other = customers.Opportunity, aliased(customers.Opportunity)
    if not wanted:
        return {}
    same = select(other.id).where(
        other.customer_id == deal.customer_id, other.title == deal.title, other.id != deal.id
    )
    rows = session.exec(select(deal, same.exists()).where(col(deal.id).in_(wanted))).all()
    return {d.id or 0: d.key or (f"#{d.id}" if shared else d.title) for d, shared in rows}


# ---- as bytes


def to_csv(session: Session, by: accounts.Actor) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads the Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(heads())
    for line in lines(session, by):
        writer.writerow([written(defused(line[name])) for name in COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


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


SAMPLE: tuple[dict[str, Cell], ...] = (
    {
        "key": "CRM-1001",
        "customer": "示例电子产业园有限公司",
        "quote": "峰谷电价一改，上个月报的节省就对不上了。",
        "desired": "电价表变化后自动重算",
        "revenue": "50万",
        "currency": "CNY",
        "customers": 3,
        "urgency": "高",
        "needed_by": date(2027, 3, 31),
        "created_at": date(2026, 11, 2),
        "tags": "电价；报表",
    },
    {
        "key": "CRM-1002",
        "customer": "示例钢铁",
        "quote": "班组长要在手机上看到自己这班的能耗。",
        "urgency": "中",
        "created_at": date(2026, 11, 9),
    },
)


def sample() -> bytes:
    """A CSV to fill in: every column, and two rows that show how."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(heads())
    writer.writerows([[written(line.get(name)) for name in COLUMNS] for line in SAMPLE])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
