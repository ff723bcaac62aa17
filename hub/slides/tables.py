"""The two tables of a package, relationships and content types, written, and read without a parser where they have the
plain form in which programs write them.

A deck has a hundred of these small files, so that parsing them costs more than all else in opening it. *Plain* is:
ASCII, the declaration or none, one namespace, only the known elements and attributes, no entity, comment or line
break inside a value. Whatever is not plain in every byte is left to the parser, which then judges it.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from xml.sax.saxutils import quoteattr

from hub.slides import names

_SPACE = r"[ \t\r\n]*"
_VALUE = r'"([^"<&\x00-\x1f\x7f]*)"'
_SOME_VALUE = _VALUE.replace("*", "+")
_OPEN = r'(?:<\?xml version="1\.0" encoding="(?:UTF|utf)-8"(?: standalone="(?:yes|no)")? ?\?>)?' + _SPACE

_ODD = r"[^ \t\r\n]"
_LAST = itemgetter(-1)

Row = tuple[str | None, ...]
Reading = Callable[[tuple[str, ...]], Row]


class _Table:
    """A root of one namespace, and empty elements in it whose attributes may stand in any order.

    `usual` are the elements as most programs write them, with a group for each attribute, in their order: a table of
    these alone is read in one go; whatever else stands between them is found as odd. `row` makes of the groups' texts
    what `rows` gives.
    """

    def __init__(
        self, root: str, namespace: str, elements: str, attributes: Sequence[str], usual: str, row: Reading
    ) -> None:
        named = "|".join(f"{name}={_VALUE}" for name in attributes)
        self._usual, self._reading = re.compile(rf"{usual}|({_ODD})"), row
        self._open = re.compile(rf'{_OPEN}<{root} xmlns="{re.escape(namespace)}"{_SPACE}>')
        self._row = re.compile(rf"{_SPACE}<(?:{elements})(?:[ \t\r\n]+(?:{named}))+{_SPACE}/>")
        self._close = re.compile(rf"{_SPACE}</{root}{_SPACE}>{_SPACE}")

    def rows(self, data: bytes) -> list[Row] | None:
        """The attributes of each element, None for one that it has not; None if this table is not plain."""
        if not data.isascii():
            return None
        text = data.decode("ascii")
        opening = self._open.match(text)
        if opening is None:
            return None
        start, end = opening.end(), text.rfind("</")
        if self._close.fullmatch(text, end):
            found = self._usual.findall(text, start, end)
            if not any(map(_LAST, found)):
                return [self._reading(row) for row in found]
        return self._row_by_row(text, start)

    def _row_by_row(self, text: str, place: int) -> list[Row] | None:
        found = list[Row]()
        while row := self._row.match(text, place):
            values = row.groups()
            if text.count('="', place, row.end()) != len(values) - values.count(None):
                return None  # an attribute stands there twice, or a value is hard to tell from one
            found.append(values)
            place = row.end()
        return found if self._close.fullmatch(text, place) else None


_RELS = _Table(
    *("Relationships", names.RELATIONSHIPS, "Relationship", ("Id", "Type", "Target", "TargetMode")),
    f"<Relationship Id={_VALUE} Type={_VALUE} Target={_VALUE}(?: TargetMode={_SOME_VALUE})? ?/>",
    lambda row: (row[0], row[1], row[2], row[3] or None),
)
_TYPES = _Table(
    *("Types", names.CONTENT_TYPES, "Default|Override", ("Extension", "PartName", "ContentType")),
    f"<(?:Default Extension={_SOME_VALUE}|Override PartName={_SOME_VALUE}) ContentType={_VALUE} ?/>",
    lambda row: (row[0] or None, row[1] or None, row[2]),
)


def plain_rels(data: bytes) -> list[Row] | None:
    """Id, type, target and target mode of each relationship; None if the parser has to read them."""
    return _RELS.rows(data)


def plain_types(data: bytes) -> list[Row] | None:
    """Extension, part name and content type of each entry; None if the parser has to read them."""
    return _TYPES.rows(data)


# ---- writing

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def types_xml(types: dict[str, str]) -> bytes:
    """The content types of parts by their names; those that an extension says are declared by it."""
    used, overrides = {"rels", "xml"}, list[str]()
    for name, content_type in types.items():
        ext = names.extension(name)
        if names.DEFAULT_TYPES.get(ext) == content_type:
            used.add(ext)
        else:
            overrides.append(f"<Override PartName={quoted(name)} ContentType={quoted(content_type)}/>")
    defaults = [
        f"<Default Extension={quoted(ext)} ContentType={quoted(names.DEFAULT_TYPES[ext])}/>"
        for ext in sorted(used)
    ]
    return document("Types", names.CONTENT_TYPES, [*defaults, *overrides])


@lru_cache(4096)
def quoted(text: str) -> str:
    """An attribute's value with its quotes."""
    return quoteattr(text)


def document(tag: str, namespace: str, elements: list[str]) -> bytes:
    """A table's XML with its elements, as Office writes it."""
    return f'{_DECLARATION}<{tag} xmlns="{namespace}">{"".join(elements)}</{tag}>'.encode()
