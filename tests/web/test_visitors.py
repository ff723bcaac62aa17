"""What a stranger gets by a link: the gate, the pages, the file, and nothing else."""

import io
import re
from functools import cache

import pytest
from PIL import Image

from hub import accounts, assets, notices, sharing, toolkits
from hub.assets.digest import Digest
from hub.base.readers import PageText
from hub.web.tries import TOKENS
from tests.cast import on_offer

LIGHT = (250, 250, 250)


@cache
def picture(colour=LIGHT):
    out = io.BytesIO()
    Image.new("RGB", (1280, 720), colour).save(out, "WEBP", quality=80)
    return out.getvalue()


def a_deck(session, wiring, cast, title="园区方案", pages=3, hidden=(), **fields):
    """A deck on offer with drawn pages; its notes say something that no customer may read."""
    texts = tuple(
        PageText(n, title=f"第{n}节", text="正文", notes="底价三万八", hidden=n in hidden)
        for n in range(1, pages + 1)
    )
    content = assets.Content(
        file_name="园区方案.pptx",
        media_type="application/pptx",
        blob=wiring.blobs.put(f"a deck {title}".encode()),
        digest=Digest("正文", "", "", texts),
    )
    said = {"kind": "solution", "audience": "customer", "tags": {"product": ["energy"]}, **fields}
    made = assets.create(session, assets.Fields(title=title, **said), content, by=cast.ting)
    assets.submit(session, made, by=cast.ting)
    assets.approve(session, made, by=cast.min)
    for page in assets.pages(session, made.id):
        page.picture_sha = page.thumb_sha = wiring.blobs.put(picture()).sha256
        session.add(page)
    return session.get_one(assets.Asset, made.asset_id)


def a_link(wiring, cast, *, preset="open", things=None, **fields):
    """The path of a fresh link of Lin's, and the link."""
    with wiring.database.write() as session:
        wanted = things(session) if things else [sharing.Wanted("asset", a_deck(session, wiring, cast).id)]
        share = sharing.create(
            session, wanted, sharing.Fields(**fields), preset=preset, key=wiring.settings.key(), by=cast.lin
        )
        return sharing.address(share, wiring.settings.key()), share


def code_of(wiring, share):
    return sharing.passcode(share, wiring.settings.key())


def inner(path):
    """Every address below the link that shows or hands out something."""
    return [
        f"{path}/a1",
        f"{path}/a1/pictures/1",
        f"{path}/a1/pictures/1?small=1",
        f"{path}/a1/pictures/0",
        f"{path}/a1/file",
    ]


def test_a_stranger_reads_and_downloads_without_an_account(wiring, cast, client):
    path, _share = a_link(wiring, cast, greeting="周总好")
    browser = client()

    page = browser.get(path)

    assert page.status_code == 200
    assert "周总好" in page.text
    assert "林晓" in page.text
    assert "底价" not in page.text  # the notes of a slide are ours
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert browser.get(f"{path}/a1/pictures/1").headers["content-type"] == "image/webp"
    file = browser.get(f"{path}/a1/file")
    assert file.content[:5] == b"%PDF-"  # never the deck itself, which holds the notes


def test_hidden_slides_are_not_shown(wiring, cast, client):
    path, _share = a_link(
        wiring, cast, things=lambda s: [sharing.Wanted("asset", a_deck(s, wiring, cast, hidden={2}).id)]
    )

    assert "第2节" not in client().get(path).text
    assert client().get(f"{path}/a1/pictures/2").status_code == 404


def test_the_page_is_small_and_asks_for_one_picture_at_first(wiring, cast, client):
    path, _share = a_link(wiring, cast)

    page = client().get(path)

    shown = re.sub(r"<noscript>.*?</noscript>", "", page.text, flags=re.DOTALL)
    assert len(re.findall(r'<img[^>]* src="', shown)) == 1
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', shown)
    total = len(page.content) + sum(len(client().get(f).content) for f in set(files))
    assert total < 40_000
    assert not [f for f in files if "tabler" in f or "htmx" in f]


