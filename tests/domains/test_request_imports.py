"""Sheets of requests coming in: what is looked through, what is written, what is asked, and that it can be undone."""

import csv
import io
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, event
from sqlmodel import col, func, select

from hub import accounts, customers, notices, requirements
from hub.base import clock, jobs, tables
from hub.base.db import Database
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import speaking
from hub.requirements import (
    Obligation,
    Regrouping,
    Request,
    RequestLink,
    Requirement,
    SheetImport,
    cells,
)
from hub.requirements.imports import AT_ONCE
from tests.domains.requirement_cast import asked_for, brought_to, keep_secret, run_jobs, scored, wanted

HEAD = "外部编号,客户,客户原话"


def text_of(rows: list[dict[str, str]]) -> bytes:
    """A CSV with the columns that the rows name."""
    heads = list(dict.fromkeys(h for r in rows for h in r))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, heads)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


class Sheet:
    """One file brought by one person: looked through at once."""

    def __init__(self, wiring, by, data: bytes | str, name: str = "crm.csv") -> None:
        self.wiring, self.by = wiring, by
        data = data.encode() if isinstance(data, str) else data
        with wiring.database.write() as session:
            made = requirements.submit_import(
                session, wiring.blobs, wiring.settings, name, data, by=by, by_job=False
            )
            self.number = made.id or 0
        self.run()

    def run(self) -> None:
        requirements.run_import(self.wiring.database, self.wiring.blobs, self.number)

    @property
    def row(self) -> SheetImport:
        with self.wiring.database.read() as session:
            return session.get_one(SheetImport, self.number)

    def do(self, verb, **more) -> "Sheet":
        with self.wiring.database.write() as session:
            verb(session, session.get_one(SheetImport, self.number), by=self.by, by_job=False, **more)
        self.run()
        return self

    def written(self, **more) -> "Sheet":
        return self.do(requirements.write_import, **{"reason": "老系统里已定", **more})

    def undone(self) -> "Sheet":
        return self.do(requirements.undo_import)

    def answered(self, said: dict[str, str]) -> "Sheet":
        with self.wiring.database.write() as session:
            requirements.answer_import(
                session, session.get_one(SheetImport, self.number), said, by=self.by, by_job=False
            )
        self.run()
        return self

    @property
    def problems(self) -> dict[str, str]:
        """Per cell, what is wrong with it."""
        return {cell: said for cell, _head, _value, said in self.row.problems}

    @property
    def counts(self) -> tuple[int, int, int, int]:
        return tuple(self.row.counts[k] for k in ("add", "change", "same", "bad"))  # type: ignore[return-value]


@pytest.fixture
def bring(wiring, cast):
    """`bring(data)`: a sheet of Jun's, the product manager, or of whom `by` says."""
    return lambda data, by=None, name="crm.csv": Sheet(wiring, by or cast.jun, data, name)


@pytest.fixture
def kept(wiring):
    """`kept()`: every request that is there, oldest first."""

    def look() -> list[Request]:
        with wiring.database.read() as session:
            return list(session.exec(select(Request).order_by(col(Request.id))).all())

    return look


def everything(wiring) -> dict[str, int]:
    with wiring.database.read() as session:
        models = (Request, RequestLink, Requirement, customers.Customer, Obligation, Regrouping)
        return {m.__name__: session.exec(select(func.count()).select_from(m)).one() for m in models}


# ---- looking through


def test_looking_through_writes_nothing(bring, wiring):
    before = everything(wiring)

    sheet = bring(f"{HEAD}\nA-1,甲公司,要快一点\nA-2,乙公司,\n")

    assert sheet.row.state == "checked"
    assert sheet.counts == (1, 0, 0, 1)
    assert sheet.problems == {"C3": "这一格不能空。"}
    assert everything(wiring) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_sheet_is_read_in_the_encoding_that_wrote_it(bring, kept, encoding):
    bring(f"{HEAD}\nA-1,甲公司,要快一点\n".encode(encoding)).written()

    assert [(r.key, r.quote) for r in kept()] == [("A-1", "要快一点")]


@pytest.mark.parametrize(
    "head",
    ["external_key,customer,quote", "External Key,Customer Name,Pain Quote", "外部 编号,客户名称,痛点场景"],
)
def test_heads_are_known_in_both_languages_and_in_other_words(bring, head):
    assert bring(f"{head}\nA-1,甲公司,要快一点\n").counts == (1, 0, 0, 0)


