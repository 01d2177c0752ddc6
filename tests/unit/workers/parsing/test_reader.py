"""Whole pages, as the reader sees them."""

import pytest

from tests.unit.workers.parsing.pages import NO_PROFILE, article, saved
from workers.parsing import read


def test_an_article_is_read_field_by_field() -> None:
    found = read(saved("dermaga/article.html"), NO_PROFILE)
    assert found.title == "Pelabuhan Tarawi Buka Dermaga Baru untuk Nelayan"
    assert found.authors == ("Rani Kasturi", "Bagus Wirantoro")
    assert found.published == "2026-03-02T08:15:00+08:00"
    assert found.modified == "2026-03-02T09:40:00+08:00"
    assert found.language == "id"
    assert found.dateline == "Tarawi"
    assert found.sources == ("Antara",)
    assert found.topics == ("pelabuhan", "nelayan", "Tarawi")
    assert found.image == "https://kabar.test/gambar/dermaga.jpg"
    assert found.paywalled is False
    assert found.not_article is None


def test_only_the_text_of_the_article_is_its_body() -> None:
    found = read(saved("dermaga/article.html"), NO_PROFILE)
    starts = [paragraph[:12] for paragraph in found.paragraphs]
    assert starts == [
        "KABAR TARAWI",
        "Kepala pelab",
        "Listrik dan ",
        "Dermaga dile",
        "Ketua kelomp",
    ]
    assert found.paragraphs[-1].endswith("kandas saat air surut.")


def test_each_field_says_where_it_came_from() -> None:
    found = read(saved("dermaga/article.html"), NO_PROFILE)
    assert found.evidence["published"] == "json-ld"
    assert found.evidence["paragraphs"] == "content finder"


@pytest.mark.parametrize(
    ("head", "foot", "places"),
    [
        ("TARAWI (Reuters) - ", "", {"dateline": "head", "sources": "head"}),
        ("TARAWI - ", "<p>Sumber: Antara</p>", {"dateline": "head", "sources": "credit"}),
        ("", "<p>Source: Reuters</p>", {"sources": "credit"}),
        ("", "", {}),
    ],
)
def test_place_and_agencies_say_where_they_came_from(
    head: str, foot: str, places: dict[str, str]
) -> None:
    text = "".join(
        f"<p>{head * (n == 0)}The harbour of quay {n} was opened on Monday, and the fishermen "
        "were glad of it, said the master of the harbour.</p>"
        for n in range(6)
    )
    evidence = article(f"<h1>The harbour is open</h1>{text}{foot}").evidence
    told = {name: evidence[name].split()[0] for name in ("dateline", "sources") if name in evidence}
    assert told == places


def test_a_list_of_links_is_no_article() -> None:
    found = read(saved("dermaga/list.html", "https://kabar.test/laut"), NO_PROFILE)
    assert found.not_article == "list of links"


def test_the_state_of_a_script_built_page_is_read() -> None:
    found = read(saved("dermaga/script.html"), NO_PROFILE)
    assert found.not_article is None
    assert len(found.paragraphs) == 3
    assert found.evidence["paragraphs"] == "state of a script"


def test_the_visible_date_line_is_read_where_metadata_have_none() -> None:
    html = saved("dermaga/article.html").text.replace("datePublished", "x").replace("dateMod", "y")
    assert article(html).published == "2026-03-02T08:15:00+08:00"


def test_the_time_of_fetching_is_never_the_time_of_publication() -> None:
    found = article("<h1>Pasar Tarawi</h1><p>Pasar itu ramai sekali sepanjang pekan ini.</p>")
    assert found.published is None
    assert found.modified is None


def test_a_date_after_the_fetch_is_not_believed() -> None:
    html = '<meta property="article:published_time" content="2027-01-01T00:00:00Z"><h1>Esok</h1>'
    assert article(html).published is None


def test_the_language_is_that_of_the_text_and_not_of_the_template() -> None:
    html = saved("dermaga/article.html").text.replace('lang="id"', 'lang="en"')
    assert article(html).language == "id"


def test_the_site_is_no_author_unless_nobody_else_is_named() -> None:
    html = saved("dermaga/article.html").text.replace("Oleh: Rani Kasturi", "Kabar Tarawi")
    assert article(html).authors == ("Bagus Wirantoro",)


def test_a_page_for_subscribers_says_so() -> None:
    html = saved("dermaga/article.html").text.replace(
        '"isAccessibleForFree": true', '"isAccessibleForFree": "False"'
    )
    assert article(html).paywalled is True


def test_a_preview_of_the_text_is_not_read_beside_it() -> None:
    first = "The harbour of Tarawi has a new quay, which the governor opened on Monday morning."
    second = (
        "It is eighty metres long, and took three years to build since the stone came by barge."
    )
    third = "The harbour master said that the boats would no longer wait outside of the basin."
    preview = f"<div class=short><p>{first}</p><p>{second[:84]}…</p></div>"
    whole = "".join(f"<p>{text}</p>" for text in (first, second, third))
    found = article(f"<article><h1>Quay opened</h1>{preview}<div>{whole}</div></article>")
    assert found.paragraphs == (first, second, third)


def test_a_heading_with_nothing_below_is_dropped() -> None:
    text = (
        "<p>The harbour of Tarawi has a new quay, which the governor opened on Monday.</p>"
        "<p>Some of the islanders wrote of it in the evening, and here is what they say.</p>"
    )
    found = article(f"<article><h1>Quay opened</h1>{text}<h2>What they say</h2></article>")
    assert found.paragraphs[-1].endswith("what they say.")
