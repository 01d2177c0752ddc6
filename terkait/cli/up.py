"""``terkait up``: schedule, workers and crawler in one terminal."""

import time

import click

from db.config import load_config
from db.errors import BadSettings
from terkait.local import FOR_A_SCHEDULE, Local
from terkait.opening import open_database
from terkait.progress import ProgressDisplay
from terkait.stopping import asked_to_stop
from workers.schedule import check_schedules

_LOOK_SECONDS = 0.5


@click.command()
def up() -> None:
    """Run the schedule, the workers and the crawler in this terminal, until Ctrl-C.

    Each night the sites of terkait.toml are crawled at the time that it gives.

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
            f"up: {len(config.sites)} sites, each night at {config.nightly.at} "
            f"{config.nightly.timezone}; queue {local.queue}; logs in {config.data}; Ctrl-C ends it"
        )
        while not stop.is_asked:
            local.look_after()
            time.sleep(_LOOK_SECONDS)
