"""Run by alembic: migrates over the connection, and inside the transaction, that `schema.upgrade` holds."""

from alembic import context

from validator.registry.models import Base
from validator.registry.schema import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    # SQLite's DDL is transactional too, once we say BEGIN ourselves.
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
