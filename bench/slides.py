"""Measures `hub.slides.compose` against pptx-automizer on real decks: slides that look equal, refusals,
speed, memory.

Run `python bench/slides.py --corpus FOLDER` from the repository root. The peer is installed by npm into a
temporary folder. A slide counts as equal when, drawn 640 pixels wide by LibreOffice, at most 0.2 % of its
pixels differ by more than 24 of 255 and the structural similarity is at least 0.99. A slide that LibreOffice
itself draws differently when only the order of the slide list of its own deck changes is left out and
listed. Slide numbers and dates are made plain text on both sides.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.slides_drawing import Drawing, drawn, looks_equal, neutral, rotated  # noqa: E402
from hub.base.errors import HubError  # noqa: E402
from hub.slides import Pick, Source, compose  # noqa: E402

PEER = "pptx-automizer@0.9.4"
MOST_SLIDES = 14
EACH = 5


@dataclass(frozen=True)
class Job:
    """One deck to be made: its file name and the picks (file of the source, number of the slide)."""

    name: str
    picks: list[tuple[Path, int]]


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        sources = _sources(options.corpus, work / "sources", options.decks, options.seed)
        jobs = {"one": _whole_decks(sources), "mixed": _mixed_decks(sources, options.seed)}
        makers = ["ours"] if options.no_peer else ["ours", "peer"]
        if "peer" in makers:
            _run(["npm", "install", "--silent", "--prefix", str(work / "peer"), PEER])
        if options.only in {"looks", None}:
            _report_looks(sources, jobs, makers, work)
        if options.only in {"refusals", None}:
            _report_refusals(options.corpus, makers, work)
        if options.only in {"speed", None}:
            _report_speed(options.corpus, makers, work, options.seed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "data" / "pptx")
    parser.add_argument("--decks", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--only", choices=["looks", "refusals", "speed"])
    return parser.parse_args()


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _files(corpus: Path) -> list[Path]:
    return sorted(
        path for path in corpus.rglob("*") if path.suffix.lower() in {".pptx", ".pptm", ".potx", ".ppsx"}
    )


def _opened(data: bytes) -> Source | None:
    try:
        return Source(data)
    except HubError:
        return None


def _sources(corpus: Path, folder: Path, decks: int, seed: int) -> dict[Path, Source]:
    """Neutral copies of decks drawn by the seed."""
    folder.mkdir()
    files = _files(corpus)
    random.Random(seed).shuffle(files)
    found: dict[Path, Source] = {}
    for file in files:
        source = _opened(file.read_bytes())
        if source is not None and 0 < len(source.slides) <= MOST_SLIDES and len(found) < decks:
            copy = folder / f"{len(found):03}_{file.stem[-40:]}.pptx"
            copy.write_bytes(neutral(source.package))
            found[copy] = Source(copy.read_bytes())
    return found


def _whole_decks(sources: dict[Path, Source]) -> list[Job]:
    return [
        Job(f"one-{file.stem}.pptx", [(file, number) for number in range(1, len(source.slides) + 1)])
        for file, source in sources.items()
    ]


def _mixed_decks(sources: dict[Path, Source], seed: int) -> list[Job]:
    """Decks of one size in groups of six, at most four slides of each, shuffled."""
    chance = random.Random(seed)
    by_size: dict[tuple[int, int], list[Path]] = defaultdict(list)
    for file, source in sources.items():
        by_size[source.size].append(file)
    jobs: list[Job] = []
    for files in by_size.values():
        for at in range(0, len(files), 6):
            group = files[at : at + 6]
            picks = [(file, number) for file in group for number in _some(chance, len(sources[file].slides))]
            chance.shuffle(picks)
            if len(group) > 1:
                jobs.append(Job(f"mixed-{len(jobs):03}.pptx", picks))
    return jobs


def _some(chance: random.Random, slides: int) -> list[int]:
    return chance.sample(range(1, slides + 1), min(4, slides))


# ---- making decks


def _make(maker: str, jobs: list[Job], work: Path, out: Path) -> dict[str, str]:
    """Make the decks; the error of each that failed."""
    out.mkdir(exist_ok=True)
    if maker == "peer":
        results = _peer(jobs, work, out, repeats=1)
        return {Path(each["out"]).name: each["error"] for each in results if each["error"]}
    errors: dict[str, str] = {}
    for job in jobs:
        try:
            sources = {file: Source(file.read_bytes()) for file in dict(job.picks)}
            made = compose([Pick(sources[file], number) for file, number in job.picks])
            (out / job.name).write_bytes(made.data)
        except Exception as error:  # noqa: BLE001 - whatever fails is counted
            errors[job.name] = repr(error)[:200]
    return errors


def _peer(jobs: list[Job], work: Path, out: Path, repeats: int) -> list[dict]:
    """The peer's results. A process that dies takes only the job it was at; a new one gets the rest."""
    results: list[dict] = []
    waiting = list(jobs)
    while waiting:
        told = [
            {"out": str(out / job.name), "picks": [[str(file), at] for file, at in job.picks]}
            for job in waiting
        ]
        asked, answered = work / "jobs.json", work / "results.json"
        asked.write_text(json.dumps(told))
        answered.unlink(missing_ok=True)
        script = [
            str(ROOT / "bench" / "slides_peer.cjs"),
            str(work / "peer"),
            str(asked),
            str(answered),
            str(repeats),
        ]
        subprocess.run(["node", *script], check=False, timeout=3000, capture_output=True)
        if answered.exists():
            return results + json.loads(answered.read_text())
        done = next((at for at, job in enumerate(waiting) if not (out / job.name).exists()), len(waiting) - 1)
        results += [{"out": told[at]["out"], "error": None} for at in range(done)]
        results.append({"out": told[done]["out"], "error": "the process died"})
        waiting = waiting[done + 1 :]
    return results


