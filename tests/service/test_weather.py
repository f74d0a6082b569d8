"""A full disk, a database that is away, a bucket for a store, and time that passes."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from service.audit.retention import ARCHIVE, apply_retention, months_before
from service.audit.verify import verify
from service.settings import Settings
from service.store import StoreUnavailableError
from service.store.folder import Folder
from tests.service import bodies
from tests.service.conftest import Client, put_standing, served, sized
from tests.service.test_submitting import done


@pytest.fixture(params=["database", "folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A service on each kind of store, with one submission run twice and one that cannot be read."""
    store = request.getfixturevalue("bucket") if request.param == "bucket" else {}
    if request.param != "database":
        monkeypatch.setattr("service.store.small.MOST_BYTES", 0)
    with served(Settings(data=tmp_path, open_on_loopback=True, job_processes=0, **store)) as client:
        put_standing(client)
        mine = client.post("/v1/submissions", content=bodies.d0036()).json()["id"]
        client.post(f"/v1/submissions/{mine}/rerun")
        client.post("/v1/submissions", content=bodies.d0036().replace(b"|12.0|", b"|x|"))
        later = client.post("/v1/submissions", content=bodies.arrow(), headers={"Prefer": "respond-async"})
        done(client, later.json()["id"])
        yield client


def test_the_audit_finds_everything_in_place(kept: Client) -> None:
    told = verify(kept.services)
    assert told.faults == []
    assert told.links == 3
    assert told.objects == 3 + 3 * 2


@pytest.mark.parametrize("what", ["body", "verdicts", "link", "last link", "ledger"])
def test_the_audit_finds_what_was_changed(kept: Client, what: str) -> None:
    services = kept.services
    mine = kept.get("/v1/submissions").json()["submissions"][-1]
    last = verify(services).last
    if what == "body":
        with services.database.reading() as connection:
            key = connection.exec_driver_sql("select object_key from submissions order by id").scalars().first()
        services.store.remove(key)
        services.store.put(key, b"something else")
    elif what == "verdicts":
        services.store.remove(mine["run"]["result"]["outputs"]["verdicts.parquet"]["key"])
    else:
        change = {
            "link": "update manifests set body = replace(body, 'sha256', 'SHA256') where seq = 1",
            "last link": "delete from manifests where seq = 3",
            "ledger": "update runs set result = replace(result, 'verdicts.parquet', 'others.parquet') where number = 2",
        }
        with services.database.writing() as connection:
            connection.exec_driver_sql(change[what])
    assert verify(services, last).faults_in_all >= 1


def test_what_is_too_old_goes_off_line_and_then_for_good(kept: Client) -> None:
    services, now = kept.services, datetime.now(UTC)
    mine = kept.get("/v1/submissions").json()["submissions"][-1]
    assert apply_retention(services, now) == {"archived": 0, "removed": 0}
    assert apply_retention(services, now + timedelta(days=29 * 30.5)) == {"archived": 3, "removed": 0}
    assert kept.get(f"/v1/submissions/{mine['id']}").json()["kept"] == "archived"
    answer = kept.get(f"/v1/submissions/{mine['id']}/verdicts")
    assert answer.status_code == 410
    assert answer.json()["type"] == "urn:copcheck:problem:not-on-line"
    key = mine["run"]["result"]["outputs"]["verdicts.parquet"]["key"]
    assert services.store.get(ARCHIVE + key)
    assert verify(services).faults == []
    assert apply_retention(services, now + timedelta(days=41 * 30.5)) == {"archived": 0, "removed": 3}
    assert apply_retention(services, now + timedelta(days=41 * 30.5)) == {"archived": 0, "removed": 0}
    assert kept.get(f"/v1/submissions/{mine['id']}").json()["kept"] == "removed"
    told = verify(services)
    assert told.faults == []
    assert told.links == 6
    trail = [entry["action"] for entry in kept.get("/v1/trail").json()["entries"]]
    assert (trail.count("archive"), trail.count("remove")) == (3, 3)


@pytest.mark.parametrize(
    ("at", "months", "then"),
    [
        ("2026-11-24", 28, "2024-07-24"), ("2026-03-31", 1, "2026-02-28"), ("2024-03-31", 1, "2024-02-29"),
        ("2026-01-01", 1, "2025-12-01"), ("2026-12-31", 1, "2026-11-30"),
    ],
)  # fmt: skip
def test_months_are_calendar_months(at: str, months: int, then: str) -> None:
    assert months_before(datetime.fromisoformat(at), months) == datetime.fromisoformat(then)


