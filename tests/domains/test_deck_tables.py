"""Tables and pictures that a deck template asks for, and templates that propose their questions themselves."""

import csv
import io
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pptx import Presentation
from sqlmodel import select

from hub import assets, decks, slides
from hub.base.errors import Conflict, HubError, NotFound
from hub.decks import answers, manifest, pictures, proposing, tables, values
from tests.cast import Cast
from tests.domains.deck_house import ANSWERS, add_kit, pptx, texts

ZONES = """
name: zones
title: 片区
tier: enterprise
questions:
  - {key: customer.name, type: text, label: 客户名称, required: true}
  - key: zones
    type: rows
    label: 片区
    required: true
    min: 1
    max: 3
    columns:
      - {key: name, type: text, label: 片区, label_en: Zone, required: true}
      - {key: cost, type: money, label: 电费}
      - {key: change, type: percent, label: 同比}
      - {key: facts, type: list, label: 数字, parts: [value, label]}
      - {key: photo, type: picture, label: 图}
    default:
      - {name: A 区, cost: 1000, change: -0.1, facts: ["12 | 栋"]}
  - {key: logo, type: picture, label: 标志}
computed:
  total: {sum: zones.cost}
  best: {rows: zones, least: change}
slides:
  - {slide: 1, locked: true}
  - {slide: 2, each: zones, as: z}
"""
PAGES = (
    ("{{ customer.name }}", "{{ total | money }}，最好的是{{ best.name }}", ""),
    (
        "{{ z.name }}",
        "{{ z.change? | percent(1) }}\n{% for f in z.facts %}\n{{ f.value }}{{ f.label }}\n{% endfor %}",
        "{% slide for z in zones %}\n第 {{ loop.index }} 片，共 {{ loop.count }} 片",
    ),
)


@cache
def asked() -> decks.Manifest:
    return manifest.parse(ZONES, slide_count=2)[0]


def zones() -> decks.Question:
    return asked().question("zones")


