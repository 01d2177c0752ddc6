"""A look at a site: what feeds and sitemaps it has. Stores nothing."""

import asyncio
from collections.abc import AsyncIterator

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


def look_at(config: Config, url: str) -> FoundLists:
    """What the site of a page offers; once in a process. Raises NotFetched."""
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False)
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(LookSpider)
    process.crawl(crawler, config=config, url=url)
    process.start(install_signal_handlers=False)
    spider = crawler.spider
    assert isinstance(spider, LookSpider)
    if spider.found is None:
        raise NotFetched(spider.problem)
    return spider.found


class LookSpider(scrapy.Spider):
    """Makes the requests that ``discover`` asks for, each when it may leave."""

    name = "look"

    def __init__(self, *, config: Config, url: str) -> None:
        super().__init__()
        self._config = config
        self._url = url
        self._requests: asyncio.Queue[scrapy.Request | None] = asyncio.Queue()
        self.found: FoundLists | None = None
        #: why nothing was found
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
            self.found = await discover(Fetcher(self._config, self._ask), self._url)
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
        why, _ = describe_error(failure)
        request.cb_kwargs["answer"].set_exception(NotFetched(f"{request.url}: {why}"))
