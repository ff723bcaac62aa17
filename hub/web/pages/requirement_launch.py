"""What a requirement's page shows of its launch and its kin: the gate line by line with the way to mend each."""

from dataclasses import dataclass

from hub import accounts, launches, requirements
from hub.base import clock, stamps
from hub.base.formats import day
from hub.base.i18n import _, current, n_
from hub.request import SessionDep
from hub.web.pages import requirement_words as say

SHOWN_IN = ("planned", "building", "shipped", "launched", "reopened")


@dataclass(frozen=True)
class GateRow:
    """A line of the gate. `tone` is good, bad or warn (waived); `url` leads to where it is mended."""

    key: str
    label: str
    text: str
    tone: str
    icon: str
    url: str
    mend: str
    waived: str
    may_waive: bool
    why: str = ""  # see requirements.GateLine


@dataclass(frozen=True)
class AnswerRow:
    """A customer's words and the line of the launch text that answers them."""

    request_id: int
    quote: str
    customer: str
    answer: str


@dataclass(frozen=True)
class KinRow:
    label: str
    key: str
    title: str
    state: str
    undo_url: str
    note: str = ""  # when, who and why


@dataclass(frozen=True)
class ChangeRow:
    on: str
    label: str
    reason: str
    by: str
    undone: bool


@dataclass(frozen=True)
class PlanPart:
    """The launch plan of a requirement: how far it is signed; without one, whether this reader may begin it."""

    url: str  # empty: there is none
    note: str
    tone: str
    may_begin: bool


@dataclass(frozen=True)
class LaunchPart:
    """See templates/requirements/launch.html."""

    lines: tuple[GateRow, ...]
    passed: int
    holds: bool
    note: str
    attention: str
    answers: tuple[AnswerRow, ...]
    kin: tuple[KinRow, ...]
    merged: bool
    target: str  # the key of what it was merged into, where this reader may read that
    shown: bool  # the gate and the launch text: from planning on
    changes: tuple[ChangeRow, ...]
    may_undo_reopening: bool
    disagree: str
    stale: int  # pieces of material that were right for an earlier revision, or need an update
    over: int  # pieces that expired or were withdrawn
    plan: PlanPart


@dataclass(frozen=True)
class Around:
    """What happened to a requirement and what hangs on it: little, seldom another, and asked of many tables."""

    kin: tuple[KinRow, ...]
    target: str
    changes: tuple[ChangeRow, ...]
    just_reopened: bool
    plan: PlanPart


def part_of(session: SessionDep, view: requirements.View, person: accounts.Actor) -> LaunchPart:
    """The launch of a requirement as this reader may know it."""
    r = view.requirement
    lines = requirements.gate(session, r)
    rows = tuple(_row(view, line) for line in lines)
    failing = next((row for row, line in zip(rows, lines, strict=True) if not line.passes), None)
    around = _around(session, r, person)
    return LaunchPart(
        lines=rows,
        passed=sum(line.passes for line in lines),
        holds=failing is None,
        note=_note(r.state, holds=failing is None),
        attention=f"{failing.label} · {failing.text}" if failing and r.state == "launched" else "",
        answers=tuple(AnswerRow(q.id, q.text, q.customer, q.answer) for q in view.quotes),
        kin=around.kin,
        merged=r.merged_into_id is not None,
        target=around.target,
        shown=r.merged_into_id is None and r.state in SHOWN_IN,
        changes=around.changes,
        may_undo_reopening=view.may_manage and r.state == "reopened" and around.just_reopened,
        disagree=_disagree(requirements.disagreements(session, person).get(r.id or 0)),
        stale=sum(not i.over and (i.outdated or bool(i.needs)) for s in view.slots for i in s.items),
        over=len(_over(view, lines)),
        plan=around.plan,
    )


def _over(view: requirements.View, lines: list[requirements.GateLine]) -> set[str]:
    """The roles whose material has expired or was withdrawn, also where this reader may not open what is no longer on
    offer.
    """
    return {s.role for s in view.slots if any(i.over for i in s.items)} | {
        line.role for line in lines if line.why == "expired"
    }


def _around(session: SessionDep, r: requirements.Requirement, person: accounts.Actor) -> Around:
    """Read once for each person and language, and kept until anybody changes anything."""
    key = ("around", r.id, person.id, person.roles, person.tokens, clock.today(), current())
    return stamps.kept(session, stamps.EVERYTHING, key, lambda: _read_around(session, r, person))


def _read_around(session: SessionDep, r: requirements.Requirement, person: accounts.Actor) -> Around:
    changes = requirements.changes(session, r.id or 0)
    names = accounts.names(session, [c.by_id for c in changes])
    kin = requirements.kin(session, r, person)
    return Around(
        kin=tuple(_kin(k) for k in kin),
        target=next((k.key for k in kin if k.relation == "merged_into"), ""),
        changes=tuple(_change(c, names) for c in changes),
        just_reopened=_just_reopened(changes),
        plan=_plan(session, r, person),
    )


def _plan(session: SessionDep, r: requirements.Requirement, person: accounts.Actor) -> PlanPart:
    signed = launches.signed_sides(session, r)
    if signed is None:
        may_begin = r.merged_into_id is None and r.state != "retired" and launches.may_edit(r, person)
        return PlanPart("", "", "", may_begin)
    waits = [s for s in launches.SIDES if s not in signed]
    stage = "signed" if not waits else "sign" if len(waits) > 1 else waits[0]
    tone = "yellow" if waits else "green"
    return PlanPart(f"/launches/{r.key}", str(launches.STAGE_LABELS[stage]), tone, may_begin=False)


