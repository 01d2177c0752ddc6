"""Reads a page: site profile first, then structured data, then the page itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from crawler.calendar import place_zone
from crawler.document import Document
from crawler.profiles import SiteProfile, profile_for
from crawler.structured import JsonObject
from crawler.urls import BadURL, article_address
from workers.parsing import metadata
from workers.parsing.article import Article
from workers.parsing.authors import authors_of
from workers.parsing.content import Body, body_of
from workers.parsing.credits import Framed, unframed
from workers.parsing.features import Claims, letters
from workers.parsing.kinds import not_article_reason
from workers.parsing.language import language_of
from workers.parsing.moments import Clock, modified_of, published_of
from workers.parsing.names import names_in
from workers.parsing.outline import Outline, outline_of
from workers.parsing.page_types import page_type_of
from workers.parsing.profiled import Profiled, profiled
from workers.parsing.state import paragraphs_in_state
from workers.parsing.titles import choose_title
from workers.parsing.topics import topics_of

SHORT_BODY = 500  # characters; a page with less may have its text elsewhere
MUCH_MORE = 2.0  # times the text on the page that another source must have
AGREEMENT = 0.5  # share of words that profile and content finder must have in common
HEADINGS = ("h1",)
TITLE_TAGS = ("h1", "h2", "div", "p", "td", "span", "header", "section", "tr")


def read(document: Document, profile: SiteProfile | None = None) -> Article:
    """Reads the page of ``document``.

    ``profile`` is the site's profile; without one, the page's address chooses it.  Raises
    ``PageUnreadable`` where the page could not be read; a page that holds no article gives
    an article with the reason in ``not_article``.
    """
    return _Reading(document, profile or profile_for(document.page.url)).article()


def claims_of(document: Document, outline: Outline) -> Claims:
    """What the content finder is told of a page's metadata."""
    item = metadata.main_article(document.structured, document.page.url)
    title, _ = _title(document, outline, item)
    return _claims(document, item, title)


def title_of(document: Document, outline: Outline) -> str | None:
    """The headline without a profile's help."""
    item = metadata.main_article(document.structured, document.page.url)
    return _title(document, outline, item)[0]


def _title(document: Document, outline: Outline, item: JsonObject | None) -> tuple[str | None, str]:
    data = document.structured
    sites = [*metadata.publishers(data, item), _domain_word(document.host), document.host]
    return choose_title(_headings(outline), metadata.claimed_titles(data, item), data.title, sites)


