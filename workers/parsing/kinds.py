"""What kind of page it is: an article, or what else.

A small model (``kinds.json``, trained by ``bench/train_kinds.py``) weighs signs of the whole
page; what it finds to be no article gets the likeliest of a few plain reasons.
"""

import re
from collections import Counter
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from crawler.document import Document
from crawler.structured import ARTICLE_TYPES, types_of
from workers.parsing.content import Body
from workers.parsing.lexicon import lexicon
from workers.parsing.outline import Outline
from workers.parsing.phrases import Phrases
from workers.parsing.regions import MAX_NAME, bit, learn
from workers.parsing.trees import trees

REFUSE = 0.6  # probability of "no article" from which a page is refused
SAMPLE_CHARS = 8_000  # of the page in which prices and calls to act are counted
DATE_BLOCKS = 12  # texts before the first paragraph in which a date is looked for
DATE_CHARS = 80  # of a text that is a date line
NEWS_BODY_CHARS = 800  # a page that declares an article and has this much text is one

_TYPES = ("product", "itemlist", "collectionpage", "faqpage", "discussionforumposting", "qapage",
          "webpage", "organization", "localbusiness", "offer", "breadcrumblist", "searchaction",
          "profilepage", "softwareapplication", "service", "course", "videoobject")  # fmt: skip
_REGIONS = ("comment", "promo", "list", "author", "meta", "share", "tags", "related", "caption")
_PATHS = {kind: re.compile(rf"(?:^|/)(?:{words})(?=/|$|\.)")
          for kind, words in lexicon().paths.items()}  # fmt: skip