def test_a_workbook_is_read_with_its_days_and_numbers(bring, kept):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(1, 1, ["客户", "客户原话", "预计收入", "希望时间"])
    sheet.write_row(2, 1, ["甲公司", "要快一点", 500000.5])
    sheet.write_datetime(
        2,
        4,
        date(2027, 3, 31),
        book.add_format({"num_format": "yyyy/m/d"}),
    )
    sheet.write_row(3, 1, ["", "没有客户"])
    book.close()

    done = bring(out.getvalue(), name="crm.xlsx").written(good_only=True)

    assert done.problems == {"B4": "这一格不能空。"}
    assert [(r.revenue, r.needed_by) for r in kept()] == [(Decimal("500000.50"), date(2027, 3, 31))]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0 old", "旧的 XLS"),
        (b"PK\x03\x04 broken", "XLSX 打不开"),
        ("标题,内容\nx,y\n", "缺这些列：客户、客户原话"),
        ("客户,客户,客户原话\nx,x,y\n", "出现了两次"),
        (f"{HEAD}\n", "没有内容"),
        ("\n\n", "文件是空的"),
        (b"\xff\xfe\xff", "文字编码"),
    ],
)
def test_a_file_that_is_no_such_sheet_is_refused_in_a_sentence(bring, data, said):
    try:
        error = bring(data).row.error
    except HubError as refused:
        error = refused.message

    assert said in error


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("预计收入", "很多", "读不成金额"),
        ("客户数", "0", "不是客户数"),
        ("紧急程度", "火烧眉毛", "只有高、中、低"),
        ("希望时间", "下个月", "不是日期"),
        ("希望时间", "2026-02-30", "不是日期"),
        ("提出日期", "2999-01-01", "在将来"),
        ("币种", "块钱", "三个字母"),
        ("产品", "没有的产品", "没有“没有的产品”这个产品"),
        ("行业", "没有的行业", "没有“没有的行业”这个行业"),
        ("负责人", "谁也不是", "没有“谁也不是”这个人"),
        ("商机", "没有的商机", "没有“没有的商机”这个商机"),
        ("需求编号", "需求 一", "字母、数字"),
        ("状态", "随便", "没有“随便”"),
        ("季度", "明年", "2026Q4"),
        ("触达", "0", "大于零"),
        ("季度", "2026Q4", "先写“需求编号”"),
    ],
)
def test_each_wrong_cell_is_named_with_a_reason(bring, column, text, said):
    sheet = bring(text_of([{"客户": "甲公司", "客户原话": "要快一点", column: text}]))

    assert list(sheet.problems) == ["C2"]
    assert said in sheet.problems["C2"]


def test_all_bad_cells_are_in_a_file_that_runs_nothing(bring, wiring):
    sheet = bring(text_of([{"客户": "甲", "客户原话": "x", "紧急程度": f"=cmd{n}"} for n in range(130)]))

    said = wiring.blobs.get(sheet.row.problems_sha).decode("utf-8-sig").splitlines()

    assert (len(sheet.row.problems), len(said)) == (100, 131)
    assert said[1] == "C2,紧急程度,'=cmd0,紧急程度只有高、中、低。"


def test_a_column_nobody_knows_is_said_not_dropped_in_silence(bring):
    assert "星座" in " ".join(bring("客户,客户原话,星座\n甲,x,白羊\n").row.notes)


# ---- taking in


def test_with_a_bad_row_nothing_is_written_unless_the_good_ones_are_asked_for(bring, kept):
    sheet = bring(f"{HEAD}\nA-1,甲公司,要快一点\nA-2,乙公司,\n")

    with pytest.raises(Conflict, match="有 1 行不对"):
        sheet.written()
    sheet.written(good_only=True)

    assert [r.key for r in kept()] == ["A-1"]
    assert sheet.row.state == "written"


