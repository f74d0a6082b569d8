"""Run by alembic for every command; the connection comes from `service.database.migrate`."""

from __future__ import annotations

from alembic import context

from service.database.migrate import VERSION_TABLE
from service.database.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    # The registry may live in the same database, with tables of its own.
    include_name=lambda name, kind, _: kind != "table" or name in Base.metadata.tables,
    compare_type=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
