"""The same per-period checks as DuckDB SQL, on the frame that polars gets."""

from __future__ import annotations

from typing import Any

import polars as pl

from benchmarks.rules import EVERY_CHECK, Rules
from kernels import period_bits as bit

Term = tuple[int, str]
"""A check's bit, and the SQL that sets it."""
RUNS = bit.ZERO_RUN | bit.STUCK


def connect(frame: pl.DataFrame) -> Any:
    """A database in memory that holds the frame as a table of its own, on one thread."""
    import duckdb

    database = duckdb.connect(config={"threads": 1})
    database.register("given", frame.to_arrow())
    database.execute("CREATE TABLE periods AS SELECT * FROM given")
    return database


def check(database: Any, channels: int, rules: Rules, only: int = EVERY_CHECK) -> pl.DataFrame:
    """Every reading's bit set of the checks of `only`: columns system, period and b0 ... of uint32, in order."""
    every = range(channels)
    sums = ", ".join(f"({' | '.join(_asked(k, channels, rules, only))})::UINTEGER AS b{k}" for k in every)
    tables, joins = [], []
    if only & bit.SPIKE:
        tables.append(f"days AS ({_days(channels, rules)})")
        joins.append("JOIN days d USING (system)")
    if only & RUNS:
        tables += [_runs(k, rules, only) for k in every]
        joins += [_joins(k) for k in every]
    sql = f"""
        {"WITH " + ", ".join(tables) if tables else ""}
        SELECT p.system, p.period, {sums}
        FROM periods p {" ".join(joins)}
        ORDER BY p.system, p.period
    """
    result = pl.from_arrow(database.sql(sql).to_arrow_table())
    assert isinstance(result, pl.DataFrame)
    return result


def _asked(channel: int, channels: int, rules: Rules, only: int) -> list[str]:
    return [term for mask, term in _terms(channel, channels, rules) if only & mask] or ["0"]


def _when(condition: str, mask: Any) -> Term:
    return int(mask), f"(CASE WHEN {condition} THEN {int(mask)} ELSE 0 END)"


def _terms(channel: int, channels: int, rules: Rules) -> list[Term]:
    energy, flags = f"p.e{channel}", f"p.f{channel}"
    finite = f"isfinite({energy})"
    multiple = f"({energy} / {rules.resolution_kwh!r})"
    off = f"abs({multiple} - round_even({multiple}, 0)) > {float(rules.whole_multiple_tolerance)!r}"
    terms = [
        _when(f"NOT {finite}", bit.MISSING_PERIOD),
        _when(f"{finite} AND {energy} < {rules.negative_kwh!r}", bit.NEGATIVE_ENERGY),
        _when(f"{finite} AND {off}", bit.OFF_RESOLUTION),
        _when(f"{flags} & 61440 != 0 OR {flags} & 2 != 0", bit.INVALID_FLAG),
        _when(f"{flags} & 1 != 0", bit.ESTIMATED),
        (int(bit.ALARMS), f"((({flags} & 4092)::UINTEGER >> 2) << {int(bit.FIRST_ALARM)})"),
        _when(f"{energy} = d.high{channel} AND d.spike{channel} AND p.period = d.at{channel}", bit.SPIKE),
        (int(RUNS), f"coalesce(runs{channel}.bits, 0)"),
        *_beside(channel, rules),
    ]
    if channels == 8 and channel < 4:
        other = f"p.e{channel + 4}"
        allowance = rules.check_active_kwh if channel < 2 else rules.check_reactive_kvarh
        apart = f"{finite} AND isfinite({other}) AND abs({energy} - {other}) > {allowance!r}"
        terms.append(_when(apart, bit.MAIN_CHECK_DISCREPANCY))
    return terms


def _beside(channel: int, rules: Rules) -> list[Term]:
    first = channel // 4 * 4
    energy, finite = f"p.e{channel}", f"isfinite(p.e{channel})"
    imports, exports = f"p.e{first}", f"p.e{first + 1}"
    if channel % 4 >= 2:
        idle = f"{finite} AND {imports} = 0 AND {exports} = 0 AND {energy} > {rules.reactive_kvarh!r}"
        return [_when(idle, bit.REACTIVE_WITHOUT_ACTIVE)]
    net = " - ".join(f"(CASE WHEN isfinite(p.e{first + k}) THEN p.e{first + k} ELSE 0 END)" for k in (2, 3))
    over = f"{energy} * {energy} + ({net}) * ({net}) > {rules.rating_kvah**2!r}"
    terms = [
        _when(f"{finite} AND {energy} > {rules.max_permissible_kwh!r}", bit.ABOVE_MAX_PERMISSIBLE),
        _when(f"{finite} AND {over}", bit.ABOVE_RATING),
    ]
    if channel % 4 == 0:
        floor = f"{imports} > {rules.floor_kwh!r} AND {exports} > {rules.floor_kwh!r}"
        terms.append(_when(f"{finite} AND isfinite({exports}) AND {floor}", bit.IMPORT_EXPORT_BOTH))
    return terms


def _days(channels: int, rules: Rules) -> str:
    """The three highest of each channel's day, as aggregates that keep only so many."""
    columns = []
    for k in range(channels):
        finite = f"FILTER (WHERE isfinite(e{k}))"
        top = f"max(e{k}, 3) {finite}"
        columns += [
            f"max(e{k}) {finite} AS high{k}",
            f"arg_max(period, e{k}) {finite} AS at{k}",
            f"coalesce({_is_spike(top, rules)}, false) AS spike{k}",
        ]
    return f"SELECT system, {', '.join(columns)} FROM periods GROUP BY system"


def _is_spike(top: str, rules: Rules) -> str:
    """Condition on a list of the three highest readings."""
    over = f"({top})[1] - ({top})[3] > {rules.spike_ratio!r} * ({top})[3]"
    return f"({top})[3] >= 0 AND ({top})[1] > {rules.floor_kwh!r} AND {over}"


def _runs(channel: int, rules: Rules, only: int) -> str:
    """Periods in runs of equal readings, looked for only where a day has enough equal neighbours."""
    energy = f"e{channel}"
    shortest = rules.shortest_run(only)
    zero = f"{energy} = 0 AND length >= {rules.zero_run_periods}" if channel % 4 < 2 else "false"
    stuck = f"{energy} != 0 AND isfinite({energy}) AND length >= {rules.stuck_run_periods}"
    marks = [term for mask, term in (_when(zero, bit.ZERO_RUN), _when(stuck, bit.STUCK)) if only & mask]
    return f"""
        lag{channel} AS (SELECT system, period, {energy}, {energy} = lag({energy}) OVER
            (PARTITION BY system ORDER BY period) AS same FROM periods),
        some{channel} AS (SELECT system FROM lag{channel} GROUP BY system
            HAVING count(*) FILTER (WHERE same) >= {shortest - 1}),
        numbered{channel} AS (SELECT *, sum(CASE WHEN same THEN 0 ELSE 1 END) OVER
            (PARTITION BY system ORDER BY period) AS run FROM lag{channel} SEMI JOIN some{channel} USING (system)),
        sized{channel} AS (SELECT *, count(*) OVER (PARTITION BY system, run) AS length FROM numbered{channel}),
        marked{channel} AS (SELECT system, period, {" | ".join(marks)} AS bits
            FROM sized{channel})"""


def _joins(channel: int) -> str:
    runs = f"runs{channel}"
    return f"LEFT JOIN marked{channel} {runs} ON {runs}.system = p.system AND {runs}.period = p.period"
