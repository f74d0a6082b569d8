"""An event that is not on file yet, read from a file of the user's own."""

from __future__ import annotations

from pathlib import Path

from validator.errors import Place, SubmissionError
from validator.regulation.certificate_rows import CertificateEvent, certificate_event
from validator.regulation.tables import read_table

_TABLE = "certificate_events.csv"


def read_event(path: Path) -> CertificateEvent:
    """The one event of a CSV file with the columns of certificate_events.csv.

    SubmissionError where there is no such file or not exactly one row; RegulationError names a wrong cell.
    """
    try:
        rows = read_table(path, path.name, _TABLE)
    except OSError as fault:
        expected = f"a CSV file with the columns of {_TABLE}"
        raise SubmissionError(Place(str(path)), f"no readable file ({fault.strerror})", expected) from fault
    if len(rows) != 1:
        found = f"{len(rows)} events" if rows else "no event"
        raise SubmissionError(Place(path.name), found, "one row, the event that is to be tried", "Try one at a time")
    return certificate_event(rows[0])
