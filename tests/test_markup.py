"""Markup that somebody typed stays text: no element, no handler and no script address of theirs is on any page."""

from collections.abc import Iterator

import pytest
from lxml import html
from sqlalchemy import text
from sqlmodel import Session, SQLModel, select
from sqlmodel.sql.sqltypes import AutoString

from hub import library, notices, taxonomy
from tests.entrance import browser
from tests.every_page import visits
from tests.furnished import furnish

TYPED = "\"'><img src=x onerror=alert(1)><script>alert(1)</script></textarea><svg/onload=alert(1)>{{7*7}}"
ADDRESS = "https://firm.example/" + TYPED  # what is no web address is refused when it is typed
# What people type, by the names of its columns; the others hold keys, states and hashes.
WORDS = {
    *(
        "title",
        "title_en",
        "name",
        "name_en",
        "summary",
        "summary_en",
        "text",
        "notes",
        "note",
        "reason",
        "quote",
    ),
    *(
        "contact",
        "desired",
        "greeting",
        "words",
        "rationale",
        "customer",
        "file_name",
        "evidence",
        "questions",
        "script",
    ),
    *(
        "login",
        "reset_note",
        "outcome_words",
        "limits",
        "decision",
        "end_reason",
        "headings",
        "tables",
        "alt",
        "answer",
    ),
    *(
        "purpose",
        "browser",
        "phone",
        "region",
        "price",
        "unit",
        "error",
        "digest_error",
        "word",
        "before",
        "after",
    ),
}
KEYED = {"job", "index_follower"}
LEADS = {"href", "src", "action", "formaction", "data", "srcset"}


def spoil(session: Session) -> int:
    """Put markup into everything that people type; returns into how many columns."""
    columns = [
        (table.name, column.name)
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if column.name in WORDS and isinstance(column.type, AutoString) and table.name not in KEYED
    ]
    for table, column in columns:
        session.execute(text(f'UPDATE "{table}" SET "{column}" = :typed || rowid'), {"typed": TYPED})
    session.execute(text('UPDATE "demo_account" SET address = :typed'), {"typed": ADDRESS})
    for notice in session.exec(select(notices.Notice)).all():
        notice.values = dict.fromkeys(notice.values, TYPED)
        session.add(notice)
    session.flush()
    session.expire_all()
    taxonomy.changed(session)
    return len(columns)


def of_theirs(page: bytes) -> Iterator[str]:
    """What of the typed markup became part of the page."""
    tree = html.fromstring(page.decode())
    for element in tree.iter():
        for name, value in element.attrib.items():
            runs = name in LEADS and value.strip().casefold().startswith("javascript:")
            if name.startswith("on") or runs:
                yield f"{element.tag} {name}={value[:60]}"
        if element.tag == "script" and not element.get("src"):
            yield f"script {(element.text or '')[:60]}"
        if element.tag == "img" and element.get("src") == "x":
            yield "img"


@pytest.mark.long
def test_what_people_typed_is_shown_as_they_typed_it_on_every_page(wiring, cast):
    house = furnish(wiring, cast)
    with wiring.database.write() as session:
        taxonomy.set_company(session, taxonomy.Company(TYPED, TYPED, TYPED, site=ADDRESS), by=cast.ada)
        assert spoil(session) > 60
    library.rebuild_index(wiring.database, wiring.engine)

    answers = {}
    for who in ("", "zhou", "ting", "jun", "ada"):
        reader = browser(wiring, getattr(cast, who) if who else None, follow_redirects=True)
        answers.update({f"{who} {address}": reader.get(address) for address in visits(house, who)})

    assert {a: r.status_code for a, r in answers.items() if r.status_code != 200} == {}
    assert {a: found for a, r in answers.items() if (found := list(of_theirs(r.content)))} == {}
    assert sum("&lt;img src=x" in r.text for r in answers.values()) > len(answers) / 2
