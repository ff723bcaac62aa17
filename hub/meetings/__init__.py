"""Review meetings: their calendar, the agenda that builds itself, decisions, and minutes."""

from hub.meetings.actions import (
    add_item,
    begin,
    close,
    must_host,
    pause,
    reschedule,
    resume,
    sit,
    skip,
    write_line,
)
from hub.meetings.agenda import build
from hub.meetings.deciding import decide, note_reports, take_back
from hub.meetings.files import from_data, to_data
from hub.meetings.minutes import outcome, title, to_docx
from hub.meetings.models import (
    OUTCOMES,
    SECTIONS,
    Meeting,
    MeetingItem,
    MeetingLine,
    MeetingSeat,
    MeetingSeries,
)
from hub.meetings.queries import (
    OPEN,
    Entry,
    Item,
    Seat,
    Voice,
    Written,
    all_series,
    elapsed,
    entries,
    get,
    get_series,
    hosts,
    meetings,
    seats,
    sees_whole,
    voices,
    without_effort,
    written,
)
from hub.meetings.reading import Discussed, Reading, discussed, load, reading
from hub.meetings.rules import (
    ESCALATE_AT,
    OUTCOME_LABELS,
    POSSIBLE,
    SECTION_LABELS,
    STATE_LABELS,
    VOICE_LABELS,
    WHY,
    instant,
)
from hub.meetings.series import SeriesFields, create_series, edit_series, upcoming
from hub.meetings.telling import tell_of_escalation, tell_of_more
