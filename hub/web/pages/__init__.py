"""One module per noun: its routes and the frozen dataclasses its templates see."""

from hub.web.pages import (
    assets,
    deck_templates,
    decks,
    door,
    first_day,
    home,
    me,
    notices,
    people,
    people_import,
    requests,
    requirement,
    requirements,
    search,
    settings,
    taxonomy,
    taxonomy_forms,
    taxonomy_sheet,
    teams,
    toolkit_forms,
    toolkits,
)

ROUTERS = (
    door.router,
    home.router,
    search.router,
    assets.router,
    notices.router,
    people_import.router,  # before people: /people/import is no person
    people.router,
    teams.router,
    me.router,
    taxonomy_sheet.router,  # before the forms: /taxonomy/import is no facet
    taxonomy.router,
    taxonomy_forms.router,
    first_day.router,
    settings.router,
    toolkit_forms.router,
    toolkits.router,
    decks.router,
    deck_templates.router,
    requirements.router,
    requirement.router,
    requests.router,
)
