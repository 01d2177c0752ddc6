"""What all tables have in common."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Identity, Index, Integer, LargeBinary, MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.sql.types import CleanJson, CleanText, UTCDateTime

#: SQLite can drop a constraint only by its name, so every one has one from the first revision on
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Id = BigInteger().with_variant(Integer(), "sqlite")
Json = CleanJson()


class Base(DeclarativeBase):
    """Root of the tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        str: CleanText(),
        datetime: UTCDateTime(),
        bytes: LargeBinary(),
    }


def key() -> Mapped[int]:
    """A number as primary key, given by the database."""
    return mapped_column(Id, Identity(), primary_key=True)


#: in the notes of an index: of which rows it is
WHERE = "where"


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of some rows.

    The condition is given to the databases by ``whole_metadata``: what goes to a dialect loads it,
    and PostgreSQL's takes longer than a search.
    """
    return Index(name, *columns, info={WHERE: where})


def whole_metadata() -> MetaData:
    """The tables with the conditions of their indexes, to be compared with those of a database."""
    for table in Base.metadata.sorted_tables:
        for index in table.indexes:
            if WHERE in index.info:
                condition = text(index.info[WHERE])
                index.dialect_kwargs["sqlite_where"] = condition
                index.dialect_kwargs["postgresql_where"] = condition
    return Base.metadata
