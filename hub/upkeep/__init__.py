"""Upkeep: when a fact has another value, every place that still shows the old one, who is told, and what is mended."""

from hub.upkeep.places import HOLDERS, Place, Places, places, preview
from hub.upkeep.telling import ask_for_material, follow_fact, tell, tick
