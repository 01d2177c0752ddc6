"""The spider: asks for what the scheduler lets leave and hands over what comes back."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import scrapy
from scrapy import signals
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response

from crawler.engine.crawl_session import CrawlSession, Time
from crawler.engine.downloader.responses import describe_error
from crawler.engine.downloader.robots import MAX_BYTES
from crawler.engine.host_slots import FetchRequest
from crawler.engine.page_pool import PagePool
from crawler.engine.request_log import note_answer, note_failure
from db.terms.errors import TerkaitError
from db.terms.states import Why

#: what of a robots.txt has come
_RECEIVED = "received"
#: robots.txt is cut in ``bytes_received``, whatever the limit for pages; unpacked, or as it is
#: announced, a longer one is none
_ROBOTS_LIMIT = {"download_maxsize": 32 * 1024 * 1024, _RECEIVED: 0}


def _scrapy_request(request: FetchRequest) -> scrapy.Request:
    meta = {} if request.claim else dict(_ROBOTS_LIMIT)
    return scrapy.Request(request.url, headers=_headers(request), meta=meta)


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
        self._under_way: set[asyncio.Task[None]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "RelatedSpider":
        """Made by Scrapy."""
        spider: RelatedSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.spider_closed, signal=signals.spider_closed)
        crawler.signals.connect(spider.bytes_received, signal=signals.bytes_received)
        return spider

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Carry out the run; none of its requests passes through Scrapy's own queues and slots.

        What may leave when is decided before, and each step there costs every page a task.
        """
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
                asking = asyncio.create_task(self._ask(request))
                self._under_way.add(asking)
                asking.add_done_callback(self._under_way.discard)
        except Exception as error:  # Scrapy ends well then, and says nothing
            self.crawl.error = error
            raise
        self.crawl.is_complete = self.crawl.scheduler.stopped_by is None
        for request in ():
            yield request  # what Scrapy takes from here are requests, one by one

    async def _ask(self, request: FetchRequest) -> None:
        """Ask for a page, and hand over what comes back."""
        engine = self.crawler.engine
        if engine is None or not engine.running:
            return  # it was to leave when all ended
        asked = _scrapy_request(request)
        try:
            response = await self._download(engine, asked)
        except Exception as error:  # whatever it is, it is why there is no answer
            self.logger.debug("no answer from %s", request.url, exc_info=True)
            why, retry = describe_error(error, request.url)
            await self._take(request, self._unanswered(request, why, retry=retry))
        else:
            await self._take(request, self._answered(request, response))

    async def _download(self, engine: ExecutionEngine, request: scrapy.Request) -> Response:
        """The answer, through Scrapy's middlewares for downloads and its handlers."""
        downloader = engine.downloader
        response = await downloader.middleware.download_async(
            downloader.handlers.download_request_async, request
        )
        assert isinstance(response, Response)  # no middleware that is on asks for another
        response.request = request
        return response

    async def _take(self, request: FetchRequest, taking: Coroutine[Any, Any, None]) -> None:
        """Take what came back; a fault of ours costs that page alone."""
        try:
            await taking
        except Exception as error:
            self.logger.exception("taking the answer of %s raised", request.url)
            self.crawl.answers.raised(request, error)

    async def _answered(self, request: FetchRequest, response: Response) -> None:
        note_answer(request, response)
        if request.claim is None:
            await self.crawl.answers.robots_answered(request, response)
        else:
            self.crawl.answers.answered(request, response)

    async def _unanswered(self, request: FetchRequest, why: Why, *, retry: bool) -> None:
        """No answer came; a host whose rules cannot be had is held."""
        note_failure(request, why)
        if request.claim is None:
            await self.crawl.answers.robots_unanswered(request, why, retry)
        else:
            self.crawl.answers.unanswered(request, why, retry)

    def bytes_received(self, data: bytes, request: scrapy.Request) -> None:
        """Of a robots.txt what is read is its beginning, however long it is."""
        if _RECEIVED in request.meta:
            request.meta[_RECEIVED] += len(data)
            if request.meta[_RECEIVED] > MAX_BYTES:
                raise StopDownload(fail=False)

    async def spider_closed(self) -> None:
        """Wait for what is under way, store what came, give back what was not asked for."""
        if self._under_way:
            await asyncio.wait(self._under_way)
        if hasattr(self, "crawl"):
            await self.crawl.close()
        else:
            self._pages.close()
        if self.is_refused:
            self.crawler.spider = None  # so that Scrapy's command ends with 1
