"""Made-up readings of any size, seeded: the same bytes for the same arguments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from validator.schema import FLAG_ESTIMATED, FLAG_INVALID_STATUS, QUANTITIES, ROLES

PERIODS = 48
DAY = date(2026, 9, 16)
RESOLUTION_KWH = 0.1
RATED_KVA = 1000.0
_WEIGHTS = np.array([3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43])

SPELLS = 0.01
"""Share of metering system-days on which a collector lost contact and estimated some ten periods."""
FAULTS = 0.005
"""Share of metering system-days with one fault that a check is there to find."""


@dataclass(frozen=True)
class Estate:
    """One day: `energy_kwh` float64 and `flags` uint16, both (systems, channels, 48).

    Channels are AI, AE, RI and RE of the main meter, then, where there are eight, of the check meter; or the first
    few of them.
    """

    energy_kwh: npt.NDArray[np.float64]
    flags: npt.NDArray[np.uint16]

    @property
    def systems(self) -> int:
        """Number of metering systems."""
        return len(self.energy_kwh)

    @property
    def channels(self) -> int:
        """Channels of each metering system: four, or eight with a check meter."""
        return int(self.energy_kwh.shape[1])

    def table(self) -> pa.Table:
        """One row per channel-day, as a sender's Arrow or Parquet has them."""
        rows = self.systems * self.channels
        offsets = np.arange(0, rows * PERIODS + 1, PERIODS, dtype=np.int32)
        roles = np.tile(np.repeat(ROLES, len(QUANTITIES))[: self.channels], self.systems)
        return pa.table(
            {
                "mpan_core": np.repeat(mpans(self.systems), self.channels),
                "measurement_quantity": np.tile(np.tile(QUANTITIES, len(ROLES))[: self.channels], self.systems),
                "role": roles,
                "settlement_date": pa.array([DAY]).take(pa.array(np.zeros(rows, dtype=np.int8))),
                "energy_kwh": pa.ListArray.from_arrays(offsets, self.energy_kwh.ravel()),
                "period_flags": pa.ListArray.from_arrays(offsets, self.flags.ravel()),
            }
        )


def mpans(systems: int) -> list[str]:
    """MPAN cores in distributor id 99, which no distributor has, with right check digits."""
    numbers = 990_000_000_000 + np.arange(systems, dtype=np.int64)
    digits = numbers[:, None] // 10 ** np.arange(11, -1, -1, dtype=np.int64) % 10
    return [f"{number}{check}" for number, check in zip(numbers, digits @ _WEIGHTS % 11 % 10, strict=True)]


def estate(
    systems: int, *, check: bool = True, faults: bool = True, suspect: float | None = None, seed: int = 1
) -> Estate:
    """One day of believable readings, with a few spells of estimates and a few faults of every kind.

    With `suspect`, that share of the metering system-days has a spell of estimates on every channel and a fault too,
    and no other has either; chance makes a spike on one channel-day in 300.
    """
    spells, faulty = (SPELLS, FAULTS) if suspect is None else (suspect, suspect)
    random = np.random.default_rng(seed)
    main = np.round(random.gamma(2.0, 20.0, (systems, 4, PERIODS)) + RESOLUTION_KWH, 1)
    main[:, 1] = np.minimum(np.round(main[:, 1] / 100 + RESOLUTION_KWH, 1), 0.9)
    both = np.concatenate([main, main + np.round(random.integers(-1, 2, main.shape) * 0.1, 1)], axis=1)
    made = Estate(np.abs(np.round(both if check else main, 1)), np.zeros((systems, 8 if check else 4, PERIODS), "u2"))
    for system in np.flatnonzero(random.random(systems) < spells):
        begin = int(random.integers(0, PERIODS - 10))
        made.flags[system, :, begin : begin + 10] |= FLAG_ESTIMATED
    if faults:
        chosen = random.random(systems) < faulty
        _add_faults(made, np.flatnonzero(chosen if suspect is None else made.flags.any(axis=(1, 2))), random)
    return made


def _add_faults(made: Estate, chosen: npt.NDArray[np.int64], random: np.random.Generator) -> None:
    """One fault on each chosen metering system-day, of the kinds in turn."""
    for turn, system in enumerate(chosen):
        _FAULTS[turn % len(_FAULTS)](made.energy_kwh[system], made.flags[system], int(random.integers(2, 30)))


def _missing(energy_kwh: npt.NDArray[Any], _flags: npt.NDArray[Any], at: int) -> None:
    energy_kwh[at % 4, at : at + 3] = np.nan


def _negative(energy_kwh: npt.NDArray[Any], _flags: npt.NDArray[Any], at: int) -> None:
    energy_kwh[at % 4, at] = -energy_kwh[at % 4, at]


def _off_resolution(energy_kwh: npt.NDArray[Any], _flags: npt.NDArray[Any], at: int) -> None:
    energy_kwh[at % 4, at] += 0.05


def _above_max(energy_kwh: npt.NDArray[Any], _flags: npt.NDArray[Any], at: int) -> None:
    energy_kwh[0, at] = 650.0


def _above_rating(energy_kwh: npt.NDArray[Any], _flags: npt.NDArray[Any], at: int) -> None:
    energy_kwh[[0, 2], at] = 580.0


