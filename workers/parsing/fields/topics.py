"""What the article is about, as its metadata or the tags beside its text say."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from selectolax.lexbor import LexborNode

from crawler.errors import BadURL
from crawler.page.document import Document
from crawler.page.structured_data import JsonObject, attribute, folded
from crawler.page.urls import same_site
from workers.parsing.body.outline import TextOutline
from workers.parsing.body.regions import bit, is_within
from workers.parsing.body.text_features import letters
from workers.parsing.candidates import FieldCandidate
from workers.parsing.fields import metadata
from workers.parsing.lexicon import lexicon

MAX_TOPIC = 60  # characters
MAX_TOPICS = 40
MAX_LINKS = 60  # to pages about topics, that are looked at
MAX_TAG_WORDS = 4  # of half the tags; longer ones are headlines
MAX_REST = 8  # times the letters of the tags, in the element that holds them
MIN_SENTENCE = 5  # words of a sentence that is cut into topics
SENTENCE_KEY = 40  # letters of it that are looked for
SMALL_WORDS = 0.1  # share of words such as "and" in a sentence
MAX_BOXES = 250  # elements after the headline in which tags are looked for

_PREFIX = re.compile(  # namespaces: "ticker:ABC", "topic/laut", "Category: Laut"
    r"^(?:[\w\- ]{2,30}:(?=\S)|[a-z]{2,20}/(?=\S)|(?i:(?:nlp )?(?:category|categories"
    r"|entity tokens|section|tag|topic|kategori|rubrik)\s?:\s))"
)
_WORDS = ("tags?", "topics?", "topik", "thema", "themen", "themes?", "temas?", "sujets?",
          "keywords?")  # fmt: skip
_STEM = re.compile(r"/(?:t(?:ag|opi|hem|ema)|keyword|sujet)")
_TOPIC = re.compile(rf"/(?:{'|'.join(_WORDS)})/[^/?#]")
_ELSEWHERE = ("nav", "head", "foot", "aside", "comment", "modal")
_MACHINE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{20,}|(?:[a-z0-9-]+\.)+[a-z]{2,4}|[0-9a-f]{16,}|\d+"
    r"|@[\w-]+|[a-z]+[A-Z]\w*:.*|[a-z][\w-]*:\s.*|(?:https?:)?//.*"  # "@river", "shortTitle: A"
)


def topics_of(
    document: Document, item: JsonObject | None, outline: TextOutline, *, title: int
) -> Iterator[FieldCandidate[tuple[str, ...]]]:
    """The topics of each source; ``title`` is the headline's place."""
    told = [document.structured.title, *metadata.claimed_descriptions(document.structured, item)]
    sentences = [letters(text) for text in told]
    for found, where in metadata.claimed_topics(document.structured, item):
        if not _is_sentence(found, sentences):
            yield from _candidates(found, where)
    yield from _candidates(_tags(document, outline, title), "tags on the page")
    yield from _candidates(_linked(document), "links to topics")


def _is_sentence(topics: Sequence[str], sentences: Sequence[str]) -> bool:
    """Whether they are words of a sentence in their order: the title or a text, cut at spaces."""
    if len(topics) < MIN_SENTENCE or any(len(topic.split()) > 1 for topic in topics):
        return False
    key = letters("".join(topics))[:SENTENCE_KEY]
    small = frozenset().union(*lexicon().stopwords.values())
    is_prose = sum(t.lower() in small for t in topics) > SMALL_WORDS * len(topics)
    return is_prose or any(key in sentence for sentence in sentences)


def _candidates(topics: Sequence[str], where: str) -> Iterator[FieldCandidate[tuple[str, ...]]]:
    """The topics without namespaces, numbers and addresses, which are for machines."""
    plain = (_PREFIX.sub("", topic).strip(" ,;") for topic in topics)
    if kept := tuple(t for t in dict.fromkeys(plain) if t and not _MACHINE.fullmatch(t)):
        yield FieldCandidate(value=kept[:MAX_TOPICS], where=where)


def _topic_links(document: Document) -> list[LexborNode]:
    """Links to pages about topics; most pages have hundreds of others and none of these."""
    if document.is_huge or not document.may_lead_to(_STEM):
        return []
    about = (node for node, href in document.references if _STEM.search(href) and node.tag == "a")
    return list(islice(about, MAX_LINKS))


def _linked(document: Document) -> list[str]:
    """The first list of links to pages about topics, outside of menus, sentences and boxes."""
    lone: list[str] = []
    for node in _topic_links(document):
        if not _TOPIC.search(node.attributes.get("href") or "") or is_within(node, _ELSEWHERE):
            continue
        for around in (node.parent, node.parent.parent if node.parent is not None else None):
            topics = _list_in(around) if around is not None else []
            if len(topics) > 1:
                return topics
            lone = lone or ([] if is_within(node, ("related",)) else topics)
    return lone


def _list_in(around: LexborNode) -> list[str]:
    """The topics that the element links to, where it holds little else."""
    links = around.css("a")[:MAX_TOPICS]
    about = [link for link in links if _TOPIC.search(link.attributes.get("href") or "")]
    texts = [folded(link.text()).lstrip("# ") for link in about]
    if 2 * len(about) <= len(links) or any(len(text) > MAX_TOPIC for text in texts):
        return []
    if sum(len(text.split()) > MAX_TAG_WORDS for text in texts) * 2 >= len(texts):
        return []  # headlines
    is_text = len(letters(around.text())) > MAX_REST * len(letters("".join(texts)))
    return [] if is_text else [text for text in dict.fromkeys(texts) if text]


def _tags(document: Document, outline: TextOutline, title: int) -> list[str]:
    """The links of the first element named for tags that belongs to the article."""
    if not outline.blocks:
        return []
    start = outline.blocks[min(title, len(outline.blocks) - 1)].place
    side = outline.marks_beside(start)
    unwanted = bit("related") | bit("comment") | bit("foot") | bit("nav") | bit("head")
    after = range(start + 1, min(start + MAX_BOXES, len(outline.boxes)))
    tagged = bit("tags")
    marks = outline.boxes.owns(after)
    for box in (outline.boxes[p] for p, own in zip(after, marks, strict=True) if own & tagged):
        # the parent's side: "related-tags" are tags
        if side[max(box.parent, 0)] & unwanted:
            continue
        links = (node for node in box.node.css("a")[:MAX_TOPICS] if _is_inside(node, document))
        texts = (folded(node.text()).lstrip("# ") for node in links)
        found = [t for t in dict.fromkeys(texts) if len(letters(t)) > 1 and len(t) <= MAX_TOPIC]
        is_headlines = 2 * sum(len(text.split()) > MAX_TAG_WORDS for text in found) >= len(found)
        if not is_headlines and MAX_REST * len("".join(found)) > len(letters(box.node.text())):
            return found  # a box that is much more than its links is a text
    return []


def _is_inside(link: LexborNode, document: Document) -> bool:
    """Whether it leads to a page of the site: not to a share button, a shop or a place here."""
    href = attribute(link, "href").strip()
    if not href or href.startswith("#"):
        return False
    address = document.absolute(href)
    try:
        return address is not None and same_site(address, document.page.url)
    except BadURL:
        return False
