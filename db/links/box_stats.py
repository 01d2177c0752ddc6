"""What many pages of a site tell of its boxes: where links are the same everywhere, and where not.

Learned from the first pages of a site, and anew after a while; bounded in rows and in work.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from db.models import BoxPage, BoxPlace, BoxTarget
from db.sql.dialect import chunks, insert_into
from db.terms.errors import NotFound
from db.terms.outcomes import SeenPage

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
    #: what a person said that it is: related, other
    judged: str | None = None

    @property
    def verdict(self) -> str:
        """``site-wide``, ``of the page``, ``unknown``; or what a person said that it is."""
        if self.judged is not None:
            return {"related": "related, as you said", "other": "not related, as you said"}[
                self.judged
            ]
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
            BoxPlace.judged,
            repeats.label("repeats"),
            total.label("total"),
        )
        .outerjoin(BoxTarget, BoxTarget.place_id == BoxPlace.id)
        .where(BoxPlace.site == site)
        .group_by(BoxPlace.id, BoxPlace.place, BoxPlace.pages, BoxPlace.unlabelled, BoxPlace.judged)
        .order_by(BoxPlace.pages.desc(), BoxPlace.place)
    )
    return [
        PlaceVerdict(
            place=row.place,
            pages=row.pages,
            links=float(row.total) / max(row.pages, 1),
            sameness=float(row.repeats) / max(float(row.total) * max(row.pages - 1, 1), 1.0),
            is_unlabelled=row.unlabelled >= 0.9 * row.pages,
            judged=row.judged,
        )
        for row in rows
        if row.pages or row.judged
    ]


def judge(session: Session, site: str, place: str, kind: str | None) -> None:
    """Keep what a person says that a box is; None: forget it. Raises NotFound."""
    row = session.scalar(select(BoxPlace).where(BoxPlace.site == site, BoxPlace.place == place))
    if row is None:
        places = session.scalars(select(BoxPlace.place).where(BoxPlace.site == site)).all()
        near = get_close_matches(place, places, n=1)
        meant = f"did you mean {near[0]!r}?" if near else "`terkait sites check URL` names them"
        raise NotFound(f"no box of {site} stands at {place!r}; {meant}")
    row.judged = kind
    session.flush()


def learn(session: Session, site: str, pages: Sequence[SeenPage], *, now: datetime) -> None:
    """Take in the boxes of some pages of a site, as far as there is still something to learn.

    A page counts once for each place, however often it is read.
    """
    _forget(session, site, before=now - LEARNED_FOR, now=now)
    boxes = {(box.place, _number(page.url)): box for page in reversed(pages) for box in page.boxes}
    if not boxes:
        return
    places = _places(session, site, sorted({place for place, _ in boxes}), now)
    new = _not_yet_counted(session, places, boxes)
    seen = Counter(place for place, _ in new)
    unlabelled = Counter(place for place, page in new if boxes[place, page].is_unlabelled)
    for place in sorted(seen):
        session.execute(
            update(BoxPlace)
            .where(BoxPlace.id == places[place].id)
            .values(
                pages=BoxPlace.pages + seen[place],
                unlabelled=BoxPlace.unlabelled + unlabelled[place],
            )
        )
    if new:
        _count_targets(
            session,
            {place: row.id for place, row in places.items()},
            Counter((key[0], _number(url)) for key in new for url in set(boxes[key].targets)),
        )


def _places(session: Session, site: str, wanted: Sequence[str], now: datetime) -> dict[str, Any]:
    """Place -> its row; those that are new are added, in one order for all writers."""
    new = [
        {"site": site, "place": place, "pages": 0, "unlabelled": 0, "learned_at": now}
        for place in wanted
    ]
    session.execute(insert_into(session, BoxPlace).on_conflict_do_nothing(), new)
    rows = session.execute(
        select(BoxPlace.id, BoxPlace.place, BoxPlace.pages).where(
            BoxPlace.site == site, BoxPlace.place.in_(wanted)
        )
    )
    return {row.place: row for row in rows}


def _not_yet_counted(
    session: Session, places: Mapping[str, Any], keys: Iterable[tuple[str, int]]
) -> list[tuple[str, int]]:
    """Of places and pages those that count now; they are noted as counted."""
    counted = select(BoxPage.place_id, BoxPage.page).where(
        BoxPage.place_id.in_([row.id for row in places.values()])
    )
    pairs = {(row.place_id, row.page) for row in session.execute(counted)}
    room = {place: LEARN_PAGES - row.pages for place, row in places.items()}
    new = []
    for place, page in sorted(keys):
        if (places[place].id, page) not in pairs and room[place] > 0:
            room[place] -= 1
            new.append((place, page))
    if new:
        rows = [{"place_id": places[place].id, "page": page} for place, page in new]
        session.execute(insert_into(session, BoxPage).on_conflict_do_nothing(), rows)
    return new


def _forget(session: Session, site: str, *, before: datetime, now: datetime) -> None:
    old = select(BoxPlace.id).where(BoxPlace.site == site, BoxPlace.learned_at < before)
    for ids in chunks(list(session.scalars(old))):
        for table in (BoxTarget, BoxPage):
            session.execute(delete(table).where(table.place_id.in_(ids)))
        forgotten = BoxPlace.id.in_(ids)
        session.execute(delete(BoxPlace).where(forgotten, BoxPlace.judged.is_(None)))
        fresh = {"pages": 0, "unlabelled": 0, "learned_at": now}
        session.execute(update(BoxPlace).where(forgotten).values(fresh))


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
