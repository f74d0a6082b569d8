"""Standing data over HTTP: every form that the command takes, and nothing kept but its rows."""

from __future__ import annotations

import gzip
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from service.settings import Settings
from tests.readings.test_d0268 import METER, MPAN, OUTSTATION, REGISTER, SECRETS, SYSTEM, sent
from tests.service import bodies
from tests.service.conftest import Client, new_key, served

FLOW = sent(SYSTEM, OUTSTATION, METER, REGISTER)


def everything_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_flow_is_standing_data_and_its_passwords_are_nowhere(either_client: Client) -> None:
    taken = either_client.put("/v1/standing?name=mtd.usr", content=FLOW)
    assert taken.status_code == 200, taken.text
    told = taken.json()
    assert (told["form"], told["rows"], told["name"]) == ("D0268", 1, "mtd.usr")
    judged = either_client.post("/v1/submissions", content=bodies.d0036(mpan=MPAN)).json()
    assert judged["run"]["standing"] == told["id"]
    assert judged["state"] == "done"
    # CoP 5 Issue 6, as the flow has it: the meter is known, and governed.
    assert "no_standing_data" not in judged["run"]["result"]["checks"]
    kept = either_client.get(f"/v1/standing/{told['id']}")
    assert kept.headers["content-type"].startswith("text/csv")
    assert kept.headers["content-disposition"] == 'attachment; filename="mtd.usr.csv"'
    assert pl.read_csv(kept.content)["meter_serial"].to_list() == ["S95A 00001"]
    whole = everything_under(either_client.services.settings.data) + either_client.get("/v1/trail").content
    assert not any(secret.encode() in whole for secret in SECRETS)
    assert list(either_client.services.settings.spool.glob("*")) == []


def test_a_flow_sent_again_is_the_same_version(open_client: Client) -> None:
    first = open_client.put("/v1/standing", content=FLOW).json()
    packed = open_client.put("/v1/standing", content=gzip.compress(FLOW), headers={"Content-Encoding": "gzip"})
    assert packed.json()["id"] == first["id"]
    # The header is no standing data: another file of the same meters says the same.
    again = open_client.put("/v1/standing", content=FLOW.replace(b"SYN0000005", b"SYN0000006")).json()
    assert again == first | {"notes": []}
    assert first["name"] == "standing.usr"


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (FLOW.replace(b"20260401", b"20261301"), 2, "effective date (field 2 of 01A)"),
        (FLOW.replace(b"04A|", b"05A|"), 5, None),
        (FLOW.replace(b"02A|OUT0000001|", b"02A||"), 3, "outstation id (field 1 of 02A)"),
        (FLOW.replace(b"|1.0|1.0|AI|6|||", b"|"), 5, None),
        (FLOW[:-40], None, None),
        (FLOW.replace(b"D0268002", b"D0036001"), 1, "flow (field 2 of ZHV)"),
        (FLOW.replace(b"|OPER|", b"|TR01|"), 1, None),
    ],
)
def test_what_is_wrong_with_a_flow_is_told_with_its_place(
    open_client: Client, content: bytes, line: int | None, column: str | None
) -> None:
    answer = open_client.put("/v1/standing", content=content)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["file"] == "standing.usr"
    if line is not None:
        assert problem["line"] == line, problem
    if column is not None:
        assert problem["column"] == column, problem
    assert not any(secret in answer.text for secret in SECRETS)
    assert len(open_client.get("/v1/standing").json()["standing"]) == 1


def test_a_flow_that_is_a_test_is_taken_when_asked(open_client: Client) -> None:
    trial = FLOW.replace(b"|OPER|", b"|TR01|")
    assert open_client.put("/v1/standing?allow_test_data=true", content=trial).status_code == 200


def test_a_table_is_kept_without_its_other_columns(open_client: Client) -> None:
    table = pl.read_csv(bodies.standing(2)).with_columns(password=pl.lit("HUSHHUSH"))
    out = io.BytesIO()
    table.write_parquet(out)
    for content in (out.getvalue(), table.write_csv().encode()):
        told = open_client.put("/v1/standing", content=content).json()
        assert told["notes"][0] == "columns not read: password"
        assert b"HUSHHUSH" not in open_client.get(f"/v1/standing/{told['id']}").content
    assert b"HUSHHUSH" not in everything_under(open_client.services.settings.data)


def test_damaged_gzip_is_refused_as_what_it_is(open_client: Client) -> None:
    damaged = open_client.put("/v1/standing", content=gzip.compress(FLOW)[:-20], headers={"Content-Encoding": "gzip"})
    assert damaged.status_code == 422
    assert "gzip" in damaged.json()["detail"]


def test_a_body_that_becomes_too_large_is_413(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, open_on_loopback=True, job_processes=0, most_standing_bytes=100_000)
    with served(settings) as client:
        answer = client.put("/v1/standing", content=gzip.compress(b"mpan_core,role\n" + b" " * 10_000_000))
        assert answer.status_code == 413
        assert answer.json()["type"] == "urn:copcheck:problem:too-large"
        rows, packed = pl.DataFrame({"mpan_core": ["1014572465589"] * 100_000, "role": "MAIN"}), io.BytesIO()
        rows.with_columns(effective_from=pl.lit("2020-01-01")).write_parquet(packed)
        assert len(packed.getvalue()) < 10_000
        answer = client.put("/v1/standing", content=packed.getvalue())
        assert answer.status_code == 413, answer.text
        assert answer.json()["file"] == "standing.parquet"
        told = client.put("/v1/standing", content=FLOW, headers={"Content-Encoding": "zstd"})
        assert told.status_code == 422
        assert client.put("/v1/standing", content=FLOW, headers={"Content-Encoding": "br"}).status_code == 415


