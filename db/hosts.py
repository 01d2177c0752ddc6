"""What is remembered of hosts, and how much waits to be read."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.models import Host, Page


def keep_robots(
    session: Session, host_id: int, *, status: int | None, body: str | None, until: datetime
) -> None:
    """Keep what robots.txt said, to be asked again after ``until``."""
    values = {"robots_status": status, "robots_body": body, "robots_until": until}
    session.execute(update(Host).where(Host.id == host_id).values(values))


def rest(session: Session, host_id: int, until: datetime) -> None:
    """Let no spider ask the host before this moment."""
    session.execute(update(Host).where(Host.id == host_id).values(rest_until=until))


def count_unread(session: Session, *, limit: int) -> int:
    """Pages fetched and not yet read, counted up to the limit."""
    some = select(Page.id).where(Page.state == "fetched").limit(limit).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0
