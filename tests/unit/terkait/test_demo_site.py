"""The fictional news site is what its list of expected results says."""

import gzip
import http.client
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from protego import Protego
from selectolax.lexbor import LexborHTMLParser

from terkait.demo.content import load
from terkait.demo.server import DemoSite
from terkait.demo.site import pages

BASE_URLS = {"sagara": "http://127.0.0.1:1", "kemuning": "http://127.0.0.2:2"}
ALL = 99  # steps: further than anything lies


def get(url: str, **headers: str) -> "http.client.HTTPResponse":
    request = urllib.request.Request(url, headers=headers)
    return urllib.request.build_opener(Unredirected).open(request)


class Unredirected(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:  # type: ignore[override]
        return None


def status(url: str) -> int:
    try:
        with get(url) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return int(error.code)


def tree(site: DemoSite, url: str) -> LexborHTMLParser:
    with get(url) as answer:
        body = answer.read()
    encoding = "cp1252" if b"windows-1252" in body[:200] else "utf-8"
    return LexborHTMLParser(body.decode(encoding))


def test_the_same_addresses_give_the_same_pages() -> None:
    assert pages(BASE_URLS) == pages(BASE_URLS)


def test_each_text_stands_in_one_article_but_for_the_copy() -> None:
    content = load()
    originals = [a for a in content.articles.values() if a.paragraphs and not a.text_of]
    assert len({a.paragraphs for a in originals}) == len(originals) >= 25
    assert len([a for a in content.articles.values() if a.text_of]) == 1


def test_stories_are_many_steps_deep(demo_site: DemoSite) -> None:
    counts = [len(demo_site.expected.within(depth).articles) for depth in range(5)]
    assert counts[0] == 1
    assert counts == sorted(set(counts))
    assert counts[4] == len(demo_site.expected.within(ALL).articles)


def test_everything_answers_as_expected(demo_site: DemoSite) -> None:
    reach = demo_site.expected.within(ALL)
    assert sorted(reach.failed.values()) == [404, 500]
    assert {url: status(url) for url in reach.failed} == dict(reach.failed)
    assert {status(url) for url in [*reach.articles, *reach.not_articles, *reach.disallowed]} == {
        200
    }
    assert len(reach.disallowed) == len(reach.not_articles) == 1


def test_links_on_the_pages_are_those_expected(demo_site: DemoSite) -> None:
    for url in demo_site.expected.within(ALL).articles:
        parts = tree(demo_site, url).css(".isi a, .teks a, .terkait a:not(.lagi)")
        found = [(part.attributes["href"], part.text()) for part in parts]
        expected = [(link.url, link.anchor) for link in demo_site.expected.links(url)]
        assert found == expected


def test_all_kinds_of_links_are_there(demo_site: DemoSite) -> None:
    links = [
        link
        for url in demo_site.expected.within(ALL).articles
        for link in demo_site.expected.links(url)
    ]
    assert {(link.kind, link.box) for link in links} == {
        ("related", "Berita terkait"),
        ("related", "Artikel Terkait"),
        ("readmore", "Baca juga"),
        ("readmore", "Pilihan Editor"),
        ("inline", ""),
    }


def test_the_popular_box_leads_to_nothing_related(demo_site: DemoSite) -> None:
    unrelated = demo_site.expected.unrelated
    assert unrelated
    assert not unrelated & demo_site.expected.within(ALL).articles.keys()
    assert {status(url) for url in unrelated} == {200}
    for url in demo_site.expected.within(ALL).articles:
        boxes = tree(demo_site, url).css(".populer a")
        assert {box.attributes["href"] for box in boxes} <= unrelated


def test_other_ways_in_bring_no_article_nearer(demo_site: DemoSite) -> None:
    """Whether a crawler follows the index and the AMP page or not, it finds the same articles."""
    steps = demo_site.expected.within(ALL).articles
    (index,) = demo_site.expected.within(ALL).not_articles
    listed = {a.attributes["href"] for a in tree(demo_site, index).css(".indeks a")}
    assert listed
    assert all(steps[str(url)] <= 2 for url in listed)
    assert demo_site.expected.within(1).not_articles == {index}


def test_the_copy_stands_on_the_other_host_and_came_later(demo_site: DemoSite) -> None:
    original, copy = demo_site.expected.copy_pair
    texts = [tree(demo_site, url).css(".isi p, .teks p")[:-1] for url in (original, copy)]
    assert [p.text() for p in texts[0]] == [p.text() for p in texts[1]]
    assert urlsplit(original).hostname != urlsplit(copy).hostname
    assert {original, copy} <= demo_site.expected.within(2).articles.keys()
    article = next(a for a in load().articles.values() if a.text_of)
    assert article.published > load().articles[article.text_of].published


def test_other_addresses_lead_to_the_article(demo_site: DemoSite) -> None:
    aliases = demo_site.expected.within(ALL).aliases
    kinds = {alias: status(alias) for alias in aliases}
    assert sorted(kinds.values()) == [200, 200, 301]
    for alias in (alias for alias, code in kinds.items() if code == 200):
        (canonical,) = tree(demo_site, alias).css("link[rel=canonical]")
        assert canonical.attributes["href"] == aliases[alias]
    (moved,) = [alias for alias, code in kinds.items() if code == 301]
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(moved)
    caught.value.close()
    assert caught.value.headers["Location"] == aliases[moved]


def test_robots_txt_forbids_the_archive_and_nothing_else(demo_site: DemoSite) -> None:
    reach = demo_site.expected.within(ALL)
    with get(demo_site.base_urls["sagara"] + "/robots.txt") as answer:
        robots = Protego.parse(answer.read().decode())
    assert not any(robots.can_fetch(url, "Terkait") for url in reach.disallowed)
    assert all(robots.can_fetch(url, "Terkait") for url in [*reach.articles, *reach.failed])


def test_one_page_says_its_charset_only_inside(demo_site: DemoSite) -> None:
    answers = {url: demo_site.answer(url) for url in demo_site.expected.within(ALL).articles}
    odd = [a for a in answers.values() if a.headers["Content-Type"] == "text/html"]
    assert len(odd) == 1
    assert "Café" in odd[0].body.decode("windows-1252")
    with pytest.raises(UnicodeDecodeError):
        odd[0].body.decode("utf-8")


def test_pages_are_compressed_for_those_who_can_read_it(demo_site: DemoSite) -> None:
    plain = demo_site.answer(demo_site.seed_url).body
    with get(demo_site.seed_url, **{"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.read()) == plain
    with get(demo_site.seed_url, **{"Accept-Encoding": "identity"}) as answer:
        assert answer.read() == plain


def test_a_connection_serves_many_requests(demo_site: DemoSite) -> None:
    connection = http.client.HTTPConnection(urlsplit(demo_site.seed_url).netloc)
    connection.request("HEAD", urlsplit(demo_site.seed_url).path)
    assert connection.getresponse().read() == b""
    socket = connection.sock
    connection.request("GET", urlsplit(demo_site.seed_url).path)
    assert len(connection.getresponse().read()) > 1000
    assert connection.sock is socket
    connection.close()


def test_requests_are_logged_in_order(demo_site: DemoSite) -> None:
    robots = demo_site.base_urls["kemuning"] + "/robots.txt"
    for url in (robots, demo_site.expected.copy_pair[1], demo_site.seed_url):
        status(url)
    assert demo_site.log[0].url == robots
    assert demo_site.requested() == [demo_site.expected.copy_pair[1], demo_site.seed_url]


def test_it_comes_back_at_the_same_addresses() -> None:
    site = DemoSite()
    with site:
        first = site.seed_url
    with site:
        assert site.seed_url == first
        assert status(first) == 200


def test_a_delay_does_not_hold_up_the_end() -> None:
    threads = set(threading.enumerate())
    with DemoSite(delay_seconds=3600) as site:
        connection = http.client.HTTPConnection(urlsplit(site.seed_url).netloc)
        connection.request("GET", urlsplit(site.seed_url).path)
        while not site.log:
            time.sleep(0.01)
    connection.close()
    assert set(threading.enumerate()) == threads


def test_one_loopback_address_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = {"sagara": "127.0.0.1", "kemuning": "192.0.2.1"}
    monkeypatch.setattr("terkait.demo.server.HOSTS", hosts)
    with DemoSite() as site:
        assert site.hosts == ("127.0.0.1",)
        assert status(site.expected.copy_pair[1]) == 200


def test_no_page_leads_twice_to_the_same_article(demo_site: DemoSite) -> None:
    reach = demo_site.expected.within(ALL)
    for url in reach.articles:
        urls = [link.url for link in demo_site.expected.links(url)]
        targets = [reach.aliases.get(url, url) for url in urls]
        assert len(set(targets)) == len(targets)
        assert url not in targets
