"""The evidence on every link of a page, as a table of numbers for the model to judge by.

What any site shows in any language: what a link's title has to do with the article, where its box
stands and what that is made of, what the address looks like, what label and class names say.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from crawler.decision_trees import Floats
from crawler.links.boxes import LinkBox
from crawler.links.overlap import Subject
from crawler.links.rules import LinkEvidence, is_in_sentence, is_topic
from crawler.links.target_address import TargetAddress, age_of, shared_folders
from crawler.links.testimony import Testimony

#: a distance to the text in characters counts up to this
MAX_DISTANCE = 20_000

#: of each link: first those of which the mean over its box is evidence, too
_SHARED = ("strength", "words", "as deep as own", "shared folders", "age", "title length",
           "squared length")  # fmt: skip
_OVERLAP = ("headline share", "headline weight", "on headline", "body share", "body weight",
            "own words share")  # fmt: skip
_ALONE = ("words more than own", "depth", "has query", "is home", "section share", "shape share",
          "title words", "is offer", "said by own words", "said by tracking",
          "said by any")  # fmt: skip
_OF_BOX = ("form", "rank after text", "articles", "links", "under label", "label distance",
           "sections", "own words", "said by label", "said by class", "popular", "beside", "foot",
           "related labels", "place", "in container", "beside paragraphs", "in paragraph",
           "in sentence", "is topic", "before text", "after text")  # fmt: skip
#: the names of the columns
COLUMNS = (
    *_SHARED,
    *_ALONE,
    *(f"box {name}" for name in _SHARED + _OVERLAP),
    *(f"box {name}" for name in _OF_BOX),
)

#: of these the places of what label and class names say
_CALLED = [_OF_BOX.index("said by label"), _OF_BOX.index("said by class")]
AFTER, SENTENCE = 2.0, 0.0
_PLACES = {"before": 0.0, "inside": 1.0, "after": AFTER}
_FORMS = {"sentence": SENTENCE, "labelled": 1.0, "card": 2.0, "list": 3.0}


@dataclass(frozen=True, kw_only=True)
class LinkTable:
    """The links of one page and what is known of them."""

    links: Sequence[LinkEvidence]
    boxes: Sequence[LinkBox]
    addresses: Sequence[TargetAddress]
    #: the page's own address
    own: TargetAddress
    subject: Subject
    #: what each link's title speaks of
    stems: Sequence[frozenset[str]]
    testimony: Testimony

    @cached_property
    def rows(self) -> Floats:
        """The evidence, one row a link; the columns are ``COLUMNS``."""
        own_words = [self.subject.own_of([self.stems[n] for n in b.numbers]) for b in self.boxes]
        alike = np.array(list(map(self._alike, self.links, self.addresses)), dtype=float)
        overlap = np.array(
            [
                (*self.subject.shared(stems), not own_words[box].isdisjoint(stems))
                for stems, box in zip(self.stems, self.box_of.tolist(), strict=True)
            ],
            dtype=float,
        )
        of_boxes = self._of_boxes(own_words)
        parts = (
            alike.T,
            self._alone(of_boxes).T,
            self._means(np.hstack((alike, overlap))).T[:, self.box_of],
            of_boxes.T[:, self.box_of],
        )
        return np.vstack(parts).T

    @cached_property
    def box_of(self) -> npt.NDArray[np.int64]:
        """The number of each link's box."""
        boxes = [0] * len(self.links)
        for number, box in enumerate(self.boxes):
            for link in box.numbers:
                boxes[link] = number
        return np.array(boxes, dtype=np.int64)

    def _alike(self, link: LinkEvidence, address: TargetAddress) -> tuple[float, ...]:
        """What links of a box mostly have in common (``_SHARED``)."""
        size = len(link.title)
        return (
            address.strength,
            address.words,
            address.depth == self.own.depth,
            shared_folders(address, self.own),
            age_of(address, self.own),
            size,
            size * size,
        )

    def _alone(self, of_boxes: Floats) -> Floats:
        """What tells a link from others of its box (``_ALONE``)."""
        sections = Counter(address.section for address in self.addresses)
        shapes = Counter(address.shape for address in self.addresses)
        total, testimony = len(self.links), self.testimony
        rows = []
        by_box = of_boxes[:, _CALLED].tolist()
        for link, there, box in zip(self.links, self.addresses, self.box_of.tolist(), strict=True):
            said = testimony.of_link(link, *by_box[box])
            rows.append(
                (
                    there.words - self.own.words,
                    there.depth,
                    "?" in there.path,
                    link.is_home,
                    sections[there.section] / total,
                    shapes[there.shape] / total,
                    link.title.count(" ") + 1,
                    link.is_offer,
                    *said,
                )
            )
        return np.array(rows, dtype=float)

    def _means(self, values: Floats) -> Floats:
        """Of each column the mean over each box; of the squares what is beyond that."""
        box_of = self.box_of
        sizes = np.bincount(box_of)
        means = np.array([np.bincount(box_of, column) / sizes for column in values.T]).T
        means[:, 6] -= means[:, 5] ** 2
        return np.asarray(means)

    def _of_boxes(self, own_words: Sequence[frozenset[str]]) -> Floats:
        """What is known of each box as a whole (``_OF_BOX``)."""
        rows, rank = [], 0
        related = self.testimony.related_labels
        for box, words in zip(self.boxes, own_words, strict=True):
            first = self.links[box.numbers[0]]
            place = self._place(box, first)
            is_ranked = place[0] == AFTER and box.form != "sentence"
            said = self.testimony.of_box(box, first)
            rows.append((*self._form(box, rank if is_ranked else -1), len(words), *said,
                         related, *place))  # fmt: skip
            rank += is_ranked
        return np.array(rows, dtype=float)

    def _form(self, box: LinkBox, rank: int) -> tuple[float, ...]:
        sections = {self.addresses[number].section for number in box.numbers}
        articles = {self.links[number].url for number in box.numbers}
        size = len(box.numbers)
        return (
            _FORMS[box.form],
            rank,
            len(articles),
            size,
            box.under_label,
            _distance(box, self.links[box.numbers[0]]),
            len(sections) / size,
        )

    def _place(self, box: LinkBox, first: LinkEvidence) -> tuple[float, ...]:
        """Where the box stands beside the article's text."""
        context, at = self.testimony.context, first.at
        outline, prose = context.outline, context.prose
        place = first.stands
        here = outline.chars[outline.text_starts[at]]
        before, after = outline.chars[prose.start] - here, here - outline.chars[prose.end]
        return (
            _PLACES[place],
            prose.container > 0 and outline.contains(prose.container, at),
            context.is_beside_paragraphs(at),
            outline.blocks[at] in prose.paragraphs,
            is_in_sentence(first),
            box.form == "sentence" and is_topic(first),
            min(before, MAX_DISTANCE) if place == "before" else 0,
            min(after, MAX_DISTANCE) if place == "after" else 0,
        )


def _distance(box: LinkBox, first: LinkEvidence) -> int:
    """Characters between a label and its first link; -1 where there is none."""
    if box.label is None:
        return -1
    outline, label = first.outline, box.label.at
    distance = (
        outline.chars[outline.text_starts[first.at]] - outline.chars[outline.text_ends[label]]
    )
    return max(0, distance)