@pytest.mark.parametrize("gate", ["none", "forged", "of another link", "old"])
def test_every_address_behind_a_gate_gives_nothing_without_it(wiring, cast, client, gate):
    path, share = a_link(wiring, cast, preset="close", title="朱鹮计划", greeting="朱鹮计划", download=True)
    browser = client()
    key = wiring.settings.key()
    if gate == "forged":
        browser.cookies.set("quiver_visit", "a.b", path=path)
    if gate == "of another link":
        browser.cookies.set("quiver_visit", sharing.signed_secret(key, "another"), path=path)
    if gate == "old":
        browser.post(path, data={"email": "a@b.example", "passcode": code_of(wiring, share)})
        assert "朱鹮计划" in browser.get(path).text
        with wiring.database.write() as session:
            sharing.renew_passcode(session, sharing.get(session, share.id, cast.lin), by=cast.lin)

    assert "朱鹮计划" not in browser.get(path).text
    for address in inner(path):
        answer = browser.get(address)
        assert "朱鹮计划" not in answer.text, address
        assert answer.headers["content-type"].startswith("text/html"), address
    assert browser.post(f"{path}/open").status_code == 404
    assert browser.post(f"{path}/beat", data={"k": "a1", "p": 1, "ms": 5000}).status_code == 404


@pytest.mark.parametrize("ending", ["withdrawn", "expired", "never was"])
def test_an_ended_link_says_so_politely_and_nothing_else(wiring, cast, client, ending):
    path, share = a_link(wiring, cast, title="朱鹮计划", greeting="朱鹮计划")
    browser = client()
    assert "朱鹮计划" in browser.get(path).text
    with wiring.database.write() as session:
        row = sharing.get(session, share.id, cast.lin)
        if ending == "withdrawn":
            sharing.withdraw(session, row, by=cast.lin)
        if ending == "expired":
            row.expires_at = row.created_at
            session.add(row)
    if ending == "never was":
        path = "/s/" + "x" * 32

    for address in [path, *inner(path)]:
        answer = browser.get(address)
        assert answer.status_code == (404 if ending == "never was" else 410), address
        assert "这个链接已经不能用了" in answer.text
        assert "朱鹮计划" not in answer.text
        assert ("林晓" in answer.text) is (ending != "never was")  # whom to ask, and no more
        assert ("lin@test.example" in answer.text) is (ending != "never was")  # it stood on the page before
    assert browser.post(f"{path}/beat", data={"k": "a1", "p": 1, "ms": 5000}).status_code in {404, 410}


def test_a_link_speaks_the_language_of_its_material_until_the_visitor_wants_another(wiring, cast, client):
    def in_english(session):
        return [
            sharing.Wanted("asset", a_deck(session, wiring, cast, title, language="en").id) for title in "AB"
        ]

    with wiring.database.write() as session:
        accounts.person(session, cast.lin.id).name_en = "Lin Xiao"
    path, share = a_link(wiring, cast, things=in_english)
    assert share.title == "Material for you"
    browser, other = client(), client()
    assert "Lin Xiao can see which pages you read" in browser.get(path).text
    assert '<html lang="en">' in browser.get(f"{path}/a1").text
    assert "没有这一页" not in browser.get(f"{path}/a1/pictures/99").text
    read_on = other.post("/look/language", data={"language": "zh-CN", "back": path})
    assert "能看到您读了哪几页" in read_on.text
    with wiring.database.write() as session:
        chinese = sharing.Wanted("asset", a_deck(session, wiring, cast, "丙").id)
        row = sharing.get(session, share.id, cast.lin)
        sharing.put_in(session, row, chinese, by=cast.lin)
    assert '<html lang="zh-CN">' in browser.get(path).text
    with wiring.database.write() as session:
        row = sharing.get(session, share.id, cast.lin)
        sharing.take_out(session, row, 3, by=cast.lin)
        sharing.withdraw(session, row, by=cast.lin)

    ended = browser.get(path)
    assert ended.status_code == 410
    assert "This link no longer works" in ended.text
    assert "Lin Xiao" in ended.text
    assert 'lang="zh-CN">换成中文' in ended.text
    assert "这个链接已经不能用了" in other.get(path).text


