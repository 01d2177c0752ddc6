"""``terkait metrics``: what a monitor watches."""

import click

from db.config import load_config
from terkait.database import open_database
from terkait.metrics import metrics_text


@click.command()
def metrics() -> None:
    """Print the figures that a monitor watches, as Prometheus reads them.

    The web page has the same at /metrics.

    \b
    Example:
      terkait metrics > /var/lib/node_exporter/terkait.prom
    """
    config = load_config()
    database = open_database(config)
    try:
        with database.read() as session:
            text = metrics_text(session, config)
    finally:
        database.close()
    click.echo(text, nl=False)
