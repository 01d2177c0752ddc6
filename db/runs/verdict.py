"""How a run went, in a word and its cause. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from db.terms.states import Why

#: docs/nights.md says what to do about each
Verdict = Literal["ok", "degraded", "blocked", "unreachable", "failed", "empty", "nothing due"]

#: pages that must have been read before their kinds say something of the site
_MIN_READ = 5
#: a layout has changed where the share of articles falls to this part of what it was
_FALL = 0.25
#: pages that must have lost their boxes before that says something of the site, and what share of
#: their number may still have some
_MIN_BOXES, _FEW_BOXES = 3, 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is known of a run at its end."""

    is_scheduled: bool
    #: pages read; those of them that are articles; looked at again and unchanged; given up
    read: int = 0
    stored: int = 0
    unchanged: int = 0
    failed: int = 0
    #: pages that came without the text of their article
    unreadable: int = 0
    #: article pages that came without boxes of links, where they or their site had some before;
    #: and those that came with some
    without_boxes: int = 0
    with_boxes: int = 0
    #: a seed may not be fetched
    is_refused: bool = False
    #: reason -> pages given up for it
    reasons: Mapping[str, int] = field(default_factory=dict)
    #: feeds, sitemaps and sections that came
    lists: int = 0
    #: (address, reason) of those that did not
    lost_lists: tuple[tuple[str, str], ...] = ()
    #: share of articles among the pages read by the site's last run; None: not known
    earlier_share: float | None = None

    @property
    def top_reason(self) -> str:
        """The most frequent one, with its share."""
        if not self.reasons:
            return ""
        reason, pages = max(self.reasons.items(), key=lambda counted: (counted[1], counted[0]))
        return f"{reason} ({pages} of {sum(self.reasons.values())} failures)"


def judge(facts: Facts) -> tuple[Verdict, str | None]:
    """(verdict, cause). ok, degraded, blocked; unreachable where nothing came.

    A manual run says "failed" for that, "empty" where pages came but no article, and "nothing
    due" where there was nothing to do.
    """
    good = facts.stored + facts.unchanged
    blocks = sum(n for reason, n in facts.reasons.items() if Why.parse(reason).is_refusal)
    if blocks > good + facts.lists:
        return "blocked", facts.top_reason
    came = good + facts.read + facts.lists
    if not came and (facts.failed or facts.is_refused or facts.lost_lists):
        cause = facts.top_reason or "the start may not be fetched (robots.txt, private address)"
        return ("unreachable" if facts.is_scheduled else "failed"), cause
    layout = _layout(facts)
    if layout and not (good or facts.is_scheduled):
        return "empty", layout
    causes = [
        layout,
        _given_up(facts),
        _unreadable(facts),
        _boxes(facts),
        _lists(facts),
        facts.top_reason if facts.failed > good else "",
    ]
    message = "; ".join(cause for cause in causes if cause)
    if message:
        return "degraded", message
    return ("ok" if good or facts.lists or facts.is_scheduled else "nothing due"), None


def _layout(facts: Facts) -> str:
    """Why too few of the pages read are articles, "" where all is well."""
    read = facts.read - facts.unreadable
    if read <= 0 or facts.stored == read:
        return ""
    if not facts.stored and not facts.unchanged and not facts.lists:
        cause = "none of the pages read is an article"
        return f"layout changed: {cause}" if facts.earlier_share else cause
    share = facts.stored / read
    if read >= _MIN_READ and facts.earlier_share and share < facts.earlier_share * _FALL:
        was = round(facts.earlier_share * 100)
        return f"layout changed: {facts.stored} of {read} pages are articles, {was} % before"
    return ""


def _unreadable(facts: Facts) -> str:
    if not facts.unreadable:
        return ""
    return f"unreadable: {_pages(facts.unreadable)} came without the text of their articles"


def _given_up(facts: Facts) -> str:
    """Pages that came and that the program could not look into."""
    reasons = {
        reason: pages for reason, pages in facts.reasons.items() if Why.parse(reason).is_own_fault
    }
    if not reasons:
        return ""
    return f"not read: {_pages(sum(reasons.values()))} ({', '.join(sorted(reasons))})"


def _boxes(facts: Facts) -> str:
    """What tells that the boxes of a whole site have gone, not those of some pages."""
    lost = facts.without_boxes
    if lost < _MIN_BOXES or facts.with_boxes > lost * _FEW_BOXES:
        return ""
    return f"no related links on {_pages(lost)}"


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _lists(facts: Facts) -> str:
    if not facts.lost_lists:
        return ""
    url, reason = facts.lost_lists[0]
    more = f" and {len(facts.lost_lists) - 1} more" if len(facts.lost_lists) > 1 else ""
    return f"feed unreachable: {url} ({reason}){more}"
