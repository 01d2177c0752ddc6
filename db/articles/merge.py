"""Two rows for one article become one: the row of a further page gives way to the whole's."""

from collections.abc import Iterable

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.articles.store import ArticleDraft, hold
from db.dialect import lock
from db.duplicates.clusters import regroup
from db.duplicates.similar_pairs import Comparer, hold_text, leave, relink
from db.frontier import page_state
from db.models import Article, Page, Part, Revision
from db.queries.search import remove
from db.states import Reason, State


def at_parts(session: Session, first_id: int) -> list[Article]:
    """The articles that stand for further pages of the article that begins on this page alone.

    They were stored when nobody knew yet what comes before them. In the order of the pages.
    """
    found = (
        select(Article)
        .join(Page, Page.url == Article.url)
        .join(Part, Part.page_id == Page.id)
        .where(Part.first_id == first_id)
        .order_by(Part.number)
    )
    return list(session.scalars(found))


def hold_all(session: Session, read: ArticleDraft, articles: Iterable[Article]) -> None:
    """Let nobody else decide on these articles and that one until the commit.

    In the order in which whoever changes an article takes these locks: names, texts, clusters.
    """
    known = list(articles)
    hold(session, read, [one.url for one in known])
    for text_id in sorted({one.text_id for one in known}):
        hold_text(session, text_id)
    lock(session, [b"clusters"])
    for one in known:
        session.refresh(one)  # as it stands now that nobody else changes it


def give_way(session: Session, part: Article, whole: Article, comparer: Comparer) -> None:
    """Let the whole stand for what the part stood for, and take the part's row away.

    What the part said was no version of the article, so its versions go with it; the text stays
    in ``texts`` and the page in the archive.  Hold both first (``hold_all``).
    """
    whole.depth = min(whole.depth, part.depth)
    whole.first_seen_at = min(whole.first_seen_at, part.first_seen_at)
    session.flush()
    pages = update(Page).where(Page.article_id == part.id)
    session.execute(pages.values(article_id=whole.id))
    session.execute(delete(Revision).where(Revision.article_id == part.id))
    remove(session, part.id)
    text_id, cluster_id = part.text_id, part.cluster_id
    session.delete(part)
    session.flush()
    if leave(session, text_id, comparer):
        relink(session, text_id, comparer)
    regroup(session, whole.id, text_id, cluster_id)
    session.expire(whole, ["cluster_id"])


def lead_parts(session: Session, first_id: int, article_id: int) -> None:
    """Let the further pages that have been read lead to the article, and end them."""
    read = (
        select(Page.id)
        .join(Part, Part.page_id == Page.id)
        .where(Part.first_id == first_id, Page.state == State.DONE)
        .with_for_update(of=Page)
    )
    page_state.to_done(
        session,
        [
            {
                "id": page_id,
                "reason": Reason.FURTHER_PAGE,
                "alias_of_id": first_id,
                "article_id": article_id,
                "next_fetch_at": None,
            }
            for page_id in session.scalars(read)
        ],
    )
