"""Removing the demo on its page: first what goes and what stays, then it is done."""

import pytest
from starlette.testclient import TestClient

from hub import assets, library
from hub.main import create_app
from tests.library.demo_house import own_administrator, show_demo, somebody


@pytest.fixture
def shown(wiring, tmp_path):
    show_demo(wiring, tmp_path / "demo")
    return wiring


@pytest.fixture
def browser(shown):
    with TestClient(create_app(wiring=shown), headers={"sec-fetch-site": "same-origin"}) as made:
        yield made


def enter(browser, email):
    browser.post("/sign-in/demo", data={"email": email})
    return browser


def test_it_is_refused_on_the_page_while_no_administrator_would_be_left(shown, browser):
    enter(browser, "zheng@demo.example")

    page = browser.get("/settings/demo")

    assert "/settings/demo" in browser.get("/settings").text
    assert (page.status_code, "没有管理员能登录" in page.text) == (200, True)
    assert "/settings/demo/remove" not in page.text
    refused = browser.post("/settings/demo/remove")
    assert (refused.status_code, "没有管理员能登录" in refused.text) == (409, True)


def test_what_stays_is_named_before_and_is_all_that_is_left_after(shown, browser):
    own = own_administrator(shown)
    with shown.database.write() as session:
        plan = assets.by_slug(session, "plan")
        assets.add_version(session, plan, assets.Content(text="# 新"), note="", by=own)
        lin = somebody(shown, "lin@demo.example")
        assert lin.id
    assert "林小" in browser.get("/sign-in").text
    browser.post("/sign-in", data={"email": own.email, "password": "correct-horse"})

    page = browser.get("/settings/demo").text
    assert "园区节能方案" in page
    assert "有人改过或接着做了" in page
    assert "自家管理员" in page
    done = browser.post("/settings/demo/remove")

    assert (done.status_code, "演示已移除" in done.text) == (200, True)
    assert "/settings/demo" not in browser.get("/settings").text
    assert browser.get("/settings/demo").status_code == 404
    assert "园区节能方案" in browser.get("/assets").text
    library.apply_changes(shown.database, shown.engine)
    assert "要停电吗" not in browser.get("/search?q=停电").text
    browser.post("/sign-out")
    assert "林小" not in browser.get("/sign-in").text
    assert browser.post("/sign-in/demo", data={"email": "lin@demo.example"}).status_code in {403, 404}
