"""What people say about an asset: comments on versions, two versions side by side, dates, and who has read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, assets
from hub.base.errors import HubError, NotFound
from hub.base.formats import ago, day
from hub.base.i18n import _, n_
from hub.request import FormDep, SessionDep
from hub.web import words as house_words
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Said:
    """A comment; `drop_url` where this person may take it back."""

    who: str
    where: str
    url: str
    when: str
    text: str
    drop_url: str | None


@dataclass(frozen=True)
class Talk:
    said: tuple[Said, ...]
    all: bool  # False: this person sees only their own


@dataclass(frozen=True)
class Round:
    """One request to read: how many have, and who has not."""

    title: str
    note: str
    done: int
    total: int
    confirmed: str
    waiting: tuple[str, ...]
    end_url: str | None


@dataclass(frozen=True)
class Reading:
    rounds: tuple[Round, ...]
    roles: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]
    may_ask: bool


@dataclass(frozen=True)
class Half:
    """One side of a pair: the bits of a text, or a slide with its picture."""

    bits: tuple[assets.Bit, ...]
    number: int = 0
    title: str = ""
    picture: str | None = None


@dataclass(frozen=True)
class Line:
    state: str
    label: str
    tone: str
    before: Half | None
    after: Half | None


@dataclass(frozen=True)
class ComparePage:
    """See templates/assets/compare.html. `quiet` is how many lines are the same and left out."""

    id: int
    title: str
    before: tuple[str, str, str]  # (what it is, its state, url)
    after: tuple[str, str, str]
    lines: tuple[Line, ...]
    quiet: int
    decks: bool
    summary: str
    choices: tuple[tuple[str, str], ...]
    before_id: str
    after_id: str
    restore: int | None


def talk(
    session: SessionDep, asset: assets.Asset, versions: Sequence[assets.Version], person: accounts.Actor
) -> Talk:
    """What was said of these versions, as far as this person sees it."""
    found = assets.comments(session, asset, versions, person)
    names = accounts.names(session, [c.by_id for c in found])
    numbers = {v.id: v.number for v in versions}
    rows = []
    for c in found:
        where = _("第 %(n)s 版") % {"n": numbers[c.version_id]}
        url = f"/assets/{asset.id}?version={c.version_id}"
        if c.page:
            where, url = where + " · " + _("第 %(n)s 页") % {"n": c.page}, f"{url}&page={c.page}"
        mine = c.by_id == person.id or person.is_admin
        drop = f"/assets/{asset.id}/comments/{c.id}/drop" if mine else None
        rows.append(Said(names.get(c.by_id or 0, ""), where, url, ago(c.at), c.text, drop))
    return Talk(tuple(rows), assets.may_see_drafts(session, asset, person))


def reading(session: SessionDep, asset: assets.Asset, person: accounts.Actor) -> Reading:
    """Who has read the asset, and who may be asked."""
    rounds = assets.readings(session, asset, person)
    return Reading(
        rounds=tuple(_round(asset, r) for r in rounds),
        roles=tuple((k, str(house_words.sign("role", k).label)) for k in accounts.ROLES),
        teams=tuple((str(t.id), t.label) for t in accounts.teams(session)),
        may_ask=asset.on_offer_id is not None,
    )


def _round(asset: assets.Asset, r: assets.Asked) -> Round:
    title = _("%(who)s %(day)s 请读") % {"who": r.by, "day": day(r.since)}
    if r.due_on:
        title += " · " + _("%(day)s 前") % {"day": day(r.due_on)}
    return Round(
        title,
        r.note,
        len(r.confirmed),
        len(r.confirmed) + len(r.waiting),
        "、".join(name for name, _at in r.confirmed),
        r.waiting,
        None if r.ended else f"/assets/{asset.id}/reading/{r.id}/end",
    )


def to_read(session: SessionDep, asset: assets.Asset, person: accounts.Actor) -> str | None:
    """What this person is asked to confirm here; None when nothing."""
    found = assets.to_read(session, person, asset_id=asset.id)
    if not found:
        return None
    said = _("%(who)s 请您读一遍") % {"who": found[0].by}
    if found[0].due_on:
        said += "，" + _("%(day)s 前") % {"day": day(found[0].due_on)}
    return f"{said}：{found[0].note}" if found[0].note else said


def _to(asset_id: int, said: str, query: str = "") -> Response:
    answer = RedirectResponse(f"/assets/{asset_id}{query}", status_code=303)
    flash(answer, said)
    return answer


def _version(session: SessionDep, person: accounts.Actor, asset_id: int, version_id: int) -> assets.Version:
    found = assets.version(session, version_id, person)
    if found.asset_id != asset_id:
        raise NotFound(_("没有这个版本。"))
    return found


@router.post("/assets/{asset_id}/comments")
def comment(
    session: SessionDep,
    person: ActorDep,
    asset_id: int,
    version: Annotated[int, Form()],
    text: Annotated[str, Form()] = "",
    page: Annotated[str, Form()] = "",
) -> Response:
    found = _version(session, person, asset_id, version)
    number = int(page) if page.isdecimal() and len(page) < 6 else None  # noqa: PLR2004 - no deck is longer
    assets.comment(session, found, text, page=number, by=person)
    return _to(asset_id, _("意见已发给作者和负责人。"), f"?version={version}&tab=comments")


@router.post("/assets/{asset_id}/comments/{comment_id}/drop")
def drop_comment(session: SessionDep, person: ActorDep, asset_id: int, comment_id: int) -> Response:
    assets.get(session, asset_id, person)
    assets.drop_comment(session, comment_id, by=person)
    return _to(asset_id, _("意见已收回。"), "?tab=comments")


@router.post("/assets/{asset_id}/schedule")
def schedule(
    session: SessionDep,
    person: ActorDep,
    asset_id: int,
    version: Annotated[int, Form()],
    publish_on: Annotated[str, Form()] = "",
    expires_on: Annotated[str, Form()] = "",
) -> Response:
    found = _version(session, person, asset_id, version)
    assets.schedule(session, found, publish_on=_day(publish_on), expires_on=_day(expires_on), by=person)
    return _to(asset_id, _("日子排好了。"), f"?version={version}")


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise HubError(_("日期写成 2026-12-31 这样。")) from None


@router.post("/assets/{asset_id}/reading")
def ask_to_read(form: FormDep, session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    asset = assets.get(session, asset_id, person)
    roles = [str(r) for r in form.getlist("roles") if str(r) in accounts.ROLES]
    teams = [int(str(t)) for t in form.getlist("teams") if str(t).isdecimal() and len(str(t)) < 10]  # noqa: PLR2004
    made = assets.ask_to_read(
        session, asset, roles=roles, teams=teams, note=str(form.get("note", "")),
        due_on=_day(str(form.get("due_on", ""))), by=person,
    )  # fmt: skip
    asked = next(r for r in assets.readings(session, asset, person) if r.id == made.id)
    return _to(asset_id, n_("已请 %(n)s 位同事读一遍。", len(asked.waiting)), "?tab=reading")


@router.post("/assets/{asset_id}/reading/{reading_id}/end")
def end_reading(session: SessionDep, person: ActorDep, asset_id: int, reading_id: int) -> Response:
    asset = assets.get(session, asset_id, person)
    assets.end_reading(session, asset, reading_id, by=person)
    return _to(asset_id, _("不再催了，读过的记录留着。"), "?tab=reading")


@router.post("/assets/{asset_id}/confirm-read")
def confirm_read(session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    assets.confirm_read(session, assets.get(session, asset_id, person), by=person)
    return _to(asset_id, _("谢谢，记下了。"))


@router.get("/assets/{asset_id}/compare")
def compare(
    request: Request, session: SessionDep, person: ActorDep, asset_id: int, before: int = 0, after: int = 0
) -> Response:
    """Two versions side by side; those that are not named are the newest and the one before it."""
    asset = assets.get(session, asset_id, person)
    every = assets.versions(session, asset, person)
    newer = _version(session, person, asset_id, after) if after else (every[0] if every else None)
    older = (
        _version(session, person, asset_id, before)
        if before
        else next((v for v in every if newer and v.number < newer.number), None)
    )
    if newer is None or older is None:
        raise NotFound(_("这份素材只有一版，没有可比的。"))
    return render(request, "assets/compare.html", _compare(session, person, asset, older, newer, every))


def _compare(
    session: SessionDep,
    person: accounts.Actor,
    asset: assets.Asset,
    older: assets.Version,
    newer: assets.Version,
    every: Sequence[assets.Version],
) -> ComparePage:
    sides = [assets.pages(session, v.id or 0) for v in (older, newer)]
    decks = bool(sides[0] and sides[1])
    lines = _slides(sides[0], sides[1]) if decks else _texts(older.text, newer.text)
    shown = tuple(line for line in lines if line.state != "same" or decks)
    counts = {s: sum(line.state == s for line in lines) for s in ("changed", "added", "removed")}
    ended = older.state in {"expired", "withdrawn"} and assets.may_edit(asset, person)
    return ComparePage(
        id=asset.id or 0,
        title=asset.title,
        before=_side(asset, older),
        after=_side(asset, newer),
        lines=shown,
        quiet=len(lines) - len(shown),
        decks=decks,
        summary=_("改了 %(changed)s 处，加了 %(added)s 处，去掉 %(removed)s 处") % counts
        if any(counts.values())
        else _("两版一样"),
        choices=tuple(
            (
                str(v.id),
                _("第 %(n)s 版") % {"n": v.number} + f" · {house_words.sign('version', v.state).label}",
            )
            for v in every
        ),
        before_id=str(older.id),
        after_id=str(newer.id),
        restore=older.id if ended else None,
    )


def _side(asset: assets.Asset, v: assets.Version) -> tuple[str, str, str]:
    return _("第 %(n)s 版") % {"n": v.number}, v.state, f"/assets/{asset.id}?version={v.id}"


TONES = {"changed": "yellow", "added": "green", "removed": "red", "same": "gray"}


def _labels() -> dict[str, str]:
    return {"changed": _("改了"), "added": _("新加"), "removed": _("去掉了"), "same": _("没变")}


def _texts(before: str, after: str) -> list[Line]:
    """The paragraphs as they are read, without the signs of Markdown, but where those are all that changed."""
    labels, made = _labels(), []
    for pair in assets.compare_texts(before, after):
        old, new = _read(pair.before), _read(pair.after)
        if pair.state == "changed":
            if old == new:
                old, new = pair.before, pair.after
            left, right = assets.marked(old or "", new or "")
        elif not (old or new):
            continue  # the line below the head of a table
        else:
            left, right = [assets.Bit(old or "", False)], [assets.Bit(new or "", False)]
        halves = (None if old is None else Half(tuple(left)), None if new is None else Half(tuple(right)))
        made.append(Line(pair.state, labels[pair.state], TONES[pair.state], *halves))
    return made


def _read(paragraph: str | None) -> str | None:
    if paragraph is None:
        return None
    return assets.plain("\n".join(_row(line) for line in paragraph.split("\n"))).strip()


def _row(line: str) -> str:
    """The cells of a row side by side; any other line, and the one below a table's head, as it is."""
    inside = line.strip()
    if not inside.startswith("|") or not set(inside) - set("|:- "):
        return line
    return " · ".join(cell.strip() for cell in inside.strip("|").split("|"))


def _slides(before: Sequence[assets.Page], after: Sequence[assets.Page]) -> list[Line]:
    labels, made = _labels(), []
    for pair in assets.compare_slides(before, after):
        texts = [assets.spoken(p) if p else "" for p in (pair.before, pair.after)]
        left, right = assets.marked(*texts) if pair.state == "changed" else ([], [])
        made.append(
            Line(
                pair.state,
                labels[pair.state],
                TONES[pair.state],
                _slide(pair.before, left),
                _slide(pair.after, right),
            )
        )
    return made


def _slide(page: assets.Page | None, bits: list[assets.Bit]) -> Half | None:
    if page is None:
        return None
    picture = f"/pictures/{page.picture_sha}" if page.picture_sha else None
    return Half(tuple(bits), page.number, page.title, picture)