def test_a_flow_of_one_collector_is_no_others(tmp_path: Path) -> None:
    with served(Settings(data=tmp_path, job_processes=0)) as client:
        ours, theirs = client.by(new_key(client, "ours")), client.by(new_key(client, "theirs"))
        told = ours.put("/v1/standing", content=FLOW).json()
        assert theirs.get(f"/v1/standing/{told['id']}").status_code == 404
        assert theirs.get("/v1/standing").json()["standing"] == []


def test_meters_that_are_no_longer_on_file_are_counted(open_client: Client) -> None:
    told = open_client.put("/v1/standing", content=bodies.standing(3)).json()
    assert told["notes"] == [
        "37 metering systems of the version in use until now are not in this one, which replaces it"
    ]
    assert open_client.put("/v1/standing", content=bodies.standing(4)).json()["notes"] == []
    flow = open_client.put("/v1/standing", content=FLOW).json()
    assert flow["notes"] == [
        "3 metering systems of the version in use until now are not in this one, which replaces it"
    ]


def test_a_version_that_is_lost_does_not_keep_out_the_next(open_client: Client) -> None:
    services = open_client.services
    told = open_client.put("/v1/standing", content=bodies.standing(3)).json()
    for path in services.settings.data.rglob(told["id"]):
        path.unlink()
    assert open_client.put("/v1/standing", content=bodies.standing(2)).status_code == 200


def meters(*mpans: str, rated_kva: int = 1000) -> bytes:
    lines = bodies.standing().decode().splitlines()
    chosen = [line for line in lines[1:] if line.split(",")[0] in mpans]
    return "".join(f"{line}\n" for line in (lines[0], *chosen)).replace(",1000,", f",{rated_kva},").encode()


def test_some_meters_are_amended_and_the_others_stay(either_client: Client) -> None:
    client = either_client
    first = client.put("/v1/standing", content=bodies.standing(3)).json()["id"]
    told = client.patch("/v1/standing", content=meters(*bodies.MPANS[2:4], rated_kva=500))
    assert told.status_code == 200, told.text
    shape = told.json()
    assert (shape["added"], shape["changed"], shape["unchanged"]) == (1, 1, 0)
    assert (shape["rows"], shape["form"], shape["notes"], shape["current"]) == (4, "csv", [], True)
    assert told.headers["etag"] == client.get("/v1/standing").headers["etag"] == f'"{shape["id"]}"'
    kept = pl.read_csv(client.get(f"/v1/standing/{shape['id']}").content)
    assert kept["rated_kva"].to_list() == [1000, 1000, 500, 500]
    # The same again is no other version.
    again = client.patch("/v1/standing", content=meters(*bodies.MPANS[2:4], rated_kva=500)).json()
    assert (again["id"], again["added"], again["changed"], again["unchanged"]) == (shape["id"], 0, 0, 2)
    trail = client.get("/v1/trail").json()["entries"]
    noted = [entry for entry in trail if entry["action"] == "amend standing"]
    assert [(entry["subject"], entry["detail"]["added"], entry["detail"]["changed"]) for entry in noted] == [
        (shape["id"], 1, 1)
    ]
    judged = client.post("/v1/submissions", content=bodies.d0036(mpan=bodies.MPANS[3])).json()
    assert judged["run"]["standing"] == shape["id"]
    assert "no_standing_data" not in judged["run"]["result"]["checks"]
    flow = client.patch("/v1/standing", content=FLOW).json()
    assert (flow["form"], flow["changed"], flow["rows"], flow["name"]) == ("D0268", 1, 4, "standing.csv")
    assert client.get(f"/v1/standing/{first}").content == bodies.standing(3)


def test_a_change_may_name_the_version_that_it_is_based_on(either_client: Client) -> None:
    client = either_client
    first = client.get("/v1/standing").json()["standing"][0]["id"]
    based = {"If-Match": f'"{first}"'}
    second = client.patch("/v1/standing", content=FLOW, headers=based)
    assert second.status_code == 200
    for change in (client.patch, client.put):
        late = change("/v1/standing", content=bodies.standing(2), headers=based)
        assert (late.status_code, late.json()["type"]) == (412, "urn:copcheck:problem:standing-changed")
        assert second.json()["id"] in late.json()["detail"]
        assert change("/v1/standing", content=bodies.standing(2), headers={"If-Match": '"r1"'}).status_code == 412
    assert client.put("/v1/standing", content=bodies.standing(2), headers={"If-Match": "*"}).status_code == 200


def test_amendments_at_once_lose_none(either_client: Client) -> None:
    either_client.put("/v1/standing", content=bodies.standing(1))
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda mpan: either_client.patch("/v1/standing", content=meters(mpan)), bodies.MPANS[1:9])
        )
    assert [answer.status_code for answer in answers] == [200] * 8, [answer.text for answer in answers]
    assert either_client.get("/v1/standing").json()["standing"][0]["rows"] == 9


def test_what_is_wrong_with_an_amendment_is_told_and_nothing_is_kept(open_client: Client) -> None:
    before = open_client.get("/v1/standing").json()
    broken = open_client.patch("/v1/standing", content=meters(bodies.MPANS[0]).replace(b"2020-01-01", b"yesterday"))
    assert (broken.status_code, broken.json()["row"], broken.json()["column"]) == (422, 1, "effective_from")
    assert open_client.get("/v1/standing").json() == before


def test_the_first_meters_may_come_as_an_amendment(tmp_path: Path) -> None:
    with served(Settings(data=tmp_path, open_on_loopback=True, job_processes=0)) as client:
        told = client.patch("/v1/standing", content=bodies.standing(2)).json()
        assert (told["added"], told["changed"], told["rows"]) == (2, 0, 2)
