"""Writes rows as Parquet, some at a time; needs the extra ``parquet`` (arro3)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import IO, Any

from terkait.errors import BadUsage
from terkait.exports.tables import Kind, Row, Table, typed

#: rows in memory at a time, and in a group of the file
BATCH_ROWS = 500
GROUP_ROWS = 5_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def write_parquet(rows: Iterable[Row], table: Table, file: IO[bytes]) -> None:
    """Write all rows. Raises BadUsage where the extra is not installed."""
    core, io = _arro3()
    schema = core.Schema([core.Field(n, _type(core, k)) for n, k in table.columns.items()])
    batches = _Batches(core, schema, rows, table)
    reader = core.RecordBatchReader.from_batches(schema, batches)
    try:
        io.write_parquet(
            reader,
            file,
            compression="zstd(3)",
            max_row_group_size=GROUP_ROWS,
            key_value_metadata={"table": table.name},
        )
    except Exception:
        # arro3 turns whatever goes wrong while rows are made into an error of its own
        if batches.error is not None:
            raise batches.error from None
        raise


def _arro3() -> tuple[Any, Any]:
    try:
        from arro3 import core, io
    except ImportError as error:
        raise BadUsage(
            "Parquet needs a library that is not installed: pip install 'arro3-io>=0.9'"
        ) from error
    return core, io


class _Batches:
    """Rows as batches of Arrow; keeps the error that ended them."""

    def __init__(self, core: Any, schema: Any, rows: Iterable[Row], table: Table) -> None:
        self._core = core
        self._schema = schema
        self._rows = rows
        self._table = table
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[Any]:
        try:
            rows = iter(self._rows)
            while batch := [typed(row, self._table) for row in islice(rows, BATCH_ROWS)]:
                yield self._batch(batch)
        except BaseException as error:
            self.error = error
            raise

    def _batch(self, cells: list[list[Any]]) -> Any:
        columns = zip(*cells, strict=True)
        kinds = self._table.columns.values()
        arrays = [
            _array(self._core, kind, values) for kind, values in zip(kinds, columns, strict=True)
        ]
        return self._core.RecordBatch.from_arrays(arrays, schema=self._schema)


def _type(core: Any, kind: Kind) -> Any:
    types = core.DataType
    if kind == "strings":
        return types.list(core.Field("item", types.string()))
    return {
        "integer": types.int64,
        "number": types.float64,
        "string": types.string,
        "json": types.string,
        "boolean": types.bool,
        "datetime": lambda: types.timestamp("us", tz="UTC"),
    }[kind]()


def _array(core: Any, kind: Kind, values: tuple[Any, ...]) -> Any:
    if kind == "strings":
        offsets = [0]
        for value in values:
            offsets.append(offsets[-1] + len(value))
        texts = core.Array(list(chain.from_iterable(values)), core.DataType.string())
        indexes = core.Array(offsets, core.DataType.int32())
        return core.list_array(indexes, texts, type=_type(core, kind))
    if kind == "datetime":
        moments = [None if at is None else (at - _EPOCH) // _MICROSECOND for at in values]
        return core.Array(moments, core.DataType.int64()).cast(_type(core, kind))
    return core.Array(list(values), _type(core, kind))
