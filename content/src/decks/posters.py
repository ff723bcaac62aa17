"""Pictures for events and the brand: drawn as a slide, rendered by LibreOffice, kept as PNG."""

from __future__ import annotations

from . import cards, scenes
from .deck import Deck
from .geometry import Box
from .icons import icon
from .isometric import tints
from .palette import Look
from .shapes import Ink

_BLUE = ("0B2046", "FFFFFF", "475569", "F1F5FB", "066FD1", "24C6A3", "F59E0B", "6D4AE0", "0EA5E9", "E2483D")
_RED = ("231A17", "FFFFFF", "61544F", "FAF3EF", "D6452B", "F2A93B", "2B7A9B", "6B4E9B", "4FA3A5", "8A9A3B")
_BASE = {"audience": "customer", "owner": "fangning@lanchuan.example", "expert": "fangning@lanchuan.example"}
SALON = {
    "slug": "event-park-salon-poster",
    "title": "园区能源沙龙主视觉（澜江站）",
    "kind": "event_material",
    "product": ["energy", "energy-lite"],
    "industry": ["park"],
    **_BASE,
    "state": "on_offer",
    "published_on": "2026-11-05",
    "review_on": "2027-02-05",
    "summary": "沙龙签到墙与朋友圈通用，16:9；日期地点另行叠加。",
}
EXPO = {
    "slug": "event-logistics-expo-backdrop",
    "title": "物流展展位背景板",
    "kind": "event_material",
    "product": ["security"],
    "industry": ["logistics"],
    **_BASE,
    "state": "on_offer",
    "published_on": "2026-11-10",
    "review_on": "2027-02-10",
    "summary": "月台、周界、夜班三格背景，展位与直播间两用。",
}
PALETTE = {
    "slug": "brand-palette-board",
    "title": "澜川色彩与字重板",
    "kind": "brand",
    **_BASE,
    "state": "on_offer",
    "published_on": "2026-09-01",
    "review_on": "2027-03-01",
    "summary": "主色、辅色、字重和留白一张图，做物料前先对一眼。",
}


def salon() -> bytes:
    d = Deck(Look("沙龙", _BLUE, cover="waves"), "园区能源沙龙")
    p = d.page("cover", "电价变了，\n园区的账怎么算", kicker="园区能源沙龙 · 澜江站")
    p.picture(Box(780, 120, 460, 480), scenes.park(tints(_BLUE), 920, 960), "等轴插图：产业园区", radius=28)
    for n, (name, text) in enumerate(
        [("bolt", "一张电费单，拆给你看"), ("people", "三个园区，当场问"), ("chart", "带上账单，现场测")]
    ):
        box = Box(72, 466 + n * 56, 560, 44)
        p.shape(Box(box.x, box.y, 44, 44), geom="ellipse", fill="a2")
        icon(p, name, Box(box.x + 10, box.y + 10, 24, 24), "#FFFFFF", 2.2)
        p.text(Box(box.x + 62, box.y, 480, 44), text, 19, "bg", bold=True, anchor="m")
    p.text(Box(72, 56, 500, 34), "澜川智控 LANCHUAN", 16, "bg", bold=True, anchor="m")
    return d.save()


def expo() -> bytes:
    d = Deck(Look("物流展", _RED, cover="dots"), "物流展背景板")
    p = d.page("closing", "仓库里三件说不清的事，一台盒子说清")
    p.picture(
        Box(72, 160, 720, 470),
        scenes.warehouse(tints(_RED), 1440, 940, zoom=1.1),
        "等轴插图：仓库与月台",
        radius=24,
    )
    cards.cards(
        p,
        Box(824, 160, 384, 470).rows(3, 20),
        [("月台", "一单一段录像"), ("周界", "先让算法看一遍"), ("夜班", "有人看，有人去")],
        kind="solid",
        icons=["truck", "shield", "clock"],
        tones=["a1", "a3", "a4"],
        size=18,
        head=24,
    )
    p.text(Box(72, 654, 700, 34), "澜川智控 · 智能安防", 17, "bg", bold=True, anchor="m")
    return d.save()


def palette() -> bytes:
    d = Deck(Look("色板", _BLUE, frame="underline"), "澜川色彩与字重板")
    p = d.page("content", "澜川色彩与字重", kicker="BRAND · 2026")
    for cell, (name, code, colour) in zip(
        Box(56, 140, 1168, 250).columns([2, 1, 1, 1, 1, 1], 14),
        [
            ("澜川蓝 · 主色", "#066FD1", "a1"),
            ("深海", "#0B2046", "tx"),
            ("潮青", "#24C6A3", "a2"),
            ("灯黄", "#F59E0B", "a3"),
            ("夜紫", "#6D4AE0", "a4"),
            ("警红", "#E2483D", "a6"),
        ],
        strict=True,
    ):
        p.shape(cell, fill=colour, radius=14)
        p.text(Box(cell.x + 18, cell.bottom - 74, cell.w - 30, 30), name, 16, "#FFFFFF", bold=True)
        p.text(Box(cell.x + 18, cell.bottom - 42, cell.w - 30, 26), code, 13, "#FFFFFF@90")
    p.text(Box(56, 420, 500, 90), "标题 粗 48", 48, "tx", bold=True, anchor="m", heading=True)
    p.text(Box(56, 512, 500, 50), "小标题 粗 24", 24, "a1", bold=True, anchor="m")
    p.text(Box(56, 566, 560, 60), "正文 常规 16：短句，具体的名词，能数的就数。", 16, "tx2", anchor="m")
    for n, (words, fill, ink) in enumerate(
        [("深底白字", "tx", "#FFFFFF"), ("浅底深字", "bg2", "tx"), ("主色块白字", "a1", "#FFFFFF")]
    ):
        p.shape(
            Box(660 + n * 192, 430, 176, 176),
            words,
            fill=fill,
            radius=20,
            ink=Ink(18, ink, bold=True, align="c", anchor="m"),
        )
    return d.save()
