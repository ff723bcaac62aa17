"""How a file is handed out: its name in the answer, whatever signs the name holds."""

from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from hub.base.errors import NotFound
from hub.base.i18n import _


def attachment(name: str) -> str:
    """A Content-Disposition for any file name (RFC 6266 with RFC 5987)."""
    plain = name.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "").strip(" .-")
    stem = plain if plain.split(".")[0] else f"quiver.{name.rsplit('.', 1)[-1]}"
    return f"attachment; filename=\"{stem}\"; filename*=UTF-8''{quote(name, safe='')}"


def picture_answer(request: Request, path: Path, headers: dict[str, str]) -> Response:
    """A page picture, or 304 for a browser that has it already; NotFound where the file is gone. Read at once: it is
    small, and handing it on in pieces took five threads.
    """
    tag = f'"{path.name}"'
    said = {**headers, "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=said)
    try:
        return Response(path.read_bytes(), media_type="image/webp", headers=said)
    except FileNotFoundError as error:
        raise NotFound(_("没有这个图片。")) from error
