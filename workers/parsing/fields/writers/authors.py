"""Who wrote the article: metadata, bylines on the page, links to the writers' own pages."""

import re
from collections.abc import Callable, Iterator, Sequence

from crawler.page.structured_data import folded
from workers.parsing.body.outline import Block
from workers.parsing.body.regions import bit
from workers.parsing.candidates import FieldCandidate
from workers.parsing.fields.metadata import MICRODATA, Credit
from workers.parsing.fields.writers.han_names import han_names, may_be_chinese
from workers.parsing.fields.writers.names import (
    after_label,
    full_names,
    handle_after_label,
    is_desk,
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
from workers.parsing.fields.writers.portraits import (
    host_word,
    presented,
    repeated,
    signature,
    site_owner,
    with_office,
)
from workers.parsing.fields.writers.signed import MAX_LINE, Names, Signed
from workers.parsing.fields.writers.text_bylines import reporters_in
from workers.parsing.fields.writers.writer_links import linked_together, linked_writers

BEFORE_TITLE = 12  # blocks before the title in which a byline may stand
AFTER_TITLE = 25
INTO_TEXT = 3  # blocks of the text, in which a byline may stand that was taken for a part of it
OUT_OF_TEXT = 4  # the same at its end
UNDER_TEXT = 1  # blocks after the last paragraph that belong to it
AFTER_TEXT = 12  # blocks after the last paragraph
BYLINE = "byline on the page"
LINK = "link to the writer"
PORTRAIT = "presented after the text"
MAX_DATED = 14  # words of a line of date and name
MAX_NAME_WORDS = 5  # of an organisation in a byline
MAX_HANDLE = 2  # words of a name in small letters
MAX_CREDITED = 60  # characters of a line with such a name
MAX_LISTED = 24  # texts behind a label in which a list of names may go on
HOUSE_REACH = 5  # texts from a team to the date
MAX_OFFICES = 2  # texts between two names of such a list: an office, a portrait
MAX_WITHIN = 3  # elements named for the author that are looked at in a line
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


def authors_of(page: Signed) -> Iterator[FieldCandidate[Names]]:
    """The authors: people first.

    Where nobody names a person, the organisation that metadata or a byline name stands for them.
    """
    sure = [credit for credit in page.credits if credit.where != MICRODATA]
    yield from _surely(page, sure)
    if people := _people(page.credits[len(sure) :], page.publishers):
        yield FieldCandidate(value=people, where=MICRODATA, why="teasers have authors too")
    parts = [part.strip() for credit in page.credits for part in credit.name.split(";")]
    named = tuple(dict.fromkeys(after_label(part) or part for part in parts if _is_plain(part)))
    if named and _is_site(page, named):
        yield from _on_site(page)
    if named:
        yield FieldCandidate(
            value=named, where=page.credits[0].where, why="where no person is named"
        )
    yield from _perhaps(page)


def _surely(page: Signed, credits: Sequence[Credit]) -> Iterator[FieldCandidate[Names]]:
    """People in metadata and in what marks itself as a byline.

    One word in metadata is as often the name of an account, where a byline has the whole name;
    so is a name that the page shows nowhere, beside a byline that names another.
    """
    people = _people(credits, page.publishers)
    claimed = FieldCandidate(value=people, where=credits[0].where) if people else None
    is_whole = any(map(is_full_name, people)) and (page.shows(people) or not _labelled_byline(page))
    if claimed and is_whole:
        if len(people) == 1 and (writers := _with_others(page, people[0])):
            yield FieldCandidate(value=writers, where=BYLINE, why="metadata name one of them")
        yield claimed
    if writers := _bylines(page, _signed) or _under_text(page) or _within_lines(page, "user-name"):
        yield FieldCandidate(value=writers, where=BYLINE)
    if page.blocks and (
        writers := reporters_in(page.blocks[page.start].text, page.blocks[page.end].text)
    ):
        yield FieldCandidate(value=writers, where=BYLINE, why="in the text")
    if claimed and not is_whole:
        yield claimed
    if writers := signature(page):
        yield FieldCandidate(value=writers, where="signature under the text")


def _with_others(page: Signed, person: str) -> Names:
    """All whom a byline names that has the person whom metadata name alone, and others."""
    for block in page.blocks[page.title + 1 : page.start + 1]:
        if person not in block.text or not len(person) < len(block.text) <= MAX_LINE:
            continue
        writers = _signed(page, block.index) or linked_together(page, block)
        if len(writers) > 1 and person in writers:
            return writers
    return ()


def _under_text(page: Signed) -> Names:
    """The people under a label that stands alone, where they were taken for the text's end."""
    last = page.blocks[max(page.end - OUT_OF_TEXT, page.start + 1) : page.end + 1]
    labels = (block.index for block in last if after_label(block.text) == "")
    return next(filter(None, (_signed(page, place) for place in labels)), ())


def _within_lines(page: Signed, name: str) -> Names:
    """The people in an element with this name inside of a line over the text."""
    if name not in page.document.text:
        return ()
    unwanted = bit("comment") | bit("related") | bit("caption")
    below = page.blocks[page.title + 1 : page.start]
    for block in (*below, *page.blocks[max(page.title - BEFORE_TITLE, 0) : page.title]):
        if len(block.text) > MAX_LINE or block.boxes.own(block.place) & unwanted:
            continue
        if is_other_label(page.blocks[block.index - 1].text if block.index else ""):
            continue
        for node in block.box.node.css(f"[class*={name}]")[:MAX_WITHIN]:
            names = _in_parts(without_dates(folded(node.text())[:MAX_LINE]), page)
            if names and not any(is_heading(n) or is_desk(n) or page.is_phrase(n) for n in names):
                return names
    return ()


def _on_site(page: Signed) -> Iterator[FieldCandidate[Names]]:
    """People whom the page links to or presents as writers, where metadata name the site alone."""
    if writers := _bylines(page, _linked_byline):
        yield FieldCandidate(value=writers, where=BYLINE)
    if (writers := linked_writers(page)) and _is_cased(writers):
        yield FieldCandidate(value=writers, where=LINK)
    if (writers := presented(page)) and _is_cased(writers):
        yield FieldCandidate(value=writers, where=PORTRAIT)


def _is_cased(names: Names) -> bool:
    """Whether capitals say that they are names."""
    return all(name[:1].isupper() for name in names)


def _perhaps(page: Signed) -> Iterator[FieldCandidate[Names]]:
    """Names that nothing marks as those of writers, the likeliest first."""
    if writers := with_office(page):
        yield FieldCandidate(value=writers, where="beside an office")
    if writers := repeated(page):
        yield FieldCandidate(value=writers, where="under the headline and again below")
    if writers := _within_lines(page, "author"):
        yield FieldCandidate(value=writers, where=BYLINE, why="inside of a line")
    if writers := _bylines(page, _dated):
        yield FieldCandidate(value=writers, where="beside the date")
    if writers := linked_writers(page):  # often of another story
        yield FieldCandidate(value=writers, where=LINK)
    if writers := presented(page):
        yield FieldCandidate(value=writers, where=PORTRAIT)
    if writers := _bylines(page, _credited):
        yield FieldCandidate(value=writers, where=BYLINE, why="where no person is named")
    if writers := _bylines(page, _house):
        yield FieldCandidate(value=writers, where="beside the date", why="where no person is named")
    if writers := site_owner(page):
        yield FieldCandidate(value=writers, where="the person that the site is named after")


def _is_site(page: Signed, named: Names) -> bool:
    """Whether the organisation in metadata is the site itself, which every page of it names."""
    sites = {form for site in page.publishers for form in (site.lower(), host_word(site))}
    return all(name.lower() in sites for name in named)


def _labelled_byline(page: Signed) -> Names:
    """The people behind a label between headline and text."""
    lines = range(page.title + 1, page.start + 1)
    labelled = (i for i in lines if len(page.blocks[i].text) <= MAX_LINE)
    bylines = (_signed(page, place) for place in labelled if after_label(page.blocks[place].text))
    return next(filter(None, bylines), ())


def _people(credits: Sequence[Credit], sites: Sequence[str]) -> Names:
    people: list[str] = []
    for credit in credits:
        if credit.is_person is not False:
            people += names_in(credit.name, publishers=[*sites, *map(host_word, sites)])
    return tuple(dict.fromkeys(people))


def _is_plain(name: str) -> bool:
    is_name = 1 < len(name) <= 60 and not re.search(r"[<>{}@%]|://", name)
    return is_name and name.lower() not in _EMPTY and not _VARIABLE.fullmatch(name)


def _bylines(page: Signed, names: Callable[[Signed, int], Names]) -> Names:
    """What ``names`` finds in a line after the title, before it, or after the text."""
    blocks, title = page.outline.blocks, page.title
    if not blocks:
        return ()
    # an element around headline or text says nothing against the lines in it
    side = page.outline.marks_beside(blocks[min(title, len(blocks) - 1)].place)
    text = page.outline.marks_beside(blocks[min(page.start, len(blocks) - 1)].place)
    unwanted = bit("comment") | bit("related") | bit("foot")
    into = min(title + AFTER_TITLE, max(page.start, title) + INTO_TEXT, len(blocks))
    for places in (
        range(title + (title != page.start), into),  # a headline that is nowhere has no place
        range(title - 1, max(title - BEFORE_TITLE, 0) - 1, -1),
        range(page.end, min(page.end + 1 + AFTER_TEXT, len(blocks))),
    ):
        for place in places:
            block = blocks[place]
            # what stands over the text, or right under it, is no foot, whatever its name
            marks = unwanted if place > page.end + UNDER_TEXT else unwanted & ~bit("foot")
            if len(block.text) > MAX_LINE or side[block.place] & text[block.place] & marks:
                continue
            if is_other_label(blocks[place - 1].text if place else ""):
                continue
            if writers := names(page, place):
                return writers
    return ()


def _signed(page: Signed, place: int) -> Names:
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
    names = (_in_parts(first, page) if is_glued else ()) or _in_parts(text, page)
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


def _dated(page: Signed, place: int) -> Names:
    """The one name beside a date, where nothing says that it is a name."""
    block = page.outline.blocks[place]
    text = without_dates(block.text)
    beside = [b.text for b in page.outline.blocks[max(place - 1, 0) : place + 2]]
    is_beside = any(len(t) < MAX_LINE and without_dates(t) != t for t in beside)
    if (text == block.text and not is_beside) or block.boxes.own(block.place) & bit("caption"):
        return ()
    if block.boxes.own(block.place) & (bit("tags") | bit("nav")):
        return ()
    names = _in_parts(text, page) if len(block.text.split()) <= MAX_DATED else ()
    if any(map(is_heading, names)) or any(map(page.is_phrase, names)):
        return ()
    if not all(map(may_be_chinese, names)) and not page.is_japanese:
        return ()  # "来源", "政务动态"
    if text == block.text and names != (text.strip(" |·•–—-"),):
        return ()  # beside the line with the date: a name and nothing else
    return names if len(names) == 1 else ()


def _linked_byline(page: Signed, place: int) -> Names:
    """The account that a label and a link name: "By <a>harbourmaster</a> in Boats"."""
    block = page.blocks[place]
    labelled = "" if starts_weakly(block.text) else handle_after_label(block.text, is_alone=False)
    link = block.box.node.css_first("a") if labelled and block.links else None
    name = folded(link.text()) if link else ""
    is_name = name and labelled and labelled.startswith(name) and _is_plain(name)
    is_short = len(name.split()) <= MAX_HANDLE and not is_house(name)
    return (name,) if is_name and is_short and not _is_site(page, (name,)) else ()


def _credited(page: Signed, place: int) -> Names:
    """Whoever a label or an element's name says, also where it is no full name of a person."""
    block = page.outline.blocks[place]
    is_name = _is_author(page, block) and "name" in block.boxes.name(block.place).lower()
    is_plain = leads(block.text) and not starts_weakly(block.text)
    labelled = _labelled(page, place) if is_plain else ""
    labelled = labelled or (block.text if is_name else "")
    if account := _linked_byline(page, place):
        return account
    if handle := handle_after_label(_PARTS.split(without_dates(block.text))[0]):
        return () if is_heading(handle) else (handle,)
    if not labelled or (block.boxes.own(block.place) & bit("caption") and not is_name):
        return ()
    line = _PARTS.split(without_dates(labelled.partition(";")[0]))
    name = _PREPOSITIONS.sub("", line[0].strip(" .,:;-–—|"))
    if not _is_plain(name) or len(name.split()) > MAX_NAME_WORDS:
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


def _house(page: Signed, place: int) -> Names:
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


def _in_parts(text: str, page: Signed) -> Names:
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
