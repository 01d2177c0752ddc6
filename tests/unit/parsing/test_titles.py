"""Which of a page's titles is the headline."""

import pytest

from workers.parsing.titles import choose_title


def title(headings: list[str], claims: list[str], window: str = "") -> str | None:
    return choose_title(headings, claims, window, ["Kabar Tarawi"])[0]


@pytest.mark.parametrize(
    "claim",
    [
        "Dermaga Baru Dibuka - Kabar Tarawi",
        "Dermaga Baru Dibuka | Kabar Tarawi",
        "Kabar Tarawi | Dermaga Baru Dibuka",
    ],
)
def test_the_name_of_the_site_is_cut_off(claim: str) -> None:
    assert title([], [claim]) == "Dermaga Baru Dibuka"


def test_the_heading_that_metadata_know_wins_over_the_name_of_the_section() -> None:
    assert title(["Laut", "Dermaga Baru Dibuka"], ["Dermaga Baru Dibuka"]) == "Dermaga Baru Dibuka"


def test_the_heading_that_shares_its_words_wins_over_a_title_for_search_engines() -> None:
    found = title(["Dermaga Baru di Tarawi Dibuka Hari Senin"], ["Dermaga baru Tarawi dibuka"])
    assert found == "Dermaga Baru di Tarawi Dibuka Hari Senin"


def test_a_window_title_of_section_and_site_is_no_headline() -> None:
    assert title([], [], "Laut - Laut Kabar Tarawi") is None


def test_a_lone_heading_is_the_headline_where_nothing_else_is() -> None:
    assert title(["Dermaga Baru Dibuka"], []) == "Dermaga Baru Dibuka"
