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
    r"([0-9]{2})/([0-9]{2})/([0-9]{4}|[0-9]{2}),([0-9]{2}):([0-9]{2})(?::00)?,(-?[0-9]+(?:\.[0-9]+)?|)(,[A-Z]?)?\r?"
)
_MOST_DIGITS = 300
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HALF_HOUR = timedelta(minutes=30)
_NO_STATUS = 99
_BITS = np.arange(256, dtype=np.uint16)
"""Each letter stands for itself."""


@dataclass
class _Day:
    """Channel, days since 1970, line, and of 48 half hours the energy and the letter, None of one that has none."""

    channel: int
    number: int
    line: int
    energies: list[float] = field(default_factory=lambda: [float("nan")] * 48)
    letters: list[str | None] = field(default_factory=lambda: [None] * 48)

    def flags(self) -> list[int] | None:
        """As the kernel has them."""
        if not any(self.letters):
            return None
        named = zip(self.letters, self.energies, strict=True)
        return [ord(letter) if letter else 0 if energy != energy else _NO_STATUS for letter, energy in named]


@dataclass
class _Oracle:
    """Channels as outstation and sensor; days as channel, number, line, energies and flags; lines of all."""

    channels: list[tuple[str, int]]
    days: list[tuple[int, int, int, list[float], list[int] | None]]


