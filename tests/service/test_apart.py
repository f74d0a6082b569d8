"""Small submissions are taken in by a process of their own; nothing is lost where it dies."""

from __future__ import annotations

import itertools
import pickle
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from service.problems import Problem
from service.receiving.frames import Frames, framed
from tests.service import bodies
from tests.service.processes import Served

SENDERS = 8


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    at = tmp_path_factory.mktemp("apart")
    served = Served(at / "data", at / "log")
    try:
        served.wait(place="/readyz")
        httpx.put(f"{served.url}/v1/standing", content=bodies.standing(), timeout=30).raise_for_status()
        yield served
    finally:
        served.stop()


def intake_of(server: Served) -> psutil.Process:
    """Its intake process, waited for where another has just died."""
    for _ in range(200):
        for process in server.jobs():
            try:
                if "service.receiving.worker" in process.cmdline():
                    return process
            except (psutil.NoSuchProcess, psutil.ZombieProcess):
                pass
        time.sleep(0.1)
    raise AssertionError("there is no intake process")


def counted(server: Served, name: str) -> float:
    lines = httpx.get(f"{server.url}/metrics", timeout=30).text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name))


def test_what_the_process_judges_is_answered_on_record_and_counted(server: Served) -> None:
    before = counted(server, "copcheck_readings_total")
    with httpx.Client(base_url=server.url, timeout=30) as client:
        answer = client.post("/v1/submissions", content=bodies.d0036(number=1))
        assert answer.status_code == 200, answer.text
        assert client.get(answer.headers["location"]).json() == answer.json()
        again = client.post("/v1/submissions", content=bodies.d0036(number=1))
        assert again.headers["idempotency-replayed"] == "true"
        assert again.json() == answer.json()
        broken = client.post("/v1/submissions", content=bodies.d0036().replace(b"103|A|12.3|", b"103|A|many|", 1))
        assert (broken.status_code, broken.json()["type"]) == (422, "urn:copcheck:problem:unreadable-submission")
        none = client.post("/v1/submissions?standing=none", content=bodies.d0036(number=2))
        assert (none.status_code, none.json()["type"]) == (422, "urn:copcheck:problem:no-standing-data")
    assert counted(server, "copcheck_readings_total") == before + 48


def test_killed_under_load_it_loses_nothing_and_is_replaced(server: Served) -> None:
    numbers, over = itertools.count(1000), threading.Event()

    def send(_: int) -> list[tuple[int, str]]:
        answers = []
        with httpx.Client(base_url=server.url, timeout=60) as client:
            while not over.is_set():
                answer = client.post("/v1/submissions", content=bodies.d0036(number=next(numbers)))
                answers.append((answer.status_code, answer.headers["location"]))
        return answers

    with ThreadPoolExecutor(SENDERS) as senders:
        sending = [senders.submit(send, at) for at in range(SENDERS)]
        dead = intake_of(server)
        for _ in range(2):
            time.sleep(1.0)
            dead = intake_of(server)
            dead.kill()
            dead.wait(10)
        time.sleep(1.0)
        over.set()
        answers = [each for sent in sending for each in sent.result()]
    assert {status for status, _ in answers} <= {200, 202}
    assert intake_of(server).pid != dead.pid
    places = {place for _, place in answers}
    assert len(places) == len(answers)
    until = time.monotonic() + 60
    with httpx.Client(base_url=server.url, timeout=30) as client:
        while counted(server, "copcheck_jobs{") and time.monotonic() < until:
            time.sleep(0.1)
        assert {client.get(place).json()["state"] for place in places} == {"done"}


def test_frames_come_whole_however_they_are_cut() -> None:
    told = [list(range(k * 50)) for k in range(5)]
    sent, frames = b"".join(framed(each) for each in told), Frames()
    found = [each for at in range(0, len(sent), 7) for each in frames.take(sent[at : at + 7])]
    assert found == told
    assert Frames().take(sent) == told


def test_a_problem_is_the_same_on_the_other_side() -> None:
    problem = Problem(429, "over-limit", "that was all", headers={"Retry-After": "5"}, limit=3)
    other = pickle.loads(pickle.dumps(problem))
    assert (other.document("/x"), other.headers) == (problem.document("/x"), problem.headers)
