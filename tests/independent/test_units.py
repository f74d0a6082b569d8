"""A file whose header states another unit than kWh is refused: read as it stands, it would be wrong by a thousand."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.independent import files
from tests.independent.files import Day, lines
from tests.independent.test_files import ONE, ORDINARY
from validator.errors import SubmissionError
from validator.readings import read_bytes

DAY = Day(ONE, "AI", ORDINARY, ("12.5",) * 48, "A" * 48)
UNITS = ["Wh", "MWh", "kW", "kVA", "GWh", "MVArh"]
NAME = f"{ONE}_AI.schneider.csv"


def _refusal(content: bytes, name: str = "sent.csv") -> SubmissionError:
    with pytest.raises(SubmissionError, match="none is converted") as caught:
        read_bytes(content, name)
    return caught.value


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("title", ["Value ({})", "Energy {}", "consumption_{}"])
def test_plain_half_hours(unit: str, title: str) -> None:
    header = f"MPAN,Channel,Period start (UTC),{title.format(unit)},Status"
    error = _refusal(lines(files.half_hours([DAY], "", False, header=header)))
    assert (error.place.line, error.found) == (1, f"the unit '{unit.lower()}'")


@pytest.mark.parametrize("unit", UNITS)
def test_schneider(unit: str) -> None:
    head = f"Time stamp,Active energy ({unit}),Events,Comment,User"
    assert _refusal(lines(files.schneider(DAY, True, head=head)), NAME).place.line == 1
    book = openpyxl.load_workbook(io.BytesIO(files.schneider_workbook(DAY)))
    book.active["B1"] = f"Active energy, {unit}"
    content = io.BytesIO()
    book.save(content)
    assert _refusal(content.getvalue(), NAME.replace("csv", "xlsx")).place.row == 1


@pytest.mark.parametrize("title", ["kWh", "Value (kWh)", "kWh or kVArh", "Energy kVArh", "Value", "Units"])
def test_our_own_units_and_none_are_read(title: str) -> None:
    header = f"MPAN,Channel,Period start (UTC),{title},Status"
    source = read_bytes(lines(files.half_hours([DAY], "", False, header=header)), "sent.csv")
    assert source.readings["energy_kwh"][0].as_py() == [12.5] * 48
