"""Which rows lean on which: read from the tables' foreign keys, so that a table of another room needs no mention here.

A *thing* is a row of a table with a `demo` column, named by (table, id). A *part* is a row that its foreign key deletes
with the row it belongs to, its *owner*. A *lean* (from, to) says that `to` is needed as long as `from` is there; `from`
is None for what is always there. Values of the taxonomy are leaned on by their keys and are not among the things here.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Table, or_
from sqlalchemy import select as rows_of
from sqlmodel import Session, SQLModel, col, select

from hub import accounts, assets, decks, facts, taxonomy
from hub.library.uses import PLACES, RULE_KEYS
from hub.toolkits import Toolkit

Thing = tuple[str, int]
Lean = tuple[Thing | None, Thing]
APART = {"person", "product", "term"}  # people and values have rules of their own
# A finished deck is a file of its own: it goes on without the kit and the slides that it was made from. What a rule
# brings is worked out anew.
SOFT = {
    ("deck", "toolkit_id"),
    ("deck_slide", "asset_id"),
    ("deck_slide", "version_id"),
    ("toolkit_brought", "asset_id"),
}


def thing_tables() -> dict[str, Table]:
    """The tables whose rows say whether they came with the demo, without people and values."""
    tables = SQLModel.metadata.sorted_tables
    return {t.name: t for t in tables if "demo" in t.c and t.name not in APART}


def parents(table: Table) -> list[tuple[Column[Any], Table]]:
    """The table's foreign keys in the order of its columns, with the table each points to."""
    return [(c, key.column.table) for c in table.columns for key in c.foreign_keys]


def owner_of(table: Table) -> tuple[Column[Any], Table] | None:
    """What a part belongs to; None for a thing, and for a row that only ties others together."""
    if "demo" in table.c:
        return None
    return next(
        ((c, to) for c, to in parents(table) if next(iter(c.foreign_keys)).ondelete == "CASCADE"), None
    )


def is_demo(to: Table) -> Any:
    """The ids of the demo's rows of a table, as a subquery."""
    return rows_of(to.c.id).where(to.c.demo)


def demo_ids(session: Session) -> dict[str, set[int]]:
    """Per table that knows of the demo, the ids of the demo's rows; people and values are among them."""
    flagged = [t for t in SQLModel.metadata.sorted_tables if "demo" in t.c]
    return {t.name: set(session.execute(is_demo(t)).scalars()) for t in flagged}


def leans(session: Session) -> Iterator[Lean]:
    """Every lean on a thing of the demo."""
    things, demo = thing_tables(), demo_ids(session)
    for table in SQLModel.metadata.sorted_tables:
        ways = [
            (c, to.name) for c, to in parents(table) if to.name in things and (table.name, c.name) not in SOFT
        ]
        if ways:
            on_demo = or_(*(c.in_(is_demo(things[to])) for c, to in ways))
            for row in session.execute(rows_of(table).where(on_demo)).mappings():
                yield from _of_row(table, row, [(to, row[c.name]) for c, to in ways], demo)
    yield from _of_unfinished_decks(session, demo)
    yield from _of_tokens(session, demo)
    yield from _of_teams(session, demo)


def _of_row(table: Table, row: Any, targets: list[Thing], demo: dict[str, set[int]]) -> Iterator[Lean]:
    """What this row needs, said of whoever keeps it: itself, its owner, or, where it ties things together, each."""

    def known(thing: Thing) -> Thing | None:
        return thing if thing[1] in demo[thing[0]] else None

    owner = owner_of(table)
    keepers: list[Thing | None] = []
    if "demo" in table.c:
        keepers = [known((table.name, row["id"]))]
    elif owner is None:
        keepers = [known(t) for t in targets if t[1] is not None]
    elif owner[1].name in demo and row[owner[0].name] is not None:
        keeper = known((owner[1].name, row[owner[0].name]))
        keepers = (
            [] if keeper and keeper[0] == "person" else [keeper]
        )  # what a demo person has goes with them
    for keeper in keepers:
        yield from ((keeper, t) for t in targets if t[1] in demo[t[0]] and t != keeper)


def _of_unfinished_decks(session: Session, demo: dict[str, set[int]]) -> Iterator[Lean]:
    """A deck that is not made yet still needs its kit and every slide of its plan."""
    unmade = (decks.Deck.blob_sha.is_(None), col(decks.Deck.deleted_at).is_(None))  # type: ignore[union-attr]
    kits, slides = demo["toolkit"], demo["asset"]
    for deck in session.exec(select(decks.Deck).where(*unmade)).all():
        source = ("deck", deck.id or 0) if deck.demo else None
        if deck.toolkit_id in kits:
            yield source, ("toolkit", deck.toolkit_id or 0)
        yield from ((source, ("asset", n)) for e in deck.plan if (n := e.get("asset_id")) in slides)


