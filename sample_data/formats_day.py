"""One day of five systems, to be written in every format; what is said of it is what the format carries."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sample_data.days import ChannelDay, clean_days, settle_registers
from sample_data.estate import ESTATE
from sample_data.normal_day import NORMAL_DAY
from sample_data.statuses import ALARM_BITS, ESTIMATED, INVALID_LETTER
from sample_data.submission import Raises, Submission, set_flags, set_values, shown_channel

_NAMES = ("Example Office", "Example Solar Roof", "Example Laundry", "Example Gym", "Example Chapel")
_UTC_SHIFT = 2
"""Periods by which the UTC day begins later than the local day, in British Summer Time."""


@dataclass(frozen=True)
class Carries:
    """What a format has room for."""

    attributes: bool
    alarms: bool


def build_full() -> Submission:
    """Parquet and Arrow: everything."""
    return _local("formats_full", "all attributes and alarms", Carries(attributes=True, alarms=True))


def build_letters() -> Submission:
    """Wide CSV with statuses A, E and C: attributes, no alarms."""
    return _local("formats_letters", "all attributes, statuses A, E and C", Carries(attributes=True, alarms=False))


def build_advances() -> Submission:
    """D0036 and D0275: advances and statuses only."""
    return _local("formats_advances", "local time, advances and statuses", Carries(attributes=False, alarms=False))


def build_utc() -> Submission:
    """D0379: the same advances on the UTC day, which begins at 01:00 local time."""
    local = build_advances()
    utc = Submission("formats_utc", "Wednesday 16 September 2026 as a UTC day, advances and statuses")
    for day in local.days:
        utc.days.append(_on_utc_day(day))
    for plant in local.plants:
        raises = tuple(_shifted(said) for said in plant.raises)
        day = utc.of(plant.system, plant.channel.split()[0])
        utc.plant([day], f"{plant.what}, by local time", f"{plant.arithmetic}; two periods earlier by UTC", *raises)
    return utc


def build_cdca() -> Submission:
    """C0121: the two sites of Central Volume Allocation, main and check."""
    day = Submission("formats_cdca", "Wednesday 16 September 2026, raw meter data of the CDCA")
    day.send([each.name for each in ESTATE.values() if len(each.mpan_core) == 4], [NORMAL_DAY])
    name = day.days[0].system.name
    main, check = day.of(name), day.of(name, role="CHECK")
    set_flags(main, [20], INVALID_LETTER)
    set_values(check, {30: None, 31: None})
    day.plant([main], "period 20 is B", "B, invalid, is not A, E or C", Raises("invalid_flag", "FAIL", (20,)))
    day.plant(
        [check], "periods 30 and 31 are C", "C, unavailable: no reading", Raises("missing_period", "FAIL", (30, 31))
    )
    return day


def build_house() -> Submission:
    """The house format of plain CSV: UTC days, no word for active export."""
    return _part(build_utc(), "formats_house", "UTC, without the site that exports", _only_imports)


def build_portal() -> Submission:
    """EDF's portal: local days, no word for active export."""
    return _part(build_advances(), "formats_portal", "local, without the site that exports", _only_imports)


def _only_imports(day: ChannelDay) -> bool:
    return day.system.name != "Example Solar Roof"


def build_supplier() -> Submission:
    """British Gas: active import on UTC days, no statuses."""
    supplier = _part(build_utc(), "formats_supplier", "UTC, active import alone", lambda day: day.quantity == "AI")
    _without_statuses(supplier)
    _plant_lack_of_reactive(supplier)
    return supplier


def build_register() -> Submission:
    """Schneider: the cumulative active import register of one site, local time, no statuses."""
    return _registers("formats_register", "Example Laundry", ("AI",))


def build_import_export() -> Submission:
    """Vital: the cumulative import and export registers of one site, local time, no statuses."""
    return _registers("formats_import_export", "Example Solar Roof", ("AI", "AE"))


def _registers(name: str, site: str, quantities: tuple[str, ...]) -> Submission:
    carried = f"{site}, {' and '.join(quantities)} as cumulative registers"
    part = _part(build_advances(), name, carried, lambda day: day.system.name == site and day.quantity in quantities)
    _without_statuses(part)
    _plant_lack_of_reactive(part)
    return part