def test_every_column_arrives(bring, wiring, cast, kept):
    bring(
        text_of(
            [
                {
                    "外部编号": "A-1", "标题": "电价", "客户": "甲公司", "行业": "智慧园区", "客户原话": "对不上",
                    "想要的方案": "自动重算", "预计收入": "50万", "币种": "usd", "客户数": "3", "紧急程度": "急",
                    "希望时间": "2027/3/31", "提出人": "林晓", "负责人": "zhou@test.example",
                    "提出日期": "2025年11月2日", "产品": "能源管理", "标签": "电价；报表、电价",
                    "需求编号": "crm-7", "需求": "电价变化自动重算", "状态": "Planned", "季度": "2027 q1",
                    "触达": "100", "影响": "1", "信心": "90%", "投入": "20",
                }
            ]
        )
    ).written()  # fmt: skip

    (made,) = kept()
    with wiring.database.read() as session:
        requirement = requirements.get(session, "CRM-7", cast.jun)
        linked = [r.id for r in requirements.linked_requests(session, requirement.id or 0)]
        customer = session.get_one(customers.Customer, made.customer_id)
    assert (customer.name, made.title, made.industry, made.desired) == (
        "甲公司",
        "电价",
        "smart-park",
        "自动重算",
    )
    assert (made.revenue, made.currency, made.customers, made.urgency) == (Decimal(500_000), "USD", 3, "high")
    assert (made.submitter_id, made.owner_id, made.product) == (cast.lin.id, cast.zhou.id, "energy")
    assert (made.needed_by, made.created_at.year, made.tags) == (date(2027, 3, 31), 2025, ["电价", "报表"])
    assert (requirement.title, requirement.state, requirement.quarter) == (
        "电价变化自动重算",
        "planned",
        "2027Q1",
    )
    assert (requirement.score, linked) == (Decimal("4.5"), [made.id])


def test_a_known_key_updates_and_taking_in_again_changes_nothing(bring, kept):
    first = text_of([{"外部编号": "A-1", "客户": "甲公司", "客户原话": "要快一点", "紧急程度": "低"}])
    again = text_of([{"外部编号": "A-1", "客户": "甲公司", "客户原话": "要快一点", "紧急程度": "高"}])
    bring(first).written()

    assert bring(first).counts == (0, 0, 1, 0)
    assert bring(again).written().counts == (0, 1, 0, 0)
    assert bring(again).written().counts == (0, 0, 1, 0)
    assert [(r.key, r.urgency) for r in kept()] == [("A-1", "high")]


def test_the_customers_words_and_the_customer_are_not_rewritten(bring):
    bring(f"{HEAD}\nA-1,甲公司,要快一点\n").written()

    said = bring(f"{HEAD}\nA-1,甲公司,改过的话\nA-1,丙公司,要快一点\n").problems

    assert "不能改写" in said["C2"]
    assert "客户不能改" in said["B3"]


def test_two_rows_of_one_request_must_say_the_same(bring):
    said = bring(
        text_of([{"外部编号": "A-1", "客户": "甲", "客户原话": "x", "客户数": n} for n in ("1", "2")])
    ).problems

    assert "和第 2 行是同一条诉求" in said["A3"]


def test_several_rows_of_one_request_link_several_requirements(bring, wiring, kept):
    bring(
        text_of([{"客户": "甲", "客户原话": "x", "需求编号": k, "需求": k} for k in ("B-1", "B-2")])
    ).written()

    assert len(kept()) == 1
    assert everything(wiring)["RequestLink"] == 2


def test_a_requirement_that_is_there_keeps_its_state_quarter_and_title(bring, wiring, cast):
    with wiring.database.write() as session:
        made = wanted(session, cast.jun)

    row = {
        "客户": "甲",
        "客户原话": "x",
        "需求编号": made.key,
        "状态": "已规划",
        "季度": "2027Q1",
        "需求": "别的",
    }
    said = bring(text_of([row])).problems

    assert set(said) == {"D2", "E2", "F2"}
    assert all("不能用表格改" in s for s in said.values())


def test_only_who_may_score_scores_by_a_sheet(bring, wiring, cast):
    with wiring.database.write() as session:
        made = wanted(session, cast.jun)
        scored(session, cast, made)
    row = {"客户": "甲", "客户原话": "x", "需求编号": made.key}

    refused = bring(text_of([{**row, "投入": "5"}])).problems
    bring(text_of([{**row, "触达": "200"}])).written()

    assert list(refused) == ["D2"]
    with wiring.database.read() as session:
        assert requirements.get(session, made.key, cast.jun).score == Decimal(8)


def test_launched_is_nothing_a_sheet_can_say(bring):
    said = bring(text_of([{"客户": "甲", "客户原话": "x", "需求编号": "B-1", "状态": "已上市"}])).problems

    assert "由系统认定" in said["D2"]


def test_a_requirement_that_comes_merged_brings_its_requests_to_the_other(bring, wiring, cast):
    with wiring.database.write() as session:
        target = wanted(session, cast.jun)
    row = {"客户": "甲", "客户原话": "x", "需求编号": "B-1", "需求": "旧的", "并入": target.key}
    bring(text_of([row])).written()

    assert bring(text_of([row])).counts == (0, 0, 1, 0)
    with wiring.database.write() as session:
        old = requirements.get(session, "B-1", cast.jun)
        assert [r.quote for r in requirements.linked_requests(session, target.id or 0)] == ["x"]
        merge = session.exec(select(Regrouping).where(Regrouping.from_id == old.id)).one()
        requirements.undo(session, merge, by=cast.jun)
        assert [r.quote for r in requirements.linked_requests(session, old.id or 0)] == ["x"]


