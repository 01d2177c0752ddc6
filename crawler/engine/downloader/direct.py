"""Scrapy's downloader without queues of its own: what comes has been told that it may leave.

Who waits for whom is decided before (``crawler.engine.scheduler``), so that Scrapy's slots, with a
task, three signals and a queue for each request, would wait for nothing.
"""

from scrapy import Request, Spider
from scrapy.core.downloader import Downloader
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred


class DirectDownloader(Downloader):
    """Asks at once, through the middlewares."""

    def fetch(self, request: Request, spider: Spider | None = None) -> Deferred[Response | Request]:
        """The answer to come."""
        self.active.add(request)
        return deferred_from_coro(self._ask(request))

    async def _ask(self, request: Request) -> Response | Request:
        try:
            return await self.middleware.download_async(
                self.handlers.download_request_async, request
            )
        finally:
            self.active.remove(request)


class FewLines(LogFormatter):
    """Makes no line of each answer; ``crawler.engine.request_log`` does, where it is wanted."""

    def crawled(  # type: ignore[override]  # None is documented as "no line"
        self, request: Request, response: Response, spider: Spider
    ) -> LogFormatterResult | None:
        """None."""
        return None
