"""The card a link stands in: its title, the teaser beside it, the age it shows."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from crawler.links.labels import is_more, said_by
from crawler.links.targets import Targets
from crawler.page.dates.date_parser import Moment, past_moment
from crawler.page.html_tags import HEADINGS
from crawler.page.tree import PageTree

#: a card is small: no larger element than this is one (characters of text)
MAX_CARD_CHARS = 700
#: how far the card may reach up from its link
MAX_CARD_CLIMB = 7
#: a longer text is no date or age
MAX_AGE_CHARS = 40
#: a shorter text beside a link is a rubric or a number of comments, no teaser
MIN_TEASER_CHARS = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What a card says of the article that it leads to."""

    #: the title, as the link or the heading in the card says it
    anchor: str
    #: the text beside it, or ""
    teaser: str
    #: when the target was published; perhaps the day alone
    published: Moment | None


def title_of(outline: PageTree, links: Sequence[int]) -> str:
    """The title in the links of one card to one article: a heading, else the longest text."""
    texts = {at: text for at in links if (text := title_text(outline, at)) and not is_more(text)}
    headed = [text for at, text in texts.items() if len(links) > 1 and _in_heading(outline, at)]
    if texts:
        return max(headed or texts.values(), key=len)
    return next(filter(None, (_described(outline, at) for at in links)), "")


def name_of(outline: PageTree, link: int, *, in_prose: bool = False) -> str:
    """What a link is called: its title, else what it or its picture says for those who listen.

    "more" is no title, but in the article's own text a link may be called so.
    """
    text = title_text(outline, link)
    if text and not is_more(text):
        return text
    return _described(outline, link) or (text if in_prose else "")


def title_text(outline: PageTree, link: int) -> str:
    """The headings in a link, else its text without a label at its beginning ("Read also: ...")."""
    if headings := headings_in(outline, link):
        return " ".join(map(outline.text, headings))
    start, end = outline.text_starts[link], outline.text_ends[link]
    label, colon, rest = outline.text_between(start, end).partition(":")
    if colon and rest and _is_pointer(label):
        return rest.strip()
    if end - start > 1 and _is_pointer(outline.text_between(start, start + 1)):
        return outline.text_between(start + 1, end)
    return label + colon + rest


def _is_pointer(text: str) -> bool:
    said = said_by(text)
    return said is not None and said.meaning in ("related", "readmore")


def headings_in(outline: PageTree, within: int) -> list[int]:
    """The positions of the headings with a text in an element; kicker and title may be two."""
    tags, end = outline.tags, outline.ends[within]
    headings, at = [], within
    while at < end:
        if tags[at] in HEADINGS:
            if outline.text_ends[at] > outline.text_starts[at]:
                headings.append(at)
            at = outline.ends[at]
        else:
            at += 1
    return headings


def title_in(outline: PageTree, card: int, link: int) -> str:
    """The title on the card of a link that has none itself, being laid over the card.

    A heading; else, where the link has no text of its own, the card's first text of any length.
    """
    if headings := headings_in(outline, card):
        return outline.text(headings[0])
    if (text := outline.text(link)) and not is_more(text):
        return ""
    pieces = outline.pieces[outline.text_starts[card] : outline.text_ends[card]]
    return next((" ".join(p.split()) for p in pieces if len(p) >= MIN_TEASER_CHARS), "")


def _in_heading(outline: PageTree, link: int) -> bool:
    return outline.tags[outline.blocks[link]] in HEADINGS or bool(headings_in(outline, link))


def _described(outline: PageTree, link: int) -> str:
    """What a link without text says of itself, or its picture."""
    for node in outline.nodes[link : outline.ends[link]]:
        attributes = node.attributes
        for name in ("title", "aria-label", "alt"):
            if text := " ".join((attributes.get(name) or "").split()):
                return text
    return ""


def card_around(
    outline: PageTree, targets: Targets, number: int, foreign: Sequence[int], label: int
) -> int:
    """The largest small element around a link that holds no link to another article.

    Nor does it hold ``foreign`` elements (in order): the headline and the paragraphs of the page;
    nor the label of the box (-1: it has none).
    """
    parents, ends = outline.parents, outline.ends
    card = targets.places[number]
    first, last = targets.neighbours(number)
    beside = bisect_left(foreign, card)
    if beside:
        first = max(first, foreign[beside - 1])
    if beside < len(foreign):
        last = min(last, foreign[beside])
    first = max(first, label, 0)
    for _ in range(MAX_CARD_CLIMB):
        above = parents[card]
        if above <= first or ends[above] > last or outline.length(above) > MAX_CARD_CHARS:
            break
        card = above
    return card


def card_of(
    outline: PageTree,
    card: int,
    links: Sequence[int],
    *,
    now: datetime,
    language: str | None = None,
    timezone: tzinfo | None = None,
) -> Card:
    """Read a card: the title, what else it says, and when the target was published."""
    title = title_of(outline, links) or title_in(outline, card, links[0])
    texts = list(_block_texts(outline, card, links))
    published = _time_element(outline, card, now, language, timezone)
    teaser = ""
    for text in texts:
        if moment := _moment(text, now, language, timezone):
            published = published or moment
        elif len(text) > len(teaser) and text != title and _is_teaser(text):
            teaser = text
    if not teaser and not texts and len(links) > 1 and _is_paragraph(outline, links):
        teaser = title
    return Card(anchor=title, teaser=teaser, published=published)


def _block_texts(outline: PageTree, card: int, links: Sequence[int]) -> list[str]:
    """The texts of the blocks in a card, without titles and times."""
    titles = [at for link in links for at in headings_in(outline, link) or [link]]
    texts: dict[int, list[int]] = {}
    for piece in range(outline.text_starts[card], outline.text_ends[card]):
        owner = outline.owners[piece]
        if outline.tags[owner] != "time" and not any(outline.contains(at, owner) for at in titles):
            texts.setdefault(outline.blocks[owner], []).append(piece)
    return [" ".join(" ".join(outline.pieces[p] for p in ps).split()) for ps in texts.values()]


def _time_element(
    outline: PageTree, card: int, now: datetime, language: str | None, timezone: tzinfo | None
) -> Moment | None:
    """The time that a time element in the card gives, for machines or in its text."""
    for at in range(card, outline.ends[card]):
        if outline.tags[at] == "time":
            text = outline.attribute(at, "datetime") or outline.text(at)
            return past_moment(text, now=now, language=language, timezone=timezone)
    return None


def _moment(
    text: str, now: datetime, language: str | None, timezone: tzinfo | None
) -> Moment | None:
    if len(text) > MAX_AGE_CHARS or not any(map(str.isdigit, text)):
        return None
    return past_moment(text, now=now, language=language, timezone=timezone)


def _is_teaser(text: str) -> bool:
    return len(text) >= MIN_TEASER_CHARS and not is_more(text) and said_by(text) is None


def _is_paragraph(outline: PageTree, links: Sequence[int]) -> bool:
    """Whether the link's own text is the teaser: a paragraph, not a heading."""
    return any(outline.tags[outline.blocks[at]] == "p" and outline.length(at) for at in links)
