"""Sending readings: what is answered, what is on record, and what is one submission."""

from __future__ import annotations

import base64
import gzip
import hashlib
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pytest
from alembic import command

from service.audit.verify import verify
from service.database import migrate
from service.database.migrate import config_of
from service.jobs.judging import Task
from service.receiving import first as judged_first
from service.services import Services
from tests.service import bodies
from tests.service.conftest import Client, put_standing


def done(client: Client, submission_id: str) -> dict[str, Any]:
    """The submission once its newest run has ended."""
    for _ in range(600):
        shape: dict[str, Any] = client.get(f"/v1/submissions/{submission_id}").json()
        if shape["state"] not in ("queued", "running"):
            return shape
        time.sleep(0.05)
    raise AssertionError(f"{submission_id} never ended")


def test_a_small_submission_is_answered_with_its_result(either_client: Client) -> None:
    answer = either_client.post("/v1/submissions?name=day.usr", content=bodies.d0036())
    assert answer.status_code == 200, answer.text
    shape = answer.json()
    assert shape["state"] == "done"
    assert shape["name"] == "day.usr"
    assert shape["run"]["result"]["channel_days"] == 1
    assert shape["run"]["result"]["readings"] == 48
    assert sum(shape["run"]["result"]["outcomes"].values()) == 1
    assert answer.headers["location"] == f"/v1/submissions/{shape['id']}"


def test_a_job_does_what_is_asked_to_be_done_later(either_client: Client) -> None:
    answer = either_client.post("/v1/submissions", content=bodies.d0036(), headers={"Prefer": "respond-async"})
    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "respond-async"
    shape = done(either_client, answer.json()["id"])
    assert shape["state"] == "done"
    assert shape["run"]["attempts"] == 1


def test_a_large_submission_becomes_a_job(tmp_path: Any) -> None:
    from service.settings import Settings
    from tests.service.conftest import served

    settings = Settings(data=tmp_path, open_on_loopback=True, job_processes=0, sync_bytes=1000)
    with served(settings) as client:
        put_standing(client)
        answer = client.post("/v1/submissions", content=bodies.arrow(10))
        assert answer.status_code == 202
        assert done(client, answer.json()["id"])["run"]["result"]["channel_days"] == 40


@pytest.mark.parametrize("form", ["arrow", "lz4", "zstd", "gzip", "zstd body"])
def test_each_form_gives_the_same_verdicts(open_client: Client, form: str) -> None:
    headers: dict[str, str] = {}
    plain = bodies.arrow(3)
    if form in ("lz4", "zstd"):
        body = bodies.arrow(3, compression=form)
    elif form == "gzip":
        body, headers = gzip.compress(plain), {"Content-Encoding": "gzip"}
    elif form == "zstd body":
        body, headers = pa.compress(plain, "zstd", asbytes=True), {"Content-Encoding": "zstd"}
    else:
        body = plain
    media = "application/vnd.apache.arrow.stream"
    result = open_client.post("/v1/submissions", content=body, headers={"Content-Type": media, **headers}).json()
    plainly = open_client.post("/v1/submissions", content=plain).json()
    assert result["run"]["result"]["outcomes"] == plainly["run"]["result"]["outcomes"]
    assert result["run"]["result"]["checks"] == plainly["run"]["result"]["checks"]


def test_the_same_body_twice_is_one_submission(either_client: Client) -> None:
    first = either_client.post("/v1/submissions", content=bodies.d0036())
    second = either_client.post("/v1/submissions", content=bodies.d0036())
    assert second.status_code == 200
    assert second.json()["id"] == first.json()["id"]
    assert second.headers["idempotency-replayed"] == "true"
    assert len(either_client.get("/v1/submissions").json()["submissions"]) == 1


def test_other_options_make_another_submission(open_client: Client) -> None:
    first = open_client.post("/v1/submissions", content=bodies.arrow())
    second = open_client.post("/v1/submissions?time_base=utc", content=bodies.arrow())
    assert first.json()["id"] != second.json()["id"]


def test_an_idempotency_key_is_for_one_body(either_client: Client) -> None:
    headers = {"Idempotency-Key": "morning file"}
    first = either_client.post("/v1/submissions", content=bodies.d0036(), headers=headers)
    again = either_client.post("/v1/submissions", content=bodies.d0036(), headers=headers)
    other = either_client.post("/v1/submissions", content=bodies.d0036(number=2), headers=headers)
    assert again.json()["id"] == first.json()["id"]
    assert other.status_code == 422
    assert other.json()["type"] == "urn:copcheck:problem:idempotency-key-reused"
    assert other.json()["submission"] == first.json()["id"]


