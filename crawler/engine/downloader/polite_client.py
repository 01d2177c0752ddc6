"""Asks for a few addresses, one after the other, by the same rules as a crawl; keeps nothing.

For a look at a site: robots.txt first, the pace of each host, no private address
(``crawler.engine.host_slots``). How a request is made is passed in (``crawler.spiders.probe``).
"""

import asyncio
from collections.abc import Awaitable, Callable

from crawler.engine.downloader.address_guard import Guard
from crawler.engine.downloader.robots import Robots, decode_robots
from crawler.engine.failure_policy import BUSY, REDIRECTS
from crawler.engine.host_slots import FetchRequest, HostSlot, HostSlots
from crawler.engine.throttle import Throttle
from crawler.errors import BadURL, NotFetched
from crawler.page.items import FetchedPage
from crawler.page.urls import canonical, host_of
from db.config import Config
from db.terms.claims import Claim, HostState
from db.terms.outcomes import Failed, HostRest, Refused
from db.terms.states import Reason, Why

#: of a page; robots.txt has a limit of its own
_MAX_REDIRECTS = 5


class Fetcher:
    """Gets pages.

    download: makes one request, of any status. Raises NotFetched where no answer comes.
    """

    def __init__(self, config: Config, download: Callable[[str], Awaitable[FetchedPage]]) -> None:
        self._config = config
        self._download = download
        self._refused: list[Failed | Refused | HostRest] = []
        self._slots = HostSlots(
            guard=Guard(config.allow_private),
            agent=config.agent,
            concurrency=1,
            emit=self._refused.append,
        )
        #: host -> its slot
        self._known: dict[str, HostSlot] = {}

    async def get(self, url: str) -> FetchedPage:
        """The answer to an address, after redirects. Raises NotFetched."""
        target = url
        for _ in range(_MAX_REDIRECTS + 1):
            page = await self._page(target)
            if page.status not in REDIRECTS:
                return page
            try:
                target = canonical(page.headers.get("location", ""), target)
            except BadURL as error:
                raise NotFetched(f"{url}: redirect: {error}") from error
        raise NotFetched(f"{url}: too many redirects")

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that robots.txt of the address's host names, where it was asked for."""
        robots = self._slot(url).robots
        return list(robots.rules.sitemaps) if robots is not None and robots.rules else []

    def robots(self) -> dict[str, Robots]:
        """Host -> its rules, of all hosts that were asked for them."""
        return {name: slot.robots for name, slot in self._known.items() if slot.robots is not None}

    def _slot(self, url: str) -> HostSlot:
        name = host_of(url)
        if name not in self._known:
            number = len(self._known) + 1
            throttle = Throttle(delay_seconds=self._config.delay_seconds, concurrency=1)
            self._known[name] = HostSlot(host=HostState(id=number, name=name), throttle=throttle)
            self._slots.add(self._known[name])
        return self._known[name]

    async def _page(self, url: str) -> FetchedPage:
        """The answer, once the host may be asked. Raises NotFetched."""
        slot = self._slot(url)
        claim = Claim(page_id=0, host_id=slot.host.id, url=url, depth=0, attempts=0)
        slot.claims.append(claim)
        self._refused.clear()
        while True:
            request = self._slots.next_request()
            if self._refused:
                raise NotFetched(f"{url}: {_in_words(self._refused[0])}")
            if request is None:
                await asyncio.sleep(self._slots.ready_in())
            elif request.claim is None:
                await self._learn(request)
            else:
                return await self._ask(request)

    async def _ask(self, request: FetchRequest) -> FetchedPage:
        try:
            page = await self._download(request.url)
        finally:
            self._slots.came_back(request.slot)
        if page.status in BUSY and request.claim is not None:
            # whoever waits at a terminal is not to wait an hour, nor is the host to be pressed
            request.slot.given_up = Why(Reason.HOST_IS_BUSY, str(Why.http(page.status)))
        return page

    async def _learn(self, request: FetchRequest) -> None:
        """Take the host's rules, following their redirects."""
        status: int | None = None
        text: str | None = None
        try:
            page = await self._ask(request)
            status, problem = page.status, Why.http(page.status)
            if status in REDIRECTS:
                location = page.headers.get("location", "")
                if self._slots.robots_redirected(request, request.url, location):
                    return
                status = 404
            text = decode_robots(page.body) if 200 <= status < 300 else None
        except NotFetched as error:
            problem = Why(Reason.OTHER, str(error))
        robots = self._slots.robots_answered(request.slot, status, text, is_final=status is None)
        if robots is not None:
            request.slot.take_robots(robots, problem)


def _in_words(refused: Failed | Refused | HostRest) -> str:
    if isinstance(refused, HostRest):
        return "its host is to rest"
    return "robots.txt forbids it" if refused.why.reason is Reason.ROBOTS else str(refused.why)