@pytest.mark.parametrize("who", ["a stranger", "one who was in", "a contact", "nobody left"])
def test_whom_to_ask_at_an_ended_link_is_what_was_told_before_it_ended(wiring, cast, client, who):
    contact = {"contact_id": cast.zhou.id} if who == "a contact" else {}
    path, share = a_link(wiring, cast, preset="named", title="朱鹮计划", **contact)
    browser = client()
    if who == "one who was in":
        browser.post(path, data={"email": "a@b.example"})
    with wiring.database.write() as session:
        sharing.withdraw(session, sharing.get(session, share.id, cast.lin), by=cast.lin)
        if who == "nobody left":
            person = accounts.person(session, cast.lin.id)
            person.active = False
            session.add(person)

    said = browser.get(path).text
    assert "这个链接已经结束" in said
    assert ("林晓" in said) is (who in {"a stranger", "one who was in"})
    assert ("周强" in said) is (who == "a contact")
    assert ("lin@test.example" in said) is (who == "one who was in")


def test_what_is_gone_from_an_open_link_leads_back_to_the_rest(wiring, cast, client):
    def two(session):
        first, second = (on_offer(session, cast, title) for title in ("方案甲", "案例乙"))
        return [sharing.Wanted("asset", first.id), sharing.Wanted("asset", second.id)]

    path, _share = a_link(wiring, cast, things=two)
    browser = client()
    assert "方案甲" in browser.get(f"{path}/a1").text
    with wiring.database.write() as session:
        asset = assets.get(session, 1, cast.ting)
        version = session.get_one(assets.Version, asset.on_offer_id)
        assets.withdraw(session, version, reason="错了", by=cast.ting)

    gone = browser.get(f"{path}/a1")
    assert gone.status_code == 404
    assert f'href="{path}"' in gone.text
    assert "方案甲" not in gone.text
    assert "案例乙" in browser.get(path).text


def test_tokens_cannot_be_guessed_ten_thousand_times(wiring, cast, client, monkeypatch):
    path, _share = a_link(wiring, cast)
    guesser = client()

    heard = [guesser.get(f"/s/guess-{n}").status_code for n in range(TOKENS.most + 5)]

    assert set(heard[: TOKENS.most]) == {404}
    assert set(heard[TOKENS.most :]) == {429}
    assert guesser.get(path).status_code == 429  # a hit would not be told from a miss


def test_ten_wrong_passcodes_an_hour_and_no_more(wiring, cast, client):
    path, share = a_link(wiring, cast, preset="close")
    code = code_of(wiring, share)
    wrong = "000000" if code != "000000" else "111111"
    browser = client()

    heard = [
        browser.post(path, data={"email": "a@b.example", "passcode": wrong}).status_code for _ in range(11)
    ]

    assert heard == [403] * 10 + [429]
    assert browser.post(path, data={"email": "a@b.example", "passcode": code}).status_code == 429


def test_the_allow_list_and_the_passcode_are_refused_in_the_same_words(wiring, cast, client):
    path, share = a_link(wiring, cast, preset="close", allow="@huachen.example")
    code = code_of(wiring, share)
    browser = client()

    stranger = browser.post(path, data={"email": "eve@evil.example", "passcode": code})
    guess = browser.post(path, data={"email": "z@huachen.example", "passcode": "no"})

    said = [re.search(r'role="alert">([^<]+)', answer.text)[1] for answer in (stranger, guess)]
    assert said[0] == said[1]
    assert browser.post(path, data={"email": "z@huachen.example", "passcode": code}).status_code == 200


@pytest.mark.parametrize(
    ("gate", "asked", "not_asked"),
    [
        ({"preset": "named", "allow": "@huachen.example"}, "核对邮箱，", "口令，"),
        ({"with_passcode": True}, "核对口令，", "邮箱"),
    ],
)
def test_a_refusal_speaks_of_what_the_gate_asks_only_and_keeps_what_was_typed(
    wiring, cast, client, gate, asked, not_asked
):
    path, _share = a_link(wiring, cast, **gate)

    answer = client().post(path, data={"email": "e@evil.example", "name": "周总", "passcode": "no"})

    said = re.search(r'role="alert">([^<]+)', answer.text)[1]
    assert asked in said
    assert not_asked not in said
    assert ('value="周总"' in answer.text) == ("preset" in gate)