def test_an_idempotency_key_with_a_known_body_is_remembered(either_client: Client) -> None:
    def send(number: int, key: str | None) -> Any:
        headers = {} if key is None else {"Idempotency-Key": key}
        return either_client.post("/v1/submissions", content=bodies.d0036(number=number), headers=headers)

    first = send(1, None).json()["id"]
    for key in ("a", "b", "a"):
        told = send(1, key)
        assert (told.status_code, told.json()["id"]) == (200, first)
        assert told.headers["idempotency-replayed"] == "true"
    for key in ("a", "b"):
        other = send(2, key)
        assert (other.status_code, other.json()["submission"]) == (422, first)
        assert other.json()["type"] == "urn:copcheck:problem:idempotency-key-reused"
    # What was refused is not on record, and a key of its own takes it.
    assert send(2, "c").json()["id"] != first
    assert send(1, "c").status_code == 422
    assert len(either_client.get("/v1/submissions").json()["submissions"]) == 2


def test_keys_of_before_there_was_a_table_of_them_are_in_it(either_client: Client) -> None:
    headers = {"Idempotency-Key": "of old"}
    first = either_client.post("/v1/submissions", content=bodies.d0036(), headers=headers).json()["id"]
    database = either_client.services.database
    with database.writing() as connection:
        config = config_of(database)
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    migrate(database)
    other = either_client.post("/v1/submissions", content=bodies.d0036(number=2), headers=headers)
    assert (other.status_code, other.json()["submission"]) == (422, first)


def test_a_content_digest_is_held_to(open_client: Client) -> None:
    def digest(content: bytes) -> dict[str, str]:
        return {"Content-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"}

    right = open_client.post("/v1/submissions", content=bodies.d0036(), headers=digest(bodies.d0036()))
    wrong = open_client.post("/v1/submissions", content=bodies.d0036(number=2), headers=digest(b"other"))
    assert right.status_code == 200
    assert wrong.json()["type"] == "urn:copcheck:problem:digest-mismatch"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Content-Type": "image/png"}, "unsupported-media-type"),
        ({"Content-Encoding": "br"}, "unsupported-encoding"),
    ],
)
def test_what_is_not_taken_is_415_with_the_list(open_client: Client, headers: dict[str, str], kind: str) -> None:
    answer = open_client.post("/v1/submissions", content=bodies.d0036(), headers=headers)
    assert answer.status_code == 415
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:copcheck:problem:{kind}"
    assert answer.json()["accepted"]


def test_content_that_is_in_no_format_is_415(open_client: Client) -> None:
    answer = open_client.post("/v1/submissions", content=b"\x00\x01 nothing that we know")
    assert answer.status_code == 415
    assert "D0036" in [form["format"] for form in answer.json()["accepted"]]


def test_a_fault_names_its_line_and_column(either_client: Client) -> None:
    lines = bodies.d0036().decode().splitlines()
    lines[5] = "103|A|twelve|"
    answer = either_client.post("/v1/submissions", content="\n".join(lines).encode())
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["line"] == 6
    assert problem["column"]
    # It came, so it is on record, with why it was refused.
    shape = either_client.get(f"/v1/submissions/{problem['submission']}").json()
    assert shape["state"] == "refused"
    assert shape["run"]["problem"]["line"] == 6


def test_test_data_is_let_in_only_when_asked_for_and_that_stands_on_record(open_client: Client) -> None:
    test = bodies.d0036().replace(b"||||OPER|", b"||||TR01|", 1)
    refused = open_client.post("/v1/submissions", content=test)
    assert refused.status_code == 422
    assert "allow_test_data=true" in refused.json()["action"]
    shape = open_client.post("/v1/submissions?allow_test_data=true", content=test).json()
    assert shape["state"] == "done"
    assert shape["options"]["allow_test_data"] is True
    receipt = open_client.get(shape["links"]["receipt"]).json()
    assert receipt["options"]["allow_test_data"] is True
    assert receipt["chain"]["manifest"]["options"]["allow_test_data"] is True
    again = open_client.post(f"/v1/submissions/{shape['id']}/rerun").json()["submission"]
    assert again["run"]["state"] == "done"
    first, second = (one["run"]["result"]["outputs"] for one in (shape, again))
    assert {name: output["sha256"] for name, output in first.items()} == {
        name: output["sha256"] for name, output in second.items()
    }
    assert open_client.get(shape["links"]["report"]).status_code == 200


