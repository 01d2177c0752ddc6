"""A name is connected to at those of its addresses alone that may be fetched from."""

from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address

from crawler.engine.downloader.address_guard import Guard
from crawler.engine.downloader.resolver import _GuardedReceiver


class Receiver:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.hosts: list[str] = []

    def addressResolved(self, address: Any) -> None:
        self.hosts.append(address.host)


def test_private_addresses_of_a_name_are_left_out_and_remembered() -> None:
    receiver, refused = Receiver(), dict[str, str]()
    guarded: Any = _GuardedReceiver(receiver, Guard(), "news.test", refused)
    for host in ("10.0.0.1", "93.184.216.34", "169.254.169.254"):
        guarded.addressResolved(IPv4Address("TCP", host, 80))
    for host in ("::1", "64:ff9b::a00:1", "2606:2800:220:1:248:1893:25c8:1946"):
        guarded.addressResolved(IPv6Address("TCP", host, 80))
    assert receiver.hosts == ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"]
    assert "news.test" in refused
