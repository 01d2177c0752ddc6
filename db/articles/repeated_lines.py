"""What a site repeats on its pages: learned by counting on how many articles a line stands."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.orm import Session

from db.models import RepeatedLine
from db.sql.dialect import chunks, insert_into

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


def learn(session: Session, site: str, articles: Sequence[Mapping[bytes, str]]) -> None:
    """Count articles of the site, each by its lines (digest -> line)."""
    lines = {digest: line for article in articles for digest, line in article.items()} | {ALL: ""}
    counts = Counter(digest for article in articles for digest in {**article, ALL: ""})
    rows = [
        {"site": site, "digest": digest, "line": line, "articles": counts[digest]}
        for digest, line in sorted(lines.items())  # one order for all writers
    ]
    added = insert_into(session, _LINES)
    statement = added.on_conflict_do_update(
        index_elements=["site", "digest"],
        set_={"articles": _LINES.c.articles + added.excluded.articles},
    )
    session.connection().execute(statement, rows)
    total = counted(session, site)
    if total // FORGET_EVERY > (total - len(articles)) // FORGET_EVERY:
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
    return LineCounts.of(session, site, digests).repeated(digests)


@dataclass(slots=True)
class LineCounts:
    """On how many articles of a site each of some lines stands."""

    articles: int
    with_line: Counter[bytes]

    @classmethod
    def of(cls, session: Session, site: str, digests: Collection[bytes]) -> "LineCounts":
        """As the database has them."""
        counts = Counter(_counts(session, site, [ALL, *sorted(digests)]) if digests else {})
        return cls(articles=counts.pop(ALL, 0), with_line=counts)

    def add(self, digests: Iterable[bytes]) -> None:
        """Count an article that has these lines."""
        self.articles += 1
        self.with_line.update(dict.fromkeys(digests, 1))

    def repeated(self, digests: Collection[bytes]) -> frozenset[bytes]:
        """Which of the lines the site repeats."""
        least = _least(self.articles)
        return frozenset(digest for digest in digests if self.with_line[digest] >= least)


def _counts(session: Session, site: str, digests: Sequence[bytes]) -> dict[bytes, int]:
    counts: dict[bytes, int] = {}
    for batch in chunks(digests):
        values: dict[str, Any] = {"site": site, "digests": batch}
        rows = session.connection().execute(_COUNTS, values)
        counts |= {row.digest: row.articles for row in rows}
    return counts


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
