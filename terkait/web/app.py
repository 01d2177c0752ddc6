"""The application: routes, errors as answers, files, the guard before all of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from db.config import Config, program_version
from db.sql.session import Database
from db.terms.errors import DatabaseUnreachable, NotFound, QuestionTooLong, TerkaitError
from terkait.web import export_routes, health
from terkait.web.api import article_routes, crawl_routes, search_routes
from terkait.web.app_state import Web
from terkait.web.errors import BadQuestion
from terkait.web.guard import AccessGuard
from terkait.web.pages import article_pages, crawl_pages, search_pages, watch_pages
from terkait.web.render import FOLDER

#: questions that are worked on at a time; each holds a connection
MAX_AT_A_TIME = 10
#: smaller answers are not packed
MIN_PACKED_BYTES = 1_000

_STATUS: tuple[tuple[type[TerkaitError], int], ...] = (
    (NotFound, 404),
    (BadQuestion, 400),
    (QuestionTooLong, 503),
    (DatabaseUnreachable, 503),
)


def make_app(database: Database, config: Config) -> FastAPI:
    """The web page and the API over a database that is open."""
    web = Web(database, config)
    app = FastAPI(
        title="Terkait",
        version=program_version(),
        description="What the pages show, as JSON. Read only.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # FastAPI's own page loads scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.web = web
    for routes in (
        health.routes,
        search_routes,
        export_routes.routes,
        article_routes,
        crawl_routes,
        search_pages.routes,
        article_pages.routes,
        crawl_pages.routes,
        watch_pages.routes,
        watch_pages.api_routes,
    ):
        app.include_router(routes)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    _answer_errors(app, web)
    app.add_middleware(GZipMiddleware, minimum_size=MIN_PACKED_BYTES)
    app.add_middleware(AccessGuard, key=config.web_key)
    return app


#: kind of fault -> what is said of it
_SAID = {
    "missing": "is missing",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "string_too_long": "must have at most {max_length} characters",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number of at most 63 bits",
    "literal_error": "must be {expected}",
}


def in_words(fault: Mapping[str, Any]) -> str:
    """What is wrong with a parameter."""
    return _SAID.get(fault["type"], "cannot be used").format_map(fault.get("ctx", {}))


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = MAX_AT_A_TIME
    yield


def _answer_errors(app: FastAPI, web: Web) -> None:
    def refuse(request: Request, status: int, message: str) -> Response:
        if request.url.path.startswith("/api"):
            return JSONResponse({"error": message}, status)
        return web.pages.page(
            "error.html", status=status, message=message, title="", here=str(request.url.path)
        )

    @app.exception_handler(TerkaitError)
    def of_ours(request: Request, error: Exception) -> Response:
        status = next((code for kind, code in _STATUS if isinstance(error, kind)), 400)
        return refuse(request, status, str(error))

    @app.exception_handler(HTTPException)
    def of_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return refuse(request, error.status_code, str(error.detail))

    @app.exception_handler(RequestValidationError)
    def of_parameters(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        faults = "; ".join(f"{fault['loc'][-1]} {in_words(fault)}" for fault in error.errors()[:5])
        return refuse(request, 422, faults[:1_000])
