"""kill -9 in the middle of a crawl: in the end the database is that of an undisturbed run."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from terkait.demo.server import DemoSite
from tests.acceptance.contents import Contents, contents
from tests.acceptance.processes import descendants, find, is_alive, kill, wait_until
from tests.acceptance.terminal import start, terkait

#: seconds that the site takes for an answer, so that there is a middle
DELAY = 0.2


def command(site: DemoSite) -> tuple[str, ...]:
    return "crawl", site.seed_url, "--any-site", "--depth=8"


def settings(data: Path) -> dict[str, str]:
    return {"TERKAIT_DATA": str(data), "TERKAIT_HOST_CONCURRENCY": "2"}


def stored(data: Path) -> Contents:
    return contents(f"sqlite:///{data}/terkait.db")


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    """One site for all, so that addresses, ports included, are the same in each crawl."""
    with DemoSite() as site:
        yield site


@pytest.fixture(scope="module")
def undisturbed(site: DemoSite, tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """What a crawl that nobody disturbs leaves."""
    data = tmp_path_factory.mktemp("undisturbed")
    result = terkait(*command(site), settings=settings(data))
    assert result.returncode == 0, result.stderr
    return stored(data)


@pytest.fixture
def demo_site(site: DemoSite, undisturbed: Contents) -> DemoSite:
    """The site, slow enough to have a middle, with an empty log."""
    site.log.clear()
    site.delay_seconds = DELAY
    return site


def middle(site: DemoSite, crawl: "subprocess.Popen[str]", pages: int = 8) -> None:
    wait_until(lambda: len(site.requested()) >= pages or crawl.poll() is not None)
    assert crawl.poll() is None


def finish(site: DemoSite, crawl: "subprocess.Popen[str]") -> str:
    site.delay_seconds = 0
    _, said = crawl.communicate(timeout=120)
    assert crawl.returncode == 0, said
    return said


def spider(pid: int) -> int:
    return find(pid, "-m crawler ")[0]


def worker_child(pid: int) -> int:
    return find(pid, "workers worker")[-1]


def redis(pid: int) -> int:
    return find(pid, "-server ")[0]


def fork_server(pid: int) -> int:
    return find(pid, "fork_server")[0]


@pytest.mark.parametrize("victim", [spider, worker_child, redis, fork_server])
def test_crawl_survives_the_death_of_a_part(
    victim: Callable[[int], int], demo_site: DemoSite, undisturbed: Contents, tmp_path: Path
) -> None:
    crawl = start(*command(demo_site), settings=settings(tmp_path / "data"))
    middle(demo_site, crawl)
    kill(victim(crawl.pid))
    finish(demo_site, crawl)
    assert stored(tmp_path / "data") == undisturbed


def test_crawl_goes_on_after_everything_was_killed(
    demo_site: DemoSite, undisturbed: Contents, tmp_path: Path
) -> None:
    crawl = start(*command(demo_site), settings=settings(tmp_path / "data"))
    middle(demo_site, crawl)
    family = descendants(crawl.pid)
    kill(crawl.pid)
    crawl.communicate(timeout=30)
    wait_until(lambda: not any(map(is_alive, family)))  # nothing outlives its parent
    demo_site.delay_seconds = 0
    again = terkait(*command(demo_site), settings=settings(tmp_path / "data"))
    assert again.returncode == 0, again.stderr
    assert "goes on" in again.stderr
    assert stored(tmp_path / "data") == undisturbed


def test_ctrl_c_once_stops_cleanly_and_keeps_everything(
    demo_site: DemoSite, undisturbed: Contents, tmp_path: Path
) -> None:
    crawl = start(*command(demo_site), settings=settings(tmp_path / "data"))
    middle(demo_site, crawl)
    family = descendants(crawl.pid)
    crawl.send_signal(signal.SIGINT)
    _, said = crawl.communicate(timeout=60)
    assert crawl.returncode == 130, said
    assert "Traceback" not in said
    assert not any(map(is_alive, family))
    states = {state for _, state, *_ in stored(tmp_path / "data").pages}
    assert "leased" not in states  # what was fetched may wait to be read
    asked = set(demo_site.requested())
    demo_site.log.clear()
    finish(demo_site, start(*command(demo_site), settings=settings(tmp_path / "data")))
    assert stored(tmp_path / "data") == undisturbed
    failing = set(demo_site.expected.within(8).failed)
    assert not asked & set(demo_site.requested()) - failing


def test_ctrl_c_twice_ends_at_once(
    demo_site: DemoSite, undisturbed: Contents, tmp_path: Path
) -> None:
    demo_site.delay_seconds = 5
    crawl = start(*command(demo_site), settings=settings(tmp_path / "data"))
    middle(demo_site, crawl, pages=1)
    family = descendants(crawl.pid)
    crawl.send_signal(signal.SIGINT)
    assert crawl.stderr is not None
    while "stopping" not in crawl.stderr.readline():
        assert crawl.poll() is None
    crawl.send_signal(signal.SIGINT)
    _, said = crawl.communicate(timeout=30)
    assert crawl.returncode == 130, said
    assert "Traceback" not in said
    wait_until(lambda: not any(map(is_alive, family)))
    demo_site.delay_seconds = 0
    finish(demo_site, start(*command(demo_site), settings=settings(tmp_path / "data")))
    assert stored(tmp_path / "data") == undisturbed
