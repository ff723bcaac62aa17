"""Reads the demo library in `content/` as plain files, for the tests that hold it together.

A *text* is one Markdown asset; a *sidecar* is the YAML beside a file asset (a deck, a workbook). A *figure*
is a number that `facts.yml` owns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

CONTENT = Path(__file__).resolve().parent.parent / "content"
NUMBER = re.compile(r"(?<![\d.,A-Za-z_-])\d[\d,]*(?:\.\d+)?(?![\d.])")
MEASURE = re.compile(r" ?(?:万元|万 ?kWh|%|个月|天|户|件|起|次|周|台套|人|小时|分钟|个点|个片区|家)")
CALENDAR = re.compile(
    r"20\d\d[-年/.]?\s*(?:\d{1,2}\s*(?:[-–至~到]\s*(?:20\d\d[-年])?\s*\d{1,2})?\s*月?)?(?:[-–]?\s*\d{1,2}\s*日?)?"
    r"|\d{1,2}\s*(?:[-–至~到、]\s*\d{1,2})?\s*月(?!台)(?:\s*\d{1,2}\s*[日号])?|(?<!\d)\d{2}-\d{2}(?!\d)|\d{1,2}:\d{2}"
)


@dataclass(frozen=True)
class Asset:
    """One asset file: its slug, the folder (kind), the front matter and, for a text, the body."""

    slug: str
    folder: str
    path: Path
    meta: dict[str, Any]
    body: str


def read_yaml(source: str) -> Any:
    """As `yaml.safe_load`, by the reader in C where the package has it: ten times as fast."""
    return yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@cache
def load(path: Path) -> Any:
    return read_yaml(path.read_text(encoding="utf-8"))


def read_text(path: Path) -> Asset:
    head, body = path.read_text(encoding="utf-8").split("\n---\n", 1)
    return Asset(path.stem, path.parent.name, path, read_yaml(head.removeprefix("---\n")), body)


def as_day(value: str | date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def read_file(path: Path) -> Asset:
    sidecar = path.with_name(path.name + ".yml")
    meta = {key: as_day(value) if key.endswith("_on") else value for key, value in load(sidecar).items()}
    return Asset(path.name.split(".")[0], path.parent.name, path, meta, "")


@cache
def assets() -> tuple[Asset, ...]:
    found = []
    for path in sorted((CONTENT / "assets").glob("*/*")):
        if path.suffix == ".md":
            found.append(read_text(path))
        elif path.suffix != ".yml":
            found.append(read_file(path))
    return tuple(found)


def facts() -> dict[str, Any]:
    loaded: dict[str, Any] = load(CONTENT / "facts.yml")
    return loaded


def taxonomy() -> dict[str, Any]:
    loaded: dict[str, Any] = load(CONTENT / "taxonomy.yml")
    return loaded


def folder(name: str) -> list[dict[str, Any]]:
    return [load(path) for path in sorted((CONTENT / name).glob("*.yml"))]


def keys(section: str) -> set[str]:
    return {item["key"] for item in taxonomy()[section]}


def emails() -> set[str]:
    return {person["email"] for person in load(CONTENT / "people.yml")["people"]}


def roles_of(email: str) -> set[str]:
    people = load(CONTENT / "people.yml")["people"]
    return {role for person in people if person["email"] == email for role in person["roles"]}


def customers() -> dict[str, dict[str, Any]]:
    return {item["key"]: item for item in load(CONTENT / "customers.yml")["customers"]}


def of_kind(kind: str) -> list[Asset]:
    return [asset for asset in assets() if asset.meta["kind"] == kind]


def texts() -> list[Asset]:
    return [asset for asset in assets() if asset.path.suffix == ".md"]


def shape_texts(shapes: Any) -> list[str]:
    """Collect the text of shapes, of tables and of what is grouped; charts keep theirs."""
    found = []
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            found += shape_texts(shape.shapes)
        elif shape.has_text_frame:
            found.append(shape.text_frame.text)
        elif getattr(shape, "has_table", False):
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return found


def deck_slides(path: Path) -> list[str]:
    """Give the text of each slide with its notes."""
    slides = []
    for slide in Presentation(str(path)).slides:
        notes = [slide.notes_slide.notes_text_frame.text] if slide.has_notes_slide else []
        slides.append("\n".join(shape_texts(slide.shapes) + notes))
    return slides


def numbers_in(text: str) -> set[float]:
    plain = CALENDAR.sub(" ", text)
    return {float(hit.replace(",", "")) for hit in NUMBER.findall(plain)}


def numbers_of(value: Any) -> set[float]:
    """Collect every number below a node of facts.yml: as a value, and inside its wording."""
    if isinstance(value, dict):
        return set().union(*(numbers_of(item) for item in value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*(numbers_of(item) for item in value)) if value else set()
    if isinstance(value, bool) or value is None or isinstance(value, date):
        return set()
    return {float(value)} if isinstance(value, int | float) else numbers_in(str(value))


def case_of(asset: Asset) -> dict[str, Any]:
    case: dict[str, Any] = facts()["cases"][asset.meta.get("twin_of", asset.slug)]
    return case


def case_texts() -> list[Asset]:
    return [asset for asset in of_kind("case_study") if asset.path.suffix == ".md"]


def bare(text: str) -> str:
    return re.sub(r"[\s“”‘’\"']", "", text)


def figure(path: str) -> float | None:
    """Follow `case-x.saving` or `energy.price.phase_one` into the facts; None when it leads nowhere."""
    head, *rest = path.split(".")
    node: Any = {**facts()["products"], **facts()["prospects"], "company": facts()["company"]}.get(head)
    if head in facts()["cases"]:
        node = facts()["cases"][head]["figures"]
    for part in rest:
        node = node[int(part)] if isinstance(node, list) else (node or {}).get(part)
    value = node.get("value") if isinstance(node, dict) else node
    return None if value is None else float(value)


def named_cases(sentence: str) -> list[dict[str, Any]]:
    known = customers()
    return [
        case
        for case in facts()["cases"].values()
        if any(
            name in sentence for name in (known[case["customer"]]["name"][:2], case.get("public_name", "\0"))
        )
    ]


def measured(text: str) -> str:
    """Keep of a slide only its numbers with a unit that a case is measured in, and all its words."""
    return NUMBER.sub(lambda hit: hit[0] if MEASURE.match(text, hit.end()) else "", text)


def strange_numbers(sentence: str) -> set[float]:
    """Give the numbers beside a customer's name that its case lacks; one to three is only counting."""
    named = named_cases(sentence)
    if not named:
        return set()
    known = set().union(*(numbers_of(case) for case in named))
    return {number for number in numbers_in(sentence) if number not in known and number > 3}
