"""Sharing: links and customer rooms, who read what by them, and where an asset is in use."""

from hub.sharing.actions import (
    Fields,
    Wanted,
    create,
    edit,
    preset_of,
    put_in,
    quick,
    renew_passcode,
    take_out,
    withdraw,
)
from hub.sharing.contents import (
    Opened,
    Piece,
    Sheet,
    is_version_of,
    items_of,
    opened,
    piece_of,
    pieces,
    pieces_of,
    title_outside,
)
from hub.sharing.demo import load_demo
from hub.sharing.headings import Heading, headings, titles
from hub.sharing.language import language_of
from hub.sharing.models import Share, ShareBeat, ShareEvent, ShareItem, ShareVisitor
from hub.sharing.pictures import as_pdf, watermark
from hub.sharing.queries import (
    PageTime,
    Tally,
    address,
    contact,
    ended_why,
    events,
    find,
    get,
    page_times,
    passcode,
    tallies,
    times_by_visitor,
    visible,
    visitors,
    visitors_by_ids,
)
from hub.sharing.reach import Place, Reach, correct, reach
from hub.sharing.reading import Beat, Readings
from hub.sharing.replacing import Gone, Swap, count_gone, gone, swap, swap_all, swaps
from hub.sharing.rules import IDLE_MS, PRESETS, hashed, preset_for, secret_in, signed_secret
from hub.sharing.visiting import (
    Ended,
    Unknown,
    Visit,
    downloaded,
    enter,
    has_gate,
    no_way,
    open_by_hand,
    too_many,
    visit,
)
from hub.sharing.watching import Watched, watching
