"""What all tests share: databases, so that tests of storage run on SQLite and PostgreSQL; no deadline for examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.databases import PostgresServer, Template, made_template, opened, running_postgres
from validator.registry.registry import Registry

KINDS = ("sqlite", "postgresql")

# The first example may be what compiles a kernel, and no test is held to a time.
settings.register_profile("copcheck", deadline=None)
settings.load_profile("copcheck")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return made_template(str(tmp_path_factory.mktemp("template") / "template.db"))


@pytest.fixture(scope="session")
def postgresql_template(postgres_server: PostgresServer) -> Template:
    return made_template(postgres_server.create(), postgres_server)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database that a test runs on."""
    return str(request.param)


@pytest.fixture
def empty(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database in which nothing was set up."""
    if kind == "sqlite":
        return str(tmp_path / "empty.db")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.create()


@pytest.fixture
def address(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a registry that was set up with the shipped tables and not touched since."""
    template: Template = request.getfixturevalue(f"{kind}_template")
    with template.lent(tmp_path) as address:
        yield address


@pytest.fixture
def registry(address: str) -> Iterator[Registry]:
    """That registry, opened."""
    with opened(address) as registry:
        yield registry


@pytest.fixture(scope="session", params=KINDS)
def untouched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry as it was set up, for tests that only read."""
    template: Template = request.getfixturevalue(f"{request.param}_template")
    with opened(template.copied(tmp_path_factory.mktemp("untouched"))) as registry:
        yield registry


@pytest.fixture(autouse=True)
def _no_registry_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COPCHECK_DATABASE_URL", raising=False)
