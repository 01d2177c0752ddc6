"""Decides what a link is to the article: related, readmore, inline or other.

The rules are asked in order, the first that can say something decides: what the link says
itself, the sentence it stands in, the label over it, class names, its place. None knows a site.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from crawler.links.context import LinkContext
from crawler.links.headings import HEADINGS, Label
from crawler.links.labels import MAX_LABEL_CHARS, fold, is_sponsored, said_by
from crawler.page.tree import PageTree
from db.link_kinds import LinkKind

#: a link in a sentence has so many characters of it around it
MIN_SENTENCE_CHARS = 20
#: a link that stands alone in the text has a title of so many words, or so many characters
MIN_TITLE_WORDS = 3
MIN_TITLE_CHARS = 14
#: a box between two paragraphs points to so many articles; lists for all readers to more
MAX_POINTERS = 3
#: a topic's name has at most so many words
MAX_TOPIC_WORDS = 3
#: a list of titles at the end of the text begins so near (characters)
MAX_TAIL_CHARS = 300
#: the standfirst between headline and a title under it
MAX_LEAD_CHARS = 600
#: unlabelled cards so near after the text (characters between) are the publisher's pointers
MAX_DISTANCE_CHARS = 120

#: the reason of what no rule can say anything of
NOTHING = "nothing says related"
#: the reason of what stands in menus and the like
NAVIGATION = "navigation or advertising"

_NO_ARTICLE_RELS = frozenset(("prev", "next", "author", "tag", "sponsored", "license"))
_SLUG_WORDS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a link is, the label that says so, and the reason in a few words."""

    kind: LinkKind
    box: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkEvidence:
    """A link to an article in its surroundings."""

    boxes: LinkContext
    outline: PageTree
    #: its position there
    at: int
    url: str
    #: whether that is the publisher's own site
    is_home: bool
    #: what it is called: its text, that of its picture, or the heading of its card; or ""
    title: str
    #: the card it stands on
    card: int
    #: the label over it, if any
    label: Label | None

    @property
    def label_text(self) -> str:
        """The heading of its box, or ""."""
        return self.label.text if self.label else ""

    @property
    def place(self) -> str:
        """Where its box stands in the page, the same on all pages of one layout."""
        box = self.label.scope if self.label else self.outline.parents[self.card]
        return self.boxes.place_of_box(max(box, 0), self.label)

    @property
    def is_inside(self) -> bool:
        """Whether it stands between the article's paragraphs."""
        return self.boxes.place_of(self.at) == "inside"


Rule = Callable[[LinkEvidence], Verdict | None]


def kind_of(link: LinkEvidence) -> Verdict:
    """What a link is to the article of the page."""
    for rule in RULES:
        if verdict := rule(link):
            return verdict
    return Verdict(kind="other", box=link.label_text, why=NOTHING)


def _by_name(link: LinkEvidence) -> Verdict | None:
    """A link that nobody can see leads nowhere."""
    return None if link.title else Verdict(kind="other", box="", why="a link without a name")


def _by_rel(link: LinkEvidence) -> Verdict | None:
    """rel="next", "author", "sponsored": what the publisher says for machines."""
    said = link.outline.attribute(link.at, "rel")
    rels = said.lower().split() if said else []
    if _NO_ARTICLE_RELS.isdisjoint(rels):
        return None
    return Verdict(kind="other", box="", why=f"rel={' '.join(rels)}")


def _by_picture(link: LinkEvidence) -> Verdict | None:
    """A picture of the article that leads to its larger self."""
    outline, at = link.outline, link.at
    if link.label is not None or not HEADINGS.isdisjoint(outline.tags[at : outline.ends[at]]):
        return None
    for _ in range(3):
        at = outline.parents[at]
        if at <= 0:
            return None
        if outline.tags[at] in ("figure", "figcaption"):
            return Verdict(kind="other", box="", why="a picture")
    return None


def _by_navigation(link: LinkEvidence) -> Verdict | None:
    """Navigation and advertising within the box."""
    within = link.label.scope if link.label else 0
    if not (link.boxes.is_never_related(link.at, within) or link.boxes.is_in_menu(link.at)):
        return None
    return Verdict(kind="other", box="", why=NAVIGATION)


