"""Every kind of fault in a table stops loading, and the message names file and line."""

from __future__ import annotations

import gc
import re
from pathlib import Path

import pytest

from tests.regulation.folders import Folder
from validator.errors import RegulationError
from validator.regulation import load_tables

P3E = "Secure Meters (UK) Limited,Prometer 100,P3E,wall,yes"

BAD_CELLS = [
    # table, beginning of a good line, text in it, what replaces it, the message after file:line
    ("format_limits.csv", "5,6,storage_days", "SAS", "SAZ", "unknown source 'SAZ', .*did you mean SAS?"),
    (
        "format_limits.csv",
        "5,6,storage_days",
        "analogue",
        "analog",
        "unknown status 'analog', .*mean analogue?",
    ),
    ("format_limits.csv", "5,6,storage_days", "analogue", "inferred", "unknown status 'inferred', "),
    ("format_limits.csv", "5,6,storage_days", "analogue", "", "status is blank, "),
    (
        "format_limits.csv",
        "5,6,storage_days",
        "storage_days",
        "storage_day",
        "unknown limit .*mean storage_days?",
    ),
    ("format_limits.csv", "5,6,storage_days", ",20,", ",-20,", "value of storage_days -20 is negative, "),
    ("format_limits.csv", "5,6,storage_days", ",20,", ",0,", "value of storage_days is zero, "),
    (
        "format_limits.csv",
        "5,6,storage_days",
        ",20,",
        ",nan,",
        "value of storage_days 'nan' is not a number, ",
    ),
    (
        "format_limits.csv",
        "5,6,storage_days",
        ",20,",
        ",inf,",
        "value of storage_days 'inf' is not a number, ",
    ),
    (
        "format_limits.csv",
        "5,6,storage_days",
        ",20,",
        "," + "9" * 400 + ",",
        "value of storage_days is not finite, ",
    ),
    (
        "format_limits.csv",
        "5,6,storage_days",
        ",20,",
        ",1e3,",
        "value of storage_days '1e3' is not a number, ",
    ),
    (
        "format_limits.csv",
        "5,6,storage_days",
        ",20,",
        ",2_0,",
        "value of storage_days '2_0' is not a number, ",
    ),
    ("format_limits.csv", "5,6,storage_days", ",20,", ",20.5,", "value of storage_days 20.5 is not whole, "),
    ("format_limits.csv", "5,6,storage_days", ",20,", ",,", "value is blank, "),
    (
        "format_limits.csv",
        "5,6,storage_days",
        ",day,",
        ",h,",
        "unit 'h' of storage_days is not supported, .*'day'",
    ),
    (
        "format_limits.csv",
        "5,6,capacity_up_to",
        ",MW,",
        ",kW,",
        "unit 'kW' of capacity_up_to is not supported, ",
    ),
    ("format_limits.csv", "5,6,storage_days", "5,6,", "12,6,", "CoP 12 is not on file, "),
    ("format_limits.csv", "5,6,storage_days", "5,6,", "5,66,", "CoP 5 Issue 66 is not on file, .*Issue 6, 7"),
    ("format_limits.csv", "5,6,storage_days", "5,6,", "5,0,", "from_issue '0' is not a whole number, "),
    ("format_limits.csv", "5,6,storage_days", "5,6,", "05,6,", "cop '05' is not a whole number, "),
    ("format_limits.csv", "5,6,storage_days", ",SAS,", ", SAS,", "source ' SAS' has white space around it, "),
    (
        "format_limits.csv",
        "5,6,storage_days,20,day,SAS,analogue,",
        "e,,",
        "e,,ct_operated",
        "applies_to ct_operated",
    ),
    (
        "format_limits.csv",
        "10,2,max_permissible_energy",
        "whole_current",
        "whole",
        "unknown applies_to 'whole', ",
    ),
    ("format_limits.csv", "5,6,required_quantities", "AI|RI", "AI|QI", "unknown quantity 'QI', "),
    (
        "format_limits.csv",
        "5,6,required_quantities",
        "AI|RI",
        "RE|RI",
        r"value 'RE\|RI\|RE' repeats itself, ",
    ),
    ("format_limits.csv", "5,6,check_meter_required", ",no,", ",maybe,", "unknown value 'maybe', "),
    ("format_limits.csv", "5,6,meter_class_active", "2|A", "2|E", "unknown accuracy class 'E', "),
    ("format_limits.csv", "5,7,selectable_periods", "30|20", "20|20", "value '20.*' repeats itself, "),
    (
        "format_limits.csv",
        "5,6,period_duration_error",
        ",0.1,",
        ",101,",
        "value of .* 101 is more than 100 %, ",
    ),
    (
        "accuracy_limits.csv",
        "5,6,active,20,120,yes,unity",
        ",1.5,",
        ",150,",
        "limit_pct 150 is more than 100 %, ",
    ),
    ("accuracy_limits.csv", "5,6,active,20,120,yes,unity", ",1.5,", ",0,", "limit_pct is zero, "),
    (
        "accuracy_limits.csv",
        "5,6,active,20,120,yes,unity",
        "20,120",
        "120,120",
        "load_from_pct 120 is not below",
    ),
    (
        "accuracy_limits.csv",
        "5,6,active,20,120,yes,unity",
        "20,120",
        "130,120",
        "load_from_pct 130 is not below",
    ),
    (
        "accuracy_limits.csv",
        "5,6,active,20,120,yes,unity",
        "20,120",
        "-1,120",
        "load_from_pct -1 is negative, ",
    ),
    ("accuracy_limits.csv", "5,6,active,20,120,yes,unity", "yes", "y", "unknown load_to_inclusive 'y', "),
    ("accuracy_limits.csv", "5,6,active,20,120,yes,unity", "unity", "unit", "unknown power_factor 'unit', "),
    (
        "accuracy_limits.csv",
        "5,6,active,20,120,yes,unity",
        "active",
        "actve",
        "unknown energy .*mean active?",
    ),
    ("accuracy_limits.csv", "5,6,active,20,120,yes,unity", "5,6,", "5,8,", "CoP 5 Issue 8 is not on file, "),
    ("accuracy_limits.csv", "5,6,active,20,120,yes,unity", "CP1553", "CP9999", "unknown source 'CP9999', "),
    (
        "policy.csv",
        "max_rating_factor",
        "max_rating",
        "max_ratin",
        "unknown policy .*mean max_rating_factor?",
    ),
    (
        "policy.csv",
        "max_rating_factor",
        "x rated",
        "rated",
        "unit 'rated' of max_rating_factor is not supported, ",
    ),
    (
        "policy.csv",
        "unity_power_factor_min",
        "0.99",
        "1.01",
        "value of unity_power_factor_min 1.01 is out of reason",
    ),
    ("policy.csv", "zero_run_periods", "48", "51", "value of zero_run_periods 51 is out of reason, "),
    ("policy.csv", "stuck_run_periods", "12", "1", "value of stuck_run_periods 1 is out of reason, "),
    (
        "policy.csv",
        "main_check_reading",
        "full_load,",
        "half_load,",
        "unknown value 'half_load', .*mean full_load?",
    ),
    (
        "policy.csv",
        "clock_reset_site",
        "900",
        "20",
        "clock_reset_site 20 s is not above clock_reset_remote 20 s, ",
    ),
    ("policy.csv", "main_check_factor", "BSCP502-4.1", "BSCP502", "unknown source 'BSCP502', "),
    ("cop_issues.csv", "5,6", "2022-06-29", "2022-6-29", "in_force_to '2022-6-29' is not a date, "),
    ("cop_issues.csv", "5,6", "2022-06-29", "20220629", "in_force_to '20220629' is not a date, "),
    ("cop_issues.csv", "5,6", "2022-06-29", "2022-06-31", "in_force_to '2022-06-31' is not a date, "),
    ("cop_issues.csv", "5,6", "2022-06-29", "0202-06-29", "in_force_to 0202-06-29 is out of reason, "),
    (
        "cop_issues.csv",
        "5,6",
        ",2022-06-29",
        "2022-06-30,2022-06-29",
        "in_force_to 2022-06-29 is before in_force_",
    ),
    ("cop_issues.csv", "5,6", "SVG", "ISG", "committees ISG of CoP 5 Issue 6, SVG answers for CoP 5"),
    (
        "cop_issues.csv",
        "3,5",
        "ISG+SVG",
        "SVG",
        r"committees SVG of CoP 3 Issue 5, ISG\+SVG answers for CoP 3",
    ),
    (
        "cop_issues.csv",
        "1,2",
        "ISG,COP1",
        "ISG+SVG,COP1",
        "committees .* of CoP 1 Issue 2, ISG answers for CoP 1",
    ),
    ("cop_issues.csv", "1,2", "ISG,COP1", "SVGG,COP1", "unknown committees 'SVGG', "),
    ("cop_issues.csv", "5,6", "ISG-255-05", "ISG-255-06", "unknown source 'ISG-255-06', .*mean ISG-255-05?"),
    ("sources.csv", "CP1527", "2022-06-30", "June 2022", "dated 'June 2022' is not a date, "),
    ("sources.csv", "CP1527", "CP1527,", ",", "source is blank, "),
    ("accuracy_classes.csv", "C,", "0.55", "0", "rank is zero, "),
    ("accuracy_classes.csv", "C,", "MID", "MAD", "unknown source 'MAD', .*mean MID?"),
    ("approval_lists.csv", "Secure", ",no,", ",partly,", "unknown complete 'partly', "),
    (
        "approvals.csv",
        P3E + ",M6X8G0B,M6X8G05,5",
        ",5,6,",
        ",5,8,",
        "CoP 5 Issue 8 is not on file, .*Issue 6, 7",
    ),
    ("approvals.csv", P3E + ",M6X8G0B,M6X8G05,5", ",5,6,", ",4,6,", "CoP 4 is not on file, "),
    (
        "approvals.csv",
        P3E + ",M6X8G0B,M6X8G05,5",
        "SVG",
        "ISG",
        "committees ISG of an approval for CoP 5 Issue 6, ",
    ),
    ("approvals.csv", P3E + ",M6X8G0B,M6X8G05,5", ",month,", ",unknown,", "valid_from_precision unknown, "),
    (
        "approvals.csv",
        P3E + ",M6X8G0B,M6X8G05,5",
        ",month,",
        ",week,",
        "unknown valid_from_precision 'week', ",
    ),
    (
        "approvals.csv",
        P3E + ",M6X8G0B,M6X8G05,5",
        "2022-06-01",
        "2022-06-02",
        "valid_from 2022-06-02 of precision m",
    ),
    (
        "approvals.csv",
        P3E + ",M6X8G0B,M6X8G05,5",
        "month,,",
        "month,2022-05-31,",
        "valid_to 2022-05-31 is before",
    ),
    ("approvals.csv", P3E + ",M6X8G0B,M6X8G05,5", "M6X8G05", "M6X8G0B", "firmware M6X8G0B replaces itself, "),
    ("approvals.csv", P3E + ",M6X8G0B,M6X8G05,5", "confirmed", "sure", "unknown status 'sure', "),
    (
        "approvals.csv",
        P3E + ",M6X8G0B,M6X8G05,5",
        "M6X8G0B",
        "M6X8G0B ",
        "firmware 'M6X8G0B ' has white space",
    ),
    ("approvals.csv", P3E + ",M6X8G0B,M6X8G05,5", "ISG-255-05", "ISG", "unknown source 'ISG', "),
    (
        "dispensations.csv",
        "D/535",
        "2023-12-30",
        "2022-06-29",
        "expiry 2022-06-29 is before valid_from 2022-06-30, ",
    ),
    ("dispensations.csv", "D/535", "1|2", "4|2", "CoP 4 is not on file, "),
    ("dispensations.csv", "D/535", "1|2", "2|2", "cop '2.*' repeats itself, "),
    ("dispensations.csv", "D/535", "CP1527", "CP1572", "unknown source 'CP1572', .*mean CP1527?"),
    ("protocol_approvals.csv", "TESG", "approved", "aproved", "unknown action 'aproved', .*mean approved?"),
    ("protocol_approvals.csv", "TESG", "2021-12", "2021-13", "date '2021-13-01' is not a date, "),
    ("protocol_approvals.csv", "TESG", "2021-12", "2021-12-01", "date '2021-12-01' of precision month, "),
    ("protocol_approvals.csv", "TESG", "2021-12", "", "date is blank, "),
    ("protocol_approvals.csv", "CDCA", "confirmed", "certain", "unknown status 'certain', "),
]


