"""What is known of the boxes on the pages of each site, used while crawling and added to by it."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from crawler.engine.extract import BoxVerdicts
from db.links.box_stats import LEARN_PAGES, PlaceVerdict, learn, verdicts_of
from db.sql.session import Database, Session
from db.terms.outcomes import SeenPage

#: what was learned of a site is read again after so long: other spiders learn too
_KEPT_SECONDS = 600.0


def verdicts_from(places: Iterable[PlaceVerdict]) -> BoxVerdicts:
    """The verdicts on the places of a site."""
    verdicts = list(places)
    return BoxVerdicts(
        site_wide=frozenset(v.place for v in verdicts if v.verdict == "site-wide"),
        of_the_page=frozenset(v.place for v in verdicts if v.verdict == "of the page"),
        judged=tuple((v.place, v.judged) for v in verdicts if v.judged),
        is_complete=any(v.pages >= LEARN_PAGES for v in verdicts),
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
        self, session: Session, pages: Mapping[str, Sequence[SeenPage]], now: datetime
    ) -> None:
        """Learn from the boxes of pages, by site, where there is still something to learn."""
        for site, seen in sorted(pages.items()):
            kept = self._kept.get(site)
            if kept is None or not kept[1].is_complete:
                learn(session, site, seen, now=now)
                self._kept.pop(site, None)
