"""A manual run from order to verdict: what ``terkait crawl`` and ``terkait demo`` do."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from crawler.engine.downloader.address_guard import Guard
from crawler.errors import BadURL, PrivateAddress
from crawler.page.urls import address_at
from db.config import Config
from db.frontier.scope import DEFAULT_DEPTH, DEFAULT_MAX_PAGES, CrawlScope
from db.models import Run
from db.runs import lifecycle, ownership
from db.runs.report import failures_of, hosts_under_way, long_rests
from db.sql.session import Database, sqlite_file
from db.sql.types import utc_now
from db.terms.addresses import Address
from db.terms.link_kinds import FOLLOWABLE
from db.terms.states import Reason, Why, unread_in_words
from terkait.addresses import shown, with_scheme
from terkait.cli.output import moment
from terkait.database import open_database
from terkait.errors import BadUsage, DataFolderBusy
from terkait.exit_codes import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK
from terkait.interrupts import Stop, asked_to_stop
from terkait.orders import hand_over
from terkait.progress import ProgressDisplay
from terkait.services import LocalServices
from workers.runs.forking import ForkServer
from workers.runs.supervisor import RunHooks, RunSupervisor

#: verdicts with which a run counts as done
_GOOD = ("ok", "degraded", "nothing due")
#: between two looks at the hosts that a run walks
_HOSTS_SECONDS = 1.0
#: what a site that speaks HTTP alone answers to HTTPS
_NO_SECURE_SERVER = {
    *(Reason.CONNECTION_REFUSED, Reason.TLS, Reason.TIMEOUT),
    *(Reason.CONNECTION_CLOSED, Reason.NO_CONNECTION),
}
#: failures named in the summary
_MAX_FAILURES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlRequest:
    """What is to be crawled."""

    urls: tuple[str, ...]
    follow: tuple[str, ...] = FOLLOWABLE
    depth: int = DEFAULT_DEPTH
    max_pages: int = DEFAULT_MAX_PAGES
    max_per_site: int = 0
    max_per_host: int = 0
    any_site: bool = False
    fresh: bool = False
    #: spider processes
    spiders: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlResult:
    """How a run ended."""

    run: Run
    #: (reason, how many pages, one of them)
    failures: tuple[tuple[str, int, str], ...]
    #: pages that are due and were not fetched
    left: int
    #: pages that were fetched and wait to be read
    unread: int = 0

    @property
    def exit_code(self) -> int:
        """What the command ends with."""
        if self.run.state == "finished":
            is_good = self.run.verdict in _GOOD and not self.is_page_given_up
            return EXIT_OK if is_good else EXIT_FAILED
        # one that was handed over, and is under way, may be left to itself
        is_left = self.run.message == "stopped" or self.run.state in ("ordered", "running")
        return EXIT_INTERRUPTED if is_left else EXIT_FAILED

    @property
    def is_page_given_up(self) -> bool:
        """A page came and could not be read, by no fault of its site."""
        return any(Why.parse(reason).is_own_fault for reason, _, _ in self.failures)

    def as_json(self) -> dict[str, Any]:
        """The run as JSON values."""
        run = self.run
        return {
            "run": run.id,
            "state": run.state,
            "verdict": run.verdict,
            "message": run.message,
            "fetched": run.fetched,
            "read": run.read,
            "stored": run.stored,
            "new_articles": run.new_articles,
            "new_revisions": run.new_revisions,
            "unchanged": run.unchanged,
            "failed": run.failed,
            "unreadable": run.unreadable,
            "links": run.links,
            "left": self.left,
            "failures": [
                {"reason": reason, "pages": pages, "example": url}
                for reason, pages, url in self.failures
            ],
        }


def run_crawl(
    config: Config,
    order: CrawlRequest,
    *,
    is_quiet: bool = False,
    forks: ForkServer | None = None,
) -> CrawlResult:
    """Crawl as ordered, with progress and a summary on standard error.

    Where ``terkait up`` has the data folder, it is handed the order. forks: begun already.
    """
    seeds = _seeds(config, order)
    rules = _rules(order, seeds)
    with ProgressDisplay("crawl", is_quiet=is_quiet) as display:
        for refused in _refused(config, order):
            display.say(f"not crawled: {refused}")
        try:
            services = LocalServices(config, forks=forks)
            result = _crawl_here(services, order, seeds, rules, display)
        except DataFolderBusy as busy:
            if not busy.takes_orders:
                raise
            result = _crawl_there(config, order, seeds, rules, display)
    summarise(result, ProgressDisplay("crawl", is_quiet=is_quiet), config)
    return result


def _crawl_here(
    services: LocalServices,
    order: CrawlRequest,
    seeds: list[Address],
    rules: CrawlScope,
    display: ProgressDisplay,
) -> CrawlResult:
    config = services.config
    with asked_to_stop(display.say) as stop, services as local:
        path = sqlite_file(config)
        if path is not None and not path.exists():
            local.start_services()  # they load while the tables are made
        database = open_database(config, create=True)
        try:
            database.objects.check()
            stop.obey()
            watch = watch_with(local, database, display, stop, spiders=order.spiders)
            watch.end_readers = local.end_readers
            run = _run(local, database, seeds, rules, display, watch)
            return result_of(database, run)
        finally:
            database.close()


def _crawl_there(
    config: Config,
    order: CrawlRequest,
    seeds: list[Address],
    rules: CrawlScope,
    display: ProgressDisplay,
) -> CrawlResult:
    database = open_database(config)
    try:
        with asked_to_stop(lambda _said: None) as stop:
            run = hand_over(
                config,
                database,
                seeds=seeds,
                rules=rules,
                spiders=order.spiders,
                display=display,
                stop=stop,
            )
            return result_of(database, run)
    finally:
        database.close()


def _run(
    local: LocalServices,
    database: Database,
    seeds: list[Address],
    rules: CrawlScope,
    display: ProgressDisplay,
    watch: RunHooks,
) -> Run:
    owner = ownership.this_process()
    with database.write() as session:
        run_id, goes_on = lifecycle.begin(
            session, kind="manual", seeds=seeds, rules=rules, owner=owner, now=utc_now()
        )
    if goes_on:
        display.say(f"run {run_id} goes on where it stopped")
    return RunSupervisor(
        database, local.config, run_id=run_id, owner=owner, watch=watch
    ).carry_out()


def watch_with(
    local: LocalServices, database: Database, display: ProgressDisplay, stop: Stop, *, spiders: int
) -> RunHooks:
    """Look after the services and show how far the runs are, until the user asks to stop."""
    under_way: dict[int, lifecycle.Progress] = {}
    told: set[str] = set()
    hosts: list[str] = []
    looked_at = float("-inf")

    def look_at_hosts() -> None:
        nonlocal looked_at
        looked_at = time.monotonic()
        with database.read() as session:
            hosts[:] = hosts_under_way(session, under_way)
            rests = long_rests(session, under_way, utc_now())
        for host in rests:
            if host.name not in told:
                told.add(host.name)
                display.say(f"{host.name} rests until {moment(host.rest_until)}; its pages wait")

    def on_progress(run_id: int, progress: lifecycle.Progress) -> None:
        under_way[run_id] = progress
        if time.monotonic() - looked_at > _HOSTS_SECONDS:
            look_at_hosts()
        display.show(lifecycle.total(under_way.values()), hosts)

    return RunHooks(
        look_after=local.look_after,
        replace_readers=lambda: local.replace("worker"),
        on_progress=on_progress,
        on_start=local.start_services,
        should_stop=lambda: stop.is_asked,
        environment=local.environment,
        spiders=spiders,
        start_process=local.start_process,
    )


def _rules(order: CrawlRequest, seeds: list[Address]) -> CrawlScope:
    unknown = [kind for kind in order.follow if kind not in FOLLOWABLE]
    if unknown or not order.follow:
        given = ", ".join(unknown) or "nothing"
        raise BadUsage(f"--follow takes {', '.join(FOLLOWABLE)}, not {given}")
    return CrawlScope(
        follow=tuple(kind for kind in FOLLOWABLE if kind in order.follow),
        depth=order.depth,
        max_pages=order.max_pages,
        max_per_site=order.max_per_site,
        max_per_host=order.max_per_host,
        sites=() if order.any_site else tuple(sorted({seed.site for seed in seeds})),
        fresh=order.fresh,
    )


def _seeds(config: Config, order: CrawlRequest) -> list[Address]:
    """The addresses that may be crawled. Raises BadUsage where there is none."""
    guard = Guard(config.allow_private)
    seeds, problem = [], ""
    for url in order.urls:
        try:
            address = address_at(url)
            guard.check_host(address.host)
        except BadURL as error:
            raise BadUsage(f"{shown(url)}: {error}") from error
        except PrivateAddress as error:
            problem = _private(url, error)
            continue
        seeds.append(address)
    if not seeds:
        raise BadUsage(problem)
    return list(dict.fromkeys(seeds))


def _refused(config: Config, order: CrawlRequest) -> Iterator[str]:
    guard = Guard(config.allow_private)
    for url in order.urls:
        try:
            guard.check_host(address_at(url).host)
        except PrivateAddress as error:
            yield _private(url, error)


def _private(url: str, error: PrivateAddress) -> str:
    return f"{shown(url)}: {error}; to crawl it all the same, add its host to TERKAIT_ALLOW_PRIVATE"


def result_of(database: Database, run: Run) -> CrawlResult:
    """The run with what failed in it and what is left."""
    with database.read() as session:
        failures = tuple(failures_of(session, run.id))
        left = lifecycle.count_due(session, run.id)
        unread = lifecycle.progress(session, run.id, due=left).unread
    return CrawlResult(run=run, failures=failures, left=left, unread=unread)


def hint_at_http(result: CrawlResult, urls: Iterable[str], display: ProgressDisplay) -> None:
    """Say where https:// was taken for want of a scheme, and no such server answered.

    urls: as they were written.
    """
    taken = [url.strip() for url in urls if with_scheme(url) == f"https://{url.strip()}"]
    reasons = {Why.parse(reason).reason for reason, _, _ in result.failures}
    if taken and not result.run.fetched and reasons & _NO_SECURE_SERVER:
        display.say(
            f"  https:// was taken; for a site that speaks http alone write http://{taken[0]}"
        )


def summarise(result: CrawlResult, display: ProgressDisplay, config: Config) -> None:
    """Say how a run ended."""
    run = result.run
    how = run.verdict if run.state == "finished" else f"{run.state}: {run.message}"
    if run.message is None and run.verdict is None:
        how = run.state
    display.say(
        f"run {run.id} {how}: {run.fetched} fetched, {run.stored} articles "
        f"({run.new_articles} new, {run.new_revisions} in a new version), "
        f"{run.unchanged} unchanged, {run.failed} failed"
    )
    for reason, pages, url in result.failures[:_MAX_FAILURES]:
        more = f" and {pages - 1} more" if pages > 1 else ""
        display.say(f"  {reason}: {url}{more}")
        if Why.parse(reason).reason is Reason.LIST_OF_OTHER_SITES:
            display.say("  to crawl that too, add an address there to the site's seeds")
    if run.verdict == "nothing due" and run.kind == "manual" and not result.failures:
        display.say("  its pages are known and not due yet; --fresh fetches them again")
    if run.read and not run.stored and not run.failed:
        url = run.seeds[0] if run.seeds else "URL"
        display.say("  no page was an article; a home page or section lists its articles with")
        display.say(f"  terkait crawl {url} --list")
    if result.left:
        left = "1 page is" if result.left == 1 else f"{result.left} pages are"
        display.say(f"  {left} still due; run the same command again to continue")
    if result.unread:
        display.say(f"  {unread_in_words(result.unread)}; run the same command again")
    if run.state == "interrupted" and run.message != "stopped":
        display.say(f"  the files {config.data}/spider.log and worker.log say more")
