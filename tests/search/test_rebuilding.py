"""Two processes of the machine that rebuild the same index while a third searches."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.base.errors import HubError
from hub.search import (
    EVERYTHING,
    Analysis,
    Document,
    Group,
    IndexUnavailable,
    Query,
    Result,
    Term,
    WhooshEngine,
)

SIZE, TIMES = 30, 8
ENERGY = Query(rights=EVERYTHING, groups=(Group((Term("能耗"),)),), limit=2 * SIZE)

REBUILDER = f"""
import sys
from pathlib import Path
from hub.base.errors import Conflict
from hub.search import Document, open_engine

engine, name = open_engine(Path(sys.argv[1])), sys.argv[2]

def documents(halting):
    for number in range({SIZE}):
        if halting and number == {SIZE} // 2:
            print("half", flush=True)
            sys.stdin.readline()
        yield Document(id=f"asset:{{number}}", type="asset", title="能耗", body=name, readers=("all",))

def rebuilt(halting):
    try:
        return str(engine.rebuild(documents(halting), 1))
    except Conflict as refused:
        return refused.message

print("ready", flush=True)
for asked in sys.stdin:
    if asked == "halting\\n":
        print(rebuilt(True), flush=True)
        continue
    made = 0
    while made < {TIMES}:
        made += rebuilt(False) == "{SIZE}"
    print("done", flush=True)
"""


class Rebuilder:
    """A process that rebuilds when it is told to."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def tell(self, word: str) -> None:
        """Say a word to it."""
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def says(self) -> str:
        """The next line it says."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def rebuilder(folder: Path, name: str) -> Iterator[Rebuilder]:
    command = [sys.executable, "-c", REBUILDER, str(folder), name]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8") as process:
        made = Rebuilder(process)
        assert made.says() == "ready"
        yield made


def _whole(result: Result, names: set[str]) -> bool:
    """Whether it is the answer of one index made by one of these, and of all of it."""
    bodies = {hit.document.body for hit in result.hits}
    return result.total == len(result.hits) == SIZE and len(bodies) == 1 and bodies <= names


def _answer(engine: WhooshEngine) -> Result | HubError:
    """The answer, or the sentence that the reader gets instead."""
    try:
        return engine.search(ENERGY)
    except IndexUnavailable as refused:
        return refused


def test_two_processes_rebuild_one_index_while_a_third_searches(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index", Analysis(), patience=0.0)
    engine.rebuild(
        [
            Document(id=f"asset:{number}", type="asset", title="能耗", body="before", readers=("all",))
            for number in range(SIZE)
        ],
        1,
    )
    with rebuilder(engine.folder, "one") as one, rebuilder(engine.folder, "other") as other:
        for first, second, before, after in ((one, other, "before", "one"), (other, one, "one", "other")):
            first.tell("halting")
            assert first.says() == "half"
            second.tell("halting")
            assert second.says() == "另一个进程正在写入搜索索引；请稍后再试。"
            assert _whole(engine.search(ENERGY), {before})
            first.tell("go on")
            assert first.says() == str(SIZE)
            assert _whole(engine.search(ENERGY), {after})

        for each in (one, other):
            each.tell("as often as can be")
        answers = [_answer(engine) for _ in range(200)]
        assert [each.says() for each in (one, other)] == ["done", "done"]

    said = [answer.message for answer in answers if isinstance(answer, HubError)]
    assert all(message.endswith("。") for message in said)
    assert all(_whole(answer, {"one", "other"}) for answer in answers if isinstance(answer, Result))
    assert _whole(engine.search(ENERGY), {"one", "other"})
    assert engine.check().sound
    assert len(list(engine.folder.glob("index-*"))) == 1
