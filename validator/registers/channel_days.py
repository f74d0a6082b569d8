"""The channel-days of some MPAN cores, and the register readings that stand at their ends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validator.attach.values import numbers
from validator.mpan import numbered
from validator.registers.coded import Codes, places_in
from validator.registers.unmatched import MATCHED, NO_CHANNEL_DAY, TAKEN_ALREADY
from validator.schema import QUANTITIES, READINGS, ROLES

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_START, _END = "register_start_kwh", "register_end_kwh"
_DAYS = 1 << 22
"""More days than there are in the years 1 to 9999."""
_FIRST_DAY = -719_163
"""The day before 1 January of the year 1, in days since 1970."""


class ChannelDays:
    """Rows of READINGS by channel and date, for the MPAN cores in `mpans`."""

    def __init__(self, readings: pa.Table, mpans: pa.Array) -> None:
        self._readings = readings
        # Copies: they are written to.
        self._registers = {name: np.array(numbers(readings[name])) for name in (_START, _END)}
        mpan = places_in(readings["mpan_core"], mpans)
        quantity = places_in(readings["measurement_quantity"], pa.array(QUANTITIES))
        role = places_in(readings["role"], pa.array(ROLES))
        rows = np.flatnonzero((mpan >= 0) & (quantity >= 0) & (role >= 0))
        on = readings["settlement_date"].cast(pa.int32()).to_numpy()[rows]
        keys = keys_of(mpan[rows], quantity[rows], role[rows], on)
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        differs = np.concatenate([[True], keys[1:] != keys[:-1], [True]])
        # A day that was sent twice takes no reading: nobody knows which of the two is right.
        once = differs[1:] & differs[:-1] if len(keys) else np.zeros(0, dtype=np.bool_)
        self._keys, self._rows = keys[once], rows[order[once]]

    def take(self, keys: Rows, values_kwh: Floats) -> npt.NDArray[np.int8]:
        """Take readings at the midnights that begin the days of `keys_of`; of each MATCHED or why not, a place in
        REASONS.

        The first of a midnight has it, at the end of the day before and at the start of the next, where they are free.
        """
        places = [(self._registers[_END], self._rows_of(keys - 1)), (self._registers[_START], self._rows_of(keys))]
        here, free = np.zeros(len(keys), dtype=np.bool_), np.zeros(len(keys), dtype=np.bool_)
        frees = [_free(*place) for place in places]
        for (_, rows), each in zip(places, frees, strict=True):
            here |= rows >= 0
            free |= each
        may = np.flatnonzero(free)
        # No two midnights share a place: of those that may have one, only readings of the same midnight contend.
        first = may[numbered(keys[may])[1]]
        for (values, rows), each in zip(places, frees, strict=True):
            taking = first[each[first]]
            values[rows[taking]] = values_kwh[taking]
        found = np.where(here, TAKEN_ALREADY, NO_CHANNEL_DAY).astype(np.int8)
        found[first] = MATCHED
        return found

    def filled(self) -> pa.Table:
        """The readings with their registers."""
        table = self._readings
        for name, values in self._registers.items():
            place = READINGS.get_field_index(name)
            column = pa.array(values, pa.float64(), mask=np.isnan(values))
            table = table.set_column(place, READINGS.field(name), column)
        return table

    def _rows_of(self, keys: Rows) -> Rows:
        """The row of each key; -1 where there is none."""
        if not len(self._keys):
            return np.full(len(keys), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where(self._keys[at] == keys, self._rows[at], -1)


def keys_of(mpan: Codes, quantity: Codes, role: Codes, on: npt.NDArray[np.integer]) -> Rows:
    """A number for each channel and day, one more for the day after; `on` in days since 1970."""
    channel = (mpan.astype(np.int64) * len(QUANTITIES) + quantity) * len(ROLES) + role
    return channel * _DAYS + (on - _FIRST_DAY)


def _free(values: Floats, rows: Rows) -> npt.NDArray[np.bool_]:
    """Where the row is there and has no value."""
    free = rows >= 0
    free[free] = np.isnan(values[rows[free]])
    return free
