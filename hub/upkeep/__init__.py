"""Upkeep: a fact changes or a consent ends: every place that still shows the old, who is told, and what is mended."""

from hub.upkeep.naming import Naming, is_asked, naming, tell_of_naming
from hub.upkeep.places import HOLDERS, Place, Places, places, preview
from hub.upkeep.telling import ask_for_material, follow_fact, tell, tick
