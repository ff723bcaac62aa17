"""A library folder, whole: its words and people, its assets, and what stands on them, in the order they need."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlmodel import Session

from hub import assets, decks, launches, meetings, requirements, taxonomy, toolkits
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.library.importing import (
    DRAFT,
    Door,
    Incoming,
    Outcome,
    Progress,
    Report,
    absolute,
    fault,
    import_files,
    readable,
    walk,
)
from hub.library.lists import list_files, load_list
from hub.library.loading import (
    load_customers,
    load_people,
    load_taxonomy,
    read_yaml,
    settle_people_of_taxonomy,
)

DOMAINS: Mapping[str, ModuleType] = {
    "toolkits": toolkits,
    "requirements": requirements,
    "launches": launches,
    "meetings": meetings,
}
Loader = Callable[[Session, list[str]], str]


def import_paths(door: Door, paths: Iterable[Path], progress: Progress | None = None) -> Report:
    """Import folders and files; a folder with `taxonomy.yml` is a library and loads whole.

    HubError when a path does not exist.
    """
    wanted = list(paths)
    missing = [p for p in wanted if not p.exists()]
    if missing:
        raise HubError(_("没有这个文件或文件夹：%(path)s") % {"path": missing[0]})
    report = Report()
    for path in wanted:
        if path.is_dir() and (path / "taxonomy.yml").exists():
            report.outcomes += import_library(door, path, progress).outcomes
        else:
            report.outcomes += import_files(door, walk([path]), progress).outcomes
    return report


def import_library(door: Door, folder: Path, progress: Progress | None = None) -> Report:
    """Load a library folder whole: taxonomy, people, customers, assets, deck templates, toolkits, requirements,
    launch plans, meetings.
    """
    report, folder = Report(), absolute(folder)

    def told(outcome: Outcome) -> None:
        report.outcomes.append(outcome)
        if progress:
            progress(outcome)

    for outcome in _load_words_and_people(door, folder):
        told(outcome)
    report.outcomes += import_files(door, _library_files(folder), progress).outcomes
    for outcome in import_parts(door, folder):
        told(outcome)
    for shown, name, path in list_files(folder):
        told(_in_one_transaction(door, shown, partial(_load_list, door, name, path)))
    return report


def _load_list(door: Door, name: str, path: Path, session: Session) -> bool:
    return load_list(
        session, name, path, key=door.settings.key(), blobs=door.blobs, by=door.by, demo=door.demo
    )


def _library_files(folder: Path) -> Iterator[Incoming]:
    """The files under assets/<kind>/, whose slug is their name and whose kind is their folder."""
    for below in sorted(p for p in (folder / "assets").glob("*") if p.is_dir()):
        kind = below.name if below.name in taxonomy.KINDS else ""
        found = list(walk([below]))
        whole = {i.path.with_suffix(""): i for i in found if not DRAFT.fullmatch(i.path.name)}
        drafts = {i.path.parent / match[1]: i.path for i in found if (match := DRAFT.fullmatch(i.path.name))}
        for incoming in found:
            stem = incoming.path.with_suffix("")
            match = DRAFT.fullmatch(incoming.path.name)
            if match and incoming.path.parent / match[1] in whole:
                continue  # comes with the version on offer
            shown = readable(incoming.path.relative_to(folder))
            yield Incoming(incoming.path, shown, incoming.sidecar, kind, True, drafts.get(stem))


def _load_words_and_people(door: Door, folder: Path) -> Iterator[Outcome]:
    """Each file in a transaction of its own; one that cannot be read is refused and the rest goes on."""
    words: dict[str, Any] = {}

    def taxonomy_file(session: Session) -> bool:
        words.update(read_yaml(folder / "taxonomy.yml"))
        return load_taxonomy(session, words, by=door.by, demo=door.demo, folder=folder, blobs=door.blobs)

    def people_file(session: Session) -> bool:
        added = load_people(session, read_yaml(folder / "people.yml"), by=door.by, demo=door.demo)
        if any(o.result == "imported" for o in done) or added:
            settle_people_of_taxonomy(session, words)
        return bool(added)

    def customers_file(session: Session) -> bool:
        said = read_yaml(folder / "customers.yml")
        return bool(load_customers(session, said, by=door.by, demo=door.demo))

    done: list[Outcome] = []
    loaders = {"taxonomy.yml": taxonomy_file, "people.yml": people_file, "customers.yml": customers_file}
    for name, load in loaders.items():
        if (folder / name).exists():
            done.append(_in_one_transaction(door, name, load))
            yield done[-1]


def _in_one_transaction(door: Door, name: str, load: Callable[[Session], bool]) -> Outcome:
    try:
        with door.database.write() as session:
            changed = load(session)
    except HubError as error:
        return Outcome(name, "refused", error.message)
    except (KeyError, TypeError, ValueError, AttributeError) as error:  # not of the shape we read
        reason = _("%(name)s 的内容不合格式：%(error)s") % {"name": name, "error": repr(error)[:200]}
        return Outcome(name, "refused", reason)
    return Outcome(name, "imported" if changed else "unchanged")


def import_parts(door: Door, folder: Path) -> Iterator[Outcome]:
    """Deck templates and what stands on assets in a library, each part in a transaction of its own."""
    for shown, load in parts(door, folder):
        warnings: list[str] = []
        try:
            with door.database.write() as session:
                result = load(session, warnings)
            yield Outcome(shown, result, " ".join(warnings))
        except HubError as error:
            yield Outcome(shown, "refused", error.message)
        except Exception as error:  # noqa: BLE001 - told as a fault of ours, and the others go on
            yield Outcome(shown, "failed", fault(shown, error))


def parts(door: Door, folder: Path) -> Iterator[tuple[str, Loader]]:
    """What a library holds besides assets: its shown path and the function that loads it."""
    for manifest in sorted((folder / "deck_templates").glob("*/manifest.yml")):
        yield f"deck_templates/{manifest.parent.name}", partial(load_template, door, manifest.parent)
    for name, domain in DOMAINS.items():
        for path in sorted((folder / name).glob("*.yml"), key=lambda p: (_names_others(p), p)):
            yield f"{name}/{path.name}", partial(_load_part, door, domain, path)


def _names_others(path: Path) -> int:
    """How late a file is taken in: a requirement that was split or merged names another, which has to be there."""
    lines = path.read_bytes().splitlines()
    found = {name for name in (b"merged_into:", b"split_from:") if any(k.startswith(name) for k in lines)}
    return 2 if b"merged_into:" in found else len(found)


def load_template(door: Door, folder: Path, session: Session, _warnings: list[str]) -> str:
    """A deck template: the folder's template.pptx and manifest.yml."""
    data, text = (
        (folder / "template.pptx").read_bytes(),
        assets.decode((folder / "manifest.yml").read_bytes()),
    )
    return decks.import_template(session, door.blobs, folder.name, data, text, by=door.by, demo=door.demo)


def _load_part(door: Door, domain: ModuleType, path: Path, session: Session, warnings: list[str]) -> str:
    result: str = domain.from_data(
        session, path.stem, read_yaml(path), by=door.by, demo=door.demo, warnings=warnings
    )
    return result