def _of_tokens(session: Session, demo: dict[str, set[int]]) -> Iterator[Lean]:
    """A text needs the facts that it names."""
    keys = {f.key: f.id or 0 for f in session.exec(select(facts.Fact).where(facts.Fact.demo)).all()}
    query = select(assets.Version.asset_id, assets.Version.text).where(
        col(assets.Version.blob_sha).is_(None), col(assets.Version.text).contains("{{")
    )
    for asset_id, text in session.exec(query).all() if keys else ():
        source = ("asset", asset_id) if asset_id in demo["asset"] else None
        yield from ((source, ("fact", keys[t.key])) for t in facts.tokens(text) if t.key in keys)


def _of_teams(session: Session, demo: dict[str, set[int]]) -> Iterator[Lean]:
    """A team is needed by its members who are no demo people, and by what is open to it."""
    person, member, team = accounts.Person, accounts.TeamMember, accounts.Team
    query = (
        select(member.team_id)
        .join(person, col(person.id) == col(member.person_id))
        .join(team, col(team.id) == col(member.team_id))
    )
    for team_id in session.exec(query.where(~col(person.demo), team.demo)).all():
        yield None, ("team", team_id)
    shut = accounts.Restriction
    open_to = select(shut).join(team, col(team.id) == col(shut.team_id)).where(team.demo)
    for row in session.exec(open_to).all():
        of_demo = row.thing_id in demo.get(row.thing, ())
        yield ((row.thing, row.thing_id) if of_demo else None), ("team", row.team_id or 0)


def carried(session: Session, going: dict[str, set[int]]) -> set[tuple[str, str]]:
    """Every (facet, key) of the taxonomy that something carries which is not going."""
    tables = SQLModel.metadata.tables
    tag = tables["asset_tag"]
    tags = rows_of(tag.c.facet, tag.c.key, tag.c.asset_id).where(tag.c.facet != "tag")
    found = {(f, k) for f, k, a in session.execute(tags) if a not in going.get("asset", set())}
    for facet, places in PLACES.items():
        for name, field, _label in places:
            table = tables[name]
            own = table.c.id if "id" in table.c else table.c.person_id
            gone = going.get(name if "id" in table.c else "person", set())
            said = session.execute(rows_of(own, table.c[field]).where(table.c[field].is_not(None)))
            found |= {(facet, key) for number, key in said if number not in gone}
    for kit_id, rules in session.exec(select(Toolkit.id, Toolkit.rules)).all():
        if kit_id not in going.get("toolkit", set()):
            found |= set(_named_by(rules))
    return found


def _named_by(rules: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for rule in rules:
        for facet in RULE_KEYS:
            said = rule.get(facet)
            yield from ((facet, key) for key in (said if isinstance(said, list) else [said] if said else []))


def values(session: Session) -> dict[Thing, tuple[str, str, str | None]]:
    """The demo's products and terms: (facet, key, key of the value above)."""
    products = select(taxonomy.Product).where(taxonomy.Product.demo)
    found: dict[Thing, tuple[str, str, str | None]] = {
        ("product", p.id or 0): ("product", p.key, None) for p in session.exec(products).all()
    }
    terms = session.exec(select(taxonomy.Term)).all()
    return found | {("term", t.id or 0): (t.facet, t.key, t.parent) for t in terms if t.demo}


def above_ours(session: Session) -> set[tuple[str, str | None]]:
    """(facet, key) of the values under which somebody put a term of their own."""
    ours = select(taxonomy.Term).where(~col(taxonomy.Term.demo))
    return {(t.facet, t.parent) for t in session.exec(ours).all() if t.parent}


# What a person only belongs to, or has taken over from them: not said of what they did.
MEMBERSHIPS = {("team_member", "person_id"), ("restriction", "person_id")}
HANDED_OVER = ("owner_id", "manager_id", "host_id", "expert_id", "escalate_to_id")


def is_of_person(table: Table, column: Column[Any]) -> bool:
    """Whether the row is the person's own and goes with them, or the column is given to somebody else."""
    owner = owner_of(table)
    own = owner is not None and owner[0].name == column.name
    return own or (table.name, column.name) in MEMBERSHIPS or column.name in HANDED_OVER


def staying(table: Table, going: dict[str, set[int]]) -> Any:
    """The rows of a table that stay when these go."""
    query = rows_of(table)
    if "demo" in table.c:
        return query.where(table.c.id.not_in(going.get(table.name, set())))
    owner = owner_of(table)
    ways = (
        [owner] if owner else [(c, to) for c, to in parents(table) if "demo" in to.c and to.name != "person"]
    )
    for column, to in ways:
        if "demo" in to.c:
            query = query.where(or_(column.is_(None), column.not_in(going.get(to.name, set()))))
        else:
            query = query.where(column.in_(staying(to, going).with_only_columns(to.c.id)))
    return query