def _told(job: Job, out: Path) -> dict:
    return {"out": str(out / job.name), "picks": [[str(file), number] for file, number in job.picks]}


# ---- looks


def _report_looks(
    sources: dict[Path, Source], jobs: dict[str, list[Job]], makers: list[str], work: Path
) -> None:
    control = work / "control"
    control.mkdir()
    for file, source in sources.items():
        (control / file.name).write_bytes(rotated(source))
    at_home = drawn([*sources], work / "drawn-home")
    turned = drawn([control / file.name for file in sources], work / "drawn-control")
    steady = {
        (file, number)
        for file, source in sources.items()
        for number in range(1, len(source.slides) + 1)
        if _is_steady(at_home.get(file.name), turned.get(file.name), number, len(source.slides))
    }
    total = sum(len(source.slides) for source in sources.values())
    print(
        f"{len(sources)} decks, {total} slides, "
        f"{total - len(steady)} left out, as LibreOffice draws them differently by their place"
    )
    for kind, wanted in jobs.items():
        for maker in makers:
            out = work / f"{maker}-{kind}"
            errors = _make(maker, wanted, work, out)
            pictures = drawn(
                [out / job.name for job in wanted if (out / job.name).exists()], work / f"drawn-{out.name}"
            )
            _compare(
                f"{kind}, {maker}", wanted, at_home=at_home, pictures=pictures, steady=steady, errors=errors
            )


def _is_steady(home: Drawing | None, turned: Drawing | None, number: int, slides: int) -> bool:
    """Whether a slide looks alike at home and in the copy of its deck whose first slide was moved to the
    end."""
    if home is None or turned is None or len(home) != slides or len(turned) != slides:
        return False
    return looks_equal(home[number - 1], turned[(number - 2) % slides])


def _compare(
    label: str,
    jobs: list[Job],
    *,
    at_home: dict[str, Drawing],
    pictures: dict[str, Drawing],
    steady: set[tuple[Path, int]],
    errors: dict[str, str],
) -> None:
    equal, total, unlike = 0, 0, []
    for job in jobs:
        drawing = pictures.get(job.name, [])
        for at, (file, number) in enumerate(job.picks):
            if (file, number) not in steady:
                continue
            total += 1
            same = len(drawing) == len(job.picks) and looks_equal(at_home[file.name][number - 1], drawing[at])
            equal += same
            unlike += [] if same else [f"{file.stem} {number}"]
    print(
        f"equal slides, {label}: {equal} of {total} ({equal / max(total, 1):.1%}); "
        f"failed decks: {len(errors)}"
    )
    for name in unlike[:12] if label.endswith("ours") else []:
        print(f"  unlike: {name}")


# ---- refusals, speed, memory


def _report_refusals(corpus: Path, makers: list[str], work: Path) -> None:
    """Decks that hold slides and that a maker cannot take all slides of."""
    jobs: list[Job] = []
    for file in _files(corpus):
        source = _opened(file.read_bytes())
        if source is not None and source.slides:
            picks = [(file, number) for number in range(1, len(source.slides) + 1)]
            jobs.append(Job(f"all-{len(jobs):04}.pptx", picks))
    for maker in makers:
        errors = _make(maker, jobs, work, work / f"{maker}-all")
        print(f"refused or crashed, {maker}: {len(errors)} of {len(jobs)} decks")


def _report_speed(corpus: Path, makers: list[str], work: Path, seed: int) -> None:
    job = _nine_decks(corpus, seed)
    if "peer" in makers:
        made = _peer([job], work, work, repeats=7)[0]
        print(f"peer: {_speed_of(made['seconds'], made['cpu'], made['peak'])}")
    asked = work / "speed.json"
    asked.write_text(json.dumps([[str(file), number] for file, number in job.picks]))
    answer = subprocess.run(
        [sys.executable, __file__, "--speed", str(asked)], check=True, capture_output=True, text=True
    )
    print(f"ours: {answer.stdout.strip()}")


def _nine_decks(corpus: Path, seed: int) -> Job:
    """Five slides of each of nine decks of one size, drawn by the seed."""
    by_size: dict[tuple[int, int], list[Path]] = defaultdict(list)
    for file in _files(corpus):
        source = _opened(file.read_bytes())
        if source is not None and len(source.slides) >= EACH and file.suffix == ".pptx":
            by_size[source.size].append(file)
    files = random.Random(seed).sample(max(by_size.values(), key=len), 9)
    return Job("speed.pptx", [(file, number) for file in files for number in range(1, EACH + 1)])


def _speed(asked: Path) -> None:
    """The warm process that is measured: source bytes to finished bytes, seven times."""
    picks = [(Path(file), number) for file, number in json.loads(asked.read_text())]
    data = {file: file.read_bytes() for file, _ in picks}
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    at_start = _peak()
    seconds: list[float] = []
    cpu: list[float] = []
    for _ in range(7):
        before, used = time.perf_counter(), time.process_time()
        sources = {file: Source(content) for file, content in data.items()}
        compose([Pick(sources[file], number) for file, number in picks])
        seconds.append(time.perf_counter() - before)
        cpu.append(time.process_time() - used)
    print(_speed_of(seconds, cpu, _peak() - at_start))


def _speed_of(seconds: list[float], cpu: list[float], peak: int) -> str:
    """Medians of seven turns, and the peak of memory above start."""
    wall, used = statistics.median(seconds), statistics.median(cpu)
    return f"{wall:.3f} s on the wall, {used:.3f} s of processor time, {peak / 1e6:.0f} MB above start"


def _peak() -> int:
    """The most memory this process has had at once, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--speed"]:
        _speed(Path(sys.argv[2]))
    else:
        main()
