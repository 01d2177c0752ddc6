"""What `terkait explain` says of an address, in whole sentences."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.queries.explain import Explanation, HostNow
from db.queries.visits import VisitCounts
from db.terms.states import Reason, State, Why
from terkait.cli.ask.explain_command import sentences

AT = datetime(2026, 8, 20, 12, tzinfo=UTC)


def said(**values: Any) -> list[str]:
    known: dict[str, Any] = {"asked": "https://a.test/1", "is_known": True} | values
    return list(sentences(Explanation(**known)))


def counts(**values: Any) -> VisitCounts:
    fields: dict[str, Any] = {
        "visits": 1,
        "changes": 0,
        "changed_at": None,
        "missing": 0,
        "gone_at": None,
        "next_visit_at": None,
    }
    return VisitCounts(**(fields | values))


def host(**values: Any) -> HostNow:
    fields: dict[str, Any] = {
        "name": "a.test",
        "site": "a.test",
        "failures": 3,
        "problem": "timeout",
        "rest_until": None,
        "delay_seconds": 1.0,
        "lease_owner": None,
        "lease_until": None,
        "robots_status": 200,
        "robots_until": None,
    }
    return HostNow(**(fields | values))


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_makes_a_sentence_with_every_state(reason: Reason) -> None:
    for state in State:
        first = said(state=state, reason=str(Why(reason, "an example")))[0]
        assert re.fullmatch(r"It (?:is|was|waits) [^{}\n]+[^.]\.", first)


def test_due_page_says_when_it_is_fetched() -> None:
    assert said(state="due", next_fetch_at=AT)[1:] == [
        "It is to be fetched at 2026-08-20 12:00Z or later."
    ]


def test_page_that_leads_elsewhere_says_where_and_to_which_article() -> None:
    told = said(
        state="done",
        reason="redirect",
        leads_to="https://a.test/2",
        article_id=17,
        article_url="https://a.test/2",
    )
    assert told[1:] == ["It leads to https://a.test/2.", "Article 17: https://a.test/2"]


def test_gone_page_is_told_with_what_confirmed_it_and_missing_alone_is_not_gone() -> None:
    gone = " ".join(said(state="done", looks=counts(missing=2, gone_at=AT)))
    assert "confirmed by a second visit" in gone
    once = " ".join(said(state="done", looks=counts(missing=1)))
    assert "It is gone" not in once
    assert "the next visit decides" in once


def test_changes_are_told_only_where_there_were_any() -> None:
    changed = " ".join(said(state="done", looks=counts(visits=5, changes=2, changed_at=AT)))
    assert "visited 5 times and had changed 2 times" in changed
    assert "had never changed" in " ".join(said(state="done", looks=counts(visits=5)))
    assert "changed" not in " ".join(said(state="done", looks=counts()))


def test_host_that_rests_is_told_as_long_as_it_does() -> None:
    now = datetime.now(UTC)
    told = said(state="due", host=host(rest_until=now + timedelta(hours=1)))[-1]
    assert told.startswith("No request goes to a.test before ")
    assert told.endswith("It failed again and again, the last time with timeout.")
    assert len(said(state="due", host=host(rest_until=now - timedelta(hours=1)))) == 1
