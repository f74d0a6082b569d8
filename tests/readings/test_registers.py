"""Cumulative registers, Schneider and Vital: what is read, and what each broken row is told."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import pytest

from tests.fuzz.seeds import sheet_of, with_sheet
from tests.readings.customers import GIVEN, schneider, schneider_xlsx, times, vital_xlsx, workbook
from tests.readings.samples import DAY, MPAN, TODAY, refusal, rows
from validator.errors import SubmissionError, TooLargeError
from validator.readings import Hints
from validator.readings.customers import schneider as reader
from validator.readings.customers import sheet_reach
from validator.readings.customers.sheet_cells import Sheet
from validator.readings.source import Submission

BOTH = Hints(channels=(f"{MPAN}/AI", "9900000000112/AE"))


def _stamp(text: str) -> str:
    return f"{datetime.fromisoformat(f'2026-04-01 {text}'):%d/%m/%Y %H:%M:%S}"


def _csv(*readings: tuple[str, str]) -> bytes:
    return schneider(*(f'{_stamp(at)},"{reading}",,,' for at, reading in readings))


def _energies(content: bytes, **options: Any) -> list[float | None]:
    found = rows(content, hints=options.pop("hints", GIVEN), **options)
    assert len(found) == 1
    return list(found[0]["energy_kwh"])


@pytest.mark.parametrize("content", [schneider(), schneider_xlsx()])
def test_a_schneider_day(content: bytes) -> None:
    row = rows(content, hints=GIVEN)[0]
    assert (row["mpan_core"], row["measurement_quantity"], row["settlement_date"]) == (MPAN, "AI", DAY)
    assert row["energy_kwh"] == [1.0] * 48
    assert (row["period_flags"], row["utc_day"], row["register_start_kwh"]) == (None, False, None)
    assert row["source_row"] == 2


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("order", [[slice(None)], [slice(None, None, -1)], [slice(1, None, 2), slice(0, None, 2)]])
def test_usual_rows_are_read_as_any_other(
    end: str, last: bool, order: list[slice], monkeypatch: pytest.MonkeyPatch
) -> None:
    header, *lines = schneider().decode().splitlines()
    lines[20] = lines[20].split(",")[0] + ",,,,"
    ordered = [line for part in order for line in lines[part]]
    content = end.join([header, *ordered, *([""] if last else [])]).encode()
    taken = []

    def usual(part: Submission, cells: int) -> Any:
        taken.append(read(part, cells))
        return taken[-1]

    read = reader._usual_rows
    monkeypatch.setattr(reader, "_usual_rows", usual)
    found = rows(content, hints=GIVEN)
    assert len(taken) == 1
    assert taken[0] is not None
    monkeypatch.setattr(reader, "_usual_rows", lambda *_: None)
    assert rows(content, hints=GIVEN) == found


def test_the_order_of_rows_does_not_matter() -> None:
    lines = schneider().splitlines(keepends=True)
    assert _energies(lines[0] + b"".join(reversed(lines[1:]))) == [1.0] * 48


def test_a_gap_is_missing_and_nothing_is_spread() -> None:
    sent = _csv(("00:00", "10"), ("00:30", "11"), ("01:30", "13"), ("02:00", "14.5"))
    assert _energies(sent) == [1.0, None, None, 1.5, *[None] * 44]


def test_a_blank_reading_is_as_none() -> None:
    sent = _csv(("00:00", "10"), ("00:30", ""), ("01:00", "12"), ("01:30", "13"))
    assert _energies(sent) == [None, None, 1.0, *[None] * 45]


def test_a_negative_advance_and_a_roll_over_are_below_zero() -> None:
    sent = _csv(("00:00", "999,998.5"), ("00:30", "999,997.5"), ("01:00", "2"))
    assert _energies(sent)[:2] == [-1.0, -999995.5]


def test_doubles_leave_nothing_behind() -> None:
    sent = _csv(("00:00", "397,901.1"), ("00:30", "397,901.2"), ("01:00", "397,901.3"))
    assert _energies(sent)[:2] == [0.1, 0.1]


def test_the_clock_is_the_callers() -> None:
    content = _csv(("00:00", "1"), ("00:30", "2"))
    assert rows(content, hints=GIVEN, time_base="utc")[0]["utc_day"] is True
    autumn = [
        f"25/10/2026 {at}:00,{reading},,,"
        for reading, at in enumerate(["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"])
    ]
    sent = schneider(*autumn[::-1])
    assert rows(sent, hints=GIVEN, today=datetime(2026, 11, 1).date())[0]["energy_kwh"] == [  # noqa: DTZ001
        None, 1.0, 1.0, 1.0, 1.0, 1.0, *[None] * 44,
    ]  # fmt: skip


def test_a_workbook_states_its_offset() -> None:
    sent = schneider_xlsx([("2026-04-01 01:30:00 +1H, DST", 12), ("2026-04-01 01:00:00 +1H, DST", 10)])
    assert _energies(sent).index(2.0) == 2
    assert _energies(sent, time_base="utc").index(2.0) == 0
    cells = schneider_xlsx([(at, reading) for reading, at in enumerate(times(49))])
    assert rows(cells, hints=GIVEN, time_base="utc")[0]["energy_kwh"] == [1.0] * 48
    winter = schneider_xlsx([("2026-01-01 01:30:00", 12), ("2026-01-01 01:00:00 +0H", 10)])
    assert _energies(winter).index(2.0) == 2


@pytest.mark.parametrize(
    ("title", "name", "channel"),
    [
        ("Energy", f"{MPAN}_AE.csv", (MPAN, "AE")),
        (f"Energy {MPAN} RI", "x_AI.csv", (MPAN, "AI")),
        (f"Energy {MPAN}", "9900000000112 AE.csv", (MPAN, "AE")),
    ],
)
def test_the_channel_is_told_by_the_title_or_the_name(title: str, name: str, channel: tuple[str, str]) -> None:
    row = rows(schneider(title=title), name)[0]
    assert (row["mpan_core"], row["measurement_quantity"]) == channel


@pytest.mark.parametrize(
    ("name", "hints", "found"),
    [
        ("x.csv", Hints(), "no MPAN core"),
        (f"{MPAN}.csv", Hints(), "no measurement quantity"),
        (f"{MPAN}_AI_9900000000112.csv", Hints(), f"{MPAN} and 9900000000112"),
        ("x.csv", Hints(channels=("9/AI",)), "--channel 9/AI"),
        ("x.csv", BOTH, "2 channels given"),
    ],
)
def test_a_channel_that_is_not_told_is_refused(name: str, hints: Hints, found: str) -> None:
    assert found in refusal(schneider(), name, hints=hints).found


_WRONG = [
    ([("00:00", "1"), ("00:30", "2"), ("00:30", "2")], "which line 3 has already", "one reading"),
    ([("00:00", "1"), ("00:30", "2"), ("00:45", "2")], "00:45", "hour or half hour"),
    ([("00:00", "1"), ("00:30", "2"), ("01:00", "12,34")], "'12,34'", "register reading"),
    ([("00:00", "1"), ("00:30", "2"), ("01:00", "1e5")], "'1e5'", "register reading"),
    ([("00:00", "1"), ("00:30", "2"), ("01:00", "x")], "'x'", "register reading"),
]


@pytest.mark.parametrize(("readings", "found", "expected"), _WRONG)
def test_a_wrong_reading_is_refused(readings: list[tuple[str, str]], found: str, expected: str) -> None:
    error = refusal(_csv(*readings), hints=GIVEN)
    assert error.place.line == 4
    assert found in error.found
    assert expected in error.expected


def test_readings_that_make_no_half_hour_are_refused() -> None:
    assert "no two of them" in refusal(_csv(("00:00", "1"), ("03:00", "2")), hints=GIVEN).found
    assert rows(schneider().split(b"\n", 1)[0] + b"\n", hints=GIVEN) == []


def test_a_time_that_never_was_is_refused() -> None:
    sent = schneider("29/03/2026 01:00:00,1,,,", "29/03/2026 01:30:00,2,,,")
    assert "went forward" in refusal(sent, hints=GIVEN).expected
    assert rows(sent, hints=GIVEN, time_base="utc")[0]["energy_kwh"][2] == 1.0


# Vital


def test_a_vital_day() -> None:
    found = rows(vital_xlsx(), f"{MPAN}.vital.xlsx")
    assert [(row["mpan_core"], row["measurement_quantity"]) for row in found] == [(MPAN, "AI")]
    assert found[0]["energy_kwh"] == [2.0] * 48


def test_vital_import_and_export() -> None:
    sent = vital_xlsx([(_stamp("00:30"), 12, 5.5), (_stamp("00:15"), 11, 5), (_stamp("00:00"), 10, 5)])
    found = rows(sent, hints=BOTH)
    assert [(row["mpan_core"], row["energy_kwh"][0]) for row in found] == [(MPAN, 2.0), ("9900000000112", 0.5)]


def test_a_vital_gap_is_not_spread() -> None:
    sent = vital_xlsx([(_stamp("02:00"), 18, None), (_stamp("00:30"), 12, None), (_stamp("00:00"), 10, None)])
    assert _energies(sent) == [2.0, *[None] * 47]


def test_a_vital_reading_between_half_hours_is_not_needed() -> None:
    sent = vital_xlsx([(_stamp("00:30:01"), 12, None), (_stamp("00:30"), 12, None), (_stamp("00:00"), 10, None)])
    assert _energies(sent)[0] == 2.0


def test_times_may_be_cells_of_their_own_kind() -> None:
    sent = vital_xlsx([(at, reading, None) for reading, at in enumerate(times(49))])
    assert _energies(sent) == [1.0] * 48


@pytest.mark.parametrize(
    ("row", "column", "found"),
    [
        ((_stamp("00:00"), 12, None), "A", "which row 3 has already"),
        (("2026-04-01 01:00", 12, None), "A", "2026-04-01 01:00"),
        ((None, 12, None), "A", "blank"),
        ((_stamp("01:00"), "x", None), "H", "'x'"),
        ((_stamp("01:00"), True, None), "H", "True"),
    ],
)
def test_a_wrong_vital_row_is_refused(row: tuple[Any, Any, Any], column: str, found: str) -> None:
    error = refusal(vital_xlsx([(_stamp("00:30"), 1, None), (_stamp("00:00"), 1, None), row]), hints=GIVEN)
    assert (error.place.row, error.place.column) == (4, column)
    assert found in error.found


# Workbooks


def test_an_unknown_sheet_is_refused() -> None:
    assert "Vital" in refusal(workbook([("a", "b"), (1, 2)])).expected
    assert "Vital" in refusal(workbook([("a", "b")])).expected
    assert "damaged workbook" in refusal(b"no zip", format="xlsx").found


def test_a_truncated_workbook_is_refused() -> None:
    content = schneider_xlsx()
    for length in range(4, len(content), 97):
        assert refusal(content[:length], hints=GIVEN)


def test_a_workbook_is_not_let_past_the_cap() -> None:
    out = io.BytesIO(schneider_xlsx())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet2.xml", b" " * 20_000_000)
    assert len(out.getvalue()) < 60_000
    fault = refusal(out.getvalue(), hints=GIVEN, most_bytes=5_000_000)
    assert isinstance(fault, TooLargeError)
    assert "becomes" in fault.found


def test_a_workbook_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(schneider_xlsx())
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        size = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = bytes(content).replace(size.to_bytes(4, "little"), (size - 100).to_bytes(4, "little"))
    assert "damaged workbook" in refusal(lying, hints=GIVEN).found


def test_two_cells_far_apart_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_reach, "MOST_CELLS", 1000)
    assert "reaches to E300" in refusal(_far(), hints=GIVEN).found


@pytest.mark.parametrize("size", [5, 300, 10_000])
def test_places_are_read_wherever_a_sheet_is_cut(size: int) -> None:
    sheet = b'<row r="1"><c r="A1" t="s"><v>0</v></c></row><row  r = "70000"><c r=\'AB70000\'/></row>'
    reach = sheet_reach.Reach(Submission("sent", memoryview(b""), "local", TODAY))
    for begin in range(0, len(sheet), size):
        reach.take(sheet[begin : begin + size])
    with pytest.raises(SubmissionError, match=r"reaches to AB70000.*there are 2"):
        reach.end()


@pytest.mark.parametrize("above", [0, 3])
def test_a_sheet_of_many_rows_keeps_its_cells(above: int) -> None:
    sent = [[f"{at}", float(at), at % 2 == 0, "" if at % 5000 else at] for at in range(9000)] + [[""] * 4] * 300
    sheet = Sheet.of(iter(sent), (above, 1))
    assert len(sheet) == above + 9000
    assert list(sheet.rows(above)) == [["", *row] for row in sent[:9000]]
    assert list(sheet.rows(above + 4000, above + 4200)) == [["", *row] for row in sent[4000:4200]]
    assert list(sheet.rows(0, above)) == [[""]] * above
    assert not len(Sheet.of(iter([[""], [""]]), (0, 0)))


def _far() -> bytes:
    return workbook(
        [("Time stamp", "kWh", "", "", "x"), *([None] * 5 for _ in range(298)), (None, None, None, None, "y")]
    )


@pytest.mark.parametrize("year", ["0026", "2056"])
def test_a_reading_of_no_year_that_can_be_believed_is_refused(year: str) -> None:
    """Alone it makes no half hour, and would be passed over without a word."""
    first, *others = [f"{at:%d/%m/%Y %H:%M:%S},{at.hour},,," for at in reversed(times(4))]
    error = refusal(schneider(first.replace("2026", year), *others), hints=GIVEN)
    assert (error.place.line, error.place.column) == (2, "time stamp")
    assert "a date from" in error.expected or "far future" in error.expected


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ('r="CHECKA1"', "a cell at 'CHECKA1'"),
        ("r = 'AAAA1'", "a cell at 'AAAA1'"),
        ('r="A99999999"', "a cell at 'A99999999'"),
        ('r="xfd1048576"', "reaches to XFD1048576"),
        ('r=""', "a cell at ''"),
    ],
)
def test_a_cell_at_a_place_that_no_sheet_has_is_refused(place: str, found: str) -> None:
    """The reader of sheets would lay out all the cells up to it: gigabytes, of a sheet of a thousand bytes."""
    content = sheet_of(schneider_xlsx())
    assert b'r="A1"' in content
    assert found in refusal(with_sheet(content.replace(b'r="A1"', place.encode(), 1)), hints=GIVEN).found


def test_few_cells_far_apart_are_refused() -> None:
    """A million cells may be laid out for any sheet; more only where enough of them are there."""
    content = sheet_of(schneider_xlsx())
    for row, refused in ((65536, False), (65537, True)):
        with_two = content.replace(b'r="A1"', b'r="P%d"' % row, 1)
        fault = refusal(with_sheet(with_two), hints=GIVEN)
        assert ("for each that is there" in fault.expected) == refused
        assert fault.place.row == (row if refused else 1)


def test_a_row_far_down_is_refused() -> None:
    content = sheet_of(schneider_xlsx()).replace(b'<row r="2"', b'<row r="9999999"', 1)
    assert "reaches to" in refusal(with_sheet(content), hints=GIVEN).found
