"""Verdicts, findings, report, receipt and events of a submission, and another run of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from service.results.tables import MEDIA_TYPES
from service.settings import Settings
from tests.service import bodies
from tests.service.conftest import Client, put_standing, served
from validator.schema import FINDINGS, VERDICTS

NORMAL_DAY = bodies.SAMPLES / "normal_day" / "readings.parquet"
STANDING = bodies.SAMPLES / "standing.csv"


@pytest.fixture(scope="module")
def normal_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, dict[str, Any]]]:
    """The sample estate's normal day, judged once for all that only read it."""
    settings = Settings(data=tmp_path_factory.mktemp("normal"), open_on_loopback=True, job_processes=0)
    with served(settings) as client:
        put_standing(client, STANDING.read_bytes())
        answer = client.post("/v1/submissions?name=readings.parquet", content=NORMAL_DAY.read_bytes())
        assert answer.status_code == 200, answer.text
        yield client, answer.json()


def rows(form: str, content: bytes) -> list[dict[str, Any]]:
    if form == "json":
        return list(json.loads(content)["rows"])
    if form == "ndjson":
        return [json.loads(line) for line in content.splitlines()]
    if form == "csv":
        return list(csv.DictReader(io.StringIO(content.decode())))
    if form == "parquet":
        return list(pq.read_table(pa.BufferReader(content)).to_pylist())
    return list(pa.ipc.open_stream(content).read_all().to_pylist())


@pytest.mark.parametrize("table", ["verdicts", "findings"])
@pytest.mark.parametrize("form", list(MEDIA_TYPES))
def test_every_form_holds_the_same_rows(normal_day: tuple[Client, dict[str, Any]], table: str, form: str) -> None:
    client, shape = normal_day
    place = shape["links"][table]
    answer = client.get(place, headers={"Accept": MEDIA_TYPES[form]})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].split(";")[0] == MEDIA_TYPES[form]
    stored = rows("parquet", client.get(f"{place}?as=parquet").content)
    got = rows(form, answer.content)
    keys = ("mpan_core", "measurement_quantity", "role", "settlement_date", "outcome")
    assert [[str(row[name]) for name in keys] for row in got] == [[str(row[name]) for name in keys] for row in stored]


def test_the_verdicts_are_those_of_the_command(
    normal_day: tuple[Client, dict[str, Any]], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from validator.command.main import main

    client, shape = normal_day
    registry = client.services.settings.registry_address
    arguments = ["copcheck", "validate", str(NORMAL_DAY), "--standing", str(STANDING), "--registry", registry]
    arguments += ["--out", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit):
        main()
    for table, schema in (("verdicts", VERDICTS), ("findings", FINDINGS)):
        ours = pq.read_table(pa.BufferReader(client.get(f"{shape['links'][table]}?as=parquet").content))
        theirs = pq.read_table(tmp_path / "out" / f"{table}.parquet")
        columns = [name for name in schema.names if name != "source_file"]
        assert ours.select(columns).to_pylist() == theirs.select(columns).to_pylist()


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("outcome=FAIL", lambda row: row["outcome"] == "FAIL"),
        ("check=clock_error", lambda row: row["check"] == "clock_error"),
        ("first_date=2026-09-17", lambda row: False),
        ("last_date=2026-09-16", lambda row: True),
        ("check=meter_class&outcome=FAIL", lambda row: (row["check"], row["outcome"]) == ("meter_class", "FAIL")),
    ],
)
def test_findings_are_filtered(normal_day: tuple[Client, dict[str, Any]], query: str, wanted: Any) -> None:
    client, shape = normal_day
    place = shape["links"]["findings"]
    every = client.get(place).json()["rows"]
    assert client.get(f"{place}?{query}").json()["rows"] == [row for row in every if wanted(row)]
    mpan = every[0]["mpan_core"]
    of_one = [row for row in every if row["mpan_core"] == mpan]
    assert client.get(f"{place}?mpan={mpan}").json()["rows"] == of_one


