"""``terkait up``: schedule, workers and crawler in one terminal."""

import time
from datetime import UTC

import click

from db.config import Config, load_config
from db.errors import BadSettings
from db.types import utc_now
from terkait.local import FOR_A_SCHEDULE, Local
from terkait.opening import open_database
from terkait.progress import ProgressDisplay
from terkait.stopping import asked_to_stop
from workers.schedule import check_schedules, next_due

_LOOK_SECONDS = 0.5


@click.command()
def up() -> None:
    """Run the schedule, the workers and the crawler in this terminal, until Ctrl-C.

    The sites of terkait.toml are crawled at the times that it gives; what this machine slept
    through is made up for once, at once.

    \b
    Example:
      terkait up
    """
    config = load_config()
    check_schedules(config)
    if not config.sites:
        raise BadSettings("there are no sites in terkait.toml: see `terkait sites add --help`")
    display = ProgressDisplay("up")
    open_database(config, create=True).close()
    with Local(config, FOR_A_SCHEDULE) as local, asked_to_stop(display.say) as stop:
        local.start_services()
        display.say(
            f"up: {len(config.sites)} sites, the next run {_next_run(config)}; "
            f"queue {local.queue}; logs in {config.data}; Ctrl-C ends it"
        )
        while not stop.is_asked:
            local.look_after()
            time.sleep(_LOOK_SECONDS)


def _next_run(config: Config) -> str:
    """When, and of which site; what was slept through comes at once."""
    now = utc_now()
    moments = [(next_due(config.nightly, site, now), site.name) for site in config.sites]
    coming = [(at.astimezone(UTC), at, name) for at, name in moments if at is not None]
    if not coming:
        return "never"
    _, at, name = min(coming)
    return f"at {at:%Y-%m-%d %H:%M %Z} ({name})"
