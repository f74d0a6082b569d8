"""Which module holds which commands, and what each does: all that a list of them needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """Commands that one module's `app` holds: its `words` themselves, or the one group of that name where `grouped`.

    Each word has what it does, in the words of the command's own help.
    """

    module: str
    words: Mapping[str, str]
    grouped: bool = False


PARTS = (
    Part(
        "validator.command.validate",
        {
            "validate": "Validate half-hourly readings. "
            "Exit code 0: no FAIL; 1: at least one; 2: something could not be read."
        },
    ),
    Part(
        "validator.command.convert",
        {"convert": "Convert half-hourly readings. Exit code 0: all of it; 2: something could not be read or written."},
    ),
    Part(
        "validator.command.show",
        {
            "checks": "List the checks: code, what it says, how bad it is, whose action.",
            "limits": "List the limits in force for each CoP Issue, with source and status; inherited ones included.",
            "version": "Show the product's version and the regulation tables' hash.",
        },
    ),
    Part(
        "validator.command.impact",
        {"impact": "Show which meters an amendment certifies, before and after it, under which CoP and committee."},
    ),
    Part(
        "validator.command.approvals",
        {"approvals": "Compliance approvals and Certificates of Compliance."},
        grouped=True,
    ),
    Part("validator.command.dispensations", {"dispensations": "Metering Dispensations (BSCP32)."}, grouped=True),
    Part(
        "validator.command.outstations",
        {"outstations": "Valid outstation types and protocol approvals."},
        grouped=True,
    ),
    Part("validator.command.standing", {"standing": "Standing data in the registry."}, grouped=True),
    Part("validator.command.registry", {"registry": "Set up and look after a registry."}, grouped=True),
    Part(
        "validator.command.warm",
        {
            "warm": "Compile all kernels now, so that no run waits for it. "
            "Exit code 2: there is no folder to keep them in."
        },
    ),
    Part(
        "validator.command.bench",
        {"bench": "Measure speed and detection on your own files. The readings are taken to be clean as they are."},
    ),
)
