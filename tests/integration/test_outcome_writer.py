"""What the spider's writer tells the readers, and when."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from crawler.engine.notifier import BATCH, Notifier
from crawler.engine.page_pool import PagePool
from crawler.engine.writer import OutcomeWriter
from crawler.page.urls import address_of
from db.frontier import leases
from db.frontier.scope import CrawlScope
from db.runs import lifecycle
from db.sql.compression import pack
from db.sql.session import Database
from db.terms.outcomes import Fetched
from tests.rows import NOON

PAGES = 2 * BATCH + 7


class Bell(Notifier):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.messages: list[list[int]] = []

    def notify(self, page_ids: Sequence[int]) -> bool:
        self.messages.append(list(page_ids))
        return True

    def close(self) -> None:
        """There is no connection."""


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    yield database
    database.close()


def claimed(database: Database) -> tuple[int, list[Fetched]]:
    """A run, and pages of it that its spider has fetched."""
    urls = [f"https://a.test/read/{n}/judul" for n in range(PAGES)]
    with database.write() as session:
        run_id, _ = lifecycle.begin(
            session, kind="manual", rules=CrawlScope(depth=1), owner="me:1", now=NOON,
            seeds=[address_of(url) for url in urls],
        )  # fmt: skip
        (host,) = leases.lease_hosts(session, run_id=run_id, owner="me:1", limit=9, now=NOON)
        claims = leases.claim(
            session, run_id=run_id, host_id=host.id, owner="me:1", limit=PAGES, now=NOON
        )
    return run_id, [
        Fetched(
            page_id=claim.page_id, url=claim.url, status=200, fetched_at=NOON, headers={},
            size=3, body=pack(b"Isi"),
        )
        for claim in claims
    ]  # fmt: skip


async def told(database: Database, bell: Bell) -> list[int]:
    """Store all, the first page by itself; how many messages there were after each step."""
    run_id, pages = claimed(database)
    wake = asyncio.Event()
    writer = OutcomeWriter(
        database, bell, run_id=run_id, rules=CrawlScope(depth=1), owner="me:1",
        wake=wake, pages=PagePool(), calendar=lambda: NOON,
    )  # fmt: skip
    writer.start()
    counts = []
    for some in (pages[:1], pages[1:-1], pages[-1:]):
        for page in some:
            writer.put(page)
        while writer.pending:
            await wake.wait()
            wake.clear()
        counts.append(len(bell.messages))
    await writer.close()
    return counts


def test_readers_are_told_of_the_first_page_at_once_and_of_others_in_full_messages(
    database: Database,
) -> None:
    bell = Bell()
    after_first, *_ = asyncio.run(told(database, bell))
    assert after_first == 1
    sizes = [len(message) for message in bell.messages]
    assert sum(sizes) == PAGES
    assert len({page for message in bell.messages for page in message}) == PAGES
    assert sizes[0] == 1
    assert all(size % BATCH == 0 for size in sizes[1:-1])
