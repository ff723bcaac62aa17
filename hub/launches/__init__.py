"""Launch plans: goals that product and operations sign, who does what, campaign dates, and what came of it."""

from hub.launches.actions import Fields, create, edit
from hub.launches.documents import documents, ids_ever
from hub.launches.duties import LineToDo, PlanToSign, lines_wait, to_sign, to_sign_wait
from hub.launches.duties import lines as own_lines
from hub.launches.files import all_plans, from_data, to_data
from hub.launches.leaving import hand_over_all, held, must_be_free
from hub.launches.lines import LineFields, add_resource, done, drop_line, drop_resource, keep, set_line
from hub.launches.listing import FILTERS, ORDERS, Filter, belongs, quarters_in_use, rows
from hub.launches.models import (
    KINDS,
    LIGHTS,
    PARTS,
    SIDES,
    SORTS,
    LaunchGoal,
    LaunchHand,
    LaunchLine,
    LaunchPlan,
    LaunchResource,
    LaunchResult,
    LaunchSignature,
)
from hub.launches.queries import get, goal_of, line_of, may_edit, of, resource_of, sides_of, signed_sides
from hub.launches.rules import (
    KIND_LABELS,
    LIGHT_LABELS,
    PART_LABELS,
    SIDE_LABELS,
    SORT_LABELS,
    STAGE_LABELS,
    STAGES,
)
from hub.launches.signing import GoalFields, end_goal, judge, set_goal, sign, unsign
from hub.launches.telling import follow, tell_late
from hub.launches.view import (
    Goal,
    Line,
    Resource,
    Result,
    Row,
    Signature,
    View,
    row,
    view,
)
