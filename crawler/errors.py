"""Why a page was not fetched."""


class FetchForbidden(Exception):
    """The address may not be fetched; the message is the reason that is kept with it."""


class PrivateAddress(FetchForbidden):
    """The host is, or resolves to, an address of a private network that was not allowed."""


class NotFetched(Exception):
    """There is no answer, or none that may be had; the message says why."""
