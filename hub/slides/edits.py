"""Changes to a part's XML: known by the bytes they concern, made in the bytes where that can be, else in the tree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree

from hub.slides.package import parse, serialize


@dataclass(frozen=True)
class Edit:
    """A change to a part's tree, made in place.

    `change` says whether it changed anything; `concerns` says of the part's bytes whether it could, so that
    most parts need not be parsed. `splice` makes the same change in the bytes themselves, and gives None where it
    cannot.
    """

    change: Callable[[etree._Element], bool]
    concerns: Callable[[bytes], bool] = lambda _: True
    splice: Callable[[bytes], bytes | None] = lambda _: None


def applied(data: bytes, edits: Sequence[Edit], part: str) -> bytes | None:
    """The XML of a part after the edits; None if they leave it as it was. HubError naming it if it is malformed."""
    concerned = [edit for edit in edits if edit.concerns(data)]
    if not concerned:
        return None
    spliced = concerned[0].splice(data) if len(concerned) == 1 else None
    if spliced is not None:
        return None if spliced == data else spliced
    root = parse(data, part)
    changed = [edit.change(root) for edit in concerned]
    return serialize(root) if any(changed) else None