def test_a_link_carries_the_name_of_its_preset_only_while_it_is_as_open_as_that(wiring, cast, client):
    _path, plain = a_link(wiring, cast, preset="named")
    _path, changed = a_link(wiring, cast, preset="named", ask_email=False, with_passcode=True)
    seller = client(cast.lin)

    assert "先留邮箱再看" in seller.get(f"/shares/{plain.id}").text
    assert "先留邮箱再看" not in seller.get(f"/shares/{changed.id}").text


def test_the_watermark_is_in_the_picture_itself_and_differs_by_visitor(wiring, cast, client):
    path, share = a_link(wiring, cast, preset="close", download=True)
    pictures = []
    for email in ("zhou@huachen.example", "liu@huachen.example"):
        browser = client()
        browser.post(path, data={"email": email, "passcode": code_of(wiring, share)})
        pictures.append(browser.get(f"{path}/a1/pictures/1").content)

    assert len({*pictures, picture()}) == 3
    drawn = Image.open(io.BytesIO(pictures[0])).convert("L")
    assert min(drawn.get_flattened_data()) < 235  # something darker than the paper stands on it
    assert browser.get(f"{path}/a1/file").content[:5] == b"%PDF-"


def test_without_download_there_is_no_file(wiring, cast, client):
    path, _share = a_link(wiring, cast, download=False)
    browser = client()

    assert f"{path}/a1/file" not in browser.get(path).text
    assert browser.get(f"{path}/a1/file").status_code == 404


def test_a_room_shows_its_things_and_an_empty_one_a_polite_sentence(wiring, cast, client):
    def two(session):
        return [
            sharing.Wanted("asset", a_deck(session, wiring, cast, "方案甲").id),
            sharing.Wanted("asset", on_offer(session, cast, "案例乙", kind="case_study").id),
        ]

    path, _share = a_link(wiring, cast, things=two, title="给华辰的材料")
    browser = client()
    room = browser.get(path)
    assert all(word in room.text for word in ("给华辰的材料", "方案甲", "案例乙"))
    assert "12.8%" in browser.get(f"{path}/a2").text  # a text is read as a page

    with wiring.database.write() as session:
        for asset_id in (1, 2):
            asset = assets.get(session, asset_id, cast.ting)
            assets.withdraw(
                session, session.get_one(assets.Version, asset.on_offer_id), reason="错了", by=cast.ting
            )

    empty = browser.get(path)
    assert empty.status_code == 200
    assert "材料正在更新" in empty.text
    assert "方案甲" not in empty.text
    assert browser.get(f"{path}/a1").status_code == 404


def test_nothing_but_the_things_of_the_link_is_reached_by_it(wiring, cast, client):
    with wiring.database.write() as session:
        a_deck(session, wiring, cast, "别的方案")
    path, _share = a_link(wiring, cast)
    browser = client()

    assert browser.get(f"{path}/a2").status_code == 200
    for address in (f"{path}/a1", f"{path}/a1/pictures/1", f"{path}/a1/file", f"{path}/d1", f"{path}/beat"):
        assert browser.get(address).status_code == 404
    assert browser.post(f"{path}/beat", data={"k": "a1", "p": 1, "ms": 5000}).status_code == 404


def test_a_robot_that_only_fetches_does_not_count(wiring, cast, client):
    path, share = a_link(wiring, cast)
    robot = client()
    for address in [path, *inner(path)[:3]]:
        robot.get(address)
    client().post(f"{path}/beat", data={"k": "a1", "p": 1, "ms": 5000})  # a program without the cookie
    wiring.readings.flush()

    with wiring.database.read() as session:
        assert sharing.visitors(session, share) == []
        assert notices.of(session, cast.lin) == []


def test_a_visitor_without_scripts_opens_by_a_button_and_the_time_is_unknown(wiring, cast, client):
    path, share = a_link(wiring, cast)
    browser = client()
    assert f'action="{path}/open"' in browser.get(path).text

    browser.post(f"{path}/open")

    assert f'action="{path}/open"' not in browser.get(path).text
    assert "时长未知" in client(cast.lin).get(f"/shares/{share.id}").text
    assert "有人打开了" in client(cast.lin).get("/notices").text


