"""Boundary cases of the certification checks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.build import WINTER_DAY, reading_row, standing_row
from tests.validation.cases import Case, case

_APPROVED_ON = date(2022, 6, 1)
_DISPENSED_UNTIL = date(2023, 12, 30)
ONE_DAY = timedelta(days=1)


def _reported(place: Any, title: str, read: str | None, expected: Any, **meter: Any) -> Case:
    outcome = "FAIL" if expected == "whole day" else ""
    row = reading_row(firmware=read)
    return case("firmware_mismatch", place, title, expected, row, outcome, standing=standing_row(**meter))


FIRMWARE_MISMATCH = [
    _reported("inside", "the same", "M6X8G0B", "clear"),
    _reported("outside", "earlier", "M6X8G05", "whole day"),
    _reported("outside", "lower case", "m6x8g0b", "whole day"),
    _reported("outside", "letter O", "M6X8GOB", "whole day"),
    _reported("outside", "a space more", "M6X8G0B ", "whole day"),
    _reported("inside", "both unlisted", "X1", "clear", firmware="X1"),
    _reported("inside", "no governing Issue", "X1", "clear", firmware="X1", cop=None),
    _reported("other", "not reported", None, "not run"),
    _reported("other", "none on file", "M6X8G0B", "not run", firmware=None),
    case("firmware_mismatch", "other", "no standing data", "not run", reading_row(firmware="X"), standing=()),
]


def _certified(
    code: str, place: Any, title: str, word: str | None, found: str = "", *, run: bool = True, **options: Any
) -> Case:
    """A day of 15 January 2026 unless `on_date` says otherwise; other options are the meter's."""
    row = reading_row(settlement_date=options.pop("on_date", WINTER_DAY))
    rules = options.pop("rules", "shipped")
    answer = ("whole day" if found else "clear") if run else "not run"
    return case(
        code,
        place,
        title,
        answer,
        row,
        found,
        standing=standing_row(**options),
        rules=rules,
        certification=word,
    )


NOT_CERTIFIED = [
    _certified("not_certified", "inside", "approved", "APPROVED"),
    _certified("not_certified", "inside", "rack variant", "APPROVED", variant="R3E"),
    _certified("not_certified", "inside", "replaced firmware stays", "APPROVED", firmware="M6X8G05"),
    _certified("not_certified", "outside", "letter O", "FIRMWARE_NOT_LISTED", "NOT_ASSESSED", firmware="M6X8GOB"),
    _certified("not_certified", "outside", "lower case", "FIRMWARE_NOT_LISTED", "NOT_ASSESSED", firmware="m6x8g0b"),
    _certified("not_certified", "outside", "later", "FIRMWARE_NOT_LISTED", "NOT_ASSESSED", firmware="M6X8G0C"),
    _certified("not_certified", "outside", "variant", "VARIANT_NOT_LISTED", "NOT_ASSESSED", variant="P3"),
    _certified("not_certified", "outside", "no variant", "VARIANT_NOT_LISTED", "NOT_ASSESSED", variant=None),
    _certified("not_certified", "outside", "type", "TYPE_NOT_LISTED", "NOT_ASSESSED", meter_type="Prometer"),
    _certified(
        "not_certified",
        "outside",
        "complete list",
        "FIRMWARE_NOT_LISTED",
        "FAIL",
        firmware="M6X8GOB",
        rules="complete_list",
    ),
    _certified(
        "not_certified",
        "outside",
        "complete list by meter type",
        "FIRMWARE_NOT_LISTED",
        "FAIL",
        firmware="M6X8GOB",
        manufacturer=None,
        rules="complete_list",
    ),
    _certified(
        "not_certified",
        "outside",
        "complete list of another maker",
        "FIRMWARE_NOT_LISTED",
        "NOT_ASSESSED",
        firmware="M6X8GOB",
        manufacturer="Another",
        rules="complete_list",
    ),
    _certified("not_certified", "at", "last day of an approval", "APPROVED", rules="withdrawn"),
    _certified(
        "not_certified",
        "outside",
        "day after an approval",
        "WITHDRAWN",
        "NOT_ASSESSED",
        on_date=WINTER_DAY + ONE_DAY,
        rules="withdrawn",
    ),
    _certified(
        "not_certified",
        "outside",
        "withdrawn from a complete list",
        "WITHDRAWN",
        "FAIL",
        on_date=WINTER_DAY + ONE_DAY,
        rules="withdrawn_complete",
    ),
    _certified("not_certified", "inside", "another Issue", "APPROVED_OTHER_ISSUE", issue=7),
    _certified("not_certified", "other", "no firmware", "UNKNOWN", run=False, firmware=None),
    _certified("not_certified", "other", "no meter type", "UNKNOWN", run=False, meter_type=None),
    _certified("not_certified", "other", "no governing Issue", None, run=False, issue=None, firmware="X"),
    case("not_certified", "other", "no standing data", "not run", reading_row(), standing=()),
]


