"""LibreOffice, found as the slide engine finds it."""

from hub.slides.office import find_office


def missing() -> str | None:
    return None if find_office() else "LibreOffice (soffice) is not on this machine"
