"""The contract every search engine keeps: what it is asked, what it answers.

An engine is asked with analysed *terms*, never with raw text: a *group* is one thing the person means, with
its alternatives (synonyms, a corrected spelling); a *query* is groups plus filters, rights and paging.
*Rights* are the reader tokens of the person who asks; a document is visible when it carries at least one of
them. No tokens see nothing. `EVERYTHING` is for operators on the command line and is never made from a
person.

A *sequence* is the number of the last change the index has taken in; it makes `apply` safe to run twice.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from hub.search.analysis import Analysis
from hub.search.corpus import Corpus
from hub.search.documents import FIELD_WEIGHTS, Change, Document
from hub.search.progress import Progress, unheard
from hub.search.rights import Rights

Mode = Literal["all", "most", "any", "auto", "near"]
"""All of the words, most, any; "auto" is the tightest of these that finds something; "near" is for a name or
a sentence: what shares enough of it, measured by the document that shares the most."""

Reach = Literal["all", "most", "any", "close"]
Sort = Literal["relevance", "newest", "used"]

MAX_LIMIT = 200
MAX_PREFIX_TERMS = 64
MAX_NEAR = 20


@dataclass(frozen=True, slots=True)
class Term:
    """One analysed word. `weight` scales it against the other alternatives of its group (a synonym counts
    less).
    """

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Group:
    """One thing the person means; any of the alternatives satisfies it.

    With `prefix` an alternative also stands for the most frequent terms that begin with it. A group that is
    not `required` adds to the score and never decides whether a document is found.
    """

    alternatives: tuple[Term, ...]
    prefix: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two terms that were typed side by side, and the text they make together."""

    text: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts, of the words and beside them. `title` is the factor for a document that has every word in its title;
    `new` and `used` are what being the newest and the most used add to a factor of one; `boosts` are factors for values
    of columns. `fields` is what a word counts in each field: it is written into an index when that is made, and a
    change of it asks for a new one.
    """

    title: float = 1.25
    new: float = 0.05
    used: float = 0.05
    boosts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    fields: Mapping[str, float] = field(default_factory=lambda: FIELD_WEIGHTS)


USUAL = Weights()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A whole question. Without groups and phrases it browses: everything visible that passes the filters.

    `rights` has no default on purpose. `characters` are the single characters of the words, and `neighbours`
    the terms that were typed side by side; by both the best documents are ranked again. `phrases` and
    `excluded` are normalised texts that must, or must not, stand in the document. `fields` limits the words
    to some fields, None means all. `filters` maps a column to the values of which one must be there. Each of
    `facets` is counted without its own filter. With `collapse` documents of one group are one hit with at
    most `members` others, and `total` and facets count groups. With `fold` documents that are nearly the same (see
    `alike`), or groups whose own documents are, are one hit, and `total` and all facets count such hits; what the
    rights do not show folds and counts nothing. Two facets say what was found rather than narrow
    it, and are counted without any filter on either: "line" counts groups by what they are shown as, so that its
    counts add up to the total; "type" counts documents, each slide of a deck by itself. `weights` are mild factors on
    the score. With `steady` the words are loosened as far as without the filters, so
    that the count of a value is the total one gets by choosing it; they are loosened further only where nothing
    would be left. Without it they are loosened until they find something under the filters. At most `looks` texts are
    read for phrases and exclusions, None means as many as it takes: one that was not read is not found.
    """

    rights: Rights
    groups: tuple[Group, ...] = ()
    characters: tuple[str, ...] = ()
    neighbours: tuple[Neighbours, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    mode: Mode = "auto"
    fields: frozenset[str] | None = None
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20
    collapse: bool = False
    members: int = 6
    fold: bool = False
    weights: Weights = USUAL
    steady: bool = False
    looks: int | None = None
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A document folded under a hit, such as a matching slide of a deck."""

    id: str
    score: float
    document: Document


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer. `members` are the best matching documents of its group, best first, itself not among them;
    `members_total` says how many matched in all. `near` are the best of what matched and is nearly the same, best
    first, and `near_total` says how many there are. `why` is filled when the query asks to explain.
    """

    id: str
    score: float
    document: Document
    members: tuple[Member, ...] = ()
    members_total: int = 0
    near: tuple[Member, ...] = ()
    near_total: int = 0
    why: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The page asked for, with what holds for all of it.

    `relaxed` says how far the words had to be loosened: "all" of them matched, "most", "any", or only
    documents that look "close"; None when no words were asked. `facets` maps each column asked for to its
    values and counts, most frequent first. `version` changes whenever the index does. `unread` tells that there were
    more texts to read than the query allows.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    relaxed: Reach | None
    version: str
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """What `check` found. `reason` is a sentence when the index needs a rebuild, None when it is sound."""

    sound: bool
    documents: int
    sequence: int
    reason: str | None = None


class Engine(Protocol):
    """Keeps documents and finds them. Reading is safe from any number of threads while one writes.

    `weights` are for those who ask, but for those of the fields: a rebuild writes these into the index.
    """

    weights: Weights

    @property
    def analysis(self) -> Analysis:
        """The analysis the index was made with; dictionary and weights of fields change by a rebuild only."""
        ...

    def apply(self, batch: Iterable[Change], sequence: int) -> bool:
        """Take in the changes, durably, as sequence number `sequence`; False when they had been taken in
        before.

        Raises Conflict when another process is writing, IndexUnavailable when a rebuild is due.
        """
        ...

    def checkpoint(self) -> int:
        """The sequence number of the last change taken in; -1 when the index has to be rebuilt."""
        ...

    def refresh(self) -> None:
        """See what other processes have written since; `search` does it by itself."""
        ...

    def search(self, query: Query) -> Result:
        """Answer the query. Raises IndexUnavailable when a rebuild is due, HubError for a query it cannot
        take.
        """
        ...

    def document_frequency(self, terms: Sequence[str], rights: Rights) -> list[int]:
        """For each term, how many documents visible with `rights` carry it."""
        ...

    def phrase_frequency(self, phrase: str, rights: Rights, *, enough: int = 1) -> int:
        """How many visible documents have this normalised text in them; counting stops at `enough`."""
        ...

    def lexicon(self) -> Mapping[str, int]:
        """Every term with the number of documents that carry it, rights aside: never show it unfiltered."""
        ...

    def corpus(self) -> Corpus:
        """All documents at this moment, rights aside: what corrections and suggestions are looked up in."""
        ...

    def version(self) -> str:
        """A token that changes whenever the index does."""
        ...

    def rebuild(
        self,
        documents: Iterable[Document],
        sequence: int,
        words: Iterable[str] | None = None,
        *,
        expected: int = 0,
        told: Callable[[Progress], None] = unheard,
    ) -> int:
        """Make a new index beside the old one from all documents, swap, and return how many there are.

        `words` are the dictionary words from now on (names of products and of the taxonomy), None keeps
        those there are; fields are weighed by `weights`. `told` hears now and then how far it is, of about `expected`
        documents. Raises Conflict at once when another process is writing.
        """
        ...

    def progress(self) -> Progress | None:
        """How far the rebuild is that some process is making at the moment; None when none is known."""
        ...

    def count(self) -> int:
        """How many documents the index holds."""
        ...

    def get(self, document_id: str, rights: Rights) -> Document | None:
        """The document of this id when it is visible with `rights`, else None."""
        ...

    def check(self) -> Health:
        """Whether the index is whole: files, versions, counts."""
        ...

    def close(self) -> None:
        """Let go of connections; nobody asks it anything afterwards."""
        ...
