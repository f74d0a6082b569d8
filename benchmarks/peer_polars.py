"""The same per-period checks as polars expressions, for its lazy and its streaming collector.

The frame is as an expert would want it: a row for each period of a metering system, a column for each channel,
so that partners stand side by side and no join is needed.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.estate import PERIODS, Estate
from benchmarks.rules import EVERY_CHECK, Rules
from kernels import period_bits as bit

Bits = npt.NDArray[np.uint32]
Collector = Literal["in-memory", "streaming"]
Found = tuple[int, pl.Expr]
"""A check's bit, and the expression that sets it."""


def frame_of(made: Estate) -> pl.DataFrame:
    """Columns system, period, and energy (e0 ...) and flags (f0 ...) of each channel."""
    many = made.systems * PERIODS
    columns: dict[str, npt.NDArray[np.generic]] = {
        "system": np.repeat(np.arange(made.systems, dtype=np.uint32), PERIODS),
        "period": np.tile(np.arange(PERIODS, dtype=np.uint8), made.systems),
    }
    for channel in range(made.channels):
        columns[f"e{channel}"] = made.energy_kwh[:, channel].reshape(many).copy()
        columns[f"f{channel}"] = made.flags[:, channel].reshape(many).copy()
    return pl.DataFrame(columns)


def check(
    frame: pl.DataFrame, channels: int, rules: Rules, collector: Collector, only: int = EVERY_CHECK
) -> pl.DataFrame:
    """Every reading's bit set of the checks of `only`: columns system, period and b0 ... of uint32."""
    lazy = frame.lazy()
    by_period = lazy.select("system", "period", *(_bits(channel, channels, rules, only) for channel in range(channels)))
    looks = [look for channel in range(channels) for look in _look(channel, rules, only)]
    if not looks:
        return by_period.collect(engine=collector)
    found, days = pl.collect_all([by_period, lazy.group_by("system").agg(looks)], engine=collector)
    return _add_shapes(found, days, frame, channels, rules, only)


def bits_of(found: pl.DataFrame, made: Estate) -> Bits:
    """The answer in the shape of the estate."""
    columns = [found[f"b{channel}"].to_numpy().reshape(made.systems, PERIODS) for channel in range(made.channels)]
    return np.stack(columns, axis=1)


def _flag(found: pl.Expr, mask: np.uint32) -> Found:
    # A comparison with NaN is no finding; polars holds NaN to be the greatest of all.
    return int(mask), found.cast(pl.UInt32) * pl.lit(int(mask), dtype=pl.UInt32)


