"""The web page as a user starts it."""

import signal
import socket
from pathlib import Path
from urllib.request import urlopen

from tests.acceptance.processes import wait_until
from tests.acceptance.terminal import start, terkait


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def is_well(port: int, cwd: Path) -> bool:
    return terkait("web", "--check", "--port", str(port), cwd=cwd).returncode == 0


def test_up_serves_the_page_and_ends_with_it(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "terkait.toml").write_text('[[sites]]\nname = "x"\nseeds = ["http://[::1]:9/1"]\n')
    running = start("up", cwd=tmp_path, settings={"TERKAIT_WEB_PORT": str(port)})
    wait_until(lambda: is_well(port, tmp_path), 150)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=120)
    assert (running.returncode, f"web: http://127.0.0.1:{port}/" in said) == (0, True), said
    assert not is_well(port, tmp_path)


def test_web_says_where_it_is_and_ends_when_asked(tmp_path: Path) -> None:
    running = start("web", "--port", "0", cwd=tmp_path)
    assert running.stderr is not None
    address = running.stderr.readline().split()[1]
    with urlopen(address) as page:
        assert b"Nothing has been crawled yet" in page.read()
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)


def test_other_machines_need_a_key(tmp_path: Path) -> None:
    refused = terkait("web", "--host", "0.0.0.0", cwd=tmp_path)
    assert refused.returncode == 2
    assert "TERKAIT_WEB_KEY" in refused.stderr


def test_a_page_that_is_not_there_is_not_well(tmp_path: Path) -> None:
    done = terkait("web", "--check", "--port", str(free_port()), cwd=tmp_path)
    assert done.returncode == 1
    assert "does not answer" in done.stderr
