"""Boxes that only their titles tell to be related."""

import re

import numpy as np
import pytest

from crawler.links.finder import find_links, table_of, view_of
from crawler.links.judge import least_of
from crawler.links.link_features import AFTER, COLUMNS
from crawler.links.testimony import NO_LABEL, PERHAPS, PERHAPS_MORE
from crawler.page.document import Document
from crawler.page.items import FetchedPage
from tests.warta import (
    HOST,
    NOW,
    article,
    kinds,
    kinds_of,
)


def titled(start: int, *titles: str) -> str:
    """Links whose addresses repeat their titles, as most sites' do."""
    return "".join(
        f'<div><a href="/read/{start + n}/{slug(title)}">{title}</a></div>'
        for n, title in enumerate(titles)
    )


def slug(title: str) -> str:
    return "-".join(re.findall(r"[a-z]+", title.lower()))


def test_titles_on_the_subject_of_the_headline_make_a_box_related() -> None:
    about = titled(
        1001, "The harbour in numbers", "Ferries leave the harbour", "Why so many harbours fail"
    )
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
    url = f"{HOST}/read/500001/{slug(window)}"
    assert kinds_of(Document(FetchedPage(url=url, body=body, fetched_at=NOW))) == {kind}


def test_words_that_titles_do_not_share_are_no_subject() -> None:
    mixed = titled(1001, "Harbour in numbers", "Why a storm comes", "A school opens after all")
    assert kinds_of(article(after=f"<div>{mixed}</div>")) == {"other"}


def test_a_word_of_the_whole_site_is_no_subject() -> None:
    boxes = (titled(n, *[f"Harbour news of the day {m}" for m in range(4)]) for n in (1001, 2001))
    document = article(after="".join(f"<div>{box}</div>" for box in boxes))
    assert kinds_of(document) == {"other"}


def test_the_table_of_evidence_has_a_column_for_each_name() -> None:
    view = view_of(article(after=f"<div>{titled(1001, 'The harbour in numbers')}</div>"), None)
    assert view is not None
    assert table_of(view).rows.shape == (1, len(COLUMNS))


def test_less_is_asked_of_a_list_the_more_its_label_says() -> None:
    rows = np.zeros((3, len(COLUMNS)))
    rows[:, COLUMNS.index("box place")] = AFTER
    rows[:, COLUMNS.index("box form")] = 1.0
    rows[:, COLUMNS.index("said by any")] = (NO_LABEL, PERHAPS_MORE, PERHAPS)
    unlabelled, more, perhaps = least_of(rows).tolist()
    assert unlabelled > more > perhaps
