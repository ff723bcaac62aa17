"""Dress: who is looking, and what stands around the page. A dependency of every page."""

from typing import Annotated

from fastapi import Depends, Request

from hub import accounts, taxonomy
from hub.base.i18n import current, lazy
from hub.request import SessionDep, VisitorDep, signed_in
from hub.web.chrome import BRAND, Chrome, NavEntry
from hub.web.look import theme_of

NAV = (
    NavEntry("home", lazy("首页"), "/", "home"),
    NavEntry("kits", lazy("工具包", n=2), "/toolkits", "folders"),
    NavEntry("decks", lazy("打单 PPT"), "/decks", "presentation"),
    NavEntry("requirements", lazy("需求池"), "/requirements", "clipboard-check"),
    NavEntry("meetings", lazy("评审会"), "/meetings", "gavel"),
    NavEntry("coverage", lazy("看板"), "/coverage", "layout-grid"),
)
LINKS = NavEntry("links", lazy("我的链接"), "/shares", "link")
UPLOAD = NavEntry("upload", lazy("上传素材"), "/assets/new", "upload")
QUEUES = NavEntry("queues", lazy("我的素材"), "/assets", "stack-2")
SEARCHES = NavEntry("searches", lazy("我的搜索"), "/searches", "bookmark")
GAPS = NavEntry("gaps", lazy("搜不到的"), "/gaps", "flag")
TASKS = NavEntry("tasks", lazy("制作单"), "/tasks", "layout-kanban")
PLANS = NavEntry("plans", lazy("上市计划", n=2), "/launches", "rocket")
VENTURES = NavEntry("ventures", lazy("跨部门方案", n=2), "/ventures", "heart-handshake")
DEMOS = NavEntry("demos", lazy("演示账号", n=2), "/demos", "key")
FACTS = NavEntry("facts", lazy("事实", n=2), "/facts", "certificate")
CONSENTS = NavEntry("consents", lazy("客户授权"), "/consents", "shield-check")
TAXONOMY = NavEntry("taxonomy", lazy("分类与产品"), "/taxonomy", "tag")
PEOPLE = NavEntry("people", lazy("人员"), "/people", "users")
HOUSE = NavEntry("house", lazy("设置"), "/settings", "settings")
TRASH = NavEntry("trash", lazy("回收站"), "/trash", "trash")


def bare_chrome(request: Request, company: taxonomy.Company | None = None) -> Chrome:
    """The chrome for a stranger, or where the database cannot be asked."""
    company = company or taxonomy.Company()
    return Chrome(
        company=company.title(),
        primary=company.primary or BRAND,
        language=current(),
        theme=theme_of(request),
        logo_url=f"/logo/{company.logo}" if company.logo else None,
    )


def _menu(person: accounts.Actor) -> tuple[NavEntry, ...]:
    entries = [LINKS, UPLOAD, QUEUES, TASKS, PLANS, VENTURES, FACTS, CONSENTS, DEMOS, SEARCHES]
    if person.may("asset.approve"):
        entries.append(GAPS)
    if person.may("taxonomy.edit"):
        entries.append(TAXONOMY)
    if person.may("people.manage"):
        entries.append(PEOPLE)
    entries.append(TRASH)
    if person.may("hub.manage"):
        entries.append(HOUSE)
    return tuple(entries)


def stranger(request: Request, session: SessionDep, found: VisitorDep) -> None:
    """Dress a page that anybody may open."""
    request.state.person = found
    request.state.chrome = bare_chrome(request, taxonomy.company(session))


def dressed(request: Request, session: SessionDep) -> accounts.Actor:
    """Dress a page for whoever is signed in; SignInNeeded for a stranger."""
    person = signed_in(request, session)
    waiting = request.state.waiting
    company = taxonomy.company(session)
    plain = bare_chrome(request, company)
    request.state.person = person
    request.state.chrome = Chrome(
        company=plain.company,
        primary=plain.primary,
        language=plain.language,
        theme=plain.theme,
        logo_url=plain.logo_url,
        basket_count=waiting["basket"] if person.may("deck.make") else None,
        basket_held=waiting["held"] or "",
        unread=waiting["unread"],
        nav=NAV,
        menu=_menu(person),
    )
    return person


ActorDep = Annotated[accounts.Actor, Depends(dressed)]
"""The signed-in person, on a dressed page: what page routes ask for."""
