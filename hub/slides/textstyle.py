"""The text style that a whole presentation sets for text outside placeholders, carried over with each
slide.

A deck has one `defaultTextStyle`. When slides of two decks meet, the text of the second one would silently
change size or colour. *Baking* writes what differs into the list style of the text shapes themselves, below
everything that the shape says of itself. A *setting* is one attribute or child of a level, named by its
*slot*.
"""

import copy
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from lxml import etree

from hub.slides import names, splicing
from hub.slides.package import Canonical, canonical

_A, _P = f"{{{names.A}}}", f"{{{names.P}}}"
_LEVELS = [f"{_A}lvl{number}pPr" for number in range(1, 10)]
_DEF_RPR = f"{_A}defRPr"
_PLACEHOLDER, _FONT_REF = f"{_P}nvSpPr/{_P}nvPr/{_P}ph", f"{_P}style/{_A}fontRef"
_IGNORED = {"lang", "altLang", "dirty", "err", "smtClean", "bmk"}

_FILLS = ("noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill")
_PARAGRAPH_SLOTS: list[tuple[str, ...]] = [
    *(("lnSpc",), ("spcBef",), ("spcAft",)),
    *(("buClrTx", "buClr"), ("buSzTx", "buSzPct", "buSzPts"), ("buFontTx", "buFont")),
    *(("buNone", "buAutoNum", "buChar", "buBlip"), ("tabLst",), ("defRPr",), ("extLst",)),
]
_RUN_SLOTS: list[tuple[str, ...]] = [
    *(("ln",), _FILLS, ("effectLst", "effectDag"), ("highlight",), ("uLnTx", "uLn"), ("uFillTx", "uFill")),
    *(("latin",), ("ea",), ("cs",), ("sym",)),
    *(("hlinkClick",), ("hlinkMouseOver",), ("rtl",), ("extLst",)),
]
# What a shape's style (its reference to a theme font) decides before the presentation does.
_STYLED = {_FILLS, ("latin",), ("ea",), ("cs",)}

# What holds where a deck says nothing; needed only where the other deck says something.
_PLAIN = """
<a:lvl1pPr xmlns:a="{a}" marL="0" marR="0" indent="0" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1"
  fontAlgn="auto" latinLnBrk="0" hangingPunct="1">
<a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="0"/></a:spcBef>
<a:spcAft><a:spcPts val="0"/></a:spcAft><a:buNone/>
<a:defRPr sz="1800" b="0" i="0" u="none" strike="noStrike" kern="0" cap="none" spc="0" baseline="0">
<a:solidFill><a:schemeClr val="tx1"/></a:solidFill>
<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/></a:defRPr></a:lvl1pPr>
"""

Key = tuple[str, str]  # ("p" or "r", attribute) · ("p>" or "r>", first name of the slot)


@dataclass(frozen=True)
class Setting:
    """One value: an attribute's text, or a child element."""

    attribute: str = ""
    child: etree._Element | None = None

    def same(self, other: "Setting | None") -> bool:
        if other is None or self.child is None or other.child is None:
            return other is not None and (self.attribute, self.child) == (other.attribute, other.child)
        return self.xml == other.xml or _meaning(self.xml) == _meaning(other.xml)

    @cached_property
    def xml(self) -> bytes:
        return b"" if self.child is None else etree.tostring(self.child, with_tail=False)


Level = dict[Key, Setting]
Style = dict[int, Level]  # by level from 0


@lru_cache(1024)
def _meaning(xml: bytes) -> Canonical:
    """What a child says; decks repeat each other, so most are known already."""
    return canonical(etree.fromstring(xml))


def style_of(presentation: etree._Element) -> Style:
    """The default text style of a presentation, level by level; levels it does not name are empty."""
    element = presentation.find(f"{_P}defaultTextStyle")
    return {} if element is None else _style(etree.tostring(element, with_tail=False))


@lru_cache(64)
def _style(xml: bytes) -> Style:
    """Not to be changed: the decks of a house mostly share one."""
    element = etree.fromstring(xml)
    return {at: _settings(element.find(tag)) for at, tag in enumerate(_LEVELS)}


def _settings(level: etree._Element | None) -> Level:
    if level is None:
        return {}
    found = _collect(level, "p", _PARAGRAPH_SLOTS)
    run = level.find(_DEF_RPR)
    found.pop(("p>", "defRPr"), None)
    return found if run is None else found | _collect(run, "r", _RUN_SLOTS)


def _collect(element: etree._Element, side: str, slots: list[tuple[str, ...]]) -> Level:
    found: Level = {
        (side, str(name)): Setting(attribute=str(value))
        for name, value in element.attrib.items()
        if name not in _IGNORED
    }
    for child in element.iterchildren(etree.Element):
        slot = _slot(_local(child), slots)
        if slot is not None and slot != ("extLst",):
            found[f"{side}>", slot[0]] = Setting(child=child)
    return found


def _slot(tag: str, slots: list[tuple[str, ...]]) -> tuple[str, ...] | None:
    return next((slot for slot in slots if tag in slot), None)


def difference(home: Style, away: Style) -> Style:
    """What must be baked so that text of the deck with style `home` looks the same in a deck with style
    `away`.
    """
    if home is away:
        return {}
    levels = (
        (at, _level_difference(home.get(at, {}), away.get(at, {}), _plain())) for at in range(len(_LEVELS))
    )
    return {at: level for at, level in levels if level}


@cache
def _plain() -> Level:
    return _settings(etree.fromstring(_PLAIN.format(a=names.A)))


