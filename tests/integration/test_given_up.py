"""Pages that fail, kill spiders or redirect: tried again, then given up. On both databases."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.page.urls import address_of
from db.frontier import failures, leases, page_rows, page_state, redirects, suspects
from db.frontier.expansion import Candidate, CrawlContext, enqueue
from db.frontier.failures import MAX_ATTEMPTS
from db.frontier.scope import CrawlScope
from db.frontier.suspects import MAX_DEATHS
from db.models import Page
from db.runs import lifecycle
from db.terms.outcomes import Failed, Redirected
from db.terms.states import Reason, Why
from tests.frontier_steps import ME, SEED, begin, context, done, hand_over, page, take
from tests.rows import NOON


def test_page_over_which_spiders_die_is_counted_before_it_leaves_and_given_up(
    session: Session,
) -> None:
    run_id = begin(session)
    deaths = []
    while claims := take(session, run_id):
        deaths.append(claims[0].deaths)
        if claims[0].deaths:
            suspects.count_before(session, owner=ME, page_id=claims[0].page_id)
        leases.reclaim(session, now=NOON, owner=ME)
    assert deaths == list(range(MAX_DEATHS))
    page = session.scalars(select(Page).where(Page.url == SEED)).one()
    assert (page.state, page.reason, page.deaths) == ("failed", "its spider died on it", 0)
    assert lifecycle.get(session, run_id).failed == 1


def test_suspect_is_not_to_blame_where_its_spider_ended_for_another_reason(
    session: Session,
) -> None:
    run_id = begin(session)
    for is_page_fault in (True, *[False] * MAX_DEATHS, True):
        (claim,) = take(session, run_id)
        if claim.deaths:
            suspects.count_before(session, owner=ME, page_id=claim.page_id)
        leases.reclaim(session, now=NOON, owner=ME, is_page_fault=is_page_fault)
    suspect = page(session, SEED)
    assert (suspect.state, suspect.deaths) == ("due", 2)


def test_of_suspects_those_come_first_over_which_fewer_died(session: Session) -> None:
    run_id = begin(session)
    other = "https://a.test/read/9/z"
    rules = CrawlScope()
    context = CrawlContext(run_id=run_id, rules=rules, now=NOON)
    ids = page_rows.ensure_pages(session, [address_of(other)])
    enqueue(session, context, {id_: Candidate(depth=1, priority=1) for id_ in ids.values()})
    assert [claim.url for claim in take(session, run_id)] == [SEED, other]
    leases.reclaim(session, now=NOON, owner=ME)
    first, _ = take(session, run_id)
    suspects.count_before(session, owner=ME, page_id=first.page_id)
    leases.reclaim(session, now=NOON, owner=ME)
    assert [claim.url for claim in take(session, run_id)] == [other, SEED]


def test_suspects_come_last_and_what_is_settled_is_none_any_more(session: Session) -> None:
    run_id = begin(session)
    take(session, run_id)
    leases.reclaim(session, now=NOON, owner=ME)
    rules = CrawlScope()
    context = CrawlContext(run_id=run_id, rules=rules, now=NOON)
    late = page_rows.ensure_pages(session, [address_of("https://a.test/read/9/z")])
    enqueue(session, context, {id_: Candidate(depth=1, priority=500) for id_ in late.values()})
    claims = take(session, run_id)
    assert [(claim.url, claim.deaths) for claim in claims] == [
        ("https://a.test/read/9/z", 0),
        (SEED, 1),
    ]
    page_state.to_done(session, [{"id": claims[1].page_id}])
    assert session.get_one(Page, claims[1].page_id).deaths == 0


def test_failed_page_waits_then_is_given_up(session: Session) -> None:
    run_id = begin(session)
    now = NOON
    for attempt in range(MAX_ATTEMPTS):
        (claim,) = take(session, run_id, now=now)
        assert claim.attempts == attempt
        failure = Failed(page_id=claim.page_id, why=Why(Reason.TIMEOUT), retry_seconds=10)
        failures.fail(session, run_id=run_id, owner=ME, failures=[failure], now=now)
        assert take(session, run_id, now=now + timedelta(seconds=9)) == []
        now += timedelta(seconds=10)
    assert page(session, SEED).state == "failed"
    assert (lifecycle.get(session, run_id).failed, lifecycle.get(session, run_id).claimed) == (1, 1)


def test_wait_that_the_host_asked_for_never_uses_up_the_page(session: Session) -> None:
    run_id = begin(session)
    now = NOON
    for _ in range(MAX_ATTEMPTS * 2):
        (claim,) = take(session, run_id, now=now)
        failure = Failed(page_id=claim.page_id, why=Why.http(429), retry_seconds=4, counts=False)
        failures.fail(session, run_id=run_id, owner=ME, failures=[failure], now=now)
        now += timedelta(seconds=4)
    assert page(session, SEED).state == "due"


def test_redirect_takes_the_place_of_its_page(session: Session) -> None:
    run_id = begin(session)
    (seed,) = take(session, run_id)
    to = "https://a.test/read/9/new"
    moved = Redirected(page_id=seed.page_id, target=address_of(to), status=301)
    redirects.redirect(session, context(session, run_id), ME, [moved])
    (claim,) = take(session, run_id)
    assert (claim.url, claim.depth) == (to, 0)
    assert page(session, SEED).alias_of_id == claim.page_id


def test_redirect_that_an_earlier_run_followed_leads_no_later_one_off_its_sites(
    session: Session,
) -> None:
    anywhere = begin(session)
    (seed,) = take(session, anywhere)
    to = "https://b.test/read/9/new"
    moved = Redirected(page_id=seed.page_id, target=address_of(to), status=301)
    redirects.redirect(session, context(session, anywhere), ME, [moved])
    (claim,) = take(session, anywhere)
    hand_over(session, anywhere, claim)
    done(session, to, next_fetch_at=NOON)
    done(session, SEED)
    lifecycle.finish(session, anywhere, message=None, now=NOON)
    later = NOON + timedelta(hours=1)
    own = begin(session, sites=("a.test",), now=later)
    assert take(session, own, now=later) == []
    assert [claim.url for claim in take(session, begin(session, now=later), now=later)] == [to]


def test_endless_redirects_are_given_up(session: Session) -> None:
    run_id = begin(session)
    for n in range(redirects.MAX_REDIRECTS + 1):
        (claim,) = take(session, run_id)
        to = address_of(f"https://a.test/r?{n}")
        redirects.redirect(
            session,
            context(session, run_id),
            ME,
            [Redirected(page_id=claim.page_id, target=to, status=302)],
        )
    assert take(session, run_id) == []
    given_up = page(session, claim.url)
    assert (given_up.state, given_up.reason) == ("failed", "too many redirects")
    assert given_up.status == 302
    assert lifecycle.get(session, run_id).failed == 1
