"""A deck that was opened once: its slides in order, its size, its layouts' placeholders; what reading and
composing share.

A *source* is such a deck. Only the slide list of the presentation counts: a slide part that no list names
is not a slide.
"""

import datetime as dt
import hashlib
from functools import cached_property

from lxml import etree

from hub.base import zips
from hub.base.collector import resting
from hub.base.errors import HubError
from hub.slides import content, names
from hub.slides.package import Package, read_package

SLIDE_LIMIT = 500
_A, _P, _R = f"{{{names.A}}}", f"{{{names.P}}}", f"{{{names.R}}}"
_DEFAULT_SIZE = (9_144_000, 6_858_000)
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_BODY_LIKE = {"body", "obj", "subTitle", "tbl", "chart", "dgm", "media", "clipArt", "pic", "half"}


class Source:
    """An opened deck. Opening raises HubError with the true reason; the parts are read when they are asked
    for.
    """

    def __init__(
        self, data: bytes | Package, limits: zips.Limits = zips.DEFAULT, *, slide_limit: int = SLIDE_LIMIT
    ) -> None:
        with resting():
            self.package: Package = data if isinstance(data, Package) else read_package(data, limits)
        self.main: str = self.package.main
        self.warnings: list[str] = []
        self._boxes: dict[str, dict[content.Placeholder, content.Box]] = {}
        self._trees: dict[str, etree._Element] = {}
        self._sums: dict[str, str] = {}
        self.slides: tuple[str, ...] = self._slide_parts(slide_limit)

    @cached_property
    def presentation(self) -> etree._Element:
        """The presentation's XML; not to be changed."""
        return self.package.xml(self.main)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a slide in EMU."""
        element = self.presentation.find(f"{_P}sldSz")
        try:
            width, height = int(element.get("cx", "")), int(element.get("cy", ""))  # type: ignore[union-attr]
        except (AttributeError, ValueError):
            return _DEFAULT_SIZE
        return (width, height) if width > 0 and height > 0 else _DEFAULT_SIZE

    def _slide_parts(self, slide_limit: int) -> tuple[str, ...]:
        parts: dict[str, None] = {}
        by_id = {rel.id: rel for rel in reversed(self.package.rels(self.main))}  # the first of an id counts
        for element in self.presentation.iterfind(f"{_P}sldIdLst/{_P}sldId"):
            rel = by_id.get(element.get(f"{_R}id", ""))
            if rel is None or rel.part is None or rel.kind != "slide":
                self.warnings.append("幻灯片列表里有一页在文件中不存在,已跳过。")
            else:
                parts[rel.part] = None
        if len(parts) > slide_limit:
            raise HubError(
                f"这份演示文稿有 {len(parts)} 页,超过上限 {slide_limit} 页,请拆分后再上传。", reason="slides"
            )
        return tuple(parts)

    def slide_part(self, number: int) -> str:
        """The part of a slide by its number from 1. HubError if there is none."""
        if not 1 <= number <= len(self.slides):
            raise HubError(f"没有第 {number} 页:这份演示文稿共 {len(self.slides)} 页。", reason="no_slide")
        return self.slides[number - 1]

    def tree(self, part: str) -> etree._Element:
        """A part's XML parsed once; not to be changed."""
        if part not in self._trees:
            self._trees[part] = self.package.xml(part)
        return self._trees[part]

    def first(self, part: str, kind: str) -> str | None:
        """The first part that a relationship of this kind leads to."""
        return next(iter(self.package.of_kind(part, kind)), None)

    def sha256(self, part: str) -> str:
        """The sum of a part's content, in hex; read in pieces."""
        if part not in self._sums:
            digest = hashlib.sha256()
            for chunk in self.package.packed(part).chunks():
                digest.update(chunk)
            self._sums[part] = digest.hexdigest()
        return self._sums[part]

    # ---- shapes with the places they inherit

    def shapes(self, slide: str) -> list[content.Shape]:
        """The shapes of a slide, placeholders placed by layout and master where they say nothing
        themselves.
        """
        layout = self.first(slide, "slideLayout")

        def inherited(placeholder: content.Placeholder) -> content.Box | None:
            return None if layout is None else self._inherited_box(layout, placeholder)

        return list(content.shapes(self.tree(slide), inherited))

    def _inherited_box(self, layout: str, placeholder: content.Placeholder) -> content.Box | None:
        kind, idx = placeholder
        boxes = self._placeholder_boxes(layout)
        for (other, other_idx), box in boxes.items():
            if other_idx == idx and (idx != "0" or other == kind):
                return box
        master = self.first(layout, "slideMaster")
        on_master = {} if master is None else self._placeholder_boxes(master)
        return self._by_kind(boxes, kind) or self._by_kind(on_master, kind)

    @staticmethod
    def _by_kind(boxes: dict[content.Placeholder, content.Box], kind: str) -> content.Box | None:
        wanted = {"title", "ctrTitle"} if kind in {"title", "ctrTitle"} else {kind}
        for names_of_kind in (wanted, _BODY_LIKE if kind in _BODY_LIKE else set()):
            for (other, _), box in boxes.items():
                if other in names_of_kind:
                    return box
        return None

    def _placeholder_boxes(self, part: str) -> dict[content.Placeholder, content.Box]:
        if part not in self._boxes:
            found = content.shapes(self.tree(part))
            self._boxes[part] = {
                each.placeholder: each.box for each in found if each.placeholder and each.box
            }
        return self._boxes[part]

    # ---- properties

    def core_properties(self) -> tuple[str, str, dt.datetime | None]:
        """Title, author ('' if not given) and time of the last change (UTC; None if not given or not
        readable).
        """
        part = next(
            (rel.part for rel in self.package.rels() if rel.kind == "core-properties" and rel.part), None
        )
        if part is None:
            return "", "", None
        try:
            root = self.package.xml(part)
        except HubError:
            self.warnings.append("文件属性(标题、作者)已损坏,未读取。")
            return "", "", None
        title, author = (root.findtext(f"{_DC}{tag}") or "" for tag in ("title", "creator"))
        return title.strip(), author.strip(), _time(root.findtext(f"{_TERMS}modified"))


def _time(text: str | None) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
