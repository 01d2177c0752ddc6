"""The tables of what is counted: kept by triggers, so that a count is as true as the rows."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, Json


class Count(Base):
    """A part of a count: all parts with the same name and key are to be added up."""

    __tablename__ = "counts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    #: what is counted: a ``db.counting.counts.Counted``
    name: Mapped[str] = mapped_column(primary_key=True)
    #: site, language, kind or state; "" where there is one count alone
    key: Mapped[str] = mapped_column(primary_key=True)
    #: PostgreSQL: the transaction, so that none waits for another's count; SQLite: 0
    part: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    amount: Mapped[int] = mapped_column(BigInteger)


class LinkSummary(Base):
    """What can be said of the links only after a look at all of them: the last look."""

    __tablename__ = "link_summary"

    #: 1: there is one row at most
    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    counted_at: Mapped[datetime]
    #: articles that no link leads from or to
    orphans: Mapped[int]
    #: (articles.url, links) of the most linked articles
    hubs: Mapped[list[tuple[str, int]]] = mapped_column(Json)
