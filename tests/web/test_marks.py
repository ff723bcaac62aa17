"""Badges that are kept, and the signpost before the routes."""

from datetime import date
from types import SimpleNamespace

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from markupsafe import Markup
from starlette.testclient import TestClient

from hub import signpost
from hub.base import i18n
from hub.web import kit_marks, marks, words
from hub.web.chrome import NavEntry


def test_a_badge_for_a_text_is_not_mistaken_for_one_for_the_same_text_as_markup():
    assert "&lt;b&gt;" in marks.badge("<b>")
    assert "<b>" in marks.badge(Markup("<b>"))
    assert "&lt;b&gt;" in marks.badge("<b>")


def test_a_sign_is_read_in_the_language_of_each_reader():
    chinese = marks.sign("version", "on_offer")
    with i18n.speaking("en"):
        english = marks.sign("version", "on_offer")

    assert "在用" in chinese
    assert "在用" not in english
    assert marks.sign("version", "on_offer") == chinese


EVIL = '"><script>x</script>&'


def test_what_a_page_picture_and_a_filter_are_given_is_escaped():
    value = SimpleNamespace(value=EVIL, label=EVIL, count=12_345, on=True, depth=1)
    for made in (marks.thumb(EVIL, EVIL, EVIL), marks.thumb(None, EVIL), marks.facet_row(EVIL, value)):
        assert "<script" not in made
        assert "&lt;script&gt;" in made
    assert "12,345" in marks.facet_row("kind", value)
    assert "checked" in marks.facet_row("kind", value)
    assert "&amp;small=1" in marks.thumb("/p?a=1&small=1", "")


class Evil:
    """Whatever one asks of it, it is hostile; unless it is known better."""

    def __init__(self, **known: object) -> None:
        self.__dict__.update(known)

    def __getattr__(self, name: str) -> str:
        return EVIL


def hit(**known: object) -> Evil:
    told = {"signs": (Evil(family="freshness"),), "views": 1200, "add": (7, (1, 2), EVIL)}
    return Evil(**{**told, "slides": (Evil(),), "alike": (Evil(),), **known})


def member(**known: object) -> Evil:
    told = {"strip": (Evil(),), "basket": (1, 2), "sign": ("freshness", EVIL), "customer_facing": True}
    return Evil(**{**told, **known})


@pytest.mark.parametrize(
    "made",
    [
        marks.hit(hit()),
        marks.hit(hit(thumb=None, pages_label="", slides=(), alike=(), add=None)),
        marks.facet(Evil(head=(Evil(count=1, depth=0),), more=(Evil(count=1, depth=0),))),
        marks.link_button(EVIL, EVIL, EVIL, EVIL, EVIL, {"aria-label": EVIL}),
        marks.copy(EVIL, EVIL),
        marks.ring(40, EVIL, "sm"),
        kit_marks.kit_card(Evil(count=3, percent=40)),
        kit_marks.kit_card(Evil(count=3, percent=None, deck_url=None)),
        *(kit_marks.members(shape, [member()], EVIL) for shape in ("strip", "cards", "questions", "rows")),
    ],
)
def test_what_a_hit_or_a_kit_says_of_itself_is_escaped(made):
    assert "<script" not in made
    assert "&lt;script&gt;" in made


def test_words_that_were_found_are_marked_in_a_hit_and_nothing_else_is():
    said = f"a<b> {marks.HIT_OPEN}能耗{marks.HIT_CLOSE}"
    made = marks.hit(hit(title=said, snippet=Markup("<mark>园区</mark> &amp;")))
    assert "a&lt;b&gt; <mark>能耗</mark>" in made
    assert "<mark>园区</mark> &amp;<" in made


def test_the_places_to_go_are_read_in_the_language_of_each_reader_and_mark_where_one_is():
    nav = (
        NavEntry("home", i18n.lazy("首页"), "/", "home"),
        NavEntry("kits", i18n.lazy("工具包", n=2), "/toolkits", "x"),
    )
    chinese = marks.links(nav, "/toolkits/a")
    with i18n.speaking("en"):
        english = marks.links(nav, "/toolkits/a")

    assert "首页" in chinese
    assert "首页" not in english
    assert chinese.count('aria-current="page"') == 1
    assert 'href="/toolkits" aria-current="page"' in marks.links(nav, "/toolkits/b", menu=False)
    assert 'href="/" aria-current="page"' in marks.links(nav, "/", menu=False)


def app() -> TestClient:
    made, first, second = FastAPI(), APIRouter(), APIRouter()
    first.get("/things/new")(lambda: "new")
    second.get("/things/{thing}")(lambda thing: thing)
    second.get("/")(lambda: "home")
    signpost.attach(made, (first, second))
    made.get("/api/things")(lambda: "api")
    return TestClient(made)


@pytest.mark.parametrize(
    ("path", "said"),
    [("/", "home"), ("/things/new", "new"), ("/things/7", "7"), ("/api/things", "api"), ("/things/7/", "7")],
)
def test_a_path_leads_to_the_first_router_that_answers_it(path, said):
    assert app().get(path).json() == said


def test_a_path_nobody_knows_is_not_found_and_a_method_nobody_knows_is_refused():
    assert app().get("/nothing").status_code == 404
    assert app().get("/things").status_code == 404
    assert app().post("/things/7").status_code == 405


def test_a_proxy_may_serve_the_house_under_a_path_of_its_own():
    under = TestClient(app().app, root_path="/hub")

    assert under.get("/hub/things/7").json() == "7"
    assert under.get("/hub/").json() == "home"


def test_routers_may_stand_below_a_prefix_of_their_own():
    made, things, others = FastAPI(), APIRouter(), APIRouter()
    things.get("/things/{thing}")(lambda thing: thing)
    others.get("/things")(lambda: "a page")
    routes = signpost.attach(made, (things,), "/api/v1")
    signpost.attach(made, (others,))
    reader = TestClient(made)

    assert reader.get("/api/v1/things/7").json() == "7"
    assert reader.get("/things").json() == "a page"
    assert reader.get("/things/7").status_code == 404
    assert list(get_openapi(title="", version="1", routes=routes)["paths"]) == ["/api/v1/things/{thing}"]


def test_a_path_that_begins_with_a_parameter_has_no_signpost():
    router = APIRouter()
    router.get("/{anything}")(lambda anything: anything)

    with pytest.raises(ValueError, match="must begin with a word"):
        signpost.attach(FastAPI(), (router,))


@pytest.mark.parametrize(
    ("state", "freshness", "wanted"),
    [
        ("on_offer", "fresh", "有效至 2027-03"),
        ("on_offer", "due", ""),
        ("on_offer", "stale", ""),
        ("draft", "fresh", ""),
    ],
)
def test_what_is_current_says_to_which_month_and_what_is_not_says_nothing(state, freshness, wanted):
    said = words.valid_until(state, freshness, date(2027, 3, 1))

    assert said == wanted
    assert (wanted in marks.valid(said), bool(marks.valid(said))) == (True, bool(wanted))


def test_what_is_current_says_so_in_the_language_of_the_reader():
    with i18n.speaking("en"):
        assert words.valid_until("on_offer", "fresh", date(2027, 3, 1)) == "valid to 2027-03"
