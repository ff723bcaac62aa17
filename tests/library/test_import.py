"""Import: any front matter is kept, twice changes nothing, one bad file stops nothing."""

import json
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import accounts, assets, taxonomy
from hub.base.errors import HubError
from hub.library import find
from hub.library import front as fronts
from tests.cast import settle
from tests.library.folders import (
    ENCRYPTED,
    bomb,
    deck,
    reasons,
    results,
    tags_of,
    take_in,
    the_asset,
    total,
    versions_of,
    with_macro,
    write,
)

HUGO = """+++
title = "园区分时电价怎么算"
date = 2024-05-06T07:08:09+08:00
draft = false
tags = ["节能", "分时电价"]
categories = ["能碳管理"]
weight = 10
[params]
reviewer = "何俊"
+++
尖峰平谷四段。
"""
HEXO = """---
title: 水泵变频的三个误区
date: 2023-03-04 05:06:07
updated: 2023-04-05
categories:
  - [产业园区, 运维]
tags:
  - 节能
  - 变频
cover: /img/pump.png
permalink: 2023/pump
toc: true
---
先看工况。
"""
JEKYLL = """---
layout: post
title:  "Case: a steel mill saves 8%"
author: {name: Jane Doe, twitter: jane}
categories: case steel
version: 1.10
---
The mill meters every furnace.
"""
OBSIDIAN = """---
aliases: [空压站, 压缩空气]
tags: [项目/昆泰, "#节能"]
created: 2022-01-02
related: [[泄漏检测]]
cssclass: wide
number: 007
slug: ../../etc/passwd
---
# 空压站泄漏
[[泄漏检测]] 一年能省多少？
"""


def test_foreign_front_matter_of_four_kinds_is_understood_and_the_rest_kept(wiring, cast, tmp_path):
    files = {"hugo.md": HUGO, "hexo.md": HEXO, "jekyll.md": JEKYLL, "obsidian.md": OBSIDIAN}

    report = take_in(wiring, write(tmp_path / "笔记", files))

    assert set(results(report).values()) == {"imported"}
    hugo, hexo = the_asset(wiring, "园区分时电价怎么算"), the_asset(wiring, "水泵变频的三个误区")
    assert hugo.extra["weight"] == 10
    assert hugo.extra["params"] == {"reviewer": "何俊"}
    assert hugo.extra["date"] == "2024-05-06T07:08:09+08:00"
    assert tags_of(wiring, hugo) == {"product": ["energy"], "scenario": ["saving"], "tag": ["分时电价"]}
    assert tags_of(wiring, hexo) == {"industry": ["park"], "scenario": ["saving"], "tag": ["变频", "运维"]}
    assert hexo.extra["permalink"] == "2023/pump"
    jekyll, obsidian = the_asset(wiring, "Case: a steel mill saves 8%"), the_asset(wiring, "空压站泄漏")
    assert (jekyll.kind, jekyll.language) == ("case_study", "en")
    assert jekyll.extra["layout"] == "post"
    assert jekyll.extra["version"] == "1.10"
    assert jekyll.extra["author"] == {"name": "Jane Doe", "twitter": "jane"}
    assert obsidian.extra["number"] == "007"
    assert obsidian.extra["source_slug"] == "../../etc/passwd"
    assert obsidian.slug == "etc-passwd"
    assert tags_of(wiring, obsidian)["tag"] == ["项目/昆泰"]


def test_what_no_field_holds_is_found_by_search(wiring, cast, tmp_path):
    take_in(wiring, write(tmp_path / "笔记", {"hugo.md": HUGO, "hexo.md": HEXO}))
    settle(wiring)

    with wiring.database.read() as session:
        found = find(session, wiring.engine, "pump.png", by=accounts.SYSTEM)

    assert [row.title for row in found.rows] == ["水泵变频的三个误区"]


def test_a_tag_that_matches_nothing_is_proposed_to_the_taxonomy(wiring, cast, tmp_path):
    take_in(wiring, write(tmp_path / "a", {"1.md": "---\ntags: 变频, 能源管理\n---\n甲"}))

    with wiring.database.read() as session:
        assert [p.word for p in taxonomy.proposals(session)] == ["变频"]


