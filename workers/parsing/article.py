"""The article as read from a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from db.terms.article_fields import FIELDS


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedArticle:
    """What a page says. Times are ISO 8601 text, as precise as the page gives them."""

    #: where rel=canonical points, if that is plausible, else the page's own address
    url: str
    title: str | None = None
    #: names of people, in the page's order
    authors: tuple[str, ...] = ()
    #: ISO 8601 with offset; YYYY-MM-DD where only the day is known; None, never "now"
    published: str | None = None
    modified: str | None = None
    #: ISO 639-1
    language: str | None = None
    #: standfirst, subheadings and paragraphs in order, white space folded
    paragraphs: tuple[str, ...] = ()
    #: the place the report is from, e.g. "Jakarta"
    dateline: str | None = None
    #: agencies credited, e.g. ("Reuters",)
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    section: str | None = None
    #: absolute address of the main picture
    image: str | None = None
    #: True, False, or None where the page does not say
    paywalled: bool | None = None
    #: None for an article, else the reason why the page is none
    not_article: str | None = None
    #: ``article``, ``live``, ``gallery``, ``video``, ``advertorial``, ``index`` or ``other``
    page_type: str = "article"
    #: field name -> where its value came from, e.g. {"title": "profile tempo: h1.title"}
    evidence: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Any]:
        """What it says but for its body, as JSON values."""
        values = {name: getattr(self, name) for name in FIELDS}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
        }

    @property
    def body(self) -> str:
        """The paragraphs joined by one blank line."""
        return "\n\n".join(self.paragraphs)
