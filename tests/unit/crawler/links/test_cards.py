"""What is kept of a link from the card that it stands on."""

from datetime import UTC, datetime

import pytest

from crawler.links.finder import related_links
from tests.warta import (
    SENTENCE,
    article,
    link,
    page,
)


@pytest.mark.parametrize(
    ("attribute", "text"),
    [(' datetime="2026-11-20T08:00:00+07:00"', "Jumat"), ("", "20 November 2026, 08.00 WIB")],
)
def test_a_card_gives_the_time_of_its_time_element(attribute: str, text: str) -> None:
    card = f"<div>{link(1001)}<time{attribute}>{text}</time></div>"
    (found,) = related_links(article(after=f"<div><h2>Related</h2>{card}</div>"))
    assert found.published is not None
    assert found.published.at == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def test_a_short_text_is_no_card_of_the_pointer_in_it() -> None:
    text = f"<p>{SENTENCE}</p><p>Baca juga: {link(1001)}</p><p>{SENTENCE}</p><p>{SENTENCE}</p>"
    (found,) = related_links(page(f"<div>{text}</div>"))
    assert (found.kind, found.teaser) == ("readmore", "")


def test_a_card_that_tells_the_day_alone_gives_the_day_alone() -> None:
    card = f"<div>{link(1001)}<span>4 Maret 2021</span></div>"
    (found,) = related_links(article(after=f"<div><h2>Berita terkait</h2>{card}</div>"))
    assert found.published is not None
    assert (found.published.at, found.published.iso()) == (None, "2021-03-04")


def test_a_card_gives_title_teaser_and_time_without_its_labels() -> None:
    url = "/read/1001/a-headline-of-some-length"
    card = (
        f'<div><a href="{url}"><img alt="Ship"></a><h3><a href="{url}">Storm over</a></h3>'
        f"<span>4 jam lalu</span><p>The wind has dropped along the whole coast. "
        f'<a href="{url}">Baca Selengkapnya</a></p></div>'
    )
    (found,) = related_links(article(after=f"<div><h2>Berita terkait</h2>{card}</div>"))
    assert (found.anchor, found.box) == ("Storm over", "Berita terkait")
    assert found.teaser == "The wind has dropped along the whole coast."
    assert found.published is not None
    assert found.published.at == datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def test_a_label_within_the_link_is_no_part_of_its_title() -> None:
    inside = f"<p>{link(1001, 'LES OGSÅ: Storm over the coast')}</p>"
    (found,) = related_links(article(inside=inside))
    assert (found.kind, found.box, found.anchor) == (
        *("readmore", "LES OGSÅ"),
        "Storm over the coast",
    )


def test_a_link_laid_over_a_card_takes_the_title_of_the_card() -> None:
    card = '<div><a href="/read/1001/a-b-c-d-e"></a><h3>Storm over the coast</h3></div>'
    (found,) = related_links(article(after=f"<div><h2>Related</h2>{card}</div>"))
    assert found.anchor == "Storm over the coast"


def test_a_word_in_two_elements_stays_one_word() -> None:
    inside = f"<p>Baca juga: {link(1001, 'Storm over the <b>c</b>oast')}</p>"
    assert related_links(article(inside=inside))[0].anchor == "Storm over the coast"
