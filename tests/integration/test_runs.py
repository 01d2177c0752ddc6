"""Crawl runs: one owner each, their budgets, what is kept of them. On both databases."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from crawler.page.urls import address_of
from db.frontier import failures
from db.frontier.scope import CrawlScope
from db.runs import lifecycle
from db.runs.ownership import SILENCE
from db.runs.report import report
from db.terms.errors import RunAlreadyActive
from db.terms.outcomes import Failed
from db.terms.states import Why
from tests.frontier_steps import ME, SEED, begin, done, hand_over, page, take
from tests.rows import NOON


def test_run_keeps_what_became_of_its_pages_and_a_failure_stays_with_it(session: Session) -> None:
    first = begin(session)
    (seed,) = take(session, first)
    hand_over(session, first, seed, "https://a.test/read/2/a")
    (claim,) = take(session, first)
    gone = Failed(page_id=claim.page_id, why=Why.http(404), status=404)
    failures.fail(session, run_id=first, owner=ME, failures=[gone], now=NOON)
    done(session, SEED)
    lifecycle.finish(session, first, message=None, now=NOON)
    second = begin(session)
    assert report(session, first).pages == {"done": 1, "failed": 1}
    assert report(session, first).reasons == (("failed", "http 404", 1),)
    assert report(session, second).pages == {"done": 1}


def test_job_in_live_hands_is_refused_and_a_dead_one_taken_over(session: Session) -> None:
    run_id = begin(session, owner="elsewhere:1")
    take(session, run_id, owner="elsewhere:1")
    with pytest.raises(RunAlreadyActive):
        begin(session, owner=ME)
    later = NOON + SILENCE + timedelta(seconds=1)
    assert begin(session, owner=ME, now=later) == run_id
    assert [claim.url for claim in take(session, run_id, now=later)] == [SEED]


def test_scheduled_moment_has_one_run(session: Session) -> None:
    def night() -> int:
        run_id, _ = lifecycle.begin(
            session,
            kind="nightly",
            seeds=[address_of(SEED)],
            rules=CrawlScope(),
            owner=ME,
            now=NOON,
            due_key="a 2026-08-20",
        )
        return run_id

    run_id = night()
    assert night() == run_id  # unfinished: gone on with
    lifecycle.finish(session, run_id, message=None, now=NOON)
    with pytest.raises(RunAlreadyActive):
        night()


def test_budget_counts_requests_and_leaves_the_rest_due(session: Session) -> None:
    urls = [f"https://a.test/read/{n}/x" for n in range(5)]
    rules = CrawlScope(max_pages=3)
    run_id = begin(session, *urls, max_pages=3)
    assert lifecycle.budget_left(session, run_id, rules) == 3
    take(session, run_id, limit=2)
    assert lifecycle.budget_left(session, run_id, rules) == 1
    assert len(take(session, run_id, limit=2)) == 1  # another spider was quicker
    assert lifecycle.budget_left(session, run_id, rules) == 0
    assert lifecycle.count_due(session, run_id) == 2


def test_budget_of_a_host_counts_each_host_of_a_site_apart(session: Session) -> None:
    run_id = begin(session, "https://example.com/read/1/x", max_per_site=4, max_per_host=2)
    (seed,) = take(session, run_id)
    a, b = (f"https://example.com/read/{n}/page" for n in (10, 11))
    c, d, e = (f"https://m.example.com/read/{n}/page" for n in (12, 13, 14))
    hand_over(session, run_id, seed, a, b, c, d, e)
    assert sorted(claim.url for claim in take(session, run_id)) == [a, c, d]
    assert page(session, b).reason == "host budget"
    assert page(session, e).reason == "site budget"


def test_budget_of_a_site_keeps_the_most_wanted_and_says_why_of_the_rest(session: Session) -> None:
    run_id = begin(session, max_per_site=3)
    (seed,) = take(session, run_id)
    a, b, c = (f"https://a.test/read/{n}/page" for n in (10, 11, 12))
    other = "https://b.test/read/13/page"
    hand_over(session, run_id, seed, a, b, c, other)
    assert sorted(claim.url for claim in take(session, run_id)) == [a, b, other]
    assert (page(session, c).state, page(session, c).reason) == ("skipped", "site budget")
    for url in (SEED, a, b):
        done(session, url)
    lifecycle.finish(session, run_id, message=None, now=NOON)
    assert [claim.url for claim in take(session, begin(session)) if claim.url != other] == [c]
