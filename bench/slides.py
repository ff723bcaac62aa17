"""Measures `hub.slides.compose` against pptx-automizer on real decks: slides that look equal, new errors,
refusals, speed, memory; and `hub.slides.fill` against docxtemplater.

Run `python bench/slides.py --corpus FOLDER` from the repository root. The peers are installed by npm for the
benchmark only. A slide counts as equal when, drawn 640 pixels wide by LibreOffice, at most 0.2 % of its
pixels differ by more than 24 of 255 and the structural similarity is at least 0.99. A slide that LibreOffice
itself draws differently when only the order of a slide list changes is left out and listed. Slide numbers and
dates are made plain text on both sides. With `--keep FOLDER` everything made stays there, and the next run
goes on from it.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.slides_filling import report_filling  # noqa: E402
from bench.slides_looks import Looks, files_of, jobs_of, opened, sources_of  # noqa: E402
from bench.slides_making import Job, install_peer, make, peer, peer_alone  # noqa: E402
from bench.slides_validity import Judge  # noqa: E402
from hub.base.errors import HubError  # noqa: E402
from hub.slides import Pick, Source, compose  # noqa: E402

EACH = 5
PEER_SECONDS = 60  # that the peer may take for one deck
_KINDS = {
    "ours": ("one source", "mixed", "mixed sizes"),
    "peer": ("one source", "mixed"),
}  # the peer does not scale
PARTS = ("looks", "valid", "refusals", "filling", "speed")


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        work = options.keep or Path(folder)
        work.mkdir(exist_ok=True)
        makers = ["ours"] if options.no_peer else ["ours", "peer"]
        if "peer" in makers:
            install_peer(work)
        wanted = options.only or PARTS
        if "looks" in wanted or "valid" in wanted:
            _report_drawn_sample(options, makers, work, wanted)
        if "refusals" in wanted:
            _report_refusals(options.corpus, makers, work)
        if "filling" in wanted:
            report_filling(work, peer="peer" in makers)
        if "speed" in wanted:
            _report_speed(options.corpus, makers, work, options.seed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "data" / "pptx")
    parser.add_argument(
        "--decks", type=int, default=100, help="drawn by the seed, beside the committed cases"
    )
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument(
        "--minutes", type=float, default=600, help="after which the validator is not asked about another deck"
    )
    parser.add_argument("--keep", type=Path, help="a folder for what is made, for runs that go on later")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--only", choices=PARTS, nargs="*")
    return parser.parse_args()


# ---- looks and validity of the drawn sample


def _report_drawn_sample(
    options: argparse.Namespace, makers: list[str], work: Path, wanted: list[str]
) -> None:
    sources = sources_of(options.corpus, work / "sources", options.decks, options.seed)
    jobs = jobs_of(sources, options.seed)
    if "looks" in wanted:
        looks = Looks(sources, work)
        total = sum(len(source.slides) for source in sources.values())
        print(
            f"{len(sources)} decks, {total} slides; left out as drawn by their place: {len(looks.unsteady)}"
        )
        print(*(f"  left out: {name}" for name in looks.unsteady), sep="\n")
        for kind, decks in jobs.items():
            for maker in (each for each in makers if kind in _KINDS[each]):
                found = looks.compare(kind, decks, maker)
                print(found.line(f"{kind}, {maker}"), f"- left out here: {len(found.by_place)}", flush=True)
                told = [
                    *(f"unlike: {name}" for name in found.unlike),
                    *map("left out: {}".format, found.by_place),
                ]
                print(*(f"  {line}" for line in told if maker == "ours"), sep="\n")
    if "valid" in wanted:
        judge = Judge(work, options.minutes)
        for maker in makers:
            judged = judge.judge(maker, {kind: jobs[kind] for kind in _KINDS[maker]})
            print(maker, *judged.lines(), sep="\n", flush=True)


# ---- refusals, speed, memory


def _report_refusals(corpus: Path, makers: list[str], work: Path) -> None:
    """Decks that are refused with their reasons, and decks that a maker cannot take all slides of."""
    jobs: list[Job] = []
    refused: dict[str, list[str]] = defaultdict(list)
    for file in files_of(corpus):
        try:
            slides = len(Source(file.read_bytes()).slides)
        except HubError as error:
            refused[str(error)].append(file.name[-50:])
            continue
        if slides:
            jobs.append(Job(f"all-{len(jobs):04}.pptx", [(file, number) for number in range(1, slides + 1)]))
        else:
            refused["no slide in it"].append(file.name[-50:])
    for reason, files in refused.items():
        print(f"not taken: {reason} {files}")
    for maker in makers:
        errors = make(maker, jobs, work, work / "ours-all") if maker == "ours" else _peer_errors(jobs, work)
        print(f"refused or crashed, {maker}: {len(errors)} of {len(jobs)} readable decks")
        if maker == "ours":
            print(*(f"  {name} {error}" for name, error in errors.items()), sep="\n")
        else:
            counted = Counter(error.splitlines()[0][:90] for error in errors.values())
            print(*(f"  {decks} x {error}" for error, decks in counted.most_common(12)), sep="\n")


def _peer_errors(jobs: list[Job], work: Path) -> dict[str, str]:
    """What the peer says of each deck it cannot make, one process a deck; kept, so that the next run goes on."""
    store = work / "refusals-peer.json"
    said: dict[str, str | None] = json.loads(store.read_text()) if store.exists() else {}
    for job in jobs:
        if job.name not in said:
            said[job.name] = peer_alone(job, work, PEER_SECONDS)
            store.write_text(json.dumps(said))
    return {name: error for name, error in said.items() if error}


def _report_speed(corpus: Path, makers: list[str], work: Path, seed: int) -> None:
    job = _nine_decks(corpus, seed)
    if "peer" in makers:
        made = peer([job], work, work, repeats=7)[0]
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
    for file in files_of(corpus):
        source = opened(file.read_bytes())
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
