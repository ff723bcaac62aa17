"""Looks for what makes PowerPoint offer a repair, or what a validator would refuse: 27 faults and some
like them.

A *finding* is one fault with its code, part and sentence. Codes: missing-target, dangling-id,
no-override, no-default, override-without-part, duplicate-entry, duplicate-slide-id, slide-id-range,
master-id-range, duplicate-layout-id, layout-id-equals-master-id, no-layout, two-layouts, shared-notes,
duplicate-shape-id, presentation-order, slide-order, section-unknown-slide, unlisted-layout,
unlisted-master, body-without-paragraph, unknown-author, timing-missing-shape, wrong-content-type,
malformed-xml, shared-theme, unreferenced-part.
"""

from collections.abc import Sequence
from dataclasses import replace

from hub.slides.deck_faults import find_deck_faults
from hub.slides.inventory import Finding, read_inventory
from hub.slides.package_faults import find_package_faults
from hub.slides.slide_faults import find_slide_faults


def check(data: bytes, *, sources: Sequence[bytes] = ()) -> list[Finding]:
    """The faults of a deck, none for a clean one. HubError when it is no zip or breaks the limits of one.

    With `sources`, decks it was made from, a fault of a kind that one of them has is marked `inherited`.
    """
    found = _find(data)
    inherited = {finding.code for source in sources for finding in _find(source)} if found else set()
    return [replace(finding, inherited=finding.code in inherited) for finding in found]


def _find(data: bytes) -> list[Finding]:
    inventory = read_inventory(data)
    find_package_faults(inventory)
    find_deck_faults(inventory)
    find_slide_faults(inventory)
    return inventory.found
