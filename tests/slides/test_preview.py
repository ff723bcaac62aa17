import functools
import io
import os
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from hub.base.errors import HubError
from hub.slides import office, preview, warm
from hub.slides.preview import NoOffice, Renderer, count_slides, thumbnails
from hub.slides.warm import Keeping
from tests.tooling.office import running_with
from tests.tooling.processes import gone


def a_deck(*titles: str, hidden: tuple[int, ...] = ()) -> bytes:
    deck = Presentation()
    for number, title in enumerate(titles):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = title
        if number in hidden:
            slide._element.set("show", "0")
    return saved(deck)


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def a_pdf(pages: int) -> bytes:
    buffer = io.BytesIO()
    first, *rest = [Image.new("RGB", (160, 90), (200, 30 * n, 30)) for n in range(pages)]
    first.save(buffer, "PDF", save_all=True, append_images=rest)
    return buffer.getvalue()


def opened(webp: bytes) -> Image.Image:
    return Image.open(io.BytesIO(webp)).convert("RGB")


def a_pretended_office(folder: Path, script: str) -> Path:
    """LibreOffice is an outside program; this one says `script` when called with the same arguments."""
    program = folder / "soffice"
    program.write_text("#!/bin/sh\n" + script)
    program.chmod(0o755)
    return program


@pytest.fixture
def no_cage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "cage_works", lambda: False)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture
def drawing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Renderer]:
    """One that starts LibreOffice anew, or one that keeps it where there is a bridge, in the cage or outside."""
    how, where = request.param.split(", ")
    if where == "outside":
        monkeypatch.setattr(office, "cage_works", lambda: False)
        monkeypatch.setattr(warm, "cage_works", lambda: False)
    renderer = Renderer(keeping=Keeping() if how == "kept" else None)
    yield renderer
    renderer.close()


HOWS = ["anew, caged", "anew, outside", "kept, caged", "kept, outside"]


@pytest.mark.office
def test_every_slide_becomes_a_picture_of_the_asked_width_hidden_ones_too(renderer: Renderer) -> None:
    pictures = renderer.render(a_deck("一", "二", "三", hidden=(1,)), width=640)

    assert [opened(picture).size for picture in pictures] == [(640, 480)] * 3
    assert len(set(pictures)) == 3


@pytest.mark.office
def test_a_part_of_the_pages_can_be_asked_for(renderer: Renderer) -> None:
    deck = a_deck("一", "二", "三")

    assert renderer.render(deck, width=320, first=2, last=2) == renderer.render(deck, width=320)[1:2]


@pytest.mark.office
def test_texts_and_sheets_have_page_pictures(renderer: Renderer) -> None:
    program = office.find_office()
    if program and not (program.resolve().parent / "libswlo.so").exists():
        pytest.skip("LibreOffice Writer and Calc are not installed")
    text, sheet = Document(), openpyxl.Workbook()
    text.add_paragraph("澜川智控 报价说明")
    sheet.active["A1"] = "一季度"

    assert len(renderer.render(saved(text), suffix=".docx", width=320)) == 1
    assert len(renderer.render(saved(sheet), suffix=".XLSX", width=320)) == 1


def test_a_pdf_needs_no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "find_office", lambda: None)

    pictures = Renderer().render(a_pdf(2), suffix=".pdf", width=320)

    assert [opened(picture).width for picture in pictures] == [320, 320]


def test_without_libreoffice_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "find_office", lambda: None)

    with pytest.raises(NoOffice, match="没有找到 LibreOffice"):
        Renderer().render(a_deck("一"))


def test_the_office_is_found_where_the_setting_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = a_pretended_office(tmp_path, "exit 0")
    monkeypatch.setenv("HUB_SOFFICE", str(program))
    assert office.find_office() == program

    monkeypatch.setenv("HUB_SOFFICE", str(tmp_path / "nowhere"))
    assert office.find_office() is None


@pytest.mark.office
def test_junk_that_libreoffice_answers_with_0_is_an_error(renderer: Renderer) -> None:
    with pytest.raises(HubError, match="没有给出页面"):
        renderer.render(b"PK\x03\x04 this is no deck" * 50)


def test_the_first_picture_is_given_before_the_others_are_asked_for() -> None:
    early: list[bytes] = []

    pictures = Renderer().render(a_pdf(3), suffix=".pdf", width=320, early=early.append)

    assert early == pictures[:1]


