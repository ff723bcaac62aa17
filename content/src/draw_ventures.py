"""Draws the two pictures of the demo's agreed proposal, as WebP: the same input, the same picture.

python content/src/draw_ventures.py
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).resolve().parents[1] / "ventures"
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
INK, SOFT, LINE = "#10243e", "#4a5a70", "#9fb3c8"
Place = tuple[int, int, int, int]


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size, index=2)


def _box(pen: ImageDraw.ImageDraw, place: Place, title: str, note: str, colour: str) -> None:
    pen.rounded_rectangle(place, 14, fill=colour, outline=LINE, width=2)
    x, y = (place[0] + place[2]) // 2, (place[1] + place[3]) // 2
    pen.text((x, y - 16), title, font=_font(30), fill=INK, anchor="mm")
    pen.text((x, y + 24), note, font=_font(21), fill=SOFT, anchor="mm")


def _arrow(pen: ImageDraw.ImageDraw, start: tuple[int, int], end: tuple[int, int]) -> None:
    """To the right."""
    pen.line([start, end], fill=SOFT, width=4)
    pen.polygon([end, (end[0] - 15, end[1] - 9), (end[0] - 15, end[1] + 9)], fill=SOFT)


def architecture() -> Image.Image:
    """Three layers: the property company's people, the platform, the devices."""
    picture = Image.new("RGB", (1600, 900), "#ffffff")
    pen = ImageDraw.Draw(picture)
    for y, label in ((60, "服务"), (350, "平台"), (640, "现场")):
        pen.rounded_rectangle((60, y, 1540, y + 220), 18, fill="#f2f6fa")
        pen.text((150, y + 110), label, font=_font(32), fill=SOFT, anchor="mm")
    for n, (title, note) in enumerate((("物业巡检", "每周一次，按清单"), ("业主沟通", "收费、答疑、报修"))):
        _box(pen, (300 + n * 620, 100, 860 + n * 620, 240), title, note, "#fff4da")
    _box(pen, (300, 390, 860, 530), "能碳管理平台", "分户账单、分时电价", "#d9eef5")
    _box(pen, (920, 390, 1480, 530), "运维工单", "告警转给巡检的人", "#d9eef5")
    for n, (title, note) in enumerate(
        (("电表", "每 15 分钟一次"), ("LG-200 网关", "断网补传"), ("冷站群控", "只读接入"))
    ):
        _box(pen, (300 + n * 400, 680, 660 + n * 400, 820), title, note, "#ddf3ea")
        pen.line([(480 + n * 400, 680), (480 + n * 400, 532)], fill=LINE, width=4)
    for x in (580, 1200):
        pen.line([(x, 390), (x, 242)], fill=LINE, width=4)
    return picture


def process() -> Image.Image:
    """Five steps from the list of parks to the first bill."""
    picture = Image.new("RGB", (1600, 520), "#ffffff")
    pen = ImageDraw.Draw(picture)
    steps = (
        ("报名单", "物业", "#fff4da"),
        ("勘点", "澜川", "#d9eef5"),
        ("装表接网关", "澜川", "#d9eef5"),
        ("业主告知", "物业", "#fff4da"),
        ("第一张账单", "两家一起看", "#ddf3ea"),
    )
    for n, (title, who, colour) in enumerate(steps):
        x = 50 + n * 308
        _box(pen, (x, 170, x + 268, 350), title, who, colour)
        if n:
            _arrow(pen, (x - 38, 260), (x - 4, 260))
    for n, week in enumerate(("第 1 周", "第 2 周", "第 3–4 周", "第 5 周", "第 8 周")):
        pen.text((184 + n * 308, 400), week, font=_font(24), fill=SOFT, anchor="mm")
    return picture


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, draw in (("owned-parks-architecture", architecture), ("owned-parks-process", process)):
        draw().save(FOLDER / f"{name}.webp", "WEBP", quality=88, method=6)


if __name__ == "__main__":
    main()