def _level_difference(home: Level, away: Level, plain: Level) -> Level:
    differing = {
        key: setting for key, setting in home.items() if not setting.same(away.get(key, plain.get(key)))
    }
    for key, setting in away.items():
        if key not in home and key in plain and not setting.same(plain[key]):
            differing[key] = plain[key]
    return differing


def scaled(style: Style, factor: float) -> Style:
    """The style with its lengths times a factor; the size is made explicit, since the unsaid 18 points
    scale as well.
    """
    from hub.slides.scaling import scale_lengths

    grown: Style = {}
    for at in range(len(_LEVELS)):
        holder = etree.Element(_LEVELS[at])
        settings = {("r", "sz"): Setting(attribute="1800")} | style.get(at, {})
        _apply(holder, settings, styled=False)
        scale_lengths(holder, factor)
        grown[at] = _settings(holder)
    return grown


# ---- baking


def may_have_free_text(data: bytes) -> bool:
    """Whether a part's bytes may hold a text shape that is no placeholder; quick, and wrong only on the safe
    side.
    """
    texts, placeholders = data.count(b"<p:txBody"), data.count(b"<p:ph")
    return texts > placeholders or b"<p:pic" in data or b"<p:graphicFrame" in data or b"<p:sld" not in data


class Baking:
    """Writes settings into the text shapes of a slide, layout or master that are no placeholders."""

    def __init__(self, settings: Style) -> None:
        self._settings = settings
        self._ready: dict[tuple[int, bool], etree._Element] = {}
        self._written: dict[tuple[int, bool], bytes] = {}

    def __call__(self, root: etree._Element) -> bool:
        """Whether any shape was written to."""
        baked = False
        for body in root.iter(f"{_P}txBody"):
            shape = body.getparent()
            if shape is None or shape.tag != f"{_P}sp" or shape.find(_PLACEHOLDER) is not None:
                continue
            styled = shape.find(_FONT_REF) is not None
            for at in sorted(_levels_used(body) & self._settings.keys()):
                self._write(_styles_of(body), at, styled=styled)
                baked = True
        return baked

    def splice(self, data: bytes) -> bytes | None:
        """The same in the bytes of a slide, layout or master; None where only the tree shows the places."""
        return splicing.spliced(data, self._levels)

    def _levels(self, used: set[int], styled: bool) -> bytes:  # noqa: FBT001 - as splicing asks
        return b"".join(self._bytes(at, styled=styled) for at in sorted(used & self._settings.keys()))

    def _bytes(self, at: int, *, styled: bool) -> bytes:
        if (at, styled) not in self._written:
            level = etree.tostring(self._whole(at, styled=styled), with_tail=False)
            self._written[at, styled] = level.replace(b' xmlns:a="%b"' % names.A.encode(), b"")
        return self._written[at, styled]

    def _write(self, styles: etree._Element, at: int, *, styled: bool) -> None:
        level = styles.find(_LEVELS[at])
        if level is not None:
            _apply(level, self._settings[at], styled=styled)
            return
        before = [f"{_A}defPPr", *_LEVELS[:at]]
        styles.insert(sum(child.tag in before for child in styles), copy.copy(self._whole(at, styled=styled)))

    def _whole(self, at: int, *, styled: bool) -> etree._Element:
        """A level that says nothing else: most shapes have none of their own, and get a copy of this one."""
        if (at, styled) not in self._ready:
            level = self._ready[at, styled] = etree.Element(_LEVELS[at], nsmap={"a": names.A})
            _apply(level, self._settings[at], styled=styled)
        return self._ready[at, styled]


def _levels_used(body: etree._Element) -> set[int]:
    texts = body.findall(f"{_A}p")
    own = [paragraph.find(f"{_A}pPr") for paragraph in texts]
    return {
        0 if each is None or not each.get("lvl", "").isdecimal() else int(each.get("lvl", "")) for each in own
    }


def _styles_of(body: etree._Element) -> etree._Element:
    """The shape's list style, made in its place if it is not there."""
    styles = body.find(f"{_A}lstStyle")
    if styles is None:
        styles = etree.Element(f"{_A}lstStyle")
        body.insert(1 if body.find(f"{_A}bodyPr") is not None else 0, styles)
    return styles


def _apply(level: etree._Element, settings: Level, *, styled: bool) -> None:
    run = level.find(_DEF_RPR)
    if run is None:
        run = etree.Element(_DEF_RPR)
        _insert(level, run, ("defRPr",), _PARAGRAPH_SLOTS)
    for (side, name), setting in settings.items():
        target, slots = (level, _PARAGRAPH_SLOTS) if side.startswith("p") else (run, _RUN_SLOTS)
        if setting.child is None:
            if target.get(name) is None:
                target.set(name, setting.attribute)
            continue
        slot = _slot(name, slots) or (name,)
        if not (styled and slot in _STYLED) and not _filled(target, slot):
            _insert(target, _copy(setting.child), slot, slots)


def _filled(target: etree._Element, slot: tuple[str, ...]) -> bool:
    return any(_local(child) in slot for child in target.iterchildren(etree.Element))


def _copy(element: etree._Element) -> etree._Element:
    duplicate = copy.copy(element)
    duplicate.tail = None
    return duplicate


def _insert(
    parent: etree._Element, child: etree._Element, slot: tuple[str, ...], slots: list[tuple[str, ...]]
) -> None:
    """Put a child where the schema wants its slot."""
    if len(parent):
        earlier = {tag for each in slots[: slots.index(slot)] for tag in each}
        parent.insert(sum(_local(each) in earlier for each in parent.iterchildren(etree.Element)), child)
    else:
        parent.append(child)


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
