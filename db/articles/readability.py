"""Whether a page that came still has its article's text; where not, nothing of the article changes.

A site that serves its headline without the text, or a few words of regret in its place, has not
changed its article. Such words are believed to be the article's only when a second visit finds the
same ones, and no other page came with them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from db.articles.draft import ArticleDraft
from db.articles.match import digest_of
from db.articles.store import find
from db.frontier import visit_log
from db.frontier.pending import PendingPage
from db.models import Text
from db.terms.states import Reason, VisitOutcome, Why

#: a text with fewer words may be what is left of one
SHORT_WORDS = 100
#: a text has shrunk to almost nothing where it has less than this share of its words
_SHARE = 0.25
#: between two visits that count as two
_APART = timedelta(hours=12)
#: until the next night, which may begin a little earlier than this one did
_NIGHT = timedelta(hours=20)
#: nights in a row before the page is left alone longer, and how long at most
_NIGHTS, _MAX_WAIT = 3, timedelta(days=30)
#: visits from which that is told
_LOOKED_AT = 12
#: forms of articles that are complete without text
_TEXTLESS = frozenset({"video", "gallery"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """Why a page could not be read, and the few words that came."""

    why: Why
    #: None: there were none
    digest: bytes | None = None


def is_short(words: int) -> bool:
    """True for a text that may be what is left of one."""
    return words < SHORT_WORDS


def has_shrunk(before: int, now: int) -> bool:
    """True where of so many words almost nothing is left."""
    return is_short(now) and now < before * _SHARE


def why_unreadable(
    session: Session, page: PendingPage, draft: ArticleDraft, digests: Collection[bytes] = ()
) -> Unread | None:
    """Why the draft is not the article's text; None where it is.

    digests: of words that came in place of texts and are not written down yet.
    """
    if not is_short(draft.words):
        return None
    stored = find(session, draft.urls)
    if stored is None:
        why_none = _why_none(session, page, draft, digests)
        return None if why_none is None else Unread(why=Why(Reason.NOT_AN_ARTICLE, why_none))
    before = session.get_one(Text, stored.text_id).words
    if not has_shrunk(before, draft.words):
        return None
    digest = digest_of(draft.body) if draft.words else None
    if digest is not None and _is_confirmed(session, page, digest):
        return None
    return Unread(
        why=Why(Reason.UNREADABLE, f"{draft.words} of {before} words"),
        digest=digest,
    )


def _why_none(
    session: Session, page: PendingPage, draft: ArticleDraft, digests: Collection[bytes]
) -> str | None:
    """Why what came is no new article: nothing, or the words that other pages came with."""
    if not draft.words:
        return None if draft.fields["page_type"] in _TEXTLESS else "no text"
    digest = digest_of(draft.body)
    if digest in digests or visit_log.is_digest_elsewhere(session, page.page_id, digest):
        return "words that other pages have in place of their text"
    return None


def _is_confirmed(session: Session, page: PendingPage, digest: bytes) -> bool:
    """Whether the visit before found the same words, and nothing else came with them."""
    for visit in visit_log.last_ended(session, page.page_id, 1):
        return (
            visit.digest == digest
            and page.copy.fetched_at - visit.at >= _APART
            and not visit_log.is_digest_elsewhere(session, page.page_id, digest)
        )
    return False


def next_look(session: Session, page_id: int) -> timedelta:
    """How long a page that could not be read is left alone: a night, and longer in the end."""
    nights = 0
    for visit in visit_log.last_ended(session, page_id, _LOOKED_AT):
        if visit.outcome != VisitOutcome.UNREADABLE:
            break
        nights += 1
    longer: int = 2 ** max(0, nights + 1 - _NIGHTS)
    return min(_NIGHT * longer, _MAX_WAIT)
