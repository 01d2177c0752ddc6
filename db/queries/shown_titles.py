"""What an article is called where people see it: its title, or what other pages call it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Link
from db.sql.dialect import chunks, is_one_of
from db.terms.tokens import words

if TYPE_CHECKING:
    from db.queries.graph.neighbours import Edge
    from db.queries.graph.shortest_path import Leg

NO_TITLE = "(no title)"
#: links to such an article that are looked at, and articles that are looked up in one answer
_MAX_LINKS, _MAX_ARTICLES = 50, 500
#: a name has so many words: "Read on" is none
_LEAST_WORDS = 3


def shown_titles(session: Session, titles: Mapping[int, str | None]) -> dict[int, str]:
    """Of each article (id -> its title) what to show."""
    without = [key for key, title in titles.items() if not title]
    names = _names_given(session, without[:_MAX_ARTICLES])
    return {key: title or _said(names.get(key)) for key, title in titles.items()}


def _said(name: str | None) -> str:
    return NO_TITLE if name is None else f"{NO_TITLE[:-1]}; other pages call it “{name}”)"


def end_titles(session: Session, links: "Iterable[Edge | Leg]") -> dict[int, str]:
    """Of each article at either end of these links what to show."""
    nodes = [node for link in links for node in (link.near, link.far)]
    return shown_titles(session, {node.article_id: node.title for node in nodes if node.article_id})


def far_title(edge: "Edge", titles: Mapping[int, str]) -> str:
    """Of the far end what to show; of an address without an article what the link calls it."""
    if edge.far.article_id is not None:
        return titles[edge.far.article_id]
    return edge.anchor if edge.direction == "out" else ""


def _names_given(session: Session, article_ids: list[int]) -> dict[int, str]:
    """Of each article what most links of others call it; the longer of two as common."""
    if not article_ids:
        return {}
    # a search whose articles have titles, which most have, starts without these
    from db.queries.graph.neighbours import first_links
    from db.queries.resolve import addresses_of

    owners = {
        address.id: key
        for key, addresses in addresses_of(session, article_ids).items()
        for address in addresses
    }
    names: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for pages in chunks(sorted(owners)):
        ids = first_links(session, pages, _MAX_LINKS)
        for batch in chunks(ids):
            columns = select(Link.source_id, Link.target_id, Link.kind, Link.anchor)
            for link in session.execute(columns.where(is_one_of(session, Link.id, batch))):
                key = owners[link.target_id]
                # what stands in a sentence names no article, nor does a page that is its own
                if link.kind != "inline" and owners.get(link.source_id) != key:
                    names[key][" ".join(link.anchor.split())] += 1
    best = {key: _commonest(counted) for key, counted in names.items()}
    return {key: name for key, name in best.items() if len(words(name)) >= _LEAST_WORDS}


def _commonest(counted: Counter[str]) -> str:
    return max(counted, key=lambda name: (counted[name], len(name), name))