@pytest.mark.parametrize("into", ["B-1", "B-9"])
def test_a_merge_into_itself_or_into_nothing_is_refused(bring, into):
    said = bring(text_of([{"客户": "甲", "客户原话": "x", "需求编号": "B-1", "并入": into}])).problems

    assert list(said) == ["D2"]


def test_imports_tell_nobody_but_what_is_decided_waits_to_be_told(bring, wiring, cast):
    with wiring.database.write() as session:
        made = wanted(session, cast.jun)
        brought_to(session, cast, made, "planned")
        session.exec(delete(jobs.Job))

    bring(text_of([{"客户": "甲", "客户原话": "x", "需求编号": made.key, "负责人": "林晓"}])).written()

    with wiring.database.read() as session:
        waiting = {j.name for j in session.exec(select(jobs.Job)).all()}
        owed = session.exec(select(Obligation)).all()
        assert notices.of(session, cast.lin) == []
    assert [(o.owner_id, o.milestone, o.state) for o in owed] == [(cast.lin.id, "planned", "open")]
    assert waiting <= {"index.apply", "requirement.launch"}


@pytest.mark.parametrize("state", ["已规划", "谢绝", "已发布"])
def test_who_joins_what_came_decided_hears_once_and_nobody_else_does(bring, wiring, cast, state):
    came = {"客户": "甲", "客户原话": "x", "需求编号": "REQ-900", "需求标题": "导出报表", "状态": state}
    came |= {"季度": "2026Q4", "负责人": "林晓"}
    bring(text_of([came])).written()

    with wiring.database.write() as session:
        made = requirements.by_key(session, "REQ-900")
        asked_for(session, cast.zhou, made)
        asked_for(session, cast.zhou, made, customer="临澄高新区", quote="我也要。")
        run_jobs(session)

        assert notices.of(session, cast.lin) == []
        assert notices.of(session, cast.jun) == []
        assert len(notices.of(session, cast.zhou)) == 1


def test_undoing_a_merge_or_a_cancelling_tells_nobody_of_what_an_import_left_untold(bring, wiring, cast):
    came = {"客户": "甲", "客户原话": "x", "需求编号": "REQ-900", "需求标题": "导出报表", "状态": "已规划"}
    bring(text_of([{**came, "季度": "2026Q4", "负责人": "林晓"}])).written()

    with wiring.database.write() as session:
        made, other = requirements.by_key(session, "REQ-900"), wanted(session, cast.jun)
        request = session.exec(select(Request)).one()
        for regroup in (
            lambda: requirements.merge(session, made, other, by=cast.jun),
            lambda: requirements.cancel(session, request, reason="客户已选别家", by=cast.jun),
        ):
            moved = regroup()
            run_jobs(session)
            requirements.undo(session, moved, by=cast.jun)
            run_jobs(session)

        keys = [n.key for n in notices.of(session, cast.lin)]
        assert sorted(keys) == ["requirement_merged", "requirement_unmerged"]


def test_what_an_import_brought_hears_what_was_decided_while_it_was_away(bring, wiring, cast):
    came = {"客户": "甲", "客户原话": "x", "需求编号": "REQ-900", "需求标题": "导出报表"}
    bring(text_of([{**came, "负责人": "林晓"}])).written()

    with wiring.database.write() as session:
        made, request = requirements.by_key(session, "REQ-900"), session.exec(select(Request)).one()
        moved = requirements.cancel(session, request, reason="客户已选别家", by=cast.jun)
        brought_to(session, cast, made, "planned")
        run_jobs(session)
        assert notices.of(session, cast.lin) == []

        requirements.undo(session, moved, by=cast.jun)
        run_jobs(session)
        assert [n.key for n in notices.of(session, cast.lin)] == ["requirement_planned"]


def test_a_merge_into_what_came_decided_tells_only_those_it_brings(bring, wiring, cast):
    came = {"客户": "甲", "客户原话": "x", "需求编号": "REQ-900", "需求标题": "导出报表", "状态": "已规划"}
    bring(text_of([{**came, "季度": "2026Q4", "负责人": "林晓"}])).written()

    with wiring.database.write() as session:
        made, other = requirements.by_key(session, "REQ-900"), wanted(session, cast.jun)
        asked_for(session, cast.zhou, other)
        requirements.merge(session, other, made, by=cast.jun)
        run_jobs(session)

        assert [n.key for n in notices.of(session, cast.lin)] == ["requirement_merged"]
        assert sorted(n.key for n in notices.of(session, cast.zhou)) == [
            "requirement_merged",
            "requirement_planned",
        ]


