"""Demo accounts: where one can be shown, the secret kept sealed, who booked it when, and whether it works."""

from hub.demos.actions import (
    Fields,
    book,
    cancel,
    create,
    edit,
    reveal,
    trash,
    works,
)
from hub.demos.checking import ask_now, may_ask, to_check
from hub.demos.checking import note as note_answer
from hub.demos.exchange import from_data, to_data
from hub.demos.models import DemoAccount, DemoBooking
from hub.demos.probing import listed as listed_hosts
from hub.demos.probing import probe
from hub.demos.queries import (
    Booked,
    Row,
    bookings,
    checked_on,
    described,
    find,
    get,
    may_edit,
    rows,
    shown_to,
)
