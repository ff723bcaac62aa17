"""Cross-department proposals over their pages and by REST: from the first talk to a deck that all have signed."""

import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from PIL import Image
from pptx import Presentation

from hub import accounts, ventures
from hub.slides import check
from hub.web.pages.venture_drawing import APART, WIDE, ticks
from tests.cast import settle
from tests.domains.venture_cast import a_venture, sign_all, with_parties

ABOUT = {"title": "园区能碳联合方案", "with_whom": "物业公司", "product": "energy", "currency": "CNY"}
CONTACT = {
    "with_whom": "物业公司",
    "background": "同属一个集团。",
    "need": "二十个园区的名单",
    "gain": "每平米多 0.3 元",
    "cares": "不加人手",
}
MARKET = {
    "name": ["集团自持园区", ""],
    "customers": ["40", "60", "80", "", "", ""],
    "price": ["30万", "40万", "48万", "", "", ""],
    "penetration": ["10", "20", "25", "", "", ""],
    "customers_source": ["资产台账", ""],
    "price_source": ["三个中标", ""],
    "penetration_source": ["试点", ""],
}
BIDS = {
    "opportunity_id": [""] * 3,
    "customer": ["甲园", "乙园", "丙园"],
    "title": ["一期"] * 3,
    "amount": ["28万", "43万", "52万"],
    "currency": ["CNY"] * 3,
    "day": ["2026-03-06"] * 3,
    "source": ["中标公告"] * 3,
}
PANORAMA = {
    "name": ["能碳平台", "巡检"],
    "by": ["我们", "物业公司"],
    "layer": ["平台", "服务"],
    "into": ["", "能碳平台"],
}
BOUNDARY = {"work": ["装表", "收费"], "who": ["我们", "物业公司"], "does_not": ["物业不动强电柜", ""]}


def words(deck):
    """Everything a deck says on its slides, in groups and tables too."""
    with zipfile.ZipFile(io.BytesIO(deck)) as archive:
        slides = [n for n in archive.namelist() if n.startswith("ppt/slides/slide")]
        return "\n".join("".join(re.findall("<a:t>([^<]*)</a:t>", archive.read(n).decode())) for n in slides)


def edition_of(page):
    return re.search(r'name="edition" value="(\d+)"', page.text)[1]


def write(browser, section, said):
    form = browser.get(f"/ventures/1/edit/{section}")
    return browser.post(f"/ventures/1/edit/{section}", data={"edition": edition_of(form), **said})


def split(cast, ours, theirs):
    return {
        "pricing": "按园区年费",
        "name": ["我们", "物业公司", ""],
        "kind": ["own", "partner", "department"],
        "share": [ours, theirs, ""],
        "why": ["平台", "现场", ""],
        "approver_id": [str(cast.jun.id), "", ""],
        "signer": ["", "韩总", ""],
    }


def test_what_was_typed_into_a_section_stays_there_when_it_is_refused(cast, client):
    marketer = client(cast.ting)
    marketer.post("/ventures", data=ABOUT)
    market = {**MARKET, "price": ["四十万上下", "", ""]}

    refused = write(marketer, "market", market)

    assert refused.status_code == 400
    assert all(f'value="{typed}"' in refused.text for typed in ("四十万上下", "集团自持园区", "资产台账"))
    bid = {"customer": ["云栖物业"], "title": ["首年"], "amount": ["不清楚"], "source": ["中标公告"]}
    refused = write(marketer, "evidence", bid)
    assert all(f'value="{typed}"' in refused.text for typed in ("云栖物业", "不清楚", "中标公告"))


