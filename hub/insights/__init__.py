"""Insight: reads everything, owns no table. Where material is missing, weighed by who asks for it."""

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
from hub.insights.misses import failed_searches
from hub.insights.reading import AXES, Coverage, Deal, Detail, coverage, detail
