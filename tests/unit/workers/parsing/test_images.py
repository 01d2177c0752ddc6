"""The main picture of an article."""

import pytest

from tests.unit.workers.parsing.pages import article

TEXT = "".join(
    f"<p>The harbour was opened on Monday, and the fishermen of quay {n} were glad of it.</p>"
    for n in range(6)
)


def image(head: str, inside: str = "") -> str | None:
    html = f"<head>{head}</head><article><h1>The harbour is open</h1>{inside}{TEXT}</article>"
    return article(html).image


def test_metadata_name_the_picture() -> None:
    html = '<meta property="og:image" content="/quay.jpg">'
    assert image(html, "<img src=/other.jpg>") == "https://kabar.test/quay.jpg"


def test_json_ld_names_the_picture_as_text_or_object() -> None:
    for value in ('"/quay.jpg"', '{"url": "/quay.jpg"}', '[{"contentUrl": "/quay.jpg"}]'):
        data = f'{{"@type": "Article", "image": {value}}}'
        found = image(f'<script type="application/ld+json">{data}</script>')
        assert found == "https://kabar.test/quay.jpg"


def test_the_first_photo_of_the_article_is_taken_where_metadata_have_none() -> None:
    inside = (
        '<img src="/logo.png"><img src="data:image/gif;base64,AA" width=1>'
        '<div class="author"><img src="/jane.jpg"></div>'
        '<figure><img src="data:image/gif;base64,AA" data-src="/quay.jpg"></figure>'
    )
    assert image("", inside) == "https://kabar.test/quay.jpg"


def test_a_page_without_pictures_has_none() -> None:
    assert image("", "<img src=/icon.svg>") is None


@pytest.mark.parametrize("name", ["site-logo.png", "og-default.png", "avatar/1a2b", "mark.svg"])
def test_a_picture_of_the_site_is_taken_only_where_the_article_has_none(name: str) -> None:
    head = f'<meta property="og:image" content="/{name}">'
    assert image(head, "<img src=/quay.jpg>") == "https://kabar.test/quay.jpg"
    assert image(head) == f"https://kabar.test/{name}"


def test_a_size_that_is_no_number_is_passed_over() -> None:
    for size in ("²0", "٣٠", "9" * 5_000):
        html = f'<h1>A quay</h1><img src="/quay.jpg" width="{size}">{TEXT}'
        assert article(html).image == "https://kabar.test/quay.jpg"
