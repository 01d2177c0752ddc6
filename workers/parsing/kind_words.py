"""What the words of headline and address say of the kind of a page: each has a weight of its own.

"How", "tips" and years speak for an article, "services" and "category" against it.  The weights
(``kind_words.json``) are fitted by ``bench/train_kinds.py``, none by hand; a word that few sites
have has none, so that a page in another language keeps what its other signs say.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

MAX_TITLE = 400  # characters
MAX_ADDRESS = 400
ENOUGH = 2  # known words from which the others say something by being missing

_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, kw_only=True, slots=True)
class PageWords:
    """The words by which a page is named, each once, in small letters."""

    title: frozenset[str]
    #: of the path and of the first part of the host
    address: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class WordWeights:
    """Log odds that each word adds for a page that is no article."""

    #: what is said by the words that are not there
    bias: float
    title: Mapping[str, float]
    address: Mapping[str, float]

    def odds(self, words: PageWords) -> float:
        """Log odds of "no article" by the words alone."""
        weights = [self.title[word] for word in words.title & self.title.keys()]
        weights += [self.address[word] for word in words.address & self.address.keys()]
        return self.bias * min(len(weights) / ENOUGH, 1.0) + sum(weights)


def page_words(title: str | None, url: str) -> PageWords:
    """The words of a page's headline and address."""
    try:
        parts = urlsplit(url[:MAX_ADDRESS])
        named = f"{parts.path} {(parts.hostname or '').partition('.')[0]}"
    except ValueError:
        named = ""
    return PageWords(
        title=frozenset(_WORD.findall((title or "")[:MAX_TITLE].lower())),
        address=frozenset(_WORD.findall(named.lower())),
    )


@cache
def word_weights() -> WordWeights:
    """The weights that come with the program."""
    data = json.loads(files("workers.parsing").joinpath("kind_words.json").read_text("utf-8"))
    return WordWeights(bias=data["bias"], title=data["title"], address=data["address"])
