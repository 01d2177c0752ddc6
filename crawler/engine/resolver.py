"""Scrapy's name resolution under guard."""

from typing import Any

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred

from crawler.engine.address_guard import Guard


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver, which refuses names that lead into a private network.

    The address that is checked is the one that is connected to, so that a name server cannot
    give one answer to the check and another to the connection.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.guard = Guard()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> "GuardedResolver":
        """Made by Scrapy."""
        resolver: GuardedResolver = super().from_crawler(crawler, reactor)
        resolver.guard = Guard(crawler.settings.getlist("TERKAIT_ALLOWED_HOSTS"))
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        """Resolve a name; fails with PrivateAddress where it may not be fetched."""
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        self.guard.check_address(address, name)
        return address
