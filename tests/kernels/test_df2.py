"""Usual lines of a Stark DF2, against a pattern for each kind of line and Python's own numbers and dates."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernels import df2 as kernel
from tests.kernels.spoilt import one_spoilt

_OUTSTATION = re.compile(r"#O ([0-9]+)(?:-[^\n]*)?\r?")
_SENSOR = re.compile(r"#S ([1-4])\r?")
_ROW = re.compile(
    r"([0-9]{2})/([0-9]{2})/([0-9]{4}|[0-9]{2}),([0-9]{2}):([0-9]{2}),(-?[0-9]+(?:\.[0-9]+)?|),([A-Z]?)\r?"
)
_MOST_DIGITS = 15
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class _Oracle:
    """Channels as outstation and sensor; rows as channel, seconds, energy, status and line."""

    channels: list[tuple[str, int]] = field(default_factory=list)
    rows: list[tuple[int, int, float, str, int]] = field(default_factory=list)


def _row(found: re.Match[str]) -> tuple[int, float, str] | None:
    day, month, year, hour, minute, number, status = found.groups()
    whole = int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= 90 else 2000)
    try:
        at = datetime(whole, int(month), int(day), int(hour), int(minute), tzinfo=UTC)
    except ValueError:
        return None
    if sum(letter.isdigit() for letter in number) > _MOST_DIGITS:
        return None
    return int((at - _EPOCH) / timedelta(seconds=1)), float(number or "nan"), status


def _oracle(lines: list[str]) -> _Oracle | None:
    read = _Oracle()
    outstation, is_open = None, False
    for place, line in enumerate(lines, 1):
        if found := _OUTSTATION.fullmatch(line):
            outstation, is_open = found[1], False
        elif (found := _SENSOR.fullmatch(line)) and outstation is not None:
            read.channels.append((outstation, int(found[1])))
            is_open = True
        elif (found := _ROW.fullmatch(line)) and is_open and (row := _row(found)):
            read.rows.append((len(read.channels) - 1, *row, place))
        else:
            return None
    return read


def _read(lines: list[str], spare: bytes = bytes(kernel.SPARE_BYTES)) -> _Oracle | None:
    content = "".join(f"{line}\n" for line in lines).encode("latin-1")
    data = np.frombuffer(content + spare, dtype=np.uint8)
    rows, channels = len(content) // kernel.LEAST_ROW, len(content) // kernel.LEAST_CHANNEL
    of = np.empty((channels, kernel.CHANNEL_SIZE), np.int64)
    channel, stamp, line = np.empty(rows, np.int32), np.empty(rows, np.int32), np.empty(rows, np.int64)
    energy, status = np.empty(rows), np.empty(rows, np.uint8)
    keys, seconds, slots = np.empty((rows, 2), np.uint64), np.empty(rows, np.int64), np.zeros(64, np.int32)
    counts = np.zeros(kernel.COUNTS_SIZE, np.int64)
    assert rows < len(slots)
    if not kernel.usual_rows(
        data, len(content), of, channel, stamp, energy, status, line, keys, seconds, slots, counts
    ):  # fmt: skip
        return None
    assert counts[kernel.LINES] == len(lines)
    stamps = int(counts[kernel.STAMPS])
    assert len({tuple(key) for key in keys[:stamps].tolist()}) == stamps
    return _Oracle(
        [(content[first:past].decode(), sensor) for first, past, sensor in of[: counts[kernel.CHANNELS]].tolist()],
        [
            (
                int(channel[k]),
                int(seconds[stamp[k]]),
                float(energy[k]),
                chr(status[k]) if status[k] else "",
                int(line[k]),
            )
            for k in range(int(counts[kernel.ROWS]))
        ],
    )


_NUMBERS = st.one_of(
    st.integers(0, 9999).map(lambda tenths: f"{tenths / 10}"),
    st.from_regex(r"-?[0-9]{0,17}(\.[0-9]{0,17})?", fullmatch=True),
)
_TIMES = st.one_of(
    st.integers(0, 5).map(
        lambda half: f"{datetime(2026, 4, 1, tzinfo=UTC) + timedelta(minutes=30 * half):%d/%m/%Y,%H:%M}"
    ),
    st.datetimes(datetime(1990, 1, 1), datetime(2089, 12, 31)).map("{:%d/%m/%y,%H:%M}".format),  # noqa: DTZ001
    st.from_regex(r"[0-3][0-9]/[01][0-9]/(20)?[0-9]{2},[0-2][0-9]:[0-6][0-9]", fullmatch=True),
)
_ROWS = st.builds(lambda *cells: ",".join(cells), _TIMES, _NUMBERS, st.sampled_from(["A", "A", "E", "C", "X", ""]))
_USUAL_ROWS = st.integers(0, 9).map(lambda half: f"01/04/2026,0{half}:30,{half}.5,A")
_LINES = st.one_of(
    _USUAL_ROWS, _USUAL_ROWS, _ROWS, st.sampled_from(["#O 99", "#O 7-Site", "#S 1", "#S 4", "#S 4\r", "#O 8\r"])
)
_SPOILS = ["", ",", "x", "1", "-", "#", "/", ":15", ".", " ", "\xe9", "\r", "a"]


@given(st.lists(_LINES, max_size=12), st.booleans())
def test_usual_lines(lines: list[str], headed: bool) -> None:
    lines = ["#O 9900000000015", "#S 2", *lines] if headed else lines
    assert repr(_read(lines)) == repr(_oracle(lines))


@given(st.lists(_USUAL_ROWS, min_size=1, max_size=6), st.data())
def test_with_one_line_spoilt(rows: list[str], data: st.DataObject) -> None:
    lines = one_spoilt(["#O 9900000000015-A", "#S 2", *rows], _SPOILS, data)
    assert repr(_read(lines)) == repr(_oracle(lines))


@pytest.mark.parametrize(
    "row",
    [
        "01/04/2026,00:30,1.5,A", "01/04/26,00:30,1.5,A", "01/04/89,00:30,1.5,A", "01/04/90,00:30,1.5,A",
        "01/04/2026,00:30,,", "01/04/2026,00:30,-0,A", "01/04/2026,00:30,-0.0,A", "01/04/2026,00:30,999999999999999,A",
        "01/04/2026,00:30,0.99999999999999,A", "01/04/2026,23:59,1,Z", "29/02/2024,00:00,1,A",
        # Just beyond.
        "01/04/2026,00:30,9999999999999999,A", "01/04/2026,00:30,0.999999999999999,A", "01/04/2026,00:30,-,A",
        "01/04/2026,00:30,.5,A", "01/04/2026,00:30,5.,A", "01/04/2026,00:30,.,A", "01/04/2026,00:30,1e3,A",
        "01/04/2026,00:30,1,a", "01/04/2026,00:30,1,AA", "01/04/2026,00:30,1", "01/04/2026,00:30,1,A,",
        "01/04/2026,24:00,1,A", "01/04/2026,00:60,1,A", "29/02/2026,00:00,1,A", "01/04/2026,00:30:00,1,A",
        "01/04/026,00:30,1,A", "", "1", "01/04/2026", "#", "#S", "#S 0", "#S 5", "#O", "#O ", "#O x", "#S 1 ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("spare", [bytes(kernel.SPARE_BYTES), b"#O 9900000000015\n"[: kernel.SPARE_BYTES]])
def test_at_the_edges(row: str, spare: bytes) -> None:
    lines = ["#O 9900000000015", "#S 2", row]
    assert repr(_read(lines, spare)) == repr(_oracle(lines))
