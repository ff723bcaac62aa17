"""The LibreOffice that stays. Most of these drive a pretended bridge, which answers as the real one does."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pptx import Presentation

from hub.base.errors import HubError
from hub.slides import check, greeting, office, warm
from hub.slides.preview import Renderer
from hub.slides.warm import Fault, Keeping, WarmOffice, find_bridge
from tests.tooling.office import running_with
from tests.tooling.places import ROOT
from tests.tooling.processes import gone

BRIDGE = """#!{python} -I
import json, os, sys, time
if "-c" in sys.argv:
    sys.exit(0)
print(json.dumps({{"ready": True}}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    seen = sorted(os.listdir(os.path.dirname(asked["source"])))
    word = open(asked["source"], errors="replace").read()
    if word == "hang":
        time.sleep(600)
    if word == "die":
        sys.exit(1)
    if word == "babble":
        print("what?", flush=True)
        continue
    if asked.get("cover"):
        with open(asked["cover"], "w") as cover:
            cover.write("the cover")
        print(json.dumps({{"cover": True}}), flush=word == "slowly")
    if word != "junk":
        with open(asked["target"], "w") as target:
            json.dump({{"pid": os.getpid(), "seen": seen, "filter": asked["filter"], "told": asked["data"]}}, target)
        open(asked["source"] + ".left", "w").close()
    resident = 10**10 if word == "large" else 10**6
    print(json.dumps({{"done": word != "junk", "resident": resident}}), flush=True)
"""

Make = Callable[..., WarmOffice]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A LibreOffice in a folder of its own: its starter says `afresh`, its bridge is the pretended one."""
    monkeypatch.setattr(warm, "cage_works", lambda: False)
    monkeypatch.setattr(office, "cage_works", lambda: False)
    folder = tmp_path / "program"
    folder.mkdir()
    said = {
        "soffice": '#!/bin/sh\nfor last; do :; done\necho afresh > "$(dirname "$last")/input.pdf"\n',
        "soffice.bin": "",
        "python": BRIDGE.format(python=sys.executable),
    }
    for name, text in said.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder / "soffice"


@pytest.fixture
def kept(tmp_path: Path, program: Path) -> Iterator[Make]:
    made: list[WarmOffice] = []

    def make(seconds: float = 20, **keeping: float) -> WarmOffice:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        made.append(WarmOffice(home, office=program, seconds=seconds, keeping=Keeping(**keeping)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.close()


def told(answer: bytes) -> dict[str, object]:
    found: dict[str, object] = json.loads(answer)
    return found


def test_one_stays_for_many_documents_and_sees_one_at_a_time(kept: Make) -> None:
    one = kept()

    answers = [told(one.pdf_of(b"word", suffix)) for suffix in (".pptx", ".docx", ".pptx")]

    assert {answer["pid"] for answer in answers} == {one.pid}
    assert [answer["seen"] for answer in answers] == [["input.pptx"], ["input.docx"], ["input.pptx"]]
    assert answers[0]["told"] == {"ExportHiddenSlides": True}
    assert answers[1]["filter"] == "writer_pdf_Export"


def test_one_that_comes_up_beforehand_takes_the_document_when_it_comes(kept: Make) -> None:
    one = kept()

    one.expect()
    beforehand = one.pid

    assert beforehand is not None
    assert told(one.pdf_of(b"word", ".pptx"))["pid"] == beforehand


@pytest.mark.skipif(sys.platform != "linux", reason="only there a process can be told to die with its parent")
def test_one_that_came_up_beforehand_outlives_the_thread_that_asked_for_it(kept: Make, program: Path) -> None:
    bridge = program.parent / "python"
    dies_with_its_parent = (
        "import ctypes, signal\nctypes.CDLL(None).prctl(1, signal.SIGKILL)\n"  # as its cage does
    )
    bridge.write_text(
        bridge.read_text().replace("import json, os", f"{dies_with_its_parent}import json, os", 1)
    )
    one = kept()

    asking = threading.Thread(target=one.expect)
    asking.start()
    asking.join()
    beforehand = one.pid

    assert beforehand is not None
    assert told(one.pdf_of(b"word", ".pptx"))["pid"] == beforehand


def test_one_that_does_not_come_up_beforehand_is_no_fault_of_anybody_s(kept: Make, program: Path) -> None:
    one = kept()
    (program.parent / "python").write_text("#!/bin/sh\nexit 1\n")

    one.expect()

    assert one.pid is None


def test_one_that_nobody_needed_after_it_came_up_is_ended(kept: Make) -> None:
    one = kept(idle=0.5)

    one.expect()
    beforehand = one.pid

    assert beforehand is not None
    assert gone(beforehand)


@pytest.mark.parametrize("word", [b"word", b"slowly"])
def test_the_cover_is_shown_before_the_whole_is_there(word: bytes, kept: Make) -> None:
    one, shown = kept(), list[bytes]()

    whole = one.pdf_of(word, ".pptx", shown.append)

    assert shown == [b"the cover"]
    assert told(whole)["seen"] == ["input.pptx"]


def test_after_so_many_documents_another_is_started(kept: Make) -> None:
    one = kept(documents=2)

    pids = [told(one.pdf_of(b"word", ".pptx"))["pid"] for _ in range(3)]

    assert pids[0] == pids[1] != pids[2]


def test_one_that_has_grown_is_replaced(kept: Make) -> None:
    one = kept()

    grown = told(one.pdf_of(b"large", ".pptx"))["pid"]

    assert one.pid is None
    assert gone(int(str(grown)))


def test_one_that_is_too_slow_is_ended_and_said_so(kept: Make) -> None:
    one = kept(seconds=1)
    pid = told(one.pdf_of(b"word", ".pptx"))["pid"]

    with pytest.raises(HubError, match="没有完成转换"):
        one.pdf_of(b"hang", ".pptx")

    assert gone(int(str(pid)))
    assert told(one.pdf_of(b"word", ".pptx"))["pid"] != pid


@pytest.mark.parametrize("word", [b"die", b"junk", b"babble"])
def test_after_a_fault_the_next_document_gets_another(word: bytes, kept: Make) -> None:
    one = kept()
    first = told(one.pdf_of(b"word", ".pptx"))["pid"]

    with pytest.raises(Fault):
        one.pdf_of(word, ".pptx")

    assert told(one.pdf_of(b"word", ".pptx"))["pid"] != first


def test_one_that_was_killed_while_it_waited_is_replaced_unnoticed(kept: Make) -> None:
    one = kept()
    first = one.pdf_of(b"word", ".pptx")
    os.killpg(one.pid or 0, signal.SIGKILL)
    os.waitid(os.P_PID, one.pid or 0, os.WEXITED | os.WNOWAIT)

    assert told(one.pdf_of(b"word", ".pptx"))["pid"] != told(first)["pid"]


def test_one_that_nobody_needs_is_ended(kept: Make, tmp_path: Path) -> None:
    one = kept(idle=0.05)
    pid = int(str(told(one.pdf_of(b"word", ".pptx"))["pid"]))

    assert gone(pid)

    wait_until(lambda: list((tmp_path / "home").iterdir()) == [])


def test_what_a_killed_worker_left_is_taken_away_and_what_another_uses_is_not(
    kept: Make, tmp_path: Path
) -> None:
    (tmp_path / "home/warm-left").mkdir(parents=True)
    (tmp_path / "home/warm-left/held").touch()
    first, second = kept(), kept()

    first.pdf_of(b"word", ".pptx")
    second.pdf_of(b"word", ".pptx")

    assert not (tmp_path / "home/warm-left").exists()
    assert told(first.pdf_of(b"word", ".pptx"))["seen"] == ["input.pptx"]


def test_a_document_that_it_does_not_take_is_tried_once_afresh(tmp_path: Path, program: Path) -> None:
    renderer = Renderer(tmp_path / "home", office=program, keeping=Keeping())

    assert told(renderer.pdf(b"word"))["filter"] == "impress_pdf_Export"
    assert renderer.pdf(b"junk") == b"afresh\n"
    renderer.close()


def test_where_none_is_to_stay_each_document_gets_a_fresh_one(tmp_path: Path, program: Path) -> None:
    renderer = Renderer(tmp_path / "home", office=program, keeping=Keeping(documents=0))

    assert renderer.pdf(b"word") == b"afresh\n"


def test_without_a_bridge_each_document_gets_a_fresh_one(tmp_path: Path, program: Path) -> None:
    (program.parent / "soffice.bin").unlink()
    renderer = Renderer(tmp_path / "home", office=program, keeping=Keeping())

    assert renderer.pdf(b"word") == b"afresh\n"


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds() and time.monotonic() < deadline:
        os.sched_yield()
    assert holds()


# ---- with LibreOffice


def need_bridge() -> None:
    program = office.find_office()
    if program is None or find_bridge(program) is None:
        pytest.skip("there is no bridge to LibreOffice (python3-uno)")


def a_deck(*titles: str) -> bytes:
    deck = Presentation()
    for title in titles:
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = title
    deck.slides[0]._element.set("show", "0")
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


@pytest.mark.office
def test_the_kept_one_draws_what_a_fresh_one_draws(tmp_path: Path) -> None:
    need_bridge()
    kept, fresh = Renderer(tmp_path / "kept", keeping=Keeping()), Renderer(tmp_path / "fresh")
    decks = [a_deck("一", "二"), a_deck("三"), a_deck(*"四五六七八九")]

    early: list[bytes] = []
    drawn = [kept.render(deck, width=320, early=early.append) for deck in decks]

    assert early == [pictures[0] for pictures in drawn]
    assert drawn == [fresh.render(deck, width=320) for deck in decks]
    assert list((tmp_path / "kept").glob("warm-*/room/*")) == []
    kept.close()
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.office
@pytest.mark.parametrize("caged", [True, False])
def test_the_kept_one_goes_with_a_worker_that_is_killed(
    caged: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_bridge()
    deck = tmp_path / "deck.pptx"
    deck.write_bytes(a_deck("一"))
    script = (
        "import sys; from pathlib import Path; from hub.slides import Keeping, Renderer, warm\n"
        f"if not {bool(caged)}: warm.cage_works = lambda: False\n"
        f"Renderer(Path({str(tmp_path / 'home')!r}), keeping=Keeping()).pdf(Path({str(deck)!r}).read_bytes())\n"
        "print('done', flush=True); sys.stdin.read()\n"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert worker.stdout is not None
    assert worker.stdin is not None
    assert worker.stdout.readline() == b"done\n"
    assert running_with(str(tmp_path / "home")) != []

    worker.kill()

    worker.wait()
    worker.stdin.close()
    worker.stdout.close()
    wait_until(lambda: running_with(str(tmp_path / "home")) == [])


def test_one_that_comes_up_beforehand_has_drawn_a_deck_before_a_person_s(kept: Make, program: Path) -> None:
    one = kept()
    seen = program.parent / "seen"
    bridge = program.parent / "python"
    bridge.write_text(
        bridge.read_text().replace(
            'word = open(asked["source"], errors="replace").read()',
            'word = open(asked["source"], errors="replace").read()\n'
            f'    open({str(seen)!r}, "ab").write(open(asked["source"], "rb").read()[:2] + b"\\n")',
        )
    )

    one.expect()
    one.expect()
    one.pdf_of(b"word", ".pptx")

    assert seen.read_bytes().split() == [b"PK", b"wo"]


def test_the_deck_it_draws_first_is_a_sound_one() -> None:
    assert check(greeting.deck()) == []