def test_a_new_proposal_that_is_refused_comes_back_as_it_was_typed(cast, client):
    marketer = client(cast.ting)
    typed = {
        **ABOUT,
        "title": " ",
        "summary": "园区一起做，各出所长",
        "with_whom": "物业集团",
        "currency": "EUR",
    }

    refused = marketer.post("/ventures", data={**typed, "who": "1", "people": [str(cast.lin.id)]})

    assert refused.status_code == 400
    form = next(f for f in html.fromstring(refused.text).forms if f.action == "/ventures")
    kept = {n: str(form.fields[n]) for n in ("summary", "with_whom", "currency")}
    assert kept == {n: typed[n] for n in kept}
    assert str(cast.lin.id) in form.inputs["people"].value
    assert marketer.get("/ventures/1").status_code == 404


def test_each_form_beside_a_proposal_comes_back_as_it_was_typed_when_it_is_refused(wiring, cast, client):
    marketer = client(cast.ting)
    marketer.post("/ventures", data=ABOUT)
    with wiring.database.write() as session:
        party = ventures.live_parties(session, with_parties(session, cast))[1].id
    edition = edition_of(marketer.get("/ventures/2"))
    refused = {
        "1/steps": {"outcome": "interested", "whom": "韩立平", "next_step": "", "due_on": "2027-01-15"},
        "1/pictures": {"kind": "process", "caption": "从名单到账单", "edition": "1"},
        f"2/parties/{party}/say": {"verdict": "declined", "note": " ", "signer": "韩总", "edition": edition},
        "2/move": {"to": "ended", "reason": " ", "edition": edition},
    }  # fmt: skip

    for place, typed in refused.items():
        answer = marketer.post(f"/ventures/{place}", data=typed)

        assert answer.status_code == 400, place
        page = html.fromstring(answer.text)
        assert page.xpath("//*[@role='alert']"), place
        form = next(
            f for f in page.forms if f.action == f"/ventures/{place}" and f.fields.get("to") != "draft"
        )
        kept = {k: v for k, v in typed.items() if k not in {"edition", "verdict"}}
        assert kept.items() <= dict(form.fields).items(), place


def test_from_the_first_talk_to_a_signed_deck(wiring, cast, client):
    marketer, manager = client(cast.ting), client(cast.jun)
    assert "园区能碳联合方案" in marketer.post("/ventures", data=ABOUT).text
    for section, said in (
        ("contact", CONTACT),
        ("market", MARKET),
        ("evidence", BIDS),
        ("panorama", PANORAMA),
        ("boundary", BOUNDARY),
    ):
        assert write(marketer, section, said).status_code == 200, section
    refused = write(marketer, "split", split(cast, "60", "39.5"))
    assert (refused.status_code, "还差 0.5%" in refused.text) == (400, True)
    assert all(f'value="{typed}"' in refused.text for typed in ("物业公司", "39.5", "韩总", "现场"))
    assert f'<option value="{cast.jun.id}" selected' in refused.text
    write(marketer, "split", split(cast, "60", "40"))
    step = {"outcome": "interested", "next_step": "约第二次会", "owner": cast.lin.id, "due_on": "2020-01-10"}
    marketer.post("/ventures/1/steps", data=step)
    assert "约第二次会" in client(cast.lin).get("/").text

    page = marketer.get("/ventures/1")
    assert "¥480 万" in page.text
    assert "单价在中标区间内" in page.text
    asked = marketer.post("/ventures/1/move", data={"to": "with_parties", "edition": edition_of(page)})
    assert "已请各方签字" in asked.text
    assert "等您签字的方案" in manager.get("/").text
    say = {"verdict": "approved", "edition": edition_of(manager.get("/ventures/1"))}
    manager.post("/ventures/1/parties/1/say", data=say)
    agreed = marketer.post("/ventures/1/parties/2/say", data={**say, "signer": "韩总"})
    assert "谈成了" in agreed.text

    marketer.post("/ventures/1/deck")
    settle(wiring)
    file = client(cast.zhou).get("/ventures/1/file")
    assert check(file.content) == []
    assert len(Presentation(io.BytesIO(file.content)).slides) >= 8
    said = words(file.content)
    assert [w for w in ("甲园", "物业不动强电柜", "40%", "¥480 万", "能碳平台") if w not in said] == []
    assert "不加人手" not in said
    assert "{{" not in said

    assert "签过的都作废了" in write(marketer, "boundary", {**BOUNDARY, "who": ["我们", "我们"]}).text
    after = marketer.get("/ventures/1").text
    assert "作废：工作边界" in after
    assert "这份还是旧的" in after


