"""What comes after a page of an article that is spread over several."""

from datetime import UTC, datetime

import pytest

from crawler.page.document import Document
from crawler.page.items import FetchedPage
from crawler.page.pagination import MAX_PARTS, next_part

URL = "https://kabar.test/laut/dermaga-baru-bagi-nelayan"
ARTICLE = '<meta property="og:type" content="article">'


def after(html: str, url: str = URL, head: str = ARTICLE) -> str | None:
    body = f"<html><head>{head}</head><body><p>Teks.</p>{html}</body></html>".encode()
    part = next_part(Document(FetchedPage(url=url, body=body, fetched_at=datetime.now(UTC))))
    return part.url if part else None


@pytest.mark.parametrize(
    "href",
    [
        f"{URL}?page=2",
        "?page=2",
        f"{URL}/2",
        f"{URL}/page/2/",
        f"{URL}?halaman=2",
        "?a=1&amp;page=2",
    ],
)
def test_a_link_to_the_next_number_leads_on(href: str) -> None:
    url = f"{URL}?a=1" if "a=1" in href else URL
    assert (after(f'<a href="{href}">2</a>', url) or "").rstrip("/")[-1] == "2"


@pytest.mark.parametrize(
    "html",
    [
        f"""<script>const next = '<a href="{URL}?page=2">2</a>'</script>""",
        f'<!-- <a href="{URL}?page=2">2</a> -->',
        f'<div data-href="{URL}?page=2">2</div>',
    ],
)
def test_what_is_no_link_leads_nowhere(html: str) -> None:
    assert after(html) is None


def test_each_page_leads_to_the_one_after_it() -> None:
    links = "".join(f'<a href="{URL}?page={n}">{n}</a>' for n in range(1, 5))
    assert after(links, f"{URL}?page=3") == f"{URL}?page=4"
    assert after(links, f"{URL}?page=4") is None


def test_bare_numbers_count_pages_where_all_before_are_shown() -> None:
    links = "".join(f'<a href="{URL}/{n}">{n}</a>' for n in range(2, 5))
    assert after(links, f"{URL}/3") == f"{URL}/4"


@pytest.mark.parametrize("own", ["", "/1", "/2", "/5"])
def test_parts_of_a_series_are_articles_of_their_own(own: str) -> None:
    around = (1, 2) if own != "/5" else (4, 6)
    links = "".join(f'<a href="{URL}/{n}">Bagian {n}</a>' for n in (*around, 3))
    assert after(links, f"{URL}{own}") is None


def test_the_whole_article_on_one_page_is_preferred() -> None:
    links = f'<a href="{URL}?page=2">2</a><a href="{URL}?page=all">Semua</a>'
    assert after(links) == f"{URL}?page=all"
    assert after(links, f"{URL}?page=all") is None


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="next" href="/laut/kapal-baru-bagi-nelayan">',
        f'<a href="{URL}?page=3">3</a>',
        f'<a href="{URL}?page=2#comments">2</a>',
        '<a href="/laut?page=2">2</a>',
        '<a href="https://lain.test/laut/dermaga-baru-bagi-nelayan?page=2">2</a>',
        '<a href="mailto:a@kabar.test?page=2">2</a>',
    ],
)
def test_other_links_lead_nowhere(link: str) -> None:
    assert after(link) is None


def test_lists_and_threads_have_no_further_pages() -> None:
    assert after(f'<a href="{URL}?page=2">2</a>', head="") is None
    assert after('<a href="/laut?page=2">2</a>', "https://kabar.test/laut") is None


def test_an_article_has_no_more_pages_than_anyone_would_read() -> None:
    last = f"{URL}?page={MAX_PARTS}"
    assert after(f'<a href="{URL}?page={MAX_PARTS + 1}">x</a>', last) is None


@pytest.mark.parametrize("text", ["href=", "href=/", 'href="?page=1', "/1"])
def test_an_address_without_an_end_is_looked_at_once(text: str) -> None:
    assert after("<a " + text * 500_000) is None  # hours, where each "href" begins a new search
