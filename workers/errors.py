"""Errors of the workers; ``db.terms.errors`` draws the tree of all."""

from db.terms.errors import TerkaitError


class SendingFailed(TerkaitError):
    """A message of a watch has not arrived."""
