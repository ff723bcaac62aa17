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
    by_key,
    counts,
    find,
    get,
    get_request,
    in_trash,
    quarters_in_use,
    request_visible,
    visible,
)
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
    quarters,
    score,
)
from hub.requirements.telling import (
    ENDS,
    Duty,
    Shipped,
    get_obligation,
    nudge,
    owed,
    shipped_for,
    tell_of_material,
    tell_requesters,
    told,
    untell,
)
from hub.requirements.view import Cell, Factor, Gap, Item, Line, Quote, Slot, View, lacking, view
