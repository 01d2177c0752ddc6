"""The dates that readers see: lines near the headline, of publication and of change."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from crawler.page.dates.date_parser import MAX_LENGTH, Moment
from workers.parsing.body.outline import Beside, Block
from workers.parsing.body.regions import bit
from workers.parsing.body.substring_matcher import Substrings
from workers.parsing.candidates import FieldCandidate
from workers.parsing.fields.dated import Clock, Dated
from workers.parsing.lexicon import lexicon

NEAR_TITLE = (12, 30)  # blocks before and after the title in which a date line stands
FAR_TITLE = 120  # blocks after the title, where the text begins no earlier
AFTER_TEXT = 8
SENTENCE_ENDS = (".", "!", "?", "。")
MAX_LINE_WORDS = 8  # of a date line that ends like a sentence
DATE_LINE = "date line"
CHANGE_LINE = "date of a change"

#: labels that an event's date, a form's and a table's have as well
_VAGUE = frozenset({"date", "data", "datum", "fecha", "stand", "last reviewed", "posted", "birt",
                    "时间", "時間", "日期", "등록", "작성", "입력"})  # fmt: skip
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\d{4}")
_GLUE = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")  # "HealthMAY 3": elements without space between
_PARTS = re.compile(r"\s*[|•·●⋅]\s*|\s[–—-]\s")


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownDates:
    """The dates of the article that stand on the page."""

    published: FieldCandidate[Moment] | None = None
    changed: FieldCandidate[Moment] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """What one line says."""

    published: Moment | None = None
    changed: Moment | None = None


def shown_dates(page: Dated) -> ShownDates:
    """The date that stands alone nearest to the headline, else right after the text.

    Where none is of a publication, the date of a change or an age stands for it, which is a
    teaser's as often.
    """
    count = len(page.outline.blocks)
    if not count:
        return ShownDates()
    side = page.outline.marks_beside(page.outline.blocks[min(page.title, count - 1)].place)
    second: FieldCandidate[Moment] | None = None
    changed: FieldCandidate[Moment] | None = None
    for places in _places(page, count):
        blocks = [page.outline.blocks[place] for place in places]
        moment, other, change = _first_date(blocks, side, page)
        second, changed = second or other, changed or change
        if moment:
            first = FieldCandidate(value=moment, where=DATE_LINE)
            return ShownDates(published=first, changed=changed)
    return ShownDates(published=second, changed=changed)


def labelled_date(page: Dated) -> FieldCandidate[Moment] | None:
    """The one date that a label of publication stands before, wherever on the page that is.

    Several are those of other articles.
    """
    blocks = page.outline.blocks
    unwanted = bit("comment") | bit("related") | bit("list")
    days: dict[str, Moment] = {}
    for place, block in enumerate(blocks):
        before = blocks[place - 1].text if place else ""
        is_labelled = _first_pattern().match(block.text) or _first_pattern().fullmatch(before)
        if not is_labelled or not _may_be_date(block) or block.boxes.own(block.place) & unwanted:
            continue
        if (moment := _read_line(block, page.clock).published) and not moment.is_age:
            days.setdefault(moment.day.isoformat(), moment)
    value = next(iter(days.values())) if len(days) == 1 else None
    return FieldCandidate(value=value, where=DATE_LINE, why="behind a label") if value else None


def _places(page: Dated, count: int) -> Iterator[range]:
    """Where date lines stand, the likeliest places first."""
    before, after = NEAR_TITLE
    title = page.title
    yield range(title, min(max(title + after, min(page.start, title + FAR_TITLE)), count))
    yield range(title - 1, max(title - before, 0) - 1, -1)
    yield range(page.end, min(page.end + 1 + AFTER_TEXT, count))  # its last line may be the date


def _first_date(
    blocks: Sequence[Block], side: Beside, page: Dated
) -> tuple[Moment | None, FieldCandidate[Moment] | None, FieldCandidate[Moment] | None]:
    """The first date of publication, to the minute where the same day has that.

    Beside it the second choice for it, and the first date of a change.
    """
    unwanted = bit("comment") | bit("related")
    below = unwanted | bit("foot")  # what stands before the text is no foot, whatever its name
    day: Moment | None = None
    second: FieldCandidate[Moment] | None = None
    changed: FieldCandidate[Moment] | None = None
    for block in blocks:
        marks = unwanted if block.index < page.start else below
        if not _may_be_date(block) or side[block.place] & marks:
            continue
        if block.index == page.title and not _YEAR.search(block.text):
            continue  # "Dare to Play 3 / October pack"
        line = _read_line(block, page.clock)
        if line.changed and not line.changed.is_age:
            changed = changed or FieldCandidate(value=line.changed, where=CHANGE_LINE)
        moment = line.published or line.changed
        if moment is None:
            continue
        if moment.is_age or line.published is None:
            where = "age on the page" if line.published else CHANGE_LINE
            second = second or FieldCandidate(value=moment, where=where)
        elif day is None or (day.at is None and moment.at and day.day == moment.day):
            day = moment
        if day and day.at:
            break
    return day, second, changed or _change_after(blocks, day, page.clock)


def _change_after(
    blocks: Sequence[Block], day: Moment | None, clock: Clock
) -> FieldCandidate[Moment] | None:
    """The date of a change in a line of its own, where that of publication ended the search."""
    for block in blocks if day else ():
        if not _may_be_date(block) or not _may_have("updated", block.text):
            continue
        if _update_pattern().search(block.text):
            changed = _read_line(block, clock).changed
            if changed and day and not changed.is_age and changed.day >= day.day:
                return FieldCandidate(value=changed, where=CHANGE_LINE)
    return None


def _may_be_date(block: Block) -> bool:
    """Whether the text can be a date line and is no sentence and no caption."""
    if len(block.text) > MAX_LENGTH or not _DIGIT.search(block.text):
        return False
    if block.text.endswith(SENTENCE_ENDS) and len(block.text.split()) > MAX_LINE_WORDS:
        return False  # tells of a day, as in "On 4 February 2020 the first stone was laid."
    own = block.boxes.own(block.place)
    return not own & bit("caption") or bool(own & bit("meta"))


def _read_line(block: Block, clock: Clock) -> _Line:
    """The dates in a line, each of what the label before it says; without a label of publication.

    A time element in the line is more exact than the line where it is the only date.
    """
    parts = list(_labelled_parts(_GLUE.sub(" ", block.text)))
    moments: dict[bool, Moment | None] = {False: None, True: None}
    for is_change, part in parts:
        if moments[is_change] is None and _DIGIT.search(part):
            moments[is_change] = _in_parts(part, clock)
    is_pair = moments[False] and moments[True]
    if not is_pair and block.time and (moment := clock.read(block.time)):
        is_change = any(is_change for is_change, _ in parts)
        text = moments[False] or moments[True]  # only what readers see names the zone of the page
        moment = replace(moment, is_zoned=bool(text and text.is_zoned))
        moments = {is_change: moment, not is_change: None}
    return _Line(published=moments[False], changed=moments[True])


def _in_parts(text: str, clock: Clock) -> Moment | None:
    parts = _PARTS.split(text)
    for part in (text, *(parts if len(parts) > 1 else ())):
        if moment := clock.read(part):
            return moment
    return None


def _labelled_parts(text: str) -> Iterator[tuple[bool, str]]:
    """The line cut before each label: whether that is of a change, and the part."""
    start, is_change = 0, False
    if not _may_have("updated", text) and not _may_have("published", text):
        yield is_change, text
        return
    for match in _label_pattern().finditer(text):
        if match.start() > start:
            yield is_change, text[start : match.start()]
        start, is_change = match.start(), bool(match["change"])
    yield is_change, text[start:]


def _may_have(kind: str, text: str) -> bool:
    """A quick look whether a label of this kind may stand in the text; in most lines none does."""
    return not text.isascii() or _plain_labels(kind).are_in(text.lower())


@cache
def _plain_labels(kind: str) -> Substrings:
    """Those in ASCII; to a pattern that takes no account of capitals a dotless i is an i."""
    words = (word.lower().replace("ı", "i") for word in lexicon().labels[kind])
    return Substrings(word for word in words if word.isascii())


@cache
def _update_pattern() -> re.Pattern[str]:
    return re.compile(_either("updated"), re.IGNORECASE)


@cache
def _first_pattern() -> re.Pattern[str]:
    words = frozenset(lexicon().labels["published"]) - _VAGUE
    return re.compile(rf"(?:{_any_of(words)})(?!\w)\s*:?\s*", re.IGNORECASE)


@cache
def _label_pattern() -> re.Pattern[str]:
    change, first = _either("updated"), _either("published")
    return re.compile(rf"(?P<change>{change})|(?<!\w)(?:{first})(?!\w)", re.IGNORECASE)


def _either(kind: str) -> str:
    return _any_of(lexicon().labels[kind])


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
