"""Rows of a table as a person edits them: a row added, moved or left out, and rows pasted from a spreadsheet. Pure."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from hub.base.errors import HubError
from hub.base.i18n import _
from hub.decks import answers
from hub.decks.questions import Question

LONGEST_PASTE = 200_000  # characters
Row = dict[str, Any]


def pasted(question: Question, text: str) -> list[Row]:
    """Rows from cells as a spreadsheet copies them: tabs between, one row a line, lines in a cell quoted.

    A first line of the columns' names says which cell is which; without it they stand in the order of the columns,
    pictures left out. HubError when nothing can be read or it is too much.
    """
    if len(text) > LONGEST_PASTE:
        raise HubError(_("粘贴的内容太多了，请分几次。"))
    try:
        lines = list(csv.reader(io.StringIO(text.strip("\r\n"), newline=""), delimiter="\t"))
    except csv.Error as error:
        raise HubError(_("粘贴的内容读不懂。请从电子表格里直接复制几行。")) from error
    lines = [line for line in lines if any(cell.strip() for cell in line)]
    typed = [c for c in question.columns if c.type != "picture"]
    heads = _heads(typed, lines[0]) if lines else []
    columns = heads or typed
    read = [answers.row(question, _by_column(columns, line)) for line in (lines[1:] if heads else lines)]
    made = [row for row in read if row]
    if not made:
        raise HubError(_("没有读到一行内容。请从电子表格里复制几行，再粘贴。"))
    return made


def _heads(columns: Sequence[Question], line: Sequence[str]) -> list[Question | None]:
    """Which column each cell of a heading line names; none when it is no heading: fewer than half its cells are."""
    known = {
        name.strip().casefold(): c for c in columns for name in (c.key, c.label, c.label_en) if name.strip()
    }
    found = [known.get(cell.strip().casefold()) for cell in line]
    said = sum(bool(cell.strip()) for cell in line)
    hits = [c.key for c in found if c is not None]
    return found if hits and len(set(hits)) == len(hits) and len(hits) * 2 > said else []


def _by_column(columns: Sequence[Question | None], line: Sequence[str]) -> dict[str, str]:
    return {c.key: cell for c, cell in zip(columns, line, strict=False) if c is not None}


def with_pasted(question: Question, rows: Sequence[Row], text: str, *, instead: bool = False) -> list[Row]:
    """The rows with the pasted ones behind them, or `instead` of them. HubError when they are more than it takes."""
    made = [*([] if instead else rows), *pasted(question, text)]
    if len(made) > question.most_rows:
        raise HubError(
            _("这张表最多 %(most)s 行，加上粘贴的有 %(n)s 行。")
            % {"most": question.most_rows, "n": len(made)}
        )
    return made


def moved(rows: Sequence[Row], at: int, step: int) -> list[Row]:
    """The row at place `at` (from 0) one up (-1) or down (1); at an end it stays."""
    made = list(rows)
    if 0 <= at < len(made) and 0 <= at + step < len(made):
        made.insert(at + step, made.pop(at))
    return made


def without(rows: Sequence[Row], at: int) -> list[Row]:
    return [row for number, row in enumerate(rows) if number != at]


def is_example(question: Question, rows: Any) -> bool:
    """Whether the table still holds what the template put there as an example."""
    if question.type != "rows" or not question.default:
        return False
    return _words(question, rows or []) == _words(question, answers.rows(question, question.default))


def _words(question: Question, rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """The rows without their pictures, which are named otherwise in each deck."""
    return [[row.get(c.key) for c in question.columns if c.type != "picture"] for row in rows]
