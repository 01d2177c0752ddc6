"""What a spider is given: pages to fetch, and hosts with what is remembered of them.

Plain Python; ``db.frontier.leases`` hands them out.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class HostState:
    """A leased host and what is remembered of it."""

    id: int
    name: str
    #: no request before this moment
    rest_until: datetime | None = None
    #: HTTP status of robots.txt, None where it was never fetched
    robots_status: int | None = None
    robots_body: str | None = None
    #: robots.txt is to be fetched again after this moment
    robots_until: datetime | None = None
    #: rests in a row for requests that brought nothing
    failures: int = 0
    #: why it rests
    problem: str | None = None
    #: IP address, None where it is not known or does not matter
    address: str | None = None
    #: the pace that was in use last
    delay_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A page that this spider is to fetch."""

    page_id: int
    host_id: int
    url: str
    depth: int
    attempts: int
    #: spiders that died while they had it: it is fetched alone
    deaths: int = 0
    #: it was read before, and what was found then still stands
    is_known: bool = False
    #: feed, sitemap, section; None: a page to be read
    role: str | None = None
    #: validators of the last answer; None: ask for the whole page
    etag: str | None = None
    last_modified: str | None = None
    #: the spelling to ask for, where it was written, or a redirect gave it, in another than ``url``
    spelling: str | None = None
    #: redirects to itself that it has followed
    rounds: int = 0
