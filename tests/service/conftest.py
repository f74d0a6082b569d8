"""A service in this process on a fresh folder, on SQLite or on a real PostgreSQL."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import structlog
import uvicorn
from moto.server import ThreadedMotoServer

from service.access.keys import collector_named, make_key
from service.api.app import create_app
from service.services import Services
from service.serving.server import server_config
from service.settings import Settings
from tests.databases import PostgresServer
from tests.service import bodies

SIZE = os.environ.get("COPCHECK_TEST_SIZE", "small")
"""`full` runs the long tests at their full size."""


def sized(small: int, full: int) -> int:
    """How often a long test repeats."""
    return full if SIZE == "full" else small


Told = Callable[[str, object], None]


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Told:
    """Tells a figure of a long test: it is printed where the output is asked for (`pytest -rP`)."""

    def tell(name: str, figure: object) -> None:
        sys.stdout.write(f"{request.node.name}: {name} {figure}\n")

    return tell


@pytest.fixture(scope="session")
def postgres(postgres_server: PostgresServer) -> str:
    """The address of the tests' own PostgreSQL server, reached by a socket."""
    return postgres_server.uri


@pytest.fixture
def fresh_postgres(postgres: str) -> Iterator[str]:
    """An empty database on it."""
    name = f"copcheck_{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    yield postgres.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for SQLite in the data folder, or the address of a fresh PostgreSQL database."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("fresh_postgres"))


@pytest.fixture(autouse=True)
def quiet_logs() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("COPCHECK_") and name != "COPCHECK_TEST_SIZE"]:
        monkeypatch.delenv(name)


class Client(httpx.Client):
    """A client over loopback of a service in this process, with the service's own parts for the tests to look at."""

    def __init__(self, app: Any, port: int, key: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        super().__init__(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60)
        self.app, self.port = app, port
        self._others: list[Client] = []

    @property
    def services(self) -> Services:
        services: Services = self.app.state.services
        return services

    def by(self, key: str) -> Client:
        """Another client of the same service, with a key."""
        self._others.append(Client(self.app, self.port, key))
        return self._others[-1]

    def close(self) -> None:
        for other in self._others:
            other.close()
        super().close()

    def __exit__(self, *fault: Any) -> None:
        super().__exit__(*fault)
        for other in self._others:
            other.close()


@contextmanager
def served(settings: Settings) -> Iterator[Client]:
    """A client of a service that listens on a loopback address of this process."""
    app = create_app(settings)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(server_config(app, settings, "127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the service did not start"
                time.sleep(0.01)
            with Client(app, listening.getsockname()[1]) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(30)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Settings for a bucket of a made-up S3 service."""
    import boto3

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made-up")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    made = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="eu-west-2")
    name = f"readings-{secrets.token_hex(4)}"
    made.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    made.close()
    yield {"store": f"s3://{name}/copcheck", "s3_endpoint": f"http://{host}:{port}", "s3_region": "eu-west-2"}
    server.stop()


@pytest.fixture
def open_client(tmp_path: Path) -> Iterator[Client]:
    """A service without keys on SQLite, with the standing data of `bodies` on file."""
    settings = Settings(data=tmp_path / "data", open_on_loopback=True, job_processes=0, least_free_bytes=0)
    with served(settings) as client:
        put_standing(client)
        yield client


@pytest.fixture
def either_client(tmp_path: Path, database_url: str | None) -> Iterator[Client]:
    """The same on each database."""
    settings = Settings(
        data=tmp_path / "data", database_url=database_url, open_on_loopback=True, job_processes=0, least_free_bytes=0
    )
    with served(settings) as client:
        put_standing(client)
        yield client


def put_standing(client: Client, content: bytes | None = None) -> str:
    """Puts standing data on file; its id."""
    answer = client.put("/v1/standing", content=content or bodies.standing())
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def new_key(client: Client, collector: str, *scopes: str, **limits: int | None) -> str:
    """A key of a collector, made straight in the service's database."""
    services = client.services
    lasts = limits.pop("lasts_s", 3600)
    with services.database.writing() as connection:
        collector_id = collector_named(connection, collector)
        return make_key(connection, collector_id, "test", scopes or ("submit", "read"), lasts_s=lasts, **limits).secret
