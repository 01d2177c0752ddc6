"""``/healthz``: whether the page works and reaches its database; needs no key, tells nothing."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from db.errors import DatabaseUnreachable
from terkait.web.app_state import Ours
from terkait.web.guard import HEALTH

routes = APIRouter(tags=["health"])


@routes.get(HEALTH, summary="Whether the page works and reaches its database")
def healthz(web: Ours) -> Response:
    try:
        with web.session() as session:
            session.connection()
    except DatabaseUnreachable:
        return JSONResponse({"status": "database unreachable"}, 503)
    return JSONResponse({"status": "ok"})
