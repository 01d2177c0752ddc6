"""What a page declares itself to be, where that alone decides whether it is an article."""

import re
from urllib.parse import urlsplit

from crawler.page.document import Document
from crawler.page.structured_data import ARTICLE_TYPES
from workers.parsing.lexicon import lexicon

NEWS_BODY_CHARS = 800  # a page that declares an article and has this much text is one
MAX_ON_PAGE = 3  # news articles that one article's page declares; lists declare more
CODE_CHARS = 500  # of code from which a text without date and author is a manual
MAX_CODES = 50  # code blocks that are looked at
MAX_ITEMS = 1_000  # elements with a type in microdata that are looked at

PRODUCT = "product page"
FORUM = "forum or question page"
MANUAL = "documentation"
LISTING = "list of pages"
EVENT = "event, offer of a job or the like"

#: a review is as often a customer's, on a product's page
_ARTICLES = ARTICLE_TYPES - {"review", "socialmediaposting", "medicalwebpage", "techarticle"}
_OFFERS = frozenset({"offer", "aggregateoffer"})
_FORUMS = frozenset({"discussionforumposting", "qapage"})
#: what is none of an article's, where no article is declared beside it
_LISTS = frozenset({"collectionpage", "searchresultspage", "imagegallery", "mediagallery"})
_OTHERS = frozenset({"contactpage", "aboutpage", "itempage", "checkoutpage", "jobposting", "event",
                     "profilepage", "realestatelisting", "weatherforecast"})  # fmt: skip
_ITEM_TYPE = re.compile(r"""\s*=\s*["']?\s*https?://schema\.org/(\w{1,60})""")
#: where the WordPress behind a page keeps it: as a post, or as a page such as "services"
OF_POST, OF_PAGE = "wp-json/wp/v2/posts/", "wp-json/wp/v2/pages/"
_OF_SECTION = re.compile(r"/[a-z]{2,12}")  # one word, as sections have and articles seldom
_SAID = lexicon().declared
_FORUM_MAKER = re.compile(_SAID["forum_maker"])
_FORUM_PATH = re.compile(_SAID["forum_path"])
_FORUM_HOST = re.compile(rf"^(?:www\.)?(?:{_SAID['forum_host']})\.")
_THREAD_PATH = re.compile(rf"/(?:{_SAID['thread_path']})(?=/)")
_LIST_PATH = re.compile(
    rf"^(?:/[a-z]{{2}})?(?:/(?:blog|news))?/(?:{_SAID['list_path']})/|/page/\d+$"
)
_MANUAL_MAKER = re.compile(_SAID["manual_maker"])
_MANUAL_PATH = re.compile(rf"/(?:{_SAID['manual_path']})(?=/|$)")
_MANUAL_HOST = re.compile(rf"^(?:www\.)?(?:{_SAID['manual_host']})\.")


def is_article(document: Document, size: int) -> bool:
    """Whether metadata say so and the page has a text (of ``size`` characters) to go with it."""
    path = path_of(document.page.url)
    if size <= NEWS_BODY_CHARS or not path or _OF_SECTION.fullmatch(path):
        return False
    data = document.structured
    news = sum(n for kind, n in data.types.items() if "newsarticle" in kind)
    if 0 < news <= MAX_ON_PAGE:
        return True
    if (data.first("og:type") or "").lower() != "article" or is_site_page(document):
        return False
    return bool(data.articles()) or OF_POST in document.text


def is_listing(document: Document) -> bool:
    """Whether the address is that of a tag, a category, a writer or a further page of a list."""
    path = path_of(document.page.url)
    return _LIST_PATH.search(path) is not None and not document.structured.articles()


def is_site_page(document: Document) -> bool:
    """Whether the WordPress behind a page keeps it as one of the site's, as "services" is."""
    return OF_PAGE in document.text


def other_kind(document: Document, *, credits: int) -> str | None:
    """What else than an article the page says that it is; None where it does not say so.

    ``credits``: how many it has of authors and a date of publication.
    """
    kinds = document.structured.types.keys() | _microdata_types(document)
    path = path_of(document.page.url)
    if not kinds & _ARTICLES:
        if _is_product(document, kinds):
            return PRODUCT
        if kinds & _FORUMS or _FORUM_HOST.search(document.host) or _THREAD_PATH.search(path):
            return FORUM
        if credits <= 1 and (kinds & _LISTS or kinds & _OTHERS):
            return LISTING if kinds & _LISTS else EVENT
    maker = " ".join(document.structured.all("generator")).lower()
    if _FORUM_MAKER.search(maker) or _FORUM_PATH.search(path):
        return FORUM
    if not credits and _is_manual(document, maker, path):
        return MANUAL
    return None


def path_of(url: str) -> str:
    """The path of an address in lower case without a slash at its end; "" where there is none."""
    try:
        return urlsplit(url).path.lower().rstrip("/")
    except ValueError:
        return ""


def _microdata_types(document: Document) -> set[str]:
    # cutting the text at the word is ten times as fast as to search all of it for the pattern
    values = map(_ITEM_TYPE.match, document.text.split("itemtype", MAX_ITEMS)[1:])
    return {match[1].lower() for match in values if match}


def _is_product(document: Document, kinds: set[str]) -> bool:
    shared = (document.structured.first("og:type") or "").lower()
    return "product" in shared or ("product" in kinds and bool(kinds & _OFFERS))


def _is_manual(document: Document, maker: str, path: str) -> bool:
    return bool(
        _MANUAL_MAKER.search(maker)
        or _MANUAL_PATH.search(path)
        or _MANUAL_HOST.search(document.host)
        or _code_chars(document) > CODE_CHARS
    )


def _code_chars(document: Document) -> int:
    return sum(len(node.text()) for node in document.tree.css("pre")[:MAX_CODES])