def agree(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether two readings of one page have most of their words in common, or one is short."""
    if min(sum(map(len, first)), sum(map(len, second))) < SHORT_BODY:
        return True
    one, other = set(" ".join(first).split()), set(" ".join(second).split())
    return len(one & other) >= AGREEMENT * max(len(one | other), 1)


def _size(paragraphs: Sequence[str]) -> int:
    return sum(map(len, paragraphs))


def _headings(outline: Outline) -> list[str]:
    """The texts of the page's h1 elements in order."""
    by_box: dict[int, list[str]] = {}
    for block in outline.blocks:
        for box in (block.box, outline.boxes[max(block.box.parent, 0)]):
            if box.tag in HEADINGS:
                by_box.setdefault(box.index, []).append(block.text)
                break
    return [" ".join(texts) for texts in by_box.values()]


def _domain_word(host: str) -> str:
    """ "tempo" for "dunia.tempo.co": the longest part of the host's last three."""
    parts = host.removeprefix("www.").split(".")[-3:-1]
    return max(parts, key=len, default="")


def _claims(document: Document, item: JsonObject | None, title: str | None) -> Claims:
    descriptions = metadata.claimed_descriptions(document.structured, item)
    return Claims(
        title=letters(title or ""),
        description=" ".join(letters(text) for text in descriptions),
        body=letters(metadata.claimed_body(item)),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A field's value and where it came from."""

    value: str | None
    where: str


class _Reading:
    """One page being read: the fields are worked out once, in the order they need each other."""

    def __init__(self, document: Document, profile: SiteProfile | None) -> None:
        self.document = document
        self.profile = profile
        self.data = document.structured
        self.item = metadata.main_article(self.data, document.page.url)
        self.layout: Profiled | None = profiled(document, profile)
        self.outline = outline_of(document.tree)
        self.evidence: dict[str, str] = {}

    def article(self) -> Article:
        """The page as an article."""
        title = self.title.value
        framed = self.framed
        texts = framed.paragraphs or [
            title or "",
            *metadata.claimed_descriptions(self.data, self.item),
        ]
        language, where = language_of(texts, self._declared_language())
        self._note("language", where)
        reason = self._reason()
        authors = self._authors(framed)
        published, modified = self._moments(language)
        return Article(
            url=self._address(),
            title=title,
            authors=authors,
            published=published,
            modified=modified,
            language=language,
            paragraphs=framed.paragraphs,
            dateline=framed.dateline,
            sources=framed.sources,
            topics=self._topics(),
            section=self._section(),
            image=self._image(),
            paywalled=self._paywalled(),
            not_article=reason,
            page_type=page_type_of(
                self.data, self.document.page.url, size=_size(framed.paragraphs), not_article=reason
            ),
            evidence=self.evidence,
        )

    def _reason(self) -> str | None:
        if self.framed.paragraphs and (self.layout or not self.body.blocks):
            return None  # a profile's page, or a text that the HTML itself does not hold
        return not_article_reason(self.document, self.outline, self.body, self.title.value)

    def _note(self, field: str, where: str) -> None:
        if where:
            self.evidence[field] = where

    def _address(self) -> str:
        own = self.document.page.url
        try:
            return article_address(own, self.data.canonical)
        except BadURL:
            return own  # a saved page whose address nobody gave

    @cached_property
    def sites(self) -> list[str]:
        """Names of the site, which are no authors."""
        own = list(self.profile.publishers) if self.profile else []
        return [*own, *metadata.publishers(self.data, self.item), self.document.host]

    @cached_property
    def title(self) -> _Found:
        """The headline."""
        text = self.layout.text("title") if self.layout else None
        if self.layout and text:
            found = _Found(text, self.layout.name)
        elif text is not None:  # the layout says where the headline is, and there is none
            found = _Found(*_title(self.document, Outline(), self.item))
        else:
            found = _Found(*_title(self.document, self.outline, self.item))
        self._note("title", found.where)
        return found

    @cached_property
    def body(self) -> Body:
        """What the content finder takes for the article's text."""
        return body_of(self.outline, _claims(self.document, self.item, self.title.value))

    @cached_property
    def framed(self) -> Framed:
        """The paragraphs, without dateline, credits and the like."""
        own = self.layout.paragraphs() if self.layout else []
        if self.layout and own:
            self._note("paragraphs", self.layout.name)
            if not agree(own, self.body.paragraphs):
                self._note("profile", f"{self.layout.name} disagrees with the content finder")
            return unframed(own)
        paragraphs, where = self._general_paragraphs()
        self._note("paragraphs", where)
        return unframed(paragraphs)

    def _general_paragraphs(self) -> tuple[Sequence[str], str]:
        """The page's text; where that is little, what metadata or scripts have more of it."""
        found = self.body.paragraphs
        size = sum(map(len, found))
        if size >= SHORT_BODY or self.document.is_huge:
            return found, "content finder"
        claimed = metadata.claimed_body(self.item)
        lines = [" ".join(line.split()) for line in claimed.splitlines() if line.strip()]
        if sum(map(len, lines)) > MUCH_MORE * max(size, SHORT_BODY / 4):
            return lines, "json-ld articleBody"
        state = paragraphs_in_state(self.document.tree, self.title.value)
        if sum(map(len, state)) > MUCH_MORE * max(size, SHORT_BODY / 4):
            return state, "state of a script"
        return found, "content finder" if found else ""

    @cached_property
    def bounds(self) -> tuple[int, int]:
        """Places of the headline and of the last paragraph among the outline's blocks."""
        key = letters(self.title.value or "")
        blocks = self.outline.blocks
        start = self.body.blocks[0].index if self.body.blocks else 0
        end = self.body.blocks[-1].index if self.body.blocks else start
        likely = [b for b in blocks if key and len(b.text) < 400 and b.tag in TITLE_TAGS]
        places = [b.index for b in likely if key in letters(b.text)]
        before = [place for place in places if place <= start]
        return (before[-1] if before else places[0] if places else start), end

    def _authors(self, framed: Framed) -> tuple[str, ...]:
        lines = self.layout.authors() if self.layout else None
        if lines:
            names = [name for line in lines for name in names_in(line, publishers=self.sites)]
            self._note("authors", self.layout.name if self.layout else "")
            if names:
                return tuple(dict.fromkeys(names))
        at_end = [n for line in framed.bylines for n in names_in(line, publishers=self.sites)]
        if lines is not None:
            return tuple(at_end)
        title, end = self.bounds
        credits = metadata.claimed_authors(self.data, self.item)
        found, where = authors_of(
            credits,
            self.outline,
            None if self.document.is_huge else self.document.tree,
            title=title,
            end=end,
            publishers=self.sites,
        )
        self._note("authors", where)
        return found or tuple(at_end)

    def _declared_language(self) -> str:
        declared = self.data.language or self.data.first("og:locale", "content-language") or ""
        return declared or (self.profile.language if self.profile else None) or ""

    def _moments(self, language: str | None) -> tuple[str | None, str | None]:
        """Times of publication and change as ISO text."""
        zone = place_zone(self.profile.timezone) if self.profile and self.profile.timezone else None
        spoken = self._declared_language().replace("_", "-").lower()
        clock = Clock(
            now=self.document.page.fetched_at,
            timezone=zone,
            language=spoken if language and spoken.startswith(language) else language,
        )
        title, end = self.bounds
        modified, where = modified_of(self.data, self.item, clock)
        self._note("modified", where)
        line = self.layout.time("published") if self.layout else None
        published = clock.read(line) if line else None
        where = self.layout.name if self.layout else ""
        if published is None:
            # where the layout says that the date stands, no other date line is believed
            is_told = bool(self.layout and self.layout.layout.published)
            published, where = published_of(
                self.data, self.item, Outline() if is_told else self.outline,
                url=self.document.page.url, title=title, end=end, clock=clock,
            )  # fmt: skip
        if published:
            self._note("published", where)
        return (
            published.iso() if published else None,
            modified.iso() if modified else None,
        )

    def _topics(self) -> tuple[str, ...]:
        if self.layout and (topics := self.layout.topics()):
            self._note("topics", self.layout.name)
            return tuple(topics)
        found, where = topics_of(self.data, self.item, self.outline, title=self.bounds[0])
        self._note("topics", where)
        return found

    def _section(self) -> str | None:
        if self.layout and (section := self.layout.section()):
            return section
        claimed = metadata.texts(self.item.get("articleSection")) if self.item else []
        return self.data.first("article:section") or (claimed[0] if claimed else None)

    def _image(self) -> str | None:
        href = self.data.first("og:image", "og:image:url", "twitter:image", "twitter:image:src")
        return self.document.absolute(href) if href else None

    def _paywalled(self) -> bool | None:
        claims = [o.get("isAccessibleForFree") for o in self.data.articles()]
        for claim in claims:
            if claim in (False, "False", "false"):
                return True
        if self.data.first("article:content_tier", "content_tier") in ("locked", "metered"):
            return True
        return False if any(claim in (True, "True", "true") for claim in claims) else None
