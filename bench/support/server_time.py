"""What a PostgreSQL server takes of the processor, as Linux counts it for its processes."""

import os
from pathlib import Path

from sqlalchemy import text

from db.sql.session import Database

_TICKS = os.sysconf("SC_CLK_TCK")


class ServerTime:
    """Processor seconds of the server that a database has; none on SQLite."""

    def __init__(self, database: Database) -> None:
        self._folder: Path | None = None
        if not database.is_sqlite:
            with database.read() as session:
                data = Path(session.scalar(text("SHOW data_directory")) or "")
            self._pid = int((data / "postmaster.pid").read_text().split()[0])
            self._folder = Path("/proc")

    def seconds(self) -> float:
        """Of all its processes, those that have ended included."""
        if self._folder is None:
            return 0.0
        ticks = 0
        for folder in self._folder.iterdir():
            if not folder.name.isdigit():
                continue
            try:
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended
            if int(folder.name) == self._pid:
                ticks += sum(map(int, stat[11:15]))
            elif int(stat[1]) == self._pid:
                ticks += sum(map(int, stat[11:13]))
        return ticks / _TICKS
