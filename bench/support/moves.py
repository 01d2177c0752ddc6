"""Takes a whole library to the other database, and brings that up to date: what both cost."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from alembic import command

from bench.support.children import Took, terkait
from bench.support.filled import BUFFERS, KeptServer
from bench.support.server_time import ServerTime
from db.sql import schema
from db.sql.session import Database

#: two indexes, one of them over all links: what most migrations are like
FROM, TO = "0022", "0023"
COPY, MIGRATION = "db copy", "migration of the copy"


def move(database: Database) -> dict[str, Took]:
    """``terkait db copy`` to a database of the other kind, and a migration there."""
    with _other(database) as target:
        copied = _copy(database, target)
        _step(target, command.downgrade, FROM)
        server, began = ServerTime(target), time.perf_counter()
        before = time.process_time() + server.seconds()
        _step(target, command.upgrade, TO)
        spent = time.process_time() + server.seconds() - before
        migrated = Took(time.perf_counter() - began, spent, 0.0)
    return {COPY: copied, MIGRATION: migrated}


@contextmanager
def _other(database: Database) -> Iterator[Database]:
    """An empty database of the other kind, gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tk-")))
        address = f"sqlite:///{folder}/copy.db"
        if database.is_sqlite:
            folder.chmod(0o755)  # the server is another user's where root starts it
            server = stack.enter_context(KeptServer(folder / "postgresql", BUFFERS))
            server.execute("CREATE DATABASE copy")
            address = server.url("copy")
        target = Database(address)
        stack.callback(target.close)
        yield target


def _copy(database: Database, target: Database) -> Took:
    source, to = (
        each.engine.url.render_as_string(hide_password=False) for each in (database, target)
    )
    servers = [ServerTime(each) for each in (database, target)]
    before = sum(server.seconds() for server in servers)
    took = terkait("db", "copy", "--to", to, database=source)
    served = sum(server.seconds() for server in servers) - before
    return took._replace(busy=took.busy + served)


def _step(database: Database, step: object, revision: str) -> None:
    assert callable(step)
    with schema.migrating_connection(database.engine) as connection:
        step(schema._alembic(connection), revision)
