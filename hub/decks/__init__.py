"""Pitch decks: templates and their manifests, recipe and values (pure), and making the file."""

from hub.decks.actions import (
    add_page,
    ask,
    drop,
    faults,
    import_template,
    move,
    plan_deck,
    reorder,
    restore,
    set_brief,
    start,
    take_back,
    trash,
    withdraw_template,
)
from hub.decks.answers import defaults
from hub.decks.answers import read as read_answers
from hub.decks.making import make_deck, preview_deck, preview_template
from hub.decks.manifest import Manifest, Option, Question, Step
from hub.decks.models import Deck, DeckSlide, DeckTemplate
from hub.decks.outline import kept
from hub.decks.queries import (
    Origin,
    closed_among,
    get,
    is_closed,
    manifest_of,
    mine,
    options,
    origins,
    slides_of,
    template,
    template_by_name,
    templates,
    templates_by_ids,
)
