"""The life of an address in rows: what each step sets and resets. On both databases."""

from datetime import timedelta

from sqlalchemy.orm import Session

from db.frontier import page_state
from db.models import Page
from db.terms.states import Reason, Why
from tests.rows import NOON, add_page

OWNER = "machine:1/1"


def leased(session: Session, url: str) -> Page:
    page = add_page(session, url, state="due", attempts=2)
    page_state.to_leased(session, [page.id], owner=OWNER, until=NOON)
    return page


def lease_of(page: Page) -> tuple[str | None, object]:
    return page.lease_owner, page.lease_until


def test_lease_is_held_until_the_next_step(session: Session) -> None:
    pages = [leased(session, f"https://a.test/{n}") for n in range(5)]
    assert {page.state for page in pages} == {"leased"}
    assert {lease_of(page) for page in pages} == {(OWNER, NOON)}
    ids = [page.id for page in pages]
    page_state.to_due(session, [{"id": ids[0]}])
    page_state.to_fetched(session, [{"id": ids[1]}])
    page_state.to_done(session, [{"id": ids[2]}])
    page_state.to_failed(session, [{"id": ids[3], "reason": Why.http(404)}])
    page_state.to_skipped(session, {ids[4]: Why(Reason.ROBOTS)})
    assert {lease_of(page) for page in pages} == {(None, None)}
    assert [page.state for page in pages] == ["due", "fetched", "done", "failed", "skipped"]
    assert [page.reason for page in pages[3:]] == ["http 404", "robots"]


def test_page_that_is_done_begins_its_next_visit_without_attempts(session: Session) -> None:
    done, failed = leased(session, "https://a.test/1"), leased(session, "https://a.test/2")
    page_state.to_done(session, [{"id": done.id, "reason": None}])
    page_state.to_failed(session, [{"id": failed.id, "reason": Why(Reason.TIMEOUT)}])
    assert (done.attempts, failed.attempts) == (0, 2)


def test_page_that_is_fetched_again_has_no_reason_and_no_reader(session: Session) -> None:
    page = add_page(session, "https://a.test/1", reason="not an article: a list", reads=3)
    page_state.to_fetched(session, [{"id": page.id}])
    assert (page.state, page.reason, page.reads) == ("fetched", None, 0)


def test_pages_may_differ_in_what_a_step_sets(session: Session) -> None:
    first, second = leased(session, "https://a.test/1"), leased(session, "https://a.test/2")
    later = NOON + timedelta(hours=1)
    rows = [{"id": second.id, "etag": "x"}, {"id": first.id, "next_fetch_at": later}]
    page_state.to_done(session, rows)
    assert (first.etag, first.next_fetch_at) == (None, later)
    assert (second.etag, second.next_fetch_at) == ("x", None)


def test_reason_for_passing_over_is_given_to_skipped_pages_alone(session: Session) -> None:
    skipped = add_page(session, "https://a.test/1", state="skipped")
    due = add_page(session, "https://a.test/2", state="due")
    page_state.skipped_because(session, dict.fromkeys((skipped.id, due.id), Reason.OFFSITE))
    session.expire_all()
    assert (skipped.reason, due.reason) == ("offsite", None)


def test_pages_are_found_by_their_reason(session: Session) -> None:
    add_page(session, "https://a.test/1", reason="not an article: 50%")
    add_page(session, "https://a.test/2", reason="redirect")
    add_page(session, "https://a.test/3", reason="redirect: no host")

    def found(reason: Reason) -> list[str]:
        return [page.url[-1] for page in session.query(Page).where(page_state.has_reason(reason))]

    assert found(Reason.NOT_AN_ARTICLE) == ["1"]
    assert found(Reason.REDIRECT) == ["2"]
    assert found(Reason.BAD_REDIRECT) == ["3"]
