"""What is known of the boxes on the pages of each site, used while crawling and added to by it."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from crawler.links.finder import DIFFERS, JudgedLink
from crawler.links.rules import NOTHING
from db.links.box_stats import LEARN_PAGES, PlaceVerdict, SeenBox, learn, verdicts_of
from db.session import Database

#: what was learned of a site is read again after so long: other spiders learn too
_KEPT_SECONDS = 600.0
#: boxes of one page that are learned from; more is no layout
_MAX_BOXES = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class BoxVerdicts:
    """The places of a site whose boxes are known."""

    #: the same links on many pages
    site_wide: frozenset[str] = frozenset()
    #: other links on each page
    of_the_page: frozenset[str] = frozenset()
    #: further pages add nothing
    is_complete: bool = False


def verdicts_from(places: Iterable[PlaceVerdict]) -> BoxVerdicts:
    """The verdicts on the places of a site."""
    known = list(places)
    return BoxVerdicts(
        site_wide=frozenset(one.place for one in known if one.verdict == "site-wide"),
        of_the_page=frozenset(one.place for one in known if one.verdict == "of the page"),
        is_complete=any(one.pages >= LEARN_PAGES for one in known),
    )


def boxes_of(found: Sequence[JudgedLink]) -> tuple[SeenBox, ...]:
    """The boxes of a page, for learning; links within sentences are in none."""
    targets: dict[str, list[str]] = defaultdict(list)
    spoken: set[str] = set()
    for one in found:
        if one.place:
            targets[one.place].append(one.link.url)
            if one.why not in (NOTHING, DIFFERS):
                spoken.add(one.place)
    return tuple(
        SeenBox(place=place, targets=tuple(urls), is_unlabelled=place not in spoken)
        for place, urls in list(targets.items())[:_MAX_BOXES]
    )


class SiteLayouts:
    """Reads and adds to what is known; each site's is kept in memory for a while."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._kept: dict[str, tuple[float, BoxVerdicts]] = {}

    def of(self, sites: Iterable[str]) -> dict[str, BoxVerdicts]:
        """Site -> what is known of it."""
        now = self._clock()
        wanted = set(sites)
        missing = [site for site in wanted if self._kept.get(site, (0.0,))[0] <= now]
        if missing:
            with self._database.read() as session:
                for site in missing:
                    self._kept[site] = (
                        now + _KEPT_SECONDS,
                        verdicts_from(verdicts_of(session, site)),
                    )
        return {site: self._kept[site][1] for site in wanted}

    def take_in(
        self, session: Session, pages: Mapping[str, Sequence[tuple[SeenBox, ...]]], now: datetime
    ) -> None:
        """Learn from the boxes of pages, by site, where there is still something to learn."""
        for site, boxes in sorted(pages.items()):
            kept = self._kept.get(site)
            if kept is None or not kept[1].is_complete:
                learn(session, site, boxes, now=now)
                self._kept.pop(site, None)
