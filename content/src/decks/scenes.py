"""The illustrations by name: park, factory, warehouse, pharma, steel, campus, plant room, rack, mall."""

from __future__ import annotations

from .isometric import Scene, Tints, mix

WHITE = (255, 255, 255)


def park(look: Tints, w: int = 1280, h: int = 720, *, zoom: float = 1) -> bytes:
    s = Scene.fitting(w, h, look, across=8.6, tall=3.4, zoom=zoom, seed=3)
    s.plate(0, 0, 8.6, 8.6)
    s.road(0, 4, 8.6, 0.8)
    s.road(4, 0, 0.8, 8.6)
    s.tower(0.5, 0.5, 1.5, 1.5, 3.0, floors=7)
    s.tower(2.3, 0.6, 1.3, 1.3, 2.0, floors=5)
    s.box(0.5, 2.5, 3.0, 1.1, 0.9, look.wall, roof=look.roof)
    s.windows(0.5, 2.5, 3.0, 1.1, 0.9, floors=2, per=7)
    s.panels(0.6, 2.55, 2.8, 1.0, 0.9)
    s.shed(5.2, 0.6, 2.9, 2.9, 1.2)
    for n in range(5):
        s.tree(5.1 + n * 0.7, 3.75, 0.42)
    s.shed(0.5, 5.2, 2.9, 2.7, 1.1)
    s.tower(5.3, 5.3, 1.2, 1.2, 2.5, floors=6)
    s.box(6.9, 5.3, 1.2, 2.6, 0.7, look.wall, roof=look.roof)
    s.panels(6.95, 5.4, 1.1, 2.4, 0.7, rows=4)
    for n in range(4):
        s.tree(5.3 + n * 0.4, 7.3 + (n % 2) * 0.5, 0.42)
    s.car(1.6, 4.2, look.accent)
    s.car(6.2, 4.25, mix(look.glass, WHITE, 0.2))
    s.beam((1.2, 1.2, 3.4), (5.9, 5.9, 2.9))
    return s.png()


def factory(look: Tints, w: int = 1280, h: int = 720, *, zoom: float = 1) -> bytes:
    s = Scene.fitting(w, h, look, across=8.2, tall=4.4, zoom=zoom, seed=5)
    s.plate(0, 0, 8.2, 8.2)
    s.pipe(0.9, 0.8, 0.26, 3.6, look.roof, band=look.accent)
    s.puff(0.9, 0.8, 3.9)
    s.shed(1.7, 0.4, 5.8, 2.5, 1.5, teeth=6)
    s.box(0.5, 3.4, 2.4, 2.0, 1.1, look.wall, roof=look.roof)
    s.windows(0.5, 3.4, 2.4, 2.0, 1.1, floors=2, per=6)
    s.panels(0.6, 3.5, 2.2, 1.8, 1.1, rows=4)
    s.road(0, 5.9, 8.2, 0.8)
    for n in range(3):
        s.pipe(3.9 + n * 1.15, 4.2, 0.4, 1.3, mix(look.wall, WHITE, 0.3), band=look.glass)
    s.box(6.7, 3.4, 1.1, 1.8, 1.9, look.wall, roof=look.roof)
    s.windows(6.7, 3.4, 1.1, 1.8, 1.9, floors=4, per=3)
    s.car(1.2, 6.05, look.accent, truck=True)
    s.car(5.5, 6.2, mix(look.glass, WHITE, 0.3))
    for n in range(9):
        s.tree(0.6 + n * 0.85, 7.4, 0.45)
    return s.png()


def warehouse(look: Tints, w: int = 1280, h: int = 720, *, zoom: float = 1) -> bytes:
    s = Scene.fitting(w, h, look, across=8.8, tall=2.2, zoom=zoom, seed=8)
    s.plate(0, 0, 8.8, 8.0)
    s.box(0.6, 0.5, 6.8, 3.4, 1.6, look.wall, roof=look.roof)
    s.panels(0.9, 0.8, 6.2, 2.8, 1.6, rows=5)
    for n in range(7):
        x = 0.95 + n * 0.93
        s.face(
            [(x, 3.91, 0.15), (x + 0.6, 3.91, 0.15), (x + 0.6, 3.91, 0.95), (x, 3.91, 0.95)],
            mix(look.glass, WHITE, 0.12),
        )
        s.face([(x, 3.91, 1.05), (x + 0.6, 3.91, 1.05), (x + 0.6, 3.91, 1.15), (x, 3.91, 1.15)], look.accent)
    s.road(0, 5.7, 8.8, 0.9)
    for n, x in enumerate((1.0, 3.75, 5.6)):
        s.box(
            x + 0.02, 4.1, 0.56, 1.3, 0.75, mix((look.accent, look.glass, look.green)[n], WHITE, 0.45), z=0.12
        )
    s.car(1.0, 5.95, look.accent, truck=True)
    s.car(5.2, 6.0, mix(look.glass, WHITE, 0.2), truck=True)
    s.box(7.9, 4.4, 0.7, 0.9, 0.8, look.wall, roof=look.roof)
    for n in range(10):
        s.tree(0.5 + n * 0.85, 7.3, 0.4)
    return s.png()


