"""The questions that the page and the API share, each a plain value for JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.models import Article
from db.queries.graph.neighbours import Edge, Neighbourhood, Node, neighbourhood
from db.queries.record import make_records
from db.queries.resolve import addresses_of, find_article, find_page
from db.queries.search.results import SearchHit
from db.queries.visits import VisitCounts
from db.sql.session import Session
from db.terms.errors import NotFound
from terkait.addresses import canonical_address, is_address
from terkait.errors import BadUsage
from terkait.named import named_address, named_article
from terkait.web.errors import BadQuestion

#: links of an article that a page shows
MAX_LINKS = 300
#: nodes that are drawn; more are a table
MAX_DRAWN = 200
#: of a title and of a box's heading in a drawing
_MAX_DRAWN_CHARS = 300
MAX_HOPS = 3


def hit_record(hit: SearchHit) -> dict[str, Any]:
    """A hit with the keys that ``terkait search --json`` prints."""
    return {
        "id": hit.id,
        "url": hit.url,
        "site": hit.site,
        "title": hit.title,
        "authors": list(hit.authors),
        "published": hit.published,
        "language": hit.language,
        "page_type": hit.page_type,
        "versions": hit.versions,
        "copies": hit.copies,
        "score": hit.score,
        "snippet": hit.snippet.text,
        "marks": [list(mark) for mark in hit.snippet.marks],
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownArticle:
    """An article as row and as record."""

    article: Article
    record: dict[str, Any]


def article_of(session: Session, article_id: int) -> KnownArticle:
    """The article with everything that ``export`` gives. Raises NotFound."""
    article = find_article(session, article_id)
    addresses = addresses_of(session, [article.id])
    record = make_records(session, [article], addresses)[0]
    looks = None if (page := find_page(session, article.url)) is None else VisitCounts.of(page)
    record |= {
        "looks": looks,
        "addresses": [
            {"url": address.url, "state": address.state, "reason": address.reason}
            for address in addresses.get(article.id, [])
        ],
    }
    return KnownArticle(article=article, record=record)


def address_meant(session: Session, text: str) -> str:
    """The address that an id, an address in any form or a title means. Raises BadQuestion."""
    try:
        return named_address(session, text[:4096])
    except BadUsage as error:
        raise BadQuestion(str(error)) from error


def article_meant(session: Session, text: str) -> Article:
    """The article that it means. Raises BadQuestion, NotFound."""
    try:
        return named_article(session, text[:4096])
    except BadUsage as error:
        raise BadQuestion(str(error)) from error


def looks_like_address(text: str) -> bool:
    """Whether a query is an address: words have no scheme, and no path after a dot."""
    text = text.strip()
    if " " in text or not is_address(text):
        return False
    try:
        canonical_address(text)
    except BadUsage:
        return False
    scheme, _, rest = text.rpartition("://")
    return bool(scheme) or ("." in rest.partition("/")[0] and "/" in rest)


def links_of(session: Session, article_id: int, hops: int, limit: int = 2_000) -> Neighbourhood:
    """What is linked with an article, both ways."""
    find_article(session, article_id)
    return neighbourhood(session, article_id, hops=max(1, min(hops, MAX_HOPS)), limit=limit)


def edge_record(edge: Edge) -> dict[str, Any]:
    """A link as a row."""
    source, target = (edge.near, edge.far) if edge.direction == "out" else (edge.far, edge.near)
    return {
        "hop": edge.hop,
        "direction": edge.direction,
        "kind": edge.kind,
        "box": edge.box,
        "anchor": edge.anchor,
        "position": edge.position,
        "unfollowed": edge.unfollowed,
        "source": source.url,
        "source_id": source.article_id,
        "target": target.url,
        "target_id": target.article_id,
    }


def node_record(node: Node, titles: Mapping[int, str], *, is_asked: bool) -> dict[str, Any]:
    """An article, or an address without one, as a node of a drawing."""
    return {
        "id": node_key(node),
        "article": node.article_id,
        "url": node.url,
        "title": (titles.get(node.article_id or 0) or node.title or node.url)[:_MAX_DRAWN_CHARS],
        "site": node.site,
        "published": node.published,
        "state": node.state,
        "is_asked": is_asked,
    }


def node_key(node: Node) -> str:
    """A name of the node that is unique in the drawing."""
    return f"a{node.article_id}" if node.article_id is not None else f"p{node.url}"


def graph_record(
    around: Neighbourhood, article_id: int, titles: Mapping[int, str]
) -> dict[str, Any]:
    """Nodes and edges, for a drawing; ``titles``: what to show of articles, else their own."""
    nodes = {node_key(node): node for edge in around.edges for node in (edge.near, edge.far)}
    return {
        "nodes": [
            node_record(node, titles, is_asked=node.article_id == article_id)
            for node in nodes.values()
        ],
        "edges": [
            {"source": node_key(source), "target": node_key(target), "kind": edge.kind,
             "box": edge.box[:_MAX_DRAWN_CHARS], "hop": edge.hop}
            for edge in around.edges
            for source, target in [
                (edge.near, edge.far) if edge.direction == "out" else (edge.far, edge.near)
            ]
        ],
        "is_cut": around.is_cut,
    }  # fmt: skip


def missing_fields(record: Mapping[str, Any]) -> list[str]:
    """Fields of an article that nothing was found for."""
    names = ("title", "authors", "published", "modified", "language", "section", "topics",
             "sources", "dateline", "image")  # fmt: skip
    return [name for name in names if record[name] in (None, "", [])]


def require(value: object, message: str) -> None:
    """Raise NotFound where there is nothing."""
    if not value:
        raise NotFound(message)
