"""What an answer means for an address."""

from datetime import UTC, datetime

import pytest

from crawler.engine.failure_policy import (
    failure_of_error,
    failure_of_status,
    is_trouble,
    is_web_page,
    retry_after,
)
from db.terms.states import Reason, Why

NOW = datetime(2026, 8, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("4", 4.0),
        ("0", 0.0),
        ("Thu, 20 Aug 2026 12:00:30 GMT", 30.0),
        ("Thu, 20 Aug 2026 11:00:00 GMT", 0.0),
        ("Fri, 20 Aug 2027 12:00:00 GMT", 3600.0),
        ("99999999999999999999", 3600.0),
        ("-4", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize("status", [429, 503])
def test_waiting_that_the_host_asks_for_costs_no_attempt(status: int) -> None:
    failure = failure_of_status(1, status, {"retry-after": "4"}, attempts=2, now=NOW)
    assert (failure.retry_seconds, failure.counts) == (4.0, False)


@pytest.mark.parametrize("status", [429, 503])
def test_busy_host_that_names_no_time_never_loses_the_page_and_is_trouble(status: int) -> None:
    failure = failure_of_status(1, status, {}, attempts=9, now=NOW)
    assert not failure.counts
    assert failure.retry_seconds is not None
    assert is_trouble(status)


def test_server_error_is_tried_again_and_missing_page_is_not() -> None:
    assert failure_of_status(1, 500, {}, attempts=0, now=NOW).retry_seconds is not None
    gone = failure_of_status(1, 404, {}, attempts=0, now=NOW)
    assert (gone.retry_seconds, str(gone.why)) == (None, "http 404")


def test_each_wait_is_four_times_the_one_before() -> None:
    late = Why(Reason.TIMEOUT)
    failures = [failure_of_error(1, late, attempts=n, retry=True) for n in range(3)]
    assert [failure.retry_seconds for failure in failures] == [1.0, 4.0, 16.0]


def test_error_that_will_stay_is_not_tried_again() -> None:
    unknown = Why(Reason.UNKNOWN_HOST)
    assert failure_of_error(1, unknown, attempts=0, retry=False).retry_seconds is None


@pytest.mark.parametrize(
    ("kind", "is_page"),
    [
        ("text/html; charset=utf-8", True),
        ("", True),
        ("application/xhtml+xml", True),
        ("application/pdf", False),
        ("video/mp4", False),
    ],
)
def test_only_web_pages_are_read(kind: str, is_page: bool) -> None:
    assert is_web_page(kind) is is_page