def png(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


def test_cells_are_read_by_their_column_and_what_cannot_be_read_stays_as_typed():
    row = tables.answers.row(
        zones(), {"name": "B 区", "cost": "9.8 万", "change": "−14.6%", "facts": ["12 | 栋\n3 | 户"]}
    )
    odd = answers.row(zones(), {"name": "C 区", "cost": "很多", "change": "说不清"})

    assert row == {"name": "B 区", "cost": 98_000, "change": -0.146, "facts": ["12 | 栋", "3 | 户"]}
    assert odd == {"name": "C 区", "cost": "很多", "change": "说不清"}
    found = answers.faults(asked(), {"customer.name": "x", "zones": [row, odd]}, lambda _q: [])
    assert set(found) == {"zones", "zones[2].cost", "zones[2].change"}
    assert "第 2 行的“电费”" in found["zones"]


def test_too_many_rows_too_few_and_an_empty_required_cell_are_told():
    full = [{"name": str(n)} for n in range(5)]

    kept = answers.rows(zones(), full)
    assert (
        answers.faults(asked(), {"customer.name": "x", "zones": kept}, lambda _q: [])["zones"]
        == "最多 3 行。"
    )
    assert answers.faults(asked(), {"customer.name": "x"}, lambda _q: [])["zones"] == "这一项必填。"
    empty = answers.faults(asked(), {"customer.name": "x", "zones": [{"cost": 1}]}, lambda _q: [])
    assert empty["zones[1].name"] == "这一项必填。"


@given(
    st.lists(
        st.tuples(st.text('甲乙 ab\n"，', min_size=1, max_size=8), st.integers(0, 10**9)),
        min_size=1,
        max_size=9,
    )
)
def test_what_a_spreadsheet_copies_comes_in_as_it_stood(rows):
    copied = io.StringIO()
    csv.writer(copied, delimiter="\t", lineterminator="\r\n").writerows([["片区", "电费"], *rows])

    read = [answers.row(zones(), {"name": name, "cost": str(cost)}) for name, cost in rows]
    assert tables.pasted(zones(), copied.getvalue()) == [row for row in read if row]


@given(st.text(max_size=60))
def test_no_paste_is_a_fault_of_ours(text):
    try:
        made = tables.pasted(zones(), text)
    except HubError:
        return
    assert all(made)


def test_a_paste_over_the_limit_says_so_and_columns_without_names_stand_in_their_order():
    assert tables.pasted(zones(), "B 区\t9.8 万\t-14.6%") == [
        {"name": "B 区", "cost": 98_000, "change": -0.146}
    ]
    with pytest.raises(HubError, match="最多 3 行，加上粘贴的有 4 行"):
        tables.with_pasted(zones(), [{"name": "A"}], "B\nC\nD")
    assert len(tables.with_pasted(zones(), [{"name": "A"}], "B\nC\nD", instead=True)) == 3


def test_rows_become_values_with_sums_the_best_row_and_lines_in_pieces():
    said = {
        "zones": [{"name": "A", "cost": 10, "change": -0.1, "facts": ["12 | 栋"]}, {"name": "B", "cost": 5}]
    }

    made = values.of_answers(asked(), said, lambda _f, key: key)

    assert (made["total"], made["best"]["name"]) == (15, "A")
    assert made["zones"][0]["facts"] == [{"value": "12", "label": "栋"}]
    assert made["zones"][1] == {"name": "B", "cost": 5, "change": None, "facts": [], "photo": None}


def test_a_table_is_the_data_of_a_chart_when_it_says_so():
    text = ZONES.replace("type: rows", "type: rows\n    chart: true").replace(
        "{sum: zones.cost}", "{sum: zones.1}"
    )
    read = manifest.parse(text, slide_count=2)[0]

    made = values.of_answers(read, {"zones": [{"name": "4 月", "cost": 7}]}, lambda _f, key: key)

    assert made["zones"]["categories"] == ["4 月"]
    assert made["zones"]["series"][0] == {"name": "电费", "values": [7]}
    assert made["total"] == 7


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("type: rows\n    columns: []", "columns"),
        ("type: rows\n    columns:\n      - {key: a, type: rows}", "columns[1].type"),
        ("type: rows\n    columns:\n      - {key: a}\n      - {key: a}", "columns[2].key"),
        ("type: rows\n    default: 3\n    columns:\n      - {key: a}", "default"),
    ],
)
def test_a_table_that_is_written_wrong_is_told_by_its_place(line, said):
    text = f"name: x\ntitle: x\nquestions:\n  - key: t\n    label: t\n    {line}\nslides:\n  - {{slide: 1}}\n"
    with pytest.raises(HubError) as caught:
        manifest.parse(text, slide_count=1)
    assert said in caught.value.message


def test_questions_are_proposed_from_tokens_loops_pictures_and_filters():
    found = slides.survey(pptx(PAGES))
    made = {q["key"]: q for q in proposing.questions(found.spots)}

    assert made["customer.name"] == {
        "key": "customer.name", "label": "客户名称", "label_en": "Customer", "type": "text", "required": True,
    }  # fmt: skip
    assert [c["key"] for c in made["zones"]["columns"]] == ["name", "change", "facts"]
    assert made["zones"]["columns"][1]["type"] == "percent"
    assert "required" not in made["zones"]["columns"][1]
    assert made["zones"]["columns"][2]["parts"] == ["value", "label"]
    assert made["total"]["type"] == "money"
    assert proposing.steps(found)[1] == {"slide": 2, "each": "zones", "as": "z"}


def test_a_slide_is_called_by_its_title_with_dots_for_tokens():
    said = ("{{ customer.name }} {{ year }} 年回顾", "省电：{{ a }} 到 {{ b }}", "{{ z.name }}")

    found = slides.survey(pptx([(title, "", "") for title in said]))

    assert found.titles == ("… 年回顾", "省电：… 到 …", "")


