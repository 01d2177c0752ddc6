"""A real Chromium on the demo's database; skips where there is no browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from db.config import load_config
from tests.acceptance.terminal import start
from tests.web_server import WebServer

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of one demo, crawled once for all test processes."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = shared / "terkait-demo"
    with FileLock(shared / "terkait-demo.lock"):
        if not (folder / "done").exists():
            running = start("demo", "--folder", str(folder), cwd=shared)
            _, said = running.communicate(timeout=300)
            assert running.returncode == 0, said
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="session")
def web(demo_folder: Path) -> Iterator[WebServer]:
    """The web page on the demo's database."""
    config = load_config(data=demo_folder, timezone="Asia/Jakarta")
    with WebServer(config) as server:
        yield server


# not for the whole session: while it is open an event loop runs in the thread of all tests
@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The browser, with a profile of its own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            str(tmp_path_factory.mktemp("profile")),
            executable_path=CHROMIUM,
            headless=True,
            args=FLAGS,
        )
        context.set_default_timeout(30_000)
        yield context
        context.close()


class Watched:
    """A page of the browser that remembers what went wrong in it, and asks nobody else."""

    def __init__(self, page: Any, web: WebServer) -> None:
        self.page = page
        self.faults: list[str] = []
        self._web = web
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on(
            "console",
            lambda said: self.faults.append(said.text) if said.type == "error" else None,
        )
        page.on("request", self._note)

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self._web.url, "data:")):
            self.faults.append(f"asked elsewhere: {request.url}")

    def open(self, path: str) -> Any:
        """Go there; the page of playwright."""
        self.page.goto(self._web.url + path)
        return self.page


@pytest.fixture
def page(chromium: Any, web: WebServer) -> Iterator[Watched]:
    """A new page; the test fails where a script of it failed."""
    watched = Watched(chromium.new_page(), web)
    watched.page.set_viewport_size({"width": 1280, "height": 900})
    yield watched
    watched.page.close()
    assert watched.faults == []
