"""The nightly crawl: one run a night for each site of ``terkait.toml``."""

import logging
from collections.abc import Callable
from datetime import datetime

from crawler.storing import address_of
from crawler.urls import canonical
from db import runs
from db.config import Config, Site
from db.errors import RunAlreadyActive
from db.follow import Rules
from db.models import Run
from db.session import Database
from db.types import utc_now
from workers.carry import Carrier, Watch
from workers.schedule import last_due

logger = logging.getLogger(__name__)


def begin_site(
    database: Database, site: Site, *, due: datetime | None, owner: str, now: datetime
) -> int | None:
    """Begin the run of a site; None where its moment has had its run.

    due: the scheduled moment; None: now, besides the schedule.
    """
    seeds = [address_of(canonical(url)) for url in site.seeds]
    rules = Rules(
        follow=site.follow,
        depth=site.depth,
        max_pages=site.max_pages,
        sites=tuple(sorted({seed.site for seed in seeds})),
    )
    try:
        with database.write() as session:
            run_id, _ = runs.begin(
                session,
                kind="nightly",
                seeds=seeds,
                rules=rules,
                owner=owner,
                now=now,
                due_key=f"{site.name} {due.isoformat()}" if due else None,
            )
    except RunAlreadyActive as reason:
        logger.info("site %s: %s", site.name, reason)
        return None
    return run_id


def run_night(
    config: Config,
    database: Database,
    *,
    is_scheduled: bool = True,
    watch: Watch | None = None,
    on_end: Callable[[Site, Run], None] = lambda _site, _run: None,
) -> list[Run]:
    """Carry out what is due, site by site. Returns the runs.

    is_scheduled: only sites whose moment has not had its run; else all, now.
    """
    owner = runs.this_process()
    watch = watch or Watch()
    done: list[Run] = []
    for site in config.sites:
        if watch.should_stop():
            break
        now = utc_now()
        due = last_due(config.nightly, now) if is_scheduled else None
        run_id = begin_site(database, site, due=due, owner=owner, now=now)
        if run_id is None:
            continue
        carrier = Carrier(database, config, run_id=run_id, owner=owner, watch=watch)
        done.append(carrier.carry_out())
        on_end(site, done[-1])
    return done