def test_importing_twice_changes_nothing(wiring, cast, tmp_path):
    folder = write(tmp_path / "a", {"1.md": HUGO, "b/2.md": HEXO, "b/三.pptx": deck("一", "二")})
    first = take_in(wiring, folder)
    before = [(a.edition, a.updated_at) for a in (the_asset(wiring, "园区分时电价怎么算"),)]

    second = take_in(wiring, folder)

    assert set(results(first).values()) == {"imported"}
    assert set(results(second).values()) == {"unchanged"}
    assert [(a.edition, a.updated_at) for a in (the_asset(wiring, "园区分时电价怎么算"),)] == before
    assert total(wiring) == 3


def test_a_changed_file_is_a_new_version_that_takes_the_place_of_the_old(wiring, cast, tmp_path):
    folder = write(tmp_path / "a", {"1.md": "# 甲\n旧"})
    take_in(wiring, folder)
    write(folder, {"1.md": "# 甲\n新"})

    report = take_in(wiring, folder)

    assert results(report) == {"1.md": "updated"}
    kept = [(v.number, v.state, v.text) for v in versions_of(wiring, the_asset(wiring, "甲"))]
    assert kept == [(2, "on_offer", "# 甲\n新"), (1, "expired", "# 甲\n旧")]


def test_a_change_of_front_matter_alone_is_no_new_version(wiring, cast, tmp_path):
    folder = write(tmp_path / "a", {"1.md": "---\ntitle: 甲\n---\n文"})
    take_in(wiring, folder)
    write(folder, {"1.md": "---\ntitle: 乙\nstate: withdrawn\nreview_on: 2027-01-02\n---\n文"})

    take_in(wiring, folder)

    asset = the_asset(wiring, "乙")
    assert [(v.number, v.state) for v in versions_of(wiring, asset)] == [(1, "withdrawn")]
    assert (asset.on_offer_id, asset.review_on) == (None, date(2027, 1, 2))


def test_what_people_changed_stays_when_a_later_import_does_not_name_it(wiring, cast, tmp_path):
    folder = write(tmp_path / "a", {"1.md": "---\ntitle: 甲\n---\n旧"})
    take_in(wiring, folder)
    asset = the_asset(wiring, "甲")
    with wiring.database.write() as session:
        row = session.get_one(assets.Asset, asset.id)
        team = accounts.team_by_key(session, "east")
        fields = assets.Fields(audience="customer", kind="faq", restricted_to=([team.id], []))
        assets.edit(session, row, fields, edition=row.edition, by=cast.ada)
    write(folder, {"1.md": "---\ntitle: 甲\n---\n新"})

    take_in(wiring, folder)

    asset = the_asset(wiring, "甲")
    assert (asset.audience, asset.kind, asset.restricted) == ("customer", "faq", True)


def test_files_are_on_offer_as_approved_by_import_and_drafts_when_asked(wiring, cast, tmp_path):
    take_in(wiring, write(tmp_path / "a", {"1.md": "# 甲"}))
    take_in(wiring, write(tmp_path / "b", {"2.md": "# 乙"}), draft=True)

    [offered], [kept] = (
        versions_of(wiring, the_asset(wiring, "甲")),
        versions_of(wiring, the_asset(wiring, "乙")),
    )

    assert (offered.state, offered.approved_by_import) == ("on_offer", True)
    assert (kept.state, kept.approved_by_import) == ("draft", False)


BAD = {
    "空.pptx": (b"", "空的"),
    "半截.pptx": (deck("一")[:3000], "不完整或已损坏"),
    "其实是文字.pptx": (b"plain words", "内容却是纯文本"),
    "其实是图.pdf": (b"\x89PNG\r\n\x1a\n" + bytes(64), "内容却是图片"),
    "加密.docx": (ENCRYPTED, "加了密码"),
    "一页也没有.pptx": (deck(), "一页也没有"),
    "炸弹.pptx": (bomb(), "超过上限"),
    "坏编码.md": (b"\x81\x00\xff\xff", ""),
    "程序.exe": (b"MZ\x90", "不认识"),
    "空压缩包.xlsx": (b"PK\x05\x06" + bytes(18), ""),
}


