"""A sheet that somebody gives us, row by row: CSV in whatever encoding wrote it, or XLSX, of which the first sheet with
anything in it counts. However long it is, only one row is held.

A *row number* is what a spreadsheet shows at its side: the head is usually row 1, empty rows count.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from hub.base import child
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.base.settings import Settings

MOST_ROWS = 100_000
MOST_COLUMNS = 200
LONGEST_CELL = 100_000
XLSX_SECONDS = 120.0
CHUNK = 1 << 20
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """The head, and what stands below it."""

    head: list[str]
    rows: Iterator[Row]


def as_csv(name: str, data: bytes, settings: Settings) -> bytes:
    """The file as CSV in UTF-8 or as it came; XLSX is read in a limited child. HubError when it is neither."""
    if data.startswith(b"PK"):
        limits = child.Limits(memory=settings.child_memory, seconds=XLSX_SECONDS)
        return child.run(from_xlsx, data, limits=limits)
    if not name.lower().endswith((".csv", ".txt", ".tsv")) or data.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise HubError(_("只收 CSV 和 XLSX。旧的 XLS 请另存为 XLSX 再试。"))
    return data


def from_xlsx(data: bytes) -> bytes:
    """The first sheet of a workbook that holds anything, as CSV in UTF-8, its rows and columns where they were."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception as error:
        raise HubError(_("XLSX 打不开：加了密码或已损坏。请另存一份再试。")) from error
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is None:
            continue
        before = sheet.start[1]  # empty rows above come along, empty columns do not
        for number, cells in enumerate(sheet.iter_rows()):
            if number > MOST_ROWS + 1:  # one more than may be, so that it is refused
                break
            writer.writerow([""] * before + [shown(c) for c in cells[:MOST_COLUMNS]])
        break
    return out.getvalue().encode()


def shown(cell: object) -> str:
    """A cell as the spreadsheet shows it: whole numbers without a point, days without a time."""
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == cell.time().min else cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def encoding_of(file: Path) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else GB18030; HubError when it is none of them."""
    with file.open("rb") as raw:
        start = raw.read(4)
    marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            with file.open(encoding=encoding, newline="") as text:
                while text.read(CHUNK):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise HubError(_("读不出文字编码。请另存为 UTF-8 后再上传。"))


@contextmanager
def opened(file: Path) -> Iterator[Table]:
    """The table of a CSV file. HubError when there is no head or nothing below it, or what stands there is no CSV."""
    with file.open(encoding=encoding_of(file), newline="") as text:
        first = text.readline()
        text.seek(0)
        if "\x00" in first:
            raise HubError(no_csv())
        numbered = _rows(text, max(",;\t", key=first.count))
        head = next(numbered, None)
        if head is None:
            raise HubError(_("文件是空的。"))
        yield Table(head[1], numbered)


def no_csv() -> str:
    return _("这个文件不像 CSV，读不了。请另存为“CSV（逗号分隔）”再试。")


def _rows(text: io.TextIOBase, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, delimiter=delimiter)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            if number > MOST_ROWS + 1:
                raise HubError(_("一次最多导入 %(most)s 行，请分几次。") % {"most": f"{MOST_ROWS:,}"})
            if any(c.strip() for c in row):
                yield number, [c.lstrip("\ufeff") for c in row] if number == 1 else row
    except csv.Error as error:
        where = _("第 %(row)s 行读不了：引号没有配对，或一格太长。") % {"row": number + 1}
        raise HubError(where if number else no_csv()) from error


def letter(place: int) -> str:
    """A column as a spreadsheet calls it: 0 → A, 26 → AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found
