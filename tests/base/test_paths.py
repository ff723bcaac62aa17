import subprocess
import sys
import zipfile

import pytest

from hub.base import paths
from hub.base.errors import HubError
from tests.tooling.places import ROOT


def test_a_checkout_keeps_its_state_in_var_and_its_index_beside_it(monkeypatch):
    monkeypatch.delenv("HUB_HOME", raising=False)

    assert paths.home() == ROOT / "var"
    assert paths.search_index_dir(paths.home()) == ROOT / "search_index"


def test_hub_home_holds_state_and_index(monkeypatch, tmp_path):
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "状态 home"))

    assert paths.home() == tmp_path / "状态 home"
    assert paths.search_index_dir(paths.home()) == tmp_path / "状态 home" / "search_index"


def test_a_relative_hub_home_counts_from_the_current_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUB_HOME", "here")

    assert paths.home() == tmp_path / "here"


def test_an_installed_hub_without_a_home_says_how_to_give_it_one(monkeypatch, tmp_path):
    monkeypatch.delenv("HUB_HOME", raising=False)
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "site-packages" / "hub")

    with pytest.raises(HubError, match="Set HUB_HOME to the folder"):
        paths.home()


def test_what_comes_with_the_house_is_there():
    assert (paths.templates_dir() / "base.html").is_file()
    assert (paths.content_dir() / "taxonomy.yml").is_file()
    assert paths.static_dir().is_dir()


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the hub as a wheel installs it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_a_wheel_carries_templates_pages_and_demo(installed):
    shipped = {
        "templates": installed / "hub" / "_data" / "templates",
        "content": installed / "hub" / "_data" / "content",
    }

    for name, folder in shipped.items():
        wanted = tracked_under(name)
        assert wanted
        assert wanted <= {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert tracked_under("hub/web/static") <= {
        path.relative_to(installed / "hub/web/static").as_posix()
        for path in installed.glob("hub/web/static/**/*")
    }


def test_an_installed_hub_finds_what_it_carries(installed, tmp_path):
    ask = (
        "from hub.base import paths\n"
        "print(paths.checkout(), paths.templates_dir(), paths.content_dir(), paths.static_dir(), sep='\\n')"
    )

    said = subprocess.run(
        [sys.executable, "-P", "-c", ask],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )

    data = installed / "hub" / "_data"
    places = ["None", data / "templates", data / "content", installed / "hub" / "web" / "static"]
    assert said.stdout.splitlines() == list(map(str, places))


def tracked_under(folder: str) -> set[str]:
    """Files of the checkout below `folder` that git tracks, relative to it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {name.removeprefix(folder + "/") for name in listed.stdout.split("\0") if name}
