"""An article as the record that other programs rely on: the keys of its JSON."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from db.models import Article, Cluster, Link, Page, Text
from db.queries.link_times import is_there, read_times
from db.queries.resolve import ResolvedAddress, addresses_of, follow
from db.sql.dialect import chunks, is_one_of
from db.terms.article_fields import FIELDS, KEYS


def make_records(
    session: Session,
    articles: Sequence[Article],
    addresses: Mapping[int, list[ResolvedAddress]] | None = None,
) -> list[dict[str, Any]]:
    """The records of some articles, in the order given; a few statements for all of them.

    addresses: theirs, where they are known (``addresses_of``).
    """
    ids = [article.id for article in articles]
    bodies = _bodies(session, {article.text_id for article in articles})
    addresses = addresses_of(session, ids) if addresses is None else addresses
    originals = _originals(session, {a.cluster_id for a in articles if a.cluster_id is not None})
    related = _related(session, articles, addresses)
    return [
        _record(
            article,
            body=bodies[article.text_id],
            addresses=addresses.get(article.id, []),
            original=originals.get(article.cluster_id or 0),
            related=related.get(article.id, []),
        )
        for article in articles
    ]


def _record(
    article: Article,
    *,
    body: str,
    addresses: list[ResolvedAddress],
    original: tuple[int, str] | None,
    related: list[dict[str, Any]],
) -> dict[str, Any]:
    record = {name: getattr(article, name) for name in FIELDS}
    record |= {
        "id": article.id,
        "url": article.url,
        "aliases": [address.url for address in addresses if address.url != article.url],
        "site": article.site,
        "body": body,
        "paragraphs": body.split("\n\n") if body else [],
        "not_article": None,
        "run": article.first_run_id or article.run_id,
        "first_run": article.first_run_id,
        "last_run": article.run_id,
        "depth": article.depth,
        "first_seen": article.first_seen_at.isoformat(),
        "last_fetched": article.last_fetched_at.isoformat(),
        "revisions": article.revisions,
        "cluster": article.cluster_id,
        "copy_of": original[1] if original and original[0] != article.id else None,
        "evidence": article.evidence,
        "related": related,
    }
    return {key: record[key] for key in KEYS}


def _bodies(session: Session, text_ids: Iterable[int]) -> dict[int, str]:
    bodies: dict[int, str] = {}
    for chunk in chunks(sorted(text_ids)):
        rows = session.execute(select(Text.id, Text.body).where(is_one_of(session, Text.id, chunk)))
        bodies.update((row.id, row.body) for row in rows)
    return bodies


def _originals(session: Session, cluster_ids: set[int]) -> dict[int, tuple[int, str]]:
    """Cluster id -> (id, address) of its original."""
    originals: dict[int, tuple[int, str]] = {}
    for chunk in chunks(sorted(cluster_ids)):
        rows = session.execute(
            select(Cluster.id, Article.id.label("article_id"), Article.url)
            .join(Article, Article.id == Cluster.original_id)
            .where(is_one_of(session, Cluster.id, chunk))
        )
        originals.update((row.id, (row.article_id, row.url)) for row in rows)
    return originals


def _related(
    session: Session, articles: Sequence[Article], addresses: Mapping[int, list[ResolvedAddress]]
) -> dict[int, list[dict[str, Any]]]:
    """Article id -> its related links; each target once, however many addresses lead there."""
    order: dict[int, tuple[int, int]] = {}
    for article in articles:
        own_first = sorted(addresses.get(article.id, []), key=lambda a: a.url != article.url)
        order |= {page.id: (article.id, rank) for rank, page in enumerate(own_first)}
    links = sorted(links_from(session, order), key=lambda k: (order[k.source_id], k.position))
    ends = follow(session, {link.target_id for link in links})
    urls = _article_urls(session, {end.article_id for end in ends.values() if end.article_id})
    times = read_times(session, {link.source_id for link in links})
    related: defaultdict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    for link in links:
        article_id, end = order[link.source_id][0], ends[link.target_id]
        if end.article_id == article_id:
            continue
        url = urls.get(end.article_id or 0) or link.url
        record = _link_record(link, url, times)
        first = related[article_id].setdefault(url, record)
        if first["is_there"] is False and record["is_there"]:
            related[article_id][url] = record  # it stands there at another address of its target
    return {article_id: list(unique.values()) for article_id, unique in related.items()}


def _link_record(link: Row[Any], url: str, times: Mapping[int, datetime]) -> dict[str, Any]:
    published: datetime | None = link.published_at
    return {
        "url": url,
        "kind": link.kind,
        "box": link.box,
        "anchor": link.anchor,
        "position": link.position,
        "teaser": link.teaser,
        "published": published.isoformat() if published else None,
        "first_seen": _iso(link.first_seen_at),
        "last_seen": _iso(link.last_seen_at),
        "is_there": is_there(link, times),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def links_from(session: Session, page_ids: Iterable[int]) -> list[Row[Any]]:
    """The links of these pages, each with the address it was found with."""
    columns = (
        Link.source_id,
        Link.target_id,
        Link.kind,
        Link.box,
        Link.anchor,
        Link.position,
        Link.teaser,
        Link.published_at,
        Link.first_seen_at,
        Link.last_seen_at,
        Page.url,
    )
    rows: list[Row[Any]] = []
    for chunk in chunks(sorted(page_ids)):
        rows += session.execute(
            select(*columns)
            .join(Page, Page.id == Link.target_id)
            .where(is_one_of(session, Link.source_id, chunk))
        )
    return rows


def _article_urls(session: Session, ids: set[int]) -> dict[int, str]:
    urls: dict[int, str] = {}
    for chunk in chunks(sorted(ids)):
        rows = session.execute(
            select(Article.id, Article.url).where(is_one_of(session, Article.id, chunk))
        )
        urls.update((row.id, row.url) for row in rows)
    return urls
