"""Pictures of slides and pages: a document in, one WebP a page out, in page order.

Office documents go through LibreOffice to PDF, a PDF goes straight to pictures. Both happen in children with
limits. A hidden slide is a page like any other, and the number of pages is compared with that of the slides,
because LibreOffice does not say when it left something out.
"""

import contextlib
import functools
import io
import logging
import shutil
import sys
import tempfile
import threading
import weakref
import zipfile
from collections.abc import Sequence
from pathlib import Path

from lxml import etree
from PIL import Image

from hub.base import child
from hub.base.errors import HubError
from hub.slides import pages
from hub.slides.cover import first_slide
from hub.slides.office import DECKS, SHEETS, TEXTS, find_office, pdf_of, run_bounded
from hub.slides.warm import Fault, Keeping, Show, WarmOffice, find_bridge

log = logging.getLogger(__name__)

MOST_PAGES = 500
PICTURE_MEMORY = 1 << 30
_LARGEST_PRESENTATION = 16 << 20
_PPTX = frozenset({".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"})


class _Once:
    """Gives the first picture away, and no second one."""

    def __init__(self, give: Show | None) -> None:
        self._give = give

    def __call__(self, picture: bytes) -> None:
        give, self._give = self._give, None
        if give is not None:
            give(picture)

    @property
    def waits(self) -> bool:
        return self._give is not None


