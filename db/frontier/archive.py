"""The archive of pages as fetched (zstd), and the one commit that hands them over.

What was fetched, the links found on it and its state ``fetched`` are committed together, so that
a page is either not fetched at all or there for a worker to read.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from db.addresses import Address, ensure_pages
from db.dialect import insert_into
from db.frontier import further_pages
from db.frontier.expansion import CrawlContext, expand
from db.links.box_stats import SeenBox
from db.models import ArchivedPage, Link, Page, Run

#: zstd level: 3 packs a news page to a fifth in half a millisecond
_LEVEL = 3
#: a longer chain of redirects is a trap
MAX_REDIRECTS = 10


def pack(body: bytes) -> bytes:
    """Compress."""
    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(body)


def unpack(packed: bytes) -> bytes:
    """Decompress what ``pack`` made."""
    return zstandard.ZstdDecompressor().decompress(packed)


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundLink:
    """A link of a fetched page."""

    target: Address
    kind: str
    box: str
    anchor: str
    position: int
    teaser: str
    published_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A page as it comes from the web, with its links, ready to be stored."""

    page_id: int
    #: the address that answered
    url: str
    status: int
    headers: dict[str, str]
    fetched_at: datetime
    size: int
    #: zstd
    body: bytes
    #: it was read before, and is not read again where it is the same
    is_known: bool = False
    links: tuple[FoundLink, ...] = ()
    #: article links in other boxes: not followed, but explained
    others: tuple[Address, ...] = ()
    #: where its links stand, for learning the site's layout
    boxes: tuple[SeenBox, ...] = ()
    #: the page on which its article goes on
    next_part: Address | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Redirected:
    """A page that leads elsewhere."""

    page_id: int
    target: Address
    status: int


def hand_over(
    session: Session, context: CrawlContext, owner: str, fetched: Sequence[Fetched]
) -> list[int]:
    """Store fetched pages and what they lead to. Returns the ids that are now ``fetched``.

    Pages whose lease has passed to another spider meanwhile are left to that one.
    """
    if not fetched:
        return []
    held = _held(session, owner, [page.page_id for page in fetched])
    pages = [page for page in fetched if page.page_id in held]
    if not pages:
        return []
    ids = _target_rows(session, pages)
    rows = [
        {
            "page_id": page.page_id,
            "run_id": context.run_id,
            "url": page.url,
            "status": page.status,
            "headers": page.headers,
            "fetched_at": page.fetched_at,
            "size": page.size,
            "body": page.body,
        }
        for page in pages
    ]
    session.execute(insert(ArchivedPage), rows)
    new = _store_links(session, context.run_id, pages, ids)
    further_pages.note(
        session,
        {page.page_id: ids[page.next_part.url] if page.next_part else None for page in pages},
    )
    session.execute(update(Page), [_as_fetched(page, new[page.page_id]) for page in pages])
    expand(session, context, {page.page_id: held[page.page_id] for page in pages})
    session.execute(
        update(Run).where(Run.id == context.run_id).values(fetched=Run.fetched + len(pages))
    )
    return [page.page_id for page in pages]


def _held(session: Session, owner: str, ids: Sequence[int]) -> dict[int, int]:
    """id -> depth of those of the pages that this spider still has."""
    rows = session.execute(
        select(Page.id, Page.depth).where(
            Page.id.in_(ids), Page.state == "leased", Page.lease_owner == owner
        )
    )
    return {row.id: row.depth for row in rows}


def _as_fetched(page: Fetched, new_links: int) -> dict[str, Any]:
    return {
        "id": page.page_id,
        "state": "fetched",
        "reason": None,
        "lease_owner": None,
        "lease_until": None,
        "status": page.status,
        "fetched_at": page.fetched_at,
        "rung_at": None,
        "reads": 0,
        "alias_of_id": None,
        "etag": page.headers.get("etag"),
        "last_modified": page.headers.get("last-modified"),
        "missing": 0,
        "gone_at": None,
        "new_links": new_links,
    }


def _target_rows(session: Session, pages: Sequence[Fetched]) -> dict[str, int]:
    """A page row for each address that the pages lead to: address -> id."""
    found_on: dict[str, int] = {}
    followed, others = [], []
    for page in pages:
        for target in (*(link.target for link in page.links), page.next_part):
            if target is not None:
                followed.append(target)
                found_on.setdefault(target.url, page.page_id)
        for address in page.others:
            others.append(address)
            found_on.setdefault(address.url, page.page_id)
    ids = ensure_pages(session, followed, found_on=found_on)
    strangers = [address for address in others if address.url not in ids]
    return ids | ensure_pages(session, strangers, reason="other box", found_on=found_on)


