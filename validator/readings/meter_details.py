"""A window's metering systems as rows of standing data: the plain ones in columns, any other one by one.

Plain is a metering system with at most one outstation and one meter, whose registers do not contradict each other,
and of which nothing has to be noted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from kernels import record_trees as kernel
from validator.calendar import day_of_number
from validator.readings.meter_details_one_by_one import Meter, Outstation, Register, System, cop_of, rows_of
from validator.readings.record_trees import Scanned
from validator.standing.columns import COLUMNS

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_TOLD = (
    "mpan_core", "role", "effective_from", "effective_to", "cop", "issue", "meter_serial", "meter_type",
    "outstation_id", "outstation_type", "resolution_kwh", "register_digits",
)  # fmt: skip
SCHEMA: dict[str, pl.DataType] = {"line": pl.Int64(), **{name: COLUMNS[name] for name in _TOLD}}
"""Columns of the standing data that a D0268 tells, and the line of the 01A."""
_BLANK = -2
_MOST_ISSUE_DIGITS, _MOST_REGISTER_DIGITS, _MOST_DIGITS = 3, 12, 2
_CHECK = np.frombuffer(b"CHECK", dtype=np.uint8)


@dataclass(frozen=True)
class WindowDetails:
    """Rows in the order of the file, `line` being that of the 01A; `notes` are lines and what is to be said of them."""

    frame: pl.DataFrame
    notes: list[tuple[int, str]]


def details_of(scanned: Scanned) -> WindowDetails:
    """The rows of a window, which holds whole metering systems; lines count from 1 in it."""
    window = _Window(scanned)
    plain = window.plain()
    others = [window.system(int(place)) for place in np.flatnonzero(~window.is_plain)]
    if not others:
        return WindowDetails(plain, [])
    notes: list[tuple[int, str]] = []
    rows = [row for system in others for row in rows_of(system, notes)]
    frame = pl.concat([plain, pl.DataFrame(rows, schema=SCHEMA)]).sort("line", maintain_order=True)
    return WindowDetails(frame, notes)


class _Window:
    """A window's columns, and which metering systems of it are plain."""

    def __init__(self, scanned: Scanned) -> None:
        self.scanned = scanned
        kinds = scanned.layout.kinds
        self.lines = scanned.lines[kinds["01A"]]
        self.of_outstation = scanned.above[kinds["02A"]].astype(np.int64)
        self.of_meter = scanned.above[kinds["03A"]].astype(np.int64)
        self.meter_of_register = scanned.above[kinds["04A"]].astype(np.int64)
        self.of_register = self.of_meter[self.meter_of_register]
        systems = len(self.lines)
        self.is_plain = np.ones(systems, dtype=np.bool_)
        self.outstations = np.bincount(self.of_outstation, minlength=systems)
        self.meters = np.bincount(self.of_meter, minlength=systems)
        self.is_plain &= (self.outstations <= 1) & (self.meters <= 1)
        self.issue = self._wholes("issue", _MOST_ISSUE_DIGITS)
        self.is_plain &= (self.issue > 0) | (self.issue == _BLANK)
        self._doubt(self.of_meter[self._begins_with_check()])
        self._look_at_outstations()
        measured = self._measured()
        self.digits = self._agreed_digits(measured)
        self.resolution_kwh = self._agreed_resolution(measured)

    def plain(self) -> pl.DataFrame:
        """The plain metering systems' rows."""
        of_system, text = self.is_plain, self.scanned.text
        meter, outstation = self._only(self.of_meter, self.meters), self._only(self.of_outstation, self.outstations)
        columns: dict[str, Any] = {
            "line": pl.Series(self.lines.astype(np.int64)),
            "mpan_core": pl.Series(text("mpan_core")),
            "role": pl.repeat("MAIN", len(self.lines), eager=True),
            "effective_from": pl.Series(self.scanned.stamps["effective_from"].astype(np.int32)).cast(pl.Date),
            "effective_to": pl.repeat(None, len(self.lines), dtype=pl.Date(), eager=True),
            "cop": _cops(pl.Series(text("cop"))),
            "issue": _where(self.issue.astype(np.float64), self.issue > 0).cast(pl.Int32),
            "meter_serial": _taken(text("meter_serial"), meter),
            "meter_type": _taken(text("meter_type"), meter),
            "outstation_id": _taken(text("outstation_id"), outstation),
            "outstation_type": _taken(text("outstation_type"), outstation),
            "resolution_kwh": _where(self.resolution_kwh, ~np.isnan(self.resolution_kwh)),
            "register_digits": _where(self.digits, ~np.isnan(self.digits)).cast(pl.Int32),
        }
        frame = pl.DataFrame(columns, schema=SCHEMA)
        return frame if of_system.all() else frame.filter(pl.Series(of_system))

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

    def _lengths(self, name: str) -> Ints:
        ranges = self.scanned.texts[name]
        lengths: Ints = ranges[:, 1] - ranges[:, 0]
        return lengths

    def _wholes(self, name: str, most_digits: int) -> Ints:
        out = np.empty(len(self.scanned.texts[name]), dtype=np.int64)
        kernel.small_wholes(self.scanned.data, self.scanned.texts[name], most_digits, out)
        return out

    def _doubt(self, systems: Ints) -> None:
        self.is_plain[systems] = False

    def _begins_with_check(self) -> Bools:
        """Meters whose make and type begin like a check meter's."""
        first = self.scanned.texts["meter_type"][:, 0]
        found = self._lengths("meter_type") >= len(_CHECK)
        for place, letter in enumerate(_CHECK):
            found[found] = self.scanned.data[first[found] + place] == letter
        return found

    def _look_at_outstations(self) -> None:
        """Registers have to be read by the metering system's only outstation, where they name any."""
        named = np.flatnonzero((self._lengths("register_outstation") > 0) & (self.outstations[self.of_register] == 1))
        only = self._only(self.of_outstation, self.outstations)[self.of_register[named]]
        same = np.empty(len(named), dtype=np.uint8)
        texts = self.scanned.texts
        kernel.same_texts(self.scanned.data, texts["register_outstation"], named, texts["outstation_id"], only, same)
        self._doubt(self.of_register[named[same == 0]])

    def _measured(self) -> Ints:
        """Registers of active energy."""
        ranges, data = self.scanned.texts["quantity"], self.scanned.data
        two = np.flatnonzero(self._lengths("quantity") == 2)
        first, second = data[ranges[two, 0]], data[ranges[two, 0] + 1]
        active: Ints = two[(first == ord("A")) & ((second == ord("I")) | (second == ord("E")))]
        return active

    def _agreed_digits(self, measured: Ints) -> npt.NDArray[np.float64]:
        digits = self._wholes("digits", _MOST_DIGITS)[measured]
        blank = digits == _BLANK
        self._doubt(self.of_register[measured[~blank & ((digits < 1) | (digits > _MOST_REGISTER_DIGITS))]])
        return self._agreed(measured[~blank], digits[~blank].astype(np.float64))

    def _agreed_resolution(self, measured: Ints) -> npt.NDArray[np.float64]:
        """kWh of a pulse, where no outstation multiplier says that it is not all of it."""
        pulse, multiplier = (self.scanned.numbers[name][measured] for name in ("pulse", "multiplier"))
        whole = (self._lengths("multiplier_text")[measured] == 0) | (multiplier == 1.0)
        right = np.isfinite(pulse) & (pulse > 0) & whole
        self._doubt(self.of_register[measured[~right & (self._lengths("pulse_text")[measured] > 0)]])
        return self._agreed(measured[right], pulse[right])

    def _agreed(self, registers: Ints, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The one value of each metering system's registers, NaN where there is none; several make it doubtful."""
        agreed = np.full(len(self.lines), np.nan)
        if not len(registers):
            return agreed
        systems = self.of_register[registers]
        begins = np.flatnonzero(np.append(True, systems[1:] != systems[:-1]))
        lowest, highest = np.minimum.reduceat(values, begins), np.maximum.reduceat(values, begins)
        agreed[systems[begins]] = lowest
        self._doubt(systems[begins[lowest != highest]])
        return agreed

    def _only(self, above: Ints, many: Ints) -> Ints:
        """The row that stands under each metering system, -1 where there is none."""
        only = np.full(len(many), -1, dtype=np.int64)
        only[above] = np.arange(len(above))
        return only


def _under(above: Ints, place: int) -> range:
    return range(int(np.searchsorted(above, place)), int(np.searchsorted(above, place, side="right")))


def _where(values: npt.NDArray[np.float64], kept: Bools) -> pl.Series:
    return pl.Series(np.where(kept, values, np.nan)).fill_nan(None)


def _taken(texts: Any, rows: Ints) -> pl.Series:
    """A text for each row, null where the row is -1 or the text is blank."""
    given = pl.Series(texts, dtype=pl.String())
    places = pl.Series(np.where(rows < 0, 0, rows), dtype=pl.UInt32)
    if not len(given):
        return pl.repeat(None, len(rows), dtype=pl.String(), eager=True)
    taken = given.gather(places)
    return pl.select(pl.when(pl.Series(rows >= 0) & (taken != "")).then(taken)).to_series()


def _cops(texts: pl.Series) -> pl.Series:
    words = texts.unique()
    read = pl.Series([cop_of(word) for word in words], dtype=pl.String())
    return texts.replace_strict(words, read, return_dtype=pl.String())
