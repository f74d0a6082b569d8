"""Files written from formats.md alone are read as what was written: every format, and each form that it comes in."""

from __future__ import annotations

import gzip
import random
from datetime import date
from pathlib import Path

import pytest

from tests.independent import files
from tests.independent.files import Day, lines, starts
from validator.readings import read_bytes
from validator.readings.hints import Hints

ONE, OTHER = "1014572465589", "2248274887874"
ORDINARY, SHORT, LONG = date(2026, 4, 1), date(2026, 3, 29), date(2026, 10, 25)
MAPPING = Path(__file__).parents[2] / "sample_data" / "dip_mapping.toml"
FLAG = {"A": 0, "E": 1, "C": 2}
INVALID = 1 << 15


def _day(mpan, quantity, on, local, decimals=3, flags="AAE", role="MAIN", gaps=()):
    rng = random.Random(f"{mpan}{quantity}{on}{role}")
    count = len(starts(on, local))
    values = [None if k in gaps else f"{rng.randrange(10_000, 999_999) / 1000:.{decimals}f}" for k in range(count)]
    # A half hour that does not come has no status either.
    letters = ["A" if value is None else rng.choice(flags) for value in values]
    return Day(mpan, quantity, on, tuple(values), "".join(letters), role)


def _days(local, decimals=3, flags="AAE", quantities=("AI", "RI", "RE")):
    one = [_day(ONE, quantity, on, local, decimals, flags) for quantity in quantities for on in (ORDINARY, SHORT, LONG)]
    return [*one, _day(OTHER, quantities[0], LONG, local, decimals, flags)]


def _check(content, days, *, statuses=True, utc=None, near=False, name="sent", time_base="local", hints=None):
    source = read_bytes(content, name, today=date(2026, 11, 25), time_base=time_base, hints=hints or Hints())
    found = {
        (row["mpan_core"], row["measurement_quantity"], row["settlement_date"], row["role"]): row
        for row in source.readings.to_pylist()
    }
    assert source.readings.num_rows == len(found)
    assert set(found) == {(day.mpan, day.quantity, day.date, day.role) for day in days}
    for day in days:
        row = found[day.mpan, day.quantity, day.date, day.role]
        due = [None if value is None else float(value) for value in day.values]
        assert row["energy_kwh"] == (pytest.approx(due, abs=1e-6) if near else due)
        flags = [FLAG.get(flag, INVALID) for flag in day.flags]
        assert row["period_flags"] == (flags if statuses else None)
        assert utc in (None, row["utc_day"])


# DTC user files ----------------------------------------------------------------------------------------

FORMS = {
    "plain": lambda records: lines(records),
    "CRLF": lambda records: lines(records, "\r\n"),
    "BOM": lambda records: lines(records, bom=True),
    "no last line end": lambda records: lines(records, last=False),
    "gzip": lambda records: gzip.compress(lines(records)),
    "blank lines after it": lambda records: lines([*records, "", ""]),
}
VARIANTS = (
    {}, {"share_channel": False}, {"sent_id": False}, {"checksum": "302"}, {"completed": ""}, {"supplier": ""},
    {"test": ""}, {"roles": ("M", "MOPX", "R", "LDSO")},
)  # fmt: skip


def _dtc_days(flow):
    utc = flow == "D0379001"
    return _days(not utc, 3 if utc else 1)


@pytest.mark.parametrize("flow", files.DTC)
@pytest.mark.parametrize("form", FORMS)
def test_dtc_in_every_form(flow: str, form: str) -> None:
    days = _dtc_days(flow)
    _check(FORMS[form](files.dtc(days, flow)), days, utc=flow == "D0379001")


@pytest.mark.parametrize("flow", files.DTC)
@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_dtc_in_every_variant(flow: str, variant: dict[str, object]) -> None:
    days = _dtc_days(flow)
    _check(lines(files.dtc(days, flow, **variant)), days)


def test_several_flows_in_one_file() -> None:
    local, utc = _days(True, 1), _days(False, 3)
    content = [files.dtc(local[:1]), files.dtc(local[1:3], "D0275001"), files.dtc(utc[3:], "D0379001")]
    _check(b"".join(map(lines, content)), [*local[:3], *utc[3:]])


def test_dtc_values_that_are_odd_are_read_as_they_stand() -> None:
    values = ("-1.5", "999999.9", "1000000.0", "0.0", "-0.1", "12", None) + ("1.0",) * 41
    day = Day(ONE, "UN", ORDINARY, values, "AEXBD" + "A" * 43)
    _check(lines(files.dtc([day])), [day])


