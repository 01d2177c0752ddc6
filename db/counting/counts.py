"""The counts of what the database holds: reads them, adds up their parts, checks them.

Triggers keep them (migration 0020), in the transaction of the rows that they count.
"""

from collections import defaultdict
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, literal, select, text, union_all
from sqlalchemy.orm import Session

from db.models import ArchivedPage, Article, Cluster, Count, Link, Page, Revision
from db.sql.dialect import is_sqlite

#: parts of counts that are left as they are
MAX_PARTS = 1_000


class Counted(StrEnum):
    """What is counted, as the triggers name it."""

    SITE = "site"
    LANGUAGE = "language"
    COPIED = "copied"
    REVISIONS = "revisions"
    CLUSTERS = "clusters"
    KIND = "kind"
    STATE = "state"
    ARCHIVED = "archived"
    ARCHIVED_BYTES = "archived bytes"


Amounts = dict[str, dict[str, int]]

_ADD_UP = text(
    "WITH parts AS (DELETE FROM counts WHERE (name, key, part) IN"
    " (SELECT name, key, part FROM counts FOR UPDATE SKIP LOCKED)"
    " RETURNING name, key, amount)"
    " INSERT INTO counts (name, key, part, amount)"
    " SELECT name, key, pg_current_xact_id()::text::bigint, sum(amount) FROM parts"
    " GROUP BY name, key HAVING sum(amount) <> 0"
)
#: until the new counts are there nobody writes what is counted
_LOCK = text(
    "LOCK TABLE articles, revisions, clusters, links, pages, archive, counts IN EXCLUSIVE MODE"
)


def amounts(session: Session) -> Amounts:
    """Name -> key -> count, the largest first; what is 0 is left out."""
    total: ColumnElement[int] = func.sum(Count.amount).label("total")
    return _amounts(session, select(Count.name, Count.key, total).group_by(Count.name, Count.key))


def add_up(session: Session) -> None:
    """Make one of many parts: each transaction on PostgreSQL leaves some."""
    if is_sqlite(session):
        return
    parts = select(literal(1)).select_from(Count).limit(MAX_PARTS + 1).subquery()
    if (session.scalar(select(func.count()).select_from(parts)) or 0) > MAX_PARTS:
        session.execute(_ADD_UP)


def wrong_counts(session: Session) -> list[str]:
    """The counts that are not those of the rows, one line each. Looks at all rows."""
    kept, actual = amounts(session), _counted_rows(session)
    return [
        f"count of {name} {key or 'in all'} is {kept.get(name, {}).get(key, 0)}, not "
        f"{actual.get(name, {}).get(key, 0)}: `terkait db recount`"
        for name in Counted
        for key in sorted(kept.get(name, {}).keys() | actual.get(name, {}).keys())
        if kept.get(name, {}).get(key, 0) != actual.get(name, {}).get(key, 0)
    ]


def count_anew(session: Session) -> None:
    """Replace all counts by those of the rows."""
    if not is_sqlite(session):
        session.execute(_LOCK)
    session.execute(delete(Count))
    rows = [
        {"name": name, "key": key, "part": 0, "amount": amount}
        for name, by_key in _counted_rows(session).items()
        for key, amount in by_key.items()
    ]
    if rows:
        session.execute(insert(Count), rows)


def _counted_rows(session: Session) -> Amounts:
    one: ColumnElement[int] = func.count()
    language = func.coalesce(Article.language, "")
    return _amounts(
        session,
        union_all(
            _rows(Counted.SITE, Article, Article.site, one).group_by(Article.site),
            _rows(Counted.LANGUAGE, Article, language, one).group_by(language),
            _rows(Counted.COPIED, Article, literal(""), func.count(Article.cluster_id)),
            _rows(Counted.REVISIONS, Revision, literal(""), one),
            _rows(Counted.CLUSTERS, Cluster, literal(""), one),
            _rows(Counted.KIND, Link, Link.kind, one).group_by(Link.kind),
            _rows(Counted.STATE, Page, Page.state, one).group_by(Page.state),
            _rows(Counted.ARCHIVED, ArchivedPage, literal(""), one),
            _rows(
                Counted.ARCHIVED_BYTES,
                ArchivedPage,
                literal(""),
                func.coalesce(func.sum(ArchivedPage.size), 0),
            ),
        ),
    )


def _rows(name: Counted, table: Any, key: Any, amount: ColumnElement[int]) -> Select[Any]:
    return select(literal(name.value).label("name"), key, amount).select_from(table)


def _amounts(session: Session, wanted: Any) -> Amounts:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    rows = [tuple(row) for row in session.execute(wanted)]
    for name, key, amount in sorted(rows, key=lambda row: (-row[2], row[1])):
        if amount:
            found[name][key] = int(amount)
    return dict(found)
