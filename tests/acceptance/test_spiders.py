"""Several spiders on one run: each host has one of them, and its delay holds."""

from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from tests.acceptance.terminal import terkait
from tests.web import HttpSite, Reply

DELAY = 0.5


def path(page: int) -> str:
    return f"/berita/{5000 + page}/petani-menanam-kopi-di-lereng-gunung-{page}"


def article(*urls: str) -> str:
    items = "".join(
        f'<li><a href="{url}">Petani menanam kopi di lereng gunung {n}</a></li>'
        for n, url in enumerate(urls)
    )
    body = "<p>" + "Petani menanam kopi. " * 40 + "</p>"
    return f'<h1>Judul</h1>{body}<div class="related"><h3>Berita terkait</h3><ul>{items}</ul></div>'


@pytest.mark.parametrize("spiders", [1, 3])
def test_hosts_are_asked_politely_by_any_number_of_spiders(spiders: int, tmp_path: Path) -> None:
    with ExitStack() as stack:
        hosts = [stack.enter_context(HttpSite(f"127.0.0.{n}")) for n in range(1, 6)]
        for number, host in enumerate(hosts):
            other = hosts[(number + 1) % len(hosts)]
            links = [host.url(path(1)), host.url("/no" + path(1)), other.url(path(2))]
            host.routes |= {path(n): article(*links) for n in range(3)}
            host.routes["/robots.txt"] = "User-agent: *\nDisallow: /no\n"
        hosts[0].routes["/robots.txt"] = Reply(
            body="User-agent: *\nDisallow: /no\nCrawl-delay: 0.9\n",
            headers={"Content-Type": "text/plain"},
            delay_seconds=0.3,
        )
        settings = {"TERKAIT_DATA": str(tmp_path), "TERKAIT_DELAY_SECONDS": str(DELAY)}
        urls = [host.url(path(0)) for host in hosts]
        words = ("--any-site", "--quiet", f"--spiders={spiders}")
        done = terkait("crawl", *urls, *words, settings=settings)
        assert done.returncode == 0, done.stderr
        for host in hosts:
            assert sorted(host.paths()) == [*map(path, range(3)), "/robots.txt"]
            times = [request.time for request in host.log]
            least = 0.9 if host is hosts[0] else DELAY
            assert min(b - a for a, b in pairwise(times)) >= least - 0.005
