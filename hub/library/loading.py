"""What a library folder says besides its assets: taxonomy, people, customers. Loading it twice changes nothing."""

import secrets
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import Session, col, select

from hub import accounts, customers, taxonomy
from hub.base import clock
from hub.base.blobs import LocalBlobs
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.library import front as fronts

DEMO_PASSWORD_BYTES = 16


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; HubError naming the file and the line when it cannot be read."""
    try:
        found = yaml.load(path.read_text("utf-8-sig"), Loader=fronts.HouseLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else "?"
        raise HubError(_("%(name)s 第 %(line)s 行读不懂。") % {"name": path.name, "line": line}) from error
    if not isinstance(found, dict):
        raise HubError(_("%(name)s 的内容不是“键: 值”的形式。") % {"name": path.name})
    return found


def _put(session: Session, row: Any, values: Mapping[str, Any]) -> bool:
    """Set the row's values; True when something changed or the row is new."""
    changed = row.id is None
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    if changed:
        session.add(row)
        session.flush()
    return changed


def load_taxonomy(
    session: Session,
    data: Mapping[str, Any],
    *,
    by: accounts.Actor,
    demo: bool = False,
    folder: Path | None = None,
    blobs: LocalBlobs | None = None,
) -> bool:
    """Company (where none is named yet), tiers, product types, products, terms and the words that stay free tags; True
    when something changed.

    The company's logo is a picture in `folder`, kept in `blobs`.
    """
    by.must("taxonomy.edit")
    said_of_company = dict(data.get("company") or {})
    logo = (
        folder / Path(str(said_of_company.get("logo"))).name
        if folder and said_of_company.get("logo")
        else None
    )
    if logo and blobs and logo.is_file():
        said_of_company["logo_sha"] = blobs.put(logo.read_bytes()).sha256
    changed = _load_company(session, said_of_company, by)
    for n, said in enumerate(data.get("tiers") or []):
        tier = _found(session, taxonomy.Tier, said)
        changed |= _put(
            session,
            tier,
            {
                **_names(said),
                "price_from": said.get("price_from"),
                "price_below": said.get("price_below"),
                "cycle_days": said.get("cycle_days"),
                "blueprint": list(said.get("blueprint") or []),
                "position": n,
            },
        )
    for said in data.get("product_types") or []:
        row = _found(session, taxonomy.ProductType, said)
        values = {
            "name": said["name"],
            "name_en": said.get("name_en", ""),
            "adds": list(said.get("adds") or []),
        }
        changed |= _put(session, row, values)
    for n, said in enumerate(data.get("products") or []):
        changed |= _load_product(session, said, n, demo=demo)
    for plural, facet in (
        ("industries", "industry"),
        ("scenarios", "scenario"),
        ("functions", "function"),
        ("stages", "stage"),
    ):
        for n, said in enumerate(data.get(plural) or []):
            changed |= _load_term(session, facet, said, n, demo=demo)
    if changed:
        taxonomy.changed(session)
    return taxonomy.leave_free(session, [str(w) for w in data.get("free_words") or []]) or changed


def _load_company(session: Session, said: Mapping[str, Any], by: accounts.Actor) -> bool:
    if not said or taxonomy.company(session).name:
        return False
    known = {k: str(said[k]) for k in ("name", "name_en", "short", "primary", "site") if said.get(k)}
    taxonomy.set_company(session, taxonomy.Company(**known, logo=str(said.get("logo_sha") or "")), by=by)
    return True


def _found(session: Session, model: Any, said: Mapping[str, Any]) -> Any:
    key = str(said.get("key") or "")
    if not key or not said.get("name"):
        raise HubError(_("taxonomy.yml 里有一条没有 key 或 name：%(said)s") % {"said": dict(said)})
    more = {"tier": ""} if model is taxonomy.Product else {}
    return session.exec(select(model).where(model.key == key)).first() or model(
        key=key, name=said["name"], **more
    )


def _names(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": str(said["name"]),
        "name_en": str(said.get("name_en") or ""),
        "aliases": [str(a) for a in said.get("aliases") or []],
    }


