"""The words and signs of the house for the keys that the domains use: kind, tier, state, audience, freshness.

A *sign* is what a badge needs: the label in the reader's language, an icon of the sprite (or None) and a
tone, which names a colour pair in `ui.css`. A key that is not listed, such as a tier a company added, gets
its own name and the quiet tone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub import taxonomy
from hub.base.i18n import _, lazy

if TYPE_CHECKING:
    from datetime import date

    from hub.base.i18n import Lazy


@dataclass(frozen=True)
class Sign:
    """How one key is shown. Tones: gray, blue, azure, green, teal, purple, orange, yellow, red."""

    label: str | Lazy
    tone: str = "gray"
    icon: str | None = None


KIND_ICONS = {
    "product_intro": "presentation",
    "solution": "bulb",
    "case_study": "building",
    "faq": "message-question",
    "talk_track": "message-2",
    "battlecard": "swords",
    "whitepaper": "book",
    "one_pager": "file-text",
    "security_doc": "shield-lock",
    "bid_response": "gavel",
    "pricing": "coin",
    "demo_account": "key",
    "training": "school",
    "event_material": "speakerphone",
    "brand": "palette",
    "video": "video",
}
SHEET_TONES = {
    "presentation": "blue", "bulb": "blue", "book": "blue", "file-text": "blue",
    "building": "teal", "shield-lock": "teal", "folders": "teal", "school": "teal",
    "message-question": "purple", "message-2": "purple", "user": "purple",
    "swords": "orange", "speakerphone": "orange", "rocket": "orange",
}  # fmt: skip
"""Of an icon, the tint of the sheet that stands where there is no picture; any other is grey."""

KINDS = {k: Sign(label, icon=KIND_ICONS[k]) for k, label in taxonomy.KIND_LABELS.items()}

TIERS = {
    "transactional": Sign(lazy("快单型"), "teal", "bolt"),
    "enterprise": Sign(lazy("高客单型"), "purple", "briefcase"),
}

VERSION_STATES = {
    "draft": Sign(lazy("草稿"), "gray", "pencil"),
    "in_review": Sign(lazy("审核中"), "yellow", "hourglass"),
    "approved": Sign(lazy("已批准"), "azure", "check"),
    "on_offer": Sign(lazy("在用"), "green", "circle-check"),
    "expired": Sign(lazy("已过期"), "orange", "clock-exclamation"),
    "withdrawn": Sign(lazy("已停用"), "red", "ban"),
}

KIT_STATES = {
    "draft": Sign(lazy("草稿"), "gray", "pencil"),
    "published": Sign(lazy("已上架"), "green", "circle-check"),
    "archived": Sign(lazy("已归档"), "gray", "archive"),
}

AUDIENCES = {
    "customer": Sign(lazy("可发客户"), "azure", "users"),
    "internal": Sign(lazy("仅内部"), "red", "lock"),
}

FRESHNESS = {
    "fresh": Sign(lazy("在有效期"), "green", "circle-check"),
    "new": Sign(lazy("新"), "azure"),
    "updated": Sign(lazy("更新"), "green"),
    "recommended": Sign(lazy("推荐"), "green"),
    "due": Sign(lazy("待复审"), "yellow", "clock"),
    "stale": Sign(lazy("过期待审"), "orange", "clock-exclamation"),
    "unknown": Sign(lazy("没有复审日")),
}


def valid_until(state: str, freshness: str, review_on: date | None) -> str:
    """Says of material on offer that it is current, and to which month; empty where a sign says what is wrong."""
    if state != "on_offer" or freshness != "fresh" or review_on is None:
        return ""
    return _("有效至 %(month)s") % {"month": review_on.isoformat()[:7]}


REQUIREMENT_STATES = {
    "new": Sign(lazy("新建"), "gray"),
    "scored": Sign(lazy("已评分"), "gray"),
    "in_review": Sign(lazy("评审中"), "yellow"),
    "planned": Sign(lazy("已规划"), "blue"),
    "building": Sign(lazy("开发中"), "blue"),
    "shipped": Sign(lazy("已发布"), "green"),
    "launched": Sign(lazy("已上市"), "teal"),
    "declined": Sign(lazy("谢绝"), "gray"),
    "parked": Sign(lazy("暂缓"), "orange"),
    "reopened": Sign(lazy("重新打开"), "yellow"),
    "retired": Sign(lazy("已下线"), "gray"),
}

COMPLETENESS = {
    "have": Sign(lazy("齐了"), "green", "circle-check"),
    "need": Sign(lazy("还缺"), "orange", "circle-dashed"),
    "stale": Sign(lazy("已过期"), "orange", "clock-exclamation"),
}

COVERAGE = {
    "filled": Sign(lazy("充足"), "green", "circle-check"),
    "thin": Sign(lazy("单薄"), "blue", "circle-dashed"),
    "stale": Sign(lazy("过期"), "yellow", "clock"),
    "empty": Sign(lazy("空白"), "red", "circle-x"),
    "idle": Sign(lazy("还没人要"), "gray", "minus"),
}

TASK_STATES = {
    "proposed": Sign(lazy("待排"), "yellow"),
    "planned": Sign(lazy("已排期"), "blue"),
    "in_work": Sign(lazy("制作中"), "purple"),
    "published": Sign(lazy("做好了"), "green"),
    "declined": Sign(lazy("不做"), "gray"),
}

DEMO_STATES = {
    "good": Sign(lazy("能用"), "green"),
    "unchecked": Sign(lazy("该试一下"), "yellow"),
    "expired": Sign(lazy("已到期"), "red"),
}

FACT_STATES = {
    "good": Sign(lazy("有效"), "green"),
    "due": Sign(lazy("快到期"), "yellow"),
    "late": Sign(lazy("已过期"), "red"),
}

PLACES = {
    "copy": Sign(lazy("做好的"), "orange", "copy"),
    "literal": Sign(lazy("写死的"), "yellow", "pencil"),
    "follows": Sign(lazy("自己跟着变"), "green", "refresh"),
}

CONSENTS = {
    "missing": Sign(lazy("没登记"), "orange"),
    "ended": Sign(lazy("已结束"), "red"),
    "part": Sign(lazy("部分授权"), "yellow"),
    "ending": Sign(lazy("快结束"), "yellow"),
    "good": Sign(lazy("可对外"), "green"),
    "anonymous": Sign(lazy("已匿名"), "gray"),
}

HIT_TYPES = {
    "asset": Sign(lazy("素材"), icon="file-text"),
    "slide": Sign(lazy("单页"), icon="presentation"),
    "toolkit": Sign(lazy("工具包"), icon="folders"),
    "requirement": Sign(lazy("需求"), icon="checklist"),
    "plan": Sign(lazy("上市计划"), icon="rocket"),
    "faq": Sign(lazy("问答"), icon="message-question"),
    "person": Sign(lazy("人"), icon="user"),
}

ROLES = {
    "seller": Sign(lazy("销售")),
    "product_marketer": Sign(lazy("产品市场")),
    "product_manager": Sign(lazy("产品经理")),
    "technical_expert": Sign(lazy("技术专家")),
    "marketing": Sign(lazy("市场")),
    "operations": Sign(lazy("运营")),
    "customer_success": Sign(lazy("客户成功")),
    "administrator": Sign(lazy("管理员")),
}

FILE_ICONS = {
    "pptx": "file-type-ppt",
    "pptm": "file-type-ppt",
    "potx": "file-type-ppt",
    "ppsx": "file-type-ppt",
    "pdf": "file-type-pdf",
    "docx": "file-type-docx",
    "xlsx": "file-type-xls",
    "csv": "file-type-csv",
    "zip": "file-type-zip",
    "md": "markdown",
    "png": "photo",
    "jpg": "photo",
    "jpeg": "photo",
    "webp": "photo",
    "svg": "photo",
    "mp4": "video",
    "webm": "video",
    "mov": "video",
}

_ALL = {
    "kind": KINDS,
    "tier": TIERS,
    "version": VERSION_STATES,
    "kit": KIT_STATES,
    "audience": AUDIENCES,
    "freshness": FRESHNESS,
    "requirement": REQUIREMENT_STATES,
    "completeness": COMPLETENESS,
    "coverage": COVERAGE,
    "task": TASK_STATES,
    "demo": DEMO_STATES,
    "fact": FACT_STATES,
    "place": PLACES,
    "consent": CONSENTS,
    "hit": HIT_TYPES,
    "role": ROLES,
}


def sign(family: str, key: str, label: str | None = None) -> Sign:
    """The sign of `key` in its family (kind, tier, version, kit, audience, freshness, requirement,
    completeness, hit, role); with `label` that text stands in for the usual one. Raises KeyError for an
    unknown family.
    """
    found = _ALL[family].get(key) or Sign(key)
    return Sign(label, found.tone, found.icon) if label else found


def file_icon(name: str) -> str:
    """The icon for a file name or a bare suffix; a plain sheet when the type is none of ours."""
    return FILE_ICONS.get(name.rsplit(".", 1)[-1].lower(), "file")
