"""Notices: what the hub tells a person. One person, one event, one channel: at most once (the table sees to it).

The `event` names what happened and to what, so that telling twice is one row: "requirement:231:shipped". `key` is a
message known to `MESSAGES`; `values` fill it, so that each reader reads it in their own language.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Index, ScalarSelect, UniqueConstraint, func, update
from sqlmodel import Field, Session, SQLModel, col, select

from hub import accounts
from hub.base import clock
from hub.base.db import Json, UtcDateTime
from hub.base.errors import NotFound
from hub.base.formats import quarter
from hub.base.i18n import _, lazy

QUARTER = re.compile(r"\d{4}Q[1-4]")  # as it is kept
MESSAGES = {
    "review_asked": lazy("%(who)s 请您审“%(title)s”"),
    "approved": lazy("“%(title)s” 已批准，正在用"),
    "returned": lazy("“%(title)s” 被退回：%(reason)s"),
    "withdrawn": lazy("“%(title)s” 已停用：%(reason)s"),
    "withdrawn_instead": lazy("“%(title)s” 已停用：%(reason)s 请改用“%(instead)s”"),
    "withdrawn_source": lazy("“%(title)s” 已停用：原文《%(source)s》不在用了"),
    "replaced": lazy("您用过的“%(title)s” 换成第 %(n)s 版了，手里的旧版请换掉"),
    "share_opened": lazy("您发的“%(title)s” 有人打开了"),
    "share_opened_by": lazy("%(who)s 打开了您发的“%(title)s”"),
    "requirement_shipped": lazy("您提的“%(title)s”已发布，资料在这里"),
    "requirement_planned": lazy("您提的“%(title)s”排上了，计划 %(quarter)s"),
    "requirement_parked": lazy("您提的“%(title)s”先放一放，原因写在里面"),
    "requirement_declined": lazy("您提的“%(title)s”这次不做，怎么跟客户说写在里面"),
    "requirement_more": lazy("评审会想请您补充“%(title)s”：%(words)s"),
    "requirement_escalated": lazy("“%(title)s” 在评审会上顺延了 %(times)s 次，请您拿主意"),
    "tell_customer": lazy("“%(title)s” 有结果了，请告诉客户"),
    "requirement_launched": lazy("您提的“%(title)s”已上市，资料齐了"),
    "requirement_reopened": lazy("您提的“%(title)s”重新打开了，要再改一改，原因写在里面"),
    "requirement_retired": lazy("您提的“%(title)s”已下线"),
    "requirement_slipped": lazy("您提的“%(title)s”从 %(before)s 改到 %(after)s，请告诉客户"),
    "requirement_merged": lazy("您提的“%(title)s”：有相同的需求，并在一起做了，一件也没少"),
    "requirement_unmerged": lazy("您提的“%(title)s”：合并撤销了，回到原来的样子"),
    "staff_planned": lazy("“%(title)s” 排上了，计划 %(quarter)s"),
    "staff_shipped": lazy("“%(title)s” 已发布，请把上市素材配齐"),
    "staff_launched": lazy("“%(title)s” 素材齐了，已上市"),
    "staff_reopened": lazy("“%(title)s” 重新打开了，素材要再看一遍"),
    "launch_attention": lazy("“%(title)s” 已上市，但有一项过不了了，请来补上"),
    "not_asked": lazy("有客户说“%(title)s” 不是他要的，请看看要不要重新打开"),
    "handed_over": lazy("%(who)s 请您告诉客户：“%(title)s”"),
    "digest": lazy("需求池昨天有 %(count)s 处动静：%(titles)s"),
    "material_attached": lazy("“%(title)s” 有了新资料：%(asset)s"),
    "deck_ready": lazy("打单 PPT“%(title)s” 做好了"),
    "deck_failed": lazy("打单 PPT“%(title)s” 没有做成：%(reason)s"),
    "saved_hits": lazy("您保存的搜索“%(name)s”有 %(n)s 条新结果"),
    "gap_met": lazy("您要找的“%(words)s”有材料了"),
    "gap_declined": lazy("您要找的“%(words)s”这次不补，原因写在里面"),
    "task_assigned": lazy("%(who)s 派给您一张制作单：“%(title)s”"),
    "task_published": lazy("您等的“%(title)s”做好了：%(asset)s"),
    "task_declined": lazy("您等的“%(title)s”这次不做：%(reason)s"),
    "venture_asked": lazy("%(who)s 请您签“%(title)s”：看好了请表态"),
    "venture_void": lazy("“%(title)s” 改过了（%(what)s），您签过的作废了，请再看一遍"),
    "venture_declined": lazy("%(party)s 没有同意“%(title)s”：%(reason)s"),
    "venture_agreed": lazy("“%(title)s” 各方都签了"),
    "venture_ended": lazy("“%(title)s” 到此为止：%(reason)s"),
    "venture_step": lazy("%(who)s 请您跟进“%(title)s”：%(step)s"),
    "venture_deck_failed": lazy("“%(title)s” 的 PPT 没有做成：%(reason)s"),
    "comment_made": lazy("%(who)s 说“%(title)s”：%(text)s"),
    "read_asked": lazy("%(who)s 请您读一遍“%(title)s”"),
    "demo_answers": lazy("演示账号“%(title)s”的地址有应答"),
    "demo_silent": lazy("演示账号“%(title)s”的地址没有应答：%(reason)s"),
    "owner_changed": lazy("%(who)s 把 %(count)s 份素材转给您负责"),
    "fact_due": lazy("“%(title)s”的值到 %(day)s 为止，请核对后更新"),
    "fact_late": lazy("“%(title)s”的值 %(day)s 过期了，用到它的材料发不出去，请更新"),
    "fact_changed": lazy("“%(title)s”由 %(before)s 改成 %(after)s，您负责的 %(count)s 处还是旧值"),
    "consent_ending": lazy("“%(title)s”的客户授权到 %(day)s 为止，请去续，或备好匿名版"),
    "consent_ended": lazy("“%(title)s”的客户授权结束了，对外只用匿名版"),
    "consent_named": lazy(
        "“%(title)s”的客户授权结束了，还有 %(count)s 份对外材料或链接写着这个客户，请看一遍"
    ),
    "digest_failed": lazy("“%(title)s” 读不出内容：%(reason)s"),
    "launch_plan_yours": lazy("%(who)s 请您带上市计划“%(title)s”"),
    "launch_line_yours": lazy("%(who)s 请您负责“%(line)s”（上市计划“%(title)s”）"),
    "launch_sign_asked": lazy("%(who)s 签了上市计划“%(title)s” 的目标，等您这边签"),
    "launch_signed": lazy("%(who)s 也签了上市计划“%(title)s”，两边齐了"),
    "launch_void": lazy("%(who)s 改了上市计划“%(title)s” 的目标，您的签字作废，请再看一遍"),
    "launch_moved": lazy("上市计划“%(title)s” 的发布日从 %(before)s 改到 %(after)s，排期跟着动了"),
    "launch_dated": lazy("上市计划“%(title)s” 定了发布日：%(after)s"),
    "launch_undated": lazy("上市计划“%(title)s” 原定 %(before)s 的发布日没有了，排期先停着"),
    "launch_line_late": lazy("“%(line)s” 过了日子还没做完（上市计划“%(title)s”）"),
}


class Notice(SQLModel, table=True):
    """One thing told to one person."""

    __table_args__ = (
        UniqueConstraint("person_id", "event", "channel"),
        Index("ix_notice_person_unread", "person_id", "read_at", "created_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE")
    event: str = Field(max_length=120)
    channel: str = Field(default="hub", max_length=10)
    key: str = Field(max_length=40)
    values: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    url: str = Field(default="", max_length=300)
    created_at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def text(self) -> str:
        """The sentence, in the reader's language; quarters as the pages write them."""
        return str(MESSAGES[self.key]) % {n: _shown(v) for n, v in self.values.items()}


