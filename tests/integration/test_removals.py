"""What a site has taken away is kept, and marked wherever it is shown. On both databases."""

from datetime import timedelta

from sqlalchemy.orm import Session

from db.models import Article
from db.queries.copies import copies_of
from db.queries.graph.stories import story
from db.queries.removals import gone_since
from db.queries.revisions import versions_of
from tests.rows import NOON, add_article, add_page, add_revision
from workers.dedup.comparer import COMPARER

URL, AMP = "https://a.test/1", "https://a.test/1/amp"
LATER = NOON + timedelta(days=2)


def add_gone(session: Session) -> Article:
    """An article of two versions whose address answers no more."""
    article = add_article(session, URL, "Pasar Tua Dibongkar", "Pasar tua di tepi kali dibongkar.")
    article.revisions = 2
    add_revision(session, article, number=2)
    add_page(session, URL, gone_at=LATER)
    return article


def test_newest_version_is_marked_and_says_since_when(session: Session) -> None:
    first, second = versions_of(session, add_gone(session).id)
    assert (first.gone_since, first.marks) == (None, ())
    assert (second.gone_since, second.marks) == (LATER, ("gone",))


def test_copies_and_chapters_say_since_when(session: Session) -> None:
    article = add_gone(session)
    assert [one.gone_since for one in copies_of(session, article, COMPARER)] == [LATER]
    assert [one.gone_since for one in story(session, article)] == [LATER]


def test_article_is_there_while_its_own_address_is(session: Session) -> None:
    article = add_gone(session)
    add_page(session, URL, gone_at=None)
    add_page(session, AMP, article_id=article.id, fetched_at=NOON, gone_at=LATER)
    assert gone_since(session, [article.id]) == {}


def test_article_read_elsewhere_only_is_gone_with_the_last_of_its_addresses(
    session: Session,
) -> None:
    article = add_gone(session)
    add_page(session, URL, gone_at=None, fetched_at=None)  # its own was never asked for
    add_page(session, AMP, article_id=article.id, fetched_at=NOON, gone_at=LATER)
    assert gone_since(session, [article.id]) == {article.id: LATER}
    add_page(session, f"{URL}/2", article_id=article.id, fetched_at=NOON)
    assert gone_since(session, [article.id]) == {}
