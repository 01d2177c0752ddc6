"""The real spider, in a process of its own, against servers that behave well and badly."""

import gzip
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select, update

from db.models import ArchivedPage, Page, Run
from db.sql.session import Database
from tests import forked
from tests.acceptance.terminal import environment, terkait
from tests.paths import ROOT
from tests.web import HttpSite, Reply, Request, redirect

PAGE = "<html><body><h1>Judul berita</h1><p>Isi berita.</p></body></html>"


@dataclass
class Spider:
    """Runs the spider on a data folder and looks at what it left."""

    data: Path

    def crawl(
        self, *urls: str, fresh: str = "", any_site: str = "", **settings: str
    ) -> "subprocess.CompletedProcess[str]":
        """``scrapy crawl related``, as a Scrapy user would."""
        words = [
            "-a",
            f"url={' '.join(urls)}",
            "-a",
            f"fresh={fresh}",
            "-a",
            f"any_site={any_site}",
        ]
        defaults = {"TERKAIT_DATA": str(self.data), "TERKAIT_TIMEOUT_SECONDS": "5"}
        done = scrapy(*words, **(defaults | settings))
        assert done.returncode == 0, done.stderr
        return done

    def states(self) -> dict[str, tuple[str, str | None]]:
        """Address -> (state, reason)."""
        database = Database(f"sqlite:///{self.data}/terkait.db")
        with database.read() as session:
            rows = session.execute(select(Page.url, Page.state, Page.reason)).all()
        database.close()
        return {row.url: (row.state, row.reason) for row in rows}

    def as_read(self) -> None:
        """Mark what was fetched as a worker does that has read it."""
        database = Database(f"sqlite:///{self.data}/terkait.db")
        with database.write() as session:
            session.execute(update(Page).values(state="done", visits=1))
        database.close()

    def archived(self) -> dict[str, int]:
        """Address -> size of what is in the archive."""
        database = Database(f"sqlite:///{self.data}/terkait.db")
        with database.read() as session:
            rows = session.execute(select(ArchivedPage.url, ArchivedPage.size)).all()
        database.close()
        return {row.url: row.size for row in rows}


def scrapy(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Scrapy's own command, whatever it ends with."""
    return forked.run(
        [sys.executable, "-m", "scrapy", "crawl", "related", *words],
        cwd=ROOT,
        env=environment(**settings),
        timeout=90,
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "needs an address"),
        (("-a", "url=nonsense"), "not an absolute address"),
        (("-a", "url=https://a.test/1", "-a", "depth=x"), "depth takes a number"),
        (("-a", "url=https://a.test/1", "-a", "follow=x"), "follow takes related"),
        (("-a", "run=99"), "there is no run 99"),
        (("-a", "run=x"), "run takes a number"),
    ],
)
def test_wrong_argument_is_said_in_a_line(
    words: tuple[str, ...], message: str, spider: Spider
) -> None:
    done = scrapy(*words, TERKAIT_DATA=str(spider.data))
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


def test_spider_without_a_queue_says_that_nobody_reads(spider: Spider, http_site: HttpSite) -> None:
    http_site.routes["/a"] = PAGE
    said = spider.crawl(http_site.url("/a")).stderr
    assert "TERKAIT_BROKER_URL is not set" in said
    assert "1 page waits to be read" in said
    with Database(f"sqlite:///{spider.data}/terkait.db").read() as session:
        run = session.scalars(select(Run)).one()
        assert (run.state, run.verdict) == ("interrupted", None)
    done = terkait("crawl", http_site.url("/a"), settings={"TERKAIT_DATA": str(spider.data)})
    assert f"run {run.id} goes on" in done.stderr
    with Database(f"sqlite:///{spider.data}/terkait.db").read() as session:
        assert session.scalars(select(Page.state)).one() == "done"


@pytest.fixture
def spider(tmp_path: Path, sqlite_template: Path) -> Spider:
    shutil.copy(sqlite_template, tmp_path / "terkait.db")
    return Spider(tmp_path)


