"""What a page asks the database: as much for forty things as for five, and little."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from sqlalchemy import event
from sqlmodel import select

from hub import assets, decks, demos, requirements, sharing, tasks, taxonomy, toolkits, ventures
from hub.wiring import Wiring
from tests.cast import Cast, draft, on_offer, settle
from tests.hidden import Things, a_plan, a_series, a_template

# The most a page asks today; the house's goal is 8 a page, and each of these may only go down.
PAGES = {
    "/": 8,
    "/search?q=园区": 8,
    "/search?type=faq": 8,
    "/toolkits": 8,
    "/toolkits/kit-0": 28,
    "/requirements": 8,
    "/requests?which=all": 8,
    "/decks": 24,
    "/assets?queue=review": 8,
    "/assets/1": 8,
    "/launches": 8,
    "/meetings": 8,
    "/meetings/1": 8,
    "/requirements/KEY": 8,
    "/requests/1": 8,
    "/roadmap": 8,
    "/demand": 8,
    "/requests/import": 8,
    "/coverage": 8,
    "/coverage?product=energy&at=park": 8,
    "/tasks": 8,
    "/demos": 10,
    "/facts": 8,
    "/consents": 8,
    "/ventures": 8,
    "/ventures/1": 8,
    "/shares": 14,
}


LISTS = (
    "/",
    "/search?q=园区",
    "/toolkits",
    "/toolkits/kit-0",
    "/requirements",
    "/requirements?sort=score",
    "/requirements?state=new&mine=1",
    "/requests",
    "/requests?which=open",
    "/requests?which=all",
    "/decks",
    "/assets?queue=review",
    "/assets?queue=drafts",
    "/assets/1",
    "/notices",
)


@contextmanager
def counted(wiring: Wiring) -> Iterator[list[str]]:
    """The statements sent meanwhile, without those that begin and end a transaction."""
    sent: list[str] = []

    def heed(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SET TRANSACTION")):
            sent.append(statement)

    event.listen(wiring.database.engine, "before_cursor_execute", heed)
    try:
        yield sent
    finally:
        event.remove(wiring.database.engine, "before_cursor_execute", heed)


def grow(wiring: Wiring, cast: Cast, first: int, last: int) -> None:
    """So many of everything that lists show, each with something behind it."""
    with wiring.database.write() as session:
        if first == 0:
            a_series(session, cast)
        for n in range(first, last):
            on_offer(session, cast, f"园区方案 {n}")
            on_offer(session, cast, f"园区问答 {n}", kind="faq", text="能。")
            waiting = draft(session, cast.min, f"待审 {n}")
            assets.submit(session, waiting, by=cast.min)
            said = {"product": "energy", "industry": "park", "rules": [{"product": "energy", "newest": 3}]}
            account = demos.Fields(title=f"演示 {n}", secret="x")
            demos.create(session, account, key=wiring.settings.key(), by=cast.ting)
            ventures.create(session, {"title": f"方案 {n}"}, by=cast.ting)
            tasks.propose(
                session, tasks.Fields(kind=taxonomy.KINDS[n % 12], title=f"制作单 {n}"), by=cast.ting
            )
            kit = toolkits.create(
                session, toolkits.Fields(title=f"工具包 {n}", **said), by=cast.ting, slug=f"kit-{n}"
            )
            toolkits.publish(session, kit, by=cast.ting)
            fields = requirements.Fields(title=f"需求 {n}", product="energy")
            wanted = requirements.create(session, fields, by=cast.jun)
            wish = requirements.Wish(customer=f"客户 {n}", quote="很急。", revenue=Decimal(1000))
            requirements.link(session, requirements.ask(session, wish, by=cast.ting), wanted, by=cast.jun)
            a_plan(session, cast, wanted, Things(), f"计划 {n}")
            for factor, by in (
                ("reach", cast.jun),
                ("impact", cast.jun),
                ("confidence", cast.jun),
                ("effort", cast.li),
            ):
                requirements.set_input(session, wanted, factor, Decimal(1), reason="x", by=by)
            if first == 0 and n == 0:
                a_template(session, wiring, cast)
            template = decks.templates(session)[0]
            decks.start(session, template, kit, {"customer.name": f"客户 {n}"}, by=cast.ting)
            sheet = f"客户,原话\n客户 {n},很急 {n}\n".encode()
            requirements.submit_import(session, wiring.blobs, wiring.settings, f"{n}.csv", sheet, by=cast.jun)
            wanted_kit, said = [sharing.Wanted("toolkit", kit.id or 0)], sharing.Fields(customer=f"客户 {n}")
            sharing.create(session, wanted_kit, said, key="key", by=cast.ting)
    settle(wiring)


@pytest.mark.parametrize("things", [(5, 20)])
def test_a_page_asks_the_database_as_much_for_many_things_as_for_few(wiring, cast, client, things):
    few, many = things
    browser, manager = client(cast.ting), client(cast.jun)
    who = {page: manager if page == "/requests/import" else browser for page in PAGES}
    grow(wiring, cast, 0, few)
    before = {page: asked(wiring, who[page], page) for page in PAGES}

    grow(wiring, cast, few, many)
    after = {page: asked(wiring, who[page], page) for page in PAGES}

    assert {p: (len(before[p]), len(after[p])) for p in PAGES if len(after[p]) > len(before[p])} == {}
    assert {p: len(after[p]) for p in PAGES if len(after[p]) > PAGES[p]} == {}


GROWING = ("asset", "version", "page", "request", "request_link", "requirement", "activity", "notice", "deck")


# Where one pass over all links beats a look-up for each of fifty thousand requests; nothing else may join these.
BY_PASSING_THROUGH = {
    ("/requests?which=open", "SCAN request_link"),
    ("/requirements?sort=score", "SCAN request_link USING INDEX ix_request_link_requirement"),
}


def test_every_list_is_on_an_index_whatever_grows_with_the_house(wiring, cast, client):
    browser = client(cast.ting)
    grow(wiring, cast, 0, 2)

    whole = {(page, step) for page in LISTS for step in plans(wiring, browser, page) if reads_whole(step)}

    assert whole <= BY_PASSING_THROUGH


def plans(wiring: Wiring, browser: object, page: str) -> list[str]:
    """The steps in which SQLite goes about the questions of a page."""
    sent: list[tuple[str, object]] = []

    def heed(_connection: object, _cursor: object, statement: str, values: object, *_more: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            sent.append((statement, values))

    event.listen(wiring.database.engine, "before_cursor_execute", heed)
    try:
        assert browser.get(page).status_code == 200  # type: ignore[attr-defined]
    finally:
        event.remove(wiring.database.engine, "before_cursor_execute", heed)
    with wiring.database.engine.connect() as raw:
        return [
            str(row[3])
            for statement, values in sent
            for row in raw.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        ]


def reads_whole(step: str) -> bool:
    """ "SCAN request" reads a table from end to end; "SEARCH" goes by an index."""
    words = step.split()
    return words[0] == "SCAN" and words[1] in GROWING


def asked(wiring: Wiring, browser: object, page: str) -> list[str]:
    with wiring.database.read() as session:
        page = page.replace("KEY", session.exec(select(requirements.Requirement.key)).first() or "")
    assert browser.get(page).status_code == 200  # type: ignore[attr-defined]
    with counted(wiring) as sent:
        browser.get(page)  # type: ignore[attr-defined]
    return list(sent)
