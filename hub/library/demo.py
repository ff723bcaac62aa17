"""The demo library: loaded the first time `hub serve --demo` meets an empty hub."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from hub import accounts, assets, sharing, taxonomy
from hub.base import clock
from hub.base.errors import HubError
from hub.base.paths import content_dir, templates_dir
from hub.library.importing import Door, Outcome, Report
from hub.library.loading import read_yaml
from hub.library.whole import import_library, load_template


def load_demo(
    door: Door, progress: Callable[[Outcome], None] | None = None, folder: Path | None = None
) -> Report | None:
    """Load the demo into a hub that has no people and no assets; None when it is not empty or was loaded before.

    A load that was cut off is taken up again: what is there already is left as it is; links come last.
    """
    with door.database.read() as session:
        said = taxonomy.setting(session, "demo")
        empty = (
            not accounts.people(session) and session.exec(select(assets.Asset.id).limit(1)).first() is None
        )
    if said.get("state") == "loaded" or (not empty and said.get("state") != "loading"):
        return None
    with door.database.write() as session:
        taxonomy.save_setting(session, "demo", {"state": "loading"})
    loading = Door(door.database, door.blobs, door.settings, accounts.SYSTEM, demo=True)
    report = import_library(loading, folder or content_dir(), progress)
    for template in sorted((templates_dir() / "decks").glob("*/manifest.yml")):
        with door.database.write() as session:
            result = load_template(loading, template.parent, session, [])
        report.outcomes.append(Outcome(f"deck_templates/{template.parent.name}", result))
    links = (folder or content_dir()) / "shares.yml"
    if links.exists():
        with door.database.write() as session:
            sharing.load_demo(session, read_yaml(links), key=door.settings.key())
    asked = (folder or content_dir()) / "readings.yml"
    with door.database.write() as session:
        if asked.exists():
            _ask_to_read(session, read_yaml(asked))
        taxonomy.save_setting(session, "demo", {"state": "loaded"})
    return report


def _ask_to_read(session: Session, data: Mapping[str, Any]) -> None:
    """Make the requests of `content/readings.yml`; what cannot be asked is an error in the file."""
    for said in data["readings"]:
        asset, owner = assets.by_slug(session, said["asset"]), accounts.by_email(session, said["by"])
        if asset is None or owner is None:
            raise HubError(f"content/readings.yml: there is no {said['asset']} or {said['by']}")
        teams = [
            team.id or 0 for key in said.get("teams", ()) if (team := accounts.team_by_key(session, key))
        ]
        assets.ask_to_read(
            session,
            asset,
            roles=said.get("roles", ()),
            teams=teams,
            note=said["note"],
            due_on=clock.today() + timedelta(days=said["due_in"]),
            by=accounts.actor(session, owner),
        )
        for email in said.get("confirmed", ()):
            person = accounts.by_email(session, email)
            if person is not None:
                assets.confirm_read(session, asset, by=accounts.actor(session, person))
