"""Measures page pictures: the LibreOffice that is kept, against one that is started for each document and a bare one
that is kept; and how soon after an upload the first picture of a deck of 20 slides is there.

Run `python bench/slides_preview.py` from the repository root, with LibreOffice and python3-uno. The bare one is the
bridge by itself: no cage, no limits, no settings. Each takes the ten decks of the demo library, by turns with the
others. Processor time is that of LibreOffice, its starters and this process together.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlmodel import select  # noqa: E402

from hub import assets  # noqa: E402
from hub.base import child  # noqa: E402
from hub.base.settings import Settings  # noqa: E402
from hub.migrations import upgrade  # noqa: E402
from hub.slides import Keeping, Pick, Renderer, Source, compose, find_office  # noqa: E402
from hub.slides.cover import first_slide  # noqa: E402
from hub.slides.office import export_filter  # noqa: E402
from hub.slides.warm import BRIDGE, find_bridge  # noqa: E402
from hub.wiring import Wiring, wire  # noqa: E402
from hub.worker import Worker  # noqa: E402
from tests.cast import hire, sort_by  # noqa: E402

Convert = Callable[[bytes], object]
T = TypeVar("T")
SLIDES = 20
PATIENCE = 120.0
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    decks = [path.read_bytes() for path in sorted((ROOT / "content/assets").rglob("*.pptx"))]
    with tempfile.TemporaryDirectory(prefix="bench-preview-") as name:
        folder = Path(name)
        print(f"load {os.getloadavg()[0]:.1f}, {len(decks)} decks, {rounds} rounds")
        _throughput(folder, decks, rounds)
        _stages(folder / "stages", decks[0], _long_deck(decks), rounds)
        _first_picture(folder, _long_deck(decks), rounds)


# ---- throughput


def _throughput(folder: Path, decks: list[bytes], rounds: int) -> None:
    kept, fresh = Renderer(folder / "kept", keeping=Keeping()), Renderer(folder / "fresh")
    bare = _Bare(folder / "bare")
    ways: dict[str, Convert] = {"bare": bare.convert, "kept": kept.pdf, "fresh": fresh.pdf}
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for convert in (bare.convert, kept.pdf):
        convert(decks[0])
    for _ in range(rounds):
        for deck in decks:
            for name, convert in ways.items():
                spent[name].append(_measured(convert, deck, folder / name))
    bare.end()
    kept.close()
    for name, each in spent.items():
        wall, cpu = (statistics.mean(times) for times in zip(*each, strict=True))
        print(f"{name}: {wall:.2f} s on the wall, {cpu:.2f} s of processor time a deck")
    for at, what in ((0, "wall"), (1, "processor time")):
        by_deck = [b[at] / k[at] for b, k in zip(spent["bare"], spent["kept"], strict=True)]
        whole = sum(b[at] for b in spent["bare"]) / sum(k[at] for k in spent["kept"])
        print(
            f"throughput, kept / bare, {what}: {whole:.2f}, median of decks {statistics.median(by_deck):.2f}"
        )


class _Bare:
    """The bridge without anything around it."""

    def __init__(self, folder: Path) -> None:
        office = find_office()
        bridge = find_bridge(office) if office else None
        if bridge is None:
            raise SystemExit("There is no LibreOffice with python3-uno here.")
        folder.mkdir()
        self._folder = folder
        command = [str(bridge[0]), "-I", str(BRIDGE), str(bridge[1]), str(folder / "profile")]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._process.stdout.readline()  # type: ignore[union-attr]

    def convert(self, deck: bytes) -> None:
        name, data = export_filter(".pptx")
        (self._folder / "in.pptx").write_bytes(deck)
        asked = {"source": f"{self._folder}/in.pptx", "target": f"{self._folder}/out.pdf", "filter": name}
        print(json.dumps({**asked, "data": data}), file=self._process.stdin, flush=True)
        self._process.stdout.readline()  # type: ignore[union-attr]

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


def _measured(convert: Convert, deck: bytes, where: Path) -> tuple[float, float]:
    """Seconds on the wall and of processor time that one conversion took; its processes name the folder `where`."""
    used, wall = _used(where), time.perf_counter()
    convert(deck)
    return time.perf_counter() - wall, _used(where) - used


def _used(where: Path) -> float:
    """Processor time so far: of this process, of children that ended, and of those at work that name the folder."""
    times = os.times()
    found = times.user + times.system + times.children_user + times.children_system
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(where).encode() in (process / "cmdline").read_bytes():
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                found += (int(fields[11]) + int(fields[12])) / TICK
        except OSError:
            continue
    return found


# ---- the first picture


def _stages(home: Path, warming: bytes, deck: bytes, rounds: int) -> None:
    """What the first picture waits for, one after the other, and then the whole way in one call."""
    renderer = Renderer(home, keeping=Keeping())
    renderer.pdf(warming)

    def draw_early() -> None:
        used, wall = _used(home), time.perf_counter()
        renderer.render(deck, early=lambda _: _say("first picture, in one call", wall, used, home))

    for _ in range(rounds):
        front = _stage("first slide cut out", home, lambda: child.run(first_slide, deck))
        pdf = _stage("first slide as PDF", home, lambda front=front: renderer.pdf(front or deck))
        _stage(
            "first slide as picture", home, lambda pdf=pdf: renderer.render(pdf, suffix=".pdf", width=1280)
        )
        draw_early()
    renderer.close()


def _stage(what: str, home: Path, work: Callable[[], T]) -> T:
    used, wall = _used(home), time.perf_counter()
    made = work()
    _say(what, wall, used, home)
    return made


def _say(what: str, wall: float, used: float, home: Path) -> None:
    print(
        f"{what}: {time.perf_counter() - wall:.2f} s on the wall, {_used(home) - used:.2f} s of processor time"
    )


def _long_deck(decks: list[bytes]) -> bytes:
    sources = [Source(deck) for deck in decks]
    picks = [Pick(each, number) for number in (1, 2, 3) for each in sources if number <= len(each.slides)]
    return compose(picks[:SLIDES]).data


def _first_picture(folder: Path, deck: bytes, rounds: int) -> None:
    wiring = wire(Settings(home=folder / "home", worker=False))
    upgrade(wiring.database)
    with wiring.database.write() as session:
        sort_by(session)
        owner = hire(session).ting
    worker = Worker(wiring)
    worker.start()
    try:
        for at in range(rounds + 1):
            with wiring.database.write() as session:
                blob = wiring.blobs.put(deck)
                fields = assets.Fields(title=f"{SLIDES} 页 {at}", kind="solution")
                content = assets.Content(file_name=f"{at}.pptx", blob=blob)
                version = assets.create(session, fields, content, by=owner).id or 0
            started = time.perf_counter()
            first = _seconds_until(wiring, version, 1, started)
            last = _seconds_until(wiring, version, SLIDES, started)
            what = "upload, LibreOffice not running yet" if at == 0 else "upload, LibreOffice kept"
            print(f"{what}: first picture after {first:.2f} s, all {SLIDES} after {last:.2f} s")
    finally:
        worker.stop()
        wiring.close()


def _seconds_until(wiring: Wiring, version: int, pages: int, started: float) -> float:
    while time.perf_counter() - started < PATIENCE:
        with wiring.database.read() as session:
            drawn = select(assets.Page).where(assets.Page.version_id == version)
            if sum(page.thumb_sha is not None for page in session.exec(drawn)) >= pages:
                return time.perf_counter() - started
        time.sleep(0.02)
    raise SystemExit(f"No picture in {PATIENCE:g} seconds.")


if __name__ == "__main__":
    main()