# ---- people and customers


def test_who_has_left_may_have_asked_but_does_not_own(bring, wiring, cast, kept):
    with wiring.database.write() as session:
        accounts.set_active(session, accounts.person(session, cast.zhou.id), active=False, by=cast.ada)

    row = {"客户": "甲", "客户原话": "x", "提出人": "周强"}
    refused = bring(text_of([row, {**row, "客户原话": "y", "负责人": "周强"}]))
    bring(text_of([{**row, "负责人": "林晓"}])).written()

    assert refused.counts == (0, 0, 0, 2)
    assert all("周强 已离职" in said for said in refused.problems.values())
    assert [(r.submitter_id, r.owner_id) for r in kept()] == [(cast.zhou.id, cast.lin.id)]


@pytest.mark.parametrize(
    "spelled",
    ["华辰电子产业园", "华辰 电子产业园有限公司", "华辰电子产业园（股份有限公司）", "ＨＣ园", "hc 园"],
)
def test_a_customers_name_is_recognised_in_other_spellings(bring, wiring, cast, kept, spelled):
    with wiring.database.write() as session:
        first = customers.named(session, "华辰电子产业园有限公司", by=cast.lin)
        first.aliases = ["HC园"]
        session.add(first)

    bring(text_of([{"客户": spelled, "客户原话": "x"}])).written()

    assert [r.customer_id for r in kept()] == [first.id]
    assert everything(wiring)["Customer"] == 1


def test_three_spellings_of_a_new_customer_are_one(bring, wiring):
    names = ("新云（上海）科技有限公司", "新云(上海)科技", "新 云 上海科技")
    bring(text_of([{"客户": n, "客户原话": f"x{i}"} for i, n in enumerate(names)])).written()

    assert everything(wiring)["Customer"] == 1


def test_a_name_that_is_nearly_known_is_asked_about_never_doubled(bring, wiring, cast, kept):
    with wiring.database.write() as session:
        known = customers.named(session, "华辰电子产业园", by=cast.lin)
    rows = [{"客户": "华辰电子产业园二期", "客户原话": "x"}, {"客户": "华辰电子产业园三期", "客户原话": "y"}]

    sheet = bring(text_of(rows))

    assert sheet.counts == (0, 0, 0, 2)
    assert [a["like"] for a in sheet.row.asks] == [["华辰电子产业园"], ["华辰电子产业园"]]
    asked = [a["spelled"] for a in sheet.row.asks]
    sheet.answered({asked[0]: "华辰电子产业园", asked[1]: ""}).written()
    first, second = kept()
    assert first.customer_id == known.id
    assert second.customer_id not in {None, known.id}


def test_a_confidential_customer_is_neither_named_nor_doubled(bring, wiring, cast, kept):
    with wiring.database.write() as session:
        asked_for(session, cast.lin, customer="秘密客户集团", quote="秘密的话")
        secret = keep_secret(session, "秘密客户集团", owner=cast.lin)

    near = bring(text_of([{"客户": "秘密客户集团二部", "客户原话": "x"}]))
    same = bring(text_of([{"客户": "秘密客户集团", "客户原话": "y"}])).written()

    assert (near.counts, near.row.asks, same.counts) == ((1, 0, 0, 0), [], (1, 0, 0, 0))
    assert kept()[-1].customer_id == secret.id
    with wiring.database.read() as session, pytest.raises(NotFound):
        requirements.get_request(session, kept()[-1].id or 0, cast.zhou)


# ---- undoing


def test_undo_takes_away_all_that_the_import_brought(bring, wiring, cast):
    with wiring.database.write() as session:
        made = wanted(session, cast.jun)
        brought_to(session, cast, made, "planned")
        asked_for(session, cast.lin, customer="乙公司", quote="旧话")
    before = everything(wiring)
    rows = [
        {"客户": "甲公司", "客户原话": "x", "需求编号": made.key},
        {"客户": "甲公司", "客户原话": "y", "需求编号": "B-1", "状态": "新建"},
        {"客户": "乙公司", "客户原话": "旧话", "需求编号": made.key, "紧急程度": "低", "标签": "新"},
        {"客户": "丙公司", "客户原话": "z", "状态": "已撤回"},
    ]
    rows = [{"需求编号": "", "状态": "", "紧急程度": "", "标签": "", **r} for r in rows]
    sheet = bring(text_of(rows)).written()
    assert sheet.counts == (3, 1, 0, 0)

    sheet.undone()

    assert (sheet.row.state, sheet.row.counts["kept"]) == ("undone", 0)
    assert everything(wiring) == before
    with wiring.database.read() as session:
        (old,) = session.exec(select(Request)).all()
    assert (old.urgency, old.tags, old.key) == ("high", [], None)


