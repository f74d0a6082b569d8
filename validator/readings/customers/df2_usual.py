"""A window of a Stark DF2 whose every line is written in the usual way; any other is left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernels import df2 as kernel
from validator.readings.customers.windowed import Part, PartRead
from validator.readings.dates import first_implausible
from validator.readings.half_hours.letters import LETTERS
from validator.readings.pipes.scanning import room
from validator.readings.pipes.windows import Bytes
from validator.readings.source import Submission
from validator.readings.table import Columns, provenance, with_absent_columns
from validator.readings.text_columns import text_column
from validator.schema import FLAG_INVALID_STATUS

SENSORS = {"1": "AI", "2": "AE", "3": "RI", "4": "RE"}
"""Quantities by the number of the sensor."""
_QUANTITIES = pa.array(SENSORS.values(), pa.string())
_HEADS = (b"#F2\n", b"#F2\r\n")
_NEWLINE = ord("\n")
_FEWEST_STAMPS = 64
_FEW = 64


@dataclass(frozen=True)
class _Room:
    """For how many channels, channel-days and numbers of many digits there is room."""

    channels: int
    days: int
    long_numbers: int


def _rooms(size: int) -> tuple[_Room, _Room]:
    """For a window of `size` bytes: enough for days that are mostly there, and enough for one where eight rows are.

    Memory that is there for more than comes is kept as long as what is read.
    """
    rows = size // kernel.LEAST_ROW
    return (
        _Room(size // 512 + _FEW, size // 768 + _FEW, size // 2048 + _FEW),
        _Room(size // kernel.LEAST_CHANNEL + 1, rows // 8 + _FEW, rows + 1),
    )


def usual_days(submission: Submission, part: Part, with_status: bool) -> PartRead | None:
    """READINGS of a part that begins with the file's first line.

    Whether rows have statuses the file's first row says. None where a line is not usual, or there is anything to be
    refused: what has to be said of that, the reader says that looks at it line by line.
    """
    data, past = _below_first_line(part.head, part.data)
    if not past:
        return None
    for rooms in _rooms(past):
        counts = np.zeros(kernel.COUNTS_SIZE, np.int64)
        read = _read(data, past, with_status, rooms, counts)
        if read is not None:
            readings = _table(submission, data, read, counts, with_status)
            lines = int(counts[kernel.LINES]) + 1 - part.head.count(b"\n")
            return None if readings is None else PartRead(readings, lines)
        if not counts[kernel.FULL]:
            return None
    return None


def _below_first_line(head: bytes, window: Bytes) -> tuple[Bytes, int]:
    """A copy of the lines below `#F2`, closed and with some bytes to spare, and how many count; 0 without that line."""
    start = head or window[: len(_HEADS[-1])].tobytes()
    first = next((len(each) for each in _HEADS if start.startswith(each)), None)
    if first is None:
        return window[:0], 0
    above = head[first:]
    rest = window[0 if head else first :]
    past = len(above) + len(rest)
    data = np.empty(past + 1 + kernel.SPARE_BYTES, dtype=np.uint8)
    data[: len(above)] = np.frombuffer(above, dtype=np.uint8)
    data[len(above) : past] = rest
    data[past:] = 0
    if past and data[past - 1] != _NEWLINE:
        data[past] = _NEWLINE
        past += 1
    return data, past


_Arrays = tuple[npt.NDArray[Any], ...]


def _read(data: Bytes, past: int, with_status: bool, rooms: _Room, counts: npt.NDArray[np.int64]) -> _Arrays | None:
    """Channels, days, energies, flags and the places of long numbers, as the kernel has them."""
    most_stamps = past // kernel.LEAST_ROW + 1
    channels = np.empty((rooms.channels, kernel.CHANNEL_SIZE), np.int64)
    days = np.empty((rooms.days, kernel.DAY_SIZE), np.int64)
    energy_kwh = room(rooms.days * kernel.PERIODS, np.float64)
    flags = room(rooms.days * kernel.PERIODS, np.uint16)
    keys, half_hours = np.empty((most_stamps, 2), np.uint64), np.empty(most_stamps, np.int64)
    slots = np.zeros(1 << (_FEWEST_STAMPS + 2 * most_stamps).bit_length(), np.int32)
    long_numbers = np.empty((rooms.long_numbers, kernel.LONG_SIZE), np.int64)
    usual = kernel.usual_days(
        data, past, with_status, _BITS, np.uint16(FLAG_INVALID_STATUS), channels, days, energy_kwh, flags,
        keys, half_hours, slots, long_numbers, counts,
    )  # fmt: skip
    if not usual:
        return None
    read = counts[kernel.DAYS]
    return (
        channels[: counts[kernel.CHANNELS]],
        days[:read],
        energy_kwh[: read * kernel.PERIODS],
        flags[: counts[kernel.FLAGS]],
        long_numbers[: counts[kernel.LONG]],
    )


def _table(
    submission: Submission, data: Bytes, read: _Arrays, counts: npt.NDArray[np.int64], with_status: bool
) -> pa.Table | None:
    channels, days, energy_kwh, flags, long_numbers = read
    numbers = days[:, kernel.DAY_NUMBER].astype(np.int32)
    if first_implausible(numbers, submission.today):
        return None
    for place, first, beyond in long_numbers.tolist():
        energy_kwh[place] = float(data[first:beyond].tobytes())
    if not np.isfinite(energy_kwh[long_numbers[:, kernel.LONG_PLACE]]).all():
        return None
    channel = pa.array(days[:, kernel.DAY_CHANNEL])
    outstations = text_column(data, channels[:, : kernel.SENSOR], np.arange(len(channels))).cast(pa.string())
    offsets = pa.array(np.arange(0, len(energy_kwh) + 1, kernel.PERIODS, dtype=np.int32))
    columns: Columns = {
        "mpan_core": outstations.take(channel),
        "measurement_quantity": _QUANTITIES.take(pa.array(channels[:, kernel.SENSOR] - 1)).take(channel),
        "role": pa.repeat(pa.scalar("MAIN", pa.string()), len(days)),
        "settlement_date": pa.array(numbers, pa.int32()).view(pa.date32()),
        "energy_kwh": pa.ListArray.from_arrays(offsets, _energies(energy_kwh, int(counts[kernel.BLANKS]))),
        **provenance(submission.name, True, False, pa.array(days[:, kernel.DAY_LINE] + 1, pa.int64())),
    }
    if with_status:
        columns["period_flags"] = _flags(days[:, kernel.DAY_FLAGS], offsets, flags)
    return with_absent_columns(columns)


def _energies(energy_kwh: npt.NDArray[np.float64], blanks: int) -> pa.Array:
    present = pa.py_buffer(np.packbits(~np.isnan(energy_kwh), bitorder="little")) if blanks else None
    return pa.Array.from_buffers(pa.float64(), len(energy_kwh), [present, pa.py_buffer(energy_kwh)])


def _flags(firsts: npt.NDArray[np.int64], offsets: pa.Array, flags: npt.NDArray[np.uint16]) -> pa.Array:
    """A list for each channel-day; null where no row of it has a status."""
    values = pa.array(flags, pa.uint16())
    lacking = firsts == kernel.NO_FLAGS
    if not lacking.any():
        return pa.ListArray.from_arrays(offsets, values)
    own = np.concatenate([[0], np.cumsum(np.where(lacking, 0, kernel.PERIODS))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(own), values, mask=pa.array(lacking))


def _bits() -> npt.NDArray[np.uint16]:
    """Flag bits by the letter's code; a letter that means nothing is invalid."""
    bits = np.full(256, FLAG_INVALID_STATUS, dtype=np.uint16)
    for letter, meaning in LETTERS.items():
        bits[ord(letter)] = meaning
    return bits


_BITS = _bits()
