"""What metadata claim of the article on the page, field by field; claims, not the truth."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from crawler.page.structured_data import JsonObject, StructuredData, folded, types_of
from workers.parsing.body.text_features import letters
from workers.parsing.candidates import FieldCandidate
from workers.parsing.fields.writers.names import after_label

MAX_CREDIT = 80  # characters of microdata that are a name and no portrait
MAX_NAMED = 40  # authors
MAX_CARD_ROWS = 4  # labels of a card for networks
MAX_LISTS = 4  # lists inside each other
MAX_SITES = 40  # names of the site
MAX_SECTION = 60  # characters
MIN_MARKS = 2  # commas that make a list of a text which is not the only one
MICRODATA = "microdata"

_TAG = re.compile(r"<[^<>]{0,80}>")
_PEOPLE = {"person"}
_NAME_PARTS = ("givenName", "familyName")
_TITLES = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "headline")
_NEWS_METAS = ("news_keywords", "fb:pages", "article:opinion", "article:content_tier")
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
            "dcterms.creator", "byl", "cxenseparse:author", "content_author", "article:author_name",
            "twitter:creator_name", "mrf:authors", "cxenseparse:recs:author",
            "citation_author", "citation_authors")  # fmt: skip
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


def shared_title(data: StructuredData) -> str:
    """The title that the page gives to who shares it, or ""."""
    return _plain(data.first("og:title") or "")


def claimed_headline(item: JsonObject | None) -> str:
    """The headline in JSON-LD, or ""."""
    return _plain(next(iter(texts(item.get("headline"))), "")) if item else ""


def other_titles(data: StructuredData) -> list[str]:
    """Titles of other metadata, the most trusted first."""
    return list(dict.fromkeys(_plain(title) for title in data.all(*_TITLES[1:])))


def _plain(text: str) -> str:
    """The text without entities, also where they are escaped twice."""
    return html.unescape(html.unescape(text))


def is_newsroom(data: StructuredData) -> bool:
    """Whether the page's metadata are those that newsrooms write: for Google News, for paywalls."""
    if data.types.keys() & {"newsmediaorganization", "liveblogposting"} or any(
        "newsarticle" in kind for kind in data.types
    ):
        return True
    return any(name in data.meta for name in _NEWS_METAS) or any(
        "isAccessibleForFree" in item for item in data.objects
    )


def claimed_descriptions(data: StructuredData, item: JsonObject | None) -> list[str]:
    """Standfirsts as metadata have them."""
    descriptions = data.all(*_DESCRIPTIONS) + (texts(item.get("description")) if item else [])
    return list(dict.fromkeys(descriptions))


def claimed_body(item: JsonObject | None) -> str:
    """The article's text as JSON-LD has it, or ""; often cut or without paragraphs."""
    body = item.get("articleBody") if item else None
    return html.unescape(body) if isinstance(body, str) else ""


def claimed_authors(data: StructuredData, item: JsonObject | None) -> list[Credit]:
    """Authors from JSON-LD, else from meta elements, else from microdata."""
    for key in ("author", "creator") if item else ():
        if item and (credits := list(islice(_credits(item.get(key), data), MAX_NAMED))):
            return credits
    if lists := list(_meta_lists(data)):
        # "dc.creator" names one of those whom "citation_author" names one after the other
        first = set(lists[0][1])
        name, metas = max(lists, key=lambda named: first < set(named[1]) and len(named[1]))
        return [Credit(name=c, is_person=None, where=f"meta {name}") for c in metas]
    if card := _card_author(data):
        return [Credit(name=card, is_person=None, where="meta twitter:data")]
    named = [text for text in data.properties.get("author", ()) if len(text) <= MAX_CREDIT]
    return [Credit(name=text, is_person=None, where=MICRODATA) for text in named[:MAX_NAMED]]


def _meta_lists(data: StructuredData) -> Iterator[tuple[str, list[str]]]:
    """Names of meta elements with the authors that each names, the most trusted first."""
    for name in _AUTHORS:
        metas = [c for c in data.meta.get(name, ()) if "://" not in c][:MAX_NAMED]
        if metas:
            yield name, [_turned(c) for c in metas] if name.startswith("citation") else metas


