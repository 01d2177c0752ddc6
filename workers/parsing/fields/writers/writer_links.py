"""Links to the pages of writers, where nothing else names them."""

import re
from collections.abc import Iterator
from itertools import islice

from selectolax.lexbor import LexborNode

from crawler.page.structured_data import folded
from workers.parsing.body.outline import Block
from workers.parsing.body.regions import is_within
from workers.parsing.fields.writers.names import full_names, is_heading, is_other_label, names_in
from workers.parsing.fields.writers.signed import MAX_LINE, Names, Signed

LABEL_LEVELS = 3  # elements around a link before which a label may stand
MAX_LINKS = 40  # links to writers' pages that are looked at
_NAMED = '[itemprop~="author"] [itemprop~="name"]'
#: what says itself that it names the author
_MARKED = f'{_NAMED},a[rel~="author"]'
#: few alternatives, as each is tried at each slash of the source
_WRITER_PLACE = re.compile(
    r"/(?:aut(?:hor|or|eur)|p(?:enulis|rofile/|eople/)|re(?:porter|daktion/)"
    r"|journalist|contributor|writers/|by/|staff/)"
)
_ELSEWHERE = ("related", "comment")


def linked_writers(page: Signed) -> Names:
    """The text of the first link to a writer's page that is a full name."""
    for node in islice(writer_links(page), MAX_LINKS):
        text = folded(node.text(separator=" "))
        names = (
            full_names(names_in(text, publishers=page.publishers)) if len(text) < MAX_LINE else ()
        )
        if names and not any(map(is_heading, names)) and not is_within(node, _ELSEWHERE):
            return () if is_elsewhere(node) else names
    return ()


def linked_together(page: Signed, block: Block) -> Names:
    """The full names that one line of text links to writers' pages."""
    links = block.box.node.css("a")[:MAX_LINKS] if block.links > 1 else []
    texts = [
        folded(link.text(separator=" "))
        for link in links
        if _WRITER_PLACE.search(link.attrs.get("href") or "")
    ]
    names = [n for text in texts for n in names_in(text, publishers=page.publishers)]
    return tuple(name for name in full_names(names) if not is_heading(name))


def writer_links(page: Signed) -> Iterator[LexborNode]:
    """What microdata name as the author, or else leads to a writer's page, in document order."""
    marked = page.tree.css(_MARKED) if page.tree and page.document.may_have(b"author") else []
    # most pages have hundreds of links, none of them to a writer's page
    if not page.document.may_lead_to(_WRITER_PLACE):
        yield from marked
        return
    leading = [node for node, href in page.links if _WRITER_PLACE.search(href) and node.tag == "a"]
    if not (marked and page.tree):
        yield from leading
        return
    # a selector with each of the places takes twice as long as to look at each link
    wanted = {node.mem_id for node in (*leading, *marked)}
    for node in page.tree.css(f"{_MARKED},a"):
        if node.mem_id in wanted:
            yield node


def is_elsewhere(node: LexborNode) -> bool:
    """Whether a label of somebody who did not write stands before the element."""
    around: LexborNode | None = node
    for _ in range(LABEL_LEVELS):
        if around is None:
            return False
        before = around.prev
        while (
            before is not None and before.is_text_node and not (before.text_content or "").strip()
        ):
            before = before.prev
        if before is not None:
            return is_other_label(before.text()[:MAX_LINE])
        around = around.parent
    return False
