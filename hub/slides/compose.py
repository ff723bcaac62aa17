"""Picks slides out of many decks and gives back one deck in which every slide looks, plays and edits as it
did at home.

A *pick* is a slide of an opened deck (a `Source`, opened once however many slides are taken from it). The
new deck takes its size, its default text style and its numbering from the first pick's deck unless told
otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from lxml import etree

from hub.base.collector import resting
from hub.base.errors import HubError
from hub.slides import charts2007, fingerprint, mending, names, provenance, scaling, textstyle, zooms
from hub.slides.assembly import Assembly, Origin
from hub.slides.deck import SLIDE_LIMIT, Source
from hub.slides.edits import Edit
from hub.slides.heritage import (
    COMMENTS,
    MODERN_COMMENTS,
    Authors,
    Fonts,
    Shows,
    TableStyles,
    add_to_main,
    anchoring,
    section_names,
    write_sections,
)
from hub.slides.package import Rel, free_ids, serialize
from hub.slides.properties import write_app_properties, write_core_properties
from hub.slides.provenance import Mark, Provenance

Fit = Literal["scale", "as_is"]
_MAIN = "/ppt/presentation.xml"
_P, _R = f"{{{names.P}}}", f"{{{names.R}}}"
_FIRST_SLIDE_ID = 256
_PLAIN_SECTION = "默认节"
_RENUMBERED = "源文件里有重复的形状编号,已重新编号,外观和动画不变。"
_NO_ZOOM = "有缩放定位指向未选中的幻灯片或整个节,已改为普通图片。"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_DIAGRAM_DRAWING = "application/vnd.ms-office.drawingml.diagramDrawing+xml"
_CARRIED = ("firstSlideNum", "showSpecialPlsOnTitleSld", "rtl", "strictFirstAndLastChars")


@dataclass(frozen=True)
class Pick:
    """A slide by number (from 1) of an opened deck; with a provenance it will be known again."""

    source: Source
    slide: int
    provenance: Provenance | None = None


@dataclass(frozen=True)
class Composed:
    """The new deck's bytes, sentences for the reader about what could not come along, and the number of
    slides.
    """

    data: bytes
    warnings: tuple[str, ...]
    slides: int


def compose(
    picks: Sequence[Pick], *, size: tuple[int, int] | None = None, fit: Fit = "scale", title: str = ""
) -> Composed:
    """One deck of the picked slides in this order.

    `size` is width and height in EMU (default: the first pick's deck). Slides of another size are scaled
    and centred, or left as they are with `as_is`. HubError if there is no pick, a slide does not exist or a
    needed part is damaged.
    """
    if not picks:
        raise HubError("还没有选幻灯片,请至少选一页。", reason="no_picks")
    if len(picks) > SLIDE_LIMIT:
        raise HubError(f"选了 {len(picks)} 页,超过上限 {SLIDE_LIMIT} 页,请分成几份。", reason="slides")
    with resting():
        return _Composition(picks, size, fit, title).run()


class _Composition:
    """The steps of one composition, in the order of `run`."""

    def __init__(self, picks: Sequence[Pick], size: tuple[int, int] | None, fit: Fit, title: str) -> None:
        self.picks = picks
        self.parts = [pick.source.slide_part(pick.slide) for pick in picks]
        self.first = picks[0].source
        self.size = size or self.first.size
        self.fit = fit
        self.title = title
        self.assembly = Assembly()
        self.tables, self.fonts, self.authors, self.shows = TableStyles(), Fonts(), Authors(), Shows()
        self.style = textstyle.style_of(self.first.presentation)
        sources = {id(pick.source): pick.source for pick in picks}
        self.of_2007 = {key for key, source in sources.items() if charts2007.written_by_2007(source)}
        self.old_charts = len(self.of_2007) == len(sources)
        self.origins: dict[int, Origin] = {}
        self.names = [f"/ppt/slides/slide{number}.xml" for number in range(1, len(picks) + 1)]

    def run(self) -> Composed:
        self.assembly.out.put(_MAIN, b"", names.PRESENTATION)
        for pick, part, name in zip(self.picks, self.parts, self.names, strict=True):
            self.assembly.slides.setdefault((id(pick.source), part), []).append(name)
        for pick, part, name in zip(self.picks, self.parts, self.names, strict=True):
            self.assembly.add_slide(self._origin(pick.source), part, name, [])
        self.assembly.finish_masters()
        self._write_presentation()
        write_core_properties(self.assembly.out, self.title)
        write_app_properties(self.assembly.out, old=self.old_charts)
        self._mark()
        self.origins.clear()  # their edits hold this composition: all its parts would wait for the collector of cycles
        warnings = [*(each for pick in self.picks for each in pick.source.warnings), *self.assembly.warnings]
        return Composed(self.assembly.out.write(), tuple(dict.fromkeys(warnings)), len(self.picks))

    # ---- what each source brings

    def _origin(self, source: Source) -> Origin:
        if id(source) not in self.origins:
            self._warn_of_losses(source)
            scale = scaling.fitting(source.size, self.size) if self.fit == "scale" else None
            slide_edits = self._slide_edits(source, scale)
            comment_edits = self.authors.take(source)
            chart_edits = self._chart_edits(source, scale)

            def part_edits(content_type: str, root: str) -> list[Edit]:
                if content_type == _CHART:
                    return chart_edits
                if content_type == COMMENTS:
                    return comment_edits
                if content_type == MODERN_COMMENTS and root in self.names:
                    return [anchoring(_FIRST_SLIDE_ID + self.names.index(root))]
                return [_scaler(scale)] if scale and content_type == _DIAGRAM_DRAWING else []

            self.origins[id(source)] = Origin(source, slide_edits, part_edits)
            self.fonts.take(self.assembly, self.origins[id(source)])
        return self.origins[id(source)]

    def _slide_edits(self, source: Source, scale: scaling.Scaling | None) -> list[Edit]:
        edits = [
            mending.renumbering(lambda: self.assembly.warn(_RENUMBERED)),
            zooms.aiming(
                source,
                lambda part: self._number_of(source, part),
                lambda: self.assembly.warn(_NO_ZOOM),
            ),
        ]
        home = textstyle.style_of(source.presentation)
        if scale is not None:
            edits.append(_scaler(scale))
            home = textstyle.scaled(home, scale.factor)
        settings = textstyle.difference(home, self.style) if source is not self.first or scale else {}
        if settings:
            baking = textstyle.Baking(settings)
            edits.append(Edit(baking, textstyle.may_have_free_text, baking.splice))
        return [*edits, *self.tables.take(source, scale), *self.shows.take(source)]

    def _number_of(self, source: Source, part: str) -> int | None:
        """The number (`sldId`) in the new deck of the first copy of a slide."""
        copies = self.assembly.slides.get((id(source), part))
        return _FIRST_SLIDE_ID + self.names.index(copies[0]) if copies else None

    def _chart_edits(self, source: Source, scale: scaling.Scaling | None) -> list[Edit]:
        edits: list[Edit] = []
        if not self.old_charts and id(source) in self.of_2007:
            edits.append(Edit(charts2007.make_explicit))
        if scale is not None:
            edits.append(Edit(lambda tree: charts2007.scale_text(tree, scale.factor)))
        return edits

    def _warn_of_losses(self, source: Source) -> None:
        kinds = {rel.kind for origin in ("/", source.main) for rel in source.package.rels(origin)}
        if "vbaProject" in kinds:
            self.assembly.warn("源文件带有宏,宏没有放进新文件。")
        if "origin" in kinds:
            self.assembly.warn("源文件带有数字签名,新文件不再带签名。")

    # ---- the presentation part

    def _write_presentation(self) -> None:
        root = etree.fromstring(
            f'<p:presentation xmlns:a="{names.A}" xmlns:r="{names.R}" xmlns:p="{names.P}"/>'
        )
        for name in _CARRIED:
            value = self.first.presentation.get(name)
            if value is not None:
                root.set(name, value)
        self._list_masters(root)
        self._list_slides(root)
        self._set_sizes(root)
        self.fonts.write(self.assembly, _MAIN, root)
        self.shows.write(self.assembly, _MAIN, root)
        self._copy_from_first(root, "kinsoku")
        self._copy_from_first(root, "defaultTextStyle")
        self.authors.write(self.assembly, _MAIN)
        self.tables.write(self.assembly, _MAIN)
        self._list_sections(root)
        self.assembly.out.put(_MAIN, serialize(root), names.PRESENTATION)
        self.assembly.out.set_rels("/", [Rel("rId1", f"{names.R}/officeDocument", "", part=_MAIN)])

    def _list_masters(self, root: etree._Element) -> None:
        masters = etree.SubElement(root, f"{_P}sldMasterIdLst")
        for family in self.assembly.masters:
            rel_id = add_to_main(self.assembly, _MAIN, family.part, f"{names.R}/slideMaster")
            entry = {"id": str(self.assembly.next_id()), f"{_R}id": rel_id}
            etree.SubElement(masters, f"{_P}sldMasterId", entry)
        if self.assembly.notes_master:
            notes = etree.SubElement(root, f"{_P}notesMasterIdLst")
            rel_id = add_to_main(self.assembly, _MAIN, self.assembly.notes_master, f"{names.R}/notesMaster")
            etree.SubElement(notes, f"{_P}notesMasterId", {f"{_R}id": rel_id})

    def _list_slides(self, root: etree._Element) -> None:
        slides = etree.SubElement(root, f"{_P}sldIdLst")
        rels = self.assembly.out.rels(_MAIN)
        listed = [
            Rel(rel_id, f"{names.R}/slide", "", part=name)
            for rel_id, name in zip(free_ids(rels, len(self.names)), self.names, strict=True)
        ]
        self.assembly.out.set_rels(_MAIN, [*rels, *listed])
        for number, rel in enumerate(listed, start=_FIRST_SLIDE_ID):
            etree.SubElement(slides, f"{_P}sldId", {"id": str(number), f"{_R}id": rel.id})

    def _set_sizes(self, root: etree._Element) -> None:
        width, height = self.size
        own = self.first.presentation.find(f"{_P}sldSz")
        entry = etree.SubElement(root, f"{_P}sldSz", cx=str(width), cy=str(height))
        if own is not None and own.get("type") and self.size == self.first.size:
            entry.set("type", own.get("type", ""))
        notes = self.first.presentation.find(f"{_P}notesSz")
        values = ("6858000", "9144000") if notes is None else (notes.get("cx", "0"), notes.get("cy", "0"))
        etree.SubElement(root, f"{_P}notesSz", cx=values[0], cy=values[1])

    def _copy_from_first(self, root: etree._Element, tag: str) -> None:
        element = self.first.presentation.find(f"{_P}{tag}")
        if element is not None:
            root.append(etree.fromstring(etree.tostring(element, with_tail=False)))

    def _list_sections(self, root: etree._Element) -> None:
        by_source = {key: section_names(origin.source) for key, origin in self.origins.items()}
        if not any(by_source.values()):
            return
        keys = [
            (id(pick.source), by_source[id(pick.source)].get(part, _PLAIN_SECTION))
            for pick, part in zip(self.picks, self.parts, strict=True)
        ]
        runs = groupby(range(len(keys)), key=lambda at: keys[at])
        write_sections(root, [(key[1], [_FIRST_SLIDE_ID + at for at in run]) for key, run in runs])

    # ---- provenance

    def _mark(self) -> None:
        """Hang its origin on every slide that has one. The fingerprint is that of the slide as it stands
        here.
        """
        if not any(pick.provenance for pick in self.picks):
            return
        made = Source(self.assembly.out)
        marks: list[Mark] = []
        for pick, name in zip(self.picks, self.names, strict=True):
            if pick.provenance is not None:
                mark = Mark(pick.provenance, str(fingerprint.of_slide(made, name)))
                provenance.write_mark(
                    self.assembly.out, name, self.assembly.fresh("/ppt/tags/tag1.xml"), mark
                )
                marks.append(mark)
        provenance.write_properties(self.assembly.out, marks)


def _scaler(scale: scaling.Scaling) -> Edit:
    def edit(tree: etree._Element) -> bool:
        scaling.scale_tree(tree, scale)
        return True

    return Edit(edit)
