"""Every job's name and its handler on one page.

A handler gets the wiring and the job's payload, opens its own sessions, and is safe to run twice.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from hub import (
    assets,
    consents,
    decks,
    demos,
    facts,
    guesses,
    insights,
    launches,
    library,
    mailing,
    meetings,
    requirements,
    searches,
    sharing,
    tasks,
    toolkits,
    upkeep,
    ventures,
)
from hub.base import clock, jobs
from hub.base.errors import Conflict
from hub.wiring import Wiring

Handler = Callable[..., None]
SWEEP_EVERY = timedelta(hours=1)
INDEX_PAUSE = timedelta(seconds=2)


def _digest(wiring: Wiring, version_id: int) -> None:
    assets.digest_version(wiring.database, wiring.blobs, wiring.settings, version_id)


def _preview(wiring: Wiring, version_id: int) -> None:
    assets.preview_version(wiring.database, wiring.blobs, wiring.settings, wiring.renderer, version_id)


def _make_deck(wiring: Wiring, deck_id: int, edition: int) -> None:
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, deck_id, edition)


def _read_check_up(wiring: Wiring, check_up_id: int) -> None:
    decks.read_check_up(wiring.database, wiring.blobs, wiring.settings, check_up_id)


def _preview_deck(wiring: Wiring, deck_id: int) -> None:
    decks.preview_deck(wiring.database, wiring.blobs, wiring.renderer, deck_id)


def _preview_template(wiring: Wiring, template_id: int) -> None:
    decks.preview_template(wiring.database, wiring.blobs, wiring.renderer, template_id)


def _index(wiring: Wiring) -> None:
    with _another_writes(wiring, "index.apply"):
        taken = library.apply_changes(wiring.database, wiring.engine)
        if taken:
            _look_again(wiring)


def _words(wiring: Wiring) -> None:
    with _another_writes(wiring, "index.words"):
        library.follow_words(wiring.database, wiring.engine)


def _rebuild(wiring: Wiring) -> None:
    with _another_writes(wiring, "index.rebuild"):
        library.rebuild_index(wiring.database, wiring.engine)


@contextmanager
def _another_writes(wiring: Wiring, name: str) -> Iterator[None]:
    """Another worker is writing the index: that is no failure, the job waits for its turn."""
    try:
        yield
    except Conflict:
        with wiring.database.write() as session:
            jobs.later(session, name, key="index", at=clock.now() + INDEX_PAUSE, priority=2)


def _look_again(wiring: Wiring) -> None:
    """Something new can be found: saved searches look again, where there are any."""
    with wiring.database.read() as session:
        waiting = bool(searches.waiting_for_news(session, clock.today()))
    if waiting:
        with wiring.database.write() as session:
            jobs.later(session, "searches.watch", key="watch", priority=6)


def _watch(wiring: Wiring) -> None:
    library.watch(wiring.database, wiring.engine)


def _dates(wiring: Wiring) -> None:
    """Once a day and at each start: what waited for its day is put on offer, what expired is taken off."""
    with wiring.database.write() as session:
        assets.run_dates(session)
        decks.forget_old(session)
        guesses.sweep(session)
        facts.remind(session)
        consents.remind(session)
        requirements.tell_digest(session)
        launches.tell_late(session)
        jobs.later(session, "launch.sweep", key="sweep")
        tasks.ask_to_file(session)
        if wiring.settings.demo_hosts:
            jobs.later(session, "demos.check", key="check", priority=6)
        jobs.later(session, "day.begins", key="day", at=clock.next_day())
        jobs.later(session, "searches.watch", key="watch", priority=6)
        jobs.clear_done(session, before=clock.now() - timedelta(days=7))
    wiring.database.tidy()


def _follow(wiring: Wiring) -> None:
    """What changed among assets: kits hold it or no longer, and launches that it serves are considered anew. Each batch
    in a transaction of its own, so that nobody waits long for the database.
    """
    changed: list[int] | None = []
    while changed is not None:
        with wiring.database.write() as session:
            changed = toolkits.follow(session)
            for number in requirements.with_assets(session, changed or []):
                jobs.later(session, "requirement.launch", key=f"requirement:{number}", requirement_id=number)


def _shipped(wiring: Wiring, requirement_id: int) -> None:
    with wiring.database.write() as session:
        requirements.tell_requesters(session, requirement_id)


def _decided(wiring: Wiring, requirement_id: int, step_id: int) -> None:
    with wiring.database.write() as session:
        requirements.tell_requesters(session, requirement_id, step_id=step_id)


def _joined(wiring: Wiring, requirement_id: int, request_ids: list[int]) -> None:
    with wiring.database.write() as session:
        requirements.tell_newcomers(session, requirement_id, request_ids)


def _more(wiring: Wiring, item_id: int) -> None:
    with wiring.database.write() as session:
        meetings.tell_of_more(session, item_id)


def _escalated(wiring: Wiring, item_id: int) -> None:
    with wiring.database.write() as session:
        meetings.tell_of_escalation(session, item_id)


def _material(wiring: Wiring, material_id: int) -> None:
    with wiring.database.write() as session:
        requirements.tell_of_material(session, material_id)


def _slipped(wiring: Wiring, change_id: int) -> None:
    with wiring.database.write() as session:
        requirements.tell_of_slip(session, change_id)


def _dated(wiring: Wiring, requirement_id: int) -> None:
    with wiring.database.write() as session:
        launches.follow(session, requirement_id)


def _regrouped(wiring: Wiring, regrouping_id: int) -> None:
    with wiring.database.write() as session:
        requirements.tell_of_regrouping(session, regrouping_id)


def _launch(wiring: Wiring, requirement_id: int) -> None:
    with wiring.database.write() as session:
        before = requirements.attention_of(session, requirement_id)
        requirements.consider(session, requirement_id)
        after = requirements.attention_of(session, requirement_id)
        if after != before and after.startswith("slot:"):
            tasks.ask_to_file(session)


def _sweep(wiring: Wiring) -> None:
    """Every hour: days pass and people change teams, so launches may read otherwise although nobody touched them."""
    with wiring.database.read() as session:
        due = [i for i in requirements.due_for_a_look(session) if requirements.would_change(session, i)]
    for number in due:
        _launch(wiring, number)
    with wiring.database.write() as session:
        jobs.later(session, "launch.sweep", key="sweep", at=clock.now() + SWEEP_EVERY)


def _customer(wiring: Wiring, customer_id: int) -> None:
    with wiring.database.write() as session:
        requirements.refresh_for_customer(session, customer_id)


def _offered(wiring: Wiring, asset_id: int) -> None:
    """Something came on offer: whoever waited for it hears so."""
    with wiring.database.write() as session:
        tasks.close_for_asset(session, asset_id)
        assets.offer_forms(session, asset_id)


def _file(wiring: Wiring) -> None:
    """Gaps, stale slots and empty cells become proposed tasks, or join those that are open."""
    settings = wiring.settings
    least = insights.Least(settings.task_needs, settings.task_searches, settings.task_weight)
    with wiring.database.read() as session:
        found = insights.task_causes(session, least)
    if found:
        with wiring.database.write() as session:
            tasks.file(session, found)


def _needed(wiring: Wiring, gap_id: int) -> None:
    """Somebody needs a gap: when enough do, it speaks at once and not on the next day."""
    with wiring.database.write() as session:
        people = searches.needing(session, [gap_id]).get(gap_id, [])
        if len(people) >= wiring.settings.task_needs:
            tasks.ask_to_file(session)


def _form(wiring: Wiring, source_id: int, form: str) -> None:
    assets.make_form(wiring.database, wiring.blobs, wiring.settings, source_id, form, wiring.renderer)


def _sheet(wiring: Wiring, import_id: int) -> None:
    """A sheet of requests is looked through, taken in or given back, whichever it waits for."""
    requirements.run_import(wiring.database, wiring.blobs, import_id)


def _venture_deck(wiring: Wiring, venture_id: int, edition: int) -> None:
    ventures.make_deck(wiring.database, wiring.blobs, wiring.settings, venture_id, edition)


def _preview_venture(wiring: Wiring, venture_id: int) -> None:
    ventures.preview_deck(wiring.database, wiring.blobs, wiring.renderer, venture_id)


def _check_demos(wiring: Wiring) -> None:
    """Demo systems of the hosts that the settings list: does each answer? Asked outside any transaction."""
    hosts = demos.listed_hosts(wiring.settings.demo_hosts)
    with wiring.database.read() as session:
        found = demos.to_check(session, hosts)
    for demo_id, address in found:
        answer = demos.probe(address, hosts)
        with wiring.database.write() as session:
            demos.note_answer(session, demo_id, address, answer)


def _check_demo(wiring: Wiring, demo_id: int, asked_by_id: int | None) -> None:
    """One demo system, because somebody wants to know now."""
    hosts = demos.listed_hosts(wiring.settings.demo_hosts)
    with wiring.database.read() as session:
        found = dict(demos.to_check(session, hosts))
    if demo_id in found:
        answer = demos.probe(found[demo_id], hosts)
        with wiring.database.write() as session:
            demos.note_answer(session, demo_id, found[demo_id], answer, asked_by_id=asked_by_id)


def _mail(wiring: Wiring) -> None:
    """New notices become mails, and what is due goes; a mail server that is away is tried again later."""
    if not mailing.is_set_up(wiring.settings):
        return
    with wiring.database.write() as session:
        mailing.collect(session)
    mailing.send_due(wiring.database, wiring.settings, library.opens)


def _value(wiring: Wiring, facet: str, value: str) -> None:
    library.follow_value(wiring.database, facet, value)


def _product(wiring: Wiring, product: str) -> None:
    _value(wiring, "product", product)


def _tag(wiring: Wiring, word: str, facet: str, value: str) -> None:
    library.retag(wiring.database, word, facet, value)


def _consent(wiring: Wiring, consent_id: int) -> None:
    with wiring.database.write() as session:
        upkeep.tell_of_naming(session, consent_id)


def _fact(wiring: Wiring, fact_id: int) -> None:
    upkeep.follow_fact(wiring.database, fact_id)


def _withdrawn(wiring: Wiring, version_id: int, replacement_id: int | None, by_id: int | None) -> None:
    with wiring.database.write() as session:
        sharing.correct(session, version_id, replacement_id=replacement_id, by_id=by_id)
        tasks.ask_to_file(session)


def _replaced(wiring: Wiring, version_id: int) -> None:
    with wiring.database.write() as session:
        sharing.correct(session, version_id)


HANDLERS: Mapping[str, Handler] = {
    "version.digest": _digest,
    "version.preview": _preview,
    "asset.offered": _offered,
    "tasks.file": _file,
    "gap.needed": _needed,
    "form.make": _form,
    "deck.make": _make_deck,
    "deck.preview": _preview_deck,
    "check_up.read": _read_check_up,
    "template.preview": _preview_template,
    "asset.changed": _follow,
    "index.apply": _index,
    "index.words": _words,
    "index.rebuild": _rebuild,
    "searches.watch": _watch,
    "day.begins": _dates,
    "requirement.shipped": _shipped,
    "requirement.decided": _decided,
    "requirement.joined": _joined,
    "requirement.material": _material,
    "requirement.slipped": _slipped,
    "requirement.regrouped": _regrouped,
    "requirement.dated": _dated,
    "requirement.launch": _launch,
    "launch.sweep": _sweep,
    "meeting.more": _more,
    "meeting.escalated": _escalated,
    "requests.sheet": _sheet,
    "venture.deck": _venture_deck,
    "venture.preview": _preview_venture,
    "demos.check": _check_demos,
    "demos.check_one": _check_demo,
    "mail.go": _mail,
    "customer.readers": _customer,
    "product.readers": _product,
    "value.changed": _value,
    "fact.changed": _fact,
    "consent.ended": _consent,
    "tag.accepted": _tag,
    "version.withdrawn": _withdrawn,
    "version.replaced": _replaced,
}
SLOW = ("version.preview", "deck.preview", "template.preview", "venture.preview")
MAIL = ("mail.go",)  # waits for a server that is not ours
LONG = ("requests.sheet",)  # many small transactions with a rest after each
