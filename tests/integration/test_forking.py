"""The process that spiders and readers are copies of."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.config import load_config
from terkait.early_forks import HOLDER_FILE, forks_begun
from terkait.errors import BadUsage
from tests.acceptance.processes import find, is_alive, kill, wait_until
from workers.runs import processes
from workers.runs.forking import ForkServer, can_fork

pytestmark = pytest.mark.skipif(not can_fork(), reason="children are forked on Linux alone")

PYTHON = (sys.executable, "-m")
WORKER = ("workers", "worker", "--concurrency", "1", "--queues", "q", "--hostname", "h@%h")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ForkServer]:
    server = ForkServer(tmp_path / "forks.log")
    yield server
    server.close()


def settings(data: Path) -> dict[str, str]:
    for name in ("messages", "control"):
        (data / "queue" / name).mkdir(parents=True)
    broker = f"filesystem://{data / 'queue'}"
    return os.environ | {"TERKAIT_DATA": str(data), "TERKAIT_BROKER_URL": broker}


def test_child_has_its_log_its_arguments_and_its_exit_code(
    server: ForkServer, tmp_path: Path
) -> None:
    said = server.start([*PYTHON, "workers", "--version"], log=tmp_path / "said.log")
    wrong = server.start([*PYTHON, "workers", "worker"], log=tmp_path / "wrong.log")
    assert (said.wait(60), wrong.wait(60)) == (0, 2)
    assert (tmp_path / "said.log").read_text().startswith("5.")
    assert "--concurrency" in (tmp_path / "wrong.log").read_text()


def test_child_has_its_own_environment(server: ForkServer, tmp_path: Path) -> None:
    environment = os.environ | {"TERKAIT_WORKERS": "many"}
    child = server.start([*PYTHON, *WORKER], log=tmp_path / "worker.log", environment=environment)
    assert child.wait(60) == 1
    assert "TERKAIT_WORKERS" in (tmp_path / "worker.log").read_text()


@pytest.mark.timeout(20)
def test_child_that_is_no_leader_of_its_group_yet_is_ended() -> None:
    """As a copy is until it has begun: to end its group finds none, and it must not live on."""
    with subprocess.Popen(["sleep", "60"]) as child:
        processes.end_with_children(child)
        assert child.returncode == -signal.SIGKILL


def test_child_can_be_stopped(server: ForkServer, tmp_path: Path) -> None:
    child = server.start(
        [*PYTHON, *WORKER], log=tmp_path / "worker.log", environment=settings(tmp_path)
    )
    wait_until(lambda: len(find(child.pid, "workers")) == 1)  # its own reader
    child.send_signal(signal.SIGQUIT)
    assert child.wait(30) is not None
    assert not is_alive(child.pid)


def test_children_end_with_the_server_and_another_takes_its_place(
    server: ForkServer, tmp_path: Path
) -> None:
    log, environment = tmp_path / "worker.log", settings(tmp_path)
    child = server.start([*PYTHON, *WORKER], log=log, environment=environment)
    wait_until(lambda: len(find(child.pid, "workers")) == 1)
    kill(find(os.getpid(), "fork_server")[0])
    assert child.wait(30) == -signal.SIGKILL
    wait_until(lambda: not is_alive(child.pid))
    another = server.start([*PYTHON, "workers", "--version"], log=log)
    assert another.wait(60) == 0


def test_what_is_not_ours_is_started_from_nothing(server: ForkServer, tmp_path: Path) -> None:
    child = server.start([sys.executable, "-c", "print(3)"], log=tmp_path / "other.log")
    assert child.wait(30) == 0
    assert (tmp_path / "other.log").read_text() == "3\n"
    assert not find(os.getpid(), "fork_server")


def test_server_that_was_begun_early_ends_with_the_command(tmp_data: Path) -> None:
    with forks_begun(load_config()) as forks:
        assert forks is not None
        (pid,) = find(os.getpid(), "fork_server")
    assert not is_alive(pid)
    assert (tmp_data / "forks.log").exists()


def test_wrong_use_leaves_no_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERKAIT_DATA", str(tmp_path / "new" / "data"))
    with pytest.raises(BadUsage), forks_begun(load_config()):
        raise BadUsage
    assert not (tmp_path / "new" / "data").exists()
    assert not find(os.getpid(), "fork_server")


def test_nothing_is_begun_where_another_program_has_the_data_folder(tmp_data: Path) -> None:
    tmp_data.mkdir(exist_ok=True)
    (tmp_data / HOLDER_FILE).write_text("1\n")
    with forks_begun(load_config()) as forks:
        assert forks is None


def test_file_of_a_program_that_was_killed_holds_nothing_up(tmp_data: Path) -> None:
    tmp_data.mkdir(exist_ok=True)
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    for left in (f"{gone.pid}\n", "", "no number\n"):
        (tmp_data / HOLDER_FILE).write_text(left)
        with forks_begun(load_config()) as forks:
            assert forks is not None
