"""Importing requests: the pages, the API and the command."""

import re

from typer.testing import CliRunner

from hub import requirements
from hub.accounts import SYSTEM
from hub.cli import app
from tests.api.callers import Caller
from tests.cast import settle

GOOD = "外部编号,客户,客户原话\nA-1,甲公司,要快一点\n"
BAD = GOOD + "A-2,乙公司,\n"


def bring(browser, text: str, name: str = "crm.csv"):
    return browser.post("/requests/import", files={"file": (name, text.encode(), "text/csv")})


def test_a_sheet_is_looked_through_mended_and_taken_in(client, wiring, cast):
    browser = client(cast.jun)

    page = bring(browser, BAD)
    assert "正在看" in page.text
    settle(wiring)
    looked = browser.get(str(page.url)).text
    assert "有 1 行不对" in looked
    assert ">C3<" in looked
    assert "这一格不能空。" in browser.get(f"{page.url}/problems.csv").text
    assert browser.post(str(page.url), data={}).status_code == 409
    browser.post(str(page.url), data={"good_only": "1"})
    settle(wiring)

    assert "已写入。没有通知任何人" in browser.get(str(page.url)).text
    assert "要快一点" in browser.get("/requests?which=all").text
    browser.post(f"{page.url}/undo")
    settle(wiring)
    assert "已撤销，和导入之前一样。" in browser.get(str(page.url)).text
    assert "要快一点" not in browser.get("/requests?which=all").text
    assert "crm.csv" in browser.get("/requests/import").text


def test_a_name_nearly_known_is_answered_on_the_page(client, wiring, cast):
    browser = client(cast.jun)
    bring(browser, GOOD.replace("甲公司", "华辰电子产业园"))
    settle(wiring)
    browser.post("/requests/import/1")
    settle(wiring)
    page = bring(browser, GOOD.replace("甲公司", "华辰电子产业园二期").replace("A-1", "A-2"))
    settle(wiring)
    asked = browser.get(str(page.url)).text
    field = re.search(r'name="(as:[^"]+)"', asked)
    assert field is not None
    assert "就是 华辰电子产业园" in asked

    browser.post(f"{page.url}/answers", data={field[1]: "is:华辰电子产业园"})
    settle(wiring)
    browser.post(str(page.url))
    settle(wiring)

    assert browser.get("/requests?which=all").text.count(">华辰电子产业园<") == 2


def test_a_broken_file_is_told_on_its_page(client, wiring, cast):
    page = bring(client(cast.jun), "标题\nx\n")
    settle(wiring)

    assert "缺这些列" in client(cast.jun).get(str(page.url)).text


def test_sellers_find_no_import_and_nobody_finds_anothers(client, wiring, cast):
    bring(client(cast.jun), GOOD)
    seller = client(cast.lin)

    assert "/requests/import" not in seller.get("/requests").text
    assert seller.get("/requests/import").status_code == 403
    assert seller.get("/requests/import/1").status_code == 404
    assert client(cast.ada).get("/requests/import/1").status_code == 200


def test_the_sample_comes_in_as_it_is(client, wiring, cast):
    browser = client(cast.jun)
    page = bring(browser, browser.get("/requests/import/sample.csv").text)
    settle(wiring)

    assert "看起来都没问题" in browser.get(str(page.url)).text


def test_a_program_brings_a_sheet_too(wiring, cast):
    jun = Caller(wiring, cast.jun)
    made = jun.post("/requests/imports", files={"file": ("crm.csv", BAD.encode())}).json()
    settle(wiring)
    address = f"/requests/imports/{made['id']}"
    looked = jun.get(address).json()

    assert (made["state"], looked["state"], looked["counts"]["bad"]) == ("checking", "checked", 1)
    assert looked["problems"][0]["cell"] == "C3"
    assert jun.post(f"{address}/write").status_code == 409
    assert jun.post(f"{address}/write", json={"good_only": True}).json()["state"] == "writing"
    settle(wiring)
    assert jun.get(address).json()["state"] == "written"
    assert jun.get("/requests", params={"which": "all"}).json()["total"] == 1
    assert jun.post(f"{address}/undo").json()["state"] == "undoing"
    assert Caller(wiring, cast.lin).get(address).status_code == 404
    assert Caller(wiring, cast.lin).get("/requests/imports").status_code == 403


def test_the_command_looks_first_writes_when_told_and_undoes(wiring, monkeypatch, tmp_path):
    monkeypatch.setenv("HUB_HOME", str(wiring.settings.home))
    file, wrong = tmp_path / "crm.csv", tmp_path / "wrong.csv"
    file.write_text(BAD, "utf-8")

    def run(*said: str):
        return CliRunner().invoke(app, ["requirements", *said])

    looked = run("import", str(file), "--problems", str(wrong))
    assert (looked.exit_code, "什么都还没写入" in looked.output) == (1, True)
    assert "C3" in wrong.read_text("utf-8")
    assert run("import", str(file), "--write").exit_code == 1
    written = run("import", str(file), "--write", "--good-only")
    assert (written.exit_code, "已写入" in written.output) == (0, True), written.output
    with wiring.database.read() as session:
        (made, *_before) = requirements.imports(session, SYSTEM)
    undone = run("undo", str(made.id))
    assert (undone.exit_code, "已撤销 2" in undone.output) == (0, True), undone.output