def test_a_broken_pdf_is_an_error() -> None:
    with pytest.raises(HubError, match="PDF"):
        Renderer().render(b"%PDF-1.7\nnothing", suffix=".pdf")


def test_an_unknown_kind_of_file_is_refused() -> None:
    with pytest.raises(HubError, match=r"\.exe 文件不能预览"):
        Renderer().render(b"MZ", suffix=".exe")


@pytest.mark.usefixtures("no_cage")
def test_fewer_pages_than_slides_is_an_error(tmp_path: Path) -> None:
    one = tmp_path / "one.pdf"
    one.write_bytes(a_pdf(1))
    program = a_pretended_office(
        tmp_path, f'for last; do :; done; cp "{one}" "$(dirname "$last")/input.pdf"; exit 0'
    )

    with pytest.raises(HubError, match="文件有 2 页幻灯片，LibreOffice 只给出 1 页"):
        Renderer(office=program).render(a_deck("一", "二"))


@pytest.mark.usefixtures("no_cage")
def test_a_hung_office_is_ended_with_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    program = a_pretended_office(tmp_path, f'sleep 600 & echo $! $$ > "{pids}"; wait')

    with pytest.raises(HubError, match="1 秒内没有完成"):
        Renderer(office=program, seconds=1).render(a_deck("一"))

    assert all(gone(int(pid)) for pid in pids.read_text().split())


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a web server on this machine and the paths it was asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=functools.partial(server.serve_forever, poll_interval=0.05))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


def deck_linking(address: str) -> bytes:
    """A deck with one picture that fills the slide and lies outside, at `address`."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    dot = io.BytesIO()
    Image.new("RGB", (1, 1), "white").save(dot, "PNG")
    dot.seek(0)
    slide.shapes.add_picture(dot, 0, 0, Inches(10), Inches(7.5))
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(deck))) as before, zipfile.ZipFile(result, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "ppt/slides/slide1.xml":
                content = content.replace(b"r:embed=", b"r:link=")
            if name == "ppt/slides/_rels/slide1.xml.rels":
                content = content.replace(
                    b'Target="../media/image1.png"', f'Target="{address}" TargetMode="External"'.encode()
                )
                assert b"External" in content
            after.writestr(name, content)
    return result.getvalue()


@pytest.mark.office
@pytest.mark.parametrize("drawing", HOWS, indirect=True)
def test_a_linked_picture_is_not_fetched(asked: tuple[str, list[str]], drawing: Renderer) -> None:
    address, paths = asked

    pictures = drawing.render(deck_linking(address + "/seen.png"), width=320)

    assert len(pictures) == 1
    assert paths == []


@pytest.mark.office
@pytest.mark.parametrize("drawing", HOWS, indirect=True)
def test_a_linked_local_file_is_not_drawn(tmp_path: Path, drawing: Renderer) -> None:
    secret = tmp_path / "secret.png"
    Image.new("RGB", (400, 300), (255, 0, 0)).save(secret)

    [picture] = drawing.render(deck_linking(secret.as_uri()), width=320)

    reds = [p for p in opened(picture).get_flattened_data() if p[0] > 200 and p[1] < 60 and p[2] < 60]
    assert reds == []


def test_slides_are_counted_hidden_ones_too() -> None:
    assert count_slides(a_deck("一", "二", hidden=(0,))) == 2
    with pytest.raises(HubError, match="读不出来"):
        count_slides(b"no zip")


def test_thumbnails_keep_the_shape_and_are_never_enlarged() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 360), "navy").save(buffer, "WEBP")

    sized = thumbnails(buffer.getvalue(), [320, 1280])

    assert {width: opened(webp).size for width, webp in sized.items()} == {320: (320, 180), 1280: (640, 360)}


@pytest.mark.office
def test_a_libreoffice_that_is_too_slow_leaves_no_process_behind(tmp_path: Path) -> None:
    with pytest.raises(HubError, match="没有完成转换"):
        Renderer(tmp_path, seconds=0.2).render(a_deck("一"))

    deadline = time.monotonic() + 10
    while running_with(str(tmp_path)) and time.monotonic() < deadline:
        os.sched_yield()
    assert running_with(str(tmp_path)) == []
