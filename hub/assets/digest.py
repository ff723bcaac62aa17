"""Digest: a file into what it says. Runs in a child with limits; see `hub.base.child`.

Every reader takes bytes and gives a `Digest`; a file that cannot be read is a HubError with the true reason. What a
file is, is told by its first bytes, not by its name; where the two disagree the file is refused with both.
"""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath

from hub import slides
from hub.base import child, zips
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.base.readers import (
    MOST_TEXT,
    Digest,
    PageText,
    decode,
    read_csv,
    read_pdf,
    read_picture,
    read_sheet,
    read_video,
    read_word,
)
from hub.base.settings import Settings

DECK = frozenset({".pptx", ".pptm", ".potx", ".potm", ".ppsx", ".ppsm"})
WORD = frozenset({".docx", ".docm", ".dotx"})
SHEET = frozenset({".xlsx", ".xlsm", ".xltx"})
PICTURE = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp"})
VIDEO = frozenset({".mp4", ".m4v", ".mov", ".webm"})
TEXT = frozenset({".md", ".markdown", ".txt"})
KNOWN = DECK | WORD | SHEET | PICTURE | VIDEO | TEXT | {".pdf", ".csv"}

MEDIA_TYPES = {
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    ".potx": "application/vnd.openxmlformats-officedocument.presentationml.template",
    ".potm": "application/vnd.ms-powerpoint.template.macroEnabled.12",
    ".ppsx": "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
    ".ppsm": "application/vnd.ms-powerpoint.slideshow.macroEnabled.12",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".docm": "application/vnd.ms-word.document.macroEnabled.12",
    ".dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".xltx": "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
    ".pdf": "application/pdf",
    ".csv": "text/csv",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
}
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def suffix(name: str) -> str:
    """The ending of a file name, lower case, with its dot."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def is_macro(name: str) -> bool:
    """True for the Office kinds that may carry macros."""
    return suffix(name) in {".pptm", ".potm", ".ppsm", ".docm", ".xlsm"}


def family(data: bytes) -> str:
    """What the bytes are by their first bytes: deck, word, sheet, zip, pdf, picture, video, ole, or text/other."""
    head = data[:16]
    if head.startswith(b"PK\x03\x04"):
        return _office_family(data)
    for start, name in (
        (b"%PDF-", "pdf"),
        (b"\x89PNG", "picture"),
        (b"\xff\xd8\xff", "picture"),
        (b"GIF8", "picture"),
    ):
        if head.startswith(start):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "picture"
    if head[4:8] == b"ftyp" or head.startswith(b"\x1aE\xdf\xa3"):
        return "video"
    if head.startswith(OLE):
        return "ole"
    return "other" if b"\x00" in data[:4096] else "text"


def _office_family(data: bytes) -> str:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "zip"
    plain = {n.lower() for n in names}
    for start, name in (("ppt/", "deck"), ("word/", "word"), ("xl/", "sheet")):
        if any(n.startswith(start) for n in plain):
            return name
    return "zip"


WANTED = {
    **dict.fromkeys(DECK, "deck"),
    **dict.fromkeys(WORD, "word"),
    **dict.fromkeys(SHEET, "sheet"),
    **dict.fromkeys(PICTURE, "picture"),
    **dict.fromkeys(VIDEO, "video"),
    **dict.fromkeys(TEXT, "text"),
    ".pdf": "pdf",
    ".csv": "text",
}
SPOKEN = {
    "deck": "PPTX",
    "word": "DOCX",
    "sheet": "XLSX",
    "pdf": "PDF",
    "picture": "图片",
    "video": "视频",
    "zip": "ZIP",
    "text": "纯文本",
    "other": "未知格式",
}


def recognise(name: str, data: bytes) -> str:
    """The file's media type; HubError when it is empty, of a kind we do not take, or not what its name says."""
    ending = suffix(name)
    if ending not in KNOWN:
        raise HubError(
            _("不认识“%(ending)s”文件。可以上传 PPTX、PDF、DOCX、XLSX、CSV、Markdown、图片和视频。")
            % {"ending": ending or name}
        )
    if not data:
        raise HubError(_("文件是空的（0 字节）。请重新导出后再上传。"))
    found, wanted = family(data), WANTED[ending]
    if found == "ole" and wanted in {"deck", "word", "sheet"}:
        raise HubError(_("文件加了密码，或是旧版 Office 格式。请去掉密码、另存为新格式后再上传。"))
    # A broken zip under an Office name goes on to its reader, which says what is broken.
    if found != wanted and not (found == "zip" and wanted in {"deck", "word", "sheet"}):
        raise HubError(
            _("文件名说是 %(wanted)s，内容却是%(found)s。请改成正确的扩展名，或重新导出。")
            % {"wanted": ending, "found": SPOKEN.get(found, found)}
        )
    return MEDIA_TYPES[ending]


