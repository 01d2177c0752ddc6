"""What lists bring to a scheduled run, and how it is judged. On both databases."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.page.urls import address_of
from db.frontier import lists
from db.frontier.expansion import CrawlContext
from db.frontier.scope import CrawlScope
from db.models import Page, Run
from db.runs import lifecycle
from db.terms.outcomes import Line, Listed
from tests.rows import NOON, add_page, add_run


def night(session: Session, **values: object) -> Run:
    return add_run(
        session, kind="nightly", site="a", state="running", verdict=None, finished_at=None, **values
    )


def verdict(session: Session, run: Run) -> tuple[str | None, str | None]:
    ended = lifecycle.finish(session, run.id, message=None, now=NOON)
    return ended.verdict, ended.message


def test_list_that_did_not_come_degrades_the_night(session: Session) -> None:
    run = night(session, read=1, stored=1)
    add_page(session, "https://a.test/1", run_id=run.id)
    add_page(session, "https://a.test/map", run_id=run.id, role="sitemap", reason="list")
    dead = {"state": "failed", "role": "feed", "reason": "http 404"}
    add_page(session, "https://a.test/feed", run_id=run.id, **dead)
    assert verdict(session, run) == ("degraded", "feed unreachable: https://a.test/feed (http 404)")


def test_list_that_moved_is_not_dead(session: Session) -> None:
    run = night(session, read=1, stored=1)
    new = add_page(session, "https://a.test/new", run_id=run.id, role="feed", reason="list")
    add_page(session, "https://a.test/feed", run_id=run.id, role="feed", alias_of_id=new.id)
    assert verdict(session, run) == ("ok", None)


@pytest.mark.parametrize(("site", "word"), [("a", "degraded"), ("b", "ok")])
def test_fewer_articles_than_the_site_had_mean_a_new_layout(
    session: Session, site: str, word: str
) -> None:
    add_run(session, kind="nightly", site=site, read=20, stored=18)
    run = night(session, read=20, stored=1)
    said, cause = verdict(session, run)
    assert said == word
    assert (cause or "").startswith("layout changed") == (word == "degraded")


def test_site_whose_start_is_forbidden_is_dead(session: Session) -> None:
    run = night(session)
    add_page(session, "https://a.test/", run_id=run.id, state="skipped", reason="robots")
    assert verdict(session, run)[0] == "unreachable"


# --- lists ------------------------------------------------------------------------------------

MAP = "https://a.test/map"


def due_after(
    session: Session,
    role: str,
    *,
    entries: Sequence[Line] = (),
    sublists: Sequence[Line] = (),
    depth: int = 0,
) -> set[str]:
    """What is due in a run once this list has come."""
    run = night(session)
    context = CrawlContext(run_id=run.id, rules=CrawlScope(depth=2), now=NOON)
    held = {"state": "leased", "lease_owner": "me", "run_id": run.id, "role": role, "depth": depth}
    page = add_page(session, MAP, **held)
    came = Listed(
        page_id=page.id,
        status=200,
        etag='"e1"',
        last_modified=None,
        entries=tuple(entries),
        lists=tuple(sublists),
    )
    lists.take_in(session, context, "me", [came])
    due = select(Page.url).where(Page.run_id == run.id, Page.state == "due")
    return {url.rpartition("/")[2] for url in session.scalars(due)}


def line(name: str, *, days_ago: float | None = None) -> Line:
    at = None if days_ago is None else NOON - timedelta(days=days_ago)
    return address_of(f"https://a.test/{name}"), at


def test_list_brings_what_is_new_due_or_changed(session: Session) -> None:
    week = timedelta(days=7)
    for name, planned in (("known", NOON + week), ("changed", NOON + week), ("due", NOON)):
        seen = {"fetched_at": NOON - week, "next_fetch_at": planned}
        add_page(session, f"https://a.test/{name}", **seen)
    known = line("known", days_ago=8), line("changed", days_ago=1), line("due", days_ago=8)
    assert due_after(session, "feed", entries=[line("new"), *known]) == {"new", "changed", "due"}


def test_sitemap_brings_the_news_of_some_days_and_no_archive(session: Session) -> None:
    entries = [line("today", days_ago=0), line("old", days_ago=30), line("undated")]
    assert due_after(session, "sitemap", entries=entries) == {"today", "undated"}


def test_index_of_sitemaps_leads_to_those_that_have_changed(session: Session) -> None:
    sublists = [line("map-new", days_ago=1), line("map-old", days_ago=300)]
    assert due_after(session, "sitemap", sublists=sublists) == {"map-new"}
    (found,) = session.scalars(select(Page).where(Page.url == "https://a.test/map-new"))
    assert (found.role, found.depth) == ("sitemap", 1)


def test_undated_list_is_walked_on_night_by_night_until_its_end(session: Session) -> None:
    entries = [line(f"n{n}") for n in range(1200)]
    seen: list[set[str]] = []
    for _ in range(4):
        seen.append(due_after(session, "sitemap", entries=entries))
        reason = session.scalar(select(Page.reason).where(Page.url == MAP))
        assert reason == {0: "list: 700 wait", 1: "list: 200 wait"}.get(len(seen) - 1, "list")
        # a list that waits is asked for whole, and not whether it has changed
        etag = session.scalar(select(Page.etag).where(Page.url == MAP))
        assert (etag is None) == ("wait" in (reason or ""))
        for page in session.scalars(select(Page).where(Page.state == "due")):
            page.state, page.fetched_at, page.next_fetch_at = "done", NOON, NOON + timedelta(days=9)
        session.flush()
    assert [len(names) for names in seen] == [500, 500, 200, 0]
    assert set.union(*seen) == {f"n{n}" for n in range(1200)}
    assert "n0" in seen[0]


def test_list_of_very_many_is_taken_in_by_and_by(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.frontier.lists._MAX_NEW", 30)
    monkeypatch.setattr("db.frontier.lists._MAX_WANTED", 20)
    entries = [line(f"n{n:02}", days_ago=1) for n in range(70)]
    seen: list[set[str]] = []
    for left in (50, 30, 10, 0):
        seen.append(due_after(session, "feed", entries=entries))
        assert session.scalar(select(Page.reason).where(Page.url == MAP)) == (
            f"list: {left} wait" if left else "list"
        )
        for page in session.scalars(select(Page).where(Page.state == "due")):
            page.state, page.fetched_at, page.next_fetch_at = "done", NOON, NOON + timedelta(days=9)
        session.flush()
    assert [len(names) for names in seen] == [20, 20, 20, 10]
    assert "n00" in seen[0]


def test_first_of_a_list_are_asked_for_first_whatever_was_met_before(session: Session) -> None:
    newest_first = [f"n{n:03}" for n in reversed(range(700))]
    for name in sorted(newest_first)[:300]:  # the oldest had a row before the others
        add_page(session, f"https://a.test/{name}", state="skipped")
    due_after(session, "sitemap", entries=[line(name) for name in newest_first])
    in_turn = select(Page.url).where(Page.state == "due").order_by(Page.priority, Page.id).limit(40)
    asked = [url.rpartition("/")[2] for url in session.scalars(in_turn)]
    assert set(newest_first[:36]) <= set(asked)


def test_indexes_in_an_index_are_walked_and_the_longest_unseen_come_first(
    session: Session,
) -> None:
    sublists = [line(f"map-{n}") for n in range(30)]
    first = due_after(session, "sitemap", sublists=sublists)
    for page in session.scalars(select(Page).where(Page.state == "due")):
        page.state, page.fetched_at = "done", NOON
    session.flush()
    second = due_after(session, "sitemap", sublists=sublists)
    assert (len(first), len(second)) == (20, 20)
    assert first | second == {f"map-{n}" for n in range(30)}
    assert due_after(session, "sitemap", sublists=[line("deeper")], depth=1) == {"deeper"}