@pytest.mark.parametrize(("table", "start", "good", "bad", "message"), BAD_CELLS)
def test_a_bad_cell_names_its_line(tables: Folder, table: str, start: str, good: str, bad: str, message: str) -> None:
    number = tables.find(table, start)
    line = tables.lines(table)[number - 1]
    assert good in line
    tables.set_line(table, number, line.replace(good, bad, 1))
    with pytest.raises(RegulationError, match="^" + re.escape(f"{table}:{number}: ") + message) as caught:
        load_tables(tables.path)
    assert (caught.value.file, caught.value.line) == (table, number)


TWICE = [
    ("sources.csv", "SAS,again,,,", "source SAS is there twice, it stands at sources.csv:17"),
    ("cop_issues.csv", "5,7,again,2030-01-01,,SVG,CP1527,recalled", "CoP 5 Issue 7 is there twice, "),
    ("cop_issues.csv", "5,8,new,2024-01-01,,SVG,CP1527,recalled", "CoP 5 Issue 8 overlaps another Issue, "),
    ("cop_issues.csv", "5,5,old,,2010-01-01,SVG,CP1527,recalled", "CoP 5 Issue 5 overlaps another Issue, "),
    (
        "format_limits.csv",
        "5,6,storage_days,30,day,SAS,analogue,,",
        "limit CoP 5 from Issue 6 storage_days is there",
    ),
    (
        "policy.csv",
        "max_rating_factor,1.3,x rated,POLICY,policy,",
        "policy max_rating_factor is there twice, ",
    ),
    ("accuracy_classes.csv", "C,1,MID,recalled,", "accuracy class C is there twice, "),
    (
        "approval_lists.csv",
        "Secure Meters (UK) Limited,yes,POLICY,policy,",
        "approvals list Secure .* twice, ",
    ),
    (
        "dispensations.csv",
        "D/535,generic,1,,again,,,CP1527,confirmed,",
        "dispensation D/535 is there twice, ",
    ),
    (
        "protocol_approvals.csv",
        "SP Dataserve,CM10,approved,,2021-11,month,confirmed",
        "event of SP Dataserve CM10 on",
    ),
    (
        "accuracy_limits.csv",
        "5,6,active,20,120,yes,unity,1,SAS,recalled,",
        "the band 20 to 120 % overlaps another, ",
    ),
    (
        "accuracy_limits.csv",
        "5,6,active,119,130,yes,unity,1,SAS,recalled,",
        "the band 119 to 130 % overlaps another",
    ),
    (
        "accuracy_limits.csv",
        "5,6,active,120,130,yes,unity,1,SAS,recalled,",
        "the band 120 to 130 % overlaps another",
    ),
    (
        "accuracy_limits.csv",
        "5,6,active,1,6,no,unity,3,SAS,recalled,",
        "the band 1 to 6 % overlaps another, ",
    ),
    (
        "approvals.csv",
        P3E + ",M6X8G0B,,5,6,SVG,2024-01-01,day,,UNKNOWN,,ISG-255-05,confirmed",
        "approval of M6X8G0B for CoP 5 Issue 6 overlaps another, approvals.csv:5 covers",
    ),
    (
        "approvals.csv",
        P3E + ",M6X8G0B,,5,6,SVG,,unknown,2022-06-01,UNKNOWN,,ISG-255-05,inferred",
        "approval of M6X8G0B for CoP 5 Issue 6 overlaps another, ",
    ),
]


