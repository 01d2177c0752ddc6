"""One run carried out by one spider: turns answers into outcomes and ends well."""

import asyncio
import logging
from collections.abc import Mapping
from urllib.request import getproxies

from scrapy.http import Response

from crawler.engine.address_guard import Guard
from crawler.engine.batch import Refused, Visit, address_of
from crawler.engine.block_pages import blocked_by
from crawler.engine.failure_policy import (
    BLOCKED,
    BUSY,
    KEPT_HEADERS,
    MAY_BLOCK,
    REDIRECTS,
    blocked,
    failure_of_error,
    failure_of_status,
    is_trouble,
    is_web_page,
    retry_after,
    unusable,
)
from crawler.engine.frontier_client import FrontierClient, PoliteSettings
from crawler.engine.host_slots import FetchRequest, HostSlots
from crawler.engine.notifier import Notifier
from crawler.engine.responses import headers_of
from crawler.engine.scheduler import Scheduler
from crawler.engine.writer import OutcomeWriter
from crawler.errors import PrivateAddress
from crawler.page.items import FOLLOWABLE, FetchedPage
from crawler.page.urls import BadURL, canonical, site_of
from db.config import Config, load_config
from db.errors import BadSettings
from db.frontier.archive import Redirected
from db.frontier.leases import Claim
from db.frontier.revisits import Unchanged
from db.frontier.scope import CrawlScope
from db.revision import make_ready
from db.runs import lifecycle, ownership
from db.session import Database
from db.types import utc_now

logger = logging.getLogger(__name__)

_TRUE = frozenset({"1", "true", "yes", "on"})


#: a run waits so long for a robots.txt whose host is busy; a longer rest is the next run's
_ROBOTS_PATIENCE_SECONDS = 60.0


class CrawlSession:
    """The parts of a run in one spider process."""

    def __init__(self, config: Config, database: Database, run_id: int, owner: str) -> None:
        self._database = database
        self.run_id = run_id
        #: True when the scheduler came to its end
        self.is_complete = False
        with database.read() as session:
            rules = CrawlScope.of(lifecycle.get(session, run_id).rules)
        self._guard = Guard(config.allow_private)
        self._is_own = False
        self.writer = OutcomeWriter(
            database,
            Notifier(config.broker_url) if config.broker_url else None,
            run_id=run_id,
            rules=rules,
            owner=owner,
            stored=lambda: self.scheduler.stored(),
        )
        politeness = PoliteSettings(
            delay_seconds=config.delay_seconds,
            per_host=config.per_host,
            concurrency=config.concurrency,
            agent=config.agent,
            by_address=config.by_address and not getproxies(),
        )
        self.scheduler = Scheduler(
            HostSlots(
                guard=self._guard,
                agent=politeness.agent,
                concurrency=politeness.concurrency,
                refuse=self.writer.put,
            ),
            FrontierClient(
                database, run_id=run_id, rules=rules, owner=owner, politeness=politeness
            ),
            self.writer,
            concurrency=politeness.concurrency,
            data=config.data if config.data.exists() else config.data.absolute().parent,
            min_free_bytes=config.min_free_bytes,
        )
        self.writer.start()

    @classmethod
    async def open(cls, arguments: Mapping[str, str]) -> "CrawlSession":
        """Open the run that the spider's arguments name, or begin one."""
        config = load_config()
        database, run_id, owner, is_own = await asyncio.to_thread(_open, config, arguments)
        crawl = cls(config, database, run_id, owner)
        crawl._is_own = is_own
        return crawl

    async def close(self) -> None:
        """Store what came, give back the rest, and end the run if it is this spider's own."""
        await self.writer.close()
        await self.scheduler.close()
        await asyncio.to_thread(self._end)
        self._database.close()

    def _end(self) -> None:
        """End a run of our own; of another's, say only what it cannot know."""
        now = utc_now()
        with self._database.write() as session:
            if not self._is_own:
                if self.scheduler.stopped_by:
                    lifecycle.note(session, self.run_id, self.scheduler.stopped_by)
            elif self.is_complete:
                lifecycle.finish(session, self.run_id, message=None, now=now)
            else:
                lifecycle.pause(session, self.run_id, self.scheduler.stopped_by or "stopped", now)

    def answered(self, request: FetchRequest, response: Response) -> None:
        """Turn an answer into an outcome."""
        assert request.claim is not None
        claim, now = request.claim, utc_now()
        headers = headers_of(response)
        status = response.status
        who = blocked_by(headers, response.body) if status in MAY_BLOCK else None
        if status in REDIRECTS:
            self._redirected(request, status, headers.get("location", ""))
        elif who is not None:
            self.scheduler.trouble(request.slot, f"{BLOCKED}{who}")
            self.writer.put(blocked(claim.page_id, who, status))
        elif status == 304 and (claim.etag or claim.last_modified):
            self.scheduler.went_well(request.slot)
            self.writer.put(_unchanged(claim.page_id, headers))
        elif status != 200:
            self._failed(request, status, headers)
        else:
            self.scheduler.went_well(request.slot)
            kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
            page = FetchedPage(url=claim.url, body=response.body, fetched_at=now, headers=kept)
            self._came(claim, page)

    def _came(self, claim: Claim, page: FetchedPage) -> None:
        """An answer 200 becomes a visit where it can be read."""
        if claim.role in (None, "section") and not is_web_page(page.content_type):
            kind = page.content_type.partition(";")[0][:60]
            self.writer.put(unusable(claim.page_id, f"not a web page: {kind}", page.status))
        elif not page.body.strip():
            self.writer.put(unusable(claim.page_id, "empty page", page.status))
        else:
            self.writer.put(Visit(claim=claim, page=page))

    def _failed(self, request: FetchRequest, status: int, headers: Mapping[str, str]) -> None:
        assert request.claim is not None
        now = utc_now()
        failure = failure_of_status(
            request.claim.page_id, status, headers, attempts=request.claim.attempts, now=now
        )
        rest = retry_after(headers.get("retry-after"), now) if status in BUSY else None
        if rest is not None:
            self.scheduler.rest(request.slot, rest, failure.reason)
        elif is_trouble(status):
            self.scheduler.trouble(request.slot, failure.reason)
        self.writer.put(failure)

    def _redirected(self, request: FetchRequest, status: int, location: str) -> None:
        assert request.claim is not None
        claim = request.claim
        try:
            target = canonical(location, claim.url)
        except BadURL as error:
            self.writer.put(unusable(claim.page_id, f"redirect: {error}", status))
            return
        address = address_of(target)
        try:
            self._guard.check_host(address.host)
        except PrivateAddress as error:
            self.writer.put(Refused(page_id=claim.page_id, reason=f"redirect to {error}"))
            return
        if target == claim.url:
            self.writer.put(unusable(claim.page_id, "redirects to itself", status))
        else:
            self.writer.put(Redirected(page_id=claim.page_id, target=address, status=status))

    def unanswered(self, request: FetchRequest, reason: str, retry: bool) -> None:
        """Turn the lack of an answer into an outcome."""
        assert request.claim is not None
        if reason.startswith("private address"):
            self.writer.put(Refused(page_id=request.claim.page_id, reason=reason))
            return
        if retry:
            self.scheduler.trouble(request.slot, reason)
        self.writer.put(
            failure_of_error(
                request.claim.page_id, reason, attempts=request.claim.attempts, retry=retry
            )
        )

    async def robots_answered(self, request: FetchRequest, response: Response) -> None:
        """Take a host's rules, following its redirects."""
        status, headers = response.status, headers_of(response)
        problem = f"http {status}"
        if status in REDIRECTS:
            if self.scheduler.robots_redirected(request, response.url, headers.get("location", "")):
                return
            status = 404
        rest = retry_after(headers.get("retry-after"), utc_now()) if status in BUSY else None
        if rest is not None:
            self.scheduler.rest(request.slot, rest, problem)
        is_long = rest is not None and rest > _ROBOTS_PATIENCE_SECONDS
        await self.scheduler.robots_came(
            request.slot, status, response.body, problem, is_final=is_long
        )


