"""What becomes of each answer: outcomes for the writer, rest or trust for the host."""

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from scrapy.http import Response

from crawler.engine.answer_outcomes import AnswerHandler
from crawler.engine.downloader.address_guard import Guard
from crawler.engine.downloader.robots import Robots
from crawler.engine.extract import Visit
from crawler.engine.host_slots import FetchRequest, HostSlot, HostSlots
from crawler.engine.throttle import Throttle
from db.terms.claims import Claim, HostState
from db.terms.outcomes import Failed, HostRest, Redirected, Refused, Unchanged
from db.terms.states import Reason, Why

NOON = datetime(2026, 8, 20, 12, tzinfo=UTC)
URL = "https://a.test/read/1"
PAGE = b"<html><body><p>Air turun di kota.</p></body></html>"


class Crawl:
    """One host with one page under way, real but for the database behind the writer."""

    def __init__(self, *, failures: int = 0, **claim: Any) -> None:
        self.outcomes: list[Any] = []
        self.rests: list[Any] = []
        self.wake = asyncio.Event()
        guard = Guard()
        self.slots = HostSlots(
            guard=guard, agent="Test/1", concurrency=9, emit=self.rests.append, clock=lambda: 100.0
        )
        self.slot = HostSlot(
            host=HostState(id=1, name="a.test", failures=failures),
            throttle=Throttle(delay_seconds=1.0, concurrency=1),
            robots=Robots(is_known=True),
        )
        fields: dict[str, Any] = {
            "page_id": 7,
            "host_id": 1,
            "url": URL,
            "depth": 0,
            "attempts": 0,
        }
        self.slot.claims.append(Claim(**(fields | claim)))
        self.slots.add(self.slot)
        request = self.slots.next_request()
        assert request is not None
        self.request: FetchRequest = request
        self.handler = AnswerHandler(
            self.slots, cast(Any, None), cast(Any, self), guard, self.wake, lambda: NOON
        )

    def put(self, outcome: object) -> None:
        """As a writer takes it."""
        self.outcomes.append(outcome)

    def answer(self, status: int = 200, body: bytes = PAGE, **headers: str) -> Any:
        """The outcome of such an answer."""
        named = {"Content-Type": "text/html"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        response = Response(self.request.url, status=status, headers=named, body=body)
        self.handler.answered(self.request, response)
        assert self.slots.in_flight == 0
        assert self.wake.is_set()
        return self.outcomes[0] if self.outcomes else None


def test_page_is_a_visit_with_its_bytes_and_the_moment_it_came() -> None:
    visit = Crawl().answer(ETag='"1"')
    assert isinstance(visit, Visit)
    assert (visit.page.body, visit.page.fetched_at) == (PAGE, NOON)
    assert visit.page.headers["etag"] == '"1"'


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        ("application/pdf; x=1", PAGE, "not a web page: application/pdf"),
        ("text/html", b"  \n ", "empty page"),
    ],
)
def test_what_is_no_page_to_read_is_given_up_with_its_reason(
    kind: str, body: bytes, why: str
) -> None:
    outcome = Crawl().answer(body=body, Content_Type=kind)
    assert isinstance(outcome, Failed)
    assert str(outcome.why) == why


def test_feed_may_have_any_type() -> None:
    outcome = Crawl(role="feed").answer(body=b"<rss/>", Content_Type="application/rss+xml")
    assert isinstance(outcome, Visit)


def test_not_modified_is_no_change_only_where_that_was_asked() -> None:
    assert isinstance(Crawl(etag='"1"').answer(304, b""), Unchanged)
    assert isinstance(Crawl(last_modified="x").answer(304, b""), Unchanged)
    assert isinstance(Crawl().answer(304, b""), Failed)


def test_block_page_is_a_failure_with_who_sent_it_and_troubles_the_host() -> None:
    crawl = Crawl()
    outcome = crawl.answer(403, b"<script src='https://ct.captcha-delivery.com/c.js'></script>")
    assert outcome.why == Why(Reason.BLOCK_PAGE, "DataDome")
    assert crawl.slots.rests_for(crawl.slot) > 0


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_other_answers_are_failures_with_their_status(status: int) -> None:
    outcome = Crawl().answer(status)
    assert isinstance(outcome, Failed)
    assert outcome.why == Why.http(status)


def test_host_that_asks_for_a_rest_gets_it() -> None:
    crawl = Crawl()
    crawl.answer(429, Retry_After="120")
    assert [rest.rest_seconds for rest in crawl.rests if isinstance(rest, HostRest)] == [120.0]
    assert crawl.slots.rests_for(crawl.slot) == 120.0


def test_good_answer_ends_the_failures_of_a_host() -> None:
    crawl = Crawl(failures=3)
    crawl.answer()
    assert crawl.slot.host.failures == 0
    assert crawl.rests == [HostRest(host_id=1, rest_seconds=None)]


def test_redirect_leads_where_it_says() -> None:
    outcome = Crawl().answer(301, Location="/read/2?utm_source=x")
    assert isinstance(outcome, Redirected)
    assert (outcome.target.url, outcome.status) == ("https://a.test/read/2", 301)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("mailto:x@a.test", Reason.BAD_REDIRECT),
        ("https://a.test:99999/", Reason.BAD_REDIRECT),
        ("http://127.0.0.1/", Reason.REDIRECT_TO_PRIVATE),
        ("http://[::ffff:10.0.0.1]/", Reason.REDIRECT_TO_PRIVATE),
    ],
)
def test_redirect_to_what_may_not_be_fetched_is_not_followed(location: str, reason: Reason) -> None:
    outcome = Crawl().answer(302, Location=location)
    kind = Refused if reason is Reason.REDIRECT_TO_PRIVATE else Failed
    assert isinstance(outcome, kind)
    assert outcome.why.reason is reason


def test_redirect_to_itself_is_followed_with_its_cookie_and_not_for_ever() -> None:
    crawl = Crawl()
    assert crawl.answer(302, Location=URL + "#gate", Set_Cookie="gate=1") is None
    (again,) = crawl.slot.claims
    assert (again.rounds, again.spelling) == (1, URL)
    assert Crawl(rounds=3).answer(302, Location=URL).why == Why(Reason.REDIRECT_TO_ITSELF)


def unanswered(crawl: Crawl, why: Why, *, retry: bool) -> Any:
    crawl.handler.unanswered(crawl.request, why, retry)
    assert crawl.slots.in_flight == 0
    return crawl.outcomes[0]


def test_no_answer_is_a_failure_and_troubles_the_host_where_asking_again_may_help() -> None:
    for retry in (True, False):
        crawl = Crawl()
        outcome = unanswered(crawl, Why(Reason.TIMEOUT), retry=retry)
        assert outcome.why == Why(Reason.TIMEOUT)
        assert (crawl.slots.rests_for(crawl.slot) > 1.0) is retry


def test_name_that_led_to_a_private_address_is_refused_and_no_trouble() -> None:
    crawl = Crawl()
    outcome = unanswered(crawl, Why(Reason.PRIVATE_ADDRESS, "10.0.0.1"), retry=True)
    assert isinstance(outcome, Refused)
    assert crawl.rests == []


def test_fault_of_ours_costs_the_page_alone() -> None:
    crawl = Crawl()
    crawl.handler.raised(crawl.request, KeyError("x"))
    assert crawl.outcomes[0].why == Why(Reason.SPIDER_FAILED, "KeyError")
    assert crawl.wake.is_set()
