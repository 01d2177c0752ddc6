"""What the publisher himself calls a box or a link: its label, class names, tracking, own words.

The words of labels.toml are one witness among others; here they become numbers for the model.
"""

from dataclasses import dataclass, field
from functools import cached_property

from crawler.links.boxes import LinkBox
from crawler.links.context import LinkContext
from crawler.links.headings import Label
from crawler.links.labels import Meaning, asks_for_more, further_of, guessed, topic_in
from crawler.links.overlap import stems
from crawler.links.rules import LinkEvidence
from crawler.page.url_shapes import WORDS

#: what articles are called, of whatever subject
_SORTS = stems(f"{WORDS['article_sorts']} articles guides ideas news posts stories tips")
#: how clearly a label calls its links related
SAYS_SO = 5.0
GUESSED_SO = 4.0
PERHAPS = 3.0
#: "more news": of what is left
PERHAPS_MORE = 2.0
#: beside a box that says so clearly
PERHAPS_BESIDE = 1.0
NO_LABEL = 0.0
UNKNOWN = -1.0
SAYS_OTHER = -2.0
#: class names or the link's tracking say so
NAMED_SO = 3.5

#: a box between two paragraphs points to so many articles; lists for all readers to more
MAX_POINTERS = 3

#: as numbers for the model, from against to for
_WEIGHTS: dict[Meaning | None, float] = {
    "other": -2.0,
    None: 0.0,
    "perhaps": 1.0,
    "readmore": 2.0,
    "related": 3.0,
}
_FOR = ("related", "readmore")


@dataclass(frozen=True, kw_only=True)
class Testimony:
    """What the boxes of a page are called."""

    context: LinkContext
    #: what the headline speaks of
    headline: frozenset[str] = frozenset()
    _labels: dict[int, float] = field(default_factory=dict, repr=False)

    @cached_property
    def related_labels(self) -> int:
        """How many labels after the text call what is under them related."""
        return sum(
            1
            for label in self.context.labels
            if self._is_after_text(label)
            and meaning_of(label) in _FOR
            and self._has_articles(label)
        )

    def _has_articles(self, label: Label) -> bool:
        """Whether an address under a label is clearly an article's; topics have labels too."""
        targets = self.context.targets
        return any(
            targets.addresses[number].strength >= 2
            for number in targets.between(label.start, label.end)
        )

    def of_label(self, label: Label | None) -> float:
        """How clearly a label calls its links related."""
        if label is None:
            return NO_LABEL
        if (testimony := self._labels.get(label.at)) is None:
            testimony = self._labels[label.at] = self._of_label(label)
        return testimony

    def _of_label(self, label: Label) -> float:
        meaning = meaning_of(label)
        if meaning in _FOR:
            if label.said and label.said.rest and self.context.is_section(label.said.rest):
                return SAYS_OTHER
            return SAYS_SO if label.said else GUESSED_SO
        if meaning == "perhaps":
            if self.related_labels:
                return PERHAPS_BESIDE
            return PERHAPS_MORE if asks_for_more(label.text) else PERHAPS
        if meaning == "other":
            return SAYS_OTHER
        if self._is_of_subject(topic_in(label.text)):
            return GUESSED_SO
        if self._is_after_text(label) and self._is_on_subject(further_of(label.text)):
            return PERHAPS
        return UNKNOWN

    def _is_of_subject(self, topic: str) -> bool:
        """Whether the headline speaks of a topic that a label names."""
        return bool(topic) and not self.headline.isdisjoint(stems(topic))

    def _is_on_subject(self, named: str) -> bool:
        """Whether the headline speaks of all that a label names: it may name a section, too."""
        words = stems(named) - _SORTS
        return bool(words) and words <= self.headline

    def _is_after_text(self, label: Label) -> bool:
        return self.context.outline.text_starts[label.at] >= self.context.prose.end

    def of_box(self, box: LinkBox, first: LinkEvidence) -> tuple[float, ...]:
        """What a box is called: by its label, by class names; and where these say that it is."""
        names = self.context.names_around(first.at)
        by_label = self.of_label(box.label)
        if by_label == PERHAPS_MORE and first.is_inside and box.under_label > MAX_POINTERS:
            by_label = SAYS_OTHER  # a list for all readers, in the midst of the text
        return (
            by_label,
            _WEIGHTS[self.context.class_meaning(first.at)],
            names & 1,
            names >> 1 & 1,
            names >> 2 & 1,
        )

    def of_link(
        self, link: LinkEvidence, by_label: float, by_class: float
    ) -> tuple[float, float, float]:
        """What is said of a link: by its own words, by its tracking; of all the clearest."""
        by_own_words = _WEIGHTS[link.own_words.meaning] if link.own_words else 0.0
        by_tracking = _WEIGHTS[self.context.tracked_meaning(link.at)]
        by_any = by_label
        if by_tracking == 3.0 or (by_class == 3.0 and by_label != SAYS_OTHER):
            by_any = max(by_any, NAMED_SO)
        if by_own_words >= 2.0:
            by_any = max(by_any, GUESSED_SO)
        return by_own_words, by_tracking, by_any


def meaning_of(label: Label) -> Meaning | None:
    """What a label means, by the lexicon or by the beginnings of its words."""
    return label.said.meaning if label.said else guessed(label.text)
