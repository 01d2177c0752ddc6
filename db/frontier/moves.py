"""Articles that moved: what was read at both addresses is read once more, to become one."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from db.frontier import page_state
from db.frontier.page_state import has_reason
from db.models import Page
from db.terms.states import Reason, State

#: the address that a redirect leads to
NEW_HOME = aliased(Page)


def read_again_after_move(session: Session, which: ColumnElement[bool]) -> None:
    """What was read at its new address before its old one led there is read once more.

    A reader then makes one article of the two. which: which old addresses (``Page``) or new ones
    (``NEW_HOME``) are looked at. One that is being fetched is looked at when it comes unchanged.
    """
    split = (
        select(NEW_HOME.id)
        .join(Page, Page.alias_of_id == NEW_HOME.id)
        .where(
            which,
            has_reason(Reason.REDIRECT),
            Page.article_id != NEW_HOME.article_id,
            NEW_HOME.state == State.DONE,
        )
    )
    page_state.to_fetched(session, [{"id": page_id} for page_id in set(session.scalars(split))])
