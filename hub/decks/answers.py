"""The answers to a template's questions: read from a form, checked, kept as JSON. Pure.

An *answer* is a text, a number (of a percentage the fraction), an ISO date, the value of an option, a list of these, a
picture ({picture: id, alt: words}) or the rows of a table (a list of {column: answer}), under the question's key.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.base.i18n import _
from hub.decks.manifest import Manifest
from hub.decks.questions import NUMERIC, Question

LONGEST = {"text": 300, "long_text": 5000}
MOST_ITEMS, LONGEST_ITEM, LONGEST_ALT = 30, 200, 300
UNITS = {"万": 10_000, "亿": 100_000_000, "k": 1_000, "m": 1_000_000}
NUMBER = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*(万|亿|k|m)?(?:元|人民币|rmb|cny)?", re.IGNORECASE)
PERCENT = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*[%％]?")
MOST = Decimal(10) ** 15
EMPTY: tuple[Any, ...] = (None, "", [], {})
Options = Callable[[Question], Sequence[str]]
Given = Callable[[str], Sequence[Any] | None]


def read(
    manifest: Manifest, given: Given, before: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Answers and what is wrong with them by key, from what a form gives under each key: texts; for a table its rows,
    for a picture one mapping. None, for these two: not asked here, what was answered `before` stays.

    What cannot be read is kept as it was typed, so that nobody types it twice.
    """
    answers: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for question in manifest.questions:
        said = given(question.key)
        if question.type in {"rows", "picture"}:
            answer = (before or {}).get(question.key) if said is None else _held(question, said)
            if answer not in EMPTY:
                answers[question.key] = answer
            continue
        typed = [t for text in said or () if (t := str(text).strip())]
        if not typed:
            continue
        try:
            answers[question.key] = read_one(question, typed)
        except ValueError as error:
            answers[question.key], wrong[question.key] = typed[0][:5000], str(error)
    return answers, wrong


def _held(question: Question, said: Sequence[Any]) -> Any:
    if question.type == "rows":
        return rows(question, said)
    return picture(said[0]) if said else None


def picture(said: Any) -> dict[str, Any] | None:
    """{picture: id, alt} as it is kept, or {asset: slug, alt} as a manifest proposes it; None for anything else."""
    if not isinstance(said, Mapping):
        return None
    alt = " ".join(str(said.get("alt") or "").split())[:LONGEST_ALT]
    number_ = said.get("picture")
    if isinstance(number_, int) and not isinstance(number_, bool):
        return {"picture": number_, "alt": alt}
    return {"asset": str(said["asset"])[:160], "alt": alt} if said.get("asset") else None


