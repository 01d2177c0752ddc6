"""Weighs the evidence on the links that do not say plainly what they are.

A small ensemble of decision trees, fitted to labelled pages by ``bench/train_links.py``, gives
each link a probability; the links of a box are drawn towards what the whole box is.
"""

from collections.abc import Callable, Sequence

import numpy as np

from crawler.links.boxes import LinkBox
from crawler.links.features import COLUMNS, LinkTable
from crawler.links.rules import NOTHING, LinkEvidence, Verdict
from crawler.page.decision_trees import Floats, Trees, trees
from crawler.page.url_shapes import HEADLINE_WORDS
from db.link_kinds import LinkKind

#: from this probability on a link is followed
FOLLOWED = 0.45
#: how far the links of a box are drawn together
TOGETHER = 0.5
#: of a probability, how near to 0 or 1 it counts
_NEAREST = 1e-4

#: of a link, the number in each column
_Numbers = Callable[[str], float]
_Witness = tuple[str, Callable[[_Numbers], bool]]

#: witnesses in words, and how to tell whether each has spoken for a link
_FOR: tuple[_Witness, ...] = (
    ("the label over the box", lambda of: of("box said by label") >= 3),
    ("the label may", lambda of: 0 < of("box said by label") < 3),
    ("class names", lambda of: of("box said by class") == 3),
    ("the link's tracking", lambda of: of("said by tracking") == 3),
    ("titles on the subject of the headline", lambda of: of("box own words share") >= 0.5),
    ("words of the article", lambda of: of("box headline share") >= 0.15),
    ("directly after the text", lambda of: of("box rank after text") == 0),
    ("between the paragraphs", lambda of: of("box place") == 1),
)
_AGAINST: tuple[_Witness, ...] = (
    ("the label over the box", lambda of: of("box said by label") == -2),
    ("class names", lambda of: of("box said by class") == -2),
    ("the link's tracking", lambda of: of("said by tracking") == -2),
    ("a topic's name in a sentence", lambda of: of("box is topic") == 1),
    ("a sentence that leads to no article", lambda of: of("box form") == 0),
)
_PLACES = {name: place for place, name in enumerate(COLUMNS)}
#: so many witnesses are named
MAX_NAMED = 3


def model() -> Trees:
    """The trees that come with the program."""
    return trees("crawler.links", "judge")


def weighed(table: LinkTable, ensemble: Trees | None = None) -> list[Verdict]:
    """What each link of a page is, as far as the evidence tells."""
    chances = together((ensemble or model()).probabilities(table.rows), table.boxes)
    return [
        _verdict(link, table.boxes[box], chance, row)
        for link, box, chance, row in zip(
            table.links, table.box_of.tolist(), chances.tolist(), table.rows, strict=True
        )
    ]


def together(chances: Floats, boxes: Sequence[LinkBox]) -> Floats:
    """Probabilities, each drawn towards the mean of its box."""
    inside = np.clip(chances, _NEAREST, 1 - _NEAREST)
    odds = np.log(inside / (1 - inside))
    for box in boxes:
        if len(box.numbers) > 1:
            numbers = list(box.numbers)
            odds[numbers] = (1 - TOGETHER) * odds[numbers] + TOGETHER * odds[numbers].mean()
    return np.asarray(1 / (1 + np.exp(-odds)))


def _verdict(link: LinkEvidence, box: LinkBox, chance: float, row: Floats) -> Verdict:
    label = "" if box.label is None else box.label.text
    if chance < FOLLOWED or _is_name(row):
        return Verdict(kind="other", box=label, why=_named(_AGAINST, row) or NOTHING)
    if box.form == "sentence":
        return Verdict(kind="inline", box="", why="in a sentence of the article")
    kind: LinkKind = "readmore" if link.is_inside else "related"
    return Verdict(kind=kind, box=label, why=_named(_FOR, row) or "its form and place")


def _is_name(row: Floats) -> bool:
    """Whether a link in a sentence only names a topic, on a site whose articles have headlines."""
    own_words = row[_PLACES["words"]] - row[_PLACES["words more than own"]]
    return bool(row[_PLACES["box is topic"]]) and own_words >= HEADLINE_WORDS


def _named(witnesses: Sequence[_Witness], row: Floats) -> str:
    """The chief witnesses in words."""

    def number_in(column: str) -> float:
        return float(row[_PLACES[column]])

    return ", ".join(
        [words for words, has_spoken in witnesses if has_spoken(number_in)][:MAX_NAMED]
    )
