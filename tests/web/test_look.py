"""The environment, static files, switches, notes and the company's colour, without a browser."""

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError, nodes
from jinja2.meta import find_undeclared_variables
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from hub import web
from hub.base.i18n import speaking
from hub.web import chrome, words
from hub.web.marks import HIT_CLOSE, HIT_OPEN, marked
from hub.web.pager import pager
from hub.web.render import STATIC_DIR, environment, initial, render, static_url
from tests.web import house, samples

ROOT = Path(__file__).resolve().parents[2]
ASKED_ALONE = {"added", "found", "notice", "similar", "status"}


@pytest.fixture
def reader():
    with TestClient(house.app(), follow_redirects=False) as reader:
        yield reader


def request_for(path: str = "/search", cookies: str = "", **state: object) -> Request:
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"cookie", cookies.encode())],
        "state": state,
    }
    return Request(scope)


def test_a_page_is_written_in_the_language_of_its_reader(reader):
    chinese, english = reader.get("/search").text, reader.get("/search?en").text
    assert '<html lang="zh-CN"' in chinese
    assert "跳到主要内容" in chinese
    assert '<html lang="en"' in english
    assert "Skip to main content" in english


def test_a_block_is_only_its_part_of_the_page():
    state = {"chrome": samples.chrome(), "person": samples.Person("林晓")}
    part = render(
        request_for(**state), "search/index.html", samples.search_page(), block="found"
    ).body.decode()
    assert part.strip().startswith('<div class="q-search" id="found">')
    assert "<html" not in part


@pytest.mark.parametrize("name", environment().list_templates(filter_func=lambda n: n.endswith(".html")))
def test_a_block_that_htmx_asks_for_leans_on_nothing_outside_itself(name):
    env = environment()
    tree = env.parse(env.loader.get_source(env, name)[0])
    alone = [block for block in tree.find_all(nodes.Block) if block.name in ASKED_ALONE]

    for block in alone:
        names = find_undeclared_variables(nodes.Template([block]).set_environment(env))
        assert names <= {"page", "request", "chrome", "person", "note", *env.globals}, block.name


def test_the_blocks_that_htmx_asks_for_are_the_ones_looked_at():
    source = "\n".join(path.read_text("utf-8") for path in Path(web.__file__).parent.rglob("*.py"))

    assert set(re.findall(r'\bblock ?= ?"(\w+)"', source)) == ASKED_ALONE


def test_a_name_the_page_does_not_have_is_an_error():
    with pytest.raises(UndefinedError):
        environment().from_string("{{ page.nothing_like_it }}").render(page=samples.thing(a=1))


def test_what_people_typed_is_escaped():
    page = samples.search_page(words="<script>alert(1)</script>")
    html = render(request_for(chrome=samples.chrome()), "search/index.html", page).body.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_found_words_are_marked_and_all_else_of_a_snippet_is_escaped():
    assert str(marked(f"a<b> {HIT_OPEN}能耗{HIT_CLOSE} &")) == "a&lt;b&gt; <mark>能耗</mark> &amp;"


@pytest.mark.parametrize(
    ("name", "letter"),
    [("林晓", "晓"), ("刘工 <liu@huachen.example>", "工"), ("Grace Wu", "G"), ("  ", "?"), ("éva", "a")],
)
def test_a_person_is_shown_by_a_letter(name, letter):
    assert initial(name) == letter


def test_a_static_file_is_addressed_by_its_content_and_kept_for_ever(reader):
    url = static_url("app.css")
    digest = hashlib.sha256((STATIC_DIR / "app.css").read_bytes()).hexdigest()
    assert url == f"/static/app.css?v={digest[:10]}"
    assert "immutable" in reader.get(url).headers["cache-control"]
    assert reader.get("/static/app.css").headers["cache-control"] == "no-cache"


