"""A look at a site, by requests of its own. Stores nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure as TwistedFailure

from crawler.engine.discovery import FoundLists, discover
from crawler.engine.downloader.polite_client import Fetcher
from crawler.engine.downloader.responses import describe_error, page_of
from crawler.errors import NotFetched
from crawler.page.items import FetchedPage
from db.config import Config

#: what was found out
_Found = TypeVar("_Found")
#: makes the requests that it takes to find something out
Look = Callable[[Fetcher], Awaitable[_Found]]


def look_at(config: Config, url: str) -> FoundLists:
    """What feeds and sitemaps the site of a page has; once in a process. Raises NotFetched."""
    return look(config, lambda fetcher: discover(fetcher, url))


def look(config: Config, work: Look[_Found]) -> _Found:
    """What the work returns; once in a process. Raises NotFetched."""
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False)
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(LookSpider)
    process.crawl(crawler, config=config, work=work)
    process.start(install_signal_handlers=False)
    spider = crawler.spider
    assert isinstance(spider, LookSpider)
    if spider.problem:
        raise NotFetched(spider.problem)
    found: _Found = spider.found
    return found


class LookSpider(scrapy.Spider):
    """Makes the requests that the work asks for, each when it may leave."""

    name = "look"

    def __init__(self, *, config: Config, work: Look[Any]) -> None:
        super().__init__()
        self._config = config
        self._work = work
        self._requests: asyncio.Queue[scrapy.Request | None] = asyncio.Queue()
        self.found: Any = None
        #: why nothing was found, "" once it was
        self.problem = "stopped"

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """The requests, until all is known."""
        look = asyncio.create_task(self._look())
        try:
            while (request := await self._requests.get()) is not None:
                yield request
            await look
        finally:
            look.cancel()

    async def _look(self) -> None:
        try:
            self.found = await self._work(Fetcher(self._config, self._ask))
            self.problem = ""
        except NotFetched as error:
            self.problem = str(error)
        finally:
            self._requests.put_nowait(None)

    async def _ask(self, url: str) -> FetchedPage:
        answer: asyncio.Future[FetchedPage] = asyncio.get_running_loop().create_future()
        request = scrapy.Request(
            url,
            callback=self.parse,
            errback=self.failed,
            dont_filter=True,
            cb_kwargs={"answer": answer},
        )
        self._requests.put_nowait(request)
        return await answer

    async def parse(self, response: Response, answer: "asyncio.Future[FetchedPage]") -> None:
        """Hand over an answer."""
        answer.set_result(page_of(response))

    async def failed(self, failure: TwistedFailure) -> None:
        """Hand over that there is none."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        assert failure.value is not None
        why, _ = describe_error(failure.value, request.url)
        request.cb_kwargs["answer"].set_exception(NotFetched(f"{request.url}: {why}"))
