"""The `|`-separated flows that hold half-hourly data: their records and fields (formats.md B2 to B6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kernels import pipes
from validator.readings.pipes.envelopes import Family, Flow
from validator.readings.pipes.windows import Bytes
from validator.schema import FLAG_ESTIMATED, FLAG_INVALID_STATUS, FLAG_PADDING


@dataclass(frozen=True)
class Field:
    """A group's field: its name in the trade, its kind (of kernels.pipes), and the text of a row that it is."""

    title: str
    kind: int = pipes.FREE
    text: str = ""


@dataclass(frozen=True)
class Group:
    """A record that opens a group, and its fields after the record id."""

    record: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Layout:
    """One flow: its groups from the top down, and its value record.

    `value_fields` are the titles of the value record's fields: `status`, `period` and `value_title` among
    them. `flags` are the period flags of each status letter; a letter in `no_value` says that there is no
    reading. `decimals` are those of a value as the flow writes it; `largest` is the most that its item surely
    holds, and anything larger is read and noted.
    """

    word: str
    family: Family
    groups: tuple[Group, ...]
    value: str
    value_fields: tuple[str, ...]
    value_title: str
    utc_day: bool
    decimals: int
    flags: tuple[tuple[str, int], ...]
    blank_status: bool
    no_value: str = ""
    largest: float | None = None

    @property
    def flow(self) -> Flow:
        """What its envelope is held against."""
        return Flow(self.word, self.family, self.groups[0].record)

    @property
    def header(self) -> str:
        """Record id of the header."""
        return "ZHV" if self.family == "DTC" else "AAA"

    @property
    def trailer(self) -> str:
        """Record id of the trailer."""
        return "ZPT" if self.family == "DTC" else "ZZZ"

    @property
    def row(self) -> str:
        """Record id of the group that is one channel-day."""
        return self.groups[-1].record

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Names of a row's texts, in the order of the scanner's slots."""
        return tuple(field.text for group in self.groups for field in group.fields if field.text)

    @cached_property
    def group_ids(self) -> npt.NDArray[np.int64]:
        """Packed record ids (levels,)."""
        return np.array([pipes.packed(group.record) for group in self.groups], dtype=np.int64)

    @cached_property
    def group_fields(self) -> npt.NDArray[np.int64]:
        """Fields after the record id (levels,)."""
        return np.array([len(group.fields) for group in self.groups], dtype=np.int64)

    @cached_property
    def kinds(self) -> npt.NDArray[np.int64]:
        """Kind of each field (levels, fields)."""
        return self._table([[field.kind for field in group.fields] for group in self.groups], pipes.FREE)

    @cached_property
    def slots(self) -> npt.NDArray[np.int64]:
        """Which text of a row each field is, -1 for none (levels, fields)."""
        places = {text: place for place, text in enumerate(self.texts)}
        rows = [[places.get(field.text, -1) for field in group.fields] for group in self.groups]
        return self._table(rows, -1)

    @cached_property
    def flag_of(self) -> npt.NDArray[np.uint16]:
        """Period flags of each status byte (256,); 0 stands for a blank status."""
        flags = np.full(256, FLAG_INVALID_STATUS, dtype=np.uint16)
        for letter, bits in self.flags:
            flags[ord(letter)] = bits
        for letter in self.no_value:
            flags[ord(letter)] = pipes.NULL_STATUS
        # A bar or a line end can be no status: the line was read wrongly.
        flags[[ord("|"), ord("\n"), ord("\r")]] = pipes.BAD_LETTER
        if not self.blank_status:
            flags[0] = pipes.BAD_LETTER
        return flags

    def scanned_as(self, earliest: int, latest: int) -> npt.NDArray[np.int64]:
        """`layout` of kernels.pipes.scan; dates are days since 1970-01-01."""
        numbered = "period" in self.value_fields
        layout = np.zeros(pipes.LAYOUT_SIZE, dtype=np.int64)
        layout[pipes.LEVELS] = len(self.groups)
        layout[pipes.HEADER] = pipes.packed(self.header)
        layout[pipes.TRAILER] = pipes.packed(self.trailer)
        layout[pipes.VALUE] = pipes.packed(self.value)
        layout[pipes.VALUE_FIELDS] = len(self.value_fields)
        layout[pipes.STATUS_AT] = 1 + self.value_fields.index("status")
        layout[pipes.VALUE_AT] = 1 + self.value_fields.index(self.value_title)
        layout[pipes.PERIOD_AT] = 1 + self.value_fields.index("period") if numbered else 0
        layout[pipes.CHECKSUM] = self.family == "IDD"
        layout[pipes.EARLIEST] = earliest
        layout[pipes.LATEST] = latest
        return layout

    @staticmethod
    def _table(rows: list[list[int]], fill: int) -> npt.NDArray[np.int64]:
        width = max(map(len, rows))
        return np.array([[*row, *[fill] * (width - len(row))] for row in rows], dtype=np.int64)


_CHANNEL = (
    Field("MPAN core", pipes.TEXT, "mpan_core"),
    Field("measurement quantity", pipes.TEXT, "measurement_quantity"),
    Field("supplier id", pipes.OPTIONAL, "supplier_id"),
)
_DAY = (Field("settlement date", pipes.DATE),)
_ACTUAL_OR_ESTIMATED = (("A", 0), ("E", FLAG_ESTIMATED), ("C", FLAG_PADDING))


def _advances(word: str, channel: str, day: str, value: str, *, utc_day: bool, decimals: int) -> Layout:
    return Layout(
        word=word,
        family="DTC",
        groups=(Group(channel, _CHANNEL), Group(day, _DAY)),
        value=value,
        value_fields=("status", "period consumption"),
        value_title="period consumption",
        utc_day=utc_day,
        decimals=decimals,
        flags=_ACTUAL_OR_ESTIMATED,
        blank_status=True,
        # NUM(7,1): whether the point counts as one of the seven is not settled by what was seen.
        largest=999999.9 if decimals == 1 else None,
    )


_CDCA_STATUS = (("A", 0),)
"""A valid, B invalid, C unavailable; D has been seen and its meaning has not (gb-rules.md A4.6). B, D and any
other letter are no status under which a reading may stand, and become `invalid_flag`; C is no reading."""

LAYOUTS: dict[str, Layout] = {
    layout.word: layout
    for layout in (
        _advances("D0036", "101", "102", "103", utc_day=False, decimals=1),
        _advances("D0275", "25B", "26B", "27B", utc_day=False, decimals=1),
        _advances("D0379", "25B", "26B", "66L", utc_day=True, decimals=3),
        Layout(
            word="C0121",
            family="IDD",
            groups=(
                Group("RMD", (Field("MSID", pipes.TEXT, "mpan_core"),)),
                Group("MS9", _DAY),
                Group("OS9", (Field("outstation id", pipes.TEXT, "outstation_id"),)),
                Group(
                    "CN9",
                    (
                        Field("channel number"),
                        Field("measurement quantity", pipes.TEXT, "measurement_quantity"),
                        Field("main or check", pipes.ROLE, "role"),
                    ),
                ),
            ),
            value="RMP",
            value_fields=("period", "meter reading volume", "status"),
            value_title="meter reading volume",
            utc_day=False,
            decimals=3,
            flags=_CDCA_STATUS,
            blank_status=False,
            no_value="C",
        ),
    )
}

_FLOW = re.compile(rb"ZHV\|(?:[^|\n]*\|)?(D[0-9]{4})[0-9]*\|")
_DTC_HEADER = re.compile(rb"^ZHV\|", re.MULTILINE)


def flow_of(header: bytes, layout: Layout) -> Layout | None:
    """The flow that a header names, where it is one that can be read and has the envelope that `layout` has."""
    found = _FLOW.match(header)
    other = LAYOUTS.get(found[1].decode()) if found else None
    return other if other is not None and other.family == layout.family else None


def headers_in(data: Bytes, layout: Layout) -> list[int]:
    """Where headers begin, of DTC files alone: the CDCA has one file type with readings."""
    return [found.start() for found in _DTC_HEADER.finditer(data.data)] if layout.family == "DTC" else []
