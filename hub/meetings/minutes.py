"""The minutes of a meeting as a Word document. They hold what their reader may read, and nothing of the rest."""

import io
from collections.abc import Sequence

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from sqlmodel import Session

from hub import accounts
from hub.base.formats import clock, listed, long_day, moment, number, quarter
from hub.base.i18n import _, n_
from hub.meetings import queries, rules
from hub.meetings.models import Meeting, MeetingSeries

WIDTHS = (5.0, 1.5, 3.5, 3.2, 3.8)  # cm of requirement, score, outcome, reason and words
FONT = "Microsoft YaHei"


def to_docx(session: Session, meeting: Meeting, series: MeetingSeries, by: accounts.Actor) -> bytes:
    """The document; a meeting that is not over gives what has been said so far."""
    document = docx.Document()
    _in_chinese(document)
    _on_a4(document)
    document.core_properties.title = title(meeting, series)
    document.core_properties.author = accounts.names(session, [meeting.host_id]).get(meeting.host_id or 0, "")
    document.add_heading(title(meeting, series), level=1)
    for line in _heads(session, meeting, by):
        document.add_paragraph(line)
    found = queries.entries(session, meeting, series, by)
    for section in rules.SECTION_LABELS:
        of_section = [e for e in found if e.section == section]
        if of_section:
            document.add_heading(str(rules.SECTION_LABELS[section]), level=2)
            _table(document, of_section)
            _lines(session, document, meeting, of_section)
    if not found:
        document.add_paragraph(_("这次会上没有和您有关的需求。"))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def title(meeting: Meeting, series: MeetingSeries) -> str:
    return _("第 %(n)s 次%(name)s") % {"n": meeting.number, "name": series.name}


def _on_a4(document: Document) -> None:
    """A4, with room for five columns."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)


def _in_chinese(document: Document) -> None:
    """A font that Word on a Chinese desktop has, for Latin and Han alike."""
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    document.styles["Normal"].font.size = Pt(10.5)


def _heads(session: Session, meeting: Meeting, by: accounts.Actor) -> list[str]:
    began = meeting.began_at or meeting.starts_at
    when = f"{long_day(began)} {clock(began)}"
    if meeting.closed_at is not None:
        when += f"–{clock(meeting.closed_at)}"
    heads = [when]
    if queries.sees_whole(session, meeting, by):
        seats = queries.seats(session, meeting)
        here = [f"{s.name}（{s.title}）" if s.title else s.name for s in seats if s.state == "present"]
        away = [s.name for s in seats if s.state != "present"]
        heads.append(_("到会：%(names)s") % {"names": listed(here) or "—"})
        if away:
            heads.append(_("没有到会：%(names)s") % {"names": listed(away)})
    return heads


def _table(document: Document, entries: Sequence[queries.Entry]) -> None:
    heads = [_("需求"), "RICE", _("结论"), _("内部理由"), _("可以对客户说")]
    table = document.add_table(rows=1, cols=len(heads))
    table.style = "Light Grid Accent 1"
    table.autofit = False
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    for entry in entries:
        item = entry.item
        cells = table.add_row().cells
        cells[0].text = f"{entry.row.key} {entry.row.title}"
        score = item.score if item else entry.row.score
        cells[1].text = number(score, 1) if score is not None else ""
        cells[2].text = outcome(entry)
        cells[3].text = item.rationale if item else ""
        cells[4].text = item.words if item else ""
    # LibreOffice goes by the columns, Word by the cells
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS, strict=True):
            cell.width = Cm(width)


def outcome(entry: queries.Entry) -> str:
    """What an item came to, in words: "规划 2027 Q1 · 何俊 11-19 09:35"."""
    item = entry.item
    if item is None or item.outcome is None:
        return _("还没有结论")
    said = str(rules.OUTCOME_LABELS[item.outcome])
    parts = [f"{said} {quarter(item.quarter)}" if item.quarter else said]
    if item.outcome == "deferred":
        parts.append(_times(item, entry))
    if item.decided_at is not None:
        parts.append(" ".join(t for t in (entry.by, moment(item.decided_at)) if t))
    return " · ".join(p for p in parts if p)


def _times(item: queries.Item, entry: queries.Entry) -> str:
    times = n_("第 %(n)s 次", item.deferrals)
    if not entry.escalated_to:
        return times
    return _("%(times)s，已上报 %(name)s") % {"times": times, "name": entry.escalated_to}


def _lines(session: Session, document: Document, meeting: Meeting, entries: Sequence[queries.Entry]) -> None:
    """What was written beforehand, under its table."""
    lines = queries.written(session, meeting, [e.row.id for e in entries])
    for entry in entries:
        for line in lines.get(entry.row.id, []):
            said = _("书面意见 · %(name)s · %(key)s：%(text)s")
            document.add_paragraph(said % {"name": line.name, "key": entry.row.key, "text": line.text})