def times(site: HttpSite) -> list[float]:
    return [request.time for request in site.log if request.path != "/robots.txt"]


def test_no_page_leaves_before_a_slow_robots_txt(http_site: HttpSite, spider: Spider) -> None:
    rules = "User-agent: *\nDisallow: /no\n"
    http_site.routes["/robots.txt"] = Reply(
        body=rules, headers={"Content-Type": "text/plain"}, delay_seconds=0.5
    )
    http_site.routes |= {f"/no/{n}": PAGE for n in range(6)} | {"/yes": PAGE}
    urls = [http_site.url(f"/no/{n}") for n in range(6)]
    spider.crawl(*urls, http_site.url("/yes"))
    assert http_site.paths() == ["/robots.txt", "/yes"]
    states = spider.states()
    assert {states[url] for url in urls} == {("skipped", "robots")}
    assert states[http_site.url("/yes")] == ("fetched", None)


def test_crawl_delay_is_kept(http_site: HttpSite, spider: Spider) -> None:
    http_site.routes["/robots.txt"] = "User-agent: *\nCrawl-delay: 0.7\nDisallow:\n"
    http_site.routes |= {f"/{n}": PAGE for n in range(3)}
    spider.crawl(*(http_site.url(f"/{n}") for n in range(3)))
    asked = times(http_site)
    assert len(asked) == 3
    # the server's clock starts when a request has arrived: allow for the way
    assert min(b - a for a, b in pairwise(asked)) > 0.65


def test_retry_after_is_kept_and_the_page_is_not_lost(http_site: HttpSite, spider: Spider) -> None:
    def busy_at_first(request: Request) -> Reply | str:
        return (
            PAGE if len(times(http_site)) > 2 else Reply(status=429, headers={"Retry-After": "1"})
        )

    http_site.routes["/a"] = busy_at_first
    spider.crawl(http_site.url("/a"))
    asked = times(http_site)
    assert len(asked) == 3
    assert min(b - a for a, b in pairwise(asked)) > 0.95
    assert spider.states()[http_site.url("/a")] == ("fetched", None)


def test_a_slow_host_does_not_hold_up_others(http_sites: list[HttpSite], spider: Spider) -> None:
    slow, quick, _ = http_sites
    slow.routes |= {f"/{n}": Reply(body=PAGE, delay_seconds=2) for n in range(4)}
    quick.routes |= {f"/{n}": PAGE for n in range(20)}
    urls = [slow.url(f"/{n}") for n in range(4)] + [quick.url(f"/{n}") for n in range(20)]
    spider.crawl(*urls, TERKAIT_CONCURRENCY="8", TERKAIT_HOST_CONCURRENCY="2")
    assert max(times(quick)) < max(times(slow))
    assert set(spider.states().values()) == {("fetched", None)}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (lambda site: Reply(status=404), ("failed", "http 404")),
        (lambda site: Reply(body=b""), ("failed", "empty page")),
        (lambda site: Reply(body=PAGE, missing_bytes=100), ("failed", "truncated")),
        (lambda site: Reply(body=PAGE, is_endless=True), ("failed", "too large")),
        (lambda site: Reply(body=PAGE, delay_seconds=9), ("failed", "timeout")),
        (lambda site: redirect("/a"), ("failed", "redirects to itself")),
        (lambda site: redirect("file:///etc/passwd"), ("failed", None)),
        (
            lambda site: redirect("http://10.0.0.1/"),
            ("skipped", "redirect to private address 10.0.0.1"),
        ),
    ],
    ids=["404", "empty", "truncated", "endless", "timeout", "loop", "file", "private"],
)
def test_bad_answer_is_recorded_and_fetches_nothing_else(
    answer: Callable[[HttpSite], Reply],
    state: tuple[str, str | None],
    http_site: HttpSite,
    spider: Spider,
) -> None:
    http_site.routes["/a"] = answer(http_site)
    settings = {
        "TERKAIT_MAX_PAGE_BYTES": "100000",
        "TERKAIT_TIMEOUT_SECONDS": "1",
    }
    spider.crawl(http_site.url("/a"), **settings)
    found = spider.states()[http_site.url("/a")]
    assert found[0] == state[0], found
    assert state[1] in (None, found[1])
    assert set(http_site.paths()) <= {"/robots.txt", "/a"}
    assert spider.archived() == {}


