"""A queue that cannot be used is said so within seconds, without a password in the message."""

import socket
import time
from collections.abc import Iterator

import pytest

from db.terms.errors import BadSettings
from terkait.broker import check_broker, shown
from terkait.errors import BrokerDown
from tests.servers import RedisServer, free_port


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
def test_broker_that_accepts_and_says_nothing_is_down(scheme: str, silent_port: int) -> None:
    began = time.monotonic()
    with pytest.raises(BrokerDown, match="does not answer"):
        check_broker(f"{scheme}://127.0.0.1:{silent_port}/0")
    assert time.monotonic() - began < 10


def test_wrong_password_is_said_and_not_shown(redis_server: RedisServer) -> None:
    with redis_server.client() as client:
        client.config_set("requirepass", "geheim")
    with pytest.raises(BrokerDown) as said:
        check_broker(f"redis://:falsch@127.0.0.1:{redis_server.port}/0")
    assert "falsch" not in str(said.value)
    check_broker(f"redis://:geheim@127.0.0.1:{redis_server.port}/0")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "redis://127.0.0.1:99999/0",
        "redis://127.0.0.1:x/0",
        "redis://127.0.0.1:0/0",
        "redis://[::1/0",
        "nonsense",
    ],
)
def test_address_that_is_none_is_wrong_settings(url: str) -> None:
    with pytest.raises(BadSettings, match="TERKAIT_BROKER_URL"):
        check_broker(url)


def test_what_is_shown_has_no_password() -> None:
    url = "rediss://anna:ge:heim@queue.example:6379/0?ssl_keyfile_password=geheim"
    assert shown(url) == "rediss://**@queue.example:6379/0"
    assert shown(f"Error at {url} closed.") == "Error at rediss://**@queue.example:6379/0 closed."


def test_port_that_is_free_is_down() -> None:
    with pytest.raises(BrokerDown, match="refused"):
        check_broker(f"redis://:geheim@127.0.0.1:{free_port()}/0")