def test_beats_show_in_the_senders_view(wiring, cast, client):
    path, share = a_link(wiring, cast)
    browser = client()
    browser.get(path)
    for page, ms in ((1, 10_000), (1, 2_000), (2, 64_000), (2, 300)):
        browser.post(f"{path}/beat", data={"k": "a1", "v": "1", "p": page, "ms": ms})
    wiring.readings.flush()

    seen = client(cast.lin).get(f"/shares/{share.id}").text

    assert re.findall(r"data-time>([^<]+)<", seen) == ["12 秒", "1 分 04 秒"]
    assert "1 分 16 秒" in seen


@pytest.mark.parametrize(
    "said", [{"ms": "-1"}, {"ms": "x"}, {"p": "-3"}, {"ms": "9" * 30}, {"k": "a999", "ms": "5000"}]
)
def test_a_beat_that_makes_no_sense_is_refused(wiring, cast, client, said):
    path, share = a_link(wiring, cast)
    browser = client()
    browser.get(path)

    assert browser.post(f"{path}/beat", data={"k": "a1", "p": "1", **said}).status_code in {404, 422}
    wiring.readings.flush()
    with wiring.database.read() as session:
        assert sharing.page_times(session, share) == []


def test_the_quick_link_is_given_to_a_script_and_shown_to_a_browser_without(wiring, cast, client):
    with wiring.database.write() as session:
        on_offer(session, cast, "介绍", tags={"product": ["lite"]})
        said = toolkits.Fields(title="轻量版", product="lite", rules=[{"product": "lite"}])
        kit = toolkits.create(session, said, by=cast.ting, slug="lite")
        toolkits.publish(session, kit, by=cast.ting)
    seller = client(cast.lin)

    given = seller.post(f"/shares/quick/toolkit/{kit.id}", headers={"accept": "application/json"}).json()
    shown = seller.post(f"/shares/quick/toolkit/{kit.id}")

    assert client().get(given["url"]).status_code == 200
    assert given["url"] in shown.text
    assert "data-share" in seller.get("/toolkits/lite").text


def test_what_cannot_be_sent_is_said_above_the_form_with_everything_typed_kept(wiring, cast, client):
    with wiring.database.write() as session:
        inner_only = on_offer(session, cast, "话术", audience="internal")
    seller = client(cast.lin)

    answer = seller.post(
        "/shares",
        data={"thing": f"asset:{inner_only.id}", "greeting": "周总好", "preset": "named", "customer": "华辰"},
    )

    assert answer.status_code == 400
    assert "仅内部使用" in answer.text
    assert "周总好" in answer.text


def test_a_link_is_made_changed_filled_and_withdrawn_by_forms_alone(wiring, cast, client):
    with wiring.database.write() as session:
        first, second = (a_deck(session, wiring, cast, title) for title in ("方案甲", "方案乙"))
    seller = client(cast.lin)
    assert "方案甲" in seller.get(f"/shares/new?thing=asset:{first.id}").text

    made = seller.post(
        "/shares", data={"thing": f"asset:{first.id}", "preset": "close", "customer": "华辰", "days": "7"}
    )
    assert "链接做好了" in made.text
    assert "华辰" in seller.get("/shares").text
    assert "方案乙" in seller.post("/shares/1/add", data={"value": f"asset:{second.id}"}).text
    assert "钉住了一版" in seller.post("/shares/1/items", data={"item": "1", "act": "pin"}).text
    assert "做了链接" in seller.get("/shares/customers/1").text
    plain = seller.post("/shares/1", data={"title": "新标题", "download": "1"})
    assert "新标题" in plain.text
    assert "口令" not in re.search(r'class="q-meta mt-2">(.*?)</div>', plain.text)[1]
    path = re.search(r'value="http://testserver(/s/[^"]+)"', plain.text)[1]
    assert client().get(path).status_code == 200
    seller.post("/shares/1/withdraw")

    assert client().get(path).status_code == 410
    assert path not in seller.get("/shares/1").text
    assert seller.post("/shares/1", data={"title": "再改"}).status_code == 409


