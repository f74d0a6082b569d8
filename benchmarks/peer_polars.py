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
from benchmarks.rules import Rules
from kernels import period_bits as bit

Bits = npt.NDArray[np.uint32]
Collector = Literal["in-memory", "streaming"]


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


def check(frame: pl.DataFrame, channels: int, rules: Rules, collector: Collector) -> pl.DataFrame:
    """Every reading's bit set: columns system, period and b0 ... of uint32."""
    lazy = frame.lazy()
    looks = [_look(channel, rules) for channel in range(channels)]
    by_period = lazy.select("system", "period", *(_bits(channel, channels, rules) for channel in range(channels)))
    by_day = lazy.group_by("system").agg(look for channel in looks for look in channel)
    found, days = pl.collect_all([by_period, by_day], engine=collector)
    return _add_shapes(found, days, frame, channels, rules)


def bits_of(found: pl.DataFrame, made: Estate) -> Bits:
    """The answer in the shape of the estate."""
    columns = [found[f"b{channel}"].to_numpy().reshape(made.systems, PERIODS) for channel in range(made.channels)]
    return np.stack(columns, axis=1)


def _flag(found: pl.Expr, mask: np.uint32) -> pl.Expr:
    # A comparison with NaN is no finding; polars holds NaN to be the greatest of all.
    return found.cast(pl.UInt32) * pl.lit(int(mask), dtype=pl.UInt32)


def _bits(channel: int, channels: int, rules: Rules) -> pl.Expr:
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
        ((flags & 0xFFC).cast(pl.UInt32) // 4) * (1 << int(bit.FIRST_ALARM)),
        *_beside(channel, rules),
    ]
    if channels == 8 and channel < 4:
        allowance = rules.check_active_kwh if channel < 2 else rules.check_reactive_kvarh
        check_energy = pl.col(f"e{channel + 4}")
        apart = (energy - check_energy).abs() > allowance
        found.append(_flag(finite & check_energy.is_finite() & apart, bit.MAIN_CHECK_DISCREPANCY))
    bits = found[0]
    for one in found[1:]:
        bits = bits | one
    return bits.alias(f"b{channel}")


def _beside(channel: int, rules: Rules) -> list[pl.Expr]:
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


def _look(channel: int, rules: Rules) -> list[pl.Expr]:
    """By system: whether a channel's day may hold a run or a spike; the few that may are looked at again."""
    energy = pl.col(f"e{channel}")
    shortest = min(rules.zero_run_periods, rules.stuck_run_periods)
    finite = pl.when(energy.is_finite()).then(energy)
    near = (finite >= finite.max() / (1.0 + rules.spike_ratio)).sum()
    runs = (energy == energy.shift(1)).sum() >= shortest - 1
    return [runs.alias(f"r{channel}"), ((near <= 3) & (finite.max() > rules.floor_kwh)).alias(f"s{channel}")]


def _add_shapes(
    found: pl.DataFrame, days: pl.DataFrame, frame: pl.DataFrame, channels: int, rules: Rules
) -> pl.DataFrame:
    """Marks runs and spikes on the days that may hold them."""
    for channel in range(channels):
        suspects = days.filter(pl.col(f"r{channel}") | pl.col(f"s{channel}"))["system"]
        if not len(suspects):
            continue
        days_of = frame.filter(pl.col("system").is_in(suspects.implode())).select("system", "period", f"e{channel}")
        marks = _shapes(days_of, channel, rules)
        column = found[f"b{channel}"].to_numpy().copy()
        at = marks["system"].to_numpy().astype(np.int64) * PERIODS + marks["period"].to_numpy()
        column[at] |= marks["bits"].to_numpy()
        found = found.with_columns(pl.Series(f"b{channel}", column))
    return found


def _shapes(days: pl.DataFrame, channel: int, rules: Rules) -> pl.DataFrame:
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
    found = _flag(long_zero, bit.ZERO_RUN) | _flag(stuck, bit.STUCK) | _flag(spike.fill_null(False), bit.SPIKE)
    return days.with_columns(run=run).select("system", "period", bits=found).filter(pl.col("bits") > 0)
