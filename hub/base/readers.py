"""Readers: what a file of the office world says, as plain text. They run in a child (`hub.base.child`), so this module
imports little: a heavy library is imported by the reader that needs it. Decks are read by `hub.slides`.

Every reader takes bytes and gives a `Digest`; a file that cannot be read is a HubError with the true reason.
"""

import csv
import io
from dataclasses import dataclass

from hub.base.errors import HubError
from hub.base.i18n import _

MOST_CELLS = 200_000
MOST_TEXT = 2_000_000  # characters kept for search of one version


@dataclass(frozen=True)
class PageText:
    """What one slide or page says."""

    number: int
    title: str = ""
    text: str = ""
    notes: str = ""
    tables: str = ""
    alt: str = ""
    charts: str = ""
    hidden: bool = False
    fingerprint: str = ""


@dataclass(frozen=True)
class Digest:
    """What a file says. `pages` is empty for texts, pictures and videos; `warnings` are sentences."""

    title: str = ""
    text: str = ""
    headings: str = ""
    pages: tuple[PageText, ...] = ()
    warnings: tuple[str, ...] = ()


def read_pdf(data: bytes) -> Digest:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise HubError(_("PDF 加了密码。请去掉密码后再上传。")) from error
        raise HubError(_("PDF 已损坏，打不开。请重新导出后再上传。")) from error
    with document:
        pages = []
        for number, page in enumerate(document, start=1):
            textpage = page.get_textpage()
            text = textpage.get_text_bounded().replace("\x00", "").replace("\r", "")
            textpage.close()
            page.close()
            first = next((line.strip() for line in text.splitlines() if line.strip()), "")
            pages.append(PageText(number, title=first[:80], text=text))
        title = str(document.get_metadata_dict().get("Title") or "").strip()
    if not pages:
        raise HubError(_("这份 PDF 里一页也没有。"))
    return Digest(title, "\n\n".join(p.text for p in pages)[:MOST_TEXT], "", tuple(pages))


def read_word(data: bytes) -> Digest:
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
    except Exception as error:
        raise HubError(_("DOCX 已损坏，打不开。请重新导出后再上传。")) from error
    lines, headings = [], []
    for paragraph in document.paragraphs:
        text = paragraph.text.strip()
        if text:
            lines.append(text)
            if paragraph.style is not None and str(paragraph.style.name).startswith(("Heading", "Title")):
                headings.append(text)
    for table in document.tables:
        lines += ["\t".join(dict.fromkeys(cell.text.strip() for cell in row.cells)) for row in table.rows]
    title = str(document.core_properties.title or "").strip()
    return Digest(
        title or (headings[0] if headings else ""), "\n".join(lines)[:MOST_TEXT], "\n".join(headings)
    )


def read_sheet(data: bytes) -> Digest:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception as error:
        reason = (
            _("XLSX 加了密码。请去掉密码后再上传。")
            if "password" in str(error).lower()
            else _("XLSX 已损坏，打不开。请重新导出后再上传。")
        )
        raise HubError(reason) from error
    lines, left = [], MOST_CELLS
    for name in book.sheet_names:
        lines.append(str(name))
        for row in book.get_sheet_by_name(name).iter_rows():
            cells = [str(cell).strip() for cell in row if str(cell).strip()]
            if cells:
                lines.append("\t".join(cells))
            left -= len(row)
            if left <= 0:
                break
    return Digest("", "\n".join(lines)[:MOST_TEXT], "\n".join(map(str, book.sheet_names)))


def read_picture(data: bytes) -> Digest:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.verify()
    except Image.DecompressionBombError as error:
        raise HubError(_("图片的像素太多，请缩小后再上传。")) from error
    except Exception as error:
        raise HubError(_("图片已损坏，打不开。请重新导出后再上传。")) from error
    return Digest(pages=(PageText(1),))


def read_video(data: bytes) -> Digest:
    del data  # a video says nothing we can read; it is kept and played
    return Digest()


def decode(data: bytes) -> str:
    """Text bytes as text: UTF-8 with or without BOM, UTF-16 with one, else GB18030; HubError for anything else."""
    for start, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(start):
            return _decoded(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, "gb18030")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise HubError(_("读不出文字编码。请另存为 UTF-8 后再上传。")) from error


def read_csv(data: bytes) -> Digest:
    rows = csv.reader(io.StringIO(decode(data)))
    try:
        lines = [
            "\t".join(c.strip() for c in row if c.strip())
            for _n, row in zip(range(MOST_CELLS), rows, strict=False)
        ]
    except csv.Error as error:
        raise HubError(_("CSV 的格式不对：%(reason)s") % {"reason": error}) from error
    return Digest("", "\n".join(lines)[:MOST_TEXT], lines[0] if lines else "")
