"""Standing data that is read, and standing data that is refused with its row and column."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from validator.errors import SubmissionError
from validator.standing import COLUMNS, read_standing, standing_from_rows

METER: dict[str, Any] = {
    "mpan_core": "1014572465589",
    "role": "MAIN",
    "effective_from": "2020-01-01",
    "effective_to": "2021-01-01",
}


def _csv(folder: Path, text: str | bytes) -> Path:
    path = folder / "standing.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_parquet_that_polars_panics_at_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    whole = io.BytesIO()
    pl.DataFrame([METER] * 3).with_columns(effective_to=pl.lit(None, pl.String)).write_parquet(whole)
    damaged, panics = whole.getvalue(), 0
    for at in range(4, len(damaged)):
        path = tmp_path / "standing.parquet"
        path.write_bytes(damaged[:at] + bytes((damaged[at] ^ 255,)) + damaged[at + 1 :])
        try:
            read_standing(path)
        except SubmissionError as fault:
            panics += isinstance(fault.__cause__, pl.exceptions.PanicException)
    capfd.readouterr()
    assert panics


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        ({"role": "MIAN"}, "role", "Did you mean MAIN?"),
        ({"rated_kva": "x"}, "rated_kva", "a number above zero"),
        ({"rated_kva": 0}, "rated_kva", "a number above zero"),
        ({"rated_kva": "inf"}, "rated_kva", "a number above zero"),
        ({"resolution_kwh": -0.1}, "resolution_kwh", "a number above zero"),
        ({"energised": "maybe"}, "energised", "yes or no"),
        ({"direction": "BOTHE"}, "direction", "Did you mean BOTH?"),
        ({"issue": "6.5"}, "issue", "a whole number"),
        ({"register_digits": 0}, "register_digits", "1 to 12 digits"),
        ({"alarms_capable": "battery|batery"}, "alarms_capable", "Did you mean battery?"),
        ({"effective_from": "01/04/2026"}, "effective_from", "a date YYYY-MM-DD"),
        ({"effective_from": ""}, "effective_from", "a value"),
        ({"mpan_core": None}, "mpan_core", "a value"),
        ({"effective_to": "2019-12-31"}, "effective_to", "2020-01-01 or later"),
    ],
)
def test_a_cell_that_cannot_be_relied_on_is_refused(change: dict[str, Any], column: str, said: str) -> None:
    with pytest.raises(SubmissionError) as refused:
        standing_from_rows([METER | {"mpan_core": "2248274887874"}, METER | change])
    assert refused.value.place.row == 2
    assert refused.value.place.column == column
    assert said in str(refused.value)


def test_two_rows_valid_on_one_day_are_refused_and_both_named() -> None:
    with pytest.raises(SubmissionError, match=r"row 2, .*already valid on 2021-01-01 by row 1"):
        standing_from_rows([METER, METER | {"effective_from": "2021-01-01", "effective_to": None}])


def test_an_open_row_overlaps_all_that_follow() -> None:
    with pytest.raises(SubmissionError, match="row 1"):
        standing_from_rows(
            [METER | {"effective_to": None}, METER | {"effective_from": "2030-01-01", "effective_to": None}]
        )


def test_the_day_after_is_no_overlap_and_roles_are_apart() -> None:
    rows = [METER, METER | {"effective_from": "2021-01-02", "effective_to": ""}, METER | {"role": "CHECK"}]
    assert standing_from_rows(rows).frame.height == 3


def test_a_missing_and_a_misspelt_column_are_named(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="Did you mean effective_from by effectve_from"):
        read_standing(_csv(tmp_path, "mpan_core,role,effectve_from\n1,MAIN,2020-01-01\n"))
    with pytest.raises(SubmissionError, match=r"column first_registred_on: .*expected first_registered_on"):
        read_standing(_csv(tmp_path, "mpan_core,role,effective_from,first_registred_on\n1,MAIN,2020-01-01,\n"))


def test_passwords_are_never_read(tmp_path: Path) -> None:
    text = "mpan_core,password,role,effective_from\n1014572465589,hunter2,MAIN,2020-01-01\n"
    standing = read_standing(_csv(tmp_path, text))
    assert standing.ignored_columns == ("password",)
    assert "hunter2" not in standing.frame.write_csv()


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"mpan_core,role,effective_from\n1,MAIN,2020-01-01,9\n", b"PAR1rubbish"]
)
def test_rubbish_is_a_submission_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(SubmissionError):
        read_standing(_csv(tmp_path, content))


def test_no_file_is_a_submission_error(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="no readable file"):
        read_standing(tmp_path / "absent.csv")


def test_a_byte_order_mark_and_crlf_are_read(tmp_path: Path) -> None:
    standing = read_standing(_csv(tmp_path, b"\xef\xbb\xbfmpan_core,role,effective_from\r\n1,main,2020-01-01\r\n"))
    assert standing.frame["role"].to_list() == ["MAIN"]


def test_parquet_and_csv_say_the_same(tmp_path: Path) -> None:
    rows = [METER | {"energised": "yes", "rated_kva": 100.5, "issue": 6, "cop": "5", "alarms_capable": "battery"}]
    frame = standing_from_rows(rows).frame.drop("row")
    frame.write_parquet(tmp_path / "standing.parquet")
    frame.write_csv(tmp_path / "standing.csv")
    of_parquet = read_standing(tmp_path / "standing.parquet").frame
    of_csv = read_standing(tmp_path / "standing.csv").frame
    assert of_parquet.equals(of_csv)
    assert of_parquet["rated_kva"].to_list() == [100.5]


def test_known_on_takes_what_was_on_record_then() -> None:
    first = METER | {"firmware": "OLD", "recorded_on": "2020-01-01", "retracted_on": "2020-06-01"}
    second = METER | {"firmware": "NEW", "recorded_on": "2020-06-01"}
    known = {on: standing_from_rows([first, second], known_on=on).frame["firmware"].to_list() for on in _DAYS}
    assert known == {_DAYS[0]: [], _DAYS[1]: ["OLD"], _DAYS[2]: ["NEW"], None: ["NEW"]}


_DAYS = (date(2019, 12, 31), date(2020, 5, 31), date(2020, 6, 1), None)


def test_every_column_is_typed_when_nothing_is_given() -> None:
    frame = standing_from_rows([METER]).frame
    assert {name: frame.schema[name] for name in COLUMNS} == COLUMNS
    assert frame.schema["row"] == pl.UInt32


@pytest.mark.parametrize(
    ("body", "line", "found"),
    [
        (b"9900000000015,MAIN,2020-01-01\n9900000000024,MAIN,2020-01-01,4\n", 3, "found 4 fields; expected 3"),
        (b'9900000000015,"MA\nIN",2020-01-01\n9900000000024,"MAIN,2020-01-01\n', 4, "a quote out of place"),
        (b"9900000000015,MAIN,2020-01-01\n99\xff00000000024,MAIN,2020-01-01\n", 3, "byte 0xff, which is no UTF-8"),
    ],
)
def test_a_csv_that_is_no_table_is_refused_with_its_line(tmp_path: Path, body: bytes, line: int, found: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        read_standing(_csv(tmp_path, b"mpan_core,role,effective_from\n" + body))
    assert caught.value.place.line == line
    assert found in str(caught.value)
