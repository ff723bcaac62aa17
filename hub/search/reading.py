"""Small questions to a corpus, asked under rights: what every engine answers alike, however it keeps its index."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence

from hub.search.analysis import Analysis
from hub.search.corpus import Corpus
from hub.search.documents import Document
from hub.search.phrases import rows_with
from hub.search.protocol import Rights, Weights


class Reading(ABC):
    """The part of `Engine` that only needs the corpus as it is now; an engine says how that is opened."""

    weights = Weights()

    @abstractmethod
    def corpus(self) -> Corpus:
        """See `Engine`."""

    def _analysis_with(self, words: Iterable[str]) -> Analysis:
        """The analysis of an index that is made anew: with these words, and with the fields weighed as set."""
        return Analysis(words, self.weights.fields)

    def document_frequency(self, terms: Sequence[str], rights: Rights) -> list[int]:
        """For each term, how many visible documents carry it."""
        corpus = self.corpus()
        visible = corpus.visible(rights)
        corpus.expect("words", terms)
        return [int(visible[corpus.postings("words", term).rows].sum()) for term in terms]

    def phrase_frequency(self, phrase: str, rights: Rights, *, enough: int = 1) -> int:
        """How many visible documents hold the phrase, counted up to `enough`."""
        corpus = self.corpus()
        return len(rows_with(corpus, phrase, corpus.visible(rights), enough))

    def get(self, document_id: str, rights: Rights) -> Document | None:
        """The visible document of this id, else None."""
        corpus = self.corpus()
        row = corpus.row_of(document_id)
        if row is None or not corpus.visible(rights)[row]:
            return None
        return corpus.document(row)

    def lexicon(self) -> Mapping[str, int]:
        """See `Engine`."""
        return self.corpus().lexicon

    def version(self) -> str:
        """See `Engine`."""
        return self.corpus().version

    def count(self) -> int:
        """See `Engine`."""
        return self.corpus().live
