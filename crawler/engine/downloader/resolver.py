"""Scrapy's name resolution under guard, for IPv4 and IPv6."""

from collections.abc import Sequence
from typing import Any

from scrapy.crawler import Crawler
from scrapy.resolver import CachingHostnameResolver
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IAddress, IResolutionReceiver
from zope.interface import implementer

from crawler.engine.downloader.address_guard import Guard
from crawler.errors import PrivateAddress

#: names whose refusal is remembered; a longer list begins anew
_MAX_REFUSED = 1_000


@implementer(IResolutionReceiver)
class _GuardedReceiver:
    """Passes on the addresses of a name that may be connected to."""

    def __init__(self, receiver: Any, guard: Guard, name: str, refused: dict[str, str]) -> None:
        self._receiver = receiver
        self._guard = guard
        self._name = name
        self._refused = refused

    def resolutionBegan(self, resolution: Any) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        try:
            self._guard.check_address(address.host, self._name)
        except PrivateAddress as error:
            self._refused[self._name] = error.why.detail
        else:
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


class GuardedResolver(CachingHostnameResolver):
    """Scrapy's resolver, which refuses names that lead into a private network.

    The address that is checked is the one that is connected to, so that a name server cannot
    give one answer to the check and another to the connection. Of a name with several addresses
    the public ones are used.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int) -> None:
        super().__init__(reactor, cache_size)
        self.guard = Guard()
        self._refused: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> "GuardedResolver":
        """Made by Scrapy."""
        resolver: GuardedResolver = super().from_crawler(crawler, reactor)
        resolver.guard = Guard(crawler.settings.getlist("TERKAIT_ALLOWED_HOSTS"))
        return resolver

    def refused_address(self, name: str) -> str | None:
        """The private address for which a name was refused last, None where it was not."""
        return self._refused.get(name)

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        """Resolve a name to those of its addresses that may be fetched from."""
        if len(self._refused) >= _MAX_REFUSED:
            self._refused.clear()
        self._refused.pop(hostName, None)
        receiver: Any = _GuardedReceiver(resolutionReceiver, self.guard, hostName, self._refused)
        return super().resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )
