"""Copies a database: rows, then words, then indexes and counts; then it compares.

The source is read as it was at one moment and may be in use. A copy that was stopped goes on when
it is called again: a table of its own in the target says whose copy it is until that is complete.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Identity, event, text
from sqlalchemy.orm import Session

from db.archiving.places import share_all
from db.copying import deferred
from db.copying.checksum import Checksum
from db.copying.comparing import add_up_piece, pieces
from db.copying.plan import TablePlan, plans
from db.copying.progress import CopyProgress
from db.copying.rows import BroughtRows, copy_rows, count_rows, drop_extra, fill_late, has_rows
from db.copying.side_processes import processes_for, work_through
from db.copying.words import WORDS_TABLE, index_words
from db.counting.counts import count_anew
from db.sql import schema
from db.sql.session import Database, sort_on_disk
from db.terms.errors import TargetUnusable


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
    if target.is_sqlite:
        event.listen(target.engine, "connect", sort_on_disk)
    is_fresh = _prepare(source, target)
    share_all(source)  # objects are not copied: both name them
    all_plans = list(plans())
    with source.read() as session:
        rows = {plan.name: count_rows(session, plan) for plan in all_plans}
        progress = CopyProgress(say, rows)
        brought = _bring(session, target, all_plans, progress)
        if not is_fresh:
            _drop_extra(session, target, all_plans, brought)
    processes = processes_for(target, sum(rows.values()))
    progress.index_words()
    index_words(target, progress.add, processes=processes)
    _complete(target, all_plans, progress)
    progress.compare()
    tables = _compared(target, all_plans, brought, progress, processes)
    if all(table.is_same for table in tables):
        with target.write() as session:
            deferred.forget(session)
            session.execute(text(f"DROP TABLE {schema.COPY_MARK}"))
    return tables


def _bring(
    source: Session, target: Database, all_plans: list[TablePlan], progress: CopyProgress
) -> dict[str, BroughtRows]:
    """All rows, then what refers to later ones."""
    brought: dict[str, BroughtRows] = {}
    for plan in all_plans:
        progress.bring(plan.name)
        brought[plan.name] = copy_rows(source, target, plan, progress.add)
    for plan in all_plans:
        if plan.late:
            progress.say(f"{plan.name}: references")
            fill_late(source, target, plan)
    return brought


def _drop_extra(
    source: Session,
    target: Database,
    all_plans: list[TablePlan],
    brought: dict[str, BroughtRows],
) -> None:
    for plan in reversed(all_plans):
        with target.read() as session:
            is_more = count_rows(session, plan) > brought[plan.name].checksum.rows
        if is_more:
            drop_extra(source, target, plan)


def _complete(target: Database, all_plans: list[TablePlan], progress: CopyProgress) -> None:
    """What rows can do without while they come."""
    deferred.make_again(target, progress.make_indexes)
    _set_counters(target, all_plans)
    progress.say("counts")
    with target.write() as session:
        count_anew(session)
    if not target.is_sqlite:
        # whoever asks next is answered as quickly as later on
        progress.say("statistics for PostgreSQL's planner")
        with target.write() as session:
            for name in (*(plan.name for plan in all_plans), WORDS_TABLE):
                session.execute(text(f"ANALYZE {name}"))


def _compared(
    target: Database,
    all_plans: list[TablePlan],
    brought: dict[str, BroughtRows],
    progress: CopyProgress,
    processes: int,
) -> list[CopiedTable]:
    sums = {plan.name: Checksum(plan.columns) for plan in all_plans}
    all_pieces = pieces(all_plans, brought)
    for name, checksum in work_through(target, add_up_piece, all_pieces, processes=processes):
        sums[name].merge(checksum)
        progress.add(checksum.rows)
    return [
        CopiedTable(name=plan.name, source=brought[plan.name].checksum, target=sums[plan.name])
        for plan in all_plans
    ]


def _prepare(source: Database, target: Database) -> bool:
    """An empty target gets its tables and the mark; one that holds other data is refused.

    Returns whether the copy begins now.
    """
    if target.engine.url == source.engine.url:
        raise TargetUnusable("--to names the database that is in use: a copy needs another one")
    if schema.current_revision(target) is None:
        schema.upgrade(target)
    schema.require_current(target)
    mark = _mark(target)
    if mark is None:
        with target.read() as session:
            holding = [plan.name for plan in plans() if has_rows(session, plan)]
        if holding:
            raise TargetUnusable(
                f"{target.shown} holds data already (in {', '.join(holding[:3])}): a copy needs "
                "an empty database"
            )
        with target.write() as session:
            session.execute(text(f"CREATE TABLE {schema.COPY_MARK} (source TEXT NOT NULL)"))
            session.execute(
                text(f"INSERT INTO {schema.COPY_MARK} VALUES (:source)"), {"source": source.shown}
            )
            deferred.take_off(session, [*(plan.name for plan in plans()), WORDS_TABLE])
    elif mark != source.shown:
        raise TargetUnusable(f"{target.shown} holds an unfinished copy of another database, {mark}")
    return mark is None


def _mark(target: Database) -> str | None:
    """Whose unfinished copy the target is; None: nobody's."""
    if not schema.is_unfinished_copy(target):
        return None
    with target.read() as session:
        source: str | None = session.scalar(text(f"SELECT source FROM {schema.COPY_MARK}"))
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
