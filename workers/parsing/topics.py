"""What the article is about, as its metadata or the tags beside its text say."""

import re
from collections.abc import Iterator, Sequence

from crawler.structured import JsonObject, StructuredData, folded
from workers.parsing import metadata
from workers.parsing.candidates import Candidate
from workers.parsing.features import letters
from workers.parsing.outline import Outline
from workers.parsing.regions import bit

MAX_TOPIC = 60  # characters
MAX_TOPICS = 40
MAX_BOXES = 250  # elements after the headline in which tags are looked for

_PREFIX = re.compile(r"^[\w\- ]{2,30}[:/](?=\S)")


def topics_of(
    data: StructuredData, item: JsonObject | None, outline: Outline, *, title: int
) -> Iterator[Candidate[tuple[str, ...]]]:
    """The topics of each source; ``title`` is the headline's place."""
    for found, where in metadata.claimed_topics(data, item):
        yield Candidate(value=_plain(found), where=where)
    if found := _tags(outline, title):
        yield Candidate(value=_plain(found), where="tags on the page")


def _plain(topics: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_PREFIX.sub("", topic) for topic in topics))[:MAX_TOPICS]


def _tags(outline: Outline, title: int) -> list[str]:
    """The links of the first element named for tags that belongs to the article."""
    if not outline.blocks:
        return []
    start = outline.blocks[min(title, len(outline.blocks) - 1)].box.index
    side = outline.marks_beside(start)
    unwanted = bit("related") | bit("comment") | bit("foot") | bit("nav") | bit("head")
    for box in outline.boxes[start + 1 : start + MAX_BOXES]:
        if not box.own & bit("tags") or side[box.index] & unwanted:
            continue
        texts = (folded(node.text()).lstrip("# ") for node in box.node.css("a")[:MAX_TOPICS])
        found = [t for t in dict.fromkeys(texts) if len(letters(t)) > 1 and len(t) <= MAX_TOPIC]
        if found:
            return found
    return []
