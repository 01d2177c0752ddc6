"""Redirects as the real spider follows them: where they may lead, and how they end."""

import socket

import pytest

from tests.integration.test_spider import PAGE, Spider, spider
from tests.web import HttpSite, Reply, Request, redirect

__all__ = ["spider"]


def test_redirect_to_another_site_is_not_followed_and_says_so(
    http_sites: list[HttpSite], spider: Spider
) -> None:
    own, other, _ = http_sites
    own.routes["/a"] = redirect(other.url("/b"))
    other.routes["/b"] = PAGE
    spider.crawl(own.url("/a"))
    assert other.log == []
    host = other.base_url.removeprefix("http://")
    assert spider.states() == {
        own.url("/a"): ("failed", f"redirect to another site: {host}"),
        other.url("/b"): ("skipped", "offsite"),
    }


def test_circle_of_redirects_is_a_failure(http_site: HttpSite, spider: Spider) -> None:
    http_site.routes |= {"/a": redirect("/b"), "/b": redirect("/a")}
    spider.crawl(http_site.url("/a"))
    assert ("failed", "redirect loop") in spider.states().values()
    assert len(http_site.paths()) == 3


def test_page_behind_a_gate_that_sets_a_cookie_comes(http_site: HttpSite, spider: Spider) -> None:
    def gate(request: Request) -> Reply | str:
        if request.headers.get("cookie") == "sid=1":
            return PAGE
        return Reply(status=302, headers={"Location": "/a", "Set-Cookie": "sid=1; Path=/"})

    http_site.routes["/a"] = gate
    spider.crawl(http_site.url("/a"))
    assert spider.states() == {http_site.url("/a"): ("fetched", None)}


def test_cookies_go_with_a_redirect_to_another_page(http_site: HttpSite, spider: Spider) -> None:
    seen: list[str | None] = []
    http_site.routes["/a"] = Reply(
        status=302, headers={"Location": "/b", "Set-Cookie": "sid=7; Path=/"}
    )
    http_site.routes["/b"] = lambda request: seen.append(request.headers.get("cookie")) or PAGE
    spider.crawl(http_site.url("/a"))
    assert seen == ["sid=7"]


@pytest.mark.parametrize("location", ["/a", "/a?utm_source=x", "/%61"])
def test_redirect_to_itself_that_does_not_end_is_given_up(
    http_site: HttpSite, spider: Spider, location: str
) -> None:
    http_site.routes |= {"/a": redirect(location), "/%61": redirect(location)}
    spider.crawl(http_site.url("/a"))
    assert spider.states() == {http_site.url("/a"): ("failed", "redirects to itself")}
    assert len(http_site.paths()) <= 6


def test_redirect_to_another_spelling_of_the_address_is_followed(
    http_site: HttpSite, spider: Spider
) -> None:
    http_site.routes |= {
        "/kabar/%C3%A9": redirect("/kabar/%c3%a9"),
        "/kabar/%c3%a9": PAGE,
        "/b": redirect("/b?utm_source=situs"),
        "/b?utm_source=situs": PAGE,
    }
    spider.crawl(http_site.url("/kabar/%C3%A9"), http_site.url("/b"))
    assert set(spider.states().values()) == {("fetched", None)}


NAME = "%d9%88%d8%b2%d9%8a%d8%b1-%2d"
RELATED = (
    "<html><body><article><h1>Judul berita</h1><p>Isi berita.</p></article><section><h3>Berita "
    f"Terkait</h3><ul><li><a href='/news/100011/{NAME}'>Menteri tiba di pelabuhan</a></li></ul>"
    "</section></body></html>"
)
IN_STATE = (
    "<html><body><article><h1>Judul berita</h1></article><script type='application/json'>"
    f'{{"relatedArticles":[{{"url":"/news/100011/{NAME}","title":"Menteri tiba di pelabuhan"}},'
    f'{{"url":"/news/100012/{NAME}","title":"Kapal tiba di pelabuhan"}}]}}</script></body></html>'
)
SENT_ON = f'<html><head><meta http-equiv="refresh" content="0;url=/news/100011/{NAME}"></head>'


