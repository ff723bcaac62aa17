"""The locks: every package with its hashes, nothing that says where it was fetched from."""

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.tooling.places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SOURCES = {
    "requirements.lock": PROJECT["project"]["dependencies"],
    "requirements-dev.lock": PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"],
    "requirements-setup.lock": PROJECT["dependency-groups"]["setup"],
    "requirements-whoosh3.lock": PROJECT["dependency-groups"]["whoosh3"],
    "requirements-tantivy.lock": PROJECT["project"]["optional-dependencies"]["tantivy"],
}
NAMES = tuple(SOURCES)


def entries(text: str) -> dict[Requirement, list[str]]:
    """Each requirement of a lock with its options; lines continued by a backslash are one."""
    lines = text.replace("\\\n", " ").splitlines()
    parts = [
        re.split(r"\s+(?=--)", line.strip()) for line in lines if line.strip() and line.strip()[0] != "#"
    ]
    return {Requirement(head): options for head, *options in parts}


@pytest.mark.parametrize("name", NAMES)
def test_every_locked_package_is_pinned_and_hashed(name):
    for requirement, options in entries((ROOT / name).read_text("utf-8")).items():
        assert [spec.operator for spec in requirement.specifier] == ["=="], requirement
        assert options, requirement
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", option) for option in options), requirement


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_names_no_host_and_no_folder(name):
    text = (ROOT / name).read_text("utf-8")

    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host| @ |file:", text)


@pytest.mark.parametrize("name", NAMES)
def test_everything_asked_for_is_locked_in_a_version_that_serves(name):
    locked = {canonicalize_name(found.name): found for found in entries((ROOT / name).read_text("utf-8"))}

    for wanted in map(Requirement, SOURCES[name]):
        pinned = locked[canonicalize_name(wanted.name)]
        assert all(wanted.specifier.contains(spec.version) for spec in pinned.specifier), wanted


def test_the_tests_run_on_the_versions_that_serve():
    served = set(map(str, entries((ROOT / "requirements.lock").read_text("utf-8"))))
    tested = set(map(str, entries((ROOT / "requirements-dev.lock").read_text("utf-8"))))

    assert served <= tested


def test_npm_locks_have_sums_and_no_addresses():
    found = [path for path in ROOT.glob("**/package-lock.json") if "node_modules" not in path.parts]

    assert found
    for path in found:
        text = path.read_text("utf-8")
        packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
        assert "://" not in text, path
        assert all(entry["integrity"].startswith("sha512-") for entry in packages.values()), path
