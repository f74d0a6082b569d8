"""What `copcheck convert` and `copcheck validate --lenient` answer: exit codes, messages and files."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.command.conftest import Command
from tests.command.files import FLAT, MPAN, d0036, standing, write


def _two_days(bad: str = "x") -> list[str]:
    """A good day and one whose fifth value is `bad`."""
    first, second = d0036()[1:-1], d0036((*FLAT[:4], bad, *FLAT[5:]), day="20260917")[2:-1]
    body = [*first, *second]
    return [d0036()[0], *body, f"ZPT|SYN0000001|{len(body)}||1|20260917071500|"]


def test_there_and_back(copcheck: Command, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", d0036())
    said = copcheck("convert", given, "--out", tmp_path / "day.parquet")
    assert (said.code, "1 channel-day, D0036 to parquet" in said.err) == (0, True)
    assert copcheck("convert", tmp_path / "day.parquet", "--out", tmp_path / "back", "--to", "D0036").code == 0
    assert (tmp_path / "back").read_bytes() == given.read_bytes()


def test_a_broken_file_gets_code_2_and_nothing_is_written(copcheck: Command, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", _two_days())
    said = copcheck("convert", given, "--out", tmp_path / "day.csv")
    assert said.code == 2
    for word in ("day.usr, line 57, column period consumption", "found 'x'", "Channel-days before it that are good: 1"):
        assert word in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["day.usr"]


def test_leniently_it_says_what_it_left_out(copcheck: Command, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", _two_days())
    said = copcheck("convert", given, "--out", tmp_path / "day.parquet", "--lenient")
    assert said.code == 2
    assert "1 channel-day left out, in 1 place:" in said.err
    assert pq.read_metadata(tmp_path / "day.parquet").num_rows == 1
    assert (tmp_path / "day.parquet.refused.txt").read_text().count("103|") == 48


def test_standard_output_is_not_written_to(copcheck: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = write(tmp_path / "day.usr", d0036())
    monkeypatch.chdir(tmp_path)
    said = copcheck("convert", given, "--out", "-", "--to", "csv-wide")
    assert (said.code, "nothing is written to standard output" in said.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["day.usr"]


@pytest.mark.parametrize("name", ["day.xyz", "absent/day.parquet"])
def test_a_place_that_will_not_do_gets_code_2(copcheck: Command, tmp_path: Path, name: str) -> None:
    given = write(tmp_path / "day.usr", d0036())
    assert copcheck("convert", given, "--out", tmp_path / name).code == 2


def test_validation_leaves_out_and_lists(copcheck: Command, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", _two_days())
    out = tmp_path / "out"
    assert copcheck("validate", given, "--standing", standing(tmp_path), "--out", out).code == 2
    assert not out.exists()
    said = copcheck("validate", given, "--standing", standing(tmp_path), "--out", out, "--lenient")
    assert said.code == 2
    report = json.loads((out / "report.json").read_text())
    (left_out,) = report["left_out"]
    assert (report["channel_days"], left_out["channel_days"], left_out["first_line"], left_out["last_line"]) == (
        1,
        1,
        52,
        100,
    )
    assert any("see refused.txt" in note for note in report["notes"])
    assert "see refused.txt" in (out / "report.html").read_text()
    assert (out / "refused.txt").read_text().startswith("# ")
    # A folder with refused.txt in it is an earlier run like any other.
    write(given, d0036())
    assert copcheck("validate", given, "--standing", standing(tmp_path), "--out", out, "--lenient").code == 0
    assert not (out / "refused.txt").exists()


def test_register_readings_among_the_inputs_feed_the_register_check(copcheck: Command, tmp_path: Path) -> None:
    advance = round(sum(map(float, FLAT)), 1)
    body = [f"026|{MPAN}|V|", "028|S1|M|", "030|AI|20260916000000|1000.0|||T|N|"]
    body += [f"030|AI|20260917000000|{1000 + 2 * advance:.1f}|||T|N|", "030|AI|20260917093000|5000.0|||T|N|"]
    head = "ZHV|SYN0000002|D0010002|D|SYNH|X|SYNS|20260917071500||||OPER|"
    reads = write(tmp_path / "reads.usr", [head, *body, f"ZPT|SYN0000002|{len(body)}||1|20260917071500|"])
    given = write(tmp_path / "day.usr", d0036())
    copcheck("validate", given, reads, "--standing", standing(tmp_path), "--out", tmp_path / "out")
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    check = next(each for each in report["checks"] if each["code"] == "register_advance_mismatch")
    assert (check["ran"], check["findings"]) == (1, 1)
    assert "D0010: 2 of 3 register readings stand at the start or end of a channel-day here" in report["notes"]
    (unmatched,) = report["unmatched_registers"]
    assert (unmatched["line"], "midnight" in unmatched["reason"]) == (6, True)
    of_all = (tmp_path / "out" / "unmatched_registers.csv").read_text().splitlines()
    assert of_all[1:] == [f'"{reads}",6,"{unmatched["reason"]}"']
    # A folder with that file in it is an earlier run like any other.
    copcheck("validate", given, "--standing", standing(tmp_path), "--out", tmp_path / "out")
    assert not (tmp_path / "out" / "unmatched_registers.csv").exists()


def test_register_readings_left_out_are_said(copcheck: Command, tmp_path: Path) -> None:
    body = [f"026|{MPAN}|V|", "028|S1|M|", "030|AI|20260916000000|x|||T|N|", f"026|{MPAN}|V|", "028|S1|M|"]
    body += ["030|AI|20260916000000|1000.0|||T|N|"]
    head = "ZHV|SYN0000002|D0010002|D|SYNH|X|SYNS|20260917071500||||OPER|"
    reads = write(tmp_path / "reads.usr", [head, *body, f"ZPT|SYN0000002|{len(body)}||2|20260917071500|"])
    given, out = write(tmp_path / "day.usr", d0036()), tmp_path / "out"
    said = copcheck("validate", given, reads, "--standing", standing(tmp_path), "--out", out, "--lenient")
    assert (said.code, "1 register reading left out, in 1 place: see refused.txt" in said.out + said.err) == (2, True)
    left_out = (out / "refused.txt").read_text().splitlines()
    assert left_out[0].startswith(f"# {reads}, lines 2 to 4, 1 register reading: ")
    assert left_out[1:] == body[:3]
    (entry,) = json.loads((out / "report.json").read_text())["left_out"]
    assert (entry["counted"], entry["count"], entry["channel_days"]) == ("register readings", 1, 0)
    converted = copcheck("convert", reads, "--out", tmp_path / "reads.csv", "--lenient")
    assert (converted.code, "1 register reading left out, in 1 place" in converted.out + converted.err) == (2, True)


def test_test_data_has_to_be_let_in(copcheck: Command, tmp_path: Path) -> None:
    given = write(tmp_path / "day.usr", [line.replace("OPER", "TR01") for line in d0036()])
    arguments = ("validate", given, "--standing", standing(tmp_path), "--out", tmp_path / "out")
    said = copcheck(*arguments)
    assert (said.code, "--allow-test-data" in said.err) == (2, True)
    assert copcheck(*arguments, "--allow-test-data").code == 0
