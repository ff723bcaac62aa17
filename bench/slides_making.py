"""Makes decks of picked slides for the slide benchmark: with `hub.slides`, and with pptx-automizer by node."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.slides import Pick, Source, compose

PEER = "pptx-automizer@0.9.4"
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Job:
    """One deck to be made: its file name and the picks (file of the source, number of the slide)."""

    name: str
    picks: list[tuple[Path, int]]


def install_peer(work: Path, *packages: str) -> None:
    """Put the peer (and more packages) into `work`/peer by npm, unless it is there."""
    if not (work / "peer" / "node_modules").exists():
        command = ["npm", "install", "--silent", "--prefix", str(work / "peer"), PEER, *packages]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def make(maker: str, jobs: Sequence[Job], work: Path, out: Path) -> dict[str, str]:
    """Make the decks; the error of each that failed."""
    out.mkdir(exist_ok=True)
    if maker == "peer":
        results = peer(jobs, work, out, repeats=1)
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


def peer_alone(job: Job, work: Path, limit: float) -> str | None:
    """Why the peer cannot make this deck, made by a process of its own within `limit` seconds; None if it can."""
    out = work / "peer-all"
    out.mkdir(exist_ok=True)
    try:
        return peer([job], work, out, repeats=1, limit=limit)[0]["error"]
    except subprocess.TimeoutExpired:
        return f"not done in {limit:.0f} s"


def peer(jobs: Sequence[Job], work: Path, out: Path, repeats: int, limit: float = 3000) -> list[dict]:
    """The peer's results. A process that dies takes only the job it was at; a new one gets the rest.

    TimeoutExpired if one process takes more than `limit` seconds.
    """
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
            str(HERE / "slides_peer.cjs"),
            str(work / "peer"),
            str(asked),
            str(answered),
            str(repeats),
        ]
        subprocess.run(["node", *script], check=False, timeout=limit, capture_output=True)
        if answered.exists():
            return results + json.loads(answered.read_text())
        done = next((at for at, job in enumerate(waiting) if not (out / job.name).exists()), len(waiting) - 1)
        results += [{"out": told[at]["out"], "error": None} for at in range(done)]
        results.append({"out": told[done]["out"], "error": "the process died"})
        waiting = waiting[done + 1 :]
    return results
