"""Rows for addresses: each host and each page has one, however often it is met."""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.frontier import page_state
from db.models import Host, Page
from db.sql.dialect import chunks, insert_into
from db.terms.addresses import Address
from db.terms.states import Reason


def ensure_hosts(session: Session, addresses: Iterable[Address]) -> dict[str, int]:
    """Host name -> id, rows made where there are none."""
    sites = {address.host: address.site for address in addresses}
    names = sorted(sites)  # one order for all writers, so that two never wait for each other
    ids = _host_ids(session, names)
    missing = [{"name": name, "site": sites[name]} for name in names if name not in ids]
    if missing:
        session.execute(insert_into(session, Host).on_conflict_do_nothing(), missing)
        ids = _host_ids(session, names)
    return ids


def _host_ids(session: Session, names: list[str]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for chunk in chunks(names):
        rows = session.execute(select(Host.name, Host.id).where(Host.name.in_(chunk)))
        ids.update((name, id_) for name, id_ in rows)
    return ids


def ensure_pages(
    session: Session,
    addresses: Collection[Address],
    *,
    reason: Reason | None = None,
    found_on: dict[str, int] | None = None,
) -> dict[str, int]:
    """Address -> id of its page row; new rows start as ``skipped`` with the reason.

    found_on: address -> id of the page that led to it.
    """
    unique = {address.url: address for address in reversed(list(addresses))}  # the first counts
    urls = sorted(unique)
    ids = page_ids(session, urls)
    missing = [unique[url] for url in urls if url not in ids]
    if missing:
        hosts = ensure_hosts(session, missing)
        rows = [
            {
                "url": address.url,
                "written_url": address.written,
                "host_id": hosts[address.host],
                "found_on_id": (found_on or {}).get(address.url),
            }
            | page_state.as_new(reason)
            for address in missing
        ]
        session.execute(insert_into(session, Page).on_conflict_do_nothing(), rows)
        ids |= page_ids(session, [address.url for address in missing])
    return ids


def page_ids(session: Session, urls: Collection[str]) -> dict[str, int]:
    """Address -> id, for those that have a row."""
    ids: dict[str, int] = {}
    for chunk in chunks(list(urls)):
        rows = session.execute(select(Page.url, Page.id).where(Page.url.in_(chunk)))
        ids.update((url, id_) for url, id_ in rows)
    return ids
