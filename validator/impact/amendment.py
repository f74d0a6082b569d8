"""The amendment that is asked about, and the regulation before and after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from validator.errors import Place, SubmissionError
from validator.regulation import Regulation
from validator.regulation.certificate_life import by_committee, covers
from validator.regulation.certificate_rows import GRANTING_KINDS, CertificateEvent
from validator.regulation.near import did_you_mean
from validator.regulation.rows import Approval
from validator.regulation.suggestions import suggestions
from validator.regulation.supposing import brought_by

_NEAR_SHOWN = 3


@dataclass(frozen=True)
class Amendment:
    """What befell the certificate of one meter type.

    `new` is the firmware that it brings, blank where it removes; `old` are those that it amends or removes.
    `approvals` are those that it granted, or ended (as they were before). `events` is () where only approvals
    are on file. `supposed`: it is not on file, and `after` supposes it.
    """

    events: tuple[CertificateEvent, ...]
    manufacturer: str
    meter_type: str
    new: str
    old: tuple[str, ...]
    approvals: tuple[Approval, ...]
    supposed: bool
    before: Regulation
    after: Regulation

    @property
    def kind(self) -> str:
        """That of its event, the first where there are several; blank without one."""
        return self.events[0].kind if self.events else ""

    @property
    def cops(self) -> tuple[tuple[str, int], ...]:
        """The (CoP, Issue) that it is for."""
        said = [pair for event in self.events for pair in event.cops]
        return tuple(dict.fromkeys(said or [(row.cop, row.issue) for row in self.approvals]))

    @property
    def due(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Which of its CoP Issues each committee answers for."""
        return by_committee(self.cops, self.after.cop_issues)


def amendment_by_event(regulation: Regulation, name: str) -> Amendment:
    """The amendment that an event on file made; SubmissionError names a near one where there is none."""
    events = {event.event: event for event in regulation.certificate_events}
    if name not in events:
        near = did_you_mean(name, events)
        expected = "an event of certificate_events.csv" if events else "an event on file; there is none"
        raise SubmissionError(Place("--amendment"), f"{name!r}, which is not on file", f"{expected}{near}")
    return _of_events(regulation, (events[name],))


def amendment_by_firmware(regulation: Regulation, firmware: str, meter_type: str | None = None) -> Amendment:
    """The amendment that brought a firmware: its events, or else its approvals taken for one.

    SubmissionError where the firmware is not on file (near ones are named), or is of several meter types.
    """
    brought = [row for row in regulation.certificate_events if row.kind in GRANTING_KINDS and row.firmware == firmware]
    approved = [row for row in regulation.approvals if row.firmware == firmware]
    chosen = _meter_type(regulation, firmware, [*brought, *approved], meter_type)
    events = tuple(row for row in brought if row.meter_type == chosen)
    if events:
        return _of_events(regulation, events)
    return _of_approvals(regulation, tuple(row for row in approved if row.meter_type == chosen))


def supposed_amendment(regulation: Regulation, event: CertificateEvent) -> Amendment:
    """The amendment that an event would make if it were on file.

    SubmissionError where it is on file already; RegulationError where it builds on what is not there.
    """
    if any(row.event == event.event for row in regulation.certificate_events):
        found = f"event {event.event}, which is on file already"
        raise SubmissionError(Place("--event"), found, "an event that is not", f"Ask by --amendment {event.event}")
    # A maker is known by the name that the approvals use.
    event = replace(event, manufacturer=regulation.manufacturer(event.manufacturer))
    after = regulation.with_event(event)
    return _amendment(regulation, after, (event,), supposed=True)


def _of_events(regulation: Regulation, events: tuple[CertificateEvent, ...]) -> Amendment:
    before = regulation
    for event in events:
        before = before.without(event)
    return _amendment(before, regulation, events, supposed=False)


def _amendment(
    before: Regulation, after: Regulation, events: tuple[CertificateEvent, ...], *, supposed: bool
) -> Amendment:
    first = events[0]
    approvals = tuple(row for event in events for row in _approvals_of(event, before, after))
    removes = first.kind == "CERTIFICATE_REMOVED"
    old = [row.firmware for row in approvals] if removes else [event.replaces_firmware for event in events]
    return Amendment(
        events=events,
        manufacturer=first.manufacturer,
        meter_type=first.meter_type,
        new="" if removes else first.firmware,
        old=tuple(dict.fromkeys(name for name in old if name)),
        approvals=approvals,
        supposed=supposed,
        before=before,
        after=after,
    )


def _approvals_of(event: CertificateEvent, before: Regulation, after: Regulation) -> tuple[Approval, ...]:
    if event.kind != "CERTIFICATE_REMOVED":
        return brought_by(event, after.approvals, after.certificate_events)
    still = set(after.approvals)
    return tuple(row for row in before.approvals if covers(event, row) and row not in still)


def _of_approvals(regulation: Regulation, approvals: tuple[Approval, ...]) -> Amendment:
    return Amendment(
        events=(),
        manufacturer=approvals[0].manufacturer,
        meter_type=approvals[0].meter_type,
        new=approvals[0].firmware,
        old=tuple(dict.fromkeys(row.replaces_firmware for row in approvals if row.replaces_firmware)),
        approvals=approvals,
        supposed=False,
        before=regulation.without_approvals(approvals),
        after=regulation,
    )


def _meter_type(
    regulation: Regulation, firmware: str, rows: Iterable[Approval | CertificateEvent], asked: str | None
) -> str:
    types = list(dict.fromkeys(row.meter_type for row in rows))
    if not types:
        raise _unknown_firmware(regulation, firmware)
    if asked is not None and asked not in types:
        near = did_you_mean(asked, types)
        found = f"meter type {asked!r}, which has no firmware {firmware} on file"
        raise SubmissionError(Place("--type"), found, f"one of {', '.join(types)}{near}")
    if asked is None and len(types) > 1:
        found = f"firmware {firmware} of {len(types)} meter types: {', '.join(types)}"
        raise SubmissionError(Place("--firmware"), found, "one meter type", "Name it by --type")
    return asked or types[0]


def _unknown_firmware(regulation: Regulation, firmware: str) -> SubmissionError:
    events = (row.firmware for row in regulation.certificate_events if row.firmware)
    known = tuple(dict.fromkeys((*(row.firmware for row in regulation.approvals), *events)))
    near = suggestions(firmware, known)[:_NEAR_SHOWN]
    told = "; ".join(near) if near else did_you_mean(firmware, known).removeprefix("; ").removesuffix("?")
    found = f"firmware {firmware!r}, which no approval or event on file is about"
    expected = "a firmware on file, exactly as it is written there"
    return SubmissionError(Place("--firmware"), found, expected, f"{told[:1].upper()}{told[1:]}?" if told else "")
