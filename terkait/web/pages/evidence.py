"""Where each field of an article comes from, and what else it could have been.

The archived page is read once more, so that the other candidates can be shown.
"""

from dataclasses import dataclass
from typing import Any

from crawler.page.document import Document
from crawler.page.items import FetchedPage
from db.queries.resolve import find_article
from db.queries.visits import page_as_fetched
from db.sql.session import Session
from workers.parsing.explaining import explain


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldEvidence:
    """One field: its value's source and the candidates, the best first."""

    field: str
    #: as it was when the article was stored
    source: str | None
    #: (value, where it stands, why it has its rank)
    candidates: tuple[tuple[str, str, str], ...]


def evidence_of(session: Session, article_id: int) -> dict[str, Any]:
    """The fields, and the profile that the page is read by today. Raises NotFound."""
    article = find_article(session, article_id)
    stored = page_as_fetched(session, article_id)
    page = FetchedPage(url=stored.url, body=stored.body, fetched_at=stored.at)
    reading = explain(Document(page))
    fields = [
        FieldEvidence(
            field=field.name,
            source=article.evidence.get(field.name),
            candidates=tuple((c.value, c.where, c.why) for c in field.candidates),
        )
        for field in reading.fields
    ]
    return {"profile": reading.profile, "fields": fields}
