"""Which slides look as they did at home: decks of one source, decks mixed of one size, decks mixed of all sizes.

Everything made and drawn stays in a folder, so that a run that was ended goes on where it stopped.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.slides_drawing import (
    Picture,
    drawn,
    fronted,
    inner,
    looks_equal,
    neutral,
    rotated,
)
from bench.slides_making import Job, make
from hub.base.errors import HubError
from hub.slides import Source
from hub.slides.scaling import fitting

CASES = Path(__file__).with_name("slides_cases.txt")
ENDINGS = {".pptx", ".pptm", ".potx", ".ppsx"}
MOST_SLIDES = 14
GROUP = 6
EACH = 4
KINDS = ("one source", "mixed", "mixed sizes")


@dataclass
class Found:
    """What came of one kind of deck with one maker; slides are named `deck number`."""

    equal: int = 0
    unlike: list[str] = field(default_factory=list)
    by_place: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def line(self, label: str) -> str:
        total = self.equal + len(self.unlike)
        share = self.equal / max(total, 1)
        return f"{label}: {self.equal} of {total} ({share:.2%}), decks that failed: {len(self.failed)}"


def files_of(corpus: Path) -> list[Path]:
    return sorted(path for path in corpus.rglob("*") if path.suffix.lower() in ENDINGS)


def opened(data: bytes) -> Source | None:
    try:
        return Source(data)
    except HubError:
        return None


def sources_of(corpus: Path, folder: Path, decks: int, seed: int) -> dict[Path, Source]:
    """Neutral copies of the committed cases, then of decks drawn by the seed; by path, opened."""
    folder.mkdir(exist_ok=True)
    cases = [corpus / line.split()[0] for line in _lines(CASES)]
    others = [file for file in files_of(corpus) if file not in cases]
    random.Random(seed).shuffle(others)
    found: dict[Path, Source] = {}
    for file in [*cases, *others]:
        source = opened(file.read_bytes())
        if source is None or not 0 < len(source.slides) <= MOST_SLIDES or len(found) >= len(cases) + decks:
            continue
        copy = folder / f"{len(found):03}_{file.stem[-40:]}.pptx"
        if not copy.exists():
            copy.write_bytes(neutral(source.package))
        found[copy] = Source(copy.read_bytes())
    return found


def _kept(store: Path, find: Callable[[], Any]) -> Any:
    """What `find` gave the first time, as JSON."""
    if not store.exists():
        store.write_text(json.dumps(find()))
    return json.loads(store.read_text())


def _lines(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def jobs_of(sources: dict[Path, Source], seed: int) -> dict[str, list[Job]]:
    """The decks to be made, by kind."""
    one = [
        Job(f"one-{file.stem}.pptx", [(file, number) for number in range(1, len(source.slides) + 1)])
        for file, source in sources.items()
    ]
    by_size: dict[tuple[int, int], list[Path]] = defaultdict(list)
    for file, source in sources.items():
        by_size[source.size].append(file)
    alike = [group for files in by_size.values() for group in _groups(files)]
    return {
        "one source": one,
        "mixed": _mixtures("mixed", alike, sources, random.Random(seed)),
        "mixed sizes": _mixtures("sizes", _of_two_sizes(by_size), sources, random.Random(seed)),
    }


def _groups(files: Sequence[Path]) -> Iterator[list[Path]]:
    for at in range(0, len(files), GROUP):
        if len(files[at : at + GROUP]) > 1:
            yield list(files[at : at + GROUP])


def _of_two_sizes(by_size: dict[tuple[int, int], list[Path]]) -> list[list[Path]]:
    """A deck of one size first, then three of other sizes; every fourth deck of the most frequent size leads."""
    ordered = sorted(by_size.values(), key=len, reverse=True)
    leaders, rest = ordered[0][::4], [file for files in ordered[1:] for file in files]
    return [[leader, *rest[3 * at : 3 * at + 3]] for at, leader in enumerate(leaders) if rest[3 * at :]]


def _mixtures(
    name: str, groups: Sequence[Sequence[Path]], sources: dict[Path, Source], chance: random.Random
) -> list[Job]:
    """At most four slides of each deck; shuffled where all are of one size, else the first deck's lead."""
    jobs = []
    for at, group in enumerate(groups):
        picks = []
        for file in group:
            slides = range(1, len(sources[file].slides) + 1)
            picks += [(file, number) for number in chance.sample(slides, min(EACH, len(slides)))]
        if name == "mixed":
            chance.shuffle(picks)
        jobs.append(Job(f"{name}-{at:03}.pptx", picks))
    return jobs


