"""What is written is true: links lead somewhere; every setting, command and page is in the guide, in both languages.

A *page* is an address that answers GET with HTML. Addresses stand in the guide with `…` for what changes in them:
`/assets/…/edit`. What is no page (files, pictures, style sheets, samples) is known by its ending.
"""

import re
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from hub.base.settings import FOREIGN, Settings
from hub.cli import app as command_line
from hub.web.pages import ROUTERS
from tests.tooling.places import ROOT

GUIDE = ROOT / "docs" / "guide"
LANGUAGES = ("zh", "en")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
OUTSIDE = re.compile(r"^(https?:|mailto:)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
ROW = re.compile(r"^\| `(HUB_[A-Z_]+)` \|([^|]*)\|", re.MULTILINE)
SAID = re.compile(r"(?:^`?|[A-Z]=\S+ |/bin/)(?:\S*/)?hub ([a-z]+(?: [a-z]+)?)", re.MULTILINE)
NO_PAGES = re.compile(
    r"^/(api|static|brand|logo|pictures)/|/(file|play|zip|progress|similar|suggest|sample\.csv|problems\.csv|minutes\.docx|sheet\.csv|sheet\.xlsx|search\.json)$|/pictures/…$"
)
FOR_TESTS = {"HUB_SHARED_DATA"}


def written() -> list[Path]:
    """Every tracked page of text; all of them where this is no git checkout."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return [ROOT / name for name in sorted(listed.stdout.split("\0")) if name and (ROOT / name).is_file()]
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def own(path: Path) -> bool:
    """False for the demo library and what other people wrote."""
    return not path.relative_to(ROOT).as_posix().startswith(("content/", "hub/web/static/vendor/"))


def anchors(path: Path) -> set[str]:
    """The anchors of the headings, as forges make them: letters, digits and Han stay, spaces become hyphens."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#{1,6} +(.+?) *$", text, re.MULTILINE)
    return {anchor(heading) for heading in headings}


def anchor(heading: str) -> str:
    kept = (c for c in heading.lower().replace("`", "") if c in " -_" or unicodedata.category(c)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


def dead_links(path: Path) -> Iterator[str]:
    for target in LINK.findall(CODE.sub("", path.read_text("utf-8"))):
        if OUTSIDE.match(target):
            continue
        file, _hash, place = target.partition("#")
        led_to = (path.parent / file).resolve() if file else path
        if not led_to.exists():
            yield f"{path.relative_to(ROOT)}: {target}"
        elif place and led_to.suffix == ".md" and place not in anchors(led_to):
            yield f"{path.relative_to(ROOT)}: {target} (no such heading)"


def test_every_relative_link_leads_somewhere():
    dead = [told for path in written() if own(path) for told in dead_links(path)]

    assert not dead, "\n".join(dead)


def test_a_dead_link_and_a_missing_heading_are_noticed():
    page = ROOT / "docs" / "guide" / "zh.md"

    assert anchor("按 `Ctrl`：搜索，和它的写法 2") == "按-ctrl搜索和它的写法-2"
    assert not (page.parent / "nowhere.md").exists()
    assert LINK.findall("[a](b.md#c) ![d](e.webp)") == ["b.md#c", "e.webp"]
    assert anchors(page)


def manual(language: str) -> str:
    return (GUIDE / f"operations.{language}.md").read_text("utf-8")


def default_of(name: str) -> str:
    """The default as the table gives it; sizes in MB, empty where there is none or it is worked out."""
    field = Settings.model_fields[name]
    value = field.default
    if field.default_factory is not None or value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value >= 1024 * 1024 and value % (1024 * 1024) == 0:
        return f"{value} ({value // (1024 * 1024)} MB)"
    return str(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_settings_table_is_the_settings(language: str):
    told = {name: value.replace("`", "").strip() for name, value in ROW.findall(manual(language))}
    real = {f"HUB_{name.upper()}": default_of(name) for name in Settings.model_fields}

    assert {name: told.get(name) for name in real} == real
    assert set(told) - set(real) == FOREIGN - FOR_TESTS


def commands() -> Iterator[str]:
    """`serve`, `user add` …"""
    whole = typer.main.get_command(command_line)
    for name, command in whole.commands.items():
        inner = getattr(command, "commands", None)
        yield from (f"{name} {part}" for part in inner) if inner else (name,)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_in_the_manual(language: str):
    text = manual(language)

    missing = [name for name in commands() if f"`hub {name}" not in text]

    assert not missing, missing


def test_no_page_names_a_command_that_is_not_there():
    real = set(commands())
    groups = {name.split()[0] for name in real if " " in name}
    wrong = []
    for path in written():
        if not own(path):
            continue
        for code in CODE.findall(path.read_text("utf-8")):
            for named in SAID.findall(code):
                first = named.split()[0]
                if first not in {n.split()[0] for n in real} or (
                    first in groups and " " in named and named not in real
                ):
                    wrong.append(f"{path.relative_to(ROOT)}: hub {named}")

    assert not wrong, "\n".join(wrong)


def pages() -> list[str]:
    """The addresses of all pages, as the guide writes them."""
    found = set()
    for route in (route for router in ROUTERS for route in router.routes):
        path = re.sub(r"\{[^}]*\}", "…", getattr(route, "path", ""))
        if "GET" in (getattr(route, "methods", None) or ()) and not NO_PAGES.search(path):
            found.add(path)
    return sorted(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_in_the_guide(language: str):
    text = (GUIDE / f"{language}.md").read_text("utf-8")

    missing = [path for path in pages() if f"`{path}`" not in text]

    assert not missing, "\n".join(missing)


def test_the_guide_names_no_page_that_is_not_there():
    real = set(pages())
    wrong = []
    for language in LANGUAGES:
        table = re.findall(r"^\| `(/[^`]*)` \|", (GUIDE / f"{language}.md").read_text("utf-8"), re.MULTILINE)
        wrong += [f"{language}: {path}" for path in table if path not in real]

    assert not wrong, "\n".join(wrong)


def test_both_languages_have_the_same_pages_and_chapters():
    for name in ("{}.md", "operations.{}.md"):
        zh, en = ((GUIDE / name.format(language)).read_text("utf-8") for language in LANGUAGES)

        assert len(re.findall(r"^## ", zh, re.MULTILINE)) == len(re.findall(r"^## ", en, re.MULTILINE)), name
        assert set(re.findall(r"`(/[^`\s]*)`", zh)) == set(re.findall(r"`(/[^`\s]*)`", en)), name
