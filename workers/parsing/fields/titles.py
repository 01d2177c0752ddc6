"""The headline: what page, metadata and window title agree on, without the site's name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile

from workers.parsing.body.text_features import letters
from workers.parsing.candidates import FieldCandidate
from workers.parsing.lexicon import lexicon

MIN_SHARED = 0.45  # of a heading's words that metadata must have, to be the same headline
MIN_SHARED_ONLY = 0.3  # of the words of the only heading
MIN_ONLY_WORDS = 4  # of that heading; a shorter one is a section's name
MOST = 0.6  # of a heading's letters that a claim inside of it has
MIN_TITLE_WORDS = 3  # before a bar, behind which the parts of a site are named
MAX_TITLE = 400  # characters
MAX_CLAIM = 200  # characters of a title in other metadata; a longer one is a description
MAX_HEADINGS = 40
MIN_HEADING = 12  # letters of a heading that is believed without any metadata
MIN_INNER = 20  # letters of a heading that is looked for inside of longer titles
MIN_SLUG_WORDS = 2  # of an address that names its page
MIN_SLUG = 0.6  # of these words that a heading has which the address names
MIN_KICKER = 5  # letters of a topic before the headline
MAX_SITE_WORDS = 6  # of a window's title that may be no more than the site's name
MAX_NAME_WORDS = 3  # of a part that begins with the site's name

_SEPARATOR = re.compile(r"\s+[|–—\-·•»:/]+\s+|\s*[|｜]\s*|\s+::\s+")
_MARK = re.compile(r"\s+[(\[|–—-]")
_BAR = re.compile(r"\s+[|｜]\s+")
_WORD = re.compile(r"\w+")
_ORNAMENT = re.compile(r"\s+[^\w\s'\"’”»)\]?!.…%°+#€$£]+$")
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))
_KICKER_ENDS = (":", "|", " -", " –", " —")
_DOMAINS = (".com", ".de", ".id", ".co", ".org", ".net")


@dataclass(frozen=True, kw_only=True, slots=True)
class Titles:
    """What a page calls itself, as written."""

    #: the texts of its h1 elements, in order
    headings: Sequence[str] = ()
    #: where it has none, the texts over its text that may be headings, in order
    lesser: Sequence[str] = ()
    #: og:title, or ""
    shared: str = ""
    #: headline of its JSON-LD, or ""
    headline: str = ""
    #: the other titles of metadata, the most trusted first
    others: Sequence[str] = ()
    #: text of the title element
    window: str = ""
    #: names of the site
    sites: Sequence[str] = ()
    #: whether its metadata are those of a newsroom
    is_news: bool = False
    #: the page's address
    url: str = ""


def titles_of(page: Titles) -> Iterator[FieldCandidate[str]]:
    """The titles that the page offers, the headline first.

    The heading that metadata know is the headline, and metadata without the site's name are
    where there is no such heading.  Newsrooms write the title that they share by hand, for
    readers, and keep it where they change the page; so on their pages it comes first, unless
    it is for search engines or for networks alone.
    """
    seen: set[str] = set()
    for candidate in _in_order(_cleaned(page), page.window):
        value = without_parts(candidate.value)
        if value not in seen:
            seen.add(value)
            yield replace(candidate, value=value)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Clean:
    """The same, without names of the site; empty texts left out."""

    headings: list[str]
    lesser: list[str]
    shared: str
    headline: str
    claims: list[str]
    window: str
    names: list[str]
    is_news: bool
    #: the words of the last part of the page's address
    slug: frozenset[str]


def _cleaned(page: Titles) -> _Clean:
    names = [letters(s) for s in page.sites if s]
    headings = [without_form(h) for h in page.headings[:MAX_HEADINGS] if len(h) <= MAX_TITLE]
    shared, headline, window = (
        without_site(text[:MAX_TITLE], names) for text in (page.shared, page.headline, page.window)
    )
    others = [
        without_site(text, names) for text in page.others[:MAX_HEADINGS] if len(text) <= MAX_CLAIM
    ]
    return _Clean(
        headings=[bare(h) for h in headings if letters(h) and letters(h) not in names],
        lesser=[bare(h) for h in page.lesser if letters(h) and letters(h) not in names],
        shared=shared,
        headline=headline,
        claims=[text for text in (shared, headline, *others) if text],
        window=window,
        names=names,
        is_news=page.is_news,
        slug=_slug(page.url),
    )


def _slug(url: str) -> frozenset[str]:
    """The words that an address names the page by."""
    last = url.partition("?")[0].rstrip("/").rpartition("/")[2].lower()
    return frozenset(word for word in _WORD.findall(last.replace("_", "-")) if word.isalpha())


def _in_order(page: _Clean, window: str) -> Iterator[FieldCandidate[str]]:
    claims = _known_headings(page, window)
    if claims and (common := _behind_kickers(claims[0].value, page.shared)):
        yield FieldCandidate(value=common, where="h1 and metadata", why="behind two kickers")
    if page.is_news and page.shared and not any(_is_better(h.value, page) for h in claims):
        yield FieldCandidate(value=page.shared, where="og:title", why="a newsroom's own choice")
    yield from claims
    if not claims and (named := _in_address(page)):
        yield FieldCandidate(value=named, where="h1", why="the address names it")
    if not claims and not page.claims and (lesser := _lesser_heading(page)):
        yield FieldCandidate(value=lesser, where="heading", why="the page has no h1")
    for claim in page.claims:
        yield FieldCandidate(value=claim, where="metadata", why="no heading is like it")
    yield from _unconfirmed(page, window)


def _in_address(page: _Clean) -> str | None:
    """The heading that has most words of the address, where metadata have no more of them."""
    if len(page.slug) < MIN_SLUG_WORDS:
        return None
    shares = {title: _share(page.slug, title) for title in (*page.headings[:10], *page.claims)}
    short = [heading for heading in page.headings[:10] if len(heading) <= MAX_CLAIM]
    named = max(short, key=lambda heading: shares[heading], default=None)
    if named is None or len(named.split()) < MIN_ONLY_WORDS:
        return None
    least = max(MIN_SLUG, *(shares[claim] for claim in page.claims), 0.0)
    return named if shares[named] >= least else None


def _lesser_heading(page: _Clean) -> str | None:
    """The heading over the text that the window has, else the only one where the window has none.

    A window's title that is short, or shares no word with it, is the name of the site.
    """
    if page.headings or not page.lesser:
        return None
    window = letters(page.window)
    for heading in page.lesser:
        if len(letters(heading)) >= MIN_HEADING and letters(heading) in window:
            return heading
    last = page.lesser[-1]
    words = set(_WORD.findall(page.window.lower()))
    own = _WORD.findall(last.lower())
    if len(letters(last)) < MIN_HEADING or len(own) < MIN_TITLE_WORDS:
        return None
    is_named = len(page.slug) >= MIN_SLUG_WORDS and _share(page.slug, last) >= MIN_SLUG
    is_site = len(page.window.split()) <= MAX_SITE_WORDS and words.isdisjoint(own)
    return last if is_named or is_site or not window else None


def _share(slug: frozenset[str], title: str) -> float:
    """Of the words of the address those that the title has."""
    return len(slug.intersection(_WORD.findall(title.lower()))) / len(slug)


def _behind_kickers(heading: str, shared: str) -> str | None:
    """What heading and shared title have in common behind kickers that differ, or None."""
    pairs = zip(reversed(heading), reversed(shared), strict=False)
    size = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    common = heading[len(heading) - size :].lstrip(" :|-–—")  # a sign that both have
    if len(letters(common)) < MIN_INNER:
        return None
    kickers = [text[: len(text) - len(common)].rstrip() for text in (heading, shared)]
    if letters(kickers[0]) == letters(kickers[1]):
        return None  # the headline's first half, with another sign behind it
    return common if all(kicker.endswith(_KICKER_ENDS) for kicker in kickers) else None


def _is_better(heading: str, page: _Clean) -> bool:
    """Whether a heading that metadata know goes before the shared title."""
    shared, window, own = letters(page.shared), letters(page.window), letters(heading)
    if own != shared == letters(page.headline):
        return False  # metadata agree
    kicker = heading[: -len(page.shared)].rstrip()
    if shared.startswith(own) or (own.endswith(shared) and kicker.endswith(_KICKER_ENDS)):
        return True  # the shared title is the heading with something behind it, or without kicker
    if shared == window:
        return own == letters(page.headline)  # both are for search engines
    # three titles: one for readers, one for search engines, one for networks
    return bool(window) and not any(_is_like(window, other) for other in (shared, own))


def _is_like(first: str, second: str) -> bool:
    return first in second or second in first


def _known_headings(page: _Clean, window: str) -> list[FieldCandidate[str]]:
    """The headings that metadata have too, the same ones before the like ones."""
    claims = [*page.claims, page.window] if page.window else page.claims
    spelled = {letters(claim): claim for claim in reversed(claims)}
    same = [
        FieldCandidate(value=claim, where="h1 and metadata")
        for heading in page.headings
        if (claim := _spelling(heading, spelled, is_news=page.is_news))
    ]
    if same:
        return same
    closest = _closest(page.headings, [*page.claims, window])
    if closest is None:
        return []
    inner = _inner(closest, page.claims) or _behind_kicker(closest, page)
    return [FieldCandidate(value=inner or closest, where="h1", why="most words in common")]


def _inner(heading: str, claims: Sequence[str]) -> str | None:
    """The claim that the heading is, with a little before or behind it, or in capitals."""
    for claim in claims:
        if len(letters(claim)) < max(MIN_INNER, MOST * len(letters(heading))):
            continue
        if heading.isupper() and not claim.isupper():
            return claim
        before, title, behind = heading.partition(claim)
        is_kicker = not before or before.rstrip().endswith(":") or before[-2:-1].isdigit()
        if title and is_kicker and (not behind or _MARK.match(behind)):
            return claim
    return None


def _behind_kicker(heading: str, page: _Clean) -> str | None:
    """The shared title that window and heading have, where the heading has a few words before it.

    An h1 of two elements: the topic and the headline.
    """
    is_same = letters(page.shared) == letters(page.window)
    if not is_same or len(letters(page.shared)) < MIN_INNER or not heading.endswith(page.shared):
        return None
    kicker = heading.removesuffix(page.shared)
    is_topic = len(letters(kicker)) >= MIN_KICKER  # "The" and the like belong to the headline
    return page.shared if is_topic and len(kicker.split()) <= MAX_NAME_WORDS else None


def _unconfirmed(page: _Clean, window: str) -> Iterator[FieldCandidate[str]]:
    """What nothing else on the page confirms: lone headings, the window's title."""
    long = [h for h in page.headings if len(letters(h)) >= MIN_HEADING]
    is_title = bool(page.window) and letters(page.window) not in page.names
    if is_title and len(_SEPARATOR.findall(window)) < 3 and not page.claims:
        if len(long) == 1:
            yield FieldCandidate(value=long[0], where="h1", why="the only long one")
        elif not (_is_label(window, page.window) and not long):
            yield FieldCandidate(value=page.window, where="title element")
        else:
            return
    for heading in page.headings:
        yield FieldCandidate(value=heading, where="h1", why="nothing confirms it")


