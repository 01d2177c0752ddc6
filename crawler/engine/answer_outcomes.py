"""Turns what comes back from the web into outcomes, and into rest or trust for its host."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urljoin

from scrapy.http import Response

from crawler.engine.block_pages import blocked_by
from crawler.engine.downloader.address_guard import Guard
from crawler.engine.downloader.responses import cookies_after, headers_of, location_of
from crawler.engine.downloader.robots import HOLD, KEPT, Robots, decode_robots
from crawler.engine.extract import Visit
from crawler.engine.failure_policy import (
    BUSY,
    MAY_BLOCK,
    REDIRECTS,
    blocked,
    failure_of_error,
    failure_of_status,
    is_trouble,
    is_web_page,
    retry_after,
    unusable,
)
from crawler.engine.frontier_client import FrontierClient
from crawler.engine.host_slots import FetchRequest, HostSlots
from crawler.engine.page_pool import given_up
from crawler.engine.writer import OutcomeWriter
from crawler.errors import BadURL, PrivateAddress
from crawler.page.items import FetchedPage
from crawler.page.urls import address_at, same_site
from db.sql.types import Calendar, utc_now
from db.terms.claims import Claim
from db.terms.outcomes import Redirected, Refused, Unchanged
from db.terms.states import Reason, Why

#: a run waits so long for a robots.txt whose host is busy; a longer rest is the next run's
_ROBOTS_PATIENCE_SECONDS = 60.0
#: redirects of an address to itself that are followed
_MAX_ROUNDS = 3


class AnswerHandler:
    """Takes each answer, or the lack of one, exactly once; the host's slot is free from then on.

    wake: set when something more may leave.
    """

    def __init__(
        self,
        slots: HostSlots,
        frontier: FrontierClient,
        writer: OutcomeWriter,
        guard: Guard,
        wake: asyncio.Event,
        calendar: Calendar = utc_now,
    ) -> None:
        self._calendar = calendar
        self._slots = slots
        self._frontier = frontier
        self._writer = writer
        self._guard = guard
        self._wake = wake

    def answered(self, request: FetchRequest, response: Response) -> None:
        """A page, or what came in its place."""
        self._came_back(request)
        assert request.claim is not None
        claim, slot, status = request.claim, request.slot, response.status
        headers = headers_of(response)
        who = blocked_by(headers, response.body) if status in MAY_BLOCK else None
        if status in REDIRECTS:
            self._redirected(request, claim, response)
        elif who is not None:
            failure = blocked(claim.page_id, who, status)
            self._slots.trouble(slot, failure.why)
            self._writer.put(failure)
        elif status == 304 and (claim.etag or claim.last_modified):
            self._slots.went_well(slot)
            self._writer.put(_unchanged(claim.page_id, headers))
        elif status != 200:
            self._failed(request, claim, status, headers)
        else:
            self._slots.went_well(slot)
            self._came(claim, _page(claim, response, headers, self._calendar()))

    def unanswered(self, request: FetchRequest, why: Why, retry: bool) -> None:
        """No answer came; retry: asking again may help."""
        self._came_back(request)
        assert request.claim is not None
        claim = request.claim
        if why.reason is Reason.PRIVATE_ADDRESS:
            self._writer.put(Refused(page_id=claim.page_id, why=why))
            return
        if retry:
            self._slots.trouble(request.slot, why)
        self._writer.put(failure_of_error(claim.page_id, why, attempts=claim.attempts, retry=retry))

    async def robots_answered(self, request: FetchRequest, response: Response) -> None:
        """A host's rules, or what came in their place; redirects are followed."""
        self._came_back(request)
        status, headers = response.status, headers_of(response)
        why = Why.http(status)
        if status in REDIRECTS:
            if self._slots.robots_redirected(request, response.url, location_of(response)):
                return
            status = 404
        rest = retry_after(headers.get("retry-after"), self._calendar()) if status in BUSY else None
        if rest is not None:
            self._slots.rest(request.slot, rest, why)
        is_long = rest is not None and rest > _ROBOTS_PATIENCE_SECONDS
        text = decode_robots(response.body) if 200 <= status < 300 else None
        await self._robots_came(request, status, text, why, is_final=is_long)

    async def robots_unanswered(self, request: FetchRequest, why: Why, retry: bool) -> None:
        """A host whose rules cannot be had is held."""
        self._came_back(request)
        await self._robots_came(request, None, None, why, is_final=not retry)

    def raised(self, request: FetchRequest, error: BaseException | None) -> None:
        """Taking an answer raised: a fault of ours, which costs the page, or the host, and no more.

        The slot is free again already; an outcome that had been taken before comes first.
        """
        why = Why(Reason.SPIDER_FAILED, type(error).__name__)
        if request.claim is not None:
            self._writer.put(given_up(request.claim.page_id, why))
        else:
            request.slot.take_robots(Robots(is_known=False), why)
        self._wake.set()

    def _came_back(self, request: FetchRequest) -> None:
        self._slots.came_back(request.slot)
        self._wake.set()

    def _came(self, claim: Claim, page: FetchedPage) -> None:
        """An answer 200 becomes a visit where it can be read."""
        if claim.role in (None, "section") and not is_web_page(page.content_type):
            kind = page.content_type.partition(";")[0][:60]
            why = Why(Reason.NOT_A_WEB_PAGE, kind)
            self._writer.put(unusable(claim.page_id, why, page.status))
        elif not page.body.strip():
            self._writer.put(unusable(claim.page_id, Why(Reason.EMPTY_PAGE), page.status))
        else:
            self._writer.put(Visit(claim=claim, page=page))

    def _failed(
        self, request: FetchRequest, claim: Claim, status: int, headers: Mapping[str, str]
    ) -> None:
        now = self._calendar()
        failure = failure_of_status(
            claim.page_id, status, headers, attempts=claim.attempts, now=now
        )
        rest = retry_after(headers.get("retry-after"), now) if status in BUSY else None
        if rest is not None:
            self._slots.rest(request.slot, rest, failure.why)
        elif is_trouble(status):
            self._slots.trouble(request.slot, failure.why)
        self._writer.put(failure)

    def _redirected(self, request: FetchRequest, claim: Claim, response: Response) -> None:
        status, location = response.status, location_of(response)
        try:
            target = address_at(location, claim.url)
            self._guard.check_host(target.host)
        except BadURL as error:
            why = Why(Reason.BAD_REDIRECT, str(error))
            self._writer.put(unusable(claim.page_id, why, status))
            return
        except PrivateAddress as error:
            why = Why(Reason.REDIRECT_TO_PRIVATE, error.why.detail)
            self._writer.put(Refused(page_id=claim.page_id, why=why))
            return
        if same_site(target.url, claim.url):
            self._slots.keep_cookies(target.url, cookies_after(response, request.cookies))
        if target.url != claim.url:
            self._writer.put(Redirected(page_id=claim.page_id, target=target, status=status))
        elif claim.rounds < _MAX_ROUNDS:
            # a gate that wants its cookie back, or another spelling of the same address
            spelling = urljoin(request.url, location).partition("#")[0]
            self._slots.ask_again(request.slot, claim, spelling)
        else:
            why = Why(Reason.REDIRECT_TO_ITSELF)
            self._writer.put(unusable(claim.page_id, why, status))

    async def _robots_came(
        self,
        request: FetchRequest,
        status: int | None,
        text: str | None,
        why: Why,
        *,
        is_final: bool,
    ) -> None:
        """Keep what robots.txt says; the host's pages may leave, or are held.

        status: None where there was no answer; is_final: asking again is of no use.
        """
        slot = request.slot
        robots = self._slots.robots_answered(slot, status, text, is_final=is_final)
        if robots is not None:
            # a bad answer is kept too; a host that did not answer is asked by the next run
            hold = HOLD if status is not None else timedelta(0)
            until = self._calendar() + (KEPT if robots.is_known else hold)
            await asyncio.to_thread(self._frontier.keep_robots, slot, status, text, until)
            slot.take_robots(robots, why)
        self._wake.set()


def _page(
    claim: Claim, response: Response, headers: Mapping[str, str], at: datetime
) -> FetchedPage:
    return FetchedPage(url=claim.url, body=response.body, fetched_at=at, headers=headers)


def _unchanged(page_id: int, headers: Mapping[str, str]) -> Unchanged:
    return Unchanged(
        page_id=page_id,
        status=304,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
    )
