"""D0036 and D0275 written back from readings (formats.md B1 to B3)."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kernels import pipe_text
from validator.convert.header import Carriage
from validator.convert.refusal import cannot_carry
from validator.errors import Place, SubmissionError
from validator.readings.pipes import LAYOUTS, Layout, PipeBatch
from validator.readings.pipes.envelopes import EnvelopeError, opened
from validator.schema import FLAG_BITS, PROVENANCE_COLUMNS, READINGS

CARRIED = ("mpan_core", "measurement_quantity", "role", "settlement_date", "energy_kwh", "period_flags")
_OTHERS = tuple(name for name in READINGS.names if name not in (*CARRIED, *PROVENANCE_COLUMNS))
_LETTERS = np.frombuffer(b"AEC", dtype=np.uint8)
"""Statuses by flag bits: none, estimated, padding."""
_PRINTABLE = r"\A[ -{}~]+\z"


class DtcWriter:
    """Writes one envelope; days of a channel that follow each other stand under one group.

    SubmissionError for the first row that the flow cannot carry. `drop_attributes` leaves out the columns that
    it has no room for (meter, registers, clock) instead.
    """

    def __init__(
        self, word: str, name: str, file: BinaryIO, carriage: Carriage, supplier: str | None, drop_attributes: bool
    ) -> None:
        self._layout: Layout = LAYOUTS[word]
        self._name = name
        self._file = file
        self._supplier = supplier
        self._drop_attributes = drop_attributes
        self._header = _header(self._layout, carriage.header)
        self._rows = self._lines = self._groups = 0
        self._open: tuple[str, str, str] | None = None
        file.write(("|".join(self._header) + "|\n").encode())

    def write(self, batch: PipeBatch) -> None:
        """The next rows."""
        self._refuse(batch)
        values, ends = self._values(batch)
        channel, day = (group.record for group in self._layout.groups)
        readings = batch.readings
        days = pc.strftime(readings["settlement_date"], format="%Y%m%d").to_pylist()
        mpans, quantities = readings["mpan_core"].to_pylist(), readings["measurement_quantity"].to_pylist()
        begin = 0
        out: list[bytes] = []
        for mpan, quantity, supplier, on, end in zip(
            mpans, quantities, self._suppliers(batch), days, ends.tolist(), strict=True
        ):
            if (mpan, quantity, supplier) != self._open:
                self._open = (mpan, quantity, supplier)
                out.append(f"{channel}|{mpan}|{quantity}|{supplier}|\n".encode())
                self._groups += 1
            out.append(f"{day}|{on}|\n".encode())
            out.append(values[begin:end])
            begin = end
        self._file.write(b"".join(out))
        self._rows += len(readings)
        self._lines += len(readings) + len(readings["energy_kwh"].flatten())

    def close(self, carriage: Carriage) -> None:
        """Write the trailer, with the completion time that is known by now."""
        identifier = self._header[1]
        lines = self._lines + self._groups
        completed = f"{carriage.completed}|" if carriage.completed else ""
        self._file.write(f"ZPT|{identifier}|{lines}||{self._groups}|{completed}\n".encode())

    def abandon(self) -> None:
        """Nothing is held open."""

    def _suppliers(self, batch: PipeBatch) -> list[str]:
        if batch.supplier_id is not None:
            return [each or "" for each in batch.supplier_id.to_pylist()]
        assert self._supplier is not None
        return [self._supplier] * len(batch.readings)

    def _values(self, batch: PipeBatch) -> tuple[bytes, npt.NDArray[Any]]:
        lists = batch.readings["energy_kwh"]
        energy_kwh = np.asarray(lists.flatten().to_numpy(zero_copy_only=False), dtype=np.float64)
        flags = np.asarray(batch.readings["period_flags"].flatten().to_numpy(zero_copy_only=False), dtype=np.uint16)
        offsets = np.zeros(len(lists) + 1, dtype=np.int32)
        np.cumsum(lists.value_lengths().to_numpy(), out=offsets[1:])
        out = np.empty(pipe_text.MOST_VALUE_BYTES * len(energy_kwh), dtype=np.uint8)
        ends = np.zeros(len(lists), dtype=np.int64)
        fault = np.zeros(3, dtype=np.int64)
        value_id = np.frombuffer(self._layout.value.encode(), dtype=np.uint8)
        pipe_text.write_values(energy_kwh, flags, offsets, value_id, self._layout.decimals, _LETTERS, out, ends, fault)
        if fault[0] != pipe_text.WRITTEN:
            place = int(offsets[fault[1]] + fault[2])
            raise self._unwritten(batch, fault.tolist(), float(energy_kwh[place]), int(flags[place]))
        return out[: int(ends[-1]) if len(ends) else 0].tobytes(), ends

    def _unwritten(self, batch: PipeBatch, fault: list[int], energy_kwh: float, flags: int) -> SubmissionError:
        code, row, period = fault
        column, decimals = "energy_kwh", self._layout.decimals
        if code == pipe_text.OTHER_FLAGS:
            names = [name for bit, name in enumerate(FLAG_BITS) if flags >> bit & 1]
            found, expected, column = (
                f"flags {flags} ({', '.join(names) or 'a status not known'})",
                "A, E or C alone",
                "period_flags",
            )
        elif code == pipe_text.NOT_FINITE:
            found, expected = "an infinite value", "finite values"
        else:
            found, expected = (
                f"{energy_kwh!r}",
                f"values of at most {decimals} decimal{'s' * (decimals > 1)} and 15 digits",
            )
        found = f"{found} at period {period + 1}"
        return self._cannot(batch, row, column, found, expected, "Convert to Parquet or Arrow, which carry everything")

    def _refuse(self, batch: PipeBatch) -> None:
        readings = batch.readings
        utc_day = self._layout.utc_day
        tests = [
            ("role", pc.not_equal(readings["role"], "MAIN"), "a check meter", "main channels alone"),
            ("utc_day", pc.not_equal(readings["utc_day"], utc_day), "a UTC day", "local days"),
            ("period_flags", readings["period_flags"].is_null(), "no statuses", "a status of every period"),
            ("period_flags", _other_lengths(readings), "more or fewer flags than values", "a status of every period"),
        ]
        for column in ("mpan_core", "measurement_quantity"):
            plain = pc.match_substring_regex(readings[column], _PRINTABLE)
            tests.append((column, pc.invert(plain), "characters that it has no room for", "printable ASCII without |"))
        for column, wrong, found, expected in tests:
            self._refuse_any(batch, wrong, column, found, expected, "")
        if not self._drop_attributes:
            for column in _OTHERS:
                action = "Leave such columns out by --drop-attributes"
                self._refuse_any(batch, readings[column].is_valid(), column, "a value", "none", action)
        if batch.supplier_id is None and self._supplier is None:
            raise SubmissionError(Place(self._name), "no supplier id", "one for every channel", "Name it by --supplier")

    def _refuse_any(
        self, batch: PipeBatch, wrong: pa.BooleanArray, column: str, found: str, expected: str, action: str
    ) -> None:
        row = wrong.index(True).as_py()
        if row >= 0:
            raise self._cannot(batch, row, column, found, expected, action)

    def _cannot(
        self, batch: PipeBatch, row: int, column: str, found: str, expected: str, action: str
    ) -> SubmissionError:
        expected = f"{expected}, in a {self._layout.word}"
        return cannot_carry(self._name, batch, row, self._rows, column, found, expected, action)


def _other_lengths(readings: pa.RecordBatch) -> pa.BooleanArray:
    flags, values = readings["period_flags"].value_lengths(), readings["energy_kwh"].value_lengths()
    return pc.not_equal(flags, values).fill_null(False)


def _header(layout: Layout, text: str) -> tuple[str, ...]:
    """The header to write, its flow in place of any other."""
    if not text:
        example = f"ZHV|SYN0000001|{layout.word}001|C|HHDC|X|SUPP|20260403071500||||OPER|"
        raise SubmissionError(Place("--header"), "none", f"the ZHV line to write, such as {example}")
    fields = text.split("|")
    flow = fields[2] if len(fields) > 2 else ""
    if len(fields) == 13 and flow[:5] in LAYOUTS:
        fields[2] = layout.word + flow[5:]
    try:
        envelope = opened(layout.flow, "|".join(fields), 1, allow_test_data=True)
    except EnvelopeError as error:
        fault = error.fault
        place = Place("--header", column=f"{fault.title} (field {fault.field} of ZHV)" if fault.field else None)
        raise SubmissionError(place, fault.found, fault.expected, "Give the whole line") from None
    if envelope.identifier is None:
        raise SubmissionError(Place("--header"), "no file identifier", "12 fields, each ended by |")
    return envelope.fields
