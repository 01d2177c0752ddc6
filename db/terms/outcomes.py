"""What can come of a request, as values: the one vocabulary of spiders and database.

Plain Python; the modules of ``db.frontier`` store them.
"""

from dataclasses import dataclass
from datetime import datetime

from db.objects.store import ObjectName
from db.terms.addresses import Address
from db.terms.states import Why

#: an entry of a list with the time that the list gives for it
Line = tuple[Address, datetime | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundLink:
    """A link of a fetched page."""

    target: Address
    kind: str
    box: str
    anchor: str
    position: int
    teaser: str
    published_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenBox:
    """A box of links of one page."""

    place: str
    #: canonical addresses
    targets: tuple[str, ...]
    #: nothing on the page said what the box is
    is_unlabelled: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenPage:
    """The boxes of one page, for learning the layout of its site."""

    url: str
    boxes: tuple[SeenBox, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A page as it comes from the web, with its links, ready to be stored."""

    page_id: int
    #: the address that answered
    url: str
    status: int
    headers: dict[str, str]
    fetched_at: datetime
    size: int
    #: zstd
    body: bytes
    #: where the body lies outside of the database; None: it goes into the row
    stored: ObjectName | None = None
    #: of the bytes before compression; None: not all of its headers are here
    sha256: bytes | None = None
    #: it was read before, and is not read again where it is the same
    is_known: bool = False
    links: tuple[FoundLink, ...] = ()
    #: article links in other boxes: not followed, but explained
    others: tuple[Address, ...] = ()
    #: what stands among related articles and is none
    no_articles: tuple[Address, ...] = ()
    #: where its links stand, for learning the site's layout
    boxes: tuple[SeenBox, ...] = ()
    #: the page on which its article goes on
    next_part: Address | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A feed, sitemap or section page as it came."""

    page_id: int
    status: int
    etag: str | None
    last_modified: str | None
    #: newest first
    entries: tuple[Line, ...] = ()
    #: of a sitemap index: the sitemaps
    lists: tuple[Line, ...] = ()
    #: entries beyond those that are read of one list
    left: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Unchanged:
    """A page that was asked for again and is as it was."""

    page_id: int
    #: HTTP status: 304, or 200 with the same bytes
    status: int
    #: the validators that came with the answer
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Redirected:
    """A page that leads elsewhere."""

    page_id: int
    target: Address
    status: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """A request that brought no page."""

    page_id: int
    why: Why
    status: int | None = None
    #: seconds until the next try; None: not again in this run
    retry_seconds: float | None = None
    #: the address is kept as it was asked for: no attempt is counted (Retry-After, robots.txt)
    counts: bool = True
    #: not before this long may a later run try it again
    rest_seconds: float = 0.0
    #: False: it was given up without a request, which costs nothing of the budget
    was_asked: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A page that may not be fetched."""

    page_id: int
    why: Why


@dataclass(frozen=True, kw_only=True, slots=True)
class HostRest:
    """A host is to rest, or answers again."""

    host_id: int
    #: no request for so long; None: it answers again
    rest_seconds: float | None
    #: it failed again and again; None: it asked for the rest itself
    problem: Why | None = None


#: what can be stored
Outcome = Fetched | Listed | Unchanged | Redirected | Failed | Refused | HostRest
