"""What a site repeats on its pages: learned by counting on how many articles a line stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.orm import Session

from db.dialect import chunks, insert_into
from db.models import RepeatedLine

#: articles of the site that must have the line: how many, and which part of all of them
MIN_ARTICLES, MIN_SHARE = 8, 0.1
#: every so many articles of a site, lines that hardly any had are forgotten
FORGET_EVERY, FORGET_BELOW = 500, 3
#: stands for all articles of the site
ALL = b""

_LINES = cast(Table, RepeatedLine.__table__)
_COUNTS = select(_LINES.c.digest, _LINES.c.articles).where(
    _LINES.c.site == bindparam("site"), _LINES.c.digest.in_(bindparam("digests", expanding=True))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LearnedLine:
    """A line that a site repeats."""

    site: str
    line: str
    #: articles that have it
    articles: int
    #: articles of the site that were counted
    of_articles: int


def learn(session: Session, site: str, lines: Mapping[bytes, str]) -> None:
    """Count an article of the site that has these lines (digest -> line)."""
    rows = [
        {"site": site, "digest": digest, "line": line, "articles": 1}
        for digest, line in sorted({**lines, ALL: ""}.items())  # one order for all writers
    ]
    statement = insert_into(session, _LINES).on_conflict_do_update(
        index_elements=["site", "digest"], set_={"articles": _LINES.c.articles + 1}
    )
    session.connection().execute(statement, rows)
    if counted(session, site) % FORGET_EVERY == 0:
        few = (
            RepeatedLine.site == site,
            RepeatedLine.articles < FORGET_BELOW,
            RepeatedLine.digest != ALL,
        )
        session.execute(delete(RepeatedLine).where(*few))


def counted(session: Session, site: str) -> int:
    """How many articles of the site were counted."""
    return _counts(session, site, [ALL]).get(ALL, 0)


def repeated(session: Session, site: str, digests: Collection[bytes]) -> frozenset[bytes]:
    """Which of these lines the site repeats."""
    if not digests:
        return frozenset()
    counts = _counts(session, site, [ALL, *sorted(digests)])
    least = _least(counts.pop(ALL, 0))
    return frozenset(digest for digest, articles in counts.items() if articles >= least)


def _counts(session: Session, site: str, digests: Sequence[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for some in chunks(digests):
        values: dict[str, Any] = {"site": site, "digests": some}
        rows = session.connection().execute(_COUNTS, values)
        found |= {row.digest: row.articles for row in rows}
    return found


def _least(articles: int) -> int:
    return max(MIN_ARTICLES, ceil(articles * MIN_SHARE))


def learned(session: Session, site: str) -> list[LearnedLine]:
    """All that the site repeats, the most frequent first."""
    total = counted(session, site)
    statement = (
        select(RepeatedLine.line, RepeatedLine.articles)
        .where(
            RepeatedLine.site == site,
            RepeatedLine.digest != ALL,
            RepeatedLine.articles >= _least(total),
        )
        .order_by(RepeatedLine.articles.desc(), RepeatedLine.line)
    )
    return [
        LearnedLine(site=site, line=row.line, articles=row.articles, of_articles=total)
        for row in session.execute(statement)
    ]
