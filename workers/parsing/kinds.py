"""What kind of page it is: an article, or what else."""

from crawler.document import Document
from crawler.structured import JsonObject
from workers.parsing.content import Body
from workers.parsing.outline import Outline


def not_article_reason(
    document: Document, item: JsonObject | None, outline: Outline, body: Body, title: str | None
) -> str | None:
    """None for an article, else why the page is none."""
    if not body.blocks and not title:
        return "no text"
    return None
