"""The questions of a deck template as fields of a form, and what such a form says.

A picture is asked with four fields: `key` the file, `key:now` the picture it has, `key:pick` what becomes of it ("" it
stays, "none", or an asset's id), `key:alt` words for who cannot see it. Tables have a page of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData, UploadFile

from hub import accounts, decks, taxonomy
from hub.base.errors import HubError
from hub.base.i18n import _, n_
from hub.request import SessionDep, WiringDep

SHAPES = {
    "long_text": "textarea",
    "list": "textarea",
    "choice": "select",
    "multi_choice": "checks",
    "date": "date",
    "rows": "rows",
    "picture": "picture",
}
PictureChoice = tuple[str, str]  # an asset's id and title


@dataclass(frozen=True)
class PictureView:
    """The picture a field or cell has now; `number` 0: none."""

    number: int = 0
    url: str = ""
    name: str = ""
    alt: str = ""


@dataclass(frozen=True)
class FieldView:
    """One question as `ui.field` shows it; a picture and a table have their own shape, see pitch/fields.html."""

    name: str
    label: str
    type: str
    value: Any
    help: str
    error: str
    required: bool
    options: tuple[tuple[str, ...], ...]
    attrs: Mapping[str, str]
    picture: PictureView = field(default_factory=PictureView)
    url: str = ""  # of a table's page
    said: str = ""  # of a table, how much it holds
    example: bool = False


def field_views(
    session: SessionDep,
    manifest: decks.Manifest,
    answers: Mapping[str, Any],
    errors: Mapping[str, str],
    person: accounts.Actor,
    deck: decks.Deck | None = None,
) -> tuple[FieldView, ...]:
    """The brief form of a template; without a deck that of one that is only begun."""
    words = taxonomy.words(session)
    held = decks.pictures_of(session, deck) if deck is not None and _has_pictures(manifest) else {}
    return tuple(
        _field(
            q, answers.get(q.key), errors.get(q.key, ""), decks.options(session, words, q, person), deck, held
        )
        for q in manifest.questions
    )


def _has_pictures(manifest: decks.Manifest) -> bool:
    return any(q.type == "picture" for q in manifest.questions)


def _field(
    question: decks.Question,
    answer: Any,
    error: str,
    options: Sequence[tuple[str, str]],
    deck: decks.Deck | None,
    held: Mapping[int, decks.DeckPicture],
) -> FieldView:
    return FieldView(
        name=question.key,
        label=question.said,
        type=SHAPES.get(question.type, "text"),
        value=decks.shown_answer(question, answer),
        help=question.hint,
        error=error,
        required=question.required,
        options=tuple(options),
        attrs=attrs_of(question),
        picture=picture_view(deck, answer, held) if question.type == "picture" else PictureView(),
        url=f"/decks/{deck.id}/tables/{quote(question.key)}" if deck and question.type == "rows" else "",
        said=n_("%(n)s 行", len(answer or ())) if question.type == "rows" else "",
        example=decks.is_example(question, answer),
    )


def attrs_of(question: decks.Question) -> dict[str, str]:
    """What an input of this question carries."""
    attrs: dict[str, str] = {}
    if question.type in {"number", "money", "percent"}:
        attrs["inputmode"] = "decimal"
    if question.key == "customer.name":
        attrs |= {"list": "customers", "autocomplete": "off"}
    if question.type in {"long_text", "list"}:
        attrs["rows"] = "3"
    return attrs


def picture_view(deck: decks.Deck | None, answer: Any, held: Mapping[int, decks.DeckPicture]) -> PictureView:
    number = answer.get("picture") if isinstance(answer, Mapping) else None
    row = held.get(number) if isinstance(number, int) else None
    if deck is None or row is None or number is None or not isinstance(answer, Mapping):
        return PictureView()
    return PictureView(number, f"/decks/{deck.id}/uploads/{number}", row.name, str(answer.get("alt") or ""))


def picture_choices(
    session: SessionDep, manifest: decks.Manifest, person: accounts.Actor, *, always: bool = False
) -> tuple[PictureChoice, ...]:
    """The pictures of the library that this person may put before customers, where the template asks for any."""
    if not (always or _has_pictures(manifest)):
        return ()
    return tuple((str(c.id), c.title) for c in decks.pictures_offered(session, person))


def typed(form: FormData, key: str) -> list[str]:
    return [str(v) for v in form.getlist(key) if isinstance(v, str)]


def given(form: FormData, manifest: decks.Manifest) -> Any:
    """What `decks.read_answers` asks: the texts of the form; tables and pictures are said elsewhere."""
    apart = {q.key for q in manifest.questions if q.type in {"rows", "picture"}}
    return lambda key: None if key in apart else typed(form, key)


def with_pictures(
    session: SessionDep,
    wiring: WiringDep,
    deck: decks.Deck,
    manifest: decks.Manifest,
    answers: Mapping[str, Any],
    form: FormData,
    person: accounts.Actor,
    *,
    begun: bool = False,
) -> tuple[dict[str, Any], list[str]]:
    """The answers with the pictures of the form, and what was wrong with any: that one stays as it was. On a deck just
    `begun`, nothing said means what the template proposes.
    """
    made, wrong = dict(answers), []
    for question in manifest.questions:
        if question.type != "picture" or f"{question.key}:pick" not in form:
            continue
        try:
            said = posted_picture(session, wiring, deck, form, question.key, person)
        except HubError as error:
            wrong.append(_("%(label)s：%(why)s") % {"label": question.said, "why": error.message})
            continue
        if said is None and begun:
            continue
        made.pop(question.key, None)
        if said is not None:
            made[question.key] = said
    return made, wrong


def posted_picture(
    session: SessionDep,
    wiring: WiringDep,
    deck: decks.Deck,
    form: FormData,
    name: str,
    person: accounts.Actor,
) -> dict[str, Any] | None:
    """The picture that the fields of this name say; None for none. HubError when the file is no picture."""
    alt = " ".join(("".join(typed(form, f"{name}:alt"))).split())[:300]
    pick = "".join(typed(form, f"{name}:pick"))
    file = form.get(name)
    if isinstance(file, UploadFile) and file.filename:
        data = file.file.read(decks.PICTURE_BYTES + 1)
        row = decks.add_picture(session, wiring.blobs, wiring.settings, deck, data, file.filename, by=person)
        return {"picture": row.id, "alt": alt}
    if number_in(pick):
        return {"picture": decks.choose_picture(session, deck, number_in(pick), by=person).id, "alt": alt}
    now = number_in("".join(typed(form, f"{name}:now")))
    return {"picture": now, "alt": alt} if now and pick != "none" else None


def number_in(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - a column