# CDCA files ------------------------------------------------------------------------------------------------


def test_the_checksum_of_the_text() -> None:
    records = [
        "AAA|E0041001|D|20260810093000|EN|CONSUSEN|EC|ECVAA|1|TEST1|",
        "EDN|ECVNAA0001|KEY0000001|ECVNAA0001|REF0000001|20260811||",
        "CD9|1|12.5|",
    ]
    assert files.xor(records) == 829768304


@pytest.mark.parametrize("form", FORMS)
def test_c0121(form: str) -> None:
    days = [
        _day("9901", quantity, on, True, 3, "A", role)
        for on in (SHORT, ORDINARY, LONG) for quantity in ("AI", "AE") for role in ("MAIN", "CHECK")
    ]  # fmt: skip
    _check(FORMS[form](files.c0121([*days, _day("9902", "AI", ORDINARY, True, 3, "ABD")])), [
        *days, _day("9902", "AI", ORDINARY, True, 3, "ABD"),
    ], utc=False)  # fmt: skip


def test_a_period_that_a_c0121_leaves_out_is_missing() -> None:
    day = _day("9901", "AI", ORDINARY, True, 3, "A", gaps=(0, 5))
    _check(lines(files.c0121([day])), [day])


# Customers' files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_house_format(form: str) -> None:
    days = [*_days(False), _day(OTHER, "RI", ORDINARY, False, gaps=(0, 4, 47))]
    _check(FORMS[form](files.simple(days)), days, utc=True)


@pytest.mark.parametrize(
    "variant",
    [{}, {"year": "%Y"}, {"seconds": ":00"}, {"suffix": "-Some place"}, {"status": lambda flag: f"OK {flag}"}],
)
@pytest.mark.parametrize("form", FORMS)
def test_df2(variant: dict[str, object], form: str) -> None:
    days = _days(False, quantities=("AI", "AE", "RI", "RE"))
    _check(FORMS[form](files.df2(days, **variant)), days, utc=True)


@pytest.mark.parametrize(
    "variant", [{}, {"spare": ("", "")}, {"stray": True}], ids=["zeros", "blanks", "a stray space"]
)
def test_british_gas(variant: dict[str, object]) -> None:
    days = _days(False, quantities=("AI",))
    _check(lines(files.british_gas(days, **variant)), days, statuses=False, utc=True)


@pytest.mark.parametrize("quoted", [False, True])
def test_edf(quoted: bool) -> None:
    days = _days(True)
    _check(lines(files.edf(days, quoted)), days, utc=False)


@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("end", [False, True])
@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%S"])
@pytest.mark.parametrize("order", [None, lambda rows: rows[::-1]], ids=["oldest first", "newest first"])
def test_plain_half_hours(local: bool, end: bool, form: str, order: object) -> None:
    days = _days(local)
    stamp = f"Period {'end' if end else 'start'} ({'local' if local else 'UTC'})"
    content = lines(files.half_hours(days, stamp, local, end=end, form=form, order=order))
    _check(content, days, utc=not local)


@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("end", [False, True])
def test_plain_half_hours_whose_header_is_silent(local: bool, end: bool) -> None:
    days = _days(local)
    content = lines(files.half_hours(days, "Time", local, end=end, status=False))
    hints = Hints("end" if end else "start")
    _check(content, days, statuses=False, time_base="local" if local else "utc", hints=hints)


@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("thousands", [False, True])
@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("on", [ORDINARY, SHORT, LONG])
def test_schneider_csv(local: bool, thousands: bool, newest_first: bool, on: date) -> None:
    day = _day(ONE, "AI", on, local)
    content = lines(files.schneider(day, local, thousands=thousands, newest_first=newest_first))
    base = "local" if local else "utc"
    _check(content, [day], statuses=False, near=True, time_base=base, name=f"{ONE}_AI.schneider.csv")


@pytest.mark.parametrize("on", [ORDINARY, SHORT, LONG])
def test_workbooks(on: date) -> None:
    imported, exported = _day(ONE, "AI", on, True), _day(ONE, "AE", on, True)
    sent = files.schneider_workbook(imported)
    _check(sent, [imported], statuses=False, near=True, name=f"{ONE}_AI.schneider.xlsx", utc=False)
    sent = files.vital_workbook(imported, exported)
    _check(sent, [imported, exported], statuses=False, near=True, name=f"{ONE}.vital.xlsx", utc=False)


def test_dip_messages() -> None:
    days = _days(False, quantities=("AI", "AE", "RI", "RE"))
    _check(files.dip(days), days, utc=True, hints=Hints(mapping=MAPPING))
