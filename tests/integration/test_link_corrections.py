"""The links of archived pages are found again with today's finder. On both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from crawler.page.urls import address_of
from db.frontier.page_rows import ensure_pages
from db.frontier.scope import CrawlScope
from db.links.link_corrections import UNWALKED
from db.models import Link, Page, Run
from db.runs import lifecycle
from db.sql.session import Database
from tests.integration.test_ingest import BODY, URL, fetch
from tests.rows import NOON
from workers.ingest.pipeline import ingest
from workers.ingest.relink import Relinked, relink

TARGETS = [f"https://a.test/read/{n}/kabar-ke-{n}-dari-pesisir" for n in (11, 12, 13)]


def page(*targets: str) -> bytes:
    """An article with a related box that leads to these."""
    items = "".join(f'<li><a href="{url}">Kabar {url[-20:]} hari ini</a></li>' for url in targets)
    return f"""<!doctype html><html lang="id"><head><title>Gempa Guncang Pesisir</title>
        <meta property="og:type" content="article"></head><body><article>
        <h1>Gempa Guncang Pesisir</h1><p>{BODY}</p></article>
        <div><h3>Berita Terkait</h3><ul>{items}</ul></div></body></html>""".encode()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A page that was crawled when its links were not found yet."""
    database = Database(database_url)
    ingest(database, [fetch(database, URL, page(*TARGETS))])
    yield database
    database.close()


def again(database: Database, *, dry_run: bool = False) -> list[Relinked]:
    return list(relink(database, dry_run=dry_run))


def links(database: Database) -> dict[str, str]:
    with database.read() as session:
        rows = session.execute(select(Page.url, Link.kind).join(Link, Link.target_id == Page.id))
        return {row.url: row.kind for row in rows}


def test_dry_run_counts_what_would_be_found_and_stores_nothing(database: Database) -> None:
    (found,) = again(database, dry_run=True)
    assert [(one.kind, one.step, one.url) for one in found.changes] == [
        ("related", "added", url) for url in TARGETS
    ]
    assert links(database) == {}


def test_links_are_stored_once_and_make_nothing_due(database: Database) -> None:
    again(database)
    assert links(database) == dict.fromkeys(TARGETS, "related")
    assert [one.changes for one in again(database)] == [()]
    with database.read() as session:
        rows = session.execute(select(Page.state, Page.reason).where(Page.url.in_(TARGETS))).all()
    assert {tuple(row) for row in rows} == {("skipped", UNWALKED)}


def test_link_of_another_kind_is_put_right_in_place(database: Database) -> None:
    again(database)
    with database.write() as session:
        session.execute(update(Link).values(kind="inline", position=40))
    (found,) = again(database)
    assert {(one.step, one.before[0], one.after[0]) for one in found.changes} == {  # type: ignore[index]
        ("changed", "inline", "related")
    }
    assert set(links(database).values()) == {"related"}


def test_what_is_no_link_today_goes_and_what_an_earlier_copy_had_stays(database: Database) -> None:
    again(database)
    ingest(database, [fetch(database, URL, page(*TARGETS[:2]), days=1)])
    assert [one.changes for one in again(database)] == [()]  # its new copy has one link less
    wrong = "https://a.test/read/99/menu"
    with database.write() as session:
        newest = session.scalars(select(Run.id).order_by(Run.id.desc()).limit(1)).one()
        ids = ensure_pages(session, [address_of(wrong)])
        source = session.scalars(select(Page.id).where(Page.url == URL)).one()
        session.add(
            Link(source_id=source, target_id=ids[wrong], kind="related", box="", anchor="Menu",
                 position=9, teaser="", first_run_id=newest, last_run_id=newest)
        )  # fmt: skip
    (found,) = again(database)
    assert [(one.step, one.url) for one in found.changes] == [("removed", wrong)]
    assert set(links(database)) == set(TARGETS)


def test_next_run_follows_what_was_found(database: Database) -> None:
    again(database)
    with database.write() as session:
        lifecycle.begin(
            session, kind="manual", seeds=[address_of(URL)], rules=CrawlScope(depth=2),
            owner="me:1",
            now=NOON + timedelta(hours=1),
        )  # fmt: skip
        rows = session.execute(select(Page.state).where(Page.url.in_(TARGETS)))
        assert {row.state for row in rows} == {"due"}
        assert set(session.scalars(select(Link.unfollowed))) == {None}
