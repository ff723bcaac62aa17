"""One call that makes a form of a text: what `hub.base.child` runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hub.base.errors import HubError
from hub.base.i18n import _, speaking
from hub.papers import deck, typeset
from hub.papers.brand import Brand
from hub.papers.sections import FORMS, LABELS, missing
from hub.papers.source import Source, parse
from hub.papers.word import word


@dataclass(frozen=True)
class Made:
    """The file, and sentences about what does not fit or was left out."""

    data: bytes
    told: list[str] = field(default_factory=list)


def make(form: str, markdown: str, brand: Brand, reader: str, pages: Sequence[int] = ()) -> Made:
    """The form of the text; `reader` is the language of the sentences. HubError when it cannot be made, with why.
    `pages` as in `word`.
    """
    with speaking(reader):
        source = parse(markdown)
        lacking = missing(form, source.keys)
        if lacking:
            raise HubError(
                _("缺少这几节：%(sections)s。补上再出“%(form)s”。")
                % {"sections": "、".join(str(LABELS[k]) for k in lacking), "form": FORMS[form].label},
                missing=lacking,
            )
        return _made(form, source, brand, pages)


def _made(form: str, source: Source, brand: Brand, pages: Sequence[int]) -> Made:
    if form in {"pitch", "talk", "page"}:  # these begin with what it is about, in a sentence
        brand = replace(brand, summary=brand.summary or source.opening)
    if form in {"pitch", "talk"}:
        return Made(*(deck.talk if form == "talk" else deck.pitch)(source, brand))
    if form == "page":
        return Made(*typeset.one_page(source, brand))
    return Made(word(source, brand, pages) if form == "word" else typeset.paper(source, brand))
