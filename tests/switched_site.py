"""A news site with switches, that keeps a diary of what it truly served: the measure of a run."""

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime

from tests.newsroom import WORDS
from tests.web import HttpSite, Reply, Request, redirect

#: the newest articles stand in the feed
IN_FEED = 8
#: links of an article's box lead to so many articles before it
IN_BOX = 3
_CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body>"
    '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></body></html>'
)
_SORRY = "<p>Maaf, terjadi kesalahan pada layanan kami. Silakan coba lagi nanti.</p>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """What an address was answered with at night."""

    night: int
    #: article, shell, gone, moved, down, blocked
    kind: str
    number: int
    #: of an article, counted from 1
    version: int = 0
    weather: str = ""
    has_boxes: bool = False


@dataclass
class SwitchedSite:
    """Articles 0, 1, 2 ...: one more each night; ``weather`` is what befalls the whole site.

    weather: "" or one of shell, soft error, no boxes, robots closed, down, blocked, slow.
    """

    site: HttpSite
    #: another publisher, to whose pages the boxes lead as well, and no crawl may go
    elsewhere: HttpSite
    calendar: Callable[[], datetime]
    night: int = 0
    weather: str = ""
    count: int = 0
    versions: dict[int, int] = field(default_factory=lambda: defaultdict(lambda: 1))
    born: dict[int, datetime] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    #: articles whose address is another one now
    moved: set[int] = field(default_factory=set)
    #: address -> what it was answered with, night by night
    diary: dict[str, list[Served]] = field(default_factory=lambda: defaultdict(list))
    #: requests while robots.txt forbade everything
    _at_night: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open."""
        self.site.routes["/robots.txt"] = self._robots
        self.site.routes["/feed"] = self._feed

    def publish(self) -> int:
        """One article more; its number."""
        number, self.count = self.count, self.count + 1
        self.born[number] = self.calendar() - timedelta(hours=2)
        for path in (self.path(number, is_new=False), self.path(number, is_new=True)):
            self.site.routes[path] = self._route(number)
        return number

    @property
    def trespasses(self) -> list[str]:
        """Requests that robots.txt, or the rules of the crawl, forbade."""
        forbidden = [path for path in self.site.paths() if path.startswith("/nothing")]
        return [*self._at_night, *forbidden, *self.elsewhere.paths()]

    def url(self, number: int) -> str:
        """Where an article is now."""
        return self.site.url(self.path(number, is_new=number in self.moved))

    @staticmethod
    def path(number: int, *, is_new: bool) -> str:
        """The path of an article before and after it moved."""
        folder = "warta" if is_new else "read"
        return f"/{folder}/{4000 + number}/kabar-desa-nomor-{number}-dari-tepi-sungai"

    def marker(self, number: int, version: int) -> str:
        """A word that this version of the article alone has."""
        return f"penanda{number}x{version}"

    def _route(self, number: int) -> Callable[[Request], Reply]:
        return lambda request: self._article(number, request)

    def _robots(self, _request: Request) -> Reply:
        if self.weather == "down":
            return Reply(status=503)
        rules = "/" if self.weather == "robots closed" else "/nothing"
        body = f"User-agent: *\nDisallow: {rules}\n"
        return Reply(body=body, headers={"Content-Type": "text/plain"})

    def _feed(self, request: Request) -> Reply:
        bad = self._bad_weather(request)
        if bad is not None:
            return bad
        newest = range(max(0, self.count - IN_FEED), self.count)
        items = "".join(
            f"<item><link>{self.url(n)}</link>"
            f"<pubDate>{format_datetime(self.born[n])}</pubDate></item>"
            for n in newest
        )
        return Reply(
            body=f"<rss><channel>{items}</channel></rss>",
            headers={"Content-Type": "application/rss+xml"},
        )

    def _bad_weather(self, request: Request) -> Reply | None:
        if self.weather == "robots closed":
            self._at_night.append(request.path)
        if self.weather == "down":
            return Reply(status=500)
        if self.weather == "blocked":
            return Reply(status=403, body=_CHALLENGE)
        return None

    def _article(self, number: int, request: Request) -> Reply:
        is_new = request.path.startswith("/warta/")
        bad = self._bad_weather(request)
        if bad is not None:
            self._note(request, number, self.weather)
            return bad
        if number in self.gone:
            self._note(request, number, "gone")
            return Reply(status=410)
        if (number in self.moved) != is_new:
            self._note(request, number, "moved")
            return redirect(self.url(number), 301) if not is_new else Reply(status=404)
        version = self.versions[number]
        if self.weather in ("shell", "soft error"):
            self._note(request, number, "shell")
            return self._validated(request, self._html(number, self._empty(number), ""))
        boxes = "" if self.weather == "no boxes" else self._box(number)
        self._note(request, number, "article", version, has_boxes=bool(boxes))
        html = self._html(number, self._text(number, version), boxes)
        slow = Reply(body=html, delay_seconds=0.2)
        return slow if self.weather == "slow" else self._validated(request, html)

    def _note(
        self, request: Request, number: int, kind: str, version: int = 0, *, has_boxes: bool = False
    ) -> None:
        self.diary[request.path].append(
            Served(
                night=self.night,
                kind=kind,
                number=number,
                version=version,
                weather=self.weather,
                has_boxes=has_boxes,
            )
        )

    def _validated(self, request: Request, html: str) -> Reply:
        etag = f'"{hashlib.sha256(html.encode()).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == etag:
            return Reply(status=304, headers={"ETag": etag})
        return Reply(body=html, headers={"ETag": etag})

    def _empty(self, _number: int) -> str:
        return '<div id="app"></div>' if self.weather == "shell" else _SORRY

    def _text(self, number: int, version: int) -> str:
        dice = random.Random(number)
        sentences = [" ".join(dice.choices(WORDS, k=12)).capitalize() + "." for _ in range(14)]
        added = f"Perubahan ke {version} dengan {self.marker(number, version)} oleh redaksi warta."
        return "".join(f"<p>{text}</p>" for text in (*sentences[:7], added, *sentences[7:]))

    def _box(self, number: int) -> str:
        before = range(max(0, number - IN_BOX), number)
        items = "".join(
            f'<li><a href="{self.url(n)}">{self.title(n)}</a></li>'
            for n in before
            if n not in self.gone
        )
        if not items:
            return ""
        for url in (self.site.url("/nothing"), self.elsewhere.url("/read")):
            address = f"{url}/{7000 + number}/berita-kota-nomor-{number}-dari-pelabuhan"
            items += f'<li><a href="{address}">Berita Kota Nomor {number} dari Pelabuhan</a></li>'
        return f'<section class="related"><h3>Berita Terkait</h3><ul>{items}</ul></section>'

    @staticmethod
    def title(number: int) -> str:
        """The headline of an article."""
        return f"Kabar Desa Nomor {number} dari Tepi Sungai"

    def _html(self, number: int, text: str, box: str) -> str:
        title = self.title(number)
        return (
            f'<!doctype html><html lang="id"><head><title>{title}</title>'
            f'<meta property="og:type" content="article"><meta property="og:title" '
            f'content="{title}"><meta property="article:published_time" '
            f'content="{self.born[number].isoformat()}"></head><body><main><article>'
            f"<h1>{title}</h1>{text}</article>{box}</main></body></html>"
        )
