"""Keeps the crawler out of private networks, whatever a page, a redirect or a name server says."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable

from crawler.errors import PrivateAddress
from db.terms.states import Reason, Why

_IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: IPv6 networks whose last four bytes are the IPv4 address that is reached: mapped and translated
#: addresses, NAT64 (RFC 4291, 2765, 6052, 8215)
_CARRIERS = tuple(
    ipaddress.IPv6Network(network)
    for network in ("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
)
#: IPv4-compatible addresses (``::127.0.0.1``) begin behind ``::`` and ``::1`` and their neighbours
_COMPATIBLE = range(0x1_0000, 0x1_0000_0000)


class Guard:
    """Says which hosts and addresses may be fetched.

    allowed: host names, addresses or networks (CIDR) that may be fetched although private.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._names: set[str] = set()
        self._networks: list[_Network] = []
        for entry in allowed:
            try:
                self._networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                self._names.add(entry.lower().rstrip("."))

    def check_host(self, host: str) -> None:
        """Raise PrivateAddress for a literal private address or a name of this machine.

        host: as ``crawler.page.urls.host_of`` gives it, with or without a port. Other names are
        checked when they are resolved, by ``check_address``.
        """
        name = _without_port(host)
        if name in self._names:
            return
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            if name == "localhost" or name.endswith(".localhost"):
                self.check_address("127.0.0.1", name)
            return
        self._check(address, name)

    def check_address(self, address: str, name: str) -> None:
        """Raise PrivateAddress unless ``name`` may be fetched from the address it resolves to."""
        if name not in self._names:
            self._check(ipaddress.ip_address(address), name)

    def _check(self, address: _IP, name: str) -> None:
        if any(address in network for network in self._networks):
            return
        for reached in _reached_by(address):
            if not _is_public(reached) and not any(reached in net for net in self._networks):
                where = f"{reached}" if name == str(reached) else f"{reached} of {name}"
                raise PrivateAddress(Why(Reason.PRIVATE_ADDRESS, where))


def _reached_by(address: _IP) -> tuple[_IP, ...]:
    """The addresses that a connection to this one may lead to: IPv6 can carry IPv4 inside."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if int(address) in _COMPATIBLE or any(address in network for network in _CARRIERS):
        return (ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF),)
    if address.sixtofour:
        return (address.sixtofour,)
    return address.teredo or (address,)


def _is_public(address: _IP) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


async def resolve(host: str) -> str | None:
    """The IP address of a host, the smallest where it has several; None where there is none."""
    try:
        loop = asyncio.get_running_loop()
        answers = await loop.getaddrinfo(_without_port(host), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    return min((str(entry[4][0]) for entry in answers), default=None)


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1 : host.find("]")]
    return host.partition(":")[0].lower().rstrip(".")
