"""Canonical addresses, hosts and sites, and which addresses look like articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import BadURL
from crawler.page.url_shapes import article_strength, is_article_path
from crawler.page.urls import (
    MAX_URL_BYTES,
    as_written,
    canonical,
    host_of,
    same_site,
    site_of,
)

PAGE = "https://www.example.com/news/2026/page.html?id=7"

SPELLINGS = {
    "HTTPS://Example.COM": "https://example.com/",
    "http://example.com:80/a": "http://example.com/a",
    "https://example.com:443/a": "https://example.com/a",
    "http://example.com:443/a": "http://example.com:443/a",
    "https://user:secret@example.com/a": "https://example.com/a",
    "https://example.com./a": "https://example.com/a",
    "https://bücher.example/a": "https://xn--bcher-kva.example/a",
    "https://example.com/a/./b/../c/": "https://example.com/a/c/",
    "https://example.com/a/..": "https://example.com/",
    "https://example.com/../../a": "https://example.com/a",
    "https://example.com/%7ejoe/%c3%a4?q=%e2%82%ac": "https://example.com/~joe/%C3%A4?q=%E2%82%AC",
    "https://example.com/ä b": "https://example.com/%C3%A4%20b",
    "https://example.com/%2Fa": "https://example.com/%2Fa",
    "https://example.com/100%": "https://example.com/100%",
    "https://example.com/A/B/": "https://example.com/A/B/",
    "https://example.com//a": "https://example.com//a",
    "https://example.com/a?b=2&a=1": "https://example.com/a?b=2&a=1",
    "https://example.com/a?": "https://example.com/a",
    "https://example.com/a#b": "https://example.com/a",
    "https://example.com/a?utm_source=x&id=1&fbclid=y": "https://example.com/a?id=1",
    "https://example.com/a?utm_source=x": "https://example.com/a",
    "https://example.com/a?q=1+2%20%26": "https://example.com/a?q=1+2%20%26",
    "https:\\\\example.com\\a?b\\c": "https://example.com/a?b%5Cc",
    " https://example.com/a\n ": "https://example.com/a",
    "https://exam\nple.com/a": "https://example.com/a",
    "http://2130706433/": "http://127.0.0.1/",
    "http://0x7f.1/": "http://127.0.0.1/",
    "http://[0:0:0:0:0:0:0:1]:8080/": "http://[::1]:8080/",
}


@pytest.mark.parametrize(("given_url", "wanted"), SPELLINGS.items())
def test_each_spelling_becomes_the_canonical_one(given_url: str, wanted: str) -> None:
    assert canonical(given_url) == wanted


@pytest.mark.parametrize(
    ("reference", "written"),
    [
        ("/kabar/%d9%88?q=%c3%a4", "https://www.example.com/kabar/%d9%88?q=%c3%a4"),
        ("/%7ejoe/a%2fb", "https://www.example.com/%7ejoe/a%2fb"),
        ("/kafé/%c3%a9?utm_source=x#y", "https://www.example.com/kaf%C3%A9/%c3%a9"),
        ("/a/../%d9%88", "https://www.example.com/%d9%88"),
        ("/kabar/%D9%88", None),
        ("/ä b", None),
    ],
)
def test_an_address_is_asked_for_as_it_is_written(reference: str, written: str | None) -> None:
    assert as_written(reference, PAGE) == written
    assert canonical(written or reference, PAGE) == canonical(reference, PAGE)


REFERENCES = {
    "//cdn.example.org/x": "https://cdn.example.org/x",
    "/x?y=1": "https://www.example.com/x?y=1",
    "x.html": "https://www.example.com/news/2026/x.html",
    "../x.html": "https://www.example.com/news/x.html",
    "?id=8": "https://www.example.com/news/2026/page.html?id=8",
    "#top": "https://www.example.com/news/2026/page.html?id=7",
    "": "https://www.example.com/news/2026/page.html?id=7",
    "a b/ö": "https://www.example.com/news/2026/a%20b/%C3%B6",
    "http://other.example/": "http://other.example/",
}


@pytest.mark.parametrize(("reference", "wanted"), REFERENCES.items())
def test_a_relative_reference_is_resolved_against_its_base(reference: str, wanted: str) -> None:
    assert canonical(reference, PAGE) == wanted


REFUSED = {
    "": "not an absolute address",
    "example.com/a": "not an absolute address",
    "javascript:void(0)": "scheme 'javascript'",
    "data:text/html,x": "scheme 'data'",
    "file:///etc/hostname": "scheme 'file'",
    "mailto:a@example.com": "scheme 'mailto'",
    "http:example.com": "no host",
    "http://": "no host",
    "http:///a": "no host",
    "http://./": "no host",
    "http://a:70000/": "bad port",
    "http://a:0/": "bad port",
    "http://a:b/": "bad port",
    "http://a b/": "bad host name",
    "http://a..b/": "bad host name",
    "http://%00/": "bad host name",
    "http://xn--\u2028/": "bad host name",
    "http://[::1/": "bad host name",
    "http://[nonsense]/": "bad IPv6",
    "http://1.2.3.999/": "bad IPv4",
    "http://example.com/" + "a" * MAX_URL_BYTES: "too long",
    "http://example.com/?" + "&utm_x=1" * 2_000: "too long",
}


@pytest.mark.parametrize(("url", "reason"), REFUSED.items(), ids=lambda text: text[:24])
def test_what_is_no_address_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(BadURL, match=reason):
        canonical(url)


def test_a_base_that_is_no_address_is_refused() -> None:
    with pytest.raises(BadURL, match="base"):
        canonical("/a", "about:blank")


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for base in (None, PAGE):
        try:
            url = canonical(text, base)
        except BadURL:
            continue
        assert url.isascii()
        assert url.startswith(("http://", "https://"))


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_the_canonical_spelling_is_its_own_canonical_spelling(a: str, b: str, c: str) -> None:
    url = canonical(f"https://example.com/{a}/{b}?{c}")
    assert canonical(url) == url


def test_host_keeps_a_port_that_is_not_the_default() -> None:
    assert host_of("http://Example.com:80/a") == "example.com"
    assert host_of("http://example.com:8080/a") == "example.com:8080"


SITES = {
    "https://dunia.tempo.example.co.id/a": "example.co.id",
    "https://www.bbc.co.uk/news": "bbc.co.uk",
    "https://m.example.com:8443/": "example.com",
    "http://127.0.0.1:8089/": "127.0.0.1",
    "http://[::1]:80/": "[::1]",
    "http://localhost/": "localhost",
    "https://co.id/": "co.id",
    "https://one.blogspot.com/": "one.blogspot.com",
    "https://www.warta.test/": "warta.test",
    "http://m.kabar.internal:8080/": "kabar.internal",
    "http://a.b.news.corp/": "news.corp",
}


@pytest.mark.parametrize(("url", "site"), SITES.items())
def test_the_site_is_the_registered_domain(url: str, site: str) -> None:
    assert site_of(url) == site


def test_two_addresses_are_of_one_site_or_not() -> None:
    assert same_site("https://a.example.co.id/", "http://b.example.co.id/x")
    assert not same_site("https://a.co.id/", "https://b.co.id/")
    assert not same_site("http://127.0.0.1/", "http://127.0.0.2/")


ARTICLES = [
    "/read/1481000/ministers-meet-in-the-capital",
    "/news/2026/11/22/flood",
    "/berita/16/02/15/o2l08w284-banjir-di-kota",
    "/artikel/522515.gipfel.html",
    "/story-title-of-many-words/",
    "/news/world-11047811",
    "/a/lux.EpvrebwmiP2Lr5rQUeXKHK",
    "/news_view.html?idx=10285",
]
NO_ARTICLES = [
    "/",
    "",
    "/sport",
    "/news/world/",
    "/2026/11/22/",
    "/tag/2026-election-of-the-governor",
    "/author/jane-q-public-of-example-town-12345",
    "/files/report-on-the-state-of-things.pdf",
    "/search?q=long-words-of-a-headline",
]


@pytest.mark.parametrize("path", ARTICLES)
def test_the_path_of_an_article_is_known(path: str) -> None:
    assert is_article_path(path)


@pytest.mark.parametrize("path", NO_ARTICLES)
def test_the_path_of_a_section_a_tag_or_a_file_is_no_article(path: str) -> None:
    assert not is_article_path(path)


@given(st.text(max_size=700))
def test_the_strength_of_any_path_is_between_none_and_sure(path: str) -> None:
    assert 0 <= article_strength(path) <= 3
