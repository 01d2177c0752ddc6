"""Errors of the face. The message says what happened and what to do."""

from db.errors import TerkaitError


class BadUsage(TerkaitError):
    """What was asked makes no sense as it stands; ends with exit code 2."""


class NothingCrawled(TerkaitError):
    """The data folder holds no database yet."""


class BrokerDown(TerkaitError):
    """The queue does not answer."""


class DataFolderBusy(TerkaitError):
    """Another program is at work in the data folder."""


class OutputUnusable(TerkaitError):
    """The file to write to cannot be written."""


class PageRefused(TerkaitError):
    """A saved page cannot be read."""


class ServiceDied(TerkaitError):
    """A program that was started here dies again and again."""


class WebUnreachable(TerkaitError):
    """The web page does not answer, or is not well."""
