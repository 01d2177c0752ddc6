"""Small pages of the tests' own, and how to read them."""

from datetime import datetime, timedelta, timezone

from crawler.page.document import Document
from crawler.page.items import FetchedPage
from crawler.page.profiles import SiteProfile
from tests.paths import PAGES
from workers.parsing import ParsedArticle, read

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=timezone(timedelta(hours=8)))
NO_PROFILE = SiteProfile(name="none", hosts=())


def document(
    html: str | bytes, url: str = "https://kabar.test/laut/dermaga-baru-nelayan"
) -> Document:
    body = html.encode() if isinstance(html, str) else html
    return Document(FetchedPage(url=url, body=body, fetched_at=NOW))


def saved(name: str, url: str = "https://kabar.test/laut/dermaga-baru-nelayan") -> Document:
    return document((PAGES / name).read_bytes(), url)


def article(
    html: str | bytes, url: str = "https://kabar.test/laut/dermaga-baru-nelayan"
) -> ParsedArticle:
    return read(document(html, url), NO_PROFILE)