def test_each_bad_file_is_refused_with_the_true_reason_and_the_rest_comes_in(wiring, cast, tmp_path):
    good = {"前.md": "# 前", "中.pptx": deck("中间的一页"), "后.csv": "甲,乙\n1,2\n"}
    folder = write(tmp_path / "混", {**good, **{name: data for name, (data, _said) in BAD.items()}})

    report = take_in(wiring, folder)

    assert {n: r for n, r in results(report).items() if n in good} == dict.fromkeys(good, "imported")
    for name, (_data, said) in BAD.items():
        assert (name, results(report)[name]) == (name, "refused")
        assert said in reasons(report)[name]
        assert len(reasons(report)[name]) > 5
    assert total(wiring) == len(good)


def test_a_deck_with_macros_comes_in_and_says_so(wiring, cast, tmp_path):
    report = take_in(wiring, write(tmp_path / "a", {"宏.pptm": with_macro(deck("有宏的一页"))}))

    assert results(report) == {"宏.pptm": "imported"}
    [version] = versions_of(wiring, the_asset(wiring, "有宏的一页"))
    assert assets.is_macro(version.file_name)


def test_broken_front_matter_is_kept_as_text_and_told(wiring, cast, tmp_path):
    broken = {
        "1.md": "---\ntitle: [甲\n---\n# 文一",
        "2.md": "---\n- 甲\n---\n# 文二",
        "3.md": "+++\na = \n+++\n# 文三",
    }

    report = take_in(wiring, write(tmp_path / "a", broken))

    assert set(results(report).values()) == {"imported"}
    assert all("头部信息" in reason for reason in reasons(report).values())
    assert versions_of(wiring, the_asset(wiring, "文一"))[0].text == broken["1.md"]


def test_names_with_quotes_emoji_scripts_and_300_characters_come_in_as_they_are(wiring, cast, tmp_path):
    titles = ["他说“行”'\"", "🚀 上线 👩‍💻", "<script>alert(1)</script>", "../../../etc/passwd", "长" * 300]
    long_name = "名" * 80 + ".md"
    files = {f"{n}.md": f"---\ntitle: {json.dumps(t)}\n---\n<script>x</script>" for n, t in enumerate(titles)}

    report = take_in(wiring, write(tmp_path / "奇 怪'\"🚀", {**files, long_name: "# 文件名很长"}))

    assert set(results(report).values()) == {"imported"}
    for title in titles:
        assert the_asset(wiring, title)
    assert all("/" not in the_asset(wiring, t).slug and ".." not in the_asset(wiring, t).slug for t in titles)


def test_two_files_whose_names_come_to_the_same_slug_are_two_assets(wiring, cast, tmp_path):
    files = {
        "a-b.md": "# 甲", "a/b.md": "# 乙", "A b.md": "# 丙", "同.md": "---\nslug: x\n---\n# 丁",
        "异.md": "---\nslug: x\n---\n# 戊", "a.b.pptx": deck("己"),
    }  # fmt: skip

    take_in(wiring, write(tmp_path / "f", files))
    again = take_in(wiring, tmp_path / "f")

    assert total(wiring) == len(files)
    assert set(results(again).values()) == {"unchanged"}


def test_a_restriction_to_nobody_we_know_refuses_the_file_rather_than_open_it(wiring, cast, tmp_path):
    files = {
        "1.md": "---\nrestricted_to: [team:east, 查无此人@x.cn]\n---\n# 甲",
        "2.md": "---\nrestricted_to: team:east\n---\n# 乙",
    }

    report = take_in(wiring, write(tmp_path / "a", files))

    assert results(report) == {"1.md": "refused", "2.md": "imported"}
    with wiring.database.read() as session:
        seen_by = {p.name: assets.find(session, p)[1] for p in (cast.lin, cast.zhou)}
    assert seen_by == {"林晓": 1, "周强": 0}


def test_hidden_files_links_and_lock_files_are_passed_over(wiring, cast, tmp_path):
    folder = write(tmp_path / "a", {"1.md": "# 甲", ".git/x.md": "# 乙", "~$1.pptx": b"x", "Thumbs.db": b"x"})
    (folder / "link.md").symlink_to(folder / "1.md")

    assert results(take_in(wiring, folder)) == {"1.md": "imported"}


