"""What monitors ask: ``/healthz``, which needs no key and tells nothing, and ``/metrics``."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from db.terms.errors import DatabaseUnreachable
from terkait.metrics import CONTENT_TYPE, metrics_text
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


@routes.get("/metrics", summary="The figures that a monitor watches, for Prometheus")
def metrics(web: Ours) -> Response:
    with web.session() as session:
        return Response(metrics_text(session, web.config), media_type=CONTENT_TYPE)
