"""A table of half hours, one row each, into HalfHours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from validator.errors import SubmissionError
from validator.readings.half_hours.channel_days import Channels, HalfHours, Statuses
from validator.readings.half_hours.coded import Coded, coded
from validator.readings.half_hours.letters import letter_statuses
from validator.readings.half_hours.row_layout import RowLayout
from validator.readings.half_hours.stamp_texts import Stamps, dates_of, stamps_of
from validator.readings.half_hours.stamped import Reckoning, settled
from validator.readings.source import Submission
from validator.schema import FLAG_INVALID_STATUS, ROLES

_MOST_SHOWN = 60
_STATUS = "a letter (A, E or C)"


class Rows:
    """One table of half hours being read; raises SubmissionError naming row and column.

    Columns: texts as string or dictionary, the period int32, flag bits int32, the energy double. `lines_above`:
    lines of the file above its first row, None where rows have no lines.
    """

    def __init__(self, submission: Submission, table: pa.Table, layout: RowLayout, lines_above: int | None) -> None:
        self._submission = submission
        self._table = table
        self._layout = layout
        self._lines_above = lines_above
        self.stamps: tuple[Stamps, npt.NDArray[np.int32]] | None = None
        """The distinct stamps and which of them is each row's, when the half hours were asked for; None without."""

    def half_hours(self) -> HalfHours:
        """The rows as half hours."""
        layout = self._layout
        channels, channel = self._channels()
        day, period, utc_day = self._settlement(channel)
        shared = {name: coded(self._table[name]) for name in layout.shared}
        return HalfHours(
            channels=channels,
            channel=channel,
            day=day,
            period=period,
            energy_kwh=np.asarray(self._table[layout.energy].to_numpy(), dtype=np.float64),
            statuses=self._statuses(),
            place=np.arange(1, self._table.num_rows + 1, dtype=np.int64),
            utc_day=utc_day,
            lines_above=self._lines_above,
            date_column=layout.date or layout.stamp or "settlement_date",
            period_column=layout.period or layout.stamp or "settlement_period",
            shared=shared,
        )

    def _refuse(self, row: int, column: str, expected: str, action: str, found: str | None = None) -> SubmissionError:
        if found is None:
            found = repr(str(self._table[column][row].as_py()))[:_MOST_SHOWN]
        line = row + 1 + self._lines_above if self._lines_above is not None else None
        return self._submission.refuse(found, expected, action, line=line, row=row + 1, column=column)

    def _refusing(self, column: str) -> Callable[[int, str, str], SubmissionError]:
        return lambda row, expected, action: self._refuse(row, column, expected, action)

    def _coded(self, column: str) -> Coded:
        """A column that may not be blank."""
        found = coded(self._table[column], trimmed=self._layout.trimmed)
        if found.first_blank is not None:
            raise self._refuse(found.first_blank, column, "a value in every row", "Fill it", "blank")
        return found

    def _channels(self) -> tuple[Channels, npt.NDArray[np.int32]]:
        layout = self._layout
        mpan, quantity = self._coded(layout.mpan_core), self._quantities()
        role = self._roles()
        codes = mpan.codes.astype(np.int64) * len(quantity.texts) + quantity.codes
        codes = codes * len(role.texts) + role.codes
        count = len(mpan.texts) * len(quantity.texts) * len(role.texts)
        used: npt.NDArray[np.int64] = np.arange(count, dtype=np.int64)
        if count > max(len(codes), 1):
            used, codes = np.unique(codes, return_inverse=True)
        by_quantity, roles = np.divmod(used, max(len(role.texts), 1))
        mpans, quantities = np.divmod(by_quantity, max(len(quantity.texts), 1))
        return (
            Channels(
                mpan.texts.take(pa.array(mpans)),
                quantity.texts.take(pa.array(quantities)),
                role.texts.take(pa.array(roles)),
            ),
            codes.astype(np.int32),
        )

    def _quantities(self) -> Coded:
        found = self._coded(self._layout.quantity)
        named = [self._layout.quantity_of(word) for word in found.texts.to_pylist()]
        return _renamed(found, named)

    def _roles(self) -> Coded:
        name = self._layout.role
        if name is None:
            return Coded(pa.array(["MAIN"], pa.string()), np.zeros(self._table.num_rows, dtype=np.int32))
        found = self._coded(name)
        for code, word in enumerate(found.texts.to_pylist()):
            if word not in ROLES:
                row = int((found.codes == code).argmax())
                raise self._refuse(row, name, " or ".join(ROLES), "Correct it")
        return found

    def _settlement(self, channel: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], bool]:
        layout = self._layout
        if layout.stamp is None:
            return (*self._dates_and_periods(), self._utc_day())
        if pt.is_timestamp(self._table[layout.stamp].type):
            stamps, codes = _instants(self._table[layout.stamp])
        else:
            found = self._coded(layout.stamp)
            stamps, codes = stamps_of(found.texts, layout.stamp_forms), found.codes
        self.stamps = stamps, codes
        reckoning = Reckoning(layout.stamped, layout.zone, layout.days)
        return settled(stamps, codes, channel, reckoning, self._refusing(layout.stamp))

    def _dates_and_periods(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        date, period = self._layout.date, self._layout.period
        assert date is not None
        assert period is not None
        for name in (date, period):
            if self._table[name].null_count:
                row = int(pc.index(pc.is_null(self._table[name]), True).as_py())
                raise self._refuse(row, name, "a value in every row", "Fill it", "blank")
        periods = np.asarray(self._table[period].to_numpy(), dtype=np.int32)
        if pt.is_date32(self._table[date].type):
            return np.asarray(self._table[date].cast(pa.int32()).to_numpy(), dtype=np.int32), periods
        found = self._coded(date)
        days, valid = dates_of(found.texts, self._layout.date_forms)
        if not valid.all():
            row = int((~valid)[found.codes].argmax())
            raise self._refuse(row, date, "a date such as 2026-04-01", "Correct the date")
        return days[found.codes], periods

    def _utc_day(self) -> bool:
        name = self._layout.utc_day
        if name is None:
            return self._layout.zone == "utc"
        found = self._coded(name)
        words = {"true": True, "false": False}
        for code, word in enumerate(found.texts.to_pylist()):
            row = int((found.codes == code).argmax())
            if word.lower() not in words:
                raise self._refuse(row, name, "true or false", "Correct it")
            if code:
                raise self._refuse(row, name, "the same in every row", "Send UTC days and local days apart")
        return words[found.texts[0].as_py().lower()] if len(found.texts) else self._layout.zone == "utc"

    def _statuses(self) -> Statuses | None:
        layout = self._layout
        if layout.bits is not None:
            return self._bits(layout.bits)
        if layout.status is None:
            return None
        status = layout.status
        found = coded(self._table[status], trimmed=layout.trimmed)
        words = [word.upper() if layout.trimmed else word for word in found.texts.to_pylist()]
        return letter_statuses(
            words, found.codes, layout.statuses, lambda row: self._refuse(row, status, _STATUS, "Correct the status")
        )

    def _bits(self, name: str) -> Statuses:
        column = self._table[name]
        blank = np.asarray(column.is_null().to_numpy(), dtype=np.bool_)
        bits = np.asarray(column.fill_null(0).to_numpy(), dtype=np.int64)
        outside = (bits < 0) | (bits > 2 * FLAG_INVALID_STATUS - 1)
        if outside.any():
            raise self._refuse(int(outside.argmax()), name, "flag bits from 0 to 65535", "Correct the flags")
        return Statuses(bits.astype(np.uint16), blank, are_bits=True)


def _renamed(found: Coded, names: list[str]) -> Coded:
    """The same column under other words; words that become alike are one."""
    distinct = pa.array(names, pa.string()).dictionary_encode()
    return Coded(distinct.dictionary, distinct.indices.to_numpy()[found.codes])


def _instants(column: pa.ChunkedArray) -> tuple[Stamps, npt.NDArray[np.int32]]:
    """A timestamp column without nulls, microseconds, as distinct stamps and codes; with a zone it is UTC."""
    whole = _whole(column.cast(pa.int64())).dictionary_encode()
    ticks = whole.dictionary.to_numpy()
    seconds, rest = np.divmod(ticks, 1_000_000)
    zoned = np.full(len(ticks), column.type.tz is not None)
    # A fraction of a second is off the half hour like any other odd time: an odd second stands for it.
    seconds = np.where(rest != 0, seconds // 2 * 2 + 1, seconds)
    stamps = Stamps(seconds, np.zeros_like(seconds), zoned, np.ones(len(ticks), dtype=np.bool_))
    return stamps, whole.indices.to_numpy()


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        return whole.chunk(0) if whole.num_chunks else pa.array([], whole.type)
    return whole