def _half_hour(found: re.Match[str]) -> int | None:
    day, month, year, hour, minute = (int(text) for text in found.groups()[:5])
    whole = year if len(found[3]) == 4 else year + (1900 if year >= 90 else 2000)
    try:
        at = datetime(whole, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
    return None if minute % 30 else (at - _EPOCH) // _HALF_HOUR - 1


def _oracle(lines: list[str], with_status: bool) -> _Oracle | None:
    channels: list[tuple[str, int]] = []
    days: list[_Day] = []
    outstation, last = None, None
    for place, line in enumerate(lines, 1):
        if found := _OUTSTATION.fullmatch(line):
            outstation, last = found[1], None
        elif (found := _SENSOR.fullmatch(line)) and outstation is not None:
            channels.append((outstation, int(found[1])))
            last = -(10**9)
        elif (found := _ROW.fullmatch(line)) and last is not None and (found[7] is not None) == with_status:
            half_hour = _half_hour(found)
            if half_hour is None or half_hour <= last or sum(each.isdigit() for each in found[6]) > _MOST_DIGITS:
                return None
            last = half_hour
            number, period = divmod(half_hour, 48)
            if not days or days[-1].channel != len(channels) - 1 or days[-1].number != number:
                days.append(_Day(len(channels) - 1, number, place))
            days[-1].energies[period] = float(found[6] or "nan")
            days[-1].letters[period] = found[7][1:] if with_status else None
        else:
            return None
    return _Oracle(channels, [(each.channel, each.number, each.line, each.energies, each.flags()) for each in days])


def _read(lines: list[str], spare: bytes = bytes(kernel.SPARE_BYTES), with_status: bool = True) -> _Oracle | None:
    content = "".join(f"{line}\n" for line in lines).encode("latin-1")
    data = np.frombuffer(content + spare, dtype=np.uint8)
    rows, channels = len(content) // kernel.LEAST_ROW, len(content) // kernel.LEAST_CHANNEL
    of, days = np.empty((channels, kernel.CHANNEL_SIZE), np.int64), np.empty((rows, kernel.DAY_SIZE), np.int64)
    energy, flags = np.empty(rows * kernel.PERIODS), np.empty(rows * kernel.PERIODS, np.uint16)
    keys, half_hours, slots = np.empty((rows, 2), np.uint64), np.empty(rows, np.int64), np.zeros(64, np.int32)
    long_numbers, counts = np.empty((rows, kernel.LONG_SIZE), np.int64), np.zeros(kernel.COUNTS_SIZE, np.int64)
    assert rows < len(slots)
    if not kernel.usual_days(
        data, len(content), with_status, _BITS, np.uint16(_NO_STATUS), of, days, energy, flags, keys, half_hours,
        slots, long_numbers, counts,
    ):  # fmt: skip
        assert not counts[kernel.FULL]
        return None
    assert counts[kernel.LINES] == len(lines)
    stamps = int(counts[kernel.STAMPS])
    assert len({tuple(key) for key in keys[:stamps].tolist()}) == stamps
    for place, first, past in long_numbers[: counts[kernel.LONG]].tolist():
        energy[place] = float(content[first:past])
    read = []
    flagged = 0
    for k, (channel, number, line, first) in enumerate(days[: counts[kernel.DAYS]].tolist()):
        energies = energy[k * kernel.PERIODS : (k + 1) * kernel.PERIODS].tolist()
        own = None
        if first != kernel.NO_FLAGS:
            assert first == flagged
            flagged += kernel.PERIODS
            own = flags[first:flagged].tolist()
        read.append((channel, number, line, energies, own))
    assert counts[kernel.FLAGS] == flagged
    assert counts[kernel.BLANKS] == np.isnan([each[3] for each in read]).sum()
    named = [(content[first:past].decode(), sensor) for first, past, sensor in of[: counts[kernel.CHANNELS]].tolist()]
    return _Oracle(named, read)


_NUMBERS = st.one_of(
    st.integers(0, 9999).map(lambda tenths: f"{tenths / 10}"),
    st.from_regex(r"-?[0-9]{0,17}(\.[0-9]{0,17})?", fullmatch=True),
    st.from_regex(r"[0-9.]{1,8}", fullmatch=True),
)
_TIMES = st.one_of(
    st.integers(0, 5).map(
        lambda half: f"{datetime(2026, 4, 1, tzinfo=UTC) + timedelta(minutes=30 * half):%d/%m/%Y,%H:%M}"
    ),
    st.datetimes(datetime(1990, 1, 1), datetime(2089, 12, 31)).map("{:%d/%m/%y,%H:%M}".format),  # noqa: DTZ001
    st.from_regex(r"[0-3][0-9]/[01][0-9]/(20)?[0-9]{2},[0-2][0-9]:[0-6][0-9](:0[01])?", fullmatch=True),
)
_STATUSES = st.sampled_from(["A", "A", "E", "C", "X", ""])
_ROWS = st.builds(lambda *cells: ",".join(cells), _TIMES, _NUMBERS, _STATUSES)
_USUAL_ROWS = st.integers(0, 9).map(lambda half: f"01/04/2026,0{half}:30,{half}.5,A")
_RISING = st.lists(
    st.tuples(st.integers(0, 200), _NUMBERS, _STATUSES), min_size=1, max_size=9, unique_by=lambda row: row[0]
).map(
    lambda rows: [
        f"{datetime(2026, 4, 1, tzinfo=UTC) + _HALF_HOUR * half:%d/%m/%Y,%H:%M},{number},{status}"
        for half, number, status in sorted(rows)
    ]
)
_LINES = st.one_of(
    _USUAL_ROWS, _USUAL_ROWS, _ROWS, st.sampled_from(["#O 99", "#O 7-Site", "#S 1", "#S 4", "#S 4\r", "#O 8\r"])
)
_SPOILS = ["", ",", "x", "1", "-", "#", "/", ":15", ".", " ", "\xe9", "\r", "a"]


def _as_sent(lines: list[str], with_status: bool) -> list[str]:
    return lines if with_status else [line if line[:1] == "#" else line.rpartition(",")[0] for line in lines]


@given(st.lists(_LINES, max_size=12), st.booleans(), st.booleans())
def test_usual_lines(lines: list[str], headed: bool, with_status: bool) -> None:
    lines = _as_sent(["#O 9900000000015", "#S 2", *lines] if headed else lines, with_status)
    assert repr(_read(lines, with_status=with_status)) == repr(_oracle(lines, with_status))


@given(st.lists(_RISING, min_size=1, max_size=3), st.booleans(), st.sampled_from(["", "\r"]))
def test_channels_in_order(channels: list[list[str]], with_status: bool, returned: str) -> None:
    lines = ["#O 9900000000015"]
    for number, rows in enumerate(channels, 1):
        lines += [f"#S {number}", *rows]
    lines = [line + returned for line in _as_sent(lines, with_status)]
    assert repr(_read(lines, with_status=with_status)) == repr(_oracle(lines, with_status))


@given(_RISING, st.data(), st.booleans())
def test_with_one_line_spoilt(rows: list[str], data: st.DataObject, with_status: bool) -> None:
    lines = one_spoilt(["#O 9900000000015-A", "#S 2", *_as_sent(rows, with_status)], _SPOILS, data)
    assert repr(_read(lines, with_status=with_status)) == repr(_oracle(lines, with_status))


@pytest.mark.parametrize(
    "row",
    [
        "01/04/2026,00:30,1.5,A", "01/04/26,00:30,1.5,A", "01/04/89,00:30,1.5,A", "01/04/90,00:30,1.5,A",
        "01/04/2026,00:30,,", "01/04/2026,00:30,-0,A", "01/04/2026,00:30,-0.0,A", "01/04/2026,00:30,999999999999999,A",
        "01/04/2026,00:30,0.99999999999999,A", "01/04/2026,23:30,1,Z", "29/02/2024,00:00,1,A",
        "01/04/2026,00:30:00,1,A",
        "01/04/2026,00:30,9999999999999999,A", "01/04/2026,00:30,0.999999999999999,A", "01/04/2026,00:30,1,@",
        f"01/04/2026,00:30,{'9' * 300},A", "01/04/2026,00:30,1234567,A", "01/04/2026,00:30,12.4567,A",
        "01/04/2026,00:30,12345678,A", "01/04/2026,00:30,1.234567,A", "01/04/2026,00:30,000.100,A",
        # Just beyond.
        f"01/04/2026,00:30,{'9' * 301},A", "01/04/2026,00:30,-,A", "01/04/2026,00:30,1..5,A", "01/04/2026,00:30,1.5.,A",
        "01/04/2026,00:30,.5,A", "01/04/2026,00:30,5.,A", "01/04/2026,00:30,.,A", "01/04/2026,00:30,1e3,A",
        "01/04/2026,00:30,1,a", "01/04/2026,00:30,1,AA", "01/04/2026,00:30,1", "01/04/2026,00:30,1,A,",
        "01/04/2026,24:00,1,A", "01/04/2026,00:60,1,A", "29/02/2026,00:00,1,A", "01/04/2026,00:30:01,1,A",
        "01/04/2026,00:30:10,1,A", "01/04/2026,00:30:0,1,A", "01/04/2026,23:59,1,A", "01/04/2026,00:15,1,A",
        "01/04/026,00:30,1,A", "", "1", "01/04/2026", "#", "#S", "#S 0", "#S 5", "#O", "#O ", "#O x", "#S 1 ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("spare", [bytes(kernel.SPARE_BYTES), b"#O 9900000000015\n"[: kernel.SPARE_BYTES]])
@pytest.mark.parametrize("with_status", [True, False])
def test_at_the_edges(row: str, spare: bytes, with_status: bool) -> None:
    lines = ["#O 9900000000015", "#S 2", row]
    assert repr(_read(lines, spare, with_status)) == repr(_oracle(lines, with_status))


@pytest.mark.parametrize("second", ["01/04/2026,00:30", "01/04/2026,00:00", "31/03/2026,12:00"])
def test_half_hours_that_do_not_rise(second: str) -> None:
    lines = ["#O 9900000000015", "#S 2", "01/04/2026,00:30,1,A", f"{second},1,A"]
    assert _oracle(lines, True) is None
    assert _read(lines) is None


@pytest.mark.parametrize("short", [0, 1, 2])
def test_without_room(short: int) -> None:
    content = b"#O 9\n#S 1\n#S 2\n01/04/26,00:30,1.0000000000000000001,A\n02/04/26,01:00,1.0000000000000000001,A\n"
    data = np.frombuffer(content + bytes(kernel.SPARE_BYTES), dtype=np.uint8)
    rooms = [2, 2, 2]
    rooms[short] = 1
    counts = np.zeros(kernel.COUNTS_SIZE, np.int64)
    arrays = [
        np.empty((rooms[0], kernel.CHANNEL_SIZE), np.int64), np.empty((rooms[1], kernel.DAY_SIZE), np.int64),
        np.empty(2 * kernel.PERIODS), np.empty(2 * kernel.PERIODS, np.uint16), np.empty((2, 2), np.uint64),
        np.empty(2, np.int64), np.zeros(8, np.int32), np.empty((rooms[2], kernel.LONG_SIZE), np.int64),
    ]  # fmt: skip
    assert not kernel.usual_days(data, len(content), True, _BITS, np.uint16(_NO_STATUS), *arrays, counts)
    assert counts[kernel.FULL]
