"""Which addresses stand for one article, and which of them is its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.page.article_addresses import article_address, identity
from crawler.page.urls import canonical


@given(st.text(max_size=80))
def test_the_identity_of_an_address_is_that_of_its_canonical_spelling(path: str) -> None:
    url = f"http://www.example.com/{path}"
    assert identity(url) == identity(canonical(url))


PLAIN = "https://www.example.com/news/a-long-headline-here-123456"
VARIANTS = [
    "http://example.com/news/a-long-headline-here-123456/",
    "https://m.example.com/news/a-long-headline-here-123456",
    "https://amp.example.com/news/a-long-headline-here-123456",
    "https://www.example.com/amp/news/a-long-headline-here-123456",
    "https://www.example.com/news/a-long-headline-here-123456/amp/",
    "https://www.example.com/news/a-long-headline-here-123456.amp",
    "https://www.example.com/news/a-long-headline-here-123456?outputType=amp",
    "https://www.example.com/news/a-long-headline-here-123456?page=all",
    "https://www.example.com/news/a-long-headline-here-123456?single=1&utm_source=x#c",
    "https://www.example.com/news/a-long-headline-here-123456/print",
    "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/news/a-long-headline-here-123456",
]


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_forms_of_one_article_share_an_identity(variant: str) -> None:
    assert identity(variant) == identity(PLAIN)


@pytest.mark.parametrize(
    "other",
    [
        PLAIN.replace("123456", "123457"),
        PLAIN + "?page=2",
        PLAIN + "?id=3",
        PLAIN.replace("/news", "/News"),
        "https://sport.example.com/news/a-long-headline-here-123456",
        "https://www.example.com/amplifier/news/a-long-headline-here-123456",
    ],
)
def test_other_articles_have_another_identity(other: str) -> None:
    assert identity(other) != identity(PLAIN)


def test_the_mobile_label_stays_where_it_is_the_domain() -> None:
    assert identity("https://m.co.id/a") == "m.co.id/a"


OWN = "https://www.example.com/news/read/123456/ministers-meet-in-the-capital"
ARTICLE = "https://www.example.com/politics/123456/ministers-meet-in-the-capital-again"


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (ARTICLE, ARTICLE),
        ("/politics/123456/ministers-meet", OWN.replace("news/read", "politics")[:-15]),
        ("http://www.example.com/news/read/123456/ministers-meet-in-the-capital", OWN),
        (None, OWN),
        ("", OWN),
        ("/", OWN),
        ("/news/", OWN),
        ("/news/read", OWN),
        ("https://www.other.example/politics/123456/ministers-meet-in-the-capital", OWN),
        ("https://www.example.com/news/read/999999/cup-final-ends-in-a-draw", OWN),
        ("javascript:0", OWN),
        ("http://[", OWN),
    ],
)
def test_rel_canonical_is_believed_only_where_it_is_plausible(
    said: str | None, wanted: str
) -> None:
    assert article_address(OWN, said) == wanted


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("/berita.php?id=1", "/berita.php"),
        ("/berita.php?id=1", "/berita.php?id=2"),
        ("/view?article=7&lang=id", "/view?lang=id"),
        ("/2026/11/20/cuaca-di-kota-besar-hari-ini", "/2026/11/21/cuaca-di-kota-besar-hari-ini"),
        ("/harga-emas-20-agustus", "/harga-emas-21-agustus"),
        ("/bisnis/harga-emas-hari-ini-20-08-2026", "/bisnis/harga-emas-hari-ini-21-08-2026"),
        ("/prakiraan-cuaca-jawa-barat-2025", "/prakiraan-cuaca-jawa-barat-2026"),
    ],
)
def test_rel_canonical_never_unites_articles_that_a_query_or_a_day_tells_apart(
    own: str, said: str
) -> None:
    assert article_address(f"https://a.test{own}", said) == f"https://a.test{own}"


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("/kabar-dari-desa-kami-2", "/kabar-dari-desa-kami"),
        ("/kabar-dari-desa-kami?lang=id", "/kabar-dari-desa-kami"),
        ("/berita.php?id=7001&from=home", "/berita.php?id=7001"),
        ("/berita.php?id=7001&layout=wide", "/berita.php?id=7001"),
        ("/m/123456/kabar-dari-desa", "/read/123456/kabar-dari-desa"),
    ],
)
def test_rel_canonical_is_believed_where_it_only_drops_what_names_no_article(
    own: str, said: str
) -> None:
    assert article_address(f"https://a.test{own}", said) == f"https://a.test{said}"


def test_the_amp_page_is_kept_under_the_plain_address() -> None:
    assert article_address(PLAIN + "/amp", PLAIN) == PLAIN
