"""What each column, file and exit code of the README means, in words; the names come from the product."""

from __future__ import annotations

from validator.command.main import UNREADABLE

OUTCOME_RULES = {
    "FAIL": "FAIL",
    "QUERY": "QUERY",
    "NOT_ASSESSED": "NOT ASSESSED",
    "LIMIT": "FAIL or QUERY, by the limit's status",
    "LIST": "FAIL or NOT ASSESSED, by whether the approvals list is complete",
}

READINGS = {
    "mpan_core": "thirteen digits, or a CVA MSID of four; text, so that leading zeros stay",
    "measurement_quantity": "AI, AE, RI or RE",
    "role": "MAIN or CHECK",
    "settlement_date": "the day",
    "energy_kwh": "one value per half hour, kWh (kVArh for RI and RE); 48, or 46 or 50 on a local clock-change day",
    "period_flags": "status and alarm bits, one value per half hour",
    "meter_serial": "as read from the outstation",
    "outstation_id": "as read from the outstation",
    "firmware": "as read from the outstation; never altered, compared exactly",
    "register_start_kwh": "cumulative register at the start of the day",
    "register_end_kwh": "cumulative register at the end of the day",
    "register_read_kind": "REMOTE or SITE",
    "clock_error_s": "outstation clock error found at collection, seconds",
    "collected_at": "when the outstation was read, UTC",
    "integration_minutes": "the integration period that the outstation is set to",
    "period_duration_s": "how long each period lasted, seconds",
}

STANDING = {
    "mpan_core": "as in the readings",
    "role": "MAIN or CHECK",
    "effective_from": "first settlement date of the row",
    "effective_to": "last settlement date; blank is open",
    "energised": "yes or no",
    "energised_from": "the day on which it became energised, or de-energised; blank: `effective_from`",
    "manufacturer": "the meter's maker",
    "meter_type": "as on the approvals list, for example `Prometer 100`",
    "variant": "as on the approvals list, for example `P3E`",
    "firmware": "the exact string: capitals and the digit 0 matter",
    "meter_serial": "held against the serial number read",
    "outstation_id": "held against the identity read",
    "outstation_type": "for the protocol approval of the collector",
    "cop": "governing Code of Practice",
    "issue": "governing Issue; blank: the one in force on `first_registered_on`",
    "first_registered_on": "date of first registration in Settlement",
    "installed_on": "date on which the meter was installed; some dispensations ask for it",
    "rated_kva": "full load, kVA",
    "meter_class_active": "accuracy class of the meter, active energy",
    "ct_class": "class of the current transformers; blank: a whole-current meter",
    "resolution_kwh": "smallest step of the readings, kWh (kVArh for RI and RE)",
    "register_digits": "1 to 12; lets a register roll over",
    "direction": "IMPORT, EXPORT or BOTH",
    "collector": "who reads the outstation, where `--collector` does not say",
    "alarms_capable": "alarms that the meter can raise, joined by `|`",
    "recorded_on": "when the row became known, for `--known-on`",
    "retracted_on": "when the row was withdrawn, for `--known-on`",
}

OUTPUT_FILES = {
    "verdicts.parquet": "one row per channel-day, in input order: outcome, codes failed, queried and not assessed, "
    "checks run, governing CoP Issue, certification, file and row",
    "findings.parquet": "one row per run of adjacent periods with the same check: the worst value, the limit, its "
    "source and status, whose action, a message",
    "findings.csv": "the same, for a spreadsheet",
    "report.json": "exact counts by outcome, check, CoP, meter type and firmware; checks not run, and why; regulation "
    "hash, version, inputs with SHA-256",
    "report.html": "the page for a person; one self-contained file",
}

EXIT_CODES = {
    0: "no channel-day has the outcome FAIL",
    1: "at least one channel-day has the outcome FAIL",
    UNREADABLE: "something could not be read: an input, the standing data, a regulation table or the command line. The "
    "other inputs are still validated, and the report says which were refused, or what was left out of them",
}

REGISTRY = {
    "sources.csv": "documents that other rows cite",
    "cop_issues.csv": "Issues of the Codes of Practice, their dates in force and the committees that answer for them",
    "manufacturers.csv": "other names of makers: companies are renamed",
    "approval_lists.csv": "of which makers all approvals are held",
    "approvals.csv": "compliance approvals: maker, type, variant, firmware, CoP and Issue, from when to when",
    "dispensations.csv": "Metering Dispensations (BSCP32): what they cover and what they do",
    "protocol_approvals.csv": "which collector may read which outstation type with which instation software",
    "outstation_types.csv": "valid outstation types by three-character code",
    "certificate_events.csv": "what befell each Certificate of Compliance, with its dates",
    "committee_papers.csv": "the papers by which ISG and SVG noted it",
    "standing_data": "meters by period of validity",
}
