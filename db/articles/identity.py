"""Whether two addresses are of one article: what pages claim is believed where they agree.

``rel=canonical`` and redirects say that another address is the article's. Some sites send all that
they took away to one page, or name one address on pages of many articles; there each page is an
article of its own.
"""

import json
import re
from collections.abc import Sequence, Set
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from db.articles.draft import ArticleDraft
from db.articles.merge import unite
from db.articles.store import find, hold
from db.duplicates.similar_pairs import Comparer
from db.frontier import page_state
from db.frontier.pending import PendingPage
from db.models import ArchivedPage, Article, Page, Text
from db.sql.dialect import is_sqlite
from db.terms.states import Reason, Why

#: which of some addresses lead to an article; the order of the joins is said to SQLite
_LEADING = text(
    "SELECT a.url FROM json_each(:urls) AS u CROSS JOIN articles AS a ON a.url = u.value"
    " UNION ALL SELECT p.url FROM json_each(:urls) AS u CROSS JOIN pages AS p"
    " ON p.url = u.value WHERE p.article_id IS NOT NULL"
)
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"\w+")
_FORM = re.compile(r"^(?:www|m)\.")


def is_same(stored: Article, body: str, draft: ArticleDraft, comparer: Comparer) -> bool:
    """Whether what is stored (its text is ``body``) and what was read are one article."""
    if body == draft.body:
        return True
    before, now = stored.title or "", draft.fields["title"] or ""
    if _NUMBER.findall(before) != _NUMBER.findall(now):
        return False  # the same report of another day is alike in all but that
    if comparer.likeness(body, draft.body) is not None:
        return True
    is_short = not (comparer.keys(body) and comparer.keys(draft.body))
    return is_short and _words(before) == _words(now)


def _words(title: str) -> list[str]:
    return _WORD.findall(title.casefold())


def doubted(
    session: Session, page: PendingPage, draft: ArticleDraft, comparer: Comparer
) -> ArticleDraft:
    """The draft; at the page's own address where the one that it names is of another article."""
    own = page.copy.url
    if draft.url == own:
        return draft
    if _is_doubted(session, draft.url):
        return _at_home(session, draft, own)
    stored = find(session, [draft.url])
    if stored is None or stored.id == page.article_id:
        return draft
    body = session.get_one(Text, stored.text_id).body
    if is_same(stored, body, draft, comparer):
        return draft
    _send_home(session, stored, draft.url)
    return _at_home(session, draft, own)


def known_forms(session: Session, drafts: Sequence[ArticleDraft]) -> Set[str] | None:
    """The other forms of their addresses that lead to an article, or will as these are stored.

    None on PostgreSQL, where another may store one meanwhile.
    """
    if not is_sqlite(session):
        return None
    forms = {form for draft in drafts for form in forms_of(draft.url)}
    coming = forms.intersection(url for draft in drafts for url in draft.urls)
    rows = session.connection().execute(_LEADING, {"urls": json.dumps([*forms])})
    return coming.union(rows.scalars())


def in_known_form(
    session: Session, page: PendingPage, draft: ArticleDraft, known: Set[str] | None
) -> ArticleDraft:
    """The draft at the address where the very same text is stored, where that is but another form.

    Forms differ in ``www`` or ``m``, http or https, a slash at the end, or ``?ref=``. known: those
    that ``known_forms`` tells; None: they are asked for now.
    """
    if page.article_id is not None or draft.url != page.copy.url:
        return draft
    forms = forms_of(draft.url)
    if known is not None and known.isdisjoint(forms):
        return draft
    stored = find(session, forms)
    if stored is None or stored.title != draft.fields["title"]:
        return draft
    if session.get_one(Text, stored.text_id).body != draft.body:
        return draft
    if find(session, draft.urls) is not None:
        return draft
    address = replace(draft.addresses[0], url=stored.url)
    hold(session, draft, [stored.url])
    return replace(draft, url=stored.url, addresses=(address, *draft.addresses), is_own=False)


@lru_cache(maxsize=256)  # asked for a group of pages, and for each of them again
def forms_of(url: str) -> Sequence[str]:
    """The other forms of an address."""
    parts = urlsplit(url)
    name = _FORM.sub("", parts.netloc)
    query = "&".join(pair for pair in parts.query.split("&") if not pair.startswith("ref="))
    path = parts.path.rstrip("/")
    forms = {
        urlunsplit((scheme, host, path + end, query, ""))
        for scheme in ("http", "https")
        for host in (name, f"www.{name}", f"m.{name}")
        for end in ("", "/")
    }
    return tuple(sorted(forms - {url}))


def _is_doubted(session: Session, url: str) -> bool:
    reason = session.scalar(select(Page.reason).where(Page.url == url))
    return reason is not None and Why.parse(reason).reason is Reason.NOT_ONE_ARTICLE


def _at_home(session: Session, draft: ArticleDraft, own: str) -> ArticleDraft:
    addresses = tuple(address for address in draft.addresses if address.url != draft.url)
    moved = replace(draft, url=own, addresses=addresses, is_own=True)
    hold(session, moved)
    return moved


def _send_home(session: Session, stored: Article, claimed: str) -> None:
    """Give back its own address to an article that has the claimed one by its claim alone.

    The claimed address is remembered as that of no one article.
    """
    read_at = session.scalar(select(ArchivedPage.url).where(ArchivedPage.id == stored.archive_id))
    named = session.scalars(select(Page).where(Page.url == claimed)).first()
    if stored.url != claimed or read_at in (None, claimed) or named is None or named.fetched_at:
        return  # it was read there
    if session.scalar(select(Article.id).where(Article.url == read_at)) is not None:
        return
    stored.url = str(read_at)
    named.article_id = named.alias_of_id = None
    session.flush()
    page_state.to_skipped(session, {named.id: Why(Reason.NOT_ONE_ARTICLE)})


def follow_move(
    session: Session, page: PendingPage, draft: ArticleDraft, comparer: Comparer
) -> None:
    """Let an article whose address redirects here be what was read here, where it is the same.

    What was read here before that was known gives way to it.
    """
    if page.moved_from in (None, page.article_id):
        return
    moved = session.get(Article, page.moved_from)
    here = find(session, draft.urls)
    if moved is None or moved is here or (here is not None and here.revisions > 1):
        return
    body = session.get_one(Text, moved.text_id).body
    if not is_same(moved, body, draft, comparer):
        return
    if here is not None:
        unite(session, draft, here, moved, comparer)
    else:
        hold(session, draft, [moved.url])
    moved.url = draft.url
    session.flush()
    own = update(Page).where(Page.id == page.page_id)
    session.execute(own.values(article_id=moved.id))