_DAY = re.compile(r"/(?:19|20)\d\d/\d\d?(?:/|$)|(?:19|20)\d\d-\d\d-\d\d")
_QUOTE = re.compile(r"[“”„«»]|(?<!\w)\"(?=\w)")
_YOU = re.compile(
    r"\b(?:you|your|yours|anda|sie|ihr|ihre|ihren|vous|votre|usted|su)\b", re.IGNORECASE
)
_WE = re.compile(
    r"\b(?:we|our|ours|kami|wir|unser|unsere|nous|notre|nuestro|nuestra)\b", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_END = re.compile(r"[.!?。！？](?:\s|$)")
_PRICE = re.compile(r"[$€£¥₹]\s?\d|\bRp\.?\s?\d|\d\s?(?:€|EUR|USD|zł|kr\b)")
_ASK = Phrases(
    ("add to (?:cart|basket|bag)", "buy now", "in stock", "free shipping",
     "get (?:started|a quote)", "contact us", "book (?:a|now)", "request (?:a )?demo",
     "free trial", "call (?:us|now)", "learn more", "shop now", "reply", "replies", "joined",
     "posts?:", "sort by", "filter", "results", "in den warenkorb", "beli sekarang"),
    at_word=False,
)  # fmt: skip


def not_article_reason(
    document: Document, outline: Outline, body: Body, title: str | None
) -> str | None:
    """None for an article, else why the page is none."""
    if not body.blocks and not title:
        return "no text"
    if _declares_article(document) and sum(len(b.text) for b in body.blocks) > NEWS_BODY_CHARS:
        return None
    signs = page_signs(document, outline, body, title)
    if float(trees("kinds").probabilities(signs[None, :])[0]) < REFUSE:
        return None
    return _reason(document, outline)


def page_signs(
    document: Document, outline: Outline, body: Body, title: str | None
) -> npt.NDArray[np.float64]:
    """Numbers of the whole page: its text, its claims, its address."""
    return np.array(
        [*_of_text(outline, body), *_of_structure(outline, body), *_of_claims(document),
         *_of_address(document.page.url), float(len(title or "")), *_of_style(outline, body)],
        dtype=float,
    )  # fmt: skip


def _of_text(outline: Outline, body: Body) -> list[float]:
    kept = body.blocks
    size = sum(len(b.text) for b in kept)
    page = max(sum(len(b.text) for b in outline.blocks), 1)
    linked = sum(b.linked for b in outline.blocks)
    text = " ".join(b.text for b in outline.blocks)[:SAMPLE_CHARS]
    asking = _ASK.counts([text.lower()])[0]
    long = [b for b in kept if len(b.text) > 150]
    return [
        np.log1p(size), size / page, linked / page, np.log1p(page), len(kept), len(long),
        size / max(len(kept), 1), body.confidence,
        sum(b.linked for b in kept) / max(size, 1), sum(len(b.text) for b in long) / max(size, 1),
        np.log1p(len(_PRICE.findall(text))), np.log1p(asking),
        1000 * asking / max(len(text), 1), text.count("?") / max(len(text), 1) * 1000,
    ]  # fmt: skip


def _of_style(outline: Outline, body: Body) -> list[float]:
    """How the text speaks: of what was said and when, or to a customer."""
    text = " ".join(block.text for block in body.blocks)[:SAMPLE_CHARS]
    size = max(len(text), 400) / 1_000
    head = outline.blocks[: body.blocks[0].index + 1][-DATE_BLOCKS:] if body.blocks else []
    ends = max(len(_END.findall(text)), 1)
    return [
        len(_QUOTE.findall(text)) / size, len(_YOU.findall(text)) / size,
        len(_WE.findall(text)) / size, text.count("!") / size,
        sum(c.isdigit() for c in text) / size, len(text) / ends,
        float(any(len(b.text) < DATE_CHARS and _YEAR.search(b.text) for b in head)),
        float(len(_YEAR.findall(text))) / size,
    ]  # fmt: skip


def _of_structure(outline: Outline, body: Body) -> list[float]:
    tags = Counter(b.tag for b in outline.blocks)
    kept = Counter(b.tag for b in body.blocks)
    total = max(len(body.blocks), 1)
    boxes = Counter(box.tag for box in outline.boxes)
    cards = Counter((b.tag, b.box.name) for b in outline.blocks if b.linked > 0.7 * len(b.text))
    regions = [bit(name) for name in _REGIONS]
    learn(word for box in outline.boxes for word in box.name[:MAX_NAME].split())
    marks = Counter(box.own for box in outline.boxes)
    where = {b.box.index for b in body.blocks}
    return [
        tags["h1"], tags["h2"], tags["h3"], boxes["article"], boxes["form"], boxes["table"],
        tags["pre"], boxes["section"], len(outline.times), len(outline.blocks),
        kept["p"] / total, kept["li"] / total, kept["div"] / total, kept["tr"] / total,
        (kept["h2"] + kept["h3"]) / total, max(cards.values(), default=0),
        *(sum(n for own, n in marks.items() if own & mark) for mark in regions),
        len(where) / total,
        len({outline.boxes[i].parent for i in where}) / total,
    ]  # fmt: skip


def _of_claims(document: Document) -> list[float]:
    data = document.structured
    kinds = Counter(kind for item in data.objects for kind in types_of(item))
    og = (data.first("og:type") or "").lower()
    return [
        float(og == "article"), float(og == "website"), float("product" in og), float(bool(og)),
        float(bool(data.articles())), len(data.articles()),
        float(any(a.get("datePublished") for a in data.articles())),
        float(any(a.get("author") for a in data.articles())),
        float(bool(data.first("article:published_time", "date", "pubdate", "parsely-pub-date"))),
        float(bool(data.first("author", "article:author", "parsely-author"))),
        float(bool(data.first("twitter:label1"))), float("datepublished" in data.properties),
        *(float(min(kinds[kind], 5)) for kind in _TYPES),
    ]  # fmt: skip


def _of_address(url: str) -> list[float]:
    parts = urlsplit(url)
    path = parts.path.lower().rstrip("/")
    slug = path.rpartition("/")[2]
    host = "/" + "/".join((parts.hostname or "").split(".")[:-2])
    return [
        float(path.count("/")), float(len(path) == 0), float(slug.count("-")), float(len(slug)),
        float(sum(c.isdigit() for c in slug)), float(bool(_DAY.search(path))),
        float(bool(parts.query)), float(slug.endswith((".html", ".htm", ".shtml"))),
        *(float(bool(pattern.search(path))) for pattern in _PATHS.values()),
        # forum.example.org/... says as much as example.org/forum/...
        *(float(bool(pattern.search(host))) for pattern in _PATHS.values()),
    ]  # fmt: skip


def _declares_article(document: Document) -> bool:
    return bool(document.structured.articles()) and (
        (document.structured.first("og:type") or "").lower() == "article"
    )


def _reason(document: Document, outline: Outline) -> str:
    """The likeliest plain reason."""
    data = document.structured
    kinds = {kind for item in data.objects for kind in types_of(item)} - ARTICLE_TYPES
    path = urlsplit(document.page.url).path.lower().rstrip("/")
    if not path:
        return "home page"
    if kinds & {"product", "offer"} or "product" in (data.first("og:type") or ""):
        return "product page"
    if kinds & {"discussionforumposting", "qapage"} or _PATHS["forum"].search(path):
        return "forum or question page"
    if kinds & {"itemlist", "collectionpage"} or _PATHS["listing"].search(path):
        return "list of pages"
    linked = sum(b.linked for b in outline.blocks)
    if linked > 0.5 * max(sum(len(b.text) for b in outline.blocks), 1):
        return "list of links"
    return "no article text of its own"
