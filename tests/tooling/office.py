"""LibreOffice, found and no more: the slide engine itself starts it."""

import os
import shutil


def missing() -> str | None:
    names = [os.environ["HUB_SOFFICE"]] if os.environ.get("HUB_SOFFICE") else ["soffice", "libreoffice"]
    return None if any(map(shutil.which, names)) else "LibreOffice (soffice) is not on this machine"
