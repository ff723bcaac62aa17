"""Pitch decks: templates and their manifests, recipe and values (pure), making the file; baskets and check-ups."""

from hub.decks.actions import (
    add_page,
    add_picture,
    ask,
    choose,
    choose_picture,
    drop,
    faults,
    move,
    plan_deck,
    reorder,
    restore,
    set_answer,
    set_brief,
    start,
    take_back,
    trash,
    update_slides,
)
from hub.decks.answers import EMPTY, cell_faults, defaults
from hub.decks.answers import read as read_answers
from hub.decks.answers import rows as read_rows
from hub.decks.answers import shown as shown_answer
from hub.decks.basket import MOST as BASKET_MOST
from hub.decks.basket import Chosen
from hub.decks.basket import add as basket_add
from hub.decks.basket import contents as basket
from hub.decks.basket import count as basket_count
from hub.decks.basket import empty as basket_empty
from hub.decks.basket import held as basket_held
from hub.decks.basket import holding as basket_holding
from hub.decks.basket import remove as basket_remove
from hub.decks.basket import reorder as basket_reorder
from hub.decks.basket import shift as basket_shift
from hub.decks.basket import size as basket_size
from hub.decks.basket import take_out as basket_take_out
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
from hub.decks.manifest import PURPOSES, Manifest, Step
from hub.decks.manifest import parse as read_manifest
from hub.decks.models import BasketSlide, CheckUp, Deck, DeckPicture, DeckSlide, DeckTemplate
from hub.decks.outline import kept
from hub.decks.pictures import MOST_BYTES as PICTURE_BYTES
from hub.decks.pictures import of_deck as pictures_of
from hub.decks.pictures import offered as pictures_offered
from hub.decks.pictures import one as picture
from hub.decks.queries import (
    Origin,
    closed_among,
    get,
    is_closed,
    is_deck,
    manifest_of,
    mine,
    on_shelf,
    options,
    origins,
    slides_of,
    template,
    template_by_name,
    template_for,
    templates,
    templates_by_ids,
    visible,
)
from hub.decks.questions import CELL_TYPES, MOST_ROWS, Option, Question
from hub.decks.questions import TYPES as QUESTION_TYPES
from hub.decks.reasons import why
from hub.decks.recipe import DECKS as PPTX_ENDINGS
from hub.decks.shelf import (
    as_yaml,
    confirm,
    discard,
    import_template,
    propose,
    reword,
    surveyed,
    withdraw_template,
)
from hub.decks.shelf import (
    corrected as corrected_manifest,
)
from hub.decks.tables import is_example
from hub.decks.tables import moved as row_moved
from hub.decks.tables import with_pasted as rows_pasted
from hub.decks.tables import without as row_gone
from hub.decks.updating import outdated, replacements, without_consent
