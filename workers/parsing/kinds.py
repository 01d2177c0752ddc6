"""What kind of page it is: an article, or what else.

What the page declares decides first.  Of the others a small model (``kinds.json``, trained by
``bench/train_kinds.py``) weighs signs of the whole page, and the words of headline and address
(``kind_words``) add to it; what is found to be no article gets the likeliest of a few plain
reasons.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from crawler.decision_trees import trees
from crawler.page.document import Document
from crawler.page.structured_data import ARTICLE_TYPES
from workers.parsing.body.body import Body
from workers.parsing.body.outline import Block, TextOutline
from workers.parsing.body.phrases import Phrases
from workers.parsing.body.regions import bit
from workers.parsing.body.substring_matcher import Substrings
from workers.parsing.fields.declared import (
    FORUM,
    LISTING,
    NEWS_BODY_CHARS,
    PRODUCT,
    is_article,
    is_listing,
    is_site_page,
    other_kind,
    path_of,
)
from workers.parsing.kind_words import page_words, word_weights
from workers.parsing.lexicon import lexicon
from workers.parsing.notices import (
    NO_TEXT,
    NOTICE,
    OWN_PAGE,
    has_no_sentence,
    is_own_page,
    is_regret,
    is_tiny,
    notice_reason,
)

REFUSE = 0.5  # probability of "no article" from which a page is refused
REFUSE_CREDITED = 0.65  # the same for a page that has both an author and a date
MAX_ODDS = 20.0  # that words may add
SAMPLE_CHARS = 8_000  # of the page in which prices and calls to act are counted
PLAIN_CHARS = 1_500  # of a text that makes a page with author and date an article
PLAIN = 0.97  # confidence in it from which it does
DATE_BLOCKS = 12  # texts before the first paragraph in which a date is looked for
DATE_CHARS = 80  # of a text that is a date line

_TYPES = ("product", "itemlist", "collectionpage", "faqpage", "discussionforumposting", "qapage",
          "webpage", "organization", "localbusiness", "offer", "breadcrumblist", "searchaction",
          "profilepage", "softwareapplication", "service", "course", "videoobject")  # fmt: skip
_REGIONS = ("comment", "promo", "list", "author", "meta", "share", "tags", "related", "caption")
_PATHS = {kind: re.compile(rf"(?:^|/)(?:{words})(?=/|$|\.)")
          for kind, words in lexicon().paths.items()}  # fmt: skip
_DAY = re.compile(r"/(?:19|20)\d\d/\d\d?(?:/|$)|(?:19|20)\d\d-\d\d-\d\d")
_QUOTES = "“”„«»"
_PLAIN_QUOTE = re.compile(r"(?<!\w)\"(?=\w)")
_YOU = frozenset(("you", "your", "yours", "anda", "sie", "ihr", "ihre", "ihren", "vous", "votre",
                  "usted", "su"))  # fmt: skip
_WE = frozenset(("we", "our", "ours", "kami", "wir", "unser", "unsere", "nous", "notre", "nuestro",
                 "nuestra"))  # fmt: skip
#: in a text of which the white space is blanks
_CUSTOMERS = Substrings(f" {word} " for word in _YOU | _WE)
_DIGITS = "0123456789"
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_CENTURIES = ("19", "20")
_END = re.compile(r"[.!?。！？](?:\s|$)")
#: what stands in every price of a kind -> the price
_PRICES = {
    **{sign: re.compile(rf"{re.escape(sign)}\s?\d") for sign in "$£¥₹"},
    "€": re.compile(r"€\s?\d|\d\s?€"),
    "Rp": re.compile(r"\bRp\.?\s?\d"),
    **{unit: re.compile(rf"\d\s?{unit}\b") for unit in ("EUR", "USD", "zł", "kr")},
}
_ASK = Phrases(
    ("add to (?:cart|basket|bag)", "buy now", "in stock", "free shipping",
     "get (?:started|a quote)", "contact us", "book (?:a|now)", "request (?:a )?demo",
     "free trial", "call (?:us|now)", "learn more", "shop now", "reply", "replies", "joined",
     "posts?:", "sort by", "filter", "results", "in den warenkorb", "beli sekarang"),
    at_word=False,
)  # fmt: skip


def not_article_reason(
    document: Document, outline: TextOutline, body: Body, title: str | None, *, credits: int
) -> str | None:
    """None for an article, else why the page is none.

    ``credits``: how many it has of authors and a date of publication, 0 to 2.
    """
    told = told_reason(document, outline, body, title, credits=credits)
    if told is not None:
        return told or None
    signs = page_signs(document, outline, body, title)
    chance = float(trees("workers.parsing", "kinds").probabilities(signs[None, :])[0])
    odds = word_weights().odds(page_words(title, document.page.url))
    if is_refused(with_odds(chance, odds), credits):
        return _reason(document, outline)
    return NOTICE if not credits and is_tiny(document, body) else None


def told_reason(
    document: Document, outline: TextOutline, body: Body, title: str | None, *, credits: int
) -> str | None:
    """What needs no weighing: why a page is no article, "" where it is one, None if neither."""
    if not body.blocks:
        return _reason(document, outline) if title else NO_TEXT
    if credits <= 1 and is_own_page(title):
        return OWN_PAGE
    if credits <= 1 and has_no_sentence(document, body):
        return _reason(document, outline)
    if not credits and (notice := notice_reason(document, outline, body, title)):
        return notice
    if credits and is_regret([block.text for block in body.blocks]):
        return NOTICE
    return declared_reason(document, body, credits=credits)


def with_odds(chance: float, odds: float) -> float:
    """The probability with other log odds added to its own; it is neither 0 nor 1."""
    return 1 / (1 + (1 - chance) / chance * math.exp(-min(max(odds, -MAX_ODDS), MAX_ODDS)))


def is_refused(chance: float, credits: int) -> bool:
    """Whether a page is no article: ``chance`` is the probability of that, as the model has it."""
    return chance >= (REFUSE_CREDITED if credits > 1 else REFUSE)


def declared_reason(document: Document, body: Body, *, credits: int) -> str | None:
    """Why the page says that it is no article, "" where it says that it is one, None if neither."""
    if is_listing(document):
        return LISTING
    if is_article(document, sum(len(b.text) for b in body.blocks)):
        return ""
    kind = other_kind(document, credits=credits)
    return "" if kind is None and credits > 1 and _is_plain(document, body) else kind


def _is_plain(document: Document, body: Body) -> bool:
    """Whether a page with author and date has so clear a text that the model need not be asked."""
    size = sum(len(b.text) for b in body.blocks)
    is_clear = size > PLAIN_CHARS and body.confidence > PLAIN
    is_shared = (document.structured.first("og:type") or "") == "article"
    return (is_clear or (is_shared and size > NEWS_BODY_CHARS)) and not is_site_page(document)


def page_signs(
    document: Document, outline: TextOutline, body: Body, title: str | None
) -> npt.NDArray[np.float64]:
    """Numbers of the whole page: its text, its claims, its address."""
    return np.array(
        [*_of_text(outline, body), *_of_structure(outline, body), *_of_claims(document),
         *_of_address(document.page.url), float(len(title or "")), *_of_style(outline, body)],
        dtype=float,
    )  # fmt: skip


def _of_text(outline: TextOutline, body: Body) -> list[float]:
    kept = body.blocks
    size = sum(len(b.text) for b in kept)
    page = max(sum(len(b.text) for b in outline.blocks), 1)
    linked = sum(b.linked for b in outline.blocks)
    text = _sample(outline.blocks)
    asking = _ASK.counts([text.lower()])[0]
    long = [b for b in kept if len(b.text) > 150]
    return [
        np.log1p(size), size / page, linked / page, np.log1p(page), len(kept), len(long),
        size / max(len(kept), 1), body.confidence,
        sum(b.linked for b in kept) / max(size, 1), sum(len(b.text) for b in long) / max(size, 1),
        np.log1p(_prices(text)), np.log1p(asking),
        1000 * asking / max(len(text), 1), text.count("?") / max(len(text), 1) * 1000,
    ]  # fmt: skip


def _of_style(outline: TextOutline, body: Body) -> list[float]:
    """How the text speaks: of what was said and when, or to a customer."""
    text = _sample(body.blocks)
    you, we = _customers(text)
    size = max(len(text), 400) / 1_000
    head = outline.blocks[: body.blocks[0].index + 1][-DATE_BLOCKS:] if body.blocks else []
    ends = max(len(_END.findall(text)), 1)
    return [
        _quotes(text) / size, you / size, we / size, text.count("!") / size,
        sum(map(text.count, _DIGITS)) / size, len(text) / ends,
        float(any(len(b.text) < DATE_CHARS and _years(b.text) for b in head)),
        float(_years(text)) / size,
    ]  # fmt: skip


def _customers(text: str) -> tuple[int, int]:
    """How many words speak to the reader, and how many of who wrote it; most texts have neither."""
    lowered = text.lower()
    if lowered.isascii() and not _CUSTOMERS.are_in(f" {lowered} "):
        return 0, 0
    words = lowered.split()
    return sum(map(_YOU.__contains__, words)), sum(map(_WE.__contains__, words))


def _quotes(text: str) -> int:
    """Marks of quotation; each is counted by itself, which is faster than one look for all."""
    plain = len(_PLAIN_QUOTE.findall(text)) if '"' in text else 0
    return plain + (0 if text.isascii() else sum(map(text.count, _QUOTES)))


def _years(text: str) -> int:
    return len(_YEAR.findall(text)) if any(map(text.__contains__, _CENTURIES)) else 0


def _sample(blocks: Iterable[Block]) -> str:
    """The beginning of the texts, one after the other."""
    texts: list[str] = []
    size = 0
    for block in blocks:
        texts.append(block.text)
        size += len(block.text) + 1
        if size > SAMPLE_CHARS:
            break
    return " ".join(texts)[:SAMPLE_CHARS]


def _prices(text: str) -> int:
    return sum(len(price.findall(text)) for mark, price in _PRICES.items() if mark in text)


def _of_structure(outline: TextOutline, body: Body) -> list[float]:
    tags = Counter(b.tag for b in outline.blocks)
    kept = Counter(b.tag for b in body.blocks)
    total = max(len(body.blocks), 1)
    boxes = Counter(outline.boxes.tags)
    name = outline.boxes.name
    cards = Counter((b.tag, name(b.place)) for b in outline.blocks if b.linked > 0.7 * len(b.text))
    regions = [bit(region) for region in _REGIONS]
    around = {b.place for b in outline.blocks}
    around |= {max(outline.boxes.parents[place], 0) for place in around}
    marks = Counter(outline.boxes.owns(sorted(around)))
    where = {b.place for b in body.blocks}
    return [
        tags["h1"], tags["h2"], tags["h3"], boxes["article"], boxes["form"], boxes["table"],
        tags["pre"], boxes["section"], len(outline.times), len(outline.blocks),
        kept["p"] / total, kept["li"] / total, kept["div"] / total, kept["tr"] / total,
        (kept["h2"] + kept["h3"]) / total, max(cards.values(), default=0),
        *(sum(n for own, n in marks.items() if own & mark) for mark in regions),
        len(where) / total,
        len({max(outline.boxes.parents[i], 0) for i in where}) / total,
    ]  # fmt: skip


def _of_claims(document: Document) -> list[float]:
    data = document.structured
    og = (data.first("og:type") or "").lower()
    return [
        float(og == "article"), float(og == "website"), float("product" in og), float(bool(og)),
        float(bool(data.articles())), len(data.articles()),
        float(any(a.get("datePublished") for a in data.articles())),
        float(any(a.get("author") for a in data.articles())),
        float(bool(data.first("article:published_time", "date", "pubdate", "parsely-pub-date"))),
        float(bool(data.first("author", "article:author", "parsely-author"))),
        float(bool(data.first("twitter:label1"))), float("datepublished" in data.properties),
        *(float(min(data.types.get(kind, 0), 5)) for kind in _TYPES),
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


def _reason(document: Document, outline: TextOutline) -> str:
    """The likeliest plain reason."""
    data = document.structured
    kinds = data.types.keys() - ARTICLE_TYPES
    path = path_of(document.page.url)
    if not path:
        return "home page"
    if kinds & {"product", "offer"} or "product" in (data.first("og:type") or ""):
        return PRODUCT
    if kinds & {"discussionforumposting", "qapage"} or _PATHS["forum"].search(path):
        return FORUM
    if kinds & {"itemlist", "collectionpage"} or _PATHS["listing"].search(path):
        return LISTING
    linked = sum(b.linked for b in outline.blocks)
    if linked > 0.5 * max(sum(len(b.text) for b in outline.blocks), 1):
        return "list of links"
    return "no article text of its own"
