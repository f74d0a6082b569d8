"""Which checks may find something on which channel-days, now that every channel-day's extremes are known."""

from __future__ import annotations

from kernels.apparent import highest_apparent_squared
from kernels.compile import kernel
from kernels.pairs import may_be_both, never_idle
from kernels.partners import AE, AI, RE, RI, partner_of
from kernels.period_bits import ABOVE_RATING, IMPORT_EXPORT_BOTH, REACTIVE_WITHOUT_ACTIVE


@kernel
def suspect(  # type: ignore[no-untyped-def]
    offsets, facts, run_masks, meters, limits, systems, slots, roles, first, last, rows, suspects, starts
):
    """List the channel-days `first` to `last` - 1 on which a check that ran may find something.

    `run_masks` uint32 (rows,) are the checks that ran. Writes one entry of `rows`, of `suspects` and of `starts`,
    where the bits of its periods begin, for each such day; `starts` ends with the number of all their periods.
    Returns how many there are.
    """
    found = 0
    starts[0] = 0
    for row in range(first, last):
        here = facts[row].suspects & run_masks[row]
        meter = meters[row] if meters[row] >= 0 else limits.shape[0] - 1
        limit = limits[meter]
        if run_masks[row] & ABOVE_RATING:
            squared = limit.rating_kvah * limit.rating_kvah
            reactive_import = partner_of(systems, slots, roles, row, RI)
            reactive_export = partner_of(systems, slots, roles, row, RE)
            if highest_apparent_squared(facts, row, reactive_import, reactive_export) > squared:
                here |= ABOVE_RATING
        if run_masks[row] & REACTIVE_WITHOUT_ACTIVE:
            periods = offsets[row + 1] - offsets[row]
            beside = never_idle(facts, partner_of(systems, slots, roles, row, AI), periods)
            if not beside:
                beside = never_idle(facts, partner_of(systems, slots, roles, row, AE), periods)
            if not beside and facts[row].highest > limit.reactive_kvarh:
                here |= REACTIVE_WITHOUT_ACTIVE
        if run_masks[row] & IMPORT_EXPORT_BOTH:
            exports = partner_of(systems, slots, roles, row, AE)
            if may_be_both(facts, row, exports, limit.floor_kwh):
                here |= IMPORT_EXPORT_BOTH
        if here:
            rows[found] = row
            suspects[found] = here
            starts[found + 1] = starts[found] + (offsets[row + 1] - offsets[row])
            found += 1
    return found
