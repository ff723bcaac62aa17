"""The requirement loop: requests, requirements, material, and who has been told."""

from hub.requirements.actions import (
    Fields,
    create,
    edit,
    may_set,
    move,
    refresh,
    restore,
    set_input,
    ship,
    touch,
    trash,
)
from hub.requirements.amounts import amount
from hub.requirements.asking import (
    MOST_CUSTOMERS,
    URGENCIES,
    Terms,
    Wish,
    ask,
    link,
    may_settle,
    refresh_for_customer,
    settle,
    similar_words,
    unlink,
)
from hub.requirements.documents import documents, ids_ever
from hub.requirements.exporting import to_data
from hub.requirements.importing import from_data
from hub.requirements.material import assign, attach, detach
from hub.requirements.models import (
    FACTORS,
    RELATED,
    ROLES,
    STATES,
    Material,
    Obligation,
    Request,
    RequestLink,
    Requirement,
    RiceInput,
    Step,
)
from hub.requirements.queries import (
    NO_EFFORT,
    SORTS,
    Asked,
    Demand,
    Filter,
    Row,
    as_asked,
    asked,
    asked_by,
    by_key,
    counts,
    find,
    get,
    get_request,
    in_trash,
    inputs,
    linked_requests,
    may_read,
    quarters_in_use,
    rows,
    visible,
)
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
    SLOTS,
    STATE_LABELS,
    WAY,
    good_quarter,
    quarters,
    score,
)
from hub.requirements.sheets import to_csv, to_xlsx
from hub.requirements.slipping import slip, tell_of_slip
from hub.requirements.telling import (
    ENDS,
    Duty,
    Shipped,
    get_obligation,
    nudge,
    owed,
    shipped_for,
    short,
    tell_of_material,
    tell_people,
    tell_requesters,
    told,
    untell,
)
from hub.requirements.view import Cell, Factor, Gap, Item, Line, Quote, Slot, View, lacking, view
