"""Whether a link leads to an article, judged by its address beside that of the page."""

from functools import lru_cache

from crawler.shapes import WORDS, article_strength, id_mark
from crawler.urls import host_of, site_of

_PLATFORMS = frozenset(WORDS["platforms"].split())
_SERVICE_HOSTS = frozenset(WORDS["service_hosts"].split())
_NEWS_WORDS = frozenset(WORDS["news_words"].split())


def is_article_url(url: str, own: str) -> bool:
    """Whether a canonical address looks like an article's, seen from the page at ``own``.

    Another site must show more: every site has pages, few have news.
    """
    host = host_of(url)
    path = _path(url)
    strength = article_strength(path)
    if strength < 2 or _is_service(host):
        return False
    own_host = host_of(own)
    if host == own_host and not _has_same_mark(path, _path(own)):
        return False
    if host == own_host or _brand(host) == _brand(own_host):
        return True
    return _is_news(host, path) or strength == 3


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


@lru_cache(maxsize=4_096)
def _is_service(host: str) -> bool:
    """Whether a host is a platform of posts, goods or services."""
    site = site_of(f"https://{host}/")
    return site in _PLATFORMS or host.split(".", 1)[0] in _SERVICE_HOSTS


@lru_cache(maxsize=4_096)
def _brand(host: str) -> str:
    """The name in a registered domain: "bbc" of bbc.co.uk and bbc.com."""
    return site_of(f"https://{host}/").split(".", 1)[0]


def _has_same_mark(path: str, own_path: str) -> bool:
    """Where the letters before the ids differ, the link is to another sort of page."""
    own_mark = id_mark(own_path)
    return not own_mark or id_mark(path) == own_mark


def _is_news(host: str, path: str) -> bool:
    words = {*host.split("."), *path.lower().split("/")[:-1]}
    return not words.isdisjoint(_NEWS_WORDS)
