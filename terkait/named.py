"""From what a person types to the article or address meant: an id, an address in any form, a title.

The commands, the web page, its API and the library all understand the same by it.
"""

import re
from collections.abc import Sequence

from db.models import Article
from db.queries.resolve import find_article, no_article
from db.queries.search.results import SearchHit, search_page
from db.sql.session import Session
from db.terms.errors import NotFound
from terkait.addresses import canonical_address, is_address
from terkait.errors import BadUsage

#: of an id; more are of no number that a database has
_MAX_ID_DIGITS = 18
#: of a title; more are no help to find it
_MAX_TITLE_CHARS = 500
_MAX_TITLE_WORDS = 30
#: articles that a title may mean and that are named beside it
_MAX_PROPOSED = 3


def named_article(session: Session, text: str) -> Article:
    """The article meant. Raises NotFound with what is nearest, BadUsage for no address at all."""
    key = named(session, text)
    return find_article(session, key)


def named_address(session: Session, text: str) -> str:
    """The canonical address meant; of an article its own. Raises NotFound, BadUsage."""
    key = named(session, text)
    return key if isinstance(key, str) else find_article(session, key).url


def named(session: Session, text: str) -> int | str:
    """The id of the article meant, or the canonical address. Raises NotFound, BadUsage."""
    text = " ".join(text.split())
    if text.isdecimal():  # full-width and Arabic digits too
        if len(text) > _MAX_ID_DIGITS:
            raise no_article(session, text[:_MAX_TITLE_CHARS])
        return int(text)
    if not re.search(r"\w", text):
        raise BadUsage("give an address, the number of an article, or its title")
    if is_address(text):
        return canonical_address(text)
    return _by_title(session, text[:_MAX_TITLE_CHARS])


def _by_title(session: Session, text: str) -> int:
    """The one article whose title is this, or has these words in this order."""
    page = search_page(session, f'title:"{text.replace(chr(34), " ")}"', limit=50)
    same = [hit for hit in page.hits if (hit.title or "").casefold() == text.casefold()]
    meant = same or page.hits
    if len(meant) == 1:
        return meant[0].id
    if not meant:
        raise NotFound(f"no article has the title {text!r}; {_near(session, text)}")
    more = (len(same) or page.total) - _MAX_PROPOSED
    what = "several articles have this title" if same else "several titles have these words"
    others = f", and {more} more" if more > 0 else ""
    raise NotFound(f"{what}: {_listed(meant)}{others}; give the number of one")


def _near(session: Session, text: str) -> str:
    """Articles with one of the words in the title, those with most of them first."""
    words = re.findall(r"\w+", text)[:_MAX_TITLE_WORDS]
    asked = " OR ".join(f'title:"{word}"' for word in words)
    alike = search_page(session, asked, limit=_MAX_PROPOSED).hits if words else ()
    return f"near it: {_listed(alike)}" if alike else "`terkait search WORDS` finds articles"


def _listed(hits: Sequence[SearchHit]) -> str:
    return ", ".join(f"{hit.id} ({(hit.title or hit.url)[:80]})" for hit in hits[:_MAX_PROPOSED])