def pharma(look: Tints, w: int = 1280, h: int = 720, *, zoom: float = 1) -> bytes:
    s = Scene.fitting(w, h, look, across=8.2, tall=2.4, zoom=zoom, seed=11)
    s.plate(0, 0, 8.2, 8.0)
    s.tower(0.6, 0.6, 2.3, 2.2, 2.6, floors=6, per=6)
    s.box(3.1, 0.6, 4.4, 2.2, 1.4, look.wall, roof=look.roof)
    s.windows(3.1, 0.6, 4.4, 2.2, 1.4, floors=3, per=9)
    for n in range(4):
        s.box(3.4 + n * 1.0, 1.0, 0.7, 0.7, 0.4, mix(look.wall, WHITE, 0.4), z=1.4)
        s.pipe(3.75 + n * 1.0, 1.35, 0.22, 0.12, look.glass, z=1.8)
    s.road(0, 3.3, 8.2, 0.7)
    s.box(0.6, 4.6, 3.2, 2.0, 1.0, mix(look.wall, WHITE, 0.25), roof=look.roof)
    s.windows(0.6, 4.6, 3.2, 2.0, 1.0, floors=2, per=7, lit=0.5)
    s.box(1.75, 5.1, 0.9, 0.25, 0.12, look.accent, z=1.0)
    s.box(2.08, 4.8, 0.25, 0.85, 0.13, look.accent, z=1.0)
    for n in range(3):
        s.pipe(4.8 + n * 1.0, 5.2, 0.36, 1.5 - n * 0.2, mix(look.roof, WHITE, 0.3), band=look.glass)
    for n in range(8):
        s.tree(0.7 + n * 0.95, 7.3, 0.45)
    s.car(4.5, 3.45, look.accent)
    return s.png()


def steel(look: Tints, w: int = 1280, h: int = 720, *, zoom: float = 1) -> bytes:
    s = Scene.fitting(w, h, look, across=9.0, tall=4.4, zoom=zoom, seed=13)
    s.plate(0, 0, 9.0, 8.2)
    for n, high in enumerate((3.4, 3.9, 3.1)):
        s.pipe(0.9 + n * 1.0, 0.9, 0.22, high, look.roof, band=look.accent)
    s.puff(1.9, 0.9, 4.2)
    s.pipe(4.6, 1.4, 0.75, 2.6, mix(look.wall, look.accent, 0.35), band=look.accent)
    s.pipe(4.6, 1.4, 0.45, 0.8, mix(look.wall, look.accent, 0.3), z=2.6)
    s.box(5.9, 0.6, 2.4, 1.6, 1.7, look.wall, roof=look.roof)
    s.windows(5.9, 0.6, 2.4, 1.6, 1.7, floors=3, per=5, lit=0.5)
    s.shed(0.6, 2.6, 7.6, 1.9, 1.3, teeth=8)
    s.pipe(1.6, 6.1, 0.95, 1.5, mix(look.wall, WHITE, 0.2), band=look.glass)
    s.pipe(4.0, 6.1, 0.75, 1.2, mix(look.wall, WHITE, 0.2), band=look.glass)
    s.box(5.6, 5.4, 2.6, 1.2, 0.9, look.wall, roof=look.roof)
    s.windows(5.6, 5.4, 2.6, 1.2, 0.9, floors=2, per=6, lit=0.4)
    s.beam((1.6, 6.1, 1.6), (6.9, 6.0, 1.2))
    s.car(6.0, 7.2, look.accent, truck=True)
    return s.png()