def test_every_address_on_a_page_that_is_static_exists(reader):
    for name in ("search", "home", "sign-in", "gallery", "error"):
        for url in set(re.findall(r'(?:href|src)="(/static/[^"#]+)', reader.get(f"/{name}").text)):
            assert reader.get(url).status_code == 200, url


def test_the_language_is_chosen_by_post_and_remembered(reader):
    answer = reader.post("/look/language", data={"language": "en", "back": "/search?q=a"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=a")
    assert answer.cookies["hub_language"] == "en"
    assert reader.post("/look/language", data={"language": "xx"}).cookies["hub_language"] == "zh-CN"


def test_the_theme_is_chosen_by_post_and_shown(reader):
    answer = reader.post("/look/theme", data={"theme": "dark", "back": "/search"})
    reader.cookies.update(answer.cookies)
    assert 'data-bs-theme="dark"' in reader.get("/search").text


def test_the_theme_is_that_of_the_system_until_one_is_chosen_here(reader):
    wish = {"Sec-CH-Prefers-Color-Scheme": "dark"}

    first = reader.get("/search", headers=wish)
    assert 'data-bs-theme="dark"' in first.text
    assert first.headers["accept-ch"] == "Sec-CH-Prefers-Color-Scheme"
    assert 'data-bs-theme="light"' in reader.get("/search").text
    assert (
        'data-bs-theme="light"'
        in reader.get("/search", headers={"Sec-CH-Prefers-Color-Scheme": '"><script>'}).text
    )
    reader.post("/look/theme", data={"theme": "light", "back": "/search"})
    assert 'data-bs-theme="light"' in reader.get("/search", headers=wish).text


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "/a\n"]
)
def test_a_switch_never_sends_a_reader_to_another_house(reader, back):
    assert reader.post("/look/theme", data={"theme": "dark", "back": back}).headers["location"] == "/"


def test_a_note_is_shown_once_on_the_next_page():
    answer = Response()
    chrome.flash(answer, "已放进回收站：“A & B”", undo="/undo/7")
    cookie = answer.headers["set-cookie"].split(";")[0]

    shown = render(
        request_for(cookies=cookie, chrome=samples.chrome()), "search/index.html", samples.search_page()
    )

    assert "已放进回收站：“A &amp; B”" in shown.body.decode()
    assert 'action="/undo/7"' in shown.body.decode()
    assert 'hub_flash="";' in shown.headers["set-cookie"]
    assert "Max-Age=0" in shown.headers["set-cookie"]


def test_a_note_leads_nowhere_but_into_this_house():
    answer = Response()
    chrome.flash(answer, "x", undo="//evil.example/steal")
    note = chrome.read_flash(request_for(cookies=answer.headers["set-cookie"].split(";")[0]))
    assert note == chrome.Flash("x", "success", None)


@given(
    st.text(
        alphabet=st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=';," \\'), min_size=1
    )
)
def test_any_cookie_at_all_is_a_note_or_nothing(value):
    note = chrome.read_flash(request_for(cookies=f"{chrome.FLASH_COOKIE}={value}"))
    assert note is None or isinstance(note.text, str)


@given(st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}"))
def test_any_colour_of_a_company_can_be_read_in_both_themes(colour):
    assert chrome.contrast(chrome.readable(colour, "#ffffff"), "#ffffff") >= chrome.CONTRAST
    assert (
        chrome.contrast(chrome.readable(colour, chrome.DARK_SURFACE), chrome.DARK_SURFACE) >= chrome.CONTRAST
    )


def test_contrast_is_that_of_wcag():
    assert chrome.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert chrome.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_colour_of_a_company_is_a_stylesheet_and_nothing_else_is(reader):
    assert "--q-brand:#b42318" in reader.get("/brand/b42318.css").text
    assert reader.get("/brand/red;}.css").status_code == 404
    assert chrome.Chrome(primary="#B42318").brand_url == "/brand/b42318.css"
    assert chrome.Chrome().brand_url is None


