"""Hosts being walked: what may leave, what rests, what is handed on. On both databases."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.engine.downloader.address_guard import Guard
from crawler.engine.frontier_client import FrontierClient, PoliteSettings
from crawler.engine.host_slots import HostSlots
from crawler.page.urls import address_of
from db.frontier import failures, hosts, leases
from db.frontier.leases import LEASE
from db.frontier.scope import CrawlScope
from db.models import Host, Page
from db.runs import lifecycle, ownership
from db.sql import schema
from db.sql.session import Database
from db.terms.claims import HostState
from db.terms.outcomes import Failed, HostRest, Refused
from db.terms.states import Why
from tests.rows import NOON

ME, OTHER = "machine:1/1", "machine:1/2"
A, B = "https://a.test/1", "https://b.test/1"


def begin(session: Session, *urls: str) -> int:
    seeds = [address_of(url) for url in urls]
    run_id, _ = lifecycle.begin(
        session, kind="manual", seeds=seeds, rules=CrawlScope(), owner="machine:1", now=NOON
    )
    return run_id


def lease(session: Session, run_id: int, *, owner: str = ME, seconds: float = 0) -> list[HostState]:
    now = NOON + timedelta(seconds=seconds)
    return leases.lease_hosts(session, run_id=run_id, owner=owner, limit=9, now=now)


def host(session: Session, name: str) -> Host:
    session.expire_all()
    return session.scalars(select(Host).where(Host.name == name)).one()


def test_two_spiders_walk_different_hosts(session: Session) -> None:
    run_id = begin(session, A, B)
    (first,) = leases.lease_hosts(session, run_id=run_id, owner=ME, limit=1, now=NOON)
    (second,) = lease(session, run_id, owner=OTHER)
    assert {first.name, second.name} == {"a.test", "b.test"}


def test_pace_of_a_host_is_kept_when_it_changes_hands(session: Session) -> None:
    run_id = begin(session, A)
    (state,) = lease(session, run_id)
    leases.release_hosts(session, owner=ME, rests={state.id: 7.5}, now=NOON)
    (state,) = lease(session, run_id, owner=OTHER)
    assert state.rest_until == NOON + timedelta(seconds=7.5)


def test_host_of_a_dead_spider_is_asked_when_its_delay_has_passed(session: Session) -> None:
    run_id = begin(session, A, B)
    for state in lease(session, run_id):
        hosts.keep_delay(session, state.id, 90.0)
    leases.reclaim(session, now=NOON, owner=ME)
    assert host(session, "a.test").rest_until == NOON + timedelta(seconds=90)
    lease(session, run_id, owner=ME)
    late = LEASE.total_seconds() + 1
    (state, _) = lease(session, run_id, owner=OTHER, seconds=late)
    assert state.rest_until == NOON + timedelta(seconds=late + 90)


def test_spiders_of_one_program_are_reclaimed_together(session: Session) -> None:
    run_id = begin(session, A, B)
    leases.lease_hosts(session, run_id=run_id, owner=ME, limit=1, now=NOON)
    lease(session, run_id, owner=OTHER)
    leases.reclaim(session, now=NOON, owner="machine:1")
    assert len(lease(session, run_id, owner="elsewhere:1/1")) == 2
    assert leases.reclaim(session, now=NOON, owner="machine:10") == 0
    assert host(session, "a.test").lease_owner == "elsewhere:1/1"


def test_runs_of_one_program_keep_what_is_their_own(session: Session) -> None:
    first, second = begin(session, A), begin(session, B)
    for run_id in (first, second):
        lease(session, run_id, owner=f"{ownership.holder('machine:1', run_id)}/1")
    leases.reclaim(session, now=NOON, owner=ownership.holder("machine:1", first))
    assert host(session, "a.test").lease_owner is None
    assert host(session, "b.test").lease_owner is not None


def test_host_that_another_run_waits_for_is_told(session: Session) -> None:
    first, second = begin(session, A), begin(session, B)
    mine, beside = (host(session, name) for name in ("a.test", "b.test"))

    def wanted() -> set[int]:
        return hosts.wanted_elsewhere(session, [mine.id], run_id=first, now=NOON)

    assert wanted() == set()
    mine.address = beside.address = "192.0.2.1"
    session.flush()
    assert wanted() == {mine.id}
    lifecycle.finish(session, second, message=None, now=NOON)
    assert wanted() == set()


def test_names_on_one_address_are_walked_by_one_spider(session: Session) -> None:
    run_id = begin(session, A, B)
    (first,) = leases.lease_hosts(session, run_id=run_id, owner=ME, limit=1, now=NOON)
    (second,) = lease(session, run_id, owner=OTHER)
    assert hosts.settle_at(session, first.id, "192.0.2.1", owner=ME, now=NOON)
    assert not hosts.settle_at(session, second.id, "192.0.2.1", owner=OTHER, now=NOON)
    assert lease(session, run_id, owner=OTHER) == []
    leases.release_hosts(session, owner=ME, rests={first.id: 5.0}, now=NOON)
    assert {one.rest_until for one in lease(session, run_id, owner=OTHER)} == {
        NOON + timedelta(seconds=5)
    }


def test_budget_is_kept_by_spiders_that_take_at_once(session: Session) -> None:
    run_id = begin(session, A, B)
    states = lease(session, run_id)
    claims = [
        claim
        for state in states
        for claim in leases.claim(
            session, run_id=run_id, host_id=state.id, owner=ME, limit=9, now=NOON
        )
    ]
    kept = leases.settle(
        session, run_id=run_id, owner=ME, drained=[], claims=claims, max_pages=1, now=NOON
    )
    assert len(kept) == 1
    assert lifecycle.get(session, run_id).claimed == 1
    assert session.scalars(select(Page.state).order_by(Page.state)).all() == ["due", "leased"]


def test_page_is_gone_when_a_second_look_says_so(session: Session) -> None:
    now = NOON
    for look in (1, 2, 3):
        run_id, _ = lifecycle.begin(
            session,
            kind="manual",
            seeds=[address_of(A)],
            rules=CrawlScope(),
            owner="machine:1",
            now=now,
        )
        (state,) = leases.lease_hosts(session, run_id=run_id, owner=ME, limit=1, now=now)
        (claim,) = leases.claim(
            session, run_id=run_id, host_id=state.id, owner=ME, limit=1, now=now
        )
        gone = Failed(page_id=claim.page_id, why=Why.http(410), status=410)
        failures.fail(session, run_id=run_id, owner=ME, failures=[gone], now=now)
        leases.release_hosts(session, owner=ME, rests={state.id: 0.0}, now=now)
        page = session.get_one(Page, claim.page_id)
        assert (page.missing, page.gone_at is not None) == (look, look > 1)
        lifecycle.finish(session, run_id, message=None, now=now)
        now = page.next_fetch_at or now
    assert page.next_fetch_at is None


def test_spider_with_nothing_to_do_on_a_host_leaves_it_to_another_run(database_url: str) -> None:
    database = Database(database_url)
    refused: list[Failed | Refused | HostRest] = []
    slots = HostSlots(guard=Guard(), agent="Test/1", concurrency=9, emit=refused.append)
    schema.upgrade(database)
    with database.write() as session:
        run_id = begin(session, A)
    politeness = PoliteSettings(delay_seconds=1.0, per_host=1, concurrency=9, agent="Test/1")
    frontier = FrontierClient(
        database, run_id=run_id, rules=CrawlScope(), owner=ME, politeness=politeness
    )
    frontier.take(slots)
    (slot,) = slots
    with database.write() as session:
        session.get_one(Page, slot.claims.popleft().page_id).state = "done"
    frontier.take(slots)
    assert len(slots) == 1
    with database.write() as session:
        begin(session, A.replace("1", "2"))
    frontier.take(slots)
    assert len(slots) == 0
    database.close()
