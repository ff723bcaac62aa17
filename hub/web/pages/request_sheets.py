"""Requests as a sheet to take away: CSV or XLSX, of what this person may know of."""

from fastapi import APIRouter
from starlette.responses import Response

from hub import requirements
from hub.request import SessionDep
from hub.web.dress import ActorDep

router = APIRouter(include_in_schema=False)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(data: bytes, name: str, media_type: str) -> Response:
    return Response(
        data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.get("/requests/sheet.csv")
def as_csv(session: SessionDep, person: ActorDep) -> Response:
    return as_file(requirements.to_csv(session, person), "requests.csv", "text/csv; charset=utf-8")


@router.get("/requests/sheet.xlsx")
def as_xlsx(session: SessionDep, person: ActorDep) -> Response:
    return as_file(requirements.to_xlsx(session, person), "requests.xlsx", XLSX)
