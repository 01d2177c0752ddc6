"""What the database knows of an article that comes in, in one statement: it, its text, its keys.

Each statement is a way to the server and back, and costs more than the look-up itself.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from db.duplicates.shingle_index import TEXTS_OF_KEYS, Holders, ids_in
from db.sql.dialect import is_sqlite, number_list, run


@dataclass(frozen=True, kw_only=True, slots=True)
class Recognised:
    """What is there already."""

    #: the article that one of the addresses leads to, its own address first
    article_id: int | None
    #: the row of the very same body
    text_id: int | None
    #: who has the keys
    holders: Holders


#: articles that addresses lead to, of each database (on SQLite -> statement), by two ways
_ARTICLES: Mapping[bool, str] = {
    # the order of the joins is said to SQLite, which otherwise reads whole tables while small
    True: "SELECT 0 AS way, a.id AS id, NULL AS texts FROM json_each(:urls) AS u"
    " CROSS JOIN articles AS a ON a.url = u.value"
    " UNION ALL SELECT 1, p.article_id, NULL FROM json_each(:urls) AS u"
    " CROSS JOIN pages AS p ON p.url = u.value WHERE p.article_id IS NOT NULL",
    False: "SELECT 0 AS way, id, NULL AS texts FROM articles WHERE url = ANY(%(urls)s)"
    " UNION ALL SELECT 1, article_id, NULL FROM pages"
    " WHERE url = ANY(%(urls)s) AND article_id IS NOT NULL",
}
#: ... and a further one for the text, and one for its keys
_TEXT = 2
_LOOK: Mapping[bool, str] = {
    True: f"{_ARTICLES[True]} UNION ALL SELECT 2, id, NULL FROM texts WHERE sha256 = :sha256"
    f" UNION ALL SELECT 3, h.key, h.texts FROM ({TEXTS_OF_KEYS[True]}) AS h",
    False: f"{_ARTICLES[False]} UNION ALL SELECT 2, id, NULL FROM texts WHERE sha256 = %(sha256)s"
    f" UNION ALL SELECT 3, h.key, h.texts FROM ({TEXTS_OF_KEYS[False]}) AS h",
}


def digest_of(body: str) -> bytes:
    """What a body is found by as a whole."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).digest()


def recognise(
    session: Session, *, urls: Sequence[str], sha256: bytes, keys: Sequence[int]
) -> Recognised:
    """Look the article up by its addresses, its text and the keys of that."""
    session.flush()
    values = {
        "urls": _listed(session, urls),
        "keys": number_list(session, keys),
        "sha256": sha256,
    }
    return _sorted_out(run(session, _LOOK, values))


def article_at(session: Session, urls: Collection[str]) -> int | None:
    """The article that one of these addresses leads to: its own address first."""
    session.flush()
    rows = run(session, _ARTICLES, {"urls": _listed(session, urls)})
    return min((way, id_) for way, id_, _ in rows)[1] if rows else None


def _listed(session: Session, urls: Collection[str]) -> str | list[str]:
    return json.dumps([*urls]) if is_sqlite(session) else [*urls]


def _sorted_out(rows: Iterable[Sequence[Any]]) -> Recognised:
    """The rows by what they are of."""
    articles: list[tuple[int, int]] = []
    text_id: int | None = None
    holders: dict[int, list[int]] = {}
    for way, id_, texts in rows:
        if texts:
            holders[id_] = ids_in(texts)
        elif way == _TEXT:
            text_id = id_
        elif way < _TEXT:
            articles.append((way, id_))
    article_id = min(articles)[1] if articles else None
    return Recognised(article_id=article_id, text_id=text_id, holders=holders)
