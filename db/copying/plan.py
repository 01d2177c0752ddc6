"""What is copied: the tables in the order of their references, and what must wait for the end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Table, tuple_

from db.models import Base

#: rows in one commit; bodies are large, keys of copies are small
_BATCH = 5_000
_BATCHES = {"archive": 200, "texts": 1_000, "articles": 1_000, "revisions": 2_000, "bands": 50_000}
#: what the target's own triggers write while the rows come
_BY_TRIGGERS = ("counts",)

Row = Sequence[Any]


@dataclass(frozen=True)
class TablePlan:
    """How one table is copied."""

    table: Table
    #: columns that refer to rows of the same table, maybe to later ones: those are set when all
    #: rows are there
    late: tuple[str, ...]

    @property
    def name(self) -> str:
        """The table's."""
        return self.table.name

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, in the order in which rows have their values."""
        return tuple(column.name for column in self.table.columns)

    @cached_property
    def keys(self) -> tuple[Column[Any], ...]:
        """The columns of its primary key."""
        return tuple(self.table.primary_key.columns)

    @cached_property
    def key(self) -> Any:
        """The primary key as a value that can be compared."""
        return self.keys[0] if len(self.keys) == 1 else tuple_(*self.keys)

    @property
    def is_numbered(self) -> bool:
        """Whether its keys are numbers, which both databases and Python have in the same order."""
        return all(isinstance(key.type, BigInteger | Integer) for key in self.keys)

    @property
    def batch(self) -> int:
        """Rows in one commit."""
        return _BATCHES.get(self.name, _BATCH)

    @cached_property
    def key_of(self) -> Any:
        """A function that gives a row's primary key, as ``key`` gives it."""
        return itemgetter(*(self.columns.index(column.name) for column in self.keys))

    @cached_property
    def _late_places(self) -> tuple[int, ...]:
        return tuple(self.columns.index(name) for name in self.late)

    def early(self, row: Row) -> Row:
        """The row without what refers to a later one."""
        own = self.key_of(row)
        places = [at for at in self._late_places if (row[at] or 0) > own]
        return tuple(None if at in places else row[at] for at in range(len(row)))


def plans() -> Iterator[TablePlan]:
    """Every table that is copied, after those that it refers to."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in _BY_TRIGGERS]
    for table in tables:
        late = {key.parent.name for key in table.foreign_keys if key.column.table is table}
        yield TablePlan(table, tuple(sorted(late)))
