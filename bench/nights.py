"""Three nights on a site: all new, nothing changed, one in twenty changed.

    python bench/nights.py [--articles 2000] [--postgres]

Serves a site with a feed, a news sitemap and sections on a loopback address, crawls it with
``terkait nightly --now``, lets a day pass by moving back what the database remembers, and crawls it
again. Half of the articles are young enough to be due each night. Prints one JSON line a night:
what the site was asked for and what the run counted. Needs the test dependencies.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import func, select  # noqa: E402

from db.models import Page, Run  # noqa: E402
from db.sql.session import Database  # noqa: E402
from db.sql.types import utc_now  # noqa: E402
from tests.newsroom import Newsroom, a_day_passes  # noqa: E402
from tests.servers import PostgresServer  # noqa: E402
from tests.web import HttpSite  # noqa: E402


def terkait(folder: Path, url: str, *words: str) -> None:
    """Run a command in the folder, at full speed."""
    settings = {
        "TERKAIT_DELAY_SECONDS": "0",
        "TERKAIT_ALLOW_PRIVATE": "127.0.0.0/8",
        "TERKAIT_MIN_FREE_BYTES": "0",
        "TERKAIT_DATABASE_URL": url,
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "terkait", *words]
    subprocess.run(command, cwd=folder, env=os.environ | settings, check=True)


def due_now(url: str) -> int:
    """Articles whose next visit has come."""
    database = Database(url)
    with database.read() as session:
        due = select(func.count()).where(
            Page.article_id.is_not(None), Page.next_fetch_at <= utc_now()
        )
        count = session.scalar(due) or 0
    database.close()
    return count


def last_run(url: str) -> dict[str, object]:
    """The counts of the newest run."""
    database = Database(url)
    names = ("read", "stored", "unchanged", "new_articles", "new_revisions", "failed", "verdict")
    with database.read() as session:
        run = session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one()
        found = {name: getattr(run, name) for name in names}
    database.close()
    return found


def main() -> None:
    """Crawl three nights and print what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--postgres", action="store_true", help="a server of our own; else SQLite")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        given, url = "", f"sqlite:///{folder}/terkait-data/terkait.db"
        if options.postgres:
            server = stack.enter_context(PostgresServer())
            given = url = server.url(stack.enter_context(server.database()))
            terkait(folder, given, "db", "upgrade")
        site = stack.enter_context(HttpSite())
        room = Newsroom(site, articles=options.articles, young=0.5)
        (folder / "terkait.toml").write_text(room.settings)
        for night in ("all new", "nothing changed", "5 % changed"):
            due = due_now(url) if night != "all new" else 0
            if night == "5 % changed":
                room.change(range(options.articles // 20))
            site.log.clear()
            began = time.monotonic()
            terkait(folder, given, "nightly", "--now", "--quiet")
            seconds = round(time.monotonic() - began, 1)
            line = {"night": night, "due": due, "seconds": seconds, "asked": room.answers()}
            sys.stdout.write(json.dumps(line | last_run(url)) + "\n")
            sys.stdout.flush()
            a_day_passes(url)


if __name__ == "__main__":
    main()
