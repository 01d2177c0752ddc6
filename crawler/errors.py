"""Why a page was not fetched."""

from db.states import Why


class FetchForbidden(Exception):
    """The address may not be fetched; ``why`` is kept with it."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why


class PrivateAddress(FetchForbidden):
    """The host is, or resolves to, an address of a private network that was not allowed."""


class NotFetched(Exception):
    """There is no answer, or none that may be had; the message says why."""
