"""The values that travel from the web to the readers: a page as fetched, a link as found."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawler.page.dates.date_parser import Moment
from crawler.page.urls import address_of
from db.terms.addresses import Address
from db.terms.link_kinds import LinkKind


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedPage:
    """One answer of a web server: everything that reading it needs."""

    #: the address the answer came from, after redirects
    url: str
    #: the body after content decoding (gzip ...), before character decoding
    body: bytes
    #: when it was fetched, aware; ages such as "4 jam lalu" are measured from here
    fetched_at: datetime
    #: HTTP status
    status: int = 200
    #: response headers, names in lower case
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        """The Content-Type header, or an empty string."""
        return self.headers.get("content-type", "")


@dataclass(frozen=True, kw_only=True, slots=True)
class MovedPage:
    """An answer of a web server that led elsewhere."""

    url: str
    #: where it led to
    target: str
    fetched_at: datetime
    #: HTTP status
    status: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RelatedLink:
    """A link from a page to another article."""

    #: absolute, cleaned by ``crawler.page.urls.canonical``
    url: str
    kind: LinkKind
    #: heading of the box it stands in, or ""
    box: str = ""
    #: the link's own text, white space folded
    anchor: str = ""
    #: 1 for the first link of the page's list, in document order
    position: int
    #: the text beside the link, without labels such as "Baca Selengkapnya", or ""
    teaser: str = ""
    #: when the teaser says the target was published; perhaps the day alone
    published: Moment | None = None
    #: the spelling to ask for, where the page writes another than ``url``
    written: str | None = None

    @property
    def target(self) -> Address:
        """Where it leads, as the rows need it."""
        address = address_of(self.url)
        return replace(address, written=self.written) if self.written else address
