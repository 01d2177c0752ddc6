"""A site of any size for the scheduled crawl: feed, news sitemap, sections, articles with ETags."""

import hashlib
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models import Article, Base, Host, Page
from db.sql.session import Database
from tests.web import HttpSite, Reply, Request

#: of the articles so many are in the feed, and every second one in the sitemap; all are in sections
IN_FEED = 20
PER_SECTION = 100
WORDS = [
    "warga",
    "desa",
    "jembatan",
    "sungai",
    "kapal",
    "pasar",
    "petani",
    "gunung",
    "sekolah",
    "panen",
    "hujan",
    "jalan",
    "kota",
    "nelayan",
    "rumah",
    "pagi",
    "malam",
    "kayu",
    "batu",
    "ladang",
    "pulau",
    "pelabuhan",
    "guru",
    "anak",
    "ibu",
    "bapak",
    "kebun",
    "truk",
    "gedung",
    "taman",
]


class Newsroom:
    """Fills a web server with articles; ``change`` rewrites some, ``remove`` takes some away.

    young: share of the articles that are some hours old; the others are two months old.
    """

    def __init__(self, site: HttpSite, *, articles: int, young: float = 1.0) -> None:
        self.site = site
        self.count = articles
        self._young = int(articles * young)
        self._began = datetime.now(UTC)
        self._texts = {number: self._text(number, 1) for number in range(articles)}
        self._publish()

    def url(self, number: int) -> str:
        """The address of an article."""
        return self.site.url(self._path(number))

    @property
    def settings(self) -> str:
        """The ``[[sites]]`` table of a ``terkait.toml``."""
        sections = [self.site.url(f"/rubrik/{n}") for n in range(self._sections)]
        return (
            f'[[sites]]\nname = "newsroom"\nfeeds = ["{self.site.url("/feed")}"]\n'
            f'sitemaps = ["{self.site.url("/sitemap.xml")}"]\nsections = {sections}\n'
            f"depth = 1\nmax_pages = 0\n"
        ).replace("'", '"')

    def change(self, numbers: range) -> None:
        """Rewrite these articles."""
        for number in numbers:
            self._texts[number] = self._text(number, 2)

    def remove(self, number: int) -> None:
        """Take an article away."""
        self.site.routes[self._path(number)] = Reply(status=410)

    def answers(self) -> dict[str, int]:
        """How often articles were asked for: "whole" or "304", and "lists" as well."""
        paths = [request for request in self.site.log if request.path.startswith("/berita/")]
        matched = sum(self._is_fresh(request) for request in paths)
        lists = len(self.site.log) - len(paths)
        return {"whole": len(paths) - matched, "304": matched, "lists": lists}

    @property
    def _sections(self) -> int:
        return -(-self.count // PER_SECTION)

    def _path(self, number: int) -> str:
        return f"/berita/{4000 + number}/kabar-desa-nomor-{number}-dari-tepi-sungai"

    def _text(self, number: int, version: int) -> str:
        dice = random.Random(f"{number} {version}")  # the same text each time
        sentences = (" ".join(dice.choices(WORDS, k=12)).capitalize() for _ in range(16))
        return "".join(f"<p>{one}.</p>" for one in sentences)

    def _published(self, number: int) -> datetime:
        age = timedelta(hours=3) if number < self._young else timedelta(days=60)
        return self._began - age - timedelta(seconds=number)

    def _html(self, number: int) -> str:
        title = f"Kabar Desa Nomor {number} dari Tepi Sungai"
        return (
            f'<!doctype html><html lang="id"><head><title>{title}</title>'
            f'<meta property="og:type" content="article"><meta property="og:title" '
            f'content="{title}"><meta property="article:published_time" '
            f'content="{self._published(number).isoformat()}"></head><body><article>'
            f"<h1>{title}</h1>{self._texts[number]}</article></body></html>"
        )

    def _publish(self) -> None:
        for number in range(self.count):
            self.site.routes[self._path(number)] = self._article(number)
        self.site.routes["/feed"] = self._validated(self._feed())
        self.site.routes["/sitemap.xml"] = self._validated(self._sitemap())
        for section in range(self._sections):
            self.site.routes[f"/rubrik/{section}"] = self._validated(self._section(section))

    def _article(self, number: int) -> object:
        return lambda request: self._answer(request, self._html(number))

    def _validated(self, body: str) -> object:
        return lambda request: self._answer(request, body)

    def _answer(self, request: Request, body: str) -> Reply:
        etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'
        if request.headers.get("if-none-match") == etag:
            return Reply(status=304, headers={"ETag": etag})
        return Reply(body=body, headers={"ETag": etag})

    def _is_fresh(self, request: Request) -> bool:
        return self.site.reply(request).status == 304

    def _feed(self) -> str:
        items = "".join(
            f"<item><link>{self.url(n)}</link>"
            f"<pubDate>{format_datetime(self._published(n))}</pubDate></item>"
            for n in range(min(IN_FEED, self.count))
        )
        return f"<rss><channel>{items}</channel></rss>"

    def _sitemap(self) -> str:
        entries = "".join(
            f"<url><loc>{self.url(n)}</loc><lastmod>{self._published(n).isoformat()}</lastmod></url>"
            for n in range(0, self.count, 2)
        )
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'

    def _section(self, section: int) -> str:
        first = section * PER_SECTION
        links = "".join(
            f'<li><h2><a href="{self.url(n)}">Kabar Desa Nomor {n} dari Tepi Sungai</a></h2></li>'
            for n in range(first, min(first + PER_SECTION, self.count))
        )
        return f"<html><body><h1>Rubrik {section}</h1><main><ul>{links}</ul></main></body></html>"


def a_day_passes(url: str) -> None:
    """Move what the database remembers back by a day and an hour, so that tomorrow is now."""
    day = timedelta(days=1, hours=1)
    database = Database(url)
    with database.write() as session:
        for table, columns in (
            (Page, ("next_fetch_at", "fetched_at", "changed_at", "gone_at")),
            (Host, ("rest_until", "robots_until")),
            (Article, ("published_at", "first_seen_at", "last_fetched_at")),
        ):
            _move(session, table, columns, day)
    database.close()


def _move(session: Session, table: type[Base], columns: tuple[str, ...], by: timedelta) -> None:
    key = table.__table__.c["id"]
    rows = session.execute(select(key, *(table.__table__.c[name] for name in columns)))
    moved = [
        {"id": row.id} | {name: at and at - by for name, at in row._mapping.items() if name != "id"}
        for row in rows
    ]
    if moved:
        session.execute(update(table), moved)
