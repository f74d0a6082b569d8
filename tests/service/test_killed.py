"""kill -9 at any moment: what was accepted is safe, ends once, and ends with the same bytes."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import psutil
import psycopg

from tests.service import bodies
from tests.service.conftest import Told, sized
from tests.service.processes import Served

SYSTEMS = 100
PAUSE_S, SMALL_AT_ONCE = 0.05, 6


def submit_until_dead(url: str, accepted: dict[str, int], number: int, asynchronous: bool) -> None:
    """Sends one submission after another until nobody answers; `accepted` gets what was answered."""
    headers = {"Prefer": "respond-async"} if asynchronous else {}
    try:
        with httpx.Client(base_url=url, timeout=20) as client:
            while True:
                seed = number + len(accepted)
                body = bodies.arrow(SYSTEMS if asynchronous else 2, seed=seed % 1000)
                answer = client.post(f"/v1/submissions?name={seed}", content=body, headers=headers)
                if answer.status_code in (200, 202):
                    accepted[answer.json()["id"]] = seed
                time.sleep(PAUSE_S)
    except httpx.HTTPError:
        return


def rows(data: Path, database_url: str | None, query: str) -> list[tuple[object, ...]]:
    if database_url is None:
        with sqlite3.connect(data / "copcheck.sqlite") as connection:
            found = connection.execute(query).fetchall()
        connection.close()
        return found
    with psycopg.connect(database_url) as connection:
        return connection.execute(query).fetchall()


def test_killed_at_any_moment_nothing_is_lost_and_nothing_ends_twice(
    tmp_path: Path, database_url: str | None, told: Told
) -> None:
    data, log, chance = tmp_path / "data", tmp_path / "log", random.Random(7)
    settings = {} if database_url is None else {"database_url": database_url}
    accepted: dict[str, int] = {}
    for round_ in range(sized(1 if database_url else 2, 20)):
        server = Served(data, log, **settings)
        try:
            server.wait(place="/readyz")
            if round_ == 0:
                httpx.put(f"{server.url}/v1/standing", content=bodies.standing(SYSTEMS), timeout=30).raise_for_status()
            # Several small ones at once, so that some are written, judged and ended together.
            kinds = (True, *[False] * SMALL_AT_ONCE)
            numbers = [round_ * 100_000 + at * 10_101 for at in range(len(kinds))]
            sending = [
                threading.Thread(target=submit_until_dead, args=(server.url, accepted, number, kind))
                for number, kind in zip(numbers, kinds, strict=True)
            ]
            for thread in sending:
                thread.start()
            before, until = len(accepted), time.monotonic() + 60
            while len(accepted) == before and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(chance.uniform(0.0, 2.0))
        finally:
            server.kill()
        for thread in sending:
            thread.join()
    told("accepted", len(accepted))
    assert accepted, log.read_text()[-2000:]
    server = Served(data, log, **settings)
    try:
        server.wait()
        until = time.monotonic() + 120
        while time.monotonic() < until:
            left = rows(data, database_url, "select count(*) from runs where state in ('queued', 'running')")
            if left == [(0,)]:
                break
            time.sleep(0.2)
        states = dict(rows(data, database_url, "select submission_id, state from runs"))
        assert set(states.values()) == {"done"}, states
        assert accepted.keys() <= states.keys(), "an accepted submission is gone"
        again = rows(
            data, database_url, "select submission_id from manifests group by submission_id having count(*) > 1"
        )
        assert again == [], "a run ended twice"
        _same_bytes(server.url, accepted)
    finally:
        code = server.stop()
    assert code in (0, -signal.SIGTERM)
    assert _audit(data, settings) == 0


def _same_bytes(url: str, accepted: dict[str, int]) -> None:
    """Judged once more, by the same rules and unharmed, each ends with the same bytes."""
    with httpx.Client(base_url=url, timeout=60) as client:
        for submission_id in list(accepted)[:: max(1, len(accepted) // 3)]:
            first = client.get(f"/v1/submissions/{submission_id}").json()
            number = client.post(f"/v1/submissions/{submission_id}/rerun").json()["submission"]["run"]["number"]
            second = first
            for _ in range(600):
                second = client.get(f"/v1/submissions/{submission_id}?run={number}").json()
                if second["run"]["state"] == "done":
                    break
                time.sleep(0.05)
            one, two = (shape["run"]["result"]["outputs"] for shape in (first, second))
            assert {n: o["sha256"] for n, o in one.items()} == {n: o["sha256"] for n, o in two.items()}


def _audit(data: Path, settings: dict[str, str]) -> int:
    given = {"COPCHECK_DATA": str(data)} | {f"COPCHECK_{name.upper()}": value for name, value in settings.items()}
    done = subprocess.run(
        [sys.executable, "-m", "service", "audit"], env=os.environ | given, capture_output=True, text=True, check=False
    )
    assert " 0 faults" in done.stderr, done.stderr
    return done.returncode


def test_a_job_process_that_dies_is_replaced_and_its_job_done(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    server = Served(data, log, sync_bytes="0")
    try:
        server.wait()
        httpx.put(f"{server.url}/v1/standing", content=bodies.standing(), timeout=30).raise_for_status()
        before = server.jobs()
        for process in before:
            process.kill()
        place = httpx.post(f"{server.url}/v1/submissions", content=bodies.arrow(), timeout=30).headers["location"]
        until = time.monotonic() + 60
        while time.monotonic() < until:
            shape = httpx.get(server.url + place, timeout=10).json()
            if shape["state"] == "done":
                break
            time.sleep(0.1)
        assert shape["state"] == "done", log.read_text()[-2000:]
        assert {process.pid for process in server.jobs()}.isdisjoint(process.pid for process in before)
    finally:
        server.stop()


def test_no_job_process_outlives_its_server(tmp_path: Path) -> None:
    server = Served(tmp_path / "data", tmp_path / "log")
    try:
        server.wait()
        jobs = server.jobs()
        assert len(jobs) == 2, "the job process and the intake"
    finally:
        server.process.kill()
        server.process.wait()
    _, alive = psutil.wait_procs(jobs, 20)
    assert not alive
