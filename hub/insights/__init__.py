"""Insight: reads everything, owns no table. Where material is missing, weighed by who asks for it."""

from hub.insights.causes import Least, task_causes
from hub.insights.cells import (
    BODY,
    STATES,
    Cell,
    Demand,
    Gap,
    Piece,
    Shelf,
    heat,
    place,
)
from hub.insights.demand import KINDS as DEMAND_KINDS
from hub.insights.demand import Quote, Signal, evidence, grows, kit, signals
from hub.insights.demand import months as demand_months
from hub.insights.demand import quotes as signal_quotes
from hub.insights.misses import failed_searches
from hub.insights.reading import AXES, Coverage, Deal, Detail, coverage, detail