def _just_reopened(changes: list[requirements.Change]) -> bool:
    return bool(changes) and changes[0].kind == "reopened" and changes[0].undone_at is None


def _note(state: str, *, holds: bool) -> str:
    if state == "launched":
        return _("已上市。以后哪一项过不了，这里会写明，不会退回。") if holds else _("补上这一项就恢复正常。")
    if holds:
        return _("每一项都过了，系统马上认定“已上市”。")
    return _("每一项都过了，系统就认定“已上市”，不用人来点。")


def _row(view: requirements.View, line: requirements.GateLine) -> GateRow:
    key = view.requirement.key
    label, text = _label(line), _text(view, line)
    waived = ""
    if line.waiver is not None:
        waived = _("豁免到 %(day)s：%(reason)s") % {
            "day": day(line.waiver.until),
            "reason": line.waiver.reason,
        }
    tone = "good" if not line.why else "warn" if line.passes else "bad"
    icon = {"good": "circle-check", "warn": "clock", "bad": "circle-dashed"}[tone]
    url, mend = _mend(view, line)
    may_waive = view.may_manage and line.key not in {"shipped", "limits"} and bool(line.why)
    there = url.format(key=key)
    return GateRow(line.key, label, text, tone, icon, there, mend, waived, may_waive, line.why)


def _label(line: requirements.GateLine) -> str:
    if line.role:
        return say.role(line.role)
    return {"shipped": _("已发布"), "limits": _("限制写明"), "answers": _("每句原话有一句回应")}[line.key]


def _text(view: requirements.View, line: requirements.GateLine) -> str:
    """What fails, in words of what this reader may know: people and quotes they may not see are not counted."""
    if not line.why:
        due = (
            _("可以晚些补，%(day)s 前") % {"day": day(line.due)} if line.due and not line.material_id else ""
        )
        return due or _("没问题")
    if line.why == "closed":
        known = {q.by for q in view.quotes} | {q.owner for q in view.quotes}
        named = [n for i in line.people if (n := view.names.get(i, "")) in known]
        return _("%(names)s 打不开") % {"names": "、".join(named)} if named else _("有提出人打不开")
    if line.why == "unanswered":
        seen = sum(q.id in line.requests for q in view.quotes)
        return n_("还有 %(n)s 句原话没有回应", seen) if seen else _("还有原话没有回应")
    return _whys()[line.why] if line.key != "limits" else _("还没写这一版不做什么")


def _whys() -> dict[str, str]:
    return {
        "not_yet": _("还没发布"),
        "none": _("没有素材"),
        "draft": _("还没批准"),
        "expired": _("过期或停用了"),
        "unreadable": _("文件读不出来"),
        "needs": _("有人说要更新"),
        "outdated": _("需求改过，还没有人确认"),
        "unchecked": _("14 天内没有人试过"),
    }


def _mend(view: requirements.View, line: requirements.GateLine) -> tuple[str, str]:
    """Where it is mended (empty: this reader cannot), and what the link says."""
    if not line.why or not (view.may_attach or view.may_manage):
        return "", ""
    whole = {
        "limits": ("/requirements/{key}/edit", _("去写")),
        "answers": ("#answers", _("去写")),
        "shipped": ("", ""),
    }
    if line.key in whole:
        return whole[line.key] if view.may_manage or line.key != "limits" else ("", "")
    if line.why == "none":
        return f"/requirements/{{key}}/attach?role={line.role}", _("去关联")
    if line.why in {"needs", "outdated", "unchecked"}:
        return f"#material-{line.material_id}", _("去确认")
    item = next((i for s in view.slots for i in s.items if i.material_id == line.material_id), None)
    if item:
        return f"/assets/{item.card.id}", _("看素材")
    return f"/requirements/{{key}}/attach?role={line.role}", _("换一件")


def _kin(k: requirements.Kin) -> KinRow:
    labels = {
        "merged_into": _("并到了"),
        "absorbed": _("并进来的"),
        "part": _("拆出去的"),
        "split_from": _("拆自"),
    }
    note = " · ".join(t for t in (day(k.at), k.by, k.reason) if t)
    return KinRow(labels[k.relation], k.key, k.title, k.state, f"/regroupings/{k.regrouping_id}/undo", note)


def _change(c: requirements.Change, names: dict[int, str]) -> ChangeRow:
    if c.kind == "quarter":
        label = _("季度从 %(before)s 改到 %(after)s") % {"before": c.before or "-", "after": c.after or "-"}
    elif c.kind == "reopened":
        label = _("重新打开")
    else:
        label = _("改了范围")
    return ChangeRow(day(c.at), label, c.reason, names.get(c.by_id or 0, ""), c.undone_at is not None)


def _disagree(which: str | None) -> str:
    """What to say where score and revenue rank it very differently; empty where they agree."""
    if which == "revenue":
        return _("收入很高，得分却靠后：看看触达和影响是不是估低了。")
    return _("得分很高，收入却靠后：看看是不是少记了客户的钱。") if which == "score" else ""
