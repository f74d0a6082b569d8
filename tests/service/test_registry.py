"""The registry over HTTP: decisions, impact, and changes that name the revision they are based on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from tests.service import bodies
from tests.service.conftest import Client, new_key, put_standing, served

NEW = "M6X8G0C"
EVENT = {
    "kind": "FIRMWARE_AMENDED", "event": "made-up amendment", "manufacturer": "Secure Meters (UK) Limited",
    "meter_type": "Prometer 100", "firmware": NEW, "replaces_firmware": "M6X8G0B", "basis": "MAKER_DECLARATION",
    "issued_on": "2026-11", "source": "MADE-UP", "status": "recalled",
}  # fmt: skip
SOURCE = {"source": "MADE-UP", "title": "A made-up paper for a test", "publisher": "nobody"}
ASKED = {"meter_type": "Prometer 100", "variant": "P3E", "cop": "5", "issue": 6}


@pytest.fixture
def client(tmp_path: Path, database_url: str | None) -> Iterator[Client]:
    """A service without keys on each database, with standing data on file."""
    settings = Settings(data=tmp_path / "data", database_url=database_url, open_on_loopback=True, job_processes=0)
    with served(settings) as client:
        put_standing(client)
        yield client


def word(client: Client, firmware: str) -> str:
    answer = client.post("/v1/approvals/decide", json={**ASKED, "firmware": firmware})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["answers"][0]["word"])


def record(client: Client, revision: str | None, apply: bool = True) -> Any:
    headers = {} if revision is None else {"If-Match": revision}
    told = {"event": EVENT, "source": SOURCE}
    return client.post(f"/v1/certificates/events?apply={str(apply).lower()}", json=told, headers=headers)


def test_an_amendment_goes_from_the_question_to_the_verdict(client: Client) -> None:
    before = client.get("/v1/registry")
    revision = before.headers["etag"]
    assert revision == f'"r{before.json()["revision"]}"'
    assert (word(client, "M6X8G0B"), word(client, NEW)) == ("APPROVED", "FIRMWARE_NOT_LISTED")
    submission = client.post("/v1/submissions", content=bodies.d0036()).json()

    tried = record(client, None, apply=False)
    assert tried.status_code == 200, tried.text
    assert tried.json()["applied"] is False
    assert {row["firmware"] for row in tried.json()["granted"]} == {NEW}
    assert word(client, NEW) == "FIRMWARE_NOT_LISTED"

    assert record(client, None).json()["type"] == "urn:copcheck:problem:no-revision"
    written = record(client, revision)
    assert written.status_code == 200, written.text
    assert written.json()["applied"] is True
    assert word(client, NEW) == "APPROVED"
    # Who looked at an earlier state is told so, and nothing is written.
    stale = record(client, revision)
    assert stale.status_code == 412
    after = client.get("/v1/registry").json()
    assert after["revision"] == before.json()["revision"] + 1
    assert after["regulation"] != before.json()["regulation"]
    assert after["changes"][0]["by"].startswith("local")

    # A run of today goes by the new registry; one of before can be had again.
    told = client.post(f"/v1/submissions/{submission['id']}/rerun").json()
    assert told["submission"]["run"]["regulation"] == after["regulation"]
    old = {"regulation": submission["run"]["regulation"]}
    again = client.post(f"/v1/submissions/{submission['id']}/rerun", json=old).json()
    assert again["submission"]["run"]["result"]["checks"] == submission["run"]["result"]["checks"]
    assert client.get(f"/v1/submissions/{submission['id']}/report?run=1").status_code == 200


def test_the_impact_of_an_amendment_is_told_for_the_collectors_meters(client: Client) -> None:
    supposed = {**EVENT, "source": "ISG-255-05", "variants": "P3E", "cops": "5:6"}
    answer = client.post("/v1/approvals/impact", json={"event": supposed})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["amendment"]["supposed"] is True
    assert told["estate"]["considered"] == 40
    by_firmware = client.post("/v1/approvals/impact", json={"firmware": "M6X8G0B", "on": "2026-09-16"})
    assert by_firmware.json()["estate"]["considered"] == 40
    unknown = client.post("/v1/approvals/impact", json={"firmware": "m6x8g0b"})
    assert unknown.status_code == 422
    assert "M6X8G0B" in unknown.json()["detail"]
    assert client.post("/v1/approvals/impact", json={}).status_code == 422


def test_a_list_is_compared_and_then_written(client: Client) -> None:
    listed = Path("validator/regulation/approvals.csv")
    text = (bodies.SAMPLES.parent / listed).read_text()
    same = client.post("/v1/registry/lists/approvals?keep_unlisted=true", content=text.encode())
    assert same.status_code == 200, same.text
    assert same.json()["applied"] is False
    assert same.json()["difference"]["added"] == 0
    broken = client.post("/v1/registry/lists/approvals", content=b"nothing,that,we\nknow,of,it\n")
    assert broken.status_code == 422
    assert broken.headers["content-type"] == "application/problem+json"


def test_an_event_that_builds_on_nothing_is_refused(client: Client) -> None:
    revision = client.get("/v1/registry").headers["etag"]
    told = {"event": {**EVENT, "replaces_firmware": "M6X8G99"}, "source": SOURCE}
    answer = client.post("/v1/certificates/events?apply=true", json=told, headers={"If-Match": revision})
    assert answer.status_code == 422
    assert client.get("/v1/registry").headers["etag"] == revision
    wrong = client.post("/v1/certificates/events", json={"event": {**EVENT, "colour": "blue"}})
    assert "colour" in wrong.json()["detail"]


def test_only_a_key_with_the_scope_changes_the_registry(tmp_path: Path) -> None:
    with served(Settings(data=tmp_path, job_processes=0)) as client:
        reader = client.by(new_key(client, "A", "submit", "read"))
        assert record(reader, '"r1"').status_code == 403
        assert reader.post("/v1/registry/lists/approvals", content=b"x").status_code == 403
        registrar = client.by(new_key(client, "A", "read", "registry"))
        assert record(registrar, registrar.get("/v1/registry").headers["etag"]).status_code == 200


def test_every_approval_is_listed(client: Client) -> None:
    from validator.regulation import load_regulation

    rows = client.get("/v1/approvals").json()["approvals"]
    assert len(rows) == len(load_regulation().approvals)
    some = client.get("/v1/approvals?cop=5&issue=6").json()["approvals"]
    assert some == [row for row in rows if (row["cop"], row["issue"]) == ("5", 6)]


def test_what_it_judges_by_is_told(client: Client) -> None:
    from validator.catalogue import CATALOGUE

    assert [check["code"] for check in client.get("/v1/checks").json()["checks"]] == [c.code for c in CATALOGUE]
    limits = client.get("/v1/limits?cop=5&issue=6").json()["limits"]
    permissible = next(row for row in limits if row["limit"] == "max_permissible_energy")
    assert (permissible["text"], permissible["may_fail"]) == ("600", True)
    assert client.get("/v1/limits?cop=99").status_code == 404
    assert ("5", 6) in [(row["cop"], row["issue"]) for row in client.get("/v1/cops").json()["cops"]]