def test_what_somebody_edited_since_stays(bring, wiring, cast, kept):
    sheet = bring(f"{HEAD}\nA-1,甲公司,x\nA-2,甲公司,y\n").written()
    with wiring.database.write() as session:
        first = session.get_one(Request, kept()[0].id)
        requirements.settle(session, first, requirements.Terms(urgency="high"), by=cast.jun)

    sheet.undone()

    assert [r.key for r in kept()] == ["A-1"]
    assert (sheet.row.counts["undone"], sheet.row.counts["kept"]) == (1, 2)


def test_a_row_that_became_bad_meanwhile_gives_everything_back(bring, wiring, cast):
    before = everything(wiring)
    rows = [{"外部编号": f"A-{n}", "客户": "甲公司", "客户原话": f"x{n}"} for n in range(AT_ONCE + 1)]
    rows[-1]["负责人"] = "林晓"
    sheet = bring(text_of([{"负责人": "", **r} for r in rows]))
    with wiring.database.write() as session:
        accounts.set_active(session, accounts.person(session, cast.lin.id), active=False, by=cast.ada)

    sheet.written()

    assert sheet.row.state == "failed"
    assert "林晓 已离职" in sheet.row.error
    assert everything(wiring) == before


def test_work_broken_off_goes_on_where_it_stopped(bring, wiring, kept, monkeypatch):
    sheet = bring(text_of([{"客户": "甲公司", "客户原话": f"x{n}"} for n in range(AT_ONCE + 1)]))
    seen = []

    def fall(done: int, _all: int) -> None:
        seen.append(done)
        raise KeyboardInterrupt

    with wiring.database.write() as session:
        requirements.write_import(
            session, session.get_one(SheetImport, sheet.number), by=sheet.by, by_job=False
        )
    with pytest.raises(KeyboardInterrupt):
        requirements.run_import(wiring.database, wiring.blobs, sheet.number, fall)
    sheet.run()

    assert seen == [AT_ONCE]
    assert sheet.counts == (AT_ONCE + 1, 0, 0, 0)
    assert len(kept()) == AT_ONCE + 1


def test_others_write_between_a_few_rows_of_an_import_and_of_its_undo(bring, wiring, kept, monkeypatch):
    sheet = bring(text_of([{"客户": "甲公司", "客户原话": f"x{n}"} for n in range(3 * AT_ONCE + 1)]))
    stood, rests = [0], []

    def committed(connection) -> None:
        stood.append(connection.exec_driver_sql("SELECT count(*) FROM request").scalar_one())

    def rest(database) -> None:
        with database.write() as session:  # nobody holds the writer
            session.connection()
        rests.append(stood[-1])

    monkeypatch.setattr(Database, "make_way", rest)
    event.listen(wiring.database.engine, "commit", committed)
    try:
        sheet.written()
        up, rests[:] = list(rests), []
        sheet.undone()
    finally:
        event.remove(wiring.database.engine, "commit", committed)

    assert max(abs(after - before) for before, after in pairwise(stood)) == AT_ONCE
    assert up == [AT_ONCE, 2 * AT_ONCE, 3 * AT_ONCE, 3 * AT_ONCE + 1]
    assert rests == [2 * AT_ONCE + 1, AT_ONCE + 1, 1, 0, 0]  # the customer goes last
    assert kept() == []


def test_two_workers_on_one_sheet_count_every_row_once(bring, wiring, kept):
    sheet = bring(text_of([{"客户": "甲公司", "客户原话": f"x{n}"} for n in range(2 * AT_ONCE)]))
    with wiring.database.write() as session:
        requirements.write_import(
            session, session.get_one(SheetImport, sheet.number), by=sheet.by, by_job=False
        )

    def overtaken(done: int, _all: int) -> None:
        if done == AT_ONCE:
            sheet.run()  # its lease ran out, and another worker takes it to its end

    requirements.run_import(wiring.database, wiring.blobs, sheet.number, overtaken)

    assert sheet.counts == (2 * AT_ONCE, 0, 0, 0)
    assert (sheet.row.state, sheet.row.done, len(kept())) == ("written", 2 * AT_ONCE, 2 * AT_ONCE)


