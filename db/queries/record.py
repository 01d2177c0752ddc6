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
from db.sql.dialect import one_of_ids, rows_of
from db.terms.article_fields import FIELDS, KEYS

_BODIES = one_of_ids(select(Text.id, Text.body), Text.id)
_URLS = one_of_ids(select(Article.id, Article.url), Article.id)
_ORIGINALS = one_of_ids(
    select(Cluster.id, Article.id, Article.url).join(Article, Article.id == Cluster.original_id),
    Cluster.id,
)
_LINKS = one_of_ids(
    select(
        Link.source_id, Link.target_id, Link.kind, Link.box, Link.anchor, Link.position,
        Link.teaser, Link.published_at, Link.first_seen_at, Link.last_seen_at, Page.url,
    ).join(Page, Page.id == Link.target_id),
    Link.source_id,
)  # fmt: skip


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
    return {row[0]: row[1] for row in rows_of(session, _BODIES, text_ids)}


def _originals(session: Session, cluster_ids: set[int]) -> dict[int, tuple[int, str]]:
    """Cluster id -> (id, address) of its original."""
    return {row[0]: (row[1], row[2]) for row in rows_of(session, _ORIGINALS, cluster_ids)}


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


def links_from(session: Session, page_ids: Iterable[int]) -> Sequence[Row[*tuple[Any, ...]]]:
    """The links of these pages, each with the address it was found with."""
    return rows_of(session, _LINKS, page_ids)


def _article_urls(session: Session, ids: set[int]) -> dict[int, str]:
    return {row[0]: row[1] for row in rows_of(session, _URLS, ids)}
