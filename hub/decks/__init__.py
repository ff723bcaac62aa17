"""Pitch decks: templates and their manifests, recipe and values (pure), making the file; baskets and check-ups."""

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
    update_slides,
    withdraw_template,
)
from hub.decks.answers import defaults
from hub.decks.answers import read as read_answers
from hub.decks.basket import MOST as BASKET_MOST
from hub.decks.basket import Chosen
from hub.decks.basket import add as basket_add
from hub.decks.basket import contents as basket
from hub.decks.basket import count as basket_count
from hub.decks.basket import empty as basket_empty
from hub.decks.basket import remove as basket_remove
from hub.decks.basket import reorder as basket_reorder
from hub.decks.basket import shift as basket_shift
from hub.decks.basket import size as basket_size
from hub.decks.basket import to_deck as basket_to_deck
from hub.decks.checkup import (
    KEPT_DAYS,
    Judged,
    check_up,
    check_ups,
    corrected,
    forget_old,
    judged,
    read_check_up,
)
from hub.decks.checkup import remove as remove_check_up
from hub.decks.checkup import submit as submit_check_up
from hub.decks.making import make_deck, preview_deck, preview_template
from hub.decks.manifest import Manifest, Option, Question, Step
from hub.decks.models import BasketSlide, CheckUp, Deck, DeckSlide, DeckTemplate
from hub.decks.outline import kept
from hub.decks.queries import (
    Origin,
    closed_among,
    get,
    is_closed,
    is_deck,
    manifest_of,
    mine,
    options,
    origins,
    slides_of,
    template,
    template_by_name,
    templates,
    templates_by_ids,
    visible,
)
from hub.decks.recipe import DECKS as PPTX_ENDINGS
from hub.decks.updating import outdated, replacements, without_consent
