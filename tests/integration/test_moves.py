"""An article that moved is one, in whatever order its two addresses were asked for."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from crawler.page.urls import address_of
from db.frontier import failures, redirects, revisits
from db.terms.claims import Claim
from db.terms.outcomes import Failed, Redirected, Unchanged
from db.terms.states import Reason, Why
from tests.frontier_steps import ME, begin, context, page, take
from tests.rows import NOON, add_article

OLD, NEW = "https://a.test/read/1/old", "https://a.test/read/1/new"


@pytest.fixture
def run_id(session: Session) -> int:
    """A run on a library where the article was read at both addresses, each as an article."""
    for url in (OLD, NEW):
        add_article(session, url, "Jembatan dibuka", "Jembatan baru dibuka hari ini.")
        page(session, url).next_fetch_at = NOON - timedelta(hours=1)
        session.flush()
    return begin(session, OLD, NEW)


def _taken(session: Session, run_id: int) -> dict[str, Claim]:
    return {claim.url: claim for claim in take(session, run_id)}


def _lead(session: Session, run_id: int, old: Claim) -> None:
    moved = Redirected(page_id=old.page_id, target=address_of(NEW), status=301)
    redirects.redirect(session, context(session, run_id), ME, [moved])


def _confirm(session: Session, run_id: int, new: Claim) -> None:
    same = Unchanged(page_id=new.page_id, status=304)
    revisits.confirm(session, context(session, run_id), ME, [same])


def test_the_new_address_came_first(session: Session, run_id: int) -> None:
    claims = _taken(session, run_id)
    _confirm(session, run_id, claims[NEW])
    assert page(session, NEW).state == "done"
    _lead(session, run_id, claims[OLD])
    assert page(session, NEW).state == "fetched"


def test_the_old_address_came_first(session: Session, run_id: int) -> None:
    claims = _taken(session, run_id)
    _lead(session, run_id, claims[OLD])
    _confirm(session, run_id, claims[NEW])
    assert page(session, NEW).state == "fetched"


def test_the_new_address_failed_between(session: Session, run_id: int) -> None:
    claims = _taken(session, run_id)
    failure = Failed(page_id=claims[NEW].page_id, why=Why(Reason.TIMEOUT), rest_seconds=60)
    failures.fail(session, run_id=run_id, owner=ME, failures=[failure], now=NOON)
    _lead(session, run_id, claims[OLD])
    later = begin(session, NEW, now=NOON + timedelta(days=1))
    (claim,) = take(session, later, now=NOON + timedelta(days=1))
    _confirm(session, later, claim)
    assert page(session, NEW).state == "fetched"


def test_one_article_is_not_read_again(session: Session, run_id: int) -> None:
    claims = _taken(session, run_id)
    page(session, OLD).article_id = page(session, NEW).article_id
    _lead(session, run_id, claims[OLD])
    _confirm(session, run_id, claims[NEW])
    assert page(session, NEW).state == "done"
