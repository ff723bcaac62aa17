"""What would go with the demo, what stays of it, and why: worked out, nothing changed.

A thing of the demo stays when somebody *touched* it (a person who is not of the demo changed it; or anybody gave it a
new version), or when something that stays leans on it. What demo people did to things of the demo goes with them, and
is named.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlmodel import Session, SQLModel, col, select

from hub import accounts, assets
from hub.activity import Activity
from hub.base.i18n import Lazy, _, lazy
from hub.library import belonging
from hub.library.belonging import Thing

# How things are called, in the order in which they are told; a table that is not here is "other".
LABELS: dict[str, Lazy] = {
    "asset": lazy("素材"),
    "toolkit": lazy("工具包"),
    "requirement": lazy("需求"),
    "request": lazy("诉求"),
    "customer": lazy("客户"),
    "opportunity": lazy("商机"),
    "deck_template": lazy("演示模板"),
    "deck": lazy("打单 PPT"),
    "share": lazy("给客户的链接"),
    "material_task": lazy("制作单"),
    "demo_account": lazy("演示账号"),
    "fact": lazy("事实"),
    "launch_plan": lazy("上市计划"),
    "venture": lazy("跨部门方案"),
    "meeting_series": lazy("评审会系列"),
    "meeting": lazy("评审会"),
    "team": lazy("团队"),
    "product": lazy("产品"),
    "term": lazy("分类"),
    "person": lazy("人员"),
}
OTHER = lazy("另外的内容")
# How the activity log calls a table otherwise than the table itself.
CALLED = {
    "template": "deck_template",
    "industry": "term",
    "scenario": "term",
    "function": "term",
    "stage": "term",
}
LOOKING = ("search", "view", "open", "download", "sign_in", "copy", "share_view")
ADDING = ("upload", "edit_text", "restore_version")  # a version that was not there
ADDRESSES = {
    "asset": "/assets/{id}",
    "toolkit": "/toolkits/{slug}",
    "requirement": "/requirements/{key}",
    "venture": "/ventures/{id}",
}


@dataclass(frozen=True)
class Named:
    """A thing as the preview names it. `why` is why it stays; empty for what goes."""

    label: str
    title: str
    url: str = ""
    why: str = ""


@dataclass
class Plan:
    """What goes (table → ids), what stays and why, which changes by demo people go too, and who is to take over.

    `names` are demo people who stay as bare names, because something that stays says what they did.
    """

    going: dict[str, set[int]] = field(default_factory=dict)
    kept: dict[Thing, str] = field(default_factory=dict)
    lost: list[Thing] = field(default_factory=list)
    names: set[int] = field(default_factory=set)
    heir: int | None = None

    @property
    def people(self) -> set[int]:
        """Every person of the demo."""
        return self.going["person"] | self.names


def plan(session: Session, *, heir_first: int | None = None) -> Plan:
    """What removing the demo would do now; `heir_first` is the administrator who is asked first to take over."""
    demo = belonging.demo_ids(session)
    touched, played = _touched(session, demo)
    found = Plan(kept={thing: _("有人改过或接着做了") for thing in touched}, heir=heir(session, heir_first))
    _follow_leans(session, found)
    things = belonging.thing_tables()
    staying = {name: {n for t, n in found.kept if t == name} for name in demo}
    found.going = {name: demo[name] - staying[name] for name in things}
    found.going["person"] = set(demo["person"])
    _sort_values(session, found)
    _follow_leans(session, found)  # a product that stays may be open to a team
    found.going["team"] = demo["team"] - {n for t, n in found.kept if t == "team"}
    found.lost = sorted(t for t in played if t[1] in found.going.get(t[0], ()))
    found.names = _still_named(session, found)
    found.going["person"] -= found.names
    return found


def heir(session: Session, first: int | None = None) -> int | None:
    """An administrator who is not of the demo and can sign in: `first`, else who is there longest; None for nobody."""
    person, grant = accounts.Person, accounts.RoleGrant
    query = (
        select(person.id)
        .join(grant, col(grant.person_id) == col(person.id))
        .where(grant.role == "administrator", person.active, ~col(person.demo), person.password_hash != "")
    )
    return session.exec(query.order_by(col(person.id) != (first or 0), col(person.id)).limit(1)).first()


def _touched(session: Session, demo: dict[str, set[int]]) -> tuple[set[Thing], set[Thing]]:
    """Things of the demo that people changed, and those that only demo people did."""
    gone = _in_trash(session)
    real: set[Thing] = set()
    played: set[Thing] = set()
    rows = select(Activity).where(
        col(Activity.person_id).is_not(None), col(Activity.verb).not_in(LOOKING), Activity.thing != "person"
    )
    for row in session.exec(rows).all():
        for thing in _meant(row):
            if thing[1] in demo.get(thing[0], ()) and thing not in gone:
                by_demo = row.person_id in demo["person"] and row.verb not in ADDING
                (played if by_demo else real).add(thing)
    return real, played - real


def _meant(row: Activity) -> list[Thing]:
    if row.verb == assets.BULK:
        return [("asset", kept["id"]) for kept in row.details.get("assets", ())]
    return [(CALLED.get(row.thing, row.thing), row.thing_id)] if row.thing_id is not None else []


def _in_trash(session: Session) -> set[Thing]:
    """Somebody has thrown these away: that is no reason to keep them."""
    found: set[Thing] = set()
    for name, table in belonging.thing_tables().items():
        if "deleted_at" in table.c:
            query = belonging.is_demo(table).where(table.c.deleted_at.is_not(None))
            found |= {(name, number) for number in session.execute(query).scalars()}
    return found


def _follow_leans(session: Session, found: Plan) -> None:
    """Keep what is leaned on by what stays, and so on."""
    needs: dict[Thing | None, list[Thing]] = {}
    for source, target in belonging.leans(session):
        needs.setdefault(source, []).append(target)
    waiting: deque[Thing | None] = deque([None, *found.kept])
    while waiting:
        source = waiting.popleft()
        for target in needs.get(source, ()):
            if target not in found.kept:
                found.kept[target] = _why(session, source)
                waiting.append(target)


def _why(session: Session, source: Thing | None) -> str:
    if source is None:
        return _("您加的内容用到它")
    said = named(session, [source])[0]
    return _("留下的%(label)s“%(title)s”用到它") % {"label": said.label, "title": said.title}


def _sort_values(session: Session, found: Plan) -> None:
    """Products and terms stay while something carries them, or a value below them stays."""
    values = belonging.values(session)
    carried = belonging.carried(session, found.going)
    for thing, (facet, key, _above) in values.items():
        if (facet, key) in carried:
            found.kept.setdefault(thing, _("留下的内容带着它"))
    while True:
        above = {(values[t][0], values[t][2]) for t in found.kept if t in values and values[t][2]}
        above |= belonging.above_ours(session)
        more = [t for t, (facet, key, _a) in values.items() if t not in found.kept and (facet, key) in above]
        if not more:
            break
        found.kept |= dict.fromkeys(more, _("留下的内容带着它"))
    for name in ("product", "term"):
        found.going[name] = {n for t, n in values if t == name and (t, n) not in found.kept}


def _still_named(session: Session, found: Plan) -> set[int]:
    """Demo people of whom a row that stays says what they did."""
    named_by: set[int] = set()
    for table in SQLModel.metadata.sorted_tables:
        for column, to in belonging.parents(table):
            if to.name == "person" and not belonging.is_of_person(table, column):
                staying = belonging.staying(table, found.going).where(column.in_(found.going["person"]))
                named_by |= set(session.execute(staying.with_only_columns(column)).scalars())
    rows = select(Activity).where(col(Activity.person_id).in_(found.going["person"]))
    return named_by | {r.person_id for r in session.exec(rows).all() if r.person_id and stays(r, found)}


def stays(row: Activity, found: Plan) -> bool:
    """Whether this line of the log stays: of demo people only what they did to what stays."""
    meant = _meant(row)
    if row.person_id in found.people:
        did = row.verb not in LOOKING and row.thing != "person"
        return did and any(name in found.going and number not in found.going[name] for name, number in meant)
    return not meant or any(number not in found.going.get(name, ()) for name, number in meant)


def named(session: Session, things: Iterable[Thing]) -> list[Named]:
    """Things with label, title and address, in the order of the labels."""
    return [found for _thing, found in named_each(session, things)]


def named_each(session: Session, things: Iterable[Thing]) -> list[tuple[Thing, Named]]:
    """As `named`, each with the thing it names."""
    by_table: dict[str, list[int]] = {}
    for sort, number in things:
        by_table.setdefault(sort, []).append(number)
    made: list[tuple[Thing, Named]] = []
    for name in (n for n in _in_order(by_table) if n in by_table):
        table = SQLModel.metadata.tables[name]
        query = table.select().where(table.c.id.in_(by_table[name])).order_by(table.c.id)
        for row in session.execute(query).mappings():
            title = next(
                (str(row[c]) for c in ("title", "name", "quote", "key") if row.get(c)), f"#{row['id']}"
            )
            url = ADDRESSES.get(name, "").format(**{k: row.get(k) for k in ("id", "slug", "key")})
            made.append(((name, row["id"]), Named(str(LABELS.get(name, OTHER)), title, url)))
    return made


def _in_order(tables: Iterable[str]) -> list[str]:
    return [*LABELS, *sorted(set(tables) - LABELS.keys())]


def counts(found: Plan) -> list[tuple[str, int]]:
    """How many of each sort go, in the order of the labels."""
    return [
        (str(LABELS.get(n, OTHER)), len(found.going[n])) for n in _in_order(found.going) if found.going.get(n)
    ]
