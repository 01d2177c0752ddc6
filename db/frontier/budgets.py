"""How many pages of each site and host a run has asked for, where its rules set a limit."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Budget
from db.sql.dialect import chunks, insert_into

#: what is counted: "site" or "host", and its name
Account = tuple[str, str]


def spent(session: Session, run_id: int, accounts: Collection[Account]) -> dict[Account, int]:
    """Account -> pages that the run has made due there."""
    names: dict[str, set[str]] = defaultdict(set)
    for scope, name in accounts:
        names[scope].add(name)
    counts: dict[Account, int] = {}
    for scope, wanted in names.items():
        for chunk in chunks(sorted(wanted)):
            rows = session.execute(
                select(Budget.name, Budget.pages).where(
                    Budget.run_id == run_id, Budget.scope == scope, Budget.name.in_(chunk)
                )
            )
            counts |= {(scope, row.name): row.pages for row in rows}
    return counts


def spend(session: Session, run_id: int, pages: Mapping[Account, int]) -> None:
    """Count further pages (account -> how many)."""
    rows = [
        {"run_id": run_id, "scope": scope, "name": name, "pages": count}
        for (scope, name), count in sorted(pages.items())
    ]
    if rows:
        statement = insert_into(session, Budget)
        statement = statement.on_conflict_do_update(
            index_elements=["run_id", "scope", "name"],
            set_={"pages": Budget.pages + statement.excluded.pages},
        )
        session.execute(statement, rows)
