"""Finding what is on file: by any part of a name, and all that is known of one meter type."""

from __future__ import annotations

from dataclasses import dataclass

from validator.errors import RegistryError
from validator.regulation.certificate_life import papers_due
from validator.regulation.certificate_rows import CertificateEvent, CommitteePaper
from validator.regulation.near import did_you_mean
from validator.regulation.regulation import Regulation
from validator.regulation.rows import Approval
from validator.regulation.suggestions import Listed


@dataclass(frozen=True)
class Found:
    """Approvals with the text in a name, and names that look like it."""

    approvals: tuple[Approval, ...]
    suggestions: tuple[str, ...]


@dataclass(frozen=True)
class EventTold:
    """A certificate event, in words, with its dates and the papers on it line by line."""

    event: CertificateEvent
    told: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class TypeTold:
    """All that is on file about one meter type."""

    meter_type: str
    manufacturers: tuple[str, ...]
    list_complete: bool
    approvals: tuple[Approval, ...]
    events: tuple[EventTold, ...]


def search(regulation: Regulation, text: str) -> Found:
    """Approvals whose maker, type, variant or firmware has the text in it, upper or lower case alike."""
    wanted = text.strip().casefold()
    rows = regulation.listing.approvals
    found = tuple(row for row in rows if any(wanted in name.casefold() for name in _names(row)))
    names = Listed(name for row in rows for name in _names(row))
    return Found(found, names.suggestions(text.strip()))


def _names(row: Approval) -> tuple[str, ...]:
    return (row.manufacturer, row.meter_type, row.variant, row.firmware)


def describe(regulation: Regulation, meter_type: str) -> TypeTold:
    """All about a meter type; RegistryError with near names where it is not on file."""
    of_type = regulation.listing.types.get(meter_type)
    events = tuple(event for event in regulation.certificate_events if event.meter_type == meter_type)
    if of_type is None and not events:
        near = did_you_mean(meter_type, regulation.listing.types)
        raise RegistryError(f"no meter type {meter_type!r} on file", f"the type as the list writes it{near}")
    approvals = tuple(of_type.approvals) if of_type else ()
    makers = dict.fromkeys([*(row.manufacturer for row in approvals), *(event.manufacturer for event in events)])
    complete = regulation.list_complete(None, meter_type)
    return TypeTold(meter_type, tuple(makers), complete, approvals, tuple(_told(regulation, event) for event in events))


def _told(regulation: Regulation, event: CertificateEvent) -> EventTold:
    papers = {paper.committee: paper for paper in regulation.papers if paper.event == event.event}
    dates = [("received", event.received_on), ("issued", event.issued_on), ("list published", event.published_on)]
    if event.kind == "CERTIFICATE_REMOVED":
        dates.append(("removed", event.removed_on))
    lines = [f"{name}: {on}" for name, on in dates]
    affected = {"yes": "affected", "no": "not affected", "": "not said"}[event.protocol_affected]
    lines.append(f"basis: {event.basis.replace('_', ' ').lower()}; protocol: {affected}")
    lines.extend(
        _paper(committee, pairs, papers.get(committee))
        for committee, pairs in papers_due(event, regulation.cop_issues).items()
    )
    return EventTold(event, f"{event.source}, {event.status} ({event.origin})", tuple(lines))


def _paper(committee: str, pairs: tuple[tuple[str, int], ...], paper: CommitteePaper | None) -> str:
    about = ", ".join(f"CoP {cop} Issue {issue}" for cop, issue in pairs)
    if paper is None:
        return f"{committee}: to be told of {about}; no paper on file"
    number = f"paper {paper.paper}" if paper.paper else "paper, its number not known"
    return f"{committee}: {number}, {paper.meeting_on or 'date not known'}, on {about} ({paper.source}, {paper.status})"
