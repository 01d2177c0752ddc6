"""What is copied: the tables in the order of their references, and what must wait for the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, tuple_

from db.models import Base

#: rows in one commit; bodies are large
_BATCH = 500
_BATCHES = {"archive": 40, "texts": 200, "articles": 200}
#: what the target's own triggers write while the rows come
_BY_TRIGGERS = ("counts",)


@dataclass(frozen=True, slots=True)
class TablePlan:
    """How one table is copied."""

    table: Table
    #: columns that refer to rows of the same table or of a later one: set when all rows are there
    late: tuple[str, ...]

    @property
    def name(self) -> str:
        """The table's."""
        return self.table.name

    @property
    def keys(self) -> tuple[Column[Any], ...]:
        """The columns of its primary key."""
        return tuple(self.table.primary_key.columns)

    @property
    def key(self) -> Any:
        """The primary key as a value that can be compared."""
        return self.keys[0] if len(self.keys) == 1 else tuple_(*self.keys)

    @property
    def batch(self) -> int:
        """Rows in one commit."""
        return _BATCHES.get(self.name, _BATCH)

    def key_of(self, row: dict[str, Any]) -> Any:
        """A row's primary key, as ``key`` gives it."""
        values = tuple(row[column.name] for column in self.keys)
        return values[0] if len(values) == 1 else values


def plans() -> Iterator[TablePlan]:
    """Every table that is copied, after those that it refers to."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in _BY_TRIGGERS]
    place = {table.name: at for at, table in enumerate(tables)}
    for table in tables:
        late = tuple(
            key.parent.name
            for key in table.foreign_keys
            if place[key.column.table.name] >= place[table.name]
        )
        yield TablePlan(table, tuple(sorted(late)))
