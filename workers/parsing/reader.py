"""Reads a page: site profile first, then structured data, then the page itself."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from crawler.errors import BadURL
from crawler.page.article_addresses import article_address
from crawler.page.document import Document
from crawler.page.profiles import SiteProfile, profile_for
from workers.parsing.article import ParsedArticle
from workers.parsing.body.outline import TextOutline
from workers.parsing.body.text_features import Claims, letters
from workers.parsing.candidates import FieldCandidate, best
from workers.parsing.fields import metadata
from workers.parsing.fields.writers.credits import HEAD
from workers.parsing.kinds import not_article_reason
from workers.parsing.notices import NO_TEXT, NOTICE, is_regret
from workers.parsing.page_types import page_type_of
from workers.parsing.reading import Reading, claims_on, titles_on, visible

SHORT_TEXT = 500  # characters; a shorter reading is not compared
AGREEMENT = 0.5  # share of words that profile and content finder must have in common

T = TypeVar("T")


def read(document: Document, profile: SiteProfile | None = None) -> ParsedArticle:
    """Reads the page of ``document``.

    ``profile`` is the site's profile; without one, the page's address chooses it.  A page that
    holds no article gives an article with the reason in ``not_article``; nothing raises.
    """
    return article_of(Reading(document, profile or profile_for(document.page.url)))


def claims_of(document: Document, outline: TextOutline) -> Claims:
    """What the content finder is told of a page's metadata, without a profile's help."""
    item = metadata.main_article(document.structured, document.page.url)
    return claims_on(document, item, visible(list(titles_on(document, outline, item))))


def title_of(document: Document, outline: TextOutline) -> str | None:
    """The headline without a profile's help."""
    item = metadata.main_article(document.structured, document.page.url)
    title = best(titles_on(document, outline, item))
    return title.value if title else None


def article_of(page: Reading) -> ParsedArticle:
    """The best candidate of each field as one article."""
    chosen = _Chosen()
    published = chosen.first("published", page.published())
    authors = chosen.first("authors", page.authors()) or ()
    reason = reason_against(page, credits=bool(published) + bool(authors))
    modified = chosen.first("modified", page.modified())
    article = ParsedArticle(
        url=_address(page.document),
        title=chosen.first("title", page.titles),
        authors=authors,
        published=published.iso() if published else None,
        modified=modified.iso() if modified else None,
        language=chosen.first("language", page.languages),
        paragraphs=page.framed.paragraphs,
        dateline=page.framed.dateline,
        sources=page.framed.sources,
        topics=chosen.first("topics", page.topics()) or (),
        section=chosen.first("section", page.sections()),
        image=chosen.first("image", page.images()),
        paywalled=chosen.first("paywalled", page.paywalls()),
        not_article=reason,
        page_type=page_type_of(
            page.data,
            page.document.page.url,
            size=sum(map(len, page.framed.paragraphs)),
            not_article=reason,
        ),
        evidence=chosen.evidence,
    )
    chosen.first("paragraphs", [page.text] if page.text else [])
    if page.framed.dateline:
        chosen.evidence["dateline"] = HEAD
    if page.framed.sources:
        chosen.evidence["sources"] = page.framed.sources_at
    if page.layout and (doubts := disagreements(page)):
        chosen.evidence["profile"] = f"{page.layout.name} disagrees with the general reader: " + (
            ", ".join(doubts)
        )
    return article


class _Chosen:
    """Takes the best candidate of each field and notes where it stands."""

    def __init__(self) -> None:
        #: field -> where its value came from
        self.evidence: dict[str, str] = {}

    def first(self, field: str, candidates: Iterable[FieldCandidate[T]]) -> T | None:
        """The value of the best candidate."""
        candidate = best(candidates)
        if candidate is None:
            return None
        self.evidence[field] = candidate.where
        return candidate.value


def reason_against(page: Reading, *, credits: int) -> str | None:
    """None for an article, else why the page is none; ``credits``: of authors and date, 0 to 2."""
    if page.framed.paragraphs and (page.layout or not page.body.blocks):
        # a profile's page, or a text that the HTML itself does not hold
        return NOTICE if is_regret(page.framed.paragraphs) else None
    if page.body.blocks and not page.framed.paragraphs:
        return NO_TEXT
    title = visible(page.titles)
    return not_article_reason(page.document, page.outline, page.body, title, credits=credits)


def disagreements(page: Reading) -> list[str]:
    """The fields in which the profile's layout and the general reader differ badly."""
    lines = []
    if page.titles and page.titles[0].where.startswith("profile") and not _has_title(page):
        lines.append("title")
    if page.text and page.text.where.startswith("profile"):
        if not agree(page.text.value, page.body.paragraphs):
            lines.append("paragraphs")
    elif page.layout and page.body.blocks:
        lines.append("paragraphs")
    days = [c.value.day for c in page.published()]
    if len(days) > 1 and days[0] not in days[1:]:
        lines.append("published")
    return lines


def _has_title(page: Reading) -> bool:
    """Whether another source has the layout's headline, or a part of it."""
    own = letters(page.titles[0].value)
    others = [letters(title.value) for title in page.titles[1:]]
    return not others or any(other and (own in other or other in own) for other in others)


def agree(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether two readings of one page have most of their words in common, or one is short."""
    if min(sum(map(len, first)), sum(map(len, second))) < SHORT_TEXT:
        return True
    one, other = set(" ".join(first).split()), set(" ".join(second).split())
    return len(one & other) >= AGREEMENT * max(len(one | other), 1)


def _address(document: Document) -> str:
    own = document.page.url
    try:
        return article_address(own, document.structured.canonical)
    except BadURL:
        return own  # a saved page whose address nobody gave
