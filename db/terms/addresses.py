"""An address as rows need it. Plain Python; ``db.frontier.page_rows`` makes the rows."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """An address with what the rows need to know of it."""

    #: canonical
    url: str
    #: host, or host:port
    host: str
    #: registered domain
    site: str
