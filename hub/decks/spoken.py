"""Which facts and which cases a deck speaks of: what is noted when it is made, because a file does not follow
by itself.
"""

import re
import zipfile
from collections.abc import Sequence
from io import BytesIO

from sqlmodel import Session

from hub import assets, consents, facts
from hub.base.errors import Conflict
from hub.base.i18n import _
from hub.decks.queries import Kitchen

_XML = re.compile(r"<[^>]+>")
_NAMED = re.compile(r"\bfacts\.([a-z][a-z0-9_]*)")
_SLIDE = re.compile(r"ppt/(?:slides|notesSlides|charts)/[^/]+\.xml")


def named_in(template: bytes) -> list[str]:
    """The keys of facts that a template names, in tokens or in conditions."""
    with zipfile.ZipFile(BytesIO(template)) as archive:
        parts = [
            archive.read(n).decode("utf-8", "replace") for n in archive.namelist() if _SLIDE.fullmatch(n)
        ]
    return list(dict.fromkeys(key for part in parts for key in _NAMED.findall(_XML.sub("", part))))


def facts_of(session: Session, template: bytes | None, found: Kitchen | None) -> list[facts.Shown]:
    """The facts of the template and of the answers it speaks of; Conflict in words where one may not go outside."""
    if template is None or found is None:
        return []
    keys = named_in(template)
    texts = ["".join(facts.token_of(k) for k in keys)]
    ids = [s.version_id for s in found.choice.faqs]
    texts += assets.texts(session, ids).values() if ids else []
    book = facts.book(session, texts, language=found.manifest.language, outside=True)
    said = [book.resolve(text) for text in texts]
    wrong = [p.said for p in said[0].problems]
    if wrong:
        raise Conflict(_("模板里的事实现在不能用：%(all)s") % {"all": "".join(wrong)})
    return list({s.key: s for r in said for s in r.used}.values())


def cases_of(session: Session, versions: Sequence[assets.Version], found: Kitchen | None) -> list[int]:
    """The cases that need their customer's consent: of which it has slides, or whose names and figures it may say."""
    ids = {v.asset_id for v in versions} | {c.asset_id for c in (found.choice.cases if found else ())}
    return [a.id or 0 for a in assets.by_ids(session, ids) if consents.is_case(a)]
