"""Names of writers, out of metadata and out of bylines."""

import pytest

from tests.unit.parsing.pages import article
from workers.parsing.names import after_label, is_full_name, names_in

TEXT = "<p>" + "The harbour was opened on Monday, and the fishermen were glad of it. " * 4 + "</p>"


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jane Marlowe and Peter Quill", ["Jane Marlowe", "Peter Quill"]),
        ("Oleh: Rani Kasturi", ["Rani Kasturi"]),
        ("Von Anna Berg, Tom Fels und Ida Kern", ["Anna Berg", "Tom Fels", "Ida Kern"]),
        ("Jane Marlowe, political correspondent", ["Jane Marlowe"]),
        ("Jane Marlowe, MS, RD", ["Jane Marlowe"]),
        ("Reporter Rani Kasturi", ["Rani Kasturi"]),
        ("Editor Bagus Wirantoro", []),
        ("Jane Marlowe (jane@example.test)", ["Jane Marlowe"]),
        ("Reuters", []),
        ("Redaksi", []),
        ("Kabar Tarawi", []),
        ("ISTMAN MP", ["ISTMAN MP"]),
        ("https://facebook.com/jane", []),
    ],
)
def test_a_byline_gives_the_names_of_its_writers(byline: str, names: list[str]) -> None:
    assert names_in(byline, publishers=["Kabar Tarawi"]) == names


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("By Jane Marlowe", "Jane Marlowe"),
        ("Written by", ""),
        ("Published 3 May 2024 by Jane Marlowe", "Jane Marlowe"),
        ("By the sea the wind is strong", None),
        ("Stand by me", None),
    ],
)
def test_a_label_parts_a_byline_from_a_sentence(text: str, rest: str | None) -> None:
    assert after_label(text) == rest


def test_full_names_have_capitals_but_for_particles() -> None:
    assert is_full_name("Maria de la Cruz")
    assert not is_full_name("Learn more")
    assert not is_full_name("Politics")


def test_a_byline_on_the_page_is_found_without_metadata() -> None:
    html = f"<h1>Harbour opened on Monday</h1><div>3 May 2024 | Jane Marlowe | 3 min</div>{TEXT}"
    assert article(html).authors == ("Jane Marlowe",)


def test_a_label_alone_names_the_next_text() -> None:
    html = f"<h1>Harbour opened on Monday</h1><div>Written by</div><div>Jane Marlowe</div>{TEXT}"
    assert article(html).authors == ("Jane Marlowe",)


def test_an_organisation_is_the_author_where_no_person_is() -> None:
    html = '<meta name="author" content="Harbour Watch"><meta property="og:site_name" '
    html += f'content="Harbour Watch"><h1>Harbour opened on Monday</h1>{TEXT}'
    assert article(html).authors == ("Harbour Watch",)
