"""Keys, scopes, limits, and collectors who must not see each other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.access.keys import digest_of
from service.api.access import is_loopback
from service.api.json_bodies import MOST_JSON_BYTES
from service.settings import Settings
from tests.service import bodies
from tests.service.conftest import Client, new_key, put_standing, served


@pytest.fixture
def keyed(tmp_path: Path, database_url: str | None) -> Iterator[Client]:
    """A service with keys on each database."""
    with served(Settings(data=tmp_path / "data", database_url=database_url, job_processes=0)) as client:
        yield client


def test_without_a_key_nothing_is_served(keyed: Client) -> None:
    for place in ("/v1/submissions", "/v1/standing", "/v1/checks", "/v1/keys", "/v1/trail"):
        answer = keyed.get(place)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    assert keyed.by("copcheck_wrong").get("/v1/submissions").status_code == 401
    assert keyed.get("/healthz").status_code == 200


def test_the_key_is_looked_at_before_anything_else(keyed: Client) -> None:
    """Whoever has none learns nothing of parameters and bodies, and has none of theirs read."""
    document = keyed.get("/v1/openapi.json").json()
    asked = 0
    for path, operations in document["paths"].items():
        if not path.startswith("/v1/"):
            continue
        place = path.replace("{submission_id}", "zz").replace("{kind}", "zz")
        for method in operations:
            asked += 1
            headers = {"Content-Type": "application/json"}
            answer = keyed.request(method, f"{place}?zzz=1", content=b"{no json", headers=headers)
            assert answer.status_code == 401, (method, path)
    assert asked > 25
    reader = keyed.by(new_key(keyed, "A", "read"))
    assert reader.get("/v1/keys?zzz=1").status_code == 403
    assert reader.get("/v1/submissions?zzz=1").status_code == 422


def test_a_body_in_json_is_read_only_so_far(keyed: Client) -> None:
    reader = keyed.by(new_key(keyed, "A", "read"))
    headers = {"Content-Type": "application/json"}
    body = b'{"meter_type": "' + b"a" * (MOST_JSON_BYTES + 1)
    answer = reader.post("/v1/approvals/decide", content=body, headers=headers)
    assert (answer.status_code, answer.json()["limit"]) == (413, MOST_JSON_BYTES)
    asked = {"content": b'{"meter_type": "Prometer 100", "firmware": "M6X8G0B"}'}
    form = reader.post("/v1/approvals/decide", **asked, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (form.status_code, form.json()["accepted"]) == (415, ["application/json"])
    assert reader.post("/v1/approvals/decide", **asked).status_code == 200
    told = reader.post("/v1/approvals/decide", json={"meter_type": "Prometer 100", "firmware": "M6X8G0B"})
    assert told.status_code == 200


def test_two_collectors_cannot_reach_each_other(keyed: Client) -> None:
    ours = keyed.by(new_key(keyed, "Collector A", "submit", "read", "admin"))
    theirs = keyed.by(new_key(keyed, "Collector B", "submit", "read", "admin"))
    standing = put_standing(ours)
    put_standing(theirs, bodies.standing(cop="8", issue="1"))
    mine = ours.post("/v1/submissions", content=bodies.d0036(), headers={"Idempotency-Key": "one"}).json()
    place = f"/v1/submissions/{mine['id']}"
    parts = ("", "/verdicts", "/findings", "/report", "/receipt", "/events", "/differences")
    for part in parts:
        answer = theirs.get(place + part)
        assert answer.status_code == 404, part
        assert answer.headers["content-type"] == "application/problem+json"
    assert theirs.post(f"{place}/rerun").status_code == 404
    assert theirs.get(f"/v1/standing/{standing}").status_code == 404
    assert theirs.get("/v1/submissions").json()["submissions"] == []
    assert mine["id"] not in theirs.get("/v1/trail").text
    # Not even by naming the other's standing data, cursor or Idempotency-Key.
    named = theirs.post(f"/v1/submissions?standing={standing}", content=bodies.d0036())
    assert named.json()["type"] == "urn:copcheck:problem:no-standing-data"
    assert theirs.get(f"/v1/submissions?cursor={'f' * 32}").json()["submissions"] == []
    own = theirs.post("/v1/submissions", content=bodies.d0036(number=2), headers={"Idempotency-Key": "one"})
    assert own.status_code == 200
    # The same body of another collector is another submission.
    assert theirs.post("/v1/submissions", content=bodies.d0036()).json()["id"] != mine["id"]
    for key in ours.get("/v1/keys").json()["keys"]:
        assert theirs.delete(f"/v1/keys/{key['id']}").status_code == 404


def test_no_route_that_names_a_thing_gives_anothers(keyed: Client) -> None:
    """By the description of the interface, so that a route that comes is held to it too; and by the page's own."""
    ours = keyed.by(new_key(keyed, "Collector A", "submit", "read", "admin", "registry"))
    theirs = keyed.by(new_key(keyed, "Collector B", "submit", "read", "admin", "registry"))
    put_standing(theirs)
    named = {
        "standing_id": put_standing(ours),
        "submission_id": ours.post("/v1/submissions", content=bodies.d0036()).json()["id"],
        "mapping_id": ours.put("/v1/mappings", content=(bodies.SAMPLES / "dip_mapping.toml").read_bytes()).json()["id"],
        "key_id": ours.get("/v1/keys").json()["keys"][0]["id"],
    }
    tried = [
        (method, place)
        for place, operations in keyed.get("/v1/openapi.json").json()["paths"].items()
        for method, operation in operations.items()
        if {each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"} & named.keys()
    ]
    assert len(tried) >= 13, tried
    for method, place in tried:
        assert theirs.request(method, place.format_map(named)).status_code == 404, (method, place)
    own = theirs.post("/v1/submissions", content=bodies.d0036(number=2)).json()["id"]
    for question in (f"standing={named['standing_id']}", f"mapping={named['mapping_id']}"):
        answer = theirs.post(f"/v1/submissions?{question}", content=bodies.d0036(number=3))
        assert answer.status_code in (404, 422), question
    again = theirs.post(f"/v1/submissions/{own}/rerun", json={"standing": named["standing_id"]})
    assert again.status_code == 422
    asked = {"firmware": "M6X8G0B", "standing": named["standing_id"]}
    assert theirs.post("/v1/approvals/impact", json=asked).status_code == 422
    theirs.post("/sign-in", data={"key": theirs.headers["authorization"].removeprefix("Bearer ")})
    for place in ("", "/findings", "/plots/0"):
        assert theirs.get(f"/submissions/{named['submission_id']}{place}").status_code == 404
    assert theirs.get(f"/submissions/{own}").status_code == 200


@pytest.mark.parametrize(
    ("scope", "method", "place"),
    [
        ("read", "POST", "/v1/submissions"),
        ("read", "PUT", "/v1/standing"),
        ("submit", "GET", "/v1/submissions"),
        ("submit", "GET", "/v1/checks"),
        ("submit", "GET", "/v1/keys"),
        ("read", "GET", "/v1/trail"),
    ],
)
def test_a_key_does_no_more_than_its_scopes(keyed: Client, scope: str, method: str, place: str) -> None:
    answer = keyed.by(new_key(keyed, "A", scope)).request(method, place, content=b"x" if method != "GET" else None)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:copcheck:problem:scope"


def test_a_revoked_and_an_expired_key_open_nothing(keyed: Client) -> None:
    administrator = keyed.by(new_key(keyed, "A", "admin"))
    made = administrator.post("/v1/keys", json={"name": "a", "scopes": ["read"]})
    assert made.status_code == 201
    client = keyed.by(made.json()["secret"])
    assert client.get("/v1/submissions").status_code == 200
    assert administrator.delete(f"/v1/keys/{made.json()['id']}").status_code == 204
    time.sleep(1.1)
    assert client.get("/v1/submissions").status_code == 401
    assert administrator.delete(f"/v1/keys/{made.json()['id']}").status_code == 404
    assert keyed.by(new_key(keyed, "A", "read", lasts_s=-1)).get("/v1/submissions").status_code == 401


def test_the_secret_is_kept_nowhere(keyed: Client) -> None:
    secret = new_key(keyed, "A", "submit", "read")
    client = keyed.by(secret)
    put_standing(client)
    client.post("/v1/submissions", content=bodies.d0036())
    with keyed.services.database.reading() as connection:
        digest = connection.exec_driver_sql("select digest from api_keys").scalar_one()
    assert digest == digest_of(secret)
    for path in keyed.services.settings.data.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path


def test_readings_are_limited_by_the_day(keyed: Client) -> None:
    client = keyed.by(new_key(keyed, "A", "submit", "read", readings_per_day=100))
    put_standing(client)
    codes = [client.post("/v1/submissions", content=bodies.d0036(number=k)).status_code for k in range(4)]
    assert codes == [200, 200, 200, 429]
    refused = client.post("/v1/submissions", content=bodies.d0036(number=9))
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    assert "100 readings" in refused.json()["detail"]
    # What came before costs nothing, and is told as before; another key is not held to account.
    assert client.post("/v1/submissions", content=bodies.d0036(number=1)).status_code == 200
    other = keyed.by(new_key(keyed, "A", "submit", "read"))
    assert other.post("/v1/submissions", content=bodies.d0036(number=9)).status_code == 200


def test_submissions_are_limited_by_the_minute(keyed: Client) -> None:
    client = keyed.by(new_key(keyed, "A", "submit", "read", requests_per_minute=2))
    put_standing(client)
    # The minute may turn in between, so that three may pass, but not six.
    codes = [client.post("/v1/submissions", content=bodies.d0036(number=k)).status_code for k in range(6)]
    assert 429 in codes
    assert codes.count(200) <= 4


def test_the_trail_says_who_did_what(keyed: Client) -> None:
    client = keyed.by(new_key(keyed, "A", "submit", "read", "admin"))
    put_standing(client)
    mine = client.post("/v1/submissions", content=bodies.d0036()).json()
    client.post(f"/v1/submissions/{mine['id']}/rerun")
    entries = client.get("/v1/trail").json()["entries"]
    assert [entry["action"] for entry in entries] == ["standing", "submit", "rerun"]
    assert {entry["actor"] for entry in entries} == {f"key {client.get('/v1/keys').json()['keys'][0]['id']}"}


def test_an_open_service_answers_only_by_a_loopback_name(open_client: Client) -> None:
    answer = open_client.get("/v1/checks", headers={"Host": "attacker.example"})
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:copcheck:problem:not-loopback"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://attacker.example"}])
def test_another_sites_page_changes_nothing(open_client: Client, headers: dict[str, str]) -> None:
    answer = open_client.post("/v1/submissions", content=bodies.d0036(), headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:copcheck:problem:another-site"


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1", True), ("127.0.0.1:8000", True), ("localhost:8000", True), ("[::1]:8000", True), ("::1", True),
        ("0.0.0.0", False), ("192.0.2.1:80", False), ("localhost.attacker.example", False), ("", False),
    ],
)  # fmt: skip
def test_which_addresses_are_this_machines_own(host: str, said: bool) -> None:
    assert is_loopback(host) is said