def test_an_undo_broken_off_goes_on_where_it_stopped(bring, wiring, kept):
    rows = 2 * AT_ONCE + 1
    sheet = bring(text_of([{"客户": "甲公司", "客户原话": f"x{n}"} for n in range(rows)])).written()

    def fall(_done: int, _all: int) -> None:
        raise KeyboardInterrupt

    with wiring.database.write() as session:
        requirements.undo_import(
            session, session.get_one(SheetImport, sheet.number), by=sheet.by, by_job=False
        )
    with pytest.raises(KeyboardInterrupt):
        requirements.run_import(wiring.database, wiring.blobs, sheet.number, fall)
    left = len(kept())
    sheet.run()

    assert left == rows - AT_ONCE
    assert kept() == []
    assert (sheet.row.state, sheet.row.counts["undone"]) == ("undone", rows + 1)  # the customer went as well


def test_nothing_is_written_undone_or_answered_twice(bring):
    sheet = bring(f"{HEAD}\nA-1,甲公司,x\n").written()

    with pytest.raises(Conflict):
        sheet.written()
    sheet.undone()
    with pytest.raises(Conflict):
        sheet.undone()


def test_only_product_managers_and_administrators_import_and_see_their_own(bring, wiring, cast):
    mine = bring(f"{HEAD}\nA-1,甲公司,x\n")

    with pytest.raises(NotAllowed):
        bring(f"{HEAD}\nA-1,甲公司,x\n", by=cast.lin)
    with wiring.database.read() as session:
        assert [i.id for i in requirements.imports(session, cast.ada)] == [mine.number]
        assert requirements.imports(session, cast.ting) == []
        with pytest.raises(NotFound):
            requirements.get_import(session, mine.number, cast.ting)


# ---- out and in again


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_was_exported_comes_back_and_changes_nothing(bring, wiring, cast, kind, language):
    with wiring.database.write() as session:
        made, other = wanted(session, cast.jun), wanted(session, cast.jun, title="=另一条")
        asked = asked_for(session, cast.lin, made, quote="=1+1 真的")
        requirements.link(session, asked, other, by=cast.lin)
        asked.tags, asked.title = ["电价", "-x"], "'=已经有撇号"
        asked.industry, asked.product, asked.desired = "park", "energy", "自动重算"
        asked.needed_by, asked.opportunity_id = date(2027, 3, 31), deals_of(session, asked)[1]
        merged = wanted(session, cast.jun, title="并掉的一条")
        asked_for(session, cast.lin, merged, quote="并过来的话")
        requirements.merge(session, merged, made, by=cast.jun)
        scored(session, cast, made)
        brought_to(session, cast, made, "planned")
        gone = asked_for(
            session, cast.zhou, customer="临澄高新区", quote="@不要了\n第二行", revenue="1200000.50"
        )
        requirements.cancel(session, gone, reason="选了别家", by=cast.zhou)
        session.add_all([asked, gone])
    before = everything(wiring)
    with wiring.database.read() as session, speaking(language):
        write = requirements.to_csv if kind == "csv" else requirements.to_xlsx
        data = write(session, cast.jun)

    sheet = bring(data, name=f"out.{kind}")

    assert (sheet.problems, sheet.counts) == ({}, (0, 0, 5, 0))
    assert everything(wiring) == before


def deals_of(session, asked):
    """Two opportunities of one title, neither with a key of its own."""
    made = [
        customers.Opportunity(customer_id=asked.customer_id, title="一期", created_at=clock.now())
        for _nth in range(2)
    ]
    session.add_all(made)
    session.flush()
    return [d.id for d in made]


def whole_row(session, cast):
    """The sheet, in English, of one request with everything to say, merged from a requirement into another."""
    made, source = wanted(session, cast.jun), wanted(session, cast.jun, title="并掉的一条")
    asked = asked_for(session, cast.lin, source)
    asked.title, asked.tags, asked.desired, asked.product = "电价", ["报表"], "自动重算", "energy"
    asked.industry, asked.needed_by = "park", date(2027, 3, 31)
    asked.opportunity_id = deals_of(session, asked)[0]
    session.add(asked)
    for requirement in (source, made):
        scored(session, cast, requirement)
        requirements.move(session, requirement, "in_review", by=cast.jun)
    requirements.edit(
        session, source, requirements.Fields(quarter="2026Q4"), edition=source.edition, by=cast.jun
    )
    requirements.merge(session, source, made, by=cast.jun)
    with speaking("en"):
        return requirements.to_csv(session, cast.jun).decode("utf-8-sig")


