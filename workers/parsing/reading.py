"""One page being read: what it offers for each field, worked out when it is asked for."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from crawler.page.dates.calendar import place_zone
from crawler.page.dates.date_parser import Moment
from crawler.page.document import Document
from crawler.page.profiles import SiteProfile
from crawler.page.structured_data import JsonObject
from workers.parsing.body.body import Body, body_of
from workers.parsing.body.outline import TextOutline
from workers.parsing.body.outline_builder import outline_of
from workers.parsing.body.regions import bit
from workers.parsing.body.scripts import density
from workers.parsing.body.text_features import Claims, letters
from workers.parsing.candidates import FieldCandidate, best
from workers.parsing.fields import metadata
from workers.parsing.fields.dated import Clock, Dated, month_in
from workers.parsing.fields.dates import modified_of, published_of
from workers.parsing.fields.images import images_of
from workers.parsing.fields.language import languages_of
from workers.parsing.fields.shown_dates import ShownDates, shown_dates
from workers.parsing.fields.titles import Titles, titles_of
from workers.parsing.fields.topics import topics_of
from workers.parsing.fields.writers.authors import authors_of
from workers.parsing.fields.writers.credits import Framed, unframed
from workers.parsing.fields.writers.names import names_in
from workers.parsing.fields.writers.signed import Names, Signed
from workers.parsing.profiled import Profiled, profiled
from workers.parsing.state import paragraphs_in_state

SHORT_BODY = 500  # characters; a page with less may have its text elsewhere
MUCH_MORE = 2.0  # times the text on the page that another source must have
MAX_LINE = 400  # characters of a text on the page that may be the headline
BELOW_START = 8  # texts between what was taken for the first paragraph and the headline
HEADINGS = ("h1",)
LESSER_HEADINGS = ("h2", "h3", "h4")
MAX_OVER_TEXT = 60  # texts in which the first sentences are looked for
MIN_SENTENCES = 160  # characters of a text that is more than a heading, of a sentence half of them
FULL_STOPS = (".", "。", "।", "۔")
SURE = 4  # letters of a headline's longest word, between which no mark stands
TITLE_TAGS = frozenset({"h1", "h2", "div", "p", "td", "span", "header", "section", "tr"})

_WORD = re.compile(r"\w+")
_TITLE_NAME = re.compile(
    r"(?:^|[\s_-])(?:(?:post|entry|article|news|story|content|detail|page|blog|artikel|berita|judul)"
    r"[_-]{0,2}(?:title|heading|headline|judul)|headline|judul|title)(?=$|\s)",
    re.IGNORECASE,
)


def titles_on(
    document: Document, outline: TextOutline, item: JsonObject | None
) -> Iterator[FieldCandidate[str]]:
    """The titles of the page without a profile's help; ``item`` is its article's JSON-LD."""
    data = document.structured
    headings = _headings(outline)
    return titles_of(
        Titles(
            headings=[text for text, _ in headings],
            lesser=[] if headings else _lesser_headings(outline),
            shared=metadata.shared_title(data),
            headline=metadata.claimed_headline(item),
            others=metadata.other_titles(data),
            window=data.title,
            sites=[
                *metadata.publishers(data, item),
                *(text for text, node in headings if _leads_home(node, text, document.host)),
                _domain_word(document.host),
                document.host,
            ],
            is_news=metadata.is_newsroom(data),
            url=document.page.url,
        )
    )


def visible(titles: Sequence[FieldCandidate[str]]) -> str | None:
    """The title as it stands on the page, by which its place is found."""
    on_page = (title for title in titles if title.where.startswith(("h1", "profile")))
    found = best(on_page) or best(titles)
    return found.value if found else None


def claims_on(document: Document, item: JsonObject | None, title: str | None) -> Claims:
    """What the content finder is told of a page's metadata; ``title`` as on the page."""
    return Claims(
        title=letters(title or ""),
        body=letters(metadata.claimed_body(item)),
        host=document.host,
    )


def _headings(outline: TextOutline) -> list[tuple[str, LexborNode]]:
    """The page's h1 elements in order, with their texts."""
    headings: dict[int, list[str]] = {
        place: [] for place, tag in enumerate(outline.boxes.tags) if tag in HEADINGS
    }
    for block in outline.blocks if headings else ():
        for index in (block.place, outline.boxes.parents[block.place]):
            if index in headings:
                headings[index].append(block.text)
                break
    return [(" ".join(texts), outline.boxes.nodes[at]) for at, texts in headings.items() if texts]


