"""Animations and connectors of shapes that were taken off a slide.

An animation that aims at a missing shape makes PowerPoint offer a repair: what was removed is forgotten
there.
"""

from lxml import etree

from hub.slides import names

A, P = f"{{{names.A}}}", f"{{{names.P}}}"
_NODES = (f"{P}par", f"{P}seq", f"{P}excl")


def forget_shapes(root: etree._Element, ids: set[str]) -> None:
    """Drop what aims at the shapes with these ids: effects, build entries, ends of connectors."""
    if not ids:
        return
    for end in [each for each in root.iter(f"{A}stCxn", f"{A}endCxn") if each.get("id") in ids]:
        _drop(end)
    for timing in root.findall(f"{P}timing"):
        _forget_in(timing, ids)
        if next(timing.iter(f"{P}spTgt", f"{P}sldTgt"), None) is None:
            root.remove(timing)


def _forget_in(timing: etree._Element, ids: set[str]) -> None:
    for target in [each for each in timing.iter(f"{P}spTgt") if each.get("spid") in ids]:
        _drop_effect(target, timing)
    for build in [each for each in timing.iterfind(f"{P}bldLst/*") if each.get("spid") in ids]:
        _drop(build)
    for builds in timing.findall(f"{P}bldLst"):
        if len(builds) == 0:
            timing.remove(builds)


def _drop_effect(target: etree._Element, timing: etree._Element) -> None:
    """The innermost node of the time line around the target, and every node left empty by that."""
    node = next(target.iterancestors(*_NODES, f"{P}audio", f"{P}video"), None)
    while node is not None and node is not timing:
        parent = node.getparent()
        if parent is None:
            return
        parent.remove(node)
        if len(parent) or parent.tag not in (f"{P}childTnLst", f"{P}subTnLst"):
            return
        node = next(parent.iterancestors(*_NODES), None)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
