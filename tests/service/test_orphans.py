"""What no row tells of is swept once it is old, and what a row tells of never is."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.audit.orphans import SAFE_S, sweep
from service.audit.verify import verify
from service.settings import Settings
from tests.service import bodies
from tests.service.conftest import Client, put_standing, served
from tests.service.test_submitting import done

LATER = 2 * SAFE_S
ORPHANS = ("bodies/nobody/0123", "standing/nobody/0123", "results/0123/1/aa-verdicts.parquet", "archive/bodies/a/b")


@pytest.fixture(params=["folder", "bucket"])
def client(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    store = request.getfixturevalue("bucket") if request.param == "bucket" else {}
    monkeypatch.setattr("service.store.small.MOST_BYTES", 0)
    with served(Settings(data=tmp_path, open_on_loopback=True, job_processes=0, **store)) as client:
        put_standing(client)
        client.post("/v1/submissions", content=bodies.d0036())
        later = client.post("/v1/submissions", content=bodies.arrow(), headers={"Prefer": "respond-async"})
        done(client, later.json()["id"])
        yield client


def test_only_orphans_are_swept_and_the_trail_says_so(client: Client) -> None:
    services = client.services
    for key in ORPHANS:
        services.store.put(key, b"left behind")
    assert sweep(services) == 0, "they are too young"
    assert sweep(services, time.time() + LATER) == len(ORPHANS)
    assert sweep(services, time.time() + LATER) == 0
    with services.database.reading() as connection:
        noted = (
            connection.exec_driver_sql("select subject from trail where action = 'sweep' order by id").scalars().all()
        )
    assert sorted(noted) == sorted(ORPHANS)
    assert verify(services).faults == []


def test_what_was_spooled_for_nobody_goes(open_client: Client) -> None:
    spool = open_client.services.settings.spool
    old, young = spool / "body-old", spool / "body-young"
    for path in (old, young):
        path.write_bytes(b"half of it")
    os.utime(old, (time.time() - LATER,) * 2)
    sweep(open_client.services)
    assert (old.exists(), young.exists()) == (False, True)