def _lesser_headings(outline: TextOutline) -> list[str]:
    """The texts over the page's first sentences that are headings of a lower rank, or named so."""
    unwanted = bit("nav") | bit("related") | bit("comment") | bit("aside") | bit("modal")
    texts: list[str] = []
    for block in outline.blocks[:MAX_OVER_TEXT]:
        is_heading = block.tag in LESSER_HEADINGS or _TITLE_NAME.search(
            block.boxes.name(block.place)
        )
        size, is_sentence = len(block.text) * density(block.text), block.text.endswith(FULL_STOPS)
        if size >= MIN_SENTENCES or (size >= MIN_SENTENCES / 2 and is_sentence and not is_heading):
            break
        if is_heading and not block.boxes.own(block.place) & unwanted:
            texts.append(block.text)
    return texts


def _leads_home(heading: LexborNode, text: str, host: str) -> bool:
    """Whether a heading is, as a whole, a link to the site's front page: it is the site's name."""
    link = heading.css_first("a[href]")
    if link is None and heading.parent is not None and heading.parent.tag == "a":
        link = heading.parent
    if link is None or letters(link.text()) != letters(text):
        return False
    try:
        parts = urlsplit(link.attributes.get("href") or "")
        is_own = (parts.hostname or host).removeprefix("www.") == host.removeprefix("www.")
    except ValueError:
        return False
    return is_own and parts.path in ("", "/") and not parts.query and not parts.fragment


def _domain_word(host: str) -> str:
    """ "tempo" for "dunia.tempo.co": the longest part of the host's last three."""
    parts = host.removeprefix("www.").split(".")[-3:-1]
    return max(parts, key=len, default="")


