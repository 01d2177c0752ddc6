"""Whole numbers in options; it loads nothing, so that a crawl's processes can begin first."""

from typing import Any

import click

#: what both databases take as a number of rows or of a row
_MAX = 2**31 - 1


class AtLeast(click.IntRange):
    """A whole number from ``min`` on; one that no database takes is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number. Raises click.BadParameter."""
        number = super().convert(value, param, ctx)
        if number > _MAX:
            self.fail(f"{value} is more than {_MAX}.", param, ctx)
        return number
