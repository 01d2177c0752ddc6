"""What of the web cannot be used, and why. ``db.terms.errors`` draws the tree of all errors."""

from db.terms.errors import TerkaitError
from db.terms.states import Why


class CrawlerError(TerkaitError):
    """Something of the web cannot be used; the message is the reason that is kept with it."""


class BadURL(CrawlerError, ValueError):
    """The text is not an address this program can fetch."""


class NoListing(CrawlerError, ValueError):
    """The document is neither feed nor sitemap."""


class HeadersTooLong(CrawlerError):
    """The server sends headers without end."""


class TooLarge(CrawlerError, ValueError):
    """More comes out of a packed body than is allowed."""


class BrokenOff(CrawlerError, ValueError):
    """A packed body ends before its end, or is none."""


class NotFetched(CrawlerError):
    """There is no answer, or none that may be had."""


class FetchForbidden(CrawlerError):
    """The address may not be fetched; ``why`` is kept with it."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why


class PrivateAddress(FetchForbidden):
    """The host is, or resolves to, an address of a private network that was not allowed."""
