"""Isometric illustrations drawn with Pillow: blocks, roofs, chimneys, tanks, trees on a ground plate.

A scene stands on a grid of unit squares; x runs to the lower right, y to the lower left, z up. Colours come from a deck's
look, so that every deck has pictures of its own world. Drawn at twice the size and reduced, with few colours in the file.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass

from PIL import Image, ImageColor, ImageDraw

Rgb = tuple[int, int, int]


def rgb(word: str) -> Rgb:
    found = ImageColor.getrgb(word if word.startswith("#") else f"#{word}")
    return found[0], found[1], found[2]


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    a, b = first, second
    return tuple(round(a[n] * (1 - share) + b[n] * share) for n in range(3))  # type: ignore[return-value]


@dataclass(frozen=True)
class Tints:
    """ground, plate, wall, roof, glass, accent, green."""

    sky: tuple[Rgb, Rgb]
    plate: Rgb
    wall: Rgb
    roof: Rgb
    glass: Rgb
    accent: Rgb
    green: Rgb


def tints(colours: tuple[str, ...], *, night: bool = False) -> Tints:
    main, second, third = rgb(colours[4]), rgb(colours[5]), rgb(colours[6])
    white, dark = (255, 255, 255), rgb(colours[0])
    if night:
        return Tints(
            (dark, mix(dark, main, 0.3)),
            mix(dark, main, 0.28),
            mix(dark, main, 0.55),
            mix(main, white, 0.25),
            second,
            third,
            mix(second, dark, 0.35),
        )
    return Tints(
        (mix(main, white, 0.9), mix(main, white, 0.74)),
        mix(main, white, 0.86),
        mix(main, white, 0.62),
        mix(main, white, 0.93),
        mix(main, dark, 0.15),
        third,
        mix(second, white, 0.15),
    )


class Scene:
    def __init__(
        self,
        width: int,
        height: int,
        look: Tints,
        *,
        unit: float = 44,
        origin: tuple[float, float] = (0.5, 0.3),
        seed: int = 1,
    ) -> None:
        self.k = 2
        self.w, self.h = width * self.k, height * self.k
        self.look, self.unit = look, unit * self.k
        self.ox, self.oy = self.w * origin[0], self.h * origin[1]
        self.chance = random.Random(seed)  # noqa: S311  (the same picture each time is what we want)
        self.image = Image.new("RGB", (self.w, self.h))
        self.draw = ImageDraw.Draw(self.image)
        top, bottom = look.sky
        for y in range(self.h):
            self.draw.line([(0, y), (self.w, y)], fill=mix(top, bottom, y / self.h))

    @classmethod
    def fitting(
        cls,
        width: int,
        height: int,
        look: Tints,
        *,
        across: float,
        tall: float,
        zoom: float = 1,
        seed: int = 1,
    ) -> Scene:
        """A scene whose plate of `across` units and towers of `tall` units just fit; `zoom` over 1 crops the edges."""
        unit = min(width / (across * 1.732 + 0.8), height / (across + tall + 1)) * zoom
        middle = (across - tall) / 2 * unit
        return cls(width, height, look, unit=unit, origin=(0.5, 0.5 - middle / height), seed=seed)

    def at(self, x: float, y: float, z: float = 0) -> tuple[float, float]:
        u = self.unit
        return self.ox + (x - y) * u * 0.866, self.oy + (x + y) * u * 0.5 - z * u

    def face(self, points: list[tuple[float, float, float]], colour: Rgb, line: Rgb | None = None) -> None:
        self.draw.polygon([self.at(*point) for point in points], fill=colour, outline=line)

    def plate(
        self, x: float, y: float, w: float, d: float, colour: Rgb | None = None, thick: float = 0.25
    ) -> None:
        self.box(x, y, w, d, thick, colour or self.look.plate, z=-thick)

    def box(
        self,
        x: float,
        y: float,
        w: float,
        d: float,
        h: float,
        colour: Rgb,
        *,
        z: float = 0,
        roof: Rgb | None = None,
    ) -> None:
        dark = (20, 30, 50)
        top = z + h
        self.face(
            [(x, y + d, z), (x + w, y + d, z), (x + w, y + d, top), (x, y + d, top)], mix(colour, dark, 0.1)
        )
        self.face(
            [(x + w, y, z), (x + w, y + d, z), (x + w, y + d, top), (x + w, y, top)], mix(colour, dark, 0.28)
        )
        self.face(
            [(x, y, top), (x + w, y, top), (x + w, y + d, top), (x, y + d, top)],
            roof or mix(colour, (255, 255, 255), 0.35),
        )

    def windows(
        self,
        x: float,
        y: float,
        w: float,
        d: float,
        h: float,
        *,
        floors: int,
        per: int,
        z: float = 0,
        lit: float = 0.25,
    ) -> None:
        """Windows on both seen walls of a box."""
        step = h / floors
        for floor in range(floors):
            low, high = z + floor * step + step * 0.3, z + floor * step + step * 0.78
            for n in range(per):
                colour = self.look.accent if self.chance.random() < lit else self.look.glass
                a, b = (n + 0.2) / per, (n + 0.8) / per
                self.face(
                    [
                        (x + w * a, y + d, low),
                        (x + w * b, y + d, low),
                        (x + w * b, y + d, high),
                        (x + w * a, y + d, high),
                    ],
                    colour,
                )
                self.face(
                    [
                        (x + w, y + d * a, low),
                        (x + w, y + d * b, low),
                        (x + w, y + d * b, high),
                        (x + w, y + d * a, high),
                    ],
                    mix(colour, (0, 0, 0), 0.18),
                )

    def tower(
        self,
        x: float,
        y: float,
        w: float,
        d: float,
        h: float,
        *,
        floors: int,
        per: int = 4,
        colour: Rgb | None = None,
    ) -> None:
        self.box(x, y, w, d, h, colour or self.look.wall, roof=self.look.roof)
        self.windows(x, y, w, d, h, floors=floors, per=per)
        self.box(x + w * 0.3, y + d * 0.3, w * 0.4, d * 0.4, 0.25, colour or self.look.wall, z=h)

    def panels(self, x: float, y: float, w: float, d: float, z: float, *, rows: int = 3) -> None:
        """Solar panels on a roof."""
        blue = mix(self.look.glass, (10, 20, 60), 0.35)
        for n in range(rows):
            top = y + d * (n + 0.15) / rows
            low = y + d * (n + 0.8) / rows
            self.face(
                [(x, top, z + 0.28), (x + w, top, z + 0.28), (x + w, low, z + 0.06), (x, low, z + 0.06)],
                blue,
                mix(blue, (255, 255, 255), 0.4),
            )
            for m in range(1, 5):
                cut = x + w * m / 5
                self.draw.line(
                    [self.at(cut, top, z + 0.28), self.at(cut, low, z + 0.06)],
                    fill=mix(blue, (255, 255, 255), 0.35),
                    width=self.k,
                )

    def shed(self, x: float, y: float, w: float, d: float, h: float, *, teeth: int = 4) -> None:
        """A factory hall with a saw-tooth roof."""
        self.box(x, y, w, d, h, self.look.wall)
        step = w / teeth
        for n in range(teeth):
            a, b = x + n * step, x + (n + 1) * step
            self.face(
                [(a, y + d, h), (b, y + d, h), (a, y + d, h + 0.55)], mix(self.look.wall, (20, 30, 50), 0.1)
            )
            self.face([(a, y, h + 0.55), (a, y + d, h + 0.55), (b, y + d, h), (b, y, h)], self.look.roof)
        self.windows(x, y, w, d, h, floors=1, per=7, lit=0.15)

    def pipe(
        self, x: float, y: float, r: float, h: float, colour: Rgb, *, z: float = 0, band: Rgb | None = None
    ) -> None:
        """A standing cylinder: chimney, tank, column."""
        (cx, low), (_, top) = self.at(x, y, z), self.at(x, y, z + h)
        rx, ry = r * self.unit * 1.22, r * self.unit * 0.7
        for n in range(24):
            a, b = cx - rx + 2 * rx * n / 24, cx - rx + 2 * rx * (n + 1) / 24
            shade = mix(colour, (15, 25, 45), 0.05 + 0.4 * (n / 24))
            self.draw.rectangle([a, top, b, low], fill=shade)
        self.draw.ellipse([cx - rx, low - ry, cx + rx, low + ry], fill=mix(colour, (15, 25, 45), 0.25))
        self.draw.rectangle([cx - rx, top, cx + rx, low - 1], fill=None)
        for n in range(24):
            a, b = cx - rx + 2 * rx * n / 24, cx - rx + 2 * rx * (n + 1) / 24
            self.draw.rectangle([a, top, b, low], fill=mix(colour, (15, 25, 45), 0.05 + 0.4 * (n / 24)))
        if band:
            for n in range(2):
                y0 = top + (low - top) * (0.08 + n * 0.16)
                self.draw.rectangle([cx - rx, y0, cx + rx, y0 + (low - top) * 0.07], fill=band)
        self.draw.ellipse([cx - rx, top - ry, cx + rx, top + ry], fill=mix(colour, (255, 255, 255), 0.3))

    def puff(self, x: float, y: float, z: float) -> None:
        cx, cy = self.at(x, y, z)
        for n in range(5):
            r = self.unit * (0.22 + n * 0.09)
            colour = mix(self.look.sky[0], (255, 255, 255), 0.55)
            self.draw.ellipse(
                [cx + n * r * 0.8 - r, cy - n * r * 0.9 - r, cx + n * r * 0.8 + r, cy - n * r * 0.9 + r],
                fill=colour,
            )

    def tree(self, x: float, y: float, size: float = 0.5) -> None:
        self.pipe(x, y, 0.05 * size * 2, 0.35 * size * 2, (140, 110, 90))
        cx, cy = self.at(x, y, 0.85 * size * 1.6)
        r = self.unit * size * 0.62
        self.draw.ellipse([cx - r, cy - r * 1.15, cx + r, cy + r * 1.15], fill=self.look.green)
        self.draw.ellipse(
            [cx - r * 0.8, cy - r * 1.05, cx + r * 0.3, cy + r * 0.2],
            fill=mix(self.look.green, (255, 255, 255), 0.22),
        )

    def car(self, x: float, y: float, colour: Rgb, *, truck: bool = False) -> None:
        if truck:
            self.box(x, y, 1.5, 0.6, 0.75, mix(colour, (255, 255, 255), 0.5), z=0.12)
            self.box(x + 1.55, y, 0.45, 0.6, 0.55, colour, z=0.12)
        else:
            self.box(x, y, 0.8, 0.42, 0.2, colour, z=0.08)
            self.box(x + 0.15, y + 0.04, 0.45, 0.34, 0.18, mix(colour, (255, 255, 255), 0.5), z=0.28)

    def road(self, x: float, y: float, w: float, d: float) -> None:
        grey = mix(self.look.plate, (60, 75, 100), 0.35)
        self.face([(x, y, 0.01), (x + w, y, 0.01), (x + w, y + d, 0.01), (x, y + d, 0.01)], grey)
        long = w > d
        for n in range(int(max(w, d))):
            a = n + 0.25
            if long:
                mid = y + d / 2
                points = [
                    (x + a, mid - 0.03, 0.02),
                    (x + a + 0.5, mid - 0.03, 0.02),
                    (x + a + 0.5, mid + 0.03, 0.02),
                    (x + a, mid + 0.03, 0.02),
                ]
            else:
                mid = x + w / 2
                points = [
                    (mid - 0.03, y + a, 0.02),
                    (mid + 0.03, y + a, 0.02),
                    (mid + 0.03, y + a + 0.5, 0.02),
                    (mid - 0.03, y + a + 0.5, 0.02),
                ]
            self.face(points, (255, 255, 255))

    def beam(self, start: tuple[float, float, float], end: tuple[float, float, float]) -> None:
        """A dotted data line with a node at each end."""
        (ax, ay), (bx, by) = self.at(*start), self.at(*end)
        for n in range(0, 24, 2):
            p, q = n / 24, (n + 1) / 24
            self.draw.line(
                [(ax + (bx - ax) * p, ay + (by - ay) * p), (ax + (bx - ax) * q, ay + (by - ay) * q)],
                fill=self.look.accent,
                width=3 * self.k,
            )
        for cx, cy in ((ax, ay), (bx, by)):
            r = 7 * self.k
            self.draw.ellipse(
                [cx - r, cy - r, cx + r, cy + r],
                fill=self.look.accent,
                outline=(255, 255, 255),
                width=2 * self.k,
            )

    def png(self, colours: int = 176) -> bytes:
        small = self.image.resize((self.w // self.k, self.h // self.k), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        small.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        return out.getvalue()
