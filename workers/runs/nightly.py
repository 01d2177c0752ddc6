"""The scheduled crawl: one run for each site of ``terkait.toml`` and moment of its schedule."""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from crawler.errors import BadURL
from crawler.page.urls import address_at
from db.config import Config, Site
from db.frontier import scheduled
from db.frontier.expansion import CrawlContext
from db.frontier.scope import CrawlScope
from db.models import Run
from db.runs import lifecycle, ownership
from db.sql.session import Database
from db.sql.types import Calendar, utc_now
from db.terms.addresses import Address
from db.terms.errors import BadSettings, RunAlreadyActive, TerkaitError
from workers.runs import notify
from workers.runs.schedule import NIGHTLY_SECONDS, check_schedules, last_due
from workers.runs.supervisor import POLL_SECONDS, RunHooks, RunSupervisor

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
    rules = _rules(site, {address.site for address in (*seeds, *roles)})
    try:
        with database.write() as session:
            lifecycle.require_idle(session, site.name, owner=owner, now=now)
            run_id, goes_on = lifecycle.begin(
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
                context = CrawlContext(run_id=run_id, rules=rules, now=now)
                scheduled.begin(session, context, site=site.name, roles=roles)
    except RunAlreadyActive as reason:
        logger.info("site %s: %s", site.name, reason)
        return None
    return run_id


def _rules(site: Site, domains: Collection[str]) -> CrawlScope:
    return CrawlScope(
        follow=site.follow,
        depth=site.depth,
        max_pages=site.max_pages,
        max_per_site=site.max_per_site,
        max_per_host=site.max_per_host,
        sites=tuple(sorted(domains)),
        min_revisit_seconds=site.min_revisit_minutes * 60,
        max_revisit_seconds=site.max_revisit_days * 86_400,
    )


def check_sites(config: Config) -> None:
    """Raise BadSettings where a site's addresses or schedule cannot be understood."""
    check_schedules(config)
    for site in config.sites:
        _addresses((*site.seeds, *site.feeds, *site.sitemaps, *site.sections))


def _addresses(urls: Iterable[str]) -> list[Address]:
    try:
        return [address_at(url) for url in urls]
    except BadURL as error:
        raise BadSettings(f"sites: {error}") from error


def run_night(
    config: Config,
    database: Database,
    *,
    is_scheduled: bool = True,
    watch: RunHooks | None = None,
    on_end: Callable[[Site, Run], None] = lambda _site, _run: None,
    calendar: Calendar = utc_now,
) -> list[Run]:
    """Carry out what is due, some sites at a time. Returns the runs.

    is_scheduled: only sites whose moment has not had its run; else all, now.
    """
    night = _Night(
        config, database, watch or RunHooks(), is_scheduled=is_scheduled, calendar=calendar
    )
    done: list[Run] = []
    try:
        while night.goes_on():
            for site, run in night.ended():
                done.append(run)
                on_end(site, run)
                notify.tell(config, database, run)
            time.sleep(POLL_SECONDS)
    except TerkaitError as error:
        night.give_up(str(error))
        raise
    finally:
        night.close()
    return done


class _Night:
    """The runs under way: of different hosts, and so none waits for another's delays."""

    def __init__(
        self,
        config: Config,
        database: Database,
        watch: RunHooks,
        *,
        is_scheduled: bool,
        calendar: Calendar,
    ) -> None:
        self._calendar = calendar
        self._config = config
        self._database = database
        self._watch = watch
        self._is_scheduled = is_scheduled
        self._owner = ownership.this_process()
        self._carriers: dict[Site, RunSupervisor] = {}
        #: what was begun; a run that could not go on is not begun again and again in one night
        self._begun: set[tuple[Site, datetime | None]] = set()
        self._to_look_at = self._sites()
        self._looked_at = time.monotonic()

    def goes_on(self) -> bool:
        """Begin what may begin now. False where nothing is under way any more."""
        if not self._watch.should_stop():
            self._look_again()
            while self._to_look_at and len(self._carriers) < self._config.nightly.sites_at_once:
                self._begin(self._to_look_at.pop(0))
        return bool(self._carriers)

    def ended(self) -> Iterator[tuple[Site, Run]]:
        """Look after each run; those that came to their end."""
        for site, carrier in list(self._carriers.items()):
            if not carrier.goes_on():
                run = carrier.end()
                self._carriers.pop(site).close()
                yield site, run

    def give_up(self, why: str) -> None:
        """End all that is under way now, to be gone on with later."""
        for carrier in self._carriers.values():
            carrier.give_up(why)

    def close(self) -> None:
        """Leave nothing running."""
        for carrier in self._carriers.values():
            carrier.close()

    def _look_again(self) -> None:
        """A site whose moment comes while another's run is long does not wait for it."""
        now = time.monotonic()
        if self._is_scheduled and now - self._looked_at > NIGHTLY_SECONDS:
            self._looked_at = now
            self._to_look_at = [site for site in self._sites() if site not in self._carriers]

    def _sites(self) -> list[Site]:
        return [site for site in self._config.sites if not site.paused]

    def _begin(self, site: Site) -> None:
        now = self._calendar()
        due = last_due(self._config.nightly, site, now) if self._is_scheduled else None
        if (self._is_scheduled and due is None) or (site, due) in self._begun:
            return
        self._begun.add((site, due))
        run_id = begin_site(self._database, site, due=due, owner=self._owner, now=now)
        if run_id is None:
            return
        carrier = RunSupervisor(
            self._database,
            self._config,
            run_id=run_id,
            owner=self._owner,
            watch=self._watch,
            calendar=self._calendar,
        )
        self._carriers[site] = carrier
        carrier.start()