def test_the_card_of_the_deck_brings_itself_up_to_date_until_the_deck_is_there(wiring, cast, client):
    with wiring.database.write() as session:
        number = a_venture(session, cast).id
    reader, asks = client(cast.ting), {"hx-request": "true", "hx-target": "status"}
    poll = f'hx-get="/ventures/{number}/progress"'

    none_yet = reader.get(f"/ventures/{number}/progress", headers=asks).text
    waiting = reader.post(f"/ventures/{number}/deck").text
    part = reader.get(f"/ventures/{number}/progress", headers=asks).text
    settle(wiring)
    done = reader.get(f"/ventures/{number}/progress", headers=asks).text

    assert poll not in none_yet
    assert poll in waiting
    assert part.strip().startswith('<div class="q-card-body" id="status"')
    assert poll in part
    assert f'href="/ventures/{number}/file"' not in part
    assert f'href="/ventures/{number}/file"' in done


def test_an_old_edition_is_refused_and_a_reader_may_not_write(wiring, cast, client):
    with wiring.database.write() as session:
        a_venture(session, cast)
    stale = client(cast.ting).post("/ventures/1/edit/contact", data={"edition": "1", "need": "名单"})

    assert stale.status_code == 409
    form = next(f for f in html.fromstring(stale.text).forms if f.action == "/ventures/1/edit/contact")
    assert (form.fields["need"], form.fields["edition"]) == ("名单", "1")
    assert client(cast.lin).get("/ventures/1/edit/contact").status_code == 404
    assert client(cast.lin).post("/ventures/1/edit/contact", data={"edition": "1"}).status_code == 403
    assert "/edit/contact" not in client(cast.lin).get("/ventures/1").text
    assert client(cast.lin).get("/ventures/new").status_code == 403


def test_a_picture_is_uploaded_shown_to_readers_and_taken_out(wiring, cast, client):
    with wiring.database.write() as session:
        a_venture(session, cast)
    out = io.BytesIO()
    Image.new("RGB", (30, 20)).save(out, "PNG")
    marketer = client(cast.ting)
    said = {"kind": "process", "caption": "流程", "edition": edition_of(marketer.get("/ventures/1"))}

    page = marketer.post("/ventures/1/pictures", data=said, files={"file": ("a.png", out.getvalue())})

    url = re.search(r"/ventures/1/pictures/[0-9a-f]{64}", page.text)[0]
    assert client(cast.lin).get(url).headers["content-type"] == "image/webp"
    dropped = marketer.post("/ventures/1/pictures/1/drop", data={"edition": edition_of(page)})
    assert url not in dropped.text
    assert marketer.get(url).status_code == 404


def test_by_rest_a_proposal_is_written_read_whole_and_signed(wiring, cast, client):
    with wiring.database.write() as session:
        with_parties(session, cast)
    ting, jun = client(cast.ting), client(cast.jun)

    whole = jun.get("/api/v1/ventures/1").json()
    assert (whole["totals"][1], whole["evidence"]["verdict"], whole["item"]["parties"]) == (
        "4800000.00",
        "within",
        2,
    )
    word = {"verdict": "approved", "edition": whole["item"]["edition"]}
    assert jun.post("/api/v1/ventures/1/parties/1/say", json=word).json()["signed"] == 1
    row = {
        "rows": [{"work": "一切", "who": "我们", "does_not": "物业不收费"}],
        "edition": whole["item"]["edition"],
    }
    assert ting.put("/api/v1/ventures/1/sections/boundary", json=row).json()["voided"] is True
    assert ting.put("/api/v1/ventures/1/sections/boundary", json=row).status_code == 409
    assert jun.post("/api/v1/ventures/1/parties/1/say", json=word).status_code == 409
    assert ting.get("/api/v1/ventures?state=with_parties").json()["total"] == 1
    assert ting.delete("/api/v1/ventures/1").status_code == 204
    assert ting.get("/api/v1/ventures/1").status_code == 404


