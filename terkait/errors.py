"""Errors of the commands; ``db.terms.errors`` draws the tree of all."""

from db.terms.errors import TerkaitError


class CommandError(TerkaitError):
    """A command cannot do what it was asked for."""


class BadUsage(CommandError):
    """What was asked makes no sense as it stands; ends with exit code 2."""


class NothingCrawled(CommandError):
    """The data folder holds no database yet."""


class BrokerDown(CommandError):
    """The queue does not answer."""


class DataFolderBusy(CommandError):
    """Another program is at work in the data folder.

    takes_orders: it carries out crawls that are handed to it.
    """

    def __init__(self, message: str, *, takes_orders: bool = False) -> None:
        super().__init__(message)
        self.takes_orders = takes_orders


class OutputUnusable(CommandError):
    """The file to write to cannot be written."""


class PageRefused(CommandError):
    """A saved page cannot be read."""


class ServiceDied(CommandError):
    """A program that was started here dies again and again."""


class WebUnreachable(CommandError):
    """The web page does not answer, or is not well."""
