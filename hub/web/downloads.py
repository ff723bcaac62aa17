"""How a file is handed out: its name in the answer, whatever signs the name holds."""

from urllib.parse import quote


def attachment(name: str) -> str:
    """A Content-Disposition for any file name (RFC 6266 with RFC 5987)."""
    plain = name.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "").strip(" .-")
    stem = plain if plain.split(".")[0] else f"quiver.{name.rsplit('.', 1)[-1]}"
    return f"attachment; filename=\"{stem}\"; filename*=UTF-8''{quote(name, safe='')}"
