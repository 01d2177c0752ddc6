"""Adds up what a copy's tables hold, a piece of a table at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db.copying.checksum import Checksum
from db.copying.plan import TablePlan, plans
from db.copying.rows import BroughtRows, read_rows
from db.sql.session import Database


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A table's rows between two keys; None: from its beginning, to its end."""

    table: str
    after: Any
    upto: Any


def pieces(all_plans: list[TablePlan], brought: Mapping[str, BroughtRows]) -> Iterator[Piece]:
    """All rows of all tables."""
    for plan in all_plans:
        # databases have texts in different orders: between two of them lie other rows
        bounds = brought[plan.name].bounds if plan.is_numbered else []
        for after, upto in zip([None, *bounds], [*bounds, None], strict=True):
            yield Piece(table=plan.name, after=after, upto=upto)


def add_up_piece(database: Database, piece: Piece) -> tuple[str, Checksum]:
    """(table, what the piece holds)."""
    plan = next(plan for plan in plans() if plan.name == piece.table)
    checksum = Checksum(plan.columns)
    with database.read() as session:
        for rows in read_rows(session, plan, after=piece.after, upto=piece.upto):
            checksum.add(rows)
    return piece.table, checksum
