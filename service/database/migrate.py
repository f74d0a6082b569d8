"""Brings a database's tables up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from service.database.connect import Database

VERSION_TABLE = "copcheck_service_version"
_MIGRATION_LOCK = 7_021_952


def config_of(database: Database | None = None) -> Config:
    """Alembic's configuration, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["database"] = database
    return config


def migrate(database: Database) -> None:
    """Applies what is missing; services that start at once wait for each other."""
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        config = config_of(database)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