def _by_own_words(link: LinkEvidence) -> Verdict | None:
    """ "Read also: <link>", or the label within the link."""
    block = link.outline.blocks[link.at]
    for text in (_text_before(link.outline, block, link.at), _first_words(link)):
        said = said_by(text) if text else None
        if said is None or said.meaning == "other" or said.rest.count(" ") >= MAX_TOPIC_WORDS:
            continue
        if said.meaning == "perhaps" and not link.boxes.is_beside_paragraphs(link.at):
            continue
        is_related = said.meaning == "related" and not link.is_inside
        kind: LinkKind = "related" if is_related else "readmore"
        return Verdict(kind=kind, box=text.rstrip(" :|"), why="the label before the link")
    return None


def _text_before(outline: PageTree, block: int, at: int) -> str:
    start, end = outline.text_starts[block], outline.text_starts[at]
    return outline.text_between(start, end) if 0 < end - start <= 4 else ""


def _first_words(link: LinkEvidence) -> str:
    """What a link says first, up to a colon or the end of a piece: a label, perhaps."""
    start, end = link.outline.text_starts[link.at], link.outline.text_ends[link.at]
    label, colon, _ = link.outline.text_between(start, min(end, start + 1)).partition(":")
    return label if colon or end - start > 1 else ""


def _by_sentence(link: LinkEvidence) -> Verdict | None:
    """A link in a sentence of the article."""
    if not link.is_inside or (link.label and link.label.scope >= link.outline.blocks[link.at]):
        return None
    if not _is_in_sentence(link):
        return None
    if _is_topic(link):
        return Verdict(kind="other", box="", why="a topic's name in a sentence")
    return Verdict(kind="inline", box="", why="in a sentence of the article")


def _is_in_sentence(link: LinkEvidence) -> bool:
    block = link.outline.blocks[link.at]
    if block in link.boxes.prose.paragraphs:
        return True
    plain = link.outline.length(block) - link.outline.linked(block)
    return link.outline.tags[block] in ("p", "li", "blockquote") and plain >= MIN_SENTENCE_CHARS


def _is_topic(link: LinkEvidence) -> bool:
    """Whether the link's text is all that the address says: a name, not a headline."""
    words = fold(link.outline.text(link.at)).split()
    if not 0 < len(words) <= MAX_TOPIC_WORDS:
        return False
    slugs = [_SLUG_WORDS.findall(s.lower()) for s in link.url.split("/")[3:]]
    return words in slugs


def _by_label(link: LinkEvidence) -> Verdict | None:
    label = link.label
    if label is None or label.said is None:
        return None
    meaning = label.said.meaning
    if meaning == "other":
        return Verdict(kind="other", box=label.text, why="the label over the box")
    if label.said.rest and label.said.rest in link.boxes.sections:
        return Verdict(kind="other", box=label.text, why="more of a section")
    if meaning in ("related", "readmore"):
        return _positive(link, "the label over the box")
    if meaning == "perhaps" and link.boxes.related_by_class(link.at, label):
        return _positive(link, "the label may, the class name does")
    if meaning == "perhaps" and link.boxes.tracked_meaning(link.at) == "related":
        return _positive(link, "the label may, the link's tracking does")
    if meaning == "perhaps" and link.is_inside and link.boxes.size_under(label) <= MAX_POINTERS:
        return _positive(link, "a few pointers between two paragraphs")
    return Verdict(kind="other", box=label.text, why="the label over the box")


def _positive(link: LinkEvidence, why: str) -> Verdict:
    """Between the paragraphs it is readmore, elsewhere related; never what is paid for."""
    if _is_paid(link):
        return Verdict(kind="other", box=link.label_text, why="paid for")
    return Verdict(kind="readmore" if link.is_inside else "related", box=link.label_text, why=why)


def _is_paid(link: LinkEvidence) -> bool:
    """Whether a short text on the card says that somebody paid for it."""
    outline = link.outline
    pieces = outline.pieces[outline.text_starts[link.card] : outline.text_ends[link.card]]
    return any(is_sponsored(piece) for piece in pieces if len(piece) <= MAX_LABEL_CHARS)