def test_a_full_disk_loses_nothing(open_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    flush = os.fsync

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("service.store.small.MOST_BYTES", 0)
    monkeypatch.setattr("service.store.folder.os.fsync", full)
    answer = open_client.post("/v1/submissions", content=bodies.d0036())
    assert answer.status_code == 507
    assert answer.json()["type"] == "urn:copcheck:problem:no-room"
    assert open_client.get("/readyz").json()["checks"]["store"] == "the store has no room left"
    assert open_client.get("/v1/submissions").json()["submissions"] == []
    # The disk fills up between the acceptance and the verdicts: the job waits, and is done when there is room.
    monkeypatch.setattr("service.store.folder.os.fsync", flush)
    monkeypatch.setattr("service.jobs.perform.PAUSE_S", 0.2)
    put, failed = Folder.put, []

    def without_room(store: Folder, key: str, content: bytes) -> None:
        if key.startswith("results/") and len(failed) < 3:
            failed.append(key)
            raise StoreUnavailableError(True)
        put(store, key, content)

    monkeypatch.setattr(Folder, "put", without_room)
    answer = open_client.post("/v1/submissions", content=bodies.d0036(), headers={"Prefer": "respond-async"})
    assert answer.status_code == 202, answer.text
    shape = done(open_client, answer.json()["id"])
    assert shape["state"] == "done"
    assert len(failed) == 3
    assert shape["run"]["attempts"] == 1, "a full disk is not the job's fault"


def test_a_really_full_disk(tmp_path: Path) -> None:
    import subprocess

    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small file system can be mounted only by root")
    try:
        settings = Settings(data=tmp_path / "data", store=str(small), open_on_loopback=True, job_processes=0)
        with served(settings) as client:
            put_standing(client, bodies.standing(2000))
            codes = [
                client.post("/v1/submissions", content=bodies.arrow(250, seed=k), headers={"Prefer": "respond-async"})
                for k in range(9)
            ]
            accepted = [answer.json()["id"] for answer in codes if answer.status_code == 202]
            assert codes[-1].status_code == 507, codes[-1].text
            assert 0 < len(accepted) < 9
            subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
            assert {done(client, submission_id)["state"] for submission_id in accepted} == {"done"}
            assert verify(client.services).faults == []
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_a_database_that_goes_away_for_a_while(tmp_path: Path, fresh_postgres: str, postgres: str) -> None:
    name = fresh_postgres.split("?")[0].rsplit("/", 1)[-1]
    settings = Settings(data=tmp_path, database_url=fresh_postgres, open_on_loopback=True, job_processes=0)
    with served(settings) as client, psycopg.connect(postgres, autocommit=True) as server:
        put_standing(client)
        first = client.post("/v1/submissions", content=bodies.d0036()).json()
        server.execute(f"alter database {name} allow_connections false")
        server.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
        until = time.monotonic() + sized(3, 60)
        while time.monotonic() < until:
            answer = client.post("/v1/submissions", content=bodies.d0036(number=2))
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
            assert client.get("/readyz").status_code == 503
            assert client.get("/healthz").status_code == 200
            assert client.get("/metrics").status_code == 200
            time.sleep(0.2)
        server.execute(f"alter database {name} allow_connections true")
        assert client.get(f"/v1/submissions/{first['id']}").json() == first
        assert client.post("/v1/submissions", content=bodies.d0036(number=2)).status_code == 200
        answer = client.post("/v1/submissions", content=bodies.d0036(number=3), headers={"Prefer": "respond-async"})
        assert done(client, answer.json()["id"])["state"] == "done"
        assert client.get("/readyz").json()["checks"]["database"] == "ok"


def test_two_services_share_one_database(tmp_path: Path, fresh_postgres: str) -> None:
    def settings(name: str) -> Settings:
        given: dict[str, Any] = {"data": tmp_path / name, "store": str(tmp_path / "store")}
        return Settings(database_url=fresh_postgres, open_on_loopback=True, job_processes=0, **given)

    with served(settings("one")) as one, served(settings("two")) as two:
        put_standing(one)
        later = {"Prefer": "respond-async"}
        sent = [
            client.post("/v1/submissions", content=bodies.d0036(number=k), headers=later).json()["id"]
            for k, client in enumerate([one, two] * 6)
        ]
        shapes = [done(two, submission_id) for submission_id in sent]
        assert {shape["state"] for shape in shapes} == {"done"}
        assert {shape["run"]["attempts"] for shape in shapes} == {1}
        assert verify(one.services).links == len(sent)
        assert verify(one.services).faults == []