def _load_product(session: Session, said: Mapping[str, Any], position: int, *, demo: bool) -> bool:
    row = _found(session, taxonomy.Product, said)
    demo = demo if row.id is None else row.demo
    open_to = said.get("restricted_to") or []
    return _put(
        session,
        row,
        {
            **_names(said),
            "tier": str(said.get("tier") or ""),
            "type": str(said.get("type") or "general"),
            "price": str(said.get("price") or ""),
            "summary": str(said.get("summary") or ""),
            "summary_en": str(said.get("summary_en") or ""),
            "restricted": bool(open_to),
            "position": position,
            "demo": demo,
        },
    )


def _load_term(session: Session, facet: str, said: Mapping[str, Any], position: int, *, demo: bool) -> bool:
    key = str(said.get("key") or "")
    if not key or not said.get("name"):
        raise HubError(_("taxonomy.yml 里有一条没有 key 或 name：%(said)s") % {"said": dict(said)})
    query = select(taxonomy.Term).where(taxonomy.Term.facet == facet, taxonomy.Term.key == key)
    row = session.exec(query).first() or taxonomy.Term(
        facet=facet, key=key, name=str(said["name"]), demo=demo
    )
    values = {
        **_names(said),
        "parent": said.get("parent") or None,
        "adds": list(said.get("adds") or []),
        "position": position,
    }
    return _put(session, row, values)


def settle_people_of_taxonomy(session: Session, data: Mapping[str, Any]) -> None:
    """Owners, experts and approvers of products and industries: set once the people are there."""
    by_mail = {p.email: p.id for p in accounts.people(session)}
    grants: dict[int, list[str]] = {}
    for said in data.get("products") or []:
        row = taxonomy.product(session, str(said["key"]))
        _put(
            session,
            row,
            {"owner_id": by_mail.get(said.get("owner")), "expert_id": by_mail.get(said.get("expert"))},
        )
        for email in said.get("approvers") or []:
            if by_mail.get(email):
                grants.setdefault(by_mail[email] or 0, []).append(row.key)
        if said.get("restricted_to"):
            teams, people = open_to_ids(session, said["restricted_to"])
            accounts.restrict(session, "product", row.id or 0, teams=teams, people=people)
    for said in data.get("industries") or []:
        query = select(taxonomy.Term).where(
            taxonomy.Term.facet == "industry", taxonomy.Term.key == said["key"]
        )
        _put(session, session.exec(query).one(), {"expert_id": by_mail.get(said.get("expert"))})
    for person_id, products in grants.items():
        accounts.set_approver(session, accounts.person(session, person_id), products, by=accounts.SYSTEM)
    taxonomy.changed(session)


def open_to_ids(session: Session, named: list[Any]) -> tuple[list[int], list[int]]:
    """(teams, people) named as `team:<key>` or by address; HubError rather than leave somebody out unseen."""
    teams, people = [], []
    for name in map(str, named):
        if name.startswith("team:"):
            team = accounts.team_by_key(session, name.removeprefix("team:"))
            teams.append(team.id if team else None)
        else:
            person = accounts.by_email(session, name)
            people.append(person.id if person else None)
    if None in teams or None in people:
        raise HubError(_("“只对某些人开放”里有不认识的团队或人，为了不误公开，没有导入。"))
    return [t for t in teams if t], [p for p in people if p]


