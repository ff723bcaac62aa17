"""What the pages about facts share: the form of a fact and what is read from it, their addresses, the way back."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from hub import accounts, facts, taxonomy
from hub.base.errors import HubError
from hub.base.i18n import _, current
from hub.request import SessionDep
from hub.web.chrome import flash

SAID = ("name", "name_en", "value", "value_en", "unit", "unit_en", "product", "source")


@dataclass(frozen=True)
class FactForm:
    """The fields of a fact; `values` are the present ones."""

    id: int
    edition: int
    values: dict[str, str]
    products: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]


def form_of(session: SessionDep, person: accounts.Actor, fact: facts.Fact | None) -> FactForm:
    known = taxonomy.words_for(session, person)
    names = (
        "key", "name", "name_en", "value", "value_en", "unit", "unit_en", "product", "owner_id", "valid_until",
        "audience", "source",
    )  # fmt: skip
    return FactForm(
        id=fact.id or 0 if fact else 0,
        edition=fact.edition if fact else 0,
        values={n: str(getattr(fact, n, None) or "") for n in names},
        products=tuple((w.key, w.label) for w in known.options("product")),
        people=tuple((str(p.id), p.name) for p in accounts.people(session, active_only=True)),
    )


def fields_of(form: FormData, *, new: bool = False) -> facts.Fields:
    until = said_in(form, "valid_until").strip()
    owner = said_in(form, "owner")
    return facts.Fields(
        key=said_in(form, "key") if new else None,
        **{n: said_in(form, n) for n in SAID},
        owner_id=int(owner) if owner.isdecimal() and len(owner) < 10 else None if new else 0,  # noqa: PLR2004 - fits
        valid_until=day_in(until),
        forever=not until,
        audience=said_in(form, "audience") or None,
    )  # fmt: skip


def said_in(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def day_in(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise HubError(_("日期写成 2026-12-31 这样。")) from None


def url_of(path: str, **said: object) -> str:
    query = urlencode({k: v for k, v in said.items() if v})
    return f"{path}?{query}" if query else path


def to(url: str, said: str) -> Response:
    answer = RedirectResponse(url, status_code=303)
    flash(answer, said)
    return answer


def sides(was: facts.Wording, became: facts.Wording) -> tuple[str, str]:
    """What it was and became, as the reader's language says it; in English also where that alone was changed."""
    if current() == "en" or became.differs_in_english_alone(was):
        return was.shown_en, became.shown_en
    return was.shown, became.shown


def name_of(fact: facts.Fact | facts.Row) -> str:
    """The fact's name in the reader's language, where it has one."""
    return (fact.name_en if current() == "en" else "") or fact.name
