"""The register readings of several files with numbers for their texts, one file after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kernels.stamps import DAY_S
from validator.mpan import numbered
from validator.readings.register_readings import RegisterReadings
from validator.schema import QUANTITIES

Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]
_FAILED = "F"


@dataclass(frozen=True)
class CodedReadings:
    """Arrays (readings,): `mpan` and `serial` are places in `mpans` and `serials`, in which no text stands twice.

    `quantity` is a place in QUANTITIES, -1 where the register's id names none; `alone` tells whose meter has one
    register in all that was sent. `on` is days since 1970, and `at_midnight` whether the reading was taken as it began.
    """

    mpans: pa.Array
    serials: pa.Array
    mpan: Codes
    serial: Codes
    quantity: Codes
    alone: Bools
    failed: Bools
    on: npt.NDArray[np.int64]
    at_midnight: Bools
    value_kwh: npt.NDArray[np.float64]


def coded(registers: Sequence[RegisterReadings]) -> CodedReadings:
    """Of files with at least one reading between them."""
    columns = pa.concat_tables([each.columns for each in registers])
    mpan, mpans = _of_groups(columns["mpan_core"])
    serial, serials = _of_groups(columns["meter_serial"])
    status, statuses = _of_groups(columns["status"])
    register, ids = _coded(columns["register_id"])
    quantity = places_in(ids, pa.array(QUANTITIES))[register]
    read_at = columns["read_at"].cast(pa.int64()).to_numpy()
    on = read_at // DAY_S
    return CodedReadings(
        mpans=mpans,
        serials=serials,
        mpan=mpan,
        serial=serial,
        quantity=quantity,
        alone=_alone(mpan.astype(np.int64) * len(serials) + serial, register, quantity),
        failed=(places_in(statuses, pa.array([_FAILED])) == 0)[status],
        on=on,
        at_midnight=on * DAY_S == read_at,
        value_kwh=columns["value_kwh"].to_numpy(),
    )


def places_in(texts: pa.Array | pa.ChunkedArray, among: pa.Array) -> Codes:
    """Where each text stands in `among`; -1 where it does not."""
    found: Codes = pc.index_in(texts, value_set=among).fill_null(-1).to_numpy()
    return found


def _alone(meter: npt.NDArray[np.int64], register: Codes, quantity: Codes) -> Bools:
    """Whose meter has no register but this one; true of all where it is not asked, for every register has a name."""
    if (quantity >= 0).all():
        return np.ones(len(meter), dtype=np.bool_)
    meters, first = numbered(meter)
    several = np.zeros(len(first), dtype=np.bool_)
    several[meters[register != register[first][meters]]] = True
    return ~several[meters]


def _of_groups(column: pa.ChunkedArray) -> tuple[Codes, pa.Array]:
    """As `_coded`, of a column whose dictionaries say what each group of the file says."""
    codes, texts = _coded(pa.chunked_array([chunk.dictionary for chunk in column.chunks]))
    firsts = np.cumsum([0, *(len(chunk.dictionary) for chunk in column.chunks)])
    parts = [
        codes[first : first + len(chunk.dictionary)][chunk.indices.to_numpy()]
        for first, chunk in zip(firsts.tolist(), column.chunks, strict=False)
    ]
    return np.concatenate(parts), texts


def _coded(texts: pa.ChunkedArray) -> tuple[Codes, pa.Array]:
    """Each text's place among the distinct ones, and these."""
    # All parts of what Arrow encodes together have one dictionary.
    encoded = texts.dictionary_encode()
    return np.concatenate([chunk.indices.to_numpy() for chunk in encoded.chunks]), encoded.chunk(0).dictionary
