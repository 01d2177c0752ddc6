"""Names of people out of bylines: roles, agencies, addresses and the site's own name taken off."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from crawler.page.dates.calendar import day_names
from workers.parsing.fields.writers.agencies import agencies_in
from workers.parsing.fields.writers.han_names import han_names
from workers.parsing.lexicon import lexicon

MAX_BYLINE = 300  # characters; longer text is no byline
MAX_NAME = 50
MAX_WORDS = 6
MIN_WORDS = 2  # of a name that is left before an office
MAX_NAMES = 30
MAX_UNCASED = 20  # characters of a name in a script without capitals
WITH_OFFICE = 2  # words of "Lantern Contributor"
MAX_BEFORE_BY = 3  # words before "by" in a line without a date, as in "Analysis by"
HEAD = 2  # letters of a label that are looked at before its pattern is tried

_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+")
_BRACKETS = re.compile(r"[(\[{（【][^)\]}）】]{0,80}[)\]}）】]")
_SPLIT = re.compile(
    r"\s*(?:[;|•·●⋅~/\n、，]|\s[–—-]\s|,?\s&\s|,?\s+(?:and|dan|und|et|y|e|en|og|och|ja|i|a|és|și|и|та|ve|và|with|mit|avec|con|met|dengan)\s)\s*"
)
_DATES = re.compile(
    r"[^\W\d_]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d"
    r"|\d{1,2}\.?\s+(?:de\s+)?[^\W\d_]{3,12}\.?,?\s+(?:de\s+)?(?:19|20)\d\d"
    r"|(?<!\d)\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?!\d)"
)
_HIRAGANA = re.compile("[ぁ-ゖ]")  # of Japanese sentences; names have next to none
_GLUED = re.compile(r"[a-z]{6}[A-Z]")  # entries of a list without space between them
_SIGNS = frozenset("?!:=<>{}©")  # that no name has
_BESIDE_DEGREE = "\ue000"  # stands for the comma before a degree, which parts no names
_NICKNAME = re.compile(r"(?<=[a-zà-ÿ] )\([A-ZÀ-Ý][a-zà-ÿ]+\)(?= [A-ZÀ-Ý])")
#: behind a Korean name, with or without a space: "오윤서기자"
_KOREAN_OFFICE = re.compile(
    r"(?<=[가-힣]{2})\s?(?:인턴|선임|수습|객원|전문|수석)?\s?(?:기자|특파원|논설위원|편집위원|칼럼니스트)$"
)
_EDGES = ' \t.,:：;|–—-*_~•·/\\"“”«»<>#＝【】［］'


#: a label within a text as it stands where white space is blanks
_INNER_BY = tuple(f" {word} " for word in ("by", "By", "von", "Von", "oleh", "Oleh", "par", "Par",
                                           "por", "Por", "door", "Door", "da"))  # fmt: skip


def names_in(text: str, *, publishers: Iterable[str] = ()) -> list[str]:
    """The people that a byline names as writers, in order.

    ``publishers`` are names of the site itself, which are no people.
    """
    if len(text) > MAX_BYLINE:
        return []
    if (han := han_names(text)) is not None:
        return han
    text = _ADDRESS.sub(" ", _BRACKETS.sub(_kept, text))
    text = _degree_pattern().sub(_BESIDE_DEGREE, text)
    nobody = _keys(tuple(publishers))
    names: list[str] = []
    for part in _parts(text):
        name = _name(part)
        if name and _key(name) not in nobody and not is_house(name) and not agencies_in(name):
            names.append(name)
    return [name.replace(_BESIDE_DEGREE, ",") for name in dict.fromkeys(names)][:MAX_NAMES]


@lru_cache(maxsize=64)
def _keys(sites: tuple[str, ...]) -> frozenset[str]:
    """Names of a site as they are compared, with and without what stands in brackets."""
    return frozenset(_key(form) for site in sites for form in (site, _BRACKETS.sub("", site)))


def _kept(brackets: re.Match[str]) -> str:
    """The brackets inside a name, "Mira (Devi) Rao"; nothing for an agency or a place."""
    return brackets[0] if _NICKNAME.match(brackets.string, brackets.start()) else " "


def _parts(text: str) -> list[str]:
    """The byline cut at "and", commas and the like; "Smith, political correspondent" too."""
    parts: list[str] = []
    is_behind_office = False  # "en" is "and" in Dutch and "in" in Spanish: "corresponsal en Lima"
    for piece in _SPLIT.split(text):
        first, *more = piece.split(",")
        if not is_behind_office or len(first.split()) > 1:
            parts.append(first)
        is_behind_office = bool(more) and is_office(more[-1].strip())
        # behind a full name, a lone word is a degree or a place and no other writer, and
        # "Kontributor Malang" and "cardiologist, Tarawi Health" are what the name before it is
        is_full = len(first.split()) > 1
        for part in more:
            if is_full and part.strip()[:1].islower():
                break
            if not is_full or (len(part.split()) > 1 and not _role_start_pattern().match(part)):
                parts.append(part)
    return parts


def is_house(name: str) -> bool:
    """Whether a word of the name says that it is a station, a paper or a company."""
    words = name.lower().split()
    return len(words) > 1 and not lexicon().names["houses"].isdisjoint(words)


def is_desk(name: str) -> bool:
    """Whether the name begins with the word for a newsroom: "Redazione ANSA"."""
    return name.partition(" ")[0].lower() in lexicon().names["nobody"]


def is_office(text: str) -> bool:
    """Whether the text begins with what somebody is: "Correspondent in Granada"."""
    return bool(_role_start_pattern().match(f"{text} "))


def is_heading(name: str) -> bool:
    """Whether a word of it says that it is a heading, a section or a button and no name."""
    words = name.lower().split()
    return len(set(words)) < len(words) or not lexicon().names["headings"].isdisjoint(words)


def _name(part: str) -> str | None:
    name = " ".join(part.split()).strip(_EDGES)
    if _others_label().match(name):
        return None
    if label := _by_label().match(name):
        name = name[label.end() :].strip(_EDGES)
    if not name.isascii():
        name = _KOREAN_OFFICE.sub("", name)
    if _is_house_contributor(name):
        return None
    name = _without_rank(_roles_pattern().sub("", name).strip(_EDGES), name)
    if _role_end_pattern().search(name):
        return None
    if _BESIDE_DEGREE in name and f"{name}." in part:
        name += "."
    return name if is_person(name) else None


def _without_rank(name: str, whole: str) -> str:
    """The name without what tells the office behind it closer: "Senior", "Political"."""
    words = name.split()
    if name != whole:
        while len(words) > MIN_WORDS and words[-1].lower() in lexicon().names["ranks"]:
            words.pop()
    return " ".join(words)


def _is_house_contributor(name: str) -> bool:
    """Whether one word and an office stand for a person: "Lantern Contributor"."""
    words = name.split()
    is_office = len(words) == WITH_OFFICE and words[1].lower() in lexicon().names["roles"]
    return is_office and words[0][0].isupper()


@lru_cache(maxsize=512)
def without_dates(text: str) -> str:
    """The line with a bar for each date and the label before it: "Jane | 5 min read"."""
    if not any(map(str.isdigit, text)):
        return text
    return _DATES.sub(" | ", _dating_pattern().sub(" ", text)).strip(" |")


def is_person(name: str) -> bool:
    """Whether the text can be the name of a person: few words, letters, capitals."""
    if not 2 <= len(name) <= MAX_NAME or len(name.split()) > MAX_WORDS:
        return False
    words = lexicon().names
    key = _key(name)
    if key in words["nobody"] or key in words["roles"] or key in words["by"]:
        return False
    if key.strip(":： ") in _dating_words():
        return False
    if any(map(str.isdigit, name)) or not _SIGNS.isdisjoint(name) or _GLUED.search(name):
        return False
    letter = next(filter(str.isalpha, name), "")
    return bool(letter) and (not letter.isascii() or any(map(str.isupper, name)))


def _key(name: str) -> str:
    return " ".join(name.lower().split())


def after_label(text: str) -> str | None:
    """What follows the label of a byline ("By ...", "Oleh: ..."); None without a label.

    The label may stand alone (then the result is "") or after a date: "3 May 2024 by ...".
    """
    return _after_short(text) if len(text) <= MAX_BYLINE else _after_label(text)


@lru_cache(maxsize=256)  # each line is asked for whatever may make it a byline
def _after_short(text: str) -> str | None:
    return _after_label(text)


def _after_label(text: str) -> str | None:
    if other := _others_label().match(text):
        # "Photos: Tom Fels Text: Ana Ruiz"
        match = _text_label_pattern().search(text, other.end())
        return text[match.end() :].strip(_EDGES) if match else None
    match = _by_label().match(text)
    if match and text[match.end() :][:1].islower():
        match = None  # "Text und Fotos von Anna Berg"
    if match is None and _may_have_by(text) and (inner := _inner_by_pattern().search(text)):
        before = text[: inner.start()]
        is_short = any(map(str.isdigit, before)) or len(before.split()) <= MAX_BEFORE_BY
        if is_short and not _says_else(before, text[inner.end() :]):
            match = inner
    if match is None:
        return None
    rest = _next_label_pattern().split(text[match.end() :], maxsplit=1)[0].strip(_EDGES)
    return rest if not rest or not rest[0].islower() else None


def leads(text: str) -> bool:
    """Whether the label of a byline begins the text, or stands behind a date.

    Where it is within the text no person need be meant: "Insurance Costs by State".
    """
    if _by_label().match(text):
        return True
    inner = _inner_by_pattern().search(text) if _may_have_by(text) else None
    return inner is None or any(map(str.isdigit, text[: inner.start()]))


def _says_else(before: str, behind: str) -> bool:
    """Whether a label within a text is none: "Shop by Brand", "Powered by ...", "Step by Step"."""
    words = re.findall(r"\w+", before.lower())
    if not words or words[-1] == behind.lower().partition(" ")[0]:
        return bool(words)
    # "Story and photos by Ana Ruiz"
    is_writing = not _writing_words().isdisjoint(words[:-1])
    return words[-1] in lexicon().names["not_writing"] and not is_writing


@cache
def _writing_words() -> frozenset[str]:
    return frozenset(word for label in lexicon().names["by"] for word in label.split())


def handle_after_label(line: str, *, is_alone: bool = True) -> str | None:
    """The one word behind a label, which may be in small letters: "by harbourmaster".

    With ``is_alone`` false it is all that follows the label, also where that is more.
    """
    match = _by_label().match(line)
    rest = line[match.end() :].strip(_EDGES) if match and not starts_weakly(line) else ""
    if not is_alone:
        return rest or None
    return rest if rest and len(rest.split()) == 1 and rest[0].isalpha() else None


@cache
def _text_label_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?i)(?<!\w)(?:{_either('by')})\s*[:：](?=\s*\S)")


@cache
def _next_label_pattern() -> re.Pattern[str]:
    """Where the writers end in one line with others: "Editor: ...", "Copyright ..."."""
    labels = "|".join(map(re.escape, lexicon().names["others"]))
    return re.compile(rf"(?i)\b(?:{labels}|red)\s*[:：]|\bcopyright\b|©|\(c\)")


def is_other_label(text: str) -> bool:
    """Whether the text is a label alone of somebody who did not write: "Editor", "Photo by"."""
    return " ".join(text.lower().split()).strip(" :：") in lexicon().names["others"]


def starts_weakly(text: str) -> bool:
    """Whether the text begins with a word that is a label or just a preposition: "Di Jakarta"."""
    return text.partition(" ")[0].lower().strip(":：") in lexicon().names["prepositions"]


def is_full_name(name: str) -> bool:
    """Whether the name has two words or more, all in capitals but for particles.

    Names in scripts without capitals are full as they are.
    """
    if not name.isascii() and not any(c.isupper() or c.islower() for c in name):
        return len(name) <= MAX_UNCASED and not _HIRAGANA.search(name)
    words = re.split(f"[,{_BESIDE_DEGREE}]", name, maxsplit=1)[0].split()
    if not 2 <= len(words) <= 5 or name.lower() in lexicon().names["nobody"]:
        return False
    return all(
        w.lstrip("(")[:1].isupper() or w.lower() in lexicon().names["particles"] for w in words
    )


def may_go_on(word: str) -> bool:
    """Whether the word may be the second of a full name, or the "is" of "Ana is a surgeon"."""
    particles = tuple(lexicon().names["particles"])
    return word == "is" or word.lstrip("(")[:1].isupper() or word.lower().startswith(particles)


def full_names(names: Iterable[str]) -> tuple[str, ...]:
    """Those that are whole names, each once."""
    return tuple(dict.fromkeys(name for name in names if is_full_name(name)))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Label:
    """One of many labels at a text's beginning; most texts do not begin like any of them."""

    pattern: re.Pattern[str]
    #: what the labels begin with, in small letters
    heads: frozenset[str]

    def match(self, text: str) -> re.Match[str] | None:
        """The label with what parts it from the rest."""
        head = text[:HEAD]
        if head.isascii() and head.lower() not in self.heads:
            return None
        return self.pattern.match(text)


