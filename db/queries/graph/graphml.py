"""The graph of articles and their related links as GraphML, streamed.

Format: http://graphml.graphdrawing.org/specification.html; read by Gephi, yEd, networkx, igraph.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Any, TextIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from db.models import Article, Link, Page
from db.queries.export import Ids
from db.sql.dialect import chunks, is_one_of

_BATCH = 500
#: (id, for node or edge, name, type)
_KEYS = (
    ("url", "node", "string"),
    ("title", "node", "string"),
    ("site", "node", "string"),
    ("published", "node", "string"),
    ("language", "node", "string"),
    ("kind", "edge", "string"),
    ("box", "edge", "string"),
    ("position", "edge", "int"),
    ("first_run", "edge", "int"),
    ("last_run", "edge", "int"),
)
#: what XML 1.0 cannot hold, however it is escaped
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_graphml(session: Session, file: TextIO, ids: Ids) -> int:
    """Write these articles, ids in order, and the links among them; how many articles."""
    out: Any = file  # its annotation knows byte streams and io.TextIOBase, not TextIO
    xml = XMLGenerator(out, encoding="utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement("graphml", AttributesImpl({"xmlns": "http://graphml.graphdrawing.org/xmlns"}))
    for name, what, kind in _KEYS:
        about = {"id": name, "for": what, "attr.name": name, "attr.type": kind}
        xml.startElement("key", AttributesImpl(about))
        xml.endElement("key")
    xml.startElement("graph", AttributesImpl({"edgedefault": "directed"}))
    articles = 0
    for row in _rows(session, _nodes, ids):
        articles += 1
        data = {name: getattr(row, name) for name, what, _ in _KEYS if what == "node"}
        _element(xml, "node", {"id": f"a{row.id}"}, data)
    for row in _rows(session, _edges, ids):
        if not _is_among(ids, row.target):
            continue
        ends = {"id": f"l{row.id}", "source": f"a{row.source}", "target": f"a{row.target}"}
        data = {name: getattr(row, name) for name, what, _ in _KEYS if what == "edge"}
        _element(xml, "edge", ends, data)
    xml.endElement("graph")
    xml.endElement("graphml")
    xml.endDocument()
    file.write("\n")
    return articles


def _nodes(session: Session, ids: Ids) -> Any:
    columns = (Article.id, Article.url, Article.title, Article.site, Article.published)
    return (
        select(*columns, Article.language)
        .where(is_one_of(session, Article.id, ids))
        .order_by(Article.id)
    )


def _edges(session: Session, ids: Ids) -> Any:
    source, target = aliased(Page), aliased(Page)
    return (
        select(
            Link.id,
            source.article_id.label("source"),
            target.article_id.label("target"),
            Link.kind,
            Link.box,
            Link.position,
            Link.first_run_id.label("first_run"),
            Link.last_run_id.label("last_run"),
        )
        .join(source, source.id == Link.source_id)
        .join(target, target.id == Link.target_id)
        .where(is_one_of(session, source.article_id, ids), source.article_id.is_not(None))
        .where(source.article_id != target.article_id)
        .order_by(source.article_id, Link.id)
    )


def _rows(
    session: Session, statement: Callable[[Session, Ids], Any], ids: Ids
) -> Iterator[Row[Any]]:
    """The rows of some articles at a time, so that memory stays flat."""
    for batch in chunks(ids, _BATCH):
        yield from session.execute(statement(session, batch))


def _is_among(ids: Ids, id_: int) -> bool:
    at = bisect_left(ids, id_)
    return at < len(ids) and ids[at] == id_


def _element(
    xml: XMLGenerator, name: str, attributes: dict[str, str], data: dict[str, Any]
) -> None:
    xml.startElement(name, AttributesImpl(attributes))
    for key, value in data.items():
        if value is not None and value != "":
            xml.startElement("data", AttributesImpl({"key": key}))
            xml.characters(_NO_XML.sub("\ufffd", str(value)))
            xml.endElement("data")
    xml.endElement(name)
