"""Why a slide is in the plan of a deck: kept as a word and what it is about, said in the reader's language. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from hub.base.i18n import _

Label = Callable[[str, str], str]
"""The name of a word of a facet in the reader's language, by facet and key."""


def sentence(reason: str, about: Mapping[str, str]) -> str:
    """The reason in the reader's language; empty for one that is not known."""
    known = {
        "required": _("必备页"),
        "brief": _("按简报填写"),
        "template": _("模板自带"),
        "added": _("您加进来的"),
        "chosen": _("您选的"),
        "each": _("逐个列出，第 %(n)s 个"),
        "pain": _("对应“%(pain)s”"),
        "industry": _("%(industry)s的素材"),
        "kind": _("工具包里的%(kind)s"),
    }
    said = dict(about)
    if "kind" in said:
        said["kind"] = kind_name(said["kind"])
    return known[reason] % said if reason in known else ""


def why(entry: Mapping[str, Any], label: Label) -> str:
    """Why an entry of an outline is there. One from before reasons were kept says it as it was written, where that
    was a fixed word in the reader's language.
    """
    about = dict(entry.get("about") or {})
    if about.get("key"):
        about["industry"] = label("industry", about["key"])
    return sentence(str(entry.get("reason") or ""), about) or _before(str(entry["why"]))


def _before(written: str) -> str:
    return {
        "必备页": _("必备页"),
        "按简报填写": _("按简报填写"),
        "模板自带": _("模板自带"),
        "您加进来的": _("您加进来的"),
        "您选的": _("您选的"),
    }.get(written, written)


def kind_name(kind: str) -> str:
    """The kind in the reader's language."""
    return {
        "product_intro": _("产品介绍"),
        "solution": _("解决方案"),
        "case_study": _("客户案例"),
        "security_doc": _("安全说明"),
        "whitepaper": _("白皮书"),
    }.get(kind, kind)
