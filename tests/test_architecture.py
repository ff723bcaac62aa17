"""The contracts of the house: which room may import what. Kept by import-linter and its graph.

A *room* is a module or package directly in `hub`; a *surface* is a room through which people or programs
come in; every other room is a *domain*, and `base` is the floor they stand on.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grimp
import pytest

from tests.tooling.places import ROOT

SURFACES = frozenset({"web", "api", "mcp", "cli"})
KNOW_HTTP = SURFACES | {"main", "worker", "request", "signpost"}
FLOOR = "base"


@dataclass(frozen=True)
class Import:
    importer: str
    imported: str

    @property
    def room(self) -> str:
        return room_of(self.importer)

    def __str__(self) -> str:
        return f"{self.importer} imports {self.imported}"


def room_of(module: str) -> str:
    return [*module.split("."), ""][1]


def imports_of(graph: grimp.ImportGraph) -> Iterator[Import]:
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            yield Import(importer, imported)


def http_in_domains(found: Import) -> bool:
    return found.imported in {"fastapi", "starlette"} and found.room not in KNOW_HTTP


def sql_in_surfaces(found: Import) -> bool:
    return found.imported in {"sqlmodel", "sqlalchemy"} and found.room in SURFACES


def pptx_outside_slides(found: Import) -> bool:
    return found.imported == "pptx" and found.room != "slides"


def whoosh_outside_search(found: Import) -> bool:
    return found.imported == "whoosh" and found.room != "search"


def side_door(found: Import) -> bool:
    """A domain is entered as `hub.assets`, never `hub.assets.queries`.

    Two rooms may do otherwise: wiring picks a search engine, and migrations see the tables of every domain.
    """
    room = room_of(found.imported)
    inside = found.imported.startswith("hub.") and found.imported.count(".") > 1
    picks_engine = found.room == "wiring" and room == "search"
    sees_tables = found.room == "migrations" and found.imported.endswith(".models")
    return inside and room not in {FLOOR, found.room} | SURFACES and not picks_engine and not sees_tables


CONTRACTS = [http_in_domains, sql_in_surfaces, pptx_outside_slides, whoosh_outside_search, side_door]


@pytest.fixture(scope="module")
def house() -> list[Import]:
    return list(imports_of(grimp.build_graph("hub", include_external_packages=True, cache_dir=None)))


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
def test_the_house_keeps(contract, house):
    broken = [str(found) for found in house if contract(found)]

    assert not broken, "\n".join(broken)


BREACHES = [
    (http_in_domains, "assets/queries.py", "from fastapi import Depends"),
    (http_in_domains, "taxonomy.py", "import starlette.requests"),
    (sql_in_surfaces, "web/pages/search.py", "from sqlmodel import Session"),
    (sql_in_surfaces, "cli.py", "def show():\n    import sqlalchemy"),
    (pptx_outside_slides, "decks/recipe.py", "from pptx import Presentation"),
    (whoosh_outside_search, "assets/queries.py", "from whoosh.fields import Schema"),
    (side_door, "web/pages/search.py", "from hub.assets.queries import cards"),
    (side_door, "toolkits.py", "from hub.assets import queries"),
]


@pytest.mark.parametrize(("contract", "path", "line"), BREACHES)
def test_a_breach_is_seen(contract, path, line, tmp_path, monkeypatch):
    furnish(tmp_path, {"assets/queries.py": "", path: line})

    assert [found for found in imports_in(tmp_path, monkeypatch) if contract(found)]


KEPT = {
    "web/pages/search.py": "import fastapi\nfrom hub.request import Session\nfrom hub import assets",
    "assets/__init__.py": "from hub.assets.queries import cards",
    "assets/queries.py": "import sqlmodel\nfrom hub.base.errors import HubError\ncards = HubError",
    "migrations/env.py": "import hub.assets.models",
    "assets/models.py": "Asset = 1",
    "wiring.py": "from hub.search.whoosh_engine import Engine",
    "search/whoosh_engine.py": "import whoosh.fields\nEngine = whoosh",
    "slides/read.py": "import pptx",
    "request.py": "import fastapi\nimport sqlmodel\nSession = sqlmodel",
    "base/errors.py": "HubError = 1",
}


def test_a_house_in_order_breaks_nothing(tmp_path, monkeypatch):
    furnish(tmp_path, KEPT)

    found = imports_in(tmp_path, monkeypatch)

    assert len(found) >= 10
    assert not [(contract, each) for each in found for contract in CONTRACTS if contract(each)]


def test_the_layers_and_the_absence_of_cycles_hold():
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def furnish(folder: Path, modules: dict[str, str]) -> None:
    for path, text in modules.items():
        file = folder / "hub" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")
        for parent in [file.parent, *file.parent.parents]:
            if parent == folder:
                break
            (parent / "__init__.py").touch()


def imports_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Import]:
    """The imports of a house built in `folder`, found there although the real one is already imported."""
    monkeypatch.syspath_prepend(folder)
    for name in [name for name in sys.modules if name.partition(".")[0] == "hub"]:
        monkeypatch.delitem(sys.modules, name)
    return list(imports_of(grimp.build_graph("hub", include_external_packages=True, cache_dir=None)))
