"""Tabs name the panel that each of them opens, wherever the panel stands."""

import pytest

from crawler.links.finder import find_links, view_of
from tests.warta import article, cards, kinds


def tabs(*rows: tuple[str, str], tag: str = "ul") -> str:
    """A row of tabs, and under it a panel of three articles for each; (id, text) of each tab."""
    row = "".join(f'<li><a href="#{part}">{text}</a></li>' for part, text in rows)
    panels = "".join(
        f'<div id="{part}">{cards(*(1000 * n + i for i in (1, 2, 3)))}</div>'
        for n, (part, _) in enumerate(rows, 1)
    )
    return f"<div><{tag}>{row}</{tag}><div>{panels}</div></div>"


@pytest.mark.parametrize("tag", ["ul", "nav"])
@pytest.mark.parametrize(
    ("popular", "related"),
    [
        ("Terpopuler", "Berita Terkait"),
        ("Meistgelesen", "Zum Thema"),
        ("Lo más leído", "Noticias relacionadas"),
    ],
)
def test_each_panel_is_what_its_own_tab_says(tag: str, popular: str, related: str) -> None:
    box = tabs(("p", popular), ("w", "Warta Plus"), ("r", related), tag=tag)
    found = kinds(find_links(article(after=box)))
    assert {found[3001], found[3002], found[3003]} == {"related"}
    assert {found[1001], found[1002], found[1003]} == {"other"}


def test_links_to_the_articles_own_sections_are_no_tabs() -> None:
    contents = '<ul><li><a href="#a">Read also</a></li><li><a href="#b">Latest</a></li></ul>'
    text = "<p>" + "The harbour opened again after the storm of the week before. " * 3 + "</p>"
    sections = "".join(
        f'<div id="{part}">{text}{cards(n)}</div>' for n, part in ((1, "a"), (2, "b"))
    )
    view = view_of(article(inside=contents + sections), None)
    assert view is not None
    assert [label for label in view.boxes.labels if label.scope == label.start] == []


def test_marks_of_notes_are_no_tabs() -> None:
    row = "".join(f'<a href="#n{n}">[{n}]</a>' for n in (1, 2, 3))
    notes = "".join(f'<div id="n{n}">{cards(n)}</div>' for n in (1001, 1002, 1003))
    view = view_of(article(after=f"<div>{row}</div><div>{notes}</div>"), None)
    assert view is not None
    assert all(not label.text.startswith("[") for label in view.boxes.labels)
