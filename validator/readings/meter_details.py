"""A window's metering systems as rows of standing data: the plain ones in columns, any other one by one.

Plain is a metering system with at most one outstation and one meter, whose registers do not contradict each other,
and of which nothing has to be noted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from kernels import meter_details as details
from kernels import text_views
from validator.calendar import day_of_number
from validator.readings.meter_details_one_by_one import Meter, Outstation, Register, System, rows_of
from validator.readings.pipes.scanning import room
from validator.readings.record_trees import Scanned
from validator.readings.text_columns import number_column, same_text_column, text_column
from validator.standing.columns import COLUMNS

_TOLD = (
    "mpan_core", "role", "effective_from", "effective_to", "cop", "issue", "meter_serial", "meter_type",
    "outstation_id", "outstation_type", "resolution_kwh", "register_digits",
)  # fmt: skip
SCHEMA: dict[str, pl.DataType] = {"line": pl.Int64(), **{name: COLUMNS[name] for name in _TOLD}}
"""Columns of the standing data that a D0268 tells, and the line of the 01A."""


@dataclass(frozen=True)
class WindowDetails:
    """Rows of SCHEMA in the order of the file, `line` being that of the 01A; `notes`, lines and what is to be said.

    They stay Arrow's until all windows are there: a data frame made of each takes a tenth of the time.

    `mpans` uint64: a number of each metering system's MPAN core, the same for the same MPAN core.
    """

    rows: pa.Table
    notes: list[tuple[int, str]]
    mpans: npt.NDArray[np.uint64]


def details_of(scanned: Scanned) -> WindowDetails:
    """The rows of a window, which holds whole metering systems; lines count from 1 in it."""
    window = _Window(scanned)
    plain, mpans = window.plain(), window.mpans()
    others = [window.system(int(place)) for place in np.flatnonzero(~window.is_plain)]
    if not others:
        return WindowDetails(pa.Table.from_batches([plain]), [], mpans)
    notes: list[tuple[int, str]] = []
    rows = [row for system in others for row in rows_of(system, notes)]
    frames = [pl.DataFrame(each, schema=SCHEMA) for each in (plain, rows)]
    in_order = pl.concat(frames).sort("line", maintain_order=True)
    return WindowDetails(in_order.to_arrow(compat_level=pl.CompatLevel.newest()), notes, mpans)


class _Window:
    """A window's columns, and which metering systems of it are plain."""

    def __init__(self, scanned: Scanned) -> None:
        self.scanned = scanned
        kinds = scanned.layout.kinds
        self.lines = scanned.lines[kinds["01A"]]
        self.of_outstation = scanned.above[kinds["02A"]]
        self.of_meter = scanned.above[kinds["03A"]]
        self.meter_of_register = scanned.above[kinds["04A"]]
        self.is_plain = np.empty(len(self.lines), dtype=np.bool_)

    def plain(self) -> pa.RecordBatch:
        """The plain metering systems' rows; says which are."""
        texts, numbers, data = self.scanned.texts, self.scanned.numbers, self.scanned.data
        many = len(self.lines)
        system, meter, outstation = np.empty((3, many), dtype=np.int64)
        issue, resolution_kwh, digits = room(many, np.int32), room(many, np.float64), room(many, np.int32)
        found = details.plain_systems(
            data, self.of_outstation, self.of_meter, self.meter_of_register, texts["issue"], texts["meter_type"],
            texts["outstation_id"], texts["register_outstation"], texts["pulse_text"], numbers["pulse"],
            texts["multiplier_text"], numbers["multiplier"], texts["quantity"], texts["digits"],
            self.is_plain, system, meter, outstation, issue, resolution_kwh, digits,
        )  # fmt: skip
        system, meter, outstation = system[:found], meter[:found], outstation[:found]
        issue, resolution_kwh, digits = issue[:found], resolution_kwh[:found], digits[:found]
        cops = np.empty_like(texts["cop"])
        details.cop_numbers(data, texts["cop"], cops)
        all_of = np.ones(found, dtype=np.bool_)
        columns = {
            "line": pa.array(self.lines[system].astype(np.int64)),
            "mpan_core": text_column(data, texts["mpan_core"], system),
            "role": same_text_column("MAIN", found),
            "effective_from": number_column(
                self.scanned.stamps["effective_from"][system].astype(np.int32), all_of, pa.date32()
            ),
            "effective_to": pa.nulls(found, pa.date32()),
            "cop": text_column(data, cops, system),
            "issue": number_column(issue, issue > 0, pa.int32()),
            "meter_serial": text_column(data, texts["meter_serial"], meter),
            "meter_type": text_column(data, texts["meter_type"], meter),
            "outstation_id": text_column(data, texts["outstation_id"], outstation),
            "outstation_type": text_column(data, texts["outstation_type"], outstation),
            "resolution_kwh": number_column(resolution_kwh, ~np.isnan(resolution_kwh), pa.float64()),
            "register_digits": number_column(digits, digits > 0, pa.int32()),
        }
        return pa.record_batch(columns)

    def mpans(self) -> npt.NDArray[np.uint64]:
        """As WindowDetails has them."""
        numbers = np.empty(len(self.lines), dtype=np.uint64)
        text_views.fingerprints(self.scanned.data, self.scanned.texts["mpan_core"], numbers)
        return numbers

    def system(self, place: int) -> System:
        """One metering system with all that stands under it."""
        meters = [
            Meter(
                self._text("meter_serial", meter),
                self._text("meter_type", meter),
                self._text("feeder_status", meter),
                [self._register(register) for register in _under(self.meter_of_register, meter)],
            )
            for meter in _under(self.of_meter, place)
        ]
        outstations = [
            Outstation(self._text("outstation_id", each), self._text("outstation_type", each))
            for each in _under(self.of_outstation, place)
        ]
        return System(
            int(self.lines[place]),
            self._text("mpan_core", place),
            day_of_number(int(self.scanned.stamps["effective_from"][place])),
            self._text("cop", place),
            self._text("issue", place),
            outstations,
            meters,
        )

    def _register(self, place: int) -> Register:
        names = (
            "register_id", "register_outstation", "pulse_text", "multiplier_text", "quantity", "digits",
            "associated_meter",
        )  # fmt: skip
        return Register(*(self._text(name, place) for name in names))

    def _text(self, name: str, row: int) -> str:
        first, past = self.scanned.texts[name][row].tolist()
        return self.scanned.data[first:past].tobytes().decode("ascii")


def _under(above: npt.NDArray[np.int32], place: int) -> range:
    return range(int(np.searchsorted(above, place)), int(np.searchsorted(above, place, side="right")))
