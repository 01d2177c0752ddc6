"""What many pages of a site tell of its boxes: where links are the same everywhere, and where not.

Learned from the first pages of a site, and anew after a while; bounded in rows and in work.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from db.dialect import chunks, insert_into
from db.models import BoxPlace, BoxTarget
from db.outcomes import SeenBox

#: pages from which a place is learned; more would tell no more
LEARN_PAGES = 60
#: a site is learned anew after so long
LEARNED_FOR = timedelta(days=14)
#: fewer pages tell nothing
MIN_PAGES = 8
#: chance that a link of the box stands in it on another page too, from which it is site-wide. The
#: related boxes of a few pages about one subject come to 0.4: they link to each other.
SITE_WIDE = 0.6
#: ... and up to which an unlabelled box is about the page
OF_THE_PAGE = 0.15
#: links in a box, on average, from which it is a list
MIN_LINKS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceVerdict:
    """What is known of one place."""

    place: str
    pages: int
    #: links on a page, on average
    links: float
    #: chance that a link of one page stands there on another page too, 0 to 1
    sameness: float
    #: nothing said what the box is, on nearly all pages
    is_unlabelled: bool

    @property
    def verdict(self) -> str:
        """``site-wide``, ``of the page``, or ``unknown``."""
        if self.pages < MIN_PAGES or self.links < MIN_LINKS:
            return "unknown"
        if self.sameness >= SITE_WIDE:
            return "site-wide"
        if self.is_unlabelled and self.sameness <= OF_THE_PAGE:
            return "of the page"
        return "unknown"


def verdicts_of(session: Session, site: str) -> list[PlaceVerdict]:
    """What is known of the places of a site, the best known first."""
    repeats = func.coalesce(func.sum(BoxTarget.pages * (BoxTarget.pages - 1)), 0)
    total = func.coalesce(func.sum(BoxTarget.pages), 0)
    rows = session.execute(
        select(
            BoxPlace.place,
            BoxPlace.pages,
            BoxPlace.unlabelled,
            repeats.label("repeats"),
            total.label("total"),
        )
        .join(BoxTarget, BoxTarget.place_id == BoxPlace.id)
        .where(BoxPlace.site == site)
        .group_by(BoxPlace.id, BoxPlace.place, BoxPlace.pages, BoxPlace.unlabelled)
        .order_by(BoxPlace.pages.desc(), BoxPlace.place)
    )
    return [
        PlaceVerdict(
            place=row.place,
            pages=row.pages,
            links=float(row.total) / row.pages,
            sameness=float(row.repeats) / (float(row.total) * max(row.pages - 1, 1)),
            is_unlabelled=row.unlabelled >= 0.9 * row.pages,
        )
        for row in rows
    ]


def learn(
    session: Session, site: str, pages: Sequence[Collection[SeenBox]], *, now: datetime
) -> None:
    """Take in the boxes of some pages of a site, as far as there is still something to learn."""
    _forget(session, site, before=now - LEARNED_FOR)
    places = {
        row.place: row
        for row in session.execute(
            select(BoxPlace.id, BoxPlace.place, BoxPlace.pages).where(BoxPlace.site == site)
        )
    }
    seen: Counter[str] = Counter()
    unlabelled: Counter[str] = Counter()
    targets: Counter[tuple[str, int]] = Counter()
    for page in pages:
        for box in page:
            before = places[box.place].pages if box.place in places else 0
            if before + seen[box.place] >= LEARN_PAGES:
                continue
            seen[box.place] += 1
            unlabelled[box.place] += box.is_unlabelled
            targets.update((box.place, _number(url)) for url in set(box.targets))
    if seen:
        ids = _count_pages(session, site, seen, unlabelled, now)
        _count_targets(session, ids, targets)


def _forget(session: Session, site: str, *, before: datetime) -> None:
    old = select(BoxPlace.id).where(BoxPlace.site == site, BoxPlace.learned_at < before)
    ids = list(session.scalars(old))
    for chunk in chunks(ids):
        session.execute(delete(BoxTarget).where(BoxTarget.place_id.in_(chunk)))
        session.execute(delete(BoxPlace).where(BoxPlace.id.in_(chunk)))


def _count_pages(
    session: Session, site: str, seen: Counter[str], unlabelled: Counter[str], now: datetime
) -> dict[str, int]:
    """Add to the places' counts; place -> id."""
    places = sorted(seen)  # one order for all writers
    new = [
        {"site": site, "place": place, "pages": 0, "unlabelled": 0, "learned_at": now}
        for place in places
    ]
    session.execute(insert_into(session, BoxPlace).on_conflict_do_nothing(), new)
    rows = session.execute(
        select(BoxPlace.id, BoxPlace.place).where(BoxPlace.site == site, BoxPlace.place.in_(places))
    )
    ids = {row.place: row.id for row in rows}
    for place in places:
        session.execute(
            update(BoxPlace)
            .where(BoxPlace.id == ids[place])
            .values(
                pages=BoxPlace.pages + seen[place],
                unlabelled=BoxPlace.unlabelled + unlabelled[place],
            )
        )
    return ids


def _count_targets(
    session: Session, ids: dict[str, int], targets: Counter[tuple[str, int]]
) -> None:
    statement: Any = insert_into(session, BoxTarget)
    statement = statement.on_conflict_do_update(
        index_elements=["place_id", "target"],
        set_={"pages": BoxTarget.pages + statement.excluded.pages},
    )
    rows = [
        {"place_id": ids[place], "target": target, "pages": count}
        for (place, target), count in sorted(targets.items())
    ]
    session.execute(statement, rows)


def _number(url: str) -> int:
    return int.from_bytes(hashlib.sha256(url.encode()).digest()[:8], signed=True)
