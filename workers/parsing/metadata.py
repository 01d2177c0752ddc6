"""What metadata claim of the article on the page, field by field; claims, not the truth."""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.structured import JsonObject, StructuredData, folded, types_of
from workers.parsing.features import letters

_PEOPLE = {"person"}
_TITLES = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "headline")
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
            "dcterms.creator", "byl", "cxenseparse:author", "content_author", "article:author_name",
            "twitter:creator_name", "mrf:authors", "cxenseparse:recs:author",
            "citation_author")  # fmt: skip
_KEYWORDS = ("news_keywords", "keywords", "article:tag", "parsely-tags", "sailthru.tags",
             "cxenseparse:recs:articletags", "og:article:tag")  # fmt: skip
_DESCRIPTIONS = ("og:description", "description", "twitter:description")


@dataclass(frozen=True, kw_only=True, slots=True)
class Credit:
    """One author as metadata name it."""

    name: str
    #: True for a person, False for an organisation, None where metadata do not say
    is_person: bool | None
    #: where it was found
    where: str


def main_article(data: StructuredData, url: str) -> JsonObject | None:
    """The JSON-LD object of this page's article: of several, the one that agrees most."""
    articles = data.articles()
    if len(articles) < 2:
        return articles[0] if articles else None
    title = letters(data.first(*_TITLES) or data.title)
    path = url.rstrip("/").rpartition("/")[2]

    def agreement(item: JsonObject) -> int:
        headline = letters(" ".join(texts(item.get("headline"))))
        points = 4 * bool(headline and headline[:60] in title) + 2 * bool(
            path and path in str(item.get("url", "")) + str(item.get("mainEntityOfPage", ""))
        )
        return points + bool(item.get("datePublished")) + bool(item.get("articleBody"))

    return max(articles, key=agreement)


def claimed_titles(data: StructuredData, item: JsonObject | None) -> list[str]:
    """Titles, the most trusted first."""
    found = data.all(*_TITLES[:1])
    found += texts(item.get("headline")) if item else []
    found += data.all(*_TITLES[1:])
    return list(dict.fromkeys(html.unescape(html.unescape(title)) for title in found))


def claimed_descriptions(data: StructuredData, item: JsonObject | None) -> list[str]:
    """Standfirsts as metadata have them."""
    found = data.all(*_DESCRIPTIONS) + (texts(item.get("description")) if item else [])
    return list(dict.fromkeys(found))


def claimed_body(item: JsonObject | None) -> str:
    """The article's text as JSON-LD has it, or ""; often cut or without paragraphs."""
    body = item.get("articleBody") if item else None
    return html.unescape(body) if isinstance(body, str) else ""


def claimed_authors(data: StructuredData, item: JsonObject | None) -> list[Credit]:
    """Authors from JSON-LD, else from meta elements, else from microdata."""
    found = list(_credits(item.get("author"), "json-ld")) if item else []
    found = found or (list(_credits(item.get("creator"), "json-ld")) if item else [])
    if found:
        return found
    metas = [c for name in _AUTHORS for c in data.meta.get(name, ()) if "://" not in c]
    if metas:
        first = next(
            name for name in _AUTHORS if any("://" not in c for c in data.meta.get(name, ()))
        )
        return [Credit(name=c, is_person=None, where=f"meta {first}") for c in data.meta[first]]
    return []


def _credits(value: Any, where: str) -> Iterable[Credit]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.strip() and "://" not in item:
            yield Credit(name=folded(html.unescape(item)), is_person=None, where=where)
        elif isinstance(item, dict):
            kinds = types_of(item)
            is_person = bool(kinds & _PEOPLE) if kinds else None
            for name in texts(item.get("name")):
                yield Credit(name=html.unescape(name), is_person=is_person, where=where)


def claimed_topics(data: StructuredData, item: JsonObject | None) -> tuple[list[str], str]:
    """Topics of the first source that has any, and which that is."""
    if item and (found := _keywords(_keyword_texts(item.get("keywords")))):
        return found, "json-ld keywords"
    for name in _KEYWORDS:
        if found := _keywords(data.meta.get(name, ())):
            return found, f"meta {name}"
    if item and (found := _keywords(_keyword_texts(item.get("about")))):
        return found, "json-ld about"
    return [], ""


def _keyword_texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    found = texts(values)
    for entry in values:
        if isinstance(entry, dict):
            found += texts(entry.get("name"))
    return found


def _keywords(values: Sequence[str]) -> list[str]:
    """The values, split at commas or semicolons where a whole list stands in one."""
    if len(values) == 1:
        mark = ";" if values[0].count(";") > values[0].count(",") else ","
        values = values[0].split(mark)
    cleaned = (html.unescape(folded(v)).strip(" #\"'") for v in values)
    return [v for v in dict.fromkeys(cleaned) if v and len(v) <= 80]


def publishers(data: StructuredData, item: JsonObject | None) -> list[str]:
    """Names of the site."""
    names = data.all("og:site_name", "application-name", "publisher", "apple-mobile-web-app-title",
                     "dc.publisher", "copyright")  # fmt: skip
    for source in [item] if item else []:
        publisher = source.get("publisher")
        for entry in publisher if isinstance(publisher, list) else [publisher]:
            names += texts(entry.get("name")) if isinstance(entry, dict) else texts(entry)
    for item_ in data.objects:
        if types_of(item_) & {"website", "newsmediaorganization"}:
            names += texts(item_.get("name"))
    return list(dict.fromkeys(names))


def texts(value: Any) -> list[str]:
    """The texts in a JSON value that is a text or a list of texts."""
    values = value if isinstance(value, list) else [value]
    return [folded(v) for v in values if isinstance(v, str) and v.strip()]
