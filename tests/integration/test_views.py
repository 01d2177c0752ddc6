"""The views are as docs/schema.md says, on both databases, and its questions have right answers."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from db.models import ArchivedPage
from tests.rows import (
    NOON,
    add_article,
    add_cluster,
    add_link,
    add_page,
    add_revision,
    add_run,
    add_text,
)

SCHEMA = (Path(__file__).parents[2] / "docs" / "schema.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^```sql\n(.*?)```", SCHEMA, re.MULTILINE | re.DOTALL)
ONE, TWO = "https://a.test/1", "https://b.test/2"


def described() -> dict[str, list[str]]:
    """View -> its columns, in order, as documented."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"^## ", SCHEMA, flags=re.MULTILINE)[1:]:
        if part.startswith("v_"):
            rows = re.findall(r"^\| (`.*?) \|", part, re.MULTILINE)
            found[part.split(":")[0]] = re.findall(r"`(\w+)`", " ".join(rows))
    return found


@pytest.fixture(autouse=True)
def rows(session: Session) -> None:
    run = add_run(session)
    first = add_article(
        session, ONE, "Lama", "Satu dua.", published_at=NOON, published=NOON.isoformat(),
        sources=["Antara", "AFP"], authors=["Rani"], first_run_id=run.id,
    )  # fmt: skip
    copy = add_article(
        session, TWO, "Salinan", "Satu dua.", published_at=NOON.replace(hour=15), paywalled=False
    )
    add_cluster(session, first, copy)
    first.title, first.text_id, first.revisions = "Baru", add_text(session, "Satu tiga.").id, 2
    add_revision(session, first, number=2)
    moved = add_page(session, "https://a.test/amp", alias_of_id=add_page(session, TWO).id)
    add_link(session, ONE, moved.url, box="Terkait")
    add_link(session, TWO, "https://far.test/x", kind="other", unfollowed="other box")
    add_page(session, TWO, gone_at=NOON)
    session.add(
        ArchivedPage(
            id=1,
            page_id=add_page(session, ONE).id,
            run_id=run.id,
            url=ONE,
            status=200,
            headers={},
            fetched_at=NOON,
            size=7,
            body=b"",
        )
    )
    session.flush()


def ask(session: Session, question: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in session.execute(text(question))]


def test_every_column_is_described_in_order(session: Session) -> None:
    views = described()
    assert len(views) == 5
    for view, columns in views.items():
        assert list(session.execute(text(f"SELECT * FROM {view}")).keys()) == columns


def test_each_question_of_the_document_has_its_answer(session: Session) -> None:
    answers = [ask(session, question) for question in QUESTIONS]
    assert len(answers) == 10
    ids = {row[1]: row[0] for row in ask(session, "SELECT id, url FROM v_articles")}
    assert answers[0] == [
        ("a.test", 1, "2026-08-20", "2026-08-20"),
        ("b.test", 1, "2026-08-20", "2026-08-20"),
    ]
    assert answers[1] == [("a.test", "b.test", 1)]
    assert [(site, float(hours), n) for site, hours, n in answers[2]] == [("b.test", 3.0, 1)]
    assert [row[:3] for row in answers[3]] == [(ids[ONE], "Lama", "Baru")]
    assert answers[4] == [(ids[TWO], "Salinan", 1)]
    assert answers[5] == [("b.test", "far.test", 1)]
    assert answers[6] == [
        ("a.test", "related", "Terkait", 1),
        ("b.test", "other", "Berita Terkait", 1),
    ]
    assert [row[:3] for row in answers[7]] == [(ids[TWO], TWO, "Salinan")]
    assert answers[8] == [("Antara; AFP", "id", 1)]
    assert [(day, pages, n, int(size)) for day, pages, n, size in answers[9]] == [
        ("2026-08-20", 1, 1, 7)
    ]


def test_yes_and_no_are_numbers(session: Session) -> None:
    rows = ask(session, "SELECT url, is_copy, copy_of, paywalled FROM v_articles ORDER BY url")
    assert rows == [(ONE, 0, None, None), (TWO, 1, ONE, 0)]
    links = ask(session, "SELECT followed, unfollowed, target_article FROM v_links ORDER BY id")
    assert [row[:2] for row in links] == [(1, None), (0, "other box")]
    newest = ask(
        session, "SELECT number, is_newest FROM v_versions WHERE site = 'a.test' ORDER BY 1"
    )
    assert newest == [(1, 0), (2, 1)]
