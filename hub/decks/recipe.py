"""The recipe: template manifest + members of a kit + answers -> the plan of a deck, and why each slide is in it. Pure.

A *source* is a member of the kit. A *planned* slide is a slide of the template or a page of a source. Only what is on
offer and customer-facing can be planned; the caller gives only sources that the deck's owner may read.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.base.i18n import _
from hub.decks import reasons
from hub.decks.manifest import FromKit, Manifest, Step
from hub.decks.reasons import kind_name

DECKS = (".pptx", ".pptm", ".potx", ".ppsx")
MOST_CASES, MOST_FAQS, LEAST_FAQS = 2, 6, 4
FRAME = re.compile(
    r"^(目录|封面|谢谢|致谢|感谢|怎么用|使用说明|contents?|agenda|how to use|thank|q\s*&\s*a|下一步)",
    re.IGNORECASE,
)
LABEL_COUNTS = 3  # a word of a pain's name says more than one of its explanation


@dataclass(frozen=True)
class SourcePage:
    """A page of a source's deck."""

    number: int
    title: str = ""
    text: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class Source:
    """A member of the kit as the recipe needs it, in the kit's order. `pages` are empty for what is no PPTX."""

    asset_id: int
    version_id: int
    version: int
    kind: str
    title: str
    summary: str = ""
    text: str = ""
    industries: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()  # names, not keys
    customer: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    recommended: bool = False
    on_offer: bool = True
    customer_facing: bool = True
    pages: tuple[SourcePage, ...] = ()

    @property
    def usable(self) -> bool:
        return self.on_offer and self.customer_facing


@dataclass(frozen=True)
class Brief:
    """What of the answers decides the choice: the industry with what is near it, and the pains as (title, detail)."""

    industry: str = ""
    near: frozenset[str] = frozenset()  # above and below it in the tree
    industry_name: str = ""
    pains: tuple[tuple[str, str], ...] = ()
    customer: str = ""  # whose own case is no case to show them


@dataclass(frozen=True)
class Planned:
    """One slide of the plan. `key` stays the same when the plan is made anew.

    `item` is the number of the item of `each` that a repeated template slide shows. `reason` and what it is `about` are
    why the slide is there, `why` the same as a sentence for who planned it; see `hub.decks.reasons`.
    """

    key: str
    origin: str  # template, asset
    title: str
    why: str
    locked: bool = False
    slide: int | None = None
    name: str = ""
    each: str = ""
    item: int | None = None
    asset_id: int | None = None
    version_id: int | None = None
    version: int | None = None
    page: int | None = None
    reason: str = ""
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """What of the kit the deck speaks of: the solution, cases and questions, best first."""

    solution: Source | None
    cases: tuple[Source, ...]
    faqs: tuple[Source, ...]


@dataclass(frozen=True)
class Plan:
    slides: tuple[Planned, ...]
    warnings: tuple[str, ...]


def terms(text: str) -> set[str]:
    """What texts are compared by: pairs of neighbouring Han characters, and Latin words of three letters or more."""
    lowered = text.lower()
    found = {w for w in re.findall(r"[a-z][a-z0-9]{2,}", lowered)}  # noqa: C416 - a set of words
    for run in re.findall(r"[\u3400-\u9fff]+", lowered):
        found |= {run[i : i + 2] for i in range(len(run) - 1)}
    return found


def closeness(pains: Iterable[tuple[str, str]], text: str) -> int:
    """How much a text speaks of these pains."""
    spoken = terms(text)
    return sum(LABEL_COUNTS * len(terms(t) & spoken) + len(terms(d) & spoken) for t, d in pains)


def industry_fit(source: Source, brief: Brief) -> int:
    """3 the same industry, 2 one above or below it, 1 for all industries, 0 another one."""
    if not source.industries:
        return 1
    if brief.industry and brief.industry in source.industries:
        return 3
    return 2 if brief.near & set(source.industries) else 0


def best_first(sources: Sequence[Source], brief: Brief, *, by_industry: bool) -> list[Source]:
    """Usable sources, the best fit first; what is equal keeps the kit's order."""

    def worth(source: Source) -> tuple[int, int, int]:
        said = f"{source.title} {source.summary} {' '.join(source.scenarios)}"
        near = closeness(brief.pains, said)
        fit = industry_fit(source, brief)
        return (fit if by_industry else min(fit, 1), near, int(source.recommended))

    return sorted((s for s in sources if s.usable), key=worth, reverse=True)


def choose(kit: Sequence[Source], brief: Brief) -> Choice:
    """What the deck speaks of."""
    of = {kind: [s for s in kit if s.kind == kind] for kind in ("solution", "case_study", "faq")}
    solutions = best_first(of["solution"], brief, by_industry=True)
    with_pages = [s for s in solutions if s.pages]
    others = [s for s in of["case_study"] if not brief.customer or s.customer != brief.customer]
    cases = best_first(others, brief, by_industry=True)
    own = [c for c in cases if industry_fit(c, brief) >= 2]  # noqa: PLR2004 - the same industry or one near it
    own.sort(key=lambda case: not case.figures)  # a slide of a case is half empty without figures
    questions = [s for s in of["faq"] if s.usable]
    ranked = sorted(questions, key=lambda s: closeness(brief.pains, f"{s.title} {s.text}"), reverse=True)
    near = [s for s in ranked if closeness(brief.pains, f"{s.title} {s.text}") > 0]
    return Choice(
        solution=next(iter(with_pages or solutions), None),
        cases=tuple((own or cases[:1])[:MOST_CASES]),
        faqs=tuple((near if len(near) >= LEAST_FAQS else ranked[:LEAST_FAQS])[:MOST_FAQS]),
    )