def _bits(channel: int, channels: int, rules: Rules, only: int) -> pl.Expr:
    asked = [expression for mask, expression in _found(channel, channels, rules) if only & mask]
    if only & bit.ALARMS:
        asked.append(((pl.col(f"f{channel}") & 0xFFC).cast(pl.UInt32) // 4) * (1 << int(bit.FIRST_ALARM)))
    bits = asked[0] if asked else pl.lit(0, dtype=pl.UInt32)
    for one in asked[1:]:
        bits = bits | one
    return bits.alias(f"b{channel}")


def _found(channel: int, channels: int, rules: Rules) -> list[Found]:
    energy, flags = pl.col(f"e{channel}"), pl.col(f"f{channel}")
    finite = energy.is_finite()
    multiple = energy / rules.resolution_kwh
    off = (multiple - multiple.round(mode="half_to_even")).abs() > rules.whole_multiple_tolerance
    padding = (flags & 2) != 0
    found = [
        _flag(~finite, bit.MISSING_PERIOD),
        _flag(finite & (energy < rules.negative_kwh), bit.NEGATIVE_ENERGY),
        _flag(finite & off, bit.OFF_RESOLUTION),
        _flag(((flags & 0xF000) != 0) | padding, bit.INVALID_FLAG),
        _flag((flags & 1) != 0, bit.ESTIMATED),
        *_beside(channel, rules),
    ]
    if channels == 8 and channel < 4:
        allowance = rules.check_active_kwh if channel < 2 else rules.check_reactive_kvarh
        check_energy = pl.col(f"e{channel + 4}")
        apart = (energy - check_energy).abs() > allowance
        found.append(_flag(finite & check_energy.is_finite() & apart, bit.MAIN_CHECK_DISCREPANCY))
    return found


def _beside(channel: int, rules: Rules) -> list[Found]:
    """Checks against the other channels of the same meter."""
    first = channel // 4 * 4
    energy, finite = pl.col(f"e{channel}"), pl.col(f"e{channel}").is_finite()
    imports, exports = pl.col(f"e{first}"), pl.col(f"e{first + 1}")
    if channel % 4 >= 2:
        idle = (imports == 0.0) & (exports == 0.0)
        return [_flag(finite & idle & (energy > rules.reactive_kvarh), bit.REACTIVE_WITHOUT_ACTIVE)]
    reactive = [
        pl.when(e.is_finite()).then(e).otherwise(0.0) for e in (pl.col(f"e{first + 2}"), pl.col(f"e{first + 3}"))
    ]
    net = reactive[0] - reactive[1]
    found = [
        _flag(finite & (energy > rules.max_permissible_kwh), bit.ABOVE_MAX_PERMISSIBLE),
        _flag(finite & (energy * energy + net * net > rules.rating_kvah**2), bit.ABOVE_RATING),
    ]
    if channel % 4 == 0:
        above = (imports > rules.floor_kwh) & (exports > rules.floor_kwh) & finite & exports.is_finite()
        found.append(_flag(above, bit.IMPORT_EXPORT_BOTH))
    return found


def _look(channel: int, rules: Rules, only: int) -> list[pl.Expr]:
    """By system: whether a channel's day may hold a run or a spike; the few that may are looked at again."""
    energy = pl.col(f"e{channel}")
    looks = []
    if only & (bit.ZERO_RUN | bit.STUCK):
        looks.append(((energy == energy.shift(1)).sum() >= rules.shortest_run(only) - 1).alias(f"r{channel}"))
    if only & bit.SPIKE:
        finite = pl.when(energy.is_finite()).then(energy)
        near = (finite >= finite.max() / (1.0 + rules.spike_ratio)).sum()
        looks.append(((near <= 3) & (finite.max() > rules.floor_kwh)).alias(f"s{channel}"))
    return looks


def _add_shapes(
    found: pl.DataFrame, days: pl.DataFrame, frame: pl.DataFrame, channels: int, rules: Rules, only: int
) -> pl.DataFrame:
    """Marks runs and spikes on the days that may hold them."""
    looked = set(days.columns)
    for channel in range(channels):
        suspect = pl.any_horizontal(*({f"r{channel}", f"s{channel}"} & looked))
        suspects = days.filter(suspect)["system"]
        if not len(suspects):
            continue
        days_of = frame.filter(pl.col("system").is_in(suspects.implode())).select("system", "period", f"e{channel}")
        marks = _shapes(days_of, channel, rules, only)
        column = found[f"b{channel}"].to_numpy().copy()
        at = marks["system"].to_numpy().astype(np.int64) * PERIODS + marks["period"].to_numpy()
        column[at] |= marks["bits"].to_numpy()
        found = found.with_columns(pl.Series(f"b{channel}", column))
    return found


def _shapes(days: pl.DataFrame, channel: int, rules: Rules, only: int) -> pl.DataFrame:
    energy = pl.col(f"e{channel}")
    finite = pl.when(energy.is_finite()).then(energy)
    run = (energy != energy.shift(1)).fill_null(True).cum_sum().over("system")
    length = pl.len().over("system", "run")
    zero = energy == 0.0
    third = finite.top_k(3).min().over("system")
    highest = finite.max().over("system")
    spike = (
        (highest > rules.floor_kwh)
        & (third >= 0.0)
        & (highest - third > rules.spike_ratio * third)
        & (finite.count().over("system") >= 3)
        & (pl.col("period") == finite.arg_max().over("system"))
    )
    long_zero = zero & (length >= rules.zero_run_periods) & (channel % 4 < 2)
    stuck = ~zero & energy.is_finite() & (length >= rules.stuck_run_periods)
    marks = (_flag(long_zero, bit.ZERO_RUN), _flag(stuck, bit.STUCK), _flag(spike.fill_null(False), bit.SPIKE))
    found = pl.lit(0, dtype=pl.UInt32)
    for mask, expression in marks:
        found = found | expression if only & mask else found
    return days.with_columns(run=run).select("system", "period", bits=found).filter(pl.col("bits") > 0)