def _unchanged(page_id: int, headers: Mapping[str, str]) -> Unchanged:
    return Unchanged(
        page_id=page_id,
        status=304,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
    )


def _open(config: Config, arguments: Mapping[str, str]) -> tuple[Database, int, str, bool]:
    database = Database.of(config)
    owner = arguments.get("owner") or ownership.this_process()
    if "run" in arguments:
        make_ready(database, upgrade=False)
        return database, int(arguments["run"]), owner, False
    if config.is_embedded_database:
        config.data.mkdir(parents=True, exist_ok=True)
    make_ready(database, upgrade=config.is_embedded_database)
    run_id = _begin(database, arguments, owner)
    return database, run_id, ownership.holder(owner, run_id), True


def _begin(database: Database, arguments: Mapping[str, str], owner: str) -> int:
    urls = arguments.get("url", "").split()
    if not urls:
        raise BadSettings("the spider needs an address: scrapy crawl related -a url=https://...")
    seeds = [canonical(url) for url in urls]
    any_site = arguments.get("any_site", "").lower() in _TRUE
    rules = CrawlScope(
        follow=tuple(arguments.get("follow", ",".join(FOLLOWABLE)).split(",")),
        depth=int(arguments.get("depth", 3)),
        max_pages=int(arguments.get("max_pages", 1000)),
        max_per_site=int(arguments.get("max_per_site", 0)),
        max_per_host=int(arguments.get("max_per_host", 0)),
        sites=() if any_site else tuple(sorted({site_of(url) for url in seeds})),
        fresh=arguments.get("fresh", "").lower() in _TRUE,
    )
    with database.write() as session:
        run_id, _ = lifecycle.begin(
            session,
            kind="manual",
            seeds=[address_of(url) for url in seeds],
            rules=rules,
            owner=owner,
            now=utc_now(),
        )
    return run_id
