"""The words of ``lexicon.toml``, ready for look-up."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, kw_only=True, slots=True)
class Lexicon:
    """Words in lower case, white space single."""

    #: how an agency is written -> its name
    agencies: dict[str, str]
    #: kind of label -> the words that stand for it
    labels: dict[str, tuple[str, ...]]
    #: what stands around names: ``by``, ``others``, ``roles``, ``nobody`` -> words
    names: dict[str, frozenset[str]]
    #: kind of region -> regular expression for class names and ids
    regions: dict[str, str]
    #: kind of page -> regular expression for a part of its address
    paths: dict[str, str]
    #: what makes a page no article, and where that is said -> regular expression
    declared: dict[str, str]
    #: form of a page -> regular expression for its address
    forms: dict[str, str]
    #: ISO 639-1 -> frequent words
    stopwords: dict[str, frozenset[str]]
    #: ISO 639-1 -> words by which it is told from its nearest relative
    telling: dict[str, frozenset[str]]


@cache
def lexicon() -> Lexicon:
    """The lexicon, loaded once."""
    data = tomllib.loads(files("workers.parsing").joinpath("lexicon.toml").read_text("utf-8"))
    agencies = {form: name for name, forms in data["agencies"].items() for form in forms}
    return Lexicon(
        agencies=agencies,
        labels={kind: tuple(words) for kind, words in data["labels"].items()},
        names={kind: frozenset(words) for kind, words in data["names"].items()},
        regions=data["regions"],
        paths=data["paths"],
        declared=data["declared"],
        forms=data["forms"],
        stopwords={code: frozenset(words.split()) for code, words in data["stopwords"].items()},
        telling={code: frozenset(words.split()) for code, words in data["telling"].items()},
    )
