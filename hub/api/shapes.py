"""Shapes that several nouns share: a page of a list, an error, who calls, what a file is stored as."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from hub import accounts, assets
from hub.base.errors import HubError
from hub.base.formats import size
from hub.base.i18n import _
from hub.wiring import Wiring

T = TypeVar("T")
MOST = 200
MOST_TEXT = 50_000_000  # characters; what a field may hold is said there, or by its room
Limit = Annotated[int, Query(ge=1, le=MOST, description="Most items of this page.")]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="Items passed over.")]
Several = Annotated[list[str] | None, Query(description="One of these values; may be given several times.")]


class Shape(BaseModel):
    """Reads attributes; unknown keys of a body are refused, so that a slip of the pen does not go unseen. So are
    halves of characters, which JSON can write and no database keeps: pydantic looks for them where a length is given.
    """

    model_config = ConfigDict(from_attributes=True, extra="forbid", str_max_length=MOST_TEXT)


class Listed(BaseModel, Generic[T]):
    """One page of a list. `total` counts all that the caller may see."""

    items: list[T]
    total: int
    limit: int
    offset: int


class Trouble(BaseModel):
    """What went wrong: a code for programs, one sentence for a person."""

    code: str
    message: str
    details: Any = Field(default_factory=dict)


class ErrorAnswer(BaseModel):
    error: Trouble


ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorAnswer, "description": "The input cannot be taken; the message says why."},
    401: {"model": ErrorAnswer, "description": "No token, or one that has ended."},
    403: {"model": ErrorAnswer, "description": "Known, but not allowed."},
    404: {"model": ErrorAnswer, "description": "Not there, or not for the caller to know."},
    409: {"model": ErrorAnswer, "description": "Somebody else changed it first, or its state forbids it."},
    413: {"model": ErrorAnswer, "description": "The file is over the limit."},
    422: {"model": ErrorAnswer, "description": "Fields are missing or of the wrong type."},
}


class Named(Shape):
    """A person as others see them."""

    id: int
    name: str


class Tags(Shape):
    """Values by facet, as keys of the taxonomy; `tag` holds free words."""

    product: list[str] = Field(default_factory=list)
    tier: list[str] = Field(default_factory=list)
    industry: list[str] = Field(default_factory=list)
    scenario: list[str] = Field(default_factory=list)
    function: list[str] = Field(default_factory=list)
    stage: list[str] = Field(default_factory=list)
    tag: list[str] = Field(default_factory=list)


class AssetItem(Shape):
    """An asset as lists show it, with the version on offer, or the newest where none is and the caller may see it."""

    id: int
    slug: str
    title: str
    kind: str
    language: str
    audience: str
    summary: str
    state: str
    version_id: int
    version_number: int
    page_count: int
    file_name: str
    size: int
    owner_id: int | None
    owner: str
    recommended: bool
    restricted: bool
    review_on: date | None
    freshness: str
    updated_at: datetime
    on_offer_at: datetime | None
    tags: Tags
    edition: int
    url: str


def asset_items(cards: Iterable[assets.Card]) -> list[AssetItem]:
    return [asset_item(card) for card in cards]


def asset_item(card: assets.Card) -> AssetItem:
    said = {n: getattr(card, n) for n in AssetItem.model_fields if n not in {"tags", "url"}}
    return AssetItem(**said, tags=Tags(**card.tags), url=f"/assets/{card.id}")


def must_exist(session: Any, *person_ids: int | None) -> None:
    """Raise NotFound unless all these people are there."""
    for person_id in person_ids:
        if person_id is not None:
            accounts.person(session, person_id)


def uploaded(wiring: Wiring, upload: UploadFile) -> tuple[str, bytes]:
    """The name, without folders, and the bytes of an uploaded file; TooLarge when it is over the limit."""
    name = (upload.filename or "").replace("\\", "/").rsplit("/", 1)[-1][-200:]
    limit = wiring.settings.max_file
    data = upload.file.read(limit + 1)
    if len(data) > limit:
        raise TooLarge(_("文件超过 %(most)s 的上限。请压缩图片或拆成几份。") % {"most": size(limit)})
    return name, data


def stored(wiring: Wiring, upload: UploadFile) -> assets.Content:
    """An uploaded file as content: a Markdown text is kept as text, everything else as a blob."""
    name, data = uploaded(wiring, upload)
    media_type = assets.recognise(name, data)
    if assets.suffix(name) in {".md", ".markdown", ".txt"}:
        return assets.Content(text=assets.decode(data))
    return assets.Content(file_name=name, media_type=media_type, blob=wiring.blobs.put(data))


class TooLarge(HubError):  # noqa: N818 - the name is what a colleague says
    """The file is over the limit. Answered with 413."""

    status = 413
    code = "too_large"
