"""How many pages of each site a run has asked for, where its rules set a limit."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.dialect import chunks, insert_into
from db.models import SiteBudget


def spent(session: Session, run_id: int, sites: Collection[str]) -> dict[str, int]:
    """Site -> pages that the run has made due there."""
    found: dict[str, int] = {}
    for some in chunks(sorted(sites)):
        rows = session.execute(
            select(SiteBudget.site, SiteBudget.pages).where(
                SiteBudget.run_id == run_id, SiteBudget.site.in_(some)
            )
        )
        found |= {row.site: row.pages for row in rows}
    return found


def spend(session: Session, run_id: int, pages: Mapping[str, int]) -> None:
    """Count further pages (site -> how many)."""
    rows = [
        {"run_id": run_id, "site": site, "pages": count} for site, count in sorted(pages.items())
    ]
    if rows:
        statement = insert_into(session, SiteBudget)
        statement = statement.on_conflict_do_update(
            index_elements=["run_id", "site"],
            set_={"pages": SiteBudget.pages + statement.excluded.pages},
        )
        session.execute(statement, rows)
