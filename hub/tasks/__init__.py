"""Material tasks: what marketing is to make, who asked for it, who makes it and by when."""

from hub.tasks.actions import (
    Fields,
    close_for_asset,
    edit,
    may_plan,
    merge,
    move,
    must_merge,
    propose,
    unwant,
    want,
)
from hub.tasks.causes import Cause
from hub.tasks.exchange import from_data, to_data
from hub.tasks.filing import ask_to_file, file
from hub.tasks.models import SOURCES, STATES, MaterialTask, TaskCause, TaskWant
from hub.tasks.queries import (
    OPEN_STATES,
    Row,
    Want,
    board,
    causes_of,
    find,
    get,
    loads,
    open_by_cell,
    rows,
    wants,
)
from hub.tasks.rules import FOLLOWS, STATE_LABELS, good_quarter, quarters
