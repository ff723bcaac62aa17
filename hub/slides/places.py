"""What a shape inherits: place, text box and text format, from layout, master, theme and deck.

Words: a *box* is (x, y, width, height) in EMU; the *ancestors* of a placeholder are the shapes it takes
its place and format from, nearest first; a *level* is a paragraph's indent step, from 0.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from hub.slides import names
from hub.slides.package import Package

A, P, R = f"{{{names.A}}}", f"{{{names.P}}}", f"{{{names.R}}}"
Box = tuple[int, int, int, int]

_TITLES = frozenset({"title", "ctrTitle"})
_BODIES = frozenset({"body", "obj", "subTitle", "tbl", "chart", "dgm", "media", "clipArt", "pic"})
_WINDOWS_FONT = "Microsoft YaHei"


@dataclass
class Deck:
    """A package with its trees: each part is parsed once and written back if it was changed."""

    package: Package
    _trees: dict[str, etree._Element] = field(default_factory=dict)

    def tree(self, part: str) -> etree._Element:
        if part not in self._trees:
            self._trees[part] = self.package.xml(part)
        return self._trees[part]

    def forget(self, part: str) -> None:
        self._trees.pop(part, None)

    def first(self, part: str, kind: str) -> str | None:
        return next(iter(self.package.of_kind(part, kind)), None)

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height of a slide in EMU."""
        element = self.tree(self.package.main).find(f"{P}sldSz")
        if element is None:
            return 9_144_000, 6_858_000
        return number(element.get("cx"), 9_144_000), number(element.get("cy"), 6_858_000)


@dataclass(frozen=True)
class Style:
    """The ways a slide's text can be styled from above: its layout, master, theme and the presentation."""

    deck: Deck
    layout: str | None
    master: str | None
    theme: str | None

    @classmethod
    def of(cls, deck: Deck, slide: str) -> "Style":
        layout = deck.first(slide, "slideLayout")
        master = deck.first(layout, "slideMaster") if layout else deck.first(slide, "slideMaster")
        theme = deck.first(master, "theme") if master else None
        return cls(deck, layout, master, theme)

    def ancestors(self, shape: etree._Element) -> list[etree._Element]:
        """The placeholders on layout and master that the shape stands for; none for other shapes."""
        mark = placeholder(shape)
        if mark is None:
            return []
        found = []
        for part in (self.layout, self.master):
            above = self._matching(part, *mark) if part else None
            if above is not None and above is not shape:
                found.append(above)
                mark = placeholder(above) or mark
        return found

    def _matching(self, part: str, kind: str, idx: str) -> etree._Element | None:
        marked = [(placeholder(each), each) for each in self.deck.tree(part).iter(f"{P}sp", f"{P}pic")]
        known = [(mark, each) for mark, each in marked if mark is not None]
        tests: list[Callable[[str, str], bool]] = [
            lambda other, at: part == self.layout and at == idx and (idx != "0" or other == kind),
            lambda other, _at: other == kind or {other, kind} <= _TITLES,
            lambda other, _at: {other, kind} <= _BODIES,
        ]
        for test in tests:
            for mark, each in known:
                if test(*mark):
                    return each
        return None

    def box(self, shape: etree._Element) -> Box | None:
        """Where the shape lies on the slide; None when nobody says. Groups around it are reckoned in."""
        for each in (shape, *self.ancestors(shape)):
            box = own_box(each)
            if box is not None:
                return _in_groups(each, box) if each is shape else box
        return None

    def bodies(self, shape: etree._Element) -> list[etree._Element]:
        """The `bodyPr` elements that rule the shape's text box, nearest first."""
        found = [each.find(f"{P}txBody/{A}bodyPr") for each in (shape, *self.ancestors(shape))]
        return [each for each in found if each is not None]

    def lists(self, shape: etree._Element) -> list[etree._Element]:
        """The list styles (elements with lvl1pPr … as children) that rule the shape's text, nearest first."""
        own = [each.find(f"{P}txBody/{A}lstStyle") for each in (shape, *self.ancestors(shape))]
        found = [each for each in own if each is not None]
        if self.master is not None:
            mark = placeholder(shape)
            kind = "other" if mark is None else _text_kind(mark[0])
            style = self.deck.tree(self.master).find(f"{P}txStyles/{P}{kind}Style")
            found += [] if style is None else [style]
        default = self.deck.tree(self.deck.package.main).find(f"{P}defaultTextStyle")
        return found if default is None else [*found, default]

    def fonts(self, shape: etree._Element | None) -> str:
        """`major` for titles, `minor` for everything else: which theme font rules."""
        mark = None if shape is None else placeholder(shape)
        return "major" if mark is not None and mark[0] in _TITLES else "minor"

    def theme_font(self, family: str, script: str) -> str:
        """The typeface of the theme for `latin` or `ea` in the `major` or `minor` family; empty if none."""
        root = None if self.theme is None else self.deck.tree(self.theme)
        fonts = None if root is None else root.find(f".//{A}fontScheme/{A}{family}Font")
        if fonts is None:
            return ""
        named = fonts.find(f"{A}{script}")
        typeface = "" if named is None else named.get("typeface", "")
        if typeface or script == "latin":
            return typeface
        chinese = fonts.find(f"{A}font[@script='Hans']")
        return "" if chinese is None else chinese.get("typeface", "")

    def east_asian(self, shape: etree._Element | None) -> str:
        """What to write as East Asian typeface beside a Latin one: the theme's own, else a font all know."""
        family = self.fonts(shape)
        root = None if self.theme is None else self.deck.tree(self.theme)
        named = None if root is None else root.find(f".//{A}fontScheme/{A}{family}Font/{A}ea")
        if named is not None and named.get("typeface"):
            return "+mj-ea" if family == "major" else "+mn-ea"
        return self.theme_font(family, "ea") or _WINDOWS_FONT


