"""How a scheduled run is judged by what stands in the database. On both databases."""

import pytest
from sqlalchemy.orm import Session

from db import runs
from db.models import Run
from tests.rows import NOON, add_page, add_run


def night(session: Session, **values: object) -> Run:
    return add_run(
        session, kind="nightly", site="a", state="running", verdict=None, finished_at=None, **values
    )


def verdict(session: Session, run: Run) -> tuple[str | None, str | None]:
    ended = runs.finish(session, run.id, message=None, now=NOON)
    return ended.verdict, ended.message


def test_list_that_did_not_come_degrades_the_night(session: Session) -> None:
    run = night(session, read=1, stored=1)
    add_page(session, "https://a.test/1", run_id=run.id)
    add_page(session, "https://a.test/map", run_id=run.id, role="sitemap", reason="list")
    dead = {"state": "failed", "role": "feed", "reason": "http 404"}
    add_page(session, "https://a.test/feed", run_id=run.id, **dead)
    assert verdict(session, run) == ("degraded", "feed dead: https://a.test/feed (http 404)")


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
    assert verdict(session, run)[0] == "dead"
