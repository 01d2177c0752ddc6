"""What an address looks like: does its path name one article, or a section, a tag, a person?

Only the address is looked at, never the page; for what an address *is*, see ``crawler.page.urls``.
"""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

#: a slug of so many words is a headline; sections, tags and names have fewer
HEADLINE_WORDS = 4
#: so many words and what stands between them are not shorter
MIN_HEADLINE_CHARS = 2 * HEADLINE_WORDS - 1
#: paths longer than this are cut before they are looked at
MAX_PATH_CHARS = 600

_DATE = re.compile(
    r"/(?:19|20)?\d\d[/_-](?:0?[1-9]|1[0-2]|[a-z]{3,9})(?:[/_-][0-3]?\d)?(?=[/_-]|$)"
    r"|(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d(?!\d)"
)
_DIGIT = re.compile(r"\d")
_WORDS = re.compile(r"[-_+,. ]+")
_PIECES = re.compile(r"[-_+,. /]+")
_EXTENSION = re.compile(r"\.(?:[sp]?html?|php|aspx?|jsp|ece|story|do|cms|amp)$")
_ID = re.compile(
    r"(?<![0-9a-z])(?:[a-z]{1,3}[-.]?)?(\d{5,})(?![0-9])|(?<=[-_.a-z])(\d{6,})(?![0-9])"
)
_ID_MARK = re.compile(r"[-/_.,](!?[a-z]{0,2}-?)\d{5,}(?:[/.,]|$)")
_PAGE = re.compile(r"(?:/(?:page/)?\d{1,2})?/?$")
#: longer numbers are ids, not days or years
MAX_DAY_DIGITS = 4
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}")
_QUERY_ID = re.compile(r"(?:^|&)[a-z_]{0,12}(?:id|idx|no|nr|key)=\d{3,}(?:&|$)")
_OTHER_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|pdf|docx?|xlsx?|pptx?|zip|rar|gz|exe|apk|mp[34]|m4a|m3u8"
    r"|webm|mov|avi|wav|ogg|css|js|json|xml|rss|atom|txt|csv|ics)$"
)

#: the words of addresses.toml, shared with ``crawler.page.urls``
WORDS = tomllib.loads(Path(__file__).with_name("addresses.toml").read_text(encoding="utf-8"))
_LISTS = frozenset(WORDS["lists"].split())
_LIST_OPENING = re.compile("/(?:" + "|".join(map(re.escape, WORDS["list_openings"])) + ")")
_LIST_ENDINGS = tuple(WORDS["list_endings"])


def is_article_path(path: str) -> bool:
    """Whether a path, as in "/read/1481000/a-headline", looks like the address of one article."""
    return article_strength(path) >= 2


@lru_cache(maxsize=4_096)
def article_strength(path: str) -> int:
    """How much a path (with "?query" or without) looks like one article's.

    0: cannot be one; 1: may be one; 2: a headline, a date or an id; 3: two of these.
    """
    path, _, query = path[:MAX_PATH_CHARS].lower().partition("?")
    path = path.rstrip("/")
    segments = [s for s in path.split("/") if s]
    if (not segments and not query) or path.endswith(_LIST_ENDINGS):
        return 0
    if not _LISTS.isdisjoint(segments) or _LIST_OPENING.search(path):
        return 0
    if _OTHER_FILE.search(path):
        return 0
    marks = _marks(path, segments) + _query_marks(query)
    return min(3, 1 + marks)


def is_listed_headline(path: str) -> bool:
    """Whether a long slug ends a path of which a folder says that it is a list's."""
    path = path[:MAX_PATH_CHARS].lower().partition("?")[0].rstrip("/")
    if path.endswith(_LIST_ENDINGS) or _OTHER_FILE.search(path):
        return False
    return path.count("/") > 1 and words_of(path.rpartition("/")[2]) >= HEADLINE_WORDS


def _marks(path: str, segments: list[str]) -> int:
    """How many of headline, date and id a path has; digits of the date are no id.

    A date that ends the path names a day's list.
    """
    has_digits = _DIGIT.search(path) is not None  # else it has neither date nor id
    date = _DATE.search(path) if has_digits else None
    rest = path if date is None else _DATE.sub("", path)
    headline = any(
        len(segment) >= MIN_HEADLINE_CHARS and words_of(segment) >= HEADLINE_WORDS
        for segment in segments[-3:]
    )
    last = segments[-1] if segments else ""
    numbered = has_digits and (_ID.search(rest) is not None or _has_token(last))
    dated = date is not None and (headline or date.end() < len(path))
    return headline + numbered + dated