def rows(question: Question, said: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows of a table as they are kept, those without any cell left out; more than it takes are cut by `faults`."""
    made = [row(question, each) for each in said if isinstance(each, Mapping)]
    return [each for each in made if each][: question.most_rows + 1]


def row(question: Question, said: Mapping[str, Any]) -> dict[str, Any]:
    """One row: what can be read as its column's type, the rest as it was typed; empty cells are not there."""
    made = {column.key: cell(column, said.get(column.key)) for column in question.columns}
    return {key: value for key, value in made.items() if value not in EMPTY}


def cell(column: Question, said: Any) -> Any:
    """What stands in a cell, from what was typed or, by REST, said."""
    if column.type == "picture":
        return picture(said)
    if column.type in NUMERIC and isinstance(said, (int, float)) and not isinstance(said, bool):
        return said
    typed = [str(t) for t in said] if isinstance(said, list) else [str(said)] if said is not None else []
    typed = [t for text in typed if (t := text.strip())]
    if not typed:
        return None
    try:
        return read_one(column, typed)
    except ValueError:
        return typed[0][:5000]


def read_one(question: Question, typed: list[str]) -> Any:
    """The answer in these texts; ValueError says what should stand there."""
    text = typed[0]
    if question.type in LONGEST:
        shown_ = text if question.type == "long_text" else " ".join(text.split())
        return shown_[: LONGEST[question.type]]
    if question.type in PLAIN:
        return PLAIN[question.type](text)
    if question.type == "list":
        lines = [" ".join(line.split())[:LONGEST_ITEM] for line in "\n".join(typed).splitlines()]
        return [line for line in lines if line][:MOST_ITEMS]
    if question.type == "multi_choice":
        return list(dict.fromkeys(typed))
    return next((o.value for o in question.options if text in {o.label, o.label_en}), text)


def number(text: str) -> int | float:
    """The number a person typed: 1,200,000, 43 万, ¥1.2 亿. ValueError when it is none."""
    match = NUMBER.fullmatch(_plain(text))
    if match is None:
        raise ValueError(_("这里要填数字，例如 430000 或 43 万。"))
    try:
        amount = Decimal(match[1]) * UNITS.get((match[2] or "").lower(), 1)
    except InvalidOperation:
        raise ValueError(_("这里要填数字，例如 430000 或 43 万。")) from None
    if abs(amount) > MOST:
        raise ValueError(_("这个数字太大了，请看看是不是多打了几位。"))
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def percent(text: str) -> float:
    """The fraction a person typed as a percentage: 12.8% and 12.8 are 0.128. ValueError when it is none."""
    match = PERCENT.fullmatch(_plain(text))
    if match is None or len(match[1]) > 12:  # noqa: PLR2004 - more digits than anybody reads
        raise ValueError(_("这里要填百分数，例如 12.8%。"))
    return float(Decimal(match[1]) / 100)


def _plain(text: str) -> str:
    return text.translate(str.maketrans("\u2212", "-", ",， ")).strip().lstrip("¥￥")


def _day(text: str) -> str:
    match = re.fullmatch(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?", text)
    try:
        return date(*(int(g) for g in match.groups())).isoformat() if match else _no_day()
    except ValueError:
        raise ValueError(_("这里要填日期，例如 2026-11-22。")) from None


def _no_day() -> str:
    raise ValueError


PLAIN: dict[str, Callable[[str], Any]] = {
    "number": number,
    "money": number,
    "percent": percent,
    "date": _day,
}


def shown(question: Question, answer: Any) -> Any:
    """The answer as a field shows it, so that what is shown can be typed again."""
    if question.type == "percent" and isinstance(answer, (int, float)):
        return f"{(Decimal(str(answer)) * 100).normalize():f}%"
    if question.type == "list" and isinstance(answer, list):
        return "\n".join(str(line) for line in answer)
    return answer if answer is not None else ([] if question.type == "multi_choice" else "")


def defaults(manifest: Manifest, today: date) -> dict[str, Any]:
    """The answers that stand before anybody has said anything. A picture's is chosen when the deck is made."""
    made = {q.key: q.default for q in manifest.questions if q.default is not None and q.type != "picture"}
    for question in manifest.questions:
        if question.type == "rows" and question.key in made:
            made[question.key] = rows(question, made[question.key])
    return {k: today.isoformat() if v == "today" else v for k, v in made.items()}


def faults(manifest: Manifest, answers: Mapping[str, Any], options: Options) -> dict[str, str]:
    """What still keeps a deck from being made, by question key; of a table also by cell, as `zones[3].change`."""
    found: dict[str, str] = {}
    for question in manifest.questions:
        said = _fault(question, answers.get(question.key), options)
        if question.type == "rows":
            cells = cell_faults(question, answers.get(question.key) or [])
            said = said or _counted(question, cells)
            found |= {f"{question.key}[{n}].{column}": why for (n, column), why in cells.items()}
        if said:
            found[question.key] = said
    return found


def _counted(question: Question, cells: Mapping[tuple[int, str], str]) -> str:
    if not cells:
        return ""
    (number_, key), why = next(iter(cells.items()))
    column = next(c.said for c in question.columns if c.key == key)
    first = _("第 %(n)s 行的“%(column)s”：%(why)s") % {"n": number_, "column": column, "why": why}
    more = _("另有 %(n)s 格。") % {"n": len(cells) - 1} if len(cells) > 1 else ""
    return first + more


def cell_faults(question: Question, rows_: Sequence[Mapping[str, Any]]) -> dict[tuple[int, str], str]:
    """What is wrong in a table, by row (from 1) and the column's key."""
    found: dict[tuple[int, str], str] = {}
    for number_, held in enumerate(rows_, start=1):
        for at, column in enumerate(question.columns):
            value = held.get(column.key)
            why = _fault(column, value, lambda q: [o.value for o in q.options])
            if not why and question.chart and value in EMPTY:
                why = _("这一格必填。")
            if not why and question.chart and at and not isinstance(value, (int, float)):
                why = _("这里要填数字，例如 430000 或 43 万。")
            if why:
                found[number_, column.key] = why
    return found


def _fault(question: Question, answer: Any, options: Options) -> str:
    if answer in EMPTY:
        return _("这一项必填。") if question.required else ""
    if question.type in {"choice", "multi_choice"}:
        return _wrong_choice(question, answer if isinstance(answer, list) else [answer], options)
    if question.type == "rows":
        return _wrong_count(question, len(answer))
    return _unread(question, answer)


def _unread(question: Question, answer: Any) -> str:
    """What should stand where something else was typed."""
    if question.type in NUMERIC and not isinstance(answer, (int, float)):
        said = {"percent": _("这里要填百分数，例如 12.8%。")}
        return said.get(question.type, _("这里要填数字，例如 430000 或 43 万。"))
    if question.type == "date":
        try:
            date.fromisoformat(str(answer))
        except ValueError:
            return _("这里要填日期，例如 2026-11-22。")
    return ""


def _wrong_count(question: Question, count: int) -> str:
    if count < question.least:
        return _("至少 %(n)s 行。") % {"n": question.least}
    if count > question.most_rows:
        return _("最多 %(n)s 行。") % {"n": question.most_rows}
    return ""


def _wrong_choice(question: Question, chosen: Sequence[Any], options: Options) -> str:
    known = set(options(question))
    if any(c not in known for c in chosen):
        return _("选的这一项已经不在列表里，请重选。")
    if question.type == "multi_choice" and len(chosen) < question.least:
        return _("至少选 %(n)s 项。") % {"n": question.least}
    if question.most is not None and len(chosen) > question.most:
        return _("最多选 %(n)s 项。") % {"n": question.most}
    return ""
