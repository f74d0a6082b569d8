"""How far a sheet reaches, by the places that its cells state: read from its XML before any cell is laid out."""

from __future__ import annotations

import re

from validator.readings.source import Submission
from validator.sheet_columns import column_name, column_number

MOST_CELLS = 16 * 1024**2
"""A sheet of a million rows, the most that there can be, with sixteen columns."""
MOST_EMPTY = 16
"""Cells that a sheet may reach over for each that it has: a Vital sheet has three in nine columns."""
FEW_CELLS = 1024**2
"""What a sheet may reach over whatever it has: about 50 MB and a quarter of a second."""
_PLACE = re.compile(rb"""\br\s*=\s*["']([^"']*)["']""")
_CELL = re.compile(rb"([A-Za-z]{0,3})([0-9]{1,7})")
_CELLS = re.compile(rb"(?:[A-Za-z]{0,3}[0-9]{1,7}\n)*")
_COLUMNS, _ROWS = re.compile(rb"[A-Za-z]+"), re.compile(rb"[0-9]+")
_MOST_SHOWN = 200


class Reach:
    """Two cells far apart make the reader of sheets lay out all that lie between them; so does a row far down."""

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self._held = b""
        self._width, self._height, self._cells = 1, 1, 0

    def take(self, piece: bytes) -> None:
        """The next bytes of the sheet. Raises SubmissionError for a place that is none."""
        sheet = self._held + piece
        # A tag may go on in the next piece.
        whole = max(sheet.rfind(b"<"), 0)
        self._held = sheet[whole:]
        self._count(sheet[:whole])

    def end(self) -> None:
        """All of it has come. Raises SubmissionError where it reaches too far."""
        self._count(self._held)
        width, height, cells = self._width, self._height, self._cells
        reach = f"a sheet that reaches to {column_name(width - 1)}{height}"
        refuse = self._submission.refuse
        if width * height > MOST_CELLS:
            raise refuse(reach, f"at most {MOST_CELLS} cells", "Send the export as it is", row=height)
        if width * height > max(FEW_CELLS, MOST_EMPTY * cells):
            expected = f"at most {MOST_EMPTY} cells for each that is there, and there are {cells}"
            raise refuse(reach, expected, "Take out the cells that stand apart", row=height)

    def _count(self, sheet: bytes) -> None:
        places = _PLACE.findall(sheet)
        if not places:
            return
        # All at once: one by one they would take longer than to read what they hold.
        lines = b"\n".join([*places, b""])
        if not _CELLS.fullmatch(lines):
            place = next(each for each in places if not _CELL.fullmatch(each))
            found = f"a cell at {ascii(place.decode('latin-1'))[:_MOST_SHOWN]}"
            column = found.removeprefix("a cell at ")
            raise self._submission.refuse(found, "a place such as B12", "Send the export as it is", column=column)
        columns = _COLUMNS.findall(lines)
        self._cells += len(columns)
        self._width = max(self._width, *(column_number(each.decode("ascii")) for each in {*columns, b"A"}))
        self._height = max(self._height, *map(int, {*_ROWS.findall(lines)}))
