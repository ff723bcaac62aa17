"""Placing: what a file says of itself becomes the fields of an asset, and its content a version.

The file speaks for what it names: on a later import the fields it leaves out stay as people have set them.
"""

import re
from collections.abc import Iterable

from sqlmodel import Session

from hub import accounts, assets, customers, taxonomy
from hub.base import clock
from hub.base.i18n import _
from hub.library import front as fronts
from hub.library.front import Front
from hub.library.loading import open_to_ids

TO_CUSTOMERS = {"customer", "external", "客户", "可发客户"}
TO_US = {"internal", "仅内部", "内部"}
FLAGS = {"true", "false", "yes", "no", "1", "0", "是", "否"}
TITLE, SUMMARY, TAG = 300, 1000, 120  # the longest that a field holds
HAN = re.compile(r"[\u3400-\u9fff]")


def place(
    session: Session,
    slug: str,
    front: Front,
    content: assets.Content,
    *,
    hints: tuple[str, str],
    by: accounts.Actor,
    draft: bool = False,
    demo: bool = False,
) -> tuple[str, assets.Asset]:
    """Bring the asset of this slug to what the file says: "imported" or "updated", and the asset.

    `hints` are the kind its folder names (or empty) and its path, from which kind and title are guessed.
    """
    known = assets.by_slug(session, slug)
    said = said_of(front, draft=draft)
    fields = fields_of(session, front, content, hints, by, fresh=known is None)
    if known is not None:
        assets.edit(session, known, fields, edition=known.edition, by=by)
        place_version(session, known, front, content, said, by=by)
        return "updated", known
    with assets.touched_once(session):
        version = assets.create(session, fields, content, by=by, slug=slug, demo=demo)
        made = session.get_one(assets.Asset, version.asset_id)
        if fields.owner_id is None:
            made.owner_id = None
        number(session, version, front)
        assets.place_by_import(session, version, said, by=by)
    return "imported", made


def place_version(
    session: Session,
    asset: assets.Asset,
    front: Front,
    content: assets.Content,
    said: assets.Imported,
    *,
    by: accounts.Actor,
) -> None:
    """Add the content as a new version, unless it is the latest one or the one on offer already."""
    there = [session.get(assets.Version, i) for i in (asset.latest_id, asset.on_offer_id) if i]
    same = next((v for v in there if v is not None and not _differs(v, content)), None)
    if same is None:
        version = assets.add_version(session, asset, content, note=front.text("note") or _("重新导入"), by=by)
        number(session, version, front)
        assets.place_by_import(session, version, said, by=by)
    elif front.text("state") and same.id == asset.latest_id and assets.may_follow(same.state, said.state):
        assets.place_by_import(session, same, said, by=by)


def _differs(version: assets.Version, content: assets.Content) -> bool:
    if content.blob:
        return version.blob_sha != content.blob.sha256
    return bool(version.blob_sha) or version.text != content.text


def number(session: Session, version: assets.Version, front: Front) -> None:
    """Give the version the number it had where it was exported, when that is free."""
    given = front.text("number")
    if given.isdecimal() and version.number < int(given) < 100_000:  # noqa: PLR2004 - no asset has so many
        version.number = int(given)
        session.add(version)
        session.flush()


def said_of(front: Front, *, draft: bool) -> assets.Imported:
    """The state and dates that a file names; approved by import and on offer where it names none."""
    named = front.text("state").lower()
    state = fronts.STATES.get(named, named)
    if state not in assets.STATES:
        state = "draft" if front.flag("draft") else "on_offer"
    if draft:
        state = "draft"
    return assets.Imported(
        state=state,
        published_on=front.day("published_on"),
        review_on=front.day("review_on"),
        expires_on=front.day("expires_on"),
        end_key=front.text("end_key"),
        end_reason=front.text("end_reason"),
        at=clock.now(),
    )


