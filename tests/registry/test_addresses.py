"""Where a registry is looked for, what is not one, and that no message has a password in it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.databases import opened
from validator.errors import RegistryError
from validator.registry import database
from validator.registry.registry import set_up

SECRET = "hush-hush"


def refusal(address: str) -> str:
    with pytest.raises(RegistryError) as caught, opened(address) as registry:
        registry.revision()
    return str(caught.value)


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("registry.db", "registry.db"),
        ("sqlite:///folder/registry.db", "folder/registry.db"),
        (f"postgresql://clerk:{SECRET}@host/db", "postgresql+psycopg://clerk:***@host/db"),
        (f"postgres://clerk:{SECRET}@host:5433/db", "postgresql+psycopg://clerk:***@host:5433/db"),
        (f"postgresql://host/db?password={SECRET}", "postgresql+psycopg://host/db?password=%2A%2A%2A"),
        (f"postgresql://host/db?sslpassword={SECRET}", "postgresql+psycopg://host/db?sslpassword=%2A%2A%2A"),
    ],
)
def test_what_is_shown_of_an_address(text: str, shown: str) -> None:
    assert database.shown(database.address_of(text)) == shown


@pytest.mark.parametrize(
    "address",
    [
        f"mysql://clerk:{SECRET}@host/db",
        f"postgresql://clerk:{SECRET}@host:no-port/db",
        f"postgresql:/clerk:{SECRET}@host/db",
        f"postgresql:clerk:{SECRET}@host/db",
        f"://clerk:{SECRET}@host/db",
        "http://host/registry.db",
    ],
)
def test_what_is_no_address(address: str) -> None:
    said = refusal(address)
    assert "the path of a SQLite file" in said
    assert SECRET not in said


@pytest.mark.parametrize("query", ["", f"?password={SECRET}", "?nonsense=1", f"?nonsense=1&password={SECRET}"])
def test_a_server_that_cannot_be_reached(query: str) -> None:
    said = refusal(f"postgresql://clerk:{SECRET}@127.0.0.1:{closed_port()}/db{query}")
    assert "postgresql+psycopg://clerk:***@127.0.0.1" in said
    assert "a registry that can be reached" in said
    assert SECRET not in said


def test_a_fault_s_causes_have_no_password_either() -> None:
    with pytest.raises(RegistryError) as caught:
        database.address_of(f"postgresql://clerk:{SECRET}@host:no-port/db")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_database_that_is_not_there(postgres_server: object) -> None:
    uri = str(postgres_server.uri)  # type: ignore[attr-defined]
    said = refusal(uri.replace("/postgres?", "/no_such_database?"))
    assert 'database "no_such_database" does not exist' in said


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(b"Dear registry, " * 100)
    before = path.read_bytes()
    assert "letter.db, which is not a SQLite database" in refusal(str(path))
    with pytest.raises(RegistryError, match="which is not a SQLite database"):
        set_up(str(path), "tests")
    assert path.read_bytes() == before


def test_a_folder_and_a_file_in_no_folder(tmp_path: Path) -> None:
    assert "no registry at" in refusal(str(tmp_path))
    with pytest.raises(RegistryError, match="unable to open database file"):
        set_up(str(tmp_path / "absent" / "registry.db"), "tests")


def test_a_database_cut_short(tmp_path: Path, sqlite_template: object) -> None:
    path = tmp_path / "cut.db"
    whole = Path(str(sqlite_template.address)).read_bytes()  # type: ignore[attr-defined]
    path.write_bytes(whole[: len(whole) // 2])
    said = refusal(str(path))
    assert "cut.db" in said
