"""The registry's tables brought up to date, in one transaction, by alembic."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from validator.errors import RegistryError

SET_UP = "Run `copcheck registry init`"
VERSION_TABLE = "copcheck_registry_version"
_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK_KEY = 0x636F70
"""PostgreSQL's advisory lock that one migration at a time holds."""


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the tables up to date; all or nothing, and one at a time."""
    with engine.connect().execution_options(registry_writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        _require_known(version_of(connection))
        command.upgrade(_config(connection), to)


def require_current(connection: Connection) -> None:
    """RegistryError where the tables are missing, older or newer than this version of the product."""
    found, wanted = version_of(connection), head()
    if found == wanted:
        return
    if found is None:
        raise RegistryError("a database without a registry", "one that was set up", SET_UP)
    _require_known(found)
    raise RegistryError(f"a registry of version {found}", f"version {wanted}", "Run `copcheck registry upgrade`")


def _require_known(found: str | None) -> None:
    if found is not None and found not in {script.revision for script in _scripts().walk_revisions()}:
        raise RegistryError(
            f"a registry of version {found}, which this copcheck does not know",
            f"version {head()} or an earlier one",
            "Use a newer copcheck",
        )


def version_of(connection: Connection) -> str | None:
    """The version of the tables that are there; None where there are none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()


def head() -> str:
    """The version that this product writes and reads."""
    return _head_of(_MIGRATIONS, tuple(sorted(path.name for path in (_MIGRATIONS / "versions").glob("*.py"))))


@lru_cache(maxsize=8)
def _head_of(migrations: Path, names: tuple[str, ...]) -> str:  # noqa: ARG001 - what the answer hangs on
    """The same of some migrations: a service asks every second, and to read them takes milliseconds."""
    revision = _scripts().get_current_head()
    assert revision is not None
    return revision


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(None))


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
