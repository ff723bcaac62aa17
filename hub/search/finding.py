"""Find: from what a person types to the answer a page shows. The front door for every surface.

*Understanding* turns typed words into a query: groups of terms with the taxonomy's synonyms, the phrases and
the exclusions. What was understood otherwise than typed is a *correction* and is always told, with the way
to search for exactly what was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hub.base.errors import HubError
from hub.search.analysis import Analysis, normalize
from hub.search.indexing import single_characters
from hub.search.protocol import Engine, Group, Mode, Query, Result, Rights, Sort, Term
from hub.search.query import Typed, parse

SYNONYM_WEIGHT = 0.7
MAX_FILTERS = 50
MAX_VALUES = 200

FUNCTION_WORDS = frozenset(
    [
        "的",
        "了",
        "是",
        "在",
        "和",
        "与",
        "及",
        "或",
        "对",
        "把",
        "被",
        "从",
        "到",
        "由",
        "为",
        "以",
        "之",
        "其",
        "这",
        "那",
        "吗",
        "呢",
        "吧",
        "啊",
        "么",
        "我",
        "你",
        "他",
        "我们",
        "你们",
        "他们",
        "什么",
        "怎么",
        "怎样",
        "如何",
        "哪",
        "哪些",
        "哪个",
        "哪里",
        "谁",
        "几",
        "多少",
        "为什么",
        "有",
        "没有",
        "一个",
        "一种",
        "请问",
        "请",
        "想",
        "要",
        "能",
        "可以",
        "the",
        "a",
        "an",
        "of",
        "for",
        "and",
        "or",
        "to",
        "in",
        "on",
        "with",
        "is",
        "are",
        "what",
        "how",
    ]
)
"""Words that hold a sentence together: they add to the score and never decide whether a document is found."""


@dataclass(frozen=True, slots=True)
class Correction:
    """`typed` was read as `used`."""

    typed: str
    used: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to what was typed. `marks` are the words to highlight; `cut` tells that the text was too
    long.
    """

    result: Result
    typed: Typed
    marks: tuple[str, ...]
    corrected: tuple[Correction, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Everything that may be said about a search besides the words; the fields are those of `Query`."""

    rights: Rights
    mode: Mode = "auto"
    fields: frozenset[str] | None = None
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20
    collapse: bool = True
    boosts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    exact: bool = False
    explain: bool = False


def find(engine: Engine, text: str, ask: Ask) -> Found:
    """Search for what was typed.

    `ask.synonyms` maps a name to others for the same thing. With `ask.exact` nothing is corrected. Raises
    IndexUnavailable when a rebuild is due and HubError when there are more filters than a person can have
    meant.
    """
    _check_filters(ask)
    typed = parse(text)
    query = understand(typed, engine.analysis, ask)
    return Found(engine.search(query), typed, _marks(query, typed), cut=typed.cut)


def understand(typed: Typed, analysis: Analysis, ask: Ask) -> Query:
    """The query for the typed words, as they are."""
    groups: list[Group] = []
    characters: list[str] = []
    names = synonym_terms(ask.synonyms)
    for word in (*typed.words, *typed.phrases):
        groups.extend(word_groups(word, analysis, names))
        tokens = analysis.tokens(word)
        characters.extend(char for token in tokens if token.whole for char in single_characters(token))
    return Query(
        rights=ask.rights,
        groups=tuple(dict.fromkeys(groups)),
        characters=tuple(characters),
        phrases=typed.phrases,
        excluded=typed.excluded,
        mode=ask.mode,
        fields=ask.fields,
        filters=ask.filters,
        facets=ask.facets,
        sort=ask.sort,
        offset=ask.offset,
        limit=ask.limit,
        collapse=ask.collapse,
        boosts=ask.boosts,
        explain=ask.explain,
    )


def word_groups(word: str, analysis: Analysis, synonyms: Mapping[str, Sequence[str]]) -> list[Group]:
    """One group for each whole token of a typed word; a name with synonyms is one group of all its names."""
    groups: list[Group] = []
    for token in analysis.tokens(word):
        if not token.whole:
            continue
        others = tuple(Term(name, SYNONYM_WEIGHT) for name in synonyms.get(token.text, ()))
        groups.append(Group((Term(token.text), *others), required=token.text not in FUNCTION_WORDS))
    return groups


def synonym_terms(synonyms: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Synonyms by normalised name."""
    return {
        normalize(name).text: tuple(normalize(other).text for other in others)
        for name, others in synonyms.items()
    }


def _marks(query: Query, typed: Typed) -> tuple[str, ...]:
    terms = [term.text for group in query.groups for term in group.alternatives]
    return tuple(dict.fromkeys([*typed.phrases, *terms]))


def _check_filters(ask: Ask) -> None:
    if len(ask.filters) > MAX_FILTERS or any(len(values) > MAX_VALUES for values in ask.filters.values()):
        raise HubError("筛选条件太多；请去掉一些再试。")
