"""The demo decks and templates: designed, complete, with the fonts and figures they should have."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
CONTENT = ROOT / "content"
DECKS = sorted((CONTENT / "assets").glob("*/*-deck.pptx"))
REVIEWS = ("value-review", "value-review-en")  # tests/test_value_review.py looks at these
TEMPLATES = [
    path
    for path in sorted((ROOT / "templates" / "decks").glob("*/template.pptx"))
    if path.parent.name not in REVIEWS
]
BRIEFED = [path for path in TEMPLATES if path.with_name("manifest.yml").exists()]  # the third is for forms
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

# Which of a case's figures a deck must show; the words beside a number differ, the number may not.
SHOWN = {
    "intro-energy-lite-deck": {
        "xingang": ("cost_cut", "reading_cut", "payback_months", "investment", "saving")
    },
    "solution-park-energy-deck": {
        "jiangbei": ("saving", "investment", "payback_months", "peak_share_before", "peak_share_after"),
        "lincheng": ("filing_days_before", "filing_days_after", "people_after", "returned_before"),
    },
    "solution-campus-deck": {
        "beihu": ("energy_cut", "saving", "investment", "payback_months", "unknown_share", "systems"),
        "huadong-electronics": ("intensity_cut", "saving", "investment"),
    },
    "solution-tenant-billing-deck": {
        "xingang": ("complaints_cut", "cost_cut", "payback_months"),
        "qinghe": ("cost_cut", "saving", "payback_months"),
    },
    "solution-electronics-energy-deck": {
        "qiming-air": (
            "specific_before",
            "specific_after",
            "leak_before",
            "leak_after",
            "saved_kwh",
            "saving",
            "investment",
            "payback_months",
        )
    },
    "case-park-trio-deck": {
        "xingang": ("cost_cut", "saving"),
        "lincheng": ("firms", "filing_days_after"),
        "jiangbei": ("saving", "saving_from_kwh", "saving_from_shift"),
    },
    "intro-iot-deck": {
        "hengyu-iot": ("saving", "investment", "stop_cut"),
        "cangwu-line": ("stops_before", "stops_after", "payback_months"),
    },
    "solution-logistics-security-deck": {
        "dongyu-dock": ("disputes_before", "disputes_after", "saving", "investment", "payback_months")
    },
    "training-energy-talk-deck": {
        "xingang": ("complaints_before", "payback_months"),
        "jiangbei": ("saving",),
    },
    "solution-steel-energy-deck": {
        "mingzhou-gas": ("flare_before", "flare_after", "saving", "investment", "payback_months"),
        "hengyu-iot": ("saving", "payback_months"),
    },
}


def deck_id(path: Path) -> str:
    return path.stem if path.stem != "template" else path.parent.name


def shapes(slide: Any) -> Iterator[Any]:
    for shape in slide.shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from shape.shapes
        else:
            yield shape


def kind_of(shape: Any) -> str:
    if shape.has_chart:
        return f"chart {shape.chart.chart_type}"
    if shape.has_table:
        return "table"
    if shape.shape_type == MSO_SHAPE_TYPE.PICTURE:
        return "picture"
    geometry = shape._element.find(f".//{DRAWING}prstGeom")
    return geometry.get("prst") if geometry is not None else "freeform"


def design(slide: Any) -> tuple[Any, ...]:
    """The structure of a slide: its layout and, on a coarse scale, how many shapes of each kind."""
    counts = Counter(map(kind_of, shapes(slide)))
    return slide.slide_layout.name, *sorted((kind, min(count, 24) // 3) for kind, count in counts.items())


def words_of(slide: Any) -> str:
    """Everything a reader sees as text: boxes, tables, chart titles."""
    found = []
    for shape in shapes(slide):
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
        if shape.has_chart and shape.chart.has_title:
            found.append(shape.chart.chart_title.text_frame.text)
    return "\n".join(found)


def words(presentation: Any) -> str:
    return "\n".join(map(words_of, presentation.slides))


@cache
def opened(path: Path) -> Any:
    return Presentation(str(path))


def facts() -> dict[str, Any]:
    return dict(yaml.safe_load((CONTENT / "facts.yml").read_text(encoding="utf-8")))


def written(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,}"


def test_there_are_ten_decks_and_three_templates_two_of_them_with_a_brief() -> None:
    assert len(DECKS) >= 10
    assert (len(TEMPLATES), len(BRIEFED)) == (3, 2)
    assert {path.stem for path in DECKS} == set(SHOWN)


@pytest.mark.parametrize("path", DECKS, ids=deck_id)
def test_a_deck_has_eight_to_twenty_slides_of_at_least_six_designs(path: Path) -> None:
    slides = list(opened(path).slides)

    assert 8 <= len(slides) <= 20
    assert len({design(slide) for slide in slides}) >= max(6, len(slides) * 3 // 4)
    assert len({slide.slide_layout.name for slide in slides}) >= 3


@pytest.mark.parametrize("path", DECKS, ids=deck_id)
def test_a_deck_has_native_charts_tables_or_diagrams_and_speaker_notes(path: Path) -> None:
    slides = list(opened(path).slides)
    kinds = Counter(kind_of(shape) for slide in slides for shape in shapes(slide))
    noted = [
        slide for slide in slides if slide.has_notes_slide and slide.notes_slide.notes_text_frame.text.strip()
    ]

    assert sum(count for kind, count in kinds.items() if kind.startswith("chart")) >= 1
    assert kinds["table"] >= 1
    assert len(noted) >= len(slides) * 0.8
    assert all(slide.shapes.title is not None and slide.shapes.title.text.strip() for slide in slides)


@pytest.mark.parametrize("path", [*DECKS, *TEMPLATES], ids=deck_id)
def test_pictures_charts_and_tables_say_in_words_what_they_show(path: Path) -> None:
    for number, slide in enumerate(opened(path).slides, start=1):
        for shape in shapes(slide):
            if shape.has_chart or shape.has_table or shape.shape_type == MSO_SHAPE_TYPE.PICTURE:
                properties = shape._element.xpath(".//p:cNvPr")[0]
                assert properties.get("descr", "").strip(), f"slide {number}: {shape.name} has no alt text"


@pytest.mark.parametrize("path", [*DECKS, *TEMPLATES], ids=deck_id)
def test_the_theme_sets_an_east_asian_font_and_the_page_is_sixteen_to_nine(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        theme = archive.read("ppt/theme/theme1.xml").decode()
    presentation = opened(path)

    assert re.findall(r'<a:ea typeface="([^"]+)"', theme)
    assert all(re.findall(r'<a:ea typeface="([^"]*)"', theme))
    assert presentation.slide_width * 9 == presentation.slide_height * 16


@pytest.mark.parametrize("path", [*DECKS, *TEMPLATES], ids=deck_id)
def test_nothing_hangs_over_the_edge_of_a_slide_by_more_than_a_decoration_may(path: Path) -> None:
    presentation = opened(path)
    wide, high = presentation.slide_width, presentation.slide_height
    for number, slide in enumerate(presentation.slides, start=1):
        for shape in shapes(slide):
            inside = (
                shape.left >= 0
                and shape.top >= 0
                and shape.left + shape.width <= wide
                and shape.top + shape.height <= high
            )
            assert inside or not (shape.has_text_frame and shape.text_frame.text.strip()), (
                f"slide {number}: {shape.name} leaves the page"
            )


def test_every_deck_has_its_own_colours_and_none_is_larger_than_a_mail_takes() -> None:
    colours = set()
    for path in [*DECKS, *TEMPLATES]:
        with zipfile.ZipFile(path) as archive:
            theme = archive.read("ppt/theme/theme1.xml").decode()
        colours.add(tuple(re.findall(r'<a:srgbClr val="([0-9A-F]{6})"', theme)[:6]))
        assert path.stat().st_size < 1_500_000

    assert len(colours) == len(DECKS) + len(TEMPLATES)
    assert sum(path.stat().st_size for path in [*DECKS, *TEMPLATES]) < 12_000_000


@pytest.mark.parametrize("path", DECKS, ids=deck_id)
def test_the_figures_of_a_deck_are_those_of_the_book_of_facts(path: Path) -> None:
    text = words(opened(path))
    cases = facts()["cases"]

    for case, names in SHOWN[path.stem].items():
        for name in names:
            figure = written(cases[f"case-{case}"]["figures"][name]["value"])
            assert re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d]|[.,]\d)", text), (
                f"{case}.{name} = {figure} is not on a slide"
            )


@pytest.mark.parametrize("path", [*DECKS, *TEMPLATES], ids=deck_id)
def test_confidential_customers_are_never_named(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))

    for name in ("苏阑", "南湾"):
        assert name not in text


@pytest.mark.parametrize("path", DECKS, ids=deck_id)
def test_the_front_matter_beside_a_deck_names_known_terms(path: Path) -> None:
    meta = yaml.safe_load(path.with_name(path.name + ".yml").read_text(encoding="utf-8"))
    taxonomy = yaml.safe_load((CONTENT / "taxonomy.yml").read_text(encoding="utf-8"))
    people = {
        person["email"]
        for person in yaml.safe_load((CONTENT / "people.yml").read_text(encoding="utf-8"))["people"]
    }

    assert meta["kind"] == path.parent.name
    assert meta["owner"] in people
    assert len(meta["summary"]) <= 90
    for facet, shelf in (
        ("product", "products"),
        ("industry", "industries"),
        ("scenario", "scenarios"),
        ("stage", "stages"),
    ):
        assert set(meta.get(facet, [])) <= {term["key"] for term in taxonomy[shelf]}


@pytest.mark.parametrize("path", BRIEFED, ids=deck_id)
def test_a_template_asks_what_it_fills_and_its_recipe_names_its_own_slides(path: Path) -> None:
    manifest = yaml.safe_load((path.parent / "manifest.yml").read_text(encoding="utf-8"))
    presentation = opened(path)
    asked = [question for question in manifest["questions"] if question.get("required")]
    used = [step["slide"] for step in manifest["slides"] if "slide" in step]

    assert len(asked) == 6
    assert sorted(used) == list(range(1, len(presentation.slides) + 1))
    text = words(presentation)
    assert "{{ customer.name }}" in text
    notes = "\n".join(slide.notes_slide.notes_text_frame.text for slide in presentation.slides)
    assert "{% for f in faqs %}" in notes
    charts = [shape for slide in presentation.slides for shape in shapes(slide) if shape.has_chart]
    assert any(
        "{% chart data.savings %}" in chart._element.xpath(".//p:cNvPr")[0].get("descr", "")
        for chart in charts
    )
    assert set(manifest["data"]) == {"savings"}


@pytest.mark.parametrize("path", TEMPLATES, ids=deck_id)
def test_every_opened_loop_and_condition_of_a_template_is_closed_on_its_slide(path: Path) -> None:
    for slide in opened(path).slides:
        texts = [words_of(slide), slide.notes_slide.notes_text_frame.text]
        for text in texts:
            begun = Counter(re.findall(r"\{% (for|if) ", text))
            closed = Counter(re.findall(r"\{% end(for|if) ", text))
            assert begun == closed


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))}


@pytest.mark.long
def test_the_script_draws_the_committed_files_again(tmp_path: Path) -> None:
    """Whoever changes a figure in facts.yml has to run the script: the slides are then drawn with it."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import build_decks, importlib, pathlib\n"
        "for name in build_decks.DECKS:\n"
        "    deck = importlib.import_module('decks.deck_' + name)\n"
        "    pathlib.Path(sys.argv[2], deck.META['slug'] + '.pptx').write_bytes(deck.build())\n"
        "proposal = importlib.import_module('decks.template_ventures')\n"
        "pathlib.Path(sys.argv[2], 'proposal.pptx').write_bytes(proposal.build())\n"
    )
    subprocess.run([sys.executable, "-c", script, str(CONTENT / "src"), str(tmp_path)], check=True)

    proposal = CONTENT.parent / "templates" / "decks" / "cross-department" / "proposal.pptx"
    for path in (*DECKS, proposal):
        assert parts(tmp_path / path.name) == parts(path), (
            f"{path.name} is older than its script or facts.yml"
        )