class Reading:
    """One page being read.

    Each field is a generator of candidates, the best first: a reader takes the first and an
    explanation all.
    """

    def __init__(self, document: Document, profile: SiteProfile | None) -> None:
        self.document = document
        self.profile = profile
        self.data = document.structured
        self.item = metadata.main_article(self.data, document.page.url)
        self.layout: Profiled | None = profiled(document, profile)
        self.outline = outline_of(document.tree)

    @cached_property
    def sites(self) -> list[str]:
        """Names of the site, which are no authors."""
        own = list(self.profile.publishers) if self.profile else []
        return [*own, *metadata.publishers(self.data, self.item), self.document.host]

    @cached_property
    def titles(self) -> list[FieldCandidate[str]]:
        """Headlines."""
        text = self.layout.text("title") if self.layout else None
        own = [FieldCandidate(value=text, where=self.layout.name)] if self.layout and text else []
        # "" is a layout that says where the headline is, where there is none
        outline = TextOutline() if text == "" else self.outline
        return [*own, *titles_on(self.document, outline, self.item)]

    @cached_property
    def title(self) -> str | None:
        """The headline."""
        return self.titles[0].value if self.titles else None

    @cached_property
    def claims(self) -> Claims:
        """What the content finder is told."""
        return claims_on(self.document, self.item, visible(self.titles))

    @cached_property
    def body(self) -> Body:
        """What the content finder takes for the article's text."""
        return body_of(self.outline, self.claims)

    def texts(self) -> Iterator[FieldCandidate[Sequence[str]]]:
        """Paragraphs as they stand; other sources only where they have much more."""
        own = self.layout.paragraphs() if self.layout else []
        if self.layout and own:
            yield FieldCandidate(value=own, where=self.layout.name)
        candidate: FieldCandidate[Sequence[str]]
        candidate = FieldCandidate(value=self.body.paragraphs, where="content finder")
        size = sum(map(len, candidate.value))
        is_enough = size >= SHORT_BODY or self.document.is_huge
        if is_enough:
            yield candidate
        if not self.document.is_huge:
            for other in self._texts_elsewhere():
                if sum(map(len, other.value)) > MUCH_MORE * max(size, SHORT_BODY / 4):
                    yield other
        if candidate.value and not is_enough:
            yield candidate

    def _texts_elsewhere(self) -> Iterator[FieldCandidate[Sequence[str]]]:
        claimed = metadata.claimed_body(self.item)
        lines = [" ".join(line.split()) for line in claimed.splitlines() if line.strip()]
        yield FieldCandidate(value=lines, where="json-ld articleBody")
        state = paragraphs_in_state(self.document.tree, self.title)
        yield FieldCandidate(value=state, where="state of a script")

    @cached_property
    def text(self) -> FieldCandidate[Sequence[str]] | None:
        """The chosen paragraphs as they stand."""
        return best(self.texts())

    @cached_property
    def framed(self) -> Framed:
        """The paragraphs, without dateline, credits and the like."""
        return unframed(self.text.value if self.text else (), self.sites)

    @cached_property
    def bounds(self) -> tuple[int, int, int]:
        """Places of the headline, the first and the last paragraph among the outline's blocks."""
        title = visible(self.titles) or ""
        key, sure = letters(title), max(_WORD.findall(title.lower()), key=len, default="")[:SURE]
        blocks = self.outline.blocks
        start = self.body.blocks[0].index if self.body.blocks else 0
        end = self.body.blocks[-1].index if self.body.blocks else start
        fits = range(len(key), MAX_LINE) if key else ()
        texts = [
            (block.index, letters(block.text))
            for block in blocks
            if len(block.text) in fits and block.tag in TITLE_TAGS and sure in block.text.lower()
        ]
        places = [place for place, text in texts if text == key]
        places = places or [place for place, text in texts if key in text]
        # far below the first paragraph it is the heading of the comments or a teaser of its own
        before = [place for place in places if place <= start]
        below = [place for place in places[:1] if place <= start + BELOW_START]
        return (before or below or [start])[-1], start, end

    def authors(self) -> Iterator[FieldCandidate[Names]]:
        """Writers; where a layout says where they stand, no other place is believed."""
        lines = self.layout.authors() if self.layout else None
        if self.layout and lines and (names := self._names(lines)):
            yield FieldCandidate(value=names, where=self.layout.name)
        if lines is None:
            title, start, end = self.bounds
            yield from authors_of(
                Signed(
                    credits=metadata.claimed_authors(self.data, self.item),
                    outline=self.outline,
                    document=self.document,
                    title=title,
                    start=start,
                    end=end,
                    publishers=self.sites,
                )
            )
        if at_end := self._names(self.framed.bylines):
            yield FieldCandidate(value=at_end, where="line at the text's end")

    def _names(self, lines: Sequence[str]) -> Names:
        names = (name for line in lines for name in names_in(line, publishers=self.sites))
        return tuple(dict.fromkeys(names))

    @cached_property
    def declared_language(self) -> str:
        """What page or profile say of the language, as written, or ""."""
        declared = self.data.language or self.data.first("og:locale", "content-language") or ""
        return declared or (self.profile.language if self.profile else None) or ""

    @cached_property
    def languages(self) -> list[FieldCandidate[str]]:
        """ISO 639-1."""
        texts = self.framed.paragraphs or [
            self.title or "",
            *metadata.claimed_descriptions(self.data, self.item),
        ]
        return list(languages_of(texts, self.declared_language))

    @cached_property
    def dated(self) -> Dated:
        """What times are looked for in."""
        zone = place_zone(self.profile.timezone) if self.profile and self.profile.timezone else None
        language = self.languages[0].value if self.languages else None
        spoken = self.declared_language.replace("_", "-").lower()
        clock = Clock(
            now=self.document.page.fetched_at,
            timezone=zone,
            language=spoken if language and spoken.startswith(language) else language,
            month=month_in(self.document.page.url),
        )
        title, start, end = self.bounds
        # where the layout says that the date stands, no other date line is believed
        is_told = bool(self.layout and self.layout.layout.published)
        return Dated(
            data=self.data, item=self.item, outline=TextOutline() if is_told else self.outline,
            url=self.document.page.url, title=title, start=start, end=end, clock=clock,
            text=self.document.text,
        )  # fmt: skip

    @cached_property
    def shown(self) -> ShownDates:
        """The dates that readers see."""
        return shown_dates(self.dated)

    def published(self) -> Iterator[FieldCandidate[Moment]]:
        """Times of publication."""
        line = self.layout.time("published") if self.layout else None
        if self.layout and line and (moment := self.dated.clock.read(line)):
            yield FieldCandidate(value=moment, where=self.layout.name)
        yield from published_of(self.dated, lambda: self.shown)

    def modified(self) -> Iterator[FieldCandidate[Moment]]:
        """Times of the last change."""
        return modified_of(self.dated, lambda: self.shown)

    def topics(self) -> Iterator[FieldCandidate[Names]]:
        """Topics of each source."""
        if self.layout and (topics := self.layout.topics()):
            yield FieldCandidate(value=tuple(topics), where=self.layout.name)
        yield from topics_of(self.document, self.item, self.outline, title=self.bounds[0])

    def sections(self) -> Iterator[FieldCandidate[str]]:
        """Sections."""
        if self.layout and (section := self.layout.section()):
            yield FieldCandidate(value=section, where=self.layout.name)
        yield from metadata.claimed_sections(self.data, self.item)

    def images(self) -> Iterator[FieldCandidate[str]]:
        """Absolute addresses of the main picture."""
        title, blocks = self.bounds[0], self.body.blocks
        return images_of(self.document, self.item, self.outline, title=title, text=blocks)

    def paywalls(self) -> Iterator[FieldCandidate[bool]]:
        """Whether it is for subscribers."""
        yield from metadata.claimed_paywall(self.data)
        if self.body.is_closed:
            yield FieldCandidate(value=True, where="gate below the text")
