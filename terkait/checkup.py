"""What is installed, configured and reachable, and what to do about what is not."""

import platform
import secrets
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, timedelta

from db.config import MIB, Config, program_version
from db.objects.addresses import open_store
from db.queries.gauges import last_starts, measure
from db.sql.schema_drift import damage, drift
from db.sql.types import utc_now
from db.terms.errors import BadSettings, TerkaitError
from db.terms.states import unread_in_words
from terkait.broker import check_broker, describe_queue, redis_program
from terkait.database import make_folder, open_database
from terkait.errors import NothingCrawled
from workers.runs.schedule import last_due, zone_of

#: a page that waits longer has no reader
_LONG_UNREAD_SECONDS = 1_800.0
#: a run may begin so late
_NIGHT_GRACE = timedelta(hours=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    #: ok, note (works, could be better) or fault
    state: str
    #: what was found, and what to do
    text: str


def checkup(config: Config) -> list[Finding]:
    """Look at everything. No finding raises."""
    checks: tuple[tuple[str, Callable[[Config], tuple[str, str]]], ...] = (
        ("program", _program),
        ("data folder", _data),
        ("database", _database),
        ("archive", _archive),
        ("queue", _queue),
        ("workers", _workers),
        ("reading", _reading),
        ("user agent", _agent),
        ("sites", _sites),
        ("nights", _nights),
    )
    findings = []
    for what, check in checks:
        try:
            state, message = check(config)
        except TerkaitError as error:
            state, message = "fault", str(error)
        findings.append(Finding(what=what, state=state, text=message))
    return findings


def _program(_config: Config) -> tuple[str, str]:
    return "ok", f"Terkait {program_version()}, Python {platform.python_version()}"


def _data(config: Config) -> tuple[str, str]:
    make_folder(config.data)
    free = shutil.disk_usage(config.data).free
    space = f"{config.data.absolute()}, {free // MIB} MiB free"
    if free < config.min_free_bytes:
        return "fault", f"{space}: less than TERKAIT_MIN_FREE_BYTES, so nothing is fetched"
    return "ok", space


def _database(config: Config) -> tuple[str, str]:
    try:
        database = open_database(config)
    except NothingCrawled:
        return "ok", "SQLite in the data folder; made by the first crawl"
    try:
        server = f"{database.server_version()} ({database.shown})"
        wrong = damage(database) or drift(database)
    finally:
        database.close()
    if wrong:
        return "fault", f"{server}: {'; '.join(wrong[:3])}"
    return "ok", f"{server}, schema up to date"


def _archive(config: Config) -> tuple[str, str]:
    """Where bodies of pages go, tried out."""
    if not config.archive:
        return "ok", "pages lie in the database"
    store = open_store(config.archive)
    store.check()
    name = f"doctor/{secrets.token_hex(8)}"
    store.put(name, b"can it be written?")
    is_kept = store.get(name) == b"can it be written?"
    store.delete([name])
    if not is_kept:
        return "fault", f"pages lie in {store.shown}, which does not give back what is put there"
    return "ok", f"pages lie in {store.shown}"


def _queue(config: Config) -> tuple[str, str]:
    queue = describe_queue(config)
    if config.broker_url.startswith("memory"):
        return "fault", f"{queue}: no other process sees it; unset TERKAIT_BROKER_URL"
    if config.broker_url:
        check_broker(config.broker_url)
        return "ok", queue
    if redis_program() is None:
        return "note", f"{queue}; a redis-server or valkey-server on PATH would be faster"
    return "ok", queue


def _workers(config: Config) -> tuple[str, str]:
    if config.workers:
        return "ok", f"{config.workers} processes, started by crawl and up"
    return "note", "TERKAIT_WORKERS is 0: pages wait until a worker that you start reads them"


def _reading(config: Config) -> tuple[str, str]:
    """Pages that wait to be read, and for how long."""
    try:
        with closing(open_database(config)) as database, database.read() as session:
            counted = measure(session, utc_now())
    except NothingCrawled:
        return "ok", "nothing waits to be read"
    seconds, unread = counted.oldest_unread_seconds or 0.0, counted.addresses.get("fetched", 0)
    if seconds > _LONG_UNREAD_SECONDS:
        wait = f"{unread_in_words(unread)}, the oldest for {seconds / 3_600:.1f} hours"
        return "fault", f"{wait}: start `terkait up`, or a worker"
    return "ok", unread_in_words(unread)


def _nights(config: Config) -> tuple[str, str]:
    """Sites whose scheduled moment has passed without a run."""
    now = utc_now()
    try:
        with closing(open_database(config)) as database, database.read() as session:
            starts = last_starts(session)
    except NothingCrawled:
        return "ok", "none yet"
    due = {site.name: last_due(config.nightly, site, now - _NIGHT_GRACE) for site in config.sites}
    missed = [
        name
        for name, at in due.items()
        if at is not None and name in starts and starts[name] < at.astimezone(UTC)
    ]
    if missed:
        names = ", ".join(missed[:5])
        return "fault", f"{len(missed)} missed: {names}: is `terkait up` or cron running?"
    return "ok", "none missed"


def _agent(config: Config) -> tuple[str, str]:
    if config.contact or config.user_agent:
        return "ok", config.agent
    return "note", f"{config.agent}; set TERKAIT_CONTACT so that a webmaster can reach you"


def _sites(config: Config) -> tuple[str, str]:
    try:
        zone_of(config.nightly.timezone)
    except BadSettings as error:
        return "fault", str(error)
    if not config.sites:
        return "note", "none in terkait.toml: the nightly crawl has nothing to do"
    paused = sum(site.paused for site in config.sites)
    own = sum(bool(site.schedule) and not site.paused for site in config.sites)
    by_night = len(config.sites) - paused - own
    parts = (
        (by_night, f"{by_night} each night at {config.nightly.at} {config.nightly.timezone}"),
        (own, f"{own} at times of their own"),
        (paused, f"{paused} paused"),
    )
    return "ok", ", ".join(words for count, words in parts if count)