def test_each_heading_of_the_sheet_is_filled_where_there_is_something_to_say(wiring, cast):
    with wiring.database.write() as session:
        sheet = whole_row(session, cast)

    now, before = csv.DictReader(io.StringIO(sheet))

    assert (now["requirement_title"], now["merged_into"]) == ("分时电价变化后自动重算", "")
    assert (before["requirement_title"], before["merged_into"]) == ("并掉的一条", now["requirement"])
    assert [name for name, cell in before.items() if not cell] == []


def test_a_merged_requirement_comes_out_and_into_another_hub_with_its_requests(bring, wiring, cast):
    rows = [
        {"外部编号": "A", "客户": "甲公司", "客户原话": "x", "需求编号": "B-1", "状态": "新建"},
        {
            "外部编号": "A",
            "客户": "甲公司",
            "客户原话": "x",
            "需求编号": "B-2",
            "状态": "新建",
            "并入": "B-1",
        },
    ]

    sheet = bring(text_of(rows))
    sheet.written()

    assert sheet.problems == {}
    with wiring.database.write() as session:
        first, second = (requirements.get(session, key, cast.jun) for key in ("B-1", "B-2"))
        (asked,) = requirements.linked_requests(session, first.id)
        moved = session.exec(select(requirements.Regrouping)).one()
        requirements.undo(session, moved, by=cast.jun)
        assert requirements.linked_requests(session, second.id) == [asked]
        assert requirements.linked_requests(session, first.id) == []


def test_an_opportunity_whose_title_two_have_is_asked_for_by_its_number(bring, wiring, cast):
    with wiring.database.write() as session:
        first, _second = deals_of(session, asked_for(session, cast.lin))
    row = {"客户": "华辰电子产业园", "客户原话": "x"}

    sheet = bring(text_of([row | {"商机": "一期"}]))

    assert list(sheet.problems.values()) == ["这家客户有 2 个商机叫“一期”，请写商机编号。"]
    assert bring(text_of([row | {"商机": f"#{first}"}])).problems == {}


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)


@given(WORDS)
def test_a_defused_cell_is_restored_and_runs_nothing(text):
    safe = str(cells.defused(text))

    assert cells.restored(safe) == text
    assert not safe.startswith(("=", "+", "-", "@"))


@given(st.lists(st.sampled_from("甲乙丙=-'；、 x"), max_size=12).map("".join))
def test_tags_read_from_their_own_writing_stay_the_same(text):
    once = cells.tags(text)

    assert cells.tags("；".join(once)) == once


@given(st.integers(0, 20_000))
def test_a_columns_letters_count_like_a_spreadsheets(place):
    number = 0
    for sign in tables.letter(place):
        number = number * 26 + ord(sign) - 64

    assert number == place + 1


@given(st.dictionaries(st.sampled_from(list(cells.COLUMNS)), WORDS))
def test_any_cells_are_read_or_refused_each_in_a_sentence(row):
    values, wrong = cells.read(row)

    assert not set(values) & set(wrong)
    assert all(said.endswith("。") for said in wrong.values())


@given(
    st.lists(
        st.tuples(st.sampled_from(["甲公司", "乙厂", "丙"]), st.sampled_from("abc")), min_size=1, max_size=6
    )
)
def test_names_alike_mean_the_same_whatever_is_written_around_them(pairs):
    for name, sign in pairs:
        assert customers.loose(f" {name}（{sign}） 有限公司") == customers.loose(f"{name}({sign.upper()})")


# ---- decisions that were made elsewhere


def test_what_is_decided_elsewhere_comes_as_history_with_a_name_and_a_reason(bring, wiring, cast):
    row = {"客户": "甲公司", "客户原话": "x", "需求编号": "B-1", "状态": "已规划", "季度": "2027Q1"}
    sheet = bring(text_of([row]))

    with pytest.raises(HubError, match="请写明依据"):
        sheet.written(reason=" ")
    sheet.written(reason="老系统 3 月的评审纪要")

    with wiring.database.read() as session:
        made = requirements.get(session, "B-1", cast.jun)
        ((step, by),) = requirements.view(session, made, cast.jun).steps
    assert (step.to_state, by) == ("planned", sheet.by.name)
    assert "没有经过评审会" in step.note
    assert "老系统 3 月的评审纪要" in step.note


def test_what_nobody_has_decided_needs_no_reason(bring):
    sheet = bring(text_of([{"客户": "甲公司", "客户原话": "x", "需求编号": "B-1", "状态": "新建"}]))

    assert sheet.written(reason="").counts == (1, 0, 0, 0)