def house(session, wiring, cast: Cast) -> decks.Deck:
    """A deck of Lin's with the table of zones."""
    kit = add_kit(session, wiring, cast)
    decks.import_template(session, wiring.blobs, "", pptx(PAGES), ZONES, by=cast.ting)
    row = decks.template_by_name(session, "zones")
    return decks.start(session, row, kit, {"customer.name": "华辰"}, by=cast.lin)


def test_rows_and_pictures_are_kept_with_the_deck_and_stand_on_its_slides(wiring, cast):
    with wiring.database.write() as session:
        deck = house(session, wiring, cast)
        assert decks.is_example(zones(), deck.brief["zones"])
        held = decks.add_picture(session, wiring.blobs, wiring.settings, deck, png(), "a.png", by=cast.lin)
        row = {"name": "B 区", "cost": 5, "change": -0.2, "photo": {"picture": held.id, "alt": "库"}}
        decks.set_answer(
            session, deck, "zones", [{"name": "A 区", "cost": 10, "change": -0.1}, row], by=cast.lin
        )
        decks.ask(session, deck, by=cast.lin)
        made, edition = deck.id, deck.edition
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, made, edition)

    with wiring.database.read() as session:
        deck = decks.get(session, made, cast.lin)
        assert (deck.state, deck.error) == ("ready", "")
        assert deck.brief["zones"][1] == row
        said = texts(wiring.blobs.get(deck.blob_sha))
        assert "最好的是B 区" in said[0]
        assert ["A 区" in said[1], "第 2 片，共 2 片" in said[2]] == [True, True]
        assert pictures.of_deck(session, deck)[held.id].blob_sha


def a_picture(session, wiring, cast: Cast, title: str, **fields) -> assets.Asset:
    said = {"kind": "brand", "audience": "customer", **fields}
    content = assets.Content(file_name=f"{title}.png", blob=wiring.blobs.put(png(title)), digest=None)
    version = assets.create(session, assets.Fields(title=title, **said), content, by=cast.ting)
    assets.submit(session, version, by=cast.ting)
    assets.approve(session, version, by=cast.min)
    return session.get_one(assets.Asset, version.asset_id)


def test_a_picture_of_the_library_is_chosen_renewed_and_keeps_a_withdrawn_one_from_going_out(wiring, cast):
    with wiring.database.write() as session:
        deck = house(session, wiring, cast)
        shown = a_picture(session, wiring, cast, "blue")
        inside = a_picture(session, wiring, cast, "green", audience="internal")
        assert [c.id for c in decks.pictures_offered(session, cast.lin)] == [shown.id]
        with pytest.raises(Conflict):
            decks.choose_picture(session, deck, inside.id, by=cast.lin)
        with pytest.raises(NotFound):
            decks.choose_picture(session, deck, 9_999, by=cast.lin)
        decks.set_answer(session, deck, "logo", {"asset": shown.slug}, by=cast.lin)
        held = session.exec(select(decks.DeckPicture)).one()
        assert (deck.brief["logo"], held.asset_id) == ({"picture": held.id, "alt": ""}, shown.id)

        content = assets.Content(file_name="b.png", blob=wiring.blobs.put(png("black")), digest=None)
        newer = assets.add_version(session, shown, content, by=cast.ting)
        assets.submit(session, newer, by=cast.ting)
        assets.approve(session, newer, by=cast.min)
        assert decks.outdated(session, deck, cast.lin) >= 1
        decks.update_slides(session, deck, by=cast.lin)
        fresh = decks.picture(session, deck, deck.brief["logo"]["picture"])
        assert fresh.version_id == newer.id

        deck.state = "draft"
        assets.withdraw(session, newer, reason="不用了", by=cast.ting)
        assert "换一张" in decks.faults(session, deck, cast.lin)["logo"]
        with pytest.raises(Conflict):
            decks.ask(session, deck, by=cast.lin)


