"""Teasers of other stories beside an article are no part of it."""

from tests.unit.workers.parsing.pages import article, document
from workers.parsing.body.outline import TextOutline
from workers.parsing.body.outline_builder import outline_of
from workers.parsing.body.teasers import teasers_among

STORIES = ("boats came home early", "market opens on Friday", "school gets a new roof")


def outline(html: str) -> TextOutline:
    return outline_of(document(html).tree)


def teasers(html: str) -> list[str]:
    found = outline(html)
    return [found.blocks[i].text for i in sorted(teasers_among(found, found.blocks))]


def cards(age: str) -> str:
    return "".join(
        f"<li class=card><h4><a href=/{n}>Story {n}</a></h4><p>{age}</p><p>The {text}.</p></li>"
        for n, text in enumerate(STORIES)
    )


def test_boxes_of_one_kind_with_a_link_and_an_age_are_teasers() -> None:
    found = teasers(f"<p>Rain fell on Tarawi.</p><ul>{cards('3 jam lalu')}</ul>")
    assert [text for text in found if text.startswith("The ")] == [f"The {s}." for s in STORIES]
    assert "Rain fell on Tarawi." not in found


def test_boxes_without_an_age_may_be_the_sections_of_an_article() -> None:
    assert not teasers(f"<ul>{cards('4 stars of 5')}</ul>")


def test_a_single_box_with_an_age_is_no_list_of_teasers() -> None:
    assert not teasers("<div><p>3 jam lalu</p><p>Rain fell on <a href=/t>Tarawi</a>.</p></div>")


def test_a_link_for_more_marks_a_teaser_on_a_short_page_only() -> None:
    teaser = "<div><p>Boats came home early. <a href=/1>Baca Selengkapnya</a></p></div>"
    assert teasers(teaser) == ["Boats came home early. Baca Selengkapnya"]
    assert not teasers(teaser + f"<p>{'Rain fell on Tarawi again. ' * 100}</p>")


def test_an_article_of_one_sentence_is_read_beside_teasers_of_whole_sentences() -> None:
    boxes = "".join(
        f"<li class=card-box><h2><a href=/{n}>The {text} in the north of Tarawi</a></h2>"
        f"<h4>{n + 2} jam lalu</h4><p>The {text} in the north of Tarawi, and all of the villagers "
        f"were glad of it after the long rain. <a href=/{n}>Baca Selengkapnya</a></p></li>"
        for n, text in enumerate(STORIES * 3)
    )
    text = "The governor of Tarawi opened a quay for two hundred boats on Monday morning."
    html = f"<h1>Quay opened</h1><main><p>{text}</p></main><h2>Berita terkait</h2><ul>{boxes}</ul>"
    assert article(html).paragraphs == (text,)


def test_a_second_headline_with_a_date_beneath_begins_another_article() -> None:
    own = "<h1>Quay opened</h1><p>Rain fell on Tarawi.</p>"
    following = "<h1>Boats</h1><h4>2 March 2026 | 08:10</h4><p>The boats came home.</p>"
    assert teasers(own + following)[-1] == "The boats came home."
    assert "Rain fell on Tarawi." not in teasers(own + following)
    assert not teasers(own + "<h1>Boats</h1><p>The boats came home.</p>")