def fields_of(
    session: Session,
    front: Front,
    content: assets.Content,
    hints: tuple[str, str],
    by: accounts.Actor,
    *,
    fresh: bool,
) -> assets.Fields:
    """The fields that the file names; for a fresh asset also what can be guessed. What no field holds is extra."""
    said = said_of(front, draft=False)
    keep_unheld(front, said.state)
    owner, expert = (_person(session, front, key) for key in ("owner", "expert"))
    customer = _customer(session, front, by)
    named = fronts.named_kind(front)
    audience = front.text("audience").lower()
    return assets.Fields(
        title=(front.text("title") or (_title(content, hints[1]) if fresh else ""))[:TITLE] or None,
        kind=hints[0] or named or (fronts.kind_of(front, hints[1]) if fresh else None),
        language=_language(front, content, fresh=fresh),
        audience=("customer" if audience in TO_CUSTOMERS else "internal") if audience or fresh else None,
        summary=front.text("summary")[:SUMMARY] if fresh or front.text("summary") else None,
        owner_id=owner,
        expert_id=expert,
        customer_id=customer,
        recommended=front.flag("recommended") if fresh or front.text("recommended") else None,
        review_on=front.day("review_on"),
        tags=_tags(session, front, taxonomy.words(session)),
        restricted_to=open_to_ids(session, front.words("restricted_to")) if _limits(front) or fresh else None,
        extra=dict(front.extra),
    )


def _limits(front: Front) -> bool:
    return "restricted_to" in front.given


def _title(content: assets.Content, path: str) -> str:
    found = content.digest.title if content.digest else next(iter(assets.headings_of(content.text)), "")
    return found.strip() or path.rpartition("/")[2].rpartition(".")[0] or path


def _language(front: Front, content: assets.Content, *, fresh: bool) -> str | None:
    named = front.text("language").lower()
    if named:
        return "en" if named.startswith("en") else "zh"
    if not fresh:
        return None
    said = front.text("title") + (content.digest.text if content.digest else content.text)[:5000]
    return "zh" if HAN.search(said) or not said.strip() else "en"


def keep_unheld(front: Front, state: str) -> None:
    """Keep as they came the known keys that no field holds whole: nothing that was written is lost."""
    unheld = {
        "title": len(front.text("title")) > TITLE,
        "summary": len(front.text("summary")) > SUMMARY,
        "kind": not fronts.named_kind(front),
        "language": not front.text("language").lower().startswith(("zh", "en")),
        "audience": front.text("audience").lower() not in TO_CUSTOMERS | TO_US,
        "state": front.text("state").lower() not in {*assets.STATES, *fronts.STATES},
        "recommended": front.text("recommended").lower() not in FLAGS,
        "draft": front.text("draft").lower() not in FLAGS,
        "tags": any(len(word) > TAG for word in front.words("tags")),
        "published_on": state in {"draft", "in_review"} or not _is_plain_day(front, "published_on"),
        "review_on": not _is_plain_day(front, "review_on"),
        "expires_on": not _is_plain_day(front, "expires_on"),
        **{key: isinstance(front.given.get(key), (list, dict)) for key in ("owner", "expert", "customer")},
    }
    for key, is_unheld in unheld.items():
        if is_unheld and key in front.given:
            front.keep(key)


def _is_plain_day(front: Front, key: str) -> bool:
    day = front.day(key)
    return day is not None and day.isoformat() == str(fronts.jsonable(front.given.get(key)))


def _tags(session: Session, front: Front, words: taxonomy.Words) -> dict[str, list[str]]:
    """Every tag finds its place: a value of the taxonomy, or a free tag that is proposed to it."""
    found: dict[str, list[str]] = {f: [] for f in taxonomy.FACETS}
    for facet in ("product", "tier", "industry", "scenario", "function", "stage"):
        for word in front.words(facet):
            _sort_in(session, words, word, [facet], found)
    for word in front.every("tags"):
        _sort_in(session, words, word, taxonomy.FACETS, found)
    return found


def _sort_in(
    session: Session, words: taxonomy.Words, word: str, facets: Iterable[str], found: dict[str, list[str]]
) -> None:
    match = words.match(word, facets)
    if match:
        found[match[0]].append(match[1])
    elif word[:TAG] not in found["tag"]:
        found["tag"].append(word[:TAG])
        taxonomy.propose(session, word)


def _person(session: Session, front: Front, key: str) -> int | None:
    named = front.text(key)
    person = (accounts.by_email(session, named) or accounts.by_name(session, named)) if named else None
    if named and person is None:
        front.keep(key)
    return person.id if person else None


def _customer(session: Session, front: Front, by: accounts.Actor) -> int | None:
    named = front.text("customer")
    found = (customers.by_key(session, named) or customers.by_name(session, named, by)) if named else None
    if named and found is None:
        front.keep("customer")
    return found.id if found else None