def test_verdicts_are_filtered_by_check(normal_day: tuple[Client, dict[str, Any]]) -> None:
    client, shape = normal_day
    place = shape["links"]["verdicts"]
    found = client.get(f"{place}?check=clock_error").json()["rows"]
    assert len(found) == sum(shape["run"]["result"]["checks"]["clock_error"].values())
    assert all("clock_error" in row["failed"] + row["queried"] + row["not_assessed"] for row in found)


@pytest.mark.parametrize("limit", [13, 50])
@pytest.mark.parametrize("query", ["", "&outcome=QUERY"])
def test_pages_add_up_to_the_whole(normal_day: tuple[Client, dict[str, Any]], limit: int, query: str) -> None:
    client, shape = normal_day
    place = shape["links"]["verdicts"]
    every = client.get(f"{place}?limit=10000{query}").json()["rows"]
    gathered, cursor, pages = [], "", 0
    while cursor is not None and pages < 300:
        page = client.get(f"{place}?limit={limit}{query}" + (f"&cursor={cursor}" if cursor else "")).json()
        gathered += page["rows"]
        assert len(page["rows"]) <= limit
        cursor, pages = page["next"], pages + 1
    assert gathered == every


def test_a_form_that_is_not_offered_is_406(normal_day: tuple[Client, dict[str, Any]]) -> None:
    client, shape = normal_day
    answer = client.get(shape["links"]["findings"], headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["offered"]


def test_the_best_liked_form_is_given(normal_day: tuple[Client, dict[str, Any]]) -> None:
    client, shape = normal_day
    wishes = "application/json;q=0.5, text/csv, */*;q=0.1"
    answer = client.get(shape["links"]["findings"], headers={"Accept": wishes})
    assert answer.headers["content-type"].startswith("text/csv")


def test_the_report_is_the_commands_page(normal_day: tuple[Client, dict[str, Any]]) -> None:
    client, shape = normal_day
    answer = client.get(shape["links"]["report"])
    assert answer.status_code == 200
    assert "31 of 208 channel-days fail." in answer.text
    assert "<svg" in answer.text
    assert "script" not in answer.headers["content-security-policy"]


def test_a_receipt_holds_the_link_of_the_chain(normal_day: tuple[Client, dict[str, Any]]) -> None:
    from service.audit.chain import link_hash

    client, shape = normal_day
    told = client.get(shape["links"]["receipt"]).json()
    assert told["sha256"] == shape["sha256"]
    assert told["outcomes"] == shape["run"]["result"]["outcomes"]
    assert told["chain"]["manifest"]["input"]["sha256"] == shape["sha256"]
    body = json.dumps(told["chain"]["manifest"], sort_keys=True, separators=(",", ":"))
    assert link_hash(told["chain"]["seq"], told["chain"]["previous"], body) == told["chain"]["hash"]


def events(client: Client, place: str, **headers: str) -> list[dict[str, str]]:
    """The events of a stream that ends."""
    text = client.get(place, headers=headers).text
    parts = [part for part in text.split("\n\n") if "event:" in part]
    return [dict(line.split(": ", 1) for line in part.splitlines() if ": " in line) for part in parts]


def test_events_are_told_and_resumed(either_client: Client) -> None:
    answer = either_client.post("/v1/submissions", content=bodies.arrow(40), headers={"Prefer": "respond-async"})
    place = answer.json()["links"]["events"]
    told = events(either_client, place)
    assert [event["event"] for event in told] == ["received", "started", "read", "checked", "done"]
    assert json.loads(told[-1]["data"])["outcomes"]
    rest = events(either_client, place, **{"Last-Event-ID": told[2]["id"]})
    assert rest == told[3:]


def test_another_run_tells_what_changed(either_client: Client) -> None:
    first = either_client.post("/v1/submissions", content=bodies.d0036()).json()
    put_standing(either_client, bodies.standing(cop="8", issue="1"))
    answer = either_client.post(f"/v1/submissions/{first['id']}/rerun", json={"standing": "current"})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["submission"]["runs"] == 2
    assert told["difference"]["before"] == 1
    assert told["difference"]["changed"] == 1
    assert told["difference"]["rows"][0]["before"] != told["difference"]["rows"][0]["after"]
    # The first run stays as it was.
    old = either_client.get(f"/v1/submissions/{first['id']}?run=1").json()
    assert old["run"] == first["run"]
    again = either_client.get(f"/v1/submissions/{first['id']}/differences?before=1&after=2").json()
    assert again == told["difference"]


def test_the_same_rules_give_the_same_bytes(normal_day: tuple[Client, dict[str, Any]]) -> None:
    client, shape = normal_day
    told = client.post(f"/v1/submissions/{shape['id']}/rerun", json={"regulation": shape["run"]["regulation"]}).json()
    assert told["difference"]["changed"] == 0
    one, two = shape["run"]["result"]["outputs"], told["submission"]["run"]["result"]["outputs"]
    assert {name: output["sha256"] for name, output in one.items()} == {n: o["sha256"] for n, o in two.items()}


def test_a_past_regulation_can_be_used_again(tmp_path: Any) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "format_limits.csv").write_text(
        "cop,from_issue,limit,value,unit,source,status,note\n5,6,max_permissible_energy,5,kWh per half hour,"
        "BSCP502-4.1.6,secondary,made up for a test\n"
    )
    plain = Settings(data=tmp_path / "data", open_on_loopback=True, job_processes=0)
    with served(plain) as client:
        put_standing(client)
        first = client.post("/v1/submissions", content=bodies.d0036()).json()
    with served(plain.model_copy(update={"regulation": own})) as client:
        place = f"/v1/submissions/{first['id']}/rerun"
        strict = client.post(place).json()
        assert "above_max_permissible" in strict["difference"]["checks"]
        back = client.post(place, json={"regulation": first["run"]["regulation"]}).json()
        assert back["submission"]["run"]["result"]["checks"] == first["run"]["result"]["checks"]
        # Its report can still be drawn, by the tables that it was judged by.
        assert client.get(f"/v1/submissions/{first['id']}/report?run=2").status_code == 200
        unknown = client.post(place, json={"regulation": "0" * 64})
        assert unknown.json()["type"] == "urn:copcheck:problem:unknown-regulation"