def bare(title: str) -> str:
    """The title without an ornament at its end and letters that nobody sees."""
    seen = title if title.isascii() else title.translate(_INVISIBLE)
    return _ORNAMENT.sub("", seen).strip()


def without_parts(title: str) -> str:
    """The title without parts of the site behind a bar: "... | District"."""
    first, *others = _BAR.split(title)
    is_title = len(first.split()) >= MIN_TITLE_WORDS and len(letters(first)) >= MIN_HEADING
    is_longest = all(len(first) > len(other) for other in others)
    return first.rstrip() if is_title and is_longest else title


def without_form(heading: str) -> str:
    """The heading without a word for its form behind it: "... | Opinion"."""
    spans = list(_SEPARATOR.finditer(heading))
    if spans and letters(heading[spans[-1].end() :]) in _forms():
        return heading[: spans[-1].start()]
    return heading


def without_site(title: str, names: Sequence[str]) -> str:
    """The title without the parts at its ends that are one of the site's names.

    ``names`` are given as letters only.  A part counts as a name too where it holds one, or
    is held by one, and is shorter than what is left.
    """
    site, mark, rest = title.partition(": ")
    if mark and letters(site) in names and len(rest.split()) >= MIN_TITLE_WORDS:
        title = rest.lstrip()
    spans = list(_SEPARATOR.finditer(title))
    while spans and _is_name(title[spans[-1].end() :], title[: spans[-1].start()], names):
        title = title[: spans.pop().start()]
    if spans and _is_name(title[: spans[0].start()], title[spans[0].end() :], names):
        title = title[spans[0].end() :]
    return bare(title)


