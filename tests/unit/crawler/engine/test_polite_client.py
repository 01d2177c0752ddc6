"""A look at a site keeps the rules of a crawl. The web is a table of answers."""

import asyncio
from collections.abc import Mapping

import pytest

from crawler.engine.discovery import FoundLists, discover
from crawler.engine.downloader.polite_client import Fetcher
from crawler.errors import NotFetched
from crawler.page.items import FetchedPage
from db.config import Config
from tests.rows import NOON

START = "https://a.test/"
FEED = b"<rss><channel><item><link>https://a.test/1</link></item></channel></rss>"
PAGE = b"<html><body><p>Kabar dari tepi sungai</p></body></html>"


class Web:
    """Answers by address, and what was asked for."""

    def __init__(self, answers: Mapping[str, bytes | int | str]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def download(self, url: str) -> FetchedPage:
        """The body, the status, or where a redirect leads."""
        self.asked.append(url.removeprefix("https://"))
        answer = self.answers.get(url, 404)
        if isinstance(answer, bytes):
            return FetchedPage(url=url, body=answer, fetched_at=NOON)
        if isinstance(answer, str):
            headers = {"location": answer}
            return FetchedPage(url=url, body=b"", fetched_at=NOON, status=302, headers=headers)
        return FetchedPage(url=url, body=b"", fetched_at=NOON, status=answer)

    def look(self) -> FoundLists:
        """What is found on the start page."""
        fetcher = Fetcher(Config(delay_seconds=0), self.download)
        return asyncio.run(discover(fetcher, START))


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"https://a.test/robots.txt": b"User-agent: *\nDisallow: /"}, "robots.txt forbids it"),
        ({"https://a.test/robots.txt": "http://10.0.0.1/robots.txt", START: 403}, "http 403"),
        ({START: "http://10.0.0.1/"}, "private address 10.0.0.1"),
        ({START: START}, "too many redirects"),
        ({START: b'<div id="px-captcha"></div>'}, "block page: HUMAN"),
        ({START: 404}, "http 404"),
    ],
    ids=["robots", "robots private", "private", "loop", "block page", "missing"],
)
def test_page_that_may_not_or_cannot_be_had_says_why(
    answers: Mapping[str, bytes | int | str], why: str
) -> None:
    web = Web(answers)
    with pytest.raises(NotFetched, match=why):
        web.look()
    assert web.asked[0] == "a.test/robots.txt"
    assert not any(url.startswith("http://10.") for url in web.asked)


def test_redirect_to_another_host_waits_for_its_rules() -> None:
    web = Web({START: "https://b.test/", "https://b.test/": PAGE})
    web.look()
    assert web.asked.index("b.test/robots.txt") < web.asked.index("b.test/")


def test_sitemaps_are_those_that_robots_txt_names() -> None:
    named = "https://a.test/kabar.xml"
    sitemap = b"<urlset><url><loc>https://a.test/1</loc></url></urlset>"
    rules = f"User-agent: *\nSitemap: {named}\n".encode()
    web = Web({"https://a.test/robots.txt": rules, START: PAGE, named: sitemap})
    assert web.look().sitemaps == (named,)


def test_feed_in_its_usual_place_is_found() -> None:
    web = Web({START: PAGE, "https://a.test/feed": FEED})
    assert web.look().feeds == ("https://a.test/feed",)


def test_busy_host_is_not_pressed() -> None:
    web = Web({START: PAGE, "https://a.test/feed": 429, "https://a.test/rss.xml": FEED})
    assert web.look().feeds == ()
    assert web.asked == ["a.test/robots.txt", "a.test/", "a.test/feed"]
