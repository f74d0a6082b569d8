"""The least that any per-period check must do: read each value and flag once, write one bit set for each."""

from __future__ import annotations

import numpy as np

from kernels.compile import kernel


@kernel
def floor_by_day(energy_kwh, flags, offsets, bits):  # type: ignore[no-untyped-def]
    """Channel-day by channel-day, as every check must walk them: one comparison and one bit set per reading."""
    for row in range(offsets.shape[0] - 1):
        start = np.uint64(offsets[row])
        for i in range(np.uint64(offsets[row + 1]) - start):
            bits[start + i] = np.uint32(flags[start + i]) | np.uint32(energy_kwh[start + i] < 0.0)


@kernel
def floor_flat(energy_kwh, flags, bits):  # type: ignore[no-untyped-def]
    """The same without regard to days: a copy in all but name, lower than any check could go."""
    for i in range(energy_kwh.shape[0]):
        bits[i] = np.uint32(flags[i]) | np.uint32(energy_kwh[i] < 0.0)


@kernel
def arithmetic(seed, rounds):  # type: ignore[no-untyped-def]
    """Multiplications that touch no memory: what two cores gain on them is all that they can gain on anything."""
    state = np.uint64(seed)
    for _ in range(rounds):
        state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        state ^= state >> np.uint64(33)
    return state
