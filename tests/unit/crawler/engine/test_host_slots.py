"""Hosts being walked, without a database: pace, trouble, what is refused."""

from dataclasses import replace

import pytest

from crawler.engine.downloader.address_guard import Guard
from crawler.engine.downloader.robots import Robots
from crawler.engine.host_slots import HostSlot, HostSlots
from crawler.engine.throttle import MAX_ERRORS, Throttle
from db.terms.claims import Claim, HostState
from db.terms.outcomes import Failed, HostRest, Refused
from db.terms.states import Reason, Why

Outcomes = list[Failed | Refused | HostRest]


def slots_of(
    outcomes: Outcomes, *names: str, delay: float = 10.0
) -> tuple[HostSlots, list[HostSlot]]:
    slots = HostSlots(
        guard=Guard(), agent="Test/1", concurrency=9, emit=outcomes.append, clock=lambda: 100.0
    )
    made = []
    for number, name in enumerate(names, start=1):
        throttle = Throttle(delay_seconds=delay, concurrency=1)
        slot = HostSlot(
            host=HostState(id=number, name=name), throttle=throttle, robots=Robots(is_known=True)
        )
        slot.claims.extend(
            Claim(page_id=n, host_id=number, url=f"https://{name}/{n}", depth=0, attempts=0)
            for n in range(2)
        )
        slots.add(slot)
        made.append(slot)
    return slots, made


def test_names_on_one_address_share_their_pace() -> None:
    slots, (first, second) = slots_of([], "a.test", "b.test")
    slots.place(first, "192.0.2.1")
    slots.place(second, "192.0.2.1")
    assert slots.next_request() is not None
    assert slots.next_request() is None


def fail(slots: HostSlots, slot: HostSlot) -> bool:
    slot.throttle.left(100.0)
    slot.throttle.came_back(100.0)
    slots.trouble(slot, Why(Reason.TIMEOUT))
    return slot.given_up is not None


def test_host_that_fails_again_and_again_is_left_alone() -> None:
    outcomes: Outcomes = []
    slots, (slot,) = slots_of(outcomes, "a.test")
    given_up = [fail(slots, slot) for _ in range(MAX_ERRORS + 1)]
    assert given_up.index(True) == MAX_ERRORS - 1
    assert slots.next_request() is None
    reasons = {str(failed.why) for failed in outcomes if isinstance(failed, Failed)}
    assert reasons == {"host rests: timeout"}
    assert [rest.problem for rest in outcomes if isinstance(rest, HostRest)] == [
        Why(Reason.TIMEOUT)
    ]
    assert slot.rest_seconds >= 600


def test_host_that_has_failed_before_rests_longer() -> None:
    rests = []
    for failed in (0, 3, 30):
        slots, (slot,) = slots_of([], "a.test")
        slot.host = replace(slot.host, failures=failed)
        for _ in range(MAX_ERRORS):
            fail(slots, slot)
        rests.append(slot.rest_seconds)
    assert rests == sorted(rests)
    assert rests[-1] == 86_400


def test_host_that_answers_again_is_trusted_again() -> None:
    outcomes: Outcomes = []
    slots, (slot,) = slots_of(outcomes, "a.test")
    slot.host = replace(slot.host, failures=2)
    slots.went_well(slot)
    slots.went_well(slot)
    assert outcomes == [HostRest(host_id=1, rest_seconds=None)]


def test_rest_that_a_host_asks_for_is_no_fault_of_its_own() -> None:
    outcomes: Outcomes = []
    slots, (slot,) = slots_of(outcomes, "a.test")
    slots.rest(slot, 30.0, Why.http(429))
    assert outcomes == [HostRest(host_id=1, rest_seconds=30.0)]
    assert slots.rests_for(slot) == 30.0


@pytest.mark.parametrize(
    ("problem", "stored", "rests"),
    [
        (Why.http(503), "robots.txt: http 503", True),
        (Why(Reason.TIMEOUT), "timeout", False),
    ],
)
def test_page_whose_rules_cannot_be_had_is_held(problem: Why, stored: str, rests: bool) -> None:
    outcomes: Outcomes = []
    slots, (slot,) = slots_of(outcomes, "a.test")
    slot.take_robots(Robots(is_known=False), problem)
    assert slots.next_request() is None
    failures = [failed for failed in outcomes if isinstance(failed, Failed)]
    assert {str(failed.why) for failed in failures} == {stored}
    assert {failed.rest_seconds > 0 for failed in failures} == {rests}
    assert not any(failed.was_asked for failed in failures)


def test_page_over_which_a_spider_died_is_fetched_alone() -> None:
    slots, (first, second) = slots_of([], "a.test", "b.test", delay=0.0)
    first.claims[0] = replace(first.claims[0], deaths=1)
    for _ in second.claims.copy():
        other = slots.next_request(is_quiet=False)  # something else is not stored yet
        assert other is not None
        assert other.slot is second
        assert slots.next_request() is None  # something else is under way
        slots.came_back(second)
    suspect = slots.next_request()
    assert suspect is not None
    assert suspect.claim is not None
    assert suspect.claim.deaths == 1
    assert slots.next_request() is None
    slots.came_back(first)
    assert slots.next_request(is_quiet=False) is None
    assert slots.next_request() is not None