def plan(
    manifest: Manifest,
    kit: Sequence[Source],
    brief: Brief,
    *,
    holds: Callable[[str], bool],
    items: Callable[[str], Sequence[str]],
) -> Plan:
    """The slides in order. `holds` answers a `when`; `items` gives the titles of the items of an `each`."""
    made: list[Planned] = []
    warnings: list[str] = []
    taken: set[int] = set()
    for number, step in enumerate(manifest.steps):
        if step.when and not holds(step.when):
            continue
        if step.taken is None:
            made += _template_slides(step, number, items)
        else:
            found, told = _pages_from(step.taken, kit, brief, taken)
            made += found
            warnings += told
    return Plan(tuple(made), tuple(dict.fromkeys(warnings)))


def _template_slides(step: Step, number: int, items: Callable[[str], Sequence[str]]) -> list[Planned]:
    title = step.title or _("模板第 %(n)s 页") % {"n": step.slide}
    if not step.each:
        reason = "required" if step.locked else "brief" if step.when else "template"
        why = reasons.sentence(reason, {})
        return [Planned(f"t{number}", "template", title, why, step.locked, step.slide, reason=reason)]
    return [
        Planned(
            f"t{number}.{i}",
            "template",
            f"{title}：{item}" if item else title,
            reasons.sentence("each", {"n": str(i + 1)}),
            step.locked,
            step.slide,
            step.name,
            step.each,
            i,
            reason="each",
            about={"n": str(i + 1)},
        )
        for i, item in enumerate(items(step.each))
    ]


def _pages_from(
    wish: FromKit, kit: Sequence[Source], brief: Brief, taken: set[int]
) -> tuple[list[Planned], list[str]]:
    """Pages for one step: of the best sources that are decks and were not used by a step before."""
    decks = [s for s in kit if s.kind == wish.kind and s.pages and s.usable and s.asset_id not in taken]
    ranked = best_first(decks, brief, by_industry=True)
    if not ranked:
        return [], [_nothing(wish, kit)]
    warnings = []
    enough = (
        2 if wish.match == "industry" else 1
    )  # of the industry or near it; else at least not of another one
    if brief.industry and industry_fit(ranked[0], brief) < enough:
        warnings.append(
            _("套件里没有“%(industry)s”的%(kind)s PPT，用了最接近的“%(title)s”。")
            % {"industry": brief.industry_name, "kind": kind_name(wish.kind), "title": ranked[0].title}
        )
    made: list[Planned] = []
    for source in ranked[: wish.assets]:
        taken.add(source.asset_id)
        made += [_planned_page(source, page, brief) for page in best_pages(source, brief, wish.pages)]
    return made, warnings


def _nothing(wish: FromKit, kit: Sequence[Source]) -> str:
    values = {"kind": kind_name(wish.kind)}
    if any(s.kind == wish.kind and s.usable for s in kit):
        return _("套件里的%(kind)s都不是 PPT，这几页空着。可以从别的素材加页。") % values
    return _("套件里没有在用、可发客户的%(kind)s，这几页空着。请找产品市场补一份。") % values


def one_line(text: str) -> str:
    """The words without line breaks."""
    return " ".join(text.split())


def best_pages(source: Source, brief: Brief, most: int) -> list[SourcePage]:
    """Up to `most` pages of the deck, in its order: those that speak of the pains; never cover, contents or thanks."""
    last = max((p.number for p in source.pages), default=0)
    inner = [
        p
        for p in source.pages
        if not p.hidden and p.number != 1 and not (FRAME.match(p.title.strip()) and p.number in {2, last})
    ]
    inner = inner or [p for p in source.pages if not p.hidden]
    ranked = sorted(inner, key=lambda p: closeness(brief.pains, f"{p.title} {p.text}"), reverse=True)
    return sorted(ranked[:most], key=lambda p: p.number)


def _planned_page(source: Source, page: SourcePage, brief: Brief) -> Planned:
    reason, about = _why(source, page, brief)
    return Planned(
        key=f"a{source.asset_id}.{page.number}",
        origin="asset",
        title=one_line(page.title) or _("%(title)s 第 %(n)s 页") % {"title": source.title, "n": page.number},
        why=reasons.sentence(reason, about),
        reason=reason,
        about=about,
        asset_id=source.asset_id,
        version_id=source.version_id,
        version=source.version,
        page=page.number,
    )


def _why(source: Source, page: SourcePage, brief: Brief) -> tuple[str, dict[str, str]]:
    """Why this page: the pain it speaks of most, or the industry it is of."""
    said = f"{page.title} {page.text}"
    close = sorted(brief.pains, key=lambda pain: closeness([pain], said), reverse=True)
    if close and closeness([close[0]], said):
        return "pain", {"pain": close[0][0]}
    if brief.industry and industry_fit(source, brief) >= 2:  # noqa: PLR2004 - the same industry or one near it
        return "industry", {"industry": brief.industry_name, "key": brief.industry}
    return "kind", {"kind": source.kind}