def read(name: str, data: bytes, settings: Settings) -> Digest:
    """What the file says, read in a child within the limits; HubError with the reason otherwise."""
    recognise(name, data)
    limits = child.Limits(memory=settings.child_memory, seconds=settings.child_seconds)
    shape = zips.Limits(
        unpacked=settings.max_unpacked, ratio=settings.max_ratio, members=settings.max_members
    )
    wanted = WANTED[suffix(name)]
    if wanted == "text":
        return read_csv(data) if suffix(name) == ".csv" else read_text(data)
    if wanted in ZIPPED:
        zips.open_checked(data, shape).close()
    if wanted == "deck":
        found = _deck(child.run(slides.read, data, limits=limits))
    else:
        found = child.run(READERS[wanted], data, limits=limits)
    if len(found.pages) > settings.max_slides:
        raise HubError(
            _("有 %(n)s 页，超过 %(most)s 页的上限。请拆成几份。")
            % {"n": len(found.pages), "most": settings.max_slides}
        )
    return found


def _deck(deck: slides.Deck) -> Digest:
    pages = tuple(_slide_page(s) for s in deck.slides)
    if not pages:
        raise HubError(_("这份 PPT 里一页也没有。"))
    headings = "\n".join(dict.fromkeys(p.title for p in pages if p.title))
    text = "\n\n".join(s.text for s in deck.slides)[:MOST_TEXT]
    first = next((p.title for p in pages if p.title), "")
    return Digest(deck.title.strip() or first, text, headings, pages, deck.warnings)


def _slide_page(slide: slides.Slide) -> PageText:
    charts = "\n".join("\n".join((*c.titles, *c.categories, *c.series)) for c in slide.charts)
    body = "\n".join(t for t in (slide.body, *slide.diagrams) if t)
    return PageText(
        number=slide.number,
        title=slide.title.strip()[:300],
        text=body,
        notes=slide.notes,
        tables="\n".join(slide.tables),
        alt="\n".join(slide.alt),
        charts=charts,
        hidden=slide.hidden,
        fingerprint=slide.fingerprint[:64],
    )


def read_text(data: bytes) -> Digest:
    """A Markdown or plain text; front matter is the importer's business."""
    text = decode(data)
    return Digest(_first_heading(text), text[:MOST_TEXT], "\n".join(headings_of(text)))


def headings_of(markdown: str) -> list[str]:
    """The headings of a Markdown text, in order; fenced code does not count."""
    found, fenced = [], False
    for line in markdown.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and (match := re.match(r"#{1,6}\s+(.+?)\s*#*$", line)):
            found.append(match.group(1))
    return found


def _first_heading(text: str) -> str:
    found = headings_of(text)
    return found[0][:300] if found else ""


READERS: dict[str, Callable[[bytes], Digest]] = {
    "word": read_word,
    "sheet": read_sheet,
    "pdf": read_pdf,
    "picture": read_picture,
    "video": read_video,
}
ZIPPED = ("deck", "word", "sheet")
