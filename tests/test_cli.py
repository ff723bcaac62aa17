"""The command `hub`, run as a person runs it: what it prints where, and how it ends."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hub import cli
from hub.base.settings import Settings
from hub.migrations import upgrade
from hub.wiring import wire
from tests.library.demo_house import show_demo
from tests.library.folders import ENCRYPTED, deck, write
from tests.slides.samples import a_deck


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A HUB_HOME that is not there yet; without LibreOffice, which would make pictures that no test here looks at."""
    for name in [n for n in os.environ if n.startswith("HUB_") and n != "HUB_SHARED_DATA"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HUB_SOFFICE", str(tmp_path / "no-office"))
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


@pytest.fixture
def hub(home, monkeypatch, capsys):
    """`hub("search", "甲")`: exit code, stdout, stderr."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["hub", *map(str, words)])
        capsys.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def folder(tmp_path):
    return write(
        tmp_path / "资料",
        {
            "节能.md": "---\ntags: [节能]\n---\n# 园区节能\n\n能耗下降 12.8%。",
            "草稿.md": "---\nstate: draft\n---\n# 还没写完的节能草稿",
            "介绍.pptx": deck("能碳管理介绍", "分时电价重算"),
            "坏.pptx": b"",
            "锁.docx": ENCRYPTED,
        },
    )


def test_import_makes_a_new_home_tells_what_it_refused_and_ends_well(hub, home, folder):
    code, said, complained = hub("import", folder)

    assert (code, complained) == (0, "")
    assert "文件是空的" in said
    assert "加了密码" in said
    assert "合计 5：新导入 3，有更新 0，没有变化 0，拒收 2，我们出错 0。" in said
    assert (home / "hub.db").exists()

    code, said, _ = hub("import", folder)
    assert (code, "没有变化 3" in said) == (0, True)


def test_what_was_imported_is_found_without_anything_else_being_run(hub, folder):
    hub("import", folder)

    code, said, complained = hub("search", "分时电价", "--json")

    answer = json.loads(said)
    assert (code, complained) == (0, "")
    told = ["relaxed", "corrected", "cut", "unread", "unmended"]
    assert list(answer) == ["total", "took_ms", "hits", "facets", *told]
    assert list(answer["hits"][0]) == [
        "type",
        "id",
        "title",
        "score",
        "snippet",
        "url",
        "alike",
        "alike_total",
    ]
    assert answer["total"] == 1
    assert answer["hits"][0]["url"].startswith("/assets/")
    assert "<" not in answer["hits"][0]["snippet"]
    assert answer["facets"]["kind"]


def test_search_narrows_limits_and_asks_as_somebody(hub, folder):
    hub("import", folder)
    hub("user", "add", "lin@firm.cn", "--password", "correct-horse")

    def found(*more):
        return json.loads(hub("search", "节能", "--json", *more)[1])

    assert found()["total"] == 2
    assert len(found("--limit", "1")["hits"]) == 1
    assert [h["title"] for h in found("--as", "lin@firm.cn")["hits"]] == ["园区节能"]
    assert found("--kind", "faq")["total"] == 0
    assert found("--kind", "faq", "--kind", "whitepaper")["total"] == 2
    assert found("--product", "energy", "--tier", "x", "--industry", "y")["total"] == 0
    code, _, complained = hub("search", "节能", "--as", "niemand@firm.cn")
    assert (code, "niemand@firm.cn" in complained) == (2, True)


def test_search_for_people_is_a_table_and_says_when_nothing_was_found(hub, folder):
    hub("import", folder)

    assert "园区节能" in hub("search", "节能")[1]
    assert "没有找到" in hub("search", "绝无此词zzz")[1]
    code, _, explained = hub("search", "节能", "--explain")
    assert (code, "asset:" in explained) == (0, True)
    assert re.search(
        r"节能 [\d.]+.* × title [\d.]+ × \(1 \+ new [\d.]+ \+ used [\d.]+\) × state=on_offer 1.1", explained
    )


PROSE = "节能，能耗，下降，园区，介绍，分时，电价，重算，草稿，管理"


def test_search_says_what_was_read_otherwise_and_what_was_left_out(hub, folder, monkeypatch):
    hub("import", folder)

    assert "“jieneng” 按“节能”查。" in hub("search", "jieneng")[2]
    assert "只看懂了前面一部分" in hub("search", "节能" * 400)[2]
    assert "整段的话里没有逐词找错字" in hub("search", PROSE)[2]
    said = json.loads(hub("search", PROSE, "--json")[1])
    assert (said["unmended"], said["cut"], said["unread"]) == (True, False, False)
    assert hub("search", "节能")[2] == ""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert "not checked for typing slips" in hub("search", PROSE)[2]


def test_import_can_leave_its_jobs_to_others_and_keep_everything_back(hub, folder):
    code, _, _ = hub("import", folder, "--no-wait", "--draft")

    assert code == 0
    assert "有 " in hub("check", "--no-wait")[2]
    assert hub("check")[0] == 0
    assert json.loads(hub("search", "", "--json")[1])["facets"]


@pytest.mark.parametrize(
    "words",
    [
        ["import", "nicht-da"],
        ["import"],
        ["search"],
        ["nichts"],
        ["export"],
        ["restore", "nicht-da.tar"],
        ["search", "x", "--limit", "0"],
        ["user", "add", "keine-adresse", "--password", "correct-horse"],
        ["user", "password", "wer@firm.cn", "--password", "correct-horse"],
        ["token", "revoke", "77"],
    ],
)
def test_wrong_usage_is_exit_2_with_a_sentence_on_stderr(hub, words):
    code, _, complained = hub(*words)

    assert code == 2
    assert complained.strip()
    assert "Traceback" not in complained


def test_an_unknown_setting_stops_every_command_with_its_name(hub, monkeypatch):
    monkeypatch.setenv("HUB_PROT", "8000")

    code, _, complained = hub("check")

    assert (code, "HUB_PROT" in complained) == (2, True)


def test_a_fault_of_ours_is_exit_1_and_one_sentence(hub, monkeypatch):
    from hub import library

    monkeypatch.setattr(library, "rebuild_index", lambda *_a: 1 / 0)

    code, _, complained = hub("reindex")

    assert code == 1
    assert complained.count("\n") == 1
    assert "ZeroDivisionError" in complained


def test_a_fault_of_ours_with_one_file_stops_no_other_and_ends_with_exit_1(hub, folder, monkeypatch):
    from hub.library import importing

    real = importing.place

    def place(session, slug, *args, **more):
        if "节能" in slug:
            raise RuntimeError("boom")
        return real(session, slug, *args, **more)

    monkeypatch.setattr(importing, "place", place)

    code, said, _ = hub("import", folder)

    assert code == 1
    assert "RuntimeError: boom" in said
    assert "新导入 2" in said


def test_check_is_clean_after_an_import_and_exit_1_when_a_file_is_lost(hub, home, folder):
    hub("import", folder)
    code, said, complained = hub("check", "--deep")
    assert (code, complained) == (0, "")
    assert "一致" in said

    kept = [p for p in (home / "blobs").glob("*/*") if len(p.name) == 64]
    orphan = home / "blobs" / "ab" / ("ab" * 32)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"x")
    os.utime(orphan, (0, 0))
    assert "清掉了 1 个" in hub("check", "--clean")[1]
    assert [p.exists() for p in (orphan, *kept)] == [False, *[True] * len(kept)]

    lost = kept[0]
    lost.unlink()

    code, said, _ = hub("check")
    assert (code, lost.name in said) == (1, True)


def test_reindex_builds_the_index_anew(hub, folder):
    hub("import", folder)

    code, said, _ = hub("reindex")

    assert code == 0
    assert "索引已重建" in said
    assert hub("check")[0] == 0


def test_an_export_is_a_library_that_a_new_home_loads_whole(hub, home, folder, tmp_path, monkeypatch):
    hub("import", folder)
    code, said, _ = hub("export", tmp_path / "out")
    assert (code, "已导出" in said) == (0, True)
    assert hub("export", tmp_path / "out")[0] == 2

    monkeypatch.setenv("HUB_HOME", str(tmp_path / "second"))
    hub("import", tmp_path / "out")
    hub("export", tmp_path / "again")

    assert _files(tmp_path / "again") == _files(tmp_path / "out") != {}
    assert hub("check")[0] == 0


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_backup_is_restored_into_a_new_home_and_nowhere_else(hub, folder, tmp_path, monkeypatch):
    hub("import", folder)
    assert hub("backup", tmp_path / "b.tar")[0] == 0
    assert hub("backup", tmp_path / "b.tar")[0] == 2
    assert hub("restore", tmp_path / "b.tar")[0] == 2

    monkeypatch.setenv("HUB_HOME", str(tmp_path / "second"))
    code, said, _ = hub("restore", tmp_path / "b.tar")

    assert (code, "已恢复" in said) == (0, True)
    assert hub("check", "--deep")[0] == 0
    assert json.loads(hub("search", "分时电价", "--json")[1])["total"] == 1


def test_people_are_added_listed_invited_and_given_passwords_and_tokens(hub):
    assert (
        "/invitations/" in hub("user", "add", "ada@firm.cn", "--role", "administrator", "--name", "安达")[1]
    )
    assert "/invitations/" in hub("user", "invite", "ada@firm.cn")[1]
    assert hub("user", "password", "ada@firm.cn", "--password", "correct-horse")[0] == 0
    code, said, _ = hub("user", "list")
    assert (code, "ada@firm.cn" in said, "administrator" in said) == (0, True, True)

    token = hub("token", "make", "ada@firm.cn", "--name", "报表", "--days", "3")[1].strip()
    assert token.startswith("qv_")
    listed = hub("token", "list", "ada@firm.cn")[1]
    assert "报表" in listed
    assert token not in listed
    assert hub("token", "revoke", "1")[0] == 0
    assert "报表" not in hub("token", "list", "ada@firm.cn")[1]


def test_the_demo_is_removed_by_command_once_there_is_an_administrator(hub, tmp_path, home):
    wiring = wire(Settings(home=home, worker=False))
    upgrade(wiring.database)
    show_demo(wiring, tmp_path / "demo")
    wiring.close()
    code, said, complained = hub("demo", "remove", "--yes")
    assert (code, "没有管理员能登录" in complained, "素材 4" in said) == (2, True, True)

    hub("user", "add", "ada@firm.cn", "--role", "administrator", "--password", "correct-horse")
    code, said, _ = hub("demo", "remove", "--yes")

    assert (code, "演示已移除" in said) == (0, True)
    assert json.loads(hub("search", "园区", "--json")[1])["total"] == 0
    assert "lin@demo.example" not in hub("user", "list")[1]
    assert hub("demo", "remove", "--yes")[0] == 2


def test_commands_answer_in_english_where_the_terminal_does(hub, folder, monkeypatch):
    monkeypatch.setenv("LANG", "en_US.UTF-8")

    said = hub("import", folder)[1]

    assert "3 imported" in said
    assert "The file is empty" in said


def test_slides_are_picked_out_of_decks_and_known_again(hub, tmp_path):
    one, two, out = tmp_path / "a.pptx", tmp_path / "b.pptx", tmp_path / "out.pptx"
    one.write_bytes(a_deck(["甲一", "甲二", "甲三"]))
    two.write_bytes(a_deck(["乙一", "乙二"]))

    assert hub("slides", "compose", out, f"{one}:3,1-2", f"{two}:2")[0] == 0

    deck_said = json.loads(hub("slides", "read", out, "--json")[1])
    assert [s["title"] for s in deck_said["slides"]] == ["甲三", "甲一", "甲二", "乙二"]
    traced = json.loads(hub("slides", "trace", out, "--json")[1])
    assert [(t["state"], t["provenance"]["asset"], t["provenance"]["slide"]) for t in traced] == [
        ("current", "a", 3), ("current", "a", 1), ("current", "a", 2), ("current", "b", 2),
    ]  # fmt: skip
    assert hub("slides", "check", out) == (0, "", "")
    for wrong in (f"{one}:9", f"{one}:x", tmp_path / "c.pptx", f"{one}:3-"):
        code, _, complained = hub("slides", "compose", tmp_path / "x.pptx", wrong)
        assert (code, bool(complained)) == ((0, False) if str(wrong).endswith(":3-") else (2, True))


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ("9", "共 3 页"),
        ("2-9", "共 3 页"),
        ("0", "共 3 页"),
        ("3-1", "3-1"),
        ("4-", "共 3 页"),
        ("x", "看不懂"),
    ],
)
def test_pages_that_are_not_there_are_told_with_the_deck_and_what_it_has(hub, tmp_path, pages, told):
    deck = tmp_path / "a.pptx"
    deck.write_bytes(a_deck(["甲一", "甲二", "甲三"]))

    code, _, complained = hub("slides", "compose", tmp_path / "out.pptx", f"{deck}:{pages}")

    assert (code, str(deck) in complained, told in complained) == (2, True, True)
    assert not (tmp_path / "out.pptx").exists()


def test_a_deck_is_not_overwritten_by_what_is_taken_out_of_it(hub, tmp_path):
    deck = tmp_path / "a.pptx"
    deck.write_bytes(before := a_deck(["甲一", "甲二"]))

    code, _, complained = hub("slides", "compose", deck, f"{deck}:1")

    assert (code, "覆盖" in complained, deck.read_bytes() == before) == (2, True, True)


def test_a_file_that_is_no_deck_is_named_among_the_decks(hub, tmp_path):
    deck, other = tmp_path / "a.pptx", tmp_path / "notes.pptx"
    deck.write_bytes(a_deck(["甲"]))
    other.write_text("no deck", "utf-8")

    code, _, complained = hub("slides", "compose", tmp_path / "out.pptx", f"{deck}:1", f"{other}:1")

    assert (code, str(other) in complained) == (2, True)


def test_a_template_is_filled_and_a_missing_value_named(hub, tmp_path):
    template, values, out = tmp_path / "t.pptx", tmp_path / "v.json", tmp_path / "o.pptx"
    template.write_bytes(a_deck(["给 {{ customer.name }} 的方案"]))
    values.write_text('{"customer": {"name": "华辰"}}', "utf-8")

    assert hub("slides", "fill", template, "--values", values, "-o", out)[0] == 0
    assert "给 华辰 的方案" in hub("slides", "read", out)[1]
    values.write_text("{}", "utf-8")
    code, _, complained = hub("slides", "fill", template, "--values", values, "-o", out)
    assert (code, "customer" in complained) == (2, True)


def test_a_faulty_deck_is_exit_1_with_one_finding_a_line(hub, tmp_path):
    import io
    import zipfile

    source, out = zipfile.ZipFile(io.BytesIO(a_deck(["甲"]))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in source.namelist():
            if name != "ppt/slideLayouts/slideLayout6.xml":
                made.writestr(name, source.read(name))
    (tmp_path / "bad.pptx").write_bytes(out.getvalue())

    code, said, _ = hub("slides", "check", tmp_path / "bad.pptx")

    assert code == 1
    assert all(len(line.split("\t")) == 3 for line in said.splitlines())
    assert "missing-target" in said


@pytest.mark.office
def test_slides_are_pictured_as_numbered_files(hub, tmp_path, monkeypatch):
    monkeypatch.delenv("HUB_SOFFICE")
    (tmp_path / "a.pptx").write_bytes(a_deck(["甲", "乙"]))

    code, _, _ = hub("slides", "preview", tmp_path / "a.pptx", "-o", tmp_path / "p", "--format", "png")

    assert code == 0
    assert sorted(p.name for p in (tmp_path / "p").iterdir()) == ["001.png", "002.png"]


def test_the_command_runs_as_a_process_of_its_own(home, tmp_path):
    command = [sys.executable, "-m", "hub"]
    root = Path(cli.__file__).parents[2]

    done = subprocess.run([*command, "--help"], cwd=root, capture_output=True, text=True, check=True)

    for name in [
        "serve",
        "worker",
        "migrate",
        "import",
        "export",
        "search",
        "reindex",
        "check",
        "backup",
        "restore",
        "user",
        "token",
        "slides",
        "demo",
    ]:
        assert name in done.stdout