def _by_class(link: LinkEvidence) -> Verdict | None:
    if _is_title(link) and link.boxes.related_by_class(link.at):
        return _positive(link, "class names")
    if link.boxes.class_meaning(link.at) == "other":
        return Verdict(kind="other", box=link.label_text, why="class names")
    return None


def _by_tracking(link: LinkEvidence) -> Verdict | None:
    """What the link tells the publisher's statistics."""
    meaning = link.boxes.tracked_meaning(link.at)
    if meaning == "related" and _is_title(link):
        return _positive(link, "the link's tracking")
    if meaning == "other":
        return Verdict(kind="other", box=link.label_text, why="the link's tracking")
    return None


def _by_place(link: LinkEvidence) -> Verdict | None:
    """A title that stands alone between two paragraphs, perhaps under a subheading."""
    if not link.is_inside or not _is_title(link):
        return None
    label = link.label
    if label is not None and (label.said is not None or link.boxes.size_under(label) > 1):
        return None
    return Verdict(kind="readmore", box="", why="a title between two paragraphs")


def _by_tail(link: LinkEvidence) -> Verdict | None:
    """A title as a paragraph of its own directly after the last one."""
    outline, block = link.outline, link.outline.blocks[link.at]
    if link.label is not None or not _is_title(link):
        return None
    gap = outline.chars[outline.text_starts[link.at]] - outline.chars[link.boxes.prose.end]
    if not (link.boxes.is_beside_paragraphs(link.at) and 0 <= gap <= MAX_TAIL_CHARS):
        return None
    if outline.tags[block] not in ("p", "li") or outline.linked(block) < outline.length(block):
        return None
    return Verdict(kind="readmore", box="", why="a title after the last paragraph")


def _by_headline(link: LinkEvidence) -> Verdict | None:
    """A title that the editor has set directly under the headline."""
    headline, outline = link.boxes.prose.headline, link.outline
    if link.label is not None or link.boxes.place_of(link.at) != "before" or headline < 0:
        return None
    gap = outline.chars[outline.text_starts[link.at]] - outline.chars[outline.text_ends[headline]]
    if link.at < headline or gap > MAX_LEAD_CHARS or not _is_title(link):
        return None
    above = outline.parents[headline]
    if outline.contains(above, link.at) and outline.length(above) <= MAX_LEAD_CHARS:
        return Verdict(kind="related", box="", why="a title under the headline")
    return None


def _by_nearness(link: LinkEvidence) -> Verdict | None:
    """A card without a label directly after the last paragraph."""
    outline, end = link.outline, link.boxes.prose.end
    if link.label is not None or link.boxes.place_of(link.at) != "after":
        return None
    if outline.chars[outline.text_starts[link.card]] - outline.chars[end] > MAX_DISTANCE_CHARS:
        return None
    if not link.boxes.is_alone(link.card) or not _is_illustrated(link):
        return None
    return Verdict(kind="related", box="", why="a card directly after the article")


def _is_illustrated(link: LinkEvidence) -> bool:
    """Whether it is a card with a picture or heading and a title of its own, no button."""
    tags = link.outline.tags[link.card : link.outline.ends[link.card]]
    has_face = "img" in tags or not HEADINGS.isdisjoint(tags)
    words = [word for word in link.title.split() if any(map(str.isalpha, word))]
    return has_face and len(words) > MIN_TITLE_WORDS


def _is_title(link: LinkEvidence) -> bool:
    """Whether a link's text may be a headline, and not a label or a name."""
    words = link.title.split()
    said = said_by(link.title)
    if said is not None and not said.rest:
        return False
    return len(words) >= MIN_TITLE_WORDS or len(link.title) >= MIN_TITLE_CHARS


RULES: tuple[Rule, ...] = (
    _by_name,
    _by_rel,
    _by_picture,
    _by_navigation,
    _by_own_words,
    _by_sentence,
    _by_label,
    _by_class,
    _by_tracking,
    _by_place,
    _by_tail,
    _by_headline,
    _by_nearness,
)
