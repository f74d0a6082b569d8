"""Reads `catalogue.csv`; a bit is append-only and a code never changes meaning."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from validator.catalogue.needs import REASONS
from validator.schema import ALARMS, QUANTITIES

FAMILIES = ("format", "accuracy", "certification", "alarms", "plausibility")
SCOPES = ("period", "channel-day", "channel", "system-day")
OUTCOME_RULES = ("FAIL", "QUERY", "NOT_ASSESSED", "LIMIT", "LIST")
ACTORS = ("collector", "meter operator", "registrant", "supplier", "none")


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    `outcome` is FAIL, QUERY or NOT_ASSESSED; LIMIT where the limit's status decides (confirmed or
    secondary may FAIL, any other can only QUERY); LIST where the approvals list's completeness decides.
    `needs` names what a channel-day must carry for the check to run on it.
    """

    bit: int
    code: str
    title: str
    family: str
    scope: str
    outcome: str
    measure: str
    unit: str
    next_action: str
    source: str
    needs: tuple[str, ...]

    @property
    def mask(self) -> int:
        """The check's bit as an integer mask."""
        return 1 << self.bit

    @property
    def per_period(self) -> bool:
        """Whether its findings stand on periods."""
        return self.scope == "period"


def load_catalogue(path: Path) -> tuple[Check, ...]:
    """All checks in order of their bits; ValueError when the file contradicts itself."""
    with path.open(encoding="utf-8", newline="") as lines:
        checks = tuple(_check(row) for row in csv.DictReader(lines))
    for position, check in enumerate(checks):
        _must(check.bit == position, f"{check.code}: bit {check.bit} stands in place {position}")
        _must(check.family in FAMILIES, f"{check.code}: family {check.family}")
        _must(check.scope in SCOPES, f"{check.code}: scope {check.scope}")
        _must(check.outcome in OUTCOME_RULES, f"{check.code}: outcome {check.outcome}")
        _must(check.next_action in ACTORS, f"{check.code}: next action {check.next_action}")
        for need in check.needs:
            _must(need in REASONS, f"{check.code}: need {need}")
    _must(len({check.code for check in checks}) == len(checks), "a code stands twice")
    return checks


def codes_of(bits: int) -> list[str]:
    """Codes of the checks whose bits are set, in catalogue order."""
    return [check.code for check in CATALOGUE if bits >> check.bit & 1]


def _check(row: dict[str, str]) -> Check:
    needs = tuple(need for need in row["needs"].split("|") if need)
    text = {name: row[name] for name in row if name not in ("bit", "needs")}
    return Check(bit=int(row["bit"]), needs=needs, **text)


def _must(holds: bool, complaint: str) -> None:
    if not holds:
        raise ValueError(f"catalogue.csv: {complaint}")


CATALOGUE = load_catalogue(Path(__file__).with_name("catalogue.csv"))
BY_CODE = {check.code: check for check in CATALOGUE}

_must(len(CATALOGUE) <= 64, "checks_run holds 64 bits")
_must(all(alarm in BY_CODE for alarm in ALARMS), "an alarm has no check")
_must(len(QUANTITIES) == 4, "partners are looked up among four quantities")
