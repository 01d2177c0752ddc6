"""Leases: who gets which host and page, for how long, and what comes back. On both databases."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.frontier import leases
from db.frontier.leases import LEASE
from db.models import Link
from db.runs import lifecycle
from tests.frontier_steps import ME, SEED, begin, hand_over, page, take
from tests.rows import NOON


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


def test_renewed_lease_does_not_run_out(session: Session) -> None:
    take(session, begin(session))
    leases.renew(session, owner=ME, now=NOON + LEASE / 2)
    assert leases.reclaim(session, now=NOON + LEASE + timedelta(seconds=1)) == 0


def test_outcome_of_a_spider_that_lost_its_lease_is_dropped(session: Session) -> None:
    run_id = begin(session)
    (claim,) = take(session, run_id)
    page(session, SEED).lease_owner = "other:1"
    session.flush()
    hand_over(session, run_id, claim, "https://a.test/read/2/a")
    assert page(session, SEED).state == "leased"
    assert session.scalars(select(Link)).all() == []


def test_clock_that_is_set_back_stops_nothing(session: Session) -> None:
    run_id = begin(session)
    earlier = NOON - timedelta(hours=2)
    assert take(session, run_id, now=earlier) == []
    leases.follow_clock(session, run_id=run_id, seconds=7_200)
    assert [claim.url for claim in take(session, run_id, now=earlier)] == [SEED]


def test_sweeper_finds_what_waits_and_leaves_it_alone_then(session: Session) -> None:
    run_id = begin(session)
    (claim,) = take(session, run_id)
    hand_over(session, run_id, claim)
    assert leases.waiting(session, silent_seconds=60, limit=9, now=NOON) == []
    later = NOON + timedelta(seconds=61)
    assert leases.waiting(session, silent_seconds=60, limit=9, now=later) == [claim.page_id]
    assert leases.waiting(session, silent_seconds=60, limit=9, now=later) == []
