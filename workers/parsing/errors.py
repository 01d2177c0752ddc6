"""What can go wrong in reading a page."""


class ParsingError(Exception):
    """Reading failed."""


class PageUnreadable(ParsingError):
    """The page could not be read; ``reason`` says why. Reading it again would not help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
