"""What leads to a host is worked out once."""

import pytest
from twisted.internet.testing import MemoryReactorClock
from twisted.web.client import URI, BrowserLikePolicyForHTTPS

from crawler.engine.downloader import handler


def test_the_way_to_a_host_is_kept_and_begun_anew_where_there_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handler, "_MAX_ENDPOINTS", 3)
    agent = handler._LastingAgent(
        reactor=MemoryReactorClock(), contextFactory=BrowserLikePolicyForHTTPS()
    )
    addresses = (b"http://a.test/1", b"http://a.test:81/1", b"https://a.test/1", b"http://b.test/")
    first, port, secure, other = (agent._getEndpoint(URI.fromBytes(url)) for url in addresses)
    assert len({id(way) for way in (first, port, secure, other)}) == len(addresses)
    assert agent._getEndpoint(URI.fromBytes(b"http://b.test/2")) is other
    assert agent._getEndpoint(URI.fromBytes(b"http://a.test/2")) is not first
    assert len(agent._endpoints) <= handler._MAX_ENDPOINTS
