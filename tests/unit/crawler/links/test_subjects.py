"""Boxes that only their titles tell to be related."""

import pytest

from crawler.links.finder import find_links
from crawler.page.document import Document
from crawler.page.items import FetchedPage
from tests.warta import (
    NOW,
    OWN,
    article,
    kinds,
    kinds_of,
    link,
)


def titled(start: int, *titles: str) -> str:
    return "".join(f"<div>{link(start + n, title)}</div>" for n, title in enumerate(titles))


def test_titles_on_the_subject_of_the_headline_make_a_box_related() -> None:
    about = titled(1001, "The harbour in numbers", "Ferries leave the harbour", "Why harbours fail")
    others = titled(2001, "Cup final ends in a draw", "Mayor opens a school", "Rice gets dearer")
    document = article(after=f"<div>{others}</div><div>{about}</div>")
    related = {number for number, kind in kinds(find_links(document)).items() if kind == "related"}
    assert related == {1001, 1002, 1003}


@pytest.mark.parametrize(
    ("window", "kind"), [("PSSI lifts the ban", "related"), ("Storm | Warta Example", "other")]
)
def test_the_subject_is_in_the_title_of_the_window_but_not_in_the_sites_name(
    window: str, kind: str
) -> None:
    box = titled(
        1001,
        "PSSI plans a league, Warta learns",
        "Coach tells Warta what PSSI owes",
        "Warta asks: who leads PSSI now?",
        "PSSI chief meets fans and Warta",
    )
    body = f"<title>{window}</title>".encode() + article(after=f"<div>{box}</div>").page.body
    assert kinds_of(Document(FetchedPage(url=OWN, body=body, fetched_at=NOW))) == {kind}


def test_words_that_titles_do_not_share_are_no_subject() -> None:
    mixed = titled(1001, "Harbour in numbers", "Why a storm comes", "A school opens after all")
    assert kinds_of(article(after=f"<div>{mixed}</div>")) == {"other"}


def test_a_word_of_the_whole_site_is_no_subject() -> None:
    boxes = (titled(n, *[f"Harbour news of the day {m}" for m in range(4)]) for n in (1001, 2001))
    document = article(after="".join(f"<div>{box}</div>" for box in boxes))
    assert kinds_of(document) == {"other"}
