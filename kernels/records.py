"""What the kernels are told of each meter and CoP Issue, and what they note of each channel-day."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, kernel

METER_LIMITS = np.dtype(
    [
        ("resolution_kwh", np.float64),
        ("multiples_per_kwh", np.float64),
        ("rating_kvah", np.float64),
        ("reactive_kvarh", np.float64),
        ("floor_kwh", np.float64),
        ("full_load_kwh", np.float64),
        ("energised_from_day", np.int32),
    ],
    align=True,
)
"""The highest value that still passes, of each meter on file and of a last one for none; NaN: never broken.

`resolution_kwh`, its inverse and `full_load_kwh` (the energy of a half hour at rated load) are what is measured
against. One cache line for each meter costs less than one array of each by channel-day.
"""

ISSUE_LIMITS = np.dtype(
    [
        ("max_permissible_kwh", np.float64),
        ("demand_s", np.float64),
        ("duration_s", np.float64),
        ("check_active_share", np.float64),
        ("check_reactive_share", np.float64),
    ],
    align=True,
)
"""The highest value that still passes under each governing CoP Issue, and a last one for none; NaN: never broken.

`demand_s` is the demand period, and `duration_s` by how much a period may depart from it. The two shares of full
load are by how much a main and a check meter may differ, before tolerance.
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


@inlined
def _past(limit, relative):  # type: ignore[no-untyped-def]
    """The highest value that still does not break an upper limit, to the last bit as `validator` has it."""
    return limit + relative * max(1.0, abs(limit))


@kernel
def fill_meter_limits(  # type: ignore[no-untyped-def]
    rated_kva,
    resolution_kwh,
    energised_from_day,
    rating_factor,
    reactive_resolutions,
    floor_resolutions,
    relative,
    limits,
):
    """Write METER_LIMITS of every meter: in one go, as a column after another took six times as long."""
    for meter in range(limits.shape[0]):
        resolution = resolution_kwh[meter]
        limits[meter].resolution_kwh = resolution
        limits[meter].multiples_per_kwh = 1.0 / resolution
        limits[meter].rating_kvah = _past(rated_kva[meter] * 0.5 * rating_factor, relative)
        limits[meter].reactive_kvarh = _past(reactive_resolutions * resolution, relative)
        limits[meter].floor_kwh = _past(floor_resolutions * resolution, relative)
        limits[meter].full_load_kwh = rated_kva[meter] * 0.5
        limits[meter].energised_from_day = energised_from_day[meter]
