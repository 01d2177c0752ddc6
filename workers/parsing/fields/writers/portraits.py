"""Writers whom only their place tells: signatures, portraits below the text, lone names above."""

import re
from collections.abc import Iterator

from crawler.page.structured_data import folded
from workers.parsing.body.outline import Block
from workers.parsing.body.regions import bit
from workers.parsing.fields.writers.names import (
    after_label,
    is_full_name,
    is_heading,
    is_office,
    may_go_on,
    names_in,
)
from workers.parsing.fields.writers.signed import MAX_LINE, Names, Signed

BIO_REACH = (15, 30)  # blocks before and after the text's end in which a writer is presented
MAX_SIGNATURE = 4  # words
MIN_BIO = 40  # characters of a text that presents a writer
INTO_TEXT = 3  # blocks of the text, in which a byline may stand that was taken for a part of it
MAX_ABOVE = 10  # blocks under the headline in which a lone name may stand
LAST_LINES = 12  # of the page, in which the copyright stands
MAX_FOOT = 2_000  # characters of the site's footer
MAX_LINKS = 300  # that are looked at for the site's name
OWNER_WORDS = 2  # of the name of somebody whose site it is

_OFFICE = re.compile(r"(?P<name>[^,|–—/]{5,40}?)\s*(?:,|\||\s[–—-]\s)\s*(?P<office>[^,|.]{4,60})")
#: the front page's address as it stands in the source
_FRONT = re.compile(r"=\s*[\"']?/(?:[\"'>\s]|$)")
_CLAIMS = ("©", "(c)", "copyr")  # what each of them begins with
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)[\s\d–—-]*(?P<who>[^\W\d_]+ [^\W\d_]+)(?![\w ])", re.I
)


def _full(page: Signed, text: str) -> Names:
    names = names_in(text, publishers=page.publishers)
    return tuple(name for name in names if is_full_name(name))


def signature(page: Signed) -> Names:
    """A full name in bold that stands alone as the last paragraph or right after it."""
    for block in page.blocks[page.end : page.end + 2]:
        is_plain = block.tag == "p" and block.bold and not block.linked
        if not is_plain or not 1 < len(block.text.split()) <= MAX_SIGNATURE:
            continue
        names = _full(page, block.text)
        if names == (block.text,) and not is_heading(block.text):
            return names
    return ()


def presented(page: Signed) -> Names:
    """The name over a text that begins with it, near the text's end: its writer's portrait."""
    before, after = BIO_REACH
    blocks = page.blocks[max(page.end - before, page.start) : page.end + after]
    for place, block in enumerate(blocks):
        texts = [b.text for b in blocks[place + 1 : place + 3] if len(b.text) >= MIN_BIO]
        # a quick look first: most texts do not begin with a name out of the line above
        if len(block.text) > MAX_LINE or not any(_may_present(t, block.text) for t in texts):
            continue
        names = _full(page, after_label(block.text) or block.text)
        if len(names) != 1 or len(names[0].split()) > MAX_SIGNATURE:
            continue
        if page.is_phrase(names[0]):
            continue
        begins = (names[0], f"{names[0].split()[0]} is ")
        if any(text.startswith(begins) for text in texts):
            return names
    return ()


def _may_present(text: str, line: str) -> bool:
    """Whether the text may begin with a full name out of the line, or with "Ana is "."""
    first, *more = text.split(" ", 2)
    if first not in line:
        return False
    is_word = first.isascii() and first[:1].isalpha()  # scripts without capitals need no second one
    return not is_word or (bool(more) and may_go_on(more[0]))


def repeated(page: Signed) -> Names:
    """A full name alone in a line under the headline, which stands in its own line below, too."""
    last = min(page.title + MAX_ABOVE, max(page.start, page.title) + INTO_TEXT)
    for block in page.blocks[page.title + 1 : last]:
        is_lone = len(block.text) <= MAX_LINE and _full(page, block.text) == (block.text,)
        elsewhere = bit("caption") | bit("tags") | bit("nav")
        if not is_lone or block.boxes.own(block.place) & elsewhere:
            continue
        if is_heading(block.text) or page.is_phrase(block.text) or _is_button(block):
            continue
        below = page.blocks[last:]
        if any(b.text == block.text or _presents(b.text, block.text) for b in below):
            return (block.text,)
    return ()


def _is_button(block: Block) -> bool:
    """Whether the text is a link that only does something on this page: "#contact-form"."""
    link = block.box.node.css_first("a") if block.links else None
    return link is not None and (link.attrs.get("href") or "").startswith(("#", "javascript:"))


def with_office(page: Signed) -> Names:
    """A full name with an office behind it, in a line of their own above the text."""
    last = min(page.title + MAX_ABOVE, max(page.start, page.title) + INTO_TEXT)
    for block in page.blocks[page.title + 1 : last]:
        match = _OFFICE.fullmatch(block.text) if len(block.text) <= MAX_LINE else None
        if match is None or not is_office(match["office"]):
            continue
        if block.boxes.own(block.place) & bit("caption"):
            continue
        if _full(page, match["name"]) == (match["name"],) and not page.is_phrase(match["name"]):
            return (match["name"],)
    return ()


def _presents(text: str, name: str) -> bool:
    return len(text) >= MIN_BIO and text.startswith(f"{name} ")


def site_owner(page: Signed) -> Names:
    """The person after whom the site is named, in its own name and in its address.

    "Dora Quay" of doraquay.example, where neither word is one of the page's language.
    """
    hosts = {host_word(site) for site in page.publishers}
    has_foot = page.tree is not None and page.document.may_have(b"<footer")
    foot = page.tree.css("footer")[-1:] if page.tree and has_foot else []
    ends = [block.text for block in page.blocks[-LAST_LINES:]]
    ends += [node.text(separator=" ", strip=True)[:MAX_FOOT] for node in foot]
    lines = [*page.publishers, *map(_owner, ends)]
    own = set(_on_front_links(page))
    for name in [*lines, *own]:
        parts = name.split()
        if any(part.isupper() for part in parts):
            continue  # "Easy LMS"
        if len(parts) != OWNER_WORDS or tuple(names_in(name)) != (name,) or not is_full_name(name):
            continue
        forms = {"".join(parts).lower(), "-".join(parts).lower(), parts[-1].lower()}
        forms |= {parts[0].lower()} if name in own else set()
        if forms & hosts and not _is_said(page, {part.lower() for part in parts}):
            return (name,)
    return ()


def _on_front_links(page: Signed) -> Iterator[str]:
    """What links to the front page say: the site's name."""
    links = page.links[:MAX_LINKS] if page.document.may_lead_to(_FRONT) else ()
    for node, href in links:
        if href == "/" and node.tag == "a" and len(text := folded(node.text())) <= MAX_LINE:
            yield text


def _is_said(page: Signed, words: set[str]) -> bool:
    """Whether one of the words stands in a text of the page."""
    return not all(words.isdisjoint(block.text.split()) for block in page.blocks)


def _owner(line: str) -> str:
    """Whose copyright the line claims: "© 2025 Dora Quay. All rights reserved."."""
    is_claim = any(map(line.lower().__contains__, _CLAIMS))
    match = _COPYRIGHT.search(line) if is_claim else None
    return match["who"] if match else ""


def host_word(site: str) -> str:
    """ "harbour" for "www.harbour.example", "" for what is no host."""
    labels = site.lower().removeprefix("www.").split(".")
    return labels[-2] if len(labels) > 1 and " " not in site else ""
