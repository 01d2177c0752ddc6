"""Opens the run that a spider is to carry out: one that was begun, or one of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crawler.page.urls import address_at
from db.config import Config
from db.frontier.scope import DEFAULT_DEPTH, DEFAULT_MAX_PAGES, CrawlScope
from db.runs import lifecycle, ownership
from db.sql.schema import make_ready
from db.sql.session import Database
from db.sql.types import Calendar, utc_now
from db.terms.errors import BadSettings
from db.terms.link_kinds import FOLLOWABLE

_TRUE = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedRun:
    """A run, and who carries it out."""

    database: Database
    run_id: int
    rules: CrawlScope
    #: whose leases the spider takes
    owner: str
    #: the spider began it and ends it
    is_own: bool


def open_run(
    config: Config, arguments: Mapping[str, str], calendar: Calendar = utc_now
) -> OpenedRun:
    """The run that the spider's arguments name, or a new one. Raises TerkaitError."""
    database = Database.of(config)
    owner = arguments.get("owner") or ownership.this_process()
    is_own = "run" not in arguments
    upgrade = is_own and config.is_embedded_database
    if upgrade:
        config.data.mkdir(parents=True, exist_ok=True)
    make_ready(database, may_upgrade=upgrade)
    if is_own:
        run_id = _begin(database, arguments, owner, calendar())
        owner = ownership.holder(owner, run_id)
    else:
        run_id = _number(arguments, "run", 0)
    with database.read() as session:
        rules = CrawlScope.of(lifecycle.get(session, run_id).rules)
    return OpenedRun(database=database, run_id=run_id, rules=rules, owner=owner, is_own=is_own)


def _begin(database: Database, arguments: Mapping[str, str], owner: str, now: datetime) -> int:
    urls = arguments.get("url", "").split()
    if not urls:
        raise BadSettings("the spider needs an address: scrapy crawl related -a url=https://...")
    seeds = [address_at(url) for url in urls]
    any_site = arguments.get("any_site", "").lower() in _TRUE
    follow = tuple(arguments.get("follow", ",".join(FOLLOWABLE)).split(","))
    if not set(follow) <= set(FOLLOWABLE):
        raise BadSettings(f"follow takes {', '.join(FOLLOWABLE)}, not {','.join(follow)!r}")
    rules = CrawlScope(
        follow=follow,
        depth=_number(arguments, "depth", DEFAULT_DEPTH),
        max_pages=_number(arguments, "max_pages", DEFAULT_MAX_PAGES),
        max_per_site=_number(arguments, "max_per_site", 0),
        max_per_host=_number(arguments, "max_per_host", 0),
        sites=() if any_site else tuple(sorted({seed.site for seed in seeds})),
        fresh=arguments.get("fresh", "").lower() in _TRUE,
    )
    with database.write() as session:
        run_id, _ = lifecycle.begin(
            session,
            kind="manual",
            seeds=seeds,
            rules=rules,
            owner=owner,
            now=now,
        )
    return run_id


def _number(arguments: Mapping[str, str], name: str, default: int) -> int:
    value = arguments.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit()):
        raise BadSettings(f"{name} takes a number, not {value!r}")
    return int(value)
