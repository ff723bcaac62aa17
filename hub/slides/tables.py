"""The two tables of a package, relationships and content types, read without a parser where they have the plain form
in which programs write them.

A deck has a hundred of these small files, so that parsing them costs more than all else in opening it. *Plain* is:
ASCII, the declaration or none, one namespace, only the known elements and attributes, no entity, comment or line
break inside a value. Whatever is not plain in every byte is left to the parser, which then judges it.
"""

import re

from hub.slides import names

_SPACE = r"[ \t\r\n]*"
_VALUE = r'"([^"<&\x00-\x1f\x7f]*)"'
_OPEN = r'(?:<\?xml version="1\.0" encoding="(?:UTF|utf)-8"(?: standalone="(?:yes|no)")? ?\?>)?' + _SPACE


class _Table:
    """A root of one namespace, and empty elements in it whose attributes may stand in any order."""

    def __init__(self, root: str, namespace: str, elements: str, attributes: tuple[str, ...]) -> None:
        named = "|".join(f"{name}={_VALUE}" for name in attributes)
        self._open = re.compile(rf'{_OPEN}<{root} xmlns="{re.escape(namespace)}"{_SPACE}>')
        self._row = re.compile(rf"{_SPACE}<(?:{elements})(?:[ \t\r\n]+(?:{named}))+{_SPACE}/>")
        self._close = re.compile(rf"{_SPACE}</{root}{_SPACE}>{_SPACE}")

    def rows(self, data: bytes) -> list[tuple[str | None, ...]] | None:
        """The attributes of each element, None for one that it has not; None if this table is not plain."""
        if not data.isascii():
            return None
        text = data.decode("ascii")
        opening = self._open.match(text)
        if opening is None:
            return None
        found, place = list[tuple[str | None, ...]](), opening.end()
        while row := self._row.match(text, place):
            values = row.groups()
            if text.count('="', place, row.end()) != len(values) - values.count(None):
                return None  # an attribute stands there twice, or a value is hard to tell from one
            found.append(values)
            place = row.end()
        return found if self._close.fullmatch(text, place) else None


_RELS = _Table("Relationships", names.RELATIONSHIPS, "Relationship", ("Id", "Type", "Target", "TargetMode"))
_TYPES = _Table("Types", names.CONTENT_TYPES, "Default|Override", ("Extension", "PartName", "ContentType"))


def plain_rels(data: bytes) -> list[tuple[str | None, ...]] | None:
    """Id, type, target and target mode of each relationship; None if the parser has to read them."""
    return _RELS.rows(data)


def plain_types(data: bytes) -> list[tuple[str | None, ...]] | None:
    """Extension, part name and content type of each entry; None if the parser has to read them."""
    return _TYPES.rows(data)
