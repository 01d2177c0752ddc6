"""Pages that are shown in place of the one asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.engine.block_pages import blocked_by, visible_text

ARTICLE = "<html><body><article><h1>Judul</h1>" + "<p>Isi berita yang panjang.</p>" * 100


def page(inside: str) -> bytes:
    return f"<html><head><title>x</title></head><body>{inside}</body></html>".encode()


@pytest.mark.parametrize(
    ("headers", "inside", "who"),
    [
        ({"cf-mitigated": "challenge"}, "<p>Sebentar</p>", "Cloudflare"),
        ({}, '<script src="/cdn-cgi/challenge-platform/h/b"></script>Tunggu', "Cloudflare"),
        ({}, '<script src="https://ct.captcha-delivery.com/c.js"></script>', "DataDome"),
        ({}, '<div id="px-captcha"></div>', "HUMAN"),
        ({}, '<iframe src="/_Incapsula_Resource?x=1"></iframe>', "Imperva"),
        ({"x-amzn-waf-action": "captcha"}, "", "AWS WAF"),
        ({}, '<a href="http://internetpositif.id">Situs diblokir</a>', "Internet Positif"),
        (
            {},
            '<script src="/app.js"></script><noscript>Aktifkan JavaScript</noscript>',
            "a page that is empty without JavaScript",
        ),
    ],
)
def test_block_page_is_known_by_its_marks(headers: dict[str, str], inside: str, who: str) -> None:
    assert blocked_by(headers, page(inside)) == who


@pytest.mark.parametrize(
    "mark",
    [
        '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>',
        '<div class="g-recaptcha"></div>',
        "<p>Internet Positif memblokir situs itu.</p>",
        "<script>1</script><noscript>Please enable JavaScript</noscript>",
    ],
)
def test_article_that_has_such_a_mark_is_none(mark: str) -> None:
    assert blocked_by({}, (ARTICLE + mark).encode()) is None
    data = f"<script>{'x' * 250_000}</script>"
    assert blocked_by({}, (mark + data + ARTICLE).encode()) is None
    assert blocked_by({}, (mark + data * 5).encode()) is None  # what is so large hides its text


def test_page_with_many_links_is_none() -> None:
    links = "".join(f'<li><a href="/{n}">Berita {n}</a></li>' for n in range(30))
    assert blocked_by({}, page(f'{links}<div class="g-recaptcha"></div>')) is None


def test_large_page_without_text_is_blocked_all_the_same() -> None:
    picture = f'<img src="data:image/png;base64,{"A" * 250_000}">'
    assert blocked_by({}, page(f"Internet Positif {picture}")) == "Internet Positif"


@pytest.mark.parametrize(
    "sign",
    [
        '<meta property="og:type" content="article">',
        '<meta property="article:published_time" content="2026-08-20">',
        '<script type="application/ld+json">{"@type": "NewsArticle"}</script>',
        '<script type="application/ld+json">{"datePublished": "2026-08-20"}</script>',
    ],
)
def test_short_news_that_says_what_it_is_is_none(sign: str) -> None:
    assert blocked_by({}, page(f'{sign}<p>Gempa.</p><div class="g-recaptcha"></div>')) is None


@pytest.mark.parametrize("place", ["", "h/b/", "h/g/"])
def test_script_that_a_service_adds_to_good_pages_is_no_mark(place: str) -> None:
    script = f"<script src='/cdn-cgi/challenge-platform/{place}scripts/jsd/main.js'></script>"
    assert blocked_by({}, page(f"<p>Kontak</p>{script}")) is None
    assert blocked_by({}, page(f"{script}<script>window._cf_chl_opt</script>")) == "Cloudflare"


def test_short_page_without_a_mark_is_none() -> None:
    assert blocked_by({"x-datadome": "ok"}, page("<p>Pendek.</p>")) is None
    assert blocked_by({}, page("<script>f()</script><p>Pendek.</p>")) is None


@pytest.mark.parametrize(
    ("inside", "is_blocked"),
    [
        ("<script src=a.js></script><p>JavaScript?", True),
        ("<script>'>' < 1</script><p>No JavaScript", True),
        ("<script src=a.js></script><!-- JavaScript", True),
        ("<script>JavaScript", True),
        ("<script>'JavaScript'</script><p>Short", False),
        ("<script type=text/javascript></script><p>Short", False),
        ("<script src=a.js></script><a href=javascript:go()>JavaGo</a>", False),
    ],
)
def test_shell_says_in_its_text_that_it_needs_scripts(inside: str, is_blocked: bool) -> None:
    assert bool(blocked_by({}, page(inside))) == is_blocked


def test_scripts_comments_and_tags_are_not_seen() -> None:
    html = b"<p>a<!-- <b>no</b> --></p><script>if (1 < 2) no()</script ><b>b</b><style>no</style>c"
    assert visible_text(html) == b"a b c"


def test_page_with_more_text_than_is_asked_for_is_not_read_to_its_end() -> None:
    seen = visible_text(b"<p>kata</p><script>no</script>" * 1_000, 100)
    assert 100 < len(seen) < 200
    assert set(seen.split()) == {b"kata"}


@given(st.lists(st.sampled_from([b"<script", b"</script>", b"<!--", b"-->", b"<", b">", b"a "])))
def test_broken_markup_is_no_text_and_hides_no_mark(parts: list[bytes]) -> None:
    markup = b"".join(parts)
    seen = visible_text(b"before " + markup)
    assert seen.startswith(b"before")
    assert b"<" not in seen
    assert blocked_by({}, b"captcha-delivery.com" + markup) is not None
