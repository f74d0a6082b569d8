"""A row of dispensations.csv: what may be in each cell, and what two rows may not both say."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest

from tests.build import MPAN
from tests.regulation.folders import Folder
from validator.errors import RegulationError
from validator.regulation import Regulation, load_tables
from validator.regulation.tables import SHAPES

COLUMNS = [*SHAPES["dispensations.csv"].required, *SHAPES["dispensations.csv"].optional]
SITE = {"ref": "D/999", "kind": "site", "cop": "5", "msids": MPAN, "source": "POLICY", "status": "policy"}
GENERIC = {**SITE, "ref": "D/998", "kind": "generic", "msids": ""}


def load(tables: Folder, *rows: dict[str, str]) -> Regulation:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    tables.write("dispensations.csv", *text.getvalue().splitlines())
    return load_tables(tables.path)


def test_a_row_with_every_cell(tables: Folder) -> None:
    row = {
        **SITE,
        "issue": "6",
        "clause": "5.1.2",
        "meter_type": "Prometer 100",
        "variant": "P3E",
        "msids": f"{MPAN}|9901",
        "installed_from": "2010-01-01",
        "installed_before": "2020-01-01",
        "registered_from": "2010-01-01",
        "registered_before": "2020-01-02",
        "governs_issue": "7",
        "replaces_limits": "period_end_error=30 s; ct_class=1|2;max_permissible_energy=700 kWh per half hour"
        "; accuracy_active=2.5 %; required_quantities=AI|RI",
        "waives_checks": "clock_error|spike",
    }
    (read,) = load(tables, row)._tables.dispensations
    assert (read.clause, read.meter_type, read.variant, read.msids) == ("5.1.2", "Prometer 100", "P3E", (MPAN, "9901"))
    assert (read.installed_from, read.installed_before) == (date(2010, 1, 1), date(2020, 1, 1))
    assert (read.registered_from, read.registered_before) == (date(2010, 1, 1), date(2020, 1, 2))
    assert (read.issue, read.governs_issue, read.waives_checks) == (6, 7, ("clock_error", "spike"))
    assert [(limit.name, limit.text, limit.unit, limit.dispensation) for limit in read.replaces_limits] == [
        ("period_end_error", "30", "s", "D/999"),
        ("ct_class", "1|2", "", "D/999"),
        ("max_permissible_energy", "700", "kWh per half hour", "D/999"),
        ("accuracy_active", "2.5", "%", "D/999"),
        ("required_quantities", "AI|RI", "", "D/999"),
    ]
    assert read.replaces_limits[0].values == (30.0,)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"kind": "sight"}, "unknown kind 'sight', .*did you mean site?"),
        ({"msids": ""}, "msids is blank, a site dispensation names"),
        ({"kind": "generic"}, "msids of a generic dispensation, "),
        ({"msids": "99000000000"}, "msids '99000000000' is no MSID, "),
        ({"msids": f"{MPAN}|{MPAN}"}, "msids .* repeats itself, each MSID stands once"),
        ({"msids": "9900000000016"}, "'9900000000016' is not an MPAN core, its check digit is wrong"),
        (
            {"installed_before": "2020-01-01", "installed_from": "2020-01-01"},
            "installed_before 2020-01-01 is not after",
        ),
        ({"registered_before": "2020-01-01", "registered_from": "2020-01-02"}, "registered_before .* is not after"),
        ({"governs_issue": "9"}, "CoP 5 Issue 9 is not on file, "),
        ({"governs_issue": "six"}, "governs_issue 'six' is not a whole number, "),
        ({"governs_issue": "6", "cop": ""}, "governs_issue 6 without a cop, "),
        ({"replaces_limits": "period_end_error 30 s"}, "replaces_limits 'period_end_error 30 s' has no =, "),
        ({"replaces_limits": "period_end_eror=30 s"}, "unknown limit 'period_end_eror', .*mean period_end_error?"),
        ({"replaces_limits": "period_end_error=30 min"}, "unit 'min' of period_end_error is not supported, "),
        ({"replaces_limits": "period_end_error=30"}, "unit '' of period_end_error is not supported, "),
        ({"replaces_limits": "period_end_error=-1 s"}, "value of period_end_error -1 is negative, "),
        ({"replaces_limits": "period_end_error="}, "value is blank, "),
        ({"replaces_limits": "ct_class=0.55S"}, "unknown accuracy class '0.55S', "),
        ({"replaces_limits": "required_quantities=AI|XX"}, "unknown quantity 'XX', "),
        ({"replaces_limits": "accuracy_active=101 %"}, "value of accuracy_active 101 is more than 100 %, "),
        ({"replaces_limits": "ct_class=1; ct_class=1"}, "replaces_limits names ct_class twice, "),
        ({"replaces_limits": "ct_class=1;"}, "replaces_limits '' has no =, "),
        ({"waives_checks": "clock_eror"}, "unknown check 'clock_eror', .*did you mean clock_error?"),
        ({"waives_checks": "spike|spike"}, "waives_checks .* repeats itself, each check stands once"),
    ],
)
def test_a_bad_cell_stops_loading(tables: Folder, cells: dict[str, str], message: str) -> None:
    with pytest.raises(RegulationError, match=message) as told:
        load(tables, {**SITE, **cells})
    assert re.match(r"dispensations\.csv:2: ", str(told.value))


LIMIT = {"replaces_limits": "period_end_error=30 s"}


def test_two_of_one_scope_may_not_disagree(tables: Folder) -> None:
    second = {**SITE, "ref": "D/1000", "clause": "another", "replaces_limits": "period_end_error=31 s"}
    message = r"dispensations\.csv:3: D/1000 sets period_end_error to 31 s, D/999 of dispensations\.csv:2 has the same"
    with pytest.raises(RegulationError, match=message):
        load(tables, {**SITE, **LIMIT}, second)
    with pytest.raises(RegulationError, match="D/1000 sets governs_issue 7, "):
        load(tables, {**SITE, "governs_issue": "6"}, {**SITE, "ref": "D/1000", "governs_issue": "7"})


@pytest.mark.parametrize(
    "cells",
    [
        {"replaces_limits": "period_end_error=30.0 s"},
        {"replaces_limits": "ct_class=1"},
        {"replaces_limits": "period_end_error=31 s", "expiry": "2020-01-01"},
        {"replaces_limits": "period_end_error=31 s", "meter_type": "Prometer 100"},
        {"replaces_limits": "period_end_error=31 s", "msids": f"{MPAN}|9901"},
    ],
)
def test_two_that_agree_or_differ_in_scope_load(tables: Folder, cells: dict[str, str]) -> None:
    load(tables, {**SITE, **LIMIT}, {**SITE, "ref": "D/1000", **cells})
    load(tables, {**GENERIC, **LIMIT}, {**SITE, "ref": "D/1000", **cells})
