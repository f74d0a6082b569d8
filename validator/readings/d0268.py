"""D0268, half-hourly meter technical details, into rows of standing data (formats.md B5).

PINs, user names and passwords stand in 02A lines. They are never decoded, kept, shown or logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from kernels import field_values as kernel
from kernels.text_views import all_distinct
from validator.errors import Place, SubmissionError
from validator.readings.meter_details import SCHEMA, WindowDetails, details_of
from validator.readings.pipes.windows import window_bytes, windows_of_buffer
from validator.readings.record_trees import Column, Layout, Record, Terms, tables
from validator.readings.source import Data

FLOW = "D0268"
LAYOUT = Layout(
    FLOW,
    (
        Record(
            "01A",
            10,
            (
                Column(1, "MPAN core", kernel.FILLED, "mpan_core"),
                Column(2, "effective date", kernel.DATE, "effective_from"),
                Column(3, "CoP", kernel.TEXT, "cop"),
                Column(4, "CoP Issue", kernel.TEXT, "issue"),
            ),
        ),
        Record(
            "02A",
            23,
            (
                Column(1, "outstation id", kernel.FILLED, "outstation_id"),
                Column(2, "outstation type", kernel.TEXT, "outstation_type"),
            ),
            parent="01A",
            secret=True,
        ),
        Record(
            "03A",
            10,
            (
                Column(1, "meter serial", kernel.FILLED, "meter_serial"),
                Column(2, "make and type", kernel.TEXT, "meter_type"),
                Column(8, "feeder status", kernel.TEXT, "feeder_status"),
            ),
            parent="01A",
        ),
        Record(
            "04A",
            10,
            (
                Column(1, "register id", kernel.FILLED, "register_id"),
                Column(2, "outstation id", kernel.TEXT, "register_outstation"),
                Column(4, "pulse multiplier", kernel.TEXT, "pulse_text"),
                Column(4, "pulse multiplier", kernel.LOOSE, "pulse"),
                Column(6, "outstation multiplier", kernel.TEXT, "multiplier_text"),
                Column(6, "outstation multiplier", kernel.LOOSE, "multiplier"),
                Column(7, "measurement quantity", kernel.TEXT, "quantity"),
                Column(8, "number of register digits", kernel.TEXT, "digits"),
                Column(9, "associated meter", kernel.TEXT, "associated_meter"),
            ),
            parent="03A",
        ),
    ),
    row="01A",
    counted="metering systems",
)
Row = dict[str, Any]


@dataclass(frozen=True)
class MeterDetails:
    """Rows with columns of the standing data, and in words what the flow holds that a row cannot say."""

    frame: pl.DataFrame
    notes: list[str]

    @property
    def rows(self) -> list[Row]:
        """The rows one by one."""
        return self.frame.to_dicts()


def read_d0268(data: Data, name: str, *, allow_test_data: bool = False, jobs: int = 1) -> MeterDetails:
    """One row for each metering system, role and effective date, in the order of the file.

    A row says what all meters of that role agree on; what differs between them is None, and a note says so.
    It ends on the day before the next effective date of that metering system in the file. `jobs` threads share the
    work. Raises SubmissionError for a broken envelope or group tree, a bad date, or one effective date twice.
    """
    given = np.frombuffer(data, dtype=np.uint8)
    # A metering system is never cut in two, however far its end is.
    windows = windows_of_buffer(given, LAYOUT, _window_bytes(jobs), look_further=len(given))
    found = _Found(name)
    try:
        for lines, made in tables(windows, Terms(name, LAYOUT, allow_test_data), details_of, jobs):
            found.add(lines, made)
    except SubmissionError:
        # One effective date twice, if there is any, stands before that.
        found.whole()
        raise
    return MeterDetails(found.whole(), found.notes)


def _window_bytes(jobs: int) -> int:
    """Half of what other flows take: a window's texts are looked at again for its rows, and should still be near."""
    return max(1, window_bytes(jobs) // 2)


class _Found:
    """Rows and notes of the windows so far."""

    def __init__(self, name: str) -> None:
        self.notes: list[str] = []
        self._name = name
        self._made: list[tuple[int, WindowDetails]] = []

    def add(self, lines: int, made: WindowDetails) -> None:
        """The next window's, of which `lines` come before."""
        self._made.append((lines, made))
        self.notes += [f"line {line + lines}: {text}" for line, text in made.notes]

    def whole(self) -> pl.DataFrame:
        """All rows, each ending as it has to; SubmissionError where a metering system has one effective date twice."""
        parts = [made.rows for _, made in self._made]
        frame = _frame(parts)
        if self._each_once():
            return frame.drop("line")
        before = np.repeat([lines for lines, _ in self._made], [each.num_rows for each in parts])
        frame = frame.with_columns(pl.col("line") + pl.Series(before))
        self._refuse_twice(frame.filter(pl.col("role") == "MAIN"))
        return _ended(frame)

    def _each_once(self) -> bool:
        """Whether no two metering systems have one MPAN core. If not, two may have one only by the number of it."""
        mpans = np.concatenate([np.empty(0, dtype=np.uint64), *(made.mpans for _, made in self._made)])
        table = np.zeros(1 << (2 * len(mpans)).bit_length(), dtype=np.uint64)
        return bool(all_distinct(mpans, table))

    def _refuse_twice(self, systems: pl.DataFrame) -> None:
        key = ("mpan_core", "effective_from")
        if systems.select(key).n_unique() == systems.height:
            return
        row = systems.filter(~pl.struct(key).is_first_distinct()).row(0, named=True)
        first = systems.filter(*(pl.col(name) == row[name] for name in key))["line"][0]
        place = Place(self._name, row["line"], column="effective date (field 2 of 01A)")
        found = f"{row['mpan_core']} from {row['effective_from']} again"
        good = int((systems["line"] < row["line"]).sum())
        raise SubmissionError(
            place, found, f"once in a file; the first is line {first}", "Send one of them", good=good,
            counted=LAYOUT.counted,
        )  # fmt: skip


def _frame(parts: list[pa.Table]) -> pl.DataFrame:
    """The windows' rows. They stay where they are: to join them would copy every row."""
    if not parts:
        return pl.DataFrame(schema=SCHEMA)
    frame = pl.from_arrow(pa.concat_tables(parts), rechunk=False)
    assert isinstance(frame, pl.DataFrame), "a table becomes a frame"
    return frame


def _ended(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows, each ending on the day before the next one of its meter begins."""
    rows = frame.drop("line")
    meter = ("mpan_core", "role")
    if rows.select(meter).n_unique() == rows.height:
        return rows
    following = pl.col("effective_from").sort().shift(-1).dt.offset_by("-1d")
    by_date = rows.with_row_index("place").sort("effective_from", maintain_order=True)
    ended = by_date.with_columns(effective_to=following.over(meter))
    return ended.sort("place").drop("place")
