"""Fills the same eight little templates with `hub.slides` and with docxtemplater's core: which ones come out right?

The eight: one run, a token split over runs, two tokens in a paragraph, a group, a table cell, a loop over rows,
notes, a chart's title. Each is written in its engine's own way of writing; what counts is that the expected words
stand in the deck, that no token is left, and that the deck opens.
"""

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from hub.base.errors import HubError
from hub.slides import fill, read_package

PEERS = ("docxtemplater@3", "pizzip@3")
VALUES = {"name": "Acme", "city": "Wuhan", "rows": [{"name": "one"}, {"name": "two"}]}
Draw = Callable[[Any, Callable[[str], str]], list[str]]
"""Draws a template's slide with a way to write a token; gives the words that are expected."""


def _one_run(slide: Any, token: Callable[[str], str]) -> list[str]:
    _box(slide, f"For {token('name')}")
    return ["For Acme"]


def _split_runs(slide: Any, token: Callable[[str], str]) -> list[str]:
    written = token("name")
    _box(slide, "For ", written[:3], written[3:5], written[5:])
    return ["Acme"]


def _two_tokens(slide: Any, token: Callable[[str], str]) -> list[str]:
    _box(slide, f"{token('name')} in {token('city')}")
    return ["Acme in Wuhan"]


def _group(slide: Any, token: Callable[[str], str]) -> list[str]:
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(3), Inches(1)).text_frame.text = f"For {token('name')}"
    return ["For Acme"]


def _table_cell(slide: Any, token: Callable[[str], str]) -> list[str]:
    _table(slide, 1).cell(0, 0).text = f"For {token('name')}"
    return ["For Acme"]


def _row_loop(slide: Any, token: Callable[[str], str]) -> list[str]:
    ours = token("name").startswith("{{")
    table = _table(slide, 2)
    table.cell(0, 0).text = "Name"
    table.cell(1, 0).text = "{% for row in rows %}{{ row.name }}" if ours else "{#rows}{name}"
    table.cell(1, 1).text = "x{% endfor %}" if ours else "x{/rows}"
    return ["one", "two"]


def _notes(slide: Any, token: Callable[[str], str]) -> list[str]:
    slide.notes_slide.notes_text_frame.text = f"For {token('name')}"
    return ["For Acme"]


def _chart_title(slide: Any, token: Callable[[str], str]) -> list[str]:
    data = CategoryChartData()
    data.categories = ["a", "b"]
    data.add_series("s", (1, 2))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(5), Inches(3), data)
    frame.chart.has_title = True
    frame.chart.chart_title.text_frame.text = f"For {token('name')}"
    return ["For Acme"]


def _box(slide: Any, *runs: str) -> None:
    paragraph = slide.shapes.add_textbox(0, 0, Inches(5), Inches(1)).text_frame.paragraphs[0]
    for text in runs:
        paragraph.add_run().text = text


def _table(slide: Any, rows: int) -> Any:
    return slide.shapes.add_table(rows, 2, 0, 0, Inches(5), Inches(1)).table


CASES: dict[str, Draw] = {
    "single run": _one_run,
    "split runs": _split_runs,
    "two tokens": _two_tokens,
    "group": _group,
    "table cell": _table_cell,
    "row loop": _row_loop,
    "notes": _notes,
    "chart title": _chart_title,
}


def report_filling(work: Path, *, peer: bool) -> None:
    ours = {case: _ours(*_template(draw, lambda name: f"{{{{ {name} }}}}")) for case, draw in CASES.items()}
    _tell("hub.slides", ours)
    if peer:
        _tell("docxtemplater", _peers(work))


def _tell(label: str, passed: dict[str, bool]) -> None:
    missed = ", ".join(case for case, right in passed.items() if not right)
    print(f"filled, {label}: {sum(passed.values())} of {len(passed)}{f'; not: {missed}' if missed else ''}")


def _template(draw: Draw, token: Callable[[str], str]) -> tuple[bytes, list[str]]:
    deck = Presentation()
    expected = draw(deck.slides.add_slide(deck.slide_layouts[6]), token)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue(), expected


def _ours(template: bytes, expected: list[str]) -> bool:
    try:
        return _is_right(fill(template, VALUES).data, expected)
    except HubError:
        return False


def _peers(work: Path) -> dict[str, bool]:
    """docxtemplater's, in one node process; a template it refuses has no result."""
    home, folder = work / "filler", work / "filling"
    folder.mkdir(exist_ok=True)
    if not (home / "node_modules").exists():
        command = ["npm", "install", "--silent", "--prefix", str(home), *PEERS]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    expected = {}
    for case, draw in CASES.items():
        template, expected[case] = _template(draw, lambda name: f"{{{name}}}")
        (folder / f"{case}.pptx").write_bytes(template)
        (folder / f"{case}.out.pptx").unlink(missing_ok=True)
    script = Path(__file__).with_name("slides_filler.cjs")
    told = [str(home), str(folder), json.dumps([*CASES]), json.dumps(VALUES)]
    subprocess.run(["node", str(script), *told], check=True, stdout=subprocess.DEVNULL)
    made = {case: folder / f"{case}.out.pptx" for case in CASES}
    return {
        case: file.exists() and _is_right(file.read_bytes(), expected[case]) for case, file in made.items()
    }


def _is_right(deck: bytes, expected: list[str]) -> bool:
    Presentation(io.BytesIO(deck))
    package = read_package(deck)
    texts: list[str] = []
    for name in package.names():
        if name.endswith(".xml") and name.startswith(("/ppt/slides/", "/ppt/charts/", "/ppt/notesSlides/")):
            texts += ["".join(p.itertext("{*}t")) for p in package.xml(name).iter("{*}p")]
    return all(any(words in text for text in texts) for words in expected) and not any(
        "{" in text for text in texts
    )
