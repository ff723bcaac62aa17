"""Every door of the house and what it answers to whom. A route that is not in the table fails the build.

`DOORS` says per route who is let in: s seller, m product marketer, p product manager, e technical expert, a
administrator; "all" of them, or everybody, strangers too ("open"). Whoever is not let in gets the sign-in page
(strangers), "you may not" (403), or hears that there is no such thing (404).
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI, Request
from sqlalchemy import delete, inspect, text
from sqlmodel import Session, col
from starlette.testclient import TestClient

from hub import assets, demos, facts, searches, tasks, ventures
from hub import request as carried
from hub.base import clock, jobs
from hub.base.db import Database
from hub.wiring import Wiring
from hub.worker import SLOW
from tests.cast import PASSWORD, Cast, draft, on_offer, settle
from tests.doors import doors, filled, parameters
from tests.entrance import app_of, client_of
from tests.hidden import Things, a_series, open_library

pytestmark = pytest.mark.long

PEOPLE = {"s": "zhou", "m": "ting", "p": "jun", "e": "li", "a": "ada"}
ALL, OPEN = "smpea", "open"
WANTED_HEADERS = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
)
DOORS: dict[tuple[str, str], str] = {
    ("GET", "/"): ALL,
    ("GET", "/api/v1/assets"): ALL,
    ("POST", "/api/v1/assets"): ALL,
    ("POST", "/api/v1/assets/bulk"): ALL,
    ("POST", "/api/v1/assets/bulk/{change_id}/undo"): "",
    ("GET", "/api/v1/assets/queues/{queue}"): ALL,
    ("POST", "/api/v1/assets/files"): ALL,
    ("DELETE", "/api/v1/assets/{asset_id}"): "sma",
    ("GET", "/api/v1/assets/{asset_id}"): ALL,
    ("PATCH", "/api/v1/assets/{asset_id}"): "sma",
    ("POST", "/api/v1/assets/{asset_id}/confirm-read"): "",
    ("GET", "/api/v1/assets/{asset_id}/reach"): "sma",
    ("GET", "/api/v1/assets/{asset_id}/reading"): ALL,
    ("POST", "/api/v1/assets/{asset_id}/reading"): "sma",
    ("POST", "/api/v1/assets/{asset_id}/reading/{reading_id}/end"): "",
    ("GET", "/api/v1/assets/{asset_id}/forms"): "sma",
    ("POST", "/api/v1/assets/{asset_id}/forms"): "sma",
    ("POST", "/api/v1/assets/{asset_id}/restore"): "",
    ("POST", "/api/v1/assets/{asset_id}/still-right"): "sma",
    ("GET", "/api/v1/assets/{asset_id}/versions"): ALL,
    ("POST", "/api/v1/assets/{asset_id}/versions"): "sma",
    ("POST", "/api/v1/assets/{asset_id}/versions/files"): "sma",
    ("GET", "/api/v1/assets/{asset_id}/versions/{number}"): ALL,
    ("POST", "/api/v1/assets/{asset_id}/versions/{number}/approve"): "ma",
    ("GET", "/api/v1/assets/{asset_id}/versions/{number}/comments"): ALL,
    ("POST", "/api/v1/assets/{asset_id}/versions/{number}/comments"): ALL,
    ("DELETE", "/api/v1/assets/{asset_id}/versions/{number}/comments/{comment_id}"): "",
    ("GET", "/api/v1/assets/{asset_id}/versions/{number}/comparison"): "",
    ("PUT", "/api/v1/assets/{asset_id}/versions/{number}/dates"): "sma",
    ("GET", "/api/v1/assets/{asset_id}/versions/{number}/file"): ALL,
    ("GET", "/api/v1/assets/{asset_id}/versions/{number}/pages"): ALL,
    ("POST", "/api/v1/assets/{asset_id}/versions/{number}/restore"): "sma",
    ("POST", "/api/v1/assets/{asset_id}/versions/{number}/send-back"): "sma",
    ("POST", "/api/v1/assets/{asset_id}/versions/{number}/submit"): "sma",
    ("POST", "/api/v1/assets/{asset_id}/versions/{number}/withdraw"): "sma",
    ("DELETE", "/api/v1/basket"): ALL,
    ("GET", "/api/v1/basket"): ALL,
    ("POST", "/api/v1/basket"): ALL,
    ("POST", "/api/v1/basket/deck"): ALL,
    ("PUT", "/api/v1/basket/order"): ALL,
    ("DELETE", "/api/v1/basket/{slide_id}"): "",
    ("GET", "/api/v1/check-ups"): ALL,
    ("POST", "/api/v1/check-ups"): ALL,
    ("DELETE", "/api/v1/check-ups/{check_id}"): "",
    ("GET", "/api/v1/check-ups/{check_id}"): "",
    ("GET", "/api/v1/check-ups/{check_id}/file"): "",
    ("GET", "/api/v1/consents"): ALL,
    ("POST", "/api/v1/consents/many"): ALL,
    ("GET", "/api/v1/consents/{asset_id}"): "",
    ("PUT", "/api/v1/consents/{asset_id}"): "",
    ("POST", "/api/v1/consents/{asset_id}/end"): "",
    ("GET", "/api/v1/consents/{asset_id}/named"): "",
    ("GET", "/api/v1/consents/{asset_id}/outside"): "",
    ("POST", "/api/v1/consents/{asset_id}/twins"): "",
    ("DELETE", "/api/v1/consents/{asset_id}/twins/{twin_id}"): "",
    ("GET", "/api/v1/coverage"): ALL,
    ("GET", "/api/v1/coverage/{product}/{at}"): ALL,
    ("GET", "/api/v1/decks"): ALL,
    ("POST", "/api/v1/decks"): ALL,
    ("GET", "/api/v1/decks/templates"): ALL,
    ("POST", "/api/v1/decks/templates"): "ma",
    ("GET", "/api/v1/decks/templates/{template_id}"): ALL,
    ("POST", "/api/v1/decks/templates/proposed"): "ma",
    ("DELETE", "/api/v1/decks/templates/{template_id}"): "ma",
    ("POST", "/api/v1/decks/templates/{template_id}/confirm"): "ma",
    ("PUT", "/api/v1/decks/templates/{template_id}/manifest"): "ma",
    ("POST", "/api/v1/decks/templates/{template_id}/withdraw"): "ma",
    ("DELETE", "/api/v1/decks/{deck_id}"): "sa",
    ("GET", "/api/v1/decks/{deck_id}"): "sa",
    ("PUT", "/api/v1/decks/{deck_id}/answers"): "sa",
    ("GET", "/api/v1/decks/{deck_id}/file"): "sa",
    ("POST", "/api/v1/decks/{deck_id}/make"): "sa",
    ("GET", "/api/v1/decks/{deck_id}/outline"): "sa",
    ("POST", "/api/v1/decks/{deck_id}/outline"): "sa",
    ("PUT", "/api/v1/decks/{deck_id}/outline"): "sa",
    ("POST", "/api/v1/decks/{deck_id}/outline/anew"): "sa",
    ("POST", "/api/v1/decks/{deck_id}/pictures"): "sa",
    ("POST", "/api/v1/decks/{deck_id}/update"): "sa",
    ("GET", "/api/v1/demand"): ALL,
    ("GET", "/api/v1/demand/kit"): ALL,
    ("GET", "/api/v1/demos"): ALL,
    ("POST", "/api/v1/demos"): "ma",
    ("DELETE", "/api/v1/demos/{demo_id}"): "ma",
    ("GET", "/api/v1/demos/{demo_id}"): ALL,
    ("PATCH", "/api/v1/demos/{demo_id}"): "ma",
    ("GET", "/api/v1/demos/{demo_id}/bookings"): ALL,
    ("POST", "/api/v1/demos/{demo_id}/bookings"): ALL,
    ("DELETE", "/api/v1/demos/{demo_id}/bookings/{booking_id}"): "ma",
    ("POST", "/api/v1/demos/{demo_id}/check"): ALL,
    ("POST", "/api/v1/demos/{demo_id}/secret"): ALL,
    ("POST", "/api/v1/demos/{demo_id}/works"): "ma",
    ("GET", "/api/v1/facts"): ALL,
    ("POST", "/api/v1/facts"): "ma",
    ("DELETE", "/api/v1/facts/{fact_id}"): "ma",
    ("GET", "/api/v1/facts/{fact_id}"): ALL,
    ("PATCH", "/api/v1/facts/{fact_id}"): "ma",
    ("GET", "/api/v1/facts/{fact_id}/changes"): ALL,
    ("GET", "/api/v1/facts/{fact_id}/places"): ALL,
    ("POST", "/api/v1/facts/{fact_id}/places/tick"): "ma",
    ("POST", "/api/v1/facts/{fact_id}/places/tell"): "ma",
    ("POST", "/api/v1/facts/{fact_id}/places/task"): "smpea",
    ("GET", "/api/v1/gaps"): "ma",
    ("POST", "/api/v1/gaps"): ALL,
    ("GET", "/api/v1/gaps/{gap_id}"): "sma",
    ("POST", "/api/v1/gaps/{gap_id}/close"): "ma",
    ("DELETE", "/api/v1/gaps/{gap_id}/need"): "s",
    ("POST", "/api/v1/gaps/{gap_id}/reopen"): "ma",
    ("GET", "/api/v1/me"): ALL,
    ("GET", "/api/v1/me/reading"): ALL,
    ("GET", "/api/v1/me/settings"): ALL,
    ("PATCH", "/api/v1/me/settings"): ALL,
    ("GET", "/api/v1/looks"): ALL,
    ("GET", "/api/v1/notices"): ALL,
    ("POST", "/api/v1/notices/read"): ALL,
    ("POST", "/api/v1/notices/{notice_id}/read"): "",
    ("GET", "/api/v1/launches"): ALL,
    ("POST", "/api/v1/launches"): "pa",
    ("GET", "/api/v1/launches/{key}"): ALL,
    ("PATCH", "/api/v1/launches/{key}"): "pa",
    ("POST", "/api/v1/launches/{key}/goals"): "pa",
    ("DELETE", "/api/v1/launches/{key}/goals/{goal_id}"): "pa",
    ("PUT", "/api/v1/launches/{key}/goals/{goal_id}"): "pa",
    ("POST", "/api/v1/launches/{key}/goals/{goal_id}/results"): "pa",
    ("POST", "/api/v1/launches/{key}/lines"): "pa",
    ("DELETE", "/api/v1/launches/{key}/lines/{line_id}"): "pa",
    ("PUT", "/api/v1/launches/{key}/lines/{line_id}"): "pa",
    ("PUT", "/api/v1/launches/{key}/lines/{line_id}/done"): "pa",
    ("POST", "/api/v1/launches/{key}/lines/{line_id}/keep"): "pa",
    ("POST", "/api/v1/launches/{key}/resources"): "pa",
    ("DELETE", "/api/v1/launches/{key}/resources/{resource_id}"): "pa",
    ("POST", "/api/v1/launches/{key}/signatures"): "p",
    ("POST", "/api/v1/launches/{key}/signatures/take-back"): "p",
    ("GET", "/api/v1/meetings"): ALL,
    ("GET", "/api/v1/meetings/series"): ALL,
    ("POST", "/api/v1/meetings/series"): "pa",
    ("GET", "/api/v1/meetings/{meeting_id}"): ALL,
    ("POST", "/api/v1/meetings/{meeting_id}/items"): "pa",
    ("PUT", "/api/v1/meetings/{meeting_id}/items/{key}"): "pa",
    ("DELETE", "/api/v1/meetings/{meeting_id}/items/{key}/outcome"): "pa",
    ("PUT", "/api/v1/meetings/{meeting_id}/lines/{key}"): "spe",
    ("GET", "/api/v1/meetings/{meeting_id}/minutes.docx"): ALL,
    ("PUT", "/api/v1/meetings/{meeting_id}/seats/{person_id}"): "pa",
    ("POST", "/api/v1/meetings/{meeting_id}/state"): "pa",
    ("POST", "/api/v1/meetings/{meeting_id}/reports"): "pa",
    ("PUT", "/api/v1/meetings/{meeting_id}/when"): "pa",
    ("PUT", "/api/v1/meetings/series/{series_id}"): "pa",
    ("POST", "/api/v1/obligations/{obligation_id}/hand-over"): "",
    ("GET", "/api/v1/obligations"): ALL,
    ("POST", "/api/v1/obligations/{obligation_id}/reopen"): "",
    ("POST", "/api/v1/obligations/{obligation_id}/told"): "",
    ("GET", "/api/v1/openapi.json"): OPEN,
    ("GET", "/api/v1/people"): "a",
    ("POST", "/api/v1/people"): "a",
    ("GET", "/api/v1/people/{person_id}"): "a",
    ("PATCH", "/api/v1/people/{person_id}"): "a",
    ("POST", "/api/v1/people/{person_id}/hand-over"): "a",
    ("POST", "/api/v1/people/{person_id}/invitation"): "a",
    ("POST", "/api/v1/regroupings/{regrouping_id}/undo"): "",
    ("GET", "/api/v1/requests"): ALL,
    ("POST", "/api/v1/requests"): ALL,
    ("GET", "/api/v1/requests/imports"): "pa",
    ("POST", "/api/v1/requests/imports"): "pa",
    ("GET", "/api/v1/requests/imports/{import_id}"): "",
    ("PUT", "/api/v1/requests/imports/{import_id}/answers"): "",
    ("GET", "/api/v1/requests/imports/{import_id}/problems.csv"): "",
    ("POST", "/api/v1/requests/imports/{import_id}/undo"): "",
    ("POST", "/api/v1/requests/imports/{import_id}/write"): "",
    ("GET", "/api/v1/requests/sheet.csv"): ALL,
    ("GET", "/api/v1/requests/sheet.xlsx"): ALL,
    ("GET", "/api/v1/requests/similar"): ALL,
    ("GET", "/api/v1/requests/{request_id}"): ALL,
    ("PATCH", "/api/v1/requests/{request_id}"): "spa",
    ("POST", "/api/v1/requests/{request_id}/cancel"): "spa",
    ("DELETE", "/api/v1/requests/{request_id}/requirements/{key}"): "pa",
    ("PUT", "/api/v1/requests/{request_id}/requirements/{key}"): "spa",
    ("GET", "/api/v1/requirements"): ALL,
    ("POST", "/api/v1/requirements"): "pa",
    ("DELETE", "/api/v1/requirements/{key}"): "pa",
    ("GET", "/api/v1/requirements/{key}"): ALL,
    ("PATCH", "/api/v1/requirements/{key}"): "pa",
    ("PUT", "/api/v1/requirements/{key}/answers/{request_id}"): "mpa",
    ("GET", "/api/v1/requirements/{key}/gate"): ALL,
    ("GET", "/api/v1/requirements/{key}/changes"): ALL,
    ("POST", "/api/v1/requirements/{key}/nudge"): "mpa",
    ("GET", "/api/v1/requirements/{key}/slots"): ALL,
    ("PUT", "/api/v1/requirements/{key}/slots/{role}"): "mpa",
    ("GET", "/api/v1/requirements/{key}/told"): ALL,
    ("POST", "/api/v1/requirements/{key}/material"): "mpa",
    ("DELETE", "/api/v1/requirements/{key}/material/{material_id}"): "mpa",
    ("POST", "/api/v1/requirements/{key}/material/{material_id}/needs"): "mpa",
    ("POST", "/api/v1/requirements/{key}/material/{material_id}/verify"): "mpa",
    ("POST", "/api/v1/requirements/{key}/merge"): "pa",
    ("POST", "/api/v1/requirements/{key}/reopened/undo"): "pa",
    ("POST", "/api/v1/requirements/{key}/restore"): "",
    ("PUT", "/api/v1/requirements/{key}/rice/{factor}"): "spa",
    ("POST", "/api/v1/requirements/{key}/slip"): "pa",
    ("POST", "/api/v1/requirements/{key}/split"): "pa",
    ("POST", "/api/v1/requirements/{key}/state"): "pa",
    ("PUT", "/api/v1/requirements/{key}/waivers"): "pa",
    ("DELETE", "/api/v1/requirements/{key}/waivers/{line}"): "pa",
    ("GET", "/api/v1/roadmap"): ALL,
    ("GET", "/api/v1/search"): ALL,
    ("GET", "/api/v1/searches"): ALL,
    ("POST", "/api/v1/searches"): ALL,
    ("DELETE", "/api/v1/searches/{saved_id}"): "s",
    ("GET", "/api/v1/shares"): ALL,
    ("POST", "/api/v1/shares"): ALL,
    ("POST", "/api/v1/shares/quick"): ALL,
    ("GET", "/api/v1/shares/customers/{customer_id}"): ALL,
    ("GET", "/api/v1/shares/gone"): ALL,
    ("POST", "/api/v1/shares/swap"): ALL,
    ("POST", "/api/v1/shares/{share_id}/items"): "sa",
    ("POST", "/api/v1/shares/{share_id}/items/{item_id}/swap"): "sa",
    ("DELETE", "/api/v1/shares/{share_id}/items/{item_id}"): "sa",
    ("POST", "/api/v1/shares/{share_id}/passcode"): "sa",
    ("DELETE", "/api/v1/shares/{share_id}"): "sa",
    ("GET", "/api/v1/shares/{share_id}"): "sa",
    ("PATCH", "/api/v1/shares/{share_id}"): "sa",
    ("GET", "/api/v1/shares/{share_id}/events"): "sa",
    ("GET", "/api/v1/shares/{share_id}/visitors/{visitor_id}"): "",
    ("GET", "/api/v1/suggest"): ALL,
    ("GET", "/api/v1/tasks"): ALL,
    ("POST", "/api/v1/tasks"): ALL,
    ("GET", "/api/v1/tasks/{task_id}"): ALL,
    ("PATCH", "/api/v1/tasks/{task_id}"): "ma",
    ("POST", "/api/v1/tasks/{task_id}/state"): "ma",
    ("POST", "/api/v1/tasks/{task_id}/merge"): "ma",
    ("DELETE", "/api/v1/tasks/{task_id}/want"): ALL,
    ("PUT", "/api/v1/tasks/{task_id}/want"): ALL,
    ("GET", "/api/v1/taxonomy/kinds"): ALL,
    ("GET", "/api/v1/taxonomy/products"): ALL,
    ("GET", "/api/v1/taxonomy/{facet}"): ALL,
    ("PUT", "/api/v1/taxonomy/{facet}/{key}"): "ma",
    ("GET", "/api/v1/settings"): "a",
    ("DELETE", "/api/v1/settings/demo"): "",
    ("GET", "/api/v1/settings/demo"): "",
    ("PATCH", "/api/v1/settings/company"): "a",
    ("PUT", "/api/v1/settings/effort-unit"): "a",
    ("GET", "/api/v1/settings/first-day"): "a",
    ("POST", "/api/v1/settings/first-day/preset"): "",
    ("POST", "/api/v1/settings/first-day/{step}/skip"): "a",
    ("GET", "/api/v1/settings/index"): "a",
    ("POST", "/api/v1/settings/index/rebuild"): "a",
    ("GET", "/api/v1/settings/jobs"): "a",
    ("POST", "/api/v1/settings/jobs/{job_id}/retry"): "",
    ("DELETE", "/api/v1/settings/logo"): "a",
    ("GET", "/api/v1/settings/mails"): "a",
    ("POST", "/api/v1/settings/mails/{mail_id}/retry"): "",
    ("PUT", "/api/v1/settings/logo"): "a",
    ("GET", "/api/v1/teams"): "a",
    ("POST", "/api/v1/teams"): "a",
    ("GET", "/api/v1/teams/{team_id}"): "a",
    ("PATCH", "/api/v1/teams/{team_id}"): "a",
    ("GET", "/api/v1/trash"): ALL,
    ("DELETE", "/api/v1/trash/asset/{asset_id}"): "",
    ("POST", "/api/v1/trash/{thing}/{thing_id}/restore"): "",
    ("GET", "/api/v1/tokens"): ALL,
    ("POST", "/api/v1/tokens"): ALL,
    ("DELETE", "/api/v1/tokens/{token_id}"): "",
    ("GET", "/api/v1/toolkits"): ALL,
    ("POST", "/api/v1/toolkits"): "ma",
    ("DELETE", "/api/v1/toolkits/{slug}"): "ma",
    ("GET", "/api/v1/toolkits/{slug}"): ALL,
    ("GET", "/api/v1/toolkits/{slug}/zip"): ALL,
    ("PATCH", "/api/v1/toolkits/{slug}"): "ma",
    ("DELETE", "/api/v1/toolkits/{slug}/pins/{asset_id}"): "ma",
    ("PUT", "/api/v1/toolkits/{slug}/pins/{asset_id}"): "ma",
    ("POST", "/api/v1/toolkits/{slug}/pins/{asset_id}/move"): "",
    ("PUT", "/api/v1/toolkits/{slug}/excluded/{asset_id}"): "ma",
    ("POST", "/api/v1/toolkits/{slug}/restore"): "ma",
    ("POST", "/api/v1/toolkits/{slug}/state"): "ma",
    ("GET", "/assets"): ALL,
    ("POST", "/assets"): ALL,
    ("POST", "/assets/bulk"): ALL,
    ("POST", "/assets/bulk/{change_id}/undo"): "",
    ("GET", "/assets/new"): ALL,
    ("GET", "/assets/{asset_id}"): ALL,
    ("POST", "/assets/{asset_id}/approve"): "",
    ("POST", "/assets/{asset_id}/comments"): "",
    ("POST", "/assets/{asset_id}/comments/{comment_id}/drop"): "ma",
    ("GET", "/assets/{asset_id}/compare"): "",
    ("POST", "/assets/{asset_id}/confirm-read"): "",
    ("GET", "/assets/{asset_id}/consent"): "",
    ("POST", "/assets/{asset_id}/consent"): "",
    ("POST", "/assets/{asset_id}/consent/end"): "",
    ("POST", "/assets/{asset_id}/consent/twins"): "",
    ("POST", "/assets/{asset_id}/consent/twins/remove"): "",
    ("GET", "/assets/{asset_id}/edit"): "sma",
    ("POST", "/assets/{asset_id}/edit"): "",
    ("GET", "/assets/{asset_id}/file"): "",
    ("POST", "/assets/{asset_id}/forms"): "sma",
    ("GET", "/assets/{asset_id}/play"): "",
    ("GET", "/assets/{asset_id}/reach"): "sma",
    ("POST", "/assets/{asset_id}/reading"): "sma",
    ("POST", "/assets/{asset_id}/reading/{reading_id}/end"): "",
    ("POST", "/assets/{asset_id}/restore"): "",
    ("POST", "/assets/{asset_id}/restore-version"): "",
    ("POST", "/assets/{asset_id}/schedule"): "",
    ("POST", "/assets/{asset_id}/send-back"): "",
    ("POST", "/assets/{asset_id}/still-right"): "sma",
    ("POST", "/assets/{asset_id}/submit"): "",
    ("POST", "/assets/{asset_id}/trash"): "sma",
    ("POST", "/assets/{asset_id}/versions"): "sma",
    ("GET", "/assets/{asset_id}/web"): "sma",
    ("POST", "/assets/{asset_id}/withdraw"): "",
    ("GET", "/basket"): ALL,
    ("POST", "/basket"): ALL,
    ("POST", "/basket/change"): ALL,
    ("POST", "/basket/deck"): ALL,
    ("POST", "/basket/order"): ALL,
    ("POST", "/basket/put-back"): ALL,
    ("GET", "/brand/{colour}.css"): OPEN,
    ("GET", "/check-up"): ALL,
    ("POST", "/check-up"): ALL,
    ("GET", "/check-up/{check_id}"): "",
    ("GET", "/check-up/{check_id}/file"): "",
    ("POST", "/check-up/{check_id}/remove"): "",
    ("GET", "/consents"): ALL,
    ("POST", "/consents"): ALL,
    ("GET", "/coverage"): ALL,
    ("GET", "/coverage.csv"): ALL,
    ("GET", "/decks"): ALL,
    ("POST", "/decks"): ALL,
    ("GET", "/decks/new"): ALL,
    ("GET", "/decks/{deck_id}"): "sa",
    ("POST", "/decks/{deck_id}/brief"): "sa",
    ("GET", "/decks/{deck_id}/file"): "",
    ("POST", "/decks/{deck_id}/make"): "sa",
    ("POST", "/decks/{deck_id}/order"): "sa",
    ("GET", "/decks/{deck_id}/pages"): "sa",
    ("POST", "/decks/{deck_id}/pages"): "sa",
    ("GET", "/decks/{deck_id}/pictures/{number}"): "",
    ("POST", "/decks/{deck_id}/plan"): "sa",
    ("GET", "/decks/{deck_id}/progress"): "sa",
    ("POST", "/decks/{deck_id}/restore"): "sa",
    ("POST", "/decks/{deck_id}/slides"): "sa",
    ("GET", "/decks/{deck_id}/tables/{key}"): "",
    ("POST", "/decks/{deck_id}/tables/{key}"): "",
    ("POST", "/decks/{deck_id}/trash"): "sa",
    ("POST", "/decks/{deck_id}/update"): "sa",
    ("GET", "/decks/{deck_id}/uploads/{picture_id}"): "",
    ("GET", "/demand"): ALL,
    ("GET", "/demos"): ALL,
    ("POST", "/demos"): "ma",
    ("GET", "/demos/new"): "ma",
    ("GET", "/demos/{demo_id}"): ALL,
    ("POST", "/demos/{demo_id}"): "ma",
    ("POST", "/demos/{demo_id}/book"): ALL,
    ("POST", "/demos/{demo_id}/check"): ALL,
    ("POST", "/demos/{demo_id}/bookings/{booking_id}/cancel"): "ma",
    ("POST", "/demos/{demo_id}/secret"): ALL,
    ("POST", "/demos/{demo_id}/trash"): "ma",
    ("POST", "/demos/{demo_id}/works"): "ma",
    ("GET", "/facts"): ALL,
    ("POST", "/facts"): "ma",
    ("GET", "/facts/new"): "ma",
    ("GET", "/facts/{fact_id}"): ALL,
    ("POST", "/facts/{fact_id}"): "ma",
    ("GET", "/facts/{fact_id}/places"): ALL,
    ("POST", "/facts/{fact_id}/places/task"): "smpea",
    ("POST", "/facts/{fact_id}/places/tell"): "ma",
    ("POST", "/facts/{fact_id}/places/tick"): "ma",
    ("POST", "/facts/{fact_id}/preview"): "ma",
    ("POST", "/facts/{fact_id}/trash"): "ma",
    ("GET", "/gaps"): "ma",
    ("POST", "/gaps"): ALL,
    ("POST", "/gaps/take-back"): "s",
    ("GET", "/gaps/{gap_id}"): "sma",
    ("POST", "/gaps/{gap_id}/close"): "ma",
    ("POST", "/gaps/{gap_id}/reopen"): "ma",
    ("GET", "/invitations/{token}"): OPEN,
    ("POST", "/invitations/{token}"): OPEN,
    ("GET", "/logo/{sha}"): OPEN,
    ("POST", "/look/language"): OPEN,
    ("POST", "/look/theme"): OPEN,
    ("GET", "/me"): ALL,
    ("POST", "/me"): ALL,
    ("POST", "/me/browsers/end-others"): ALL,
    ("POST", "/me/browsers/{sign_in_id}/end"): "s",
    ("POST", "/me/password"): ALL,
    ("POST", "/me/tokens"): ALL,
    ("POST", "/me/tokens/{token_id}/revoke"): "",
    ("GET", "/launches"): ALL,
    ("GET", "/launches/{key}"): ALL,
    ("POST", "/launches/{key}"): "pa",
    ("POST", "/launches/{key}/goals"): "pa",
    ("POST", "/launches/{key}/goals/{goal_id}"): "pa",
    ("POST", "/launches/{key}/goals/{goal_id}/end"): "pa",
    ("POST", "/launches/{key}/goals/{goal_id}/result"): "pa",
    ("POST", "/launches/{key}/lines"): "pa",
    ("POST", "/launches/{key}/lines/{line_id}"): "pa",
    ("POST", "/launches/{key}/lines/{line_id}/done"): "pa",
    ("POST", "/launches/{key}/lines/{line_id}/drop"): "pa",
    ("POST", "/launches/{key}/lines/{line_id}/keep"): "pa",
    ("POST", "/launches/{key}/resources"): "pa",
    ("POST", "/launches/{key}/resources/{resource_id}/drop"): "pa",
    ("POST", "/launches/{key}/sign"): "p",
    ("POST", "/launches/{key}/unsign"): "p",
    ("GET", "/meetings"): ALL,
    ("POST", "/meetings/series"): "pa",
    ("GET", "/meetings/series/new"): "pa",
    ("GET", "/meetings/series/{series_id}"): "pa",
    ("POST", "/meetings/series/{series_id}"): "pa",
    ("GET", "/meetings/{meeting_id}"): ALL,
    ("POST", "/meetings/{meeting_id}/items"): "pa",
    ("POST", "/meetings/{meeting_id}/items/{key}"): "pa",
    ("POST", "/meetings/{meeting_id}/items/{key}/take-back"): "pa",
    ("POST", "/meetings/{meeting_id}/lines/{key}"): "spe",
    ("GET", "/meetings/{meeting_id}/minutes.docx"): ALL,
    ("POST", "/meetings/{meeting_id}/reports"): "pa",
    ("POST", "/meetings/{meeting_id}/seats"): "mpea",
    ("POST", "/meetings/{meeting_id}/state"): "pa",
    ("POST", "/meetings/{meeting_id}/when"): "pa",
    ("GET", "/notices"): ALL,
    ("POST", "/notices/read"): ALL,
    ("POST", "/notices/{notice_id}"): "",
    ("POST", "/obligations/{obligation_id}/hand-over"): "",
    ("POST", "/obligations/{obligation_id}/reopen"): "",
    ("POST", "/obligations/{obligation_id}/told"): "",
    ("GET", "/people"): "a",
    ("POST", "/people"): "a",
    ("GET", "/people/import"): "a",
    ("POST", "/people/import"): "a",
    ("POST", "/people/import/check"): "a",
    ("GET", "/people/sample.csv"): "a",
    ("GET", "/people/{person_id}"): "a",
    ("POST", "/people/{person_id}"): "a",
    ("POST", "/people/{person_id}/active"): "a",
    ("POST", "/people/{person_id}/hand-over"): "a",
    ("POST", "/people/{person_id}/link"): "a",
    ("GET", "/pictures/{sha}"): ALL,
    ("POST", "/regroupings/{regrouping_id}/undo"): "",
    ("GET", "/requests"): ALL,
    ("POST", "/requests"): ALL,
    ("GET", "/requests/import"): "pa",
    ("POST", "/requests/import"): "pa",
    ("GET", "/requests/import/sample.csv"): "pa",
    ("GET", "/requests/import/{import_id}"): "",
    ("POST", "/requests/import/{import_id}"): "",
    ("POST", "/requests/import/{import_id}/answers"): "",
    ("GET", "/requests/import/{import_id}/problems.csv"): "",
    ("POST", "/requests/import/{import_id}/undo"): "",
    ("GET", "/requests/new"): ALL,
    ("GET", "/requests/sheet.csv"): ALL,
    ("GET", "/requests/sheet.xlsx"): ALL,
    ("GET", "/requests/similar"): ALL,
    ("GET", "/requests/{request_id}"): ALL,
    ("POST", "/requests/{request_id}"): "spa",
    ("POST", "/requests/{request_id}/cancel"): "spa",
    ("POST", "/requests/{request_id}/link"): "spa",
    ("POST", "/requests/{request_id}/unlink/{key}"): "pa",
    ("GET", "/requirements"): ALL,
    ("POST", "/requirements"): "pa",
    ("GET", "/requirements/new"): "pa",
    ("GET", "/requirements/{key}"): ALL,
    ("POST", "/requirements/{key}/answers"): "mpa",
    ("GET", "/requirements/{key}/attach"): "mpa",
    ("POST", "/requirements/{key}/attach"): "mpa",
    ("GET", "/requirements/{key}/edit"): "pa",
    ("POST", "/requirements/{key}/edit"): "pa",
    ("POST", "/requirements/{key}/material/{material_id}/detach"): "mpa",
    ("POST", "/requirements/{key}/material/{material_id}/needs"): "mpa",
    ("POST", "/requirements/{key}/material/{material_id}/verify"): "mpa",
    ("POST", "/requirements/{key}/merge"): "pa",
    ("POST", "/requirements/{key}/nudge"): "mpa",
    ("POST", "/requirements/{key}/reopened/undo"): "pa",
    ("POST", "/requirements/{key}/restore"): "",
    ("POST", "/requirements/{key}/plan"): "pa",
    ("POST", "/requirements/{key}/rice"): "spa",
    ("POST", "/requirements/{key}/slip"): "pa",
    ("POST", "/requirements/{key}/slots"): "mpa",
    ("POST", "/requirements/{key}/split"): "pa",
    ("POST", "/requirements/{key}/state"): "pa",
    ("POST", "/requirements/{key}/trash"): "pa",
    ("POST", "/requirements/{key}/waive"): "pa",
    ("POST", "/requirements/{key}/waive/end"): "pa",
    ("GET", "/roadmap"): ALL,
    ("GET", "/s/{token}"): OPEN,
    ("POST", "/s/{token}"): OPEN,
    ("POST", "/s/{token}/beat"): OPEN,
    ("POST", "/s/{token}/open"): OPEN,
    ("GET", "/s/{token}/{key}"): OPEN,
    ("GET", "/s/{token}/{key}/file"): OPEN,
    ("GET", "/s/{token}/{key}/pictures/{number}"): OPEN,
    ("GET", "/search"): ALL,
    ("GET", "/search/suggest"): ALL,
    ("GET", "/searches"): ALL,
    ("POST", "/searches"): ALL,
    ("POST", "/searches/forget"): ALL,
    ("GET", "/searches/{saved_id}"): "s",
    ("POST", "/searches/{saved_id}/notify"): "s",
    ("POST", "/searches/{saved_id}/remove"): "s",
    ("GET", "/settings"): "a",
    ("POST", "/settings/company"): "a",
    ("GET", "/settings/demo"): "",
    ("POST", "/settings/demo/remove"): "",
    ("POST", "/settings/index/rebuild"): "a",
    ("POST", "/settings/jobs/{job_id}/retry"): "",
    ("POST", "/settings/mails/{mail_id}/retry"): "",
    ("POST", "/settings/pool"): "a",
    ("GET", "/shares"): ALL,
    ("POST", "/shares"): ALL,
    ("GET", "/shares/customers/{customer_id}"): ALL,
    ("GET", "/shares/new"): ALL,
    ("POST", "/shares/quick/{thing}/{thing_id}"): ALL,
    ("POST", "/shares/swap"): ALL,
    ("GET", "/shares/{share_id}"): "sa",
    ("POST", "/shares/{share_id}"): "sa",
    ("GET", "/shares/{share_id}/add"): "sa",
    ("POST", "/shares/{share_id}/add"): "sa",
    ("POST", "/shares/{share_id}/items"): "sa",
    ("POST", "/shares/{share_id}/passcode"): "sa",
    ("POST", "/shares/{share_id}/withdraw"): "sa",
    ("GET", "/sign-in"): OPEN,
    ("POST", "/sign-in"): OPEN,
    ("POST", "/sign-in/demo"): OPEN,
    ("POST", "/sign-out"): OPEN,
    ("GET", "/ventures"): ALL,
    ("POST", "/ventures"): "mpa",
    ("GET", "/ventures/new"): "mpa",
    ("GET", "/ventures/{venture_id}"): ALL,
    ("POST", "/ventures/{venture_id}/deck"): ALL,
    ("GET", "/ventures/{venture_id}/file"): "",
    ("GET", "/ventures/{venture_id}/progress"): ALL,
    ("GET", "/ventures/{venture_id}/edit/{section}"): "ma",
    ("POST", "/ventures/{venture_id}/edit/{section}"): "ma",
    ("POST", "/ventures/{venture_id}/move"): "ma",
    ("POST", "/ventures/{venture_id}/parties/{party_id}/say"): "",
    ("POST", "/ventures/{venture_id}/pictures"): "ma",
    ("GET", "/ventures/{venture_id}/pictures/{sha}"): "",
    ("POST", "/ventures/{venture_id}/pictures/{picture_id}/drop"): "",
    ("POST", "/ventures/{venture_id}/steps"): "ma",
    ("POST", "/ventures/{venture_id}/steps/{step_id}/done"): "",
    ("POST", "/ventures/{venture_id}/trash"): "ma",
    ("GET", "/api/v1/ventures"): ALL,
    ("POST", "/api/v1/ventures"): "mpa",
    ("GET", "/api/v1/ventures/template"): ALL,
    ("GET", "/api/v1/ventures/tokens"): ALL,
    ("GET", "/api/v1/ventures/{venture_id}"): ALL,
    ("DELETE", "/api/v1/ventures/{venture_id}"): "ma",
    ("POST", "/api/v1/ventures/{venture_id}/deck"): ALL,
    ("GET", "/api/v1/ventures/{venture_id}/deck"): "",
    ("POST", "/api/v1/ventures/{venture_id}/move"): "ma",
    ("POST", "/api/v1/ventures/{venture_id}/parties/{party_id}/say"): "",
    ("POST", "/api/v1/ventures/{venture_id}/pictures"): "ma",
    ("DELETE", "/api/v1/ventures/{venture_id}/pictures/{picture_id}"): "ma",
    ("GET", "/api/v1/ventures/{venture_id}/pictures/{picture_id}"): "",
    ("PUT", "/api/v1/ventures/{venture_id}/sections/{section}"): "ma",
    ("POST", "/api/v1/ventures/{venture_id}/steps"): "ma",
    ("POST", "/api/v1/ventures/{venture_id}/steps/{step_id}/done"): "",
    ("GET", "/tasks"): ALL,
    ("POST", "/tasks"): ALL,
    ("GET", "/tasks/new"): ALL,
    ("GET", "/tasks/{task_id}"): ALL,
    ("POST", "/tasks/{task_id}"): "ma",
    ("POST", "/tasks/{task_id}/merge"): "ma",
    ("POST", "/tasks/{task_id}/move"): "ma",
    ("POST", "/tasks/{task_id}/want"): ALL,
    ("GET", "/taxonomy"): ALL,
    ("GET", "/taxonomy/import"): "ma",
    ("POST", "/taxonomy/import"): "ma",
    ("POST", "/taxonomy/import/check"): "ma",
    ("POST", "/taxonomy/proposals/{proposal_id}"): "ma",
    ("GET", "/taxonomy/sample.csv"): "ma",
    ("POST", "/taxonomy/{facet}"): "ma",
    ("GET", "/taxonomy/{facet}/new"): "ma",
    ("GET", "/taxonomy/{facet}/{key}"): "ma",
    ("POST", "/taxonomy/{facet}/{key}"): "ma",
    ("POST", "/taxonomy/{facet}/{key}/move"): "ma",
    ("POST", "/taxonomy/{facet}/{key}/remove"): "ma",
    ("GET", "/teams"): "a",
    ("POST", "/teams"): "a",
    ("POST", "/teams/{team_id}"): "a",
    ("GET", "/templates"): ALL,
    ("POST", "/templates"): "ma",
    ("GET", "/templates/proposal/file"): ALL,
    ("GET", "/templates/{template_id}/file"): ALL,
    ("GET", "/templates/{template_id}/manifest"): ALL,
    ("GET", "/templates/{template_id}/pictures/{number}"): "",
    ("GET", "/templates/{template_id}/questions"): "ma",
    ("POST", "/templates/{template_id}/questions"): "ma",
    ("POST", "/templates/{template_id}/withdraw"): "ma",
    ("GET", "/toolkits"): ALL,
    ("GET", "/toolkits/new"): "ma",
    ("POST", "/toolkits/new"): "ma",
    ("GET", "/toolkits/{slug}"): ALL,
    ("POST", "/toolkits/{slug}/archive"): "ma",
    ("GET", "/toolkits/{slug}/edit"): "ma",
    ("POST", "/toolkits/{slug}/edit"): "ma",
    ("GET", "/toolkits/{slug}/members"): "ma",
    ("POST", "/toolkits/{slug}/members"): "ma",
    ("POST", "/toolkits/{slug}/publish"): "ma",
    ("POST", "/toolkits/{slug}/restore"): "ma",
    ("POST", "/toolkits/{slug}/trash"): "ma",
    ("POST", "/toolkits/{slug}/unpublish"): "ma",
    ("GET", "/toolkits/{slug}/zip"): ALL,
    ("GET", "/trash"): ALL,
    ("POST", "/trash/asset/{asset_id}/purge"): "",
    ("POST", "/trash/{thing}/{thing_id}/restore"): "",
    ("GET", "/welcome"): OPEN,
    ("POST", "/welcome"): OPEN,
    ("POST", "/welcome/preset"): "",
    ("POST", "/welcome/{step}/skip"): "a",
}


def a_fact(session: Session, cast: Cast) -> facts.Fact:
    """A fact whose value has changed, and a text that still says the old one."""
    said = facts.Fields(key="uptime", name="可用率", value="12.7", unit="%")
    fact = facts.create(session, said, by=cast.ting)
    text = on_offer(session, cast, "写死的", text="可用率 12.7%。")
    change = facts.edit(session, fact, facts.Fields(value="12.8"), edition=1, by=cast.ting)
    for said in (FORM, JSON):
        said["place"] = f"asset:{text.id}:1"
    FORM["change"], JSON["change_id"] = str(change.id if change else 0), change.id if change else 0
    return fact


@pytest.fixture
def things(wiring: Wiring, cast: Cast) -> Things:
    with wiring.database.write() as session:
        made = open_library(session, wiring, cast)
        waiting = draft(session, cast.zhou, "一份草稿")
        made.add("asset_id", waiting.asset_id)
        made.add("saved_id", searches.save(session, searches.wish("能耗"), by=cast.zhou).id)
        made.add("gap_id", searches.need(session, searches.wish("x"), by=cast.zhou).id)
        session.exec(delete(jobs.Job).where(col(jobs.Job.name).in_(SLOW)))
    settle(wiring)
    with wiring.database.write() as session:
        key = wiring.settings.key()
        shown = demos.create(session, demos.Fields(title="演示", secret="x"), key=key, by=cast.ting)
        soon = clock.now() + timedelta(days=1)
        taken = demos.book(session, shown, soon, soon + timedelta(hours=1), by=cast.lin)
        made.add("demo_id", shown.id)
        made.add("booking_id", taken.id)
        version = session.get_one(assets.Version, 1)
        owned = session.get_one(assets.Asset, version.asset_id)
        made.add("comment_id", assets.comment(session, version, "好", by=cast.ting).id)
        made.add(
            "reading_id", assets.ask_to_read(session, owned, roles=["technical_expert"], by=cast.ting).id
        )
        made.add("task_id", tasks.propose(session, tasks.Fields(kind="faq"), by=cast.ada)[0].id)
        made.add("fact_id", a_fact(session, cast).id)
        made.add("twin_id", 1)
    made.by_parameter["asset_id"] = [made.by_parameter["asset_id"][0], waiting.asset_id]
    made.by_parameter["sha"] = made.by_parameter["sha"][:1]
    made.add("number", 1)
    made.add("customer_id", 1)
    made.add("factor", "reach")
    made.add("role", "faq")
    made.add("step", "people")
    made.add("thing", "asset")
    made.add("person_id", cast.lin.id)
    made.add("team_id", 1)
    made.add("facet", "industry")
    made.add("key", "park")
    with wiring.database.write() as session:
        made.add("series_id", a_series(session, cast).id)
        made.add("meeting_id", 1)
    made.add("colour", "1f6feb")
    made.add("line", "answers")
    made.add("token", "no-such-token")
    with wiring.database.write() as session:
        made.add("venture_id", ventures.create(session, {"title": "联合方案"}, by=cast.ting).id)
    made.add("section", "contact")
    made.add("queue", "due")
    made.add("item_id", 1)
    made.add("product", "energy")
    made.add("at", "park")
    made.add("visitor_id", 1)
    for name in (
        "picture",
        "party",
        "step",
        "notice",
        "token",
        "sign_in",
        "proposal",
        "material",
        "obligation",
        "regrouping",
        "change",
        "job",
        "thing",
        "slide",
        "check",
        "import",
        "mail",
    ):
        made.add(f"{name}_id", 1)
    return made


@pytest.fixture
def app(wiring: Wiring) -> FastAPI:
    return app_of(wiring)


def signed_in(app: FastAPI, who: object = None) -> TestClient:
    """A browser of this person; a fault of ours is an answer, as it is for a real browser."""
    browser = client_of(app, follow_redirects=False, raise_server_exceptions=False)
    if who is not None:
        done = browser.post("/sign-in", data={"email": who.email, "password": PASSWORD})  # type: ignore[attr-defined]
        assert done.status_code == 303
    return browser


def everybody(app: FastAPI, cast: Cast) -> dict[str, TestClient]:
    """A signed-in browser for each letter of the table."""
    return {letter: signed_in(app, getattr(cast, name)) for letter, name in PEOPLE.items()}


@pytest.fixture
def trying(app: FastAPI, wiring: Wiring, cast: Cast) -> Iterator[dict[str, TestClient]]:
    """Everybody, in an app that undoes every change after its answer: each is tried on the same house."""
    people = everybody(app, cast)

    def session(request: Request) -> Iterator[object]:
        if request.method in carried.READING:
            with wiring.database.read() as opened:
                yield opened
            return
        with Session(wiring.database.engine.execution_options(hub_mode="write")) as opened:
            yield opened
            opened.rollback()

    app.dependency_overrides[carried.session] = session
    yield people
    app.dependency_overrides.clear()


FORM = {
    "change": "2",
    "place": "asset:7:1",
    "twin": "1",
    **dict.fromkeys(
        ("title", "name", "name_en", "summary", "reason", "note", "text", "quote", "desired"), "x"
    ),
    "email": "new@test.example",
    "password": "a-long-password",
    "again": "a-long-password",
    "old": PASSWORD,
    "version": "1",
    "asset": "1",
    "page": "1",
    "edition": "1",
    "product": "energy",
    "customer": "x",
    "tier": "",
    "act": "pin",
    "to": "in_review",
    "factor": "reach",
    "value": "1",
    "role": "faq",
    "key": "REQ-101",
    "language": "zh-CN",
    "theme": "light",
    "toolkit": "energy-park",
    "template": "1",
    "how": "当面",
    "into": "REQ-101",
    "line": "answers",
    "until": "2026-12-31",
    "direction": "up",
    "days": "30",
    "step": "1",
    "kind": "faq",
    "csv": "x",
    "q": "x",
    "quarter": "2030Q1",
    "outcome": "deferred",
    "rationale": "x",
    "starts_at": "2030-01-10T09:30",
    "first_on": "2030-01-03",
    "at_time": "09:30",
    "every_weeks": "1",
    "minutes": "60",
    "starts": "2099-01-01T10:00",
    "ends": "2099-01-01T11:00",
    "side": "product",
    "sort": "people",
    "effort_unit": "days",
    "target": "1",
    "reached": "1",
}


JSON = {
    "step": "up",
    "page": 1,
    "keys": [],
    "into_id": 1,
    "unit": "days",
    "preset": "none",
    "change_id": 2,
    "place": "asset:7:1",
    "q": "x",
    "into": "REQ-101",
    "request_ids": [],
    "line": "answers",
    "until": "2026-12-31",
    "to_id": 1,
    **dict.fromkeys(("title", "name", "summary", "quote", "desired", "reason", "note", "text"), "x"),
    "product": "energy",
    "customer": "x",
    "edition": 1,
    "to": "in_review",
    "value": 1,
    "asset_id": 1,
    "email": "new@test.example",
    "roles": ["seller"],
    "toolkit": "energy-park",
    "template_id": 1,
    "days": 30,
    "state": "published",
    "answers": {},
    "manifest": "x",
    "kind": "faq",
    "role": "faq",
    "key": "park",
    "slug": "new-kit",
    "label": "x",
    "pages": [1],
    "order": [1],
    "quarter": "2030Q1",
    "outcome": "deferred",
    "first_on": "2030-01-03",
    "things": [{"thing": "asset", "id": 1}],
    "starts_at": "2099-01-01T10:00:00Z",
    "ends_at": "2099-01-01T11:00:00Z",
    "requirement": "REQ-101",
    "owner_id": 1,
    "target": 1,
    "reached": 1,
    "side": "product",
    "sort": "people",
    "verdict": "approved",
    "next_step": "x",
    "due_on": "2099-01-01",
    "ids": [1],
    "asset_ids": [1],
    "act": "still_right",
    "thing": "asset",
    "id": 1,
    "result": "met",
}
UPLOADS = {
    "/assets/{asset_id}/versions": ("file",),
    "/templates": ("pptx", "manifest"),
    "/api/v1/decks/templates": ("pptx", "manifest"),
    "/api/v1/decks/templates/proposed": ("pptx",),
    "/api/v1/decks/{deck_id}/pictures": ("file",),
    "/api/v1/settings/logo": ("file",),
    "/check-up": ("file",),
    "/api/v1/check-ups": ("file",),
    "/requests/import": ("file",),
    "/api/v1/requests/imports": ("file",),
    "/api/v1/assets/files": ("file",),
    "/ventures/{venture_id}/pictures": ("file",),
    "/api/v1/ventures/{venture_id}/pictures": ("file",),
    "/api/v1/assets/{asset_id}/versions/files": ("file",),
}
QUERY = {"/assets/{asset_id}/play": "?version=1", "/api/v1/search": "?q=x"}
UPLOADED = "?edition=1&caption=x"  # what the upload of a picture says in its address


def body_of(browser: TestClient, method: str, path: str) -> dict[str, object] | None:
    """What the description of the API says must be sent there; None when nothing is."""
    described = browser.app.openapi()  # type: ignore[attr-defined]
    sent = described["paths"][path][method.lower()].get("requestBody")
    if sent is None:
        return None
    name = sent["content"]["application/json"]["schema"].get("$ref", "").rsplit("/", 1)[-1]
    return {
        field: JSON[field] for field in described["components"]["schemas"].get(name, {}).get("required", ())
    }


def ask(browser: TestClient, method: str, path: str, address: str) -> Any:
    """Open a door as a person would: with what its form asks for."""
    if method == "GET":
        return browser.get(address + QUERY.get(path, ""))
    if path.startswith("/api/") and path not in UPLOADS:
        return browser.request(method, address, json=body_of(browser, method, path))
    said = UPLOADED if path.endswith("/pictures") and path.startswith("/api/") else ""
    files = dict.fromkeys(UPLOADS.get(path, ()), ("x.md", b"# x"))
    return browser.request(method, address + said, data=FORM, files=files or None)


def answers(door: tuple[str, str], things: Things, browser: TestClient) -> list[int]:
    """What one person hears at each address of a door; being sent to the sign-in page is 401."""
    method, path = door
    heard = [ask(browser, method, path, address) for address in filled(path, things.by_parameter)]
    return [401 if r.headers.get("location", "").startswith("/sign-in") else r.status_code for r in heard]


def let_in(codes: list[int], where: str) -> bool:
    """Whether a person was let in at any address of a door. A form that lacks a field says nothing of rights."""
    assert 422 not in codes, f"{where}: FORM lacks a field of this door"
    assert max(codes) < 500, f"{where}: {codes}"
    return any(code not in {401, 403, 404} for code in codes)


def test_every_door_is_in_the_table(app):
    found = doors(app)

    assert [d for d in found if d not in DOORS] == []
    assert [d for d in DOORS if d not in found] == []


def test_every_parameter_of_an_address_has_a_value_to_try(app, things):
    missing = {p for _m, path in doors(app) for p in parameters(path)} - set(things.by_parameter)

    assert missing == set()


def test_each_door_lets_in_whom_the_table_says(things, trying):
    heard = {
        door: "".join(
            letter
            for letter, browser in trying.items()
            if let_in(answers(door, things, browser), f"{door} as {letter}")
        )
        for door, said in DOORS.items()
        if said != OPEN
    }

    assert {d: who for d, who in heard.items() if who != DOORS[d]} == {}


def test_a_stranger_is_sent_to_the_sign_in_page_from_every_door_but_the_open_ones(app, things):
    browser = signed_in(app)

    for (method, path), whom in DOORS.items():
        for address in filled(path, things.by_parameter):
            answer = ask(browser, method, path, address)
            if whom == OPEN:
                assert answer.status_code < 500, address
            elif path.startswith("/api/"):
                assert answer.status_code == 401, address
            else:
                assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in"), address


def test_a_change_from_another_site_is_refused_at_every_door(app, cast, things):
    browser = signed_in(app, cast.ada)

    for method, path in DOORS:
        if method == "GET":
            continue
        address = filled(path, things.by_parameter)[0]
        for forged in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
            assert browser.request(method, address, data=FORM, headers=forged).status_code == 403, address
        del browser.headers["sec-fetch-site"]
        elsewhere = browser.request(method, address, data=FORM, headers={"origin": "https://evil.example"})
        assert elsewhere.status_code == 403, address
        browser.headers["sec-fetch-site"] = "same-origin"


def contents(database: Database) -> dict[str, list[object]]:
    """Every row of every table but the activity log, where reading is noted, and wrong guesses at links."""
    with database.read() as session:
        names = sorted(set(inspect(session.connection()).get_table_names()) - {"activity", "guess"})
        return {name: [tuple(r) for r in session.execute(text(f'SELECT * FROM "{name}"'))] for name in names}


def test_no_reading_changes_a_row_and_every_answer_carries_the_security_headers(app, cast, wiring, things):
    people = everybody(app, cast)
    before = contents(wiring.database)

    for method, path in DOORS:
        if method != "GET":
            continue
        for browser in people.values():
            for address in filled(path, things.by_parameter):
                answer = browser.get(address)
                assert answer.status_code < 500, address
                assert [h for h in WANTED_HEADERS if h not in answer.headers] == [], address
                assert "script-src 'self'" in answer.headers["content-security-policy"]

    assert contents(wiring.database) == before


def test_a_reading_session_refuses_to_write(wiring, cast):
    with wiring.database.read() as session, pytest.raises(Exception, match=r"readonly|read-only"):
        session.execute(text("UPDATE person SET name = 'x'"))