def load_people(session: Session, data: Mapping[str, Any], *, by: accounts.Actor, demo: bool = False) -> int:
    """Teams and people that are not there yet; returns how many were added. Nobody there is changed.

    Demo people get a password nobody knows: they are entered from the sign-in page while the demo is loaded.
    """
    teams: dict[str, int] = {t.key: t.id or 0 for t in accounts.teams(session)}
    for said in data.get("teams") or []:
        if said["key"] not in teams:
            team = accounts.add_team(
                session, key=said["key"], name=said["name"], name_en=said.get("name_en", ""), by=by, demo=demo
            )
            teams[team.key] = team.id or 0
    added = 0
    for said in data.get("people") or []:
        if accounts.by_email(session, str(said["email"])):
            continue
        person = accounts.add_person(
            session,
            email=str(said["email"]),
            name=str(said["name"]),
            name_en=str(said.get("name_en") or ""),
            title=str(said.get("title") or ""),
            title_en=str(said.get("title_en") or ""),
            roles=said.get("roles") or ["seller"],
            password=secrets.token_urlsafe(DEMO_PASSWORD_BYTES) if demo else None,
            demo=demo,
            by=by,
        )
        person.phone = str(said.get("phone") or "")
        person.language = str(said.get("language") or person.language)
        person.active = said.get("active") is not False
        session.add(person)
        accounts.set_teams(session, person, [teams[k] for k in said.get("teams") or [] if k in teams], by=by)
        accounts.set_industries(session, person.id or 0, said.get("industries") or [])
        added += 1
    return added


def load_customers(
    session: Session, data: Mapping[str, Any], *, by: accounts.Actor, demo: bool = False
) -> int:
    """Customers and opportunities by their keys; returns how many were added or changed."""
    by.must("customer.edit")
    by_mail = {p.email: p.id for p in accounts.people(session)}
    changed = 0
    for said in data.get("customers") or []:
        row = customers.by_key(session, str(said["key"])) or _keyless(session, said, by)
        row = row or customers.Customer(
            key=str(said["key"]), name=str(said["name"]), created_at=clock.now(), demo=demo
        )
        changed += _put(
            session,
            row,
            {
                "key": str(said["key"]),
                "name": str(said["name"]),
                "aliases": [str(a) for a in said.get("aliases") or []],
                "industry": said.get("industry"),
                "region": str(said.get("region") or ""),
                "owner_id": by_mail.get(said.get("owner")),
                "confidential": bool(said.get("confidential")),
            },
        )
        if said.get("confidential"):
            teams, people = open_to_ids(session, said.get("restricted_to") or [])
            accounts.restrict(session, "customer", row.id or 0, teams=teams, people=people)
        customers.refresh_readers(session, row)
    for said in data.get("opportunities") or []:
        changed += _load_opportunity(session, said, by_mail, demo=demo)
    return changed


def _keyless(session: Session, said: Mapping[str, Any], by: accounts.Actor) -> customers.Customer | None:
    """The customer of this name that people made while typing, which has no key yet."""
    found = customers.by_name(session, str(said["name"]), by)
    return found if found and found.key is None else None


def _load_opportunity(
    session: Session, said: Mapping[str, Any], by_mail: Mapping[str, int | None], *, demo: bool
) -> bool:
    customer = customers.by_key(session, str(said["customer"]))
    if customer is None:
        raise HubError(_("商机 %(key)s 的客户 %(customer)s 不在 customers.yml 里。") % said)
    query = select(customers.Opportunity).where(customers.Opportunity.key == str(said["key"]))
    keyless = select(customers.Opportunity).where(
        customers.Opportunity.customer_id == customer.id,
        customers.Opportunity.title == str(said["title"]),
        col(customers.Opportunity.key).is_(None),
    )
    row = (
        session.exec(query).first()
        or session.exec(keyless).first()
        or customers.Opportunity(
            key=str(said["key"]),
            customer_id=customer.id or 0,
            title=str(said["title"]),
            created_at=clock.now(),
            demo=demo,
        )
    )
    closes = said.get("closes_on")
    return _put(
        session,
        row,
        {
            "key": str(said["key"]),
            "customer_id": customer.id,
            "title": str(said["title"]),
            "product": said.get("product"),
            "stage": said.get("stage"),
            "amount": Decimal(str(said["amount"])) if said.get("amount") is not None else None,
            "currency": str(said.get("currency") or "CNY"),
            "result": str(said.get("result") or "open"),
            "owner_id": by_mail.get(str(said.get("owner"))),
            "closes_on": closes
            if isinstance(closes, date)
            else date.fromisoformat(closes)
            if closes
            else None,
        },
    )
