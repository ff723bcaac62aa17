"""Every page of the house, and who visits it, for tests that go through them all.

A page of the app that is not in `PAGES` fails a test the day it is added.
"""

from tests.furnished import House

# Who visits a page: somebody whom it shows the most to. "" is a stranger.
PAGES = {
    "/": ("zhou", "ting", "jun", "ada"),
    "/assets": ("ting",),
    "/assets/new": ("zhou",),
    "/assets/{asset_id}": ("zhou", "ting"),
    "/assets/{asset_id}/compare": ("ting",),
    "/assets/{asset_id}/edit": ("ting",),
    "/assets/{asset_id}/reach": ("ting",),
    "/assets/{asset_id}/web": (),  # only of a text in sections: see MORE
    "/basket": ("zhou",),
    "/assets/{asset_id}/consent": (),
    "/check-up": ("zhou",),
    "/check-up/{check_id}": ("zhou",),
    "/consents": ("ting",),
    "/coverage": ("ting",),
    "/decks": ("zhou",),
    "/demand": ("ting",),
    "/decks/new": ("zhou",),
    "/decks/{deck_id}": ("zhou",),
    "/decks/{deck_id}/pages": ("zhou",),
    "/decks/{deck_id}/tables/{key}": (),  # only of a template that asks for tables: see MORE
    "/demos": ("zhou",),
    "/demos/new": ("ting",),
    "/demos/{demo_id}": ("ting",),
    "/facts": ("ting",),
    "/facts/new": ("ting",),
    "/facts/{fact_id}": ("zhou", "ting"),
    "/facts/{fact_id}/places": ("ting",),
    "/gaps": ("ting",),
    "/gaps/{gap_id}": ("ting",),
    "/invitations/{token}": ("",),
    "/launches": ("zhou", "jun"),
    "/launches/{key}": ("zhou", "jun"),
    "/me": ("zhou",),
    "/meetings": ("zhou", "jun"),
    "/meetings/series/new": ("ada",),
    "/meetings/series/{series_id}": ("ada",),
    "/meetings/{meeting_id}": ("zhou", "jun", "ada"),
    "/notices": ("zhou",),
    "/people": ("ada",),
    "/people/import": ("ada",),
    "/people/{person_id}": ("ada",),
    "/requests": ("jun",),
    "/requests/import": ("jun",),
    "/requests/import/{import_id}": ("jun",),
    "/requests/new": ("zhou",),
    "/requests/{request_id}": ("zhou",),
    "/requirements": ("jun",),
    "/requirements/new": ("jun",),
    "/requirements/{key}": ("zhou", "jun"),
    "/requirements/{key}/attach": ("jun",),
    "/requirements/{key}/edit": ("jun",),
    "/roadmap": ("zhou",),
    "/s/{token}": ("",),
    "/s/{token}/{key}": ("",),
    "/search": ("zhou",),
    "/searches": ("zhou",),
    "/searches/{saved_id}": ("zhou",),
    "/settings": ("ada",),
    "/shares": ("zhou",),
    "/ventures": ("zhou",),
    "/ventures/new": ("ting",),
    "/ventures/{venture_id}": ("zhou", "ting"),
    "/ventures/{venture_id}/edit/{section}": ("ting",),
    "/shares/customers/{customer_id}": ("zhou",),
    "/shares/new": ("zhou",),
    "/shares/{share_id}": ("zhou",),
    "/shares/{share_id}/add": ("zhou",),
    "/sign-in": ("",),
    "/tasks": ("ting",),
    "/tasks/new": ("ting",),
    "/tasks/{task_id}": ("ting",),
    "/taxonomy": ("ting",),
    "/taxonomy/import": ("ting",),
    "/taxonomy/{facet}/new": ("ting",),
    "/taxonomy/{facet}/{key}": ("ting",),
    "/teams": ("ada",),
    "/templates": ("ting",),
    "/templates/{template_id}/questions": ("ting",),
    "/toolkits": ("zhou",),
    "/toolkits/new": ("ting",),
    "/toolkits/{slug}": ("zhou", "ting"),
    "/toolkits/{slug}/edit": ("ting",),
    "/toolkits/{slug}/members": ("ting",),
    "/trash": ("zhou",),
}
TABS = ("text", "versions", "history", "comments", "reading")
# What a page needs behind its address, and the other faces it has.
QUERIES = {
    "/assets/{asset_id}": ("", "?page=2", *(f"?tab={t}" for t in TABS)),
    "/coverage": ("", "?product=energy&at=park"),
    "/search": ("", "?q=园区", "?q=园区&view=list", "?q=没有的词"),
    "/toolkits": ("", "?sort=gaps"),
    "/shares/new": ("?thing=asset&id=1",),
}
# The same pages with other things on them: who, page, the room of the house that the things stand in.
MORE = (
    ("ting", "/assets/{asset_id}/compare", "written"),
    ("ting", "/assets/{asset_id}/consent", "case"),
    ("zhou", "/assets/{asset_id}", "case"),
    ("zhou", "/assets/{asset_id}", "drafts"),
    ("zhou", "/assets/{asset_id}?tab=forms", "drafts"),
    ("zhou", "/assets/{asset_id}/web", "drafts"),
    ("zhou", "/decks/{deck_id}", "review"),
    ("zhou", "/decks/{deck_id}/tables/{key}", "review"),
    ("", "/s/{token}", "gate"),
)
# Not pages: parts that a script asks for, files, feeds, and what is gone once somebody has set the hub up.
FILES = (
    "/file", "/play", ".css", ".csv", ".xlsx", ".docx", "/zip", "/pictures/{number}", "/uploads/{picture_id}",
    "/manifest", "/{sha}",
)  # fmt: skip
NOT_HERE = {"/welcome", "/settings/demo"}
PARTS = {
    "/decks/{deck_id}/progress",
    "/ventures/{venture_id}/progress",
    "/requests/similar",
    "/search/suggest",
}


def is_page(path: str) -> bool:
    """Whether the route leads to a page of its own."""
    return not path.startswith("/api/") and not path.endswith(FILES) and path not in NOT_HERE | PARTS


def visits(things: House, who: str) -> list[str]:
    """The addresses that this person visits; "" is a stranger."""
    plain = [
        things.address(path) + query
        for path, people in PAGES.items()
        if who in people
        for query in QUERIES.get(path, ("",))
    ]
    return plain + [things.address(path, room) for person, path, room in MORE if person == who]
