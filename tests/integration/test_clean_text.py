"""What no database can hold is replaced at the gate, whatever column it goes to."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.types import JSON, String, Text

from db.models import ArchivedPage, Article, Page
from db.models.base import Base
from db.sql.types import CleanJson, CleanText
from tests.rows import NOON, add_article, add_page

BAD = "a\x00b\ud83dc"
CLEAN = "a\ufffdb\ufffdc"


def columns() -> list[tuple[str, Any]]:
    return [
        (f"{table.name}.{column.name}", column.type)
        for table in Base.metadata.sorted_tables
        for column in table.columns
    ]


def test_every_column_of_text_and_of_json_has_the_gate() -> None:
    bare = [name for name, kind in columns() if isinstance(kind, String | Text | JSON)]
    assert not bare
    gated = [name for name, kind in columns() if isinstance(kind, CleanText | CleanJson)]
    assert {"pages.url", "archive.headers", "articles.authors", "articles.evidence"} <= set(gated)


def test_text_is_stored_clean(session: Session) -> None:
    page = add_page(session, "https://a.test/1", reason=BAD)
    session.expire_all()
    assert session.scalar(select(Page.reason).where(Page.id == page.id)) == CLEAN


def test_json_is_stored_clean_in_keys_and_values(session: Session) -> None:
    article = add_article(session, "https://a.test/1", "Judul", "Isi.")
    article.authors, article.evidence = [BAD], {BAD: BAD}
    session.flush()
    session.expire_all()
    kept = session.get_one(Article, article.id)
    assert (kept.authors, kept.evidence) == ([CLEAN], {CLEAN: CLEAN})


def test_headers_are_stored_clean(session: Session) -> None:
    page = add_page(session, "https://a.test/1")
    session.add(
        ArchivedPage(
            page_id=page.id,
            url=page.url,
            status=200,
            headers={"etag": BAD},
            fetched_at=NOON,
            size=1,
            body=b"x",
        )
    )
    session.flush()
    session.expire_all()
    assert session.scalar(select(ArchivedPage.headers)) == {"etag": CLEAN}
