"""A line for each request, for programs that watch a spider."""

import logging

from scrapy.http import Response

from crawler.engine.host_slots import FetchRequest
from db.log_lines import REQUESTS
from db.terms.states import Why

logger = logging.getLogger(REQUESTS)
# no line is made of what nobody writes (``db.log_lines.write_requests``)
logger.setLevel(logging.WARNING)


def note_answer(request: FetchRequest, response: Response) -> None:
    """An answer came, whatever it says."""
    seconds = response.meta.get("download_latency")
    _note(
        request,
        status=response.status,
        bytes=len(response.body),
        seconds=None if seconds is None else round(seconds, 3),
    )


def note_failure(request: FetchRequest, why: Why) -> None:
    """No answer came."""
    _note(request, failure=str(why))


def _note(request: FetchRequest, **values: object) -> None:
    if not logger.isEnabledFor(logging.INFO):
        return
    claim = request.claim
    about: dict[str, object] = {"url": request.url, "host": request.slot.host.name}
    if claim is None:
        about["for"] = "robots.txt"
    else:
        about |= {"for": claim.role or "page", "page": claim.page_id, "depth": claim.depth}
        about["attempt"] = claim.attempts + 1
    logger.info("request", extra=about | values)