def _is_name(part: str, rest: str, names: Sequence[str]) -> bool:
    key = letters(part)
    if not key or key in names or key in _forms():
        return True
    if len(key) >= MIN_HEADING and any(name.startswith(key) for name in names):
        return True  # "Lantern Weekly" of "Lantern Weekly Magazine"
    if len(key) >= len(letters(rest)):
        return False
    words = [letters(word) for word in part.split()]
    if len(words) <= MAX_NAME_WORDS and words[0] in names:  # "CBC News" of CBC
        return True
    return any(
        len(name) > 3 and (name in key or (len(key) > 3 and key in name)) for name in names
    ) or part.strip().lower().endswith(_DOMAINS)


@cache
def _forms() -> frozenset[str]:
    """Words for the form of an article, as in "... | Opinion"."""
    return frozenset(letters(word) for word in lexicon().labels["form"])


def _is_label(window: str, clean: str) -> bool:
    """Whether a window title is only a section and the site: "Dunia - Dunia Tempo.co"."""
    first = letters(_SEPARATOR.split(clean)[0])
    return len(first) < MIN_HEADING and letters(window).count(first) > 1


def _spelling(heading: str, claimed: Mapping[str, str], *, is_news: bool) -> str | None:
    """The metadata's spelling of the heading, or of its part behind a kicker.

    Newsrooms spell metadata with care; elsewhere they lose marks that the page has.
    ``claimed`` are metadata's titles by their letters, the most trusted last.
    """
    key = letters(heading)
    if key in claimed:
        return claimed[key] if is_news or heading.isupper() else heading
    for other, claim in reversed(list(claimed.items())):
        if len(other) > MIN_INNER and key.endswith(other) and _SEPARATOR.search(heading):
            return claim
    return heading if len(key) > MIN_INNER and any(key in other for other in claimed) else None


def _closest(headings: Sequence[str], claims: Sequence[str]) -> str | None:
    """The heading that shares most words with the metadata, if it shares enough."""
    words = {w for claim in claims for w in _WORD.findall(claim.lower())}
    is_only = len(headings) == 1 and len(headings[0].split()) >= MIN_ONLY_WORDS
    closest, best_share = None, MIN_SHARED_ONLY if is_only else MIN_SHARED
    for heading in headings[:10]:
        own = _WORD.findall(heading.lower())
        if len(own) < 3 and len(heading) < MIN_HEADING:
            continue
        share = sum(w in words for w in own) / len(own)
        if share > best_share:
            closest, best_share = heading, share
    return closest
