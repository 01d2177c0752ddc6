"""Which links of a page stand together in a box, and under which label."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from crawler.links.headings import Label
from crawler.links.labels import guessed
from crawler.links.rules import LinkEvidence, is_in_sentence

#: a sentence of the article; a box with a label; a card alone between paragraphs; a list without
#: label
Form = Literal["sentence", "labelled", "card", "list"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkBox:
    """Links that stand together."""

    form: Form
    label: Label | None
    #: of the links, in order
    numbers: tuple[int, ...]
    #: all links under the label, as it may be over several lists
    under_label: int


def boxes_in(links: Sequence[LinkEvidence]) -> list[LinkBox]:
    """The boxes of a page, in the order of their first links."""
    members: dict[tuple[Form, int, str], list[int]] = defaultdict(list)
    labels: dict[tuple[Form, int, str], Label | None] = {}
    under: dict[int, int] = defaultdict(int)
    for number, link in enumerate(links):
        label = _heading_of(link)
        key = _box_of(link, label)
        members[key].append(number)
        if key[0] == "labelled" and label is not None:
            labels[key] = label
            under[label.at] += 1
    return [
        LinkBox(
            form=key[0],
            label=labels.get(key),
            numbers=tuple(numbers),
            under_label=under[key[1]] if key[0] == "labelled" else len(numbers),
        )
        for key, numbers in members.items()
    ]


def _heading_of(link: LinkEvidence) -> Label | None:
    """The label of its box; not a word over the one title of a card ("Opinion")."""
    label = link.label
    if label is None or label.said is not None or guessed(label.text) is not None:
        return label
    return label if link.boxes.size_under(label) > 1 else None


def _box_of(link: LinkEvidence, label: Label | None) -> tuple[Form, int, str]:
    """What tells the box of a link from all others."""
    outline, block = link.outline, link.outline.blocks[link.at]
    is_under = label is not None and label.scope >= block
    if link.is_inside and is_in_sentence(link) and not is_under:
        return "sentence", block, ""
    above = max(outline.parents[link.card], 0)
    if label is not None:
        return "labelled", label.at, outline.tags[above] + link.boxes.names(above)
    if outline.contains(above, link.boxes.prose.middle):
        return "card", link.card, ""
    return "list", above, ""
