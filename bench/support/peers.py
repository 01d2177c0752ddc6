"""The readers that ours is measured beside: each takes a page and gives what it found.

A value is a dictionary with those of ``title``, ``authors``, ``published``, ``language``,
``topics``, ``body``, ``paragraphs`` and ``not_article`` that the reader offers.  Peers read as
they come, but none may ask the network.  They come with the ``bench`` group.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from crawler.page.document import Document
from crawler.page.items import FetchedPage
from crawler.page.profiles import SiteProfile
from workers.parsing import ParsedArticle, read

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
NO_PROFILE = SiteProfile(name="none", hosts=())

Prediction = dict[str, Any]
#: address, bytes and time of fetching of a page -> what was found; peers may raise anything
Reader = Callable[[str, bytes, datetime], Prediction]


def ours(url: str, body: bytes, fetched_at: datetime) -> Prediction:
    """Our reader with site profiles off."""
    return prediction(
        read(Document(FetchedPage(url=url, body=body, fetched_at=fetched_at)), NO_PROFILE)
    )


def prediction(article: ParsedArticle) -> Prediction:
    """Our article as the scorer takes it."""
    return {
        "title": article.title, "authors": list(article.authors), "published": article.published,
        "language": article.language, "topics": list(article.topics), "body": article.body,
        "paragraphs": list(article.paragraphs), "not_article": article.not_article,
    }  # fmt: skip


def trafilatura(url: str, body: bytes, fetched_at: datetime) -> Prediction:
    """trafilatura with metadata."""
    return _trafilatura(url, body, fast=False)


def trafilatura_fast(url: str, body: bytes, fetched_at: datetime) -> Prediction:
    """trafilatura without its fallbacks."""
    return _trafilatura(url, body, fast=True)


def _trafilatura(url: str, body: bytes, *, fast: bool) -> Prediction:
    from trafilatura import bare_extraction

    found = bare_extraction(body, url=url, include_comments=False, with_metadata=True, fast=fast)
    if found is None:
        return {"body": ""}
    data = found if isinstance(found, dict) else found.as_dict()
    authors = [name.strip() for name in (data.get("author") or "").split(";") if name.strip()]
    return {
        "title": data.get("title"), "authors": authors, "published": data.get("date"),
        "body": data.get("text") or "", "topics": data.get("tags") or [],
    }  # fmt: skip


def newspaper(url: str, body: bytes, fetched_at: datetime) -> Prediction:
    """newspaper4k."""
    from newspaper import ParsedArticle as Newspaper

    page = Newspaper(url, fetch_images=False)
    page.download(input_html=_text(body))
    page.parse()
    return {
        "title": page.title, "authors": list(page.authors), "body": page.text,
        "published": _iso(page.publish_date), "language": page.meta_lang,
        "topics": list(page.tags or page.meta_keywords or ()),
    }  # fmt: skip


def news_please(url: str, body: bytes, fetched_at: datetime) -> Prediction:
    """news-please: newspaper4k, readability and extractors of its own, which vote."""
    from newsplease import NewsPlease

    page = NewsPlease.from_html(_text(body), url=url, fetch_images=False)
    return {
        "title": page.title, "authors": list(page.authors or ()), "body": page.maintext or "",
        "published": _iso(page.date_publish), "language": page.language,
    }  # fmt: skip


def goose(url: str, body: bytes, fetched_at: datetime) -> Prediction:
    """goose3."""
    page = _goose().extract(raw_html=_text(body))
    return {
        "title": page.title, "authors": list(page.authors or ()), "body": page.cleaned_text,
        "published": _iso(page.publish_datetime_utc) or page.publish_date,
        "language": page.meta_lang, "topics": list(page.tags or ()),
    }  # fmt: skip


@cache
def _goose() -> Any:
    from goose3 import Goose

    return Goose({"enable_image_fetching": False})


def readability(url: str, body: bytes, fetched_at: datetime) -> Prediction:
    """readability-lxml: title and text."""
    from lxml import html
    from readability import Document as Readable

    page = Readable(_text(body))
    tree = html.fromstring(page.summary())
    for block in tree.iter("p", "li", "br", "div", "tr", "blockquote", "pre", *HEADINGS):
        block.tail = f"\n{block.tail or ''}"  # so that paragraphs stay apart in the text
    return {"title": page.short_title(), "body": tree.text_content()}


def resiliparse(url: str, body: bytes, fetched_at: datetime) -> Prediction:
    """resiliparse: text, and what stands in the title element."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    text = _text(body)
    found = extract_plain_text(text, main_content=True, alt_texts=False, list_bullets=False)
    return {"title": HTMLTree.parse(text).title, "body": found}


def _text(body: bytes) -> str:
    """The pages of the corpus are UTF-8; peers need not find that out."""
    return body.decode("utf-8", errors="replace")


def _iso(when: object) -> str | None:
    return when.isoformat() if isinstance(when, datetime) else None


#: name -> the module that must be installed, the reader
READERS: dict[str, tuple[str, Reader]] = {
    "ours": ("workers", ours),
    "trafilatura": ("trafilatura", trafilatura),
    "trafilatura fast": ("trafilatura", trafilatura_fast),
    "newspaper4k": ("newspaper", newspaper),
    "news-please": ("newsplease", news_please),
    "goose3": ("goose3", goose),
    "readability": ("readability", readability),
    "resiliparse": ("resiliparse", resiliparse),
}
