"""Terkait for other Python programs: read a page, find its related links, ask a database."""

from collections.abc import Iterator
from datetime import UTC, datetime
from os import PathLike
from types import TracebackType
from typing import Any, Self

from crawler.links.finder import related_links
from crawler.page.document import Document
from crawler.page.items import FetchedPage, RelatedLink
from crawler.page.profiles import profile_for
from crawler.page.urls import canonical
from db.config import Config, load_config
from db.queries.copies import Copy, copies_of
from db.queries.export import export
from db.queries.graph.neighbours import Edge, neighbourhood
from db.queries.graph.stories import Chapter, story
from db.queries.record import make_records
from db.queries.revisions import Version, versions_of
from db.queries.search.conditions import Filters
from db.queries.search.query import parse_query
from db.queries.search.results import SearchHit, Sort, search_page
from terkait.database import open_database
from terkait.named import named_article
from workers.dedup.comparer import COMPARER
from workers.parsing import ParsedArticle, read

#: hits that are fetched at a time
BATCH = 100


def read_page(html: str | bytes, url: str, *, fetched_at: datetime | None = None) -> ParsedArticle:
    """Read a news page: title, authors, times, text and where each comes from.

    ``url`` is where the page was fetched from, ``fetched_at`` when (aware; else now): ages such
    as "4 hours ago" are measured from then. Bytes are decoded as a browser does. A page that is
    no article has the reason in ``not_article``. Raises ``crawler.page.urls.BadURL``.
    """
    document = _document(html, url, fetched_at)
    return read(document, profile_for(document.page.url))


def find_related(
    html: str | bytes, url: str, *, fetched_at: datetime | None = None
) -> tuple[RelatedLink, ...]:
    """The links of a page to other articles, in order, each with its kind, box and place.

    ``kind`` is "related", "readmore", "inline", or "other" for menus, most read, sponsored.
    """
    document = _document(html, url, fetched_at)
    return tuple(related_links(document, profile_for(document.page.url)))


def _document(html: str | bytes, url: str, fetched_at: datetime | None) -> Document:
    is_text = isinstance(html, str)
    body = html.encode("utf-8", "replace") if isinstance(html, str) else html
    return Document(
        FetchedPage(
            url=canonical(url),
            body=body,
            fetched_at=fetched_at or datetime.now(UTC),
            headers={"content-type": "text/html; charset=utf-8"} if is_text else {},
        )
    )


def open_collection(where: str | PathLike[str] | None = None) -> "Collection":
    """Open what was crawled: a data folder, a database address, or what the settings name."""
    if where is None:
        return Collection(load_config())
    text = str(where)
    if "://" in text:
        return Collection(load_config(database_url=text))
    return Collection(load_config(data=where, database_url=""))


class Collection:
    """What was crawled, to read from; a context manager. Articles go by id or address."""

    def __init__(self, config: Config) -> None:
        self._zone = config.zone
        self._database = open_database(config)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def articles(self, query: str = "") -> Iterator[dict[str, Any]]:
        """The records of all articles, or of those that a query leaves, as ``export`` has them."""
        with self._database.read() as session:
            yield from export(session, Filters(zone=self._zone), parse_query(query))

    def search(self, query: str, *, sort: Sort = "relevance") -> Iterator[SearchHit]:
        """The hits of a query, best first, as far as one goes on asking."""
        offset, newest = 0, None
        while True:
            filters = Filters(zone=self._zone, newest_id=newest)
            with self._database.read() as session:
                page = search_page(session, query, filters, sort=sort, limit=BATCH, offset=offset)
            yield from page.hits
            offset, newest = offset + BATCH, page.newest_id
            if len(page.hits) < BATCH:
                return

    def article(self, which: int | str) -> dict[str, Any]:
        """One article's record. Raises ``db.terms.errors.NotFound``."""
        with self._database.read() as session:
            return make_records(session, [named_article(session, str(which))])[0]

    def graph(self, which: int | str, *, hops: int = 1) -> Iterator[Edge]:
        """The links around an article, both ways, the nearest first."""
        with self._database.read() as session:
            article = named_article(session, str(which))
            yield from neighbourhood(session, article.id, hops=hops, limit=None).edges

    def story(self, which: int | str) -> Iterator[Chapter]:
        """The articles that tell the same story, in time."""
        with self._database.read() as session:
            yield from story(session, named_article(session, str(which)))

    def copies(self, which: int | str) -> Iterator[Copy]:
        """The articles with the same text, the original first."""
        with self._database.read() as session:
            yield from copies_of(session, named_article(session, str(which)), COMPARER)

    def versions(self, which: int | str) -> Iterator[Version]:
        """What an article said, the first version first."""
        with self._database.read() as session:
            yield from versions_of(session, named_article(session, str(which)).id)
