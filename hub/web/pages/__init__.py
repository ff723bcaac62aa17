"""One module per noun: its routes and the frozen dataclasses its templates see."""

from hub.web.pages import assets, door, home, notices, search, toolkit_forms, toolkits

ROUTERS = (
    door.router,
    home.router,
    search.router,
    assets.router,
    notices.router,
    toolkit_forms.router,
    toolkits.router,
)
