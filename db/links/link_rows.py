"""The links of fetched pages as rows: one for each page and target, as it was seen last."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from db.frontier.page_rows import ensure_pages
from db.models import Link
from db.sql.dialect import insert_into
from db.terms.addresses import Address
from db.terms.outcomes import Fetched
from db.terms.states import Reason

_LINKS = cast(Table, Link.__table__)
#: what a later look at the page puts in place
_SEEN_NOW = (
    "kind", "box", "anchor", "position", "teaser", "published_at", "last_run_id", "last_seen_at",
)  # fmt: skip


def ensure_targets(session: Session, pages: Sequence[Fetched]) -> dict[str, int]:
    """A page row for each address that the pages lead to: address -> id."""
    found_on: dict[str, int] = {}
    followed: list[Address] = []
    passed_over: dict[Reason, list[Address]] = {}
    for page in pages:
        for target in (*(link.target for link in page.links), page.next_part):
            if target is not None:
                followed.append(target)
                found_on.setdefault(target.url, page.page_id)
        passed_over.setdefault(Reason.OTHER_BOX, []).extend(page.others)
        passed_over.setdefault(Reason.NO_ARTICLE_ADDRESS, []).extend(page.no_articles)
        for address in (*page.others, *page.no_articles):
            found_on.setdefault(address.url, page.page_id)
    ids = ensure_pages(session, followed, found_on=found_on)
    for reason, addresses in passed_over.items():
        strangers = [address for address in addresses if address.url not in ids]
        ids |= ensure_pages(session, strangers, reason=reason, found_on=found_on)
    return ids


def store_links(
    session: Session, run_id: int, pages: Sequence[Fetched], ids: dict[str, int]
) -> Counter[int]:
    """Keep the links; ids: of the targets. Returns page id -> how many were not known of it."""
    rows: dict[tuple[int, int], dict[str, Any]] = {}
    for page in pages:
        for link in page.links:
            key = (page.page_id, ids[link.target.url])
            rows.setdefault(
                key,
                {
                    "source_id": key[0],
                    "target_id": key[1],
                    "kind": link.kind,
                    "box": link.box,
                    "anchor": link.anchor,
                    "position": link.position,
                    "teaser": link.teaser,
                    "published_at": link.published_at,
                    "first_run_id": run_id,
                    "last_run_id": run_id,
                    "first_seen_at": page.fetched_at,
                    "last_seen_at": page.fetched_at,
                },
            )
    if not rows:
        return Counter()
    before = _stored(session, {source for source, _ in rows})
    statement = insert_into(session, Link)
    statement = statement.on_conflict_do_update(
        index_elements=["source_id", "target_id"],
        set_={name: statement.excluded[name] for name in _SEEN_NOW},
    )
    session.execute(statement, [rows[key] for key in sorted(rows)])
    return Counter(source for source, target in rows if (source, target) not in before)


def see_again(
    session: Session, run_id: int, pages: Mapping[int, datetime | None], now: datetime
) -> None:
    """The links of pages that are as they were are still there.

    pages: id -> when it was looked at before; what that look did not see is not there now.
    """
    seen = (
        update(_LINKS)
        .where(
            _LINKS.c.source_id == bindparam("page"), _LINKS.c.last_seen_at == bindparam("before")
        )
        .values(last_run_id=bindparam("run"), last_seen_at=bindparam("now"))
    )
    rows = [
        {"page": page_id, "before": before, "run": run_id, "now": now}
        for page_id, before in sorted(pages.items())
        if before is not None
    ]
    if rows:
        session.connection().execute(seen, rows)


def _stored(session: Session, sources: Collection[int]) -> set[tuple[int, int]]:
    """(page, target) of the links that these pages had."""
    rows = session.execute(
        select(Link.source_id, Link.target_id).where(Link.source_id.in_(sources))
    )
    return {(source, target) for source, target in rows}
