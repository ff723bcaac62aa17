"""Facts: values that many texts repeat, kept once; texts with tokens, read with the values as they are now."""

from hub.facts.actions import (
    Fields,
    create,
    edit,
    must_agree,
    note_uses,
    of_owner,
    remind,
    tick,
    trash,
    would_say,
)
from hub.facts.exchange import from_data, to_data
from hub.facts.models import Fact, FactChange, FactMended, FactUse
from hub.facts.queries import (
    STATES,
    Row,
    by_keys,
    change,
    changes,
    counts,
    find,
    get,
    last_change,
    may_edit,
    mended,
    rows,
    state_of,
    uses,
    visible,
)
from hub.facts.resolving import OPEN, SHUT, Book, Problem, Resolved, Shown, book, for_decks, resolve, show
from hub.facts.rules import Wording, hits, needles, pattern, shown, token_of, tokens