def test_register_readings_alone_are_told_to_judge_nothing(open_client: Client) -> None:
    body = (bodies.SAMPLES / "formats" / "D0010.usr").read_bytes()
    shape = open_client.post("/v1/submissions?allow_test_data=true", content=body).json()
    result = shape["run"]["result"]
    assert result["channel_days"] == 0
    assert "0 of 24 register readings" in result["notes"][0]
    assert "0 of 24 register readings" in open_client.get(f"/submissions/{shape['id']}").text


def test_a_file_that_names_no_channel_is_told_one(open_client: Client) -> None:
    body = (bodies.SAMPLES / "formats" / "9900000000405_AI.schneider.csv").read_bytes()
    place, channel = "/v1/submissions?name=registers.csv", "9900000000405/AI"
    untold = open_client.post(place, content=body)
    assert untold.status_code == 422
    told = open_client.post(f"{place}&channel={channel}&stamps=end", content=body).json()
    assert told["state"] == "done"
    assert told["options"]["channels"] == [channel]
    assert open_client.get(told["links"]["report"]).status_code == 200
    odd = open_client.post(f"{place}&channel=9900000000405", content=body)
    assert odd.json()["type"] == "urn:copcheck:problem:invalid-request"


def test_without_standing_data_nothing_can_be_judged(tmp_path: Any) -> None:
    from service.settings import Settings
    from tests.service.conftest import served

    with served(Settings(data=tmp_path, open_on_loopback=True, job_processes=0)) as client:
        answer = client.post("/v1/submissions", content=bodies.d0036())
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:copcheck:problem:no-standing-data"
        bodies_kept = list((tmp_path / "store").glob("bodies/*/*"))
        assert not bodies_kept


def test_standing_data_that_cannot_be_used_is_told_with_its_place(open_client: Client) -> None:
    broken = bodies.standing().replace(b"2020-01-01", b"yesterday", 1)
    problem = open_client.put("/v1/standing?name=mine.csv", content=broken).json()
    assert problem["file"] == "mine.csv"
    assert problem["row"] == 1
    assert problem["column"] == "effective_from"


def test_a_submission_may_name_its_standing_data(open_client: Client) -> None:
    other = put_standing(open_client, bodies.standing(cop="8", issue="1"))
    versions = open_client.get("/v1/standing").json()["standing"]
    assert [version["current"] for version in versions] == [True, False]
    old = open_client.post(f"/v1/submissions?standing={versions[1]['id']}", content=bodies.d0036()).json()
    new = open_client.post("/v1/submissions", content=bodies.d0036()).json()
    assert (old["run"]["standing"], new["run"]["standing"]) == (versions[1]["id"], other)
    assert open_client.get(f"/v1/standing/{other}").content == bodies.standing(cop="8", issue="1")


def test_small_ones_judged_together_end_as_each_alone(either_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    together: list[int] = []
    judge = judged_first.endings_of

    def slowly(services: Services, tasks: Sequence[Task]) -> Any:
        # What comes meanwhile waits, and is the next batch.
        time.sleep(0.2)
        together.append(len(tasks))
        return judge(services, tasks)

    monkeypatch.setattr(judged_first, "endings_of", slowly)
    sent = [bodies.d0036(number=k, mpan=bodies.MPANS[k % 3], day=f"202609{16 - k % 4:02d}") for k in range(12)]
    sent[5] = sent[5].replace(b"103|A|12.3|", b"103|A|many|", 1)
    sent[7] = sent[7].replace(b"103|A|12.0|", b"103|A|-1.0|")
    with ThreadPoolExecutor(len(sent)) as clients:
        answers = list(clients.map(lambda body: either_client.post("/v1/submissions", content=body), sent))
    assert max(together) > 1
    assert [answer.status_code for answer in answers] == [422 if k == 5 else 200 for k in range(12)]
    for answer in answers[:5] + answers[6:]:
        shape = answer.json()
        assert either_client.get(f"/v1/submissions/{shape['id']}").json() == shape, "as answered, so on record"
        alone = either_client.post(f"/v1/submissions/{shape['id']}/rerun").json()["submission"]["run"]["result"]
        first = shape["run"]["result"]
        assert {n: o["sha256"] for n, o in first["outputs"].items()} == {
            n: o["sha256"] for n, o in alone["outputs"].items()
        }
        assert {n: v for n, v in first.items() if n not in ("outputs", "wall_s")} == {
            n: v for n, v in alone.items() if n not in ("outputs", "wall_s")
        }
    problem = answers[5].json()
    assert either_client.get(f"/v1/submissions/{problem['submission']}").json()["state"] == "refused"
    assert verify(either_client.services).faults == []
