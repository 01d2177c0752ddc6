"""Which addresses stand for one article: AMP, mobile, print, and what a page says is its own."""

import re
from functools import lru_cache

from crawler.errors import BadURL
from crawler.page.url_shapes import are_other_articles, are_other_days, is_article_path
from crawler.page.urls import canonical, host_of, path_and_query, same_site, site_of_host

#: parameters that choose another form of the same article, and the values that do so
_VARIANT_QUERY = re.compile(
    r"(?:amp(?:=(?:1|true|yes)?)?|outputtype=amp|(?:m|mobile)=[01]|print(?:=(?:1|true|yes|y)?)?"
    r"|(?:view|mode|format|type)=(?:print|amp)|printable=(?:1|true|yes)|(?:page|showpage|halaman)=(?:all|1)"
    r"|single=1|singlepage=(?:1|true)|(?:ref|source|src|from)=[^&]*)$",
    re.IGNORECASE,
)
_VARIANT_TAILS = (
    *("/amp", "/amp.html", "/amp.htm", "/print", ".amp", ".amp.html", ".amp.htm"),
    *("/index.html", "/index.htm", "/index.php", "/"),
)
_AMP_CACHE_HINT = re.compile(r"\.cdn\.ampproject\.org/|google\.[a-z.]+/amp/")
_AMP_CACHE = re.compile(
    r"(?:[a-z0-9-]+\.cdn\.ampproject\.org/[cv]|(?:www\.)?google\.[a-z.]+/amp)/(?:s/)?([^/?]+)([^?]*)"
)
_MOBILE_LABEL = re.compile(r"(?:www|m|mobile|amp|wap)\.")


def identity(url: str) -> str:
    """A key that the plain, AMP, mobile and print addresses of one article share.

    Host and path without scheme, "www.", "m.", "/amp", "?page=all" and the like, as far as the
    address alone tells. Not to be fetched. Raises ``BadURL``.
    """
    return identity_of_canonical(canonical(url))


def identity_of_canonical(url: str) -> str:
    """The same for an address that ``canonical`` has returned."""
    rest = url.partition("://")[2]
    if _AMP_CACHE_HINT.search(rest) and (cached := _AMP_CACHE.match(rest)):
        rest = "".join(cached.groups())
    head, _, query = rest.partition("?")
    host, slash, path = head.partition("/")
    path = _plain_path(slash + path)
    if query:
        query = "&".join(p for p in query.split("&") if p and not _VARIANT_QUERY.match(p))
    return _plain_host(host) + path + (f"?{query}" if query else "")


def _plain_path(path: str) -> str:
    """Without "/amp" at either end, "/print", "/index.html" and slashes at the end."""
    if path.startswith("/amp/"):
        path = path[4:]
    while path.endswith(_VARIANT_TAILS):
        path = path.removesuffix(next(tail for tail in _VARIANT_TAILS if path.endswith(tail)))
    return path


@lru_cache(maxsize=4_096)
def _plain_host(host: str) -> str:
    """Without "www.", "m." and the like, but never less than the registered domain."""
    site = site_of_host(host)
    while (match := _MOBILE_LABEL.match(host)) and len(host) - match.end() >= len(site):
        host = host[match.end() :]
    return host


def article_address(page_url: str, rel_canonical: str | None) -> str:
    """The address under which a page should be kept: where rel=canonical points, if plausible.

    Implausible are another site, a home page, a section, another article (publishers do print
    all of these); then it is the page's own address. Raises ``BadURL`` for a bad ``page_url``.
    """
    own = canonical(page_url)
    if not rel_canonical:
        return own
    try:
        claimed = canonical(rel_canonical, own)
    except BadURL:
        return own
    if not same_site(claimed, own):
        return own
    if identity(claimed) == identity(own):
        return _as_secure_as(own, claimed)
    return _as_secure_as(own, claimed) if _may_replace(claimed, own) else own


def _may_replace(claimed: str, own: str) -> bool:
    said_path, said_query = path_and_query(claimed)
    own_path, own_query = path_and_query(own)
    if said_path == "/":
        return own_path == "/"
    if said_path == own_path and not is_article_path(own_path):
        # the query alone may say which article it is
        return bool(said_query) and not _lacks_a_number(said_query, own_query)
    if is_article_path(own_path) and not is_article_path(said_path):
        return False
    return not (are_other_articles(said_path, own_path) or are_other_days(said_path, own_path))


def _lacks_a_number(said_query: str, own_query: str) -> bool:
    """Whether a numbered parameter is gone or has another value."""
    dropped = set(own_query.split("&")) - set(said_query.split("&"))
    return any(parameter.rpartition("=")[2].isdecimal() for parameter in dropped)


def _as_secure_as(own: str, claimed: str) -> str:
    """Forgotten http:// in the rel=canonical of a page that came by https, from the same host."""
    if (
        own.startswith("https:")
        and claimed.startswith("http:")
        and host_of(own) == host_of(claimed)
    ):
        return "https" + claimed[4:]
    return claimed
