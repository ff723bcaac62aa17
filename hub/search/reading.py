"""Small questions to a corpus, asked under rights."""

from collections.abc import Sequence

from hub.search.corpus import Corpus
from hub.search.documents import Document
from hub.search.phrases import rows_with
from hub.search.protocol import Rights


def document_frequency(corpus: Corpus, terms: Sequence[str], rights: Rights) -> list[int]:
    """For each term, how many visible documents carry it."""
    visible = corpus.visible(rights)
    corpus.expect("words", terms)
    return [int(visible[corpus.postings("words", term).rows].sum()) for term in terms]


def phrase_frequency(corpus: Corpus, phrase: str, rights: Rights, enough: int) -> int:
    """How many visible documents hold the phrase, counted up to `enough`."""
    return len(rows_with(corpus, phrase, corpus.visible(rights), enough))


def get(corpus: Corpus, document_id: str, rights: Rights) -> Document | None:
    """The visible document of this id, else None."""
    row = corpus.row_of(document_id)
    if row is None or not corpus.visible(rights)[row]:
        return None
    return corpus.document(row)
