"""Line icons on a grid of 24, written as paths, so that they take theme colours and stay sharp at any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .geometry import Box
    from .shapes import Pen


def _ring(cx: float, cy: float, r: float) -> str:
    k = r * 0.5523
    return (
        f"M {cx - r} {cy} C {cx - r} {cy - k} {cx - k} {cy - r} {cx} {cy - r} C {cx + k} {cy - r} {cx + r} {cy - k} {cx + r} {cy} "
        f"C {cx + r} {cy + k} {cx + k} {cy + r} {cx} {cy + r} C {cx - k} {cy + r} {cx - r} {cy + k} {cx - r} {cy} Z"
    )


def _rect(x: float, y: float, w: float, h: float) -> str:
    return f"M {x} {y} L {x + w} {y} L {x + w} {y + h} L {x} {y + h} Z"


ICONS: dict[str, list[str]] = {
    "bolt": ["M 13 3 L 5 14 L 11 14 L 10 21 L 19 9 L 13 9 Z"],
    "leaf": ["M 5 19 C 4 9 10 4 20 4 C 20 14 15 19 8 18", "M 5 20 C 8 14 11 11 15 9"],
    "meter": [_ring(12, 12, 9), "M 12 12 L 16 8", "M 7 15 L 6 16", "M 17 15 L 18 16", "M 12 5 L 12 6"],
    "chart": ["M 4 4 L 4 20 L 20 20", "M 8 16 L 8 12", "M 12 16 L 12 8", "M 16 16 L 16 10"],
    "trend": ["M 3 17 L 9 11 L 13 15 L 21 6", "M 15 6 L 21 6 L 21 12"],
    "shield": [
        "M 12 3 L 20 6 L 20 12 C 20 16 17 19 12 21 C 7 19 4 16 4 12 L 4 6 Z",
        "M 9 12 L 11 14 L 15 10",
    ],
    "camera": ["M 3 8 L 15 5 L 17 11 L 5 14 Z", "M 17 9 L 20 8 L 21 11 L 17 12", "M 9 13 L 9 20 L 4 20"],
    "building": [
        _rect(5, 3, 14, 18),
        "M 9 7 L 10 7",
        "M 14 7 L 15 7",
        "M 9 11 L 10 11",
        "M 14 11 L 15 11",
        _rect(10, 16, 4, 5),
    ],
    "factory": [
        "M 3 21 L 3 10 L 9 14 L 9 10 L 15 14 L 15 4 L 20 4 L 21 21 Z",
        "M 7 18 L 8 18",
        "M 12 18 L 13 18",
        "M 16 18 L 17 18",
    ],
    "hospital": [_rect(4, 6, 16, 15), "M 12 9 L 12 15", "M 9 12 L 15 12", "M 9 6 L 9 3 L 15 3 L 15 6"],
    "city": [
        "M 3 21 L 3 11 L 9 11 L 9 21",
        "M 9 21 L 9 4 L 16 7 L 16 21",
        "M 16 13 L 21 13 L 21 21",
        "M 2 21 L 22 21",
    ],
    "server": [
        _rect(4, 4, 16, 7),
        _rect(4, 13, 16, 7),
        "M 8 7.5 L 8.2 7.5",
        "M 8 16.5 L 8.2 16.5",
        "M 13 7.5 L 16 7.5",
        "M 13 16.5 L 16 16.5",
    ],
    "cloud": ["M 7 18 C 3 18 2 12 6.5 11.5 C 7 6 15 5 16 10 C 21 9.5 22 18 17 18 Z"],
    "gateway": [
        _rect(3, 13, 18, 7),
        "M 7 16.5 L 7.2 16.5",
        "M 11 16.5 L 11.2 16.5",
        "M 15 13 L 15 8",
        "M 12 7 C 13 5 17 5 18 7",
        "M 10 4 C 13 1 17 1 20 4",
    ],
    "clock": [_ring(12, 12, 9), "M 12 7 L 12 12 L 15 15"],
    "coin": [
        _ring(12, 12, 9),
        "M 8 7 L 12 12 L 16 7",
        "M 12 12 L 12 18",
        "M 8.5 13 L 15.5 13",
        "M 8.5 15.5 L 15.5 15.5",
    ],
    "people": [
        _ring(9, 8, 3.5),
        "M 3 20 C 3 13 15 13 15 20",
        "M 15 5 C 19 5 19 11 15.5 11",
        "M 17 14 C 20 14.5 21 17 21 20",
    ],
    "doc": [
        "M 6 3 L 14 3 L 19 8 L 19 21 L 6 21 Z",
        "M 14 3 L 14 8 L 19 8",
        "M 9 12 L 16 12",
        "M 9 16 L 16 16",
    ],
    "check": [_ring(12, 12, 9), "M 8 12 L 11 15 L 16 9"],
    "alert": ["M 12 4 L 21 20 L 3 20 Z", "M 12 10 L 12 14", "M 12 17 L 12.2 17"],
    "gear": [
        _ring(12, 12, 3.2),
        _ring(12, 12, 6.5),
        "M 12 2.5 L 12 5.5",
        "M 12 18.5 L 12 21.5",
        "M 2.5 12 L 5.5 12",
        "M 18.5 12 L 21.5 12",
        "M 5.3 5.3 L 7.4 7.4",
        "M 16.6 16.6 L 18.7 18.7",
        "M 5.3 18.7 L 7.4 16.6",
        "M 16.6 7.4 L 18.7 5.3",
    ],
    "drop": ["M 12 3 C 17 9 19 12 19 15 C 19 19 16 21 12 21 C 8 21 5 19 5 15 C 5 12 7 9 12 3 Z"],
    "flame": [
        "M 12 3 C 13 8 18 9 18 15 C 18 19 15 21 12 21 C 9 21 6 19 6 15 C 6 12 8 11 8.5 8 C 10 9 11 10 11 12 C 12 10 12.5 7 12 3 Z"
    ],
    "link": [
        "M 10 14 L 14 10",
        "M 11 7 L 13 5 C 16 2 22 8 19 11 L 17 13",
        "M 13 17 L 11 19 C 8 22 2 16 5 13 L 7 11",
    ],
    "phone": [
        "M 5 4 L 9 4 L 11 9 L 8.5 10.5 C 9.5 13 11 14.5 13.5 15.5 L 15 13 L 20 15 L 20 19 C 20 20 19 21 18 21 C 10 20 4 14 3 6 C 3 5 4 4 5 4 Z"
    ],
    "search": [_ring(10.5, 10.5, 6.5), "M 15.5 15.5 L 21 21"],
    "key": [_ring(8, 15, 4.5), "M 11 12 L 20 3", "M 17 6 L 20 9", "M 14 9 L 16 11"],
    "lock": [_rect(5, 11, 14, 10), "M 8 11 L 8 7 C 8 2 16 2 16 7 L 16 11", "M 12 15 L 12 17"],
    "wifi": [
        "M 12 19 L 12.2 19",
        "M 8 15 C 10 13 14 13 16 15",
        "M 5 11.5 C 9 7.5 15 7.5 19 11.5",
        "M 2 8 C 8 2 16 2 22 8",
    ],
    "chip": [
        _rect(6, 6, 12, 12),
        _rect(10, 10, 4, 4),
        "M 9 6 L 9 3",
        "M 15 6 L 15 3",
        "M 9 21 L 9 18",
        "M 15 21 L 15 18",
        "M 6 9 L 3 9",
        "M 6 15 L 3 15",
        "M 21 9 L 18 9",
        "M 21 15 L 18 15",
    ],
    "data": [
        "M 4 6 C 4 2 20 2 20 6 C 20 10 4 10 4 6 Z",
        "M 4 6 L 4 18 C 4 22 20 22 20 18 L 20 6",
        "M 4 12 C 4 16 20 16 20 12",
    ],
    "screen": [_rect(3, 4, 18, 12), "M 8 20 L 16 20", "M 12 16 L 12 20", "M 7 12 L 10 9 L 13 11 L 17 7"],
    "wrench": [
        "M 14 7 L 17 4 C 12 1 8 6 9.5 9.5 L 3.5 15.5 C 2 18 6 22 8.5 20.5 L 14.5 14.5 C 18 16 23 12 20 7 L 17 10 L 14 10 Z"
    ],
    "bell": [
        "M 6 17 C 8 14 7 11 7.5 9 C 8.5 4 15.5 4 16.5 9 C 17 11 16 14 18 17 Z",
        "M 10 20 C 11 21.5 13 21.5 14 20",
    ],
    "door": [_rect(6, 3, 12, 18), "M 14 12 L 14.2 12", "M 3 21 L 21 21"],
    "truck": [
        _rect(2, 6, 12, 10),
        "M 14 10 L 18 10 L 22 13 L 22 16 L 14 16",
        _ring(7, 18, 2),
        _ring(17.5, 18, 2),
    ],
    "box": [
        "M 12 3 L 20 7.5 L 20 16.5 L 12 21 L 4 16.5 L 4 7.5 Z",
        "M 4 7.5 L 12 12 L 20 7.5",
        "M 12 12 L 12 21",
    ],
    "eye": ["M 2 12 C 7 4 17 4 22 12 C 17 20 7 20 2 12 Z", _ring(12, 12, 3)],
    "flag": ["M 5 21 L 5 4", "M 5 5 C 9 2 13 8 19 5 L 19 14 C 13 17 9 11 5 14"],
    "bulb": ["M 9 17 C 9 15 6 13 6 9.5 C 6 1.5 18 1.5 18 9.5 C 18 13 15 15 15 17 Z", "M 10 20 L 14 20"],
    "calendar": [
        _rect(4, 5, 16, 16),
        "M 4 10 L 20 10",
        "M 8 3 L 8 7",
        "M 16 3 L 16 7",
        "M 8 14 L 9 14",
        "M 12 14 L 13 14",
    ],
    "target": [_ring(12, 12, 9), _ring(12, 12, 5), _ring(12, 12, 1)],
    "layers": ["M 12 3 L 21 8 L 12 13 L 3 8 Z", "M 3 12 L 12 17 L 21 12", "M 3 16 L 12 21 L 21 16"],
    "refresh": [
        "M 4 12 C 4 3 15 1 19 8",
        "M 19 3 L 19 8 L 14 8",
        "M 20 12 C 20 21 9 23 5 16",
        "M 5 21 L 5 16 L 10 16",
    ],
    "car": [
        "M 3 16 L 3 12 L 6 7 L 17 7 L 20 12 L 21 16 Z",
        "M 4 12 L 20 12",
        _ring(7.5, 17, 2),
        _ring(16.5, 17, 2),
    ],
    "sun": [
        _ring(12, 12, 4),
        "M 12 3 L 12 5",
        "M 12 19 L 12 21",
        "M 3 12 L 5 12",
        "M 19 12 L 21 12",
        "M 5.6 5.6 L 7 7",
        "M 17 17 L 18.4 18.4",
        "M 5.6 18.4 L 7 17",
        "M 17 7 L 18.4 5.6",
    ],
    "hand": [_ring(12, 6, 3), "M 5 21 C 5 11 19 11 19 21"],
}


def icon(pen: Pen, name: str, box: Box, colour: str = "a1", width: float = 2) -> None:
    """Draws the icon square in the middle of the box."""
    from .geometry import Box as Square

    side = min(box.w, box.h)
    square = Square(box.cx - side / 2, box.cy - side / 2, side, side)
    pen.path(square, ICONS[name], grid=(24, 24), line=colour, width=width, name=f"图标 {name}")
