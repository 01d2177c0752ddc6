"""The option of what crawls; it loads nothing, so that a crawl's processes can begin first."""

import click

#: spider processes of a run
spiders_option = click.option(
    "--spiders",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    metavar="N",
    help="Spider processes; each fetches from its own hosts.",
)
