"""What the search tests share."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.tooling.postgres import Server


@pytest.fixture(scope="module")
def search_database(postgres_server: Server) -> Iterator[str]:
    """The address of one database for all tests of a page."""
    name = f"search_{uuid4().hex}"
    postgres_server.create(name)
    yield postgres_server.url(name)
    postgres_server.drop(name)
