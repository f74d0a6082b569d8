"""Faults of accuracy on the ordinary day."""

from __future__ import annotations

from sample_data.submission import Raises, Submission, set_values


def plant_accuracy(normal: Submission) -> None:
    """Faults of the values, durations and clocks."""
    _permissible(normal)
    _permissible_small(normal)
    _rating(normal)
    _capacity(normal)
    _main_and_check(normal)
    _main_and_check_of_large(normal)
    _clocks(normal)
    _durations(normal)


def plant_register_faults(normal: Submission) -> None:
    """Needs settled registers."""
    office = normal.of("Example Sorting Office")
    assert office.register_start_kwh is not None
    total = office.total()
    advance = round(total * 1.08, 1)
    office.register_end_kwh = round(office.register_start_kwh + advance, 1)
    normal.plant(
        [office],
        f"the register advanced {advance} kWh, the periods sum to {total}",
        f"they differ by {advance - total:.1f}; allowed are 5 % of {advance} + 0.1 = {0.05 * advance + 0.1:.2f};"
        " secondary: FAIL",
        Raises("register_advance_mismatch", "FAIL"),
    )


def _permissible(normal: Submission) -> None:
    hospital = normal.of("Example Hospital")
    set_values(hospital, {20: 612.0, 21: 720.0, 22: 750.0})
    normal.plant(
        [hospital],
        "periods 20 to 22 are 612, 720 and 750 kWh",
        "CoP 5 Issue 6: 600 kWh (secondary: FAIL). 612 is 2 % above and 720 is 20 % above: may be kept;"
        " 750 is 25 % above: an estimate replaces it. 750 x 2 / 1000 = 1.5 MW > 1 MW (confirmed: FAIL)."
        " 1,500 kVA x 0.5 h x 1.2 = 900 kVAh is not passed",
        Raises("above_max_permissible", "FAIL", (20, 21, 22)),
        Raises("above_cop_capacity", "FAIL"),
    )
    foundry = normal.of("Example Foundry")
    set_values(foundry, {30: 600.0})
    normal.plant(
        [foundry],
        "period 30 is 600 kWh",
        "600 kWh is at the maximum permissible and passes; 600 x 2 / 1000 = 1.2 MW > 1 MW (confirmed): FAIL",
        Raises("above_cop_capacity", "FAIL"),
    )


def _permissible_small(normal: Submission) -> None:
    garage = normal.of("Example Garage")
    set_values(garage, {37: 52.0, 38: 50.0})
    normal.plant(
        [garage],
        "period 37 is 52 kWh, period 38 is 50 kWh, whole-current",
        "CoP 10: 50 kWh (policy: QUERY); 52 is 4 % above; 50 is at the limit; 100 kVA x 0.5 h x 1.2 = 60 is not passed",
        Raises("above_max_permissible", "QUERY", (37,)),
    )
    gym = normal.of("Example Gym")
    set_values(gym, {37: 60.0})
    normal.silent([gym], "period 37 is 60 kWh, CT-operated", "CoP 10: the 50 kWh is for whole-current meters only")
    cafe = normal.of("Example Cafe")
    set_values(cafe, {40: 55.0, 41: 41.4})
    normal.plant(
        [cafe],
        "period 40 is 55 kWh, period 41 is 41.4 kWh",
        "CoP 6: 50 kWh (secondary: FAIL); 55 is 10 % above. 69 kVA x 0.5 h x 1.2 = 41.4 kVAh: 55 is above"
        " (always QUERY), 41.4 is at the limit",
        Raises("above_max_permissible", "FAIL", (40,)),
        Raises("above_rating", "QUERY", (40,)),
    )


def _rating(normal: Submission) -> None:
    active, reactive = normal.of("Example Bakery"), normal.of("Example Bakery", "RI")
    set_values(active, {11: 110.0})
    set_values(reactive, {11: 66.0})
    normal.plant(
        [active],
        "period 11 is 110 kWh and 66 kVArh",
        "sqrt(110^2 + 66^2) = sqrt(16456) = 128.3 kVAh; 200 kVA x 0.5 h x 1.2 = 120: QUERY, though 110 alone is"
        " below it. (0.1 % of 100 kWh is 0.1 kWh: the resolution is at its limit)",
        Raises("above_rating", "QUERY", (11,)),
    )


