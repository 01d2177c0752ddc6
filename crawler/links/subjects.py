"""Boxes whose titles speak of what the headline speaks of, where nothing else says related.

The last resort, in any language: three or more titles of the site together, most of which share
a word with the headline that the rest of the page hardly has.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

from crawler.links.labels import fold
from crawler.links.rules import NOTHING, LinkEvidence, Verdict
from db.link_kinds import LinkKind

#: the reason given
ON_SUBJECT = "titles on the subject of the headline"
#: a box of fewer titles proves nothing, a longer one is a list of the site
BOX_SIZES = range(3, 13)
#: of the titles in the box, how many must share a word with the headline
MIN_SHARE = 0.6
#: shorter words are of the language, not of the subject
MIN_WORD_CHARS = 5
#: a word is known by its beginning, whatever its ending
STEM_CHARS = 6

#: writing without spaces between words
_ACRONYM = re.compile(r"\b[^\W\d_a-z]{3,5}\b")
_WIDE = re.compile(r"[\u2e80-\ud7ff]{3,}")

_Judged = tuple[LinkEvidence, Verdict]


def stems(text: str) -> frozenset[str]:
    """What a text speaks of: beginnings of its longer words, or three signs each."""
    words = fold(text).split()
    found = {word[:STEM_CHARS] for word in words if len(word) >= MIN_WORD_CHARS}
    if not text.isupper():
        found.update(word.lower() for word in _ACRONYM.findall(text))
    for run in _WIDE.findall(text):
        found.update(run[at : at + 3] for at in range(len(run) - 2))
    return frozenset(found)


def doubtful_of(judged: Sequence[_Judged]) -> list[int]:
    """The numbers of the site's links of which nothing says what they are; [] if they are few."""
    found = [n for n, (link, said) in enumerate(judged) if said.why == NOTHING and link.is_home]
    return found if len(found) >= BOX_SIZES.start else []


def with_subjects(
    judged: Sequence[_Judged], doubtful: Sequence[int], title: str, menus: Iterable[str] = ()
) -> list[_Judged]:
    """The links with their verdicts, where doubtful boxes on the headline's subject are related.

    ``title``: the page's, as its window shows it; ``menus``: what the links in menus are called.
    """
    result = list(judged)
    headline = _headline(judged[0][0]) | stems(title)
    titles = {link.url: stems(link.title) for link, verdict in judged if verdict.kind != "inline"}
    everywhere = chain(titles.values(), map(stems, menus))
    counts = Counter(stem for title in everywhere for stem in title & headline)
    boxes: dict[int, list[int]] = defaultdict(list)
    for number in doubtful:
        boxes[_box(judged[number][0])].append(number)
    for numbers in boxes.values():
        links = [judged[number][0] for number in numbers]
        if _is_on_subject({link.url: titles[link.url] for link in links}, headline, counts):
            for number, link in zip(numbers, links, strict=True):
                kind: LinkKind = "readmore" if link.is_inside else "related"
                result[number] = link, Verdict(kind=kind, box=link.label_text, why=ON_SUBJECT)
    return result


def _headline(link: LinkEvidence) -> frozenset[str]:
    at = link.boxes.prose.headline
    return stems(link.outline.text(at)) if at >= 0 else frozenset()


def _box(link: LinkEvidence) -> int:
    """What tells a box from others: its heading, else the element around its cards."""
    return link.label.at if link.label else link.outline.parents[link.card]


def _is_on_subject(
    titles: dict[str, frozenset[str]], headline: frozenset[str], counts: Counter[str]
) -> bool:
    if len(titles) not in BOX_SIZES:
        return False
    inside = Counter(stem for title in titles.values() for stem in title & headline)
    # a word of the whole site, or of its section, stands in other boxes as well; what only one
    # title shares with the headline is a word that newspapers like
    own = {stem for stem, count in inside.items() if count > 1 and 2 * count > counts[stem]}
    return sum(1 for title in titles.values() if title & own) >= MIN_SHARE * len(titles)