def _has_token(segment: str) -> bool:
    """Whether a segment begins or ends with a mixed id: "o2l08w284-...", "...-lux.Epv2Lr5rQ"."""
    if _UUID.search(segment):
        return True
    pieces = _WORDS.split(_EXTENSION.sub("", segment))
    return _is_token(pieces[0]) or (len(pieces) > 1 and _is_token(pieces[-1]))


def _is_token(piece: str) -> bool:
    if len(piece) < 8 or not piece.isalnum():
        return False
    return 2 <= sum(map(str.isdigit, piece)) < len(piece)


def _query_marks(query: str) -> int:
    """Whether the query carries an id: "idx=10285", "NewsID=881234"."""
    return int(_QUERY_ID.search(query) is not None)


@lru_cache(maxsize=4_096)
def words_of(segment: str) -> int:
    """How many words a path segment has, numbers and ids not counted.

    Scripts without spaces between words count four characters a word.
    """
    text = _EXTENSION.sub("", segment) if "." in segment else segment
    text = unquote(text) if "%" in text else text
    if text.isascii():
        return sum(map(str.isalpha, _WORDS.split(text)))
    return sum(max(1, len(w) // 4 if w > "\u2e80" else 1) for w in _WORDS.split(text) if w)


def id_mark(path: str) -> str:
    """The letters before the id, which say what it is the id of: "a-" in "/x/a-59080161"."""
    match = _ID_MARK.search(path[:MAX_PATH_CHARS].lower().partition("?")[0])
    return match[1] if match else ""


def are_other_articles(a: str, b: str) -> bool:
    """Whether two paths name two articles for certain: both have ids, none shared, other slugs."""
    ids_a, ids_b = _ids(a), _ids(b)
    if not ids_a or not ids_b or ids_a & ids_b:
        return False
    return not _are_alike(_slug(a), _slug(b))


def are_other_days(a: str, b: str) -> bool:
    """Whether two paths are of one series: alike but for days, years or counts in their slugs.

    "/gold-price-20-august" and "/gold-price-21-august"; a number that one of them has alone says
    nothing, since systems number slugs that are taken ("-2").
    """
    words_a, words_b = (_PIECES.split(unquote(p[:MAX_PATH_CHARS]).lower()) for p in (a, b))
    if len(words_a) != len(words_b):
        return False
    differing = [pair for pair in zip(words_a, words_b, strict=True) if pair[0] != pair[1]]
    return bool(differing) and all(map(_are_small_numbers, differing))


def _are_small_numbers(pair: tuple[str, str]) -> bool:
    return all(word.isdecimal() and len(word) <= MAX_DAY_DIGITS for word in pair)


def is_same_article(a: str, b: str) -> bool:
    """Whether two paths of one host name one article: the same but for a page number, or one id
    with much the same slug.
    """
    plain = _first_page(b)
    if a.startswith(plain) and _first_page(a) == plain:
        return article_strength(plain) >= 2
    ids = _ids(b)
    if not any(number in a for number in ids):
        return False
    return bool(_ids(a) & ids) and _are_alike(_slug(a), _slug(b))


@lru_cache(maxsize=1_024)
def _first_page(path: str) -> str:
    return _PAGE.sub("", path.partition("?")[0])


def _are_alike(words_a: set[str], words_b: set[str]) -> bool:
    """Whether half of the words of the shorter slug are in the other."""
    return len(words_a & words_b) * 2 >= min(len(words_a), len(words_b))


@lru_cache(maxsize=1_024)
def _ids(path: str) -> frozenset[str]:
    numbers = _ID.finditer(_DATE.sub("", path[:MAX_PATH_CHARS].lower()))
    return frozenset(m[1] or m[2] for m in numbers)


def _slug(path: str) -> set[str]:
    segments = path[:MAX_PATH_CHARS].lower().strip("/").split("/")
    best = max(segments, key=words_of)
    return {w for w in _WORDS.split(best) if w.isalpha()}
