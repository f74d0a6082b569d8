"""Mappings of MHHS messages: stored by their collector, named by a submission, and read by again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from service.database import Mapping
from service.settings import Settings
from tests.service import bodies
from tests.service.conftest import Client, new_key, put_standing, served

MESSAGES = (bodies.SAMPLES / "formats" / "dip.json").read_bytes()
MAPPING = (bodies.SAMPLES / "dip_mapping.toml").read_bytes()


def stored(client: Client, content: bytes = MAPPING, name: str = "ours.toml") -> dict[str, Any]:
    answer = client.put(f"/v1/mappings?name={name}", content=content)
    assert answer.status_code == 200, answer.text
    mapping: dict[str, Any] = answer.json()
    return mapping


def test_messages_are_read_by_the_mapping_that_they_name(either_client: Client) -> None:
    refused = either_client.post("/v1/submissions?name=dip.json", content=MESSAGES)
    assert refused.status_code == 422
    assert "PUT /v1/mappings" in refused.json()["action"]
    mapping = stored(either_client)
    answer = either_client.post(f"/v1/submissions?name=dip.json&mapping={mapping['id']}", content=MESSAGES)
    assert answer.status_code == 200, answer.text
    shape = answer.json()
    named = {"id": mapping["id"], "name": "ours.toml", "sha256": hashlib.sha256(MAPPING).hexdigest()}
    assert shape["run"]["result"]["format"] == "dip"
    assert shape["run"]["result"]["channel_days"] > 0
    assert shape["options"]["mapping"] == named
    receipt = either_client.get(shape["links"]["receipt"]).json()
    assert receipt["options"]["mapping"] == named
    assert receipt["chain"]["manifest"]["options"]["mapping"] == named
    # Another mapping on file since changes nothing for what was read by this one.
    stored(either_client, MAPPING + b"# since\n")
    again = either_client.post(f"/v1/submissions/{shape['id']}/rerun").json()["submission"]["run"]
    assert {name: each["sha256"] for name, each in again["result"]["outputs"].items()} == {
        name: each["sha256"] for name, each in shape["run"]["result"]["outputs"].items()
    }
    assert either_client.get(shape["links"]["report"]).status_code == 200
    assert either_client.get(f"/submissions/{shape['id']}").status_code == 200


def test_the_same_mapping_twice_is_one_and_comes_back_as_it_was_sent(either_client: Client) -> None:
    first, second = stored(either_client), stored(either_client)
    assert first == second
    assert either_client.get("/v1/mappings").json() == {"mappings": [first]}
    assert either_client.get(f"/v1/mappings/{first['id']}").content == MAPPING


@pytest.mark.parametrize(
    ("content", "column"), [(b"\xff", None), (b"interface = ", None), (b'interface = "IF-021"\nodd = 1\n', "odd")]
)
def test_a_mapping_that_cannot_be_used_is_told_before_it_is_kept(
    open_client: Client, content: bytes, column: str | None
) -> None:
    problem = open_client.put("/v1/mappings?name=ours.toml", content=content).json()
    assert problem["status"] == 422
    assert problem["file"] == "ours.toml"
    assert problem.get("column") == column
    assert open_client.get("/v1/mappings").json() == {"mappings": []}


def test_a_mapping_that_was_changed_behind_the_service_reads_nothing(open_client: Client) -> None:
    mapping = stored(open_client)
    shape = open_client.post(f"/v1/submissions?mapping={mapping['id']}", content=MESSAGES).json()
    with open_client.services.database.writing() as connection:
        connection.execute(update(Mapping).values(content=MAPPING + b"#"))
    again = open_client.post(f"/v1/submissions/{shape['id']}/rerun")
    assert again.status_code == 202
    assert again.json()["submission"]["run"]["result"] is None


def test_another_collectors_mapping_is_not_there(tmp_path: Path, database_url: str | None) -> None:
    with served(Settings(data=tmp_path, database_url=database_url, job_processes=0, least_free_bytes=0)) as service:
        ours, theirs = service.by(new_key(service, "A")), service.by(new_key(service, "B"))
        put_standing(theirs)
        mapping = stored(ours)
        assert ours.get(f"/v1/mappings/{mapping['id']}").status_code == 200
        assert theirs.get(f"/v1/mappings/{mapping['id']}").status_code == 404
        assert theirs.get("/v1/mappings").json() == {"mappings": []}
        answers = [
            theirs.post(f"/v1/submissions?mapping={each}", content=MESSAGES) for each in (mapping["id"], "0" * 32)
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert {answer.json()["type"] for answer in answers} == {"urn:copcheck:problem:no-mapping"}
        assert theirs.get("/v1/submissions").json()["submissions"] == []
        reader = service.by(new_key(service, "A", "read"))
        assert reader.put("/v1/mappings", content=MAPPING).status_code == 403
