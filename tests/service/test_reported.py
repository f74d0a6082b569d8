"""What the CDCA reports, sent to the service: told as the command tells it, and each collector's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.settings import Settings
from tests.oracle_idd import STATUS, enveloped
from tests.readings.samples import joined
from tests.service import bodies
from tests.service.conftest import Client, new_key, put_standing, served
from validator.command.app import app

_EXCEPTIONS = [
    "MSE|9901|", "SDE|20260401|", "OSD|O|", "CND|1|AI|M|", "SPE|1|2.5|B|limits|", "SPE|2||C||", "SDE|20260402|",
    "OSD|O|", "CND|1|AI|M|", "SPE|7|1|B||",
]  # fmt: skip
EXCEPTIONS = joined(enveloped(_EXCEPTIONS, word="C0101"))
STATUSES = joined(enveloped(list(STATUS), word="C0541"))
VOLUMES = joined(
    enveloped(
        ["RMD|9901|", "MS9|20260401|", "OS9|O|", "CN9|1|AI|M|", *(f"RMP|{at}|2.5|B|" for at in range(1, 49))],
        word="C0121",
    )
)


def changed(at: int, record: str) -> bytes:
    """The exceptions with another record at a place."""
    return joined(enveloped([*_EXCEPTIONS[:at], record, *_EXCEPTIONS[at + 1 :]], word="C0101"))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    settings = Settings(data=tmp_path_factory.mktemp("reported"), open_on_loopback=True, job_processes=0)
    with served(settings) as client:
        put_standing(client)
        yield client


@pytest.fixture(scope="module")
def sent(client: Client) -> dict[str, str]:
    """The identifiers of the three."""
    bodies_ = {"C0101": EXCEPTIONS, "C0541": STATUSES, "C0121": VOLUMES}
    answers = {word: client.post(f"/v1/submissions?name={word}", content=body) for word, body in bodies_.items()}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert [answer.json()["run"]["result"]["format"] for answer in answers.values()] == list(bodies_)
    return {word: str(answer.json()["id"]) for word, answer in answers.items()}


def command(folder: Path, *words: str) -> dict[str, object]:
    """The report.json of the command for the same files."""
    for word, body in {"C0101": EXCEPTIONS, "C0541": STATUSES, "C0121": VOLUMES}.items():
        (folder / word).write_bytes(body)
    (folder / "standing.csv").write_bytes(bodies.standing())
    given = [str(folder / word) for word in words]
    options = ["--standing", str(folder / "standing.csv"), "--no-report", "--out", str(folder / "out")]
    done = CliRunner().invoke(app, ["validate", *given, *options])
    assert done.exit_code in (0, 1), done.output
    told: dict[str, object] = json.loads((folder / "out" / "report.json").read_text())
    return told


@pytest.mark.parametrize("word", ["C0101", "C0541"])
def test_a_report_is_read_back_as_the_command_tells_it(
    client: Client, sent: dict[str, str], tmp_path: Path, word: str
) -> None:
    one = client.get(f"/v1/submissions/{sent[word]}").json()
    assert one["run"]["result"]["channel_days"] == 0
    assert "No verdict rests on it" in one["run"]["result"]["notes"][0]
    told = client.get(one["links"]["reported"]).json()
    assert one["links"]["reported"] in client.get(f"/submissions/{sent[word]}").text
    document = command(tmp_path, word)
    for name in ("reported_exceptions", "meter_statuses"):
        ours, theirs = ([{**each, "file": ""} for each in whole[name]] for whole in (told, document))  # type: ignore[attr-defined]
        assert ours == theirs
    assert (told["elsewhere"], told["next"], told["beside"]) == (0, None, None)
    assert told["reported_exceptions"] or told["meter_statuses"]


@pytest.mark.parametrize(("word", "here", "elsewhere"), [("C0101", 2, 1), ("C0541", 5, 3)])
def test_beside_readings_only_what_is_about_them_is_told(
    client: Client, sent: dict[str, str], word: str, here: int, elsewhere: int
) -> None:
    told = client.get(f"/v1/submissions/{sent[word]}/reported?beside={sent['C0121']}").json()
    assert (len(told["reported_exceptions"]) + len(told["meter_statuses"]), told["elsewhere"]) == (here, elsewhere)
    assert {each["mpan_core"] for each in told["reported_exceptions"] + told["meter_statuses"]} == {"9901"}


def test_a_report_of_readings_tells_what_the_cdca_reported_of_them(
    client: Client, sent: dict[str, str], tmp_path: Path
) -> None:
    place = f"/v1/submissions/{sent['C0121']}/report"
    page = client.get(place, params={"beside": [sent["C0101"], sent["C0541"]]}).text
    notes = command(tmp_path, "C0121", "C0101", "C0541")["notes"]
    about = [note for note in notes if note.startswith(("C0101 on", "C0541 made"))]  # type: ignore[attr-defined]
    assert len(about) == 2
    for note in about:
        assert note in page.replace("&#39;", "'")
        assert note not in client.get(place).text


def test_pages_of_a_report(client: Client, sent: dict[str, str]) -> None:
    place, cursor, lines = f"/v1/submissions/{sent['C0541']}/reported?limit=3", 0, []
    while cursor is not None:
        told = client.get(f"{place}&cursor={cursor}").json()
        lines += [each["line"] for each in told["meter_statuses"]]
        cursor = told["next"]
    assert lines == [4, 5, 6, 8, 9, 11, 12, 14]


def test_readings_are_no_report(client: Client, sent: dict[str, str]) -> None:
    for place in (f"{sent['C0121']}/reported", f"{sent['C0121']}/report?beside={sent['C0121']}"):
        answer = client.get(f"/v1/submissions/{place}")
        assert answer.status_code == 409
        assert answer.json()["type"] == "urn:copcheck:problem:no-report"
        assert "C0101 or C0541" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (changed(4, f"SPE|1|{'9' * 400}|B|limits|"), 6),
        (changed(6, "SDE|20260432|"), 8),
        (STATUSES.rsplit(b"ZZZ|", 1)[0], 14),
    ],
)
def test_a_broken_report_is_a_problem_with_its_line(client: Client, body: bytes, line: int) -> None:
    answer = client.post("/v1/submissions", content=body)
    assert (answer.status_code, answer.json()["line"]) == (422, line), answer.text


def test_a_report_is_nobody_elses(tmp_path: Path) -> None:
    with served(Settings(data=tmp_path, job_processes=0)) as client:
        ours, theirs = client.by(new_key(client, "ours")), client.by(new_key(client, "theirs"))
        put_standing(ours), put_standing(theirs)
        report = ours.post("/v1/submissions", content=EXCEPTIONS).json()["id"]
        readings = theirs.post("/v1/submissions", content=VOLUMES).json()["id"]
        assert theirs.get(f"/v1/submissions/{report}/reported").status_code == 404
        assert ours.get(f"/v1/submissions/{report}/reported?beside={readings}").status_code == 404
        assert theirs.get(f"/v1/submissions/{readings}/report?beside={report}").status_code == 404
        own = theirs.post("/v1/submissions", content=EXCEPTIONS).json()["id"]
        assert len(theirs.get(f"/v1/submissions/{own}/reported?beside={readings}").json()["reported_exceptions"]) == 2
