"""The scheduled crawl: one run for each site of ``terkait.toml`` and moment of its schedule."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from crawler.storing import address_of
from crawler.urls import BadURL, canonical
from db import rounds, runs
from db.addresses import Address
from db.config import Config, Site
from db.errors import BadSettings, RunAlreadyActive
from db.follow import Rules
from db.models import Run
from db.session import Database
from db.types import utc_now
from db.walk import Walk
from workers.carry import Carrier, Watch
from workers.schedule import last_due

logger = logging.getLogger(__name__)


def begin_site(
    database: Database, site: Site, *, due: datetime | None, owner: str, now: datetime
) -> int | None:
    """Begin the run of a site; None where its moment has had its run, or one is under way.

    Its feeds, sitemaps and sections are asked for, and its known pages whose next visit has come.
    due: the scheduled moment; None: now, besides the schedule.
    """
    seeds = _addresses(site.seeds)
    lists = {"feed": site.feeds, "sitemap": site.sitemaps, "section": site.sections}
    roles = {address: role for role, urls in lists.items() for address in _addresses(urls)}
    rules = Rules(
        follow=site.follow,
        depth=site.depth,
        max_pages=site.max_pages,
        sites=tuple(sorted({address.site for address in (*seeds, *roles)})),
        min_revisit_seconds=site.min_revisit_minutes * 60,
        max_revisit_seconds=site.max_revisit_days * 86_400,
    )
    try:
        with database.write() as session:
            runs.require_idle(session, site.name, owner=owner, now=now)
            run_id, goes_on = runs.begin(
                session,
                kind="nightly",
                seeds=seeds,
                rules=rules,
                owner=owner,
                now=now,
                due_key=f"{site.name} {due.isoformat()}" if due else None,
                site=site.name,
            )
            if not goes_on:
                walk = Walk(run_id=run_id, rules=rules, now=now)
                rounds.begin(session, walk, site=site.name, roles=roles)
    except RunAlreadyActive as reason:
        logger.info("site %s: %s", site.name, reason)
        return None
    return run_id


def _addresses(urls: Iterable[str]) -> list[Address]:
    try:
        return [address_of(canonical(url)) for url in urls]
    except BadURL as error:
        raise BadSettings(f"sites: {error}") from error


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
        due = last_due(config.nightly, site, now) if is_scheduled else None
        if is_scheduled and due is None:
            continue
        run_id = begin_site(database, site, due=due, owner=owner, now=now)
        if run_id is None:
            continue
        carrier = Carrier(database, config, run_id=run_id, owner=owner, watch=watch)
        done.append(carrier.carry_out())
        on_end(site, done[-1])
    return done
