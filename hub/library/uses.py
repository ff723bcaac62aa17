"""Where the values of the taxonomy are used, over all rooms; what follows when one changes; removing an unused one.

A *use* is a row that carries the value's key: an asset's tag, a toolkit's product, a customer's industry, and so on.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnClause, column, table
from sqlmodel import Session, col, func, select

from hub import accounts, assets, requirements, taxonomy, toolkits, ventures
from hub.base.db import Database
from hub.base.errors import Conflict, NotFound
from hub.base.formats import listed
from hub.base.i18n import Lazy, _, lazy

Uses = Mapping[str, Mapping[str, int]]
"""Per key, what uses it (in words) and how often."""

# Per facet: table, column, and what its rows are called.
PLACES: dict[str, tuple[tuple[str, str, Lazy], ...]] = {
    "product": (
        ("toolkit", "product", lazy("工具包")),
        ("requirement", "product", lazy("需求")),
        ("request", "product", lazy("诉求")),
        ("opportunity", "product", lazy("商机")),
        ("approver_grant", "product", lazy("审批人")),
        ("material_task", "product", lazy("制作单")),
        ("demo_account", "product", lazy("演示账号")),
        ("fact", "product", lazy("事实")),
        ("venture", "product", lazy("跨部门方案")),
    ),
    "tier": (("product", "tier", lazy("产品")), ("toolkit", "tier", lazy("工具包"))),
    "type": (("product", "type", lazy("产品")),),
    "industry": (
        ("toolkit", "industry", lazy("工具包")),
        ("request", "industry", lazy("诉求")),
        ("customer", "industry", lazy("客户")),
        ("interest", "industry", lazy("人员")),
        ("material_task", "industry", lazy("制作单")),
    ),
    "scenario": (("toolkit", "scenario", lazy("工具包")), ("material_task", "scenario", lazy("制作单"))),
    "function": (("toolkit", "function", lazy("工具包")),),
    "stage": (("opportunity", "stage", lazy("商机")),),
}
BATCH = 100
RULE_KEYS = ("product", "industry", "scenario", "function", "stage")


def uses(session: Session, facet: str) -> Uses:
    """Every use of the facet's values; facet may be any tree, "product", "tier" or "type"."""
    found: dict[str, dict[str, int]] = {}

    def add(key: object, label: str, n: int) -> None:
        if key:
            mine = found.setdefault(str(key), {})
            mine[label] = mine.get(label, 0) + n

    tags = (
        select(assets.AssetTag.key, func.count())
        .where(assets.AssetTag.facet == facet)
        .group_by(col(assets.AssetTag.key))
    )
    for key, n in session.exec(tags).all():
        add(key, _("素材"), n)
    for name, field, label in PLACES.get(facet, ()):
        held: ColumnClause[str] = column(field)
        query = select(held, func.count()).select_from(table(name)).group_by(held)
        for key, n in session.execute(query).all():
            add(key, str(label), n)
    for term in session.exec(select(taxonomy.Term).where(taxonomy.Term.facet == facet)).all():
        add(term.parent, _("下级"), 1)
    for key in _in_rules(session, facet):
        add(key, _("工具包规则"), 1)
    return found


def _in_rules(session: Session, facet: str) -> Iterable[str]:
    if facet not in RULE_KEYS:
        return
    for rules in session.exec(select(toolkits.Toolkit.rules)).all():
        for rule in rules:
            said = rule.get(facet)
            yield from said if isinstance(said, list) else [said] if said else []


def remove_value(session: Session, facet: str, key: str, *, by: accounts.Actor) -> None:
    """Take out a value that nothing carries; Conflict that says where a used one is used."""
    by.must("taxonomy.edit")
    if facet == "product" and key in taxonomy.hidden_products(session, by):
        raise NotFound(_("没有这个产品。"))
    used = uses(session, facet).get(key, {})
    if used:
        said = listed(f"{label} {n}" for label, n in used.items())
        known = taxonomy.words(session)
        types = {k: t.label for k, t in known.types.items()}
        name = types.get(key, key) if facet == "type" else known.label(facet, key)
        raise Conflict(
            _("“%(name)s” 还用在：%(where)s。先改掉这些，再来删除。") % {"name": name, "where": said}
        )
    taxonomy.remove(session, facet, key, by=by)


def follow_value(database: Database, facet: str, key: str) -> None:
    """A value means something else now (who may know of it, its tier, its place in the tree): work out the readers and
    the search documents of everything that carries it, or a value below it. In small transactions; safe to run twice.
    """
    with database.read() as session:
        keys = sorted(taxonomy.words(session).below(facet, key))
        ids = assets.ids_tagged(session, facet, keys)
    for start in range(0, len(ids), BATCH):
        with database.write() as session:
            assets.refresh_all(session, ids[start : start + BATCH])
    with database.write() as session:
        for kit in session.exec(select(toolkits.Toolkit)).all():
            if getattr(kit, facet, None) in keys or any(rule.get(facet) for rule in kit.rules):
                toolkits.refresh(session, kit)
        if facet == "product":
            query = select(requirements.Requirement).where(col(requirements.Requirement.product).in_(keys))
            for requirement in session.exec(query).all():
                requirements.refresh(session, requirement)
            ventures.refresh_for_product(session, keys)


def retag(database: Database, word: str, facet: str, key: str) -> None:
    """A free tag has become a value: whatever carries the one carries the other. Safe to run twice."""
    while True:
        with database.write() as session:
            if not assets.retag(session, word, facet, key, most=BATCH):
                return
