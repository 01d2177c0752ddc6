"""An address as rows need it. Plain Python; ``db.frontier.page_rows`` makes the rows."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """An address with what the rows need to know of it."""

    #: canonical
    url: str
    #: host, or host:port
    host: str
    #: registered domain
    site: str
    #: the spelling to ask for, where it was written in another than the canonical one
    written: str | None = field(default=None, compare=False)
