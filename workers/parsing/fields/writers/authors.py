"""Who wrote the article: metadata, bylines on the page, links to the writers' own pages."""

from collections.abc import Callable, Iterator, Sequence

from crawler.page.structured_data import folded
from workers.parsing.body.regions import bit
from workers.parsing.candidates import FieldCandidate
from workers.parsing.fields.metadata import MICRODATA, Credit
from workers.parsing.fields.writers.line_names import (
    account_in,
    credited_in,
    is_plain,
    is_site,
    name_beside_date,
    names_in_parts,
    people_in,
    team_in,
)
from workers.parsing.fields.writers.names import (
    after_label,
    is_desk,
    is_full_name,
    is_heading,
    is_other_label,
    names_in,
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
MAX_WITHIN = 3  # elements named for the author that are looked at in a line


def authors_of(page: Signed) -> Iterator[FieldCandidate[Names]]:
    """The authors: people first.

    Where nobody names a person, the organisation that metadata or a byline name stands for them.
    """
    sure = [credit for credit in page.credits if credit.where != MICRODATA]
    yield from _surely(page, sure)
    if people := _people(page.credits[len(sure) :], page.publishers):
        yield FieldCandidate(value=people, where=MICRODATA, why="teasers have authors too")
    parts = [part.strip() for credit in page.credits for part in credit.name.split(";")]
    named = tuple(dict.fromkeys(after_label(part) or part for part in parts if is_plain(part)))
    if named and is_site(page, named):
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
    if (
        writers := _bylines(page, people_in)
        or _under_text(page)
        or _within_lines(page, "user-name")
    ):
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
        writers = people_in(page, block.index) or linked_together(page, block)
        if len(writers) > 1 and person in writers:
            return writers
    return ()


def _under_text(page: Signed) -> Names:
    """The people under a label that stands alone, where they were taken for the text's end."""
    last = page.blocks[max(page.end - OUT_OF_TEXT, page.start + 1) : page.end + 1]
    labels = (block.index for block in last if after_label(block.text) == "")
    return next(filter(None, (people_in(page, place) for place in labels)), ())


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
            names = names_in_parts(without_dates(folded(node.text())[:MAX_LINE]), page)
            if names and not any(is_heading(n) or is_desk(n) or page.is_phrase(n) for n in names):
                return names
    return ()


def _on_site(page: Signed) -> Iterator[FieldCandidate[Names]]:
    """People whom the page links to or presents as writers, where metadata name the site alone."""
    if writers := _bylines(page, account_in):
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
    if writers := _bylines(page, name_beside_date):
        yield FieldCandidate(value=writers, where="beside the date")
    if writers := linked_writers(page):  # often of another story
        yield FieldCandidate(value=writers, where=LINK)
    if writers := presented(page):
        yield FieldCandidate(value=writers, where=PORTRAIT)
    if writers := _bylines(page, credited_in):
        yield FieldCandidate(value=writers, where=BYLINE, why="where no person is named")
    if writers := _bylines(page, team_in):
        yield FieldCandidate(value=writers, where="beside the date", why="where no person is named")
    if writers := site_owner(page):
        yield FieldCandidate(value=writers, where="the person that the site is named after")


def _labelled_byline(page: Signed) -> Names:
    """The people behind a label between headline and text."""
    lines = range(page.title + 1, page.start + 1)
    labelled = (i for i in lines if len(page.blocks[i].text) <= MAX_LINE)
    bylines = (people_in(page, place) for place in labelled if after_label(page.blocks[place].text))
    return next(filter(None, bylines), ())


def _people(credits: Sequence[Credit], sites: Sequence[str]) -> Names:
    people: list[str] = []
    for credit in credits:
        if credit.is_person is not False:
            people += names_in(credit.name, publishers=[*sites, *map(host_word, sites)])
    return tuple(dict.fromkeys(people))


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
