"""Small decks for tests: a template with tokens and its manifest, a source deck, a kit with both."""

import io
from collections.abc import Sequence
from functools import cache

from pptx import Presentation
from pptx.util import Inches

from hub import assets, decks, toolkits
from hub.base.settings import Settings
from tests.cast import Cast, on_offer

MANIFEST = """
name: small
title: 小模板
title_en: Small
version: 3
tier: enterprise
questions:
  - {key: customer.name, type: text, label: 客户名称, required: true}
  - {key: customer.industry, type: choice, options_from: industries, label: 行业}
  - key: pains
    type: multi_choice
    label: 难处
    required: true
    options:
      - {value: peak, label: 峰段电费高, detail: 尖峰时段用电多}
      - {value: silos, label: 系统割裂, detail: 各管各的}
  - {key: bill, type: money, label: 年电费}
slides:
  - {slide: 1, locked: true, title: 封面}
  - {slide: 2, when: pains, title: 难处}
  - {from: {kind: solution, assets: 1, pages: 2}}
  - {slide: 3, each: cases, as: case, title: 案例}
  - {slide: 4, locked: true, title: 常问}
"""
TEMPLATE = (
    ("{{ customer.name }}", "{{ seller.name }} · {{ today | date }}", ""),
    ("{{ customer.name }}的难处", "{% for p in pains %}\n{{ p.title }}：{{ p.detail }}\n{% endfor %}", ""),
    ("{{ case.title }}", "{{ case.customer }} 省 {{ case.figures.saving? }}", ""),
    (
        "常问",
        "{{ bill | money | default('待测算') }}",
        "{% for f in faqs %}\n{{ f.question }}：{{ f.answer }}\n{% endfor %}",
    ),
)


def pptx(slides: Sequence[tuple[str, str, str]]) -> bytes:
    """A deck of (title, text, notes); the lines of a text are paragraphs."""
    made = Presentation()
    made.slide_width, made.slide_height = Inches(13.333), Inches(7.5)
    for title, text, notes in slides:
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text_frame.text = title
        box = slide.shapes.add_textbox(Inches(1), Inches(2), Inches(10), Inches(4)).text_frame
        box.text = text
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def texts(data: bytes) -> list[str]:
    """What each slide of a deck says, notes included."""
    said = []
    for slide in Presentation(io.BytesIO(data)).slides:
        parts = [s.text_frame.text for s in slide.shapes if s.has_text_frame]
        if slide.has_notes_slide:
            parts.append(slide.notes_slide.notes_text_frame.text)
        said.append("\n".join(parts))
    return said


def add_template(session, wiring, by, text: str = MANIFEST) -> decks.DeckTemplate:
    """The small template on offer."""
    decks.import_template(session, wiring.blobs, "", pptx(TEMPLATE), text, by=by)
    return decks.template_by_name(session, "small")


@cache
def five_slides(title: str) -> tuple[bytes, assets.Digest]:
    """The PPTX of `add_deck` and what it says, read once for all tests."""
    data = pptx(
        [
            (title, "封面", ""),
            ("目录", "一 二 三", ""),
            ("公司简介", "成立于 2014 年", ""),
            (f"{title}：峰段电费", "尖峰时段怎么移", "讲慢一点"),
            (f"{title}：电价一变", "峰段电费重算", ""),
        ]
    )
    return data, assets.read(f"{title}.pptx", data, Settings())


def add_deck(session, wiring, cast: Cast, title: str, **fields) -> assets.Asset:
    """A PPTX of five slides on offer: cover, contents, two about electricity and one about something else."""
    said = {
        "kind": "solution",
        "audience": "customer",
        "tags": {"product": ["energy"], "industry": ["park"]},
        **fields,
    }
    data, read = five_slides(title)
    content = assets.Content(file_name=f"{title}.pptx", blob=wiring.blobs.put(data), digest=read)
    version = assets.create(session, assets.Fields(title=title, **said), content, by=cast.ting)
    assets.submit(session, version, by=cast.ting)
    assets.approve(session, version, by=cast.min)
    return session.get_one(assets.Asset, version.asset_id)


def add_kit(session, wiring, cast: Cast) -> toolkits.Toolkit:
    """A published kit: a solution deck, a case, a question, and an internal deck."""
    add_deck(session, wiring, cast, "园区方案")
    add_deck(session, wiring, cast, "内部方案", audience="internal", recommended=True)
    on_offer(
        session,
        cast,
        "江北：一年省 63 万",
        kind="case_study",
        extra={"figures": {"saving": 63}},
        summary="冷站不靠手感",
    )
    on_offer(session, cast, "峰段能降多少？", kind="faq", text="看**尖峰**时段。")
    kit = toolkits.create(
        session,
        toolkits.Fields(
            title="能碳 · 园区", product="energy", industry="park", rules=[{"product": "energy"}]
        ),
        by=cast.ting,
        slug="energy-park",
    )
    toolkits.publish(session, kit, by=cast.ting)
    return kit


ANSWERS = {"customer.name": "华辰电子产业园", "customer.industry": "park", "pains": ["peak"]}