def _registered(on: date, **columns: Any) -> dict[str, Any]:
    """On file with a CoP and the date of first registration, but no Issue."""
    return {"issue": None, "first_registered_on": on, **columns}


CERTIFIED_OTHER_ISSUE = [
    _certified("certified_other_issue", "inside", "this Issue", "APPROVED"),
    _certified("certified_other_issue", "outside", "next Issue", "APPROVED_OTHER_ISSUE", "QUERY", issue=7),
    _certified("certified_other_issue", "outside", "another CoP", "APPROVED_OTHER_ISSUE", "QUERY", cop="6", issue=4),
    _certified(
        "certified_other_issue",
        "inside",
        "first registered before the change",
        "APPROVED",
        **_registered(date(2022, 6, 29)),
    ),
    _certified("certified_other_issue", "inside", "first day of D/535", "DISPENSED", **_registered(date(2022, 6, 30))),
    _certified("certified_other_issue", "at", "last day of D/535", "DISPENSED", **_registered(_DISPENSED_UNTIL)),
    _certified(
        "certified_other_issue",
        "outside",
        "day after D/535",
        "APPROVED_OTHER_ISSUE",
        "QUERY",
        **_registered(_DISPENSED_UNTIL + ONE_DAY),
    ),
    _certified(
        "certified_other_issue",
        "inside",
        "declared Issue dispensed",
        "DISPENSED",
        issue=7,
        first_registered_on=_DISPENSED_UNTIL,
    ),
    _certified(
        "certified_other_issue",
        "outside",
        "declared Issue not dispensed",
        "APPROVED_OTHER_ISSUE",
        "QUERY",
        issue=7,
        first_registered_on=_DISPENSED_UNTIL + ONE_DAY,
    ),
    _certified("certified_other_issue", "inside", "not listed is not this", "FIRMWARE_NOT_LISTED", firmware="X"),
    _certified("certified_other_issue", "other", "no firmware", "UNKNOWN", run=False, firmware=None, issue=7),
    _certified("certified_other_issue", "other", "no governing Issue", None, run=False, issue=None),
]

CERTIFIED_LATER = [
    _certified("certified_later", "inside", "long after", "APPROVED"),
    _certified("certified_later", "at", "day of the approval", "APPROVED", on_date=_APPROVED_ON),
    _certified(
        "certified_later",
        "outside",
        "day before the approval",
        "APPROVED_LATER",
        "QUERY",
        on_date=_APPROVED_ON - ONE_DAY,
    ),
    _certified(
        "certified_later",
        "inside",
        "approval of unknown date",
        "APPROVED",
        on_date=_APPROVED_ON - ONE_DAY,
        firmware="M6X8G05",
    ),
    _certified("certified_later", "other", "no meter type", "UNKNOWN", run=False, meter_type=None),
    _certified("certified_later", "other", "no governing Issue", None, run=False, cop=None),
]


def _protocol(place: Any, title: str, on: date, expected: Any, **options: Any) -> Case:
    meter = {"collector": "SP Dataserve", "outstation_type": "CM10", **options.pop("meter", {})}
    outcome = "FAIL" if expected == "whole day" else ""
    row = reading_row(settlement_date=on)
    return case(
        "protocol_not_approved",
        place,
        title,
        expected,
        row,
        outcome,
        standing=standing_row(**meter),
        **options,
    )


_BY_JANUARY = {"collector": "CDCA", "outstation_type": "Elster A1700"}
PROTOCOL_NOT_APPROVED = [
    _protocol("inside", "before the month of removal", date(2021, 10, 31), "clear"),
    _protocol("other", "first day of the month of removal", date(2021, 11, 1), "not run"),
    _protocol("other", "last day of the month of removal", date(2021, 11, 30), "not run"),
    _protocol("outside", "after the month of removal", date(2021, 12, 1), "whole day"),
    _protocol("outside", "years after", WINTER_DAY, "whole day"),
    _protocol("inside", "approved", WINTER_DAY, "clear", meter=_BY_JANUARY),
    _protocol("inside", "approved by a later day", date(2021, 1, 1), "clear", meter=_BY_JANUARY),
    _protocol(
        "outside",
        "named collector goes first",
        WINTER_DAY,
        "whole day",
        collector="SP Dataserve",
        meter={"collector": "CDCA"},
    ),
    _protocol(
        "outside",
        "named collector alone",
        WINTER_DAY,
        "whole day",
        collector="SP Dataserve",
        meter={"collector": None},
    ),
    _protocol("other", "pair not listed", WINTER_DAY, "not run", meter={"outstation_type": "CM99"}),
    _protocol("other", "no outstation type", WINTER_DAY, "not run", meter={"outstation_type": None}),
    _protocol("other", "no collector", WINTER_DAY, "not run", meter={"collector": None}),
    case(
        "protocol_not_approved",
        "other",
        "no standing data",
        "not run",
        reading_row(),
        standing=(),
        collector="SP Dataserve",
    ),
    _protocol("outside", "without a governing Issue", WINTER_DAY, "whole day", meter={"cop": None}),
]


