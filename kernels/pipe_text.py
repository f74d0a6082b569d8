"""Values as the records of a DTC flow, the way back from kernels.pipes."""

from __future__ import annotations

import numpy as np

from kernels.compile import kernel

WRITTEN = 0
NOT_FINITE = 1
TOO_FINE = 2
OTHER_FLAGS = 3

MOST_VALUE_BYTES = 32
"""Bytes of one record, at most: `103|A|`, sign, 16 digits, point, and `|` with its line end."""
_FIRST_INEXACT = float(1 << 53)


@kernel
def write_values(energy_kwh, flags, offsets, value_id, decimals, letters, out, ends, fault):  # type: ignore[no-untyped-def]
    """Write the values of every row one after another.

    `energy_kwh` float64 (values,), NaN where blank; `flags` uint16 (values,), of which `letters` uint8 (n,) has
    the status; `offsets` int32 (rows + 1,). `value_id` uint8 (3,). `out` uint8 has room for MOST_VALUE_BYTES a
    value; `ends` int64 (rows,) gets where each row ends in it. `fault` int64 (3,): code, row, value in the row,
    of the first value that cannot be written so that it is read again as the same double.
    """
    scale = 10.0**decimals
    digits = np.zeros(20, dtype=np.uint8)
    at = 0
    for row in range(ends.size):
        for value in range(offsets[row], offsets[row + 1]):
            energy, flag = energy_kwh[value], flags[value]
            if flag >= letters.size:
                _stop(fault, OTHER_FLAGS, row, value - offsets[row])
                return
            out[at] = value_id[0]
            out[at + 1] = value_id[1]
            out[at + 2] = value_id[2]
            out[at + 3] = 124
            out[at + 4] = letters[flag]
            out[at + 5] = 124
            at += 6
            if not np.isnan(energy):
                size = abs(energy)
                scaled = np.rint(size * scale)
                # An infinite value is no number, and an inexact one would be another number.
                if not size < np.inf:
                    _stop(fault, NOT_FINITE, row, value - offsets[row])
                    return
                if scaled >= _FIRST_INEXACT or scaled / scale != size:
                    _stop(fault, TOO_FINE, row, value - offsets[row])
                    return
                if np.signbit(energy):
                    out[at] = 45
                    at += 1
                left = np.int64(scaled)
                count = 0
                while left > 0 or count <= decimals:
                    digits[count] = 48 + left % 10
                    left //= 10
                    count += 1
                for place in range(count):
                    if place == count - decimals:
                        out[at] = 46
                        at += 1
                    out[at] = digits[count - 1 - place]
                    at += 1
            out[at] = 124
            out[at + 1] = 10
            at += 2
        ends[row] = at


@kernel
def _stop(fault, code, row, value):  # type: ignore[no-untyped-def]
    fault[0] = code
    fault[1] = row
    fault[2] = value
