"""Lenient readings over HTTP: the good is judged, and what was left out is handed back."""

from __future__ import annotations

import hashlib
from pathlib import Path

from typer.testing import CliRunner

from tests.service import bodies
from tests.service.conftest import Client
from validator.command.app import app


def test_a_lenient_reading_keeps_the_good_and_hands_back_what_it_left_out(
    either_client: Client, tmp_path: Path
) -> None:
    good, bad = bodies.MPANS[0], bodies.MPANS[1]
    lines = bodies.d0036(mpan=good).decode().splitlines()
    group = bodies.d0036(mpan=bad).decode().splitlines()[1:-1]
    group[5] = "103|A|twelve|"
    trailer = lines.pop().split("|")
    trailer[2], trailer[4] = str(len(lines) - 1 + len(group)), "2"
    path = tmp_path / "day.usr"
    path.write_text("".join(f"{line}\n" for line in [*lines, *group, "|".join(trailer)]))
    place = "/v1/submissions?name=day.usr"
    assert either_client.post(place, content=path.read_bytes()).status_code == 422
    shape = either_client.post(f"{place}&lenient=true", content=path.read_bytes()).json()
    assert shape["state"] == "done"
    assert shape["options"]["lenient"] is True
    result = shape["run"]["result"]
    assert result["channel_days"] == 1
    assert result["left_out"] == {"places": 1, "channel_days": 1}
    # The very bytes that the command writes.
    (tmp_path / "standing.csv").write_bytes(bodies.standing())
    command = ["validate", str(path), "--standing", str(tmp_path / "standing.csv"), "--lenient", "--no-report"]
    assert CliRunner().invoke(app, [*command, "--out", str(tmp_path / "out")]).exit_code == 2
    sent_back = either_client.get(shape["links"]["refused"])
    assert sent_back.headers["content-type"].startswith("text/plain")
    by_command = (tmp_path / "out" / "refused.txt").read_bytes()
    assert sent_back.content == by_command.replace(str(path).encode(), b"day.usr")
    receipt = either_client.get(shape["links"]["receipt"]).json()
    assert receipt["left_out"] == {"places": 1, "channel_days": 1}
    kept = receipt["chain"]["manifest"]["outputs"]["refused.txt"]
    assert kept["sha256"] == hashlib.sha256(sent_back.content).hexdigest()
    page = either_client.get(f"/submissions/{shape['id']}").text
    assert "1 channel-day could not be read and was left out" in page
    assert shape["links"]["refused"] in page
    assert "1 channel-day left out, in 1 place" in either_client.get(shape["links"]["report"]).text
    again = either_client.post(f"/v1/submissions/{shape['id']}/rerun").json()["submission"]["run"]["result"]
    assert {name: each["sha256"] for name, each in again["outputs"].items()} == {
        name: each["sha256"] for name, each in result["outputs"].items()
    }


def test_of_what_was_read_whole_nothing_was_left_out(open_client: Client) -> None:
    shape = open_client.post("/v1/submissions?lenient=true", content=bodies.d0036()).json()
    assert shape["run"]["result"]["left_out"] == {"places": 0, "channel_days": 0}
    assert "refused" not in shape["links"]
    assert open_client.get(f"/v1/submissions/{shape['id']}/refused").status_code == 404


def test_a_lenient_reading_that_leaves_everything_out_still_tells_of_it(open_client: Client) -> None:
    body = bodies.d0036().replace(b"103|A|12.0|", b"103|A|twelve|", 1)
    shape = open_client.post("/v1/submissions?lenient=true", content=body).json()
    assert shape["state"] == "done"
    assert shape["run"]["result"]["left_out"]["channel_days"] == 1
    assert b"twelve" in open_client.get(shape["links"]["refused"]).content
    assert open_client.get(f"/submissions/{shape['id']}").status_code == 200


def test_what_is_counted_otherwise_is_told_so(open_client: Client) -> None:
    group = [f"026|{bodies.MPANS[0]}|V|", "028|S1|M|", "030|AI|20260401000000|x|||T|N|"]
    lines = ["ZHV|S|D0010002|D|NHDC|X|SUPP|20260402060000||||OPER|", *group, "ZPT|S|3||1|20260402060000|"]
    shape = open_client.post("/v1/submissions?lenient=true", content="\n".join(lines).encode()).json()
    assert shape["run"]["result"]["left_out"] == {"places": 1, "channel_days": 0, "register_readings": 1}
    assert open_client.get(shape["links"]["refused"]).text.splitlines()[1:] == group
    page = open_client.get(f"/submissions/{shape['id']}").text
    assert "1 register reading could not be read and was left out" in page


def test_a_file_with_nothing_in_it_is_refused(open_client: Client) -> None:
    header = bodies.d0036().split(b"\n", 1)[0]
    answer = open_client.post("/v1/submissions", content=header + b"\nZPT|SYN0000001|0||0|\n")
    assert answer.status_code == 422
    assert "without channel-days" in answer.text