def test_the_vendored_files_are_those_of_the_list():
    folder = STATIC_DIR / "vendor"
    listed = dict(
        re.findall(
            r"^\| `([\w.]+)` .*`([0-9a-f]{64})` \|$",
            (folder / "LICENSES.md").read_text("utf-8"),
            re.MULTILINE,
        )
    )
    there = {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.suffix != ".md"
    }
    assert listed == there


def test_every_icon_that_is_asked_for_is_in_the_sprite():
    sprite = set(
        re.findall(r'<symbol id="([\w-]+)"', (STATIC_DIR / "vendor" / "icons.svg").read_text("utf-8"))
    )
    asked = {sign.icon for family in words._ALL.values() for sign in family.values() if sign.icon}
    asked |= set(words.FILE_ICONS.values()) | {"file"}
    for path in (ROOT / "templates").rglob("*.html"):
        asked |= set(re.findall(r'icon\("([\w-]+)"', path.read_text("utf-8")))
    assert asked - sprite == set()


def test_every_icon_that_a_page_shows_is_in_the_sprite(reader):
    sprite = set(
        re.findall(r'<symbol id="([\w-]+)"', (STATIC_DIR / "vendor" / "icons.svg").read_text("utf-8"))
    )
    pages = ("gallery", "search", "nothing", "home", "first-day", "quiet", "sign-in", "error")
    shown = {
        icon
        for name in pages
        for icon in re.findall(r'icons\.svg[^"#]*#([\w-]+)"', reader.get(f"/{name}").text)
    }
    assert len(shown) > 40
    assert shown - sprite == set()


def test_a_key_nobody_listed_is_shown_by_its_own_name():
    assert words.sign("tier", "government") == words.Sign("government")
    assert words.sign("tier", "transactional", "标准型").label == "标准型"
    with speaking("en"):
        assert str(words.sign("version", "on_offer").label) == "On offer"


@pytest.mark.parametrize(
    ("name", "icon"),
    [("a.PPTX", "file-type-ppt"), ("pdf", "file-type-pdf"), ("x.unknown", "file"), ("", "file")],
)
def test_a_file_is_shown_by_the_icon_of_its_type(name, icon):
    assert words.file_icon(name) == icon


@given(st.integers(0, 5000), st.integers(-3, 300), st.integers(1, 100))
def test_a_pager_always_stands_on_a_page_that_exists(total, number, per_page):
    p = pager(total, number, per_page, str)
    numbers = [link.number for link in p.links if link]
    assert 1 <= p.number <= p.count
    assert p.number in numbers
    assert numbers == sorted(set(numbers))
    assert (p.before, p.after) == (
        str(p.number - 1) if p.number > 1 else None,
        str(p.number + 1) if p.number < p.count else None,
    )


def test_a_pager_leaves_a_gap_only_where_pages_are_left_out():
    shown = [link.number if link else None for link in pager(480, 10, 24, str).links]
    assert shown == [1, None, 8, 9, 10, 11, 12, None, 20]
    assert [link.number for link in pager(72, 1, 24, str).links] == [1, 2, 3]


def test_the_bottom_bar_leads_only_to_pages_that_exist(reader):
    html = reader.get("/search").text
    bottom = html.split('class="q-bottom"')[1]
    assert re.findall(r'href="([^"#]+)"(?: aria-current="page")?><svg', bottom) == [
        "/",
        "/kits",
        "/search",
        "/requirements",
        "/me",
    ]
    bare = render(
        request_for(chrome=samples.chrome(nav=()), person=samples.Person("林晓")),
        "search/index.html",
        samples.search_page(),
    )
    assert '"/kits"' not in bare.body.decode().split('class="q-bottom"')[1]


def test_there_is_no_basket_and_no_bell_where_the_house_has_none():
    plain = samples.chrome(basket_count=None, unread=None)
    html = render(
        request_for(chrome=plain, person=samples.Person("林晓")), "search/index.html", samples.search_page()
    ).body.decode()
    assert 'href="/basket"' not in html
    assert 'href="/notices"' not in html