@pytest.mark.parametrize(
    "page", [RELATED, IN_STATE, SENT_ON, redirect(f"/news/100011/{NAME}")],
    ids=["box", "state", "refresh", "redirect"],
)  # fmt: skip
def test_page_is_asked_for_as_whatever_led_there_wrote_it(
    http_site: HttpSite, spider: Spider, page: Reply | str
) -> None:
    start = f"/read/100010/{NAME}"
    http_site.routes |= {start: page, f"/news/100011/{NAME}": PAGE}
    spider.crawl(http_site.url(start))
    asked = http_site.paths()[1:]
    assert asked[0] == start
    assert f"/news/100011/{NAME}" in asked
    assert all(path.endswith(NAME) for path in asked)
    assert all("%D9%88" in url and "%d9" not in url for url in spider.states())
    spider.as_read()
    spider.crawl(http_site.url(start), fresh="yes")
    assert http_site.paths().count(f"/news/100011/{NAME}") == 2


def test_raw_bytes_of_a_location_are_asked_for_as_they_are(
    http_site: HttpSite, spider: Spider
) -> None:
    http_site.routes |= {
        "/a": redirect("/kafé".encode().decode("latin-1")),
        "/kaf%C3%A9": PAGE,
        "/b": redirect("/musé"),
        "/mus%E9": PAGE,
    }
    spider.crawl(http_site.url("/a"), http_site.url("/b"))
    states = spider.states()
    assert states[http_site.url("/kaf%C3%A9")] == states[http_site.url("/mus%E9")]
    assert states[http_site.url("/mus%E9")] == ("fetched", None)


@pytest.mark.parametrize(
    "page",
    [
        '<html><head><meta http-equiv="refresh" content="0;url=/b"></head></html>',
        "<meta content=\"0; URL='/b'\" http-equiv=Refresh>",
        Reply(body="<html>Pindah</html>", headers={"Refresh": "0; url=/b"}),
    ],
    ids=["element", "quoted", "header"],
)
def test_refresh_is_a_redirect(http_site: HttpSite, spider: Spider, page: Reply | str) -> None:
    http_site.routes |= {"/a": page, "/b": PAGE}
    spider.crawl(http_site.url("/a"))
    assert spider.states() == {
        http_site.url("/a"): ("done", "redirect"),
        http_site.url("/b"): ("fetched", None),
    }


def test_page_that_loads_itself_again_or_speaks_to_old_browsers_stays(
    http_site: HttpSite, spider: Spider
) -> None:
    http_site.routes |= {
        "/a": '<meta http-equiv="refresh" content="300">' + PAGE,
        "/b": '<noscript><meta http-equiv="refresh" content="0;url=/x"></noscript>' + PAGE,
        "/c": '<meta http-equiv="refresh" content="600;url=/x">' + PAGE,
    }
    spider.crawl(*(http_site.url(path) for path in ("/a", "/b", "/c")))
    assert set(spider.states().values()) == {("fetched", None)}


def test_headers_without_end_are_cut_off(http_site: HttpSite, spider: Spider) -> None:
    long = {f"X-{number}": "x" * 8_000 for number in range(60)}
    http_site.routes["/a"] = Reply(body=PAGE, headers=long)
    spider.crawl(http_site.url("/a"))
    assert spider.states() == {http_site.url("/a"): ("failed", "headers too long")}


def test_name_that_leads_into_a_private_network_is_refused_as_such(spider: Spider) -> None:
    result = spider.crawl(f"http://{socket.gethostname()}:9/a", TERKAIT_ALLOW_PRIVATE="")
    ((state, reason),) = spider.states().values()
    if reason == "unknown host":
        pytest.skip("this machine does not know its own name")
    assert state == "skipped"
    assert (reason or "").startswith("private address ")
    assert "Traceback" not in result.stderr
