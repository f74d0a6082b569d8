"""A D0010 without a fault, straight into columns (formats.md B5).

This reads no more than what is right in every part: of anything else it says nothing, and the reader that goes
line by line (d0010.py) finds the fault and its place, or reads what is unusual and yet allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kernels import pipes as kernel
from validator.readings.formats import BOM
from validator.readings.pipes.envelopes import Enclosed, EnvelopeError, Flow, close, opened

NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)"
"""A number without a sign."""
_PIPE, _NEWLINE, _RETURN = 124, 10, 13
_STAMP_BYTES = 14
_MOST_TEXT_BYTES = 2**31 - 16

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Columns:
    """`table` has the columns of RegisterReadings; `unknown` is how many lines of group 029 were passed over."""

    table: pa.Table
    unknown: int


@dataclass(frozen=True)
class _Lines:
    """Arrays (lines,): first byte, past the last byte, packed record id, and where its bars begin in `bars`."""

    data: Bytes
    begin: Places
    end: Places
    word: npt.NDArray[np.uint32]
    bars: Places
    first_bar: Places

    def of(self, word: str) -> Places:
        """Lines (from 0) with that record id."""
        return np.flatnonzero(self.word == _packed(word))

    def field(self, lines: Places, place: int) -> Places:
        """First byte and past the last of a field (from 1), int64 (lines, 2)."""
        bar = self.first_bar[lines] + place
        return np.stack([self.bars[bar - 1] + 1, self.bars[bar]], axis=1)


def columns_of(data: memoryview, flow: Flow, fields: Mapping[str, int], *, allow_test_data: bool) -> Columns | None:
    """The readings of a file that is right throughout; None for any other.

    `fields` is the number of fields after the record id, of each record.
    """
    plain = data[len(BOM) :] if bytes(data[: len(BOM)]) == BOM else data
    if not 0 < len(plain) < _MOST_TEXT_BYTES:
        return None
    lines = _lines(np.frombuffer(plain, dtype=np.uint8), fields)
    if lines is None or not _enclosed(lines, flow, allow_test_data):
        return None
    return _readings(lines)


def _packed(word: str) -> int:
    return int.from_bytes(f"{word}|".encode(), "little")


def _lines(data: Bytes, fields: Mapping[str, int]) -> _Lines | None:
    """The lines, where each has a known record id and as many fields as that, and all bytes are printable ASCII."""
    ends = np.flatnonzero(data == _NEWLINE)
    if not len(ends) or ends[-1] != len(data) - 1:
        ends = np.append(ends, len(data))
    begin = np.concatenate([[0], ends[:-1] + 1])
    end = ends - ((ends > begin) & (data[np.maximum(ends, 1) - 1] == _RETURN))
    # A control character that ends no line may stand in a field, where only the reader of lines can say which.
    odd = np.count_nonzero(data < 32) + np.count_nonzero(data > 126)
    if odd != np.count_nonzero(data == _NEWLINE) + np.count_nonzero(end != ends) or (end - begin < 5).any():
        return None
    word = np.zeros(len(begin), dtype=np.uint32)
    for byte in range(4):
        word |= data[begin + byte].astype(np.uint32) << np.uint32(8 * byte)
    bars = np.flatnonzero(data == _PIPE)
    first_bar = np.searchsorted(bars, begin)
    found = np.diff(np.append(first_bar, len(bars)))
    due = np.zeros(len(begin), dtype=np.int64)
    for known, many in fields.items():
        due[word == _packed(known)] = many + 1
    enveloping = (word == _packed("ZHV")) | (word == _packed("ZPT"))
    if not (enveloping | ((due == found) & (due > 0) & (data[end - 1] == _PIPE))).all():
        return None
    return _Lines(data, begin, end, word, bars, first_bar)


def _enclosed(lines: _Lines, flow: Flow, allow_test_data: bool) -> bool:
    """Whether all lines stand between headers and trailers that agree with them, each under what it belongs to."""
    heads, tails = lines.of("ZHV"), lines.of("ZPT")
    if len(heads) != len(tails) or not len(heads) or heads[0] != 0 or tails[-1] != len(lines.begin) - 1:
        return False
    if (heads[1:] != tails[:-1] + 1).any() or (tails <= heads).any():
        return False
    systems = lines.of("026")
    for head, tail in zip(heads.tolist(), tails.tolist(), strict=True):
        if lines.word[head + 1] not in (_packed("026"), _packed("ZPT")):
            return False
        groups = int(np.searchsorted(systems, tail) - np.searchsorted(systems, head))
        try:
            envelope = opened(flow, _text(lines, head), head + 1, allow_test_data)
            close(flow, _text(lines, tail), envelope, Enclosed(tail + 1, groups, 0))
        except EnvelopeError:
            return False
    return True


def _text(lines: _Lines, line: int) -> str:
    return lines.data[lines.begin[line] : lines.end[line]].tobytes().decode("ascii")


def _readings(lines: _Lines) -> Columns | None:
    systems, meters, readings = lines.of("026"), lines.of("028"), lines.of("030")
    system = np.searchsorted(systems, readings) - 1
    meter = np.searchsorted(meters, readings) - 1
    # A reading's meter stands below its metering system; above the first of either there is none.
    if len(readings) and ((meter < 0).any() or (system < 0).any() or (meters[meter] < systems[system]).any()):
        return None
    read_at = _moments(lines.data, lines.field(readings, 2))
    value_kwh = _numbers(_texts(lines, readings, 3))
    if read_at is None or value_kwh is None:
        return None
    of_system, of_meter = pa.array(system), pa.array(meter)
    table = pa.table({
        "line": pa.array(readings + 1),
        "mpan_core": _trimmed(lines, systems, 1).take(of_system),
        "status": _trimmed(lines, systems, 2).take(of_system),
        "meter_serial": _trimmed(lines, meters, 1).take(of_meter),
        "reading_type": _trimmed(lines, meters, 2).take(of_meter),
        "register_id": _trimmed(lines, readings, 1),
        "read_at": read_at,
        "value_kwh": value_kwh,
    })  # fmt: skip
    return Columns(table, len(lines.of("029")))


def _texts(lines: _Lines, of: Places, place: int) -> pa.StringArray:
    ranges = lines.field(of, place).reshape(len(of), 1, 2)
    offsets = np.empty(len(of) + 1, dtype=np.int32)
    kernel.text_offsets(ranges, 0, 0, offsets)
    out = np.empty(int(offsets[-1]) + 8, dtype=np.uint8)
    kernel.copy_texts(lines.data, ranges, 0, 0, offsets, out)
    return pa.StringArray.from_buffers(len(of), pa.py_buffer(offsets), pa.py_buffer(out))


def _trimmed(lines: _Lines, of: Places, place: int) -> Any:
    return pc.utf8_trim_whitespace(_texts(lines, of, place))


def _numbers(texts: pa.StringArray) -> Any | None:
    """The numbers, correctly rounded; None where one is not a number without a sign."""
    if not pc.all(pc.match_substring_regex(texts, rf"\A{NUMBER}\z"), min_count=0).as_py():
        return None
    try:
        return pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        return None


def _moments(data: Bytes, ranges: Places) -> Any | None:
    """Times from YYYYMMDDHHMMSS; None where one is no such time."""
    if (ranges[:, 1] - ranges[:, 0] != _STAMP_BYTES).any():
        return None
    digits = [data[ranges[:, 0] + byte].astype(np.int64) - 48 for byte in range(_STAMP_BYTES)]
    if any(((digit < 0) | (digit > 9)).any() for digit in digits):
        return None
    year = ((digits[0] * 10 + digits[1]) * 10 + digits[2]) * 10 + digits[3]
    month, day, hour, minute, second = (digits[at] * 10 + digits[at + 1] for at in range(4, _STAMP_BYTES, 2))
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[D]").astype(np.int64)
    right = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (first + day <= following)
    if not (right & (hour <= 23) & (minute <= 59) & (second <= 59)).all():
        return None
    seconds = (((first + day - 1) * 24 + hour) * 60 + minute) * 60 + second
    return pa.array(seconds).view(pa.timestamp("s"))