def campus(look: Tints, w: int = 1280, h: int = 720, *, zoom: float = 1) -> bytes:
    s = Scene.fitting(w, h, look, across=9.0, tall=3.6, zoom=zoom, seed=17)
    s.plate(0, 0, 9.0, 9.0)
    s.road(0, 4.2, 9.0, 0.7)
    s.road(4.2, 0, 0.7, 9.0)
    for x, y, high in ((0.6, 0.6, 3.4), (2.4, 0.6, 2.6), (0.6, 2.4, 2.2), (5.4, 0.7, 2.9), (7.2, 0.7, 2.1)):
        s.tower(x, y, 1.35, 1.35, high, floors=int(high * 2.2))
    s.box(5.4, 2.5, 3.1, 1.2, 0.8, look.wall, roof=look.roof)
    s.panels(5.5, 2.55, 2.9, 1.1, 0.8)
    for x in range(6):
        s.tree(2.3 + (x % 3) * 0.6, 2.6 + (x // 3) * 0.8, 0.4)
    for x, y, high in ((0.6, 5.4, 1.8), (2.4, 5.4, 2.5), (5.4, 5.4, 2.0), (7.2, 5.4, 1.5)):
        s.tower(x, y, 1.35, 1.35, high, floors=int(high * 2.2))
    s.face(
        [(0.6, 7.3, 0.02), (3.8, 7.3, 0.02), (3.8, 8.5, 0.02), (0.6, 8.5, 0.02)], mix(look.glass, WHITE, 0.55)
    )
    for n in range(5):
        s.tree(5.4 + n * 0.7, 7.6, 0.42)
    s.car(1.5, 4.35, look.accent)
    s.car(6.5, 4.35, mix(look.glass, WHITE, 0.25))
    s.beam((1.3, 1.3, 3.8), (6.0, 1.4, 3.3))
    s.beam((6.0, 1.4, 3.3), (6.0, 6.0, 2.4))
    return s.png()


def plant_room(look: Tints, w: int = 1280, h: int = 720, *, zoom: float = 1) -> bytes:
    s = Scene.fitting(w, h, look, across=7.2, tall=1.7, zoom=zoom, seed=19)
    s.plate(0, 0, 7.2, 7.0)
    s.box(0.2, 0.2, 6.8, 0.2, 1.7, mix(look.plate, WHITE, 0.3))
    for n in range(4):
        y = 0.9 + n * 1.2
        s.box(0.8, y, 2.6, 0.75, 0.8, mix(look.wall, WHITE, 0.1), z=0.1)
        s.pipe(1.1, y + 0.38, 0.26, 0.35, look.glass, z=0.9)
        s.pipe(3.0, y + 0.38, 0.26, 0.35, look.accent, z=0.9)
    for n in range(4):
        s.pipe(4.4, 1.3 + n * 1.2, 0.36, 0.9, mix(look.glass, WHITE, 0.35), band=look.accent)
    s.box(5.5, 1.0, 0.6, 4.4, 1.5, look.wall, roof=look.roof)
    s.windows(5.5, 1.0, 0.6, 4.4, 1.5, floors=2, per=8, lit=0.5)
    s.beam((2.0, 5.0, 1.2), (5.8, 5.2, 1.9))
    return s.png()


def rack(look: Tints, w: int = 1280, h: int = 720, *, zoom: float = 1) -> bytes:
    s = Scene.fitting(w, h, look, across=6.4, tall=2.4, zoom=zoom, seed=23)
    s.plate(0, 0, 6.4, 6.4)
    for row in range(2):
        for n in range(4):
            x, y = 0.6 + n * 1.25, 0.8 + row * 2.6
            s.box(x, y, 1.0, 1.2, 2.4, mix(look.glass, (10, 20, 40), 0.3), roof=mix(look.glass, WHITE, 0.25))
            s.windows(x, y, 1.0, 1.2, 2.4, floors=8, per=3, lit=0.55)
    s.beam((1.1, 1.4, 2.9), (4.8, 4.4, 2.9))
    return s.png()


def mall(look: Tints, w: int = 1280, h: int = 720, *, zoom: float = 1) -> bytes:
    s = Scene.fitting(w, h, look, across=8.2, tall=3.4, zoom=zoom, seed=29)
    s.plate(0, 0, 8.2, 8.0)
    s.box(0.7, 0.7, 6.6, 3.6, 1.6, look.wall, roof=look.roof)
    s.windows(0.7, 0.7, 6.6, 3.6, 1.6, floors=3, per=12, lit=0.55)
    s.pipe(3.0, 2.4, 0.9, 0.35, mix(look.glass, WHITE, 0.4), z=1.6)
    s.panels(4.4, 1.0, 2.6, 2.8, 1.6, rows=5)
    s.tower(0.9, 0.9, 1.4, 1.4, 3.6, floors=8)
    s.road(0, 5.3, 8.2, 0.8)
    for n in range(8):
        s.tree(0.7 + n * 0.95, 4.75, 0.36)
    for n, colour in enumerate((look.accent, look.glass, look.green)):
        s.car(1.0 + n * 2.3, 5.5, mix(colour, WHITE, 0.2))
    for n in range(8):
        s.tree(0.7 + n * 0.95, 7.2, 0.45)
    return s.png()
