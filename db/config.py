"""The settings: the one place that reads the environment and ``terkait.toml``."""

import os
import tomllib
from datetime import tzinfo
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from db.log_lines import LogFormat
from db.objects.addresses import canonical
from db.setting_faults import in_words, unknown_variables
from db.sql.addresses import database_address
from db.terms.errors import BadSettings
from db.terms.zones import zone_named

SETTINGS_FILE = "terkait.toml"
MIB = 1024 * 1024


def program_version() -> str:
    """The installed version of Terkait, "0" when it runs from a bare checkout."""
    from importlib.metadata import PackageNotFoundError, version  # not loaded for a question

    try:
        return version("terkait")
    except PackageNotFoundError:
        return "0"


class Site(BaseModel):
    """One ``[[sites]]`` table of ``terkait.toml``: a publisher of the nightly crawl."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    #: addresses that the walk starts from
    seeds: tuple[str, ...] = ()
    #: RSS and Atom: what is new on them enters the walk
    feeds: tuple[str, ...] = ()
    #: sitemaps and sitemap indexes
    sitemaps: tuple[str, ...] = ()
    #: pages that list articles
    sections: tuple[str, ...] = ()
    #: when it is crawled, in the five fields of cron; empty: as [nightly] says
    schedule: str = Field(default="", pattern=r"^(\S+( +\S+){4})?$")
    #: IANA name of the zone of ``schedule``; empty: that of [nightly]
    timezone: str = ""
    #: a page is left alone at least and at most so long
    min_revisit_minutes: float = Field(default=10.0, ge=0, le=525_600)
    max_revisit_days: float = Field(default=180.0, gt=0, le=3_650)
    depth: int = Field(default=2, ge=0, le=100)
    max_pages: int = Field(default=500, ge=0)
    #: pages of one registered domain, and of one host, in one night; 0: no limit
    max_per_site: int = Field(default=0, ge=0)
    max_per_host: int = Field(default=0, ge=0)
    follow: tuple[Literal["related", "readmore", "inline"], ...] = ("related", "readmore", "inline")
    #: it is left alone until this is taken back
    paused: bool = False

    @model_validator(mode="after")
    def _has_a_beginning(self) -> "Site":
        if not (self.seeds or self.feeds or self.sitemaps or self.sections):
            raise ValueError("a site needs seeds, feeds, sitemaps or sections")
        return self


class Nightly(BaseModel):
    """The ``[nightly]`` table of ``terkait.toml``: when the scheduled crawl runs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: local time of day, HH:MM
    at: str = Field(default="02:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    #: IANA name of the zone that ``at`` is meant in
    timezone: str = "Asia/Jakarta"
    #: sites that are crawled at a time, each by a spider of its own
    sites_at_once: int = Field(default=4, ge=1, le=64)


class Config(BaseModel):
    """All settings; ``docs/settings.md`` describes each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: the data folder
    data: Path = Path("terkait-data")
    #: SQLAlchemy address; empty: SQLite in the data folder
    database_url: str = ""
    #: where the bodies of archived pages go; empty: into the database
    archive: str = ""
    #: Celery broker; empty: a private Redis in the data folder
    broker_url: str = ""
    #: worker processes that ``crawl`` and ``up`` start; 0: none
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=0, le=256)
    #: least time between two requests to one host
    delay_seconds: float = Field(default=1.0, ge=0, le=3600)
    #: requests to one host at a time; 0: 1, or 16 where the delay is 0
    host_concurrency: int = Field(default=0, ge=0, le=256)
    #: names on one IP address are counted as one host
    by_address: bool = False
    #: requests in all at a time
    concurrency: int = Field(default=32, ge=1, le=1024)
    #: hosts or networks on private addresses that may be fetched
    allow_private: tuple[str, ...] = ()
    #: sent with each request; its product token selects the robots.txt group
    user_agent: str = ""
    #: how a webmaster reaches you, an address or a mailbox; part of the default user agent
    contact: str = ""
    #: after decompression
    max_page_bytes: int = Field(default=10 * MIB, ge=1024)
    #: a request that takes longer, in all, is given up
    timeout_seconds: float = Field(default=30.0, gt=0, le=3600)
    #: no new work below this much free space in the data folder
    min_free_bytes: int = Field(default=200 * MIB, ge=0)
    #: IANA zone in which days are counted and times are shown; empty: the machine's
    timezone: str = ""
    #: how lines of logs are written: ``text`` for people, ``json`` for programs
    log_format: LogFormat = "text"
    #: the web page asks for it, and then may listen beyond this machine; empty: no key
    web_key: str = ""
    #: who is told of a scheduled run that did not go well: a webhook, a mailbox, a command
    notify_url: str = ""
    notify_mail: str = ""
    notify_command: str = ""
    #: of a site that has brought nothing new for so long they are told as well; 0: never
    notify_hours: int = Field(default=72, ge=0, le=10_000)
    #: where the web page listens; 0: ``up`` serves none
    web_port: int = Field(default=8765, ge=0, le=65_535)
    #: a question of the web page that takes longer is given up
    web_seconds: float = Field(default=10.0, gt=0, le=600)
    #: webhooks of watches are signed with it; empty: not signed
    watch_secret: str = ""
    #: smtp://user:password@host:587 or smtps://...; sends the mails of watches
    mail_server: str = ""
    #: the sender of these mails; empty: whom they go to
    mail_from: str = ""
    #: the sites of the nightly crawl
    sites: tuple[Site, ...] = ()
    nightly: Nightly = Nightly()

    @field_validator("allow_private", mode="before")
    @classmethod
    def _split_list(cls, value: Any) -> Any:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        zone_named(value)
        return value

    @field_validator("sites")
    @classmethod
    def _named_apart(cls, value: tuple[Site, ...]) -> tuple[Site, ...]:
        names = [site.name for site in value]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(
                f"two sites are called {', '.join(twice)}: give each site a name of its own"
            )
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        return database_address(value) if value else value

    @field_validator("archive")
    @classmethod
    def _known_place(cls, value: str) -> str:
        return canonical(value)

    @field_validator("mail_server")
    @classmethod
    def _known_mail_server(cls, value: str) -> str:
        if value and not value.startswith(("smtp://", "smtps://")):
            raise ValueError("write smtp://user:password@host:587 or smtps://...")
        return value

    @property
    def zone(self) -> tzinfo:
        """The zone of days and times."""
        return zone_named(self.timezone)

    @property
    def agent(self) -> str:
        """The User-Agent header."""
        about = f"+{self.contact}" if self.contact else "news crawler"
        return self.user_agent or f"Terkait/{program_version()} ({about})"

    @property
    def database(self) -> str:
        """The SQLAlchemy address in use."""
        file = quote(str(self.data.absolute() / "terkait.db"))  # "?" would begin options
        return self.database_url or f"sqlite:///{file}"

    def environment(self) -> dict[str, str]:
        """The settings as environment variables, for child processes."""
        values = {
            "data": str(self.data.absolute()),
            "database_url": self.database_url,
            "archive": self.archive,
            "broker_url": self.broker_url,
            "workers": self.workers,
            "delay_seconds": self.delay_seconds,
            "host_concurrency": self.host_concurrency,
            "by_address": self.by_address,
            "concurrency": self.concurrency,
            "allow_private": ",".join(self.allow_private),
            "user_agent": self.user_agent,
            "contact": self.contact,
            "max_page_bytes": self.max_page_bytes,
            "timeout_seconds": self.timeout_seconds,
            "min_free_bytes": self.min_free_bytes,
            "timezone": self.timezone,
            "log_format": self.log_format,
            "web_key": self.web_key,
            "web_port": self.web_port,
            "web_seconds": self.web_seconds,
            "notify_url": self.notify_url,
            "notify_mail": self.notify_mail,
            "notify_command": self.notify_command,
            "notify_hours": self.notify_hours,
            "watch_secret": self.watch_secret,
            "mail_server": self.mail_server,
            "mail_from": self.mail_from,
        }
        return {f"TERKAIT_{name.upper()}": str(value) for name, value in values.items()}

    @property
    def is_embedded_database(self) -> bool:
        """True where the database is our own file in the data folder."""
        return not self.database_url

    @property
    def per_host(self) -> int:
        """Requests to one host at a time."""
        return self.host_concurrency or (16 if self.delay_seconds == 0 else 1)


def _is_text(name: str) -> bool:
    return Config.model_fields[name].annotation in (str, tuple[str, ...])


def load_config(**overrides: Any) -> Config:
    """Read the settings: arguments beat the environment, that beats ``terkait.toml``.

    Raises BadSettings that names every fault.
    """
    names = tuple(Config.model_fields)
    unknown = list(unknown_variables(os.environ, names))
    if unknown:
        raise BadSettings("; ".join(unknown))
    # an empty text is a value, and beats the file; an empty number or folder is none
    environment = {
        name: value
        for name in names
        if (value := os.environ.get(f"TERKAIT_{name.upper()}")) or (value == "" and _is_text(name))
    }
    try:
        return Config.model_validate(_from_file() | environment | overrides)
    except ValidationError as error:
        tables = {"sites": tuple(Site.model_fields), "nightly": tuple(Nightly.model_fields)}
        raise BadSettings(in_words(error, {"": names} | tables, SETTINGS_FILE)) from error


def _from_file() -> dict[str, Any]:
    try:
        with Path(SETTINGS_FILE).open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadSettings(f"{SETTINGS_FILE}: {error}") from error