def _shown(value: Any) -> Any:
    is_quarter = isinstance(value, str) and QUARTER.fullmatch(value)
    return quarter(value) if is_quarter else value


def tell(
    session: Session, people: Iterable[int | None], *, event: str, key: str, url: str = "", **values: Any
) -> int:
    """Tell each of these people once; returns how many had not been told before."""
    wanted = {p for p in people if p is not None}
    had = set(
        session.exec(select(Notice.person_id).where(Notice.event == event, col(Notice.person_id).in_(wanted)))
    )
    for person_id in sorted(wanted - had):
        session.add(
            Notice(person_id=person_id, event=event, key=key, values=values, url=url, created_at=clock.now())
        )
    session.flush()
    return len(wanted - had)


def of(session: Session, by: accounts.Actor, *, limit: int = 50) -> list[Notice]:
    """The actor's notices, newest first."""
    query = (
        select(Notice)
        .where(Notice.person_id == by.id)
        .order_by(col(Notice.created_at).desc(), col(Notice.id).desc())
    )
    return list(session.exec(query.limit(limit)).all())


def unread(person_id: Any) -> ScalarSelect[int]:
    """How many notices wait for the person whose id stands in this column, for a question about people."""
    query = select(func.count()).select_from(Notice)
    return query.where(col(Notice.person_id) == person_id, col(Notice.read_at).is_(None)).scalar_subquery()


def read_all(session: Session, by: accounts.Actor) -> None:
    session.exec(
        update(Notice)
        .where(col(Notice.person_id) == by.id, col(Notice.read_at).is_(None))
        .values(read_at=clock.now())
    )


def read(session: Session, notice_id: int, by: accounts.Actor) -> Notice:
    """Mark one's own notice as read."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.person_id != by.id:
        raise NotFound(_("没有这条通知。"))
    notice.read_at = notice.read_at or clock.now()
    session.add(notice)
    return notice
