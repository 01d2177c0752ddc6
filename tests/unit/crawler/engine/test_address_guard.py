"""Private networks are kept out, in whatever form they are written."""

import ipaddress
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.engine.downloader.address_guard import Guard
from crawler.errors import PrivateAddress

PRIVATE = [
    "127.0.0.1",
    "127.0.0.1:8080",
    "10.0.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "[::1]",
    "[::1]:80",
    "[fe80::1]",
    "[fd00::1]",
    "[::ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[::ffff:0:10.0.0.1]",
    "[64:ff9b::192.168.0.1]",
    "[64:ff9b:1::a00:1]",
    "[2002:a9fe:a9fe::]",
    "[2001:0:a00:1:8000:63bf:3fff:fdd2]",
    "[fec0::1]",
    "[ff02::1]",
    "[::]",
    "255.255.255.255",
    "240.0.0.1",
    "192.0.2.1",
    "localhost",
    "a.localhost",
    "localhost.",
]


def refused(host: str, *allowed: str) -> bool:
    """Whether a guard that allows these refuses the host."""
    try:
        Guard(allowed).check_host(host)
    except PrivateAddress:
        return True
    return False


@pytest.mark.parametrize("host", PRIVATE)
def test_private_host_is_refused(host: str) -> None:
    assert refused(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]", "news.example", "a.test:8080"])
def test_public_host_passes(host: str) -> None:
    assert not refused(host)


@pytest.mark.parametrize(
    ("allowed", "host", "other"),
    [
        ("127.0.0.0/8", "127.0.0.2:81", "10.0.0.1"),
        ("10.1.2.3", "10.1.2.3", "10.1.2.4"),
        ("::1", "[::1]:80", "[fd00::1]:80"),
        ("localhost", "localhost", "a.localhost"),
    ],
)
def test_what_is_allowed_passes_and_its_neighbour_does_not(
    allowed: str, host: str, other: str
) -> None:
    assert refused(host)
    assert not refused(host, allowed)
    assert refused(other, allowed)


INSIDE = [
    lambda ip: f"[::ffff:{ip}]",
    lambda ip: f"[::ffff:0:{ip}]",
    lambda ip: f"[64:ff9b::{ip}]",
    lambda ip: f"[{ipaddress.IPv6Address((0x2002 << 112) | (int(ip) << 80))}]",
]


@given(st.ip_addresses(v=4), st.sampled_from(INSIDE))
def test_address_within_an_ipv6_address_is_judged_as_itself(
    ip: ipaddress.IPv4Address, wrapped: Callable[[ipaddress.IPv4Address], str]
) -> None:
    assert refused(wrapped(ip)) == refused(str(ip))


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=6, network="fc00::/7"))
def test_no_name_is_connected_to_a_private_address(ip: ipaddress.IPv4Address) -> None:
    with pytest.raises(PrivateAddress):
        Guard(["127.0.0.1"]).check_address(str(ip), "news.example")


def test_allowed_network_allows_no_other() -> None:
    with pytest.raises(PrivateAddress):
        Guard(["127.0.0.1"]).check_host("127.0.0.2")


def test_name_that_resolves_to_a_private_address_is_refused_when_connecting() -> None:
    guard = Guard()
    guard.check_host("rebound.example")
    with pytest.raises(PrivateAddress, match=r"10\.0\.0\.1 of rebound\.example"):
        guard.check_address("10.0.0.1", "rebound.example")


def test_name_that_is_allowed_may_be_private_and_no_other() -> None:
    guard = Guard(["Intranet.example."])
    guard.check_address("10.0.0.1", "intranet.example")
    with pytest.raises(PrivateAddress, match=r"of www\.intranet\.example"):
        guard.check_address("10.0.0.1", "www.intranet.example")
