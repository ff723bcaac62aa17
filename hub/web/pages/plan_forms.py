"""What is typed into the forms of a launch plan, and the page as it was typed into when that is refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, launches
from hub.base.errors import HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.launches import GoalFields, LineFields
from hub.request import FormDep, SessionDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages import requirement_words as say
from hub.web.pages.plan_view import page_of
from hub.web.render import render
from hub.web.typed import Refused, texts


def to_plan(key: str, said: str, at: str = "") -> Response:
    answer = RedirectResponse(f"/launches/{key}{at}", status_code=303)
    flash(answer, said)
    return answer


class Desk:
    """One form of a plan's page: what was typed, who typed it, and what becomes of it."""

    def __init__(self, request: Request, session: SessionDep, person: ActorDep, form: FormDep) -> None:
        self.request, self.session, self.person = request, session, person
        self.typed = texts(form)

    def text(self, name: str) -> str:
        return self.typed.get(name, "")

    def number(self, name: str) -> int | None:
        return say.to_id(self.text(name))

    def keep(
        self, key: str, form: str, act: Callable[[launches.LaunchPlan], object], said: str, at: str = ""
    ) -> Response:
        """Do it and go back to the page. When it is refused the page opens `form` again with what was typed."""
        plan = launches.get(self.session, key, self.person, hold=True)
        try:
            act(plan)
        except (NotAllowed, NotFound):
            raise
        except HubError as error:
            return self._back(key, Refused(form, self.typed, error.message), error.status)
        return to_plan(key, said, at)

    def _back(self, key: str, refused: Refused, status: int) -> Response:
        self.session.rollback()
        plan = launches.get(self.session, key, self.person)
        page = page_of(self.session, launches.view(self.session, plan, self.person), self.person)
        return render(self.request, "launches/page.html", replace(page, refused=refused), status=status)


DeskDep = Annotated[Desk, Depends()]


def _days(text: str) -> int | None:
    """Whole days, before the release with a minus; None when the field is empty."""
    plain = text.strip().replace("−", "-")
    if not plain:
        return None
    try:
        return int(plain)
    except ValueError as error:
        raise HubError(_("天数写整数，发布前写负数，例如 -14。")) from error


def said_goal(desk: Desk) -> GoalFields:
    target, days = say.to_number(desk.text("target")), _days(desk.text("after_days"))
    return GoalFields(desk.text("title"), target, desk.text("unit"), days)


def said_line(desk: Desk, kind: str) -> LineFields:
    people = _People(desk.session)
    owner = people.of(desk.text("owner"))
    if len(owner) > 1:
        raise HubError(_("每一项只有一个人负责。其他人写进执行、咨询或知会。"))
    return LineFields(
        kind,
        desk.text("title"),
        owner[0] if owner else 0,
        desk.text("place"),
        _days(desk.text("after_days")),
        say.to_day(desk.text("fixed_on")),
        people.hands({part: desk.text(part) for part in launches.PARTS}),
    )


class _People:
    """Reads names, as people write them into a field, one after the other."""

    def __init__(self, session: SessionDep) -> None:
        self._known: dict[str, set[int]] = {}
        for p in accounts.people(session, active_only=True):
            for way in {p.name, p.name_en, p.email} - {""}:
                self._known.setdefault(way.casefold(), set()).add(p.id or 0)

    def of(self, text: str) -> list[int]:
        for sign in "，,;；\n":
            text = text.replace(sign, "、")
        return [self._one(name.strip()) for name in text.split("、") if name.strip()]

    def _one(self, name: str) -> int:
        found = self._known.get(name.casefold(), set())
        if not found:
            raise HubError(_("没有“%(who)s”这位在职的同事。写姓名或邮箱。") % {"who": name[:60]})
        if len(found) > 1:
            raise HubError(_("有 %(n)s 个人叫“%(who)s”，请写邮箱。") % {"n": len(found), "who": name[:60]})
        return next(iter(found))

    def hands(self, said: dict[str, str]) -> dict[int, str]:
        found: dict[int, str] = {}
        for part, text in said.items():
            for person_id in self.of(text):
                if found.setdefault(person_id, part) != part:
                    raise HubError(_("一个人在一项里只占一个位置：执行、咨询或知会。"))
        return found
