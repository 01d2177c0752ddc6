"""A page that says what it is is believed where that alone decides."""

import json

import pytest

from crawler.page.document import Document
from crawler.page.items import FetchedPage
from tests.unit.workers.parsing.pages import NOW
from workers.parsing.body.body import Body
from workers.parsing.body.outline_builder import outline_of
from workers.parsing.fields.declared import (
    EVENT,
    FORUM,
    LISTING,
    MANUAL,
    PRODUCT,
    is_article,
    is_listing,
    other_kind,
)
from workers.parsing.kinds import declared_reason

ARTICLE = "https://kabar.example/ekonomi/2026/harga-beras-turun"
SHARED_ARTICLE = "<meta property='og:type' content='article'>"
LONG = 2_000


def page(head: str = "", body: str = "", *, url: str = ARTICLE) -> Document:
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    return Document(FetchedPage(url=url, body=html.encode(), fetched_at=NOW))


def json_ld(*kinds: str) -> str:
    data = json.dumps([{"@type": kind, "name": "x"} for kind in kinds])
    return f"<script type='application/ld+json'>{data}</script>"


@pytest.mark.parametrize(
    "head",
    [
        SHARED_ARTICLE + json_ld("BlogPosting"),
        SHARED_ARTICLE + "<link href='https://kabar.example/wp-json/wp/v2/posts/7'>",
        json_ld("NewsArticle"),
    ],
)
def test_a_long_text_with_an_article_s_metadata_is_one(head: str) -> None:
    assert is_article(page(head), LONG)
    assert not is_article(page(head), 100)
    assert not is_article(page(head, url="https://kabar.example/"), LONG)


@pytest.mark.parametrize(
    "head",
    [
        json_ld(*["NewsArticle"] * 9),
        SHARED_ARTICLE + "<link href='https://kabar.example/wp-json/wp/v2/pages/7'>",
        json_ld("WebPage"),
    ],
)
def test_lists_and_standing_pages_are_not_taken_for_articles(head: str) -> None:
    assert not is_article(page(head), LONG)


def test_a_product_with_an_offer_is_a_product_page_also_with_customers_reviews() -> None:
    assert other_kind(page(json_ld("Product", "Offer", "Review")), credits=2) == PRODUCT
    assert other_kind(page(json_ld("Product", "Offer", "NewsArticle")), credits=2) is None
    assert other_kind(page(json_ld("Product")), credits=2) is None


def test_threads_and_questions_are_no_articles() -> None:
    assert other_kind(page(json_ld("QAPage")), credits=2) == FORUM
    microdata = "<div itemscope itemtype='https://schema.org/DiscussionForumPosting'></div>"
    assert other_kind(page(body=microdata), credits=2) == FORUM
    assert other_kind(page("<meta name=generator content='phpBB 3'>"), credits=2) == FORUM
    for address in ("papan.example/viewtopic.php?id=4", "forum.papan.example/kapal-7",
                    "papan.example/threads/kapal-tua.7"):  # fmt: skip
        assert other_kind(page(url=f"https://{address}"), credits=2) == FORUM
    thread = "https://papan.example/threads/kapal-tua.7"
    assert other_kind(page(json_ld("NewsArticle"), url=thread), credits=2) is None


@pytest.mark.parametrize(
    ("head", "body", "url"),
    [
        ("<meta name=generator content='MkDocs 1.6'>", "", ARTICLE),
        ("", "", "https://alat.example/docs/pasang"),
        ("", "", "https://docs.alat.example/pasang"),
        ("", f"<pre>{'x = 1; ' * 100}</pre>", ARTICLE),
    ],
)
def test_a_manual_is_known_where_nobody_signs_or_dates_it(head: str, body: str, url: str) -> None:
    assert other_kind(page(head, body, url=url), credits=0) == MANUAL
    assert other_kind(page(head, body, url=url), credits=2) is None


def test_a_page_that_says_nothing_is_left_to_others() -> None:
    assert other_kind(page(), credits=0) is None
    assert not is_article(page(url="http://[broken"), LONG)


@pytest.mark.parametrize(
    ("head", "size", "confidence", "credits", "said"),
    [
        ("", LONG, 0.99, 2, ""),
        (SHARED_ARTICLE, 1_000, 0.6, 2, ""),
        ("", LONG, 0.99, 1, None),
        ("", LONG, 0.9, 2, None),
        (json_ld("Product", "Offer"), LONG, 0.99, 2, PRODUCT),
    ],
)
def test_a_clear_text_with_author_and_date_is_an_article_unless_the_page_says_what_else(
    head: str, size: int, confidence: float, credits: int, said: str | None
) -> None:
    document = page(head, f"<p>{'a' * size}</p>")
    body = Body(blocks=tuple(outline_of(document.tree).blocks), confidence=confidence)
    assert declared_reason(document, body, credits=credits) == said


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("Event", EVENT),
        ("JobPosting", EVENT),
        ("ContactPage", EVENT),
        ("CollectionPage", LISTING),
        ("ImageGallery", LISTING),
    ],
)
def test_what_is_declared_as_something_else_is_no_article(kind: str, reason: str) -> None:
    assert other_kind(page(json_ld(kind)), credits=1) == reason
    assert other_kind(page(json_ld(kind)), credits=2) is None
    assert other_kind(page(json_ld(kind, "Article")), credits=1) is None


@pytest.mark.parametrize(
    ("path", "is_list"),
    [
        ("tag/pelabuhan", True),
        ("en/category/harbour", True),
        ("blog/author/ana", True),
        ("berita/page/3", True),
        ("2026/harga-beras-turun", False),
        ("tag", False),
    ],
)
def test_addresses_of_tags_categories_and_writers_are_those_of_lists(
    path: str, is_list: bool
) -> None:
    url = f"https://kabar.example/{path}"
    assert is_listing(page(SHARED_ARTICLE, url=url)) is is_list
    assert not is_listing(page(json_ld("NewsArticle"), url=url))
