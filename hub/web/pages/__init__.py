"""One module per noun: its routes and the frozen dataclasses its templates see."""

from hub.web.pages import assets, door, home, notices, requests, requirement, requirements, search

ROUTERS = (
    door.router,
    home.router,
    search.router,
    assets.router,
    notices.router,
    requirements.router,
    requirement.router,
    requests.router,
)