def test_runs_kept_as_a_file_for_each_table_are_read_like_those_kept_as_two(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As every run was kept before small ones were kept otherwise, and larger ones are still."""
    with served(Settings(data=tmp_path, open_on_loopback=True, job_processes=0)) as client:
        put_standing(client, bodies.standing())
        body = bodies.d0036().replace(b"103|A|12.0|", b"103|A|-1.0|")
        with monkeypatch.context() as patched:
            patched.setattr("service.results.outputs.MOST_ROWS", -1)
            old = client.post("/v1/submissions", content=body).json()
        new = client.post(f"/v1/submissions/{old['id']}/rerun").json()
        assert len(old["run"]["result"]["outputs"]) == 5
        assert set(new["submission"]["run"]["result"]["outputs"]) == {"verdicts.parquet", "run.json"}
        assert new["difference"]["changed"] == 0
        for table in ("verdicts", "findings"):
            for form in MEDIA_TYPES:
                place = f"{old['links'][table]}?as={form}&run="
                before, after = (client.get(f"{place}{run}").content for run in (1, 2))
                assert rows(form, before) == rows(form, after) != []
        pages = [client.get(f"{old['links']['report']}?run={run}").text for run in (1, 2)]
        drawn = [page[page.index("<main") : page.index("</main>")] for page in pages]
        assert len(drawn[0]) > 1000
        receipts = [client.get(f"{old['links']['receipt']}?run={run}").json() for run in (1, 2)]
        assert receipts[0]["outcomes"] == receipts[1]["outcomes"]
