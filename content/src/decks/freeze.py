"""Makes the same bytes of the same content: fixed times in the zip, in the properties and in embedded workbooks."""

from __future__ import annotations

import io
import re
import zipfile

MOMENT = "2026-11-16T09:00:00Z"
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def freeze(data: bytes) -> bytes:
    """A copy of an Office file whose members carry no clock; member order is kept."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for info in source.infolist():
            body = source.read(info)
            if info.filename.endswith((".xlsx", ".docx", ".pptx")):
                body = freeze(body)
            if info.filename == "docProps/core.xml":
                body = _STAMP.sub(rb"\g<1>" + MOMENT.encode() + rb"\g<2>", body)
            entry = zipfile.ZipInfo(info.filename, date_time=(2026, 11, 16, 9, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, body)
    return out.getvalue()