def _store_links(
    session: Session, run_id: int, pages: Sequence[Fetched], ids: dict[str, int]
) -> Counter[int]:
    """Keep the links. Returns page id -> how many of them were not known of it."""
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
                },
            )
    if not rows:
        return Counter()
    known = _known_links(session, {source for source, _ in rows})
    statement = insert_into(session, Link)
    seen_now = ("kind", "box", "anchor", "position", "teaser", "published_at", "last_run_id")
    statement = statement.on_conflict_do_update(
        index_elements=["source_id", "target_id"],
        set_={name: statement.excluded[name] for name in seen_now},
    )
    session.execute(statement, [rows[key] for key in sorted(rows)])
    return Counter(source for source, target in rows if (source, target) not in known)


def _known_links(session: Session, sources: Collection[int]) -> set[tuple[int, int]]:
    rows = session.execute(
        select(Link.source_id, Link.target_id).where(Link.source_id.in_(sources))
    )
    return {(source, target) for source, target in rows}


def same_as_before(session: Session, pages: Sequence[Fetched]) -> set[int]:
    """Ids of those pages whose bytes are those of their newest copy in the archive."""
    if not pages:
        return set()
    sizes = {page.page_id: page for page in pages}
    newest = (
        select(func.max(ArchivedPage.id))
        .where(ArchivedPage.page_id.in_(sizes))
        .group_by(ArchivedPage.page_id)
    )
    rows = session.execute(
        select(ArchivedPage.page_id, ArchivedPage.size).where(ArchivedPage.id.in_(newest))
    ).all()
    alike = [row.page_id for row in rows if row.size == sizes[row.page_id].size]
    return {id_ for id_ in alike if _newest_body(session, id_) == unpack(sizes[id_].body)}


def _newest_body(session: Session, page_id: int) -> bytes:
    newest = select(ArchivedPage.body).where(ArchivedPage.page_id == page_id)
    packed = session.scalar(newest.order_by(ArchivedPage.id.desc()).limit(1))
    return unpack(packed) if packed is not None else b""


def redirect(
    session: Session, context: CrawlContext, owner: str, redirects: Sequence[Redirected]
) -> None:
    """Record that pages lead elsewhere; where they lead to takes their place in the run."""
    if not redirects:
        return
    held = _held(session, owner, [one.page_id for one in redirects])
    mine = [one for one in redirects if one.page_id in held]
    endless = [one for one in mine if _hops(session, one.page_id) >= MAX_REDIRECTS]
    if endless:
        reason = {"state": "failed", "reason": "too many redirects", "next_fetch_at": context.now}
        freed = {"lease_owner": None, "lease_until": None}
        session.execute(update(Page), [{"id": one.page_id} | reason | freed for one in endless])
        mine = [one for one in mine if one not in endless]
    if not mine:
        return
    found_on = {one.target.url: one.page_id for one in mine}
    ids = ensure_pages(session, [one.target for one in mine], found_on=found_on)
    rows = [
        {
            "id": one.page_id,
            "state": "done",
            "reason": "redirect",
            "status": one.status,
            "fetched_at": context.now,
            "lease_owner": None,
            "lease_until": None,
            "alias_of_id": ids[one.target.url],
            "next_fetch_at": None,
        }
        for one in mine
    ]
    session.execute(update(Page), rows)
    _pass_on_roles(session, context, {one.page_id: ids[one.target.url] for one in mine})
    expand(session, context, {one.page_id: held[one.page_id] for one in mine})


def _pass_on_roles(session: Session, context: CrawlContext, targets: Mapping[int, int]) -> None:
    """A list that moved is a list at its new address, and is asked for there."""
    rows = session.execute(
        select(Page.id, Page.role).where(Page.id.in_(targets), Page.role.is_not(None))
    ).all()
    for row in rows:
        session.execute(
            update(Page)
            .where(Page.id == targets[row.id], Page.state.not_in(("leased", "fetched")))
            .values(role=row.role, next_fetch_at=context.now)
        )


def _hops(session: Session, page_id: int) -> int:
    """Redirects in a row that led to the page, counted up to the limit."""
    hops, current = 0, page_id
    while hops < MAX_REDIRECTS:
        before = session.scalar(select(Page.id).where(Page.alias_of_id == current).limit(1))
        if before is None:
            break
        hops, current = hops + 1, before
    return hops
