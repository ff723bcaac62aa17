"""A kit as one ZIP: the files of its members as they are, its texts as pages that any browser opens, a contents page.

What is written is what this reader may see, customer-facing unless internal material is asked for. The ZIP is made
while it is sent: one chunk of one file is in memory at a time.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from sqlmodel import Session, col, select

from hub import accounts, assets, consents, facts, taxonomy
from hub.base import clock, formats
from hub.base.blobs import CHUNK, LocalBlobs
from hub.base.i18n import _, current
from hub.toolkits.filling import Contents, Member, Section, contents
from hub.toolkits.models import Toolkit
from hub.toolkits.queries import title_of

NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\\/:*?\"<>|]+")
LONGEST_NAME = 80
STORED = {
    ".pptx",
    ".docx",
    ".xlsx",
    ".zip",
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".mp4",
    ".mov",
    ".m4v",
    ".webm",
}
STYLE = (
    "body{font:16px/1.7 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1f2933}"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}a{color:#066fd1}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #d8dee6;padding:.4rem;text-align:left}"
    ".q,.w{color:#59626d;font-size:.9rem}.w{white-space:nowrap}"
)


@dataclass(frozen=True)
class Item:
    """One file of the parcel. `blob_sha` None: the Markdown `text` is written as a page."""

    path: str
    title: str
    kind_label: str
    number: int
    on: date | None
    summary: str
    size: int
    blob_sha: str | None
    text: str = ""


@dataclass(frozen=True)
class Parcel:
    """What goes into the ZIP, in order; `left_out` counts members that are internal and were not asked for."""

    title: str
    made_on: date
    items: tuple[Item, ...]
    left_out: int
    company: str = ""
    told: tuple[str, ...] = ()  # why members are not in it, or another stands in their place

    @property
    def size(self) -> int:
        """Bytes of all files before packing."""
        return sum(item.size for item in self.items)


def parcel_of(
    session: Session, kit: Toolkit, by: accounts.Actor, *, internal: bool = False
) -> tuple[Parcel, list[int]]:
    """The parcel of what this person sees of a kit, and the ids of the assets that were asked for."""
    seen = contents(session, kit, by, taxonomy.words(session))
    labels = {k: str(label) for k, label in taxonomy.KIND_LABELS.items()}
    company = taxonomy.company(session).title()
    made = parcel(session, title_of(kit), seen, labels=labels, internal=internal, company=company)
    return made, [m.card.id for m in seen.offered if internal or m.card.audience == "customer"]


def parcel(
    session: Session,
    title: str,
    contents: Contents,
    *,
    labels: dict[str, str],
    internal: bool = False,
    company: str = "",
) -> Parcel:
    """The parcel of what its reader sees of a kit; `labels` names the kinds, which become folders."""
    wanted = [m for m in contents.offered if internal or m.card.audience == "customer"]
    left_out = len(contents.offered) - len(wanted)
    told: list[str] = []
    if not internal:
        wanted, told = _as_customers_may(session, wanted)
    ids = [m.card.version_id for m in wanted]
    rows = session.exec(select(assets.Version).where(col(assets.Version.id).in_(ids)))
    versions = {v.id: v for v in rows}
    book = facts.book(session, [v.text for v in versions.values() if not v.blob_sha], outside=not internal)
    taken: set[str] = set()
    items: list[Item] = []
    for number, section in enumerate(_of(contents.sections, wanted), start=1):
        label = labels.get(section.kind, section.kind)
        folder = f"{number:02d} {file_name(label)}"
        found = [
            _item(folder, m.card, versions[m.card.version_id], label, taken, book) for m in section.members
        ]
        items += _one_page(found, folder, label) if section.kind == "faq" else found
    return Parcel(title, clock.today(), tuple(items), left_out, company, tuple(told))


def _as_customers_may(session: Session, members: Sequence[Member]) -> tuple[list[Member], list[str]]:
    """The members as they may leave the house: a case without consent is its twin or not there, a text with an expired
    fact is not there; and why.
    """
    cases = [m.card.id for m in members if m.card.kind == "case_study"]
    decided = consents.outward(session, cases, "send")
    twins = {d.twin_id for d in decided.values() if d.twin_id is not None}
    cards = {c.id: c for c in assets.cards(session, sorted(twins), accounts.SYSTEM)}
    told = [
        consents.sentence(m.card.title, decided[m.card.id], "send") for m in members if m.card.id in decided
    ]
    kept: dict[int, Member] = {}
    for member in members:
        number = decided[member.card.id].twin_id if member.card.id in decided else member.card.id
        card = member.card if member.card.id == number else cards.get(number or 0)
        if card is not None:
            kept.setdefault(card.id, replace(member, card=card))
    unsound = assets.unsound(session, [m.card.version_id for m in kept.values() if not m.card.file_name])
    told += [
        _("没有放“%(title)s”：%(why)s") % {"title": m.card.title, "why": unsound[m.card.version_id].said}
        for m in kept.values()
        if m.card.version_id in unsound
    ]
    return [m for m in kept.values() if m.card.version_id not in unsound], told


def kept_inside(session: Session, members: Sequence[Member], texts: Mapping[int, str]) -> list[str]:
    """Why some of these members leave the house in another form or not at all; `texts` are those that name facts, by
    version.
    """
    cases = {m.card.id: m.card.title for m in members if m.card.kind == "case_study"}
    decided = consents.outward(session, cases, "send")
    book = facts.book(session, texts.values(), outside=True)
    problems = {v: r.problems[0].said for v, text in texts.items() if (r := book.resolve(text)).problems}
    return [consents.sentence(cases[i], d, "send") for i, d in decided.items()] + [
        _("没有放“%(title)s”：%(why)s") % {"title": m.card.title, "why": problems[m.card.version_id]}
        for m in members
        if m.card.version_id in problems
    ]


def _of(sections: tuple[Section, ...], wanted: Sequence[Member]) -> list[Section]:
    """The members that go in, under the kinds in the kit's order."""
    kept = [Section(s.kind, tuple(m for m in wanted if m.card.kind == s.kind)) for s in sections]
    return [s for s in kept if s.members]


