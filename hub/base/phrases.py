"""Finding the phrases of the house: what code and templates say, and what the English files lack.

Run `python -m hub.base.phrases` in a checkout: it lists phrases without English and entries nobody uses, and
exits 1 when there is one of either. `--add` writes the missing ones into `hub.po`, to be filled in by a
person. An entry without English counts as missing. Several .po files may lie side by side; a phrase belongs
to one of them.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import Environment, nodes

from hub.base.i18n import LOCALE_DIR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CALLS = {"_", "n_", "lazy", "gettext"}
CHINESE = re.compile(r"[\u3400-\u9fff，。：；？！、（）“”]")
SLOT = re.compile(r"%\((\w+)\)[sd]")


@dataclass(frozen=True)
class Found:
    """A phrase and where it stands; `counted` when it was said with `n_`."""

    phrase: str
    where: str
    counted: bool = False


class NotAPhrase(Exception):  # noqa: N818 - says what is wrong with the call
    """A call of `_`, `n_` or `lazy` whose first argument is not a plain text, so that nobody can translate
    it.
    """


def in_python(source: str, where: str) -> Iterator[Found]:
    """Every phrase in Python source. Raises NotAPhrase for one that is put together at run time."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS):
            continue
        place = f"{where}:{node.lineno}"
        match node.args[:1]:
            case [ast.Constant(value=str() as phrase)]:
                yield Found(phrase, place, counted=node.func.id == "n_")
            case _:
                raise NotAPhrase(f"{place}: the first argument of {node.func.id}() must be a plain text")


def _template_calls(tree: nodes.Template) -> Iterator[nodes.Call]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in CALLS:
            yield call


def in_template(env: Environment, source: str, where: str) -> Iterator[Found]:
    """Every phrase in a template. Raises NotAPhrase as `in_python` does."""
    for call in _template_calls(env.parse(source)):
        name = call.node.name  # type: ignore[attr-defined]
        first = call.args[0] if call.args else None
        if not (isinstance(first, nodes.Const) and isinstance(first.value, str)):
            raise NotAPhrase(f"{where}:{call.lineno}: the first argument of {name}() must be a plain text")
        yield Found(first.value, f"{where}:{call.lineno}", counted=name == "n_")


def bare_chinese(env: Environment, source: str, where: str) -> Iterator[str]:
    """Chinese in a template that no translator will ever see: in the page text or in a string outside
    `_()`.
    """
    tree = env.parse(source)
    wrapped = {id(c) for call in _template_calls(tree) for c in call.find_all(nodes.Const)}
    for text in tree.find_all(nodes.TemplateData):
        if CHINESE.search(text.data):
            yield f"{where}:{text.lineno}: {text.data.strip()[:40]}"
    for const in tree.find_all(nodes.Const):
        if id(const) not in wrapped and isinstance(const.value, str) and CHINESE.search(const.value):
            yield f"{where}:{const.lineno}: {const.value[:40]}"


def parser() -> Environment:
    """A Jinja environment that reads our templates without running them."""
    env = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    env.newstyle_gettext = True  # type: ignore[attr-defined]
    return env


def everywhere(root: Path) -> Iterator[Found]:
    """Every phrase of the checkout at `root`: `hub/**/*.py` and `templates/**/*.html`."""
    env = parser()
    for path in sorted((root / "hub").rglob("*.py")):
        if path == root / "hub" / "base" / "i18n.py":
            continue  # hands on phrases that others say
        yield from in_python(path.read_text("utf-8"), str(path.relative_to(root)))
    for path in sorted((root / "templates").rglob("*.html")):
        yield from in_template(env, path.read_text("utf-8"), str(path.relative_to(root)))


@dataclass(frozen=True)
class Entry:
    """One translation: the file it stands in, its phrase and its forms ("" when not yet written)."""

    file: str
    phrase: str
    forms: tuple[str, ...]
    fuzzy: bool


def entries(language: str = "en") -> Iterator[Entry]:
    """Every entry of every .po file of a language, the unfinished too."""
    from babel.messages.pofile import read_po

    for path in sorted((LOCALE_DIR / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                phrase = message.id if isinstance(message.id, str) else message.id[0]
                forms = (
                    (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
                )
                if phrase:
                    yield Entry(path.name, phrase, forms, message.fuzzy)


@dataclass(frozen=True)
class Gaps:
    """What is wrong with a language: phrases without a finished entry, entries without a phrase."""

    missing: list[Found]
    dead: list[Entry]


def gaps(root: Path, language: str = "en") -> Gaps:
    said = {f.phrase: f for f in everywhere(root)}
    written = list(entries(language))
    done = {e.phrase for e in written if all(e.forms) and not e.fuzzy}
    return Gaps(
        [f for phrase, f in sorted(said.items()) if phrase not in done and CHINESE.search(phrase)],
        [e for e in written if e.phrase not in said],
    )


def _entry_text(found: Found) -> str:
    quoted = '"' + found.phrase.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if found.counted:
        return f'\nmsgid {quoted}\nmsgid_plural {quoted}\nmsgstr[0] ""\nmsgstr[1] ""\n'
    return f'\nmsgid {quoted}\nmsgstr ""\n'


def main(arguments: list[str] | None = None) -> int:
    """List the gaps of the checkout this module stands in; the exit code says whether there are any."""
    options = argparse.ArgumentParser(prog="python -m hub.base.phrases", description=__doc__)
    options.add_argument(
        "--add", action="store_true", help="write missing phrases into hub.po, without English"
    )
    chosen = options.parse_args(arguments)
    found = gaps(LOCALE_DIR.parent.parent)
    for missing in found.missing:
        sys.stdout.write(f"no English: {missing.where}: {missing.phrase}\n")
    for dead in found.dead:
        sys.stdout.write(f"not used:   {dead.file}: {dead.phrase}\n")
    if chosen.add:
        known = {e.phrase for e in entries()}
        with (LOCALE_DIR / "en" / "LC_MESSAGES" / "hub.po").open("a", encoding="utf-8") as file:
            file.writelines(_entry_text(f) for f in found.missing if f.phrase not in known)
    return 1 if found.missing or found.dead else 0


if __name__ == "__main__":
    sys.exit(main())