def number(text: str | None, otherwise: int) -> int:
    try:
        return otherwise if text is None else int(text)
    except ValueError:
        return otherwise


def placeholder(shape: etree._Element) -> tuple[str, str] | None:
    """(type, idx) of a placeholder; None for other shapes."""
    mark = shape.find(f"./*/{P}nvPr/{P}ph")
    return None if mark is None else (mark.get("type", "obj"), mark.get("idx", "0"))


def own_box(shape: etree._Element) -> Box | None:
    """The box written in the shape itself, in its parent's coordinates."""
    xfrm = next((each for path in _XFRMS if (each := shape.find(path)) is not None), None)
    return corners(xfrm)


_XFRMS = (f"{P}spPr/{A}xfrm", f"{P}xfrm", f"{P}grpSpPr/{A}xfrm")


def corners(xfrm: etree._Element | None, offset: str = "off", extent: str = "ext") -> Box | None:
    """The box an `xfrm` element writes down; for a group also that of its inside (`chOff`, `chExt`)."""
    if xfrm is None:
        return None
    off, ext = xfrm.find(f"{A}{offset}"), xfrm.find(f"{A}{extent}")
    if off is None or ext is None:
        return None
    sides = (off.get("x"), off.get("y"), ext.get("cx"), ext.get("cy"))
    x, y, width, height = (number(side, 0) for side in sides)
    return x, y, width, height


def _in_groups(shape: etree._Element, box: Box) -> Box:
    """The box in the slide's coordinates."""
    x, y, width, height = map(float, box)
    for group in shape.iterancestors(f"{P}grpSp"):
        xfrm = group.find(f"{P}grpSpPr/{A}xfrm")
        outer, inner = corners(xfrm), corners(xfrm, "chOff", "chExt")
        if outer is None or inner is None or not inner[2] or not inner[3]:
            continue
        wide, high = outer[2] / inner[2], outer[3] / inner[3]
        x, y = outer[0] + (x - inner[0]) * wide, outer[1] + (y - inner[1]) * high
        width, height = width * wide, height * high
    return round(x), round(y), round(width), round(height)


def _text_kind(kind: str) -> str:
    if kind in _TITLES:
        return "title"
    return "body" if kind in _BODIES else "other"


def shape_properties(shape: etree._Element) -> etree._Element | None:
    """The element with the shape's id, name and alternative text (`descr`)."""
    return shape.find(f"./*/{P}cNvPr")


def name_of(shape: etree._Element) -> str:
    properties = shape_properties(shape)
    return "" if properties is None else properties.get("name", "")


def levels(sources: list[etree._Element], level: int) -> Iterator[etree._Element]:
    """The paragraph properties of one level in each list style, then its defaults."""
    for source in sources:
        for tag in (f"lvl{level + 1}pPr", "defPPr"):
            found = source.find(f"{A}{tag}")
            if found is not None:
                yield found
