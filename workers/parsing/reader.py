"""Reads a page: site profile first, then structured data, then the generic reader."""

from collections.abc import Sequence
from typing import Any

from selectolax.lexbor import LexborNode

from crawler.calendar import place_zone
from crawler.dates import Moment, parse_moment
from crawler.document import Document
from crawler.profiles import Layout, SiteProfile, profile_for
from crawler.structured import folded
from crawler.urls import BadURL, article_address
from workers.parsing.article import Article
from workers.parsing.credits import unframed
from workers.parsing.generic import body_of
from workers.parsing.names import names_in
from workers.parsing.paragraphs import paragraphs_of
from workers.parsing.titles import choose_title

_PUBLISHED = ("article:published_time", "datepublished", "date", "pubdate", "publishdate",
              "dc.date", "dc.date.issued", "og:published_time", "parsely-pub-date")  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified")


def read(document: Document, profile: SiteProfile | None = None) -> Article:
    """Reads the page of ``document``.

    ``profile`` is the site's profile; without one, the page's address chooses it.  Raises
    ``PageUnreadable`` where the page could not be read; a page that holds no article gives
    an article with the reason in ``not_article``.
    """
    profile = profile or profile_for(document.page.url)
    return _Reading(document, profile).article()


class _Reading:
    """One page being read: what each field's value is and where it came from."""

    def __init__(self, document: Document, profile: SiteProfile | None) -> None:
        self.document = document
        self.profile = profile
        self.data = document.structured
        self.evidence: dict[str, str] = {}
        self.layout, self.root = self._layout()
        self.publishers = self._publishers()

    def article(self) -> Article:
        """The page as an article."""
        framed = unframed(self._paragraphs())
        authors = self._authors() or tuple(
            name for line in framed.bylines for name in names_in(line, publishers=self.publishers)
        )
        title = self._title()
        published = self._moment("published", _PUBLISHED, "datePublished")
        modified = self._moment("modified", _MODIFIED, "dateModified")
        return Article(
            url=self._address(),
            title=title,
            authors=authors,
            published=published.iso() if published else None,
            modified=modified.iso() if modified else None,
            language=self._language(),
            paragraphs=framed.paragraphs,
            dateline=framed.dateline,
            sources=framed.sources,
            topics=self._topics(),
            section=self._section(),
            image=self.data.first("og:image", "twitter:image"),
            not_article=None if framed.paragraphs or title else "no text",
            evidence=self.evidence,
        )

    def _address(self) -> str:
        own = self.document.page.url
        try:
            return article_address(own, self.data.canonical)
        except BadURL:
            return own  # a saved page whose address nobody gave

    def _layout(self) -> tuple[Layout | None, LexborNode | None]:
        for layout in self.profile.layouts if self.profile else ():
            if (root := self.document.tree.css_first(layout.article)) is not None:
                return layout, root
        return None, None

    def _publishers(self) -> list[str]:
        names = list(self.profile.publishers) if self.profile else []
        names += self.data.all("og:site_name", "application-name", "publisher")
        for item in self.data.articles():
            names += _named(item.get("publisher"))
        return [*names, self.document.host.removeprefix("www.")]

    def _note(self, field: str, where: str) -> None:
        if self.layout and self.profile and where.startswith("layout"):
            where = f"profile {self.profile.name} {self.layout.name}:{where[6:]}"
        self.evidence[field] = where

    def _select(self, selector: str, *, on_page: bool = False) -> list[LexborNode]:
        if not selector or self.root is None:
            return []
        return (self.document.tree if on_page else self.root).css(selector)

    def _paragraphs(self) -> Sequence[str]:
        if self.layout and self.layout.body:
            drop = {node.mem_id for css in self.layout.drop for node in self._select(css)}
            found = [
                paragraph
                for node in self._select(self.layout.body)
                for paragraph in paragraphs_of(node, without=drop)
            ]
            if found:
                self._note("paragraphs", f"layout {self.layout.body}")
                return found
        self._note("paragraphs", "generic reader")
        return body_of(self.document)

    def _title(self) -> str | None:
        if self.layout:
            nodes = self._select(self.layout.title)
            texts = [folded(node.text()) for node in nodes[:1]]
            if texts:
                self._note("title", f"layout {self.layout.title}")
                return texts[0] or None
        headings = [folded(node.text()) for node in self.document.tree.css("h1")]
        if self.layout:
            headings = []
        claims = [t for item in self.data.articles() for t in _texts(item.get("headline"))]
        claims += self.data.all("og:title", "twitter:title")
        title, where = choose_title(headings, claims, self.data.title, self.publishers)
        self._note("title", where)
        return title

    def _authors(self) -> tuple[str, ...]:
        if self.layout and (nodes := self._select(self.layout.authors)):
            self._note("authors", f"layout {self.layout.authors}")
            texts = [folded(node.text(separator=" ")) for node in nodes]
        else:
            texts = [n for item in self.data.articles() for n in _named(item.get("author"))]
            texts = texts or self.data.all("author", "article:author", "dc.creator", "byl")
            self._note("authors", "metadata")
        names = (name for text in texts for name in names_in(text, publishers=self.publishers))
        return tuple(dict.fromkeys(names))

    def _moment(self, field: str, names: Sequence[str], key: str) -> Moment | None:
        texts: list[tuple[str, str]] = []
        if self.layout and (selector := getattr(self.layout, field)):
            for node in self._select(selector)[:1]:
                texts.append((f"layout {selector}", node.attributes.get("datetime") or node.text()))
        texts += [("json-ld", t) for i in self.data.articles() for t in _texts(i.get(key))]
        texts += [("meta", t) for t in self.data.all(*names)]
        texts += [("microdata", t) for t in self.data.properties.get(key.lower(), ())]
        zone = place_zone(self.profile.timezone) if self.profile and self.profile.timezone else None
        for where, text in texts:
            moment = parse_moment(
                text,
                now=self.document.page.fetched_at,
                timezone=zone,
                language=self._language(),
            )
            if moment:
                self._note(field, where)
                return moment
        return None

    def _language(self) -> str | None:
        code = (self.data.language or "").partition("-")[0].lower()
        return code or (self.profile.language if self.profile else None)

    def _topics(self) -> tuple[str, ...]:
        if self.layout and (nodes := self._select(self.layout.topics, on_page=True)):
            return tuple(dict.fromkeys(folded(node.text()) for node in nodes))
        return tuple(self.data.all("article:tag"))

    def _section(self) -> str | None:
        if self.layout and (nodes := self._select(self.layout.section, on_page=True)):
            return folded(nodes[-1].text())
        return self.data.first("article:section")


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [folded(v) for v in values if isinstance(v, str) and v.strip()]


def _named(value: Any) -> list[str]:
    """Names in a JSON-LD value: text, an object with a name, or a list of these."""
    values = value if isinstance(value, list) else [value]
    names: list[str] = []
    for item in values:
        if isinstance(item, str):
            names.append(folded(item))
        elif isinstance(item, dict):
            names += _texts(item.get("name"))
    return names
