"""Ways between articles, hubs, orphans and the graph as a file, on both databases."""

import io
from xml.etree import ElementTree

import pytest
from sqlalchemy.orm import Session

from db.queries.export import article_ids
from db.queries.graph.graphml import write_graphml
from db.queries.graph.shortest_path import path_between
from db.queries.resolve import find_article
from db.queries.search.conditions import Filters
from db.queries.stats import gather
from tests.rows import add_article, add_link

ONE, TWO, THREE, FOUR, ALONE = (f"https://a.test/{number}" for number in (1, 2, 3, 4, 5))
NAMESPACE = {"g": "http://graphml.graphdrawing.org/xmlns"}


@pytest.fixture
def notify(session: Session) -> Session:
    """1 -> 2 <- 3 -> 4, and 1 -> 4 in a sentence; 5 stands alone."""
    for number, url in enumerate((ONE, TWO, THREE, FOUR, ALONE), 1):
        add_article(session, url, f"Judul & <{number}>\x07", f"Isi {number}")
    add_link(session, ONE, TWO)
    add_link(session, THREE, TWO)
    add_link(session, THREE, FOUR, kind="readmore")
    add_link(session, ONE, "https://far.test/x")
    return session


def way(
    session: Session, start: str, goal: str, hops: int = 6
) -> list[tuple[str, str, str]] | None:
    ids = [find_article(session, url).id for url in (start, goal)]
    legs = path_between(session, *ids, hops=hops)
    return None if legs is None else [(leg.direction, leg.kind, leg.far.url) for leg in legs]


def test_way_goes_along_links_in_both_directions(notify: Session) -> None:
    assert way(notify, ONE, FOUR) == [
        ("out", "related", TWO),
        ("in", "related", THREE),
        ("out", "readmore", FOUR),
    ]


def test_shorter_way_is_taken(notify: Session) -> None:
    add_link(notify, FOUR, ONE, kind="inline")
    assert way(notify, ONE, FOUR) == [("in", "inline", FOUR)]


def test_of_ways_as_short_the_one_that_begins_over_the_stronger_kinds_is_taken(
    session: Session,
) -> None:
    start, goal, weak, strong, middle, *others = (f"https://b.test/{place}" for place in range(7))
    for number, url in enumerate((start, goal, weak, strong, middle, *others)):
        add_article(session, url, f"Judul {number}", f"Isi {number}")
    add_link(session, start, weak, kind="inline")
    add_link(session, weak, middle)
    add_link(session, start, strong)
    add_link(session, strong, middle, kind="inline")
    for url in (middle, *others):
        add_link(session, url, goal)
    expected = [strong, middle, goal]
    assert [far for _, _, far in way(session, start, goal) or ()] == expected
    back = way(session, goal, start) or []
    assert [far for _, _, far in back] == [middle, weak, start]


def test_way_leads_through_an_article_that_very_many_link_to(session: Session) -> None:
    hub, start, goal = (f"https://c.test/{name}" for name in ("hub", "start", "goal"))
    for number, url in enumerate((hub, start, goal)):
        add_article(session, url, f"Judul {number}", f"Isi {number}")
    for number in range(40):
        add_article(session, f"https://c.test/{number}", f"Judul lain {number}", f"Lain {number}")
        add_link(session, f"https://c.test/{number}", hub)
    add_link(session, start, "https://c.test/7")
    add_link(session, "https://c.test/9", goal)
    expected = [("out", 7), ("out", "hub"), ("in", 9), ("out", "goal")]
    legs = way(session, start, goal) or ()
    assert [(to, far) for to, _, far in legs] == [(a, f"https://c.test/{b}") for a, b in expected]


def test_no_way_and_no_step(notify: Session) -> None:
    assert way(notify, ONE, ALONE) is None
    assert way(notify, ONE, FOUR, hops=2) is None
    assert way(notify, ONE, ONE) == []


def test_hubs_and_orphans_are_counted(notify: Session) -> None:
    found = gather(notify)
    assert next(iter(found.hubs.items())) == (TWO, 2)
    assert found.orphans == 1


def test_graph_file_holds_articles_and_the_links_among_them(notify: Session) -> None:
    file = io.StringIO()
    assert write_graphml(notify, file, article_ids(notify)) == 5
    graph = ElementTree.fromstring(file.getvalue())
    nodes = graph.findall(".//g:node", NAMESPACE)
    titles = [node.findtext("g:data[@key='title']", namespaces=NAMESPACE) for node in nodes]
    assert titles[0] == "Judul & <1>\ufffd"
    edges = graph.findall(".//g:edge", NAMESPACE)
    kinds = [edge.findtext("g:data[@key='kind']", namespaces=NAMESPACE) for edge in edges]
    assert kinds == ["related", "related", "readmore"]
    ids = {node.get("id") for node in nodes}
    assert {edge.get("source") for edge in edges} | {edge.get("target") for edge in edges} <= ids


def test_graph_file_obeys_the_filters(notify: Session) -> None:
    add_article(notify, "https://b.test/1", "Lain", "Isi lain")
    file = io.StringIO()
    assert write_graphml(notify, file, article_ids(notify, Filters(site="b.test"))) == 1
