"""The requirement loop: requests, requirements, material, and who has been told."""

from hub.requirements.actions import (
    Fields,
    create,
    edit,
    move,
    must_stand,
    refresh,
    restore,
    ship,
    touch,
    trash,
)
from hub.requirements.advancing import advance, by_hand
from hub.requirements.amounts import YUAN, amount, money_of
from hub.requirements.asked import Asked, as_asked, asked, unlinked
from hub.requirements.asking import (
    MOST_CUSTOMERS,
    URGENCIES,
    Terms,
    Wish,
    ask,
    deals,
    link,
    may_settle,
    refresh_for_customer,
    settle,
    similar_words,
    unlink,
)
from hub.requirements.brief import Brief, brief
from hub.requirements.digest import tell_digest
from hub.requirements.documents import documents, ids_ever
from hub.requirements.effort import DAYS_IN, EFFORT_UNITS, PART_LABELS
from hub.requirements.effort import PARTS as EFFORT_PARTS
from hub.requirements.effort import set_unit as set_effort_unit
from hub.requirements.effort import shown as effort_shown
from hub.requirements.effort import unit_of as effort_unit
from hub.requirements.exporting import to_data
from hub.requirements.importing import from_data
from hub.requirements.imports import RUNNING as IMPORT_RUNNING
from hub.requirements.imports import answer as answer_import
from hub.requirements.imports import get_import, imports, undo_import
from hub.requirements.imports import run as run_import
from hub.requirements.imports import submit as submit_import
from hub.requirements.imports import write as write_import
from hub.requirements.kin import Kin, kin
from hub.requirements.lacking import Gap, lacking
from hub.requirements.launching import (
    ANSWERS,
    GateLine,
    answer,
    attention_of,
    consider,
    due_for_a_look,
    end_waiver,
    gate,
    waive,
    with_assets,
    would_change,
)
from hub.requirements.leaving import Held, hand_over_all, held, must_be_free
from hub.requirements.ledger import (
    ENDS,
    Duty,
    Shipped,
    get_obligation,
    hand_over,
    nudge,
    owed,
    shipped_for,
    told,
    untell,
    waiting,
)
from hub.requirements.material import assign, attach, detach, needs_update, still_valid
from hub.requirements.models import (
    FACTORS,
    RELATED,
    ROLES,
    STATES,
    Change,
    Material,
    Obligation,
    Regrouping,
    Request,
    RequestLink,
    Requirement,
    RiceInput,
    SheetImport,
    Step,
    Waiver,
)
from hub.requirements.pool import (
    AT_ODDS,
    ATTENTION,
    MERGED,
    NO_EFFORT,
    SORTS,
    Filter,
    choices,
    counts,
    disagreements,
    find,
    quarters_in_use,
)
from hub.requirements.queries import (
    Demand,
    Row,
    asked_by,
    by_id,
    by_key,
    get,
    get_request,
    in_trash,
    inputs,
    linked_requests,
    may_read,
    request_visible,
    rows,
    sponsors,
    visible,
)
from hub.requirements.regrouping import cancel, merge, split, standing_cancel
from hub.requirements.reopening import Look, changes, looks, looks_wait, undo_reopening
from hub.requirements.roadmap import PROMISED, Stone, roadmap
from hub.requirements.rules import (
    CONFIDENCES,
    FACTOR_LABELS,
    FOLLOWS,
    IMPACTS,
    LEVELS,
    MILESTONES,
    OUT,
    ROLE_KINDS,
    SCORED_NO_MORE,
    SLOTS,
    STATE_LABELS,
    WAY,
    good_quarter,
    quarters,
    score,
    stage,
)
from hub.requirements.scoring import may_set, set_input
from hub.requirements.sheets import sample, to_csv, to_xlsx
from hub.requirements.sight import ROWS as ROWS_OF_LISTS
from hub.requirements.sight import sight as sight_of
from hub.requirements.slipping import slip
from hub.requirements.telling import (
    short,
    tell_newcomers,
    tell_of_material,
    tell_of_regrouping,
    tell_of_slip,
    tell_people,
    tell_requesters,
)
from hub.requirements.undoing import get_regrouping, undo
from hub.requirements.ungrouped import requests_from_data, requests_to_data, ungrouped
from hub.requirements.view import Cell, Factor, Item, Line, Quote, Slot, View, view
