"""The language of the text, checked against what the page says of itself."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from workers.parsing.candidates import FieldCandidate
from workers.parsing.fields.language_codes import iso_639_1
from workers.parsing.fields.language_model import language_of
from workers.parsing.lexicon import lexicon

SAMPLE_CHARS = 500  # enough to tell languages apart
MIN_STOPWORDS = 0.2  # share of frequent words in ordinary prose
MIN_LEADING = 0.1  # the same in the declared language, where no other comes near
CLEAR_LEAD = 1.6  # times the share of the next language
TELLING_CHARS = 2_000  # of the text in which the words of one of two close languages are counted
MIN_PAIR = 0.04  # share of frequent words in prose of one of them
MIN_TELLING = 3  # of such words
CLEAR_TELLING = 2  # times those of the other language
SHORT_CHARS = 80  # below this the page's word counts more than the text
CLOSE = ({"id", "ms", "jv", "su", "tl"}, {"no", "nb", "nn", "da"}, {"sr", "hr", "bs", "sl"},
         {"es", "gl", "ca", "pt"}, {"cs", "sk"}, {"af", "nl"}, {"zu", "xh", "st", "rw", "sw"},
         {"ru", "uk", "be", "bg"})  # fmt: skip
_EDGES = " .,:;!?()[]\"'“”‘’«»-–"


def languages_of(paragraphs: Sequence[str], declared: str) -> Iterator[FieldCandidate[str]]:
    """ISO 639-1 of the text.

    ``declared`` is what the page says (``lang`` of the html element, og:locale).  It is
    believed where the text is short, or where the text's language is a close relative.
    """
    claimed = iso_639_1(declared)
    whole = " ".join(paragraphs)
    sample = whole[:SAMPLE_CHARS]
    if len(sample) < SHORT_CHARS:
        if claimed:
            yield FieldCandidate(value=claimed, where="declared", why="too little text")
        return
    words = sample.lower().split()
    if close := _of_pair(whole[:TELLING_CHARS], words):
        yield FieldCandidate(value=close, where="text and declared" if close == claimed else "text")
        return
    if claimed and (_share(claimed, words) >= MIN_STOPWORDS or _leads(claimed, words)):
        yield FieldCandidate(value=claimed, where="text and declared")
        return
    language = _by_stopwords(words) or iso_639_1(language_of(sample))
    if claimed and (language == claimed or any({language, claimed} <= group for group in CLOSE)):
        yield FieldCandidate(value=claimed, where="text and declared")
    elif language:
        yield FieldCandidate(value=language, where="text")
        if claimed:
            yield FieldCandidate(value=claimed, where="declared", why="the text is in another")


def _of_pair(text: str, words: Sequence[str]) -> str | None:
    """Which of two close languages the text is in, by the words that only one of them has.

    None where it is in neither, or where these words do not decide.
    """
    telling = lexicon().telling
    if max((_share(code, words) for code in telling), default=0.0) < MIN_PAIR:
        return None
    looked_at = [word.strip(_EDGES) for word in text.lower().split()]
    counts = Counter({code: sum(map(of.__contains__, looked_at)) for code, of in telling.items()})
    (code, best), (_, second) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    return code if best >= MIN_TELLING and best >= CLEAR_TELLING * second else None


def _share(code: str, words: Sequence[str]) -> float:
    """The share of the words that are frequent in the language."""
    stopwords = lexicon().stopwords.get(code, frozenset())
    return sum(map(stopwords.__contains__, words)) / max(len(words), 1)


def _leads(code: str, words: Sequence[str]) -> bool:
    """Whether more of the words are frequent in this language than in any other, by far."""
    counts = _counts(words)
    own = counts.pop(code, 0)
    return own >= MIN_LEADING * len(words) and own >= CLEAR_LEAD * max(counts.values(), default=0)


def _counts(words: Sequence[str]) -> Counter[str]:
    """For each language how many of the words are frequent in it."""
    return Counter(code for word in words for code in _languages_with().get(word, ()))


def _by_stopwords(words: Sequence[str]) -> str | None:
    """The language whose frequent words stand out by far, or None where it is close."""
    counts = _counts(words)
    (code, best), (_, second) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    is_prose = best >= MIN_STOPWORDS * len(words)
    return code if code and is_prose and best >= CLEAR_LEAD * second else None


@cache
def _languages_with() -> dict[str, list[str]]:
    """Frequent word -> the languages that have it."""
    languages: dict[str, list[str]] = {}
    for code, words in lexicon().stopwords.items():
        for word in words:
            languages.setdefault(word, []).append(code)
    return languages