def _spike(energy_kwh: npt.NDArray[Any], _flags: npt.NDArray[Any], at: int) -> None:
    energy_kwh[3, at] = 5.0 * np.nanmax(energy_kwh[3])


def _stuck(energy_kwh: npt.NDArray[Any], _flags: npt.NDArray[Any], at: int) -> None:
    energy_kwh[at % 4, at : at + 12] = energy_kwh[at % 4, at]


def _zero(energy_kwh: npt.NDArray[Any], _flags: npt.NDArray[Any], _at: int) -> None:
    energy_kwh[0] = 0.0


def _no_active(energy_kwh: npt.NDArray[Any], _flags: npt.NDArray[Any], at: int) -> None:
    energy_kwh[:2, at : at + 2] = 0.0


def _both(energy_kwh: npt.NDArray[Any], _flags: npt.NDArray[Any], at: int) -> None:
    energy_kwh[1, at] = 40.0


def _invalid(_energy_kwh: npt.NDArray[Any], flags: npt.NDArray[Any], at: int) -> None:
    flags[at % 4, at] |= FLAG_INVALID_STATUS


def _alarm(_energy_kwh: npt.NDArray[Any], flags: npt.NDArray[Any], at: int) -> None:
    flags[:4, at : at + 2] |= 1 << (2 + at % 10)


_FAULTS = (
    _missing, _negative, _off_resolution, _above_max, _above_rating, _spike, _stuck, _zero, _no_active, _both,
    _invalid, _alarm,
)  # fmt: skip


def readings(systems: int, seed: int = 1) -> pa.Table:
    """One day of AI, AE, RI and RE for each metering system, without a check meter."""
    return estate(systems, check=False, seed=seed).table()


def numbers_everywhere(systems: int) -> pa.Table:
    """As `readings`, for readers and their peers: a number in every period, and no status but A and E.

    The gaps and other faults are for the checks; a peer that takes any number as it stands needs one.
    """
    table = readings(systems)
    table = _with_values(table, "energy_kwh", np.abs(np.nan_to_num(_values(table, "energy_kwh"))))
    return _with_values(table, "period_flags", _values(table, "period_flags") & np.uint16(1))


def _values(table: pa.Table, name: str) -> npt.NDArray[Any]:
    return np.asarray(table[name].combine_chunks().values.to_numpy())


def _with_values(table: pa.Table, name: str, values: npt.NDArray[Any]) -> pa.Table:
    """The table with other values in a list column."""
    lists = pa.ListArray.from_arrays(table[name].combine_chunks().offsets, values)
    return table.set_column(table.column_names.index(name), name, lists)


def meter_facts(role: str = "MAIN") -> dict[str, Any]:
    """The standing data of every meter of the estate but its MPAN: CoP 5 Issue 6, certified."""
    return {
        "role": role, "effective_from": "2020-01-01", "energised": "yes",
        "manufacturer": "Secure Meters (UK) Limited", "meter_type": "Prometer 100", "variant": "P3E",
        "firmware": "M6X8G0B", "cop": "5", "issue": "6", "rated_kva": RATED_KVA, "resolution_kwh": RESOLUTION_KWH,
        "direction": "IMPORT",
    }  # fmt: skip


def write_parquet(table: pa.Table, path: Path) -> None:
    """The table as a sender would write it."""
    pq.write_table(table, path, compression="zstd")


def write_d0036(table: pa.Table, path: Path) -> None:
    """The table as one D0036 file; main meters only, for the flow has no role."""
    table = table.filter(pa.compute.equal(table["role"], ROLES[0]))
    rows = table.num_rows
    values = table["energy_kwh"].combine_chunks().flatten().to_numpy().reshape(rows, PERIODS)
    flags = table["period_flags"].combine_chunks().flatten().to_numpy().reshape(rows, PERIODS)
    estimated = flags & FLAG_ESTIMATED
    with path.open("w", encoding="ascii", newline="\n") as out:
        out.write("ZHV|SYN0000001|D0036001|C|SYNH|X|SYNS|20260917071500||||OPER|\n")
        for mpan, quantity, energies, statuses in zip(
            table["mpan_core"].to_pylist(), table["measurement_quantity"].to_pylist(), values, estimated, strict=True
        ):
            out.write(f"101|{mpan}|{quantity}|SYNS|\n102|{DAY:%Y%m%d}|\n")
            pairs = zip(energies.tolist(), statuses.tolist(), strict=True)
            out.writelines(f"103|{'AE'[e]}|{'' if v != v else format(v, '.3f')}|\n" for v, e in pairs)
        out.write(f"ZPT|SYN0000001|{rows * (PERIODS + 2)}||{rows}|20260917071500|\n")


def write_standing(systems: int, path: Path, *, check: bool = True) -> None:
    """Standing data for every meter of the estate."""
    facts = [meter_facts(role) for role in (ROLES if check else ROLES[:1])]
    rows = [",".join(map(str, meter.values())) for meter in facts]
    lines = [f"{mpan},{row}\n" for mpan in mpans(systems) for row in rows]
    path.write_text(f"mpan_core,{','.join(facts[0])}\n{''.join(lines)}", encoding="ascii")
