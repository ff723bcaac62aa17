"""Requests as a sheet: what it holds, for whom, and that nothing in it runs."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from hub import requirements
from hub.accounts import SYSTEM
from hub.base.i18n import speaking
from tests.domains.requirement_cast import asked_for, keep_secret, scored, wanted


@pytest.fixture
def session(wiring):
    with wiring.database.write() as opened:
        yield opened


def rows(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_each_request_stands_with_the_requirement_that_covers_it(session, cast):
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    asked_for(session, cast.zhou, customer="临澄高新区", quote="还没人管的。", revenue="120000")
    scored(session, cast, made)

    first, second = rows(requirements.to_csv(session, cast.jun))

    assert (first["客户"], first["客户原话"], first["预计收入"]) == (
        "华辰电子产业园",
        "峰谷一改，上个月报的节省就对不上了。",
        "860000",
    )
    assert (first["需求编号"], first["状态"], first["触达"], first["投入（人天）"]) == (
        made.key,
        "已评分",
        "100",
        "20",
    )
    assert (first["提出人"], second["需求编号"], second["客户"]) == (cast.lin.email, "", "临澄高新区")


def test_the_heads_speak_the_readers_language(session, cast):
    asked_for(session, cast.lin)

    with speaking("en"):
        (row,) = rows(requirements.to_csv(session, cast.jun))

    assert {"key", "customer", "quote", "revenue", "requirement", "merged_into"} <= set(row)


@pytest.mark.parametrize("said", ["=1+1", "+86 138", "-5 度", "@SUM(A1)", "\tx"])
def test_what_a_spreadsheet_would_run_is_defused(session, cast, said):
    asked_for(session, cast.lin, quote=f"{said}真的")
    expected = said.strip() + "真的"
    expected = f"'{expected}" if expected[0] in "=+-@" else expected

    (row,) = rows(requirements.to_csv(session, cast.jun))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(requirements.to_xlsx(session, cast.jun)))

    assert row["客户原话"] == expected
    head, line = sheet.get_sheet_by_index(0).to_python()
    assert line[head.index("客户原话")] == expected


def test_a_confidential_customer_and_a_hidden_requirement_are_in_nobody_elses_sheet(session, cast):
    hidden = wanted(session, cast.jun, title="只给林晓看", restricted_to=([], [cast.lin.id]))
    asked_for(session, cast.lin, hidden)
    asked_for(session, cast.lin, customer="秘密客户", quote="秘密的话")
    keep_secret(session, "秘密客户", owner=cast.lin)

    (seen,) = rows(requirements.to_csv(session, cast.zhou))
    own = rows(requirements.to_csv(session, cast.lin))

    assert (seen["客户"], seen["需求编号"], seen["需求"]) == ("华辰电子产业园", "", "")
    assert [(r["客户"], r["需求"]) for r in own] == [("华辰电子产业园", "只给林晓看"), ("秘密客户", "")]


def test_key_title_and_tags_are_in_the_librarys_file_and_come_back(session, cast):
    made = wanted(session, cast.jun)
    asked, other = asked_for(session, cast.lin, made), asked_for(session, cast.zhou, made, quote="另一句")
    asked.key, asked.title, asked.tags = "A-1", "电价", ["电价", "报表"]
    session.add(asked)
    session.flush()
    data = requirements.to_data(session, made)

    asked.key, asked.title, asked.tags = None, "", []
    other.tags = ["站内加的"]
    session.add_all([asked, other])
    requirements.from_data(session, made.key, data, by=SYSTEM)

    assert (asked.key, asked.title, asked.tags, other.tags) == ("A-1", "电价", ["电价", "报表"], ["站内加的"])
    assert requirements.from_data(session, made.key, data, by=SYSTEM) == "unchanged"
