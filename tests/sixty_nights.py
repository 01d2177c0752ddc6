"""``python -m tests.sixty_nights DATABASE NIGHTS``: a site crawled night after night, quickly.

The real spider and the real readers on a calendar of the test's own. Prints a JSON value: what the
site truly served and what the database says of it.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.engine.page_pool import PagePool

#: a night's seconds pass so much faster: retries and rests take no time
SPEED = 20.0
BEGIN = datetime(2026, 1, 1, 20, tzinfo=UTC)
WEATHER = {
    5: "shell", 9: "no boxes", 13: "robots closed", 17: "down", 21: "blocked", 25: "slow",
    29: "soft error", 30: "soft error", 34: "shell", 35: "shell", 40: "robots closed",
    41: "robots closed", 45: "no boxes", 49: "blocked", 53: "down",
}  # fmt: skip


class KeptPool(PagePool):
    """One process that looks into the pages of all nights."""

    def close(self) -> None:
        """It is ended with this program."""


class SpedCalendar:
    """The moment, with seconds that pass faster; ``go_to`` lets days pass."""

    def __init__(self) -> None:
        self.go_to(0)

    def go_to(self, night: int) -> None:
        """It is that night's beginning."""
        self._base, self._began = BEGIN + timedelta(days=night), time.monotonic()

    def __call__(self) -> datetime:
        """The moment."""
        return self._base + timedelta(seconds=(time.monotonic() - self._began) * SPEED)


def sped_clock() -> float:
    """Seconds, faster."""
    return time.monotonic() * SPEED


def main(url: str, nights: str) -> None:
    """Crawl, and print."""
    pool = KeptPool()
    pool.start()  # while no thread runs
    from twisted.internet import asyncioreactor

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    asyncioreactor.install(loop)
    from twisted.internet import reactor

    crawling = loop.create_task(_nights(url, pool, int(nights)))
    crawling.add_done_callback(lambda _task: reactor.stop())  # type: ignore[attr-defined]
    reactor.run()  # type: ignore[attr-defined]
    PagePool.close(pool)
    sys.stdout.write(json.dumps(crawling.result(), default=str))


async def _nights(url: str, pool: PagePool, count: int) -> dict[str, Any]:
    from db.config import Site
    from db.sql.session import Database
    from tests.switched_site import SwitchedSite
    from tests.web import HttpSite

    calendar, database = SpedCalendar(), Database(url)
    with HttpSite() as server, HttpSite("127.0.0.2") as elsewhere:
        room = SwitchedSite(server, elsewhere, calendar)
        site = Site(name="room", feeds=(server.url("/feed"),), depth=2, min_revisit_minutes=60)
        for _ in range(6):
            room.publish()
        nights = []
        for night in range(count):
            calendar.go_to(night)
            room.night, room.weather = night, WEATHER.get(night, "")
            room.publish()
            _happenings(room, night)
            nights.append(await _one_night(database, site, calendar, pool))
        told = _told(database)
    database.close()
    diary = {server.url(path): [asdict(one) for one in page] for path, page in room.diary.items()}
    return {"nights": nights, "diary": diary, "trespasses": room.trespasses, **told,
            "base": server.base_url}  # fmt: skip


def _happenings(room: Any, night: int) -> None:
    """What befalls single articles."""
    if night % 3 == 2:
        room.versions[night] += 1
    if night % 10 == 4:
        room.gone.add(night - 3)
    if night % 10 == 8:
        room.moved.add(night - 2)


async def _one_night(database: Any, site: Any, calendar: Any, pool: PagePool) -> dict[str, Any]:
    from scrapy.crawler import AsyncCrawlerRunner
    from scrapy.utils.project import get_project_settings

    from crawler.engine.crawl_session import Time
    from crawler.spiders.related import RelatedSpider
    from db.frontier import leases
    from db.runs import lifecycle
    from workers.ingest.pipeline import ingest
    from workers.runs.nightly import begin_site

    run_id = begin_site(database, site, due=None, owner="nights:1", now=calendar())
    assert run_id is not None
    runner = AsyncCrawlerRunner(get_project_settings())
    time_ = Time(calendar=calendar, clock=sped_clock)
    crawl = runner.crawl(RelatedSpider, run=str(run_id), owner=f"nights:1/{run_id}/1", pages=pool,
                         time=time_)  # fmt: skip
    await asyncio.wait([crawl])
    with database.write() as session:
        ids = leases.waiting(session, silent_seconds=-1, limit=9_999, now=calendar())
    await asyncio.to_thread(ingest, database, ids, calendar=calendar)
    with database.write() as session:
        run = lifecycle.finish(session, run_id, message=None, now=calendar())
        names = ("id", "verdict", "message", "new_articles", "new_revisions", "unreadable")
        return {name: getattr(run, name) for name in names}


def _told(database: Any) -> dict[str, Any]:
    """What the database says."""
    from sqlalchemy import select

    from db.models import Article, Cluster, Page, PageVisit, Revision, Text
    from db.queries.export import export
    from db.queries.removals import gone_since

    with database.read() as session:
        records = list(export(session))
        visits = session.execute(
            select(Page.url, PageVisit.run_id, PageVisit.outcome, PageVisit.at)
            .join(Page, Page.id == PageVisit.page_id)
            .order_by(PageVisit.id)
        )
        bodies = session.execute(
            select(Revision.article_id, Text.body)
            .join(Text, Text.id == Revision.text_id)
            .order_by(Revision.article_id, Revision.number)
        )
        gone = gone_since(session, session.scalars(select(Article.id)))
        return {
            "articles": records,
            "visits": [list(row) for row in visits],
            "versions": [list(row) for row in bodies],
            "gone": sorted(gone),
            "clusters": len(session.scalars(select(Cluster.id)).all()),
            "copies": [
                [article.url, article.cluster_id, article.first_run_id, article.revisions]
                for article in session.scalars(
                    select(Article).where(Article.cluster_id.is_not(None)).order_by(Article.id)
                )
            ],
        }


if __name__ == "__main__":
    main(*sys.argv[1:3])