@pytest.mark.parametrize(("table", "line", "message"), TWICE)
def test_a_row_against_another_names_the_later_line(tables: Folder, table: str, line: str, message: str) -> None:
    number = tables.append(table, line)
    with pytest.raises(RegulationError, match="^" + re.escape(f"{table}:{number}: ") + message):
        load_tables(tables.path)


def test_touching_is_not_overlapping(tables: Folder) -> None:
    tables.append("accuracy_limits.csv", "5,6,active,1,5,no,unity,3,SAS,recalled,")
    tables.append(
        "approvals.csv",
        P3E + ",M6X8G0B,,5,6,SVG,,unknown,2022-05-31,UNKNOWN,,ISG-255-05,inferred",
    )
    load_tables(tables.path)


USED_POLICIES = (
    "main_check_factor main_check_reading clock_reset_remote clock_reset_site register_advance_day"
    " register_advance_week register_advance_site max_energy_keep_up_to unity_power_factor_min"
    " max_rating_factor zero_run_periods stuck_run_periods spike_tolerance spike_floor_resolutions"
    " reactive_without_active_resolutions"
)


@pytest.mark.parametrize("policy", USED_POLICIES.split(" "))
def test_every_policy_that_the_checks_use_must_be_there(tables: Folder, policy: str) -> None:
    tables.drop("policy.csv", policy + ",")
    with pytest.raises(RegulationError, match=f"^policy.csv:1: policy {policy} is missing, "):
        load_tables(tables.path)


def test_a_floor_of_zero_is_sensible(tables: Folder) -> None:
    tables.drop("policy.csv", "spike_floor_resolutions")
    tables.append("policy.csv", "spike_floor_resolutions,0,x resolution,POLICY,policy,")
    assert load_tables(tables.path).policy("spike_floor_resolutions").value == 0


def test_garbage_is_collected_again_after_a_fault(tmp_path: Path) -> None:
    with pytest.raises(RegulationError):
        load_tables(tmp_path)
    assert gc.isenabled()
