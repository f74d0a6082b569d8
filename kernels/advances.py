"""What a cumulative register goes forward by from one reading to the next."""

from __future__ import annotations

import numpy as np

from kernels.compile import without_arrays


@without_arrays
def advances_between(instants, order, reading, apart_s, parts, newer, advance):  # type: ignore[no-untyped-def]
    """How many readings stand `apart_s` seconds behind the reading before them.

    `instants` int64 (rows,) rise in `order` int64, the rows that are looked at; `reading` float64 (rows,) is NaN where
    there is none, and such a row is passed over. Filled, in that order, at their start: `newer` int64 (len(order),),
    the rows of those readings, and `advance` float64 (len(order),), how much each is above the one before, to the
    nearest of `parts` parts of one.
    """
    found, before = np.int64(0), np.int64(-1)
    for k in range(np.uint64(order.size)):
        row = order[k]
        if np.isnan(reading[np.uint64(row)]):
            continue
        if before >= 0 and instants[np.uint64(row)] - instants[np.uint64(before)] == apart_s:
            newer[np.uint64(found)] = row
            difference = reading[np.uint64(row)] - reading[np.uint64(before)]
            advance[np.uint64(found)] = np.rint(difference * parts) / parts
            found += 1
        before = row
    return found
