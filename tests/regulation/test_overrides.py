"""A user's own rows: what they replace, what they add, what is said of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.regulation.folders import ACCURACY, APPROVALS, FORMATS, POLICY, PROTOCOL, SOURCES, Folder
from validator.errors import RegulationError
from validator.regulation import Override, load_regulation

P3E = "Secure Meters (UK) Limited,Prometer 100,P3E,wall,yes"


def test_a_promoted_status(own: Folder) -> None:
    own.write("format_limits.csv", FORMATS, "5,6,storage_days,20,day,SAS,confirmed,")
    regulation = load_regulation(own.path)
    storage = regulation.limits_for("5", 6).get("storage_days")
    assert storage is not None
    assert (storage.may_fail, storage.origin) == (True, "own/format_limits.csv:2")
    assert regulation.overrides == (
        Override(
            "own/format_limits.csv",
            2,
            "format_limits.csv:2 sets CoP 5 from Issue 6 storage_days status analogue -> confirmed",
        ),
    )


def test_a_changed_value_and_unchanged_neighbours(own: Folder) -> None:
    own.write("policy.csv", POLICY, "max_rating_factor,1.3,x rated,POLICY,policy,ours")
    regulation = load_regulation(own.path)
    assert regulation.policy("max_rating_factor").value == 1.3
    assert regulation.policy("spike_tolerance").value == 1.8
    assert regulation.overrides[0].description.startswith(
        "policy.csv:2 sets policy max_rating_factor value 1.2 -> 1.3, note the CoPs"
    )


def test_a_new_row_with_its_own_source(own: Folder) -> None:
    own.write("sources.csv", SOURCES, "OURS,A paper in hand,Us,2025-01-01,")
    own.write("format_limits.csv", FORMATS, "8,1,storage_days,45,day,OURS,confirmed,")
    regulation = load_regulation(own.path)
    added = regulation.limits_for("8", 1).get("storage_days")
    assert added is not None
    assert (added.value, added.source) == (45, "OURS")
    assert [override.description for override in regulation.overrides] == [
        (
            "format_limits.csv:2 adds CoP 8 from Issue 1 storage_days: value 45, unit day, source OURS,"
            " status confirmed, note blank"
        ),
        "sources.csv:2 adds source OURS: title A paper in hand, publisher Us, dated 2025-01-01, note blank",
    ]


def test_a_row_that_changes_nothing_is_still_named(own: Folder) -> None:
    own.write(
        "policy.csv",
        POLICY,
        "main_check_reading,full_load,,POLICY,policy,full_load or of_reading: see checks.md",
    )
    assert load_regulation(own.path).overrides[0].description == (
        "policy.csv:2 repeats policy main_check_reading unchanged"
    )


def test_a_column_left_out_keeps_what_it_said(own: Folder) -> None:
    own.write("format_limits.csv", FORMATS, "10,2,max_permissible_energy,55,kWh per half hour,POLICY,policy,")
    energy = load_regulation(own.path).limits_for("10", 2).get("max_permissible_energy")
    assert energy is not None
    assert (energy.value, energy.applies_to) == (55, "whole_current")


def test_an_approval_whose_start_becomes_known(own: Folder) -> None:
    own.write(
        "approvals.csv",
        APPROVALS,
        P3E + ",M6X8G05,,5,6,SVG,2019-04-01,day,,UNKNOWN,,ISG-255-05,secondary",
    )
    regulation = load_regulation(own.path)
    words = [
        regulation.decide("Prometer 100", "P3E", "M6X8G05", "5", 6, date(2019, month, 31)).word for month in (3, 5)
    ]
    assert words == ["APPROVED_LATER", "APPROVED"]
    assert "valid_from blank -> 2019-04-01" in regulation.overrides[0].description
    assert "status inferred -> secondary" in regulation.overrides[0].description


def test_a_month_that_becomes_a_day(own: Folder) -> None:
    own.write("protocol_approvals.csv", PROTOCOL, "SP Dataserve,CM10,removed,,2021-11-15,day,confirmed")
    regulation = load_regulation(own.path)
    assert [step.from_date for step in regulation.protocol("SP Dataserve", "CM10")] == [
        None,
        date(2021, 11, 15),
    ]
    assert "date 2021-11 -> 2021-11-15" in regulation.overrides[0].description


def test_a_band_is_replaced_however_its_load_is_written(own: Folder) -> None:
    own.write("accuracy_limits.csv", ACCURACY, "5,6,active,20.0,120,yes,unity,1.4,CP1553,confirmed,")
    bands = load_regulation(own.path).limits_for("5", 6).accuracy("active")
    assert [band.limit_pct for band in bands] == [1.4, 2.5, 2.5]


FAULTS = [
    ("format_limits.csv", FORMATS, "5,6,storage_days,20,day,OURS,confirmed,", "unknown source 'OURS', "),
    (
        "format_limits.csv",
        FORMATS,
        "5,6,storage_days,-1,day,SAS,confirmed,",
        "value of storage_days -1 is negative",
    ),
    ("format_limits.csv", FORMATS, "5,6,storage_days,20,day,SAS,sure,", "unknown status 'sure', "),
    (
        "accuracy_limits.csv",
        ACCURACY,
        "5,6,active,100,130,yes,unity,1,SAS,recalled,",
        "the band 100 to 130 % over",
    ),
    (
        "approvals.csv",
        APPROVALS,
        P3E + ",A,,5,6,ISG,,unknown,,UNKNOWN,,SAS,confirmed",
        "committees ISG of an appr",
    ),
    (
        "policy.csv",
        POLICY,
        "max_rating,1.2,x rated,POLICY,policy,",
        "unknown policy 'max_rating', .*_factor?",
    ),
]


@pytest.mark.parametrize(("table", "header", "line", "message"), FAULTS)
def test_a_fault_names_the_users_file(own: Folder, table: str, header: str, line: str, message: str) -> None:
    own.write(table, header, line)
    with pytest.raises(RegulationError, match=f"^own/{table}:2: {message}"):
        load_regulation(own.path)


def test_a_row_twice_in_one_override(own: Folder) -> None:
    line = "5,6,storage_days,20,day,SAS,confirmed,"
    own.write("format_limits.csv", FORMATS, line, line)
    with pytest.raises(RegulationError, match=r"^own/format_limits.csv:3: limit .* is there twice, "):
        load_regulation(own.path)


@pytest.mark.parametrize(("name", "near"), [("format_limit.csv", "format_limits.csv"), ("POLICY.CSV", "policy.csv")])
def test_an_unknown_file_is_an_error(own: Folder, name: str, near: str) -> None:
    own.write(name, POLICY)
    with pytest.raises(RegulationError, match=rf"^own/{name}:1: unknown table .*did you mean {near}\?"):
        load_regulation(own.path)


def test_a_folder_called_like_a_table_is_an_error(own: Folder) -> None:
    (own.path / "policy.csv").mkdir()
    with pytest.raises(RegulationError, match=r"^own/policy.csv:1: "):
        load_regulation(own.path)


def test_hidden_files_and_an_empty_folder_change_nothing(own: Folder) -> None:
    own.write(".note", "x")
    assert load_regulation(own.path).hash == load_regulation().hash


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(RegulationError, match=r"nowhere:1: no such folder, "):
        load_regulation(tmp_path / "nowhere")
