"""Faults put into clean days at known places, each of a strength drawn anew for each place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.attach import Channels
from validator.bench.days import Days

Random = np.random.Generator
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Place:
    """One channel-day to be damaged; `partners` are the rows of its own role's AI, AE, RI and RE, -1 for none."""

    days: Days
    row: int
    partners: tuple[int, ...]
    random: Random


@dataclass(frozen=True)
class Fault:
    """`check` is the code that should speak; `where` says which rows can have it; `put` damages one of them."""

    name: str
    check: str
    title: str
    where: Callable[[Days, Channels], Mask]
    put: Callable[[Place], None]


def _active(_days: Days, channels: Channels) -> Mask:
    return (channels.quantity >= 0) & (channels.quantity <= 1)


def _reactive(_days: Days, channels: Channels) -> Mask:
    return np.asarray(channels.quantity >= 2) & ((channels.partners["AI"] >= 0) | (channels.partners["AE"] >= 0))


def _checked(_days: Days, channels: Channels) -> Mask:
    return np.asarray(channels.check_partner >= 0)


def _any(_days: Days, channels: Channels) -> Mask:
    return np.ones(len(channels.role), dtype=np.bool_)


def _has(*columns: str) -> Callable[[Days, Channels], Mask]:
    def has(days: Days, channels: Channels) -> Mask:
        return np.array(
            [all(days.columns[name][row] is not None for name in columns) for row in range(len(channels.role))]
        )

    return has


def _begin(place: Place, length: int) -> int:
    return int(place.random.integers(0, max(len(place.days.energy_kwh[place.row]) - length, 0) + 1))


def _between(place: Place, low: float, high: float) -> float:
    """A strength drawn so that each factor of ten is as likely."""
    return float(np.exp(place.random.uniform(np.log(low), np.log(high))))


def _gap(place: Place) -> None:
    length = int(place.random.integers(1, 9))
    begin = _begin(place, length)
    place.days.energy_kwh[place.row][begin : begin + length] = np.nan


def _spike(place: Place) -> None:
    values = place.days.energy_kwh[place.row]
    values[_begin(place, 1)] = np.round(np.nanmax(values) * _between(place, 1.5, 20.0), 1)


def _stuck(place: Place) -> None:
    length = int(place.random.integers(4, 37))
    begin = _begin(place, length)
    values = place.days.energy_kwh[place.row]
    values[begin : begin + length] = max(values[begin], 0.1)


def _dead(place: Place) -> None:
    length = int(place.random.integers(6, 49))
    begin = _begin(place, length)
    place.days.energy_kwh[place.row][begin : begin + length] = 0.0


def _negative(place: Place) -> None:
    begin = _begin(place, 1)
    place.days.energy_kwh[place.row][begin] = -max(abs(place.days.energy_kwh[place.row][begin]), 0.1)


def _wrong_ct_ratio(place: Place) -> None:
    """The main meter's channels multiplied as by a CT ratio entered for another: from a fifth to five times."""
    factor = _between(place, 1.2, 5.0) ** place.random.choice((-1, 1))
    for row in {row for row in place.partners if row >= 0} | {place.row}:
        place.days.energy_kwh[row] = np.round(place.days.energy_kwh[row] * factor, 1)


def _wrong_multiplier(place: Place) -> None:
    """The periods multiplied, the register not."""
    factor = 1.0 + _between(place, 0.002, 1.0) * place.random.choice((-1, 1))
    place.days.energy_kwh[place.row] = place.days.energy_kwh[place.row] * max(factor, 0.0)


def _main_check_drift(place: Place) -> None:
    place.days.energy_kwh[place.row] = place.days.energy_kwh[place.row] * (1.0 + _between(place, 0.001, 0.3))


def _clock_drift(place: Place) -> None:
    place.days.columns["clock_error_s"][place.row] = _between(place, 1.0, 1800.0) * place.random.choice((-1, 1))


def _clock_change(place: Place) -> None:
    """An ordinary day sent as a clock-change day: an hour dropped, or repeated."""
    values = place.days.energy_kwh[place.row]
    repeated = np.insert(values, 2, values[2:4])
    place.days.energy_kwh[place.row] = repeated if place.random.random() < 0.5 else np.delete(values, (2, 3))


def _wrong_firmware(place: Place) -> None:
    """The letter O for the figure 0, or another letter at the end."""
    firmware = str(place.days.columns["firmware"][place.row])
    place.days.columns["firmware"][place.row] = firmware.replace("0", "O", 1) if "0" in firmware else firmware + "A"


def _roll_over(place: Place) -> None:
    """The register came round to zero, and the digits it came round at are not those that are on file."""
    end = place.days.columns["register_end_kwh"]
    end[place.row] = end[place.row] - 10.0 ** int(place.random.integers(3, 9))


def _lost_active(place: Place) -> None:
    """Active energy lost for some periods while reactive energy goes on, as by a wrongly fused voltage."""
    begin = _begin(place, 4)
    for row in (row for row in place.partners[:2] if row >= 0):
        place.days.energy_kwh[row][begin : begin + 4] = 0.0


def _overload(place: Place) -> None:
    values = place.days.energy_kwh[place.row]
    values[_begin(place, 1)] = np.round(_between(place, 100.0, 3000.0), 1)


def _half_a_pulse(place: Place) -> None:
    values = place.days.energy_kwh[place.row]
    values[_begin(place, 1)] += 0.05


FAULTS = (
    Fault("gap", "missing_period", "some periods without a reading", _any, _gap),
    Fault("negative", "negative_energy", "one period below zero", _any, _negative),
    Fault("half a pulse", "off_resolution", "one reading between two steps of the resolution", _any, _half_a_pulse),
    Fault("clock-change mistake", "period_count", "an hour dropped or repeated without cause", _any, _clock_change),
    Fault("overload", "above_max_permissible", "one period of 100 to 3,000 kWh", _active, _overload),
    Fault("overload of the rating", "above_rating", "one period of 100 to 3,000 kWh", _active, _overload),
    Fault("swapped CT ratio", "main_check_discrepancy", "main meter a fifth to five times", _checked, _wrong_ct_ratio),
    Fault("main/check drift", "main_check_discrepancy", "main meter fast by 0.1 to 30 %", _checked, _main_check_drift),
    Fault(
        "wrong multiplier", "register_advance_mismatch", "periods wrong by 0.2 to 100 %, register right",
        _has("register_start_kwh", "register_end_kwh"), _wrong_multiplier,
    ),
    Fault(
        "register roll-over", "register_advance_mismatch", "register comes round unannounced",
        _has("register_start_kwh", "register_end_kwh"), _roll_over,
    ),
    Fault("clock drift", "clock_error", "clock wrong by 1 s to half an hour", _has("clock_error_s"), _clock_drift),
    Fault("wrong firmware", "firmware_mismatch", "one character of it differs", _has("firmware"), _wrong_firmware),
    Fault("dead channel", "zero_run", "zero for 6 to 48 periods", _active, _dead),
    Fault("stuck", "stuck", "one value for 4 to 36 periods", _any, _stuck),
    Fault("spike", "spike", "one period at 1.5 to 20 times the day's highest", _any, _spike),
    Fault("lost active", "reactive_without_active", "active energy zero for four periods", _reactive, _lost_active),
)  # fmt: skip
