"""What a template wants to know: every name in its tokens, conditions, loops, pictures and charts, and where it stands.

Words: a *spot* is one name in one place, with the whole path that it stands for: in `{% for z in zones %}`, `z.name`
is (zones, [], name), where `[]` is any item of a list. What the loops of a template are called is thereby gone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from hub.slides import names
from hub.slides.expression import CONSTANTS, PIECE, WORDS, parse
from hub.slides.fill import SLIDE_FOR, SLIDE_TAG, above, own_parts, slide_parts, slide_tag
from hub.slides.meaning import BadExpression
from hub.slides.package import read_package
from hub.slides.places import Deck, name_of, shape_properties
from hub.slides.runs import text_of_paragraph
from hub.slides.tokens import TAG, Tag, read_tag

A, P, C = f"{{{names.A}}}", f"{{{names.P}}}", f"{{{names.C}}}"
R = f"{{{names.R}}}"
ITEM = "[]"
MOST_SPOTS = 5_000
Path = tuple[str, ...]
Names = Mapping[str, Path]

_MARK = re.compile(r"\{\{(?P<token>.+?)\}\}|\{%(?P<tag>.+?)%\}", re.DOTALL)
_LOOP = re.compile(r"([^\W\d]\w*)\s+in\s+(.+?)(?:\s+(?:across|down)(?:\s+\d+(?:\.\d+)?\s*cm)?)?", re.DOTALL)
_PICTURE = re.compile(r"(.+?)(?:\s+(?:fit|crop))?", re.DOTALL)
_SHAPES = tuple(P + tag for tag in ("sp", "pic", "graphicFrame", "grpSp", "cxnSp"))
_SAID = re.compile(r"[^\s，。；、·|:：（(「“]{2,20}(?=[\s:：（(「“]*$)")
_SIGNS = frozenset("+-*/%<>") | {"==", "!=", "<=", ">="}


@dataclass(frozen=True)
class Spot:
    """One name in one place. `kind`: text, test (of a condition), loop, picture, chart.

    `form` is the filter behind a lone name (money, date …), or "sum" where it is reckoned or compared with. `said` are
    the words before it, or its column's heading. `series` are the series' names of the chart it is for.
    """

    slide: int  # from 1; 0: a layout or master
    shape: str
    source: str
    path: Path
    kind: str = "text"
    form: str = ""
    optional: bool = False
    said: str = ""
    series: tuple[str, ...] = ()


@dataclass(frozen=True)
class SlideTag:
    """What the notes of slide `slide` say of the whole slide: kept `if`, or repeated `for` each `name` in."""

    slide: int
    kind: str
    name: str
    expression: str


@dataclass(frozen=True)
class Survey:
    """A whole template. `titles`: what its slides are called, with "…" for a token; `wrong`: which tokens are wrong."""

    titles: tuple[str, ...]
    spots: tuple[Spot, ...]
    tags: tuple[SlideTag, ...]
    wrong: tuple[str, ...]


def survey(template: bytes) -> Survey:
    """Read a template without filling it. Raises HubError when it is no deck."""
    deck = Deck(read_package(template))
    parts = slide_parts(deck)
    taker = _Taker(deck)
    for part in above(deck, parts):
        taker.page(part, 0, {})
    for number, part in enumerate(parts, start=1):
        taker.slide(part, number)
    titles = tuple(_title(deck, part) for part in parts)
    return Survey(titles, tuple(taker.spots), tuple(taker.tags), tuple(dict.fromkeys(taker.wrong)))


def _title(deck: Deck, part: str) -> str:
    for mark in deck.tree(part).iter(f"{P}ph"):
        if mark.get("type") in {"title", "ctrTitle"}:
            shape = next(mark.iterancestors(f"{P}sp"), None)
            if shape is not None:
                return _without_marks(" ".join(text_of_paragraph(p) for p in shape.iter(f"{A}p")))[:100]
    return ""


def _without_marks(text: str) -> str:
    """The text with one "…" for tokens that follow each other; empty when it says nothing else."""
    left = _MARK.sub(lambda mark: "…" if mark["token"] else " ", text)
    said = re.sub(r"…[\s…]*…", "…", " ".join(left.split())).strip(" ：:，,·-")
    return said if said.strip("… ") else ""


@dataclass
class _Taker:
    """Walks over the parts and notes what it finds; `at` is where it stands."""

    deck: Deck
    spots: list[Spot] = field(default_factory=list)
    tags: list[SlideTag] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    at: Spot = field(default_factory=lambda: Spot(0, "", "", ()))

    def slide(self, part: str, number: int) -> None:
        known: Names = {}
        match = slide_tag(self.deck, part)
        if match is not None:
            self.at = Spot(number, "备注", match[0], ())
            loop = SLIDE_FOR.fullmatch(match[2]) if match[1] == "for" else None
            self.tags.append(
                SlideTag(number, match[1], loop[1] if loop else "", (loop[2] if loop else match[2]).strip())
            )
            if loop is None:
                self.names(match[2], known, "test")
            else:
                known = self.loop(loop[1], loop[2], known)
        self.page(part, number, known)
        for below in own_parts(self.deck, part):
            if b"{" in self.deck.package.data(below):
                self.loose(below, number, known)

    def page(self, part: str, number: int, known: Names) -> None:
        """The shapes of a slide, layout or master."""
        tree = self.deck.tree(part).find(f"{P}cSld/{P}spTree")
        if tree is not None and b"{" in self.deck.package.data(part):
            self.children(tree, part, number, known)

    def children(self, parent: etree._Element, part: str, number: int, known: Names) -> None:
        for child in parent:
            if child.tag in _SHAPES:
                self.shape(child, part, number, known)
            elif isinstance(child.tag, str) and child.tag.endswith(("}AlternateContent", "}Choice")):
                self.children(child, part, number, known)

    def shape(self, shape: etree._Element, part: str, number: int, known: Names) -> None:
        self.at = Spot(number, name_of(shape), "", ())
        properties = shape_properties(shape)
        told = properties.get("descr", "") if properties is not None else ""
        known = self.told(told, shape, part, known)
        if shape.tag == f"{P}grpSp":
            self.children(shape, part, number, known)
            return
        table, body = shape.find(f".//{A}tbl"), shape.find(f"{P}txBody")
        if table is not None:
            self.table(table, known)
        elif body is not None:
            self.text("\n".join(text_of_paragraph(p) for p in body.iterfind(f"{A}p")), known)

    def told(self, told: str, shape: etree._Element, part: str, known: Names) -> Names:
        """The alternative text: its tags for the whole shape, then its tokens."""
        for match in TAG.finditer(told):
            tag = read_tag(match)
            self.at = replace(self.at, source=tag.source)
            if tag.kind == "for":
                known = self.repeated(tag, known)
            elif tag.kind == "if":
                self.names(tag.rest, known, "test")
            elif tag.kind == "picture":
                found = _PICTURE.fullmatch(tag.rest)
                self.names(found[1] if found else tag.rest, known, "picture")
            elif tag.kind == "chart":
                self.at = replace(self.at, series=self.series(shape, part))
                self.names(tag.rest, known, "chart")
                self.at = replace(self.at, series=())
        self.text(TAG.sub("", told), known)
        return known

    def series(self, shape: etree._Element, part: str) -> tuple[str, ...]:
        """What the series of the chart in a frame are called now."""
        chart = next(shape.iter(f"{C}chart"), None)
        rel = None if chart is None else self.deck.package.rel(part, chart.get(f"{R}id", ""))
        if rel is None or rel.part is None:
            return ()
        said = (ser.find(f"{C}tx//{C}v") for ser in self.deck.tree(rel.part).iter(f"{C}ser"))
        return tuple((v.text or "") for v in said if v is not None)[:12]

    def table(self, table: etree._Element, known: Names) -> None:
        """Cells row by row, as one text: a loop begins in the first cell of a row and ends in its last."""
        rows = [
            ["\n".join(text_of_paragraph(p) for p in cell.iter(f"{A}p")) for cell in row.iterfind(f"{A}tc")]
            for row in table.iterfind(f"{A}tr")
        ]
        heads = [" ".join(t.split()) for t in rows[0]] if rows and not any(map(_MARK.search, rows[0])) else []
        stack = [known]
        for row in rows:
            for number, cell in enumerate(row):
                head = heads[number][:20] if number < len(heads) else ""
                self.linear(cell, stack, head)

    def loose(self, part: str, number: int, known: Names) -> None:
        """Notes, a chart or a diagram: its texts, each by itself."""
        root = self.deck.tree(part)
        where = {"notes": "备注", "chartSpace": "图表"}.get(etree.QName(root).localname, "SmartArt")
        self.at = Spot(number, where, "", ())
        for body in dict.fromkeys(p.getparent() for p in root.iter(f"{A}p")):
            if body is not None:
                texts = [text_of_paragraph(p) for p in body.iterfind(f"{A}p")]
                self.text("\n".join(t for t in texts if not SLIDE_TAG.search(t)), known)

    def text(self, text: str, known: Names) -> None:
        if "{" in text:
            self.linear(text, [known], "")

    def linear(self, text: str, stack: list[Names], head: str) -> None:
        """Tokens and blocks of one text in order; `stack` holds what the open loops call their items."""
        end = 0
        for match in _MARK.finditer(text):
            before = text[end : match.start()].rpartition("\n")[2]
            end = match.end()
            self.at = replace(self.at, source=match[0], said=head or _words(before))
            if match["token"] is not None:
                self.names(match["token"], stack[-1], "text")
                continue
            kind, _space, rest = match["tag"].strip().partition(" ")
            tag = Tag(kind, rest.strip(), match[0])
            if tag.kind == "for":
                stack.append(self.repeated(tag, stack[-1]))
            elif tag.kind == "if":
                self.names(tag.rest, stack[-1], "test")
                stack.append(stack[-1])
            elif tag.kind in {"endfor", "endif"} and len(stack) > 1:
                stack.pop()
        self.at = replace(self.at, said="")

    def repeated(self, tag: Tag, known: Names) -> Names:
        match = _LOOP.fullmatch(tag.rest)
        return known if match is None else self.loop(match[1], match[2], known)

    def loop(self, name: str, expression: str, known: Names) -> Names:
        """What is known inside the loop: its item, and `loop`."""
        found = self.names(expression, known, "loop")
        return {**known, name: (*found[0], ITEM) if found else (), "loop": ()}

    def names(self, expression: str, known: Names, kind: str) -> list[Path]:
        """Note the names of an expression; their whole paths."""
        try:
            parse(expression)
        except BadExpression as error:
            self.wrong.append(
                f"第 {self.at.slide} 页「{self.at.shape}」里的 {self.at.source}：{error.message}"
            )
            return []
        found = []
        for path, optional, form in references(expression):
            whole = (*known[path[0]], *path[1:]) if path[0] in known else path
            if not whole or (path[0] in known and not known[path[0]]):
                continue  # `loop`, and what a wrong loop would have called its item
            found.append(whole)
            spot = replace(self.at, path=whole, kind=kind, form=form, optional=optional)
            if len(self.spots) < MOST_SPOTS:
                self.spots.append(spot)
        return found


def _words(before: str) -> str:
    """The last words before a token, such as a label with its colon; none when a token stands between."""
    found = _SAID.search(before.rstrip())
    return found[0].strip("•-—–*　 ") if found else ""


def references(expression: str) -> Iterator[tuple[Path, bool, str]]:
    """The names of an expression that parses: path, whether optional, and the filter of a lone name or "sum"."""
    pieces = [(m.lastgroup or "", m[m.lastgroup or 0]) for m in PIECE.finditer(expression)]
    cut = next((n for n, (_kind, word) in enumerate(pieces) if word == "|"), len(pieces))
    signs = {word for kind, word in pieces[:cut] if kind == "sign"}
    piped = [pieces[n + 1][1] for n, (_kind, word) in enumerate(pieces[:-1]) if word == "|"]
    form = "sum" if signs & _SIGNS else (piped[0] if piped else "")
    at = 0
    while at < len(pieces):
        kind, word = pieces[at]
        filtering = at > 0 and pieces[at - 1][1] == "|"
        at += 1
        if kind != "name" or filtering or word in WORDS or word in CONSTANTS:
            continue
        path, optional, at = _path(word, pieces, at)
        yield path, optional, form if at <= cut else ""


def _path(first: str, pieces: Sequence[tuple[str, str]], at: int) -> tuple[Path, bool, int]:
    path, optional = [first], False
    while at < len(pieces):
        word = pieces[at][1]
        if word == "." and at + 1 < len(pieces):
            path.append(pieces[at + 1][1])
            at += 2
        elif word == "[" and "]" in (closing := [w for _k, w in pieces[at:]]):
            path.append(ITEM)
            at += closing.index("]") + 1
        elif word == "?":
            optional, at = True, at + 1
        else:
            break
    return tuple(path), optional, at