def test_withdrawing_shows_where_it_is_used_before_and_after(wiring, cast, client):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "旧方案", tags={"product": ["lite"]})
        instead = on_offer(session, cast, "新方案", tags={"product": ["lite"]})
        said = toolkits.Fields(title="轻量版套件", product="lite")
        kit = toolkits.create(session, said, by=cast.ting, slug="lite")
        toolkits.pin(session, kit, asset.id, by=cast.ting)
        toolkits.publish(session, kit, by=cast.ting)
    marketer = client(cast.ting)

    before = marketer.get(f"/assets/{asset.id}/reach?version={asset.on_offer_id}")
    said = {"version": asset.on_offer_id, "reason": "电价改了", "replacement": instead.id}
    after = marketer.post(f"/assets/{asset.id}/withdraw", data=said)

    assert "轻量版套件" in before.text
    assert "新方案" in before.text
    assert "电价改了" in after.text
    assert "轻量版套件" in after.text
    assert client(cast.zhou).get(f"/assets/{asset.id}/reach").status_code == 404


def test_a_seller_swaps_withdrawn_material_in_a_link_by_one_button(wiring, cast, client):
    seller, stranger = client(cast.lin), client()
    with wiring.database.write() as session:
        old, other, new = (on_offer(session, cast, t) for t in ("旧方案", "旧案例", "新方案"))
        key = wiring.settings.key()
        made = [
            sharing.create(session, [sharing.Wanted("asset", a.id)], sharing.Fields(), key=key, by=cast.lin)
            for a in (old, other, old)
        ]
        paths = [sharing.address(s, key) for s in made]
    assert "which=swap" not in seller.get("/shares").text
    assert "没有要换的" in seller.get("/shares?which=swap").text
    with wiring.database.write() as session:
        for asset, instead in ((old, new.id), (other, None)):
            version = session.get_one(assets.Version, session.get_one(assets.Asset, asset.id).on_offer_id)
            assets.withdraw(session, version, reason="电价改了", replacement_id=instead, by=cast.ting)

    assert "which=swap" in seller.get("/shares").text
    listed = seller.get("/shares?which=swap").text
    assert "可以换成“新方案”" in listed
    assert "还没有人说该改用哪一份" in listed
    assert "which=swap" not in client(cast.zhou).get("/shares").text
    assert "可以换成“新方案”" in seller.get("/shares/1").text
    assert "新方案" not in stranger.get(paths[0]).text
    done = seller.post("/shares/1/items", data={"item": "1", "act": "swap"})
    assert "换成“新方案”了" in done.text
    assert "新方案" in stranger.get(paths[0]).text
    assert "换好了 1 份" in seller.post("/shares/swap").text
    assert "新方案" in stranger.get(paths[2]).text
    assert "没有要换的了" in seller.post("/shares/swap").text
    assert seller.post("/shares/2/items", data={"item": "2", "act": "swap"}).status_code == 409


FINER = {
    "days": "7", "download": "0", "watermark": "1", "allow": "@huachen.example\n不是邮箱",
}  # fmt: skip


def test_a_list_of_names_that_is_none_loses_nothing_of_what_was_chosen_for_a_link(wiring, cast, client):
    with wiring.database.write() as session:
        deck = a_deck(session, wiring, cast)
    said = {"thing": f"asset:{deck.id}", "greeting": "周总好", "preset": "close", "customer": "华辰", **FINER}

    answer = client(cast.lin).post("/shares", data={**said, "contact": str(cast.zhou.id)})

    assert answer.status_code == 400
    assert "“不是邮箱”不是邮箱" in answer.text
    assert "@huachen.example\n不是邮箱" in answer.text
    for chosen in ("7", "0", "1", str(cast.zhou.id)):
        assert f'<option value="{chosen}" selected>' in answer.text
    assert re.search(r'value="close"\s+checked', answer.text)


def test_settings_that_are_refused_are_still_in_their_form_and_the_link_is_as_it_was(wiring, cast, client):
    path, share = a_link(wiring, cast, greeting="从前的话")
    seller = client(cast.lin)
    said = {"title": "新名字", "greeting": "刚写的话", "download": "1", **FINER}

    answer = seller.post(f"/shares/{share.id}", data=said)

    assert answer.status_code == 400
    assert "“不是邮箱”不是邮箱" in answer.text
    for typed in ("刚写的话", 'value="新名字"', "@huachen.example\n不是邮箱", '<option value="7" selected>'):
        assert typed in answer.text
    assert re.search(r"<details[^>]*q-link-edit[^>]* open", answer.text)
    assert "从前的话" in client().get(path).text
