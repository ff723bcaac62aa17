"""Consents: what the customer of a case allowed, and which form of the case may be shown outside."""

from hub.consents.actions import Fields, end, link_twin, note_cases, record, record_many, remind, unlink_twin
from hub.consents.exchange import from_data, to_data
from hub.consents.models import CaseConsent, CaseTwin, CaseUse
from hub.consents.queries import (
    STATES,
    Row,
    banner,
    case_of,
    cases_of,
    consent_of,
    find,
    is_case,
    nameless,
    outward,
    row_of,
    said_of,
    sentence,
    spoken,
    things_with,
    twins_of,
    with_case,
)
from hub.consents.rules import PARTS, USES, Decision, Said, Twin, decide, names_nobody, state