def _one_page(items: list[Item], folder: str, label: str) -> list[Item]:
    """Questions and answers are read together: those that are texts become one page."""
    texts = [i for i in items if i.blob_sha is None]
    if not texts:
        return items
    whole = Item(
        path=f"{folder}/{file_name(label)}.html",
        title=label,
        kind_label=label,
        number=max(i.number for i in texts),
        on=max((i.on for i in texts if i.on), default=None),
        summary=" / ".join(i.title for i in texts),
        size=sum(i.size for i in texts),
        blob_sha=None,
        text="\n\n".join(f"## {i.title}\n\n{i.text}" for i in texts),
    )
    return [whole, *(i for i in items if i.blob_sha is not None)]


def _item(
    folder: str, card: assets.Card, version: assets.Version, label: str, taken: set[str], book: facts.Book
) -> Item:
    ending = PurePosixPath(version.file_name).suffix.lower() if version.blob_sha else ".html"
    return Item(
        path=_free(f"{folder}/{file_name(card.title)}", ending, taken),
        title=card.title,
        kind_label=label,
        number=card.version_number,
        on=clock.today(card.on_offer_at) if card.on_offer_at else None,
        summary=card.summary,
        size=version.size,
        blob_sha=version.blob_sha,
        text="" if version.blob_sha else book.resolve(version.text).text,
    )


def file_name(words: str) -> str:
    """Words as a file name that every system takes."""
    plain = NOT_IN_NAMES.sub(" ", words).strip(" .")
    return " ".join(plain.split())[:LONGEST_NAME].strip(" .") or "file"


def _free(stem: str, ending: str, taken: set[str]) -> str:
    path, number = stem + ending, 1
    while path.casefold() in taken:
        number += 1
        path = f"{stem} ({number}){ending}"
    taken.add(path.casefold())
    return path


def zipped(made: Parcel, blobs: LocalBlobs) -> Iterator[bytes]:
    """The bytes of the ZIP, in chunks."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_info(made, _("目录") + ".html"), contents_page(made))
        yield sink.taken()
        for item in made.items:
            if item.blob_sha is None:
                archive.writestr(_info(made, item.path), _text_page(item))
                yield sink.taken()
                continue
            info = _info(made, item.path)
            with (
                archive.open(info, "w", force_zip64=True) as out,
                blobs.path(item.blob_sha).open("rb") as file,
            ):
                while chunk := file.read(CHUNK):
                    out.write(chunk)
                    yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Keeps what the ZIP writes until it is sent on; cannot seek, so sizes follow each file."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        kept = bytes(data)  # type: ignore[call-overload]
        self._parts.append(kept)
        return len(kept)

    def taken(self) -> bytes:
        kept, self._parts = b"".join(self._parts), []
        return kept


def _info(made: Parcel, path: str) -> zipfile.ZipInfo:
    day = made.made_on
    info = zipfile.ZipInfo(path, (day.year, day.month, day.day, 0, 0, 0))
    packed = PurePosixPath(path).suffix.lower() in STORED  # packed already: packing again only costs time
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def contents_page(made: Parcel) -> str:
    """The contents as a page whose links lead into the parcel."""
    rows: list[str] = []
    label = ""
    for item in made.items:
        if item.kind_label != label:
            label = item.kind_label
            rows.append(f"<tr><th colspan=3>{html.escape(label)}</th></tr>")
        day = formats.day(item.on) if item.on else ""
        summary = html.escape(item.summary)
        rows.append(
            f'<tr><td><a href="{html.escape(_href(item.path))}">{html.escape(item.title)}</a>'
            f"<div class=q>{summary}</div></td><td class=w>v{item.number}</td><td class=w>{day}</td></tr>"
        )
    note = _("%(n)s 件，%(day)s 打包") % {"n": len(made.items), "day": made.made_on.isoformat()}
    head = f"<h1>{html.escape(made.title)}</h1><p class=q>{html.escape(made.company)} {html.escape(note)}</p>"
    return _page(made.title, f"{head}<table>{''.join(rows)}</table>")


def _href(path: str) -> str:
    from urllib.parse import quote

    return quote(path)


def _text_page(item: Item) -> str:
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(item.text)
    return _page(item.title, f"<h1>{html.escape(item.title)}</h1>{body}")


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{current()}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{html.escape(title)}</title>'
        f"<style>{STYLE}</style><body>{body}</body></html>"
    )
