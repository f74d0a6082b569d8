"""`copcheck bench` on one's own files."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq

from tests.build import reading_days, readings_table
from tests.command.conftest import Command
from tests.command.files import MPAN, d0036, standing, write


def test_speed_and_detection_of_a_folder(copcheck: Command, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    write(given / "day.usr", d0036())
    table = readings_table(reading_days(8, mpan_core=MPAN))
    sent = table.select(["mpan_core", "measurement_quantity", "role", "settlement_date", "energy_kwh"])
    pq.write_table(sent, given / "days.parquet")
    figures = tmp_path / "figures.csv"
    said = copcheck("bench", given, "--standing", standing(tmp_path), "--rounds", "1", "--csv", figures)
    assert said.code == 0, said.err
    assert "days.parquet" in said.out
    assert "Detection, on 9 channel-days" in said.out
    rows = list(csv.DictReader(figures.read_text(encoding="utf-8").splitlines()))
    gap = next(row for row in rows if row["fault"] == "gap")
    assert (gap["check"], gap["caught"], gap["damaged"]) == ("missing_period", "1", "1")


def test_a_file_that_cannot_be_read_is_refused(copcheck: Command, tmp_path: Path) -> None:
    rubbish = write(tmp_path / "rubbish.usr", ["no flow at all"])
    said = copcheck("bench", rubbish, "--standing", standing(tmp_path))
    assert said.code == 2
    assert "rubbish.usr" in said.err
