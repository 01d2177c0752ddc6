"""The spider: asks for what the scheduler lets leave and hands over what comes back."""

from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.engine.crawl_session import CrawlSession, Time
from crawler.engine.downloader.responses import describe_error
from crawler.engine.downloader.robots import MAX_BYTES
from crawler.engine.host_slots import FetchRequest
from crawler.engine.page_pool import PagePool
from crawler.engine.request_log import note_answer, note_failure
from db.terms.errors import TerkaitError

#: robots.txt is cut in ``bytes_received``, whatever the limit for pages; unpacked, or as it is
#: announced, a longer one is none
_ROBOTS_LIMIT = {"download_maxsize": 32 * 1024 * 1024}


def _headers(request: FetchRequest) -> dict[str, str]:
    """What makes a request conditional, and the cookies of the redirects that led to it."""
    claim = request.claim
    if claim is None:
        return {}
    headers = {
        "If-None-Match": claim.etag,
        "If-Modified-Since": claim.last_modified,
        "Cookie": request.cookies,
    }
    return {name: value for name, value in headers.items() if value}


class RelatedSpider(scrapy.Spider):
    """Walks related links from the addresses given.

    ``scrapy crawl related -a url=https://...`` begins a run of its own (further arguments:
    ``depth``, ``max_pages``, ``follow``, ``any_site``, ``fresh``); ``-a run=ID`` carries out one
    that was begun.
    """

    name = "related"
    #: there is no run that it could carry out
    is_refused = False
    crawl: CrawlSession

    def __init__(
        self,
        *,
        pages: PagePool | None = None,
        beats: int | None = None,
        time: Time | None = None,
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        self._arguments = arguments
        self._pages = pages or PagePool()
        self._pages.start()  # while no thread runs, it is a copy of this process
        self._beats = beats
        self._time = time

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "RelatedSpider":
        """Made by Scrapy."""
        spider: RelatedSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.spider_closed, signal=signals.spider_closed)
        crawler.signals.connect(spider.bytes_received, signal=signals.bytes_received)
        crawler.signals.connect(spider.spider_error, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """The run's requests, each when it may leave."""
        try:
            self.crawl = await CrawlSession.open(
                self._arguments, self._pages, self._beats, self._time
            )
        except TerkaitError as error:
            self.logger.error("%s", error)
            self.is_refused = True
            return
        try:
            async for request in self.crawl.scheduler.requests():
                yield self._request(request)
        except Exception as error:  # Scrapy ends well then, and says nothing
            self.crawl.error = error
            raise
        self.crawl.is_complete = self.crawl.scheduler.stopped_by is None

    def _request(self, request: FetchRequest) -> scrapy.Request:
        return scrapy.Request(
            request.url,
            callback=self.parse if request.claim else self.parse_robots,
            errback=self.failed if request.claim else self.robots_failed,
            dont_filter=True,
            headers=_headers(request),
            cb_kwargs={"request": request},
            meta={"download_slot": request.slot.host.name}
            | ({} if request.claim else _ROBOTS_LIMIT),
        )

    async def parse(self, response: Response, request: FetchRequest) -> None:
        """Hand over an answer."""
        note_answer(request, response)
        self.crawl.answers.answered(request, response)

    async def failed(self, failure: TwistedFailure) -> None:
        """Hand over that there is no answer."""
        request: FetchRequest = failure.request.cb_kwargs["request"]  # type: ignore[attr-defined]
        why, retry = describe_error(failure)
        note_failure(request, why)
        self.crawl.answers.unanswered(request, why, retry)

    async def parse_robots(self, response: Response, request: FetchRequest) -> None:
        """Take the rules of a host."""
        note_answer(request, response)
        await self.crawl.answers.robots_answered(request, response)

    async def robots_failed(self, failure: TwistedFailure) -> None:
        """A host whose rules cannot be had is held."""
        request: FetchRequest = failure.request.cb_kwargs["request"]  # type: ignore[attr-defined]
        why, retry = describe_error(failure)
        note_failure(request, why)
        await self.crawl.answers.robots_unanswered(request, why, retry)

    def spider_error(self, failure: TwistedFailure, response: Response | TwistedFailure) -> None:
        """One of the methods above raised; Scrapy has logged it."""
        request = getattr(response, "request", None)
        if request is not None:  # else it raised before anything was asked for
            self.crawl.answers.raised(request.cb_kwargs["request"], failure.value)

    def bytes_received(self, data: bytes, request: scrapy.Request) -> None:
        """Of a robots.txt what is read is its beginning, however long it is."""
        if request.cb_kwargs["request"].claim is None:
            received = request.meta["received"] = request.meta.get("received", 0) + len(data)
            if received > MAX_BYTES:
                raise StopDownload(fail=False)

    async def spider_closed(self) -> None:
        """Store what came, give back what was not asked for."""
        if hasattr(self, "crawl"):
            await self.crawl.close()
        else:
            self._pages.close()
        if self.is_refused:
            self.crawler.spider = None  # so that Scrapy's command ends with 1
