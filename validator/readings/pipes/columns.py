"""A scanned window's columns as a record batch of readings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernels import pipes
from validator.readings.pipes.layouts import Layout
from validator.readings.pipes.scanning import Scanned
from validator.readings.table import provenance
from validator.schema import READINGS

_SUPPLIER = "supplier_id"
_NULLS_AT_HAND = 16384
_ROLE_OF = {"M": "MAIN", "C": "CHECK"}


@dataclass
class Carried:
    """What a window takes over from those before it: the texts and the date of the groups that are open."""

    texts: list[bytes]
    day: int = pipes.UNKNOWN_DAY

    def pass_on(self, scanned: Scanned) -> None:
        """Take over what is open at the end of a window."""
        for slot, (begin, end) in enumerate(scanned.current.tolist()):
            if begin >= 0:
                self.texts[slot] = bytes(scanned.data[begin:end])
        if scanned.state[pipes.DAY] != pipes.UNKNOWN_DAY:
            self.day = int(scanned.state[pipes.DAY])


@dataclass(frozen=True)
class PipeBatch:
    """READINGS of some channel-days, and the supplier id of each where the flow has one."""

    readings: pa.RecordBatch
    supplier_id: pa.StringArray | None


@dataclass(frozen=True)
class Prepared:
    """What a window's columns are whatever comes before it; threads make it side by side.

    `texts` are by name, those that need nothing from a window before; `large` counts the values above
    `Layout.largest`.
    """

    energy_kwh: pa.ListArray
    period_flags: pa.ListArray
    texts: dict[str, pa.StringArray]
    large: int


def prepared(layout: Layout, scanned: Scanned, with_supplier: bool) -> Prepared:
    """The part of `batch_of` that does not have to wait for the windows before."""
    rows = len(scanned.rows)
    offsets = np.append(scanned.rows[:, pipes.ROW_VALUES], len(scanned.energy_kwh)).astype(np.int32)
    if (rows and offsets[0]) or (not rows and len(scanned.energy_kwh)):
        raise AssertionError("values stand before the first row of a window")
    texts = {
        text: _text(scanned, b"", slot, text)
        for slot, text in _wanted(layout, with_supplier)
        if rows == 0 or scanned.ranges[0, slot, 0] >= 0
    }
    large = 0 if layout.largest is None else int(pipes.count_above(scanned.energy_kwh, layout.largest))
    flags = pa.array(scanned.flags, pa.uint16())
    return Prepared(_lists(offsets, _energies(scanned)), _lists(offsets, flags), texts, large)


def _wanted(layout: Layout, with_supplier: bool) -> list[tuple[int, str]]:
    return [(slot, text) for slot, text in enumerate(layout.texts) if with_supplier or text != _SUPPLIER]


def batch_of(
    name: str, layout: Layout, scanned: Scanned, carried: Carried, first_line: int, with_supplier: bool
) -> PipeBatch:
    """All rows of a window; `first_line` is the number of its first line less one."""
    rows = len(scanned.rows)
    ready = scanned.prepared
    assert ready is not None, "a window with a fault becomes no batch"
    texts = {
        text: ready.texts[text] if text in ready.texts else _text(scanned, carried.texts[slot], slot, text)
        for slot, text in _wanted(layout, with_supplier)
    }
    day_number = scanned.rows[:, pipes.ROW_DAY].astype(np.int32)
    day_number[day_number == pipes.UNKNOWN_DAY] = carried.day
    columns: dict[str, Any] = {
        "role": pa.repeat(pa.scalar("MAIN", pa.string()), rows),
        **texts,
        "settlement_date": pa.array(day_number, pa.int32()).view(pa.date32()),
        "energy_kwh": ready.energy_kwh,
        "period_flags": ready.period_flags,
        **provenance(name, layout.utc_day, False, pa.array(scanned.rows[:, pipes.ROW_LINE] + first_line, pa.int64())),
    }
    arrays = [columns[field.name] if field.name in columns else _nulls(rows, field.type) for field in READINGS]
    return PipeBatch(pa.RecordBatch.from_arrays(arrays, schema=READINGS), texts.get(_SUPPLIER))


@lru_cache
def _some_nulls(kind: pa.DataType) -> pa.Array:
    return pa.nulls(_NULLS_AT_HAND, kind)


def _nulls(rows: int, kind: pa.DataType) -> pa.Array:
    """Nulls, of which all windows share the memory."""
    return _some_nulls(kind).slice(0, rows) if rows <= _NULLS_AT_HAND else pa.nulls(rows, kind)


def one_after_another(batches: list[PipeBatch]) -> PipeBatch:
    """The rows of all batches."""
    suppliers = [batch.supplier_id for batch in batches if batch.supplier_id is not None]
    readings = pa.concat_batches([batch.readings for batch in batches])
    return PipeBatch(readings, pa.concat_arrays(suppliers) if len(suppliers) == len(batches) else None)


def kept_rows(batch: PipeBatch, keep: npt.NDArray[np.bool_]) -> PipeBatch:
    """The rows of a batch that are kept."""
    if keep.all():
        return batch
    mask = pa.array(keep)
    supplier = None if batch.supplier_id is None else batch.supplier_id.filter(mask)
    return PipeBatch(batch.readings.filter(mask), supplier)


def _text(scanned: Scanned, carried: bytes, slot: int, text: str) -> pa.StringArray:
    """One text of every row, `text` by name. Those whose group was open before the window come first: `carried`."""
    offsets = np.empty(len(scanned.rows) + 1, dtype=np.int32)
    before = int(pipes.text_offsets(scanned.ranges, slot, len(carried), offsets))
    out = np.empty(int(offsets[-1]) + 8, dtype=np.uint8)
    out[: offsets[before]] = np.frombuffer(carried * before, dtype=np.uint8)
    pipes.copy_texts(scanned.data, scanned.ranges, slot, before, offsets, out)
    made = pa.StringArray.from_buffers(len(scanned.rows), pa.py_buffer(offsets), pa.py_buffer(out))
    return _roles(made) if text == "role" else made


def _roles(letters: pa.StringArray) -> pa.StringArray:
    encoded = letters.dictionary_encode()
    words = pa.array([_ROLE_OF[letter] for letter in encoded.dictionary.to_pylist()], pa.string())
    return words.take(encoded.indices)


def _energies(scanned: Scanned) -> pa.Array:
    values = scanned.energy_kwh
    # No text reads as NaN: the scanner writes it for a blank field only.
    present = np.packbits(~np.isnan(values), bitorder="little") if scanned.blanks else None
    validity = pa.py_buffer(present) if present is not None else None
    return pa.Array.from_buffers(pa.float64(), len(values), [validity, pa.py_buffer(values)])


def _lists(offsets: npt.NDArray[np.int32], values: pa.Array) -> Any:
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)
