"""Many people at once, from a CSV: what each row would do is worked out first, and shown; then it is done.

The *outcome* of a row: `add`, `known` (the address is in the list already and is left as it is) or `refused`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from hub.accounts import actions, queries, staff
from hub.accounts.models import ROLES, Person
from hub.accounts.rules import Actor
from hub.base import csvs
from hub.base.errors import HubError
from hub.base.formats import listed
from hub.base.i18n import _

HEADS = {
    "email": ("email", "mail", "邮箱", "电子邮箱", "邮件"),
    "name": ("name", "姓名", "名字"),
    "roles": ("roles", "role", "角色"),
    "teams": ("teams", "team", "团队", "部门"),
    "title": ("title", "职务", "职位", "岗位"),
    "phone": ("phone", "电话", "手机"),
}
ROLE_WORDS = {
    "seller": ("销售", "sales"),
    "product_marketer": ("产品市场", "product marketing", "product marketer", "pmm"),
    "product_manager": ("产品经理", "product management", "product manager", "pm"),
    "technical_expert": ("技术专家", "technical expert", "expert"),
    "marketing": ("市场", "marketing"),
    "operations": ("运营", "operations"),
    "customer_success": ("客户成功", "customer success"),
    "administrator": ("管理员", "administrator", "admin"),
}
SAMPLE = (
    "email,name,roles,teams,title\r\n"
    "lin.xiao@example.com,林晓,销售,华东销售部,客户经理\r\n"
    "li.ting@example.com,李婷,产品市场;市场,产品市场部,产品市场经理\r\n"
)
_BY_WORD = {w: key for key, words in ROLE_WORDS.items() for w in (key, *words)}


@dataclass(frozen=True)
class RosterRow:
    """One row and what it would do; `said` is the reason, or what else comes with it, in words."""

    line: int
    email: str
    name: str
    result: str
    said: str = ""
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    title: str = ""
    phone: str = ""


def plan_roster(session: Session, text: str) -> list[RosterRow]:
    """What each row would do; nothing is written. HubError when the file as a whole cannot be read."""
    seen: set[str] = set()
    return [_planned(session, row, seen) for row in csvs.rows(text, HEADS, needed=("email", "name"))]


def _planned(session: Session, row: csvs.Row, seen: set[str]) -> RosterRow:
    email, name = row.text("email").lower(), row.text("name")
    try:
        address, roles = _checked(row, seen)
    except HubError as error:
        return RosterRow(row.line, email, name, "refused", error.message)
    seen.add(address)
    if queries.by_email(session, address):
        return RosterRow(row.line, address, name, "known", _("已在名单里，保持原样"))
    teams = row.several("teams")
    fresh = [t for t in teams if staff.team_by_name(session, t) is None]
    said = _("会新建团队：%(teams)s") % {"teams": listed(fresh)} if fresh else ""
    return RosterRow(
        row.line, address, name, "add", said, roles, teams, row.text("title")[:80], row.text("phone")[:40]
    )


def _checked(row: csvs.Row, seen: set[str]) -> tuple[str, tuple[str, ...]]:
    """The row's address and roles; HubError says what is wrong with it."""
    address, name = staff.good_address(row.text("email")), row.text("name")
    if not name:
        raise HubError(_("请填写姓名。"))
    if len(name) > 80 or any(len(t) > 80 for t in row.several("teams")):  # noqa: PLR2004 - column width
        raise HubError(_("姓名和团队最多 80 个字。"))
    if address in seen:
        raise HubError(_("这个邮箱在上面已经出现过。"))
    return address, tuple(dict.fromkeys(_role(word) for word in row.several("roles"))) or ("seller",)


def _role(word: str) -> str:
    key = _BY_WORD.get(word.casefold())
    if key not in ROLES:
        raise HubError(_("没有“%(role)s”这个角色。") % {"role": word})
    return key


def add_roster(session: Session, rows: Sequence[RosterRow], *, good_only: bool, by: Actor) -> list[Person]:
    """Add the people of a plan. With a refused row nothing is done, unless `good_only`: then it is left out."""
    by.must("people.manage")
    refused = [r for r in rows if r.result == "refused"]
    if refused and not good_only:
        raise HubError(
            _("有 %(n)s 行不对，什么都没有导入。请改好再来，或选“只导入没问题的行”。") % {"n": len(refused)}
        )
    return [_added(session, row, by) for row in rows if row.result == "add"]


def _added(session: Session, row: RosterRow, by: Actor) -> Person:
    person = actions.add_person(
        session, email=row.email, name=row.name, roles=row.roles, title=row.title, by=by
    )
    person.phone = row.phone
    session.add(person)
    found = [staff.team_by_name(session, t) or staff.new_team(session, name=t, by=by) for t in row.teams]
    actions.set_teams(session, person, [t.id or 0 for t in found], by=by)
    return person
