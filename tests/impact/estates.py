"""Small estates, events that were never published, and an impact in one call."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.build import Row, standing_data, standing_row
from validator.impact import Amendment, Impact, Meter, amendment_by_firmware, impact_of, read_event
from validator.regulation import Regulation
from validator.regulation.certificate_rows import CertificateEvent
from validator.regulation.tables import SHAPES

EVENT = "PROMETER-100-M6X8G0B"
SAMPLE = Path(__file__).parent.parent.parent / "sample_data" / "standing.csv"
IN_EFFECT = date(2022, 7, 5)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&{{ 7 * 7 }}"


def meters(*rows: dict[str, Any]) -> list[Row]:
    """One meter for each, told apart by their MPAN cores."""
    return [standing_row(mpan_core=f"99{number:011d}", **row) for number, row in enumerate(rows)]


def impact_on(on: date, rows: list[Row], regulation: Regulation, amendment: Amendment | None = None) -> Impact:
    """The impact of M6X8G0B, or of another amendment, on these meters."""
    return impact_of(amendment or amendment_by_firmware(regulation, "M6X8G0B"), standing_data(rows), on)


def only(impact: Impact) -> Meter:
    (meter,) = impact.meters
    return meter


def event(folder: Path, **cells: str) -> CertificateEvent:
    """A made-up event as a user writes one: by default M6X8G0B amended to M6X8G0C."""
    return read_event(event_file(folder, **cells))


def event_file(folder: Path, **cells: str) -> Path:
    unremarkable = {
        "event": "MADE-UP-M6X8G0C",
        "manufacturer": "Secure Meters (UK) Limited",
        "meter_type": "Prometer 100",
        "kind": "FIRMWARE_AMENDED",
        "variants": "P3E|R3E",
        "mountings": "wall|rack",
        "outstation_integral": "yes",
        "firmware": "M6X8G0C",
        "replaces_firmware": "M6X8G0B",
        "cops": "1:2|2:4|3:5|5:6|10:2",
        "basis": "MAKER_DECLARATION",
        "protocol_affected": "no",
        "published_on": "2022-07-05",
        "status": "policy",
    }
    columns = SHAPES["certificate_events.csv"].required
    given = {**unremarkable, **cells}
    assert set(given) <= set(columns), set(given) - set(columns)
    path = folder / "tried.csv"
    row = ",".join('"' + given.get(column, "").replace('"', '""') + '"' for column in columns)
    path.write_text(f"{','.join(columns)}\n{row}\n", encoding="utf-8")
    return path
