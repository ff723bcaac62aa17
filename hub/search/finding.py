"""Find: from what a person types to the answer a page shows. The front door for every surface.

*Understanding* turns typed words into a query: groups of terms with the taxonomy's synonyms, the phrases and
the exclusions. What was understood otherwise than typed is a *correction* and is always told, with the way
to search for exactly what was typed.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from hub.base.errors import HubError
from hub.search.analysis import Token, is_han, normalize
from hub.search.corpus import Corpus
from hub.search.indexing import single_characters
from hub.search.protocol import (
    USUAL,
    Engine,
    Group,
    Mode,
    Neighbours,
    Query,
    Result,
    Rights,
    Sort,
    Term,
    Weights,
)
from hub.search.purse import TEXT
from hub.search.query import FUNCTION_WORDS, Typed, is_prose, parse
from hub.search.scoring import expanded
from hub.search.spelling import Correction, Meaning, completes, correct_all

SYNONYM_WEIGHT = 0.7
PIECE_WEIGHT = 0.2
KEYWORDS = 4
MAX_FILTERS = 50
MAX_VALUES = 200
MOST_CHARACTERS, MOST_NEIGHBOURS = 60, 40
"""How many of them, from the beginning of the question, the second look goes by; a longer text is an essay."""

MOST_GROUPS = 80
"""How many words an essay is searched for by."""

FEWEST_LOOKS = 5_000
"""So many texts may be read for phrases and exclusions, however much was spent on understanding the words."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to what was typed.

    `marks` are the words to highlight. `corrected` is what was read otherwise than typed; searching again
    with `Ask.exact` takes it as it stands. `cut` tells that the text was longer than what is read, or
    had more unknown words than are looked up. `unread` tells that phrases and exclusions were not looked for in all
    texts that may hold them, and that these were left out. `unmended` tells that a piece of what was typed is prose,
    through which nobody looks for slips.
    """

    result: Result
    typed: Typed
    marks: tuple[str, ...]
    corrected: tuple[Correction, ...] = ()
    cut: bool = False
    unread: bool = False
    unmended: bool = False


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
    fold: bool = False
    weights: Weights = USUAL
    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    exact: bool = False
    steady: bool = False
    explain: bool = False


def find(engine: Engine, text: str, ask: Ask) -> Found:
    """Search for what was typed.

    `ask.synonyms` maps a name to others for the same thing. With `ask.exact` nothing is corrected. Raises
    IndexUnavailable when a rebuild is due and HubError when there are more filters than a person can have
    meant.
    """
    _check_filters(ask)
    typed = parse(text)
    known = known_by(ask.synonyms)
    meaning = Meaning(engine.corpus(), engine.analysis, ask.rights, known.names)
    changes: list[Correction] = []
    meant = typed
    if not ask.exact:
        words, changes = correct_all(meaning, typed.words)
        meant = replace(typed, words=tuple(dict.fromkeys(words)))
    query = understand(meant, meaning, ask)
    query, cut = _as_an_essay(meaning.corpus, query)
    query = replace(query, looks=max(meaning.purse.left // TEXT, FEWEST_LOOKS))
    result = engine.search(query)
    return Found(
        result,
        typed,
        _marks(meaning, query, meant),
        tuple(changes),
        typed.cut or meaning.purse.empty or cut,
        result.unread,
        not ask.exact and any(map(is_prose, typed.words)),
    )


def _as_an_essay(corpus: Corpus, query: Query) -> tuple[Query, bool]:
    """The question by its rarest words, where there are more than `MOST_GROUPS`; and whether others were left out."""
    groups = query.groups
    if len(groups) <= MOST_GROUPS:
        return query, False
    frequent = [corpus.frequency(group.alternatives[0].text) for group in groups]
    rarest = sorted(range(len(groups)), key=lambda place: (not groups[place].required, frequent[place]))
    kept = tuple(groups[place] for place in sorted(rarest[:MOST_GROUPS]))
    words = {term.text for group in kept for term in group.alternatives}
    pairs = tuple(pair for pair in query.neighbours if {pair.first, pair.second} <= words)
    return replace(query, groups=kept, neighbours=pairs), True


@dataclass(frozen=True, slots=True)
class Known:
    """Given synonyms as a search needs them: every name normalised, which is what is read first into pinyin and slips,
    and per normalised name the others.
    """

    names: tuple[str, ...]
    terms: Mapping[str, tuple[str, ...]]


NOTHING_KNOWN = Known((), {})
_lately: deque[tuple[Mapping[str, Sequence[str]], Known]] = deque(maxlen=8)


def known_by(synonyms: Mapping[str, Sequence[str]]) -> Known:
    """What is known by these synonyms, which never change: made once for each such object, of the few there are."""
    if not synonyms:
        return NOTHING_KNOWN
    for given, known in tuple(_lately):
        if given is synonyms:
            return known
    names = (name for one, others in synonyms.items() for name in (one, *others))
    made = Known(tuple(sorted({normalize(name).text for name in names})), synonym_terms(synonyms))
    _lately.append((synonyms, made))
    return made


def understand(typed: Typed, meaning: Meaning, ask: Ask) -> Query:
    """The query for these words, as they stand."""
    analysis = meaning.analysis
    groups: list[Group] = []
    characters: list[str] = []
    names = known_by(ask.synonyms).terms
    cut = [analysis.tokens(word) for word in (*typed.words, *typed.phrases)]
    for tokens in cut:
        groups.extend(_completed(meaning, token_groups(tokens, names)))
        characters.extend(char for token in tokens if token.whole for char in single_characters(token))
    return Query(
        rights=ask.rights,
        groups=tuple(dict.fromkeys(groups)),
        characters=tuple(dict.fromkeys(characters))[:MOST_CHARACTERS],
        neighbours=_neighbours(cut)[:MOST_NEIGHBOURS],
        phrases=typed.phrases,
        excluded=typed.excluded,
        mode=_mode(ask, typed, groups),
        fields=ask.fields,
        filters=ask.filters,
        facets=ask.facets,
        sort=ask.sort,
        offset=ask.offset,
        limit=ask.limit,
        collapse=ask.collapse,
        fold=ask.fold,
        weights=ask.weights,
        steady=ask.steady,
        explain=ask.explain,
    )


def _completed(meaning: Meaning, groups: Sequence[Group]) -> list[Group]:
    """A Latin word nobody has stands for the words that begin with it."""
    return [replace(group, prefix=completes(meaning, group.alternatives[0].text)) for group in groups]


def _mode(ask: Ask, typed: Typed, groups: Sequence[Group]) -> Mode:
    """A few words typed apart are keywords, each meant; a name or a sentence in one piece is matched as near
    as can be.
    """
    if ask.mode != "auto":
        return ask.mode
    keywords = len(typed.words) + len(typed.phrases) > 1
    return "auto" if keywords and sum(group.required for group in groups) <= KEYWORDS else "near"


def token_groups(tokens: Sequence[Token], synonyms: Mapping[str, Sequence[str]]) -> list[Group]:
    """One group for each whole token, with its synonyms; the pieces of a word help a little and decide
    nothing.
    """
    groups: list[Group] = []
    for token in tokens:
        if token.whole:
            others = tuple(Term(name, SYNONYM_WEIGHT) for name in synonyms.get(token.text, ()))
            groups.append(Group((Term(token.text), *others), required=token.text not in FUNCTION_WORDS))
        else:
            groups.append(Group((Term(token.text, PIECE_WEIGHT),), required=False))
    return groups


def _neighbours(cut: Sequence[Sequence[Token]]) -> tuple[Neighbours, ...]:
    """Whole tokens that touch in one typed word, and Latin words typed one after the other."""
    pairs: list[Neighbours] = []
    before: Token | None = None
    for tokens in cut:
        whole = [token for token in tokens if token.whole]
        if before is not None and whole and before.text.isascii() and whole[0].text.isascii():
            pairs.append(Neighbours(f"{before.text} {whole[0].text}", before.text, whole[0].text))
        touching = [(one, two) for one, two in pairwise(whole) if one.end == two.start]
        pairs.extend(Neighbours(one.text + two.text, one.text, two.text) for one, two in touching)
        before = whole[-1] if whole else None
    return tuple(dict.fromkeys(pairs))


def synonym_terms(synonyms: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Synonyms by normalised name."""
    return {
        normalize(name).text: tuple(normalize(other).text for other in others)
        for name, others in synonyms.items()
    }


def _marks(meaning: Meaning, query: Query, typed: Typed) -> tuple[str, ...]:
    """What to highlight: phrases and words as they were meant, and the terms, without those that would be
    everywhere.
    """
    marks = [*typed.phrases, *(word for word in typed.words if not word.isascii())]
    for group in query.groups:
        terms = expanded(meaning.corpus, group) if group.prefix else group.alternatives
        marks.extend(term.text for term in terms)
    several = len(marks) > 1
    kept = (
        mark
        for mark in marks
        if mark not in FUNCTION_WORDS and not (several and len(mark) == 1 and is_han(mark))
    )
    return tuple(dict.fromkeys(kept))


def _check_filters(ask: Ask) -> None:
    if len(ask.filters) > MAX_FILTERS or any(len(values) > MAX_VALUES for values in ask.filters.values()):
        raise HubError("筛选条件太多；请去掉一些再试。")
