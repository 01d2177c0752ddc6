"""Recognises pages that a protection service or a provider shows in place of the page asked for.

By the marks that these services leave in headers and markup, which are the same in any language.
A mark alone proves nothing (many a good page loads the same scripts): the page must also have
next to no text of its own, few links, and must not say for machines that it is an article.
Plain Python.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from ahocorasick_rs import BytesAhoCorasick, MatchKind

#: what of a page is looked through for marks
_MAX_BYTES = 200_000
#: ... and for text, where marks were found: shops have half a megabyte of data before it
_MAX_TEXT_BYTES = 1_000_000
#: visible characters: a page with more is a page
_MAX_TEXT = 1_500
#: links: a page with more leads somewhere
_MAX_LINKS = 20
#: a shell that does nothing without scripts has less
_MAX_SHELL_TEXT = 500

#: header -> (what its value begins with, who sends it)
_HEADERS = {
    "cf-mitigated": ("challenge", "Cloudflare"),
    "x-amzn-waf-action": ("", "AWS WAF"),
    "x-datadome": ("protected", "DataDome"),
    "x-sucuri-block": ("", "Sucuri"),
}
#: marks in the markup, lower case -> who leaves them
_MARKS = {
    b"/cdn-cgi/challenge-platform/": "Cloudflare",
    b"cf-chl-": "Cloudflare",
    b"_cf_chl_opt": "Cloudflare",
    b"cf-error-details": "Cloudflare",
    b"captcha-delivery.com": "DataDome",
    b"px-captcha": "HUMAN",
    b"_pxappid": "HUMAN",
    b"_incapsula_resource": "Imperva",
    b"errors.edgesuite.net": "Akamai",
    b"/_sec/cp_challenge/": "Akamai",
    b"awswaf.com": "AWS WAF",
    b"sucuri_cloudproxy_js": "Sucuri",
    b"sucuri website firewall": "Sucuri",
    b"check.ddos-guard.net": "DDoS-Guard",
    b"/.well-known/ddos-guard/": "DDoS-Guard",
    b"ips.js?kpsdk": "Kasada",
    b"window.kpsdk": "Kasada",
    b"tspd_101": "F5",
    b"/_guard/html.js": "guard script",
    b"geo.captcha": "captcha",
    b"g-recaptcha": "captcha",
    b"h-captcha": "captcha",
    b"internetpositif": "Internet Positif",
    b"internet positif": "Internet Positif",
    b"internet-positif": "Internet Positif",
    b"trustpositif": "Internet Positif",
    b"internetbaik.telkomsel": "Internet Positif",
    b"mercusuar.uzone": "Internet Positif",
}
_SCRIPTED = b"javascript"
#: what Cloudflare adds to the pages that it lets through
_HARMLESS = tuple(
    b"/cdn-cgi/challenge-platform/%bscripts/jsd/" % place for place in (b"", b"h/b/", b"h/g/")
)
_WORDS = (*_HARMLESS, *_MARKS, _SCRIPTED)
#: finds them all in one look at the page; where the first match counts it passes over what cannot
#: be one forty times as fast, and finds the same, as no mark is within one that stands after it
_FINDER = BytesAhoCorasick(_WORDS, MatchKind.LeftmostFirst)
#: how a page says that it is an article, or when it was published, which no block page does
_OWN = re.compile(
    rb"""["']og:type["']\s+content=["']?article|["']article:published_time["']"""
    rb"""|["']datepublished["']|["']@type["']\s*:\s*["'](?:news|blog|report)"""
)
#: elements whose content is not seen
_UNSEEN = (b"script", b"style", b"template", b"svg", b"head")
#: how the tag of another element begins, or any that closes one
_SEEN = frozenset(map(bytes, zip(b"abcdefgijklmnopqruvwxyz/"))) - {name[:1] for name in _UNSEEN}


def blocked_by(headers: Mapping[str, str], body: bytes) -> str | None:
    """Who blocks the page, None where nobody does.

    headers: names in lower case.
    """
    page = body[:_MAX_BYTES].lower()
    sender = next(
        (
            who
            for name, (start, who) in _HEADERS.items()
            if name in headers and headers[name].lower().startswith(start)
        ),
        None,
    )
    places = defaultdict[bytes, list[int]](list)
    for word, place, _ in _FINDER.find_matches_as_indexes(page):
        places[_WORDS[word]].append(place)
    mark = next((who for mark, who in _MARKS.items() if mark in places), None)
    is_shell = b"<script" in page and _may_be_seen(page, places[_SCRIPTED])
    if not (sender or mark or is_shell):
        return None
    longest = _MAX_TEXT if sender or mark else _MAX_SHELL_TEXT
    text = visible_text(page, longest)
    if len(text) > longest or page.count(b"<a ") > _MAX_LINKS or _OWN.search(page):
        return None
    if len(body) > len(page) and not _is_empty(body, longest):
        return None
    if sender or mark:
        return sender or mark
    return "a page that is empty without JavaScript" if _SCRIPTED in text else None


def _is_empty(body: bytes, longest: int) -> bool:
    """Whether a large page has no more text than that, which block pages are too small to hide."""
    if len(body) > _MAX_TEXT_BYTES:
        return False
    return len(visible_text(body.lower(), longest)) <= longest


def _may_be_seen(page: bytes, places: Sequence[int]) -> bool:
    """Whether what stands at these places, in order, may be text: it is in no tag and no script.

    Three of four pages that say "javascript" say it there alone, and need no longer look.
    """
    done, opened, closed, script_end = 0, -1, -1, 0
    for place in places:
        if place < script_end:
            continue
        opened = max(opened, page.rfind(b"<", done, place))
        closed = max(closed, page.rfind(b">", done, place))
        done = place
        if opened > closed and not page.startswith(b"<!", opened):
            continue
        is_in_script = opened < closed and page.startswith(b"<script", opened)
        script_end = page.find(b"</script", place) if is_in_script else -1
        if script_end < 0:
            return True
    return False


def visible_text(page: bytes, longest: int = _MAX_BYTES) -> bytes:
    """What is left of lower-case HTML without tags, comments and scripts; in linear time.

    Where there is more than the longest that is asked for, its beginning is enough: most pages
    have long shown more text than any block page.
    """
    words: list[bytes] = []
    at = letters = 0
    missing = set[bytes]()
    while at < len(page) and letters <= longest:
        tag = page.find(b"<", at)
        if more := page[at : tag if tag >= 0 else len(page)].split():
            words += more
            letters += sum(map(len, more))
        if tag < 0:
            break
        if page[tag + 1 : tag + 2] in _SEEN:
            at = page.find(b">", tag) + 1 or len(page)
        else:
            at = _after(page, tag, missing)
    return b" ".join(words)


def _after(page: bytes, tag: int, missing: set[bytes]) -> int:
    """Where what follows a tag begins; unseen elements are passed over whole.

    missing: ends that were looked for in vain and are not looked for again.
    """
    if page.startswith(b"<!--", tag):
        return _end(page, b"-->", tag, missing)
    name = page[tag + 1 : tag + 12].replace(b">", b" ").split(None, 1)[:1]
    if name and name[0] in _UNSEEN:
        end = _end(page, b"</" + name[0], tag, missing)
        return _end(page, b">", end, missing)
    return _end(page, b">", tag, missing)


def _end(page: bytes, mark: bytes, start: int, missing: set[bytes]) -> int:
    at = -1 if mark in missing else page.find(mark, start)
    if at < 0:
        missing.add(mark)
        return len(page) if mark == b">" else start + 1
    return at + len(mark)