def _label(pattern: str, *kinds: str) -> _Label:
    words = frozenset().union(*(lexicon().names[kind] for kind in kinds))
    return _Label(
        pattern=re.compile(pattern.format(_either(*kinds)), re.IGNORECASE),
        heads=frozenset(word[:HEAD].lower() for word in words),
    )


@cache
def _by_label() -> _Label:
    return _label(r"(?:(?:{})(?:\s*[:：／,،、]\s*|\s+|$))+", "by")


@cache
def _dating_pattern() -> re.Pattern[str]:
    labels = lexicon().labels
    words = sorted({*labels["published"], *labels["updated"]}, key=len, reverse=True)
    return re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?:\s+on)?\s*:?\s*(?=\w{{0,10}}\.?,?\s*\d)",
        re.IGNORECASE,
    )


def _may_have_by(text: str) -> bool:
    """A quick look whether the pattern of a label within the text may fit."""
    # what is printable has no white space but blanks
    return not text.isprintable() or text.startswith("By") or any(map(text.__contains__, _INNER_BY))


@cache
def _inner_by_pattern() -> re.Pattern[str]:
    return re.compile(
        r"(?<=[\d\w.|•·])\s+"
        r"(?:(?:(?:was|were|wurde|was|werd|a été|fue|è stato|foi)\s+)?"
        r"(?:written|geschrieben|verfasst|geschreven|écrit|rédigé|escrito|scritto|ditulis)\s+)?"
        r"(?:[Bb]y|[Vv]on|[Oo]leh|[Pp]ar|[Pp]or|[Dd]oor|da)\s+(?=[A-ZÀ-Ý])|^By(?=[A-Z][a-z])"
    )


@cache
def _others_label() -> _Label:
    return _label(r"(?:{})(?:\s*[:：]|\s|$)", "others", "ways")


@cache
def _roles_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?:\s*[,–—-]\s*|\s+)(?:{_either('roles')})(?:\s.*)?$", re.IGNORECASE)


@cache
def _dating_words() -> frozenset[str]:
    """Labels of dates, and words for days and months: what stands where a byline may stand."""
    labels = lexicon().labels
    return frozenset({*labels["published"], *labels["updated"], *day_names()})


@cache
def _role_start_pattern() -> re.Pattern[str]:
    return re.compile(rf"^\s*(?:{_either('roles')})\s", re.IGNORECASE)


@cache
def _degree_pattern() -> re.Pattern[str]:
    """The comma before a degree: "Ana Ruiz, Ph.D., RN"."""
    return re.compile(rf",(?=\s*(?:{_either('degrees')})(?![\w’'-]))", re.IGNORECASE)


@cache
def _role_end_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?:^|\s)(?:{_either('titles')})$", re.IGNORECASE)


def _either(*kinds: str) -> str:
    words = frozenset().union(*(lexicon().names[kind] for kind in kinds))
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