def test_by_rest_a_picture_is_read_and_taken_out_and_a_proposal_opened_to_a_few(wiring, cast, client):
    with wiring.database.write() as session:
        a_venture(session, cast)
    out = io.BytesIO()
    Image.new("RGB", (30, 20)).save(out, "PNG")
    ting, at = client(cast.ting), "/api/v1/ventures/1"
    edition = ting.get(at).json()["item"]["edition"]
    ting.post(f"{at}/pictures?edition={edition}&caption=流程", files={"file": ("a.png", out.getvalue())})
    ((number, caption),) = [(p["id"], p["caption"]) for p in ting.get(at).json()["pictures"]]

    shown = client(cast.lin).get(f"{at}/pictures/{number}")
    assert (shown.headers["content-type"], shown.content[:4]) == ("image/webp", b"RIFF")
    assert ting.get(f"{at}/pictures/{number + 1}").status_code == 404

    late = ting.delete(f"{at}/pictures/{number}", params={"edition": edition})
    gone = ting.delete(f"{at}/pictures/{number}", params={"edition": edition + 1})

    assert (caption, late.status_code, gone.status_code) == ("流程", 409, 204)
    assert ting.get(at).json()["pictures"] == []
    said = {"edition": edition + 2, "fields": {"title": "联合方案"}, "open_to": {"person_ids": [cast.jun.id]}}
    assert ting.put(f"{at}/sections/about", json=said).status_code == 200
    assert client(cast.zhou).get(at).status_code == 404
    assert client(cast.jun).get(at).json()["item"]["restricted"] is True


def test_who_leaves_hands_over_their_proposals_before_they_can_be_deactivated(wiring, cast, client):
    with wiring.database.write() as session:
        a_venture(session, cast)
    ada, at = client(cast.ada), f"/people/{cast.ting.id}"

    page = ada.post(f"{at}/active", data={"active": ""})
    rest = ada.patch(f"/api/v1{at}", json={"active": False})

    assert (page.status_code, rest.status_code) == (409, 409)
    assert "1 个跨部门方案。先在人员页“交接”里转给一位同事，再停用。" in page.text
    assert "1 个跨部门方案" in rest.json()["error"]["message"]
    assert ada.post(f"/api/v1{at}/hand-over", json={"to_id": cast.jun.id}).status_code == 204
    assert ada.patch(f"/api/v1{at}", json={"active": False}).json()["active"] is False
    assert client(cast.jun).get("/api/v1/ventures/1").json()["item"]["owner_id"] == cast.jun.id


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_page_stands_in_both_languages(wiring, cast, client, language):
    with wiring.database.write() as session:
        made = with_parties(session, cast)
        sign_all(session, cast, made)
        ventures.add_step(
            session, made, outcome="unstaffed", next_step="再谈", owner_id=cast.ting.id, due_on=made.created_at.date(),
            by=cast.ting,
        )  # fmt: skip
        accounts.person(session, cast.ting.id).language = language
    browser = client(cast.ting)

    assert browser.get("/ventures/1").status_code == 200
    assert browser.get("/ventures").status_code == 200


@given(st.floats(30, 590), st.floats(0, 560))
def test_amounts_on_the_strip_of_prices_never_run_into_each_other(left, width):
    right = min(left + width, 590.0)
    shown = ticks(left, right, "¥38,800", "¥42,000")

    if right - left >= APART:
        assert shown == ((left, "¥38,800", False), (right, "¥42,000", True))
    else:
        ((at, text, ends),) = shown
        assert (text, at) == ("¥38,800 – ¥42,000", right if ends else left)
        assert ends == (left >= WIDE / 2)
    assert [text for _x, text, _end in ticks(left, left, "¥38,800", "¥38,800")] == ["¥38,800"]
