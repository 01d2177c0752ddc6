"""What many pages of a site tell of its boxes, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.links.box_stats import (
    LEARN_PAGES,
    LEARNED_FOR,
    MIN_PAGES,
    judge,
    learn,
    verdicts_of,
)
from db.models import BoxPlace, BoxTarget
from db.terms.errors import NotFound
from db.terms.outcomes import SeenBox, SeenPage
from tests.rows import NOON

SITE = "a.test"
POPULAR = SeenBox(
    place="aside", targets=tuple(f"https://a.test/top/{n}" for n in range(5)), is_unlabelled=True
)


def related(page: int, *, is_unlabelled: bool = True) -> SeenBox:
    targets = tuple(f"https://a.test/{page}/{n}" for n in range(4))
    return SeenBox(place="below", targets=targets, is_unlabelled=is_unlabelled)


def page(number: int, *boxes: SeenBox) -> SeenPage:
    return SeenPage(url=f"https://a.test/page/{number}", boxes=boxes)


def verdicts(session: Session) -> dict[str, str]:
    return {box_verdicts.place: box_verdicts.verdict for box_verdicts in verdicts_of(session, SITE)}


def test_same_links_are_site_wide_and_others_are_of_the_page(session: Session) -> None:
    for number in range(MIN_PAGES):
        assert set(verdicts(session).values()) <= {"unknown"}
        learn(session, SITE, [page(number, POPULAR, related(number))], now=NOON)
    assert verdicts(session) == {"aside": "site-wide", "below": "of the page"}


def test_list_that_changes_a_little_is_still_site_wide(session: Session) -> None:
    def popular(page: int) -> SeenBox:
        targets = (*POPULAR.targets[:4], f"https://a.test/top/new-{page // 4}")
        return SeenBox(place="aside", targets=targets, is_unlabelled=False)

    learn(session, SITE, [page(n, popular(n)) for n in range(12)], now=NOON)
    assert verdicts(session) == {"aside": "site-wide"}


def test_pages_about_one_subject_that_link_to_each_other_are_not_site_wide(
    session: Session,
) -> None:
    def box(page: int) -> SeenBox:
        others = [f"https://a.test/story/{(page + step) % 11}" for step in (1, 4, 7)]
        targets = ("https://a.test/story/seed", *others)
        return SeenBox(place="below", targets=targets, is_unlabelled=False)

    learn(session, SITE, [page(n, box(n)) for n in range(11)], now=NOON)
    (box_verdicts,) = verdicts_of(session, SITE)
    assert (box_verdicts.verdict, box_verdicts.sameness < 0.5) == ("unknown", True)


def test_label_keeps_a_box_from_being_promoted(session: Session) -> None:
    learn(session, SITE, [page(n, related(n, is_unlabelled=False)) for n in range(20)], now=NOON)
    assert verdicts(session) == {"below": "unknown"}


def test_learning_ends_and_begins_anew_after_a_while(session: Session) -> None:
    for start in range(0, LEARN_PAGES * 2, 10):
        learn(session, SITE, [page(start + n, related(start + n)) for n in range(10)], now=NOON)
    assert session.scalar(select(BoxPlace.pages)) == LEARN_PAGES
    assert session.scalar(select(func.count()).select_from(BoxTarget)) == LEARN_PAGES * 4
    later = NOON + LEARNED_FOR + timedelta(seconds=1)
    learn(session, SITE, [page(1, related(1))], now=later)
    assert session.scalar(select(BoxPlace.pages)) == 1


@pytest.mark.parametrize("pages", [[], [page(1)]])
def test_page_without_boxes_teaches_nothing(session: Session, pages: list[SeenPage]) -> None:
    learn(session, SITE, pages, now=NOON)
    assert verdicts_of(session, SITE) == []


def test_one_article_read_again_and_again_counts_once(session: Session) -> None:
    for _ in range(MIN_PAGES):
        learn(session, SITE, [page(1, related(1, is_unlabelled=False))] * 2, now=NOON)
    (box_verdicts,) = verdicts_of(session, SITE)
    assert (box_verdicts.pages, box_verdicts.verdict) == (1, "unknown")


def test_a_page_that_was_counted_does_not_keep_others_of_its_batch_out(session: Session) -> None:
    learn(session, SITE, [page(1, POPULAR)], now=NOON)
    learn(session, SITE, [page(n, POPULAR) for n in range(MIN_PAGES)], now=NOON)
    assert [one.pages for one in verdicts_of(session, SITE)] == [MIN_PAGES]
    assert verdicts(session) == {"aside": "site-wide"}


def test_what_a_person_said_of_a_box_outlives_what_was_learned(session: Session) -> None:
    learn(session, SITE, [page(n, POPULAR) for n in range(MIN_PAGES)], now=NOON)
    judge(session, SITE, "aside", "related")
    assert verdicts(session) == {"aside": "related, as you said"}
    learn(session, SITE, [page(1, related(1))], now=NOON + LEARNED_FOR + timedelta(seconds=1))
    (judged, _) = sorted(verdicts_of(session, SITE), key=lambda box: box.place)
    assert (judged.judged, judged.pages) == ("related", 0)
    judge(session, SITE, "aside", None)
    assert verdicts(session) == {"below": "unknown"}
    with pytest.raises(NotFound, match="did you mean 'below'"):
        judge(session, SITE, "bellow", "other")
