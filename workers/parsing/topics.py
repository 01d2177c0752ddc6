"""What the article is about, as its metadata or the tags beside its text say."""

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser

from crawler.structured import JsonObject, StructuredData, folded
from workers.parsing import metadata
from workers.parsing.candidates import Candidate
from workers.parsing.features import letters
from workers.parsing.outline import Outline
from workers.parsing.regions import bit, is_within

MAX_TOPIC = 60  # characters
MAX_TOPICS = 40
MAX_LINKS = 60  # to pages about topics, that are looked at
MAX_BOXES = 250  # elements after the headline in which tags are looked for

_PREFIX = re.compile(  # namespaces: "ticker:ABC", "topic/laut", "Category: Laut"
    r"^(?:[\w\- ]{2,30}:(?=\S)|[a-z]{2,20}/(?=\S)|(?i:(?:nlp )?(?:category|categories"
    r"|entity tokens|section|tag|topic|kategori|rubrik)\s?:\s))"
)
_WORDS = ("tags?", "topics?", "topik", "thema", "themen", "themes?", "temas?", "sujets?",
          "keywords?")  # fmt: skip
_STEMS = ("tag", "topi", "them", "tema", "keyword", "sujet")  # few, since each is looked for
_TOPIC = re.compile(rf"/(?:{'|'.join(_WORDS)})/[^/?#]")
_TOPIC_LINKS = ",".join(f'a[href*="/{stem}"]' for stem in _STEMS)
_ELSEWHERE = ("nav", "head", "foot", "related", "aside", "comment", "modal")
_MACHINE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{20,}|(?:[a-z0-9-]+\.)+[a-z]{2,4}|[0-9a-f]{16,}|\d+")


def topics_of(
    data: StructuredData,
    item: JsonObject | None,
    outline: Outline,
    tree: LexborHTMLParser | None,
    *,
    title: int,
) -> Iterator[Candidate[tuple[str, ...]]]:
    """The topics of each source.

    ``title`` is the headline's place; ``tree`` is None where the page is too large for a search.
    """
    for found, where in metadata.claimed_topics(data, item):
        yield from _candidates(found, where)
    yield from _candidates(_tags(outline, title), "tags on the page")
    yield from _candidates(_linked(tree), "links to topics")


def _candidates(topics: Sequence[str], where: str) -> Iterator[Candidate[tuple[str, ...]]]:
    """The topics without namespaces, numbers and addresses, which are for machines."""
    plain = (_PREFIX.sub("", t).strip(" ,;") for t in topics if not _MACHINE.fullmatch(t))
    if kept := tuple(t for t in dict.fromkeys(plain) if t):
        yield Candidate(value=kept[:MAX_TOPICS], where=where)


def _linked(tree: LexborHTMLParser | None) -> list[str]:
    """The first list of links to pages about topics, outside of menus and other boxes."""
    for node in tree.css(_TOPIC_LINKS)[:MAX_LINKS] if tree is not None else ():
        around = node.parent.parent if node.parent is not None else None
        is_about = _TOPIC.search(node.attributes.get("href") or "")
        if around is None or not is_about or is_within(node, _ELSEWHERE):
            continue
        links = around.css("a")[:MAX_TOPICS]
        about = [link for link in links if _TOPIC.search(link.attributes.get("href") or "")]
        texts = [folded(link.text()).lstrip("# ") for link in about]
        if 2 * len(about) > len(links) and all(len(text) <= MAX_TOPIC for text in texts):
            return [text for text in dict.fromkeys(texts) if text]
    return []


def _tags(outline: Outline, title: int) -> list[str]:
    """The links of the first element named for tags that belongs to the article."""
    if not outline.blocks:
        return []
    start = outline.blocks[min(title, len(outline.blocks) - 1)].box.index
    side = outline.marks_beside(start)
    unwanted = bit("related") | bit("comment") | bit("foot") | bit("nav") | bit("head")
    for box in outline.boxes[start + 1 : start + MAX_BOXES]:
        # the parent's side: "related-tags" are tags
        if not box.own & bit("tags") or side[max(box.parent, 0)] & unwanted:
            continue
        texts = (folded(node.text()).lstrip("# ") for node in box.node.css("a")[:MAX_TOPICS])
        found = [t for t in dict.fromkeys(texts) if len(letters(t)) > 1 and len(t) <= MAX_TOPIC]
        if found:
            return found
    return []
