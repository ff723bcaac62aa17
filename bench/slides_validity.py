"""Which made decks bring a kind of error that none of their sources had, by the Open XML SDK validator.

The validator takes one file a call, and more than a second of processor time for it. So what it said is kept by
the content of the file, and a run that was ended (or that has used up its minutes) goes on from there.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.slides_making import Job, make
from tests.tooling.validator import kinds_of

Kind = tuple[str, str]  # rule, sentence without numbers


@dataclass
class Judged:
    """The decks of one maker. `failed` were not made; `waiting` were not judged in the time that was given."""

    decks: int = 0
    failed: int = 0
    waiting: int = 0
    worse: dict[str, set[Kind]] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        left = f", not judged yet: {self.waiting}" if self.waiting else ""
        yield (
            f"decks without a new kind of error: {self.decks - len(self.worse)} of {self.decks}, "
            f"not made: {self.failed}{left}"
        )
        counted = Counter(kind for kinds in self.worse.values() for kind in kinds)
        for kind, decks in counted.most_common(12):
            where = next(name for name, kinds in self.worse.items() if kind in kinds)
            yield f"  {decks} x {' '.join(kind)[:200]} (as in {where})"


class Judge:
    """Asks the validator, and remembers in `work` what it said."""

    def __init__(self, work: Path, minutes: float) -> None:
        self._store = work / "kinds-by-content.json"
        self._said: dict[str, list[list[str]]] = (
            json.loads(self._store.read_text()) if self._store.exists() else {}
        )
        self._work = work
        self._until = time.monotonic() + minutes * 60

    def judge(self, maker: str, jobs: Mapping[str, Sequence[Job]]) -> Judged:
        """The decks of these kinds, made first where they are not there yet."""
        found = Judged()
        for kind, wanted in jobs.items():
            out = self._work / f"{maker}-{kind.replace(' ', '-')}"
            self._make_missing(maker, wanted, out)
            for job in wanted:
                self._one(job, out / job.name, found)
        return found

    def _make_missing(self, maker: str, jobs: Sequence[Job], out: Path) -> None:
        """What could not be made is not tried again."""
        out.mkdir(exist_ok=True)
        marks = {job.name: out / f"{job.name}.tried" for job in jobs}
        waiting = [job for job in jobs if not marks[job.name].exists() and not (out / job.name).exists()]
        make(maker, waiting, self._work, out)
        for job in waiting:
            marks[job.name].touch()

    def _one(self, job: Job, made: Path, found: Judged) -> None:
        if not made.exists():
            found.failed += 1
            return
        said = [self._kinds(file) for file in (made, *dict(job.picks))]
        if None in said:
            found.waiting += 1
            return
        new, *known = [kinds or set() for kinds in said]
        found.decks += 1
        if new - set().union(*known):
            found.worse[made.name] = new - set().union(*known)

    def _kinds(self, file: Path) -> set[Kind] | None:
        """The kinds of error in a file; None if they are not known and there is no time left to ask."""
        data = file.read_bytes()
        key = hashlib.sha256(data).hexdigest()
        if key not in self._said:
            if time.monotonic() > self._until:
                return None
            self._said[key] = [[*kind] for kind in kinds_of(data)[0]]
            self._store.write_text(json.dumps(self._said))
        return {(rule, sentence) for rule, sentence in self._said[key]}