class Looks:
    """The comparison of all decks; `work` keeps sources, decks and drawings."""

    def __init__(self, sources: dict[Path, Source], work: Path) -> None:
        self._sources, self._work = sources, work
        control = work / "control"
        control.mkdir(exist_ok=True)
        for file, source in sources.items():
            if not (control / file.name).exists():
                (control / file.name).write_bytes(rotated(source))
        self._home = drawn([*sources], work / "drawn-home")
        self._turned = drawn([control / file.name for file in sources], work / "drawn-control")
        self.unsteady: list[str] = _kept(work / "unsteady.json", self._find_unsteady)

    def _find_unsteady(self) -> list[str]:
        return [
            f"{file.stem} {number}"
            for file, source in self._sources.items()
            for number in range(1, len(source.slides) + 1)
            if not self._is_steady(file, number)
        ]

    def _is_steady(self, file: Path, number: int) -> bool:
        """Whether a slide looks alike at home and in the copy of its deck whose first slide was moved to the end."""
        home, turned = self._home.get(file.name), self._turned.get(file.name)
        slides = len(self._sources[file].slides)
        if home is None or turned is None or len(home) != slides or len(turned) != slides:
            return False
        return looks_equal(home[number - 1], turned[(number - 2) % slides])

    def compare(self, kind: str, jobs: Sequence[Job], maker: str) -> Found:
        store = self._work / f"found-{maker}-{kind.replace(' ', '-')}.json"
        return Found(**_kept(store, lambda: asdict(self._compared(kind, jobs, maker))))

    def _compared(self, kind: str, jobs: Sequence[Job], maker: str) -> Found:
        out = self._work / f"{maker}-{kind.replace(' ', '-')}"
        waiting = [job for job in jobs if not (out / job.name).exists()]
        found = Found(failed=make(maker, waiting, self._work, out))
        made = [out / job.name for job in jobs if (out / job.name).exists()]
        drawings = drawn(made, self._work / f"drawn-{out.name}")
        unlike: list[Shown] = []
        for job in jobs:
            drawing = drawings.get(job.name)
            if drawing is not None and len(drawing) != len(job.picks):
                drawing = None
            for place, (file, number) in enumerate(job.picks, start=1):
                shown = Shown(job, out / job.name, place)
                if f"{file.stem} {number}" in self.unsteady:
                    continue
                if drawing is None:
                    found.unlike.append(shown.name)
                elif self._alike(shown, drawing[place - 1]):
                    found.equal += 1
                else:
                    unlike.append(shown)
        self._again_in_front(unlike, found)
        return found

    def _alike(self, shown: "Shown", picture: Picture) -> bool:
        file, number = shown.pick
        size = self._sources[shown.job.picks[0][0]].size
        scaling = fitting(self._sources[file].size, size)
        home = self._home[file.name]
        if scaling is None:
            return looks_equal(home[number - 1], picture)
        wanted = home.placed(number - 1, scaling, size)
        return looks_equal(inner(wanted, scaling, size), inner(picture, scaling, size))

    def _again_in_front(self, unlike: Sequence["Shown"], found: Found) -> None:
        """Look once more at the decks with only the order of the slide list changed, so that the slide comes
        first: one that then looks as at home was drawn otherwise for what came before it, by LibreOffice.
        """
        folder = self._work / "fronted"
        folder.mkdir(exist_ok=True)
        again = {
            folder / f"{each.deck.parent.name}-{each.deck.stem}-{each.place}.pptx": each for each in unlike
        }
        for copy, shown in again.items():
            if not copy.exists():
                copy.write_bytes(fronted(shown.deck.read_bytes(), shown.place))
        drawings = drawn([*again], self._work / "drawn-fronted")
        for copy, shown in again.items():
            alike = copy.name in drawings and self._alike(shown, drawings[copy.name][0])
            (found.by_place if alike else found.unlike).append(shown.name)


@dataclass(frozen=True)
class Shown:
    """A slide of a made deck: `place` counts from 1."""

    job: Job
    deck: Path
    place: int

    @property
    def pick(self) -> tuple[Path, int]:
        return self.job.picks[self.place - 1]

    @property
    def name(self) -> str:
        file, number = self.pick
        return f"{file.stem} {number}"
