"""A library folder on its way out: its files, how YAML is written, and how people and customers are called in it."""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import Session, col, select

from hub import accounts, assets, customers
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.library import front as fronts


class HouseDumper(yaml.SafeDumper):
    """Writes what HouseLoader reads back the same: a text that either YAML or we would take for something else is
    quoted.
    """

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        """YAML counts three more characters as line ends and folds them: only between double quotes are they kept."""
        style = '"' if _YAML_LINE_ENDS.intersection(data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_YAML_LINE_ENDS = frozenset("\x85\u2028\u2029")
HouseDumper.add_representer(str, HouseDumper.represent_str)

HouseDumper.yaml_implicit_resolvers = {
    first: [
        *yaml.SafeDumper.yaml_implicit_resolvers.get(first, []),
        *fronts.HouseLoader.yaml_implicit_resolvers.get(first, []),
    ]
    for first in {*yaml.SafeDumper.yaml_implicit_resolvers, *fronts.HouseLoader.yaml_implicit_resolvers}
}


def as_yaml(data: Any) -> str:
    """The data as YAML, in the given order, one line a text."""
    return str(yaml.dump(data, Dumper=HouseDumper, allow_unicode=True, sort_keys=False, width=1_000_000))


class Folder:
    """The folder on its way out; it gets its name when it is whole."""

    def __init__(self, target: Path) -> None:
        """Begin beside `target`; HubError when something lies there already."""
        self.target = Path(os.path.abspath(target))  # noqa: PTH100 - a link keeps its name
        if self.target.exists() and (not self.target.is_dir() or any(self.target.iterdir())):
            raise HubError(_("%(path)s 里已经有东西。请换一个空文件夹。") % {"path": target})
        self.partial = self.target.with_name(self.target.name + ".partial")
        shutil.rmtree(self.partial, ignore_errors=True)
        self.partial.mkdir(parents=True)
        self.files = 0

    def write(self, name: str, data: bytes) -> None:
        path = self.partial / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.files += 1

    def copy(self, name: str, source: Path) -> None:
        path = self.partial / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, path)
        self.files += 1

    def finish(self) -> None:
        if self.target.exists():
            self.target.rmdir()
        self.partial.rename(self.target)


class Names:
    """How people, teams and customers are called in the files."""

    def __init__(self, session: Session) -> None:
        """Read all of them: they are few."""
        self.people = {p.id: p.email for p in accounts.people(session)}
        self.teams = {t.id: t.key for t in accounts.teams(session)}
        rows = session.exec(select(customers.Customer).order_by(col(customers.Customer.id))).all()
        rows_kept = [c for c in rows if c.deleted_at is None and c.merged_into_id is None]
        self.customers = dict(zip((c.id for c in rows_kept), keys(rows_kept, "name"), strict=True))

    def person(self, person_id: int | None) -> str | None:
        return self.people.get(person_id)

    def open_to(self, session: Session, thing: str, thing_id: int | None) -> list[str]:
        """Who a restricted thing is open to: team:<key> and mail addresses."""
        found = accounts.restriction(session, thing, thing_id or 0)
        teams = [f"team:{self.teams[i]}" for t in found if (i := _number(t, "team:")) in self.teams]
        people = [self.people[i] for t in found if (i := _number(t, "person:")) in self.people]
        return sorted([*teams, *people])


def _number(token: str, start: str) -> int | None:
    return int(token.removeprefix(start)) if token.startswith(start) else None


def keys(rows: Iterable[Any], naming: str) -> list[str]:
    """The rows' keys; one that has none gets one from its name, different from all others."""
    rows = list(rows)
    taken = {r.key for r in rows if r.key}
    found = []
    for row in rows:
        key, base, n = row.key, assets.slug(getattr(row, naming)), 2
        if not key:
            key = base
            while key in taken:
                key, n = f"{base}-{n}", n + 1
            taken.add(key)
        found.append(key)
    return found


def kept(data: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty."""
    return {k: v for k, v in data.items() if v is not False and v not in (None, "", [], {})}
