"""What the kernels are told about each meter, and what they note about each channel-day."""

from __future__ import annotations

import numpy as np

METER_LIMITS = np.dtype(
    [
        ("resolution_kwh", np.float64),
        ("multiples_per_kwh", np.float64),
        ("max_permissible_kwh", np.float64),
        ("rating_kvah", np.float64),
        ("reactive_kvarh", np.float64),
        ("floor_kwh", np.float64),
        ("check_active_kwh", np.float64),
        ("check_reactive_kvarh", np.float64),
        ("demand_s", np.float64),
        ("duration_s", np.float64),
        ("consuming_kwh", np.float64),
        ("energised_from_day", np.int32),
    ],
    align=True,
)
"""The highest value that still passes, of each meter on file and of a last one for none; NaN: never broken.

`resolution_kwh`, its inverse `multiples_per_kwh` and `demand_s` are no thresholds but what is measured against.
Two cache lines for each meter cost less than one array of each threshold for every channel-day.
"""

DAY_FACTS = np.dtype(
    [
        ("lowest", np.float64),
        ("highest", np.float64),
        ("finite", np.int32),
        ("suspects", np.uint32),
    ],
    align=True,
)
"""One channel-day as its first pass sees it.

`lowest` and `highest` reading; minus and plus infinity where a reading is not finite or has a minus sign, so
that whatever is concluded from them holds there too. `finite` readings. `suspects` is a set of period bits:
a check whose bit is not in it finds nothing on this day; one whose bit is, may.
"""
