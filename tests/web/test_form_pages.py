"""The tab of a source, its web page, and the same over REST."""

import re

from hub import assets
from hub.wiring import Wiring
from tests.cast import Cast, draft
from tests.conftest import Client
from tests.domains.test_forms import a_map

TEXT = """## 痛点

- **峰段<script>alert(1)</script>高。** 设备空转。

## 做法

先做账。

## 能力

1. 重算。

## 价值

- **63 万元**：一年少付的钱。

| 客户 | 省（万元） |
|---|---|
| 江北 | 63 |

## 下一步

来电。
"""


def solution(wiring: Wiring, cast: Cast, text: str = TEXT) -> int:
    with wiring.database.write() as session:
        version = draft(session, cast.ting, text=text)
        assets.submit(session, version, by=cast.ting)
        assets.approve(session, version, by=cast.min)
        return version.asset_id


def test_the_tab_tells_the_sections_makes_a_form_and_leads_to_it(
    wiring: Wiring, cast: Cast, client: Client
) -> None:
    number = solution(wiring, cast)
    browser = client(cast.ting)
    assert "全部出一遍" in browser.get(f"/assets/{number}?tab=forms").text

    said = browser.post(f"/assets/{number}/forms", data={"form": "word"})
    assert "已开始出：白皮书 Word" in said.text
    assets.make_form(wiring.database, wiring.blobs, wiring.settings, number, "word")

    page = browser.get(f"/assets/{number}?tab=forms").text
    assert "由第 1 版生成" in page
    with wiring.database.write() as session:
        row = session.get_one(assets.AssetForm, (number, "word"))
        form_id = row.asset_id
        version = assets.add_version(
            session, session.get_one(assets.Asset, number), assets.Content(text=TEXT + "新"), by=cast.ting
        )
        assets.submit(session, version, by=cast.ting)
        assets.approve(session, version, by=cast.min)
    assert "原文已是第 2 版" in browser.get(f"/assets/{number}?tab=forms").text
    assert "第 1 版生成，原文已是第 2 版" in client(cast.lin).get(f"/assets/{form_id}").text


def test_a_seller_sees_the_forms_and_no_button(wiring: Wiring, cast: Cast, client: Client) -> None:
    number = solution(wiring, cast)

    page = client(cast.lin).get(f"/assets/{number}?tab=forms").text

    assert "还没出过" in page
    assert "全部出一遍" not in page
    assert client(cast.lin).post(f"/assets/{number}/forms").status_code == 403


def test_without_its_sections_the_tab_says_what_is_missing(
    wiring: Wiring, cast: Cast, client: Client
) -> None:
    number = solution(wiring, cast, "## 痛点\n\n贵。")
    browser = client(cast.ting)

    assert "还缺：做法、价值" in browser.get(f"/assets/{number}?tab=forms").text
    refused = browser.post(f"/assets/{number}/forms", data={"form": "paper"})
    assert refused.status_code == 400
    assert "做法" in refused.text


def test_the_web_page_is_whole_and_runs_nothing(wiring: Wiring, cast: Cast, client: Client) -> None:
    page = client(cast.lin).get(f"/assets/{solution(wiring, cast)}/web").text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    assert "63 万元" in page
    assert "<rect" in page


def test_the_outline_stands_in_the_upload_form_in_the_readers_language(cast: Cast, client: Client) -> None:
    assert "## 痛点" in client(cast.ting).get("/assets/new?outline=1").text
    assert "## 痛点" not in client(cast.ting).get("/assets/new").text


def test_forms_are_asked_for_and_listed_over_rest(wiring: Wiring, cast: Cast, client: Client) -> None:
    number = solution(wiring, cast)
    browser = client(cast.ting)

    asked = browser.post(f"/api/v1/assets/{number}/forms", json={"forms": ["word"]})
    assert asked.status_code == 202
    assets.make_form(wiring.database, wiring.blobs, wiring.settings, number, "word")

    found = browser.get(f"/api/v1/assets/{number}/forms").json()
    word = next(item for item in found["items"] if item["form"] == "word")
    assert (word["state"], word["version"], word["stale"]) == ("ready", 1, False)
    assert "pain" in found["sections"]
    assert browser.post(f"/api/v1/assets/{number}/forms", json={"forms": ["poem"]}).status_code in {400, 422}


def test_a_picture_of_the_library_stands_in_the_web_page_and_an_unknown_one_does_not(
    wiring: Wiring, cast: Cast, client: Client
) -> None:
    a_map(wiring, cast)
    shown = "\n\n![四层架构](asset:our-map)\n\n![没有的](asset:nobody)"
    number = solution(wiring, cast, TEXT.replace("先做账。", f"先做账。{shown}"))
    browser = client(cast.ting)

    page = browser.get(f"/assets/{number}/web").text

    (address,) = re.findall(r'<figure><img src="(/pictures/[0-9a-f]{64})" alt="四层架构">', page)
    assert browser.get(address).headers["content-type"] == "image/webp"
    assert "asset:nobody" not in page
