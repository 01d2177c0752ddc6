"""Any query, with all its operators, has one answer on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.models import Article
from db.queries.search import selection
from db.queries.search.conditions import Filters
from db.queries.search.facets import facets, histogram
from db.queries.search.results import SORTS, search_page
from db.sql import schema
from db.sql.session import Database, Session
from tests.rows import NOON, add_article, add_cluster, add_page, add_run
from tests.servers import PostgresServer

WORDS = [
    "banjir", "kebanjiran", "rob", "gempa", "gunung", "warga", "floods", "flood", "東京", "Café",
    "O'Reilly", "100%", "tidakada",
]  # fmt: skip
NAMES = ["Asep Suryana", "José Ruiz", "Antara", "Air Pasang"]
SITES = ["a.test", "b.test", "www.a.test", "c.test"]
FIELDS = {
    "title": WORDS, "site": SITES, "author": [*NAMES, "=Asep Suryana"], "source": NAMES,
    "topic": [*NAMES, "=Air Pasang"], "section": ["Daerah", "=Daerah"],
    "language": ["id", "en", "ja"],
    "type": ["article", "live"], "since": ["2026", "2026-08", "2026-08-21", "7d", "x"],
    "until": ["2026", "2026-08-21", "2026-08-21T10:00+07:00"],
    "has": ["versions", "copies", "links", "wings"],
    "is": ["gone", "copy", "original", "paywalled"],
    "missing": ["title", "authors", "published", "topics", "nothing"], "run": ["1", "2", "x"],
}  # fmt: skip


#: what few articles, few left by filters and a common word are: each makes another plan
LIMITS = [(0, 3, 0), (0, 9, 0), (0, 0, 0), (0, 0, 99)]


def fill(session: Session) -> None:
    """Articles that differ in all that can be asked."""
    runs = [add_run(session, id=1).id, add_run(session, id=2).id]
    made = []
    for n in range(24):
        at = NOON + timedelta(days=n % 5, hours=n)
        words = " ".join(WORDS[(n * step) % len(WORDS)] for step in (1, 3, 5))
        dated: dict[str, Any] = {"published": at.isoformat(), "published_at": at}
        article = add_article(
            session, f"https://{SITES[n % 3]}/{n}", f"{WORDS[n % len(WORDS)]} {n}",
            f"{words}\n\n{NAMES[n % 4]} {n}", id=n + 1, language=[None, "id", "en", "ja"][n % 4],
            authors=NAMES[: n % 3], topics=NAMES[n % 3 :][:1] if n % 2 else [],
            sources=[NAMES[2]] if n % 5 == 0 else [], section="Daerah" if n % 3 else None,
            page_type="live" if n % 7 == 0 else "article", revisions=1 + (n % 6 == 0),
            paywalled=[None, True, False][n % 3], run_id=runs[n % 2], first_run_id=runs[0],
            **(dated if n % 4 else {}),
        )  # fmt: skip
        made.append(article)
    add_cluster(session, made[0], made[3])
    add_cluster(session, made[5], made[9], made[13])
    for n in (2, 8):
        add_page(session, made[n].url, gone_at=NOON)


@pytest.fixture(scope="module")
def both(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, Database]]:
    with ExitStack() as stack:
        file: Path = tmp_path_factory.mktemp("alike") / "test.db"
        name = stack.enter_context(postgres_server.database())
        databases = Database(f"sqlite:///{file}"), Database(postgres_server.url(name))
        for database in databases:
            stack.callback(database.close)
            schema.upgrade(database)
            with database.write() as session:
                fill(session)
        yield databases


def quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


word = st.sampled_from(WORDS).map(quoted) | st.sampled_from(["ban*", "g*", "ke*", '"gunung warga"'])
field = st.sampled_from(sorted(FIELDS)).flatmap(
    lambda name: st.sampled_from(FIELDS[name]).map(lambda value: f"{name}:{quoted(value)}")
)
term = st.tuples(st.sampled_from(["", "", "-"]), word | field).map("".join)
query = st.lists(st.tuples(term, st.sampled_from([" ", " ", " OR "])), max_size=6).map(
    lambda parts: "".join(piece for part in parts for piece in part)
)


def answer(database: Database, text: str, sort: Any) -> tuple[Any, ...]:
    filters = Filters(zone=UTC)
    with database.read() as session:
        page = search_page(session, text, filters, sort=sort, limit=50)
        counted = facets(session, text, filters)
        days = histogram(session, text, filters)
        rest = search_page(session, text, filters, sort=sort, limit=3, offset=2)
        ids = [hit.id for hit in page.hits]
        order = sorted(ids) if sort == "relevance" else ids
        assert [hit.id for hit in rest.hits] == ids[2:5]
        assert len(ids) == page.total == counted.counted
        return order, page.hints, counted.facets, days.days, days.undated


@settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(query, st.sampled_from(SORTS), st.sampled_from(LIMITS))
def test_any_query_has_one_answer(
    both: tuple[Database, Database], text: str, sort: Any, limits: tuple[int, int, int]
) -> None:
    names = ("FEW", "FEW_LEFT", "FEW_LEFT_ON_SERVER", "COMMON")
    few, left, common = limits
    plain = [answer(database, text, sort) for database in both]
    with patch.multiple(selection, **dict(zip(names, (few, left, left, common), strict=True))):
        planned = [answer(database, text, sort) for database in both]
    assert plain[0] == plain[1] == planned[0] == planned[1]


def test_the_articles_differ(both: tuple[Database, Database]) -> None:
    with both[0].read() as session:
        assert len(set(session.scalars(select(Article.title)))) == 24
    assert len(answer(both[0], "banjir OR site:b.test", "newest")[0]) > 1