def _capacity(normal: Submission) -> None:
    hall = normal.of("Example Data Hall")
    set_values(hall, {25: 500.0})
    normal.silent([hall], "period 25 is 500 kWh", "500 x 2 / 1000 = 1.0 MW: up to and including 1 MW is CoP 5")
    for role in ("MAIN", "CHECK"):
        set_values(normal.of("Example Steelworks", "AI", role), {24: 4800.0})
        set_values(normal.of("Example Steelworks", "RI", role), {24: 1500.0})
    normal.plant(
        [normal.of("Example Steelworks")],
        "period 24 is 4,800 kWh and 1,500 kVArh",
        "sqrt(4800^2 + 1500^2) = 5,028.9 kVAh x 2 / 1000 = 10.06 MVA > 10 MVA (confirmed): FAIL",
        Raises("above_cop_capacity", "FAIL"),
    )


def _main_and_check(normal: Submission) -> None:
    main, check = normal.of("Example College"), normal.of("Example College", "AI", "CHECK")
    set_values(main, {18: 250.0, 19: 250.0, 40: 200.0})
    set_values(check, {18: 241.0, 19: 240.9, 40: 209.2})
    normal.plant(
        [main],
        "main and check differ by 9.0, 9.1 and 9.2 kWh in periods 18, 19 and 40",
        "CoP 5: 1.5 x 1.5 % x (800 kVA x 0.5 h = 400) = 9.0 kWh; 9.0 is at the limit; 9.1 and 9.2 are above;"
        " factor secondary, class limit confirmed: FAIL",
        Raises("main_check_discrepancy", "FAIL", (19, 40)),
    )


def _main_and_check_of_large(normal: Submission) -> None:
    name = "Example Refinery"
    main, check = normal.of(name), normal.of(name, "AI", "CHECK")
    set_values(main, {22: 1500.0, 23: 1500.0})
    set_values(check, {22: 1545.0, 23: 1546.0})
    normal.plant(
        [main],
        "main and check differ by 45 and 46 kWh in periods 22 and 23",
        "CoP 3: 1.5 x 1.5 % x (4,000 kVA x 0.5 h = 2,000) = 45 kWh; 46 is above; class limit recalled: QUERY",
        Raises("main_check_discrepancy", "QUERY", (23,)),
    )
    main, check = normal.of(name, "RI"), normal.of(name, "RI", "CHECK")
    set_values(main, {30: 520.0, 31: 520.0})
    set_values(check, {30: 641.0, 31: 640.0})
    normal.plant(
        [main],
        "main and check differ by 121 and 120 kVArh in periods 30 and 31",
        "CoP 3 reactive: 1.5 x 4 % x 2,000 = 120 kVArh; 121 is above; recalled: QUERY",
        Raises("main_check_discrepancy", "QUERY", (30,)),
    )


def _clocks(normal: Submission) -> None:
    clocks = {
        "Example Print Works": (25.0, "CoP 5: 20 s (recalled: QUERY); over 20 s the collector resets the clock"),
        "Example Sawmill": (-960.0, "CoP 5: 20 s (recalled: QUERY); 960 s is over 15 minutes: investigate"),
        "Example Pumped Storage": (12.0, "CoP 2: 10 s (recalled: QUERY); not over 20 s: no reset"),
    }
    for name, (seconds, arithmetic) in clocks.items():
        days = normal.all_of(name)
        for day in days:
            day.clock_error_s = seconds
        normal.plant(days, f"the clock is {seconds:g} s out", arithmetic, Raises("clock_error", "QUERY"))
    for name, seconds, cop in (("Example Supermarket West", 20.0, "5"), ("Example Power Station North", -10.0, "1")):
        days = normal.all_of(name)
        for day in days:
            day.clock_error_s = seconds
        normal.silent(days, f"the clock is {seconds:g} s out", f"CoP {cop}: at the limit of {abs(seconds):g} s")


def _durations(normal: Submission) -> None:
    days = normal.all_of("Example Mill")
    for day in days:
        assert day.durations_s is not None
        day.durations_s[30], day.durations_s[31] = 1803.0, 1801.8
    normal.plant(
        days,
        "period 31 lasted 1,803 s, period 32 lasted 1,801.8 s",
        "0.1 % of 1,800 s is 1.8 s (recalled: QUERY); 3 s is above, 1.8 s is at the limit",
        Raises("period_duration", "QUERY", (31,)),
    )
