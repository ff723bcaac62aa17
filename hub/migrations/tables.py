"""Loads every room that owns tables, so that the metadata is whole."""

import hub.accounts
import hub.activity
import hub.assets.models
import hub.base.jobs
import hub.base.outbox
import hub.base.stamps
import hub.consents.models
import hub.customers
import hub.decks.models
import hub.demos.models
import hub.facts.models
import hub.guesses
import hub.launches.models
import hub.mailing
import hub.meetings.models
import hub.notices
import hub.requirements.models
import hub.searches.models
import hub.sharing.models
import hub.tasks.models
import hub.taxonomy
import hub.toolkits.models
import hub.ventures.models  # noqa: F401
