"""What a link says so plainly that nothing has to be weighed: no name, rel, paid for, "Read also:".

Everything else is weighed by ``crawler.links.judge``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from crawler.links.context import LinkContext, Place
from crawler.links.headings import Label
from crawler.links.labels import MAX_LABEL_CHARS, Said, asks_to_read, fold, is_sponsored, said_by
from crawler.page.html_tags import CONTENT, HEADINGS
from crawler.page.tree import PageTree
from crawler.page.url_shapes import WORDS
from db.terms.link_kinds import LinkKind

#: a link in a sentence has so many characters of it around it
MIN_SENTENCE_CHARS = 20
#: a link that stands alone in the text has a title of so many words, or so many characters
MIN_TITLE_WORDS = 3
MIN_TITLE_CHARS = 14
#: a topic's name has at most so many words
MAX_TOPIC_WORDS = 3

#: a name that an acronym stands for has at most so many words
MAX_NAME_WORDS = 5
#: an acronym has so many capitals
MIN_CAPITALS = 2
#: a label before a link is of at most so many pieces of text
MAX_LABEL_PIECES = 4

#: the reason of what no rule can say anything of
NOTHING = "nothing says related"
#: the reason of what stands in menus and the like
NAVIGATION = "navigation or advertising"

_NO_ARTICLE_RELS = frozenset(("prev", "next", "author", "tag", "sponsored", "license"))
#: sorts of articles: what is called so is one, however short its name
_SORTS = frozenset(map(fold, WORDS["article_sorts"].split()))
_SLUG_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a link is, the label that says so, and the reason in a few words."""

    kind: LinkKind
    box: str
    why: str


@dataclass(kw_only=True, slots=True)
class LinkEvidence:
    """A link to an article in its surroundings; made of each link, so not frozen, which is slow."""

    boxes: LinkContext
    outline: PageTree
    #: its position there
    at: int
    url: str
    #: the spelling to ask for, where the page writes another
    written: str | None
    #: whether that is the publisher's own site
    is_home: bool
    #: whether a folder of the address holds goods, services, courses or the like
    is_offer: bool
    #: what it is called: its text, that of its picture, or the heading of its card; or ""
    title: str
    #: the card it stands on
    card: int
    #: the label over it, if any
    label: Label | None
    #: before, between or after the article's paragraphs
    stands: Place
    #: what a label directly before its title says ("Read also: ..."), and its words
    own_words: Said | None
    own_label: str

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
        return self.stands == "inside"


Rule = Callable[[LinkEvidence], Verdict | None]


def refused(link: LinkEvidence) -> Verdict | None:
    """Why a link is plainly none to follow, whatever the evidence; None where nothing says so."""
    return next((verdict for rule in REFUSALS if (verdict := rule(link))), None)


def _by_name(link: LinkEvidence) -> Verdict | None:
    """A link that nobody can see leads nowhere."""
    return None if link.title else Verdict(kind="other", box="", why="a link without a name")


def _by_rel(link: LinkEvidence) -> Verdict | None:
    """rel="next", "author", "sponsored": what the publisher says for machines."""
    rel = link.outline.attribute(link.at, "rel")
    rels = rel.lower().split() if rel else []
    if _NO_ARTICLE_RELS.isdisjoint(rels):
        return None
    return Verdict(kind="other", box="", why=f"rel={' '.join(rels)}")


def _by_picture(link: LinkEvidence) -> Verdict | None:
    """A picture of the article that leads to its larger self; its words are the caption's alone."""
    outline, at = link.outline, link.at
    inside = outline.tags[at : outline.ends[at]]
    if link.label is not None or not HEADINGS.isdisjoint(inside):
        return None
    is_titled = outline.length(at) >= MIN_TITLE_CHARS and "figcaption" not in inside
    for _ in range(3):
        at = outline.parents[at]
        if at <= 0:
            return None
        if is_titled and outline.tags[at] == "figure":
            return None
        if outline.tags[at] in ("figure", "figcaption"):
            return Verdict(kind="other", box="", why="a picture")
    return None


def _by_offer(link: LinkEvidence) -> Verdict | None:
    """What a sentence names and somebody sells or lists is no article."""
    if not link.is_offer or link.own_words is not None or not link.is_inside:
        return None
    if not is_in_sentence(link) or (link.label is not None and link.label.said is not None):
        return None
    return Verdict(kind="other", box="", why="an offer, as its address says")


