"""Noticing at the engine which tables a transaction writes, and changing their stamps with it; see `stamps`."""

import re
import secrets

from sqlalchemy import Engine, event, text
from sqlalchemy.engine import Connection

WATCHED = frozenset(
    {
        *("person", "interest", "setting", "reader"),
        *("asset", "asset_tag", "version", "page"),
        *("toolkit", "toolkit_pin", "toolkit_brought"),
        *("deck", "deck_slide", "share", "share_item", "saved_search"),
        *("customer", "request", "request_link", "requirement", "rice_input"),
        *("obligation", "enablement_link", "read_request", "read_asked"),
    }
)
APART = frozenset(
    {
        *("activity", "share_visitor", "share_beat", "share_event", "notice", "sign_in"),
        *("gap", "gap_search", "gap_need"),
        "guess",
        *("job", "index_change", "index_follower", "table_stamp"),
    }
)
OTHER = "other"
"""The stamp that all tables share that are neither watched by themselves nor apart, where reading leaves traces."""

_WRITES = re.compile(r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
_CHANGE = text(
    "INSERT INTO table_stamp (name, stamp) VALUES (:name, :stamp) "
    "ON CONFLICT (name) DO UPDATE SET stamp = excluded.stamp"
)


def watch(engine: Engine) -> None:
    """From now on, what is written by this engine changes the stamps; but for migrations, which come before the table
    of stamps does, and before anything is kept.
    """
    event.listen(engine, "before_cursor_execute", _heed)
    event.listen(engine, "commit", _change)
    event.listen(engine, "rollback", _forget)


def _heed(connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
    if statement.startswith("SELECT"):
        return
    found = _WRITES.search(statement) if statement.startswith("WITH") else _WRITES.match(statement)
    if not found or found[1] in APART or connection.get_execution_options().get("hub_mode") == "migrate":
        return
    connection.info.setdefault("written", set()).add(found[1] if found[1] in WATCHED else OTHER)


def _change(connection: Connection) -> None:
    written = connection.info.pop("written", None)
    if written:  # in one order, so that no two wait for each other
        connection.execute(_CHANGE, [{"name": n, "stamp": secrets.token_hex(8)} for n in sorted(written)])


def _forget(connection: Connection) -> None:
    connection.info.pop("written", None)
