"""Implausible loads on the ordinary day."""

from __future__ import annotations

from sample_data.submission import Raises, Submission, set_values


def plant_plausibility(normal: Submission) -> None:
    """One story for each check of plausibility."""
    _zeros(normal)
    _stuck(normal)
    _spike(normal)
    _reactive(normal)
    _de_energised(normal)
    _both_ways(normal)


def _zeros(normal: Submission) -> None:
    boathouse = normal.of("Example Boathouse")
    set_values(boathouse, dict.fromkeys(range(1, 49), 0.0))
    normal.plant(
        [boathouse],
        "48 zeros on an energised meter",
        "48 running; the limit is 48 (policy)",
        Raises("zero_run", "QUERY", tuple(range(1, 49))),
    )


def _stuck(normal: Submission) -> None:
    kiosk = normal.of("Example Pump Kiosk")
    set_values(kiosk, {10: 3.9, **dict.fromkeys(range(11, 23), 4.2), 23: 4.9})
    set_values(kiosk, {29: 5.4, **dict.fromkeys(range(30, 41), 5.1), 41: 4.8})
    normal.plant(
        [kiosk],
        "periods 11-22 are all 4.2 kWh, 30-40 are all 5.1 kWh",
        "12 equal values are 12 (policy); 11 are not",
        Raises("stuck", "QUERY", tuple(range(11, 23))),
    )


def _spike(normal: Submission) -> None:
    chapel = normal.of("Example Chapel")
    set_values(chapel, {24: 30.0, 25: 3.0, 26: 3.0})
    third = sorted((v for v in chapel.values if v is not None), reverse=True)[2]
    normal.plant(
        [chapel],
        "period 24 is 30.0 kWh",
        f"the third highest is {third}; (30 - {third}) / {third} = {(30 - third) / third:.1f} > 1.8;"
        " 30 is above the floor of 10 x 0.1 = 1 kWh",
        Raises("spike", "QUERY", (24,)),
    )


def _reactive(normal: Submission) -> None:
    active, reactive = normal.of("Example Sawmill"), normal.of("Example Sawmill", "RI")
    set_values(active, dict.fromkeys(range(3, 7), 0.0))
    set_values(reactive, {3: 5.0, 4: 5.0, 5: 5.0, 6: 0.4})
    normal.plant(
        [reactive],
        "AI is 0 in periods 3-6 while RI is 5.0, 5.0, 5.0 and 0.4 kVArh",
        "4 x 0.1 = 0.4 kVArh: 5.0 is above, 0.4 is at the limit; it stands on the reactive channel",
        Raises("reactive_without_active", "QUERY", (3, 4, 5)),
    )


def _de_energised(normal: Submission) -> None:
    empty = normal.of("Example Empty Unit")
    set_values(empty, {20: 0.7, 21: 0.8, 22: 0.6})
    normal.plant(
        [empty],
        "de-energised since 2026-09-01; 0.7, 0.8 and 0.6 kWh in periods 20-22",
        "above zero, and not the first day. No spike: 0.8 is under the floor of 1 kWh. Its zeros are no"
        " zero run, for it is not energised",
        Raises("deenergised_but_consuming", "QUERY", (20, 21, 22)),
    )
    bank = normal.of("Example Closed Bank")
    set_values(bank, dict.fromkeys(range(21, 49), 0.0))
    normal.silent([bank], "de-energised on 2026-09-16 itself; energy until 10:00", "the first day is excepted")


def _both_ways(normal: Submission) -> None:
    digester = normal.of("Example Digester")
    set_values(digester, {26: 6.0, 27: 6.2, 28: 5.9, 30: 1.0})
    normal.plant(
        [digester],
        "AI of 6.0, 6.2, 5.9 and 1.0 kWh in periods 26, 27, 28 and 30 while about 190 kWh is exported",
        "direction on file is EXPORT; the floor is 10 x 0.1 = 1 kWh: 1.0 is at it. No spike: the three highest"
        " are alike",
        Raises("import_export_both", "QUERY", (26, 27, 28)),
    )
