"""Cross-department proposals: what we ask of another department or a partner, what the market is worth and how we know,
who does what, how the revenue is split, and who has agreed to it. A proposal is called a venture here, because the
taxonomy calls something else a proposal.
"""

from hub.ventures.actions import (
    PICTURE_BYTES,
    SECTION_LABELS,
    WRITTEN,
    add_picture,
    create,
    drop_picture,
    hand_over,
    held,
    refresh,
    refresh_for_product,
    restore,
    trash,
    write,
)
from hub.ventures.agreeing import VERDICTS, move, say
from hub.ventures.deals import Deal, opportunities, recorded
from hub.ventures.deck import ask as ask_deck
from hub.ventures.deck import file_name as deck_name
from hub.ventures.deck import make as make_deck
from hub.ventures.deck import preview as preview_deck
from hub.ventures.exchange import from_data, to_data
from hub.ventures.models import (
    DEAL_ROLES,
    OUTCOMES,
    PARTY_KINDS,
    PICTURE_KINDS,
    STATES,
    Venture,
    VentureApproval,
    VentureDeck,
    VentureParty,
    VenturePicture,
    VentureStep,
)
from hub.ventures.panorama import BOX as PART_WIDTH
from hub.ventures.panorama import HIGH as PART_HEIGHT
from hub.ventures.panorama import Drawing, draw
from hub.ventures.queries import (
    Due,
    Row,
    blob_for,
    deck_of,
    due,
    due_wait,
    find,
    get,
    in_trash,
    live_parties,
    may_edit,
    picture,
    rows,
    to_sign,
    to_sign_wait,
)
from hub.ventures.rules import (
    ENOUGH_BIDS,
    FOLLOWS,
    NUMBER_LABELS,
    NUMBERS,
    SCENARIO_LABELS,
    SCENARIOS,
    SECTIONS,
    Lack,
    Segment,
    plain,
    totals,
)
from hub.ventures.sections import CURRENCIES
from hub.ventures.talks import add_step, step_done
from hub.ventures.templates import BUILT_IN, add_template, check_template, tokens
from hub.ventures.templates import offered as offered_templates
from hub.ventures.templates import same_now as template_now
from hub.ventures.whole import Party, Said, Step, Whole, whole
