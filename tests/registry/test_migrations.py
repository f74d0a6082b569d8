"""Bringing the tables up to date: whole or not at all, even where the process is killed in the middle."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from tests.databases import everything, opened
from tests.registry.children import child, wait_for
from validator.errors import RegistryError
from validator.registry import database, schema
from validator.registry.models import Base
from validator.registry.registry import Registry, set_up
from validator.regulation import load_regulation

MORE = '''
"""A made-up later version: a table, a column, and rows moved into it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table("made_up", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("said", sa.String()))
    op.execute("INSERT INTO made_up (id, said) SELECT id, title FROM source")
    with op.batch_alter_table("source") as source:
        source.add_column(sa.Column("made_up", sa.Integer()))
    {half_way}
    op.execute("UPDATE source SET made_up = 1")
'''


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations of a made-up later version of the product; its second one is written by `write`."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(schema.__file__).parent / "migrations", folder)
    monkeypatch.setattr(schema, "_MIGRATIONS", folder)
    return folder


def write(folder: Path, half_way: str = "") -> None:
    (folder / "versions" / "0002_made_up.py").write_text(MORE.replace("{half_way}", half_way), encoding="utf-8")


def upgrade(registry: Registry) -> None:
    with database.told(registry.url):
        schema.upgrade(registry.engine)


def test_the_tables_are_those_of_the_models(untouched: Registry) -> None:
    with untouched.engine.connect() as connection:
        options = {"version_table": schema.VERSION_TABLE, "compare_type": False}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata) == []


def test_an_older_registry_is_refused_until_it_is_upgraded(registry: Registry, later: Path) -> None:
    write(later)
    before = everything(registry)
    with pytest.raises(RegistryError, match=r"a registry of version 0001; expected version 0002.*registry upgrade"):
        registry.revision()
    assert everything(registry) == before
    upgrade(registry)
    assert registry.regulation().hash == load_regulation().hash
    assert len(everything(registry)["made_up"]) == len(before["source"])


def test_a_fault_half_way_leaves_the_tables_as_they_were(registry: Registry, later: Path) -> None:
    write(later, 'raise RuntimeError("half-way")')
    before = everything(registry)
    with pytest.raises(RuntimeError, match="half-way"):
        upgrade(registry)
    assert everything(registry) == before
    write(later)
    upgrade(registry)
    assert everything(registry)[schema.VERSION_TABLE] == [("0002",)]
    assert registry.regulation().hash == load_regulation().hash


UPGRADE = """
import sys
from pathlib import Path
from validator.registry import database, schema
if len(sys.argv) > 2:
    schema._MIGRATIONS = Path(sys.argv[2])
schema.upgrade(database.engine_for(database.address_of(sys.argv[1])))
"""
STOP = 'print("half-way", flush=True); __import__("time").sleep(600)'


def test_killed_half_way(address: str, registry: Registry, later: Path) -> None:
    write(later, STOP)
    before = everything(registry)
    registry.engine.dispose()
    with child(UPGRADE, address, str(later)) as process:
        wait_for(process, "half-way")
    assert everything(registry) == before
    write(later)
    upgrade(registry)
    assert registry.regulation().hash == load_regulation().hash


def test_killed_half_way_into_the_first_tables(empty: str, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(Path(schema.__file__).parent / "migrations", folder)
    first = folder / "versions" / "0001_registry.py"
    whole = first.read_text(encoding="utf-8")
    at = whole.index('    op.create_index("ix_approval_retracted_at"')
    first.write_text(f"{whole[:at]}    {STOP}\n{whole[at:]}", encoding="utf-8")
    with child(UPGRADE, empty, str(folder)) as process:
        wait_for(process, "half-way")
    assert everything(empty) == {}
    registry, new = set_up(empty, "tests")
    assert new
    assert registry.regulation().hash == load_regulation().hash
    registry.engine.dispose()


def test_tables_without_their_first_import(empty: str) -> None:
    """Killed between the two: the tables are there, nothing is in them."""
    url = database.address_of(empty)
    engine = database.engine_for(url)
    schema.upgrade(engine)
    engine.dispose()
    with opened(empty) as registry, pytest.raises(RegistryError, match=r"without its first import.*registry init"):
        registry.revision()
    registry, new = set_up(empty, "tests")
    assert (new, registry.revision()) == (True, 1)
    registry.engine.dispose()


def test_a_registry_of_a_newer_version_is_left_alone(address: str, registry: Registry) -> None:
    with registry.engine.begin() as connection:
        connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'"))
    before = everything(registry)
    for action in (registry.revision, lambda: upgrade(registry), lambda: set_up(address, "tests")):
        with pytest.raises(
            RegistryError, match=r"version 9999, which this copcheck does not know.*Use a newer copcheck"
        ):
            action()
    assert everything(registry) == before


def test_a_database_with_something_else_in_it(empty: str) -> None:
    engine = database.engine_for(database.address_of(empty))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE diary (day text)"))
    engine.dispose()
    before = everything(empty)
    with pytest.raises(RegistryError, match="a database without a registry"), opened(empty) as registry:
        registry.revision()
    assert everything(empty) == before
