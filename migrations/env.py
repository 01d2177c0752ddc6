"""Alembic's entry: runs the migrations on the database that the settings name."""

from alembic import context
from sqlalchemy import Connection

from db.config import load_config
from db.models.base import whole_metadata
from db.sql.schema import is_ours, migrating_connection
from db.sql.session import make_engine


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=whole_metadata(),
        render_as_batch=True,
        include_object=is_ours,
        compare_type=False,
        user_module_prefix=None,
    )
    with context.begin_transaction():
        context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is not None:
    _run(connection)
else:
    with migrating_connection(make_engine(load_config().database)) as own:
        _run(own)
