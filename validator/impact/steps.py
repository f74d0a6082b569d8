"""What is to be done about a meter, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

from validator.impact.judging import Judgement
from validator.impact.kinds import FirmwareKind

NOBODY = "none"
METER_OPERATOR = "meter operator"
REGISTRANT = "registrant"


@dataclass(frozen=True, slots=True)
class Step:
    """`actor` is in the words of the catalogue's next actions."""

    actor: str
    text: str


def next_step(kind: FirmwareKind, after: Judgement, new: str, if_new: Judgement | None) -> Step:
    """The next step for a meter as judged after the amendment.

    `if_new` is what would be judged if it ran the firmware `new`; None where the amendment brings none.
    """
    if after.decision is None:
        return Step(METER_OPERATOR, "State the CoP and its Issue, or the date of first registration, on the record")
    if after.decision.dispensation:
        return Step(NOBODY, f"None: {after.decision.dispensation} allows it")
    if after.certified:
        if kind is FirmwareKind.OLD and new:
            return Step(NOBODY, f"None: it stays certified; the change to {new} is a choice")
        return Step(NOBODY, "None: certified for the governing Issue")
    advise = _ADVICE[after.decision.word]
    return advise(after, new if if_new is not None and if_new.certified else "")


def _record_firmware(_: Judgement, __: str) -> Step:
    return Step(METER_OPERATOR, "Read the firmware from the outstation and record it")


def _check_date(_: Judgement, __: str) -> Step:
    return Step(METER_OPERATOR, "Confirm from when this firmware has run: it was not certified yet on the day")


def _check_firmware(after: Judgement, new: str) -> Step:
    near = after.decision.suggestions if after.decision else ()
    if any(text.startswith("did you mean") for text in near):
        return Step(METER_OPERATOR, "Read the firmware from the outstation; if it was mistyped, correct the record")
    change = f"change to {new}, or ask the maker" if new else "ask the maker"
    return Step(
        METER_OPERATOR, f"Read the firmware from the outstation; if it is as recorded, {change} for its certificate"
    )


def _check_variant(_: Judgement, __: str) -> Step:
    return Step(
        METER_OPERATOR,
        "Confirm the variant on site and correct the record; if it is as recorded, tell the registrant",
    )


def _find_certified(_: Judgement, new: str) -> Step:
    change = f"Change to {new}, or" if new else "Have certified firmware or a certified meter fitted, or"
    return Step(REGISTRANT, f"{change} apply for a Metering Dispensation (BSCP32)")


def _check_issue(_: Judgement, new: str) -> Step:
    change = f"change to {new}, or " if new else "have certified firmware or a certified meter fitted, or "
    return Step(
        REGISTRANT,
        f"Confirm the governing Issue; if it stands, {change}apply for a Metering Dispensation (BSCP32)",
    )


_ADVICE = {
    "UNKNOWN": _record_firmware,
    "APPROVED_LATER": _check_date,
    "FIRMWARE_NOT_LISTED": _check_firmware,
    "VARIANT_NOT_LISTED": _check_variant,
    "TYPE_NOT_LISTED": _find_certified,
    "WITHDRAWN": _find_certified,
    "APPROVED_OTHER_ISSUE": _check_issue,
}
