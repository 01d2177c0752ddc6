"""Two rows for one article become one: the row of a further page gives way to the whole's."""

from collections.abc import Iterable

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.articles.draft import ArticleDraft
from db.articles.store import find, hold
from db.articles.word_index import remove
from db.duplicates.clusters import regroup
from db.duplicates.similar_pairs import Comparer, hold_text, leave, relink
from db.frontier import page_state
from db.models import Article, Page, Part, Revision
from db.sql.dialect import lock
from db.terms.states import Reason, State


def settle(session: Session, first_id: int, draft: ArticleDraft, comparer: Comparer) -> None:
    """Make one row of the article's and those of its further pages, which came before it.

    Where the article has none yet, that of the first of them becomes it: it keeps its id and the
    time when it was first seen.
    """
    parts = _at_parts(session, first_id)
    if not parts:
        return
    stored = find(session, draft.urls)
    _hold_all(session, draft, [*parts, *([stored] if stored else [])])
    if stored is None:
        stored = parts[0]
        stored.url = draft.url
    for part in parts:
        if part is not stored:
            _give_way(session, part, stored, comparer)
    _lead_parts(session, first_id, stored.id)


def unite(
    session: Session, draft: ArticleDraft, one: Article, other: Article, comparer: Comparer
) -> None:
    """Let ``other`` stand for ``one`` as well, which was another address of the same article."""
    _hold_all(session, draft, [one, other])
    _give_way(session, one, other, comparer)


def _at_parts(session: Session, first_id: int) -> list[Article]:
    """The articles that stand for further pages of the article that begins on this page alone.

    They were stored when nobody knew yet what comes before them. In the order of the pages.
    """
    articles = (
        select(Article)
        .join(Page, Page.url == Article.url)
        .join(Part, Part.page_id == Page.id)
        .where(Part.first_id == first_id)
        .order_by(Part.number)
    )
    return list(session.scalars(articles))


def _hold_all(session: Session, draft: ArticleDraft, articles: Iterable[Article]) -> None:
    """Let nobody else decide on these articles and that one until the commit.

    In the order in which whoever changes an article takes these locks: names, texts, clusters.
    """
    held = list(articles)
    hold(session, draft, [article.url for article in held])
    for text_id in sorted({article.text_id for article in held}):
        hold_text(session, text_id)
    lock(session, [b"clusters"])
    for article in held:
        session.refresh(article)  # as it stands now that nobody else changes it


def _give_way(session: Session, part: Article, whole: Article, comparer: Comparer) -> None:
    """Let the whole stand for what the part stood for, and take the part's row away.

    What the part said was no version of the article, so its versions go with it; the text stays
    in ``texts`` and the page in the archive.  Hold both first (``_hold_all``).
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


def _lead_parts(session: Session, first_id: int, article_id: int) -> None:
    """Let the further pages that have been read lead to the article, and end them."""
    read = (
        select(Page.id)
        .join(Part, Part.page_id == Page.id)
        .where(Part.first_id == first_id, Page.state == State.DONE)
        .with_for_update(of=Page, key_share=True)
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
