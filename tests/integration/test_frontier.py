"""The frontier: who gets what, what comes back, what a run walks through. On both databases."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.page.urls import address_of
from db.frontier import archive, failures, leases, page_rows, page_state, redirects, suspects
from db.frontier.expansion import Candidate, CrawlContext, enqueue
from db.frontier.failures import MAX_ATTEMPTS
from db.frontier.leases import LEASE
from db.frontier.scope import CrawlScope
from db.frontier.suspects import MAX_DEATHS
from db.models import Link, Page
from db.runs import lifecycle
from db.runs.ownership import SILENCE
from db.runs.report import report
from db.sql.compression import pack
from db.terms.claims import Claim
from db.terms.errors import RunAlreadyActive
from db.terms.outcomes import Failed, Fetched, FoundLink, Redirected
from db.terms.states import Reason, Why
from tests.rows import NOON

ME = "machine:1"
SEED = "https://a.test/read/1/seed"


def begin(
    session: Session, *seeds: str, now: datetime = NOON, owner: str = ME, **rules: object
) -> int:
    run_id, _ = lifecycle.begin(
        session,
        kind="manual",
        seeds=[address_of(url) for url in seeds or (SEED,)],
        rules=CrawlScope(**rules),  # type: ignore[arg-type]
        owner=owner,
        now=now,
    )
    return run_id


def take(
    session: Session, run_id: int, *, now: datetime = NOON, owner: str = ME, limit: int = 10
) -> list[Claim]:
    """Everything that is due and free."""
    hosts = leases.lease_hosts(session, run_id=run_id, owner=owner, limit=limit, now=now)
    claims: list[Claim] = []
    drained = []
    for host in hosts:
        some = leases.claim(
            session, run_id=run_id, host_id=host.id, owner=owner, limit=limit, now=now
        )
        claims += some
        drained += [host.id] if len(some) < limit else []
    max_pages = CrawlScope.of(lifecycle.get(session, run_id).rules).max_pages
    kept = leases.settle(
        session,
        run_id=run_id,
        owner=owner,
        drained=drained,
        claims=claims,
        max_pages=max_pages,
        now=now,
    )
    return list(kept)


def hand_over(
    session: Session,
    run_id: int,
    claim: Claim,
    *targets: str,
    kind: str = "related",
    now: datetime = NOON,
) -> None:
    """Store a fetched page that links to the targets."""
    links = tuple(
        FoundLink(
            target=address_of(url),
            kind=kind,
            box="Berita terkait",
            anchor="x",
            position=position,
            teaser="",
            published_at=None,
        )
        for position, url in enumerate(targets, start=1)
    )
    page = Fetched(
        page_id=claim.page_id,
        url=claim.url,
        status=200,
        headers={},
        fetched_at=now,
        size=1,
        body=pack(b"x"),
        links=links,
    )
    archive.hand_over(session, context(session, run_id, now), ME, [page])


def context(session: Session, run_id: int, now: datetime = NOON) -> CrawlContext:
    return CrawlContext(
        run_id=run_id, rules=CrawlScope.of(lifecycle.get(session, run_id).rules), now=now
    )


def page(session: Session, url: str) -> Page:
    session.expire_all()
    return session.scalars(select(Page).where(Page.url == url)).one()


def done(session: Session, url: str, *, next_fetch_at: datetime = NOON + timedelta(days=9)) -> None:
    one = page(session, url)
    one.state, one.next_fetch_at = "done", next_fetch_at
    session.flush()


def test_page_is_claimed_once(session: Session) -> None:
    run_id = begin(session)
    assert [claim.url for claim in take(session, run_id)] == [SEED]
    assert take(session, run_id) == []


def test_host_belongs_to_one_spider_until_its_lease_ends(session: Session) -> None:
    run_id = begin(session, SEED, "https://a.test/read/2/b")
    take(session, run_id, limit=1)
    assert take(session, run_id, owner="other:1") == []
    later = NOON + LEASE + timedelta(seconds=1)
    assert [c.url for c in take(session, run_id, owner="other:1", now=later)] == [
        "https://a.test/read/2/b"
    ]


def test_what_a_dead_spider_had_becomes_due_again(session: Session) -> None:
    run_id = begin(session)
    take(session, run_id)
    assert leases.reclaim(session, now=NOON) == 0
    later = NOON + LEASE + timedelta(seconds=1)
    assert leases.reclaim(session, now=later) == 1
    assert [c.url for c in take(session, run_id, owner="other:1", now=later)] == [SEED]
    assert lifecycle.get(session, run_id).claimed == 1


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


def test_renewed_lease_does_not_run_out(session: Session) -> None:
    take(session, begin(session))
    leases.renew(session, owner=ME, now=NOON + LEASE / 2)
    assert leases.reclaim(session, now=NOON + LEASE + timedelta(seconds=1)) == 0


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


def test_links_become_due_as_far_as_the_rules_go(session: Session) -> None:
    run_id = begin(session, depth=1, sites=("a.test",), follow=("related",))
    (seed,) = take(session, run_id)
    near, away = "https://a.test/read/2/near", "https://b.test/read/3/away"
    hand_over(session, run_id, seed, near, away)
    (claim,) = take(session, run_id)
    assert (claim.url, claim.depth) == (near, 1)
    hand_over(session, run_id, claim, "https://a.test/read/4/far")
    assert take(session, run_id) == []
    assert page(session, away).reason == "offsite"
    assert page(session, "https://a.test/read/4/far").reason == "depth"
    reasons = session.scalars(select(Link.unfollowed).order_by(Link.id)).all()
    assert reasons == [None, "offsite", "depth"]


def test_shorter_way_found_late_is_passed_on(session: Session) -> None:
    x, y, a, b = (f"https://a.test/read/{n}/page" for n in range(10, 14))
    run_id = begin(session, x, y, depth=2)
    claims = {claim.url: claim for claim in take(session, run_id)}
    hand_over(session, run_id, claims[x], a)
    (claim_a,) = take(session, run_id)
    hand_over(session, run_id, claim_a, b)
    (claim_b,) = take(session, run_id)
    hand_over(session, run_id, claim_b, "https://a.test/read/20/end")
    assert page(session, "https://a.test/read/20/end").reason == "depth"
    hand_over(session, run_id, claims[y], b)
    assert page(session, b).depth == 1
    end = page(session, "https://a.test/read/20/end")
    assert (end.state, end.depth) == ("due", 2)


def test_second_run_walks_through_what_is_known_and_takes_what_is_due(session: Session) -> None:
    first = begin(session, depth=1)
    (seed,) = take(session, first)
    a, b = "https://a.test/read/2/a", "https://a.test/read/3/b"
    hand_over(session, first, seed, a)
    (claim,) = take(session, first)
    hand_over(session, first, claim, b)
    done(session, SEED)
    done(session, a)
    lifecycle.finish(session, first, message=None, now=NOON)
    second = begin(session, depth=2)
    assert [one.url for one in take(session, second)] == [b]
    done(session, b)
    lifecycle.finish(session, second, message=None, now=NOON)
    assert take(session, begin(session, depth=2)) == []


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


def test_page_whose_time_has_come_is_fetched_again(session: Session) -> None:
    first = begin(session)
    take(session, first)
    done(session, SEED, next_fetch_at=NOON + timedelta(hours=1))
    lifecycle.finish(session, first, message=None, now=NOON)
    later = NOON + timedelta(hours=2)
    run_id = begin(session, depth=5, now=later)
    assert [one.url for one in take(session, run_id, now=later)] == [SEED]


def test_fresh_run_takes_everything_once(session: Session) -> None:
    first = begin(session)
    (seed,) = take(session, first)
    hand_over(session, first, seed, "https://a.test/read/2/a")
    (claim,) = take(session, first)
    hand_over(session, first, claim, SEED)
    done(session, SEED)
    done(session, "https://a.test/read/2/a")
    lifecycle.finish(session, first, message=None, now=NOON)
    fresh = begin(session, fresh=True)
    (seed,) = take(session, fresh)
    hand_over(session, fresh, seed, "https://a.test/read/2/a")
    (claim,) = take(session, fresh)
    hand_over(session, fresh, claim, SEED)
    assert take(session, fresh) == []


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
    assert [one.url for one in take(session, begin(session, now=later), now=later)] == [to]


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


def test_outcome_of_a_spider_that_lost_its_lease_is_dropped(session: Session) -> None:
    run_id = begin(session)
    (claim,) = take(session, run_id)
    page(session, SEED).lease_owner = "other:1"
    session.flush()
    hand_over(session, run_id, claim, "https://a.test/read/2/a")
    assert page(session, SEED).state == "leased"
    assert session.scalars(select(Link)).all() == []


def test_sweeper_finds_what_waits_and_leaves_it_alone_then(session: Session) -> None:
    run_id = begin(session)
    (claim,) = take(session, run_id)
    hand_over(session, run_id, claim)
    assert leases.waiting(session, silent_seconds=60, limit=9, now=NOON) == []
    later = NOON + timedelta(seconds=61)
    assert leases.waiting(session, silent_seconds=60, limit=9, now=later) == [claim.page_id]
    assert leases.waiting(session, silent_seconds=60, limit=9, now=later) == []


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
    assert [one.url for one in take(session, begin(session)) if one.url != other] == [c]


def test_clock_that_is_set_back_stops_nothing(session: Session) -> None:
    run_id = begin(session)
    earlier = NOON - timedelta(hours=2)
    assert take(session, run_id, now=earlier) == []
    leases.follow_clock(session, run_id=run_id, seconds=7_200)
    assert [claim.url for claim in take(session, run_id, now=earlier)] == [SEED]