class Renderer:
    """Makes page pictures, one document at a time; owns a LibreOffice profile. Share one in a worker."""

    def __init__(
        self,
        home: Path | None = None,
        *,
        office: Path | None = None,
        seconds: float = 60,
        keeping: Keeping | None = None,
    ) -> None:
        """Keep profile and work in `home` (made if missing; None: a temporary folder that goes with this).

        `office` is the LibreOffice starter (None: looked for), `seconds` the limit of one conversion. With `keeping`
        one LibreOffice stays for the next document, where there is a bridge to it; else each gets a fresh one.
        """
        self._office = office
        self._seconds = seconds
        self._keeping = keeping
        self._warm: WarmOffice | None = None
        self._lock = threading.Lock()
        if home is None:
            home = Path(tempfile.mkdtemp(prefix="hub-office-"))
            self._finalizer = weakref.finalize(self, shutil.rmtree, home, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        self._home = home.resolve()

    def render(
        self,
        data: bytes,
        *,
        suffix: str = ".pptx",
        width: int = 1280,
        first: int = 1,
        last: int = MOST_PAGES,
        early: Show | None = None,
    ) -> list[bytes]:
        """WebP pictures, `width` pixels wide, of a document's pages `first` to `last` (from 1, inclusive).

        `early` is given the first of them as soon as it is there; it counts only if this then succeeds. Raises
        HubError: kind not known, no LibreOffice, broken file, too slow, or pages missing.
        """
        suffix = suffix.lower()
        once = _Once(early)
        cover = functools.partial(self._show_cover, width, once) if early and first == 1 else None
        if cover and suffix in _PPTX:
            self._show_first_slide(data, cover)
        pdf = data if suffix == ".pdf" else self.pdf(data, suffix=suffix, cover=cover if once.waits else None)
        expected = count_slides(data) if suffix in _PPTX else None
        return self._pictures(pdf, width, first, last, expected=expected, early=once)

    def _show_first_slide(self, data: bytes, cover: Show) -> None:
        """The first slide of a longer deck by itself, before LibreOffice opens all of them."""
        office = self._office or find_office()
        warm = self._stays(office) if office else None
        if warm is None:
            return
        front = None
        with contextlib.suppress(HubError):  # the whole document will say what is wrong
            front = child.run(first_slide, data, limits=child.Limits(seconds=self._seconds))
        if front is not None:
            with contextlib.suppress(Fault):
                cover(warm.pdf_of(front, ".pptx"))

    def _show_cover(self, width: int, give: Show, pdf: bytes) -> None:
        with contextlib.suppress(HubError):  # the whole document will say what is wrong
            give(self._pictures(pdf, width, 1, 1)[0])

    def pdf(self, data: bytes, *, suffix: str = ".pptx", cover: Show | None = None) -> bytes:
        """The document as PDF. Raises HubError as `render` does. `cover` may get a PDF of the first page before."""
        suffix = suffix.lower()
        if suffix not in DECKS | TEXTS | SHEETS:
            raise HubError(
                f"{suffix or '没有扩展名'} 文件不能预览，请换成 PPTX、DOCX、XLSX 或 PDF。", suffix=suffix
            )
        office = self._office or find_office()
        if office is None:
            raise NoOffice
        warm = self._stays(office)
        if warm is not None:
            try:
                return warm.pdf_of(data, suffix, cover if suffix in DECKS else None)
            except Fault as fault:
                log.info("LibreOffice is asked once more, afresh: %s", fault)
        return self._afresh(data, suffix, office)

    def _stays(self, office: Path) -> WarmOffice | None:
        """The LibreOffice that is kept; None where none is to be, or where there is no bridge to it."""
        if self._keeping is None or self._keeping.documents < 1 or find_bridge(office) is None:
            return None
        with self._lock:
            if self._warm is None:
                self._warm = WarmOffice(
                    self._home, office=office, seconds=self._seconds, keeping=self._keeping
                )
                weakref.finalize(self, self._warm.close)
            return self._warm

    def expect(self) -> None:
        """A document is on its way: have the LibreOffice that is kept come up meanwhile, in a thread of its own."""
        threading.Thread(target=self._come_up, name="office", daemon=True).start()

    def _come_up(self) -> None:
        office = self._office or find_office()
        warm = self._stays(office) if office else None
        if warm is not None:
            warm.expect()

    def close(self) -> None:
        """End the LibreOffice that was kept, if any; a later document starts another."""
        if self._warm is not None:
            self._warm.close()

    def _afresh(self, data: bytes, suffix: str, office: Path) -> bytes:
        with self._lock, tempfile.TemporaryDirectory(dir=self._home, prefix="work-") as folder:
            source = Path(folder) / f"input{suffix}"
            source.write_bytes(data)
            return pdf_of(source, self._home / "profile", office=office, seconds=self._seconds)

    def _pictures(
        self,
        pdf: bytes,
        width: int,
        first: int,
        last: int,
        *,
        expected: int | None = None,
        early: _Once | None = None,
    ) -> list[bytes]:
        with tempfile.TemporaryDirectory(dir=self._home, prefix="pages-") as name:
            folder = Path(name)
            (folder / "in.pdf").write_bytes(pdf)
            command = [
                sys.executable, "-P", pages.__file__, str(folder / "in.pdf"), name,
                *map(str, (width, first, min(last, first + MOST_PAGES - 1))),
            ]  # fmt: skip
            said = folder / "said.log"
            show = functools.partial(_show_early, folder / f"{first:05}.webp", expected, early)
            ended = run_bounded(
                command,
                memory=PICTURE_MEMORY,
                seconds=self._seconds,
                home=folder,
                log_to=said,
                meanwhile=show,
            )
            found = _read_count(folder)
            if not ended or found is None or not (folder / "done").exists():
                raise HubError("这个 PDF 读不出页面：文件可能已损坏、设有密码或太大。")
            if expected is not None and found != expected:
                raise HubError(
                    f"文件有 {expected} 页幻灯片，LibreOffice 只给出 {found} 页，所以没有页面图。"
                    "请用 PowerPoint 或 WPS 另存后再上传。",
                    slides=expected,
                    pages=found,
                )
            return [picture.read_bytes() for picture in sorted(folder.glob("*.webp"))]


class NoOffice(HubError):  # noqa: N818 - the name is what a colleague says
    """No LibreOffice on this machine; callers go on without page pictures."""

    code = "no_office"

    def __init__(self) -> None:
        super().__init__("没有找到 LibreOffice，所以没有页面图；请安装它，或用 HUB_SOFFICE 指明位置。")


def _show_early(picture: Path, expected: int | None, once: _Once | None) -> None:
    """While pictures are made: the first is given away once it is there and the number of pages is right."""
    if (
        once is not None
        and once.waits
        and picture.exists()
        and expected in (None, _read_count(picture.parent))
    ):
        once(picture.read_bytes())


def _read_count(folder: Path) -> int | None:
    """How many pages the child found; None when it could not open the file."""
    try:
        return int((folder / "count").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def count_slides(data: bytes) -> int:
    """How many slides a PPTX lists, hidden ones too. Raises HubError when it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            name = next(n for n in package.namelist() if n.lower() == "ppt/presentation.xml")
            with package.open(name) as part:
                xml = part.read(_LARGEST_PRESENTATION)
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except (
        zipfile.BadZipFile,
        StopIteration,
        etree.XMLSyntaxError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise HubError("这个 PPTX 读不出来：文件可能已损坏或设有密码。") from error
    return len(root.findall("./{*}sldIdLst/{*}sldId"))


_shared: list[Renderer] = []
_shared_lock = threading.Lock()


def render(
    data: bytes, *, suffix: str = ".pptx", width: int = 1280, first: int = 1, last: int = MOST_PAGES
) -> list[bytes]:
    """`Renderer.render` with this process's own renderer, for the command line and small callers."""
    with _shared_lock:
        if not _shared:
            _shared.append(Renderer())
    return _shared[0].render(data, suffix=suffix, width=width, first=first, last=last)


def thumbnails(webp: bytes, widths: Sequence[int]) -> dict[int, bytes]:
    """The picture `webp` again as WebP in each of `widths` (pixels); never enlarged."""
    with Image.open(io.BytesIO(webp)) as opened:
        picture = opened.convert("RGB")
    sized = {}
    for width in widths:
        height = max(1, round(picture.height * width / picture.width))
        small = (
            picture.resize((width, height), Image.Resampling.LANCZOS) if width < picture.width else picture
        )
        buffer = io.BytesIO()
        small.save(buffer, "WEBP", quality=pages.QUALITY, method=2)
        sized[width] = buffer.getvalue()
    return sized
