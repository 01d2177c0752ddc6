"""Errors of the workers. The message says what happened; ``db.errors`` draws the tree of all."""

from db.errors import TerkaitError


class SendingFailed(TerkaitError):
    """A message of a watch has not arrived."""
