"""Whom one line of a page names as writer: by its label, its element, its date or its link."""

import re
from collections.abc import Sequence

from crawler.page.structured_data import folded
from workers.parsing.body.outline import Block
from workers.parsing.body.regions import bit
from workers.parsing.fields.writers.han_names import han_names, may_be_chinese
from workers.parsing.fields.writers.names import (
    after_label,
    full_names,
    handle_after_label,
    is_full_name,
    is_heading,
    is_house,
    is_office,
    is_other_label,
    is_person,
    leads,
    names_in,
    starts_weakly,
    without_dates,
)
from workers.parsing.fields.writers.portraits import host_word
from workers.parsing.fields.writers.signed import MAX_LINE, Names, Signed

MAX_DATED = 14  # words of a line of date and name
MAX_NAME_WORDS = 5  # of an organisation in a byline
MAX_HANDLE = 2  # words of a name in small letters
MAX_CREDITED = 60  # characters of a line with such a name
MAX_LISTED = 24  # texts behind a label in which a list of names may go on
HOUSE_REACH = 5  # texts from a team to the date
MAX_OFFICES = 2  # texts between two names of such a list: an office, a portrait
MAX_PLACE = 2  # words of the place before a name
MAX_INITIALS = 3  # letters that stand for a portrait
_PARTS = re.compile(r"\s*[|•·●⋅—]\s*|\s[–-]\s|\s{2,}")
_PLACE_MARK = re.compile(r"\s*[:：]\s*|\s+[–—-]\s+")
_IN_SECTION = re.compile(r"\s+in\s+[A-Z].*$")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[.:]\d\d")
_PREPOSITIONS = re.compile(
    r"(?<=\w)(?:\s+(?:at|on|in|am|um|pada|le|el|il|op|den|em|dne|dnia)(?:\s[^\W\d_]{2,12}\.?,)?)+\s*$"
)
#: "at 19:12", and all that follows it in the line
_AT_TIME = re.compile(
    r"\s+(?:at|um|à|a las|às|alle|om|kl\.?|pada|en|a|o|ob|в|о|zaman)[:\s]+\d{1,2}[:.h]\d\d.*$",
    re.DOTALL,
)
_EMPTY = frozenset(
    ("null", "undefined", "none", "nan", "n/a", "false", "unknown", "[object object]")
)
_VARIABLE = re.compile(r"\w+(?:\.\w+)*\.(?:author|name|title|user)(?:\.\w+)*", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_MORE_NAMES = re.compile(r"\s*(?:[,;&/、，]|[^\W\d_]{1,3}\s+[^\W\d_]+\s+[^\W\d_])")
_ABOUT = re.compile(r"descri(?:ption|pcion|zione)|biograph|(?<![a-z])bio(?![a-z])", re.IGNORECASE)
_CREATOR = re.compile(
    r"creator|redaktion(?!ell)|verfasser|skribent|kirjoittaj|dziennikar|wartawan|jurnalis|pewarta"
    r"|kontributor|periodista|giornalist|jornalist|rédact|redact|user-?name|tac-?gia|muhabir|yazar"
    r"|szerzo|avtor|kisha|gija|\bfirma\b",
    re.IGNORECASE,
)


def is_site(page: Signed, named: Names) -> bool:
    """Whether the organisation in metadata is the site itself, which every page of it names."""
    sites = {form for site in page.publishers for form in (site.lower(), host_word(site))}
    return all(name.lower() in sites for name in named)


def is_plain(name: str) -> bool:
    is_name = 1 < len(name) <= 60 and not re.search(r"[<>{}@%]|://", name)
    return is_name and name.lower() not in _EMPTY and not _VARIABLE.fullmatch(name)


def people_in(page: Signed, place: int) -> Names:
    """The people in a line that a label or its element marks as a byline."""
    block = page.outline.blocks[place]
    is_author = _is_author(page, block)
    if block.boxes.own(block.place) & bit("caption") and not is_author:
        return ()
    if (names := han_names(block.text)) is not None:
        return tuple(names)
    if labelled := _labelled(page, place):
        line = _PARTS.split(without_dates(_AT_TIME.sub("", labelled)))[0]
        line = _PREPOSITIONS.sub("", line.rstrip(" -–—"))
        people = full_names(names_in(line, publishers=page.publishers))
        # "Ana Ruiz, Head of Marketing and Community Development" is one person
        return (*people[:1], *(name for name in people[1:] if not is_heading(name)))
    return _unlabelled(page, block) if is_author else ()


def _unlabelled(page: Signed, block: Block) -> Names:
    """The people in a text that only the name of its element marks as a byline."""
    if linked := _behind_place(page, block):
        return linked
    text, first = without_dates(block.text), _first_element(block)
    behind = block.text.removeprefix(first)
    # "Ana RuizFounder": no space stands between two elements
    is_glued = behind != block.text and behind[:1].isupper()
    names = (names_in_parts(first, page) if is_glued else ()) or names_in_parts(text, page)
    return tuple(name for name in names if not is_heading(name) and not page.is_phrase(name))


def _behind_place(page: Signed, block: Block) -> Names:
    """The name behind the place of the report: "Lima – <a>Ana Ruiz</a>"."""
    mark = _PLACE_MARK.search(block.text)
    place = block.text[: mark.start()].split() if mark else []
    if mark is None or not 0 < len(place) <= MAX_PLACE or any(word[0].islower() for word in place):
        return ()
    rest = block.text[mark.end() :].strip(" «»")
    link = block.box.node.css_first("a") if block.links else None
    is_linked = link is not None and folded(link.text()) == rest
    # before a colon alone, words in capitals may be a label: "Credit: Ana Ruiz"
    if not is_linked and (mark[0].strip() not in (":", "：") or any(map(str.isascii, place))):
        return ()
    names = full_names(names_in(rest, publishers=page.publishers))
    return tuple(n for n in names if not is_heading(n) and not page.is_phrase(n))


def _first_element(block: Block) -> str:
    """The text of the first element in the text's own, which no space parts from the next."""
    child = block.box.node.first_child
    while child is not None and child.is_empty_text_node:
        child = child.next
    return folded(child.text()) if child is not None else ""


def name_beside_date(page: Signed, place: int) -> Names:
    """The one name beside a date, where nothing says that it is a name."""
    block = page.outline.blocks[place]
    text = without_dates(block.text)
    beside = [b.text for b in page.outline.blocks[max(place - 1, 0) : place + 2]]
    is_beside = any(len(t) < MAX_LINE and without_dates(t) != t for t in beside)
    if (text == block.text and not is_beside) or block.boxes.own(block.place) & bit("caption"):
        return ()
    if block.boxes.own(block.place) & (bit("tags") | bit("nav")):
        return ()
    names = names_in_parts(text, page) if len(block.text.split()) <= MAX_DATED else ()
    if any(map(is_heading, names)) or any(map(page.is_phrase, names)):
        return ()
    if not all(map(may_be_chinese, names)) and not page.is_japanese:
        return ()  # "来源", "政务动态"
    if text == block.text and names != (text.strip(" |·•–—-"),):
        return ()  # beside the line with the date: a name and nothing else
    return names if len(names) == 1 else ()


def account_in(page: Signed, place: int) -> Names:
    """The account that a label and a link name: "By <a>harbourmaster</a> in Boats"."""
    block = page.blocks[place]
    labelled = "" if starts_weakly(block.text) else handle_after_label(block.text, is_alone=False)
    link = block.box.node.css_first("a") if labelled and block.links else None
    name = folded(link.text()) if link else ""
    is_name = name and labelled and labelled.startswith(name) and is_plain(name)
    is_short = len(name.split()) <= MAX_HANDLE and not is_house(name)
    return (name,) if is_name and is_short and not is_site(page, (name,)) else ()


def credited_in(page: Signed, place: int) -> Names:
    """Whoever a label or an element's name says, also where it is no full name of a person."""
    block = page.outline.blocks[place]
    is_name = _is_author(page, block) and "name" in block.boxes.name(block.place).lower()
    is_led = leads(block.text) and not starts_weakly(block.text)
    labelled = _labelled(page, place) if is_led else ""
    labelled = labelled or (block.text if is_name else "")
    if account := account_in(page, place):
        return account
    if handle := handle_after_label(_PARTS.split(without_dates(block.text))[0]):
        return () if is_heading(handle) else (handle,)
    if not labelled or (block.boxes.own(block.place) & bit("caption") and not is_name):
        return ()
    line = _PARTS.split(without_dates(labelled.partition(";")[0]))
    name = _PREPOSITIONS.sub("", line[0].strip(" .,:;-–—|"))
    if not is_plain(name) or len(name.split()) > MAX_NAME_WORDS:
        return ()
    # in small letters it is a name only where it stands alone behind the label
    is_alone = len(name.split()) <= MAX_HANDLE and len(block.text) <= MAX_CREDITED
    if not name[0].isupper() and not is_alone:
        return ()
    if (
        _DATE.search(name)
        or (" " not in name and is_heading(name))
        or not any(map(str.isalpha, name))
    ):
        return ()
    return (name,)


def team_in(page: Signed, place: int) -> Names:
    """The team or desk that stands alone in a line beside the date: "The Harbour Team"."""
    text = page.blocks[place].text
    near = page.blocks[max(place - 1, 0) : place + HOUSE_REACH]
    is_dated = any(_DATE.search(other.text) and len(other.text) <= MAX_LINE for other in near)
    is_team = is_house(text) and len(text.split()) <= MAX_NAME_WORDS and is_person(text)
    return (text,) if is_dated and is_team and is_full_name(text) else ()


def _is_author(page: Signed, block: Block) -> bool:
    """Whether the element of the text, or the one around it, is named for the author."""
    around = page.outline.boxes[max(block.box.parent, 0)]
    if _ABOUT.search(block.boxes.name(block.place)):
        return False  # what is said of the author: "Licensed Grader, M.A."
    is_named = bool((block.boxes.own(block.place) | around.own) & bit("author"))
    return is_named or bool(_CREATOR.search(block.boxes.name(block.place)))


def _labelled(page: Signed, place: int) -> str:
    """What stands behind the label of a byline, in the same text or in the next; or ""."""
    blocks = page.outline.blocks
    labelled = after_label(blocks[place].text)
    if labelled == "":
        return _listed(page, place + 1)
    return (labelled and _linked_start(blocks[place], labelled)) or ""


def _listed(page: Signed, place: int) -> str:
    """The line behind a label that stands alone, with the names in the lines like it below."""
    lines: list[Block] = []
    for block in page.blocks[place : place + MAX_LISTED]:
        if len(block.text) >= MAX_LINE or is_other_label(block.text):
            break
        if len(block.text) <= MAX_INITIALS and block.text.isupper():
            continue  # what stands for a portrait
        if not lines or _goes_on(page, lines, block):
            lines.append(block)
        elif block.index - lines[-1].index > MAX_OFFICES:
            break
        if names_in(lines[0].text, publishers=page.publishers) != [lines[0].text]:
            break
    return "; ".join(block.text for block in lines)


def _goes_on(page: Signed, lines: Sequence[Block], block: Block) -> bool:
    """Whether the text is another name in a list of names: in the same form as the first."""
    name, first = block.text, lines[0]
    is_like = (block.tag, block.boxes.name(block.place)) == (first.tag, first.box.name)
    is_name = is_full_name(name) and names_in(name, publishers=page.publishers) == [name]
    return is_like and is_name and not is_heading(name) and not page.is_phrase(name)


def _linked_start(block: Block, labelled: str) -> str:
    """The link that what follows a label begins with: "Ana Ruiz" of "Ana Ruiz 4 comments"."""
    link = block.box.node.css_first("a") if block.links else None
    text = folded(link.text(separator=" ")) if link else ""
    rest = labelled.removeprefix(text) if text else ""
    is_more = _MORE_NAMES.match(rest)
    return text if text and rest != labelled and rest and not is_more else labelled


def names_in_parts(text: str, page: Signed) -> Names:
    """The names in the parts of a line; "News / Sport" is the way to the page and no name."""
    parts = [q for p in _PARTS.split(text) for q in _beside_slash(p)]
    parts = [part for part in parts if part and not _DIGIT.search(part)]
    named = (_IN_SECTION.sub("", after_label(part) or part) for part in parts)
    return full_names([n for part in named for n in names_in(part, publishers=page.publishers)])


def _beside_slash(part: str) -> list[str]:
    """The name before a slash with a place or an office behind it: "Ana Ruiz / Granada"."""
    first, *others = (piece.strip() for piece in part.split("/"))
    if not others:
        return [part]
    is_list = any(is_full_name(other) and not is_office(other) for other in others)
    return [first] if is_full_name(first) and not is_list else []
