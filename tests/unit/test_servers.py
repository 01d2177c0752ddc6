"""The servers that other tests rely on do what they say."""

import http.client
import os
import shutil
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import redis
from sqlalchemy import create_engine, text

from tests import forked, servers
from tests.paths import ROOT
from tests.servers import PostgresServer, RedisServer, ReplayProxy
from tests.web import HttpSite, Reply, redirect


def is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_redis_is_empty_and_comes_back_after_a_kill(redis_server: RedisServer) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.dbsize() == 0
        client.set("a", 1)
    redis_server.kill()
    with pytest.raises(redis.ConnectionError), redis_server.client() as client:
        client.ping()
    redis_server.start()
    with redis_server.client() as client:
        assert client.dbsize() == 0


def test_each_test_has_an_empty_database_of_its_own(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE only_here (n integer)"))
    engine.dispose()
    assert empty_database_url.startswith(("sqlite:///", "postgresql+psycopg://"))


def test_a_database_can_be_a_copy_of_another(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as first:
        engine = create_engine(postgres_server.url(first))
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE copied AS SELECT 41 AS n"))
        engine.dispose()
        with postgres_server.database(template=first) as second:
            engine = create_engine(postgres_server.url(second))
            with engine.connect() as connection:
                assert connection.scalar(text("SELECT n FROM copied")) == 41
            engine.dispose()


def test_postgresql_lowers_letters_of_all_alphabets(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT lower('ÉŽЯ')")) == "éžя"
    engine.dispose()


@pytest.mark.skipif(os.geteuid() != 0, reason="another user runs the server only under ROOT")
def test_postgresql_runs_from_a_folder_that_others_may_not_enter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(servers, "_is_reachable", lambda path: False)
    with PostgresServer() as server, server.database() as name:
        assert (server.folder / "copy").is_dir()
        assert name in server.url(name)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_servers_end_when_the_test_run_is_killed() -> None:
    program = """
        import os, signal
        from tests.servers import PostgresServer, RedisServer
        with RedisServer() as redis, PostgresServer() as postgres:
            print(redis.process.pid, postgres.process.pid, flush=True)
            print(redis.folder, postgres.folder, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    pids, folders = (line.split() for line in done.stdout.splitlines())
    deadline = time.monotonic() + 30
    while any(is_alive(int(pid)) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    for folder in folders:
        shutil.rmtree(folder)
    assert not [pid for pid in pids if is_alive(int(pid))]


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    process = servers.Process(["/bin/sh", "-c", "echo no luck; exit 3"], folder=tmp_path)
    with pytest.raises(RuntimeError, match="no luck"):
        process.wait_until(lambda: False)


def test_routes_answer_and_requests_are_logged(http_site: HttpSite) -> None:
    http_site.routes["/a"] = "<p>a</p>"
    http_site.routes["/a?x=1"] = lambda request: request.headers["user-agent"]
    http_site.routes["/old"] = redirect("/a")
    answers = [read(http_site.url(path)) for path in ("/a", "/a?x=1", "/a?x=2", "/old")]
    assert answers == [b"<p>a</p>", b"tests", b"<p>a</p>", b"<p>a</p>"]
    assert http_site.paths() == ["/a", "/a?x=1", "/a?x=2", "/old", "/a"]


def test_what_has_no_route_is_not_found(http_site: HttpSite) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404") as caught:
        read(http_site.url("/robots.txt"))
    caught.value.close()


def test_a_body_can_be_cut_short(http_site: HttpSite) -> None:
    http_site.routes["/cut"] = Reply(body="half", missing_bytes=4)
    with pytest.raises(http.client.IncompleteRead):
        read(http_site.url("/cut"))


def test_a_body_can_go_on_for_ever(http_site: HttpSite) -> None:
    http_site.routes["/endless"] = Reply(body=b"x" * 1000, is_endless=True)
    with urllib.request.urlopen(http_site.url("/endless")) as answer:
        assert len(answer.read(1_000_000)) == 1_000_000


def test_hosts_stand_on_addresses_of_their_own(http_sites: list[HttpSite]) -> None:
    for site in http_sites:
        site.routes["/"] = site.base_url
    assert [read(site.url("/")).decode() for site in http_sites] == [
        site.base_url for site in http_sites
    ]
    assert len({site.base_url.rsplit(":", 1)[0] for site in http_sites}) == 3


def test_the_replay_proxy_serves_recorded_pages(replay_proxy: ReplayProxy) -> None:
    page = "http://dunia.tempo.co/read/1481001/x"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": replay_proxy.url}))
    with pytest.raises(urllib.error.HTTPError, match="404") as caught:
        opener.open(page)
    caught.value.close()
    assert replay_proxy.requested() == [page]


def read(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "tests"})
    with urllib.request.urlopen(request) as answer:
        return bytes(answer.read())


def test_forked_program_is_like_one_that_was_started(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "terkait", "stats"]
    settings = {"TERKAIT_DATA": "kept", "TERKAIT_DELAY_SECONDS": "soon"}
    wrong = forked.run(command, cwd=tmp_path, env=os.environ | settings, timeout=90)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "TERKAIT_DELAY_SECONDS" in wrong.stderr
    assert "TERKAIT_DELAY_SECONDS" not in os.environ
    settings = {"TERKAIT_DATA": "kept"}
    made = forked.run(
        [*command[:3], "db", "upgrade"], cwd=tmp_path, env=os.environ | settings, timeout=90
    )
    assert (made.returncode, (tmp_path / "kept" / "terkait.db").exists()) == (0, True), made.stderr
    own = forked.run([sys.executable, "-c", "print(3)"], cwd=tmp_path, env=os.environ, timeout=90)
    assert (own.returncode, own.stdout) == (0, "3\n")