def _by_navigation(link: LinkEvidence) -> Verdict | None:
    """Class names of the card call it navigation or advertising."""
    around = link.outline.parents[link.card]
    if link.boxes.is_never_related(link.at, around - 1) or link.boxes.is_in_menu(link.at):
        return Verdict(kind="other", box="", why=NAVIGATION)
    return None


def _by_footer(link: LinkEvidence) -> Verdict | None:
    """The foot of the page is the site's, unless a label there says something else."""
    if link.label is not None:
        return None
    tags, parents, at = link.outline.tags, link.outline.parents, link.at
    foot = False
    while at > 0:
        if tags[at] in CONTENT:
            return None
        foot = foot or tags[at] == "footer"
        at = parents[at]
    return Verdict(kind="other", box="", why="the foot of the page") if foot else None


def _by_payment(link: LinkEvidence) -> Verdict | None:
    """A short text on the card says that somebody paid for it."""
    outline = link.outline
    pieces = outline.pieces[outline.text_starts[link.card] : outline.text_ends[link.card]]
    if any(is_sponsored(piece) for piece in pieces if len(piece) <= MAX_LABEL_CHARS):
        return Verdict(kind="other", box=link.label_text, why="paid for")
    return None


def by_own_words(link: LinkEvidence) -> Verdict | None:
    """ "Read also: <link>", or the label within the link."""
    said = link.own_words
    if said is None or said.meaning == "other":
        return None
    if said.meaning == "perhaps" and not link.boxes.is_beside_paragraphs(link.at):
        return None
    if said.rest.count(" ") >= MAX_TOPIC_WORDS or not _is_title(link):
        return None
    is_related = said.meaning == "related" and not link.is_inside
    kind: LinkKind = "related" if is_related else "readmore"
    return Verdict(kind=kind, box=link.own_label, why="the label before the link")


def own_words(outline: PageTree, at: int) -> tuple[Said | None, str]:
    """What a label directly before a link's title says: in its block, or in the link itself."""
    start, end = outline.text_starts[at], outline.text_ends[at]
    before = outline.text_starts[outline.blocks[at]]
    if 0 < start - before <= MAX_LABEL_PIECES:
        text = outline.text_between(before, start)
        if said := said_by(text):
            return said, text.rstrip(" :|")
        if asks_to_read(text):
            return Said(meaning="readmore"), text.rstrip(" :|")
    if end - start > 1 or (end > start and ":" in outline.pieces[start]):
        label, colon, _ = outline.text_between(start, start + 1).partition(":")
        if (colon or end - start > 1) and (said := said_by(label)):
            return said, label.rstrip(" :|")
    return None, ""


def is_in_sentence(link: LinkEvidence) -> bool:
    """Whether there is more around a link than other links."""
    block = link.outline.blocks[link.at]
    if block in link.boxes.prose.paragraphs:
        return True
    plain = link.outline.length(block) - link.outline.linked(block)
    return link.outline.tags[block] in ("p", "li", "blockquote") and plain >= MIN_SENTENCE_CHARS


def is_topic(link: LinkEvidence) -> bool:
    """Whether a link's text is all that the address says: a name, not a headline."""
    text = link.outline.text(link.at)
    words = fold(text).split()
    if not 0 < len(words) <= MAX_TOPIC_WORDS or not _SORTS.isdisjoint(words):
        return False
    slugs = [
        [word for word in _SLUG_WORDS.findall(slug.lower()) if word.isalpha()]
        for slug in link.url.split("/")[3:]
    ]
    if words in slugs:
        return True
    is_acronym = len(words) == 1 and sum(map(str.isupper, text)) >= MIN_CAPITALS
    return is_acronym and any(_stands_for(words[0], s) for s in slugs)


def _stands_for(letters: str, slug: list[str]) -> bool:
    """Whether an acronym is that of the words of a slug, or a short slug begins with it."""
    if not 2 <= len(slug) <= MAX_NAME_WORDS:
        return False
    return slug[0] == letters or "".join(word[0] for word in slug) == letters


def _is_title(link: LinkEvidence) -> bool:
    """Whether a link's text may be a headline, and not a label or a name."""
    words = link.title.split()
    said = said_by(link.title)
    if said is not None and not said.rest:
        return False
    return len(words) >= MIN_TITLE_WORDS or len(link.title) >= MIN_TITLE_CHARS


REFUSALS: tuple[Rule, ...] = (
    _by_name,
    _by_rel,
    _by_picture,
    _by_offer,
    _by_navigation,
    _by_footer,
    _by_payment,
)
