"""Parse and assemble: the copies of a page become the article that they hold."""

from collections.abc import Sequence
from dataclasses import replace

from crawler.page.document import Document
from crawler.page.items import FetchedPage
from crawler.page.profiles import profile_for
from db.frontier.pending import ArchivedCopy, PendingPage
from workers.parsing import read
from workers.parsing.article import ParsedArticle
from workers.parsing.notices import says_gone


def fetched_page(copy: ArchivedCopy) -> FetchedPage:
    """The page as it came from the web."""
    return FetchedPage(
        url=copy.url,
        body=copy.body.unpacked(),
        fetched_at=copy.fetched_at,
        status=copy.status,
        headers=copy.headers,
    )


def parse(copy: ArchivedCopy) -> ParsedArticle:
    """What one copy says."""
    page = fetched_page(copy)
    return read(Document(page), profile_for(page.url))


def withdraws(copy: ArchivedCopy, headline: str | None) -> bool:
    """Whether a page that came without its article's text says that the article is gone."""
    return says_gone(Document(fetched_page(copy)), headline)


def assemble(page: PendingPage) -> ParsedArticle:
    """The article that begins on the page, with what its further pages say."""
    first = parse(page.copy)
    if first.not_article is not None or not page.further.count:
        return first
    further = map(parse, page.further_copies)
    # one that holds no article is a notice that the page is gone, or a list of what else there is
    others = [article for article in further if article.not_article is None]
    return joined(first, others, count=page.further.count)


def joined(first: ParsedArticle, others: Sequence[ParsedArticle], *, count: int) -> ParsedArticle:
    """The article with the paragraphs of its further pages, none of them twice.

    ``count`` is how many further pages are known of; ``evidence`` says how many have come.
    """
    seen = frozenset(first.paragraphs)
    added = dict.fromkeys(p for other in others for p in other.paragraphs if p not in seen)
    pages = f"{len(others) + 1} of {count + 1}"
    return replace(
        first,
        paragraphs=(*first.paragraphs, *added),
        evidence={**first.evidence, "pages": pages},
    )
