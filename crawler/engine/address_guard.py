"""Keeps the crawler out of private networks, whatever a page, a redirect or a name server says."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable

from crawler.errors import PrivateAddress

_IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


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
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if address.is_global and not address.is_multicast:
            return
        if not any(address in network for network in self._networks):
            raise PrivateAddress(
                f"private address {address}" + ("" if name == str(address) else f" of {name}")
            )


async def resolve(host: str) -> str | None:
    """The IP address of a host, the smallest where it has several; None where there is none."""
    try:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(_without_port(host), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    return min((str(entry[4][0]) for entry in found), default=None)


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1 : host.find("]")]
    return host.partition(":")[0].lower().rstrip(".")
