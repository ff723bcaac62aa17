"""What the slide tests share: a skip that names the missing tool."""

import pytest

from hub.slides.office import find_office


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if find_office() is not None:
        return
    for item in items:
        if item.get_closest_marker("office"):
            item.add_marker(pytest.mark.skip(reason="LibreOffice (soffice) is not installed"))