def test_a_picture_of_another_deck_is_no_answer_and_what_is_no_picture_is_refused(wiring, cast):
    with wiring.database.write() as session:
        deck = house(session, wiring, cast)
        decks.set_answer(session, deck, "logo", {"picture": 77, "alt": ""}, by=cast.lin)
        assert "logo" in decks.faults(session, deck, cast.lin)
        with pytest.raises(HubError, match="不是能用的图片"):
            decks.add_picture(session, wiring.blobs, wiring.settings, deck, b"no", "x.png", by=cast.lin)


def test_a_template_without_a_manifest_waits_as_a_draft_and_keeps_what_was_asked_before(wiring, cast):
    with wiring.database.write() as session:
        house(session, wiring, cast)
        draft = decks.propose(session, wiring.blobs, pptx(PAGES), title="", instead_of="zones", by=cast.ting)
        assert [t.state for t in decks.templates(session)] == ["on_offer"]
        assert decks.manifest_of(draft).question("zones").label == "片区"
        assert "total" in decks.manifest_of(draft).computed
        with pytest.raises(NotFound):
            decks.template_for(session, draft.id, cast.lin)
        said = {"title": ["新的片区"], "0.label": ["客户全称"], "0.asked": ["1"], "0.type": ["text"]}
        said["makes"] = ["片区 回顾"]
        decks.reword(session, draft, decks.corrected_manifest(draft.manifest, said), by=cast.ting)
        decks.confirm(session, draft, by=cast.ting)

        [now] = decks.templates(session)
        assert (now.id, now.number, now.title) == (draft.id, 2, "新的片区")
        assert decks.manifest_of(now).question("customer.name").label == "客户全称"
        assert decks.manifest_of(now).makes == "片区 回顾"


def test_a_slide_that_its_notes_repeat_has_to_be_repeated_by_the_manifest(wiring, cast):
    text = ZONES.replace("{slide: 2, each: zones, as: z}", "{slide: 2}")

    with wiring.database.write() as session, pytest.raises(HubError, match="each: zones, as: z"):
        decks.import_template(session, wiring.blobs, "", pptx(PAGES), text, by=cast.ting)


def test_briefs_and_templates_of_before_are_read_as_they_were():
    old = {
        "name": "a",
        "title": "a",
        "questions": [{"key": "bill", "type": "money", "label": "费"}],
        "slides": [{"slide": 1}],
    }
    read = manifest.from_data(old)

    assert read.purpose == "pitch"
    assert answers.defaults(read, date(2026, 11, 22)) == {}
    assert values.of_answers(read, {"bill": 7}, lambda _f, key: key) == {"bill": 7}
    assert ANSWERS


def test_words_that_come_with_a_picture_are_its_alternative_text():
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[6])
    shape = slide.shapes.add_textbox(0, 0, 900_000, 900_000)
    shape._element.nvSpPr.cNvPr.set("descr", "{% picture logo fit %}标志")
    out = io.BytesIO()
    made.save(out)

    def described(value: object) -> str:
        filled = Presentation(io.BytesIO(slides.fill(out.getvalue(), {"logo": value}).data))
        return filled.slides[0].shapes[0]._element.xpath(".//p:cNvPr/@descr")[0]

    assert described({"data": png(), "alt": "红色的标志"}) == "红色的标志"
    assert described(png()) == "标志"


def test_questions_with_the_same_words_before_them_are_told_apart_by_their_keys():
    found = slides.survey(
        pptx((("方案", "面积：{{ site.area }}\n面积：{{ roof.area }}\n预算：{{ budget }}", ""),))
    )

    asked = proposing.manifest_for(found, name="x", title="", purpose="pitch")["questions"]
    again = proposing.manifest_for(
        found,
        name="x",
        title="",
        purpose="pitch",
        before={"questions": [{"key": "site.area", "label": "面积"}]},
    )

    assert [q["label"] for q in asked] == ["面积 (site.area)", "面积 (roof.area)", "预算"]
    assert [q["label"] for q in again["questions"]] == ["面积", "面积 (roof.area)", "预算"]
