"""Private networks are kept out, in whatever form they are written."""

import pytest

from crawler.engine.address_guard import Guard
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
    "localhost",
    "a.localhost",
    "localhost.",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_private_host_is_refused(host: str) -> None:
    with pytest.raises(PrivateAddress):
        Guard().check_host(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]", "news.example", "a.test:8080"])
def test_public_host_passes(host: str) -> None:
    Guard().check_host(host)


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        ("127.0.0.0/8", "127.0.0.2:81"),
        ("10.1.2.3", "10.1.2.3"),
        ("::1", "[::1]:80"),
        ("localhost", "localhost"),
    ],
)
def test_what_is_allowed_passes(allowed: str, host: str) -> None:
    Guard([allowed]).check_host(host)


def test_allowed_network_allows_no_other() -> None:
    with pytest.raises(PrivateAddress):
        Guard(["127.0.0.1"]).check_host("127.0.0.2")


def test_name_that_resolves_to_a_private_address_is_refused_when_connecting() -> None:
    guard = Guard()
    guard.check_host("rebound.example")
    with pytest.raises(PrivateAddress, match=r"10\.0\.0\.1 of rebound\.example"):
        guard.check_address("10.0.0.1", "rebound.example")


def test_name_that_is_allowed_may_be_private() -> None:
    Guard(["intranet.example"]).check_address("10.0.0.1", "intranet.example")
