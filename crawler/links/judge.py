"""Weighs the evidence on the links that do not say plainly what they are.

A small ensemble of decision trees, fitted to labelled pages by ``bench/train_links.py``, gives
each link a probability; the links of a box are drawn towards what the whole box is.
"""

from collections.abc import Sequence
from itertools import compress, islice

import numpy as np
import numpy.typing as npt

from crawler.decision_trees import Floats, Trees, trees
from crawler.links.boxes import LinkBox
from crawler.links.link_features import AFTER, COLUMNS, SENTENCE, LinkTable
from crawler.links.rules import NOTHING, LinkEvidence, Verdict
from crawler.links.testimony import PERHAPS, PERHAPS_MORE
from crawler.page.url_shapes import HEADLINE_WORDS
from db.terms.link_kinds import LinkKind

#: from this probability on a link is followed; less is enough of what calls itself related, or of
#: a list whose titles share words of the headline that the rest of the page has not; of other
#: lists beside or below the text, which most sites fill for all readers, more is asked, unless
#: their label says that there is more to read, and none on the page says related
FOLLOWED = 0.42
FOLLOWED_IF_CALLED = 0.28
FOLLOWED_IF_MORE = 0.3
FOLLOWED_IF_ON_SUBJECT = 0.12
FOLLOWED_IF_UNCALLED = 0.6
#: of the titles of a list, so many share such words
ON_SUBJECT = 0.6
#: how far the links of a box are drawn together
TOGETHER = 0.5
#: of a probability, how near to 0 or 1 it counts
_NEAREST = 1e-4

_PLACES = {name: place for place, name in enumerate(COLUMNS)}

#: a witness in words, the column of its evidence, and from where to where it has spoken
_Witness = tuple[str, int, float, float]

_FOR: tuple[_Witness, ...] = (
    ("the label over the box", _PLACES["box said by label"], 3, 9),
    ("the label may", _PLACES["box said by label"], 0.5, 2.5),
    ("class names", _PLACES["box said by class"], 3, 9),
    ("the link's tracking", _PLACES["said by tracking"], 3, 9),
    ("titles on the subject of the headline", _PLACES["box own words share"], 0.5, 1),
    ("words of the headline", _PLACES["box headline share"], 0.15, 1),
    ("directly after the text", _PLACES["box rank after text"], 0, 0),
    ("between the paragraphs", _PLACES["box place"], 1, 1),
)
_AGAINST: tuple[_Witness, ...] = (
    ("the label over the box", _PLACES["box said by label"], -2, -2),
    ("class names", _PLACES["box said by class"], -2, -2),
    ("the link's tracking", _PLACES["said by tracking"], -2, -2),
    ("a topic's name in a sentence", _PLACES["box is topic"], 1, 1),
    ("a sentence that leads to no article", _PLACES["box form"], 0, 0),
)
_WORDS_FOR = [words for words, *_ in _FOR]
_WORDS_AGAINST = [words for words, *_ in _AGAINST]
#: of all witnesses the column, and from where to where it has spoken
_WITNESSES = [column for _, column, _, _ in _FOR + _AGAINST]
_FROM = np.array([least for _, _, least, _ in _FOR + _AGAINST], dtype=float)
_TO = np.array([most for _, _, _, most in _FOR + _AGAINST], dtype=float)
#: so many witnesses are named
MAX_NAMED = 3


def model() -> Trees:
    """The trees that come with the program."""
    return trees("crawler.links", "judge")


def weighed(table: LinkTable) -> list[Verdict]:
    """What each link of a page is, as far as the evidence tells."""
    rows = table.rows
    chances = together(model().probabilities(rows), table.box_of)
    are_followed = (chances >= least_of(rows)) & ~_are_names(rows)
    columns = rows[:, _WITNESSES]
    have_spoken = (columns >= _FROM) & (columns <= _TO)
    return [
        _verdict(link, table.boxes[box], spoken, is_followed=is_followed)
        for link, box, spoken, is_followed in zip(
            table.links,
            table.box_of.tolist(),
            have_spoken.tolist(),
            are_followed.tolist(),
            strict=True,
        )
    ]


def speaks_of_article(table: LinkTable) -> list[bool]:
    """Of each link, whether its box calls itself related and speaks of what the headline does."""
    rows = table.rows
    calls = rows[:, _PLACES["said by any"]] >= PERHAPS
    speaks = rows[:, _PLACES["box own words"]] > 0
    return [bool(speaks_of_it) for speaks_of_it in calls & speaks]


def together(chances: Floats, box_of: npt.NDArray[np.int64]) -> Floats:
    """Probabilities, each drawn towards the mean of its box."""
    inside = np.clip(chances, _NEAREST, 1 - _NEAREST)
    odds = np.log(inside / (1 - inside))
    means = np.bincount(box_of, weights=odds) / np.bincount(box_of)
    odds = (1 - TOGETHER) * odds + TOGETHER * means[box_of]
    return np.asarray(1 / (1 + np.exp(-odds)))


def least_of(rows: Floats) -> Floats:
    """Of each link the least probability with which it is followed."""
    is_elsewhere = rows[:, _PLACES["box place"]] != AFTER
    is_in_sentence = rows[:, _PLACES["box form"]] == SENTENCE
    is_on_subject = rows[:, _PLACES["box own words share"]] >= ON_SUBJECT
    of_lists = np.where(is_on_subject, FOLLOWED_IF_ON_SUBJECT, FOLLOWED_IF_UNCALLED)
    of_others = np.where(is_elsewhere | is_in_sentence, FOLLOWED, of_lists)
    said = rows[:, _PLACES["said by any"]]
    of_others = np.where(said == PERHAPS_MORE, np.minimum(of_others, FOLLOWED_IF_MORE), of_others)
    return np.where(said >= PERHAPS, FOLLOWED_IF_CALLED, of_others)


def _are_names(rows: Floats) -> npt.NDArray[np.bool_]:
    """Which links in sentences only name a topic, on a site whose articles have headlines."""
    own_words = rows[:, _PLACES["words"]] - rows[:, _PLACES["words more than own"]]
    return (rows[:, _PLACES["box is topic"]] > 0) & (own_words >= HEADLINE_WORDS)


def _verdict(
    link: LinkEvidence, box: LinkBox, spoken: Sequence[bool], *, is_followed: bool
) -> Verdict:
    label = "" if box.label is None else box.label.text
    if not is_followed:
        why = _named(_WORDS_AGAINST, spoken[len(_FOR) :]) or NOTHING
        return Verdict(kind="other", box=label, why=why)
    if box.form == "sentence":
        return Verdict(kind="inline", box="", why="in a sentence of the article")
    kind: LinkKind = "readmore" if link.is_inside else "related"
    return Verdict(kind=kind, box=label, why=_named(_WORDS_FOR, spoken) or "its form and place")


def _named(words: Sequence[str], spoken: Sequence[bool]) -> str:
    """The chief witnesses in words."""
    return ", ".join(islice(compress(words, spoken), MAX_NAMED)) if True in spoken else ""
