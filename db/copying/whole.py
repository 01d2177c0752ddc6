"""Copies a database: tables, then references, index of words and counters, then compares.

The source is read as it was at one moment and may be in use. A copy that was stopped goes on when
it is called again: a table of its own in the target says whose copy it is until that is complete.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Identity, text

from db.archiving.places import share_all
from db.copying.checksum import Checksum
from db.copying.plan import TablePlan, plans
from db.copying.rows import checksum_of, copy_rows, count_rows, drop_extra, fill_late
from db.copying.words import index_words
from db.counting.counts import add_up
from db.sql import schema
from db.sql.session import Database
from db.terms.errors import SchemaMismatch, TargetUnusable

_MARK = "terkait_copy"


@dataclass(frozen=True, kw_only=True, slots=True)
class CopiedTable:
    """A table, counted and added up on both sides."""

    name: str
    source: Checksum
    target: Checksum

    @property
    def is_same(self) -> bool:
        """True where both hold the same rows."""
        return self.source.rows == self.target.rows and self.source.shown == self.target.shown


def copy_database(
    source: Database, target: Database, *, say: Callable[[str], None]
) -> list[CopiedTable]:
    """Copy all; ``say`` is told what is under way. Raises TargetUnusable, SchemaMismatch."""
    schema.require_current(source)
    _prepare(source, target)
    share_all(source)  # objects are not copied: both name them
    all_plans = list(plans())
    with source.read() as session:
        sums: dict[str, Checksum] = {}
        for plan in all_plans:
            say(plan.name)
            sums[plan.name] = copy_rows(session, target, plan)
        for plan in all_plans:
            if plan.late:
                say(f"{plan.name}: references")
                fill_late(session, target, plan)
        for plan in reversed(all_plans):
            if count_rows(target, plan) > sums[plan.name].rows:
                drop_extra(session, target, plan)
        say("index of words")
        index_words(target)
        _set_counters(target, all_plans)
        with target.write() as copied:
            add_up(copied)
        say("comparing")
        with target.read() as copied:
            tables = [
                CopiedTable(
                    name=plan.name, source=sums[plan.name], target=checksum_of(copied, plan)
                )
                for plan in all_plans
            ]
    if all(table.is_same for table in tables):
        with target.write() as session:
            session.execute(text(f"DROP TABLE {_MARK}"))
    return tables


def _prepare(source: Database, target: Database) -> None:
    """An empty target gets its tables and the mark; one that holds other data is refused."""
    if target.engine.url == source.engine.url:
        raise TargetUnusable("--to names the database that is in use: a copy needs another one")
    if schema.current_revision(target) is None:
        schema.upgrade(target)
    schema.require_current(target)
    mark = _mark(target)
    if mark is None:
        holding = [plan.name for plan in plans() if count_rows(target, plan)]
        if holding:
            raise TargetUnusable(
                f"{target.shown} holds data already (in {', '.join(holding[:3])}): a copy needs "
                "an empty database"
            )
        with target.write() as session:
            session.execute(text(f"CREATE TABLE {_MARK} (source TEXT NOT NULL)"))
            session.execute(text(f"INSERT INTO {_MARK} VALUES (:source)"), {"source": source.shown})
    elif mark != source.shown:
        raise TargetUnusable(f"{target.shown} holds an unfinished copy of another database, {mark}")


def _mark(target: Database) -> str | None:
    """Whose unfinished copy the target is; None: nobody's."""
    try:
        with target.read() as session:
            source: str | None = session.scalar(text(f"SELECT source FROM {_MARK}"))
    except SchemaMismatch:
        return None  # there is no such table
    return source


def _set_counters(target: Database, all_plans: list[TablePlan]) -> None:
    """Let PostgreSQL give new rows numbers beyond those that were copied."""
    if target.is_sqlite:
        return
    with target.write() as session:
        for name, column in _counted(all_plans):
            session.execute(
                text(
                    "SELECT setval(pg_get_serial_sequence(:table, :column),"
                    f" coalesce(max({column}), 1), max({column}) IS NOT NULL) FROM {name}"
                ),
                {"table": name, "column": column},
            )


def _counted(all_plans: list[TablePlan]) -> Iterator[tuple[str, str]]:
    for plan in all_plans:
        for column in plan.keys:
            if isinstance(column.server_default, Identity):
                yield plan.name, column.name
