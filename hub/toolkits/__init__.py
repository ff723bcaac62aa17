"""Toolkits: blueprints, membership rules, completeness."""

from hub.toolkits.actions import (
    EDITORS,
    Fields,
    archive,
    create,
    edit,
    exclude,
    move,
    pin,
    publish,
    refresh,
    reorder,
    restore,
    trash,
    unpin,
    unpublish,
)
from hub.toolkits.brought import MOST_BROUGHT, follow, held_by
from hub.toolkits.documents import documents, ids_ever
from hub.toolkits.exchange import from_data, to_data
from hub.toolkits.filling import Contents, Member, Section, contents, contents_of, sights
from hub.toolkits.models import Toolkit, ToolkitBrought, ToolkitPin
from hub.toolkits.parcel import Parcel, file_name, kept_inside, parcel, parcel_of, zipped
from hub.toolkits.plain import plain_text
from hub.toolkits.queries import (
    BODY,
    Card,
    Outline,
    by_id,
    by_slug,
    cards,
    cards_by_ids,
    carrying,
    completeness_of,
    find,
    get,
    in_trash,
    outlines,
    pins_of,
    title_of,
    titles,
    visible,
)
from hub.toolkits.rules import MOST_MEMBERS, Completeness, Filling, Slot, blueprint, clean_rules
