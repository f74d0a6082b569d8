"""A week of clean readings for the detection suite: load shapes by kind of site, registers, clocks, check meters."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.estate import RESOLUTION_KWH, meter_facts, mpans
from validator.schema import READINGS
from validator.standing import StandingData, standing_from_rows

START = date(2026, 9, 7)
DAYS = 8
CHANNELS = (("AI", "MAIN"), ("RI", "MAIN"), ("RE", "MAIN"), ("AI", "CHECK"))


def clean_week(systems: int, seed: int = 1) -> tuple[pa.Table, StandingData]:
    """READINGS of four channels on eight days of each metering system, and their standing data."""
    random = np.random.default_rng(seed)
    shape = (systems, len(CHANNELS), DAYS, 48)
    energy_kwh = np.empty(shape)
    energy_kwh[:, 0] = _active(systems, random)
    tangent = random.uniform(0.1, 0.5, (systems, 1, 1))
    energy_kwh[:, 1] = energy_kwh[:, 0] * tangent * random.uniform(0.9, 1.1, (systems, DAYS, 48))
    energy_kwh[:, 2] = energy_kwh[:, 0] * 0.05 * random.uniform(0.0, 1.0, (systems, DAYS, 48))
    # Two class 2 meters of one load differ by a fixed share each and a little noise.
    apart = 1.0 + random.normal(0.0, 0.004, (systems, 1, 1)) + random.normal(0.0, 0.002, (systems, DAYS, 48))
    energy_kwh[:, 3] = energy_kwh[:, 0] * apart
    pulses = np.rint(energy_kwh / RESOLUTION_KWH)
    return _table(np.round(pulses * RESOLUTION_KWH, 1), random), _standing(systems)


def _active(systems: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Offices, round-the-clock works and night stores, each with weather, noise and now and then a peak."""
    hours = np.arange(48) / 2
    office = 0.25 + 0.75 / (1 + np.exp(-(hours - 7.5) * 2)) / (1 + np.exp((hours - 18) * 2))
    works = 0.8 + 0.1 * np.sin(hours / 24 * 2 * np.pi)
    night = 0.2 + 0.8 * ((hours < 6) | (hours >= 23.5))
    kinds = np.stack([office, works, night])[random.integers(0, 3, systems)]
    size_kwh = np.exp(random.uniform(np.log(15.0), np.log(350.0), (systems, 1, 1)))
    weekday = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.6, 0.5, 1.0])[None, :, None]
    noise = random.gamma(60.0, 1 / 60.0, (systems, DAYS, 48))
    peaks = 1.0 + (random.random((systems, DAYS, 48)) < 0.003) * random.uniform(0.2, 1.2, (systems, DAYS, 48))
    return np.asarray(size_kwh * kinds[:, None, :] * weekday * noise * peaks)


def _table(energy_kwh: npt.NDArray[np.float64], random: np.random.Generator) -> pa.Table:
    systems = len(energy_kwh)
    rows = systems * len(CHANNELS) * DAYS
    advance = energy_kwh.sum(axis=-1).reshape(systems * len(CHANNELS), DAYS)
    # A register reads in its own steps, and is read a little after the day's end.
    end = np.cumsum(advance, axis=1) + np.round(random.uniform(0, 50_000, (len(advance), 1)), 1)
    start = np.concatenate([end[:, :1] - advance[:, :1], end[:, :-1]], axis=1)
    dates = [START + timedelta(days=day) for day in range(DAYS)]
    columns = {
        "mpan_core": np.repeat(mpans(systems), len(CHANNELS) * DAYS),
        "measurement_quantity": np.tile(np.repeat([quantity for quantity, _ in CHANNELS], DAYS), systems),
        "role": np.tile(np.repeat([role for _, role in CHANNELS], DAYS), systems),
        "settlement_date": dates * (systems * len(CHANNELS)),
        "energy_kwh": pa.ListArray.from_arrays(
            pa.array(np.arange(0, rows * 48 + 1, 48, dtype=np.int32)), pa.array(energy_kwh.ravel())
        ),
        "firmware": [str(meter_facts()["firmware"])] * rows,
        "register_start_kwh": np.round(start, 1).ravel(),
        "register_end_kwh": np.round(end, 1).ravel(),
        "register_read_kind": ["REMOTE"] * rows,
        "clock_error_s": np.round(random.normal(0.0, 4.0, rows), 1),
        "utc_day": np.zeros(rows, dtype=bool),
        "alarms_carried": np.zeros(rows, dtype=bool),
        "source_file": ["made up"] * rows,
        "source_row": np.arange(1, rows + 1),
    }
    arrays = [pa.array(columns[f.name]).cast(f.type) if f.name in columns else pa.nulls(rows, f.type) for f in READINGS]
    return pa.Table.from_arrays(arrays, schema=READINGS)


def _standing(systems: int) -> StandingData:
    facts = [{**meter_facts(role), "register_digits": 7} for role in ("MAIN", "CHECK")]
    return standing_from_rows([{"mpan_core": mpan, **meter} for mpan in mpans(systems) for meter in facts])