def test_gzip_bomb_is_stopped(http_site: HttpSite, spider: Spider) -> None:
    bomb = gzip.compress(b"<p>" + b"\0" * 50_000_000)
    http_site.routes["/a"] = Reply(body=bomb, headers={"Content-Encoding": "gzip"})
    spider.crawl(http_site.url("/a"))
    assert spider.archived() == {}


def test_redirect_to_another_host_waits_for_its_robots_txt(
    http_sites: list[HttpSite], spider: Spider
) -> None:
    first, second, _ = http_sites
    first.routes["/a"] = redirect(second.url("/no/b"))
    second.routes |= {"/robots.txt": "User-agent: *\nDisallow: /no\n", "/no/b": PAGE}
    spider.crawl(first.url("/a"), any_site="yes")
    assert second.paths() == ["/robots.txt"]
    assert spider.states()[second.url("/no/b")] == ("skipped", "robots")


def test_robots_txt_that_fails_is_asked_again_and_then_holds_the_host(
    http_site: HttpSite, spider: Spider
) -> None:
    http_site.routes |= {"/robots.txt": Reply(status=500), "/a": PAGE}
    spider.crawl(http_site.url("/a"))
    assert set(http_site.paths()) == {"/robots.txt"}
    assert len(http_site.log) == 3
    assert spider.states()[http_site.url("/a")] == ("failed", "robots.txt: http 500")


def test_robots_txt_elsewhere_is_followed(http_site: HttpSite, spider: Spider) -> None:
    rules = "User-agent: *\nDisallow: /no\n"
    http_site.routes |= {
        "/robots.txt": redirect("/rules"),
        "/rules": rules,
        "/no": PAGE,
        "/a": PAGE,
    }
    spider.crawl(http_site.url("/a"), http_site.url("/no"))
    assert sorted(http_site.paths()) == ["/a", "/robots.txt", "/rules"]


@pytest.mark.parametrize(("hops", "asked"), [(5, {"/a"}), (6, {"/a", "/no"})])
def test_robots_txt_is_followed_five_times_and_is_none_beyond(
    hops: int, asked: set[str], http_site: HttpSite, spider: Spider
) -> None:
    for hop in range(1, hops):
        http_site.routes[f"/rules{hop}"] = redirect(f"/rules{hop + 1}")
    http_site.routes |= {
        "/robots.txt": redirect("/rules1"),
        f"/rules{hops}": "User-agent: *\nDisallow: /no\n",
        "/a": PAGE,
        "/no": PAGE,
    }
    spider.crawl(http_site.url("/a"), http_site.url("/no"))
    assert set(http_site.paths()) & {"/a", "/no"} == asked


def test_robots_txt_longer_than_a_page_may_be_is_obeyed(
    http_site: HttpSite, spider: Spider
) -> None:
    rules = "User-agent: *\n" + "# x\n" * 120_000 + "Disallow: /no\n" + "# x\n" * 1_000_000
    http_site.routes |= {"/robots.txt": rules, "/a": PAGE, "/no": PAGE}
    spider.crawl(http_site.url("/a"), http_site.url("/no"), TERKAIT_MAX_PAGE_BYTES="100000")
    assert http_site.paths() == ["/robots.txt", "/a"]


