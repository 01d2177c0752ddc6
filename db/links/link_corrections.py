"""What a better finder says of the links of a page that is in the archive.

Put in place, not added: the page is as it was. What an earlier copy of the page linked to stays.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, delete, select, update
from sqlalchemy.orm import Session

from db.frontier.page_rows import ensure_pages
from db.frontier.page_state import skipped_because
from db.models import Link, Page
from db.sql.dialect import chunks, insert_into
from db.sql.types import storable
from db.terms.outcomes import FoundLink
from db.terms.states import Reason

#: of new links, and of pages that nobody knew: the next run that comes by follows its own rules
UNWALKED = Reason.FOUND_BY_REPARSE
#: what is told of a link; its place on the page may move with others and is put right silently
_TOLD = ("kind", "box", "anchor", "teaser", "published_at")
_COLUMNS = (*_TOLD, "position")

Step = Literal["added", "removed", "changed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkChange:
    """A link that is found differently."""

    #: address that it leads to
    url: str
    step: Step
    #: what stands in the database and what is found today: kind, box, anchor; None: no link
    before: tuple[str, str, str] | None
    after: tuple[str, str, str] | None

    @property
    def kind(self) -> str:
        """The kind that it is today or, where it is none any more, was."""
        return (self.after or self.before or ("",))[0]


def put_right(
    session: Session,
    page_id: int,
    run_id: int | None,
    links: Sequence[FoundLink],
    *,
    seen_at: datetime,
    dry_run: bool,
) -> list[LinkChange]:
    """Compare the stored links of a page with those found on its newest copy, and store these.

    run_id, seen_at: the run that fetched the copy, and when. What only earlier runs saw is no
    longer on the page, which is no fault of the finder, and stays.
    """
    links_now: dict[str, FoundLink] = {}
    for link in links:
        links_now.setdefault(link.target.url, _as_stored(link))
    rows_before = {row.url: row for row in _stored(session, page_id)}
    removed = [
        row
        for url, row in rows_before.items()
        if url not in links_now and row.last_run_id == run_id
    ]
    if not dry_run:
        for chunk in chunks([row.id for row in removed]):
            session.execute(delete(Link).where(Link.id.in_(chunk)))
        _store(session, page_id, run_id, seen_at, links_now, rows_before)
    pairs = [(url, rows_before.get(url), link) for url, link in links_now.items()]
    changes = [_change(url, row, link) for url, row, link in pairs if _is_told(row, link)]
    return changes + [_change(row.url, row, None) for row in removed]


def _as_stored(link: FoundLink) -> FoundLink:
    return replace(
        link,
        box=storable(link.box),
        anchor=storable(link.anchor),
        teaser=storable(link.teaser),
    )


def _stored(session: Session, page_id: int) -> Sequence[Row[Any]]:
    columns = (Link.id, Link.last_run_id, *(getattr(Link, name) for name in _COLUMNS), Page.url)
    statement = select(*columns).join(Page, Page.id == Link.target_id)
    return session.execute(statement.where(Link.source_id == page_id)).all()


def _is_told(row: Row[Any] | None, link: FoundLink) -> bool:
    return row is None or any(getattr(row, name) != getattr(link, name) for name in _TOLD)


def _change(url: str, row: Row[Any] | None, link: FoundLink | None) -> LinkChange:
    return LinkChange(
        url=url,
        step="added" if row is None else "removed" if link is None else "changed",
        before=(row.kind, row.box, row.anchor) if row else None,
        after=(link.kind, link.box, link.anchor) if link else None,
    )


def _store(
    session: Session,
    page_id: int,
    run_id: int | None,
    seen_at: datetime,
    links_now: Mapping[str, FoundLink],
    rows_before: Mapping[str, Row[Any]],
) -> None:
    """Write what is new or different; nothing where all is as it was."""
    fresh = {url: link for url, link in links_now.items() if url not in rows_before}
    ids = ensure_pages(
        session,
        [link.target for link in fresh.values()],
        reason=UNWALKED,
        found_on=dict.fromkeys(fresh, page_id),
    )
    rows = [
        {name: getattr(link, name) for name in _COLUMNS}
        | {"source_id": page_id, "target_id": ids[url], "unfollowed": UNWALKED}
        | {"first_run_id": run_id, "last_run_id": run_id}
        | {"first_seen_at": seen_at, "last_seen_at": seen_at}
        for url, link in fresh.items()
    ]
    if rows:
        session.execute(insert_into(session, Link).on_conflict_do_nothing(), rows)
        _let_wait(session, ids.values())
    moved = [
        {name: getattr(link, name) for name in _COLUMNS} | {"id": rows_before[url].id}
        for url, link in links_now.items()
        if url in rows_before
        and any(getattr(rows_before[url], n) != getattr(link, n) for n in _COLUMNS)
    ]
    if moved:
        session.execute(update(Link), moved)


def _let_wait(session: Session, page_ids: Collection[int]) -> None:
    """What stood only in other boxes is found in one that counts."""
    for chunk in chunks(sorted(page_ids)):
        passed_over = select(Page.id).where(
            Page.id.in_(chunk), Page.reason == Reason.OTHER_BOX.value
        )
        skipped_because(session, dict.fromkeys(session.scalars(passed_over), UNWALKED))
