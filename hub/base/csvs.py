"""CSV that people upload: decoded whatever wrote it, with heads matched to the names of fields.

A *head* is the first row. A cell with several values separates them by semicolon, 、 or a bar.
"""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from hub.base.errors import HubError
from hub.base.i18n import _
from hub.base.readers import decode

MOST_BYTES = 500_000
MOST_ROWS = 5_000
_PARTS = re.compile(r"[;；、|,，]")


@dataclass(frozen=True)
class Row:
    """One row: its line in the file (the head is line 1), and the text of each known field, "" where it is empty."""

    line: int
    cells: Mapping[str, str]

    def text(self, field: str) -> str:
        return self.cells.get(field, "")

    def several(self, field: str) -> tuple[str, ...]:
        """The values of a cell that may hold several, each once."""
        parts = (p.strip() for p in _PARTS.split(self.text(field)))
        return tuple(dict.fromkeys(p for p in parts if p))


def text_of(data: bytes) -> str:
    """The text of an uploaded file: UTF-8 with or without BOM, else GB18030; HubError when it is too large."""
    if len(data) > MOST_BYTES:
        raise HubError(_("这个 CSV 超过 %(most)s KB，请分几次导入。") % {"most": MOST_BYTES // 1000})
    return decode(data)


def rows(text: str, heads: Mapping[str, tuple[str, ...]], *, needed: tuple[str, ...]) -> list[Row]:
    """The rows under the heads. `heads` gives per field the names a column may have; HubError when a needed column is
    missing, when nothing stands below the head, or when there are too many rows.
    """
    lines = text.lstrip("\ufeff")
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=_delimiter(lines))
    try:
        table = [(reader.line_num, row) for row in reader if any(c.strip() for c in row)]
    except csv.Error as error:
        raise HubError(_("这个文件不像 CSV，读不了。请另存为“CSV（逗号分隔）”再试。")) from error
    columns = _columns(table[0][1] if table else [], heads)
    missing = [f for f in needed if f not in columns]
    if missing:
        named = "、".join(heads[f][0] for f in missing)
        raise HubError(_("第一行缺少这些列：%(columns)s。可以先下载样例看看。") % {"columns": named})
    if len(table) == 1:
        raise HubError(_("表头下面没有内容。"))
    if len(table) - 1 > MOST_ROWS:
        raise HubError(_("一次最多导入 %(most)s 行，请分几次。") % {"most": MOST_ROWS})
    return [Row(line, _cells(row, columns)) for line, row in table[1:]]


def _delimiter(text: str) -> str:
    head = text.split("\n", 1)[0]
    return max(",;\t", key=head.count)


def _columns(head: list[str], heads: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    wanted = {name.casefold(): field for field, names in heads.items() for name in (field, *names)}
    found: dict[str, int] = {}
    for place, title in enumerate(head):
        field = wanted.get(title.strip().casefold())
        if field:
            found.setdefault(field, place)
    return found


def _cells(row: list[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {f: row[place].strip() if place < len(row) else "" for f, place in columns.items()}