def _identity(place: Any, title: str, expected: Any, read: dict[str, Any], **meter: Any) -> Case:
    outcome = "FAIL" if expected == "whole day" else ""
    row = reading_row(**read)
    return case("outstation_mismatch", place, title, expected, row, outcome, standing=standing_row(**meter))


OUTSTATION_MISMATCH = [
    _identity("inside", "both the same", "clear", {"outstation_id": "O100", "meter_serial": "S100"}),
    _identity("inside", "only the outstation read", "clear", {"outstation_id": "O100"}),
    _identity("inside", "only the serial read", "clear", {"meter_serial": "S100"}),
    _identity("outside", "outstation differs", "whole day", {"outstation_id": "O101"}),
    _identity("outside", "serial differs", "whole day", {"meter_serial": "s100"}),
    _identity("outside", "one of two differs", "whole day", {"outstation_id": "O100", "meter_serial": "X"}),
    _identity("outside", "other one of two", "whole day", {"outstation_id": "X", "meter_serial": "S100"}),
    _identity("inside", "one on file", "clear", {"outstation_id": "X", "meter_serial": "S100"}, outstation_id=None),
    _identity("other", "nothing read", "not run", {}),
    _identity("other", "nothing on file", "not run", {"outstation_id": "X"}, outstation_id=None, meter_serial=None),
    _identity("other", "only the other on file", "not run", {"outstation_id": "X"}, outstation_id=None),
    _identity("other", "only the other read", "not run", {"meter_serial": "X"}, meter_serial=None),
    case(
        "outstation_mismatch",
        "other",
        "no standing data",
        "not run",
        reading_row(meter_serial="X"),
        standing=(),
    ),
]


def _on_file(place: Any, title: str, found: bool, **meter: Any) -> Case:
    answer, outcome = ("whole day", "NOT_ASSESSED") if found else ("clear", "")
    return case("no_standing_data", place, title, answer, reading_row(), outcome, standing=standing_row(**meter))


NO_STANDING_DATA = [
    case("no_standing_data", "outside", "none at all", "whole day", reading_row(), "NOT_ASSESSED", standing=()),
    _on_file("at", "from this day", False, effective_from=WINTER_DAY),
    _on_file("outside", "from the next day", True, effective_from=WINTER_DAY + ONE_DAY),
    _on_file("at", "until this day", False, effective_to=WINTER_DAY),
    _on_file("outside", "until the day before", True, effective_to=WINTER_DAY - ONE_DAY),
    _on_file("outside", "of the check meter", True, role="CHECK"),
    _on_file("outside", "of another system", True, mpan_core="7000000000000"),
    _on_file("outside", "no CoP", True, cop=None),
    _on_file("outside", "no CoP but an Issue and a date", True, cop=None, first_registered_on=WINTER_DAY),
    _on_file("outside", "neither Issue nor date", True, issue=None),
    _on_file("inside", "date without Issue", False, **_registered(date(2020, 1, 1))),
    _on_file("outside", "Issue not on file", True, issue=9),
    _on_file("outside", "CoP not on file", True, cop="4", issue=1),
    _on_file("outside", "no Issue in force then", True, **_registered(date(2024, 9, 30), cop="11")),
    _on_file("at", "first Issue in force then", False, **_registered(date(2024, 10, 1), cop="11")),
    _on_file("inside", "no firmware", False, firmware=None),
    case(
        "no_standing_data",
        "inside",
        "second of two rows on file",
        "clear",
        reading_row(),
        standing=[
            standing_row(effective_to=WINTER_DAY - ONE_DAY, cop=None),
            standing_row(effective_from=WINTER_DAY),
        ],
    ),
]

CERTIFICATION_CASES = [
    *FIRMWARE_MISMATCH,
    *NOT_CERTIFIED,
    *CERTIFIED_OTHER_ISSUE,
    *CERTIFIED_LATER,
    *PROTOCOL_NOT_APPROVED,
    *OUTSTATION_MISMATCH,
    *NO_STANDING_DATA,
]
