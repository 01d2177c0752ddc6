"""Why a page is read as it is: each field's candidates, each text's weight; for people.

It asks the same ``Reading`` as ``read`` does, for all candidates instead of the first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from crawler.page.dates.date_parser import Moment
from crawler.page.document import Document
from crawler.page.profiles import SiteProfile, profile_for
from workers.parsing.article import ParsedArticle
from workers.parsing.body.body import KEEP, weighed
from workers.parsing.body.outline import Block
from workers.parsing.body.regions import regions
from workers.parsing.candidates import FieldCandidate
from workers.parsing.reader import article_of
from workers.parsing.reading import Reading

MAX_CANDIDATES = 12  # of one field
MAX_TEXT = 200  # characters of a candidate that are shown
T = TypeVar("T")

MOSTLY = 0.5  # share of a text's letters that make it mostly link


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field of the article and what it could have been."""

    name: str
    #: the best first, which is the chosen one; values as text
    candidates: tuple[FieldCandidate[str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Weight:
    """One text of the page and whether it belongs to the article."""

    text: str
    #: tag of its element
    tag: str
    #: probability that it is the article's, None for an entry of a menu
    score: float | None
    is_taken: bool
    #: what speaks against it, or ""
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingExplanation:
    """One page, as it was read and as it could have been."""

    article: ParsedArticle
    #: "tempo 2021", "tempo, none of its layouts", or "none"
    profile: str
    fields: tuple[Field, ...]
    #: the page's texts in order
    texts: tuple[Weight, ...]


def explain(document: Document, profile: SiteProfile | None = None) -> ReadingExplanation:
    """Reads the page as ``read`` does and keeps what that passes by."""
    page = Reading(document, profile or profile_for(document.page.url))
    article = article_of(page)
    return ReadingExplanation(
        article=article,
        profile=_profile(page),
        fields=tuple(_fields(page)),
        texts=tuple(_weights(page, article)),
    )


def _profile(page: Reading) -> str:
    if page.layout:
        return page.layout.name.removeprefix("profile ")
    return f"{page.profile.name}, none of its layouts" if page.profile else "none"


def _fields(page: Reading) -> Iterator[Field]:
    yield _field("title", page.titles)
    yield _field("authors", _as_text(page.authors()))
    yield _field("published", _as_moments(page.published()))
    yield _field("modified", _as_moments(page.modified()))
    yield _field("language", page.languages)
    yield _field("topics", _as_text(page.topics()))
    yield _field("section", page.sections())
    yield _field("image", page.images())
    yield _field("paywalled", (_with(c, str(c.value).lower()) for c in page.paywalls()))
    sizes = (_with(c, _extent(c.value)) for c in page.texts())
    yield _field("paragraphs", sizes)


def _field(name: str, candidates: Iterable[FieldCandidate[str]]) -> Field:
    by_origin = {(each.value, each.where): each for each in reversed(list(candidates))}
    return Field(name=name, candidates=tuple(islice(reversed(by_origin.values()), MAX_CANDIDATES)))


def _extent(paragraphs: Sequence[str]) -> str:
    several = "s" if len(paragraphs) != 1 else ""
    return f"{len(paragraphs)} paragraph{several}, {sum(map(len, paragraphs)):,} characters"


def _as_text(
    candidates: Iterable[FieldCandidate[tuple[str, ...]]],
) -> Iterator[FieldCandidate[str]]:
    return (_with(c, ", ".join(c.value)) for c in candidates)


def _as_moments(candidates: Iterable[FieldCandidate[Moment]]) -> Iterator[FieldCandidate[str]]:
    return (_with(c, c.value.iso()) for c in candidates)


def _with(candidate: FieldCandidate[T], value: str) -> FieldCandidate[str]:
    return FieldCandidate(value=value[:MAX_TEXT], where=candidate.where, why=candidate.why)


def _weights(page: Reading, article: ParsedArticle) -> Iterator[Weight]:
    scores = {block.index: score for block, score in weighed(page.outline, page.claims)}
    taken = {block.index for block in page.body.blocks}
    kept = set(article.paragraphs)
    for block in page.outline.blocks:
        score = scores.get(block.index)
        is_taken = block.index in taken
        if is_taken:
            is_whole = any(block.text in text or text in block.text for text in kept)
            why = "" if is_whole else "taken off again: byline, credit or pointer"
        else:
            why = _against(page, block, score)
        yield Weight(text=block.text, tag=block.tag, score=score, is_taken=is_taken, why=why)


def _against(page: Reading, block: Block, score: float | None) -> str:
    if score is None:
        return "entry of a menu"
    if score >= KEEP:
        return "the headline, or too little text in all"
    core = page.body.blocks[0].place if page.body.blocks else 0
    marks = page.outline.marks_beside(core)[block.place]
    named = [name for bit, name in enumerate(regions()) if marks >> bit & 1]
    if block.linked > MOSTLY * len(block.text):
        named.append("mostly link")
    return ", ".join(named)