def _turned(name: str) -> str:
    """ "Ana Ruiz" for "Ruiz, Ana", as libraries write it."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and "," not in first else name


def _card_author(data: StructuredData) -> str | None:
    """What a card for networks shows under a label such as "Written by"."""
    for number in range(1, MAX_CARD_ROWS + 1):
        label = data.first(f"twitter:label{number}") or ""
        if after_label(label) == "":
            return data.first(f"twitter:data{number}")
    return None


def _credits(value: Any, data: StructuredData) -> Iterable[Credit]:
    where = "json-ld"
    for item in islice(_flat(value), MAX_NAMED):
        if isinstance(item, str) and item.strip() and "://" not in item:
            yield Credit(name=_untagged(item), is_person=None, where=where)
        elif isinstance(item, dict):
            item = item if "name" in item or "familyName" in item else _referred(item, data)
            kinds = types_of(item)
            is_person = bool(kinds & _PEOPLE) if kinds else None
            parts = " ".join(t for key in _NAME_PARTS for t in texts(item.get(key)))
            for name in texts(item.get("name")) or ([parts] if parts else []):
                yield Credit(name=_untagged(name), is_person=is_person, where=where)


def _untagged(name: str) -> str:
    """The name without entities and markup, which editors paste in."""
    return folded(_TAG.sub(" ", _plain(name)))


def _flat(value: Any, depth: int = 0) -> Iterator[Any]:
    """The entries of a list of lists."""
    if not isinstance(value, list):
        yield value
    elif depth < MAX_LISTS:
        for entry in value:
            yield from _flat(entry, depth + 1)


def _referred(item: JsonObject, data: StructuredData) -> JsonObject:
    """The object of the page that the item's @id means, or the item itself."""
    key = item.get("@id")
    return next((o for o in data.objects if key and o.get("@id") == key and "name" in o), item)


def claimed_topics(
    data: StructuredData, item: JsonObject | None
) -> Iterator[tuple[list[str], str]]:
    """The topics of each source that has any, and which that is; the most trusted first."""
    if item and (topics := _keywords(_keyword_texts(item.get("keywords")))):
        yield topics, "json-ld keywords"
    for name in _KEYWORDS:
        if topics := _keywords(data.meta.get(name, ())):
            yield topics, f"meta {name}"
    if item and (topics := _keywords(_keyword_texts(item.get("about")))):
        yield topics, "json-ld about"


def _keyword_texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    keywords = texts(values)
    for entry in values:
        if isinstance(entry, dict):
            keywords += texts(entry.get("name"))
    return keywords


def _keywords(values: Sequence[str]) -> list[str]:
    """The values, split at commas or semicolons where a whole list stands in one.

    Of several lists the first: the others are the site's.
    """
    if values and len(_parts(values[0], MIN_MARKS)) > 1:
        values = values[:1]
    least = 1 if len(values) == 1 else MIN_MARKS
    parts = [part for value in values for part in _parts(value, least)]
    cleaned = (html.unescape(folded(part)).strip(" #\"'") for part in parts)
    return [v for v in dict.fromkeys(cleaned) if v and len(v) <= 80]


def _parts(value: str, least: int) -> list[str]:
    """What stands between commas or semicolons, where there are so many of them."""
    mark = ";" if value.count(";") > value.count(",") else ","
    return value.split(mark) if value.count(mark) >= least else [value]


def claimed_sections(
    data: StructuredData, item: JsonObject | None
) -> Iterator[FieldCandidate[str]]:
    """The sections that metadata name: of a list the first; no address and no sentence."""
    claims = [("meta article:section", text) for text in data.meta.get("article:section", ())]
    if item:
        claims += [("json-ld", _plain(text)) for text in texts(item.get("articleSection"))]
    for where, text in claims:
        least = 1 if re.search(r",\S", text) else MIN_MARKS
        section = _parts(text, least)[0].strip()
        if section and len(section) <= MAX_SECTION and "://" not in section:
            yield FieldCandidate(value=section, where=where)


def claimed_paywall(data: StructuredData) -> Iterator[FieldCandidate[bool]]:
    """Whether the article is for subscribers, as metadata say: locked parts count first."""
    claims = [str(o.get("isAccessibleForFree")).lower() for o in data.articles()]
    if "false" in claims:
        yield FieldCandidate(value=True, where="json-ld")
    if data.first("article:content_tier", "content_tier") in ("locked", "metered"):
        yield FieldCandidate(value=True, where="meta article:content_tier")
    if "true" in claims:
        yield FieldCandidate(value=False, where="json-ld")


def publishers(data: StructuredData, item: JsonObject | None) -> list[str]:
    """Names of the site."""
    names = data.all("og:site_name", "application-name", "publisher", "apple-mobile-web-app-title",
                     "dc.publisher", "copyright")  # fmt: skip
    for source in [item] if item else []:
        publisher = source.get("publisher")
        for entry in islice(_flat(publisher), MAX_SITES):
            names += texts(entry.get("name")) if isinstance(entry, dict) else texts(entry)
    for item_ in data.objects:
        if types_of(item_) & {"website", "newsmediaorganization"}:
            names += texts(item_.get("name"))
    return list(dict.fromkeys(names))[:MAX_SITES]


def texts(value: Any) -> list[str]:
    """The texts in a JSON value that is a text or a list of texts."""
    values = value if isinstance(value, list) else [value]
    return [folded(v) for v in values if isinstance(v, str) and v.strip()]
