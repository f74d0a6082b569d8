"""The rows of the regulation tables as typed, frozen values. Dates are inclusive at both ends; None is open.

`origin` is `file:line`. `source` names a row of sources.csv. `status` says how well the row is known:
confirmed, secondary, analogue, recalled or policy, and inferred for an approval.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

STATUSES = ("confirmed", "secondary", "analogue", "recalled", "policy")
APPROVAL_STATUSES = (*STATUSES, "inferred")
FAILING_STATUSES = frozenset({"confirmed", "secondary"})
"""A limit of another status can only raise a query."""

_WEAKER_LAST = ("confirmed", "secondary", "policy", "analogue", "recalled", "inferred")


def weakest_status(*statuses: str) -> str:
    """The status that a chain of rows has: that of its weakest link."""
    return max(statuses, key=_WEAKER_LAST.index)


@dataclass(frozen=True, slots=True)
class Source:
    """A document. `dated` is None where its date is not known."""

    source: str
    title: str
    publisher: str
    dated: date | None
    note: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class CopIssue:
    """One Issue of a Code of Practice, its dates in force, and the committees that answer for it."""

    cop: str
    issue: int
    title: str
    in_force_from: date | None
    in_force_to: date | None
    committees: tuple[str, ...]
    source: str
    status: str
    origin: str = ""

    def in_force(self, on: date) -> bool:
        return within(on, self.in_force_from, self.in_force_to)

    @property
    def name(self) -> str:
        return f"CoP {self.cop} Issue {self.issue}"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a CoP from an Issue on, or (`cop` and `from_issue` None) a policy.

    `text` is the value as written; `values` its numbers, in `unit`, and () where it is no number.
    `applies_to` is blank, whole_current or ct_operated. `dispensation` is the reference of the one that
    set the limit, blank where none did; `note` then says why it, and why the status.
    """

    name: str
    text: str
    values: tuple[float, ...]
    unit: str
    source: str
    status: str
    origin: str
    note: str = ""
    applies_to: str = ""
    cop: str | None = None
    from_issue: int | None = None
    dispensation: str = ""

    @property
    def value(self) -> float:
        """The first number, in `unit`; ValueError where the value is words."""
        if not self.values:
            raise ValueError(f"{self.name} {self.text!r} is not a number")
        return self.values[0]

    @property
    def may_fail(self) -> bool:
        return self.status in FAILING_STATUSES


@dataclass(frozen=True, slots=True)
class AccuracyLimit:
    """A limit of error, per cent, over a band of load (per cent of rated) at a power factor.

    A band includes its lower end, and its upper end where `load_to_inclusive`. `dispensation` is as of a Limit.
    """

    energy: str
    load_from_pct: float
    load_to_pct: float
    load_to_inclusive: bool
    power_factor: str
    limit_pct: float
    source: str
    status: str
    origin: str
    cop: str
    from_issue: int
    note: str = ""
    dispensation: str = ""

    @property
    def may_fail(self) -> bool:
        return self.status in FAILING_STATUSES


@dataclass(frozen=True, slots=True)
class AccuracyClass:
    """A class of a meter or CT; a lower `rank` is better."""

    name: str
    rank: float
    source: str
    status: str
    note: str
    origin: str


@dataclass(frozen=True, slots=True)
class ApprovalList:
    """Whether approvals.csv holds all the approvals of one maker."""

    manufacturer: str
    complete: bool
    source: str
    status: str
    note: str
    origin: str


@dataclass(frozen=True, slots=True)
class Approval:
    """A meter type, variant and firmware approved for one CoP Issue.

    `valid_from_precision` is day, month (`valid_from` is then its first day) or unknown (None).
    """

    manufacturer: str
    meter_type: str
    variant: str
    mounting: str
    outstation_integral: str
    firmware: str
    replaces_firmware: str
    cop: str
    issue: int
    committees: tuple[str, ...]
    valid_from: date | None
    valid_from_precision: str
    valid_to: date | None
    basis: str
    protocol_affected: str
    source: str
    status: str
    origin: str

    def in_force(self, on: date) -> bool:
        return within(on, self.valid_from, self.valid_to)

    def ended(self, on: date) -> bool:
        return self.valid_to is not None and self.valid_to < on


@dataclass(frozen=True, slots=True)
class Dispensation:
    """A metering dispensation: whom it is for, when, and what it changes. Blank, None or () restricts nothing.

    Whom: `cops` and `issue` (the governing Issue that is departed from), `meter_type`, `variant`, `msids`
    (MPAN cores or CVA MSIDs), and when the meter was installed or first registered: before a day
    (strictly), from a day on (inclusively). When: `valid_from` to `expiry`, of the settlement date.
    What: `governs_issue` governs instead; `replaces_limits` stand in the place of the Issue's limits of the
    same names (ACCURACY_LIMITS: in every band of that energy); `waives_checks` are not run.

    `allows_issues_before`: outstations that meet only the Issue in force the day before may still be
    installed from `valid_from` to `expiry`. There the dates are of first registration, and `issue` is the
    one allowed.
    """

    ref: str
    kind: str
    cops: tuple[str, ...]
    issue: int | None
    subject: str
    valid_from: date | None
    expiry: date | None
    allows_issues_before: date | None
    source: str
    status: str
    origin: str
    clause: str = ""
    meter_type: str = ""
    variant: str = ""
    msids: tuple[str, ...] = ()
    installed_before: date | None = None
    installed_from: date | None = None
    registered_before: date | None = None
    registered_from: date | None = None
    governs_issue: int | None = None
    replaces_limits: tuple[Limit, ...] = ()
    waives_checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProtocolEvent:
    """A collector's permission to read an outstation type, given or removed.

    `on` is exact for day, the first of the month for month, and the latest it can have been for before.
    """

    collector: str
    outstation_type: str
    action: str
    instation_software: str
    on: date
    date_precision: str
    source: str
    status: str
    origin: str


@dataclass(frozen=True, slots=True)
class Override:
    """One row of the user's own that replaced or added a row; `file` and `line` are of the user's file."""

    file: str
    line: int
    description: str


def within(on: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= on) and (last is None or on <= last)


def spans_overlap(first: tuple[date | None, date | None], second: tuple[date | None, date | None]) -> bool:
    """Whether two inclusive spans share a day; None is an open end."""
    return _begins_by(first[0], second[1]) and _begins_by(second[0], first[1])


def _begins_by(begins: date | None, ends: date | None) -> bool:
    return begins is None or ends is None or begins <= ends