def test_the_folder_one_stands_in_imports_as_by_its_name(wiring, cast, tmp_path, monkeypatch):
    folder = write(tmp_path / "资料", {"甲.md": "# 甲"})
    take_in(wiring, folder)
    monkeypatch.chdir(folder)
    assert set(results(take_in(wiring, Path())).values()) == {"unchanged"}


WORDS = [
    "分时",
    "电价",
    "节能",
    "园区",
    "钢铁",
    "空压",
    "水泵",
    "冷站",
    "变频",
    "计量",
    "账单",
    "告警",
    "接入",
    "网关",
    "台账",
    "碳排",
    "核查",
    "需量",
]


def article(n: int, rng: random.Random) -> str:
    """The n-th of many articles, with front matter in one of the ways that are found in the wild."""
    title, tags = f"第 {n} 篇：{rng.choice(WORDS)}与{rng.choice(WORDS)}", rng.sample(WORDS, 3)
    day = f"20{rng.randint(15, 25)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    body = "\n\n".join("".join(rng.choices(WORDS, k=30)) for _ in range(4))
    heads = [
        f'+++\ntitle = "{title}"\ndate = {day}\ntags = {tags}\nn = {n}\n+++\n',
        f"---\ntitle: {title}\ndate: {day} 08:00:00\ntags:\n"
        + "".join(f"  - {t}\n" for t in tags)
        + f"n: {n}\n---\n",
        f'---\nlayout: post\ntitle: "{title}"\ncategories: {" ".join(tags)}\nn: {n}\n---\n',
        f"---\ntitle: {title}\ntags: {tags}\naliases: [{title}]\nn: {n}\n---\n",
        json.dumps({"title": title, "tags": tags[:1], "n": n}, ensure_ascii=False, indent=2) + "\n\n",
        f"---\r\ntitle: {title}\r\nn: {n}\r\n---\r\n",
        f"\ufeff---\ntitle: {title}\nn: {n}\n...\n",
    ]
    return rng.choice(heads) + body


@pytest.mark.one_database
def test_several_hundred_chinese_articles_with_foreign_front_matter_import_whole(wiring, cast, tmp_path):
    rng = random.Random(7)
    files = {f"{rng.choice(['posts', '文章', 'notes/2024'])}/{n:03}.md": article(n, rng) for n in range(300)}

    report = take_in(wiring, write(tmp_path / "博客", files))

    assert (report.count("imported"), len(report.outcomes)) == (300, 300)
    with wiring.database.read() as session:
        ids, many = assets.find(session, accounts.SYSTEM, limit=1000)
        rows = [session.get_one(assets.Asset, i) for i in ids]
    assert many == 300
    assert sorted(int(a.extra["n"]) for a in rows) == list(range(300))
    assert all(a.title.startswith("第 ") for a in rows)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400))
def test_arbitrary_bytes_as_front_matter_never_crash(data):
    text = b"---\n" + data + b"\n---\nbody"
    try:
        decoded = assets.decode(text)
    except HubError:
        return
    for shape in (decoded, decoded.replace("---", "+++"), "{" + decoded[4:]):
        front, body = fronts.split(shape)
        assert body is not None
        for key in fronts.KNOWN:
            front.text(key), front.words(key), front.day(key), front.flag(key)


YAMLISH = st.lists(
    st.sampled_from(
        ["title", "tags", ": ", "- ", "\n", "  ", "[", "]", "{", "}", "&a ", "*a", "!!int ",
         "!!timestamp ", "!!binary ", "? ", "| ", "> ", '"', "'", "\\ud800", "\\0", "2020-99-99", ".inf", "on", "007",
         "#", "节能", "🚀", "<<: ", "~"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(YAMLISH)
def test_anything_like_yaml_is_read_or_kept_as_text(source):
    front, body = fronts.split(f"---\n{source}\n---\nbody")

    assert body.endswith("body")
    assert fronts.jsonable(front.extra) == front.extra
    for value in (*front.extra.values(), *map(front.text, fronts.KNOWN)):
        str(value).encode()