def _part(whole: Submission, name: str, carried: str, keep: Callable[[ChannelDay], bool]) -> Submission:
    """The channel-days that a format can carry, and what is said of them."""
    part = Submission(name, f"Wednesday 16 September 2026, {carried}")
    part.days = [day for day in whole.days if keep(day)]
    kept = {(day.system.name, shown_channel(day)) for day in part.days}
    part.plants = [plant for plant in whole.plants if (plant.system, plant.channel) in kept]
    return part


def _without_statuses(part: Submission) -> None:
    """Take out what only a status can say."""
    for day in part.days:
        day.flags = None
        day.found.pop("estimated", None)
    part.plants = [plant for plant in part.plants if "estimated" not in {said.check for said in plant.raises}]


def _plant_lack_of_reactive(part: Submission) -> None:
    """CoP 5 asks for reactive energy as well; CoP 10 does not."""
    for day in part.days:
        assert day.meter is not None
        if day.quantity == "AI" and day.meter.governs == ("5", 6):
            part.plant(
                [day],
                "RI and RE do not come",
                "CoP 5 Issue 6 requires AI, RI and RE (recalled: QUERY)",
                Raises("required_quantity", "QUERY"),
            )


def _local(name: str, carried: str, carries: Carries) -> Submission:
    day = Submission(name, f"Wednesday 16 September 2026, {carried}")
    day.send(_NAMES, [NORMAL_DAY])
    _plant_advances(day)
    settle_registers(day.days)
    if carries.attributes:
        _plant_attributes(day)
    if carries.alarms:
        laundry = day.of("Example Laundry")
        set_flags(laundry, [34, 35], ALARM_BITS["battery"])
        day.plant(
            [laundry],
            "a battery alarm on periods 34 and 35",
            "flagged on these periods",
            Raises("battery", "QUERY", (34, 35)),
        )
    return day


def _plant_advances(day: Submission) -> None:
    office, laundry, gym, chapel = (day.of(f"Example {name}") for name in ("Office", "Laundry", "Gym", "Chapel"))
    set_flags(office, range(20, 26), ESTIMATED)
    set_values(laundry, {33: -2.0})
    set_values(gym, {15: None})
    set_values(chapel, {24: 30.0})
    day.plant([office], "periods 20-25 are E", "six estimates", Raises("estimated", "QUERY", tuple(range(20, 26))))
    day.plant([laundry], "period 33 is -2.0 kWh", "below zero", Raises("negative_energy", "FAIL", (33,)))
    day.plant([gym], "period 15 has no reading", "blank or null", Raises("missing_period", "FAIL", (15,)))
    third = sorted((v for v in chapel.values if v is not None), reverse=True)[2]
    day.plant(
        [chapel],
        "period 24 is 30.0 kWh",
        f"(30 - {third}) / {third} = {(30 - third) / third:.1f} > 1.8",
        Raises("spike", "QUERY", (24,)),
    )


def _plant_attributes(day: Submission) -> None:
    roof, chapel = day.all_of("Example Solar Roof"), day.of("Example Chapel")
    for channel in roof:
        channel.firmware = "M6X8G05"
    chapel.clock_error_s = 25.0
    day.plant(
        roof,
        "the outstation reports firmware M6X8G05",
        "on file is M6X8G0B: the strings differ",
        Raises("firmware_mismatch", "FAIL"),
    )
    day.plant([chapel], "the clock is 25 s out", "CoP 10: 20 s (recalled: QUERY)", Raises("clock_error", "QUERY"))


def _on_utc_day(day: ChannelDay) -> ChannelDay:
    following = next(
        each
        for each in clean_days(day.system, day.on + timedelta(days=1))
        if (each.quantity, each.role) == (day.quantity, day.role)
    )
    moved = copy.deepcopy(day)
    moved.found = {}
    moved.values = day.values[_UTC_SHIFT:] + following.values[:_UTC_SHIFT]
    assert day.flags is not None
    moved.flags = day.flags[_UTC_SHIFT:] + [0] * _UTC_SHIFT
    return moved


def _shifted(said: Raises) -> Raises:
    return Raises(said.check, said.outcome, tuple(period - _UTC_SHIFT for period in said.periods))
