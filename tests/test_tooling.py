"""The harness itself: a tool that is missing is told, one that is here does what it says."""

import gc
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
import pytest
from pptx import Presentation

from tests.tooling import missing
from tests.tooling.browser import accessibility_findings, watch
from tests.tooling.validator import faults_of

pytest_plugins = ["pytester"]

MARKED = """
import pytest

@pytest.mark.office
def test_a_deck_is_pictured(): pass

def test_a_sum_is_right(): pass
"""
ASKING = """
import pytest

@pytest.fixture
def corpus(): raise AssertionError("the tool is asked for before the fixture is made")

def test_real_files_are_read(corpus): pass
"""


@pytest.fixture
def inner(pytester, monkeypatch):
    """Runs tests in a session of their own, on a machine without any tool."""
    gone = {
        name: missing.Tool(lambda name=name: f"{name} is gone", tool.fixtures, required=tool.required)
        for name, tool in missing.TOOLS.items()
    }
    monkeypatch.setattr(missing, "TOOLS", gone)

    def run(text: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(text)
        return pytester.runpytest_inprocess("-p", "tests.tooling.missing", "-p", "no:socket", *options)

    return run


def test_a_test_without_its_tool_is_skipped_and_named_at_the_end(inner):
    result = inner(MARKED)

    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["*not run, and why*", "*1 × office is gone"])


def test_with_tools_required_a_missing_tool_fails(inner):
    result = inner(MARKED, "--require-tools")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*office is gone (and --require-tools was given)*"])


def test_asking_for_the_fixture_of_a_tool_marks_the_test(inner):
    inner(ASKING).assert_outcomes(skipped=1)


def test_the_shared_files_are_never_required(inner):
    inner(ASKING, "--require-tools").assert_outcomes(skipped=1)


END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
MIXED = """
import pytest

def test_short_a(): pass
@pytest.mark.long
def test_long(): pass
def test_short_b(): pass
@pytest.mark.browser
def test_page(): pass
"""


def test_what_takes_long_begins_and_the_rest_keeps_its_order(pytester):
    pytester.makepyfile(MIXED)

    result = pytester.runpytest_inprocess("-v", "-p", "tests.tooling.order", "-p", "no:socket")

    order = ["test_long", "test_page", "test_short_a", "test_short_b"]
    result.stdout.fnmatch_lines([f"*::{name} PASSED*" for name in order])


def test_what_is_made_before_the_tests_is_not_looked_through_by_the_collector():
    assert gc.isenabled()
    assert gc.get_freeze_count() > 100_000


@pytest.fixture
def site():
    """A small site on this machine: `/` is plain, `/far` loads a script from elsewhere, `/broken` throws."""
    bodies = {
        "/": "<!doctype html><html lang=zh><title>t</title><main><h1>弹药库</h1></main>".encode(),
        "/far": b"<script src=https://example.com/x.js></script>",
        "/broken": b"<script>undefined.reach()</script>",
        "/inline": b"<script>1</script>",
        "/deaf": b"<!doctype html><html lang=zh><title>t</title><main><h1>t</h1><img src=x></main>",
    }

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path in bodies else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if self.path == "/inline":
                self.send_header("Content-Security-Policy", "script-src 'self'")
            self.end_headers()
            self.wfile.write(bodies.get(self.path, b""))

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_page_of_this_machine_is_shown_without_fault(chromium_page, site):
    chromium_page.goto(site)

    assert chromium_page.get_by_role("heading").inner_text() == "弹药库"


@pytest.mark.parametrize(
    ("path", "words"),
    [("/far", "outside this machine"), ("/broken", "script error"), ("/inline", "content security policy")],
)
def test_a_fault_of_a_page_is_noticed(path, words, chromium, site):
    faults: list[str] = []
    with chromium.new_context() as context:
        watch(context, faults)
        page = context.new_page()
        page.goto(site + path)
        page.evaluate("() => document.readyState")

    assert len(faults) == 1
    assert words in faults[0]


def test_two_people_have_their_own_cookies(chromium_pages, site):
    first, second = chromium_pages(), chromium_pages(viewport={"width": 390, "height": 844})
    first.goto(site)
    second.goto(site)

    first.evaluate("document.cookie = 'a=1'")

    assert second.evaluate("document.cookie") == ""
    assert second.evaluate("innerWidth") == 390


def test_axe_finds_a_picture_without_words_and_nothing_else(chromium_page, site):
    chromium_page.goto(site + "/deaf")

    assert [finding.split(":")[0] for finding in accessibility_findings(chromium_page)] == ["image-alt"]


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""))


def test_a_postgres_database_is_fresh_and_speaks_chinese(postgres_url):
    with connect(postgres_url) as connection:
        connection.execute("CREATE TABLE word (text text)")
        connection.execute("INSERT INTO word VALUES ('弹药库')")

        assert connection.execute("SELECT length(text) FROM word").fetchone() == (3,)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_postgres_database_can_be_a_copy_of_a_prepared_one(postgres_server):
    postgres_server.create("prepared")
    with connect(postgres_server.url("prepared")) as connection:
        connection.execute("CREATE TABLE prepared (id int)")

    postgres_server.create("copied", "prepared")

    with connect(postgres_server.url("copied")) as connection:
        assert connection.execute("SELECT count(*) FROM prepared").fetchone() == (0,)
    postgres_server.drop("copied")
    postgres_server.drop("prepared")


def test_a_lent_database_comes_back_as_it_was_and_has_another_address(postgres_reused, postgres_server):
    postgres_server.create("plain")
    with postgres_server.open("plain") as first:
        first.execute("CREATE TABLE asset (id serial, title text)")
        first.execute("INSERT INTO asset (title) VALUES ('方案')")
    lent = postgres_reused("plain")

    addresses = []
    for harm in ("INSERT INTO asset (title) VALUES ('多')", "ALTER TABLE asset ADD more text", END_ALL):
        addresses.append(lent.lend())
        with psycopg.connect(addresses[-1].replace("+psycopg", ""), autocommit=True) as changing:
            assert changing.execute("SELECT * FROM asset").fetchall() == [(1, "方案")]
            changing.execute(harm)
        lent.take_back()
    addresses.append(lent.lend())

    assert len(set(addresses)) == 4
    with psycopg.connect(addresses[-1].replace("+psycopg", "")) as again:
        assert again.execute("SELECT * FROM asset").fetchall() == [(1, "方案")]
        assert again.execute("SELECT nextval('asset_id_seq')").fetchone() == (2,)


@pytest.mark.validator
def test_the_validator_tells_a_sound_deck_from_a_faulty_one(tmp_path):
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    deck.save(tmp_path / "sound.pptx")
    slide.shapes[0]._element.set("wrong", "1")
    deck.save(tmp_path / "faulty.pptx")

    assert faults_of(tmp_path / "sound.pptx") == []
    assert [fault.part for fault in faults_of(tmp_path / "faulty.pptx")] == ["/ppt/slides/slide1.xml"]
