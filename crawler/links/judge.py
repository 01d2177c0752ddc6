"""Weighs the evidence on the links that do not say plainly what they are.

A small ensemble of decision trees, fitted to labelled pages by ``bench/train_links.py``, gives
each link a probability; the links of a box are drawn towards what the whole box is.
"""

from collections.abc import Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from crawler.links.boxes import LinkBox
from crawler.links.link_features import AFTER, COLUMNS, SENTENCE, LinkTable
from crawler.links.rules import NOTHING, LinkEvidence, Verdict
from crawler.links.testimony import PERHAPS
from crawler.page.decision_trees import Floats, Trees, trees
from crawler.page.url_shapes import HEADLINE_WORDS
from db.terms.link_kinds import LinkKind

#: from this probability on a link is followed; less is enough of what calls itself related, or of
#: a list whose titles share words of the headline that the rest of the page has not; of other
#: lists beside or below the text, which most sites fill for all readers, more is asked
FOLLOWED = 0.42
FOLLOWED_IF_CALLED = 0.25
FOLLOWED_IF_ON_SUBJECT = 0.2
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
#: so many witnesses are named
MAX_NAMED = 3


def model() -> Trees:
    """The trees that come with the program."""
    return trees("crawler.links", "judge")


def weighed(table: LinkTable, ensemble: Trees | None = None) -> list[Verdict]:
    """What each link of a page is, as far as the evidence tells."""
    chances = together((ensemble or model()).probabilities(table.rows), table.box_of)
    return [
        _verdict(link, table.boxes[box], chance, row)
        for link, box, chance, row in zip(
            table.links,
            table.box_of.tolist(),
            chances.tolist(),
            table.rows.tolist(),
            strict=True,
        )
    ]


def speaks_of_article(table: LinkTable) -> list[bool]:
    """Of each link, whether its box calls itself related and speaks of what the headline does."""
    rows = table.rows
    calls = rows[:, _PLACES["said by any"]] >= PERHAPS
    speaks = rows[:, _PLACES["box own words"]] > 0
    return [bool(one) for one in calls & speaks]


def together(chances: Floats, box_of: npt.NDArray[np.int64]) -> Floats:
    """Probabilities, each drawn towards the mean of its box."""
    inside = np.clip(chances, _NEAREST, 1 - _NEAREST)
    odds = np.log(inside / (1 - inside))
    means = np.bincount(box_of, weights=odds) / np.bincount(box_of)
    odds = (1 - TOGETHER) * odds + TOGETHER * means[box_of]
    return np.asarray(1 / (1 + np.exp(-odds)))


def least_of(row: Sequence[float]) -> float:
    """The least probability with which a link is followed."""
    if row[_PLACES["said by any"]] >= PERHAPS:
        return FOLLOWED_IF_CALLED
    if row[_PLACES["box place"]] != AFTER or row[_PLACES["box form"]] == SENTENCE:
        return FOLLOWED
    is_on_subject = row[_PLACES["box own words share"]] >= ON_SUBJECT
    return FOLLOWED_IF_ON_SUBJECT if is_on_subject else FOLLOWED_IF_UNCALLED


def _verdict(link: LinkEvidence, box: LinkBox, chance: float, row: Sequence[float]) -> Verdict:
    label = "" if box.label is None else box.label.text
    if chance < least_of(row) or _is_name(row):
        return Verdict(kind="other", box=label, why=_named(_AGAINST, row) or NOTHING)
    if box.form == "sentence":
        return Verdict(kind="inline", box="", why="in a sentence of the article")
    kind: LinkKind = "readmore" if link.is_inside else "related"
    return Verdict(kind=kind, box=label, why=_named(_FOR, row) or "its form and place")


def _is_name(row: Sequence[float]) -> bool:
    """Whether a link in a sentence only names a topic, on a site whose articles have headlines."""
    own_words = row[_PLACES["words"]] - row[_PLACES["words more than own"]]
    return bool(row[_PLACES["box is topic"]]) and own_words >= HEADLINE_WORDS


def _named(witnesses: Sequence[_Witness], row: Sequence[float]) -> str:
    """The chief witnesses in words."""
    named = (words for words, column, least, most in witnesses if least <= row[column] <= most)
    return ", ".join(islice(named, MAX_NAMED))