def test_robots_txt_that_does_not_come_holds_the_host(http_site: HttpSite, spider: Spider) -> None:
    http_site.routes |= {"/robots.txt": Reply(body="", delay_seconds=9), "/a": PAGE}
    spider.crawl(http_site.url("/a"), TERKAIT_TIMEOUT_SECONDS="0.5")
    assert set(http_site.paths()) == {"/robots.txt"}
    assert spider.states()[http_site.url("/a")] == ("failed", "timeout")


def test_busy_host_is_asked_for_robots_txt_when_it_says(
    http_site: HttpSite, spider: Spider
) -> None:
    def busy_at_first(_request: Request) -> Reply | str:
        is_first = len(http_site.log) == 1
        return Reply(status=429, headers={"Retry-After": "3"}) if is_first else "User-agent: *\n"

    http_site.routes |= {"/robots.txt": busy_at_first, "/a": PAGE}
    spider.crawl(http_site.url("/a"))
    first, second, _ = [request.time for request in http_site.log]
    assert second - first > 2.95
    assert spider.states()[http_site.url("/a")] == ("fetched", None)


def test_user_agent_names_the_contact(http_site: HttpSite, spider: Spider) -> None:
    http_site.routes["/a"] = PAGE
    spider.crawl(http_site.url("/a"), TERKAIT_CONTACT="https://me.example")
    agents = {request.headers["user-agent"] for request in http_site.log}
    assert len(agents) == 1
    assert agents.pop().endswith("(+https://me.example)")


def test_page_that_did_not_change_is_not_stored_again(http_site: HttpSite, spider: Spider) -> None:
    def answer(request: Request) -> Reply:
        known = request.headers.get("if-none-match") == '"1"'
        return Reply(status=304) if known else Reply(body=PAGE, headers={"ETag": '"1"'})

    http_site.routes |= {"/a": answer, "/b": PAGE}
    urls = [http_site.url("/a"), http_site.url("/b")]
    spider.crawl(*urls)
    spider.as_read()
    spider.crawl(*urls, fresh="1")
    assert http_site.paths().count("/a") == http_site.paths().count("/b") == 2
    assert len(spider.archived()) == 2
    assert {state for state, _ in spider.states().values()} == {"done"}


def test_the_archive_keeps_every_header_and_a_digest(http_site: HttpSite, spider: Spider) -> None:
    headers = {"Content-Type": "text/html", "X-Cache": "HIT", "Content-Encoding": "gzip"}
    http_site.routes["/a"] = Reply(body=gzip.compress(PAGE.encode()), headers=headers)
    spider.crawl(http_site.url("/a"))
    database = Database(f"sqlite:///{spider.data}/terkait.db")
    with database.read() as session:
        (page,) = session.scalars(select(ArchivedPage))
    database.close()
    assert page.headers["x-cache"] == "HIT"
    assert page.headers["x-archive-orig-content-encoding"] == "gzip"
    assert page.sha256 == hashlib.sha256(PAGE.encode()).digest()


def test_block_page_is_never_stored(http_site: HttpSite, spider: Spider) -> None:
    http_site.routes["/a"] = '<div id="px-captcha"></div>'
    spider.crawl(http_site.url("/a"))
    assert spider.archived() == {}
    assert spider.states()[http_site.url("/a")] == ("failed", "block page: HUMAN")


def test_two_names_of_one_address_are_counted_together(http_site: HttpSite, spider: Spider) -> None:
    http_site.routes["/a"] = PAGE
    port = http_site.base_url.rpartition(":")[2]
    names = [f"http://127.0.0.1:{port}/a", f"http://localhost:{port}/a"]
    spider.crawl(
        *names,
        TERKAIT_BY_ADDRESS="true",
        TERKAIT_DELAY_SECONDS="0.5",
        TERKAIT_ALLOW_PRIVATE="127.0.0.0/8,localhost,::1",
    )
    asked = [request.time for request in http_site.log]
    assert len(asked) == 4
    assert min(b - a for a, b in pairwise(asked)) > 0.48
