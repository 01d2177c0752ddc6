"""Errors of the web page; each becomes an answer with its status."""

from db.terms.errors import TerkaitError


class BadQuestion(TerkaitError):
    """A parameter makes no sense as it stands."""
