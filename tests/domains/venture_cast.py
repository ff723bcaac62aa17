"""A proposal of the cast's: with the property arm of the group, complete, ready for the parties."""

from datetime import date
from typing import Any

from sqlmodel import Session

from hub import ventures
from hub.ventures import Venture
from tests.cast import Cast

SEGMENT = {
    "name": "集团自持园区",
    "customers": ["40", "60", "80"],
    "price": ["30万", "40万", "48万"],
    "penetration": ["10", "20", "25"],
    "customers_source": "物业公司 2026 年资产台账",
    "price_source": "三个中标的中位数",
    "penetration_source": "试点园区一年签约率",
}
WON = [
    {
        "customer": f"园区 {n}",
        "title": "能碳一期",
        "amount": str(amount),
        "day": "2026-03-06",
        "source": "中标公告",
    }
    for n, amount in enumerate((280_000, 430_000, 520_000), start=1)
]
PARTS = [
    {"name": "能碳管理平台", "by": "我们", "layer": "平台", "into": ""},
    {"name": "电表与网关", "by": "我们", "layer": "设备", "into": "能碳管理平台"},
    {"name": "物业巡检队伍", "by": "物业公司", "layer": "服务", "into": "能碳管理平台"},
]
LINES = [
    {"work": "勘点与安装", "who": "我们", "does_not": "物业公司不动强电柜"},
    {"work": "业主沟通与收费", "who": "物业公司", "does_not": ""},
]
CONTACT = {
    "with_whom": "物业公司",
    "background": "两家同属一个集团。",
    "need": "给出二十个园区的名单。",
    "gain": "物业费之外每平米多 0.3 元收入。",
    "cares": "不增加现场人手。",
}


def split(cast: Cast, ours: str = "60", theirs: str = "40") -> dict[str, Any]:
    return {
        "pricing": "按园区年费。",
        "parties": [
            {"name": "我们", "kind": "own", "share": ours, "approver_id": cast.jun.id},
            {"name": "物业公司", "kind": "partner", "share": theirs, "signer": "韩总"},
        ],
    }


def put(session: Session, made: Venture, section: str, said: dict[str, Any], cast: Cast) -> bool:
    return ventures.write(session, made, section, said, edition=made.edition, by=cast.ting)


def a_venture(session: Session, cast: Cast, title: str = "园区能碳联合方案", **more: Any) -> Venture:
    """A draft of Ting's in which nothing that blocks is missing."""
    made = ventures.create(session, {"title": title, **more}, by=cast.ting)
    put(session, made, "contact", CONTACT, cast)
    put(session, made, "market", {"rows": [SEGMENT]}, cast)
    put(session, made, "evidence", {"rows": WON}, cast)
    put(session, made, "panorama", {"rows": PARTS}, cast)
    put(session, made, "boundary", {"rows": LINES}, cast)
    put(session, made, "split", split(cast), cast)
    ventures.add_step(
        session, made, outcome="interested", next_step="约第二次会", owner_id=cast.lin.id or 0,
        due_on=date(2026, 11, 20), whom="韩总", held_on=date(2026, 11, 10), by=cast.ting,
    )  # fmt: skip
    return made


def with_parties(session: Session, cast: Cast, title: str = "园区能碳联合方案") -> Venture:
    """The same, with its parties."""
    made = a_venture(session, cast, title)
    ventures.move(session, made, "with_parties", edition=made.edition, by=cast.ting)
    return made


def sign_all(session: Session, cast: Cast, made: Venture) -> None:
    """Both parties approve it as it stands."""
    ours, theirs = ventures.live_parties(session, made)
    ventures.say(session, made, ours.id or 0, "approved", edition=made.edition, by=cast.jun)
    ventures.say(session, made, theirs.id or 0, "approved", edition=made.edition, by=cast.ting)
